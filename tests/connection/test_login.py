"""Fields, an ODBC string and a URL all end in one connection string, complete and without a leak."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_plus

import pytest
from pydantic import SecretStr

from mssql_mcp.connection.auth import SQL_COPT_SS_ACCESS_TOKEN
from mssql_mcp.connection.drivers import InstalledDrivers
from mssql_mcp.connection.login import Login, login_of
from mssql_mcp.errors import ConfigurationError
from mssql_mcp.settings import ConnectionSettings

DRIVER = "ODBC Driver 18 for SQL Server"
ODBC = "Server=db,1444;Database=Sales;UID=me;PWD={p;w};Encrypt=yes"
BOTH = InstalledDrivers("", "5.3.0", (DRIVER,), mssql_python=True, platform="linux")
ONLY_PYODBC = InstalledDrivers("", "5.3.0", (DRIVER,), mssql_python=False, platform="linux")


def login(installed: InstalledDrivers = BOTH, **fields: Any) -> Login:
    secret = ("password", "odbc_connect", "url")
    given = {name: SecretStr(value) if name in secret else value for name, value in fields.items()}
    return login_of(ConnectionSettings(**given), installed)


def test_fields_become_a_whole_string() -> None:
    """Everything that is configured is said, encrypted and verified by default."""
    made = login(server="db,1444", database="Sales", username="me", password="a}b;c")
    assert made.string.reveal() == (
        "Driver={ODBC Driver 18 for SQL Server};Server=db,1444;Database=Sales;UID=me;PWD={a}}b;c};Encrypt=yes;"
        "TrustServerCertificate=no;ApplicationIntent=ReadOnly;ConnectRetryCount=0;APP=mssql-mcp;MARS_Connection=no;"
    )
    assert made.server == "db,1444"
    assert made.secrets == ("a}b;c",)


def test_every_option_has_its_keyword() -> None:
    """Encryption, certificate's name, intent and failover reach the driver."""
    string = login(
        encrypt="strict",
        trust_server_certificate=True,
        host_name_in_certificate="db.example.com",
        application_intent="read-write",
        multi_subnet_failover=True,
        application_name="report; x=1",
    ).string
    assert string.get("Encrypt") == "strict"
    assert string.get("TrustServerCertificate") == "yes"
    assert string.get("HostnameInCertificate") == "db.example.com"
    assert string.get("ApplicationIntent") is None
    assert string.get("MultiSubnetFailover") == "yes"
    assert "APP={report; x=1};" in string.reveal()
    assert string.get("Trusted_Connection") == "yes"


def test_mssql_python_gets_no_keyword_that_it_refuses() -> None:
    """mssql-python sets Driver and APP itself and knows no MARS."""
    made = login(driver="mssql-python", username="me", password="x")
    assert made.string.reveal() == (
        "Server=localhost;Database=master;UID=me;PWD=x;Encrypt=yes;TrustServerCertificate=no;"
        "ApplicationIntent=ReadOnly;ConnectRetryCount=0;"
    )


def test_an_odbc_string_is_completed() -> None:
    """A free string keeps what it says; database, application name and driver are added where they are absent."""
    made = login(odbc_connect="SERVER=db;UID=me;Password={x;y};Encrypt=no", database="Sales")
    assert made.string.reveal() == (
        "Driver={ODBC Driver 18 for SQL Server};SERVER=db;UID=me;Password={x;y};Encrypt=no;Database=Sales;"
        "ConnectRetryCount=0;APP=mssql-mcp;MARS_Connection=no;"
    )
    assert made.secrets == ("x;y",)
    assert made.server == "db"


def test_an_odbc_string_keeps_its_own() -> None:
    """Driver, application name, database and retries of a free string win."""
    text = "Driver={Mine};Server=db;Initial Catalog=a;Application Name=b;ConnectRetryCount=3;MARS_Connection=yes;"
    assert login(odbc_connect=text, database="Sales").string.reveal() == text
    assert login(odbc_connect="DSN=prod;UID=me").string.get("Driver") is None
    assert login(odbc_connect="DSN=prod;UID=me").server == "The server"


def test_another_database_replaces_the_strings() -> None:
    """The same login opens any database, whatever keyword named the first."""
    made = login(odbc_connect="Server=db;Initial Catalog=a").for_database("b")
    assert made.string.get("Database") == "b"
    assert "Initial Catalog=b;" in made.string.reveal()


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("mssql+pyodbc://me:p%3Bw@db:1444/Sales?driver=ODBC+Driver+18+for+SQL+Server&Encrypt=yes", "pyodbc"),
        ("mssql+pyodbc://me:p%3Bw@db:1444/Sales?Encrypt=yes", "pyodbc"),
        ("mssql://me:p%3Bw@db:1444/Sales?Encrypt=yes", "pyodbc"),
        (f"mssql+pyodbc:///?odbc_connect={quote_plus(ODBC)}", "pyodbc"),
        ("mssql+mssqlpython://me:p%3Bw@db:1444/Sales?Encrypt=yes", "mssql-python"),
    ],
)  # fmt: skip
def test_a_url_becomes_a_string(url: str, kind: str) -> None:
    """SQLAlchemy's forms of a URL give server, database, login and options."""
    made = login(url=url)
    assert made.driver.kind == kind
    assert made.target is not None
    assert (made.target.host, made.target.port) == ("db", 1444)
    assert [made.string.get(name) for name in ("Database", "UID", "PWD", "Encrypt")] == ["Sales", "me", "p;w", "yes"]
    assert made.string.get("Driver") == (DRIVER if kind == "pyodbc" else None)
    assert made.secrets == ("p;w",)


def test_a_url_may_name_a_dsn() -> None:
    """`mssql+pyodbc://name` is a data source of the machine."""
    assert login(url="mssql+pyodbc://prod").string.get("DSN") == "prod"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"url": "c4nary"}, "config.url"),
        ({"url": "mssql+pyodbc://me:c4nary@db:notaport/x"}, "config.url"),
        ({"url": "postgresql://me:c4nary@db/x"}, "config.url"),
        ({"url": "mssql+pyodbc://me:c4nary@db/x", "driver": "mssql-python"}, "config.url"),
        ({"odbc_connect": "c4nary"}, "config.odbc_connect"),
        ({"odbc_connect": "DSN=a;PWD=c4nary", "driver": "mssql-python"}, "config.odbc_connect"),
        ({"username": "me"}, "config.auth"),
        ({"server": "a;b"}, "config.server"),
        ({"server": "mssql+pyodbc://u:c4nary@h/db"}, "config.server"),
        ({"server": "u:c4nary@127.0.0.1"}, "config.server"),
        ({"odbc_connect": "Server=u:c4nary@127.0.0.1;UID=u"}, "config.server"),
        ({"url": "mssql+pyodbc://me:pw@c4nary@db/x"}, "config.url"),
    ],
)
def test_what_cannot_be_used_is_refused_without_being_shown(fields: dict[str, Any], code: str) -> None:
    """Each fault has its code and a hint; no part of a secret is in it, nor in what it was raised from."""
    with pytest.raises(ConfigurationError) as caught:
        login(**fields)
    assert caught.value.code == code
    assert caught.value.hint
    assert "c4nary" not in f"{caught.value} {caught.value.hint} {caught.value.__context__} {caught.value.__cause__}"


def test_no_representation_shows_a_secret() -> None:
    """`repr` of a login masks the password wherever it stands."""
    for made in (login(username="me", password="c4nary"), login(odbc_connect="Server=db;PWD={c4nary}")):
        assert "c4nary" not in repr(made)


def test_the_default_credential_needs_a_token_with_pyodbc(monkeypatch: pytest.MonkeyPatch) -> None:
    """With pyodbc the token goes into an attribute, and no login keyword stands beside it."""
    made = login(ONLY_PYODBC, auth="entra-default")
    assert made.needs_token
    assert [made.string.get(name) for name in ("UID", "PWD", "Authentication", "Trusted_Connection")] == [None] * 4
    monkeypatch.setattr("mssql_mcp.connection.login.default_token", lambda: b"token")
    assert made.attributes() == {SQL_COPT_SS_ACCESS_TOKEN: b"token"}
    assert login(username="me", password="x").attributes() == {}


def test_the_default_credential_is_a_keyword_for_mssql_python() -> None:
    """mssql-python gets the token itself."""
    made = login(auth="entra-default")
    assert made.string.get("Authentication") == "ActiveDirectoryDefault"
    assert not made.needs_token
