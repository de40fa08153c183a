"""What is said once in the models can be asked for everywhere."""

from __future__ import annotations

from pydantic import SecretStr

from mssql_mcp.settings.declaration import (
    SHORT_NAMES,
    Group,
    Setting,
    all_settings,
    command_line_settings,
    find,
    groups,
)


def setting(key: str) -> Setting:
    return next(each for each in all_settings() if each.key == key)


def test_each_setting_has_help_and_a_kind() -> None:
    """No setting is without help that ends as a sentence does, and none is of an unknown kind."""
    assert [each.key for each in all_settings() if not each.help.endswith(".") or each.kind == "value"] == []


def test_each_setting_without_a_default_has_an_example() -> None:
    """Somebody who reads the commented file sees what may stand in each line."""
    assert [each.key for each in all_settings() if each.example in (None, ())] == []


def test_names_derive_from_the_key() -> None:
    """`limits.max_rows` is `--max-rows` and `MSSQL_MCP_LIMITS__MAX_ROWS`."""
    assert (setting("limits.max_rows").option, setting("limits.max_rows").env_name) == (
        "--max-rows",
        "MSSQL_MCP_LIMITS__MAX_ROWS",
    )
    server = setting("connections.<name>.server")
    assert (server.option, server.override, server.env_name) == (
        "--server",
        "connection.server",
        "MSSQL_MCP_CONNECTIONS__<NAME>__SERVER",
    )
    assert setting("limits.timeout_seconds").option == "--timeout"


def test_no_two_settings_share_an_option_or_a_variable() -> None:
    """Every option and every environment name means one setting."""
    options = [each.option for each in command_line_settings()]
    variables = [each.env_name for each in all_settings()]
    assert len(options) == len(set(options)) > 10
    assert len(variables) == len(set(variables)) > 50


def test_no_secret_can_be_typed_on_the_command_line() -> None:
    """Other users see command lines, so passwords, URLs and connection strings have no option."""
    secrets = [each for each in all_settings() if each.is_secret]
    assert {each.key.rpartition(".")[2] for each in secrets} == {"password", "url", "odbc_connect"}
    assert [each.option for each in secrets] == [None, None, None]
    assert "--password" not in {each.option for each in all_settings()}


def test_the_gate_has_no_option() -> None:
    """Whoever may start a command does not thereby change what may be read."""
    assert [each.key for each in command_line_settings() if ".gate." in f".{each.key}"] == []


def test_ranges_are_said_in_words() -> None:
    """The words name both ends, and whether the lower one is excluded."""
    assert setting("limits.max_rows").expected == "a whole number from 1 to 1,000,000"
    assert setting("limits.timeout_seconds").expected == "a number above 0 and up to 3,600"
    assert setting("limits.max_cost").expected == "a number above 0, or none"
    assert setting("gate.max_joins").expected == "a whole number of at least 0, or none"
    assert setting("gate.mask_classified").expected == "one of off, hidden, hashed, partial"


def test_each_short_name_means_a_setting() -> None:
    """MSSQL_SERVER and its kind speak of settings that exist, and a setting knows them."""
    assert {each.key for each in all_settings()} >= set(SHORT_NAMES.values())
    assert setting("connections.<name>.odbc_driver").short_names == ("ODBC_DRIVER",)
    assert setting("connections.<name>.gate.max_joins").short_names == ()


def test_a_key_with_real_names_is_found() -> None:
    """A key that names a connection leads to the setting of every connection, and a wrong one to nothing."""
    assert find("connections.sales.port") == setting("connections.<name>.port")
    assert isinstance(find("connections.sales.pool"), Group)
    assert find("connections.sales.pool.sizes") is None
    assert find("limits.max_rows.deeper") is None


def test_groups_come_in_order_and_hold_settings() -> None:
    """The reference and the commented file list the same tables."""
    keys = [group.key for group in groups()]
    assert keys[:2] == ["", "connections.<name>"]
    assert keys[-4:] == ["limits", "gate", "catalog", "server"]
    assert all(group.help for group in groups())


def test_secrets_have_no_default() -> None:
    """A default would be a password that everybody knows."""
    assert not [each.key for each in all_settings() if isinstance(each.default, SecretStr)]
