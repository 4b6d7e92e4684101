"""Every text of pages and code has its English, with the same placeholders."""

import re

from tools import translations

PLACES = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
CHINESE = re.compile("[\u4e00-\u9fff]")


def places(text: str) -> set[str]:
    return {"".join(found) for found in PLACES.findall(text)}


def test_every_message_in_use_is_translated() -> None:
    known = translations.translated()
    lacking = [
        translations.wording(message)
        for message in translations.used()
        if message.id and known.get(translations.wording(message)) is None
    ]
    assert lacking == [], "run `make translations` and fill in app/translations/en"
    assert list(translations.missing(known)) == []


def test_translations_keep_the_placeholders_and_no_chinese() -> None:
    wrong = []
    for message in translations.translated():
        if not message.id:
            continue
        texts = [message.string] if isinstance(message.string, str) else list(message.string or [])
        for text in texts:
            if places(text) != places(translations.wording(message)) or CHINESE.search(text):
                wrong.append((message.id, text))
    assert wrong == []


def test_a_message_without_english_is_found() -> None:
    catalogue = translations.translated()
    catalogue.add("没有译文")
    catalogue.add(("一份", "几份"), ("one", ""))
    assert list(translations.missing(catalogue)) == ["没有译文", "一份"]
