"""Ask SQL Server for the estimated plan of an approved query, without running it.

SET SHOWPLAN_XML must be alone in its batch and holds for the whole session
(https://learn.microsoft.com/sql/t-sql/statements/set-showplan-xml-transact-sql). So the connection is taken out of the
pool for good before it is said, and closed afterwards: no session that shows plans ever runs a query for rows.

With parameters the text is explained with variables that are declared in front of it, with the types that the drivers
bind, and without values: nothing is pasted, and SQL Server lists no statement for a DECLARE without a value. What it
estimates is then right for an average value; a run may look at the values and choose otherwise. sp_executesql would be
closer, but under SHOWPLAN_XML a server shows the call, not the query.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mssql_mcp.connection.ending import Ending
from mssql_mcp.connection.parameters import in_order, type_of
from mssql_mcp.errors import QueryError, ToolError, UnsupportedError
from mssql_mcp.insight.plan.showplan import NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.engine import Connection

    from mssql_mcp.connection.call import Call
    from mssql_mcp.connection.source import Source
    from mssql_mcp.gate import Approved

SHOWPLAN_ON = "SET SHOWPLAN_XML ON"
SHOWPLAN_OFF = "SET SHOWPLAN_XML OFF"
# "%ls permission denied in database": the login lacks SHOWPLAN
# (https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors).
SHOWPLAN_DENIED = 262

# In a canonical text every `?` outside strings and brackets is a parameter; it has no comments and no "quoted" names.
_MARKS = re.compile(r"'(?:[^']|'')*'|\[(?:[^\]]|\]\])*\]|\?")


@dataclass(frozen=True, slots=True)
class PlanXml:
    """An estimated plan as SQL Server gave it.

    Attributes:
        xml: The showplan document.
        connection: Name of the connection.
        database: Database that it was compiled in.
        notes: Sentences for the reader.
    """

    xml: str
    connection: str
    database: str
    notes: tuple[str, ...] = ()


def explain(
    source: Source,
    approved: Approved,
    call: Call,
    *,
    values: Mapping[str, Any] | None = None,
    database: str | None = None,
) -> PlanXml:
    """Fetch the estimated plan of a query; the query is compiled and not run.

    Args:
        source: A SQL Server.
        approved: The gate's key.
        call: Deadline and cancellation.
        values: Values of the named parameters; only their types are used.
        database: Database to compile in; None takes the connection's own.

    Raises:
        UnsupportedError: `unsupported.demo`, or `unsupported.showplan` where the server does not show plans.
        QueryError: The query cannot be compiled, or `query.permission_denied` where the login lacks SHOWPLAN.
        ValidationError: `input.missing_parameter` or `input.parameter`.
        DatabaseConnectionError: The server cannot be reached.
        QueryTimeoutError: The deadline passed.
        QueryCancelledError: The call was cancelled.
    """
    if source.is_demo:
        raise UnsupportedError(
            "The embedded sample database has no SQL Server plans.",
            code="unsupported.demo",
            hint="Connect to a SQL Server to explain queries.",
        )
    sql = with_declarations(approved.sql, approved.parameter_order, values or {})
    name = database or source.settings.database
    session = _Session(source, call, database)
    try:
        # Nothing to abandon: the pool has no part in the connection, which is closed when the driver lets go of it.
        with call.ending_with(session.ending.end):
            xml = session.plan(sql)
    except Exception as error:  # noqa: BLE001 - every failure of a driver becomes one of ours
        raise _ours(source, call, error, name) from None
    finally:
        call.defer(session.close)
    notes = ("Estimated for average values of the parameters.",) if approved.parameter_order else ()
    return PlanXml(xml, source.name, name, notes)


def with_declarations(sql: str, parameter_order: Sequence[str], values: Mapping[str, Any]) -> str:
    """Put variables in the place of the marks of a canonical text, and declare them in front of it, on the same line.

    Args:
        sql: The gate's canonical text.
        parameter_order: A name for each mark.
        values: Whose types are declared; names without case and with or without @.

    Raises:
        ValidationError: As `in_order` and `type_of` of `mssql_mcp.connection.parameters`.
    """
    types = dict(zip(parameter_order, map(type_of, in_order(parameter_order, values)), strict=True))
    # Variables have names of ours: those of the parameters may differ in nothing but case.
    variables = {name: f"@p{place}" for place, name in enumerate(types, start=1)}
    if not types:
        return sql
    names = iter(parameter_order)
    text = _MARKS.sub(lambda match: variables[next(names)] if match[0] == "?" else match[0], sql)
    declared = ", ".join(f"{mark} {types[name]}" for name, mark in variables.items())
    return f"DECLARE {declared}; {text}"


def _ours(source: Source, call: Call, error: Exception, database: str) -> ToolError:
    """Say what happened in our words; a cancel and the deadline explain whatever the driver said."""
    if not isinstance(error, ToolError):
        try:
            call.check()
        except ToolError as ended:
            return ended
        error = source.failure(error)
    if error.code != "query.permission_denied" or not (
        error.number == SHOWPLAN_DENIED or "SHOWPLAN" in error.message.upper()
    ):
        return error
    login = (source.settings.username or "the login").replace("]", "]]")
    return QueryError(
        error.message,
        code=error.code,
        hint=f"Ask a DBA for GRANT SHOWPLAN TO [{login}] in {database} and in every database that the query reads.",
        number=error.number,
        sqlstate=error.sqlstate,
    )


class _Session:
    """A connection of its own, on which SQL Server shows plans instead of running queries."""

    def __init__(self, source: Source, call: Call, database: str | None) -> None:
        self.ending = Ending(source, call)
        self._source = source
        self._call = call
        self._database = database
        self._connection: Connection | None = None
        self._driver_connection: Any = None
        self._is_sound = False

    def plan(self, sql: str) -> str:
        """Give the showplan document of a batch."""
        try:
            self._open()
        except Exception as error:
            # A pooled connection that broke while it was idle is replaced once, unseen.
            if not self._source.is_disconnect(error) or self._call.is_cancelled:
                raise
            self.close()
            self._open()
        return self._read(sql)

    def _open(self) -> None:
        connection = self._source.connect(self._call, self._database)
        self._driver_connection = connection.connection.dbapi_connection
        # From here on the pool knows nothing of it, whatever happens.
        connection.detach()
        self._connection = connection
        self._call.check()
        try:
            # Nobody can end this: its cursor is closed as soon as it has run, and it waits for nothing on the server.
            connection.exec_driver_sql(SHOWPLAN_ON).close()
        except Exception as error:
            failure = self._source.failure(error)
            if type(failure) is not QueryError or failure.code == "query.permission_denied":
                raise
            raise _not_shown(failure.message) from None
        self._connection = self.ending.over(connection)

    def _read(self, sql: str) -> str:
        assert self._connection is not None  # noqa: S101 - opened just before
        cursor: Any = self._connection.exec_driver_sql(sql).cursor
        description: Sequence[Sequence[Any]] = getattr(cursor, "description", None) or ()
        # SQL Server calls the only column "Microsoft SQL Server 2005 XML Showplan". Anything else means that the server
        # ran the query: not a row of it is fetched.
        if len(description) != 1 or "showplan" not in str(description[0][0]).lower():
            raise _not_shown()
        row = cursor.fetchone()
        xml = row[0] if row else None
        if not isinstance(xml, str) or "<ShowPlanXML" not in xml[:200] or NAMESPACE not in xml[:1_000]:
            raise _not_shown()
        self._is_sound = True
        return xml

    def close(self) -> None:
        """Close the physical connection; it is never used again."""
        self.ending.settle()
        connection, driver_connection = self._connection, self._driver_connection
        self._connection = self._driver_connection = None
        if connection is None:
            return
        if self._is_sound:
            with suppress(Exception):
                connection.exec_driver_sql(SHOWPLAN_OFF)
        # Without a rollback, which a session that shows plans would not run either.
        with suppress(Exception):
            connection.invalidate()
        with suppress(Exception):
            driver_connection.close()
        with suppress(Exception):
            connection.close()


def _not_shown(why: str = "it takes SET SHOWPLAN_XML and ignores it") -> UnsupportedError:
    return UnsupportedError(
        f"This server shows no plans in SQL Server's form: {why}.",
        code="unsupported.showplan",
        hint="Estimated plans and limits on cost need SQL Server or Azure SQL; run the query for a few rows.",
    )
