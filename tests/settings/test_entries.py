"""What a source says is kept by key, with its origin, in the form that the models take."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from mssql_mcp.settings.declaration import Setting, find
from mssql_mcp.settings.entries import DEFAULT, Found, Origin

HERE = Origin("environment", "X")


def kept(key: str, text: str) -> Any:
    found = Found()
    setting = find(key)
    assert isinstance(setting, Setting)
    found.add_text(setting, key, text, HERE)
    return found.entries[key].value


@pytest.mark.parametrize(
    ("origin", "text"),
    [
        (DEFAULT, "default"),
        (Origin("environment", "MSSQL_SERVER"), "environment MSSQL_SERVER"),
        (Origin("file", "/c.toml", 3), "/c.toml:3"),
        (Origin("file", "/c.toml", 3, ("A", "B")), "/c.toml:3 with A, B"),
        (Origin("command line", "--max-rows"), "command line --max-rows"),
        (Origin("command line"), "command line"),
    ],
)
def test_an_origin_reads_as_a_place(origin: Origin, text: str) -> None:
    """People can go where the value stands."""
    assert str(origin) == text


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("gate.deny_schemas", "hr, audit ,,", ["hr", "audit"]),
        ("gate.deny_schemas", '["a,b", "c"]', ["a,b", "c"]),
        ("server.toolsets", "Catalog,QUERY", ["catalog", "query"]),
        ("limits.max_cost", "None", None),
        ("limits.max_rows", "none", "none"),
        ("connections.a.username", "none", "none"),
        ("connections.a.encrypt", "Strict", "strict"),
        ("limits.max_rows", "5", "5"),
    ],
)
def test_texts_become_lists_nothing_and_choices(key: str, text: str, value: Any) -> None:
    """Lists are JSON or separated by commas, `none` takes away, choices know no case."""
    assert kept(key, text) == value


def test_a_list_that_is_broken_json_is_a_problem() -> None:
    """The value itself is not repeated."""
    found = Found()
    setting = find("gate.deny_schemas")
    assert isinstance(setting, Setting)
    found.add_text(setting, "gate.deny_schemas", '["canary', HERE)
    assert found.entries == {}
    assert "canary" not in str(found.problems[0])


def test_a_secret_is_wrapped_at_once() -> None:
    """Between source and model a password has no print path either; its spaces are kept."""
    value = kept("connections.a.password", " canary ")
    assert isinstance(value, SecretStr)
    assert value.get_secret_value() == " canary "
    assert "canary" not in repr(value)


def test_true_and_false_mean_yes_and_no_where_these_are_choices() -> None:
    """`encrypt = true` is what people write."""
    found = Found()
    found.add_table("connections.a", {"encrypt": True, "trust_server_certificate": False}, lambda _: HERE)
    assert found.entries["connections.a.encrypt"].value == "yes"
    assert found.entries["connections.a.trust_server_certificate"].value is False


def test_tables_are_walked_to_their_settings() -> None:
    """Nested tables give dotted keys; a connection of which nothing is said has a name."""
    found = Found()
    found.add_table(
        "",
        {"limits": {"max_rows": 5}, "connections": {"b": {"pool": {"size": 2}}, "a": {}}},
        lambda key: Origin("file", key),
    )
    assert {key: entry.value for key, entry in found.entries.items()} == {
        "limits.max_rows": 5,
        "connections.b.pool.size": 2,
    }
    assert found.entries["limits.max_rows"].origin.name == "limits.max_rows"
    assert list(found.names) == ["b", "a"]


def test_a_value_where_a_table_belongs_is_a_problem() -> None:
    """`limits = 5` says that a table is expected, without the value."""
    found = Found()
    found.add_table("", {"limits": "canary"}, lambda _: HERE)
    (problem,) = found.problems
    assert "[limits]" in problem.message
    assert "canary" not in problem.message


@pytest.mark.parametrize("name", ["a b", "a.b", "", "a__b", "_a", "x" * 65, "ä"])
def test_names_that_no_source_could_repeat_are_refused(name: str) -> None:
    """A connection's name must work in TOML, in an environment variable's name and on the command line."""
    found = Found()
    assert not found.name_connection(name, HERE)
    assert found.problems[0].hint


@pytest.mark.parametrize("name", ["a", "Sales", "sales-eu", "sales_eu_1", "x" * 64])
def test_plain_names_are_taken(name: str) -> None:
    """Letters, digits, hyphens and single underscores."""
    assert Found().name_connection(name, HERE)
