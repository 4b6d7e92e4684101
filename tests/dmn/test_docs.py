"""`docs/dmn.md` lists every finding that the program knows."""

import re
from pathlib import Path

from click.testing import CliRunner

from app.dmn.commands import dmn
from app.dmn.findings import FAULTS, RULES, documentation

ROOT = Path(__file__).resolve().parents[2]


def test_list_of_findings_is_the_one_that_the_command_prints() -> None:
    assert (ROOT / "docs/dmn.md").read_text("utf-8").endswith("\n" + documentation())
    assert CliRunner().invoke(dmn, ["checks"]).output == documentation()


def test_every_code_in_the_program_is_listed_and_no_other() -> None:
    used = {
        code
        for path in (ROOT / "app/dmn").glob("*.py")
        if path.stem != "findings"
        for code in re.findall(r'"(dmn-[a-z-]+)"', path.read_text("utf-8"))
    }
    assert used == set(FAULTS)
    assert not used & {one.code for one in RULES}
