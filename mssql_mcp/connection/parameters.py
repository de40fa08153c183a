"""Values of named parameters, in the order of their marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mssql_mcp.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def bound(parameter_order: Sequence[str], values: Mapping[str, Any]) -> tuple[Any, ...]:
    """Put named values into the order of their marks; names are compared without their @ and without case.

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
    return tuple(by_name[_plain(name)] for name in parameter_order)


def _plain(name: str) -> str:
    return name.lstrip("@").lower()
