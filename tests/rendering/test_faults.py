"""An error is one line, then whatever helps."""

from mssql_mcp.errors import ObjectNotFoundError, QueryError, Refusal, SecurityError
from mssql_mcp.rendering.faults import MAX_CHARACTERS, error_lines


def test_number_and_line_are_shown_where_the_server_gave_them():
    """A DBA finds SQL Server's own number."""
    error = QueryError("Invalid column name 'x'.", code="query.invalid_column", number=207, line=3, hint="Look it up.")
    assert error_lines(error) == [
        "Error [query.invalid_column] (SQL Server error 207, line 3): Invalid column name 'x'.",
        "Hint: Look it up.",
    ]


def test_a_refusal_shows_the_rewrite():
    """The accepted form stands on a line of its own."""
    lines = error_lines(Refusal("No INTO.", code="gate.into", line=1, column=10, rewrite="SELECT 1"))
    assert lines == ["Error [gate.into] (line 1, column 10): No INTO.", "Accepted instead: SELECT 1"]


def test_near_names_are_offered():
    """A misspelt name is answered with the right one."""
    assert error_lines(ObjectNotFoundError("No table 'custmer'.", nearest=["sales.customer"]))[1] == (
        "Did you mean: sales.customer?"
    )


def test_near_names_are_said_once():
    """A hint that holds them is enough."""
    error = ObjectNotFoundError("No table 'custmer'.", nearest=["sales.customer"], hint="Did you mean sales.customer?")
    assert error_lines(error)[1:] == ["Hint: Did you mean sales.customer?"]


def test_each_front_door_says_its_own_next_step():
    """A shell has commands and an MCP client has tools; what is the same for both is said once."""
    error = QueryError("No.", hint="Call list_tables.", shell_hint="Run `mssql-mcp inspect tables`.")
    assert error_lines(error)[1] == "Hint: Call list_tables."
    assert error_lines(error, is_shell=True)[1] == "Hint: Run `mssql-mcp inspect tables`."
    assert error_lines(QueryError("No.", hint="Wait."), is_shell=True)[1] == "Hint: Wait."


def test_a_refusal_by_cost_shows_the_plan_s_digest():
    """Below everything else, and no longer than a digest may be."""
    error = SecurityError("Too much.", code="policy.cost", hint="Less.", details={"plan": "Plan: SELECT\n- a scan"})
    assert error_lines(error)[1:] == ["Hint: Less.", "", "Plan: SELECT", "- a scan"]
    long = SecurityError("Too much.", code="policy.cost", details={"plan": "x" * 9_000})
    assert len("\n".join(error_lines(long)[1:])) <= MAX_CHARACTERS + 1
