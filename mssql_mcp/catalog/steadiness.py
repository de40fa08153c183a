"""Whether what a query reads changes with the data alone: what the cache of answers must know of names.

A name can be a view whose body asks for the time, or a table with such a column. So nothing is taken on trust: each
object is looked up in the catalog that is in memory, a view's query is judged as a text of its own, and whatever is not
known there (a synonym, a function, another database, a catalog that was not read yet) counts as changing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.catalog.table import Table
from mssql_mcp.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mssql_mcp.catalog.model import Catalog

# Views in views that are followed: https://learn.microsoft.com/sql/t-sql/statements/create-view-transact-sql.
MAX_DEPTH = 32


def is_steady(objects: Sequence[Sequence[str]], catalog: Catalog | None, is_steady_text: Callable[[str], bool]) -> bool:
    """Tell whether reading these objects gives the same rows as long as the data stays the same.

    Args:
        objects: Names as the gate gives them, outermost part first.
        catalog: Of the database that the query runs in, as far as it is in memory.
        is_steady_text: Judges a canonical text or an expression by its words.
    """
    if not objects:
        return True
    if catalog is None or catalog.depth != "full" or catalog.is_stale:
        return False
    return _Judge(catalog, is_steady_text).are_steady(objects, ())


class _Judge:
    """Follows views through one catalog; what was judged once is not judged again."""

    def __init__(self, catalog: Catalog, is_steady_text: Callable[[str], bool]) -> None:
        self._catalog = catalog
        self._is_steady_text = is_steady_text
        self._known: dict[tuple[str, str], bool] = {}

    def are_steady(self, objects: Sequence[Sequence[str]], path: tuple[tuple[str, str], ...]) -> bool:
        return all(self._is_steady_name(tuple(name), path) for name in objects)

    def _is_steady_name(self, name: tuple[str, ...], path: tuple[tuple[str, str], ...]) -> bool:
        *outer, last = name
        schema = outer[-1] if outer else ""
        if len(outer) > 2 or (len(outer) == 2 and outer[0].casefold() != self._catalog.database.casefold()):
            return False
        # Which schema a bare name means depends on who asks and from where: all that it may mean must be steady.
        found = self._catalog.named(last, schema or None)
        return bool(found) and all(isinstance(item, Table) and self._is_steady_table(item, path) for item in found)

    def _is_steady_table(self, table: Table, path: tuple[tuple[str, str], ...]) -> bool:
        key = (table.schema, table.name)
        if key not in self._known:
            if key in path or len(path) >= MAX_DEPTH:
                return False
            self._known[key] = (
                self._is_steady_view(table, (*path, key)) if table.kind == "view" else self._columns(table)
            )
        return self._known[key]

    def _columns(self, table: Table) -> bool:
        """Judge the computed columns that are not stored: they are worked out anew each time."""
        texts = [column.computed.definition for column in table.columns if column.computed]
        return all(text and self._is_steady_text(text) for text in texts)

    def _is_steady_view(self, view: Table, path: tuple[tuple[str, str], ...]) -> bool:
        from mssql_mcp.gate import Policy, check
        from mssql_mcp.gate.lexer import canonical
        from mssql_mcp.gate.masking import view_tokens

        if not view.definition:
            return False
        try:
            approved = check(canonical(view_tokens(view.definition)), Policy())
        except (ToolError, ValueError):
            return False
        return approved.has_tree and self._is_steady_text(approved.sql) and self.are_steady(approved.objects, path)
