"""Connections are found by name, made when asked for, and never opened by that."""

from __future__ import annotations

import pytest

from mssql_mcp.connection.registry import Registry
from mssql_mcp.connection.sqlserver import SqlServerSource
from mssql_mcp.errors import ConfigurationError, ValidationError
from mssql_mcp.settings import ConnectionSettings, Settings


def registry(*names: str, default: str | None = None) -> Registry:
    connections = {name: ConnectionSettings(server=f"{name}.invalid") for name in names}
    return Registry(Settings(connections=connections, default_connection=default))


def test_names_keep_their_order() -> None:
    """The first configured connection is the default."""
    several = registry("b", "a")
    assert several.names == ("b", "a")
    assert several.default_name == "b"
    assert registry("b", "a", default="a").default_name == "a"


def test_a_source_is_made_once() -> None:
    """Asking twice gives the same source, and asking opens no connection."""
    several = registry("a", "b")
    source = several.source("b")
    assert several.source("b") is source
    assert (source.name, source.is_demo) == ("b", False)
    assert several.source() is several.source("a")
    assert "b.invalid" not in repr(source)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    """A slip is answered with what was probably meant, and with the list."""
    with pytest.raises(ValidationError) as caught:
        registry("warehouse", "crm").source("werehouse")
    assert caught.value.code == "input.unknown_connection"
    assert caught.value.nearest == ("warehouse",)
    assert "crm" in caught.value.hint


def test_no_connection_says_how_to_make_one() -> None:
    """Without any connection the hint is the first step."""
    with pytest.raises(ConfigurationError) as caught:
        registry().source()
    assert caught.value.code == "config.no_connection"
    assert "--demo" in caught.value.hint


def test_a_default_that_does_not_exist_is_the_configurations_fault() -> None:
    """The person who configured it is told, with what was probably meant."""
    with pytest.raises(ConfigurationError) as caught:
        registry("warehouse", default="warehous").source()
    assert caught.value.code == "config.unknown_default"
    assert "warehouse" in caught.value.hint


def test_closing_forgets_the_sources() -> None:
    """After closing, a source is made anew."""
    several = registry("a")
    source = several.source()
    several.close()
    assert several.source() is not source
    assert isinstance(source, SqlServerSource)
