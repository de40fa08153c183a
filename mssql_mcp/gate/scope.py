"""Columns that a part of a query can name, and what is known of their masks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mssql_mcp.gate.mask import Mask, strictest
from mssql_mcp.gate.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column that a table, a CTE or a subquery gives.

    Attributes:
        name: Its name; empty where it has none.
        mask: How its values are masked where they reach the result; None where they are not.
        is_in_star: Whether `*` gives it.
    """

    name: str
    mask: Mask | None = None
    is_in_star: bool = True


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of a row source.

    Attributes:
        columns: Those that are known, in order.
        is_open: Whether there may be further columns, all of them unmasked, at places that are not known.
    """

    columns: tuple[OutputColumn, ...] = ()
    is_open: bool = False

    @property
    def mask(self) -> Mask | None:
        """The strictest mask of any column."""
        found: Mask | None = None
        for column in self.columns:
            found = strictest(found, column.mask)
        return found

    def named(self, name: str) -> list[OutputColumn]:
        """Give the columns of a name."""
        folded = fold(name)
        return [column for column in self.columns if fold(column.name) == folded]

    def star(self) -> Shape:
        """Give what `*` gives."""
        return Shape(tuple(column for column in self.columns if column.is_in_star), self.is_open)

    def renamed(self, names: Sequence[str]) -> Shape | None:
        """Give the shape under new names, or None where it is not certain which name belongs to which column."""
        if self.is_open:
            return None if self.mask else Shape(tuple(OutputColumn(name) for name in names))
        columns = self.star().columns
        if len(names) != len(columns):
            return None
        return Shape(tuple(replace(column, name=name) for column, name in zip(columns, names, strict=True)))


@dataclass(frozen=True, slots=True)
class RowSource:
    """Something in FROM.

    Attributes:
        names: The names by which it can be qualified: its alias, or the parts of a table's name.
        shape: What it gives.
    """

    names: tuple[str, ...]
    shape: Shape

    def answers_to(self, qualifier: Sequence[str]) -> bool:
        """Say whether `qualifier.column` means a column of this source."""
        own = [fold(name) for name in self.names[-len(qualifier) :]]
        return bool(self.names) and own == [fold(part) for part in qualifier]

    def is_called(self, qualifier: Sequence[str]) -> bool:
        """Say whether it answers to a qualifier in every collation."""
        return bool(self.names) and list(self.names[-len(qualifier) :]) == list(qualifier)


@dataclass(slots=True)
class Scope:
    """What a query can name: its row sources, and those of the queries around it.

    Attributes:
        expressions: Common table expressions in scope, by their exact names.
        parent: The query around it.
        sources: Its row sources, as far as they were read.
    """

    expressions: dict[str, Shape]
    parent: Scope | None = None
    sources: list[RowSource] = field(default_factory=list)

    def chain(self) -> Iterable[Scope]:
        """Give this scope and those around it, innermost first."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def all_columns(self) -> Shape:
        """Give what `*` gives."""
        columns = tuple(column for source in self.sources for column in source.shape.star().columns)
        return Shape(columns, any(source.shape.is_open for source in self.sources))

    def find(self, name: str) -> list[OutputColumn]:
        """Give every column that an unqualified name may mean.

        An open source lets the search go on outwards, and so does a column in another case: a server may tell the two
        apart.
        """
        found: list[OutputColumn] = []
        for scope in self.chain():
            here = [column for source in scope.sources for column in source.shape.named(name)]
            found += here
            is_certain = any(column.name == name for column in here)
            if is_certain and not any(source.shape.is_open for source in scope.sources):
                break
        return found

    def find_source(self, qualifier: Sequence[str]) -> list[RowSource]:
        """Give the row sources that a qualifier may mean; one in another case lets the search go on outwards."""
        found: list[RowSource] = []
        for scope in self.chain():
            here = [source for source in scope.sources if source.answers_to(qualifier)]
            found += here
            if any(source.is_called(qualifier) for source in here):
                break
        return found

    def masked_names(self) -> set[str]:
        """Give the folded names of every masked column in reach."""
        return {
            fold(column.name)
            for scope in self.chain()
            for source in scope.sources
            for column in source.shape.columns
            if column.mask
        }
