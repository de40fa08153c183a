"""What a name in FROM can mean: tables, views, synonyms and system views, with their columns."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from mssql_mcp.demo import schema
from mssql_mcp.demo.ddl import quote
from mssql_mcp.demo.sqltypes import SqlType, parse_type
from mssql_mcp.demo.system_columns import system_views
from mssql_mcp.errors import ObjectNotFoundError, UnsupportedError

if TYPE_CHECKING:
    from mssql_mcp.demo.model import DemoTable, DemoView


@dataclass(frozen=True, slots=True)
class RelationColumn:
    """A column that FROM offers.

    Attributes:
        name: As a query calls it.
        sql: Its name in SQLite, quoted.
        type: Its type.
    """

    name: str
    sql: str
    type: SqlType


@dataclass(frozen=True, slots=True)
class Relation:
    """Something that can stand in FROM.

    Attributes:
        name: `schema.name`, or the alias of a derived table.
        sql: What stands in SQLite's FROM: a quoted name or a subquery in parentheses.
        columns: In order.
        level_sql: In the recursive part of a common table expression, the name of its column that counts levels.
    """

    name: str
    sql: str
    columns: tuple[RelationColumn, ...]
    level_sql: str = ""


@lru_cache(maxsize=1)
def _relations() -> dict[str, Relation]:
    found: dict[str, Relation] = {}
    owners: tuple[DemoTable | DemoView, ...] = (*schema.TABLES, *schema.VIEWS)
    declared = [(owner.full_name, owner.columns) for owner in owners]
    for name, columns in (*declared, *system_views().items()):
        found[name.lower()] = Relation(
            name,
            quote(name),
            tuple(RelationColumn(c.name, quote(c.name), parse_type(c.type)) for c in columns),
        )
    for synonym in schema.SYNONYMS:
        found[synonym.full_name.lower()] = found[f"{synonym.base_schema}.{synonym.base_name}".lower()]
    return found


def find_relation(parts: tuple[str, ...]) -> Relation:
    """Find what a one- to three-part name means; a name without a schema is looked for in the default schema.

    Raises:
        ObjectNotFoundError: Number 208, with near names.
        UnsupportedError: The name is a routine, or one of four parts.
    """
    written = ".".join(parts)
    if len(parts) > 3:
        raise UnsupportedError(f"The demo has no linked servers: {written}.", code="unsupported.demo")
    database, owner, name = ("", "", *parts)[-3:]
    if database and database.lower() != schema.DATABASE_NAME.lower():
        raise _not_found(written, ())
    full = f"{owner or schema.DEFAULT_SCHEMA}.{name}".lower()
    relation = _relations().get(full)
    if relation is not None:
        return relation
    if any(routine.full_name.lower() == full for routine in schema.ROUTINES):
        raise UnsupportedError(f"The demo shows the text of {full} but cannot run it.", code="unsupported.demo")
    if owner.lower() in {"sys", "information_schema"}:
        known = ", ".join(sorted(view for view in system_views() if view.lower().startswith(owner.lower() + ".")))
        raise ObjectNotFoundError(
            f"Invalid object name '{written}'.",
            number=208,
            hint=f"Of the system views the demo has {known}.",
            nearest=_nearest(owner, name),
        )
    raise _not_found(written, _nearest(owner, name))


def _not_found(written: str, nearest: tuple[str, ...]) -> ObjectNotFoundError:
    # Message 208 of sys.messages.
    hint = f"Did you mean {' or '.join(nearest)}?" if nearest else "List the tables to see what there is."
    return ObjectNotFoundError(f"Invalid object name '{written}'.", hint=hint, number=208, nearest=nearest)


def _nearest(owner: str, name: str) -> tuple[str, ...]:
    known = {key: relation.name for key, relation in _relations().items()}
    same = [full for key, full in known.items() if key.split(".")[-1] == name.lower()]
    close = difflib.get_close_matches(f"{owner}.{name}".lower(), known, 3, 0.75)
    last = {key.split(".")[-1]: full for key, full in known.items()}
    closer = difflib.get_close_matches(name.lower(), last, 3, 0.7)
    found = [*same, *(known[key] for key in close), *(last[key] for key in closer)]
    return tuple(dict.fromkeys(found))[:3]
