"""Every way in which a call can fail, and nothing else.

The tree (the class says who must act, the code says what happened):

- `ToolError`: the root. Has `code`, `message`, `hint`, `retryable` and, where a server spoke, its number and line.
    - `ConfigurationError`: the person who configured mssql-mcp must act (`config.*`).
    - `ValidationError`: the caller gave an argument that cannot be used (`input.*`, `cursor.*`).
    - `SecurityError`: the text or the object is not allowed (`policy.*`).
        - `Refusal`: the gate says no to a T-SQL text (`gate.*`); knows position, token and rewrite.
    - `DatabaseConnectionError`: the server cannot be reached or will not let us in (`connection.*`).
    - `QueryError`: the server refused or failed a statement (`query.*`).
        - `QueryTimeoutError`: the deadline passed (`query.timeout`).
        - `QueryCancelledError`: the caller went away (`query.cancelled`).
    - `ObjectNotFoundError`: a name that the catalog does not know (`catalog.not_found`, `catalog.ambiguous`).
    - `UnsupportedError`: this server, driver or the demo cannot do it (`unsupported.*`).
    - `OutputError`: what was found cannot be written where it was wanted (`output.*`).

No name shadows a Python builtin. Messages and hints never hold a secret: what comes from a driver is redacted
(`mssql_mcp.redact`) where the error is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class ToolError(Exception):
    """Say what went wrong, under a stable code, with what to do next.

    Args:
        message: One sentence that names the thing that failed.
        code: Stable, dotted, lower case, such as `gate.second_statement`; documented in docs/reference/errors.md.
        hint: What to do next, in one or two sentences; empty where there is nothing to say.
        shell_hint: The same for a person at a command line, where `hint` names what only an MCP client has.
        retryable: Whether the same call may succeed later without a change.
        number: SQL Server's error number, where the server gave one (the `message_id` of `sys.messages`).
        line: 1-based line within the batch, where the server gave one.
        sqlstate: Five-character ODBC SQLSTATE, where the driver gave one.
        nearest: Names close to the one that was not found, best first.
        details: Further facts for machines; values are JSON scalars or lists of them.
    """

    default_code = "internal"
    default_retryable = False

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        hint: str = "",
        shell_hint: str = "",
        retryable: bool | None = None,
        number: int | None = None,
        line: int | None = None,
        sqlstate: str | None = None,
        nearest: Sequence[str] = (),
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.hint = hint
        self.shell_hint = shell_hint or hint
        self.retryable = self.default_retryable if retryable is None else retryable
        self.number = number
        self.line = line
        self.sqlstate = sqlstate
        self.nearest = tuple(nearest)
        self.details = dict(details or {})
        # Set by whoever tried again in vain, so that no layer above tries again what was tried already.
        self.was_retried = False

    def as_dict(self) -> dict[str, Any]:
        """Give the error as a JSON object; keys without a value are left out."""
        facts: dict[str, Any] = {
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "retryable": self.retryable or None,
            "number": self.number,
            "line": self.line,
            "sqlstate": self.sqlstate,
            "nearest": list(self.nearest),
            **self.details,
        }
        return {key: value for key, value in facts.items() if value not in (None, "", [])}


class ConfigurationError(ToolError):
    """The configuration cannot be used; the message names file, key and what was expected."""

    default_code = "config.invalid"


class ValidationError(ToolError):
    """An argument of the call cannot be used."""

    default_code = "input.invalid"


class SecurityError(ToolError):
    """The call is understood and not allowed."""

    default_code = "policy.denied"


class Refusal(SecurityError):
    """The gate refuses a T-SQL text.

    Args:
        message: What was found, in one sentence.
        code: `gate.*`; the rule that refused.
        position: 0-based character offset of the offending token in the text as it was given.
        token: The offending token as it was written, at most 80 characters.
        rewrite: A form that the gate accepts, where there is one; empty otherwise.
        hint: What to do next.
        shell_hint: The same for a person at a command line, where it differs.
        line: 1-based line of the token.
        column: 1-based column of the token.
        details: Further facts.
    """

    default_code = "gate.refused"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        position: int = 0,
        token: str = "",
        rewrite: str = "",
        hint: str = "",
        shell_hint: str = "",
        line: int | None = None,
        column: int | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message, code=code, hint=hint, shell_hint=shell_hint, line=line, details=details)
        self.position = position
        self.token = token[:80]
        self.rewrite = rewrite
        self.column = column

    def as_dict(self) -> dict[str, Any]:
        """Give the refusal as a JSON object; keys without a value are left out."""
        own = {
            "token": self.token,
            "position": self.position,
            "column": self.column,
            "rewrite": self.rewrite,
        }
        return {
            **super().as_dict(),
            **{key: value for key, value in own.items() if value not in (None, "")},
        }


class DatabaseConnectionError(ToolError):
    """The server cannot be reached, or refuses the login."""

    default_code = "connection.failed"


class QueryError(ToolError):
    """The server refused or failed a statement."""

    default_code = "query.failed"


class QueryTimeoutError(QueryError):
    """The deadline of the call passed; the work on the server was ended."""

    default_code = "query.timeout"


class QueryCancelledError(QueryError):
    """The caller cancelled or went away; the work on the server was ended."""

    default_code = "query.cancelled"


class ObjectNotFoundError(ToolError):
    """The catalog does not know the name, or knows several of it."""

    default_code = "catalog.not_found"


class UnsupportedError(ToolError):
    """This server, driver or the demo cannot do what was asked."""

    default_code = "unsupported"


class OutputError(ToolError):
    """A result cannot be written to the file or stream that was named for it."""

    default_code = "output.file"
