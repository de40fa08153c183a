"""A question to a database, as a front door hears it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mssql_mcp.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping

# What JSON can say and a driver can bind.
Scalar = None | bool | int | float | str


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
        given = self.parameters or {}
        for name, value in given.items():
            if value is not None and not isinstance(value, bool | int | float | str):
                raise ValidationError(
                    f"The parameter {name!r} must be a text, number, true, false or null, not {type(value).__name__}.",
                    code="input.parameter",
                    hint="For a list of values write one parameter for each: WHERE id IN (@a, @b).",
                )
        return {name.removeprefix("@"): value for name, value in given.items()}
