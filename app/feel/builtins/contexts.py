"""Context functions (DMN 1.5, table 77)."""

from app.feel.builtins.registry import builtin
from app.feel.limits import LIST, MAX_LIST, too_large
from app.feel.run import Run
from app.feel.values import Value

Entries = dict[str, Value]


@builtin("get value(m: context, key: string)")
def get_value(context: Entries, key: str) -> Value:
    return context.get(key)


@builtin("get value(context: context, keys: list)")
def get_value_at(context: Entries, keys: list[Value]) -> Value:
    found: Value = context
    for key in keys:
        if not isinstance(found, dict) or not isinstance(key, str):
            return None
        found = found.get(key)
    return found


@builtin("get entries(m: context)")
def get_entries(context: Entries) -> list[Value]:
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context(entries: list)")
def context_of(entries: list[Value]) -> Entries | None:
    made: Entries = {}
    for one in entries:
        if not isinstance(one, dict) or "value" not in one or not isinstance(one.get("key"), str):
            return None
        if one["key"] in made:
            return None
        made[one["key"]] = one["value"]
    return made


@builtin("context put(context: context, key: string, value: any)")
def context_put(context: Entries, key: str, value: Value) -> Entries:
    return _sized({**context, key: value})


@builtin("context put(context: context, keys: list, value: any)")
def context_put_at(context: Entries, keys: list[Value], value: Value) -> Entries | None:
    if not keys or not isinstance(keys[0], str):
        return None
    if len(keys) == 1:
        return _sized({**context, keys[0]: value})
    inner = context.get(keys[0])
    if not isinstance(inner, dict):
        return None
    below = context_put_at(inner, keys[1:], value)
    return None if below is None else {**context, keys[0]: below}


@builtin("context merge(contexts: list)", run=True)
def context_merge(run: Run, contexts: list[Value]) -> Entries | None:
    merged: Entries = {}
    for one in contexts:
        if not isinstance(one, dict):
            return None
        run.spend(len(one) + 1)
        merged.update(one)
    return _sized(merged)


def _sized(context: Entries) -> Entries:
    if len(context) > MAX_LIST:
        raise too_large(LIST)
    return context


@builtin("is defined(value: any)")
def is_defined(value: Value) -> bool:
    return value is not None


@builtin("get or else(value: any, default: any)")
def get_or_else(value: Value, default: Value) -> Value:
    return default if value is None else value
