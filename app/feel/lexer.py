"""Text to tokens. FEEL names may hold blanks and signs, so the lexer knows the names in scope (10.3.1.4).

Words that stand side by side are one name, since no sentence of FEEL has two names in a row. Signs and
keywords are part of a name only where a name that is known says so, and then the longest one wins.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from lark import Token

from app.errors import Text
from app.feel.errors import FeelSyntaxError
from app.feel.limits import MAX_DEPTH, MAX_NAMES, MAX_PARTS, too_deep, too_many_names

KEYWORDS: Final = frozenset(
    (
        "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "between",
        "function", "true", "false", "null",
    )
)  # fmt: skip
_BODY = (
    r"A-Za-z_\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u2070-\u218f\u2c00-\u2fef\u3005-\u3007"
    r"\u3021-\u3029\u3031-\ud7ff\uf900-\ufdcf\ufdf0-\ufe0f\ufe70-\ufefc\uff10-\uff19\uff21-\uff3a\uff3f"
    r"\uff41-\uff5a\uff66-\uffdc\U00010000-\U000effff"
)
_WORD = rf"[{_BODY}][{_BODY}0-9\u00b7\u203f\u2040]*"
_BLANK = r"(?:[\s\ufeff\u180e\u200b]+|//[^\n\r]*|/\*(?:[^*]|\*(?!/))*\*/)"
_WORD_RE: Final = re.compile(_WORD)
_MORE_RE: Final = re.compile(rf"[\s\u200b]+({_WORD}|[0-9][{_BODY}0-9]*(?!\.))")
_BLANKS_RE: Final = re.compile(rf"{_BLANK}*")
_SPACES: Final = re.compile(r"\s+")
_PART_RE: Final = re.compile(r"\w+|[^\w\s]")
_NEXT_PART_RE: Final = re.compile(r"\s*(\w+|[^\w\s])")
_TOKEN_RE: Final = re.compile(
    rf"""(?P<BLANK>{_BLANK}+)
    |(?P<NUMBER>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?)
    |(?P<STRING>"(?:[^"\\]|\\.)*")
    |(?P<TEMPORAL>@\s*"(?:[^"\\]|\\.)*")
    |(?P<SIGN>\.\.\.(?![0-9])|\.\.|->|\*\*|<=|>=|!=|[-+*/<>=.,:()\[\]{{}}?])""",
    re.VERBOSE | re.DOTALL,
)
_SIGNS: Final = {
    "...": "ELLIPSIS", "..": "DOTS", "->": "ARROW", "**": "POW", "<=": "LE", ">=": "GE", "!=": "NE",
    "-": "MINUS", "+": "PLUS", "*": "STAR", "/": "SLASH", "<": "LT", ">": "GT", "=": "EQ", ".": "DOT",
    ",": "COMMA", ":": "COLON",
    "(": "LPAR", ")": "RPAR", "[": "LSQB", "]": "RSQB", "{": "LBRACE", "}": "RBRACE", "?": "NAME",
}  # fmt: skip
_OPERANDS: Final = frozenset(
    ("NAME", "NUMBER", "STRING", "TEMPORAL", "TRUE", "FALSE", "NULL", "RPAR", "RSQB", "RBRACE", "CLOSE_OUT")
)
_KEY_RE: Final = re.compile(r'([^:"{}\[\](),]{1,200}?)\s*:')
_PARAM_RE: Final = re.compile(r'([^:"{}\[\](),]{1,200}?)\s*(?=[:,)])')
_LOOP_RE: Final = re.compile(r'([^:"{}\[\](),]{1,200}?)\s+(?=in\b)')
_OPERAND_START: Final = re.compile(rf'[0-9"@(\[{{?-]|\.[0-9]|({_WORD})')
_NOT_OPERANDS: Final = frozenset(["then", "else", "in", "return", "satisfies", "and", "or", "between", "instance"])
BUILT_IN_SPECIAL: Final = ("date and time", "years and months duration", "days and time duration", "get or else")
_HINTS: Final = {
    "'": Text("字符串要用双引号", "strings take double quotes"),
    "&": Text("「并且」写作 and", "logical and is written: and"),
    "|": Text("「或者」写作 or", "logical or is written: or"),
    "!": Text("取反写作 not(…),不等写作 !=", "negation is written not(…), inequality !="),
    "%": Text("取余写作 modulo(a, b)", "the remainder is modulo(a, b)"),
    '"': Text("字符串没有结束的双引号", "the string has no closing quote"),
    "/": Text("注释没有以 */ 结束", "the comment is not closed by */"),
    "=": Text("「不小于」写作 >=,「不大于」写作 <=", "at least is written >=, at most <="),
    ";": Text("这里不能用分号", "there is no semicolon here"),
}
_WIDE: Final = {
    **{ord(sign) + 0xFEE0: sign for sign in "!\"%&'()*+,-./:;<=>?@[]^{|}~"},
    **dict(zip(map(ord, "“”‘’。、【】「」"), "\"\"''.,[][]", strict=True)),
}


def place(source: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1."""
    before = source[:offset]
    return before.count("\n") + 1, offset - before.rfind("\n")


def one_blank(name: str) -> str:
    """The name with each run of blanks as one blank."""
    return _SPACES.sub(" ", name.strip())


def _is_special(name: str) -> bool:
    words = name.split(" ")
    return any(_WORD_RE.fullmatch(word) is None or word in KEYWORDS for word in words)


_Tree = dict[str, Any]  # a name's words and signs, each leading to the next; "" holds the name that ends there


@lru_cache(maxsize=8192)
def _read(name: str) -> tuple[str, ...]:
    """The first word of a name that holds signs or keywords, all its words and signs, and it; empty for any other."""
    if name.isascii() and name.isidentifier() and name not in KEYWORDS:
        return ()
    name = one_blank(name)
    first, parts = _WORD_RE.match(name), _PART_RE.findall(name)
    if first is None or len(parts) > MAX_PARTS or not _is_special(name):
        return ()
    return (first[0], *parts, name)


def _grow(tree: _Tree, name: str) -> None:
    """Put a name into a tree, if it holds signs or keywords; of names that differ in blanks the longest stays."""
    way = _read(name)
    if not way:
        return
    for part in way[:-1]:
        tree = tree.setdefault(part, {})
    tree[""] = max(tree.get("", ""), way[-1], key=lambda one: (len(one), one))


@lru_cache(maxsize=16)
def _tree_of(names: frozenset[str]) -> _Tree:
    """The tree of names that many expressions share: one set is read once."""
    tree: _Tree = {}
    for name in (*BUILT_IN_SPECIAL, *names):
        _grow(tree, name)
    return tree


def _longest(tree: _Tree, first: str, source: str, start: int) -> tuple[int, str]:
    """Where the longest name of a tree that stands in a text ends, with blanks around its signs or not; (0, "")."""
    at, end, found = tree.get(first), start, (0, "")
    while at is not None:
        part = _NEXT_PART_RE.match(source, end)
        at = None if part is None else at.get(part[1])
        if part is not None and at is not None:
            end = part.end()
            found = (end, at[""]) if "" in at else found
    return found


class Tokens:
    """One pass over one source. `run` gives the tokens that the grammar reads."""

    def __init__(self, source: str, names: Iterable[str]) -> None:
        self.source = source
        self.at = 0
        self.tokens: list[Token] = []
        self.open: list[str] = []  # what is open: "(", "[", "{", "f(" parameters, with ".." behind a range's
        self.loops: list[int] = []  # depths of brackets at which a `for`, `some` or `every` reads iterators
        self.trees: tuple[_Tree, _Tree] = (_tree_of(frozenset(names)), {})  # names in scope, names declared
        self.declarable = MAX_NAMES

    def fail(self, offset: int) -> FeelSyntaxError:
        """The error for a character that starts no token."""
        line, column = place(self.source, offset)
        character = self.source[offset]
        plain = character.translate(_WIDE)
        hint = _HINTS.get(character)
        if plain != character:
            hint = Text(f"请改用半角字符 {plain}", f"use the ASCII character {plain} instead")
        text = Text(f"不认识的字符「{character}」", f"unexpected character {character!r}")
        if hint is not None:
            text = Text(f"{text.zh}:{hint.zh}", f"{text.en}: {hint.en}")
        return FeelSyntaxError(text, line, column, source=self.source)

    def put(self, kind: str, value: str, start: int) -> None:
        """Add a token that starts at offset `start`."""
        self.tokens.append(Token(kind, value, start))

    def last(self) -> str:
        """The kind of the last token."""
        return self.tokens[-1].type if self.tokens else ""

    def run(self) -> list[Token]:
        """All tokens. Raises FeelSyntaxError at a character that fits nowhere, FeelLimitError if too deep."""
        source, end = self.source, len(self.source)
        while self.at < end:
            if self.name():
                continue
            if source.startswith("/*", self.at) and source.find("*/", self.at + 2) < 0:
                raise self.fail(self.at)
            found = _TOKEN_RE.match(source, self.at)
            if found is None:
                raise self.fail(self.at)
            start, self.at = self.at, found.end()
            kind = found.lastgroup
            if kind == "SIGN":
                self.sign(found[0], start)
            elif kind is not None and kind != "BLANK":
                self.put(kind, found[0], start)
        return self.tokens

    def sign(self, text: str, start: int) -> None:
        """Add an operator or bracket; decide what square brackets mean."""
        kind = _SIGNS[text]
        if text == "=" and self.source[self.at : self.at + 1] in ("<", ">"):
            raise self.fail(start)
        if text in ("(", "[", "{", "]", ")", "}"):
            kind = self.bracket(text, kind)
        elif text == ".." and self.open:
            self.open[-1] += ".."
        self.put(kind, text, start)
        if text in ("{", ",", "("):
            self.declared(text)

    def bracket(self, text: str, kind: str) -> str:
        """The kind of a bracket token, with the stack of open ones kept."""
        if text == "]" and self.opens_outward():
            self.open.append("]")
            return "OPEN_OUT"
        if text == "[" and self.open and self.open[-1].endswith("..") and self.closes_outward():
            self.open.pop()
            return "CLOSE_OUT"
        if text in ")]}":
            if self.open:
                self.open.pop()
            while self.loops and self.loops[-1] > len(self.open):
                self.loops.pop()
            return kind
        self.open.append("f(" if text == "(" and self.last() == "FUNCTION" else text)
        if len(self.open) > MAX_DEPTH:
            raise too_deep()
        return kind

    def opens_outward(self) -> bool:
        """Whether a `]` here begins a range such as `]1..5]`."""
        last = self.last()
        if last == "LSQB":
            found = self.operand_ahead()
            return found is not None and found not in ("(", "[", "{", "-")
        return last not in _OPERANDS

    def closes_outward(self) -> bool:
        """Whether a `[` here ends a range such as `[1..5[`: it does unless a filter expression follows."""
        return self.operand_ahead() is None

    def operand_ahead(self) -> str | None:
        """The first character of the operand behind the current sign, None if something else follows."""
        blanks = _BLANKS_RE.match(self.source, self.at)
        found = _OPERAND_START.match(self.source, blanks.end() if blanks else self.at)
        if found is None or found[1] in _NOT_OPERANDS:
            return None
        return found[0][0]

    def declared(self, text: str) -> None:
        """Read a name as a whole where one is declared: context keys, parameters, further iterators."""
        top = self.open[-1] if self.open else ""
        if top == "{":
            self.declare(_KEY_RE)
        elif top == "f(":
            self.declare(_PARAM_RE)
        elif text == "," and self.loops and self.loops[-1] == len(self.open):
            self.declare(_LOOP_RE)

    def declare(self, pattern: re.Pattern[str]) -> None:
        """Add the declared name ahead, if there is one, and make it known."""
        blanks = _BLANKS_RE.match(self.source, self.at)
        start = blanks.end() if blanks else self.at
        found = pattern.match(self.source, start)
        if found is None or not found[1].strip() or found[1][0] in "?-0123456789.":
            return
        name = one_blank(found[1])
        if _is_special(name):
            self.declarable -= 1
            if self.declarable < 0:
                raise too_many_names()
            _grow(self.trees[1], name)
        self.put("NAME", name, start)
        self.at = found.end(1)

    def name(self) -> bool:
        """Read a name or keyword, if one starts here."""
        source, start = self.source, self.at
        word = _WORD_RE.match(source, start)
        if word is None:
            return False
        end, name = max(_longest(one, word[0], source, start) for one in self.trees)
        if end:
            self.at = end
            self.put("NAME", name, start)
            return True
        self.at = word.end()
        if self.last() not in ("DOT", "ELLIPSIS") and self.keyword(word[0], start):
            return True
        self.put("NAME", self.joined(word[0]), start)
        return True

    def joined(self, first: str) -> str:
        """The name that begins with a word and goes on while words follow."""
        words = [first]
        while (more := _MORE_RE.match(self.source, self.at)) is not None:
            word = more[1]
            if word in KEYWORDS or (word == "instance" and self.source[more.end() :].lstrip()[:3] == "of "):
                break
            words.append(word)
            self.at = more.end()
        return " ".join(words)

    def keyword(self, word: str, start: int) -> bool:
        """Add a keyword token, if the word is one here."""
        if word == "instance":
            found = re.compile(r"\s+of(?!\w)").match(self.source, self.at)
            if found is None or self.last() not in _OPERANDS:
                return False
            self.at = found.end()
            self.put("INSTANCE_OF", "instance of", start)
            return True
        if word == "external" and self.last() == "RPAR":
            self.put("EXTERNAL", word, start)
            return True
        if word not in KEYWORDS:
            return False
        self.put(word.upper(), word, start)
        if word in ("for", "some", "every"):
            self.loops.append(len(self.open))
            self.declare(_LOOP_RE)
        elif word in ("return", "satisfies") and self.loops:
            self.loops.pop()
        return True


def read_string(literal: str) -> str:
    """The text of a string literal with its quotes. Raises ValueError if it holds half a surrogate pair."""
    body = literal[1:-1]
    if "\\" not in body:
        return body
    plain = _ESCAPE_RE.sub(_unescape, body)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16")


_ESCAPE_RE: Final = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


def _unescape(found: re.Match[str]) -> str:
    code = found[1]
    if len(code) > 1:
        number = int(code[1:], 16)
        return chr(number) if number <= 0x10FFFF else "\ufffd"
    return _ESCAPES.get(code, found[0])
