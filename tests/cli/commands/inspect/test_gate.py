"""`mssql-mcp inspect gate` says what the gate makes of a text."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest
    from command_runs import Command


def test_an_approved_text(inspect: Command) -> None:
    """Exit code 0, without any connection: verdict, what is executed, what is read."""
    found = inspect("gate", "SELECT name FROM sales.customers /* all */")
    assert (found.code, found.err) == (0, "")
    assert found.lines == [
        "APPROVED: exactly one query, and it only reads.",
        "executed:",
        "  SELECT name FROM sales.customers",
        "objects: sales.customers",
        "columns: name",
    ]


def test_a_refused_text(inspect: Command) -> None:
    """Exit code 5: rule, line with a mark, hint."""
    found = inspect("gate", "SELECT 1 DELETE FROM t")
    assert found.code == 5
    assert found.lines[1:5] == [
        "[gate.statement_word] DELETE begins a statement that is not a query.",
        "line 1, column 10:",
        "  SELECT 1 DELETE FROM t",
        "           ^^^^^^",
    ]


def test_json_for_programs(inspect: Command) -> None:
    """Every fact under its name, with the same exit codes."""
    found = inspect("gate", "SELECT * FROM t WHERE id = @Id AND x = @id", "--param", "@id", "--format", "json")
    assert found.code == 0
    assert found.json["verdict"] == "approved"
    assert found.json["canonical"] == "SELECT * FROM t WHERE id = ? AND x = ?"
    assert found.json["parameter_order"] == ["id", "id"]
    assert found.json["objects"] == ["t"]
    found = inspect("gate", "DROP TABLE t", "--format", "json")
    assert found.code == 5
    assert (found.json["code"], found.json["position"]) == ("gate.not_a_query", 0)


def test_a_text_from_elsewhere(inspect: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """- and nothing at all are stdin; --file is a file."""
    for arguments in (("gate", "-"), ("gate",)):
        monkeypatch.setattr(sys, "stdin", io.StringIO("SELECT 1 AS one"))
        assert inspect(*arguments).lines[2] == "  SELECT 1 AS one"
    Path("report.sql").write_text("SELECT N'é' AS accent", encoding="utf-8")
    assert inspect("gate", "--file", "report.sql").lines[2] == "  SELECT N'é' AS accent"
    assert inspect("gate", "SELECT 1", "--file", "report.sql").code == 2


def test_an_undeclared_parameter_is_refused(inspect: Command) -> None:
    """With the form that would be accepted once the name is declared."""
    found = inspect("gate", "SELECT * FROM t WHERE id = ?")
    assert found.code == 5
    assert "  SELECT * FROM t WHERE id = @p1" in found.lines


def test_the_policy_of_the_connection_holds(inspect: Command) -> None:
    """The connection's own, from the file; --connection chooses among several."""
    Path("mssql-mcp.toml").write_text(
        '[connections.open]\ndemo = true\n\n[connections.closed]\ndemo = true\ngate = { deny_schemas = ["hr"] }\n',
        encoding="utf-8",
    )
    text = "SELECT salary FROM hr.employees"
    assert inspect("gate", text, "--connection", "open").code == 0
    found = inspect("gate", text, "--connection", "closed")
    assert found.code == 5
    assert "rule: deny_schemas: hr" in found.lines


def test_a_server_that_is_down_is_no_obstacle(inspect: Command) -> None:
    """The text is judged all the same; where the policy would have asked the server, that is said."""
    Path("mssql-mcp.toml").write_text(
        '[connections.main]\nserver = "127.0.0.1"\nport = 1\nretry = { max_retries = 0 }\n', encoding="utf-8"
    )
    assert inspect("gate", "SELECT 1 AS one").err == ""
    with Path("mssql-mcp.toml").open("a", encoding="utf-8") as file:
        file.write('gate = { mask_hidden = ["hr.employees.salary"] }\n')
    found = inspect("gate", "SELECT salary FROM hr.employees")
    assert found.code == 5
    assert found.out.startswith("REFUSED: ")
    assert "Judged without the server" in found.err


def test_without_a_connection_the_file_still_counts(inspect: Command) -> None:
    """What [gate] says holds for every connection, also for those that are not there yet."""
    Path("mssql-mcp.toml").write_text('[gate]\ndeny_functions = ["STRING_AGG"]\n', encoding="utf-8")
    assert inspect("gate", "SELECT STRING_AGG(a, ',') FROM t").code == 5
    assert inspect("gate", "SELECT MAX(a) FROM t").code == 0


def test_masks_look_into_the_catalog(inspect: Command) -> None:
    """A column that is masked is told by its place in the result, through a star."""
    Path("mssql-mcp.toml").write_text(
        '[connections.demo]\ndemo = true\ngate = { mask_hashed = ["hr.employees.email"] }\n', encoding="utf-8"
    )
    found = inspect("gate", "SELECT employee_id, email FROM hr.employees")
    assert found.code == 0
    assert "masked columns of the result: 2 hashed" in found.lines
    found = inspect("gate", "SELECT * FROM hr.employees", "--format", "json")
    assert [number for number, mask in enumerate(found.json["masks"], 1) if mask] == [5]
