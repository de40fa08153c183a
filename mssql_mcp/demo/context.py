"""What is known while one statement is translated; handed to everything that translates a part of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from mssql_mcp.demo.runtime.errors import unsupported

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from sqlglot import exp

    from mssql_mcp.demo.scope import Scope
    from mssql_mcp.demo.typed import Typed


class Translators(Protocol):
    """The parts that call each other in a circle; `bridge` puts them together."""

    def value(self, context: Context, node: exp.Expr) -> Typed:
        """Translate an expression that has a value."""

    def predicate(self, context: Context, node: exp.Expr) -> str:
        """Translate a condition into text that is 1, 0 or NULL."""

    def scalar_query(self, context: Context, node: exp.Expr) -> Typed:
        """Translate a subquery that stands for one value."""

    def query(self, scope: Scope | None, context: Context, node: exp.Expr) -> Query:
        """Translate a query whose names are looked for in its own FROM, then in this scope."""


@dataclass(frozen=True, slots=True)
class QueryColumn:
    """A column that a translated query yields: its T-SQL name (may be empty), its SQLite name, and its value's type."""

    name: str
    sql_name: str
    value: Typed


@dataclass(frozen=True, slots=True)
class Query:
    """A translated query.

    Attributes:
        sql: A SELECT without parentheses.
        columns: What it yields.
        has_one_row: Whether it can have no more than one row.
    """

    sql: str
    columns: tuple[QueryColumn, ...]
    has_one_row: bool = False


@dataclass(slots=True)
class State:
    """What all parts of one translation share.

    Attributes:
        translators: How parts are translated.
        parameters: The value of each `?`, in order, as a `Typed` that reads it.
        now: The moment that GETDATE() and its like give, in UTC; one for the whole statement.
        sqlite_version: Of the library that will run it.
        root: The query that is the statement itself.
        max_recursion: Levels that a recursive common table expression may have; 0 for no end.
    """

    translators: Translators
    parameters: tuple[Typed, ...]
    now: dt.datetime
    sqlite_version: tuple[int, ...]
    root: exp.Expr | None = None
    max_recursion: int = 100
    _counter: int = 0

    def fresh(self, prefix: str) -> str:
        """Give a name that stands nowhere else in the translated text."""
        self._counter += 1
        return f"{prefix}{self._counter}"

    def parameter(self, number: int) -> Typed:
        """Give the value of the `?` with this number, from 1."""
        if number > len(self.parameters):
            raise unsupported("The statement has more parameters than values were declared for.")
        return self.parameters[number - 1]


@dataclass(frozen=True, slots=True)
class Context:
    """Where a part stands.

    Attributes:
        state: Of the whole translation.
        scope: Where names are looked for.
        clause: The clause's name, for messages; lower case.
        allows_aggregates: Whether SUM and its like may stand here.
        allows_windows: Whether functions with OVER may stand here.
    """

    state: State
    scope: Scope
    clause: str = "select list"
    allows_aggregates: bool = False
    allows_windows: bool = False

    def value(self, node: exp.Expr) -> Typed:
        """Translate an expression that has a value."""
        return self.state.translators.value(self, node)

    def predicate(self, node: exp.Expr) -> str:
        """Translate a condition."""
        return self.state.translators.predicate(self, node)

    def subquery(self, node: exp.Expr) -> Query:
        """Translate a query inside an expression; it sees the names of this scope."""
        return self.state.translators.query(self.scope, self, node)

    def within(self, clause: str, *, aggregates: bool = False, windows: bool = False) -> Context:
        """Give the same context in another clause."""
        return replace(self, clause=clause, allows_aggregates=aggregates, allows_windows=windows)


def only(node: exp.Expr, *known: str) -> None:
    """Refuse a node with an argument that its translation does not look at: nothing is ever dropped in silence.

    Raises:
        UnsupportedError: Names the argument.
    """
    left = [name for name, value in node.args.items() if value and name not in known]
    if left:
        raise unsupported(
            f"The demo does not know {' or '.join(n.strip('_').upper() for n in left)} in {describe(node)}."
        )


def describe(node: exp.Expr) -> str:
    """Name a part of a statement in a message: its words, shortened."""
    text = " ".join(node.sql(dialect="tsql").replace("f$", "").replace("F$", "").split())
    return text if len(text) <= 60 else text[:57] + "..."


def names(nodes: Iterable[exp.Expr]) -> tuple[str, ...]:
    """Give the plain texts of identifiers."""
    return tuple(node.name for node in nodes)
