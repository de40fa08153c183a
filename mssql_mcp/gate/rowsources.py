"""Read FROM: which row sources a query has, what they give, and what of them is used on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.gate.names import could_be_same, dotted, fold
from mssql_mcp.gate.parsertext import TABLE_HINTS
from mssql_mcp.gate.scope import RowSource, Scope, Shape
from mssql_mcp.gate.system import BUILTIN_ROWSETS, is_system_object
from mssql_mcp.gate.tree import applied_table
from mssql_mcp.gate.words import TABLE_ARGUMENT_FUNCTIONS

if TYPE_CHECKING:
    from sqlglot import exp

    from mssql_mcp.gate.lineage import Lineage

OPEN = Shape((), is_open=True)


class RowSourceReader:
    """The part of lineage that reads FROM.

    Args:
        lineage: What follows queries and expressions.
    """

    def __init__(self, lineage: Lineage) -> None:
        self.exp = lineage.exp
        self.lineage = lineage
        self.masking = lineage.masking

    def read(self, node: exp.Expr, scope: Scope) -> None:
        """Add the row sources of a SELECT to its scope."""
        scope.is_partial = True
        from_ = node.args.get("from_")
        if from_ is not None:
            self._source(from_.this, scope)
        self._joins(node, scope)
        for lateral in node.args.get("laterals") or ():
            self._source(lateral, scope)
        scope.is_partial = False
        self._hold_pivots(scope)

    def _hold_pivots(self, scope: Scope) -> None:
        """Refuse masked columns beside a PIVOT or UNPIVOT: nobody knows the names that it gives."""
        mask = Shape(tuple(column for source in scope.sources for column in source.shape.columns)).mask
        if scope.has_pivot and mask:
            raise self.masking.uncertain("PIVOT or UNPIVOT stands beside a table with masked columns")

    def _joins(self, node: exp.Expr, scope: Scope) -> None:
        for join in node.args.get("joins") or ():
            self._source(join.this, scope)
            for key, value in join.args.items():
                if key != "this":
                    self.lineage.expressions(value, scope)

    def _source(self, node: exp.Expr, scope: Scope) -> None:
        exp = self.exp
        if isinstance(node, exp.Table):
            names, shape = self._table(node, scope)
        elif isinstance(node, exp.Subquery) and self._is_around_joins(node):
            self._source(node.this, scope)
            self._joins(node, scope)
            return
        elif isinstance(node, exp.Query):
            names, shape = (), self.lineage.query(node, Scope(scope.expressions, scope.parent, work=scope.work))
        elif isinstance(node, exp.Values):
            names, shape = (), self._values(node, scope)
        elif isinstance(node, exp.Lateral):
            names, shape = self._apply(node, scope)
        else:
            raise self.masking.uncertain(f"a row source ({type(node).__name__}) is not understood")
        self._add(node, names, self._pivoted(node, shape, scope), scope)
        if isinstance(node, (exp.Table, exp.Subquery)):
            self._joins(node, scope)

    def _is_around_joins(self, node: exp.Subquery) -> bool:
        """Say whether parentheses stand around row sources and not around a query."""
        inner = node.this
        if isinstance(inner, self.exp.Subquery):
            is_source = any(inner.args.get(key) for key in ("alias", "joins", "laterals", "pivots", "sample"))
            is_source = is_source or self._is_around_joins(inner)
        else:
            is_source = not isinstance(inner, self.exp.Query)
        if is_source and (node.args.get("alias") or node.args.get("pivots")):
            raise self.masking.uncertain("a name is given to joined row sources")
        return is_source

    def _add(self, node: exp.Expr, names: tuple[str, ...], shape: Shape, scope: Scope) -> None:
        alias = self._alias(node)
        columns = [column.name for column in alias.columns] if alias is not None else []
        if alias is not None and alias.name:
            names = (alias.name,)
        if columns and self._is_table(node):
            self._hold_hints(columns)
        elif columns:
            renamed = shape.renamed(columns)
            if renamed is None:
                raise self.masking.uncertain("a list of column names does not fit its row source", columns[0])
            shape = renamed
        scope.work.spend(1 + len(shape.columns) // 4)
        scope.sources.append(RowSource(names, shape))

    def _is_table(self, node: exp.Expr) -> bool:
        """Say whether the name of a table, view or common table expression is meant, not a call or a query."""
        if isinstance(node, self.exp.Lateral):
            return bool(applied_table(node))
        return isinstance(node, self.exp.Table) and isinstance(node.this, self.exp.Identifier)

    def _hold_hints(self, columns: list[str]) -> None:
        """Refuse new names for the columns of a table: T-SQL has none, and reads hints in those parentheses."""
        for name in columns:
            if name.upper() not in TABLE_HINTS:
                raise self.masking.uncertain("a list of column names follows the name of a table", name)

    def _alias(self, node: exp.Expr) -> exp.TableAlias | None:
        pivots = node.args.get("pivots") or ()
        holder = pivots[-1] if pivots and pivots[-1].args.get("alias") else node
        alias = holder.args.get("alias")
        return alias if isinstance(alias, self.exp.TableAlias) else None

    def _pivoted(self, node: exp.Expr, shape: Shape, scope: Scope) -> Shape:
        if not node.args.get("pivots"):
            return shape
        scope.has_pivot = True
        if shape.mask:
            self.lineage.use(shape.mask, "PIVOT and UNPIVOT regroup its table")
            raise self.masking.uncertain("a view pivots a table with masked columns")
        return OPEN

    def _table(self, node: exp.Table, scope: Scope) -> tuple[tuple[str, ...], Shape]:
        self.lineage.tables.add(id(node))
        for key in ("version", "sample", "partition", "changes", "when"):
            self.lineage.expressions(node.args.get(key), scope)
        outer = (node.args.get("catalog"), node.args.get("db"))
        parts = tuple(part if isinstance(part, str) else part.name for part in outer if part is not None)
        if isinstance(node.this, self.exp.Identifier):
            return self._named((*parts, node.this.name), scope)
        return (), self._function((*parts, self._function_name(node.this)), node.this, scope)

    def _named(self, parts: tuple[str, ...], scope: Scope) -> tuple[tuple[str, ...], Shape]:
        name = parts[-1]
        if len(parts) == 1 and name in scope.expressions:
            return parts, scope.expressions[name]
        if len(parts) == 1 and any(could_be_same(other, name) for other in scope.expressions):
            raise self.masking.uncertain(f"{name} names an expression in another spelling", name)
        return tuple(part for part in parts if part), self.masking.table(parts)

    def _values(self, node: exp.Values, scope: Scope) -> Shape:
        self.lineage.expressions(node.expressions, scope)
        return OPEN

    def _apply(self, node: exp.Lateral, scope: Scope) -> tuple[tuple[str, ...], Shape]:
        exp, inner = self.exp, node.this
        values = inner.unnest() if isinstance(inner, exp.Subquery) else inner
        if isinstance(values, exp.Values):
            return (), self._values(values, scope)
        if isinstance(inner, exp.Query):
            return (), self.lineage.query(inner, Scope(scope.expressions, scope))
        table = applied_table(node)
        if table:
            return self._named(table, scope)
        parts: list[str] = []
        if isinstance(inner, exp.Dot):
            parts, inner = self._dotted(inner.this), inner.expression
        return (), self._function((*parts, self._function_name(inner)), inner, scope)

    def _function_name(self, call: exp.Expr) -> str:
        if isinstance(call, self.exp.Anonymous):
            return str(call.name)
        if isinstance(call, self.exp.OpenJSON):
            return "OPENJSON"
        return str(call.sql_name()) if isinstance(call, self.exp.Func) else ""

    def _dotted(self, node: exp.Expr) -> list[str]:
        if isinstance(node, self.exp.Dot):
            return [*self._dotted(node.this), *self._dotted(node.expression)]
        return [node.name]

    def _function(self, parts: tuple[str, ...], call: exp.Expr, scope: Scope) -> Shape:
        """Give what a row-set function gives: nothing masked where it is SQL Server's own, else nobody knows."""
        self.lineage.expressions(list(call.args.values()), scope)
        name = fold(parts[-1])
        if name.upper() in TABLE_ARGUMENT_FUNCTIONS or name == "vector_search":
            raise self.masking.uncertain(f"{dotted(parts)} reads a table of its own", parts[-1])
        if len(parts) == 1 and name in BUILTIN_ROWSETS:
            return OPEN
        if is_system_object(parts):
            return self.masking.table(parts)
        if name == "nodes" and len(parts) > 1 and self._is_shown_column(parts[:-1], scope):
            return OPEN
        raise self.masking.uncertain(f"{dotted(parts)} is a function with contents of its own", parts[-1])

    def _is_shown_column(self, parts: tuple[str, ...], scope: Scope) -> bool:
        """Say whether `column.nodes()` or `alias.column.nodes()` reads a known column that is not masked."""
        *qualifier, name = parts
        if not qualifier:
            found = scope.find(name)
        else:
            found = [column for source in scope.find_source(qualifier) for column in source.shape.named(name)]
        return bool(found) and not any(column.mask for column in found)
