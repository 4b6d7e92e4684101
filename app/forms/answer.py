"""One answer to a form under examination: what counts, what is hidden, what is computed.

The order of things follows the viewer. Conditions are first put to all data; what they hide is taken out, and the
form's initial data shines through where it was; then conditions, formulas and bounds are put to this filtered data.
Unlike the viewer, which runs through once, this repeats until nothing changes, so that no value that was sent for a
hidden or read-only field can have a say in anything.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from app.errors import Text
from app.forms import wording
from app.forms.component import SEVERAL, Component
from app.forms.files import Known, known_files
from app.forms.options import Option, normalise, offers, same
from app.forms.place import Place, Row, Steps

MAX_ROWS = 500
MAX_PLACES = 20_000
MAX_PASSES = 12
MISSING = object()
SPECIAL = ("this", "parent", "i")


class Answer:
    """Build it, `settle()` it, then read `places`. `posted` is distrusted, `context` is the case's own data.

    Without a post all values are the case's. In a post a list that is absent has no rows: the viewer sends none then.
    `files` are the uploads that the sender may refer to; None takes every reference at its word.
    """

    def __init__(
        self,
        components: tuple[Component, ...],
        deep: frozenset[str],
        posted: Mapping[str, object] | None,
        context: Mapping[str, object],
        now: dt.datetime | None,
        files: Known | None = None,
    ) -> None:
        self.is_post = posted is not None
        self.files = files
        self.components = components
        self.context = context
        self.now = now
        self.places: list[Place] = []
        self.tops: list[Place] = []
        self.data: dict[str, object] = dict(context)
        for root in deep:
            if root in self.data:
                self.data[root] = clone(self.data[root])
        self._offered: dict[str, list[Option]] = {}
        self._scopes: dict[int, dict[str, object]] = {}
        self._deep = deep
        self._initial: dict[str, object] | None = None
        self.filtered: dict[str, object] = self.data
        self._fill(components, None, None, self.data, posted or {}, context, (), "", self.tops)
        self.conditional = [place for place in self.places if place.component.hide]
        self.computed = [p for p in self.places if p.component.formula and not p.component.presubmit]
        self.lockable = [place for place in self.places if place.component.lock]
        self.choosing = [p for p in self.places if p.component.options and p.component.options.formula]

    # Filling in

    def _fill(
        self,
        components: tuple[Component, ...],
        parent: Place | None,
        row: Row | None,
        holder: dict[str, object],
        posted: Mapping[str, object],
        base: Mapping[str, object],
        steps: Steps,
        suffix: str,
        into: list[Place],
    ) -> None:
        for component in components:
            place = Place(self, component, parent, row, steps + component.path if steps else component.path, suffix)
            self.places.append(place)
            into.append(place)
            if component.kind == "field":
                place.holder = holder if len(component.path) == 1 else descend(holder, component.path[:-1])
                self._fill_field(place, component, posted, base)
            elif component.kind == "list":
                place.holder = descend(holder, component.path[:-1])
                place.name = component.path[-1]
                self._fill_rows(place, get(posted, component.path), get(base, component.path))
            elif component.kind == "group":
                inner = descend(holder, component.path)
                sent, known = mapping(get(posted, component.path)), mapping(get(base, component.path))
                within: list[Place] = []
                place.children = within
                self._fill(component.children, place, row, inner, sent, known, place.steps, suffix, within)

    def _fill_field(
        self, place: Place, component: Component, posted: Mapping[str, object], base: Mapping[str, object]
    ) -> None:
        coerce = component.coerce
        if coerce is None:
            raise AssertionError(component.id)
        place.name = component.path[-1]
        options = None if component.options is None else self._options_before(component)
        known = get(base, component.path)
        value = place.fallback = component.default if known is MISSING else coerce(known, options)[0]
        if component.editable:
            sent = get(posted, component.path)
            if sent is not MISSING:
                place.sent = True
                value, place.unfit = coerce(sent, options)
                if component.type == "filepicker" and value and self.files is not None:
                    value, place.unfit = known_files(value, self.files)
            place.locked = component.lock is not None
        else:
            place.locked = component.formula is None
        place.wanted = value
        place.holder[place.name] = place.fallback if place.locked else value

    def _options_before(self, component: Component) -> list[Option] | None:
        """The offered values, as far as they are known before anything is computed."""
        options = component.options
        if options is None or options.formula is not None:
            return None
        found = self._offered.get(component.id)
        if found is None:
            found = list(options.given) if options.given is not None else normalise(self.context.get(options.key))
            self._offered[component.id] = found
        return found

    def offered(self, place: Place) -> list[Option]:
        """The values that a select, radio group, checklist or taglist offers here."""
        options = place.component.options
        if options is None:
            return []
        if options.formula is not None:
            return normalise(place.compute(options.formula))
        return self._options_before(place.component) or []

    def _fill_rows(self, place: Place, posted: object, base: object) -> None:
        component = place.component
        known = [mapping(one) for one in base] if isinstance(base, list) else None
        count = component.repetitions if known is None else len(known)
        sent: list[Mapping[str, object]] = [{}] * count
        aligned = True
        if isinstance(posted, list) or (self.is_post and not component.fixed):
            place.sent = True
            rows = [mapping(one) for one in posted] if isinstance(posted, list) else []
            aligned = component.fixed
            sent = [*rows[:count], *sent[len(rows) :]] if component.fixed else rows
        if len(sent) > MAX_ROWS or len(self.places) > MAX_PLACES:
            sent = sent[:MAX_ROWS] if len(self.places) <= MAX_PLACES else []
            place.unfit = wording.MANY_ROWS
        values: list[dict[str, object]] = []
        grid: list[list[Place]] = []
        place.rows = grid
        place.holder[place.name] = place.wanted = values
        place.fallback = [dict(one) for one in known] if known is not None else [{} for _ in range(count)]
        spare = list(known or ())
        for index, one in enumerate(sent):
            own = spare[index] if aligned and index < len(spare) else {} if aligned else claim(component, one, spare)
            value: dict[str, object] = {key: clone(item) for key, item in own.items()}
            values.append(value)
            row = Row(value, index, place.row)
            cells: list[Place] = []
            grid.append(cells)
            self._fill(
                component.children, place, row, value, one, own,
                (*place.steps, index), f"{place.suffix}[{index}]", cells,
            )  # fmt: skip

    # Scopes

    def scope(self, row: Row | None, local: bool) -> Mapping[str, object]:
        """What an expression may read there; `local` when it reads `this`, `parent` or `i`."""
        if not local:
            return self.filtered
        found = self._scopes.get(id(row))
        if found is None:
            found = self._scopes[id(row)] = names_at(row, self.filtered, self.filtered)
        return found

    # Settling

    def settle(self) -> None:
        """Repeat until visibility, computed values, locks and choices agree with each other."""
        if self.conditional or self.computed or self.lockable or self.choosing:
            for _ in range(MAX_PASSES + len({place.component.id for place in self.computed})):
                self._scopes.clear()
                if not (self._hide() or self._compute() or self._unlock() or self._choose()):
                    break
        self._presubmit()

    def _hide(self) -> bool:
        if not self.conditional:
            return False
        self.filtered = self.data
        self._scopes.clear()
        self._mark_hidden()
        if any(place.hidden for place in self.conditional):
            self.filtered = self._without_hidden()
            self._scopes.clear()
            if self.filtered is not self.data:
                self._mark_hidden()
        return self._put_back()

    def _mark_hidden(self) -> None:
        for place in self.places:
            parent, hide = place.parent, place.component.hide
            place.hidden = (parent is not None and parent.hidden) or (hide is not None and place.holds(hide))

    def _put_back(self) -> bool:
        """Give hidden and locked fields their fallback, the others what was sent. Whether anything changed."""
        changed = False
        for place in self.places:
            if not place.name or (place.component.formula and not place.hidden):
                continue
            value = place.fallback if place.hidden or place.locked else place.wanted
            if place.holder.get(place.name) is not value:
                place.holder[place.name] = value
                changed = True
        return changed

    def _without_hidden(self) -> dict[str, object]:
        """The data as conditions see it: the hidden taken out, the initial data under it. The data itself if equal."""
        gone = [place for place in self.places if self._shines_through(place)]
        if not gone:
            return self.data
        filtered = {key: clone(one) if key in self._deep else one for key, one in self.data.items()}
        for place in gone:
            drop(filtered, place.steps)
        return {**self.initial, **filtered}

    def _shines_through(self, place: Place) -> bool:
        """Whether taking this value out makes a difference to the data."""
        if not place.hidden or not place.name or place.in_hidden_list():
            return False
        return len(place.steps) > 1 or not same(place.value, place.fallback)

    @property
    def initial(self) -> dict[str, object]:
        """The form's data before anybody typed: the case's, and defaults."""
        if self._initial is None:
            fresh = Answer(self.components, self._deep, None, self.context, self.now)
            self._initial = fresh.data
        return self._initial

    def _compute(self) -> bool:
        changed = False
        for place in self.computed:
            formula = place.component.formula
            if place.hidden or formula is None:
                continue
            value = place.compute(formula)
            if not same(value, place.value):
                place.holder[place.name] = value
                changed = True
        return changed

    def _presubmit(self) -> None:
        due = [p for p in self.places if p.component.presubmit and not p.hidden]
        values = [p.compute(p.component.formula) for p in due if p.component.formula]
        for place, value in zip(due, values, strict=True):
            place.holder[place.name] = value

    def _unlock(self) -> bool:
        """Take what was sent for a field whose condition does not lock it while it still has its former value.

        One after the other, each seeing what was taken before it: as if somebody typed them in form order.
        """
        changed = False
        for place in self.lockable:
            component = place.component
            if not place.locked or place.hidden or component.disabled or component.lock is None:
                continue
            if place.holds(component.lock):
                continue
            place.locked = False
            if place.value is not place.wanted:
                place.holder[place.name] = place.wanted
                if self.filtered is not self.data:
                    overwrite(self.filtered, place.steps, place.wanted)
                self._scopes.clear()
                changed = True
        return changed

    def _choose(self) -> bool:
        """Empty the choices that a computed list does not offer."""
        changed = False
        for place in self.choosing:
            if place.hidden or place.locked:
                continue
            value = place.value
            if not value and not isinstance(value, bool) and value != 0:
                continue
            offered = self.offered(place)
            if place.component.type in SEVERAL:
                given = value if isinstance(value, list) else []
                kept: object = [one for one in given if offers(offered, one)]
            else:
                kept = value if offers(offered, value) else None
            if not same(kept, value):
                place.unfit = wording.NO_OPTION if place.sent else None
                place.wanted = place.holder[place.name] = kept
                changed = True
        return changed

    # Reading

    def valid_places(self) -> Iterator[Place]:
        """The fields and lists whose values count, in form order."""
        for place in self.places:
            if place.name and not place.hidden and not place.component.disabled:
                yield place

    def complaint(self, place: Place) -> Text | None:
        """Why what was sent here cannot be a value of the field."""
        if place.unfit is not None and (not place.locked or place.component.kind == "list"):
            return wording.about(place.label(), place.unfit)
        return None


def names_at(row: Row | None, data: Mapping[str, object], root: Mapping[str, object]) -> dict[str, object]:
    """The names of a place: `this`, `parent` and `i`, over them the data, over that their underscored twins."""
    special: dict[str, object] = {"this": root, "parent": None, "i": []}
    if row is not None:
        above = root if row.outer is None else row.outer.value
        special = {"this": row.value, "parent": names_at(row.outer, above, root), "i": _indexes(row)}
    return {**special, **data, **{f"_{name}_": special[name] for name in SPECIAL}}


def _indexes(row: Row | None) -> list[int]:
    return [] if row is None else [*_indexes(row.outer), row.index + 1]


def claim(component: Component, sent: Mapping[str, object], spare: list[Mapping[str, object]]) -> Mapping[str, object]:
    """The row of the case that a sent row goes on from: the first unclaimed one with the same guarded cells."""
    guarded = [one.path for one in _guarded(component.children)]
    if not guarded:
        return {}
    for index, row in enumerate(spare):
        if all(same(get(row, path), get(sent, path)) for path in guarded):
            return spare.pop(index)
    return {}


def _guarded(components: Iterable[Component]) -> Iterator[Component]:
    for one in components:
        if one.kind == "field" and one.formula is None and (one.locked or one.lock is not None):
            yield one
        elif one.kind == "group" and not one.path:
            yield from _guarded(one.children)


def clone(value: object) -> object:
    """A copy of the JSON value's objects and lists."""
    if isinstance(value, dict):
        return {key: clone(one) for key, one in value.items()}
    if isinstance(value, list):
        return [clone(one) for one in value]
    return value


def mapping(value: object) -> Mapping[str, object]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def get(data: Mapping[str, object], path: tuple[str, ...]) -> object:
    """The value at the path, or MISSING."""
    if len(path) == 1:
        return data.get(path[0], MISSING)
    found: object = data
    for step in path:
        if not isinstance(found, Mapping) or step not in found:
            return MISSING
        found = found[step]
    return found


def descend(data: dict[str, object], path: tuple[str, ...]) -> dict[str, object]:
    """The object at the path, made where there is none."""
    for step in path:
        inner = data.get(step)
        if not isinstance(inner, dict):
            inner = data[step] = {}
        data = inner
    return data


def chain_to(data: dict[str, object], steps: Steps) -> list[dict[str, object] | list[object]] | None:
    """The containers on the way to the value at the steps, or None where the way ends before."""
    chain: list[dict[str, object] | list[object]] = [data]
    for step in steps[:-1]:
        here = chain[-1]
        inner = here[step] if isinstance(here, list) and isinstance(step, int) else mapping(here).get(str(step))
        if not isinstance(inner, dict | list):
            return None
        chain.append(inner)
    return chain


def drop(data: dict[str, object], steps: Steps) -> None:
    """Take the value at the steps out, and what becomes empty by that."""
    chain = chain_to(data, steps) or []
    for at in range(len(chain) - 1, -1, -1):
        here = chain[at]
        if isinstance(here, list):
            here[int(steps[at])] = None
        else:
            here.pop(str(steps[at]), None)
        if any(one is not None for one in here) if isinstance(here, list) else here:
            return


def overwrite(data: dict[str, object], steps: Steps, value: object) -> None:
    """Set the value at the steps, if there is a place for it."""
    chain = chain_to(data, steps)
    if chain and isinstance(chain[-1], dict):
        chain[-1][str(steps[-1])] = value


def put(data: dict[str, object], steps: Steps, value: object) -> None:
    """Set the value at the steps, making objects and rows on the way."""
    here: dict[str, object] | list[object] = data
    for at, step in enumerate(steps[:-1]):
        fresh: dict[str, object] | list[object] = [] if isinstance(steps[at + 1], int) else {}
        if isinstance(here, list):
            while len(here) <= int(step):
                here.append({})
            inner = here[int(step)]
        else:
            inner = here.setdefault(str(step), fresh)
        if not isinstance(inner, dict | list):
            raise AssertionError(steps)
        here = inner
    if isinstance(here, dict):
        here[str(steps[-1])] = value
