"""SQLAlchemy's two dialects for SQL Server, with a shorter start and a rollback that forgives.

SQLAlchemy asks a new engine's server six questions, one at a time; one round trip answers them. And where a statement's
error has already ended the transaction, the driver's rollback fails with "nothing to roll back", which would hide the
error that matters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.mssql.base import MSDialect
from sqlalchemy.dialects.mssql.mssqlpython import MSDialect_mssqlpython
from sqlalchemy.dialects.mssql.pyodbc import MSDialect_pyodbc
from sqlalchemy.sql import quoted_name

from mssql_mcp.connection.diagnostics import diagnostics_of
from mssql_mcp.connection.session import ROLL_BACK

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

# Version and default schema: https://learn.microsoft.com/sql/t-sql/functions/serverproperty-transact-sql
FACTS = "SELECT CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)), SCHEMA_NAME()"
# What a server that does not tell its version is taken for: SQL Server 2012, the oldest whose syntax SQLAlchemy writes.
UNKNOWN_VERSION = (11, 0)
# 3903: ROLLBACK without BEGIN TRANSACTION; SQLSTATE 25000 says the same.
_NOTHING_TO_ROLL_BACK = (3903, "25000")


class _ShortStart(MSDialect):
    """What both dialects have in common."""

    supports_statement_cache = True

    def initialize(self, connection: Connection) -> None:
        """Learn version and default schema in one round trip; the rest holds since SQL Server 2008."""
        version, schema = connection.exec_driver_sql(FACTS).one()
        self.server_version_info = version_info(version)  # type: ignore[assignment]
        self.default_schema_name = quoted_name(schema, quote=True) if schema else self.schema_name
        self._setup_version_attributes()  # type: ignore[no-untyped-call]
        self._supports_nvarchar_max = True
        self.supports_comments = True

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Roll back; a transaction that the server has ended already is rolled back too.

        Where the driver keeps no transactions, the server does (`session.IMPLICIT_TRANSACTIONS`), and is told itself.
        """
        if dbapi_connection.autocommit:
            cursor = dbapi_connection.cursor()
            try:
                cursor.execute(ROLL_BACK)
            finally:
                cursor.close()
            return
        try:
            super().do_rollback(dbapi_connection)  # type: ignore[no-untyped-call]
        except Exception as error:
            if not is_nothing_to_roll_back(error):
                raise


class PyodbcDialect(_ShortStart, MSDialect_pyodbc):
    """`mssql+pyodbc`."""

    supports_statement_cache = True


class MssqlPythonDialect(_ShortStart, MSDialect_mssqlpython):
    """`mssql+mssqlpython`, with positional marks: given a mapping, even an empty one, the driver replaces %%."""

    supports_statement_cache = True

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"paramstyle": "qmark"} | options)  # type: ignore[no-untyped-call]


def register_dialects() -> None:
    """Tell SQLAlchemy the names `mssql+mcp_pyodbc` and `mssql+mcp_mssqlpython`; doing it again changes nothing."""
    registry.register("mssql.mcp_pyodbc", __name__, PyodbcDialect.__name__)
    registry.register("mssql.mcp_mssqlpython", __name__, MssqlPythonDialect.__name__)


def version_info(text: str | None) -> tuple[int, ...]:
    """Read `16.0.4165.4`."""
    return tuple(map(int, re.findall(r"\d+", text or ""))) or UNKNOWN_VERSION


def is_nothing_to_roll_back(error: BaseException) -> bool:
    """Tell whether a rollback failed because the server had ended the transaction."""
    return any(
        record.number == _NOTHING_TO_ROLL_BACK[0] or record.state == _NOTHING_TO_ROLL_BACK[1]
        for record in diagnostics_of(error)
    )
