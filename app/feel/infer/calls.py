"""Calls: is there such a function, does it take so many arguments, of these names and kinds."""

from collections.abc import Sequence

from app.errors import Text
from app.feel import nodes
from app.feel.builtins import BUILTINS, Builtin
from app.feel.builtins.registry import Overload, Parameter, invoke
from app.feel.errors import FeelError
from app.feel.infer.shapes import ANY, Shape, items, of, words
from app.feel.infer.tables import result, wanted, wanted_elements
from app.feel.infer.walk import Names, Walk, meant, near, walks
from app.feel.run import Run

_CALLABLE = frozenset(("function",))


@walks(nodes.Call)
def _call(walk: Walk, node: nodes.Call, names: Names) -> Shape:
    arguments = [walk.shape(one, names) for one in node.arguments]
    function = node.function
    if not isinstance(function, nodes.Name):
        return _called(walk, node, walk.shape(function, names))
    if function.name in BUILTINS:
        return ANY if _is_bound(function.name, names) else _built_in(walk, node, BUILTINS[function.name], arguments)
    found = walk.find(function.name, names)
    if found is not None:
        return _called(walk, node, found)
    hint = meant(near(function.name, [*BUILTINS, *walk.within(names)]))
    zh, en = f"没有函数 {function.name}{hint.zh}", f"there is no function {function.name}{hint.en}"
    walk.note("function", zh, en, node, function.at)
    return ANY


def _is_bound(name: str, names: Names | None) -> bool:
    """Whether a loop, parameter or context gives a built-in's name another meaning; variables do not."""
    while names is not None:
        if name in names.known:
            return True
        names = names.parent
    return False


def _called(walk: Walk, node: nodes.Call, function: Shape) -> Shape:
    if function.is_known and not function.may_be("function"):
        what = words(function)
        walk.note("function", f"{what.zh}不是函数，不能调用", f"{what.en} is no function and cannot be called", node)
        return ANY
    return function.result or ANY if function.kinds == _CALLABLE else ANY


def _built_in(walk: Walk, node: nodes.Call, found: Builtin, arguments: list[Shape]) -> Shape:
    overloads, ordered = _chosen(found, node.names, arguments)
    if not overloads:
        _no_fit(walk, node, found)
        return result(found.name, (), ordered)
    misfits = [_misfit(found.name, one, ordered) for one in overloads]
    if all(one is not None for one in misfits):
        _no_kind(walk, node, found.name, next(one for one in misfits if one is not None))
    elif found.pure and all(isinstance(one, nodes.Literal) for one in node.arguments):
        _try_out(walk, node, found, overloads)
    fitting = [one for one, wrong in zip(overloads, misfits, strict=True) if wrong is None]
    return result(found.name, fitting or overloads, ordered)


def _try_out(walk: Walk, node: nodes.Call, found: Builtin, overloads: Sequence[Overload]) -> None:
    """A call with fixed arguments always gives the same: does it give anything?"""
    values = [one.value for one in node.arguments if isinstance(one, nodes.Literal)]
    if node.names or None in values:
        return
    try:
        given = invoke(found.name, overloads, Run(None), values)
    except FeelError:
        return
    if given is None:
        shown = ", ".join(f'"{one}"' if isinstance(one, str) else str(one) for one in values)
        zh, en = f"{found.name}({shown}) 总是空值", f"{found.name}({shown}) is always null"
        walk.note("argument", zh, en, node)


def _chosen(found: Builtin, names: tuple[str, ...], arguments: list[Shape]) -> tuple[tuple[Overload, ...], list[Shape]]:
    if not names:
        return found.by_count(len(arguments)), arguments
    overloads, places = found.by_names(names)
    if not overloads:
        return (), arguments
    while places and places[-1] < 0:
        places.pop()
    return overloads, [arguments[place] if place >= 0 else of() for place in places]


def _no_fit(walk: Walk, node: nodes.Call, found: Builtin) -> None:
    told = "; ".join(_signature(found.name, one) for one in found.overloads)
    given = Text(f"{len(node.arguments)} 个参数", f"{len(node.arguments)} arguments")
    if node.names:
        listed = ", ".join(node.names)
        given = Text(f"名为 {listed} 的参数", f"arguments named {listed}")
    walk.note(
        "argument", f"函数 {found.name} 不能带{given.zh}，应为 {told}",
        f"{found.name} cannot take {given.en}: it is {told}", node,
    )  # fmt: skip


def _signature(name: str, overload: Overload) -> str:
    shown = (f"{one.name}{'…' if one.variadic else '?' if one.optional else ''}" for one in overload.parameters)
    return f"{name}({', '.join(shown)})"


Misfit = tuple[int, Parameter, Shape, tuple[str, ...]]


def _misfit(name: str, overload: Overload, arguments: Sequence[Shape]) -> Misfit | None:
    """The first argument that this signature never takes."""
    for place, (parameter, shape) in enumerate(zip(overload.parameters, arguments, strict=False)):
        kinds = wanted(parameter)
        if kinds and shape.is_known and not _takes(kinds, shape):
            return place, parameter, shape, kinds
        if parameter.spreads and wanted_elements(name):
            found = _spread(name, place, parameter, arguments)
            if found is not None:
                return found
    return None


def _takes(kinds: tuple[str, ...], shape: Shape) -> bool:
    """A list of one stands for what it holds (DMN 1.5, 10.3.2.9.4)."""
    if shape.may_be(*kinds):
        return True
    return shape.may_be("list") and (shape.item is None or shape.item.may_be(*kinds))


def _spread(name: str, place: int, parameter: Parameter, arguments: Sequence[Shape]) -> Misfit | None:
    kinds = wanted_elements(name)
    rest = arguments[place:]
    for number, one in enumerate(rest):
        shape = items(one) if len(rest) == 1 else one
        if shape.is_known and not shape.may_be(*kinds):
            return place + number, parameter, shape, tuple(sorted(kinds))
    return None


def _no_kind(walk: Walk, node: nodes.Call, name: str, misfit: Misfit) -> None:
    place, parameter, shape, kinds = misfit
    wants, has = words(of(*kinds)), words(shape)
    part = parameter.optional or kinds == ("boolean",)  # null is left out, and one truth may settle it
    at = nodes.begins(node.arguments[place]) if place < len(node.arguments) and not node.names else None
    walk.note(
        "argument", f"函数 {name} 的参数 {parameter.name} 应为{wants.zh}，却是{has.zh}",
        f"{parameter.name} of {name} has to be {wants.en}, and is {has.en}", node, at, part=part,
    )  # fmt: skip
