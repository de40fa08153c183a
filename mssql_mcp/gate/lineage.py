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
from typing import TYPE_CHECKING

from mssql_mcp.gate.mask import Mask, strictest
from mssql_mcp.gate.names import fold, is_plain
from mssql_mcp.gate.rowsources import RowSourceReader
from mssql_mcp.gate.scope import WORK_OF_A_QUERY, OutputColumn, Scope, Shape

if TYPE_CHECKING:
    from sqlglot import exp

    from mssql_mcp.gate.masking import Masking

MAX_ROUNDS = 32
"""Rounds until the masks of a recursive CTE no longer change; each round adds at least one masked column."""


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

    # Queries

    def query(self, node: exp.Expr, scope: Scope) -> Shape:
        """Give the columns of a query; `scope` is that of the query around it."""
        exp = self.exp
        scope.work.spend(WORK_OF_A_QUERY + len(scope.expressions) // 10)
        expressions = dict(scope.expressions)
        self._define(node.args.get("with_"), expressions, scope)
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

    def _define(self, with_: exp.With | None, expressions: dict[str, Shape], scope: Scope) -> None:
        for definition in with_.expressions if with_ is not None else ():
            name = definition.alias
            columns = [column.name for column in definition.args["alias"].columns]
            body = definition.this
            if isinstance(body, self.exp.SetOperation) and self._mentions(body, name):
                expressions[name] = self._recursive(name, columns, body, Scope(expressions, scope))
            else:
                expressions[name] = self._named(self.query(body, Scope(expressions, scope)), columns)

    def _mentions(self, node: exp.Expr, name: str) -> bool:
        return any(fold(table.name) == fold(name) for table in node.find_all(self.exp.Table))

    def _recursive(self, name: str, columns: list[str], body: exp.SetOperation, scope: Scope) -> Shape:
        shape = self._named(self.query(self._anchor(body), scope), columns)
        for _ in range(MAX_ROUNDS):
            bound = Scope({**scope.expressions, name: shape}, scope.parent)
            following = self._named(self.query(body, bound), columns)
            if following == shape:
                return shape
            shape = following
        raise self.masking.uncertain(f"the columns of the recursive expression {name} do not settle", name)

    def _anchor(self, body: exp.Expr) -> exp.Expr:
        while isinstance(body, self.exp.SetOperation):
            body = body.this
        return body

    def _named(self, shape: Shape, names: list[str]) -> Shape:
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
        columns = tuple(
            OutputColumn(first.name, strictest(first.mask, second.mask))
            for first, second in zip(left.columns, right.columns, strict=False)
        )
        shape = Shape(columns)
        self._remember(shape)
        self._modifiers(node, scope, shape)
        return shape

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
                self.expressions(value, scope)
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

    def _order_term(self, term: exp.Expr, scope: Scope, shape: Shape) -> None:
        exp = self.exp
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
                if any(column.name == term.name for column in outputs):
                    return
        self.expressions(term, scope)

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
            return Shape((OutputColumn(alias or value.name, self.column(value, scope)),))
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
                mask = self.column(node, scope)
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

    def column(self, node: exp.Column, scope: Scope) -> Mask | None:
        """Give the mask of the column that a reference means."""
        self.resolved.add(id(node))
        *qualifier, name = (part.name for part in node.parts)
        if not qualifier:
            return self._strictest(scope.find(name), name, scope)
        sources = scope.find_source(qualifier)
        if sources:
            scope.work.spend(sum(len(source.shape.columns) for source in sources) // 4)
            found = [column for source in sources for column in source.shape.named(name)]
            return self._strictest(found, name, scope, is_open=any(source.shape.is_open for source in sources))
        masked = scope.masked_names()
        is_plainly_other = all(is_plain(part) and fold(part) not in masked for part in (*qualifier, name))
        if masked and not is_plainly_other:  # perhaps a member of a column of a CLR type, or another spelling
            raise self.masking.uncertain(f"{'.'.join((*qualifier, name))} cannot be resolved", name)
        return None

    def _strictest(self, found: list[OutputColumn], name: str, scope: Scope, *, is_open: bool = False) -> Mask | None:
        mask: Mask | None = None
        for column in found:
            mask = strictest(mask, column.mask)
        if not found and not is_open:
            masked = scope.masked_names()
            if masked and not (is_plain(name) and all(is_plain(other) for other in masked)):
                raise self.masking.uncertain(f"{name} may be another spelling of a masked column", name)
        return mask

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
        return isinstance(parent, (exp.Alias, exp.TableAlias, exp.CTE, exp.Table))


def follow(root: exp.Query, masking: Masking) -> tuple[Mask | None, ...]:
    """Give the mask of each column of a query's result; empty where no column is masked.

    Raises:
        Fault: `policy.masked_column`; a masked column is used, or something about it is not certain.
    """
    lineage = Lineage(masking)
    shape = lineage.query(root, Scope({}))
    lineage.account_tables(root)
    lineage.account(root, masking.written_names())
    if not shape.mask:
        return ()
    if shape.is_open:
        raise masking.uncertain("the columns of the result are not known one by one")
    return tuple(column.mask for column in shape.columns)


def view_shape(root: exp.Query, masking: Masking) -> Shape:
    """Give the columns of a view from its query."""
    lineage = Lineage(masking, in_view=True)
    shape = lineage.query(root, Scope({}))
    lineage.account_tables(root)
    return shape
