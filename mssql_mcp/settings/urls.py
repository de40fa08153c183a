"""Can a SQLAlchemy URL be read? Told without SQLAlchemy, whose own reader takes much that no server can be found by.

The text is never repeated: the parts of a URL that is cut otherwise than it was meant hold pieces of its password.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from mssql_mcp.errors import ConfigurationError
from mssql_mcp.settings.odbc import parse
from mssql_mcp.settings.target import parse_server

if TYPE_CHECKING:
    from collections.abc import Mapping

# The dialects that are taken, each with its Python driver.
URL_DRIVERS: Mapping[str, str] = MappingProxyType(
    {"mssql": "pyodbc", "mssql+pyodbc": "pyodbc", "mssql+mssqlpython": "mssql-python"}
)
# As `sqlalchemy.engine.make_url` cuts it (sqlalchemy/engine/url.py).
_URL = re.compile(
    r"(?P<dialect>[\w+]+)://(?:[^:/]*(?::[^@]*)?@)?(?:\[(?P<ipv6>[^/?]+)\]|(?P<host>[^/:?]+))?(?::(?P<port>[^/?]*))?"
    r"(?:/[^?]*)?(?:\?(?P<query>.*))?"
)
ENCODING_HINT = (
    "Write mssql+pyodbc://user:password@host:port/database, with special characters percent-encoded (@ is %40, / is "
    "%2F, : is %3A)."
)


def check_url(text: str) -> None:
    """Return where the URL of a connection can be used.

    Raises:
        ConfigurationError: `config.url`, or `config.odbc_connect` and `config.server` for what its query holds.
    """
    cut = _URL.fullmatch(text)
    if cut is None:
        raise ConfigurationError("The url setting is no SQLAlchemy URL.", code="config.url", hint=ENCODING_HINT)
    if cut["dialect"] not in URL_DRIVERS:
        raise ConfigurationError(
            f"The url setting has the dialect {cut['dialect']}.",
            code="config.url",
            hint="Use mssql+pyodbc://... or mssql+mssqlpython://...",
        )
    port = cut["port"]
    if port and not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65_535):
        raise ConfigurationError(
            "The url setting has no port from 1 to 65535 behind its host.", code="config.url", hint=ENCODING_HINT
        )
    if "@" in (cut["host"] or ""):
        raise ConfigurationError(
            "The url setting has an @ in its user or password.", code="config.url", hint=ENCODING_HINT
        )
    for string in parse_qs(cut["query"] or "").get("odbc_connect", []):
        check_odbc(string)


def check_odbc(text: str) -> None:
    """Return where an ODBC connection string can be read and leads somewhere.

    Raises:
        ConfigurationError: `config.odbc_connect` or `config.server`.
    """
    string = parse(text)
    server = string.get("Server")
    if server:
        parse_server(server)
    elif string.get("DSN") is None:
        raise ConfigurationError(
            "The ODBC connection string names no server.",
            code="config.odbc_connect",
            hint="Add Server=host,port; or DSN=name; to it.",
        )


def chooses_driver(text: str) -> bool:
    """Tell whether a URL names the driver itself; not where it cannot be read."""
    cut = _URL.fullmatch(text)
    if cut is None:
        return False
    query = parse_qs(cut["query"] or "")
    is_dsn = not re.search(r"://[^?]*/[^?]", text) and not query
    strings = query.get("odbc_connect", [])
    return (
        cut["dialect"] == "mssql+mssqlpython" or is_dsn or "driver" in query or any(map(odbc_chooses_driver, strings))
    )


def odbc_chooses_driver(text: str) -> bool:
    """Tell whether a connection string names a driver or a data source; not where it cannot be read."""
    try:
        string = parse(text)
    except ConfigurationError:
        return False
    return string.get("Driver") is not None or string.get("DSN") is not None
