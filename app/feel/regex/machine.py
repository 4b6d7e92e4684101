"""The machine: all ways through a pattern are walked side by side, one character at a time (after K. Thompson)."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from app.feel.regex.syntax import (
    BACK,
    BEGIN,
    END,
    JUMP,
    MATCH,
    MAX_PATTERN,
    SAVE,
    SPLIT,
    BadPattern,
    Parser,
    Step,
)

Spend = Callable[[int], None]
Marks = tuple[int, ...]
Threads = list[tuple[int, Marks, int]]
Seen = set[object]
FLAGS: Final = frozenset("smixq")


class Program:
    """A pattern ready to run. `spend` takes the steps that a run costs and raises when there are none left."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.literal = "q" in flags
        if self.literal:
            pattern = "".join(f"\\{one}" if one in "\\|.?*+(){}[]^$" else one for one in pattern)
        elif "x" in flags:
            pattern = _without_blanks(pattern)
        parser = Parser(pattern, flags)
        self.steps: list[Step] = parser.program()
        self.marks = (parser.groups + 1) * 2
        self.multiline = "m" in flags
        self.fold = "i" in flags
        self.exact = any(step.kind == BACK for step in self.steps)  # threads differ by what their groups have taken

    def matches(self, text: str, spend: Spend) -> bool:
        """Whether the pattern is found anywhere in the text."""
        return self.search(text, 0, spend) is not None

    def search(self, text: str, start: int, spend: Spend) -> Marks | None:
        """Where the first match from `start` on lies, with its groups: offsets in pairs, -1 for none."""
        threads: Threads = []
        seen: Seen = set()
        found: Marks | None = None
        nothing = (-1,) * self.marks
        for at in range(start, len(text) + 1):
            if found is None:
                self.follow(threads, seen, 0, text, at, nothing, spend)
            elif not threads:
                break
            spend(len(seen) // 4 + 1)
            threads, seen, done = self.step(threads, text, at, spend)
            found = done or found
        return found

    def step(self, threads: Threads, text: str, at: int, spend: Spend) -> tuple[Threads, Seen, Marks | None]:
        """The threads after one more character, and the match of the first thread that has ended."""
        following: Threads = []
        seen: Seen = set()
        character = text[at : at + 1]
        for place, marks, taken in threads:
            step = self.steps[place]
            if step.kind == MATCH:
                return following, seen, marks
            if character and step.takes is not None and step.takes(character):
                self.follow(following, seen, place + 1, text, at + 1, marks, spend)
            elif character and step.kind == BACK:
                group = text[marks[step.x * 2] : marks[step.x * 2 + 1]]
                if not self.alike(character, group[taken]):
                    continue
                if taken + 1 == len(group):
                    self.follow(following, seen, place + 1, text, at + 1, marks, spend)
                elif (key := (place, marks, taken + 1)) not in seen:
                    seen.add(key)
                    following.append(key)
        return following, seen, None

    def alike(self, one: str, other: str) -> bool:
        """Whether a back-reference takes one character for the other."""
        return one == other or (self.fold and (one.lower() == other.lower() or one.upper() == other.upper()))

    def follow(self, threads: Threads, seen: Seen, place: int, text: str, at: int, marks: Marks, spend: Spend) -> None:
        """Add the places that can be reached without taking a character, the preferred ones first.

        With back-references there is a thread for each set of marks: many, so that each is paid for at once.
        """
        waiting = [(place, marks)]
        while waiting:
            here, marks = waiting.pop()
            key = (here, marks) if self.exact else here
            if key in seen:
                continue
            seen.add(key)
            if self.exact:
                spend(4)
            step = self.steps[here]
            if step.kind == SPLIT:
                waiting += [(here + step.y, marks), (here + step.x, marks)]
            elif step.kind == JUMP:
                waiting.append((here + step.x, marks))
            elif step.kind == SAVE:
                waiting.append((here + 1, (*marks[: step.x], at, *marks[step.x + 1 :])))
            elif step.kind in (BEGIN, END):
                if self.at_edge(step.kind, text, at):
                    waiting.append((here + 1, marks))
            elif step.kind == BACK and marks[step.x * 2] >= marks[step.x * 2 + 1]:
                waiting.append((here + 1, marks))
            else:
                threads.append((here, marks, 0))

    def at_edge(self, kind: int, text: str, at: int) -> bool:
        """Whether `^` or `$` holds at an offset."""
        if kind == BEGIN:
            return at == 0 or (self.multiline and text[at - 1] == "\n")
        return at == len(text) or (self.multiline and text[at] == "\n")

    def each(self, text: str, spend: Spend) -> Iterator[Marks]:
        """All matches one after another; none of them is empty."""
        at = 0
        while at <= len(text):
            found = self.search(text, at, spend)
            if found is None:
                return
            yield found
            at = found[1] if found[1] > found[0] else found[1] + 1

    def find_all(self, text: str, spend: Spend) -> list[str]:
        """The text of each match."""
        return [text[found[0] : found[1]] for found in self.each(text, spend)]

    def split(self, text: str, spend: Spend) -> list[str] | None:
        """The parts between matches; None for a pattern that matches nothing at all."""
        if self.search("", 0, spend) is not None:
            return None
        parts, at = [], 0
        for found in self.each(text, spend):
            parts.append(text[at : found[0]])
            at = found[1]
        return [*parts, text[at:]]

    def replace(self, text: str, replacement: str, spend: Spend) -> str | None:
        """The text with each match replaced; None if the pattern matches nothing or the replacement is bad."""
        pieces = [replacement] if self.literal else _pieces(replacement, self.marks // 2 - 1)
        if pieces is None or self.search("", 0, spend) is not None:
            return None
        out, at = [], 0
        for found in self.each(text, spend):
            out.append(text[at : found[0]])
            for one in pieces:
                out.append(one if isinstance(one, str) else text[found[one * 2] : found[one * 2 + 1]])
                spend(len(out[-1]) // 8 + 1)
            at = found[1]
        return "".join([*out, text[at:]])


def _without_blanks(pattern: str) -> str:
    """The pattern as flag `x` reads it: without blanks but for those in square brackets."""
    kept: list[str] = []
    depth, escaped = 0, False
    for one in pattern:
        if one in " \t\n\r" and depth == 0:
            continue
        kept.append(one)
        if escaped or one == "\\":
            escaped = not escaped
        else:
            depth = max(depth + (one == "[") - (one == "]"), 0)
    return "".join(kept)


def _pieces(replacement: str, groups: int) -> list[str | int] | None:
    """Literal text and numbers of groups; `$1`, `\\$` and `\\\\` are as in XPath."""
    pieces: list[str | int] = []
    at = 0
    while at < len(replacement):
        sign, ahead = replacement[at], replacement[at + 1 : at + 2]
        at += 1
        if sign == "\\":
            if ahead not in ("\\", "$"):
                return None
            pieces.append(ahead)
            at += 1
        elif sign == "$":
            if not ahead.isdecimal():
                return None
            number = int(ahead)
            at += 1
            while (more := replacement[at : at + 1]).isdecimal() and number * 10 + int(more) <= groups:
                number = number * 10 + int(more)
                at += 1
            pieces.append(number if number <= groups else "")
        else:
            pieces.append(sign)
    return pieces


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: str) -> Program | None:
    """The program of a pattern, None if the pattern or a flag is not one of XPath's, or it is too large."""
    if len(pattern) > MAX_PATTERN or not set(flags) <= FLAGS:
        return None
    try:
        return Program(pattern, flags)
    except BadPattern:
        return None
