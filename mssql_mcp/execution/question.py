"""A question to a database, as a front door hears it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any

from mssql_mcp.connection.declared import MAX_DIGITS, Declared, declared
from mssql_mcp.errors import ValidationError

# What a driver can bind; a mapping of `value` and `type` states the type too.
Scalar = None | bool | int | float | str | Decimal | Declared
Parameter = Scalar | Mapping[str, Any]

_STATED = '{"value": ..., "type": "date"}'
_KINDS = {list: "a list", tuple: "a list", dict: "another object"}
_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Query:
    """One question to a database.

    Attributes:
        sql: The T-SQL text, as it was given.
        parameters: Values of the names that the text writes `@name`; `{"value": ..., "type": "date"}` states a type.
        connection: Configured connection; None takes the default one.
        database: Database to run in; None takes the connection's own.
        max_rows: Rows to keep; None takes the limit of the settings.
        owner: Key of the client that may continue a truncated result; None keeps nothing to continue.
        output_format: Of the answer, in which its characters are counted; as of `Limits`.
    """

    sql: str
    parameters: Mapping[str, Parameter] | None = None
    connection: str | None = None
    database: str | None = None
    max_rows: int | None = None
    owner: str | None = None
    output_format: str = "json"

    def values(self) -> dict[str, Scalar]:
        """Give the values by their names without @, having checked that each can be bound.

        Raises:
            ValidationError: `input.parameter`.
        """
        found: dict[str, Scalar] = {}
        folded: set[str] = set()
        for written, given in (self.parameters or {}).items():
            name = written.removeprefix("@")
            if name.lower() in folded:
                raise _refused(f"The parameter {name!r} is given twice; case and @ do not tell names apart.")
            try:
                value = _typed(given)
            except ValueError as reason:
                raise _refused(f"The parameter {name!r} {reason}.") from None
            problem = _problem(value)
            if problem:
                raise _refused(f"The parameter {name!r} {problem}.")
            found[name] = value
            folded.add(name.lower())
        return found


def _typed(given: Any) -> Any:
    """Read `{"value": ..., "type": ...}`; anything else stays as it is."""
    if not isinstance(given, Mapping) or set(given) != {"value", "type"}:
        return given
    if not isinstance(given["type"], str):
        raise ValueError("has a type that is no text")  # noqa: TRY004 - said as every other unusable value
    return declared(given["value"], given["type"])


def _problem(value: object) -> str:
    """Say why a value cannot be bound, empty where it can."""
    if isinstance(value, Declared):
        value = value.value if isinstance(value.value, str) else None
    if isinstance(value, Mapping | list | tuple):
        return f"must be a text, number, true, false, null or {_STATED}, not {_KINDS.get(type(value), 'that')}"
    if value is not None and not isinstance(value, bool | int | float | str | Decimal):
        return f"must be a text, number, true, false or null, not {type(value).__name__}"
    if isinstance(value, int) and abs(value) >= 10**MAX_DIGITS:
        return f"has more than {MAX_DIGITS} digits"
    if isinstance(value, float | Decimal) and not isfinite(value):
        return "must be a finite number"
    if isinstance(value, Decimal) and _digits(value) > MAX_DIGITS:
        return f"has more than {MAX_DIGITS} digits"
    if isinstance(value, str) and _HALF.search(value):
        return "holds half a character (an unpaired surrogate)"
    return ""


def _digits(value: Decimal) -> int:
    """Count the digits that a decimal of SQL Server needs for a value: before and behind the point."""
    exponent = value.as_tuple().exponent
    return max(value.adjusted() + 1, 0) + max(0, -exponent if isinstance(exponent, int) else 0)


def _refused(message: str) -> ValidationError:
    return ValidationError(
        message,
        code="input.parameter",
        hint="Give each @name one value; for a list write one parameter for each: WHERE id IN (@a, @b).",
    )
