"""What type a component's value must have, and what becomes of a value that has not.

The viewer quietly empties such a value when it loads data. Here the value is emptied too, and the complaint is kept:
nothing that somebody typed may vanish without a word.
"""

import datetime as dt
import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from app.errors import Text
from app.forms import wording
from app.forms.component import Coerce
from app.forms.numbers import numeral, read_number
from app.forms.options import Option, bare_text, offers

MAX_TEXT = 100_000  # UTF-16 units
MAX_FILES = 100

CHINA = ZoneInfo("Asia/Shanghai")
SOME_DAY = "2000-01-01"  # China's offset was the same all year, and is since

Coerced = tuple[object, Text | None]

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
BREAKS = re.compile(r"[\r\n\t]")
DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z", re.ASCII)
TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?\Z", re.ASCII)
REFERENCE = re.compile(r"(?!files::)[A-Za-z0-9_.:-]{1,200}\Z")


def text_line(value: object, _options: list[Option] | None) -> Coerced:
    """A text field: one line."""
    text, complaint = text_block(value, None)
    return (BREAKS.sub(" ", text), complaint) if isinstance(text, str) and not text.isprintable() else (text, complaint)


def text_block(value: object, _options: list[Option] | None) -> Coerced:
    """A text area."""
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            return "", wording.LONG_TEXT
        if not value.isprintable() and UNSTORABLE.search(value):
            return "", wording.BAD_TEXT
        return value, None
    if value is None or isinstance(value, list | dict):
        return "", None
    return bare_text(value), None


def number(value: object, _options: list[Option] | None) -> Coerced:
    """A number kept as a number."""
    if value is None or value == "":
        return None, None
    found = read_number(value)
    return found, None if found is not None else wording.NO_NUMBER


def numeric_text(value: object, _options: list[Option] | None) -> Coerced:
    """A number kept as its decimal text (serializeToString), so that no digit is lost."""
    if value is None or value == "":
        return None, None
    found = read_number(value)
    if found is None:
        return None, wording.NO_NUMBER
    return (value.strip().removeprefix("+") if isinstance(value, str) else numeral(found)), None


def checkbox(value: object, _options: list[Option] | None) -> Coerced:
    """Ticked is true and nothing else is."""
    return value is True, None


def one_of(value: object, options: list[Option] | None) -> Coerced:
    """A select or radio group. Without options (they are computed later) any value passes."""
    if value is None or value == "":
        return None, None
    if options is None or offers(options, value):
        return value, None
    return None, wording.NO_OPTION


def some_of(value: object, options: list[Option] | None) -> Coerced:
    """A checklist or taglist."""
    if value is None or value == "":
        return [], None
    if not isinstance(value, list):
        return [], wording.NO_OPTION
    if options is None:
        return list(value), None
    kept = [one for one in value if offers(options, one)]
    return kept, None if len(kept) == len(value) else wording.NO_OPTION


def is_date(text: str) -> bool:
    """Whether the text is YYYY-MM-DD of a day that some calendar has."""
    found = DATE.match(text)
    if not found:
        return False
    try:
        dt.date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return False
    return True


def date(value: object, _options: list[Option] | None) -> Coerced:
    if value is None or value == "":
        return None, None
    return (value, None) if isinstance(value, str) and is_date(value) else (None, wording.NO_DATE)


def time(wanted: object) -> Coerce:
    """A time of day in the way that the field's `timeSerializingFormat` asks for; without a zone it is China's."""

    def coerce(value: object, _options: list[Option] | None) -> Coerced:
        if value is None or value == "":
            return None, None
        if isinstance(value, str) and TIME.match(value):
            return _written(f"{SOME_DAY}T{value}", wanted)[11:], None
        return None, wording.NO_TIME

    return coerce


def date_time(wanted: object) -> Coerce:
    """A moment in the way that the field's `timeSerializingFormat` asks for, as the viewer writes it when it shows one.

    A moment without a zone is China's; so is the clock of one that is kept without it.
    """

    def coerce(value: object, _options: list[Option] | None) -> Coerced:
        if value is None or value == "":
            return None, None
        if isinstance(value, str):
            day, _, clock = value.partition("T")
            if is_date(day) and TIME.match(clock):
                return _written(value, wanted), None
        return None, wording.NO_DATETIME

    return coerce


def _written(text: str, wanted: object) -> str:
    try:
        moment = dt.datetime.fromisoformat(text)
        local = moment.replace(tzinfo=CHINA) if moment.tzinfo is None else moment.astimezone(CHINA)
        if wanted == "utc_normalized":
            return local.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%MZ")
    except OverflowError:  # at either end of the calendar
        return text
    return local.isoformat(timespec="minutes")[: None if wanted == "utc_offset" else 16]


def as_it_is(value: object, _options: list[Option] | None) -> Coerced:
    """An expression field's value from the case's data."""
    return value, None


def files(several: bool) -> Coerce:
    """References to stored uploads: texts, or objects with an `id` and perhaps `name`, `size`, `type` and `hash`."""

    def coerce(value: object, _options: list[Option] | None) -> Coerced:
        if value is None or value in ("", []):
            return [], None
        found = value if isinstance(value, list) else [value]
        if not all(map(_is_reference, found)):
            return [], wording.NO_FILES
        if len(found) > (MAX_FILES if several else 1):
            return [], wording.MANY_FILES if several else wording.ONE_FILE
        return list(found), None

    return coerce


def _is_reference(value: object) -> bool:
    if isinstance(value, str):
        return bool(REFERENCE.match(value))
    if not isinstance(value, Mapping) or not set(value) <= {"id", "name", "size", "type", "hash"}:
        return False
    size = value.get("size", 0)
    return (
        isinstance(value.get("id"), str)
        and bool(REFERENCE.match(str(value["id"])))
        and all(_is_short(value.get(key, "")) for key in ("name", "type", "hash"))
        and isinstance(size, int)
        and not isinstance(size, bool)
        and size >= 0
    )


def _is_short(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 255 and not UNSTORABLE.search(value)


COERCE: dict[str, Coerce] = {
    "textfield": text_line,
    "textarea": text_block,
    "number": number,
    "expression": as_it_is,
    "checkbox": checkbox,
    "checklist": some_of,
    "taglist": some_of,
    "radio": one_of,
    "select": one_of,
}
