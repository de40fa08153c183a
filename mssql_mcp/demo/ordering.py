"""ORDER BY, TOP, OFFSET and FETCH around a translated query."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from mssql_mcp.demo.coerce import cast
from mssql_mcp.demo.context import Query, QueryColumn, describe, only
from mssql_mcp.demo.predicates import native_key, sorts_natively
from mssql_mcp.demo.runtime.errors import unsupported
from mssql_mcp.demo.sqltypes import BIGINT, FLOAT
from mssql_mcp.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mssql_mcp.demo.context import Context
    from mssql_mcp.demo.typed import Typed


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One term of ORDER BY.

    Attributes:
        value: What is sorted by, in terms of the query's own FROM.
        position: Place in the select list, from 0, where it stands there; None otherwise.
        descending: Whether DESC was written.
    """

    value: Typed
    position: int | None
    descending: bool

    def text(self, key: str) -> str:
        """Give the term with its direction; NULL sorts lowest in SQLite as in SQL Server."""
        return key + (" DESC" if self.descending else "")


@dataclass(frozen=True, slots=True)
class Limit:
    """How many rows are taken.

    Attributes:
        count: Text of the number, or of the percentage; empty for all.
        offset: Text of how many are left out first; empty for none.
        is_percent: Whether `count` is a percentage.
        with_ties: Whether rows equal to the last one come along.
        is_one: Whether the count is surely 0 or 1.
        is_top: Whether it was written as TOP.
    """

    count: str = ""
    offset: str = ""
    is_percent: bool = False
    with_ties: bool = False
    is_one: bool = False
    is_top: bool = False

    @property
    def text(self) -> str:
        """` LIMIT n OFFSET m`, or nothing."""
        if not self.count and not self.offset:
            return ""
        return f" LIMIT {self.count or -1}" + (f" OFFSET {self.offset}" if self.offset else "")


def limit_of(context: Context, node: exp.Expr) -> Limit | None:
    """Take TOP, or OFFSET and FETCH, from a query; None where there is neither."""
    limit, offset = node.args.get("limit"), node.args.get("offset")
    if limit is None and offset is None:
        return None
    if offset is not None and node.args.get("order") is None:
        raise QueryError("Incorrect syntax: OFFSET needs ORDER BY.", number=102)
    options = limit.args.get("limit_options") if limit is not None else None
    count: exp.Expr | None = None
    if isinstance(limit, exp.Fetch):
        only(limit, "direction", "count", "limit_options")
        count = limit.args.get("count")
    elif limit is not None:
        only(limit, "expression", "limit_options")
        count = limit.expression
    is_percent = bool(options and options.args.get("percent"))
    with_ties = bool(options and options.args.get("with_ties"))
    if isinstance(limit, exp.Fetch) and (is_percent or with_ties):
        raise QueryError("Incorrect syntax: FETCH takes a number of rows.", number=102)
    if with_ties and node.args.get("order") is None:
        raise QueryError(
            "The TOP N WITH TIES clause is not allowed without a corresponding ORDER BY clause.", number=1062
        )
    taken = _amount(context, count, is_percent=is_percent) if count is not None else None
    return Limit(
        taken.sql if taken else "",
        _amount(context, offset.expression).sql if offset is not None else "",
        is_percent,
        with_ties,
        is_one=bool(taken and taken.is_constant and taken.constant in {0, 1} and not is_percent and not with_ties),
        is_top=not isinstance(limit, exp.Fetch) and limit is not None,
    )


def _amount(context: Context, node: exp.Expr, *, is_percent: bool = False) -> Typed:
    value = context.within("top clause").value(node)
    cast_value = cast(value, FLOAT if is_percent else BIGINT)
    if cast_value.is_constant and isinstance(cast_value.constant, int):
        if cast_value.constant < 0:
            raise QueryError("A TOP N or FETCH rowcount value may not be negative.", number=1060)
        return cast_value
    return cast_value if is_percent else replace(cast_value, sql=f"t_row_count({cast_value.sql})")


def order_keys(
    order: exp.Expr,
    items: Sequence[tuple[str, Typed]],
    translate: Callable[[exp.Expr], Typed],
) -> list[OrderKey]:
    """Take the terms of ORDER BY.

    Args:
        order: The clause.
        items: Name and value of each item of the select list.
        translate: Translates a term that is neither a position nor a name in the select list.
    """
    only(order, "expressions")
    keys = []
    for term in order.expressions:
        only(term, "this", "desc", "nulls_first")
        keys.append(_key(term.this, bool(term.args.get("desc")), items, translate))
    return keys


def _key(
    node: exp.Expr,
    descending: bool,
    items: Sequence[tuple[str, Typed]],
    translate: Callable[[exp.Expr], Typed],
) -> OrderKey:
    if isinstance(node, exp.Literal) and not node.args.get("is_string") and str(node.this).isdigit():
        place = int(str(node.this))
        if not 1 <= place <= len(items):
            raise QueryError(
                f"The ORDER BY position number {place} is out of range of the number of items in the select list.",
                number=108,
            )
        return OrderKey(items[place - 1][1], place - 1, descending)
    if isinstance(node, exp.Column) and not node.args.get("table"):
        named = [place for place, (name, _) in enumerate(items) if name.lower() == node.name.lower()]
        if len({items[place][1].sql for place in named}) > 1:
            raise QueryError(f"Ambiguous column name '{node.name}'.", number=209)
        if named:
            return OrderKey(items[named[0]][1], named[0], descending)
    value = translate(node)
    if value.is_constant:
        raise QueryError(f"A constant expression was encountered in the ORDER BY list ({describe(node)}).", number=408)
    same = next((place for place, (_, item) in enumerate(items) if item.sql == value.sql), None)
    return OrderKey(value, same, descending)


def finish(
    context: Context, sql: str, columns: tuple[QueryColumn, ...], keys: Sequence[OrderKey], limit: Limit
) -> Query:
    """Order and cut a query whose sort keys are all columns of its own.

    Args:
        context: Of the translation.
        sql: The query, without ORDER BY and LIMIT.
        columns: What it yields and is shown.
        keys: Each with a value that names a column of `sql`.
        limit: How many rows.
    """
    listed = ", ".join(column.sql_name for column in columns)
    terms = ", ".join(key.text(native_key(key.value)) for key in keys)
    has_one_row = limit.is_one
    if limit.is_percent or limit.with_ties:
        return Query(_ranked(context, sql, listed, terms, limit), columns, has_one_row)
    order = f" ORDER BY {terms}" if terms else ""
    return Query(f"SELECT {listed} FROM ({sql}){order}{limit.text}", columns, has_one_row)


def _ranked(context: Context, sql: str, listed: str, terms: str, limit: Limit) -> str:
    """Cut by rank: what a percentage and ties need."""
    rank, number, total = (context.state.fresh(prefix) for prefix in ("r", "n", "m"))
    over = f"(ORDER BY {terms})" if terms else "()"
    ranking = "RANK" if limit.with_ties else "ROW_NUMBER"
    # TOP ... PERCENT rounds the number of rows up; page "TOP (Transact-SQL)".
    allowed = f"t_percent_rows({limit.count}, {total})" if limit.is_percent else limit.count
    inner = (
        f"SELECT *, {ranking}() OVER {over} AS {rank}, ROW_NUMBER() OVER {over} AS {number}, "
        f"COUNT(*) OVER () AS {total} FROM ({sql})"
    )
    return f"SELECT {listed} FROM ({inner}) WHERE {rank} <= {allowed} ORDER BY {number}"


def direct_terms(keys: Sequence[OrderKey]) -> str:
    """Give the terms of an ORDER BY that stands in the query itself; a position where SQLite sorts it natively."""
    terms = []
    for key in keys:
        if key.position is not None and sorts_natively(key.value):
            terms.append(key.text(str(key.position + 1)))
        else:
            terms.append(key.text(native_key(key.value)))
    return ", ".join(terms)


def refuse_bare_order(node: exp.Expr, *, is_top_level: bool) -> None:
    """Refuse ORDER BY where SQL Server does: in a subquery without TOP, OFFSET or FOR XML."""
    if is_top_level or any(node.args.get(part) for part in ("limit", "offset", "for_")):
        return
    if node.args.get("order"):
        raise QueryError(
            "The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries, and common table "
            "expressions, unless TOP, OFFSET or FOR XML is also specified.",
            number=1033,
        )


__all__ = (
    "Limit",
    "OrderKey",
    "direct_terms",
    "finish",
    "limit_of",
    "order_keys",
    "refuse_bare_order",
    "unsupported",
)
