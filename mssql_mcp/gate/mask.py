"""How the values of a masked column are changed. Pure: a value in, a value out."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any, Literal

Mask = Literal["hidden", "hashed", "partial"]
MASKS: tuple[Mask, ...] = ("hidden", "hashed", "partial")
"""Strictest first."""

HASH_DIGITS = 16
"""Hex digits of a hashed value: 64 bits, so that equal digits mean equal values in any result that is ever shown."""
SHOWN_CHARACTERS = 4
_COVER = "****"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What masks make of a query.

    Attributes:
        masks: For each column of the result how its values are masked; empty where none is.
        names: The name of each column, empty where it has none; as many as `masks`.
        is_masked: Whether a table with masked columns is read at all, shown or not.
    """

    masks: tuple[Mask | None, ...] = ()
    names: tuple[str, ...] = ()
    is_masked: bool = False


UNMASKED = Outcome()


def apply_mask(mask: Mask, value: Any, key: bytes) -> str | None:
    """Change one value.

    Args:
        mask: `hidden` gives None; `hashed` gives the beginning of HMAC-SHA256 (RFC 2104) in hex, so that equal values
            stay equal under one key; `partial` shows the last four characters of values that are longer than eight.
        value: As the driver gave it; None stays None.
        key: Secret of the process or the installation, for `hashed`.
    """
    if value is None or mask == "hidden":
        return None
    if mask == "hashed":
        return hmac.new(key, _bytes(value), hashlib.sha256).hexdigest()[:HASH_DIGITS]
    text = value.hex() if isinstance(value, (bytes, bytearray)) else str(value)
    return _COVER + text[-SHOWN_CHARACTERS:] if len(text) > 2 * SHOWN_CHARACTERS else _COVER


def strictest(first: Mask | None, second: Mask | None) -> Mask | None:
    """Give the mask that shows less."""
    if first is None or second is None:
        return first or second
    return first if MASKS.index(first) <= MASKS.index(second) else second


def _bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, (bytes, bytearray)) else str(value).encode("utf-8", "surrogatepass")
