"""A question to a database, as a front door hears it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from mssql_mcp.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping

# What JSON can say and a driver can bind.
Scalar = None | bool | int | float | str

MAX_DIGITS = 38
"""Of a decimal: https://learn.microsoft.com/sql/t-sql/data-types/decimal-and-numeric-transact-sql"""
_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Query:
    """One question to a database.

    Attributes:
        sql: The T-SQL text, as it was given.
        parameters: Values of the names that the text writes `@name`.
        connection: Configured connection; None takes the default one.
        database: Database to run in; None takes the connection's own.
        max_rows: Rows to keep; None takes the limit of the settings.
        owner: Key of the client that may continue a truncated result; None keeps nothing to continue.
    """

    sql: str
    parameters: Mapping[str, Scalar] | None = None
    connection: str | None = None
    database: str | None = None
    max_rows: int | None = None
    owner: str | None = None

    def values(self) -> dict[str, Scalar]:
        """Give the values by their names without @, having checked that each can be bound.

        Raises:
            ValidationError: `input.parameter`.
        """
        found: dict[str, Scalar] = {}
        folded: set[str] = set()
        for written, value in (self.parameters or {}).items():
            name = written.removeprefix("@")
            if name.lower() in folded:
                raise _refused(f"The parameter {name!r} is given twice; case and @ do not tell names apart.")
            problem = _problem(value)
            if problem:
                raise _refused(f"The parameter {name!r} {problem}.")
            found[name] = value
            folded.add(name.lower())
        return found


def _problem(value: object) -> str:
    """Say why a value cannot be bound, empty where it can."""
    if value is not None and not isinstance(value, bool | int | float | str):
        return f"must be a text, number, true, false or null, not {type(value).__name__}"
    if isinstance(value, int) and abs(value) >= 10**MAX_DIGITS:
        return f"has more than {MAX_DIGITS} digits"
    if isinstance(value, float) and not isfinite(value):
        return "must be a finite number"
    if isinstance(value, str) and _HALF.search(value):
        return "holds half a character (an unpaired surrogate)"
    return ""


def _refused(message: str) -> ValidationError:
    return ValidationError(
        message,
        code="input.parameter",
        hint="Give each @name one value; for a list write one parameter for each: WHERE id IN (@a, @b).",
    )
