"""SQL Server's own words for what goes wrong while a statement runs; page "Database Engine events and errors"."""

from __future__ import annotations

from mssql_mcp.errors import QueryError, UnsupportedError

_MESSAGES = {
    220: "Arithmetic overflow error for data type {0}, value = {1}.",
    232: "Arithmetic overflow error for type {0}, value = {1}.",
    235: "Cannot convert a char value to money. The char value has incorrect syntax.",
    241: "Conversion failed when converting date and/or time from character string.",
    242: "The conversion of a {0} data type to a {1} data type resulted in an out-of-range value.",
    244: "The conversion of the {0} value '{1}' overflowed an INT{2} column. Use a larger integer column.",
    245: "Conversion failed when converting the {0} value '{1}' to data type {2}.",
    248: "The conversion of the {0} value '{1}' overflowed an int column.",
    281: "{0} is not a valid style number when converting from {1} to a character string.",
    289: "Cannot construct data type {0}, some of the arguments have values which are not valid.",
    512: (
        "Subquery returned more than 1 value. This is not permitted when the subquery follows =, !=, <, <= , >, >= "
        "or when the subquery is used as an expression."
    ),
    517: "Adding a value to a '{0}' column caused an overflow.",
    530: "The statement terminated. The maximum recursion {0} has been exhausted before statement completion.",
    535: (
        "The {0} function resulted in an overflow. The number of dateparts separating two date/time instances is too "
        "large. Try to use {0} with a less precise datepart."
    ),
    537: "Invalid length parameter passed to the LEFT or SUBSTRING function.",
    3623: "An invalid floating point operation occurred.",
    8114: "Error converting data type {0} to {1}.",
    8115: "Arithmetic overflow error converting {0} to data type {1}.",
    8134: "Divide by zero error encountered.",
    8169: "Conversion failed when converting from a character string to uniqueidentifier.",
    8170: "Insufficient result space to convert uniqueidentifier value to char.",
    13608: "Property cannot be found on the specified JSON path.",
    13609: "JSON text is not properly formatted. Unexpected character '{0}' is found at position {1}.",
    13607: "JSON path is not properly formatted. Unexpected character '{0}' is found at position {1}.",
    13623: "Scalar value cannot be found in the specified JSON path.",
    13624: "Object or array cannot be found in the specified JSON path.",
}


def server_error(number: int, *words: object) -> QueryError:
    """Make the error that SQL Server raises under this number, its message filled in."""
    return QueryError(_MESSAGES[number].format(*words), number=number)


def unsupported(message: str) -> UnsupportedError:
    """Make the error that says in one sentence what the demo cannot do."""
    return UnsupportedError(
        message, code="unsupported.demo", hint="Put the question in another way, or ask a real SQL Server."
    )
