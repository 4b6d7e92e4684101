"""What the rest of the house uses: compiled expressions and unary tests."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, DecimalException
from functools import lru_cache

from app.errors import Text
from app.feel import calls, collections, nodes  # noqa: F401  # their rules register on import
from app.feel.compiler import Compiler
from app.feel.errors import FeelSyntaxError
from app.feel.limits import NUMBER, too_deep, too_large
from app.feel.parser import parse
from app.feel.run import CONTEXT, LOCALS, MISSING, NOW, RUN, Frame, Run, from_host, run_at
from app.feel.scope import Names, Scope
from app.feel.tests import INPUT, cell
from app.feel.values import Value

_NO_NAMES: frozenset[str] = frozenset()


class _Compiled:
    """What expressions and unary tests share: their text, their tree, the names they read, a fresh frame."""

    __slots__ = ("_blank", "names", "possible_names", "source", "tree")

    def __init__(self, source: str, tree: nodes.Node, names: Names) -> None:
        self.source = source
        self.tree = tree
        self.names = frozenset(names.certain - {INPUT})
        self.possible_names = frozenset(names.possible - names.certain - {INPUT})
        self._blank: Frame = [None] * names.size

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.source!r})"

    def _frame(self, context: Mapping[str, object], now: datetime | None) -> Frame:
        frame = self._blank.copy()
        frame[CONTEXT] = context
        frame[NOW] = now
        return frame


class Expression(_Compiled):
    """A FEEL expression, ready to run any number of times, in any thread.

    `names` are the variables it reads from the context for certain; `possible_names` stand in filters, where
    an element of the list may have them instead. `source` is the text, `tree` what `nodes` describes.
    """

    __slots__ = ("_code", "constant")

    def __init__(
        self, source: str, known: frozenset[str] = _NO_NAMES, types: Mapping[str, nodes.Type] | None = None
    ) -> None:
        tree = parse(source, known)
        compiler = Compiler(known, types)
        self._code = compiler.code(tree, None)
        self.constant = compiler.constants.get(self._code, MISSING)
        super().__init__(source, tree, compiler.names)

    def __call__(self, context: Mapping[str, object], now: datetime | None = None) -> Value:
        """The value over a context. What makes no sense is null; raises FeelLimitError and FeelRuntimeError."""
        try:
            return self._code(self._frame(context, now))
        except RecursionError as error:
            raise too_deep() from error
        except DecimalException as error:
            raise too_large(NUMBER) from error

    def within(self, context: Mapping[str, object], run: Run) -> Value:
        """The value as part of a larger evaluation, on its budget."""
        frame = self._blank.copy()
        frame[CONTEXT] = context
        frame[RUN] = run
        try:
            return self._code(frame)
        except RecursionError as error:
            raise too_deep() from error
        except DecimalException as error:
            raise too_large(NUMBER) from error

    def explain(self, context: Mapping[str, object], now: datetime | None = None) -> tuple[Value, tuple[Text, ...]]:
        """The value, and why something on the way to it became null."""
        run = run_at(now)
        return self.within(context, run), tuple(run.warnings)


class UnaryTests(_Compiled):
    """The tests in a cell of a decision table (`"a", "b"`, `not(> 5)`, `[1..3]`, `-`), ready to run."""

    __slots__ = ("_check", "direct", "fits_all", "literals")

    def __init__(
        self, source: str, known: frozenset[str] = _NO_NAMES, types: Mapping[str, nodes.Type] | None = None
    ) -> None:
        tree = parse(source, known, unary=True)
        if not isinstance(tree, nodes.UnaryTests):
            raise FeelSyntaxError(Text("不是判断条件", "not unary tests"), source=source)
        compiler = Compiler(known, types)
        slot = compiler.names.slot()
        self._check = cell(compiler, tree, Scope(None, {INPUT: slot}))
        self.fits_all = self._check is None
        self.direct = self._check if self._check in compiler.checks else None
        self.literals = _literals(tree)
        super().__init__(source, tree, compiler.names)

    def __call__(self, value: object, context: Mapping[str, object], now: datetime | None = None) -> bool | None:
        """Whether the value passes; null if that cannot be told. Raises FeelLimitError, FeelRuntimeError."""
        if self._check is None:
            return True
        return self._tested(value, self._frame(context, now))

    def within(self, value: Value, context: Mapping[str, object], run: Run) -> bool | None:
        """Whether the value passes, as part of a larger evaluation, on its budget."""
        frame = self._blank.copy()
        frame[CONTEXT] = context
        frame[RUN] = run
        return self._tested(value, frame)

    def _tested(self, value: object, frame: Frame) -> bool | None:
        if self._check is None:
            return True
        try:
            frame[LOCALS] = value = from_host(value, frame)
            return self._check(frame, value)
        except RecursionError as error:
            raise too_deep() from error
        except DecimalException as error:
            raise too_large(NUMBER) from error


def _literals(tree: nodes.UnaryTests) -> tuple[Value, ...] | None:
    """The values that pass, if the tests do nothing but list strings, numbers and booleans."""
    found = [one.value for one in tree.tests if isinstance(one, nodes.Literal) and one.value is not None]
    plain = len(found) == len(tree.tests) and all(isinstance(one, str | Decimal | bool) for one in found)
    return tuple(found) if plain and found and not tree.negated else None


@lru_cache(maxsize=8192)
def _expression(source: str, names: frozenset[str]) -> Expression:
    return Expression(source, names)


@lru_cache(maxsize=8192)
def _unary_tests(source: str, names: frozenset[str]) -> UnaryTests:
    return UnaryTests(source, names)


def compile(source: str, names: frozenset[str] = _NO_NAMES) -> Expression:  # the verb people look for
    """The expression of a text, from the cache if it was asked for lately.

    `names` are names in scope; needed where a name holds signs or keywords (`a-b`, `terms and conditions`),
    and where a variable has the name of a built-in function. The longest name that is known wins.
    Raises FeelSyntaxError with line and column, FeelLimitError.
    """
    return _expression(source, names)


def compile_unary_tests(source: str, names: frozenset[str] = _NO_NAMES) -> UnaryTests:
    """The unary tests of a text; as `compile`. `?` stands for the value under test."""
    return _unary_tests(source, names)
