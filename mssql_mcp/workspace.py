"""What both front doors call: settings, connections, gate, runner and catalog joined, one step after the other.

Nothing here knows MCP or a terminal. Every method that may reach a database takes a `Call`, whose deadline covers all
that it does, and works in the thread that calls it; `lane` and `workers` are where a front door finds such a thread.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mssql_mcp.catalog.caches import Caches
from mssql_mcp.connection.databases import allowed_database, is_allowed
from mssql_mcp.execution.limits import Limits
from mssql_mcp.execution.memory import Memory
from mssql_mcp.execution.question import Query
from mssql_mcp.execution.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from mssql_mcp.catalog.cache import CatalogCache, CatalogChange
    from mssql_mcp.catalog.index import CatalogIndex
    from mssql_mcp.catalog.masking import CatalogShapes
    from mssql_mcp.catalog.model import Catalog, Database, Table
    from mssql_mcp.connection.call import Call
    from mssql_mcp.connection.registry import Registry
    from mssql_mcp.connection.source import Source
    from mssql_mcp.execution.stream import RowStream
    from mssql_mcp.execution.workers import Lane
    from mssql_mcp.gate import Approved, Explanation, Policy
    from mssql_mcp.insight.explain import PlanXml
    from mssql_mcp.insight.profiles import SafeProfile
    from mssql_mcp.result import Cell, ResultSet
    from mssql_mcp.settings import LimitSettings, Settings
    from mssql_mcp.settings.load import Loaded

__all__ = ["Query", "Workspace"]

# A profile's answers hold a row, or some common values of a dozen columns.
MAX_PROFILE_ROWS = 1_000


class Workspace:
    """Settings and everything that was opened on them.

    Args:
        settings: What may be done where.
        registry: The connections; opens nothing until it is asked.
        workers: Threads for the front doors.
        is_eager: Whether the first question about a database starts reading its whole catalog in the background, which
            a server that stays does and a command that ends does not.
    """

    def __init__(
        self, settings: Settings, registry: Registry, workers: Workers | None = None, *, is_eager: bool = False
    ) -> None:
        self.settings = settings
        self.registry = registry
        self.workers = workers or Workers()
        self._catalogs = Caches(settings.catalog, is_eager=is_eager)
        self.memory = Memory(settings.limits)

    @classmethod
    def open(cls, loaded: Loaded, *, is_eager: bool = False) -> Workspace:
        """Make a workspace on loaded settings; connects to nothing.

        Raises:
            ConfigurationError: No connection is configured.
        """
        from mssql_mcp.connection.registry import Registry

        return cls(loaded.settings, Registry(loaded.settings), is_eager=is_eager)

    def close(self) -> None:
        """Close every pooled connection and let idle threads end."""
        self.workers.close()
        self._catalogs.close()
        self.memory.close()
        self.registry.close()

    def limit_settings(self, connection: str | None = None) -> LimitSettings:
        """Give the limits that hold on a connection."""
        return self.registry.source(connection).settings.limits or self.settings.limits

    def limits(
        self, connection: str | None = None, *, max_rows: int | None = None, timeout_seconds: float | None = None
    ) -> Limits:
        """Join the limits of a connection with what a call asks for.

        Raises:
            ValidationError: What the call asks for is outside what the settings allow.
        """
        return Limits.of(self.limit_settings(connection), max_rows=max_rows, timeout_seconds=timeout_seconds)

    def lane(self, connection: str | None = None) -> Lane:
        """Give the threads that work for a connection."""
        source = self.registry.source(connection)
        return self.workers.lane(source.name, self.limit_settings(connection).max_concurrent)

    def source(self, connection: str | None = None, database: str | None = None) -> Source:
        """Give a connection, having checked that its database may be named.

        Raises:
            ValidationError: `input.unknown_connection` or `input.unknown_database`.
        """
        source = self.registry.source(connection)
        allowed_database(source.settings, database)
        return source

    def policy(self, source: Source, database: str | None = None) -> Policy:
        """Give what a SELECT may touch on a connection.

        Args:
            source: The connection.
            database: That the query runs in; None is the connection's own.
        """
        from mssql_mcp.gate import Policy

        settings = source.settings.gate or self.settings.gate
        return Policy.from_settings(settings, database=database or source.settings.database)

    def approve(self, query: Query, call: Call) -> Approved:
        """Ask the gate whether a query may run.

        Args:
            query: The question.
            call: Deadline for what masks have to ask the server.

        Raises:
            Refusal: The text is not provably one SELECT.
            SecurityError: It touches what the policy does not allow.
        """
        from mssql_mcp.gate import check

        policy, shapes = self._rules(query, call)
        return check(query.sql, policy, parameters=tuple(query.values()), schema=shapes)

    def verdict(self, query: Query, call: Call) -> Explanation:
        """Say what the gate makes of a query, and why; never raises for a refused one, and sends it nowhere."""
        from mssql_mcp.gate import explain

        policy, shapes = self._rules(query, call)
        return explain(query.sql, policy, parameters=tuple(query.values()), schema=shapes)

    def _rules(self, query: Query, call: Call) -> tuple[Policy, CatalogShapes | None]:
        """Give the policy that a query is held against, and where its masks ask for tables and views."""
        from mssql_mcp.catalog.masking import CatalogShapes, classified_columns

        source = self.source(query.connection, query.database)
        policy = self.policy(source, query.database)
        if policy.has_masks or policy.has_object_rules:
            # A name without a schema means a table of the login's own schema first; and the database that a connection
            # string leads to need not be the one of the settings.
            there = self.overview(call, connection=query.connection, database=query.database)
            database = there.database or policy.database
            policy = replace(policy, default_schema=there.default_schema, database=database)
        if not policy.has_masks:
            return policy, None

        def catalog(database: str) -> Catalog:
            place = database or query.database
            self.source(query.connection, place)
            return self.cache(query.connection).confirmed(call, place)

        def classified(database: str) -> tuple[tuple[str, str, str], ...]:
            return classified_columns(source, call, database or query.database)

        is_asked = policy.mask_classified is not None and not source.is_demo
        return policy, CatalogShapes(catalog, classified if is_asked else None)

    def query(self, query: Query, call: Call) -> ResultSet:
        """Answer a query: gate, runner, result; the only way from a text to rows.

        Raises:
            ToolError: Any of its kinds; see `mssql_mcp.errors`.
        """
        from mssql_mcp.execution.runner import run

        settings = self.limit_settings(query.connection)
        limits = Limits.of(settings, max_rows=query.max_rows, output_format=query.output_format)
        approved = self.approve(query, call)
        source = self.source(query.connection, query.database)
        values = query.values()

        def answer() -> ResultSet:
            warnings = self._judge(query, approved, call)
            return run(
                source,
                approved,
                limits=limits,
                call=call,
                values=values,
                database=query.database,
                keep=self.memory.keeper(source.name, settings, query.owner),
                notes=warnings,
            )

        with self._suggesting(query, approved, call):
            return self.memory.remembered(
                answer,
                source=source,
                approved=approved,
                values=values,
                database=query.database,
                limits=limits,
                seconds=settings.cache_seconds,
                is_steady=lambda judge: self._catalogs.is_steady(source, approved.objects, query.database, judge),
            )

    def resume(
        self,
        cursor: str,
        call: Call,
        *,
        owner: str,
        connection: str | None = None,
        max_rows: int | None = None,
        output_format: str = "json",
    ) -> ResultSet:
        """Give the next rows of a truncated result, within the limits of its connection; see `Memory.resume`."""
        return self.memory.resume(
            cursor,
            call,
            owner=owner,
            connection=None if connection is None else self.registry.source(connection).name,
            limits=lambda own: Limits.of(self.limit_settings(own), max_rows=max_rows, output_format=output_format),
        )

    def explain(self, query: Query, call: Call) -> PlanXml:
        """Give the estimated plan of a query, which is compiled and not run.

        Raises:
            ToolError: As `query`; `unsupported.showplan` and `query.permission_denied` where plans cannot be had.
        """
        return self._plan(query, self.approve(query, call), call)

    def _plan(self, query: Query, approved: Approved, call: Call) -> PlanXml:
        from mssql_mcp.insight.explain import explain

        source = self.source(query.connection, query.database)
        return explain(source, approved, call, values=query.values(), database=query.database)

    def _suggesting(self, query: Query, approved: Approved, call: Call) -> AbstractContextManager[None]:
        """Add the nearest names to the error of a server that does not know an object."""
        from mssql_mcp.catalog.suggestions import suggesting

        def catalog() -> Catalog:
            call.run_deferred()  # the connection of the failed query is free before the catalog is asked
            return self.overview(call, connection=query.connection, database=query.database)

        return suggesting(approved.objects, catalog)

    def _judge(self, query: Query, approved: Approved, call: Call) -> tuple[str, ...]:
        """Ask the server about a query before it runs, where the settings say so: what it is, and what it costs."""
        limits = self.limit_settings(query.connection)
        source = self.registry.source(query.connection)
        gate = source.settings.gate or self.settings.gate
        key = (source.name, query.database or source.settings.database or "", approved.fingerprint)
        is_new = gate.confirm == "showplan" and not self.memory.is_confirmed(key)
        if limits.max_cost is None and limits.max_estimated_rows is None and not is_new:
            return ()
        from mssql_mcp.insight.plan import judge

        notes = judge(lambda: self._plan(query, approved, call), limits, must_confirm=is_new)
        if is_new:
            self.memory.confirm(key)
        return notes

    @contextmanager
    def stream(self, query: Query, call: Call) -> Iterator[RowStream]:
        """Answer a query with all its rows, in constant memory; only `max_rows` and the deadline bound it.

        Raises:
            ToolError: As `query`; also while the chunks are read.
        """
        from mssql_mcp.execution.stream import stream

        approved = self.approve(query, call)
        warnings = self._judge(query, approved, call)
        with (
            self._suggesting(query, approved, call),
            stream(
                self.source(query.connection, query.database),
                approved,
                call=call,
                values=query.values(),
                database=query.database,
                max_rows=query.max_rows,
            ) as rows,
        ):
            yield replace(rows, notes=warnings)

    def preview(self, table: str, rows: int, call: Call, *, connection: str | None = None) -> ResultSet:
        """Give the first rows of a table or view; the gate and its policy decide as for any query.

        Raises:
            ObjectNotFoundError: No table or view has that name.
        """
        from mssql_mcp.catalog.names import full_name

        found = self.table(table, call, connection=connection)
        sql = f"SELECT TOP ({rows}) * FROM {full_name(found)}"  # noqa: S608 - a number and a quoted name of the catalog
        return self.query(Query(sql, connection=connection), call)

    def cache(self, connection: str | None = None) -> CatalogCache:
        """Give what is known of a connection's databases; asks no server by itself."""
        return self._catalogs.of(self.registry.source(connection))

    def on_change(self, listener: Callable[[CatalogChange], None], connection: str | None = None) -> None:
        """Call a listener when a catalog of the connection was read again and differs; reads nothing by itself."""
        self._catalogs.on_change(self.registry.default_name if connection is None else connection, listener)

    def databases(self, call: Call, connection: str | None = None) -> tuple[Database, ...]:
        """Give the databases of a connection that its settings allow, sorted by name."""
        source = self.registry.source(connection)
        found = self.cache(connection).databases(call)
        return tuple(database for database in found if is_allowed(source.settings, database.name))

    def catalog(self, call: Call, *, connection: str | None = None, database: str | None = None) -> Catalog:
        """Give everything that is known of a database."""
        self.source(connection, database)
        return self.cache(connection).catalog(call, database)

    def index(self, call: Call, *, connection: str | None = None, database: str | None = None) -> CatalogIndex:
        """Give everything that is known of a database, with what is worked out from it: map, search and joins."""
        self.source(connection, database)
        return self.cache(connection).index(call, database)

    def overview(self, call: Call, *, connection: str | None = None, database: str | None = None) -> Catalog:
        """Give names, kinds, row counts and comments of a database's objects."""
        self.source(connection, database)
        return self.cache(connection).overview(call, database)

    def table(self, name: str, call: Call, *, connection: str | None = None, database: str | None = None) -> Table:
        """Give one table or view, whole; a name of three parts brings its database along.

        Raises:
            ObjectNotFoundError: No table or view has that name, or several have.
        """
        return self.described(name, call, connection=connection, database=database)[0]

    def described(
        self, name: str, call: Call, *, connection: str | None = None, database: str | None = None
    ) -> tuple[Table, Catalog]:
        """Give one table or view as `table` does, and a catalog that knows what could not be read of it."""
        from mssql_mcp.catalog.names import parse_name

        wanted = parse_name(name)
        database = wanted.database or database
        self.source(connection, database)
        return self.cache(connection).table(call, wanted, database)

    def profile(
        self,
        name: str,
        call: Call,
        *,
        columns: Sequence[str] = (),
        sample_rows: int | None = None,
        connection: str | None = None,
        database: str | None = None,
    ) -> SafeProfile:
        """Look at the values of a table: how many are NULL, how many differ, the least, the greatest, the commonest.

        Raises:
            ToolError: As `query` and `table`.
        """
        from mssql_mcp.catalog.profile import SAMPLE_ROWS
        from mssql_mcp.insight.profiles import profile_table

        found = self.table(name, call, connection=connection, database=database)

        def ask(sql: str) -> Sequence[Sequence[Cell]]:
            call.run_deferred()  # the connection of the statement before goes back before another is wanted
            with self.stream(Query(sql, None, connection, database, MAX_PROFILE_ROWS), call) as rows:
                return [row for chunk in rows.chunks for row in chunk]

        return profile_table(
            found,
            columns=columns,
            sample_rows=sample_rows or SAMPLE_ROWS,
            approve=lambda sql: self.approve(Query(sql, None, connection, database), call),
            ask=ask,
        )

    def info(self, call: Call, connection: str | None = None) -> dict[str, Any]:
        """Say where a connection leads: server, database, and how much is there."""
        from mssql_mcp.catalog.summary import summary_of

        catalog = self.overview(call, connection=connection)
        name = self.registry.source(connection).name
        return {"connection": name, **summary_of(catalog), "connections": list(self.registry.names)}
