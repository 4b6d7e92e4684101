"""From the bytes of a `.form` file to checked components, or a refusal that lists everything found wrong."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import Finding, Refused, Text
from app.forms.build import Builder
from app.forms.component import Component
from app.forms.paths import steps_of

MAX_BYTES = 1024 * 1024
MAX_COMPONENTS = 500
MAX_DEPTH = 12
VERSIONS = range(16, 20)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A checked file: the form's id, its components, the names its expressions read."""

    id: str
    components: tuple[Component, ...]
    names: frozenset[str]
    schema: Mapping[str, object]


def load(data: bytes) -> Loaded:
    """Raises Refused."""
    schema = _read(data)
    _check_head(schema)
    _check_size(schema)
    known = _known_names(schema)
    builder = Builder(known)
    components = builder.children(schema, (), ())
    if builder.findings:
        raise Refused(builder.findings)
    return Loaded(str(schema["id"]), components, frozenset(builder.names), schema)


def _refuse(code: str, zh: str, en: str, remedy_zh: str, remedy_en: str) -> Refused:
    return Refused([Finding("error", code, Text(zh, en), Text(remedy_zh, remedy_en))])


def _read(data: bytes) -> Mapping[str, object]:
    if len(data) > MAX_BYTES:
        raise _refuse(
            "form-size", "表单文件超过 1 MiB", "the form file is larger than 1 MiB",
            "把表单拆成几份", "split the form",
        )  # fmt: skip
    try:
        schema = json.loads(data.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise _refuse(
            "form-json", f"表单文件不是有效的 JSON:{error}", f"the form file is not valid JSON: {error}",
            "用表单编辑器重新保存", "save it again with the form editor",
        ) from error  # fmt: skip
    if not isinstance(schema, dict):
        raise _refuse(
            "form-json", "表单文件不是 JSON 对象", "the form file is not a JSON object",
            "用表单编辑器重新保存", "save it again with the form editor",
        )  # fmt: skip
    return schema


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _check_head(schema: Mapping[str, object]) -> None:
    if schema.get("type", "default") != "default":
        raise _refuse(
            "form-type", "文件不是 form-js 表单", "the file is not a form-js form",
            "最外层的 type 应为 default", "the outermost type must be default",
        )  # fmt: skip
    version = schema.get("schemaVersion")
    if not isinstance(version, int) or isinstance(version, bool) or version not in VERSIONS:
        raise _refuse(
            "form-version", f"不支持的 schemaVersion:{version}", f"schemaVersion {version} is not supported",
            "用当前的表单编辑器重新保存(16–19)", "save it again with the current form editor (16–19)",
        )  # fmt: skip
    name = schema.get("id")
    if not isinstance(name, str) or steps_of(name) != (name,):
        raise _refuse(
            "form-id", "表单没有合格的 id", "the form has no usable id",
            "给表单起一个不含点号、不以数字开头的 id", "give it an id without dots that begins with no digit",
        )  # fmt: skip


def _check_size(schema: Mapping[str, object]) -> None:
    todo: list[tuple[Mapping[str, object], int]] = [(schema, 0)]
    count = 0
    while todo:
        node, depth = todo.pop()
        inner = node.get("components")
        count += 1
        if depth > MAX_DEPTH or count > MAX_COMPONENTS + 1:
            raise _refuse(
                "form-limit", f"表单组件超过 {MAX_COMPONENTS} 个或嵌套超过 {MAX_DEPTH} 层",
                f"the form has more than {MAX_COMPONENTS} components or {MAX_DEPTH} levels",
                "把表单拆成几份", "split the form",
            )  # fmt: skip
        if isinstance(inner, list):
            todo.extend((one, depth + 1) for one in inner if isinstance(one, dict))


def _known_names(schema: Mapping[str, object]) -> frozenset[str]:
    """The first words of all bindings: expressions may use names with spaces only if they are known."""
    names: set[str] = set()
    todo: list[Mapping[str, object]] = [schema]
    while todo:
        node = todo.pop()
        for attribute in ("key", "path", "valuesKey"):
            binding = node.get(attribute)
            if isinstance(binding, str) and binding:
                names.update(binding.split("."))
        inner = node.get("components")
        if isinstance(inner, list):
            todo.extend(one for one in inner if isinstance(one, dict))
    return frozenset(names - {""})
