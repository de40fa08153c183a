"""A translated expression: its text in SQLite's language and its type in SQL Server's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mssql_mcp.demo.sqltypes import INT, INTEGER_RANGES, SqlType

if TYPE_CHECKING:
    from typing import Self

Constant = None | int | float | str | bytes


@dataclass(frozen=True, slots=True)
class Typed:
    """A value in SQLite's words.

    Attributes:
        sql: Text that can stand anywhere in an expression.
        type: What SQL Server would call it; also says how the value is stored.
        is_constant: Whether `constant` holds the value.
        constant: The value in the form of storage; None is NULL.
        is_untyped_null: The word NULL, which takes whatever type it meets.
        low: For whole numbers, a value that it is never below.
        high: For whole numbers, a value that it is never above.
        name: The name that a result column gets from it; empty for none.
        collation: Of characters, what COLLATE asked for: empty is the demo's own, else a key of `collation.RULES`.
        chain: Of characters put together, the text within the outer parentheses, so that a longer chain needs no more.
        digits: Of a whole number as it was written, how many digits that is; 0 for everything else.
        is_json: Whether FOR JSON takes it as JSON and not as characters.
    """

    sql: str
    type: SqlType
    is_constant: bool = False
    constant: Constant = None
    is_untyped_null: bool = False
    low: int | None = None
    high: int | None = None
    name: str = ""
    collation: str = ""
    chain: str = ""
    digits: int = 0
    is_json: bool = False

    @property
    def bounds(self) -> tuple[int, int] | None:
        """The range of a whole number: what is known of it, else the range of its type."""
        if self.type.family not in {"integer", "bit"}:
            return None
        low, high = INTEGER_RANGES[self.type.name]
        return (low if self.low is None else self.low, high if self.high is None else self.high)

    def unnamed(self) -> Self:
        """The same without a name, as an expression around it would be."""
        return replace(self, name="") if self.name else self


NULL = Typed("NULL", INT, is_constant=True, is_untyped_null=True)


def literal(value: Constant, type_: SqlType) -> Typed:
    """Put a value in the form of storage into the text."""
    if isinstance(value, bool) or value is None:
        text = "NULL" if value is None else str(int(value))
        return Typed(text, type_, is_constant=True, constant=None if value is None else int(value))
    if isinstance(value, int):
        # -9223372036854775808 has no literal of its own in SQLite.
        text = f"({value})" if value < 0 else str(value)
        if value == -(2**63):
            text = "(-9223372036854775807 - 1)"
        return Typed(text, type_, is_constant=True, constant=value, low=value, high=value)
    if isinstance(value, float):
        return Typed(f"({value!r})", type_, is_constant=True, constant=value)
    if isinstance(value, bytes):
        return Typed(f"X'{value.hex().upper()}'", type_, is_constant=True, constant=value)
    return Typed(quote_text(value), type_, is_constant=True, constant=value)


def quote_text(value: str) -> str:
    """Quote characters for SQLite; a NUL ends a literal there, so it is put in by char()."""
    if "\0" in value:
        return "(" + " || char(0) || ".join(quote_text(part) for part in value.split("\0")) + ")"
    return "'" + value.replace("'", "''") + "'"
