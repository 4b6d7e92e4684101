"""What the house gives to every case of an item before any step of it: `case`, `item`, `applicant`.

`app.cases` starts cases with these; a test holds the two against each other. Forms are shown over a little more.
"""

from collections.abc import Mapping

from app.feel.infer import ANY, NUMBER, STRING, Shape, context_of, list_of, one_of

_ITEM = {
    "code": STRING,
    "name": STRING,
    "acceptLimit": NUMBER,
    "deliverLimit": NUMBER,
    "statutoryLimit": NUMBER,
    "promisedLimit": NUMBER,
    "supplementDays": NUMBER,
    "handleMode": ANY,
    "extendMax": NUMBER,
}
_MATERIAL = context_of({"name": STRING, "need": STRING, "originals": ANY, "copies": ANY})
START: Mapping[str, Shape] = {
    "case": context_of(
        {"no": STRING, "receiptDate": STRING, "channel": one_of(("window", "post", "online", "mobile"))}
    ),
    "item": context_of(_ITEM),
    "applicant": context_of({"type": STRING, "name": STRING}),
}
"""The variables of a case when it starts, beside the answers of its application form."""

SHOWN: Mapping[str, Shape] = {
    "case": context_of({"no": STRING, "receiptDate": STRING, "applicant": STRING}),
    "item": context_of({**_ITEM, "basis": list_of(context_of({"id": STRING, "label": STRING}))}),
    "materials": list_of(_MATERIAL),
}
"""What every form of a task may read, beside what earlier forms answered and what its task is handed."""
