"""Command line over file over environment over defaults, key by key, and every value knows where it comes from."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

import pytest

from mssql_mcp.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mssql_mcp.settings.load import Examined, Loaded

CANARY = "canary-4711-tweet"


def test_nothing_configured_is_the_defaults(read: Callable[..., Loaded]) -> None:
    """No file and no variable: no connection, and every value is a default."""
    loaded = read()
    assert (loaded.path, loaded.settings.connections, loaded.warnings) == (None, {}, ())
    assert {str(origin) for origin in loaded.origins.values()} == {"default"}


def test_precedence_is_key_by_key(read: Callable[..., Loaded], tmp_path: Path) -> None:
    """Each source changes only what it says: the file leaves alone what it does not mention."""
    loaded = read(
        "[limits]\nmax_rows = 2\nmax_characters = 2000\n",
        environ={
            "MSSQL_MCP_LIMITS__MAX_ROWS": "3",
            "MSSQL_MCP_LIMITS__MAX_CHARACTERS": "3000",
            "MSSQL_MCP_LIMITS__MAX_CONCURRENT": "3",
        },
        cli={"limits.max_rows": 1},
    )
    limits = loaded.settings.limits
    assert (limits.max_rows, limits.max_characters, limits.max_concurrent, limits.row_ceiling) == (1, 2000, 3, 10_000)
    assert [str(loaded.origins[f"limits.{key}"]) for key in ("max_rows", "max_characters", "max_concurrent")] == [
        "command line --max-rows",
        f"{tmp_path / 'mssql-mcp.toml'}:3",
        "environment MSSQL_MCP_LIMITS__MAX_CONCURRENT",
    ]


def test_precedence_holds_within_one_connection(read: Callable[..., Loaded]) -> None:
    """A connection can be said in three places at once."""
    loaded = read(
        '[connections.sales]\nserver = "file"\ndatabase = "file"\n',
        environ={"MSSQL_MCP_CONNECTIONS__SALES__DATABASE": "env", "MSSQL_MCP_CONNECTIONS__SALES__PORT": "5"},
        cli={"connection.server": "typed"},
    )
    sales = loaded.settings.connections["sales"]
    assert (sales.server, sales.database, sales.port, sales.driver) == ("typed", "file", 5, "auto")
    assert loaded.settings.connections["sales"].model_fields_set == {"server", "database", "port"}


def test_every_value_has_an_origin(read: Callable[..., Loaded]) -> None:
    """`values` gives each leaf of the settings once, connections in order, with what is in force."""
    loaded = read('[connections.b]\nserver = "x"\n[connections.a]\n[connections.a.limits]\nmax_rows = 7\n')
    values = {value.key: value for value in loaded.values()}
    assert list(values) == list(loaded.origins)
    assert values["connections.b.server"].value == "x"
    assert values["connections.a.limits.max_rows"].value == 7
    assert "connections.b.limits.max_rows" not in values
    assert list(values).index("connections.b.server") < list(values).index("connections.a.server")
    assert values["server.toolsets"].value == ("catalog", "query")


def test_all_problems_come_at_once(look: Callable[..., Examined]) -> None:
    """File, environment and command line, wrong keys, wrong values and contradictions in one go."""
    examined = look(
        '[limits]\nmax_row = 1\nmax_rows = 0\n[connections.a]\nurl = "x"\nserver = "y"\npassword = "${NOPE}"\n',
        environ={"MSSQL_MCP_LIMITS__TIMEOUT_SECONDS": "0", "MSSQL_MCP_X": "1"},
        cli={"limits.row_ceiling": "many"},
    )
    assert examined.loaded is None
    assert sorted((problem.code, problem.key) for problem in examined.problems) == [
        ("config.contradiction", "connections.a.server"),
        ("config.invalid_value", "limits.max_rows"),
        ("config.invalid_value", "limits.row_ceiling"),
        ("config.invalid_value", "limits.timeout_seconds"),
        ("config.unknown_key", "MSSQL_MCP_X"),
        ("config.unknown_key", "limits.max_row"),
        ("config.unset_variable", "connections.a.password"),
        ("config.url", "connections.a.url"),
    ]


def test_load_raises_what_examine_finds(read: Callable[..., Loaded], tmp_path: Path) -> None:
    """One line for one problem, with its own code."""
    with pytest.raises(ConfigurationError) as caught:
        read("[limits]\nmax_rows = -5\n")
    assert caught.value.code == "config.invalid_value"
    assert caught.value.message == (
        f"limits.max_rows = -5 ({tmp_path / 'mssql-mcp.toml'}:2): expected a whole number from 1 to 1,000,000."
    )


def test_an_unknown_override_is_refused(look: Callable[..., Examined]) -> None:
    """What is typed is checked like everything else."""
    (problem,) = look(cli={"limits.max_row": 5}).problems
    assert problem.nearest == ("limits.max_rows",)
    (problem,) = look(cli={"connection.prot": 5}).problems
    assert problem.code == "config.unknown_key"


# The short names of the environment


def test_the_predecessor_s_variables_alone_make_a_connection(read: Callable[..., Loaded]) -> None:
    """Who moves from pyodbc-mcp-server changes nothing else."""
    loaded = read(environ={"MSSQL_SERVER": "sql1", "MSSQL_DATABASE": "Sales", "MSSQL_QUERY_TIMEOUT": "60"})
    assert list(loaded.settings.connections) == ["default"]
    connection = loaded.settings.connections["default"]
    assert (connection.server, connection.database) == ("sql1", "Sales")
    assert loaded.settings.limits.timeout_seconds == 60
    assert str(loaded.origins["connections.default.server"]) == "environment MSSQL_SERVER"


def test_stray_short_names_make_no_connection(read: Callable[..., Loaded]) -> None:
    """A driver's name or a retry count in the environment is no server."""
    assert read(environ={"ODBC_DRIVER": "x", "MSSQL_MAX_RETRIES": "1"}).settings.connections == {}


def test_short_names_fill_the_default_connection_and_no_other(read: Callable[..., Loaded]) -> None:
    """They are weaker than every other source, and only the connection in use hears them."""
    toml = 'default_connection = "b"\n[connections.a]\n[connections.b]\nserver = "file"\n[connections.c]\n'
    loaded = read(
        toml,
        environ={
            "MSSQL_SERVER": "x",
            "MSSQL_DATABASE": "y",
            "ODBC_DRIVER": "z",
            "MSSQL_MCP_CONNECTIONS__B__ODBC_DRIVER": "w",
        },
    )
    a, b, c = loaded.settings.connections.values()
    assert (b.server, b.database, b.odbc_driver) == ("file", "y", "w")
    assert (a.database, a.odbc_driver, c.database) == ("master", None, "master")


def test_a_file_s_url_is_not_broken_by_stray_short_names(read: Callable[..., Loaded]) -> None:
    """What the file's connection does not take is left out, and that is said."""
    loaded = read('[connections.a]\nurl = "mssql+pyodbc://h/d"\n', environ={"MSSQL_SERVER": "x", "MSSQL_USERNAME": "u"})
    assert loaded.settings.connections["a"].model_fields_set == {"url"}
    assert sorted(text.split()[0] for text in loaded.warnings) == ["MSSQL_SERVER", "MSSQL_USERNAME"]


def test_a_windows_login_is_not_changed_by_a_stray_password(read: Callable[..., Loaded]) -> None:
    """`auth = "windows"` stays what it is."""
    loaded = read('[connections.a]\nauth = "windows"\n', environ={"MSSQL_USERNAME": "u", "MSSQL_PASSWORD": CANARY})
    assert loaded.settings.connections["a"].password is None
    assert CANARY not in "".join(loaded.warnings)


def test_a_stray_password_makes_no_login(read: Callable[..., Loaded]) -> None:
    """The file's connection has no username, so its login is Windows', and that is said."""
    loaded = read('[connections.a]\nserver = "x"\n', environ={"MSSQL_PASSWORD": CANARY})
    assert loaded.settings.connections["a"].password is None
    assert loaded.warnings == ("MSSQL_PASSWORD is left out: connection a has no username",)


def test_short_names_that_contradict_each_other_are_refused(look: Callable[..., Examined]) -> None:
    """Two variables that both name a server are a mistake of the same person."""
    (problem,) = look(environ={"MSSQL_URL": "mssql+pyodbc://h/d", "MSSQL_SERVER": "x"}).problems
    assert problem.code == "config.contradiction"
    assert "MSSQL_SERVER" in problem.message
    assert "MSSQL_URL" in problem.message


def test_the_demo_ignores_the_server_s_variables_without_a_word(read: Callable[..., Loaded]) -> None:
    """`--demo` on a machine that is set up for a server is not worth a warning."""
    loaded = read(
        environ={"MSSQL_SERVER": "x", "MSSQL_PASSWORD": "y"},
        cli={"connections.demo.demo": True, "default_connection": "demo"},
    )
    assert list(loaded.settings.connections) == ["demo"]
    assert (loaded.settings.connections["demo"].demo, loaded.warnings) == (True, ())


def test_the_demo_is_not_hindered_by_other_connections(read: Callable[..., Loaded]) -> None:
    """`--demo` works beside a connection whose password is not set, and offers no other; the limits hold."""
    loaded = read(
        "[limits]\nmax_rows = 5\n[connections.a]\npassword = '${NOT_SET}'\nport = 0\n"
        "[connections.demo]\nserver = 'x'\n",
        environ={"MSSQL_MCP_CONNECTIONS__B__PORT": "1"},
        cli={"connections.demo.demo": True, "default_connection": "demo"},
    )
    assert list(loaded.settings.connections) == ["demo"]
    assert loaded.settings.limits.max_rows == 5


def test_the_password_alone_can_come_from_the_environment(read: Callable[..., Loaded]) -> None:
    """The file names the login, the MCP client passes the password."""
    loaded = read('[connections.a]\nusername = "reader"\n', environ={"MSSQL_PASSWORD": CANARY})
    password = loaded.settings.connections["a"].password
    assert password is not None
    assert password.get_secret_value() == CANARY
    assert str(loaded.origins["connections.a.password"]) == "environment MSSQL_PASSWORD"


# Typed overrides and the connection in use


def test_options_speak_of_the_default_connection(read: Callable[..., Loaded]) -> None:
    """`--server` means the connection in use, be it named in the file or on the command line."""
    toml = "[connections.a]\n[connections.b]\n"
    assert read(toml, cli={"connection.port": "7"}).settings.connections["a"].port == 7
    loaded = read(toml, cli={"connection.port": "7", "default_connection": "b"})
    assert (loaded.settings.connections["a"].port, loaded.settings.connections["b"].port) == (None, 7)
    assert str(loaded.origins["default_connection"]) == "command line --connection"


def test_options_alone_make_a_connection(read: Callable[..., Loaded]) -> None:
    """`mssql-mcp query --server sql1 "SELECT 1"` needs no file."""
    loaded = read(cli={"connection.server": "sql1"})
    assert loaded.settings.connections["default"].server == "sql1"


# A connection's own limits and policy


def test_what_a_connection_does_not_say_is_the_general_one(read: Callable[..., Loaded]) -> None:
    """A connection with its own row limit keeps the general timeout and the general denials."""
    loaded = read(
        "[limits]\nmax_rows = 50\ntimeout_seconds = 5\n[gate]\ndeny_schemas = ['hr']\n"
        "[connections.a.limits]\nmax_rows = 7\n[connections.a.gate]\nmax_joins = 2\n[connections.b]\n"
    )
    a, b = loaded.settings.connections.values()
    assert a.limits is not None
    assert a.gate is not None
    assert (a.limits.max_rows, a.limits.timeout_seconds) == (7, 5)
    assert (a.gate.max_joins, a.gate.deny_schemas) == (2, ("hr",))
    assert (b.limits, b.gate) == (None, None)
    assert loaded.origins["connections.a.limits.timeout_seconds"] == loaded.origins["limits.timeout_seconds"]


def test_a_typed_limit_wins_over_a_connection_s_own(read: Callable[..., Loaded]) -> None:
    """Who types `--max-rows 5` gets five rows; an environment variable does not reach that far."""
    toml = "[connections.a.limits]\nmax_rows = 7\n"
    typed = read(toml, cli={"limits.max_rows": 5}).settings.connections["a"].limits
    from_environment = read(toml, environ={"MSSQL_MCP_LIMITS__MAX_ROWS": "5"}).settings.connections["a"].limits
    assert typed is not None
    assert from_environment is not None
    assert (typed.max_rows, from_environment.max_rows) == (5, 7)


# Secrets


def test_secrets_are_known_whole_and_in_parts(read: Callable[..., Loaded]) -> None:
    """What `redact` gets holds the URL and the password inside it, decoded too, also of sources that lost."""
    loaded = read(
        '[connections.a]\nurl = "mssql+pyodbc://sa:p%40ss@h/d"\n'
        '[connections.b]\nodbc_connect = "Server=x;PWD={a}}b};"\n'
        '[connections.c]\nusername = "u"\npassword = "wins"\n',
        environ={"MSSQL_MCP_CONNECTIONS__C__PASSWORD": "loses"},
    )
    assert {"p%40ss", "p@ss", "a}b", "wins", "loses", "mssql+pyodbc://sa:p%40ss@h/d"} <= set(loaded.secrets())


def test_spaces_around_a_password_are_kept(read: Callable[..., Loaded]) -> None:
    """Other texts are trimmed, a password is taken as it is."""
    loaded = read('[connections.a]\nusername = " u "\npassword = " p "\n')
    connection = loaded.settings.connections["a"]
    assert connection.password is not None
    assert (connection.username, connection.password.get_secret_value()) == ("u", " p ")


@pytest.mark.parametrize(
    ("toml", "environ"),
    [
        (f'[connections.a]\npassword = "{CANARY}"\n', {}),
        (f'[connections.a]\nusername = "u"\npassword = ["{CANARY}"]\n', {}),
        (f'[connections.a]\nusername = "u"\npassword = {{ x = "{CANARY}" }}\n', {}),
        (f'[connections.a]\npasswort = "{CANARY}"\n', {}),
        (f'[connections.a]\npassword = "{CANARY}\n', {}),
        (f'[connections.a]\npassword = "\\{CANARY}"\n', {}),
        (f'[connections.a]\npassword = "x\\n{CANARY}"\n', {}),
        (f'[connections.a]\npassword = "${{{CANARY} }}"\n', {}),
        (f'[connections.a]\nserver = "x"\nport = "mssql://sa:{CANARY}@h"\n', {}),
        (f'password = "{CANARY}"\n', {}),
        ('[connections.a]\npassword = "${P}"\nurl = "${P}"\nport = "x ${P}"\n', {"P": CANARY}),
        ("", {"MSSQL_URL": f"mssql+pyodbc://sa:{CANARY}@h/d", "MSSQL_SERVER": "x"}),
        ("", {"MSSQL_SERVER": "x", "MSSQL_PASSWORD": CANARY}),
        ("", {"MSSQL_MCP_CONNECTIONS": f'{{"a": {{"password": "{CANARY}"'}),
        ("", {"MSSQL_MCP_CONNECTIONS__A__PASSWORD": CANARY, "MSSQL_MCP_CONNECTIONS__A__PORT": CANARY}),
        ("", {"MSSQL_MCP_CONNECTIONS__A__PASWORD": CANARY}),
        ("", {"MSSQL_MCP_CONNECTIONS": f'{{"a": {{"password": ["{CANARY}"], "x": "{CANARY}"}}}}'}),
    ],
)
def test_no_error_holds_a_secret(
    look: Callable[..., Examined], read: Callable[..., Loaded], toml: str, environ: dict[str, str]
) -> None:
    """Neither the problems, nor the error, nor its traceback and everything chained to it."""
    problems = look(toml, environ=environ).problems
    assert problems
    assert CANARY not in "".join(f"{problem!r}{problem}" for problem in problems)
    with pytest.raises(ConfigurationError) as caught:
        read(toml, environ=environ)
    assert CANARY not in repr(caught.value.as_dict())
    assert CANARY not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_no_text_of_what_was_loaded_holds_a_secret(look: Callable[..., Examined]) -> None:
    """repr and str of the outcome and all that it holds."""
    examined = look(
        f'[connections.a]\nusername = "u"\npassword = "{CANARY}"\n[connections.b]\nurl = "mssql+pyodbc://u:{CANARY}@h"\n',
        environ={"MSSQL_MCP_CONNECTIONS__A__PASSWORD": CANARY},
    )
    assert examined.loaded is not None
    texts = [repr(examined), str(examined), examined.loaded.settings.model_dump_json()]
    texts += [repr(value) for value in examined.loaded.values()]
    assert CANARY not in "".join(texts)
    assert CANARY in examined.loaded.secrets()


def test_reading_the_settings_imports_little() -> None:
    """Neither a database library nor the protocol nor the command line is needed to know what is configured."""
    import subprocess
    import sys

    code = (
        "import os, pathlib, sys; from mssql_mcp.settings.load import load;"
        "load(environ={}, cwd=pathlib.Path.cwd());"
        "heavy = {'sqlalchemy', 'sqlglot', 'mcp', 'click', 'rich', 'pyodbc', 'keyring', 'pydantic_settings'};"
        "sys.exit(','.join(sorted(heavy & set(sys.modules))) or None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
