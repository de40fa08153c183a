"""Which columns a set operation gives, and where it would put other values under a mask.

A column of a combined query has one type and one mask for the rows of both sides. Values of another type would be
converted, and a value that cannot be ends the query with an error; values that the caller chose would be hashed under
the same key as the hidden ones, and could be compared with them. So a masked column goes together with NULL, and with
columns under the same mask and of the same type.
https://learn.microsoft.com/sql/t-sql/language-elements/set-operators-union-transact-sql
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mssql_mcp.gate.mask import strictest
from mssql_mcp.gate.scope import OutputColumn

if TYPE_CHECKING:
    from sqlglot import exp

    from mssql_mcp.gate.mask import Mask
    from mssql_mcp.gate.scope import Shape

_SIZED = ("varchar", "nvarchar", "varbinary")
"""Types whose length changes no value."""


def combined(left: OutputColumn, right: OutputColumn, *, is_null: tuple[bool, bool]) -> OutputColumn | None:
    """Give the column that two columns make, or None where other values would come under a mask.

    Args:
        left: Of the first query, which gives the name.
        right: At the same place of the second.
        is_null: For each side whether the column is the bare word NULL.
    """
    if left.mask is None and right.mask is None:
        return OutputColumn(left.name)
    if is_null[1] and left.mask is not None:
        return left
    if is_null[0] and right.mask is not None:
        return replace(right, name=left.name)
    is_alike = left.mask == right.mask and left.type != "" and _kind(left.type) == _kind(right.type)
    return left if is_alike else None


def mixed(left: OutputColumn, right: OutputColumn, mask: Mask) -> OutputColumn:
    """Give the column that a view shows where it puts different values under a mask.

    Args:
        left: Of the first query, which gives the name.
        right: At the same place of the second.
        mask: What the view's use of them taints it with.
    """
    return OutputColumn(left.name, strictest(strictest(left.mask, right.mask), mask))


def nulls(node: exp.Expr, shape: Shape) -> tuple[bool, ...]:
    """Say for each column of a query whether its select list says just NULL, which takes the type of the other side."""
    from sqlglot import exp

    while isinstance(node, exp.Subquery):
        node = node.this
    items = node.expressions if isinstance(node, exp.Select) else []
    if len(items) != len(shape.columns):
        return (False,) * len(shape.columns)
    return tuple(isinstance(item.this if isinstance(item, exp.Alias) else item, exp.Null) for item in items)


def _kind(written: str) -> str:
    name = written.partition("(")[0].strip().lower()
    return name if name in _SIZED else written.lower()
