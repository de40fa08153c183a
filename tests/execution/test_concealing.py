"""What is left of a server's error where a query reads masked columns."""

from __future__ import annotations

import pytest

from mssql_mcp.errors import DatabaseConnectionError, QueryError, QueryTimeoutError
from mssql_mcp.execution.concealing import concealed


def test_a_sentence_about_rows_is_not_shown() -> None:
    """Code, number and whether another try may help are told; neither text, hint nor details are."""
    said = QueryError(
        "Conversion failed when converting the varchar value '078-05-1120'.",
        code="query.conversion",
        number=245,
        hint="078-05-1120",
        nearest=("078-05-1120",),
        details={"value": "078-05-1120"},
        retryable=True,
    )
    left = concealed(said)
    assert isinstance(left, QueryError)
    assert (left.code, left.number, left.retryable) == ("query.conversion", 245, True)
    assert "078" not in repr(left.as_dict())


@pytest.mark.parametrize(
    "error",
    [
        QueryTimeoutError("The deadline passed."),
        DatabaseConnectionError("The server cannot be reached."),
        QueryError("Invalid column name 'ssm'.", code="query.invalid_column", number=207),
        QueryError("Incorrect syntax near 'x'.", code="query.syntax", number=102),
    ],
)
def test_a_sentence_about_no_row_is_shown(error: QueryError) -> None:
    """What a server says before it reads a row helps to mend the query."""
    assert concealed(error) is error


def test_an_unnumbered_sentence_is_not_shown() -> None:
    """A driver that cannot decode a value may name it."""
    assert "x078" not in str(concealed(QueryError("cannot decode x078")))
