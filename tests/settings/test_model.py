"""The models hold their ranges and give nothing away."""

from __future__ import annotations

import pydantic
import pytest

from mssql_mcp.settings import ConnectionSettings, LimitSettings, Settings

CANARY = "canary-4711-tweet"


def test_the_defaults_are_valid() -> None:
    """Nothing configured is a configuration: no connections, every limit in its range."""
    settings = Settings()
    assert settings.connections == {}
    assert settings.limits.max_rows <= settings.limits.row_ceiling


def test_what_is_outside_its_range_is_refused() -> None:
    """No layer below has to ask whether a limit makes sense."""
    with pytest.raises(pydantic.ValidationError):
        LimitSettings(max_rows=0)
    with pytest.raises(pydantic.ValidationError):
        LimitSettings(timeout_seconds=float("nan"))


def test_what_is_unknown_is_refused() -> None:
    """A misspelt key never means the default."""
    with pytest.raises(pydantic.ValidationError):
        LimitSettings.model_validate({"max_row": 5})


def test_settings_cannot_be_changed() -> None:
    """What was loaded at the start holds to the end."""
    with pytest.raises(pydantic.ValidationError):
        setattr(Settings().limits, "max_rows", 5)  # noqa: B010 - a type checker would refuse the assignment


def test_a_secret_is_in_no_text_of_the_settings() -> None:
    """repr, str, JSON and a traceback of a refused value do not show it."""
    connection = ConnectionSettings.model_validate({"password": CANARY, "url": CANARY, "odbc_connect": CANARY})
    settings = Settings(connections={"sales": connection})
    assert CANARY not in repr(settings) + str(settings) + settings.model_dump_json() + str(settings.model_dump())
    with pytest.raises(pydantic.ValidationError) as caught:
        ConnectionSettings.model_validate({"port": CANARY, "passwd": CANARY, "password": [CANARY]})
    assert CANARY not in str(caught.value) + repr(caught.value)


def test_the_default_connection_is_the_named_or_the_first_one() -> None:
    """Calls that name no connection go where the configuration says, else to the first."""
    first, second = ConnectionSettings(), ConnectionSettings()
    assert Settings(connections={"a": first, "b": second}).default_name == "a"
    assert Settings(connections={"a": first, "b": second}, default_connection="b").default_name == "b"
    assert Settings().default_name is None


@pytest.mark.parametrize(
    ("given", "database"),
    [
        ({"url": "mssql+pyodbc://u:p@h:1433/Sales%20EU?driver=x"}, "Sales EU"),
        ({"url": "mssql+pyodbc:///?odbc_connect=SERVER%3Dh%3BDATABASE%3DSales"}, "Sales"),
        ({"odbc_connect": "SERVER=h;Initial Catalog={a;b}}c};PWD=x"}, "a;b}c"),
        ({"odbc_connect": "SERVER=h"}, "master"),
        ({"url": "mssql+pyodbc://u:pass/word@h/Sales"}, "master"),
        ({"server": "h", "database": "Own"}, "Own"),
    ],
)
def test_a_whole_connection_string_names_the_database(given: dict[str, str], database: str) -> None:
    """What the string says is where calls go that name no database."""
    assert ConnectionSettings(**given).database == database
