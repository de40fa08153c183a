"""ODBC connection strings: read, changed and written without losing a character, and never shown with a secret.

The rules are those of [MS-ODBCSTR] 2.1 and of Microsoft's "DSN and Connection String Keywords and Attributes" page
(https://learn.microsoft.com/sql/connect/odbc/dsn-connection-string-attribute): pairs `keyword=value` with semicolons
between them; a value in braces may hold anything, with `}` written twice; keywords are case-insensitive, and the first
of two equal ones wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mssql_mcp.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable

# Characters that only a value in braces may hold; Microsoft's page lists them.
_SPECIAL = frozenset("[]{}(),;?*=!@")
# Keywords whose values are secrets, in lower case.
_SECRET_KEYWORDS = frozenset({"pwd", "password", "keystoresecret", "accesstoken", "clientkey"})
# Keywords that mean the same, in lower case, each with the one that is written.
_SYNONYMS = {
    "addr": "Server",
    "address": "Server",
    "network address": "Server",
    "server": "Server",
    "data source": "Server",
    "database": "Database",
    "initial catalog": "Database",
    "uid": "UID",
    "user": "UID",
    "user id": "UID",
    "pwd": "PWD",
    "password": "PWD",
    "app": "APP",
    "application name": "APP",
    "driver": "Driver",
}


@dataclass(frozen=True, slots=True)
class ConnectionString:
    """Keywords and values in their order.

    Attributes:
        pairs: Each keyword as it was written, with its value without braces.
    """

    pairs: tuple[tuple[str, str], ...]

    def get(self, keyword: str) -> str | None:
        """Give the value of a keyword or one of its synonyms; None where it is absent."""
        wanted = _canonical(keyword)
        return next((value for key, value in self.pairs if _canonical(key) == wanted), None)

    def with_value(self, keyword: str, value: str) -> ConnectionString:
        """Set a keyword, in its place where it is there and at the end otherwise."""
        wanted = _canonical(keyword)
        if self.get(keyword) is None:
            return ConnectionString((*self.pairs, (keyword, value)))
        return ConnectionString(
            tuple((key, value if _canonical(key) == wanted else old) for key, old in self.pairs),
        )

    def with_default(self, keyword: str, value: str) -> ConnectionString:
        """Set a keyword that is absent; one that is there stays."""
        return self if self.get(keyword) is not None else self.with_value(keyword, value)

    def without(self, keywords: Iterable[str]) -> ConnectionString:
        """Drop keywords."""
        dropped = {_canonical(keyword) for keyword in keywords}
        return ConnectionString(tuple(pair for pair in self.pairs if _canonical(pair[0]) not in dropped))

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that must not be shown."""
        return tuple(value for key, value in self.pairs if _canonical(key).lower() in _SECRET_KEYWORDS and value)

    def reveal(self) -> str:
        """Write the string for a driver, secrets included. Give it to nothing else."""
        return "".join(f"{key}={quoted(key, value)};" for key, value in self.pairs)

    def __repr__(self) -> str:
        # A badly written string may have half a password for a keyword, so only what is known is shown.
        return f"ConnectionString(Server={self.get('Server')}, Database={self.get('Database')}, ...)"


def quoted(keyword: str, value: str) -> str:
    """Write a value as it must stand after its keyword.

    Args:
        keyword: A server's comma and a driver's path are syntax of their own: `Server` is never put in braces,
            `Driver` always is.
        value: Any text.
    """
    canonical = _canonical(keyword)
    if canonical == "Server":
        return value
    if canonical == "Driver" or value != value.strip() or not _SPECIAL.isdisjoint(value):
        return "{" + value.replace("}", "}}") + "}"
    return value


def parse(text: str) -> ConnectionString:
    """Read a connection string.

    Raises:
        ConfigurationError: `config.odbc_connect`; the message tells the position, never the text.
    """
    pairs: list[tuple[str, str]] = []
    position = 0
    while position < len(text):
        if text[position] in "; \t\r\n":
            position += 1
            continue
        equals = text.find("=", position)
        semicolon = text.find(";", position)
        if equals < 0 or 0 <= semicolon < equals:
            raise _unreadable(position, "a keyword without a value")
        keyword = text[position:equals].strip()
        value, position = _value(text, equals + 1)
        if not keyword:
            raise _unreadable(equals, "a value without a keyword")
        pairs.append((keyword, value))
    return ConnectionString(tuple(pairs))


def _value(text: str, position: int) -> tuple[str, int]:
    while position < len(text) and text[position] in " \t":
        position += 1
    if not text.startswith("{", position):
        end = text.find(";", position)
        end = len(text) if end < 0 else end
        return text[position:end].strip(), end
    kept: list[str] = []
    cursor = position + 1
    while True:
        brace = text.find("}", cursor)
        if brace < 0:
            raise _unreadable(position, "a brace that is not closed")
        kept.append(text[cursor:brace])
        if not text.startswith("}}", brace):
            break
        kept.append("}")
        cursor = brace + 2
    rest = text.find(";", brace)
    rest = len(text) if rest < 0 else rest
    if text[brace + 1 : rest].strip():
        raise _unreadable(brace, "text after a closing brace (write a brace inside a value twice)")
    return "".join(kept), rest


def _canonical(keyword: str) -> str:
    return _SYNONYMS.get(keyword.strip().lower(), keyword.strip().lower())


def _unreadable(position: int, what: str) -> ConfigurationError:
    return ConfigurationError(
        f"The ODBC connection string cannot be read: {what} at character {position + 1}.",
        code="config.odbc_connect",
        hint="Write keyword=value pairs with semicolons between them; put a value with special characters in braces: "
        "PWD={se;cret}.",
    )
