"""The house as it is drawn: directions of import, one clock, one commit, small parts."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest
from importlinter.cli import lint_imports

APP = Path(__file__).resolve().parent.parent / "app"
PURE = ("feel", "bpmn", "dmn", "law", "forms")
FILES = [path for path in sorted(APP.rglob("*.py")) if "node_modules" not in path.parts]
LONGEST_FUNCTION, LONGEST_MODULE, DEEPEST = 40, 450, 4
BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match, ast.AsyncFor, ast.AsyncWith)


def named(path: Path) -> str:
    return str(path.relative_to(APP.parent))


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in FILES:
        yield named(path), ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.Module) -> Iterator[str]:
    """Every call that is written as a dotted name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def test_import_contracts_hold(capsys: pytest.CaptureFixture[str]) -> None:
    code = lint_imports(config_filename=str(APP.parent / "pyproject.toml"), no_cache=True)
    assert code == 0, capsys.readouterr().out


def test_no_module_is_in_an_import_cycle() -> None:
    graph = grimp.build_graph("app", exclude_type_checking_imports=True)
    # `create_app()` is loaded on call: whatever imports the package `app` does not load the house.
    edges = {one: graph.find_modules_directly_imported_by(one) for one in graph.modules - {"app"}}
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as cycle:
        pytest.fail(" → ".join(cycle.args[1]))


def test_wall_time_is_read_in_one_place() -> None:
    wall = {"datetime.now", "datetime.utcnow", "date.today", "datetime.today", "dt.datetime.now", "time.time"}
    readers = {name for name, tree in trees() if wall & set(calls(tree))}
    # The queue measures this machine's lateness, which no frozen clock may hide.
    assert readers <= {"app/clock.py", "app/queue/sweeps.py", "app/queue/tasks.py", "app/queue/status.py"}


def test_commits_are_made_in_one_place() -> None:
    committing = {name for name, tree in trees() if any(call.endswith(".commit") for call in calls(tree))}
    assert committing == {"app/db.py"}


@pytest.mark.parametrize("folder", PURE)
def test_a_pure_folder_says_so(folder: str) -> None:
    assert "PURE" in (APP / folder / "README.md").read_text(encoding="utf-8").upper()


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    odd = {"helpers", "utils", "util", "common", "misc", "services", "manager", "managers"}
    assert not [named(path) for path in FILES if odd & {path.stem, *path.parts}]


def test_functions_fit_a_screen_and_modules_a_sitting() -> None:
    long = [
        name
        for name, _ in trees()
        if len((APP.parent / name).read_text(encoding="utf-8").splitlines()) > LONGEST_MODULE
    ]
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > LONGEST_FUNCTION or depth(node) >= DEEPEST:
                    long.append(f"{name}:{node.lineno} {node.name}: {lines} lines, {depth(node)} deep")
    assert not long


def depth(node: ast.AST) -> int:
    """How deep blocks nest in a node; `elif` is no deeper than its `if`."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        chained = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        deepest = max(deepest, depth(child) + (isinstance(child, BLOCKS) and not chained))
    return deepest
