"""Hash chains over log entries: pure functions of what was written (R012)."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

GENESIS = "0" * 64


def canonical(value: object) -> bytes:
    """The one JSON text of a value: sorted keys, no spaces, UTF-8. Raises TypeError on what JSON cannot hold."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def commitment(salt: str, payload: str) -> str:
    """The salted SHA-256 (hex) that stands in the chain for a payload, so that the payload can be erased."""
    return hashlib.sha256(f"{salt}\x00{payload}".encode()).hexdigest()


def entry_hash(previous: str, entry: Mapping[str, Any]) -> str:
    """The SHA-256 (hex) of an entry after `previous`; `entry` holds every chained field of the row."""
    return hashlib.sha256(previous.encode() + canonical(entry)).hexdigest()


def seal(values: Mapping[str, Any]) -> str:
    """A 128-bit digest (hex) of a row's values, written into the entry of the act that wrote the row."""
    return hashlib.blake2b(canonical(values), digest_size=16).hexdigest()
