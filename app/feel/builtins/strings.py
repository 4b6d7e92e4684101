"""String functions (DMN 1.5, table 67). Places count from 1, or from -1 at the end."""

from decimal import Decimal

from app.feel.builtins.registry import builtin
from app.feel.limits import MAX_STRING, STRING, sized_list, sized_string, too_large
from app.feel.regex import Program, compiled
from app.feel.run import Run
from app.feel.values import Value


@builtin("substring(string: string, start position: number, length?: number)")
def substring(text: str, start: Decimal, length: Decimal | None = None) -> str | None:
    first = int(start)
    if first == 0 or (length is not None and length < 1):
        return None
    begin = first - 1 if first > 0 else max(len(text) + first, 0)
    if begin >= len(text) or first < -len(text):
        return None
    return text[begin:] if length is None else text[begin : begin + min(int(length), len(text))]


@builtin("string length(string: string)")
def string_length(text: str) -> Decimal:
    return Decimal(len(text))


@builtin("upper case(string: string)")
def upper_case(text: str) -> str:
    return text.upper()


@builtin("lower case(string: string)")
def lower_case(text: str) -> str:
    return text.lower()


@builtin("substring before(string: string, match: string)")
def substring_before(text: str, match: str) -> str:
    return text[: max(text.find(match), 0)]


@builtin("substring after(string: string, match: string)")
def substring_after(text: str, match: str) -> str:
    place = text.find(match)
    return "" if place < 0 else text[place + len(match) :]


@builtin("contains(string: string, match: string)")
def contains(text: str, match: str) -> bool:
    return match in text


@builtin("starts with(string: string, match: string)")
def starts_with(text: str, match: str) -> bool:
    return text.startswith(match)


@builtin("ends with(string: string, match: string)")
def ends_with(text: str, match: str) -> bool:
    return text.endswith(match)


def _program(run: Run, pattern: str, flags: str) -> Program | None:
    """The compiled pattern; compiling is charged whether it is known or not, so that answers do not depend on it."""
    program = compiled(pattern, flags)
    run.spend(1 if program is None else len(program.steps) // 4 + 1)
    return program


@builtin("replace(input: string, pattern: string, replacement: string, flags?: string)", run=True)
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> str | None:
    program = _program(run, pattern, flags or "")
    return None if program is None else sized_or_none(program.replace(text, replacement, run.spend))


def sized_or_none(text: str | None) -> str | None:
    """The string within its limit; null stays null."""
    return None if text is None else sized_string(text)


@builtin("matches(input: string, pattern: string, flags?: string)", run=True)
def matches(run: Run, text: str, pattern: str, flags: str | None = None) -> bool | None:
    program = _program(run, pattern, flags or "")
    return None if program is None else program.matches(text, run.spend)


@builtin("split(string: string, delimiter: string)", run=True)
def split(run: Run, text: str, delimiter: str) -> list[Value] | None:
    program = _program(run, delimiter, "")
    if program is None:
        return None
    parts = program.split(text, run.spend)
    return None if parts is None else sized_list(list[Value](parts))


@builtin("extract(string: string, pattern: string)", run=True)
def extract(run: Run, text: str, pattern: str) -> list[Value] | None:
    program = _program(run, pattern, "")
    return None if program is None else sized_list(list[Value](program.find_all(text, run.spend)))


@builtin("string join(list: list, delimiter?: string, prefix?: string, suffix?: string)")
def string_join(
    items: list[Value], delimiter: str | None = None, prefix: str | None = None, suffix: str | None = None
) -> str | None:
    if any(one is not None and not isinstance(one, str) for one in items):
        return None
    words = [one for one in items if one is not None]
    glue = delimiter or ""
    if sum(map(len, words)) + len(glue) * len(words) > MAX_STRING + len(glue):
        raise too_large(STRING)
    return sized_string(f"{prefix or ''}{glue.join(words)}{suffix or ''}")


@builtin("trim(string: string)")
def trim(text: str) -> str:
    return text.strip()


@builtin("is blank(string: string)")
def is_blank(text: str) -> bool:
    return not text.strip()
