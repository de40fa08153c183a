"""Find the database that names of three parts mean, for questions that are answered from one database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.catalog.names import parse_name
from mssql_mcp.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mssql_mcp.catalog.model import Catalog


def database_of(names: Sequence[str], database: str | None) -> str | None:
    """Give the database that all the names name, else the one that was asked for; None is the connection's own.

    Raises:
        ValidationError: `input.name`: a text is no name.
    """
    named = [parse_name(name).database for name in names]
    return database if None in named or not named else named[0]


def check_within(catalog: Catalog, names: Sequence[str]) -> None:
    """Return where no name names another database than the catalog's.

    Raises:
        ValidationError: `input.databases`.
    """
    for name in names:
        place = parse_name(name).database
        if place is not None and place.casefold() != catalog.database.casefold():
            raise ValidationError(
                f"{name} is in another database than the rest, which is looked for in {catalog.database}.",
                code="input.databases",
                hint="Keys do not cross databases. Ask for the path within each one, and join the two by columns of "
                "like values, with names of three parts in the query.",
            )
