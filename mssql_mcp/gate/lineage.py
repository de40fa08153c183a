"""Follow masked columns through a query, and decide which columns of the result are masked.

A masked column may only be shown: as a plain column of a select list, directly or through derived tables, common table
expressions, views, `*` and UNION ALL. Wherever else its values could be told from the rows (predicates, joins,
expressions, grouping, ordering, DISTINCT, other set operations, FOR XML and FOR JSON) the query is refused. So it is
where anything about the columns is not certain: a table that the catalogue does not know, a function with contents of
its own, a name that the tree lost or moved. Inside a view, which its owner wrote, such uses only taint what is
computed: the outcome is hidden.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from mssql_mcp.gate.combined import combined, mixed, nulls
from mssql_mcp.gate.commontables import CommonTables
from mssql_mcp.gate.mask import Mask, Outcome, strictest
from mssql_mcp.gate.names import fold, is_plain
from mssql_mcp.gate.rowsources import RowSourceReader
from mssql_mcp.gate.scope import WORK_OF_A_QUERY, OutputColumn, Scope, Shape
from mssql_mcp.gate.words import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlglot import exp

    from mssql_mcp.gate.masking import Masking


class Lineage:
    """One query's tree, followed once.

    Args:
        masking: Policy, catalogue and the place of names in the original text.
        in_view: Whether the text is a view's, where uses taint instead of refusing.
    """

    def __init__(self, masking: Masking, *, in_view: bool = False) -> None:
        from sqlglot import exp

        self.exp = exp
        self.masking = masking
        self.in_view = in_view
        self.resolved: set[int] = set()
        self.tables: set[int] = set()
        self.masked_names: set[str] = set()
        self.reader = RowSourceReader(self)
        self.common = CommonTables(self)

    # Queries

    def query(self, node: exp.Expr, scope: Scope) -> Shape:
        """Give the columns of a query; `scope` is that of the query around it."""
        exp = self.exp
        scope.work.spend(WORK_OF_A_QUERY + len(scope.expressions) // 10)
        expressions = dict(scope.expressions)
        self.common.define(node.args.get("with_"), expressions, scope)
        inner = Scope(expressions, scope)
        if isinstance(node, exp.Select):
            return self._select(node, inner)
        if isinstance(node, exp.SetOperation):
            return self._set_operation(node, inner)
        if isinstance(node, exp.Subquery):
            if any(node.this.args.get(key) for key in ("joins", "pivots") if isinstance(node.this, exp.Subquery)):
                raise self.masking.uncertain("parentheses around joins stand where a query should")
            shape = self.query(node.this, inner)
            self._modifiers(node, Scope(expressions, scope), shape)
            return shape
        raise self.masking.uncertain(f"a part of the query ({type(node).__name__}) is not understood")

    def named(self, shape: Shape, names: list[str]) -> Shape:
        """Give the shape under the names of a column list, which may be empty."""
        if not names:
            return shape
        renamed = shape.renamed(names)
        if renamed is None:
            raise self.masking.uncertain("a list of column names does not fit its query", names[0])
        self._remember(renamed)
        return renamed

    def _set_operation(self, node: exp.SetOperation, scope: Scope) -> Shape:
        left = self.query(node.this, scope)
        right = self.query(node.expression, scope)
        mask = strictest(left.mask, right.mask)
        if mask and (left.is_open or right.is_open or len(left.columns) != len(right.columns)):
            raise self.masking.uncertain("the columns of the combined queries cannot be matched")
        if mask and (node.args.get("distinct") or not isinstance(node, self.exp.Union)):
            self.use(mask, "a set operation other than UNION ALL compares it")
        if left.is_open or right.is_open:
            return Shape((), is_open=True)
        shape = Shape(tuple(self._combined(node, left, right)))
        self._remember(shape)
        self._modifiers(node, scope, shape)
        return shape

    def _combined(self, node: exp.SetOperation, left: Shape, right: Shape) -> Iterator[OutputColumn]:
        sides = zip(left.columns, right.columns, nulls(node.this, left), nulls(node.expression, right), strict=False)
        for first, second, *is_null in sides:
            mask = strictest(first.mask, second.mask)
            column = combined(first, second, is_null=(is_null[0], is_null[1]))
            if column is None and mask:
                used = self.use(mask, "it is combined with values of another type or mask, or without one", first.name)
                column = mixed(first, second, used)
            if column is not None:
                yield column

    def _select(self, node: exp.Select, scope: Scope) -> Shape:
        self.reader.read(node, scope)
        for source in scope.sources:
            self._remember(source.shape)
        shape = self._select_list(node, scope)
        self._remember(shape)
        if shape.mask and node.args.get("distinct"):
            self.use(shape.mask, "DISTINCT compares it")
        handled = ("with_", "expressions", "from_", "joins", "distinct", "order", "for_", "hint", "options", "kind")
        for key, value in node.args.items():
            if key not in handled:
                scope.is_partial = key in ("limit", "offset")
                self.expressions(value, scope)
        scope.is_partial = False
        self._modifiers(node, scope, shape)
        return shape

    def _modifiers(self, node: exp.Expr, scope: Scope, shape: Shape) -> None:
        """Check ORDER BY and FOR, which see the columns of the result."""
        order = node.args.get("order")
        for term in order.expressions if order is not None else ():
            self._order_term(term.this if isinstance(term, self.exp.Ordered) else term, scope, shape)
        if node.args.get("for_") and shape.mask:
            self.use(shape.mask, "FOR XML and FOR JSON put it into a text")
        if not isinstance(node, self.exp.Select):
            for key in ("limit", "offset"):
                self.expressions(node.args.get(key), scope)

    def _order_term(self, term: exp.Expr, scope: Scope, shape: Shape, *, is_bare: bool = True) -> None:
        exp = self.exp
        while isinstance(term, (exp.Paren, exp.Collate)):
            term, is_bare = term.this, False
        if isinstance(term, exp.Literal) and not term.is_string:
            if shape.mask:
                place = int(term.name) - 1 if term.name.isdigit() else 0
                hit = shape.is_open or not 0 <= place < len(shape.columns) or shape.columns[place].mask
                if hit:
                    self.use(shape.mask, "ORDER BY tells its order")
            return
        if isinstance(term, exp.Column) and len(term.parts) == 1 and not isinstance(term.this, exp.Star):
            outputs = shape.named(term.name)
            if outputs:
                self.resolved.add(id(term))
                for column in outputs:
                    if column.mask:
                        self.use(column.mask, "ORDER BY tells its order", column.name)
                if is_bare and (any(column.name == term.name for column in outputs) or not scope.find(term.name)):
                    return
        self._hold_aliases(term, shape)
        self.expressions(term, scope)

    def _hold_aliases(self, term: exp.Expr, shape: Shape) -> None:
        """Refuse a term within which a name can mean a masked column of the result (`ORDER BY x COLLATE ...`)."""
        names = {column.name for column in term.find_all(self.exp.Column) if len(column.parts) == 1}
        for output in (column for name in sorted(names) for column in shape.named(name)):
            if output.mask:
                self.use(output.mask, "ORDER BY tells its order", output.name)

    # Select lists

    def _select_list(self, node: exp.Select, scope: Scope) -> Shape:
        columns: list[OutputColumn] = []
        is_open = False
        for item in node.expressions:
            shape = self._item(item, scope)
            scope.work.spend(1 + len(shape.columns))
            columns += shape.columns
            is_open = is_open or shape.is_open
        return Shape(tuple(columns), is_open)

    def _item(self, item: exp.Expr, scope: Scope) -> Shape:
        exp = self.exp
        alias = item.alias if isinstance(item, exp.Alias) else ""
        value = item.this if isinstance(item, exp.Alias) else item
        if isinstance(value, exp.Star):
            return scope.all_columns()
        if isinstance(value, exp.Column) and isinstance(value.this, exp.Star):
            return self._star_of(value, scope)
        while isinstance(value, exp.Paren):
            value = value.this
        if isinstance(value, exp.Column):
            found = self.column(value, scope)
            return Shape((replace(found, name=alias or value.name, is_in_star=True),))
        return Shape((OutputColumn(alias, self.expressions(value, scope)),))

    def _star_of(self, column: exp.Column, scope: Scope) -> Shape:
        qualifier = [part.name for part in column.parts[:-1]]
        sources = scope.find_source(qualifier)
        if len(sources) != 1:
            raise self.masking.uncertain(f"{'.'.join(qualifier)}.* names no single table", qualifier[-1])
        return sources[0].shape.star()

    # Expressions

    def expressions(self, value: object, scope: Scope) -> Mask | None:
        """Check everything inside a value of a node's arguments; give the mask that taints it, inside a view."""
        exp = self.exp
        taint: Mask | None = None
        stack: list[object] = [value]
        while stack:
            node = stack.pop()
            if isinstance(node, list):
                stack.extend(node)
            elif isinstance(node, exp.Query):
                shape = self.query(node, scope)
                if shape.mask and not isinstance(node.parent, exp.Exists):
                    taint = strictest(taint, self.use(shape.mask, "a subquery gives it to an expression"))
            elif isinstance(node, exp.Column) and not isinstance(node.this, exp.Star):
                mask = self.column(node, scope).mask
                if mask:
                    taint = strictest(taint, self.use(mask, "it may only be shown", node.name))
            elif isinstance(node, exp.Star) or (isinstance(node, exp.Column) and isinstance(node.this, exp.Star)):
                mask = scope.all_columns().mask
                if mask and not isinstance(node.parent, exp.Count):
                    taint = strictest(taint, self.use(mask, "* stands for it in an expression"))
            elif isinstance(node, exp.Dot):
                stack.extend(self._dotted(node, scope))
            elif isinstance(node, exp.Expr):
                stack.extend(node.args.values())
        return taint

    def _dotted(self, node: exp.Dot, scope: Scope) -> list[object]:
        """Check that `column.method()` is called on a known column that is not masked; give what else to check."""
        names: list[str] = []
        rest: list[exp.Expr] = [node]
        others: list[object] = []
        while rest:
            part = rest.pop()
            if isinstance(part, self.exp.Dot):
                rest += [part.expression, part.this]
            elif isinstance(part, self.exp.Identifier) and not others:
                names.append(part.name)
            elif not isinstance(part, self.exp.Identifier):
                others.append(part.args.values() if isinstance(part, self.exp.Anonymous) else part)
        if names and others and not self._is_shown(names, scope):
            raise self.masking.uncertain(f"{'.'.join(names)} is no column that is known here", names[-1])
        return [list(other) if isinstance(other, type({}.values())) else other for other in others]

    def _is_shown(self, names: list[str], scope: Scope) -> bool:
        """Say whether a dotted name means a column that is not masked, or SQL Server's own types and functions."""
        *qualifier, name = names
        if not qualifier and fold(name) in ("geography", "geometry", "hierarchyid", "sys", "$partition"):
            return True
        sources = scope.find_source(qualifier) if qualifier else []
        found = [column for source in sources for column in source.shape.named(name)] if qualifier else scope.find(name)
        is_open = any(source.shape.is_open for source in sources)
        return bool(found or is_open) and not any(column.mask for column in found)

    def column(self, node: exp.Column, scope: Scope) -> OutputColumn:
        """Give the column that a reference means; one without a mask where it means none that is masked."""
        self.resolved.add(id(node))
        *qualifier, name = (part.name for part in node.parts)
        if not qualifier:
            found = scope.find(name)
            if not found and any(source.shape.mask for source in scope.called_anywhere((name,))):
                raise self.masking.uncertain(f"{name} may stand for a whole row", name)
            if any(column.mask for column in found) and scope.may_be_nearer(name):
                raise self.masking.uncertain(f"{name} may come from several sources; write the table in front", name)
            return self._certain(found, name, scope, is_open=False)
        sources = scope.find_source(qualifier)
        if sources:
            scope.work.spend(sum(len(source.shape.columns) for source in sources) // 4)
            found = [column for source in sources for column in source.shape.named(name)]
            if not found:  # perhaps the server looks on outwards
                hidden = scope.called_anywhere(qualifier)
                found = [column for source in hidden for column in source.shape.named(name) if column.mask]
                if found:
                    raise self.masking.uncertain(f"{'.'.join((*qualifier, name))} may mean several columns", name)
            return self._certain(found, name, scope, is_open=any(source.shape.is_open for source in sources))
        masked = scope.masked_names()
        is_plainly_other = all(is_plain(part) and fold(part) not in masked for part in (*qualifier, name))
        if masked and not is_plainly_other:  # perhaps a member of a column of a CLR type, or another spelling
            raise self.masking.uncertain(f"{'.'.join((*qualifier, name))} cannot be resolved", name)
        return OutputColumn(name)

    def _certain(self, found: list[OutputColumn], name: str, scope: Scope, *, is_open: bool) -> OutputColumn:
        """Give the one column that is meant.

        Raises:
            Fault: It may be masked, or not; then other values would come under the mask, or masked ones without it.
        """
        masked = [column for column in found if column.mask]
        if masked and (len(masked) < len(found) or len({column.mask for column in masked}) > 1):
            raise self.masking.uncertain(f"{name} may mean several columns", name)
        if not found and not is_open:
            self._hold_unknown(name)
            names = scope.masked_names()
            if names and not (is_plain(name) and all(is_plain(other) for other in names)):
                raise self.masking.uncertain(f"{name} may be another spelling of a masked column", name)
        return masked[0] if len(masked) == 1 else replace(masked[0], type="") if masked else OutputColumn(name)

    def _hold_unknown(self, name: str) -> None:
        """Refuse a name that nothing in reach has, where masked columns were met: perhaps it was read wrongly."""
        if name.startswith("$"):
            if any(masked.startswith(fold(name) + "_") for masked in self.masked_names):
                raise self.masking.uncertain(f"{name} stands for a column without naming it", name)
        elif self.masked_names and name.upper() not in RESERVED:
            raise self.masking.uncertain(f"no table in reach is known to have a column {name}", name)

    def use(self, mask: Mask, why: str, name: str = "") -> Mask:
        """Note that something other than showing is done with a masked value: refuse, or taint inside a view."""
        if self.in_view:
            return "hidden"
        raise self.masking.refused(mask, why, name)

    def _remember(self, shape: Shape) -> None:
        self.masked_names |= {fold(column.name) for column in shape.columns if column.mask and column.name}

    # The last check: every mention was seen

    def account_tables(self, root: exp.Expr) -> None:
        """Refuse unless each table of the tree was read here."""
        for table in root.find_all(self.exp.Table):
            if id(table) not in self.tables:
                what = table.name or "a row source"
                raise self.masking.uncertain(f"the place of {what} is not understood", table.name)

    def account(self, root: exp.Expr, written: Counter[str]) -> None:
        """Refuse unless each mention of a masked name in the text was followed here.

        Args:
            root: The tree.
            written: How often each folded name stands in the text.
        """
        if not self.masked_names:
            return
        for alias in root.find_all(self.exp.TableAlias):
            if alias.name and not written[fold(alias.name)]:
                raise self.masking.uncertain(f"the text names no {alias.name}")
        seen: Counter[str] = Counter()
        for identifier in root.find_all(self.exp.Identifier):
            name = fold(identifier.name)
            if name in self.masked_names:
                seen[name] += 1
                if not self._is_accounted(identifier):
                    raise self.masking.uncertain(f"the place of {identifier.name} is not understood", identifier.name)
        for name in self.masked_names:
            if seen[name] != written[name]:
                raise self.masking.uncertain(f"{name} stands where the parser does not see a column", name)

    def _is_accounted(self, identifier: exp.Identifier) -> bool:
        exp, parent = self.exp, identifier.parent
        if isinstance(parent, exp.Column):
            return id(parent) in self.resolved or parent.this is not identifier
        return isinstance(parent, (exp.Alias, exp.TableAlias, exp.CTE, exp.Table, exp.OpenJSONColumnDef))


def follow(root: exp.Query, masking: Masking) -> Outcome:
    """Give the mask of each column of a query's result.

    Raises:
        Fault: `policy.masked_column`; a masked column is used, or something about it is not certain.
    """
    masking.hold_lists(root, masking.tokens)
    lineage = Lineage(masking)
    shape = lineage.query(root, Scope({}))
    lineage.account_tables(root)
    lineage.account(root, masking.written_names())
    if masking.is_masked:
        masking.hold_hints()
    if not shape.mask:
        return Outcome(is_masked=masking.is_masked)
    if shape.is_open:
        raise masking.uncertain("the columns of the result are not known one by one")
    masks = tuple(column.mask for column in shape.columns)
    return Outcome(masks, tuple(column.name for column in shape.columns), is_masked=True)


def view_shape(root: exp.Query, masking: Masking) -> Shape:
    """Give the columns of a view from its query."""
    lineage = Lineage(masking, in_view=True)
    shape = lineage.query(root, Scope({}))
    lineage.account_tables(root)
    return shape
