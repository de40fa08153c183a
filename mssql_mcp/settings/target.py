r"""Where a server is: the forms in which people write it, and the address that a plain TCP connect can try.

Forms: `host`, `host,port`, `host:port`, `host\instance`, `host\instance,port`, each with `tcp:` before it if one
likes; `.`, `(local)` and `(localdb)\name` on Windows; `np:` and `lpc:` go to the driver as they are. An IPv6 address
may stand in brackets, which the drivers do not take. What is no server is never repeated: it may hold a password.
Page: https://learn.microsoft.com/sql/connect/odbc/dsn-connection-string-attribute (Server).
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mssql_mcp.errors import ConfigurationError

if TYPE_CHECKING:
    from mssql_mcp.settings import ConnectionSettings

# Port of a default instance (https://learn.microsoft.com/sql/sql-server/install/configure-the-windows-firewall-to-allow-sql-server-access).
DEFAULT_PORT = 1433
# UDP port of SQL Server Browser, which tells a named instance's port; same page.
BROWSER_PORT = 1434
_LOCAL_NAMES = frozenset({".", "(local)", "localhost"})
_PROTOCOL = re.compile(r"(?i)^(tcp|np|lpc|admin):")
_HOST_PORT = re.compile(r"^(?P<host>[^:,\\]+):(?P<port>\d+)$")
_IN_BRACKETS = re.compile(r"^\[(?P<host>[0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]\s*(?:[:,]\s*(?P<port>\d+))?$")
# What a host or an instance cannot hold, and a pasted login or URL does.
_FOREIGN = frozenset(";{}=@/[]")


@dataclass(frozen=True, slots=True)
class Target:
    """A server's address.

    Attributes:
        protocol: `tcp`, `np`, `lpc` or `admin` where it was written; empty leaves it to the driver.
        host: Name or address; for `np:` the pipe's path.
        port: None where the driver finds it.
        instance: Named instance; empty for the default one.
    """

    protocol: str
    host: str
    port: int | None
    instance: str

    @property
    def odbc(self) -> str:
        """The value of ODBC's `Server` keyword."""
        name = f"{self.host}\\{self.instance}" if self.instance else self.host
        name = f"{self.protocol}:{name}" if self.protocol else name
        return f"{name},{self.port}" if self.port else name

    @property
    def label(self) -> str:
        """The server as a person would name it in a message."""
        name = f"{self.host}\\{self.instance}" if self.instance else self.host
        return f"{name},{self.port}" if self.port else name

    @property
    def is_local_database(self) -> bool:
        """Whether this is SQL Server Express LocalDB, which has no network address."""
        return self.host.lower() == "(localdb)"

    def address(self, platform: str = sys.platform) -> tuple[str, int] | None:
        """Give the host and port that a TCP connect can try first; None where only the driver knows.

        A named instance without a port is found by SQL Server Browser, and a local name on Windows may be reached
        without TCP: neither is tried.
        """
        if self.protocol not in ("", "tcp") or self.is_local_database:
            return None
        if self.port is None and (self.instance or (platform == "win32" and self.host.lower() in _LOCAL_NAMES)):
            return None
        host = "localhost" if self.host.lower() in _LOCAL_NAMES else self.host
        return host, self.port or DEFAULT_PORT


def target_of(settings: ConnectionSettings) -> Target:
    """Read the server of a connection's settings.

    Raises:
        ConfigurationError: `config.server`; the text is no server, or says another port or instance than the settings.
    """
    return with_settings(parse_server(settings.server), settings.port, settings.instance)


def parse_server(text: str) -> Target:
    """Read a server in any of its forms.

    Raises:
        ConfigurationError: `config.server`.
    """
    rest = text.strip()
    protocol = ""
    if match := _PROTOCOL.match(rest):
        protocol, rest = match[1].lower(), rest[match.end() :].strip()
    if protocol in ("np", "lpc") and rest and _FOREIGN.isdisjoint(rest):
        return Target(protocol, rest, None, "")
    if brackets := _IN_BRACKETS.match(rest):
        port = brackets["port"]
        return Target(protocol, brackets["host"], _port(port, text) if port else None, "")
    if not rest or not _FOREIGN.isdisjoint(rest):
        raise _no_server(text)
    if colon := _HOST_PORT.match(rest):
        return Target(protocol, colon["host"].strip(), _port(colon["port"], text), "")
    name, comma, port = rest.partition(",")
    host, _, instance = name.strip().partition("\\")
    if not host.strip() or "\\" in instance or host.count(":") == 1 or len(name.split()) > 1:
        raise _no_server(text)
    return Target(protocol, host.strip(), _port(port, text) if comma else None, instance.strip())


def with_settings(target: Target, port: int | None, instance: str | None) -> Target:
    """Join the server's text with a port and an instance that were set apart from it.

    Raises:
        ConfigurationError: `config.server`; the two say different things.
    """
    if port and target.port and port != target.port:
        raise ConfigurationError(
            f"The server says port {target.port} and the port setting says {port}.",
            code="config.server",
            hint="Write the port in one place.",
        )
    if instance and target.instance and instance.lower() != target.instance.lower():
        raise ConfigurationError(
            f"The server says instance {target.instance} and the instance setting says {instance}.",
            code="config.server",
            hint="Write the instance in one place.",
        )
    return Target(target.protocol, target.host, target.port or port, target.instance or instance or "")


def _port(text: str, whole: str) -> int:
    digits = text.strip()
    if not digits.isascii() or not digits.isdigit() or not 1 <= int(digits) <= 65_535:
        raise _no_server(whole)
    return int(digits)


def _no_server(text: str) -> ConfigurationError:
    """Say what was meant; the text itself may hold a password, in whatever form."""
    if "://" in text:
        return ConfigurationError(
            "The server setting holds a URL, not a server.",
            code="config.server",
            hint="Put a SQLAlchemy URL (mssql+pyodbc://...) into url instead; a server is host, host,port or "
            r"host\instance.",
        )
    if "=" in text:
        return ConfigurationError(
            "The server setting holds a connection string, not a server.",
            code="config.server",
            hint="Put the whole string into odbc_connect instead.",
        )
    if "@" in text:
        return ConfigurationError(
            "The server setting holds a login before an @, not only a server.",
            code="config.server",
            hint="Put the login into username and password, or the whole as mssql+pyodbc://user:password@host/database "
            "into url.",
        )
    return ConfigurationError(
        "The server setting is not a server that can be reached.",
        code="config.server",
        hint=r"Write host, host,port or host\instance, with tcp: before it if you like; ports end at 65535.",
    )
