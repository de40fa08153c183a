"""Each error of a server or a driver becomes the right one of ours, with what to do, and without a secret."""

# ruff: noqa: E501

from __future__ import annotations

import re

import pytest

from mssql_mcp.connection.failures import FAILURES, Place, as_of_server, is_disconnect, is_transient, translate
from mssql_mcp.errors import (
    DatabaseConnectionError,
    QueryCancelledError,
    QueryError,
    QueryTimeoutError,
    ToolError,
    UnsupportedError,
)

DRIVER = "[Microsoft][ODBC Driver 18 for SQL Server]"
PLACE = Place(server="db.example.com", database="Sales")
CONNECTING = Place(server="db.example.com", database="Sales", is_connecting=True)


class WordsError(Exception):
    """As mssql-python's errors."""

    def __init__(self, driver_error: str, ddbc_error: str) -> None:
        super().__init__(f"Driver Error: {driver_error}; DDBC Error: {ddbc_error}")
        self.driver_error = driver_error
        self.ddbc_error = ddbc_error


def odbc(state: str, number: int, text: str, *, server: bool = True) -> Exception:
    source = "[SQL Server]" if server else ""
    return Exception(state, f"[{state}] {DRIVER}{source}{text} ({number}) (SQLExecDirectW)")


@pytest.mark.parametrize(
    ("state", "number", "text", "code", "kind"),
    [
        ("42S02", 208, "Invalid object name 'dbo.x'.", "query.invalid_object", QueryError),
        ("42S22", 207, "Invalid column name 'y'.", "query.invalid_column", QueryError),
        ("42000", 4104, "The multi-part identifier \"a.b\" could not be bound.", "query.invalid_column", QueryError),
        ("42000", 209, "Ambiguous column name 'id'.", "query.ambiguous_column", QueryError),
        ("42000", 195, "'foo' is not a recognized built-in function name.", "query.invalid_function", QueryError),
        ("42000", 137, 'Must declare the scalar variable "@x".', "query.undeclared_parameter", QueryError),
        ("42000", 229, "The SELECT permission was denied on the object 'x'.", "query.permission_denied", QueryError),
        ("42000", 262, "SHOWPLAN permission denied in database 'd'.", "query.permission_denied", QueryError),
        ("42000", 916, 'The server principal "me" is not able to access the database.', "query.permission_denied", QueryError),
        ("42000", 102, "Incorrect syntax near ')'.", "query.syntax", QueryError),
        ("42000", 156, "Incorrect syntax near the keyword 'FROM'.", "query.syntax", QueryError),
        ("22018", 245, "Conversion failed when converting the varchar value 'a'.", "query.conversion", QueryError),
        ("22007", 241, "Conversion failed when converting date and/or time.", "query.conversion", QueryError),
        ("22003", 8115, "Arithmetic overflow error converting expression to int.", "query.overflow", QueryError),
        ("22012", 8134, "Divide by zero error encountered.", "query.divide_by_zero", QueryError),
        ("42000", 8120, "Column 'x' is invalid in the select list.", "query.grouping", QueryError),
        ("21000", 512, "Subquery returned more than 1 value.", "query.subquery_rows", QueryError),
        ("42000", 530, "The statement terminated. The maximum recursion 100 has been", "query.recursion", QueryError),
        ("40001", 1205, "Transaction (Process ID 55) was deadlocked.", "query.deadlock", QueryError),
        ("42000", 1222, "Lock request time out period exceeded.", "query.lock_timeout", QueryError),
        ("42000", 3952, "Snapshot isolation transaction failed.", "query.snapshot", QueryError),
        ("42000", 8649, "The query has been canceled because the estimated cost", "query.too_costly", QueryError),
        ("42000", 8645, "A timeout occurred while waiting for memory resources.", "query.resources", QueryError),
        ("42000", 823, "The operating system returned error 21.", "query.damaged_data", QueryError),
        ("HYT00", 0, "Query timeout expired", "query.timeout", QueryTimeoutError),
        ("HY008", 0, "Operation canceled", "query.cancelled", QueryCancelledError),
        ("42000", 40515, "Reference to database is not supported.", "unsupported.server", UnsupportedError),
        ("08S01", 10054, "TCP Provider: Error code 0x2746", "connection.lost", DatabaseConnectionError),
        ("08S01", 0, "Communication link failure", "connection.lost", DatabaseConnectionError),
        ("HY000", 596, "Cannot continue the execution because the session is in the kill state.", "connection.lost", DatabaseConnectionError),
        ("42000", 40613, "Database 'd' on server 's' is not currently available.", "connection.unavailable", DatabaseConnectionError),
        ("42000", 50000, "Something of your own", "query.failed", QueryError),
    ],
)  # fmt: skip
def test_a_statements_error(state: str, number: int, text: str, code: str, kind: type[ToolError]) -> None:
    """Numbers decide; class, code, number and SQLSTATE come along, and the driver's prefixes do not."""
    ours = translate(odbc(state, number, text), PLACE)
    assert (ours.code, type(ours), ours.sqlstate) == (code, kind, state)
    assert ours.number == (number or None)
    assert "[" not in ours.message
    assert ours.hint or code in {"query.failed", "query.cancelled"}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (odbc("28000", 18456, "Login failed for user 'me'."), "connection.login_failed"),
        (odbc("28000", 18452, "Login failed. The login is from an untrusted domain."), "connection.login_failed"),
        (odbc("28000", 18470, "Login failed for user 'me'. Reason: The account is disabled."), "connection.login_disabled"),
        (odbc("42000", 4060, 'Cannot open database "Sales" requested by the login.'), "connection.database_unavailable"),
        (odbc("08004", 911, "Database 'x' does not exist."), "connection.database_unavailable"),
        (odbc("42000", 40615, "Cannot open server 's' requested by the login. Client with IP"), "connection.firewall"),
        (odbc("42000", 40501, "The service is currently busy."), "connection.unavailable"),
        (odbc("08001", -1, "SSL Provider: [certificate verify failed:self-signed certificate]", server=False), "connection.certificate"),
        (odbc("08001", -1, "SSL Provider: The target principal name is incorrect.", server=False), "connection.certificate"),
        (odbc("08001", -1, "SSL Provider: [unsupported protocol]", server=False), "connection.encryption"),
        (odbc("HY000", 0, "SSPI Provider: No Kerberos credentials available", server=False), "connection.kerberos"),
        (odbc("08001", -1, "SQL Server Network Interfaces: Error Locating Server/Instance Specified [xFFFFFFFF]. ", server=False), "connection.instance"),
        (odbc("08001", 10061, "TCP Provider: No connection could be made", server=False), "connection.refused"),
        (odbc("08001", 11001, "TCP Provider: No such host is known.", server=False), "connection.dns"),
        (odbc("HYT00", 0, "Login timeout expired", server=False), "connection.timeout"),
        (odbc("01000", 0, "Can't open lib '/x/libmsodbcsql.so' : file not found", server=False), "connection.driver_missing"),
        (odbc("IM002", 0, "Data source name not found", server=False), "connection.driver_missing"),
        (odbc("08004", 0, "something else"), "connection.rejected"),
        (odbc("08001", 0, "something else", server=False), "connection.failed"),
        (odbc("HY000", 0, "something unheard of", server=False), "connection.failed"),
        (WordsError("Invalid authorization specification", "[Microsoft][SQL Server]Login failed for user 'me'."), "connection.login_failed"),
        (WordsError("Client unable to establish connection", "[Microsoft]TCP Provider: Error code 0x2749"), "connection.refused"),
        (WordsError("Client unable to establish connection", "[Microsoft]TCP Provider: Error code 0x2AF9"), "connection.dns"),
        (WordsError("Client unable to establish connection", "[Microsoft]SSL Provider: [error:0A000086:SSL routines::certificate verify failed:self-signed certificate]"), "connection.certificate"),
        (WordsError("Client unable to establish connection", "[Microsoft]TCP Provider: Timeout error [258]. "), "connection.timeout"),
        (WordsError("Failed to acquire an Entra ID access token for authentication type 'msi': x", "y"), "connection.failed"),
    ],
)  # fmt: skip
def test_a_connections_error(error: Exception, code: str) -> None:
    """While connecting, each reason has its own code, through either driver."""
    ours = translate(error, CONNECTING)
    assert ours.code == code
    assert isinstance(ours, DatabaseConnectionError)
    assert ours.hint


@pytest.mark.parametrize(
    ("words", "text", "code"),
    [
        ("Base table or view not found", "Invalid object name 'x'.", "query.invalid_object"),
        ("Syntax error or access violation", "Incorrect syntax near 'x'.", "query.syntax"),
        ("Syntax error or access violation", "The SELECT permission was denied on the object 'x'.", "query.permission_denied"),
        ("Syntax error or access violation", "Lock request time out period exceeded.", "query.lock_timeout"),
        ("Serialization failure", "Transaction (Process ID 5) was deadlocked on lock resources", "query.deadlock"),
        ("Timeout expired", "Query timeout expired", "query.timeout"),
        ("Communication link failure", "TCP Provider: Error code 0x68", "connection.lost"),
        ("Division by zero", "Divide by zero error encountered.", "query.divide_by_zero"),
    ],
)  # fmt: skip
def test_a_driver_without_numbers_is_understood_by_text(words: str, text: str, code: str) -> None:
    """mssql-python drops the number; the server's sentence or the SQLSTATE decides."""
    assert translate(WordsError(words, f"[Microsoft][SQL Server]{text}"), PLACE).code == code


def test_the_reason_behind_a_failed_login_wins() -> None:
    """`Login failed` with a missing database behind it is about the database."""
    error = Exception(
        "28000",
        f"[28000] {DRIVER}[SQL Server]Login failed for user 'me'. (18456) (SQLDriverConnect); "
        f'[42000] {DRIVER}[SQL Server]Cannot open database "x" requested by the login. (4060)',
    )
    assert translate(error, CONNECTING).code == "connection.database_unavailable"


def test_a_message_names_the_place() -> None:
    """Connection errors say which server and database."""
    ours = translate(odbc("42000", 4060, "Cannot open it."), CONNECTING)
    assert "db.example.com" in ours.message
    assert "Sales" in ours.message


def test_a_line_is_taken_from_a_syntax_error() -> None:
    """Where the server tells a line, the error has it."""
    assert translate(odbc("42000", 102, "syntax error near '+' at line 3 and position 9"), PLACE).line == 3
    assert translate(odbc("42S02", 208, "Invalid object name 'line 3'."), PLACE).line is None


def test_ours_pass_unchanged() -> None:
    """An error that is already ours is not wrapped again."""
    ours = QueryError("x", code="query.failed")
    assert translate(ours, PLACE) is ours


def test_no_secret_is_told() -> None:
    """Secrets of the connection and what looks like one are masked in every message."""
    place = Place(secrets=("c4nary",), is_connecting=True)
    for error in (
        odbc("28000", 18456, "Login failed for 'c4nary' with PWD=other"),
        WordsError("x", "c4nary pwd=other"),
        RuntimeError("mssql://me:other@h/c4nary"),
    ):
        ours = translate(error, place)
        assert "c4nary" not in f"{ours} {ours.as_dict()}"
        assert "other" not in f"{ours} {ours.as_dict()}"
    assert "c4nary" not in repr(place)


def test_a_defect_is_called_a_defect() -> None:
    """What no driver raised is not blamed on the server."""
    ours = translate(ZeroDivisionError("x"), PLACE)
    assert ours.code == "internal"
    assert "ZeroDivisionError" in ours.message


# The list: SQLSTATE 08*, HYT00 while connecting, 40001, and these numbers.
RETRIED = (1205, 4060, 4221, 10053, 10054, 10060, 10928, 10929, 40143, 40197, 40501, 40540, 40613, 49918, 49919, 49920)


@pytest.mark.parametrize("number", RETRIED)
def test_the_numbers_that_pass_are_retried(number: int) -> None:
    """Each number of the list is tried again, as a driver's error and as ours."""
    error = odbc("HY000", number, "x")
    place = CONNECTING if number == 10060 else PLACE
    assert translate(error, place).retryable
    assert is_transient(translate(error, place))


@pytest.mark.parametrize(
    ("error", "place"),
    [
        (odbc("08001", 0, "x"), CONNECTING),
        (odbc("08S01", 0, "x"), CONNECTING),
        (odbc("08001", 10061, "TCP Provider: No connection could be made"), CONNECTING),
        (odbc("HYT00", 0, "Login timeout expired"), CONNECTING),
        (odbc("40001", 0, "x"), PLACE),
    ],
)
def test_the_states_that_pass_are_retried(error: Exception, place: Place) -> None:
    """Connection states and serialization failures are tried again."""
    assert is_transient(translate(error, place))


@pytest.mark.parametrize(
    ("error", "place"),
    [
        (odbc("HYT00", 0, "Query timeout expired"), PLACE),
        (odbc("28000", 18456, "Login failed for user 'me'."), CONNECTING),
        (odbc("08001", -1, "SSL Provider: [certificate verify failed]"), CONNECTING),
        (odbc("08004", 911, "Database 'x' does not exist."), CONNECTING),
        (odbc("08001", 11001, "TCP Provider: No such host is known."), CONNECTING),
        (odbc("42000", 1222, "Lock request time out period exceeded."), PLACE),
        (odbc("42S02", 208, "Invalid object name 'x'."), PLACE),
        (odbc("HY000", 0, "x"), PLACE),
        (RuntimeError("x"), PLACE),
    ],
)
def test_nothing_else_is_retried(error: Exception, place: Place) -> None:
    """What a second try cannot mend, or must not cost again, is told at once."""
    assert not is_transient(translate(error, place))
    if place is PLACE:
        assert not is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        odbc("08S01", 10054, "TCP Provider: Error code 0x2746"),
        odbc("08S01", 0, "Communication link failure"),
        odbc("HY000", 596, "the session is in the kill state"),
        odbc("IMC06", 0, "The connection is broken and recovery is not possible."),
        odbc("HY000", 0, "Connection is busy with results for another command", server=False),
        WordsError("Cannot create cursor on closed connection", ""),
        WordsError("Communication link failure", "[Microsoft]TCP Provider: Error code 0x68"),
        WordsError("Connection not open", ""),
        DatabaseConnectionError("x", code="connection.lost"),
    ],
)
def test_a_broken_connection_is_known(error: Exception) -> None:
    """Whatever says that the connection is gone or unusable is a disconnect."""
    assert is_disconnect(error)


@pytest.mark.parametrize(
    "error",
    [
        odbc("HYT00", 0, "Query timeout expired"),
        odbc("HY008", 0, "Operation canceled"),
        odbc("42S02", 208, "Invalid object name 'closed connection'."),
        odbc("40001", 1205, "deadlocked"),
        QueryError("x"),
        RuntimeError("x"),
    ],
)
def test_a_failed_statement_is_no_disconnect(error: Exception) -> None:
    """A connection survives an error of a statement."""
    assert not is_disconnect(error)


def test_the_table_is_consistent() -> None:
    """Each number stands in one row, every pattern compiles, and every row has a hint but a cancellation."""
    numbers = [number for rule in FAILURES for number in rule.numbers]
    assert sorted(numbers) == sorted(set(numbers))
    for rule in FAILURES:
        assert re.compile(rule.pattern)
        assert rule.numbers or rule.pattern or rule.states
        assert rule.hint or rule.code == "query.cancelled"
        assert rule.kind is not DatabaseConnectionError or rule.code.startswith("connection.")


def test_a_number_without_a_server_means_the_same() -> None:
    """The sample database speaks with SQL Server's numbers: same code, same hint, and what it knows more stays."""
    ours = as_of_server(QueryError("Divide by zero error encountered.", number=8134))
    assert (ours.code, ours.hint) == ("query.divide_by_zero", "Divide by NULLIF(x, 0).")
    missing = as_of_server(ToolError("Invalid object name 'x'.", number=208, hint="Did you mean y?", nearest=["y"]))
    assert isinstance(missing, QueryError)
    assert (missing.code, missing.hint, missing.nearest) == ("query.invalid_object", "Did you mean y?", ("y",))
    unknown = QueryError("Something.", number=999_999)
    assert as_of_server(unknown) is unknown
