"""What a named connection can do for the layers above, whatever stands behind it: SQL Server or the demo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.engine import Connection, Engine

    from mssql_mcp.connection.call import Call
    from mssql_mcp.errors import ToolError
    from mssql_mcp.result import Column
    from mssql_mcp.settings import ConnectionSettings


@dataclass(frozen=True, slots=True)
class Statement:
    """A text in the language of the backend, ready for `exec_driver_sql`.

    Attributes:
        sql: What is sent.
        parameters: Positional values for its `?` marks, in order; empty for none.
        columns: Names and SQL Server types where the backend cannot tell them itself (the demo); None leaves it to the
            cursor.
        trace: Id in the comment at the end of `sql`; empty for none.
    """

    sql: str
    parameters: tuple[Any, ...] = ()
    columns: tuple[Column, ...] | None = None
    trace: str = ""


class Source(Protocol):
    """A named connection."""

    name: str
    settings: ConnectionSettings
    asker: str

    @property
    def is_demo(self) -> bool:
        """Whether this is the embedded sample database."""

    @property
    def identity(self) -> str:
        """Where this connection leads and as whom, without a secret.

        Raises:
            ToolError: The settings cannot be used.
        """

    def engine(self, database: str | None = None) -> Engine:
        """Give the pooled engine for a database of this connection; opens nothing yet."""

    def connect(self, call: Call, database: str | None = None) -> Connection:
        """Check out a connection inside the call's deadline, retrying transient failures; session set-up is done."""

    def statement(self, sql: str, parameter_order: Sequence[str], values: Mapping[str, Any]) -> Statement:
        """Put an approved canonical text and its bound values into the backend's language."""

    def decoded(self, rows: Sequence[Sequence[Any]], columns: Sequence[Column]) -> Sequence[Sequence[Any]]:
        """Turn fetched rows into Python values of the columns' types; SQL Server's drivers have done it already."""

    def cancel(self, connection: Connection | None, cursor: Any) -> None:
        """Ask the driver to end what runs on the cursor; safe from another thread, never raises, may be too early."""

    def is_disconnect(self, error: BaseException) -> bool:
        """Tell whether an error of `execute` or `fetch` means that the connection is gone."""

    def failure(self, error: BaseException) -> ToolError:
        """Turn a driver's exception into ours, redacted."""

    def close(self) -> None:
        """Close every pooled connection."""
