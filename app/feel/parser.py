"""Text to tree: the lark grammar run over our tokens, and its errors in words."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from lark import Lark, Token, Transformer, UnexpectedToken, v_args
from lark.lexer import Lexer

from app.errors import Text
from app.feel import nodes
from app.feel.errors import FeelSyntaxError
from app.feel.lexer import Tokens, place, read_string
from app.feel.limits import MAX_SOURCE, NUMBERS, too_long
from app.feel.temporal import read_temporal
from app.feel.values import Value


class _Ready(Lexer):
    """Hands lark the tokens that `Tokens` has made."""

    def __init__(self, _conf: Any) -> None:
        pass

    def lex(self, lexer_state: Any, _parser_state: Any = None) -> Iterator[Token]:
        return iter(lexer_state)


class _Misplaced(Exception):
    """A token that the grammar takes but the language does not."""

    def __init__(self, token: Token, text: Text) -> None:
        super().__init__(str(text))
        self.token = token
        self.text = text


@v_args(inline=True)
class _Tree(Transformer[Token, Any]):
    """Builds nodes while lark reads; one method for each rule and alias of the grammar."""

    def start(self, body: nodes.Node) -> nodes.Node:
        return body

    def unary(self, tests: list[nodes.Node]) -> nodes.Node:
        return nodes.UnaryTests(tests)

    def any_test(self, _minus: Token) -> nodes.Node:
        return nodes.UnaryTests([])

    def no_test(self, _not: Token, _open: Token, tests: list[nodes.Node], _close: Token) -> nodes.Node:
        return nodes.UnaryTests(tests, negated=True)

    def tests(self, *parts: Any) -> list[nodes.Node]:
        return list(parts[::2])

    def comparison_test(self, operator: Token, right: nodes.Node) -> nodes.Node:
        return nodes.Test(str(operator), right)

    def either(self, left: nodes.Node, word: Token, right: nodes.Node) -> nodes.Node:
        return _chain(str(word), left, right)

    both = either

    def comparison(self, left: nodes.Node, operator: Token, right: nodes.Node) -> nodes.Node:
        return nodes.Comparison(str(operator), left, right)

    def between(self, value: nodes.Node, _b: Token, low: nodes.Node, _a: Token, high: nodes.Node) -> nodes.Node:
        return nodes.Between(value, low, high)

    def contained(self, value: nodes.Node, _in: Token, test: nodes.Node) -> nodes.Node:
        return nodes.In(value, [test])

    def contained_in(self, value: nodes.Node, _in: Token, _open: Token, *parts: Any) -> nodes.Node:
        return nodes.In(value, list(parts[:-1:2]))

    def arithmetic(self, left: nodes.Node, operator: Token, right: nodes.Node) -> nodes.Node:
        return nodes.Arithmetic(str(operator), left, right)

    def negation(self, _minus: Token, value: nodes.Node) -> nodes.Node:
        return nodes.Negation(value)

    def instance_of(self, value: nodes.Node, _words: Token, kind: nodes.Type) -> nodes.Node:
        return nodes.InstanceOf(value, kind)

    def path(self, value: nodes.Node, _dot: Token, name: Token) -> nodes.Node:
        return nodes.Path(value, str(name), name.start_pos or 0)

    def descendants(self, value: nodes.Node, _dots: Token, name: Token) -> nodes.Node:
        return nodes.Descendants(value, str(name))

    def filter(self, value: nodes.Node, _open: Token, condition: nodes.Node, _close: Token) -> nodes.Node:
        return nodes.Filter(value, condition)

    def call(self, function: nodes.Node, _open: Token, *rest: Any) -> nodes.Node:
        arguments, names = rest[0] if len(rest) == 2 else ([], ())
        return nodes.Call(function, arguments, names)

    def arguments(self, *parts: Any) -> tuple[list[nodes.Node], tuple[str, ...]]:
        return list(parts[::2]), ()

    def named_arguments(self, *parts: Any) -> tuple[list[nodes.Node], tuple[str, ...]]:
        return [value for _, value in parts[::2]], tuple(name for name, _ in parts[::2])

    def named(self, name: Token, _colon: Token, value: nodes.Node) -> tuple[str, nodes.Node]:
        return str(name), value

    def literal(self, token: Token) -> nodes.Node:
        return _literal(token)

    def name(self, token: Token) -> nodes.Node:
        return nodes.Name(str(token), token.start_pos or 0)

    def parens(self, _open: Token, body: nodes.Node, _close: Token) -> nodes.Node:
        return body

    def range(self, opened: Token, low: nodes.Node, _dots: Token, high: nodes.Node, closed: Token) -> nodes.Node:
        return nodes.RangeNode(low, high, opened.type == "LSQB", closed.type == "RSQB")

    def list(self, *parts: Any) -> nodes.Node:
        return nodes.ListNode([*parts[1:-1:2]])

    def context(self, *parts: Any) -> nodes.Node:
        return nodes.Context([*parts[1:-1:2]])

    def entry(self, key: Token, _colon: Token, value: nodes.Node) -> tuple[str, nodes.Node]:
        return (_text(key, str(key)) if key.type == "STRING" else str(key)), value

    def condition(self, *parts: Any) -> nodes.Node:
        return nodes.If(parts[1], parts[3], parts[5])

    def loop(self, _for: Token, iterators: Any, _return: Token, body: nodes.Node) -> nodes.Node:
        return nodes.For(iterators, body)

    def quantified(self, word: Token, iterators: Any, _word: Token, body: nodes.Node) -> nodes.Node:
        return nodes.Quantified(str(word), iterators, body)

    def function(self, *parts: Any) -> nodes.Node:
        if parts[-2].type == "EXTERNAL":
            raise _Misplaced(parts[-2], Text("不支持外部函数(external)", "external functions are not supported"))
        return nodes.FunctionNode([*parts[2:-2:2]], parts[-1])

    def iterators(self, *parts: Any) -> Any:
        return [*parts[::2]]

    def iterator(self, name: Token, _in: Token, domain: nodes.Node, *end: Any) -> nodes.Node:
        return nodes.Iterator(str(name), domain, end[1] if end else None)

    def parameter(self, name: Token, *kind: Any) -> tuple[str, nodes.Type | None]:
        return str(name), kind[1] if kind else None

    def named_type(self, *names: Token) -> nodes.Type:
        return nodes.Type(".".join(names[::2]))

    def generic_type(self, name: Token, _less: Token, kind: nodes.Type, _more: Token) -> nodes.Type:
        if name not in ("list", "range"):
            raise _Misplaced(name, Text("只有 list 和 range 带一个类型", "only list and range take one type"))
        return nodes.Type(str(name), (kind,))

    def context_type(self, name: Token, *parts: Any) -> nodes.Type:
        if name != "context":
            raise _Misplaced(name, Text("只有 context 带字段", "only context takes fields"))
        found = parts[1:-1:2]
        return nodes.Type("context", tuple(kind for _, kind in found), tuple(key for key, _ in found))

    def field(self, name: Token, _colon: Token, kind: nodes.Type) -> tuple[str, nodes.Type]:
        return str(name), kind

    def function_type(self, *parts: Any) -> nodes.Type:
        return nodes.Type("function", (*parts[2:-3:2], parts[-1]))


def _chain(word: str, left: nodes.Node, right: nodes.Node) -> nodes.Node:
    """Long chains of `or` stay flat, so that they do not count as nesting."""
    if isinstance(left, nodes.Logic) and left.word == word:
        left.parts.append(right)
        return left
    return nodes.Logic(word, [left, right])


def _literal(token: Token) -> nodes.Literal:
    return nodes.Literal(_LITERALS[token.type](token), token.start_pos or 0)


def _number(token: Token) -> Value:
    try:
        return NUMBERS.create_decimal(str(token))
    except ArithmeticError as error:
        raise _Misplaced(token, Text("数值过大", "the number is too large")) from error


_LITERALS: Final[dict[str, Callable[[Token], Value]]] = {
    "NUMBER": _number,
    "STRING": lambda token: _text(token, str(token)),
    "TEMPORAL": lambda token: read_temporal(_text(token, token[1:].lstrip())),
    "TRUE": lambda _: True,
    "FALSE": lambda _: False,
    "NULL": lambda _: None,
}
_COMPARING: Final = frozenset(("EQ", "NE", "LT", "LE", "GT", "GE"))


def _plain(tokens: list[Token], unary: bool) -> nodes.Node | None:
    """The tree of what most cells of tables hold, without the grammar: literals in a row, `> 5`, `-`."""
    if len(tokens) == 1 and tokens[0].type == "MINUS" and unary:
        return nodes.UnaryTests([])
    if len(tokens) == 2 and unary and tokens[0].type in _COMPARING and tokens[1].type in _LITERALS:
        return nodes.UnaryTests([nodes.Test(str(tokens[0]), _literal(tokens[1]))])
    if not tokens or len(tokens) % 2 == 0 or (len(tokens) > 1 and not unary):
        return None
    if not all(one.type == "COMMA" if place % 2 else one.type in _LITERALS for place, one in enumerate(tokens)):
        return None
    return nodes.UnaryTests([_literal(one) for one in tokens[::2]]) if unary else _literal(tokens[0])


def _text(token: Token, literal: str) -> str:
    try:
        return read_string(literal)
    except ValueError as error:
        raise _Misplaced(
            token, Text("字符串含有不完整的 Unicode 字符", "the string holds half a Unicode character")
        ) from error


@cache
def _grammar() -> Lark:
    text = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(
        text, parser="lalr", lexer=_Ready, start=["start", "unary"], transformer=_Tree(), maybe_placeholders=False
    )


def parse(source: str, names: Iterable[str] = (), *, unary: bool = False) -> nodes.Node:
    """The tree of an expression, or of unary tests.

    `names` are names in scope; only those that hold signs or keywords make a difference.
    Raises FeelSyntaxError, FeelLimitError.
    """
    if len(source) > MAX_SOURCE:
        raise too_long(len(source))
    tokens = Tokens(source, names).run()
    if unary:
        _mark_not(tokens)
    try:
        tree = _plain(tokens, unary) or _grammar().parse(cast(Any, tokens), start="unary" if unary else "start")
    except UnexpectedToken as error:
        raise _unexpected(source, error) from error
    except _Misplaced as error:
        line, column = place(source, error.token.start_pos or 0)
        raise FeelSyntaxError(error.text, line, column, source=source) from error
    return cast(nodes.Node, tree)


def _mark_not(tokens: list[Token]) -> None:
    """`not( … )` around all of the tests negates them; anywhere else `not` is the built-in function."""
    if len(tokens) < 4 or tokens[0] != "not" or tokens[1].type != "LPAR" or tokens[-1].type != "RPAR":
        return
    depth = 0
    for token in tokens[1:-1]:
        depth += (token.type in _OPENING) - (token.type in _CLOSING)
        if depth == 0:
            return
    tokens[0] = Token("NOT", "not", tokens[0].start_pos)


_OPENING: Final = frozenset(("LPAR", "LSQB", "LBRACE", "OPEN_OUT"))
_CLOSING: Final = frozenset(("RPAR", "RSQB", "RBRACE", "CLOSE_OUT"))
_OPERAND = Text("值或表达式", "a value or expression")
_OPERATOR = Text("运算符", "an operator")
_KINDS: Final = {
    **dict.fromkeys(("NUMBER", "STRING", "TEMPORAL", "TRUE", "FALSE", "NULL", "LBRACE", "IF", "FOR", "SOME"), _OPERAND),
    **dict.fromkeys(("EVERY", "FUNCTION", "OPEN_OUT", "NOT"), _OPERAND),
    **dict.fromkeys(("EQ", "NE", "LT", "LE", "GT", "GE", "PLUS", "STAR", "SLASH", "POW", "IN", "AND", "OR"), _OPERATOR),
    **dict.fromkeys(("BETWEEN", "INSTANCE_OF", "DOT", "ELLIPSIS"), _OPERATOR),
    "NAME": Text("名称", "a name"),
    "$END": Text("表达式结束", "the end of the expression"),
}  # fmt: skip
_WRITTEN: Final = {
    "THEN": "then", "ELSE": "else", "RETURN": "return", "SATISFIES": "satisfies", "RPAR": ")", "RSQB": "]",
    "RBRACE": "}", "COMMA": ",", "COLON": ":", "DOTS": "..", "LPAR": "(", "ARROW": "->", "CLOSE_OUT": "[",
}  # fmt: skip


def _expected(kinds: Iterable[str]) -> tuple[Text, ...]:
    """What could have stood there, the specific before the general."""
    kinds = set(kinds)
    if _KINDS["NAME"] and {"NAME", "NUMBER"} <= kinds:
        kinds -= {"NAME", "LPAR", "LSQB", "MINUS"}
    written = [Text(f"「{_WRITTEN[kind]}」", f"'{_WRITTEN[kind]}'") for kind in sorted(kinds) if kind in _WRITTEN]
    general = {text.en: text for kind in kinds if (text := _KINDS.get(kind)) is not None}
    return (*written, *(general[key] for key in sorted(general)))


def _unexpected(source: str, error: UnexpectedToken) -> FeelSyntaxError:
    expected = _expected(error.expected or ())
    at_end = error.token.type == "$END"
    line, column = place(source, len(source.rstrip()) if at_end else error.token.start_pos or 0)
    zh = "表达式还没有写完" if at_end else f"这里不应出现「{error.token}」"
    en = "the expression ends too early" if at_end else f"unexpected {str(error.token)!r}"
    if expected:
        zh += ",应为" + "、".join(text.zh for text in expected[:6])
        en += ", expected " + ", ".join(text.en for text in expected[:6])
    return FeelSyntaxError(Text(zh, en), line, column, expected, source)
