"""Functions: written in FEEL, built in, or given by the host; called by position or by name."""

from collections.abc import Sequence

from app.errors import Text
from app.feel import nodes
from app.feel.builtins import BUILTINS
from app.feel.builtins.registry import Builtin, Overload, invoke
from app.feel.compiler import Code, Compiler, compiles
from app.feel.run import Frame, Run, run_of
from app.feel.scope import Scope
from app.feel.types import resolved, takes
from app.feel.values import Function, Value

NO_FIT = "参数个数或名称不符,结果为空", "the arguments do not match the parameters, the result is null"


@compiles(nodes.FunctionNode)
def _function(compiler: Compiler, node: nodes.FunctionNode, scope: Scope | None) -> Code:
    inner = Scope(scope)
    slots: list[int] = []
    for name, _ in node.parameters:
        inner.slots[name] = compiler.names.slot()
        slots.append(inner.slots[name])
    params = tuple(name for name, _ in node.parameters)
    types = tuple(None if kind is None else resolved(kind, compiler.types) for _, kind in node.parameters)
    itself, compiler.itself = compiler.itself, None
    body, weight = compiler.weighed(node.body, inner)

    def make(frame: Frame) -> Value:
        run = run_of(frame)
        captured = frame.copy()

        def call(arguments: Sequence[Value]) -> Value:
            if len(arguments) != len(slots):
                run.warn(Text(*NO_FIT))
                return None
            local = captured.copy()
            for slot, value, kind in zip(slots, arguments, types, strict=True):
                fitting = value if kind is None else fitted(value, kind, run)
                if fitting is None and value is not None:
                    run.warn(Text(*NO_FIT))
                    return None
                local[slot] = fitting
            run.enter(weight)
            try:
                return body(local)
            finally:
                run.calls -= 1

        function = Function(params, call, types=types)
        if itself is not None:
            captured[itself] = function
        return function

    return make


def fitted(value: Value, kind: nodes.Type, run: Run) -> Value:
    """The value as a type takes it, through a list of one either way (10.3.2.9.4); null if it does not."""
    if takes(value, kind, run.spend):
        return value
    if isinstance(value, list) and len(value) == 1 and takes(value[0], kind, run.spend):
        return value[0]
    if kind.name == "list" and not isinstance(value, list) and takes([value], kind, run.spend):
        return [value]
    return None


@compiles(nodes.Call)
def _call(compiler: Compiler, node: nodes.Call, scope: Scope | None) -> Code:
    arguments = [compiler.code(argument, scope) for argument in node.arguments]
    name = node.function.name if isinstance(node.function, nodes.Name) else ""
    if name in BUILTINS:
        built_in = _built_in(compiler, BUILTINS[name], arguments, node.names)
        if name in compiler.known or not _unbound(name, scope):
            return _shadowed(compiler.code(node.function, scope), built_in, arguments, node.names)
        return built_in
    function = compiler.code(node.function, scope)
    names = node.names

    def code(frame: Frame) -> Value:
        found = function(frame)
        if not isinstance(found, Function):
            run_of(frame).warn(_no_function(name))
            return None
        return apply_function(found, [argument(frame) for argument in arguments], names, run_of(frame))

    return code


def _shadowed(own: Code, built_in: Code, arguments: list[Code], names: tuple[str, ...]) -> Code:
    """A call by the name of a built-in function that something else has too: that wins if it is a function."""

    def code(frame: Frame) -> Value:
        found = own(frame)
        if isinstance(found, Function) and not found.name:
            return apply_function(found, [argument(frame) for argument in arguments], names, run_of(frame))
        return built_in(frame)

    return code


def _unbound(name: str, scope: Scope | None) -> bool:
    while scope is not None:
        if name in scope.slots:
            return False
        scope = scope.parent
    return True


def _no_function(name: str) -> Text:
    return Text(
        f"没有名为「{name}」的函数,结果为空" if name else "这不是函数,结果为空",
        f"there is no function {name!r}, the result is null" if name else "not a function, the result is null",
    )


def apply_function(function: Function, values: Sequence[Value], names: tuple[str, ...], run: Run) -> Value:
    """Call a function value; null if the arguments are not those of its parameters."""
    run.spend(1)
    if names:
        if not set(names) <= set(function.params) or len(set(names)) != len(names):
            run.warn(Text(*NO_FIT))
            return None
        given = dict(zip(names, values, strict=True))
        values = [given.get(name) for name in function.params]
        if len(given) < len(function.params) and not function.name:
            run.warn(Text(*NO_FIT))
            return None
    elif not function.name and len(values) != len(function.params):
        run.warn(Text(*NO_FIT))
        return None
    return function.call(values)


def _built_in(compiler: Compiler, found: Builtin, arguments: list[Code], names: tuple[str, ...]) -> Code:
    overloads, ordered = _choose(found, arguments, names)
    if not overloads:
        text = Text(f"函数 {found.name}:{NO_FIT[0]}", f"{found.name}: {NO_FIT[1]}")

        def never(frame: Frame) -> Value:
            run_of(frame).warn(text)

        return never
    code = _direct(found.name, overloads, ordered)
    return compiler.fold(code, ordered) if found.pure else code


def _choose(found: Builtin, arguments: list[Code], names: tuple[str, ...]) -> tuple[tuple[Overload, ...], list[Code]]:
    if not names:
        return found.by_count(len(arguments)), arguments
    overloads, places = found.by_names(names)
    while places and places[-1] < 0:
        places.pop()
    return overloads, [arguments[place] if place >= 0 else _null for place in places]


def _null(_frame: Frame) -> Value:
    return None


def _direct(name: str, overloads: tuple[Overload, ...], arguments: list[Code]) -> Code:
    """The call of a built-in; with two arguments of just the right classes, without any ado."""
    first = overloads[0]
    fast = [one.fast for one in first.parameters]
    plain = not (first.variadic or first.needs_run) and None not in fast and list not in fast
    if plain and len(arguments) == len(fast) == 2:
        return _of_two(name, overloads, arguments)

    def code(frame: Frame) -> Value:
        return invoke(name, overloads, run_of(frame), [argument(frame) for argument in arguments])

    return code


def _of_two(name: str, overloads: tuple[Overload, ...], arguments: list[Code]) -> Code:
    left, right = arguments
    left_class, right_class = (one.fast for one in overloads[0].parameters)
    function = overloads[0].function

    def code(frame: Frame) -> Value:
        one, two = left(frame), right(frame)
        if one.__class__ is left_class and two.__class__ is right_class:
            if one.__class__ is str and len(one) > 1000:
                run_of(frame).spend(len(one) // 64)
            return function(one, two)
        return invoke(name, overloads, run_of(frame), (one, two))

    return code
