"""What a refusal of the proof says: why, what to do next, and which edit would keep the meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.gate.fault import Edit, bracketing, fault_at
from mssql_mcp.gate.words import RESERVED, STATEMENT_WORDS

if TYPE_CHECKING:
    from mssql_mcp.gate.fault import Fault
    from mssql_mcp.gate.lexer import Token
    from mssql_mcp.gate.neighbours import Neighbours

_FIRST_WORDS = {
    "EXEC": "Procedures are not run. Read catalog views instead, or ask for the procedure to be allow-listed.",
    "EXECUTE": "Procedures are not run. Read catalog views instead, or ask for the procedure to be allow-listed.",
    "USE": "Name the database beside the text, not in it.",
    "DECLARE": "A query cannot declare variables; give values as parameters and use them as @name.",
    "SET": "Session options cannot be changed; give values as parameters and use them as @name.",
    "SHOW": "T-SQL has no SHOW; ask the catalog for its tables, or read INFORMATION_SCHEMA.TABLES.",
    "DESCRIBE": "T-SQL has no DESCRIBE; ask the catalog for the table, or read INFORMATION_SCHEMA.COLUMNS.",
    "EXPLAIN": "T-SQL has no EXPLAIN; ask for the plan of the query instead.",
    "{": "Procedure calls by ODBC escape are not run.",
}
_QUERIES_TOO = frozenset(("END", "FETCH", "MERGE", "USE"))
_DEFAULT = "Only one SELECT is run; it may begin with WITH. Nothing here can change data."

_BEFORE_NAME = frozenset(("AS", ".", ",", "SELECT", "BY", "ON", "WHERE", "AND", "OR", "NOT", "(", "DISTINCT", "HAVING",
                          "FROM", "JOIN", "=", "<", ">", "<>", "+", "-", "*", "/", "WHEN", "THEN", "ELSE"))  # fmt: skip
_AFTER_NAME = frozenset((",", ")", ".", "=", "<", ">", "<>", "<=", ">=", "!=", "+", "-", "/", "*", "%", "FROM", "AS",
                         "IS", "IN", "LIKE", "BETWEEN", "NOT", "AND", "OR", "ASC", "DESC", "ORDER", "GROUP", "WHERE",
                         "THEN", "ELSE", "END", "ON", "JOIN", "INNER", "LEFT", "UNION", "HAVING", ""))  # fmt: skip


def first_word_hint(token: Token) -> str:
    """Say what to do instead of a text that begins with this token."""
    return _FIRST_WORDS.get(token.upper, _DEFAULT)


def _is_name_position(before: str, after: str, previous_can_end: bool) -> bool:
    """Say whether a reserved word stands where only a name makes sense, so that brackets are the honest advice.

    Args:
        before: The word or operator before it, empty for what quotes hide.
        after: The one after it, empty at the end or for what quotes hide.
        previous_can_end: Whether a statement could end before the word.
    """
    if before in (".", "AS"):
        return True
    return not previous_can_end and before in _BEFORE_NAME and after in _AFTER_NAME


def statement_fault(near: Neighbours, index: int) -> Fault:
    """Object to a word that is no part of a query."""
    token = near.tokens[index]
    is_name = _is_name_position(near.upper(index - 1), near.upper(index + 1), near.ends(index - 1))
    if token.upper == "INTO":
        return fault_at(
            token, "gate.into", "SELECT ... INTO creates a table.",
            hint="Leave INTO and its table out; the rows come back as the result.", edits=_without_into(near, index),
        )  # fmt: skip
    if (token.upper in STATEMENT_WORDS or token.upper in _QUERIES_TOO) and not is_name:
        return fault_at(
            token, "gate.statement_word", f"{token.upper} begins a statement that is not a query.",
            hint="Only one SELECT is run. Put the word in brackets if it is a name.",
        )  # fmt: skip
    return fault_at(
        token, "gate.reserved_word", f"{token.upper} is a reserved word that no query holds.",
        hint=f"If it is a name, write [{token.text}].", edits=bracketing(token) if is_name else (),
    )  # fmt: skip


def starter_fault(near: Neighbours, index: int) -> Fault:
    """Object to a word that can begin a statement where it stands."""
    token = near.tokens[index]
    if token.upper == "GO":
        return fault_at(
            token, "gate.batch_separator", "GO separates batches in client tools; the server does not know it.",
            hint="Send one query, without GO.",
            edits=(Edit(token.start, token.end, ""),) if index == near.size - 1 else (),
        )  # fmt: skip
    return fault_at(
        token, "gate.statement_word", f"{token.upper} can begin a statement that is not a query.",
        hint=f"If it is an alias, write AS {token.text} or [{token.text}].", edits=bracketing(token),
    )  # fmt: skip


def _without_into(near: Neighbours, index: int) -> tuple[Edit, ...]:
    last = index + 1
    while last < near.size and (near.tokens[last].kind in ("word", "name") or near.upper(last) == "."):
        if near.upper(last) in RESERVED or (
            near.upper(last) != "." and last > index + 1 and near.upper(last - 1) != "."
        ):
            break
        last += 1
    if last == index + 1:
        return ()
    return (Edit(near.tokens[index].start, near.tokens[last - 1].end, ""),)
