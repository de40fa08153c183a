"""`mssql-mcp config` makes, shows and validates the configuration, and shows no secret."""

from __future__ import annotations

import json
import stat
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import jsonschema  # type: ignore[import-untyped]
import pytest

from mssql_mcp.cli.main import run
from mssql_mcp.settings.file import user_path

if TYPE_CHECKING:
    from collections.abc import Callable

CANARY = "canary-4711-tweet"


class Config(Protocol):
    def __call__(self, *arguments: str) -> tuple[int, str, str]: ...


@pytest.fixture
def config(capsys: pytest.CaptureFixture[str]) -> Config:
    """Run `mssql-mcp config ...`; gives exit code, stdout and stderr."""

    def running(*arguments: str) -> tuple[int, str, str]:
        code = run(["config", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return running


@pytest.fixture
def written() -> Callable[[str], Path]:
    """Write the configuration file of the current folder."""

    def writing(text: str) -> Path:
        path = Path("mssql-mcp.toml").absolute()
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return path

    return writing


def test_init_writes_a_private_file_that_is_then_read(config: Config) -> None:
    """The file goes to the user's folder, is for its owner alone, and every later command reads it."""
    code, out, err = config("init")
    assert (code, out) == (0, f"{user_path()}\n")
    assert "mssql-mcp check" in err
    if sys.platform != "win32":
        assert stat.S_IMODE(user_path().stat().st_mode) == 0o600
    assert config("path")[1] == f"{user_path()}\n"
    code, out, _ = config("validate")
    assert code == 0
    assert "Connections: default." in out


def test_init_replaces_nothing_unless_told(config: Config, written: Callable[[str], Path]) -> None:
    """Without --force the file stays, with it the former one is kept."""
    path = written("[limits]\nmax_rows = 5\n")
    code, out, err = config("init", "--here")
    assert (code, out) == (3, "")
    assert "config.exists" in err
    assert "--force" in err
    assert path.read_text(encoding="utf-8") == "[limits]\nmax_rows = 5\n"
    assert config("init", "--here", "--force")[0] == 0
    assert path.with_name("mssql-mcp.toml.bak").read_text(encoding="utf-8") == "[limits]\nmax_rows = 5\n"
    assert "[connections.default]" in path.read_text(encoding="utf-8")


def test_init_begins_with_what_was_typed(config: Config, tmp_path: Path) -> None:
    """Server, login, database and name are in force; no password is written."""
    path = tmp_path / "new" / "w.toml"
    arguments = ("--server", "sql1\\BI", "--username", "reader", "--database", "Sales", "--connection", "warehouse")
    assert config("init", "--config", str(path), *arguments)[:2] == (0, f"{path}\n")
    assert tomllib.loads(path.read_text(encoding="utf-8"))["connections"]["warehouse"] == {
        "server": "sql1\\BI",
        "database": "Sales",
        "username": "reader",
        "pool": {},
        "retry": {},
        "session": {},
    }


def test_init_says_why_it_cannot_write(config: Config, tmp_path: Path) -> None:
    """A folder that is a file is an error of the configuration and not a traceback."""
    (tmp_path / "file").touch()
    code, _, err = config("init", "--config", str(tmp_path / "file" / "x.toml"))
    assert code == 3
    assert "config.not_written" in err


def test_show_gives_each_value_with_its_origin(
    config: Config, written: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file with its line, the variable, the option, the default."""
    path = written("[limits]\nmax_rows = 5\n[connections.sales]\nserver = 'sql1'\n")
    monkeypatch.setenv("MSSQL_DATABASE", "Sales")
    code, out, _ = config("show", "--format", "json", "--max-cost", "7", "--no-multi-subnet-failover")
    values = {value["key"]: (value["value"], value["origin"]) for value in json.loads(out)}
    assert code == 0
    assert values["limits.max_rows"] == (5, f"{path}:2")
    assert values["limits.max_cost"] == (7, "command line --max-cost")
    assert values["connections.sales.database"] == ("Sales", "environment MSSQL_DATABASE")
    assert values["connections.sales.multi_subnet_failover"] == (False, "command line --multi-subnet-failover")
    assert values["limits.row_ceiling"] == (10_000, "default")
    assert values["server.toolsets"] == (["catalog", "query"], "default")


def test_show_changed_leaves_out_the_defaults(config: Config, written: Callable[[str], Path]) -> None:
    """What somebody said, and nothing else."""
    written("[limits]\nmax_rows = 5\n")
    _, out, _ = config("show", "--changed", "--format", "csv")
    assert [line.split(",")[0] for line in out.splitlines()] == ["key", "limits.max_rows"]


@pytest.mark.parametrize("output_format", ["table", "json", "csv", "markdown", "toml"])
def test_no_format_shows_a_secret(
    config: Config, written: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, output_format: str
) -> None:
    """A password in the file, the environment and a URL is a mask in every format."""
    written(
        f'[connections.a]\nusername = "u"\npassword = "{CANARY}"\n'
        f'[connections.b]\nurl = "mssql+pyodbc://u:{CANARY}@h/d"\n[connections.c]\nusername = "u"\n'
        f'[connections.d]\nodbc_connect = "Server=x;PWD={CANARY}"\n'
        f'[connections.e]\napplication_name = "mssql://u:{CANARY}@h"\n'
    )
    monkeypatch.setenv("MSSQL_MCP_CONNECTIONS__C__PASSWORD", CANARY)
    code, out, err = config("show", "--format", output_format)
    assert code == 0
    assert CANARY not in out + err
    assert out.count("********") == 5


def test_toml_of_what_is_in_force_is_toml(config: Config, written: Callable[[str], Path]) -> None:
    """It can be kept as a file."""
    written("[limits]\nmax_rows = 5\n[connections.a]\nserver = 'h\\i'\n")
    tables = tomllib.loads(config("show", "--format", "toml")[1])
    assert (tables["limits"]["max_rows"], tables["connections"]["a"]["server"]) == (5, "h\\i")


def test_path_tells_the_order_of_places(config: Config, written: Callable[[str], Path]) -> None:
    """stdout is the path alone, for scripts; stderr says where was looked."""
    code, out, err = config("path")
    assert (code, out) == (0, f"{user_path()}\n")
    assert "config init" in err
    config("init")
    path = written("")
    _, out, err = config("path")
    assert out == f"{path}\n"
    assert [line.rpartition("(")[2] for line in err.splitlines()] == ["read)", "not read, since the one above is)"]
    assert config("path", "--config", "nowhere.toml")[0] == 3


def test_validate_lists_everything_that_is_wrong(
    config: Config, written: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All problems at once, as text and as JSON, with exit code 3 and without the values of secrets."""
    path = written(f'[limits]\nmax_row = 1\nmax_rows = 0\n[connections.a]\npassword = ["{CANARY}"]\n')
    monkeypatch.setenv("MSSQL_MCP_CONNECTIONS__A__PORT", CANARY)
    code, out, _ = config("validate")
    assert code == 3
    assert len(out.splitlines()) == 4
    assert (
        f"[config.unknown_key] Nothing is configured by limits.max_row ({path}:2). Did you mean limits.max_rows?" in out
    )
    code, text, _ = config("validate", "--format", "json")
    report = json.loads(text)
    assert (code, report["valid"], report["path"], len(report["problems"])) == (3, False, str(path), 4)
    assert f'["{CANARY}"]' not in out + text


def test_validate_passes_on_what_can_be_used(config: Config, written: Callable[[str], Path]) -> None:
    """Exit code 0, and warnings beside it."""
    path = written("[connections.a]\nusername = 'u'\n")
    code, out, err = config("validate")
    assert (code, out) == (0, f"{path} can be used. Connections: a.\n")
    assert "no password" in err
    report = json.loads(config("validate", "--format", "json")[1])
    assert (report["valid"], report["problems"]) == (True, [])
    assert len(report["warnings"]) == 1


def test_a_configuration_that_cannot_be_used_is_one_error(config: Config, written: Callable[[str], Path]) -> None:
    """Other commands end with the configuration's exit code and say what to mend."""
    written(f"[limits]\nmax_rows = 'mssql://sa:{CANARY}@h'\n")
    code, out, err = config("show")
    assert (code, out) == (3, "")
    assert "limits.max_rows" in err
    assert CANARY not in err


def test_debug_shows_no_secret_either(
    config: Config, written: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """The traceback that --debug asks for holds none of the values."""
    written(f'[connections.a]\npassword = "{CANARY}"\nport = "{CANARY}"\n')
    try:
        _, out, err = config("show", "--debug")
    except Exception as error:  # noqa: BLE001 - whatever --debug lets through
        import traceback

        captured = capsys.readouterr()
        out, err = captured.out, captured.err + "".join(traceback.format_exception(error))
    assert CANARY not in out + err


def test_schema_is_json_schema(config: Config) -> None:
    """Editors can be given it as it is."""
    code, out, _ = config("schema")
    assert code == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(out))


def test_each_command_has_an_example(config: Config) -> None:
    """`--help` shows how it is used, one line an example."""
    for name in ("init", "show", "path", "validate", "schema"):
        code, out, _ = config(name, "--help")
        assert code == 0
        assert f"    mssql-mcp config {name}" in out
        assert "\\b" not in out
