"""Patterns to programs: a recursive-descent parser that emits instructions for the machine."""

from typing import Final, NamedTuple

from app.feel.regex.characters import ESCAPES, LITERAL, SINGLE, OneOf, folded, negated, with_property

MAX_PATTERN: Final = 2_000  # characters
MAX_PROGRAM: Final = 4_000  # instructions, after {n,m} is written out
MAX_GROUPS: Final = 50  # and their nesting
TAKE, SPLIT, JUMP, SAVE, BEGIN, END, MATCH, BACK = range(8)


class Step(NamedTuple):
    """One instruction; `x` and `y` are where to go on, relative to this one, `x` first.

    `SAVE` notes the place as mark `x`; `BACK` takes again what group `x` has taken.
    """

    kind: int
    takes: OneOf | None = None
    x: int = 0
    y: int = 0


class BadPattern(Exception):
    """The pattern is not one of XPath's, or too large."""


class Parser:
    """Reads one pattern."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.text = pattern
        self.at = 0
        self.fold = "i" in flags
        self.dot_all = "s" in flags
        self.groups = 0
        self.closed: set[int] = set()
        self.depth = 0

    def program(self) -> list[Step]:
        """The instructions of the whole pattern."""
        body = self.either()
        if self.at < len(self.text):
            raise BadPattern
        return [Step(SAVE, x=0), *body, Step(SAVE, x=1), Step(MATCH)]

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        character = self.peek()
        if not character:
            raise BadPattern
        self.at += 1
        return character

    def either(self) -> list[Step]:
        branches = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            branches.append(self.sequence())
        code = branches.pop()
        while branches:
            first = branches.pop()
            code = [Step(SPLIT, x=1, y=len(first) + 2), *first, Step(JUMP, x=len(code) + 1), *code]
        return self.sized(code)

    def sized(self, code: list[Step]) -> list[Step]:
        if len(code) > MAX_PROGRAM:
            raise BadPattern
        return code

    def sequence(self) -> list[Step]:
        code: list[Step] = []
        while self.peek() not in ("", "|", ")"):
            code += self.repeated(self.atom())
            self.sized(code)
        return code

    def repeated(self, atom: list[Step]) -> list[Step]:
        sign = self.peek()
        if sign not in ("*", "+", "?", "{") or not sign:
            return atom
        self.at += 1
        low, high = {"*": (0, -1), "+": (1, -1), "?": (0, 1)}.get(sign) or self.counts()
        greedy = self.peek() != "?"
        if not greedy:
            self.at += 1
        if self.peek() and self.peek() in "*+?{":
            raise BadPattern
        return self.copies(atom, low, high, greedy)

    def counts(self) -> tuple[int, int]:
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at : end].partition(",") if end > 0 else ("", "", "")
        self.at = end + 1
        if not low.isdecimal() or (high and not high.isdecimal()) or len(low) > 4 or len(high) > 4:
            raise BadPattern
        most = int(high) if high else (-1 if comma else int(low))
        if 0 <= most < int(low):
            raise BadPattern
        return int(low), most

    def copies(self, atom: list[Step], low: int, high: int, greedy: bool) -> list[Step]:
        if (len(atom) + 1) * max(low, high, 1) > MAX_PROGRAM:
            raise BadPattern
        code = atom * low
        if high < 0:
            loop = [self.fork(1, len(atom) + 2, greedy), *atom, Step(JUMP, x=-len(atom) - 1)]
            return self.sized(code + loop)
        for left in range(high - low, 0, -1):
            code.append(self.fork(1, left * (len(atom) + 1), greedy))
            code.extend(atom)
        return self.sized(code)

    def fork(self, inside: int, past: int, greedy: bool) -> Step:
        return Step(SPLIT, x=inside, y=past) if greedy else Step(SPLIT, x=past, y=inside)

    def cased(self, takes: OneOf) -> OneOf:
        """Characters that are written out, in either case if flag `i` says so; categories are not touched by it."""
        return folded(takes) if self.fold else takes

    def atom(self) -> list[Step]:
        sign = self.take()
        if sign == "(":
            return self.group()
        if sign == "[":
            return [Step(TAKE, self.bracket())]
        if sign == ".":
            return [Step(TAKE, (lambda _: True) if self.dot_all else (lambda one: one not in "\n\r"))]
        if sign == "^":
            return [Step(BEGIN)]
        if sign == "$":
            return [Step(END)]
        if sign == "\\":
            return [self.escaped()]
        if sign in "*+?{}])":
            raise BadPattern
        return [Step(TAKE, self.cased(_just(sign)))]

    def escaped(self) -> Step:
        """A back-reference to a group that is closed, or the characters of an escape."""
        if self.peek() in "123456789":
            number = int(self.take())
            while (more := self.peek()).isdecimal() and number * 10 + int(more) in self.closed:
                number = number * 10 + int(self.take())
            if number not in self.closed:
                raise BadPattern
            return Step(BACK, x=number)
        found = self.escape()
        return Step(TAKE, self.cased(_just(found)) if isinstance(found, str) else found)

    def group(self) -> list[Step]:
        self.depth += 1
        if self.depth > MAX_GROUPS:
            raise BadPattern
        number = 0
        if self.text.startswith("?:", self.at):
            self.at += 2
        else:
            self.groups += 1
            number = self.groups
            if self.peek() == "?" or number > MAX_GROUPS:
                raise BadPattern
        code = self.either()
        if self.take() != ")":
            raise BadPattern
        self.depth -= 1
        if not number:
            return code
        self.closed.add(number)
        return [Step(SAVE, x=number * 2), *code, Step(SAVE, x=number * 2 + 1)]

    def escape(self) -> OneOf | str:
        """What a backslash means: a set of characters, or one."""
        sign = self.take()
        if sign in SINGLE:
            return SINGLE[sign]
        if sign.lower() in ESCAPES:
            found = ESCAPES[sign.lower()]
            return found if sign.islower() else negated(found)
        if sign in "pP":
            end = self.text.find("}", self.at)
            inside = with_property(self.text[self.at + 1 : end]) if self.peek() == "{" and end > 0 else None
            if inside is None:
                raise BadPattern
            self.at = end + 1
            return inside if sign == "p" else negated(inside)
        if sign not in LITERAL:
            raise BadPattern
        return sign

    def bracket(self) -> OneOf:
        """The set of a bracket expression, which may take another set away: `[a-z-[aeiou]]`."""
        self.depth += 1
        if self.depth > MAX_GROUPS:
            raise BadPattern
        negative = self.peek() == "^"
        self.at += negative
        sets: list[OneOf] = []
        without: OneOf | None = None
        while self.peek() != "]" or not sets:
            if self.text.startswith("-[", self.at) and sets:
                self.at += 2
                without = self.bracket()
                break
            sets.append(self.element())
        if self.take() != "]":
            raise BadPattern
        self.depth -= 1
        return _joined(sets, without, negative)

    def element(self) -> OneOf:
        low = self.single()
        if not isinstance(low, str):
            return low
        if self.peek() != "-" or self.text[self.at + 1 : self.at + 2] in ("]", "[", ""):
            return self.cased(_just(low))
        self.at += 1
        high = self.single()
        if not isinstance(high, str) or high < low:
            raise BadPattern
        return self.cased(lambda one: low <= one <= high)

    def single(self) -> OneOf | str:
        sign = self.take()
        if sign in ("[", "]"):
            raise BadPattern
        return self.escape() if sign == "\\" else sign


def _just(character: str) -> OneOf:
    return lambda one: one == character


def _joined(sets: list[OneOf], without: OneOf | None, negative: bool) -> OneOf:
    def inside(one: str) -> bool:
        found = any(takes(one) for takes in sets) is not negative
        return found and not (without is not None and without(one))

    return inside
