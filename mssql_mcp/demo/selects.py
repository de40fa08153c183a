"""One SELECT: list, FROM, WHERE, grouping, HAVING, and what orders and cuts it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from mssql_mcp.demo.aggregates_sql import contains_aggregate
from mssql_mcp.demo.context import Context, Query, QueryColumn, only
from mssql_mcp.demo.grouping import GroupingSet, grouping_sets
from mssql_mcp.demo.joins import translate_from
from mssql_mcp.demo.ordering import Limit, OrderKey, direct_terms, finish, limit_of, order_keys, refuse_bare_order
from mssql_mcp.demo.predicates import native_key, sorts_natively
from mssql_mcp.demo.runtime.errors import unsupported
from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mssql_mcp.demo.scope import Scope
    from mssql_mcp.demo.typed import Typed

_BARE_HAVING = (3, 39, 0)  # SQLite's release that has HAVING without GROUP BY
_KNOWN = (
    "expressions",
    "from_",
    "joins",
    "where",
    "group",
    "having",
    "order",
    "limit",
    "offset",
    "distinct",
    "with_",
    "options",
    "windows",
    "for_",
)


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the select list."""

    name: str
    value: Typed


@dataclass(frozen=True, slots=True)
class Variant:
    """The select list, GROUP BY and HAVING for one set of grouping expressions."""

    items: tuple[Item, ...]
    keys: tuple[OrderKey, ...]
    group: str
    having: str


@dataclass(frozen=True, slots=True)
class Select:
    """A translated SELECT, not yet put together.

    Attributes:
        variants: One, or one for each grouping set.
        source: ` FROM ... WHERE ...`.
        is_distinct: Whether DISTINCT was written.
        limit: TOP, OFFSET and FETCH; None for neither.
        has_one_row: Whether it can have no more than one row.
    """

    variants: tuple[Variant, ...]
    source: str
    is_distinct: bool
    limit: Limit | None
    has_one_row: bool

    @property
    def items(self) -> tuple[Item, ...]:
        """The select list."""
        return self.variants[0].items

    @property
    def is_plain(self) -> bool:
        """Whether it is nothing but list, source and grouping."""
        return len(self.variants) == 1 and not self.is_distinct and self.limit is None and not self.variants[0].keys

    def with_values(self, values: Sequence[Typed]) -> Select:
        """Give a plain SELECT with converted values."""
        items = tuple(replace(item, value=value) for item, value in zip(self.items, values, strict=True))
        return replace(self, variants=(replace(self.variants[0], items=items),))

    def text(self, _context: Context, sql_names: Sequence[str]) -> str:
        """Put a plain SELECT together under these column names."""
        return self._core(self.variants[0], sql_names, (), distinct=False)

    def query(self, context: Context) -> Query:
        """Put it together."""
        first = self.variants[0]
        sql_names = [context.state.fresh("c") for _ in first.items]
        columns = tuple(
            QueryColumn(item.name, name, replace(item.value, sql=name, name=item.name))
            for item, name in zip(first.items, sql_names, strict=True)
        )
        limit = self.limit or Limit()
        needs_keys = self.is_distinct and not all(sorts_natively(item.value) for item in first.items)
        if len(self.variants) == 1 and not (needs_keys or limit.is_percent or limit.with_ties):
            core = self._core(first, sql_names, (), distinct=self.is_distinct)
            order = f" ORDER BY {direct_terms(first.keys)}" if first.keys else ""
            return Query(core + order + limit.text, columns, self.has_one_row)
        return self._wrapped(context, columns, sql_names, limit, needs_keys=needs_keys)

    def _wrapped(
        self,
        context: Context,
        columns: tuple[QueryColumn, ...],
        sql_names: list[str],
        limit: Limit,
        *,
        needs_keys: bool,
    ) -> Query:
        """Put it into a FROM and order, cut or make it distinct from outside, sort keys being columns of their own."""
        first = self.variants[0]
        hidden = [place for place, key in enumerate(first.keys) if key.position is None]
        hidden_names = [context.state.fresh("h") for _ in hidden]
        texts = [
            self._core(
                variant,
                [*sql_names, *hidden_names],
                [variant.keys[place].value for place in hidden],
                distinct=self.is_distinct and not needs_keys,
            )
            for variant in self.variants
        ]
        sql = texts[0] if len(texts) == 1 else " UNION ALL ".join(texts)
        if needs_keys:
            listed = ", ".join([*sql_names, *hidden_names])
            sql = f"SELECT {listed} FROM ({sql}) GROUP BY {', '.join(native_key(column.value) for column in columns)}"
        elif self.is_distinct and len(texts) > 1:
            sql = f"SELECT DISTINCT * FROM ({sql})"
        outer_names = dict(zip(hidden, hidden_names, strict=True))
        keys = [
            replace(
                key,
                value=columns[key.position].value
                if key.position is not None
                else replace(key.value, sql=outer_names[place], is_constant=False),
            )
            for place, key in enumerate(first.keys)
        ]
        return replace(finish(context, sql, columns, keys, limit), has_one_row=limit.is_one)

    def _core(self, variant: Variant, sql_names: Sequence[str], hidden: Sequence[Typed], *, distinct: bool) -> str:
        values = [*(item.value for item in variant.items), *hidden]
        listed = ", ".join(f"{value.sql} AS {name}" for value, name in zip(values, sql_names, strict=True))
        return f"SELECT {'DISTINCT ' if distinct else ''}{listed}{self.source}{variant.group}{variant.having}"


def translate_select(context: Context, scope: Scope, node: exp.Select) -> Select:
    """Translate a SELECT whose sources go into the given, empty scope."""
    only(node, *_KNOWN)
    refuse_bare_order(node, is_top_level=node is context.state.root)
    distinct = node.args.get("distinct")
    if distinct is not None:
        only(distinct)
    own = Context(context.state, scope)
    source = translate_from(own, node)
    where = node.args.get("where")
    if where is not None:
        source += f" WHERE {own.within('where clause').predicate(where.this)}"
    sets = grouping_sets(own, node)
    is_grouped = sets is not None or _aggregates(node)
    variants = (
        [_variant(own, node, chosen) for chosen in sets]
        if sets is not None
        else [_variant(own, node, None, is_grouped)]
    )
    limit = limit_of(own, node)
    _check_distinct(variants[0], is_distinct=distinct is not None)
    has_one_row = (is_grouped and sets is None) or bool(limit and limit.is_one) or (not scope.sources and where is None)
    return Select(tuple(variants), source, distinct is not None, limit, has_one_row)


def _aggregates(node: exp.Select) -> bool:
    parts = [*node.expressions, *(node.args[part] for part in ("having", "order") if node.args.get(part))]
    return any(contains_aggregate(part) for part in parts)


def _variant(context: Context, node: exp.Select, chosen: GroupingSet | None, is_grouped: bool = True) -> Variant:
    scope = context.scope
    if chosen is not None:
        scope.group_keys, scope.left_out = dict(chosen.keys), chosen.left_out
    elif is_grouped:
        scope.group_keys = {}
    own = context.within("select list", aggregates=True, windows=True)
    items = tuple(item for expression in node.expressions for item in items_of(own, expression))
    if not items:
        raise QueryError("Incorrect syntax: the select list is empty.", number=102)
    having = ""
    if node.args.get("having") is not None:
        if chosen is None and context.state.sqlite_version < _BARE_HAVING:
            raise unsupported("The demo's SQLite is too old for HAVING without GROUP BY.")
        having = f" HAVING {context.within('having clause', aggregates=True).predicate(node.args['having'].this)}"
    keys: tuple[OrderKey, ...] = ()
    if node.args.get("order") is not None:
        in_order = context.within("order clause", aggregates=True, windows=True)
        keys = tuple(order_keys(node.args["order"], [(item.name, item.value) for item in items], in_order.value))
    scope.group_keys = None
    return Variant(items, keys, chosen.sql if chosen is not None else "", having)


def items_of(context: Context, node: exp.Expr) -> list[Item]:
    """Translate an item of the select list; a star is many."""
    if isinstance(node, exp.Star):
        only(node)
        return _star(context, "")
    if isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
        only(node.this)
        qualifier = ".".join(node.args[part].name for part in ("catalog", "db", "table") if node.args.get(part))
        return _star(context, qualifier)
    if isinstance(node, exp.Alias):
        only(node, "this", "alias")
        return [Item(node.alias, replace(context.value(node.this), name=""))]
    value = context.value(node)
    return [Item(value.name if isinstance(node, exp.Column) else "", value)]


def _star(context: Context, qualifier: str) -> list[Item]:
    sources = [s for s in context.scope.sources if not qualifier or s.answers_to(qualifier.lower())]
    if qualifier and not sources:
        raise QueryError(
            f"The column prefix '{qualifier}' does not match with a table name or alias name used in the query.",
            number=107,
        )
    if not sources:
        raise QueryError("Must specify table to select from.", number=263)
    found = []
    for source in sources:
        for column in source.columns.values():
            value = column
            if context.scope.group_keys is not None:
                value = context.value(exp.column(column.name, table=source.alias or None, quoted=True))
            found.append(Item(column.name, replace(value, name=column.name)))
    return found


def _check_distinct(variant: Variant, *, is_distinct: bool) -> None:
    if is_distinct and any(key.position is None for key in variant.keys):
        raise QueryError("ORDER BY items must appear in the select list if SELECT DISTINCT is specified.", number=145)
