"""Columns that a part of a query can name, and what is known of their masks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING

from mssql_mcp.gate.fault import Fault
from mssql_mcp.gate.mask import Mask, strictest
from mssql_mcp.gate.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_WORK = 1_000_000
"""Columns that are given and found for one query; the largest that are written by people need some ten thousand."""
WORK_OF_A_QUERY = 50
"""What a query inside the query costs before it gives a column."""


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column that a table, a CTE or a subquery gives.

    Attributes:
        name: Its name; empty where it has none.
        mask: How its values are masked where they reach the result; None where they are not.
        is_in_star: Whether `*` gives it.
        type: As the catalogue writes it; empty where nobody knows it.
    """

    name: str
    mask: Mask | None = None
    is_in_star: bool = True
    type: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of a row source.

    Attributes:
        columns: Those that are known, in order.
        is_open: Whether there may be further columns, all of them unmasked, at places that are not known.
        mask: The strictest mask of any column.
        by_name: The columns by their folded names; filled when the first name is asked for.
    """

    columns: tuple[OutputColumn, ...] = ()
    is_open: bool = False
    mask: Mask | None = field(init=False, compare=False)
    by_name: dict[str, list[OutputColumn]] = field(init=False, compare=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Find the mask: it is asked for at every mention, and the columns can be very many."""
        object.__setattr__(self, "mask", reduce(strictest, {column.mask for column in self.columns}, None))

    def named(self, name: str) -> list[OutputColumn]:
        """Give the columns of a name."""
        if not self.by_name:
            for column in self.columns:
                self.by_name.setdefault(fold(column.name), []).append(column)
        return self.by_name.get(fold(name), [])

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
class Work:
    """How much may still be done for one query, so that none takes more than a bounded time or memory.

    Attributes:
        left: Columns that may still be given or found.
    """

    left: int = MAX_WORK

    def spend(self, columns: int) -> None:
        """Count work.

        Raises:
            Fault: It is too much.
        """
        self.left -= columns
        if self.left < 0:
            raise Fault(
                "policy.masked_column",
                "Masked columns cannot be told apart with certainty: the parts of the query give too many columns.",
                0,
                0,
                hint="Name the columns that you need instead of *, and nest less.",
                rule="mask_*",
            )


@dataclass(slots=True)
class Index:
    """The row sources of a scope by name; names are folded.

    Attributes:
        size: Row sources that are in it.
        is_open: Whether one of them may have further columns.
        columns: Columns.
        masked: Names of masked columns.
        called: Row sources, by the last part of their name.
    """

    size: int = 0
    is_open: bool = False
    columns: dict[str, list[OutputColumn]] = field(default_factory=dict)
    masked: set[str] = field(default_factory=set)
    called: dict[str, list[RowSource]] = field(default_factory=dict)

    def follow(self, sources: Sequence[RowSource], work: Work) -> None:
        """Take in what was added since the last time."""
        for source in sources[self.size :]:
            self.is_open = self.is_open or source.shape.is_open
            if source.names:
                self.called.setdefault(fold(source.names[-1]), []).append(source)
            work.spend(len(source.shape.columns))
            for column in source.shape.columns:
                name = fold(column.name)
                self.columns.setdefault(name, []).append(column)
                if column.mask:
                    self.masked.add(name)
        self.size = len(sources)


@dataclass(slots=True)
class Scope:
    """What a query can name: its row sources, and those of the queries around it.

    Attributes:
        expressions: Common table expressions in scope, by their exact names.
        parent: The query around it.
        sources: Its row sources, as far as they were read; only ever added to.
        is_partial: Whether a place is read from which not all of its sources can be seen (ON, a derived table, TOP):
            then a name of one of them may mean a farther one.
        has_pivot: Whether one of them is regrouped by PIVOT or UNPIVOT.
        work: What may still be done; a scope shares it with the one around it.
        index: What its row sources give, by name; up to date for the scopes of `chain`.
    """

    expressions: dict[str, Shape]
    parent: Scope | None = None
    sources: list[RowSource] = field(default_factory=list)
    is_partial: bool = False
    has_pivot: bool = False
    work: Work = field(default_factory=Work)
    index: Index = field(default_factory=Index)

    def __post_init__(self) -> None:
        """Share the work of the scope around this one."""
        if self.parent is not None:
            self.work = self.parent.work

    def chain(self) -> Iterable[Scope]:
        """Give this scope and those around it, innermost first."""
        scope: Scope | None = self
        while scope is not None:
            scope.index.follow(scope.sources, scope.work)
            yield scope
            scope = scope.parent

    def all_columns(self) -> Shape:
        """Give what `*` gives."""
        self.work.spend(sum(len(source.shape.columns) for source in self.sources))
        columns = tuple(column for source in self.sources for column in source.shape.star().columns)
        return Shape(columns, any(source.shape.is_open for source in self.sources))

    def find(self, name: str) -> list[OutputColumn]:
        """Give every column that an unqualified name may mean.

        An open source lets the search go on outwards, and so does a column in another case, which a server may tell
        apart, and a scope that cannot be seen as a whole.
        """
        found: list[OutputColumn] = []
        for scope in self.chain():
            here = scope.index.columns.get(fold(name), [])
            self.work.spend(1 + len(here))
            found += here
            is_certain = any(column.name == name for column in here)
            if is_certain and not scope.index.is_open and not scope.is_partial:
                break
        return found

    def may_be_nearer(self, name: str) -> bool:
        """Say whether a source of unknown columns stands nearer than the one that certainly has a column."""
        is_open = False
        for scope in self.chain():
            if any(column.name == name for column in scope.index.columns.get(fold(name), [])):
                return is_open
            is_open = is_open or scope.index.is_open
        return is_open

    def called_anywhere(self, qualifier: Sequence[str]) -> list[RowSource]:
        """Give every row source in reach that a qualifier may mean, those that nearer ones hide included."""
        return [
            source
            for scope in self.chain()
            for source in scope.index.called.get(fold(qualifier[-1]), [])
            if source.answers_to(qualifier)
        ]

    def find_source(self, qualifier: Sequence[str]) -> list[RowSource]:
        """Give the row sources that a qualifier may mean; one in another case lets the search go on outwards."""
        found: list[RowSource] = []
        for scope in self.chain():
            called = scope.index.called.get(fold(qualifier[-1]), [])
            self.work.spend(1 + 4 * len(called))
            here = [source for source in called if source.answers_to(qualifier)]
            found += here
            if any(source.is_called(qualifier) for source in here) and not scope.is_partial:
                break
        return found

    def masked_names(self) -> set[str]:
        """Give the folded names of every masked column in reach."""
        names: set[str] = set()
        for scope in self.chain():
            self.work.spend(1 + len(scope.index.masked))
            names |= scope.index.masked
        return names
