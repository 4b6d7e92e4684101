"""Regular expressions of JavaScript, matched in time linear to the text.

A `validate.pattern` comes from a form file and meets text from anybody, so a back-tracking engine is no choice. This is
a Thompson automaton made deterministic as it runs. It reads ECMAScript syntax without flags, as the viewer's
`new RegExp(pattern).test(value)` does: text is a row of UTF-16 units. Look-around and back-references are refused.
"""

from dataclasses import dataclass, field
from typing import Literal

Ranges = tuple[tuple[int, int], ...]
Edge = Literal["start", "end", "word", "no-word"]

MAX_STATES = 4000
MAX_KNOWN = 2000  # cached automaton states; beyond that the cache starts anew
TOP = 0xFFFF

DIGIT: Ranges = ((48, 57),)
WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
SPACE: Ranges = (
    (9, 13), (32, 32), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F),
    (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip
LINE_ENDS: Ranges = ((10, 10), (13, 13), (0x2028, 0x2029))
CLASSES: dict[str, Ranges] = {"d": DIGIT, "w": WORD, "s": SPACE}
CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0}


class PatternError(Exception):
    """The pattern is not one we match; the message is the reason in English, `zh` the same in Chinese."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def negate(ranges: Ranges) -> Ranges:
    """The units outside the ranges."""
    gaps: list[tuple[int, int]] = []
    low = 0
    for first, last in sorted(ranges):
        if first > low:
            gaps.append((low, first - 1))
        low = max(low, last + 1)
    if low <= TOP:
        gaps.append((low, TOP))
    return tuple(gaps)


def units(text: str) -> list[int]:
    """The UTF-16 units of a text; JavaScript counts and matches these."""
    if text.isascii():
        return list(text.encode("ascii"))
    data = text.encode("utf-16-le", "surrogatepass")
    return [data[i] | data[i + 1] << 8 for i in range(0, len(data), 2)]


@dataclass(slots=True)
class Take:
    """Consumes one unit within the ranges."""

    ranges: Ranges
    next: int


@dataclass(slots=True)
class Split:
    """Goes on at every target without consuming."""

    targets: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Assert:
    """Goes on only at a certain edge, without consuming."""

    edge: Edge
    next: int


Node = Take | Split | Assert


@dataclass(frozen=True, slots=True)
class One:
    """Syntax: one unit of the ranges."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class At:
    """Syntax: an edge."""

    edge: Edge


@dataclass(frozen=True, slots=True)
class All:
    """Syntax: the parts one after the other."""

    parts: "tuple[Syntax, ...]"


@dataclass(frozen=True, slots=True)
class Any:
    """Syntax: one of the parts."""

    parts: "tuple[Syntax, ...]"


@dataclass(frozen=True, slots=True)
class Many:
    """Syntax: the part, `low` to `high` times; None is without end."""

    part: "Syntax"
    low: int
    high: int | None


Syntax = One | At | All | Any | Many


class Reader:
    """A recursive-descent reader of ECMAScript patterns (ECMA-262 §22.2.1, lenient where Annex B is)."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.depth = 0

    def read(self) -> Syntax:
        tree = self.alternatives()
        if self.at < len(self.source):
            raise PatternError("括号不配对", "unmatched )")
        return tree

    def peek(self, text: str) -> bool:
        return self.source.startswith(text, self.at)

    def accept(self, text: str) -> bool:
        if self.peek(text):
            self.at += len(text)
            return True
        return False

    def alternatives(self) -> Syntax:
        parts = [self.sequence()]
        while self.accept("|"):
            parts.append(self.sequence())
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def sequence(self) -> Syntax:
        parts: list[Syntax] = []
        while self.at < len(self.source) and self.source[self.at] not in "|)":
            parts.append(self.repeated())
        return All(tuple(parts))

    def repeated(self) -> Syntax:
        part = self.atom()
        bounds = self.quantifier()
        if bounds is None:
            return part
        if isinstance(part, At):
            raise PatternError("锚点后不能跟量词", "nothing to repeat")
        self.accept("?")  # lazy or greedy is the same language
        if self.quantifier() is not None:
            raise PatternError("量词重复", "nothing to repeat")
        return Many(part, *bounds)

    def quantifier(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.accept(sign):
                return bounds
        return self.braces() if self.peek("{") else None

    def braces(self) -> tuple[int, int | None] | None:
        end = self.source.find("}", self.at)
        low, comma, high = self.source[self.at + 1 : end].partition(",")
        # Annex B: braces that are no quantifier are literal.
        if end < 0 or not _ascii_digits(low) or (high and not _ascii_digits(high)):
            return None
        self.at = end + 1
        first = int(low)
        last = first if not comma else int(high) if high else None
        if first > 1000 or (last or 0) > 1000:
            raise PatternError("重复次数超过 1000", "a repetition of more than 1000")
        if last is not None and last < first:
            raise PatternError("重复次数的上下限颠倒", "numbers out of order in {} quantifier")
        return first, last

    def atom(self) -> Syntax:
        sign = self.source[self.at]
        if sign == "(":
            return self.group()
        if sign == "[":
            return One(self.bracket())
        if sign == "\\":
            return self.escape()
        if sign in "*+?":
            raise PatternError("量词前没有内容", "nothing to repeat")
        self.at += 1
        if sign == "^":
            return At("start")
        if sign == "$":
            return At("end")
        if sign == ".":
            return One(negate(LINE_ENDS))
        return All(tuple(One(((unit, unit),)) for unit in units(sign)))

    def group(self) -> Syntax:
        self.at += 1
        if self.accept("?"):
            self.group_kind()
        self.depth += 1
        if self.depth > 50:
            raise PatternError("括号嵌套过深", "groups are nested too deep")
        tree = self.alternatives()
        self.depth -= 1
        if not self.accept(")"):
            raise PatternError("括号不配对", "unterminated group")
        return tree

    def group_kind(self) -> None:
        if self.accept(":"):
            return
        if self.peek("=") or self.peek("!") or self.peek("<=") or self.peek("<!"):
            raise PatternError("不支持前后断言", "look-ahead and look-behind are not supported")
        if self.accept("<"):
            end = self.source.find(">", self.at)
            if end > 0 and self.source[self.at : end].isidentifier():
                self.at = end + 1
                return
        raise PatternError("无法识别的分组", "invalid group")

    def escape(self) -> Syntax:
        following = self.source[self.at + 1 : self.at + 2]
        if following in ("b", "B"):
            self.at += 2
            return At("word" if following == "b" else "no-word")
        if following and (following in "123456789" or (following == "k" and "(?<" in self.source)):
            raise PatternError("不支持反向引用", "back-references are not supported")
        return One(self.escaped())

    def escaped(self) -> Ranges:
        """The units that an escape, inside or outside brackets, stands for."""
        self.at += 1
        if self.at >= len(self.source):
            raise PatternError("末尾的反斜杠", "\\ at end of pattern")
        sign = self.source[self.at]
        self.at += 1
        if sign.lower() in CLASSES:
            ranges = CLASSES[sign.lower()]
            return ranges if sign.islower() else negate(ranges)
        if sign in CONTROLS:
            return ((CONTROLS[sign], CONTROLS[sign]),)
        if sign in "xu":
            return self.hexadecimal(2 if sign == "x" else 4, ord(sign))
        if sign == "c" or ord(sign) > TOP:
            raise PatternError("无法识别的转义", "this escape is not supported")
        return ((ord(sign), ord(sign)),)

    def hexadecimal(self, digits: int, literal: int) -> Ranges:
        text = self.source[self.at : self.at + digits]
        if len(text) == digits and all(sign in "0123456789abcdefABCDEF" for sign in text):
            self.at += digits
            return ((int(text, 16), int(text, 16)),)
        return ((literal, literal),)  # Annex B: \u without four digits is the letter u

    def bracket(self) -> Ranges:
        self.at += 1
        outside = self.accept("^")
        ranges: list[tuple[int, int]] = []
        while not self.accept("]"):
            if self.at >= len(self.source):
                raise PatternError("方括号不配对", "unterminated character class")
            ranges.extend(self.bracket_range())
        return negate(tuple(ranges)) if outside else tuple(ranges)

    def bracket_range(self) -> Ranges:
        first = self.bracket_unit()
        if not self.peek("-") or self.peek("-]"):
            return first
        self.at += 1
        if self.at >= len(self.source):
            raise PatternError("方括号不配对", "unterminated character class")
        last = self.bracket_unit()
        if len(first) > 1 or len(last) > 1 or first[0][0] != first[0][1] or last[0][0] != last[0][1]:
            return (*first, (45, 45), *last)  # Annex B: [\d-x] holds a hyphen
        if last[0][0] < first[0][0]:
            raise PatternError("方括号内的范围颠倒", "range out of order in character class")
        return ((first[0][0], last[0][0]),)

    def bracket_unit(self) -> Ranges:
        if self.peek("\\b"):
            self.at += 2
            return ((8, 8),)
        if self.peek("\\"):
            return self.escaped()
        sign = self.source[self.at]
        self.at += 1
        if ord(sign) > TOP:
            raise PatternError("方括号内不能有扩展区字符", "a character beyond U+FFFF in brackets matches by halves")
        return ((ord(sign), ord(sign)),)


def _ascii_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


class Pattern:
    """A compiled pattern. `search` is what JavaScript's `RegExp.test` answers. Thread-safe: the cache only grows."""

    __slots__ = ("_known", "_nodes", "_start", "source")

    def __init__(self, source: str) -> None:
        """Raises PatternError."""
        self.source = source
        self._nodes: list[Node] = []
        self._known: dict[tuple[frozenset[int], str, int, str], tuple[bool, frozenset[int]]] = {}
        tree = Reader(source).read()
        self._start = self._build(tree, -1)

    def search(self, text: str) -> bool:
        """Whether the pattern matches anywhere in the text."""
        here = frozenset((self._start,))
        before = "start"
        for unit in units(text):
            kind = "word" if _is_word(unit) else "other"
            found, here = self._step(here, before, unit, kind)
            if found:
                return True
            before = kind
        return self._step(here, before, -1, "end")[0]

    def _step(self, here: frozenset[int], before: str, unit: int, kind: str) -> tuple[bool, frozenset[int]]:
        key = (here, before, unit, kind)
        known = self._known.get(key)
        if known is not None:
            return known
        reached, found = self._closure(here, before, kind)
        following = {self._start}
        for node in reached:
            if isinstance(node, Take) and any(low <= unit <= high for low, high in node.ranges):
                following.add(node.next)
        if len(self._known) >= MAX_KNOWN:
            self._known = {}
        answer = (found, frozenset(following))
        self._known[key] = answer
        return answer

    def _closure(self, here: frozenset[int], before: str, after: str) -> tuple[list[Node], bool]:
        seen: set[int] = set()
        reached: list[Node] = []
        todo = list(here)
        while todo:
            index = todo.pop()
            if index in seen:
                continue
            seen.add(index)
            if index == -1:
                continue
            node = self._nodes[index]
            reached.append(node)
            if isinstance(node, Split):
                todo.extend(node.targets)
            elif isinstance(node, Assert) and _holds(node.edge, before, after):
                todo.append(node.next)
        return reached, -1 in seen

    def _add(self, node: Node) -> int:
        if len(self._nodes) >= MAX_STATES:
            raise PatternError("格式过于庞大", "the pattern is too large")
        self._nodes.append(node)
        return len(self._nodes) - 1

    def _build(self, tree: Syntax, after: int) -> int:
        """Nodes for the tree that go on at `after`; -1 is acceptance. Returns where they begin."""
        match tree:
            case One(ranges):
                return self._add(Take(ranges, after))
            case At(edge):
                return self._add(Assert(edge, after))
            case Any(parts):
                return self._add(Split([self._build(part, after) for part in parts]))
            case Many(part, low, high):
                return self._repeat(part, low, high, after)
            case All(parts):
                for part in reversed(parts):
                    after = self._build(part, after)
                return after

    def _repeat(self, part: Syntax, low: int, high: int | None, after: int) -> int:
        if high is None:
            loop = Split()
            begin = self._add(loop)
            loop.targets = [self._build(part, begin), after]
            after = begin
        else:
            for _ in range(high - low):
                after = self._add(Split([self._build(part, after), after]))
        for _ in range(low):
            after = self._build(part, after)
        return after


def _is_word(unit: int) -> bool:
    return 97 <= unit <= 122 or 65 <= unit <= 90 or 48 <= unit <= 57 or unit == 95


def _holds(edge: Edge, before: str, after: str) -> bool:
    if edge == "start":
        return before == "start"
    if edge == "end":
        return after == "end"
    boundary = (before == "word") != (after == "word")
    return boundary if edge == "word" else not boundary
