"""Small forms for the tests, written where they are needed."""

import json
from typing import Any

from app.forms import Form


def source(*components: dict[str, Any], **head: Any) -> bytes:
    """The bytes of a form with these components; ids are made from keys and paths where they are absent."""
    schema = {"schemaVersion": 19, "type": "default", "id": "sample", "components": [named(one) for one in components]}
    return json.dumps(schema | head).encode()


def named(component: dict[str, Any]) -> dict[str, Any]:
    inner = component.get("components")
    base = component.get("key") or component.get("path")
    head = {"id": f"F_{base.replace('.', '_')}"} if base else {}
    return {**head, **component} | ({"components": [named(one) for one in inner]} if inner is not None else {})


def form(*components: dict[str, Any]) -> Form:
    return Form.load(source(*components))


def text(key: str, **more: Any) -> dict[str, Any]:
    return {"type": "textfield", "key": key, **more}


def number(key: str, **more: Any) -> dict[str, Any]:
    return {"type": "number", "key": key, **more}


def rows(path: str, *components: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "dynamiclist", "path": path, "components": list(components), **more}
