"""Ask the catalogue for what a query reads, and for what lies behind its views, before the query is followed.

A query that is followed asks for one name at a time and is followed anew each time (`NotAskedYet`), which costs a view
of many tables dearly. So the names are read from the tokens first; what is missed here is asked for later.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from mssql_mcp.gate.masking import view_tokens
from mssql_mcp.gate.neighbours import pair
from mssql_mcp.gate.sources import read_sources
from mssql_mcp.gate.system import is_system_object

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mssql_mcp.gate.policy import Policy
    from mssql_mcp.gate.schema import ShapeMemory, TableShape
    from mssql_mcp.gate.sources import Source


def ask_for_all(memory: ShapeMemory, policy: Policy, sources: Iterable[Source], most: int) -> bool:
    """Ask for the tables and views of a query, and for those behind its views.

    Args:
        memory: Asks, and keeps the answers.
        policy: Knows the database and the default schema.
        sources: What the query reads.
        most: Names that may be asked for behind views.

    Returns:
        False where there are more.
    """
    views: deque[TableShape] = deque()
    followed: set[tuple[str, str, str]] = set()
    _ask(memory, policy, sources, ("", policy.default_schema), views)
    limit = memory.size + most
    while views:
        view = views.popleft()
        place = (view.database, view.schema, view.name)
        if place not in followed:
            followed.add(place)
            _ask(memory, policy, view_sources(view), (view.database, view.schema), views)
        if memory.size > limit:
            return False
    return True


def view_sources(view: TableShape) -> tuple[Source, ...]:
    """Give what a view reads; nothing where its definition cannot be read."""
    try:
        tokens = view_tokens(view.definition or "")
    except ValueError:
        return ()
    return read_sources(tokens, pair(tokens)).sources


def _ask(
    memory: ShapeMemory, policy: Policy, sources: Iterable[Source], home: tuple[str, str], views: deque[TableShape]
) -> None:
    """Ask for the row sources of a text whose home is a database and a schema, and note the views."""
    database, schema = home
    for source in sources:
        if source.cte == "exact" or source.is_function or is_system_object(source.parts):
            continue
        *outer, name = source.parts[-3:]
        written = outer.pop() if outer else ""
        other = outer.pop() if outer else database
        place = ("" if policy.is_own_database(other) else other, written, name)
        shape = memory.ask_for(place, list(dict.fromkeys((schema, "dbo"))))
        if shape is not None and shape.is_view:
            views.append(shape)
