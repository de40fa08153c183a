"""What is written down can be read again."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

import hypothesis
import hypothesis.strategies as st
import jsonschema  # type: ignore[import-untyped]
import pytest

from mssql_mcp.settings import Settings
from mssql_mcp.settings.declaration import NAME, all_settings
from mssql_mcp.settings.writing import as_toml, json_schema, plain_value, template, toml_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from mssql_mcp.settings.load import Examined, Loaded


def test_the_commented_file_is_valid_as_it_is(read: Callable[..., Loaded]) -> None:
    """`config init` gives a file with one connection to this computer and nothing else."""
    settings = read(template()).settings
    assert list(settings.connections) == ["default"]
    assert settings.connections["default"].model_fields_set - {"pool", "retry", "session"} == {"server", "database"}
    assert settings.limits == Settings().limits


def test_each_commented_line_is_a_setting_with_a_value_that_can_be_used(look: Callable[..., Examined]) -> None:
    """Taking the comment signs off gives no unknown key and no value out of range; only contradictions are left."""
    text = re.sub(r"^# (?=[a-z_]+ = )", "", template(), flags=re.MULTILINE)
    problems = look(text, environ={"MSSQL_PASSWORD": "x"}).problems
    assert {problem.code for problem in problems} == {"config.contradiction"}
    written = set(re.findall(r"^([a-z_]+) = ", text, flags=re.MULTILINE))
    assert written == {setting.key.rpartition(".")[2] for setting in all_settings()}


def test_the_commented_file_takes_given_values(read: Callable[..., Loaded]) -> None:
    """Values with quotes and backslashes arrive as they were given."""
    settings = read(template({"connections.default.server": 'a\\b"c'})).settings
    assert settings.connections["default"].server == 'a\\b"c'
    assert settings.connections["default"].database == "master"


def test_lines_stay_short_and_words_whole() -> None:
    """A comment wraps at the end of a word, never inside `entra-service-principal`."""
    comments = [line for line in template().splitlines() if line.startswith("## ")]
    assert max(map(len, comments)) <= 113
    assert not [line for line in comments if line.endswith("-")]


def test_what_is_in_force_reads_back_the_same(read: Callable[..., Loaded]) -> None:
    """`config show --format toml` is a configuration, but for its secrets."""
    loaded = read(
        '[connections.a]\nserver = \'h\\i\'\nusername = "u"\npassword = "canary"\n[limits]\nmax_cost = 2.5\n'
        "[gate]\ndeny_schemas = ['hr', 'x\"y']\n"
    )
    text = as_toml(loaded.values(), loaded.secrets())
    assert "canary" not in text
    again = read(text)
    assert again.settings.limits == loaded.settings.limits
    assert again.settings.gate == loaded.settings.gate
    assert again.settings.connections["a"].server == "h\\i"
    assert "# max_estimated_rows = none  # default" in text


@hypothesis.given(st.text() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.lists(st.text()))
def test_every_value_is_written_as_toml_reads_it(value: Any) -> None:
    """Also control characters, quotes and characters outside the basic plane."""
    hypothesis.assume("\\ud" not in repr(value))
    assert tomllib.loads(f"x = {toml_value(value)}") == {"x": value}


def test_the_schema_takes_what_the_loader_takes() -> None:
    """Editors mark the same keys and values."""
    schema = json_schema()
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    validator.validate(tomllib.loads(template()))
    wrongs: list[dict[str, Any]] = [
        {"limit": {}},
        {"limits": {"max_rows": 0}},
        {"connections": {"a": {"encrypt": "maybe"}}},
    ]
    for wrong in wrongs:
        with pytest.raises(jsonschema.ValidationError):
            validator.validate(wrong)


def test_the_schema_describes_every_setting() -> None:
    """Each key has its help, where an editor shows it."""
    text = json.dumps(json_schema(), ensure_ascii=False)
    assert [
        each.key for each in all_settings() if NAME not in each.key and json.dumps(each.help)[1:-1] not in text
    ] == []


def test_json_shows_no_secret() -> None:
    """Lists are lists, secrets are a mask, and one in the wrong place is masked too."""
    from pydantic import SecretStr

    assert plain_value(SecretStr("canary"), ()) == "********"
    assert plain_value(("a", "xcanaryx"), ("canary",)) == ["a", "x********x"]
    assert "canary" not in plain_value("tcp:h;PWD=canary", ())
    assert plain_value(None, ()) is None
    assert plain_value(5, ()) == 5
