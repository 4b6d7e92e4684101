"""Collects the words of pages and code into the English catalogue, and names those that still lack an English text.

Chinese is the source language: a message's id is its Chinese wording. Exit 1 while something is missing.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "app" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
HEADER = """\
# The English of Banjie's pages. A message's id is its Chinese wording. `make translations` adds new ones.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def used() -> Catalog:
    """The messages that pages and code use, without translations."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel has no types there
    found = extract_from_dir(
        ROOT / "app", methods, options, {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
    )
    catalogue = Catalog(locale="en")
    for _file, _line, words, _comments, _context in found:
        catalogue.add(words)
    return catalogue


def translated() -> Catalog:
    """The catalogue as it is."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def missing(catalogue: Catalog) -> Iterator[str]:
    """The messages of a catalogue that have no English, or an incomplete one."""
    for message in catalogue:
        texts = [message.string] if isinstance(message.string, str) else message.string
        if message.id and not all(texts or [""]):
            yield wording(message)


def wording(message: Message) -> str:
    """A message's Chinese, the singular where it has two forms."""
    return str(message.id if isinstance(message.id, str) else message.id[0])


def main() -> int:
    """Bring the catalogue up to date, keep what is translated, report what is not."""
    catalogue, known = used(), translated()
    for message in catalogue:
        before = known.get(wording(message))
        if message.id and before is not None:
            message.string = before.string
    body = BytesIO()
    write_po(body, catalogue, width=0, no_location=True, omit_header=True, sort_output=True)
    CATALOGUE.write_text(HEADER + body.getvalue().decode(), encoding="utf-8")
    lacking = list(missing(catalogue))
    for text in lacking:
        print(f"no English: {text}")
    print(f"{len(catalogue)} messages, {len(lacking)} without English")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
