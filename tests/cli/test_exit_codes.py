"""Every kind of error has an exit code, and the page says what each means."""

import inspect
import re

import pytest

from mssql_mcp import errors
from mssql_mcp.cli.exit_codes import ExitCode, exit_code_of


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.QueryCancelledError("x"), 130),
        (errors.QueryTimeoutError("x"), 7),
        (errors.QueryError("x"), 6),
        (errors.Refusal("x"), 5),
        (errors.SecurityError("x"), 5),
        (errors.DatabaseConnectionError("x"), 4),
        (errors.ConfigurationError("x"), 3),
        (errors.ValidationError("x"), 2),
        (errors.ObjectNotFoundError("x"), 8),
        (errors.UnsupportedError("x"), 9),
        (errors.OutputError("x"), 12),
        (errors.DatabaseConnectionError("x", code="connection.database_unavailable"), 8),
        (errors.ToolError("x"), 1),
    ],
)
def test_the_most_specific_class_decides(error, code):
    """A timeout is not just a failed query."""
    assert exit_code_of(error) == code


def test_no_kind_of_error_is_forgotten():
    """Every class but the root has a code of its own to say what went wrong."""
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.ToolError)]
    internal = [kind for kind in kinds if exit_code_of(kind("x")) is ExitCode.INTERNAL]
    assert internal == [errors.ToolError]


def test_the_page_lists_every_code(repository):
    """docs/reference/exit-codes.md and the enumeration agree."""
    text = (repository / "docs/reference/exit-codes.md").read_text(encoding="utf-8")
    listed = {name: int(code) for code, name in re.findall(r"^\| (\d+) \| `(\w+)` \|", text, re.MULTILINE)}
    assert listed == {code.name: int(code) for code in ExitCode}
