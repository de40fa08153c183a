"""Where a column name is looked for: the sources of one FROM, then those of the queries around it."""

from __future__ import annotations

import difflib
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mssql_mcp.demo.relations import Relation
    from mssql_mcp.demo.typed import Typed


@dataclass(slots=True)
class Source:
    """One item of a FROM.

    Attributes:
        alias: As the query calls it; empty for none.
        qualifiers: Further ways to name it (`schema.table`), lower case.
        columns: Name (lower case) to value, in order.
        level: For a common table expression inside its own recursive part, the text of its depth; empty otherwise.
    """

    alias: str
    qualifiers: tuple[str, ...]
    columns: dict[str, Typed]
    level: str = ""

    def answers_to(self, qualifier: str) -> bool:
        """Whether the lower-case qualifier means this source."""
        return qualifier == self.alias.lower() or qualifier in self.qualifiers


@dataclass(slots=True)
class Scope:
    """The sources of one SELECT.

    Attributes:
        parent: The scope of the query around it.
        sources: In the order of FROM.
        ctes: Names (lower case) of common table expressions that this query defines.
        group_keys: Once grouped, the text of each grouping expression and the value it has then; None before.
        left_out: Texts of the grouping expressions that the grouping set of the moment leaves out.
    """

    parent: Scope | None = None
    sources: list[Source] = field(default_factory=list)
    ctes: dict[str, Relation] = field(default_factory=dict)
    group_keys: dict[str, Typed] | None = None
    left_out: frozenset[str] = frozenset()

    def cte(self, name: str) -> Relation | None:
        """Find a common table expression here or further out."""
        found = self.ctes.get(name.lower())
        if found is None and self.parent is not None:
            return self.parent.cte(name)
        return found

    @contextmanager
    def before_grouping(self) -> Iterator[None]:
        """Read rows, not groups, inside the block: the argument of an aggregate."""
        kept, self.group_keys = self.group_keys, None
        try:
            yield
        finally:
            self.group_keys = kept

    def resolve(self, name: str, qualifier: str = "") -> tuple[Scope, Typed]:
        """Find a column.

        Args:
            name: The column.
            qualifier: What stood before its last dot, parts joined by dots; empty for none.

        Raises:
            QueryError: 207 unknown column, 209 ambiguous, 4104 unknown qualifier.
        """
        found = self._find(name.lower(), qualifier.lower())
        if found is not None:
            return found
        if qualifier:
            raise QueryError(
                f'The multi-part identifier "{qualifier}.{name}" could not be bound.',
                number=4104,
                hint=self._hint(name, qualifier.lower()),
                nearest=self._nearest(name),
            )
        raise QueryError(
            f"Invalid column name '{name}'.", number=207, hint=self._hint(name, ""), nearest=self._nearest(name)
        )

    def _find(self, name: str, qualifier: str) -> tuple[Scope, Typed] | None:
        matches: list[Typed] = []
        knows_qualifier = False
        for source in self.sources:
            if qualifier and not source.answers_to(qualifier):
                continue
            knows_qualifier = True
            if name in source.columns:
                matches.append(source.columns[name])
        if len(matches) > 1:
            raise QueryError(f"Ambiguous column name '{matches[0].name}'.", number=209, hint="Write alias.column.")
        if matches:
            return self, matches[0]
        if qualifier and knows_qualifier:
            raise QueryError(
                f"Invalid column name '{name}'.",
                number=207,
                hint=self._hint(name, qualifier),
                nearest=self._nearest(name),
            )
        return self.parent._find(name, qualifier) if self.parent else None  # noqa: SLF001 - the same class

    def _hint(self, name: str, qualifier: str) -> str:
        near = self._nearest(name)
        if near:
            return f"Did you mean {' or '.join(near)}?"
        if qualifier:
            return f"Known here: {', '.join(source.alias for source in self.sources if source.alias) or 'no table'}."
        return "Describe the table to see its columns."

    def _nearest(self, name: str) -> tuple[str, ...]:
        known: dict[str, str] = {}
        for source in self.sources:
            for column in source.columns.values():
                known.setdefault(column.name.lower(), f"{source.alias}.{column.name}" if source.alias else column.name)
        return tuple(known[key] for key in difflib.get_close_matches(name.lower(), known, 3, 0.6))
