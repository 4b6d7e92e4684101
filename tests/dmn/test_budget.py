"""How much of decision models is read, and that what people write stays below it."""

import pytest

from app.dmn import check_files
from app.feel import Expression
from app.review import review
from tests.dmn.build import decision, literal, model, requires, table, text


def entries(count: int) -> str:
    """A boxed context of that many entries, each different."""
    return "".join(
        f'<contextEntry><variable name="v{n}"/>{literal(f"v{n - 1} + 1" if n else "1")}</contextEntry>'
        for n in range(count)
    )


def types(count: int) -> str:
    """That many types, each with a component of its own name."""
    return "".join(f'<itemDefinition name="n{n}"><itemComponent name="c{n}"/></itemDefinition>' for n in range(count))


ONE = decision("one", literal("1"))
OVER = [
    ("decisions", "".join(decision(f"t{n}", literal("1")) for n in range(501))),
    ("input data", ONE + "".join(f'<inputData id="i{n}" name="甲 乙 {n}"/>' for n in range(501))),
    ("requirements", decision("t", "<list/>", before=requires(*["t"] * 5_001))),
    ("names that an expression", ONE + types(3_001)),
    ("variables", decision("t", literal(f"[{', '.join(f'a{n}' for n in range(1_001))}]"))),
    ("500000 names", decision("t", f"<context>{entries(1_010)}</context>")),
    ("12000 different expressions", decision("t", f"<list>{''.join(map(literal, map(str, range(12_001))))}</list>")),
    ("100000 characters", decision("t", f"<list>{literal('1+' * 25_000 + '1')}{literal('2+' * 25_000 + '2')}</list>")),
    ("100000 characters", ONE + "".join(
        f'<itemDefinition name="n{n}"><allowedValues>{text("1," * 25_000 + str(n))}</allowedValues></itemDefinition>'
        for n in range(2))),
]  # fmt: skip


@pytest.mark.parametrize(("said", "body"), OVER)
def test_model_over_a_limit_is_refused_by_what_there_is_too_much_of(said: str, body: str) -> None:
    found = [one for one in review({"x.dmn": model(body)}) if one.code == "dmn-too-large"]
    assert len(found) == 1
    assert said in found[0].text.en
    assert (found[0].file, found[0].severity) == ("x.dmn", "error")
    assert found[0].remedy.zh
    assert found[0].line


def test_files_of_one_upload_share_their_limits() -> None:
    files = {
        f"{part}.dmn": model("".join(decision(f"{part}{n}", literal("1")) for n in range(300))) for part in ("a", "b")
    }
    assert [one.code for one in check_files(files)] == ["dmn-too-large"]
    assert not check_files({"a.dmn": files["a.dmn"]})


def test_what_is_said_again_counts_once() -> None:
    same = literal(f"[{'1, ' * 1_000}1]")
    assert not check_files({"x.dmn": model("".join(decision(f"t{n}", same) for n in range(100)))})


def test_file_that_is_no_model_leaves_the_others_examined() -> None:
    files = {"a.dmn": b"<a/>", "b.dmn": model(decision("t", literal("1 +"))), "c.dmn": model(ONE)}
    assert {(one.file, one.code) for one in check_files(files)} == {("a.dmn", "dmn-not-dmn"), ("b.dmn", "dmn-feel")}


def test_ordinary_models_are_read_whole() -> None:
    rows = [" | ".join([f"[{n}..{n + 1})"] * 6) + f" | {n}" for n in range(200)]
    wide = decision("t", table([f"x{n} | number" for n in range(6)], ["y"], rows, "FIRST"))
    many = "".join(
        decision(f"d{n}", f"<context>{entries(8)}</context>", before=requires(f"d{n - 1}") if n % 50 else "")
        for n in range(100)
    )
    found = {one.code for one in review({"x.dmn": model(wide), "y.dmn": model(many)})}
    assert not found & {"dmn-too-large", "dmn-too-many-cases"}


def test_longest_of_many_names_is_found_with_blanks_and_signs_anyhow() -> None:
    names = {f"a b - c {n}": n for n in range(300)} | {"a": 1_000, "a b - c": 2_000}

    def value(source: str) -> object:
        return Expression(source, frozenset(names))(names)

    assert value("a b-c 29 + a b - c  299") == 328
    assert value("a b -c + a") == 3_000
    assert value("a  b -  c 7") == 7
