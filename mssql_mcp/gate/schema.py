"""What column masks must know about the database; given by the caller, so that the gate stays pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class TableShape:
    """A table or view.

    Attributes:
        schema: Its schema, as the catalogue spells it.
        name: Its name.
        columns: Names of all columns, in order.
        is_view: Whether it is a view.
        definition: The text of a view's CREATE VIEW, or None where it cannot be read; then nobody knows what it shows.
        database: Where it lies, if not in the connection's own database; otherwise empty.
        not_in_star: Those of the columns that `*` leaves out.
        computed: Columns that are worked out from others of the same row, each with its expression, or None where that
            cannot be read.
        types: The type of each column, as DDL writes it; empty where they are not known.
        classified: Columns that `sys.sensitivity_classifications` names.
        copy_of: Schema and name of the table whose rows it keeps (a history table), or empty.
    """

    schema: str
    name: str
    columns: tuple[str, ...]
    is_view: bool = False
    definition: str | None = None
    database: str = ""
    not_in_star: frozenset[str] = frozenset()
    computed: tuple[tuple[str, str | None], ...] = ()
    types: tuple[str, ...] = ()
    classified: frozenset[str] = frozenset()
    copy_of: tuple[str, str] | tuple[()] = ()


class SchemaLookup(Protocol):
    """Where the gate asks for tables and views; it asks only for those that a query mentions."""

    def find(self, database: str, schema: str, name: str) -> TableShape | None:
        """Give the table or view of exactly this name, ignoring case, or None where there is none.

        Args:
            database: Empty for the connection's own database.
            schema: Never empty; the gate tries the default schema and `dbo` for names without one.
            name: The name without delimiters.
        """


class NotAskedYet(Exception):  # noqa: N818 - a question, not an error
    """The catalogue must be asked for a name before the query can be followed further.

    Args:
        key: Database, schema and name.
    """

    def __init__(self, key: tuple[str, str, str]) -> None:
        super().__init__(".".join(key))
        self.key = key


class ShapeMemory:
    """What a catalogue has answered so far.

    A query is followed in the gate's own thread, which must never wait for a server; so a name that was not asked for
    yet ends the following, is asked for in the caller's thread, and the query is followed anew.

    Args:
        lookup: The catalogue.
    """

    def __init__(self, lookup: SchemaLookup) -> None:
        self._lookup = lookup
        self._answers: dict[tuple[str, str, str], TableShape | None] = {}

    def find(self, database: str, schema: str, name: str) -> TableShape | None:
        """Give the catalogue's answer.

        Raises:
            NotAskedYet: There is none yet.
        """
        key = (database, schema, name)
        if key not in self._answers:
            raise NotAskedYet(key)
        return self._answers[key]

    def ask(self, key: tuple[str, str, str]) -> TableShape | None:
        """Ask the catalogue and remember what it says; what it raises reaches the caller."""
        if key not in self._answers:
            self._answers[key] = self._lookup.find(*key)
        return self._answers[key]

    @property
    def size(self) -> int:
        """How many names were asked for."""
        return len(self._answers)

    def ask_for(self, parts: Sequence[str], schemas: Sequence[str]) -> TableShape | None:
        """Ask for what a name may mean; the arguments are those of `find_shape`."""
        database = parts[-3] if len(parts) > 2 else ""
        written = parts[-2] if len(parts) > 1 else ""
        for schema in [written] if written else schemas:
            found = self.ask((database, schema, parts[-1]))
            if found is not None:
                return found
        return None


def find_shape(lookup: SchemaLookup, parts: Sequence[str], schemas: Sequence[str]) -> TableShape | None:
    """Find the table or view that a name means.

    Args:
        lookup: Where to ask.
        parts: The name as written, outermost part first, without a server; empty parts were left out.
        schemas: Where a name without schema is looked for, in order.
    """
    database = parts[-3] if len(parts) > 2 else ""
    written = parts[-2] if len(parts) > 1 else ""
    for schema in [written] if written else schemas:
        shape = lookup.find(database, schema, parts[-1])
        if shape is not None:
            return shape
    return None
