"""Values of named parameters, in the order of their marks."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mssql_mcp.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_BIGINT = 2**63


def bound(parameter_order: Sequence[str], values: Mapping[str, Any]) -> tuple[Any, ...]:
    """Put named values into the order of their marks; names are compared without their @ and without case.

    An integer that no bigint holds becomes a decimal, which drivers can bind.

    Raises:
        ValidationError: `input.missing_parameter`.
    """
    by_name = {_plain(name): value for name, value in values.items()}
    missing = [f"@{name.lstrip('@')}" for name in parameter_order if _plain(name) not in by_name]
    if missing:
        raise ValidationError(
            f"The query uses {', '.join(dict.fromkeys(missing))} and no value was given.",
            code="input.missing_parameter",
            hint="Give every @name of the query in the parameters argument.",
        )
    return tuple(_fitting(by_name[_plain(name)]) for name in parameter_order)


def _fitting(value: Any) -> Any:
    return Decimal(value) if isinstance(value, int) and not -_BIGINT <= value < _BIGINT else value


def _plain(name: str) -> str:
    return name.lstrip("@").lower()
