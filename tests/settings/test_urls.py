"""A URL or a connection string that leads nowhere is refused, without being repeated."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import make_url

from mssql_mcp.errors import ConfigurationError
from mssql_mcp.settings.urls import check_odbc, check_url


@pytest.mark.parametrize(
    "text",
    [
        "mssql+pyodbc://me:p%40ss@db:1444/Sales?driver=ODBC+Driver+18+for+SQL+Server",
        "mssql://db/Sales",
        "mssql+mssqlpython://me@[::1]:1433/Sales",
        "mssql+pyodbc://prod",
        "mssql+pyodbc:///?odbc_connect=Server%3Ddb%3BUID%3Dme",
        r"mssql+pyodbc://me:x@db\\BI/Sales",
    ],
)
def test_a_url_that_sqlalchemy_reads_is_taken(text: str) -> None:
    """Every form of its documentation."""
    check_url(text)
    make_url(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("not a url", "config.url"),
        ("c4nary", "config.url"),
        ("mysql://me:c4nary@db/x", "config.url"),
        ("mssql+pyodbc://me:c4nary@db:99999999/x", "config.url"),
        ("mssql+pyodbc://me:c4nary@db:x/x", "config.url"),
        ("mssql+pyodbc://me:pw@c4nary@db/x", "config.url"),
        ("mssql+pyodbc:///?odbc_connect=c4nary", "config.odbc_connect"),
        ("mssql+pyodbc:///?odbc_connect=Server%3Dme%3Ac4nary%40db", "config.server"),
    ],
)
def test_a_url_that_leads_nowhere_is_refused(text: str, code: str) -> None:
    """With a code, a hint and no part of its password."""
    with pytest.raises(ConfigurationError) as caught:
        check_url(text)
    assert caught.value.code == code
    assert caught.value.hint
    assert "c4nary" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("text", ["c4nary", "UID=me;PWD=c4nary", "Driver={x};PWD=c4nary", "Server={c4nary"])
def test_a_connection_string_that_leads_nowhere_is_refused(text: str) -> None:
    """It must be readable and name a server or a data source."""
    with pytest.raises(ConfigurationError) as caught:
        check_odbc(text)
    assert caught.value.code == "config.odbc_connect"
    assert "c4nary" not in f"{caught.value} {caught.value.hint}"
    check_odbc("DSN=prod")
    check_odbc("Server=db;PWD={a;b}")
