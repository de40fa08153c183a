"""Read WITH: the columns of common table expressions, those that read themselves included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.gate.names import could_be_same
from mssql_mcp.gate.scope import Scope, Shape
from mssql_mcp.gate.tree import applied_table

if TYPE_CHECKING:
    from sqlglot import exp

    from mssql_mcp.gate.lineage import Lineage

MAX_ROUNDS = 32
"""Rounds until the masks of a recursive expression no longer change; each round adds at least one masked column."""


class CommonTables:
    """The part of lineage that reads WITH.

    Args:
        lineage: What follows queries.
    """

    def __init__(self, lineage: Lineage) -> None:
        self.exp = lineage.exp
        self.lineage = lineage
        self.masking = lineage.masking

    def define(self, with_: exp.With | None, expressions: dict[str, Shape], scope: Scope) -> None:
        """Add the expressions of a WITH to those in scope, one after the other."""
        for definition in with_.expressions if with_ is not None else ():
            name = definition.alias
            columns = [column.name for column in definition.args["alias"].columns]
            body = definition.this
            if self._mentions(body, name):
                expressions[name] = self._recursive(name, columns, body, Scope(expressions, scope))
            else:
                expressions[name] = self.lineage.named(self.lineage.query(body, Scope(expressions, scope)), columns)

    def _mentions(self, node: exp.Expr, name: str) -> bool:
        """Say whether a query may read the expression that it defines, anywhere within."""
        applied = (parts[0] for parts in map(applied_table, node.find_all(self.exp.Lateral)) if len(parts) == 1)
        tables = (table.name for table in node.find_all(self.exp.Table) if len(table.parts) == 1)
        return any(could_be_same(other, name) for other in (*tables, *applied))

    def _recursive(self, name: str, columns: list[str], body: exp.Expr, scope: Scope) -> Shape:
        anchor = self._anchor(body)
        if anchor is body:
            raise self.masking.uncertain(f"the expression {name} reads its own name and combines no queries", name)
        shape = self.lineage.named(self.lineage.query(anchor, scope), columns)
        for _ in range(MAX_ROUNDS):
            bound = Scope({**scope.expressions, name: shape}, scope.parent)
            following = self.lineage.named(self.lineage.query(body, bound), columns)
            if following == shape:
                return shape
            shape = following
        raise self.masking.uncertain(f"the columns of the recursive expression {name} do not settle", name)

    def _anchor(self, body: exp.Expr) -> exp.Expr:
        """Give the first of the combined queries, whatever parentheses stand around them."""
        first, is_combined = body, False
        while isinstance(first, (self.exp.SetOperation, self.exp.Subquery)):
            is_combined = is_combined or isinstance(first, self.exp.SetOperation)
            first = first.this
        return first if is_combined else body
