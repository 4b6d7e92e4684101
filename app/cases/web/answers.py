"""What comes in from forms: the viewer's JSON in `answers`, or a plain post; and what goes out to them."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import request, url_for

from app.cases.web.files import taken
from app.config import current as settings
from app.errors import Invalid, Text
from app.feel import to_json
from app.forms import Form, changes_rows
from app.http import language

_UNREADABLE = Text("提交的内容无法识别，请重试", "What was sent cannot be read; try again")


def sent_as_json() -> Mapping[str, Any] | None:
    """The answers as form.js sends them, or as a script's JSON body; None for a plain post. Raises Invalid."""
    if request.is_json:
        body = _loaded(request.get_data(as_text=True))
        answers = body.get("answers", body)
        if not isinstance(answers, dict):
            raise Invalid(_UNREADABLE)
        return answers
    text = request.form.get("answers", "").strip()
    return _loaded(text) if text else None


def sent(form: Form | None) -> dict[str, Any]:
    """What was typed, whichever way it came. Raises Invalid."""
    answers = sent_as_json()
    if answers is None:
        return form.parse(plain_post()) if form else {}
    return dict(answers)


def plain_post() -> dict[str, list[str]]:
    """The post as a form without JavaScript sends it; files that came with it stand behind those kept from before."""
    post = request.form.to_dict(flat=False)
    for name, files in taken().items():
        post[name] = [*post.get(name, ()), *(json.dumps(one.as_json(), ensure_ascii=False) for one in files)]
    return post


def asks_for_rows() -> bool:
    """Whether a page without JavaScript asks for a row more or less, rather than for a verdict."""
    return not request.is_json and not request.form.get("answers", "").strip() and changes_rows(plain_post())


def _loaded(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text, parse_constant=_no_constant)
        json.dumps(found, ensure_ascii=False).encode()  # half a character pair is no text
    except (ValueError, RecursionError) as problem:
        raise Invalid(_UNREADABLE) from problem
    if not isinstance(found, dict):
        raise Invalid(_UNREADABLE)
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def for_viewer(
    form: Form,
    context: Mapping[str, Any],
    typed: Mapping[str, Any],
    errors: Mapping[str, tuple[Text, ...]],
    **more: Any,
) -> dict[str, Any]:
    """`form-data` of the form bundle: the schema, and of the case's data only what this form shows or reads."""
    wanted = {*form.keys, *form.names}
    data = {name: value for name, value in {**context, **typed}.items() if name in wanted}
    words = {field: [text.to(language()) for text in texts] for field, texts in errors.items()}
    if form.file_names:
        more |= {"uploadUrl": url_for("documents.upload"), "largestFile": settings().largest_file}
    return {"schema": form.schema, "data": plain(data), "errors": words, **more}


def by_field(form: Form | None, errors: Mapping[str, tuple[Text, ...]]) -> dict[str, tuple[Text, ...]]:
    """Errors under the ids of fields; one that is given under a field's key moves to its id."""
    ids = {component.key: component.id for component in form.fields} if form else {}
    return {ids.get(name, name): texts for name, texts in errors.items()}


def plain(value: Any) -> Any:
    """A value of a case as the browser's JSON: numbers as numbers, dates as ISO text."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float):
        return value
    written = to_json(value)
    return written.get("value") if isinstance(written, dict) else written
