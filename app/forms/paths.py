"""Which component owns which place in the data: no two may write to the same, as in the viewer's path registry."""

from dataclasses import dataclass, field

RESERVED = frozenset({"__proto__", "constructor", "prototype"})


@dataclass(slots=True)
class _Claim:
    """A step of some path. `leaf` ends in a field; `repeater` is the id of the list whose rows lie beneath."""

    leaf: bool = False
    repeater: str = ""
    inner: "dict[str, _Claim]" = field(default_factory=dict)


class Claims:
    """The paths claimed so far."""

    def __init__(self) -> None:
        self._root = _Claim()

    def claim(self, path: tuple[str, ...], *, leaf: bool, repeater: str = "", within: tuple[str, ...] = ()) -> bool:
        """Claim the path inside the lists `within`, for a field, a list (`repeater` its id) or a group."""
        here = self._root
        fresh = False
        for step in path:
            found = here.inner.get(step)
            if found is None:
                fresh = True
                found = here.inner[step] = _Claim()
            elif found.leaf or (found.repeater and found.repeater not in within):
                return False
            here = found
        if (leaf or repeater) and not fresh:
            return False
        here.leaf = leaf
        here.repeater = repeater or here.repeater
        return True


def steps_of(binding: str) -> tuple[str, ...] | None:
    """A binding such as `applicant.name` as steps, or None if it cannot be one.

    Numbers are refused: the viewer would take them for places in an array.
    """
    steps = tuple(binding.split("."))
    for step in steps:
        if not step or step != step.strip() or step in RESERVED or step[0].isdigit() or len(step) > 100:
            return None
        if any(not sign.isprintable() for sign in step):
            return None
    return steps if len(steps) <= 12 else None
