"""Ask a server for the parts of its catalog, within the call's time, degrading part by part.

A part that the server cannot or may not give becomes a `MissingPart` with the reason, and the rest is read on. What
ends the whole call (the deadline, a cancel, a lost connection) is raised.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mssql_mcp.catalog.model import MissingPart
from mssql_mcp.catalog.statements import needed_columns, presence_statement, statement, varies
from mssql_mcp.catalog.wire import PASSING, Wire
from mssql_mcp.errors import DatabaseConnectionError, QueryCancelledError, QueryTimeoutError, ToolError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mssql_mcp.catalog.statements import Part
    from mssql_mcp.connection.call import Call
    from mssql_mcp.connection.source import Source

DENIED = "query.permission_denied"
# The server has no such view, column or function: it will not have it at the next question either.
LACKING = frozenset({"query.invalid_object", "query.invalid_column", "query.invalid_function"})
ENDING = (QueryTimeoutError, QueryCancelledError, DatabaseConnectionError)


@dataclass(slots=True)
class Known:
    """What earlier sessions found out about a server, so that the next need not fail again.

    Attributes:
        absent: Columns of catalog views that it lacks; None where it was not asked.
        failed: Statements that it cannot run, and why.
    """

    absent: frozenset[str] | None = None
    failed: dict[str, ToolError] = field(default_factory=dict)


class Session(Wire):
    """A connection that is asked about its database.

    Args:
        source: Gives the connection, translates errors and cancels.
        call: Deadline and cancellation.
        database: Which database; None for the connection's own.
        known: What is known of the server already; is added to.

    Attributes:
        missing: The parts that could not be had so far.
        is_unsteady: Whether one of them is missing for a passing reason, so that it is worth asking again soon.

    Raises:
        ToolError: The server cannot be reached.
    """

    def __init__(self, source: Source, call: Call, database: str | None = None, *, known: Known | None = None) -> None:
        super().__init__(source, call, database)
        self.known = known if known is not None else Known()
        self.missing: list[MissingPart] = []
        self.is_unsteady = False

    def rows(self, part: Part, **values: Any) -> list[Any] | None:
        """Ask for a part; None where it cannot be had, which is then noted in `missing`.

        Args:
            part: What to ask for.
            values: Values of the statement's parameters; with `object_id` the part is about that object alone.

        Returns:
            Named tuples with the statement's column aliases.
        """
        failure: ToolError | None = None
        for text in self._texts(part, is_one="object_id" in values):
            try:
                if text not in self.known.failed:
                    return self.ask(text, part.max_characters, **values)
                failure = failure or self.known.failed[text]
            except ENDING:
                raise
            except ToolError as error:
                failure = failure or error
                self._remember(text, error)
        self.note(part, failure)
        return None

    def rows_together(self, parts: Sequence[Part], **values: Any) -> dict[Part, list[Any] | None]:
        """Ask for several parts in one round trip; what fails there is asked for by itself.

        Raises:
            ToolError: The call ended or the connection was lost.
        """
        is_one = "object_id" in values
        first = {part: next(self._texts(part, is_one=is_one)) for part in parts}
        able = [part for part in parts if first[part] not in self.known.failed]
        answers = self.ask_together([first[part] for part in able], **values) if len(able) > 1 else []
        found: dict[Part, list[Any] | None] = dict(zip(able, answers, strict=False))
        for part in parts:
            if part not in found:
                found[part] = self.rows(part, **values)
        return found

    def note(self, part: Part, failure: ToolError | None) -> None:
        """Note that a part is missing."""
        denied = failure is not None and failure.code == DENIED
        reason = failure.message if failure else "The server does not tell."
        self.missing.append(MissingPart(part.name, reason, part.permission if denied else ""))
        self.is_unsteady |= failure is not None and failure.code in PASSING

    def _remember(self, text: str, error: ToolError) -> None:
        if error.code in LACKING:
            self.known.failed[text] = error

    def _texts(self, part: Part, *, is_one: bool) -> Iterator[str]:
        """Give the statements to try: as the server's columns ask for, else without anything newer than 2008."""
        for file in part.files:
            absent = self._absent_columns() if varies(file) else frozenset[str]()
            text = statement(file, absent=absent, is_one=is_one)
            yield text
            oldest = statement(file, absent=frozenset(needed_columns()), is_one=is_one)
            if oldest != text:
                yield oldest

    def _absent_columns(self) -> frozenset[str]:
        if self.known.absent is None:
            try:
                answer: Sequence[Any] = self.ask(presence_statement())[0]
            except ENDING:
                raise
            except ToolError:
                answer = (1,) * len(needed_columns())  # cannot tell: try the newest, fall back to the oldest
            self.known.absent = frozenset(
                name for name, length in zip(needed_columns(), answer, strict=True) if length is None
            )
        return self.known.absent
