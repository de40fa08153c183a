"""Both drivers' exceptions are read alike, alone and inside SQLAlchemy's."""

from __future__ import annotations

import importlib.util

import pytest

from mssql_mcp.connection.diagnostics import STATE_BY_WORDS, Diagnostic, diagnostics_of

PREFIX = "[Microsoft][ODBC Driver 18 for SQL Server]"


class WrappedError(Exception):
    """As SQLAlchemy's DBAPIError: the driver's exception is `orig`."""

    def __init__(self, orig: BaseException) -> None:
        super().__init__("wrapped")
        self.orig = orig


class WordsError(Exception):
    """As mssql-python's errors."""

    def __init__(self, driver_error: str, ddbc_error: str) -> None:
        super().__init__(f"Driver Error: {driver_error}; DDBC Error: {ddbc_error}")
        self.driver_error = driver_error
        self.ddbc_error = ddbc_error


def test_one_record_of_pyodbc() -> None:
    """SQLSTATE, number and the server's sentence are told apart."""
    error = Exception("42S02", f"[42S02] {PREFIX}[SQL Server]Invalid object name 'x'. (208) (SQLExecDirectW)")
    expected = (Diagnostic("42S02", 208, "Invalid object name 'x'."),)
    assert diagnostics_of(error) == expected
    assert diagnostics_of(WrappedError(error)) == expected


def test_several_records_of_pyodbc() -> None:
    """A login that fails for a database brings both reasons."""
    error = Exception(
        "28000",
        f"[28000] {PREFIX}[SQL Server]Login failed for user 'me'. (18456) (SQLDriverConnect); "
        f'[42000] {PREFIX}[SQL Server]Cannot open database "d" requested by the login. The login failed. (4060)',
    )
    assert [(record.state, record.number) for record in diagnostics_of(error)] == [("28000", 18456), ("42000", 4060)]


@pytest.mark.parametrize(
    "text",
    ["a (b) c (1)", "line one\nline two", "ends in a bracket [x]", "half; [not] a record", "100 % (of them)"],
)
def test_a_servers_sentence_is_kept_whole(text: str) -> None:
    """Parentheses, brackets, semicolons and newlines inside the sentence do not cut it."""
    error = Exception("42000", f"[42000] {PREFIX}[SQL Server]{text} (50000) (SQLExecDirectW)")
    assert diagnostics_of(error) == (Diagnostic("42000", 50000, text),)


def test_a_drivers_own_record() -> None:
    """What the driver says itself is not the server's."""
    error = Exception("HYT00", f"[HYT00] {PREFIX}Login timeout expired (0) (SQLDriverConnect)")
    assert diagnostics_of(error) == (Diagnostic("HYT00", 0, "Login timeout expired", is_from_server=False),)


def test_a_record_that_is_not_of_the_form() -> None:
    """A text in another form is kept, with the SQLSTATE that came beside it."""
    assert diagnostics_of(Exception("HY000", "The driver did not supply an error!")) == (
        Diagnostic("HY000", None, "The driver did not supply an error!", is_from_server=False),
    )


def test_words_of_mssql_python() -> None:
    """mssql-python's words give the SQLSTATE back; there is no number."""
    error = WordsError("Base table or view not found", "[Microsoft][SQL Server]Invalid object name 'x'.")
    assert diagnostics_of(error) == (Diagnostic("42S02", None, "Invalid object name 'x'."),)
    unmapped = WordsError("An error occurred with SQLSTATE code: IMC06", "[Microsoft]The connection is broken.")
    assert diagnostics_of(unmapped) == (Diagnostic("IMC06", None, "The connection is broken.", is_from_server=False),)


def test_no_drivers_exception_has_no_records() -> None:
    """Any other exception is told apart."""
    assert diagnostics_of(ValueError("42S02 is not a state")) == ()
    assert diagnostics_of(KeyError("x", "y")) == ()


def test_the_words_are_those_of_the_installed_package() -> None:
    """mssql-python says for each SQLSTATE what the table believes."""
    if importlib.util.find_spec("mssql_python") is None:
        pytest.skip("mssql-python is not installed")
    from mssql_python.exceptions import sqlstate_to_exception

    said = {sqlstate_to_exception(state, "").driver_error: state for state in STATE_BY_WORDS.values()}
    assert said == STATE_BY_WORDS


def test_a_closed_connection_of_pyodbc_is_a_drivers_error() -> None:
    """pyodbc's own complaints have no SQLSTATE and are still recognised."""
    pyodbc = pytest.importorskip("pyodbc", exc_type=ImportError)
    error = pyodbc.ProgrammingError("Attempt to use a closed connection.")
    assert diagnostics_of(error) == (Diagnostic("", None, "Attempt to use a closed connection.", is_from_server=False),)
