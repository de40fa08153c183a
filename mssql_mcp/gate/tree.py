"""Parse the canonical text with sqlglot, and allow only trees that a query can have.

sqlglot is not trusted with the promise that nothing is changed: `proof.py` keeps that. The tree serves the policy
(joins, columns, masks), and refuses once more what is no query. Where sqlglot cannot parse a proven text, it says so
with `NoTree`, and the caller decides.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from mssql_mcp.gate.fault import Fault
from mssql_mcp.gate.meter import TooMuchWork, parse_metered
from mssql_mcp.gate.names import fold
from mssql_mcp.gate.words import word_set
from mssql_mcp.gate.worker import run_with_large_stack

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlglot import exp

    from mssql_mcp.gate.sources import Reading

T = TypeVar("T")

FUNCTION_MODULES = frozenset(("aggregate", "array", "datatypes", "functions", "json", "math", "string", "temporal"))
"""Modules of sqlglot's expressions that hold functions and types only."""

ALLOWED_NODES = word_set(
    """
    Add Alias Aliases All And Anonymous AnonymousAggFunc Any ApproxDistinct AtTimeZone Between BitwiseAnd
    BitwiseLeftShift BitwiseNot BitwiseOr BitwiseRightShift BitwiseXor Boolean Bracket CTE Case Cast Column ColumnDef
    CombinedAggFunc Cube DPipe Div Distinct Dot EQ Escape
    Except Fetch Filter ForClause FormatJson From GT GTE Group GroupingSets Having HexString Hint Identifier IgnoreNulls
    In IndexTableHint Intersect Is JSON JSONColumnDef JSONExtractQuote JSONKeyValue JSONPath JSONPathFilter JSONPathKey
    JSONPathPart JSONPathRecursive JSONPathRoot JSONPathScript JSONPathSelector JSONPathSlice JSONPathSubscript
    JSONPathUnion JSONPathWildcard JSONSchema JSONValue Join JoinHint Kwarg LT LTE Lateral Like Limit LimitOptions
    Literal Match Mod Mul NEQ National Neg Not Null NullSafeEQ NullSafeNEQ Offset OnCondition OpenJSONColumnDef Opclass
    Or Order Ordered Paren ParameterizedAgg Parameter Partition Pivot PivotAlias Placeholder Pow PropertyEQ Pseudocolumn
    QueryOption RegexpLike RespectNulls Rollup Schema ScopeResolution Select Slice Star Sub Subquery Table TableAlias
    TableColumn TableFromRows TableSample Tuple Unary UnicodeString Union UnpivotColumns UsingData Values Var Version
    Where Window WindowSpec With WithTableHint WithinGroup XMLKeyValueOption XMLNamespace
    """
)
"""Nodes outside those modules that a T-SQL query can have."""


class NoTree(Exception):  # noqa: N818 - an answer, not an error
    """sqlglot cannot parse the text."""


class TooComplex(NoTree):
    """sqlglot could, but would take more than a bounded time."""


@dataclass(frozen=True, slots=True)
class TreeFacts:
    """What the tree says about a query.

    Attributes:
        tables: Names of the tables it found, outermost part first; functions in FROM are not among them.
        columns: Columns as written, outermost part first, each once.
        join_count: Joins of all kinds, comma joins and APPLY included.
    """

    tables: tuple[tuple[str, ...], ...]
    columns: tuple[tuple[str, ...], ...]
    join_count: int


def with_tree(sql: str, visit: Callable[[exp.Query], T]) -> T:
    """Parse a canonical text and give what `visit` makes of its tree; both run on a large stack.

    Raises:
        NoTree: sqlglot cannot parse the text, or `TooComplex`: not in a bounded time.
        Fault: The tree is not that of one query.
    """

    def work() -> T:
        try:
            return visit(parse(sql))
        except RecursionError:
            raise NoTree("nested too deeply for sqlglot") from None

    return run_with_large_stack(work)


def read_facts(query: exp.Query) -> TreeFacts:
    """Collect what the policy asks about."""
    from sqlglot import exp

    tables: list[tuple[str, ...]] = []
    columns: dict[tuple[str, ...], None] = {}
    joins = 0
    for node in query.walk():
        if isinstance(node, exp.Table):
            if isinstance(node.this, exp.Identifier):
                tables.append(tuple(part.name for part in node.parts))
        elif isinstance(node, exp.Column):
            columns[tuple(part.name for part in node.parts)] = None
        elif isinstance(node, exp.Join):
            joins += 1
        elif isinstance(node, exp.Lateral):
            applied = applied_table(node)
            if applied:
                tables.append(applied)
    return TreeFacts(tuple(tables), tuple(columns), joins)


def applied_table(node: exp.Lateral) -> tuple[str, ...]:
    """Give the name of a table that APPLY is used with, as with a join; empty for functions and subqueries."""
    from sqlglot import exp

    parts: list[str] = []
    inner = node.this
    while isinstance(inner, exp.Dot):
        parts.insert(0, inner.expression.name if isinstance(inner.expression, exp.Identifier) else "")
        inner = inner.this
    parts.insert(0, inner.name if isinstance(inner, exp.Identifier) else "")
    return tuple(parts) if all(parts) else ()


def sees_same_tables(facts: TreeFacts, reading: Reading) -> bool:
    """Say whether the tree and the tokens name the same tables, each as often."""
    in_tree = Counter(_folded(parts) for parts in facts.tables)
    in_text = Counter(
        _folded(source.parts) for source in reading.sources if not source.is_function and not source.is_argument
    )
    return in_tree == in_text


def _folded(parts: Sequence[str]) -> tuple[str, ...]:
    return tuple(fold(part).lstrip("#") for part in parts if part)  # sqlglot drops the signs of temporary tables


def parse(sql: str) -> exp.Query:
    """Parse a canonical text in the calling thread, which must have a large stack.

    Raises:
        NoTree: sqlglot cannot parse the text.
        Fault: The tree is not that of one query.
    """
    nodes = _sqlglot()
    try:
        roots = [root for root in parse_metered(sql) if root is not None]
    except RecursionError:
        raise
    except TooMuchWork:
        raise TooComplex("its parts nest in a way that takes the parser too long") from None
    except Exception as error:  # noqa: BLE001 - sqlglot also lets ValueError, AttributeError and others escape
        raise NoTree(f"{type(error).__name__}: {error}".split("\n", 1)[0][:200]) from None
    if len(roots) != 1 or not isinstance(roots[0], nodes.Query):
        raise Fault("gate.not_a_query", "The text is not one query.", 0, 0, hint="Send one SELECT.")
    for node in roots[0].walk():
        kind: type = type(node)
        if not _is_allowed(kind.__module__, kind.__name__):
            raise Fault("gate.not_a_query", f"The query holds a part ({kind.__name__}) that no T-SQL query has.", 0, 0)
    return cast("exp.Query", roots[0])


@cache
def _is_allowed(module: str, name: str) -> bool:
    package, _, last = module.rpartition(".")
    return name in ALLOWED_NODES or (package == "sqlglot.expressions" and last in FUNCTION_MODULES)


@cache
def _sqlglot() -> Any:
    """Import sqlglot's nodes when the first text is checked: that takes longer than everything else here."""
    from sqlglot import exp

    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    return exp
