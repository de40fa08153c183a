"""What to do about a plan: the statement of a wished-for index, and the next steps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mssql_mcp.insight.plan.findings import SMALL_COST, doubtful, prevents_seek

if TYPE_CHECKING:
    from mssql_mcp.insight.plan.model import MissingIndex, PlanStatement

# Most characters of a name: https://learn.microsoft.com/sql/relational-databases/databases/database-identifiers
MAX_NAME = 128
MAX_STEPS = 4
# Share of a plan's cost from which a scan or its lookups are worth a sentence.
LARGE_SHARE = 0.3


def index_statement(wish: MissingIndex) -> str:
    """Write the CREATE INDEX of an index that the optimizer wished for.

    Key columns are those compared by `=`, then those compared otherwise, as
    https://learn.microsoft.com/sql/relational-databases/indexes/tune-nonclustered-missing-index-suggestions says; the
    order within each group is the table's, and may be improved. The name is made from table and key columns.
    """
    keys = (*wish.equality, *wish.inequality)
    table = ".".join(_quoted(part) for part in (wish.schema, wish.table) if part)
    statement = f"CREATE INDEX {_quoted(_index_name(wish.table, keys))} ON {table} ({', '.join(map(_quoted, keys))})"
    if wish.included:
        statement += f" INCLUDE ({', '.join(map(_quoted, wish.included))})"
    return statement + ";"


def next_steps(statement: PlanStatement) -> tuple[str, ...]:
    """Say what to do next, the most useful first; at most four sentences."""
    kinds = {warning.kind for warning in statement.warnings}
    steps = []
    if "NoJoinPredicate" in kinds:
        steps.append("Check the join conditions: one seems to be missing, and that multiplies the rows.")
    if prevents_seek(statement):
        steps.append("Compare each column with a value of its own type, so that an index on it can be used.")
    if statement.missing_indexes:
        steps.append("Show the missing index to a DBA: an existing one may only need another column.")
    if doubtful(statement):
        steps.append("Rows were misjudged: update the statistics of these tables, or split the query.")
    elif kinds & {"ColumnsWithNoStatistics", "ColumnsWithStaleStatistics"}:
        steps.append("Ask a DBA to create or update the statistics.")
    if kinds & {"SpillToTempDb", "SortSpillDetails", "HashSpillDetails", "ExchangeSpillDetails"}:
        steps.append("Sort, group or join fewer and narrower rows: the memory did not suffice.")
    steps += _access_steps(statement)
    if not steps:
        small = statement.cost < SMALL_COST
        steps.append(
            "Nothing stands out." + (" The query is cheap." if small else " Read fewer rows to make it cheaper.")
        )
    return tuple(steps[:MAX_STEPS])


def _access_steps(statement: PlanStatement) -> list[str]:
    """Judge scans and lookups, where they make up a good part of a plan that costs something."""
    if statement.cost < SMALL_COST:
        return []
    steps = []
    looked_up = [operator for operator in statement.operators if operator.is_lookup]
    if sum(operator.own_cost for operator in looked_up) >= LARGE_SHARE * statement.cost:
        steps.append(
            "Select only columns that the index has, or filter more: each row found is looked up in the table."
        )
    scans = [operator for operator in statement.operators if operator.is_scan]
    worst = max(scans, key=lambda operator: operator.own_cost, default=None)
    if worst and worst.own_cost >= LARGE_SHARE * statement.cost and not statement.missing_indexes:
        table = worst.objects[0].table if worst.objects else "a table"
        filtering = "Filter on the first column of an index"
        aim = filtering if worst.predicate else "Filter, if not every row is needed"
        steps.append(f"{aim}: all of {table} is read.")
    return steps


def _index_name(table: str, keys: tuple[str, ...]) -> str:
    words = (re.sub(r"\W+", "_", word) for word in (table, *keys))
    return "_".join(("IX", *words))[:MAX_NAME]


def _quoted(name: str) -> str:
    return "[" + name.replace("]", "]]") + "]"
