"""Values of parameters as they are typed: `id=5`, `name=Ada`, `day:date=2024-05-01`."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mssql_mcp.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable


def read_parameters(written: Iterable[str]) -> dict[str, Any]:
    """Read what `--param` was given, by name; a value of a stated type is `{"value": ..., "type": ...}`.

    Raises:
        ValidationError: `input.parameter`.
    """
    found: dict[str, Any] = {}
    for name, value in map(_parameter, written):
        if name.lower() in map(str.lower, found):
            raise ValidationError(
                f"The parameter {name!r} is given twice.", code="input.parameter", hint="Give each @name one value."
            )
        found[name] = value
    return found


def _parameter(text: str) -> tuple[str, Any]:
    left, equals, value = text.partition("=")
    name, colon, type_name = left.partition(":")
    if not equals or not name.strip("@ ") or (colon and not type_name.strip()):
        raise ValidationError(
            f"A parameter is written name=value or name:type=value, not {text!r}.",
            code="input.parameter",
            hint="Examples: --param id=5, --param name=Ada, --param day:date=2024-05-01.",
        )
    name = name.strip().removeprefix("@")
    if colon:
        is_null = value == "null" and "char" not in type_name.lower()
        return name, {"value": None if is_null else value, "type": type_name}
    try:
        decoded = json.loads(value, parse_float=_number)
    except ValueError:  # no JSON, or more digits than Python reads
        decoded = value
    return name, value if isinstance(decoded, dict | list) else decoded


def _number(text: str) -> float | Decimal:
    """Read a number with a point; one that a float would round is a decimal."""
    is_exact = "e" in text.lower() or len(text.strip("-0.").replace(".", "")) <= sys.float_info.dig
    return float(text) if is_exact else Decimal(text)
