"""Sets of characters, as predicates over one character."""

import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

OneOf = Callable[[str], bool]
_BLOCKS: Final = {
    "BasicLatin": (0x0, 0x7F),
    "Latin-1Supplement": (0x80, 0xFF),
    "Greek": (0x370, 0x3FF),
    "GreekandCoptic": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
}
_CATEGORIES: Final = frozenset(
    (
        "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps",
        "Pe", "Pi", "Pf", "Po", "Z", "Zs", "Zl", "Zp", "S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn",
    )
)  # fmt: skip


@lru_cache(maxsize=4096)
def _category(character: str) -> str:
    return unicodedata.category(character)


def negated(inside: OneOf) -> OneOf:
    """All other characters."""
    return lambda character: not inside(character)


def folded(inside: OneOf) -> OneOf:
    """The characters in either case."""
    return lambda one: inside(one) or inside(one.lower()) or inside(one.upper())


def _name_start(character: str) -> bool:
    return character in "_:" or _category(character)[0] == "L"


def _name_part(character: str) -> bool:
    return character in "_:-.\u00b7" or _category(character)[0] in "LMN"


ESCAPES: Final[dict[str, OneOf]] = {
    "d": lambda one: _category(one) == "Nd",
    "s": lambda one: one in " \t\n\r",
    "w": lambda one: _category(one)[0] not in "PZC",
    "i": _name_start,
    "c": _name_part,
}
SINGLE: Final = {"n": "\n", "r": "\r", "t": "\t"}
LITERAL: Final = frozenset("\\|.?*+(){}-[]^$/\"' #@&=<>!%,:;~`_")


def with_property(name: str) -> OneOf | None:
    """The characters of `\\p{name}`: a general category or one of a few blocks."""
    if name in _CATEGORIES:
        return lambda one: _category(one).startswith(name)
    if name.startswith("Is") and name[2:] in _BLOCKS:
        low, high = _BLOCKS[name[2:]]
        return lambda one: low <= ord(one) <= high
    return None
