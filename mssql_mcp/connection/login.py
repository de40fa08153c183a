"""Settings to what a driver's `connect` takes: one connection string for every way of configuring a connection.

Fields, `odbc_connect` and `url` end in the same place, so that database, application name and the driver's own
reconnection are the same whichever was used. No secret leaves here but to the driver.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from mssql_mcp.connection.auth import SQL_COPT_SS_ACCESS_TOKEN, default_token, validate
from mssql_mcp.connection.drivers import DriverChoice, choose_driver
from mssql_mcp.errors import ConfigurationError
from mssql_mcp.settings.odbc import ConnectionString, parse
from mssql_mcp.settings.target import Target, parse_server, target_of
from mssql_mcp.settings.urls import ENCODING_HINT, URL_DRIVERS, check_url

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from mssql_mcp.connection.drivers import InstalledDrivers
    from mssql_mcp.settings import ConnectionSettings

# Keywords that mssql-python refuses or sets itself
# (https://github.com/microsoft/mssql-python/wiki/Connection-to-SQL-Database).
_NOT_FOR_MSSQL_PYTHON = ("Driver", "DSN", "APP", "MARS_Connection", "LongAsMax", "AutoTranslate", "QuotedId", "AnsiNPW")


@dataclass(frozen=True, slots=True)
class Login:
    """How a connection is opened.

    Attributes:
        driver: The Python driver and, for pyodbc, the ODBC driver.
        target: The server; None where a DSN hides it.
        string: What the driver is given; its secrets are not shown.
        needs_token: Whether an Entra access token must be fetched first.
        secrets: Values that no text may hold.
    """

    driver: DriverChoice
    target: Target | None
    string: ConnectionString
    needs_token: bool = False
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def server(self) -> str:
        """The server as a person would name it."""
        return self.target.label if self.target else "The server"

    def for_database(self, database: str) -> Login:
        """Give the same login for another database."""
        return replace(self, string=self.string.with_value("Database", database))

    def attributes(self) -> dict[int, Any]:
        """Give the attributes that must be set before connecting; may go to the network for a token."""
        return {SQL_COPT_SS_ACCESS_TOKEN: default_token()} if self.needs_token else {}


def login_of(settings: ConnectionSettings, installed: InstalledDrivers) -> Login:
    """Work out how a connection is opened; opens nothing.

    Raises:
        ConfigurationError: The settings contradict each other or cannot be read.
        DatabaseConnectionError: `connection.driver_missing`.
    """
    if settings.url is not None:
        return _from_url(settings, settings.url.get_secret_value(), installed)
    if settings.odbc_connect is not None:
        return _from_string(settings, parse(settings.odbc_connect.get_secret_value()), installed)
    return _from_fields(settings, installed)


def _from_fields(settings: ConnectionSettings, installed: InstalledDrivers) -> Login:
    mode = validate(settings)
    target = target_of(settings)
    driver = choose_driver(settings, installed)
    needs_token = driver.kind == "pyodbc" and mode.pyodbc == "token"
    password = settings.password.get_secret_value() if settings.password else None
    pairs = [
        ("Server", target.odbc),
        ("Database", settings.database),
        *(() if needs_token else mode.pairs(settings.username, password)),
        ("Encrypt", settings.encrypt),
        ("TrustServerCertificate", "yes" if settings.trust_server_certificate else "no"),
    ]
    if settings.host_name_in_certificate:
        pairs.append(("HostnameInCertificate", settings.host_name_in_certificate))
    if settings.application_intent == "read-only":
        pairs.append(("ApplicationIntent", "ReadOnly"))
    if settings.multi_subnet_failover:
        pairs.append(("MultiSubnetFailover", "yes"))
    return Login(
        driver,
        target,
        _completed(ConnectionString(tuple(pairs)), settings, driver),
        needs_token,
        (password,) if password else (),
    )


def _from_string(settings: ConnectionSettings, string: ConnectionString, installed: InstalledDrivers) -> Login:
    names_driver = string.get("Driver") is not None or string.get("DSN") is not None
    driver = choose_driver(settings, installed, names_driver=names_driver)
    if driver.kind == "mssql-python" and string.get("DSN") is not None:
        raise ConfigurationError(
            "mssql-python knows no DSN.",
            code="config.odbc_connect",
            hint="Write Server=... instead of DSN=..., or set driver to pyodbc.",
        )
    server = string.get("Server")
    string = string.with_default("Database", settings.database)
    return Login(
        driver,
        parse_server(server) if server else None,
        _completed(string, settings, driver),
        secrets=string.secrets,
    )


def _from_url(settings: ConnectionSettings, text: str, installed: InstalledDrivers) -> Login:
    check_url(text)
    url = _read_url(text)
    kind = URL_DRIVERS[url.drivername]
    if settings.driver not in ("auto", kind):
        raise ConfigurationError(
            f"The url setting uses {kind} and the driver setting says {settings.driver}.",
            code="config.url",
            hint="Leave driver out where a url is given.",
        )
    (text,), _ = url.get_dialect()().create_connect_args(_with_driver(url, kind))
    string = parse(text)
    if string.get("Driver") == _NO_DRIVER:
        string = string.without(["Driver"])
    return _from_string(settings.model_copy(update={"driver": kind}), string, installed)


# SQLAlchemy warns about a URL without a driver; ours is chosen later.
_NO_DRIVER = "chosen later"


def _with_driver(url: URL, kind: str) -> URL:
    if kind != "pyodbc" or "driver" in url.query or "odbc_connect" in url.query or "dsn" in url.query:
        return url
    if not url.database:
        return url  # mssql+pyodbc://name is a DSN
    return url.update_query_dict({"driver": _NO_DRIVER})


def _read_url(text: str) -> URL:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(text)
    except (ArgumentError, ValueError):
        pass
    # Outside the handler: SQLAlchemy's own exception holds the text.
    raise ConfigurationError(
        "The url setting is no SQLAlchemy URL.",
        code="config.url",
        hint=ENCODING_HINT,
    )


def _completed(string: ConnectionString, settings: ConnectionSettings, driver: DriverChoice) -> ConnectionString:
    """Add what every connection has: application name, no MARS, no reconnection behind our back."""
    # The driver's own recovery of an idle connection may wait ConnectRetryInterval seconds beyond every deadline; a
    # broken connection is replaced by the runner instead
    # (https://learn.microsoft.com/sql/connect/odbc/connection-resiliency).
    string = string.with_default("ConnectRetryCount", "0")
    if driver.kind == "mssql-python":
        return string.without(_NOT_FOR_MSSQL_PYTHON)
    string = string.with_default("APP", settings.application_name).with_default("MARS_Connection", "no")
    if driver.odbc_driver and string.get("DSN") is None:
        named = string.with_default("Driver", driver.odbc_driver)
        string = ConnectionString((("Driver", named.get("Driver") or ""), *named.without(["Driver"]).pairs))
    return string
