"""Everything that is wrong is said at once, with what was expected, and without any secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pydantic
import pytest
from pydantic import SecretStr

from mssql_mcp.settings import Settings
from mssql_mcp.settings.declaration import Group, find
from mssql_mcp.settings.entries import Entry, Origin
from mssql_mcp.settings.problems import Problem, bad_keys, error_of, from_validation, shown_value, unknown_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from mssql_mcp.settings.load import Examined, Loaded

HERE = Origin("file", "c.toml", 4)


def group(key: str) -> Group:
    found = find(key)
    assert isinstance(found, Group)
    return found


@pytest.mark.parametrize(
    ("key", "parent", "nearest"),
    [
        ("limits.max_row", "limits", ("limits.max_rows",)),
        ("connections.sales.prt", "connections.sales", ("connections.sales.port",)),
        ("limit", "", ("limits",)),
        ("max_rows", "", ("limits.max_rows",)),
        ("server.database", "server", ("connections.<name>.database",)),
        ("zzz", "", ()),
    ],
)
def test_an_unknown_key_gets_the_one_that_was_meant(key: str, parent: str, nearest: tuple[str, ...]) -> None:
    """Beside it where something is close, else the setting of that name elsewhere."""
    problem = unknown_key(key, group(parent), "c.toml:4")
    assert problem.nearest == nearest
    assert key in problem.message
    assert "c.toml:4" in problem.message


def test_the_table_of_the_predecessor_is_recognised() -> None:
    """Who brings a file of pyodbc-mcp-server is told where its keys went."""
    assert "[connections.default]" in unknown_key("mssql", group(""), "c.toml:1").hint


def test_one_problem_is_the_error_and_several_are_a_list() -> None:
    """The error's message has all of them; machines find them in the details."""
    one = Problem("config.unknown_key", "a", "A is wrong.", hint="Mend it.", nearest=("b",))
    two = Problem("config.invalid_value", "c", "C is wrong.")
    error = error_of([one])
    assert (error.code, error.message, error.hint, error.nearest) == (
        "config.unknown_key",
        "A is wrong.",
        "Mend it.",
        ("b",),
    )
    error = error_of([one, two])
    assert error.code == "config.invalid"
    assert error.message.splitlines()[1:] == ["  A is wrong. Did you mean b? Mend it.", "  C is wrong."]
    assert error.as_dict()["problems"] == ["A is wrong. Did you mean b? Mend it.", "C is wrong."]
    assert error_of([two, two]).code == "config.invalid_value"


def test_a_problem_as_json_leaves_out_what_it_does_not_know() -> None:
    """Empty keys do not fill a reader's screen."""
    assert Problem("config.invalid_value", "c", "C is wrong.").as_dict() == {
        "code": "config.invalid_value",
        "key": "c",
        "message": "C is wrong.",
    }


def test_a_refused_value_is_told_with_origin_and_range() -> None:
    """Key, value, place and what was expected stand in one sentence; other values are left alone."""
    entries = {"limits.max_rows": Entry(0, HERE), "server.toolsets": Entry(["catalog", "quary"], HERE)}
    with pytest.raises(pydantic.ValidationError) as caught:
        Settings.model_validate({"limits": {"max_rows": 0}, "server": {"toolsets": ["catalog", "quary"]}})
    limits, toolsets = from_validation(caught.value, entries, ())
    assert limits.message == "limits.max_rows = 0 (c.toml:4): expected a whole number from 1 to 1,000,000."
    assert toolsets.nearest == ("query",)
    assert bad_keys(caught.value, entries) == {"limits.max_rows", "server.toolsets"}


def test_what_a_connection_inherits_is_told_once() -> None:
    """A wrong general limit is not told again for each connection that takes it over."""
    entry = Entry(0, HERE)
    entries = {"limits.max_rows": entry, "connections.a.limits.max_rows": entry}
    with pytest.raises(pydantic.ValidationError) as caught:
        Settings.model_validate({"limits": {"max_rows": 0}, "connections": {"a": {"limits": {"max_rows": 0}}}})
    assert [problem.key for problem in from_validation(caught.value, entries, ())] == ["limits.max_rows"]


def test_no_shown_value_holds_a_secret() -> None:
    """Secrets are masked, also where somebody wrote one into the wrong key."""
    assert shown_value(SecretStr("canary"), ()) == "********"
    assert "canary" not in shown_value("mssql://sa:canary@host/db", ())
    assert "canary" not in shown_value("Server=x;PWD=canary", ())
    assert "canary" not in shown_value(["a", "canary"], ("canary",))
    assert shown_value(True, ()) == "true"
    assert len(shown_value("x" * 500, ())) == 80


def test_no_message_gives_orders_to_a_terminal() -> None:
    """A key or value with control characters is printed, not obeyed."""
    assert "\x1b" not in unknown_key("a\x1b[2Jb", group(""), "c.toml:1").message
    assert "\x1b" not in shown_value("a\x1b[2Jb", ())


@pytest.mark.parametrize(
    ("toml", "key"),
    [
        ("limits.max_rows = true", "limits.max_rows"),
        ('limits.max_rows = "7"', "limits.max_rows"),
        ("limits.max_rows = 7.0", "limits.max_rows"),
        ('limits.timeout_seconds = "7"', "limits.timeout_seconds"),
        ("limits.timeout_seconds = true", "limits.timeout_seconds"),
        ("connections.a.port = 1433.0", "connections.a.port"),
        ('connections.a.trust_server_certificate = "yes"', "connections.a.trust_server_certificate"),
        ("connections.a.trust_server_certificate = 1", "connections.a.trust_server_certificate"),
        ("connections.a.pool.size = true\nconnections.a.limits.max_rows = 5", "connections.a.pool.size"),
        ('limits.max_rows = "5"\nconnections.a.limits.keep_rows = 5', "limits.max_rows"),
        ('gate.deny_schemas = "hr"', "gate.deny_schemas"),
        ("connections.a.server = 5", "connections.a.server"),
        ("server.log_level = 5", "server.log_level"),
    ],
)
def test_a_value_of_the_file_has_the_type_of_its_setting(look: Callable[..., Examined], toml: str, key: str) -> None:
    """TOML has types: what stands there in another one is a mistake, and is told once."""
    (problem,) = look(toml).problems
    assert (problem.code, problem.key) == ("config.invalid_value", key)
    assert "expected" in problem.message
    assert "mssql-mcp.toml:1" in problem.message


def test_whole_numbers_and_references_may_stand_for_other_types(read: Callable[..., Loaded]) -> None:
    """30 is a number of seconds; what a reference brings is a text, as from the environment itself."""
    loaded = read(
        '[limits]\ntimeout_seconds = 30\nmax_cost = 5\n[connections.a]\nport = "${PORT}"\nencrypt = true\n',
        environ={"PORT": "1444", "MSSQL_MCP_LIMITS__MAX_ROWS": "7", "MSSQL_MCP_LIMITS": '{"keep_rows": "9"}'},
        cli={"limits.row_ceiling": "50"},
    )
    limits = loaded.settings.limits
    assert (limits.timeout_seconds, limits.max_cost, limits.max_rows) == (30, 5, 7)
    assert (limits.keep_rows, limits.row_ceiling) == (9, 50)
    connection = loaded.settings.connections["a"]
    assert (connection.port, connection.encrypt) == (1444, "yes")
