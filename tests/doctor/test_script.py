"""The script for a login that can only read is right for every kind of login, and its names are quoted."""

from __future__ import annotations

import pytest

from mssql_mcp.doctor.script import Extras, bracketed, least_privilege_script
from mssql_mcp.errors import ValidationError


def statements(script: str) -> list[str]:
    lines = (line.split(" -- ")[0].strip() for line in script.splitlines())
    return [line for line in lines if line and not line.startswith("--")]


def test_a_sql_login() -> None:
    """Login with a placeholder for the password, user, and the rights to read and to see definitions."""
    assert statements(least_privilege_script("reader", "Sales")) == [
        "USE [master];",
        "CREATE LOGIN [reader] WITH PASSWORD = N'<a long random password>';",
        "USE [Sales];",
        "CREATE USER [reader] FOR LOGIN [reader];",
        "GRANT SELECT TO [reader];",
        "GRANT VIEW DEFINITION TO [reader];",
    ]


def test_a_windows_login() -> None:
    """A Windows account needs no password."""
    assert r"CREATE LOGIN [CORP\reader] FROM WINDOWS;" in least_privilege_script(
        r"CORP\reader", "Sales", auth="windows"
    )


@pytest.mark.parametrize("auth", ["entra-default", "entra-managed-identity", "entra-service-principal"])
def test_an_entra_user(auth: str) -> None:
    """An Entra principal becomes a user of the database, without a login."""
    made = statements(least_privilege_script("app", "Sales", auth=auth))
    assert "CREATE USER [app] FROM EXTERNAL PROVIDER;" in made
    assert not [line for line in made if "CREATE LOGIN" in line]


def test_azure_sql_database() -> None:
    """There is no USE and no server state; the user is contained in the database."""
    made = least_privilege_script("reader", "Sales", azure_database=True, extras=Extras(server_state=True))
    assert "CREATE USER [reader] WITH PASSWORD = N'<a long random password>';" in statements(made)
    assert not [line for line in statements(made) if line.startswith("USE ")]
    assert "SERVER STATE" not in made


def test_single_schemas() -> None:
    """Rights by schema leave the rest of the database unread."""
    made = statements(least_privilege_script("reader", "Sales", schemas=("dbo", "web")))
    assert "GRANT SELECT ON SCHEMA::[dbo] TO [reader];" in made
    assert "GRANT VIEW DEFINITION ON SCHEMA::[web] TO [reader];" in made
    assert "GRANT SELECT TO [reader];" not in made


def test_further_rights() -> None:
    """Plans and states are granted only where they are wanted."""
    wanted = Extras(definitions=False, plans=True, database_state=True, server_state=True)
    made = statements(least_privilege_script("reader", "Sales", extras=wanted))
    assert made[-4:] == [
        "GRANT SHOWPLAN TO [reader];",
        "GRANT VIEW DATABASE STATE TO [reader];",
        "USE [master];",
        "GRANT VIEW SERVER STATE TO [reader];",
    ]
    assert "GRANT VIEW DEFINITION TO [reader];" not in made


def test_no_name_leaves_its_brackets() -> None:
    """A hostile name stays one identifier."""
    name = "x]; DROP DATABASE Sales; --"
    assert bracketed(name) == "[x]]; DROP DATABASE Sales; --]"
    made = least_privilege_script(name, name, schemas=(name,))
    assert made.count("[x]]; DROP DATABASE Sales; --]") == made.count("DROP DATABASE")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 129])
def test_what_is_no_name_is_refused(name: str) -> None:
    """Nothing that could break a line, or is too long, gets into the script."""
    for arguments in ((name, "Sales"), ("reader", name)):
        with pytest.raises(ValidationError) as caught:
            least_privilege_script(*arguments)
        assert caught.value.code == "input.name"


def test_nothing_that_changes_data_is_granted() -> None:
    """Whatever is asked for, the script grants no right to write."""
    everything = Extras(definitions=True, plans=True, database_state=True, server_state=True)
    made = least_privilege_script("reader", "Sales", extras=everything)
    granted = [line.split()[1] for line in statements(made) if line.startswith("GRANT")]
    assert set(granted) == {"SELECT", "VIEW", "SHOWPLAN"}
