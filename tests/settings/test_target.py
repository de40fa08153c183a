"""Every form in which people write a server."""

from __future__ import annotations

import pytest

from mssql_mcp.errors import ConfigurationError
from mssql_mcp.settings import ConnectionSettings
from mssql_mcp.settings.target import parse_server, target_of, with_settings


@pytest.mark.parametrize(
    ("text", "odbc", "address"),
    [
        ("db.example.com", "db.example.com", ("db.example.com", 1433)),
        ("db.example.com,1444", "db.example.com,1444", ("db.example.com", 1444)),
        (" db , 1444 ", "db,1444", ("db", 1444)),
        ("db:1444", "db,1444", ("db", 1444)),
        ("tcp:db,1444", "tcp:db,1444", ("db", 1444)),
        ("TCP:db", "tcp:db", ("db", 1433)),
        (r"db\SQLEXPRESS", r"db\SQLEXPRESS", None),
        (r"db\SQLEXPRESS,1444", r"db\SQLEXPRESS,1444", ("db", 1444)),
        (".", ".", ("localhost", 1433)),
        ("(local)", "(local)", ("localhost", 1433)),
        (r"(localdb)\MSSQLLocalDB", r"(localdb)\MSSQLLocalDB", None),
        (r"np:\\db\pipe\sql\query", r"np:\\db\pipe\sql\query", None),
        ("lpc:.", "lpc:.", None),
        ("fe80::1", "fe80::1", ("fe80::1", 1433)),
        ("[::1]", "::1", ("::1", 1433)),
        ("[::1]:1444", "::1,1444", ("::1", 1444)),
        ("tcp:[fe80::1%eth0],1444", "tcp:fe80::1%eth0,1444", ("fe80::1%eth0", 1444)),
    ],
)
def test_each_form_is_read(text: str, odbc: str, address: tuple[str, int] | None) -> None:
    """A form becomes ODBC's `Server` value and, where there is one, the address of a TCP connect."""
    target = parse_server(text)
    assert target.odbc == odbc
    assert target.address("linux") == address


def test_a_local_name_on_windows_is_left_to_the_driver() -> None:
    """Shared memory needs no TCP, so a TCP connect must not judge it."""
    assert parse_server("localhost").address("win32") is None
    assert parse_server("localhost,1433").address("win32") == ("localhost", 1433)


@pytest.mark.parametrize(
    "text", ["h,x", "h,0", "h,70000", "h;PWD=x", "tcp:", r"h\a\b", "h=1", ",1433", "h,١٤", "h x", "[h]:1"]
)
def test_what_is_no_server_is_refused(text: str) -> None:
    """A text that would end up as something else in the connection string is refused."""
    with pytest.raises(ConfigurationError) as caught:
        parse_server(text)
    assert caught.value.code == "config.server"


def test_port_and_instance_may_be_set_apart() -> None:
    """The settings' own fields complete the server's text."""
    settings = ConnectionSettings(server="db", port=1444)
    assert target_of(settings).odbc == "db,1444"
    assert target_of(ConnectionSettings(server="db", instance="BI")).odbc == r"db\BI"
    assert target_of(ConnectionSettings(server="db", instance="BI")).label == r"db\BI"


@pytest.mark.parametrize(("text", "port", "instance"), [("db,1", 2, None), (r"db\A", None, "B")])
def test_contradictions_are_refused(text: str, port: int | None, instance: str | None) -> None:
    """Two ports or two instances are an error, not a guess."""
    with pytest.raises(ConfigurationError) as caught:
        with_settings(parse_server(text), port, instance)
    assert caught.value.code == "config.server"


def test_saying_the_same_twice_is_fine() -> None:
    """The same port or instance in both places is no contradiction."""
    assert with_settings(parse_server(r"db\bi,5"), 5, "BI").odbc == r"db\bi,5"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("tcp:db,1433;UID=sa;PWD={canary;}", "odbc_connect"),
        ("mssql+pyodbc://u:canary@h/db", "url"),
        ("http://u:canary@h:1433", "host,port"),
        ("u:canary@127.0.0.1", "username"),
        ("canary@h", "username"),
        ("u:canary", "host,port"),
        ("np:u:canary@h", "username"),
        ("h canary", "host,port"),
        ("h,canary", "host,port"),
    ],
)
def test_what_holds_a_password_is_not_repeated(text: str, where: str) -> None:
    """Whoever pastes a URL, a login or a whole string as the server is told where it belongs, without its password."""
    with pytest.raises(ConfigurationError) as caught:
        parse_server(text)
    assert caught.value.code == "config.server"
    assert "canary" not in f"{caught.value} {caught.value.hint}"
    assert where in caught.value.hint
