"""Operations on literals of every kind: operators on any two, functions and properties on what they are meant for."""

import random
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

WORDS: Final = ("", "a", "abc", "foobar", "办结", "a,b;c", "A1b2", "  x ", " ", "2026-02-17", "-3.5", "PT1H")
OPERATORS: Final = ("+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in")
FORMS: Final = {
    "negation": "-({})",
    "if": "if ({}) then 1 else 2",
    "place": "({})[1]",
    "filter": "({})[item = 1]",
    "path": "({}).a",
    "for": "for i in ({}) return i",
    "some": "some i in ({}) satisfies i = 1",
    "every": "every i in ({}) satisfies i = 1",
}
FUNCTIONS: Final = {
    "abs": "n D Y", "floor": "n ni", "ceiling": "n ni", "decimal": "ni", "round up": "ni", "round down": "ni",
    "round half up": "ni", "round half down": "ni", "modulo": "nn", "sqrt": "n", "log": "n", "exp": "i", "odd": "i",
    "even": "i", "substring": "si sii", "string length": "s", "upper case": "s", "lower case": "s",
    "substring before": "ss", "substring after": "ss", "replace": "sps", "contains": "ss", "starts with": "ss",
    "ends with": "ss", "matches": "sp", "split": "sp", "string join": "S Ss", "trim": "s", "is blank": "s",
    "extract": "sp", "list contains": "Lx", "count": "L", "min": "l nn L", "max": "l nnn L", "sum": "l nn",
    "mean": "l", "all": "B", "any": "B", "sublist": "li lii", "append": "Lx Lxx", "concatenate": "LL",
    "insert before": "Lix", "remove": "Li", "list replace": "Lix", "reverse": "L", "index of": "Lx", "union": "LL",
    "distinct values": "L", "duplicate values": "L", "flatten": "L", "product": "l", "median": "l", "stddev": "l",
    "mode": "l", "sort": "l lf", "is empty": "L", "partition": "Li", "date": "s d m yii", "time": "s m t",
    "date and time": "s dt m", "number": "s", "string": "n s b d t m D Y l S", "duration": "s",
    "years and months duration": "dd mm", "day of year": "d m", "day of week": "d m", "month of year": "d m",
    "week of year": "d m", "last day of month": "d", "is": "nn ss dd tt mm nx", "before": "nn nr rn rr",
    "after": "nn nr rn rr", "meets": "rr", "met by": "rr", "overlaps": "rr", "overlaps before": "rr",
    "overlaps after": "rr", "finishes": "nr rr", "finished by": "rn rr", "includes": "rn rr", "during": "nr rr",
    "starts": "nr rr", "started by": "rn rr", "coincides": "nn rr", "get value": "ck", "get entries": "c",
    "context put": "ckx", "context merge": "C", "context": "C", "not": "b", "get or else": "xx", "is defined": "x",
    "and": "B", "or": "B", "range": "s",
}  # fmt: skip
"""Functions, and for each way to call them one letter for each argument (see `Literals`)."""
PROPERTIES: Final = {
    **dict.fromkeys(("year", "month", "day", "weekday"), "d m"),
    **dict.fromkeys(("hour", "minute", "second", "time offset", "timezone"), "t m"),
    **dict.fromkeys(("days", "hours", "minutes", "seconds"), "D"),
    **dict.fromkeys(("years", "months"), "Y"),
    **dict.fromkeys(("start", "end", "start included", "end included"), "r"),
}


class Operation(NamedTuple):
    """One expression: what it does, to what, in FEEL."""

    name: str
    operands: tuple[str, ...]
    source: str


class Literals:
    """Literals at random; the methods are named by the letters of `FUNCTIONS`."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def of(self, letter: str) -> str:
        """A literal of one kind."""
        made: Callable[[], str] = getattr(self, letter)
        return made()

    def several(self, letters: str, most: int) -> str:
        return f"[{', '.join(self.of(self.random.choice(letters)) for _ in range(self.random.randint(0, most)))}]"

    def n(self) -> str:
        return self.random.choice((str(self.random.randint(-20, 20)), str(self.random.randint(-2000, 2000) / 100)))

    def y(self) -> str:
        return str(self.random.randint(1, 9999))

    def i(self) -> str:
        return str(self.random.randint(-4, 5))

    def s(self) -> str:
        return f'"{self.random.choice(WORDS)}"'

    def b(self) -> str:
        return self.random.choice(("true", "false", "null"))

    def d(self) -> str:
        pick = self.random.randint
        return f'@"20{pick(10, 30)}-{pick(1, 12):02d}-{pick(1, 28):02d}"'

    def t(self) -> str:
        pick = self.random.randint
        return f'@"{pick(0, 23):02d}:{pick(0, 59):02d}:00{self.random.choice(("", "Z", "+08:00"))}"'

    def m(self) -> str:
        return f"{self.d()[:-1]}T{self.t()[2:]}"

    def D(self) -> str:
        return f'@"{self.random.choice(("", "-"))}P{self.random.randint(0, 40)}DT{self.random.randint(0, 50)}H"'

    def Y(self) -> str:
        return f'@"{self.random.choice(("", "-"))}P{self.random.randint(0, 3)}Y{self.random.randint(0, 30)}M"'

    def r(self) -> str:
        low, high = sorted(self.random.randint(0, 9) for _ in range(2))
        return f"{self.random.choice('[(')}{low}..{high}{self.random.choice('])')}"

    def c(self) -> str:
        return self.random.choice(("{}", "{a: 1}", '{a: 1, b: "x"}', "{a: {b: 2}}"))

    def k(self) -> str:
        return self.random.choice(('"a"', '"b"', '"z"'))

    def p(self) -> str:
        return f'"{self.random.choice(("a", "[a-c]+", "o*", "(b)(a)", "^f", chr(92) * 2 + "d", "x|y", ",|;", ""))}"'

    def f(self) -> str:
        return self.random.choice(("function(x, y) x < y", "function(x, y) x > y"))

    def x(self) -> str:
        return self.of(self.random.choice("nsbdLc"))

    def l(self) -> str:  # noqa: E743
        return self.several("n", 5)

    def L(self) -> str:
        return self.several("nsbdl", 4)

    def B(self) -> str:
        return self.several("b", 3)

    def S(self) -> str:
        return self.several("sssb", 3).replace("true", '"t"').replace("false", "null")

    def C(self) -> str:
        return self.several("c", 3)


def operations(seed: int) -> Iterator[Operation]:
    """One of each: every operator on two literals, every form on one, every function and property as it is meant."""
    literals = Literals(seed)
    for operator in OPERATORS:
        for _ in range(3):
            left, right = (literals.of(literals.random.choice("nisbdtmDYrclLS")) for _ in range(2))
            yield Operation(operator, (left, right), f"({left}) {operator} ({right})")
            same = literals.random.choice("nsbdtmDYclL")
            left, right = literals.of(same), literals.of(same)
            yield Operation(operator, (left, right), f"({left}) {operator} ({right})")
    for name, form in FORMS.items():
        one = literals.of(literals.random.choice("nsbdtmDYrclLS"))
        yield Operation(name, (one,), form.format(one))
    for name, ways in FUNCTIONS.items():
        operands = tuple(literals.of(letter) for letter in literals.random.choice(ways.split()))
        yield Operation(name, operands, f"{name}({', '.join(operands)})")
    for name, ways in PROPERTIES.items():
        one = literals.of(literals.random.choice(ways.split()))
        yield Operation(f".{name}", (one,), f"({one}).{name}")
