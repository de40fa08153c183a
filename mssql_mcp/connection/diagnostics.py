"""What a driver's exception says, whichever driver it is: SQLSTATE, native number, the server's own sentence.

pyodbc gives `(sqlstate, "[sqlstate] [Microsoft][ODBC Driver 18 for SQL Server][SQL Server]text (number) (function)")`,
with further records after `; `. mssql-python gives its own words for the SQLSTATE and the text, and no number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_STATE = re.compile(r"^[0-9A-Z]{5}$")
_NEXT_RECORD = re.compile(r"; (?=\[[0-9A-Z]{5}\] )")
_RECORD = re.compile(
    r"^\[(?P<state>[0-9A-Z]{5})\] (?P<text>.*?)(?: \((?P<number>-?\d+)\))?(?: \((?P<function>SQL\w+)\))?$", re.DOTALL
)
_PREFIXES = re.compile(r"^(?:\[[^\]]*\])+\s*")
_UNMAPPED_STATE = re.compile(r"SQLSTATE code: ([0-9A-Z]{5})")
# mssql-python's words (mssql_python/exceptions.py) for the SQLSTATEs that `failures` tells apart; a test holds them
# against the package.
STATE_BY_WORDS = {
    "Disconnect error": "01002",
    "Client unable to establish connection": "08001",
    "Connection not open": "08003",
    "Server rejected the connection": "08004",
    "Connection failure during transaction": "08007",
    "Communication link failure": "08S01",
    "Numeric value out of range": "22003",
    "Invalid datetime format": "22007",
    "Datetime field overflow": "22008",
    "Division by zero": "22012",
    "Invalid character value for cast specification": "22018",
    "Invalid transaction state": "25000",
    "Invalid authorization specification": "28000",
    "Serialization failure": "40001",
    "Syntax error or access violation": "42000",
    "Base table or view not found": "42S02",
    "Column not found": "42S22",
    "General error": "HY000",
    "Operation canceled": "HY008",
    "Function sequence error": "HY010",
    "Timeout expired": "HYT00",
    "Connection timeout expired": "HYT01",
    "Data source name not found and no default driver specified": "IM002",
    "Specified driver could not be loaded": "IM003",
}


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One record of a driver's error.

    Attributes:
        state: SQLSTATE; empty where the driver told none.
        number: SQL Server's error number or the driver's own; None where the driver told none.
        text: The sentence without the prefixes that name driver and server.
        is_from_server: Whether the server spoke, not the driver.
    """

    state: str
    number: int | None
    text: str
    is_from_server: bool = True


def diagnostics_of(error: BaseException) -> tuple[Diagnostic, ...]:
    """Read a driver's exception, also from inside SQLAlchemy's; empty where it is no driver's."""
    inner = getattr(error, "orig", None)
    if isinstance(inner, BaseException):
        error = inner
    words = getattr(error, "driver_error", None)
    if isinstance(words, str):
        return (_of_words(words, str(getattr(error, "ddbc_error", "") or "")),)
    arguments = error.args
    if len(arguments) >= 2 and isinstance(arguments[0], str) and _STATE.match(arguments[0]):
        return _of_records(arguments[0], str(arguments[1]))
    if type(error).__module__ == "pyodbc":
        return (Diagnostic("", None, " ".join(map(str, arguments)), is_from_server=False),)
    return ()


def _of_records(state: str, text: str) -> tuple[Diagnostic, ...]:
    found = []
    for record in _NEXT_RECORD.split(text):
        match = _RECORD.match(record.strip())
        if match is None:
            found.append(Diagnostic(state, None, _stripped(record), is_from_server="[SQL Server]" in record))
            continue
        number = match["number"]
        found.append(
            Diagnostic(
                match["state"],
                int(number) if number is not None else None,
                _stripped(match["text"]),
                is_from_server="[SQL Server]" in match["text"],
            )
        )
    return tuple(found)


def _of_words(words: str, text: str) -> Diagnostic:
    unmapped = _UNMAPPED_STATE.search(words)
    state = unmapped[1] if unmapped else STATE_BY_WORDS.get(words, "")
    return Diagnostic(state, None, _stripped(text) or words, is_from_server="[SQL Server]" in text)


def _stripped(text: str) -> str:
    return _PREFIXES.sub("", text.strip()).strip()
