"""What a reader should know of a statement's plan, one sentence each, worst first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mssql_mcp.insight.plan.model import Operator, PlanStatement, PlanWarning

# An estimate is doubted where the truth was more than so many times larger or smaller ...
DOUBT_FACTOR = 10
# ... and so many rows were at stake: below, a wrong estimate chooses no other plan.
DOUBT_ROWS = 100
# Cost from which SQL Server considers several threads, unless its `cost threshold for parallelism` says otherwise:
# https://learn.microsoft.com/sql/database-engine/configure-windows/configure-the-cost-threshold-for-parallelism-server-configuration-option
PARALLEL_COST = 5.0
# Cost below which nothing is worth a change: a few hundred page reads.
SMALL_COST = 1.0

# Operators that give no rows by their nature.
_SILENT = frozenset({"BatchHashTableBuild", "Bitmap"})
_IMPLICIT = re.compile(r"CONVERT_IMPLICIT\(([^,()]+(?:\([^()]*\))?),")
_SPILL_DETAILS = frozenset({"SortSpillDetails", "HashSpillDetails", "ExchangeSpillDetails"})
_EARLY = {
    "TimeOut": "The optimizer ran out of time: the plan may not be the best, and the query may be too complex.",
    "MemoryLimitExceeded": "The optimizer ran out of memory: the plan may not be the best.",
}
# Reasons that are choices, not findings.
_CHOSEN_SERIAL = frozenset({"MaxDOPSetToOne", "EstimatedDOPIsOne", "NoParallelPlansInDesktopOrExpressEdition"})


def count(value: float) -> str:
    """Write a number of rows."""
    if 0 < value < 1:
        return "less than 1"
    return f"{value:,.0f}" if value < 1e12 else f"{value:.2g}"


def rows_in_words(value: float, before: str = "") -> str:
    """Write a number of rows with its unit, `before` it a word such as about where there are any."""
    return f"{before if value >= 1 else ''}{count(value)} {'row' if 0.5 < value < 1.5 else 'rows'}"


def one_line(text: str, characters: int = 160) -> str:
    """Put a text on one line and cut it."""
    line = " ".join(text.split())
    return line if len(line) <= characters else line[: characters - 1] + "…"


def operator_label(operator: Operator) -> str:
    """Name an operator and what it works on."""
    target = operator.objects[0].label if operator.objects else ""
    return f"{operator.name} {target}".strip()


def operator_rows(operator: Operator) -> str:
    """Say how many rows an operator gives, over all of its executions."""
    expected = operator.rows * operator.executions
    if operator.runtime is None:
        return rows_in_words(expected, "about ")
    if not operator.runtime.executions:
        return f"not run, {count(expected)} expected"
    return f"{rows_in_words(operator.runtime.rows)}, {count(expected)} expected"


def scan_lines(statement: PlanStatement) -> tuple[str, ...]:
    """Name the tables and indexes that are read from end to end, the most expensive first."""
    lines = []
    for operator in sorted(statement.operators, key=lambda op: -op.own_cost):
        if operator.is_scan:
            runtime = operator.runtime
            read = (runtime.rows_read if runtime else None) or operator.rows_read or operator.table_rows
            given = runtime.rows if runtime else operator.rows * operator.executions
            passes = operator.executions if not runtime else runtime.executions / max(runtime.threads, 1)
            line = operator_label(operator) + ": "
            line += (
                f"reads {count(read)} rows to give {count(given)}" if read and read > given else rows_in_words(given)
            )
            lines.append(line + (f", {count(passes)} times" if passes >= 2 else ""))
    return tuple(dict.fromkeys(lines))


def lookup_lines(statement: PlanStatement) -> tuple[str, ...]:
    """Name the lookups: one more read of the table for each row that an index found."""
    lines = []
    for operator in statement.operators:
        if operator.is_lookup:
            times = operator.runtime.executions if operator.runtime else operator.executions
            lines.append(f"{operator_label(operator)}: {'' if operator.runtime else 'about '}{count(times)} times")
    return tuple(dict.fromkeys(lines))


def warning_lines(statement: PlanStatement, routines: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Put the plan's warnings into sentences.

    Args:
        statement: The statement.
        routines: Functions that it calls.
    """
    lines = [line for warning in statement.warnings if (line := _warning(statement, warning))]
    if statement.early_abort in _EARLY and statement.cost >= SMALL_COST:
        lines.append(_EARLY[statement.early_abort])
    lines += [f"Calls {name}, whose cost the estimate leaves out." for name in routines]
    reason = statement.not_parallel_because
    if statement.cost >= PARALLEL_COST and reason and reason not in _CHOSEN_SERIAL:
        lines.append(f"Runs in one thread: {reason}.")
    return tuple(dict.fromkeys(lines))


def conversion_lines(statement: PlanStatement) -> tuple[str, ...]:
    """Name the conversions that the server makes by itself where rows are filtered or joined."""
    lines: list[tuple[bool, str]] = []
    for warning in statement.warnings:
        if warning.kind == "PlanAffectingConvert":
            expression = one_line(warning.fact("Expression"), 120)
            is_seek = warning.fact("ConvertIssue") == "Seek Plan"
            effect = "keeps an index from being used" if is_seek else "makes the row estimate unsure"
            lines.append((not is_seek, f"{expression} {effect}"))
    said = " ".join(line for _, line in lines)
    for operator in statement.operators:
        lines += [
            (False, f"{conversion.column} is converted to {conversion.data_type} for each row")
            for conversion in operator.conversions
            if conversion.is_filter and f"[{conversion.column.rpartition('.')[2]}]" not in said
        ]
    return tuple(dict.fromkeys(line for _, line in sorted(lines, key=lambda pair: pair[0])))


def prevents_seek(statement: PlanStatement) -> bool:
    """Say whether an implicit conversion may keep an index from being used."""
    by_warning = any(
        warning.fact("ConvertIssue") == "Seek Plan" and _IMPLICIT.search(warning.fact("Expression"))
        for warning in statement.warnings
    )
    return by_warning or any(
        conversion.is_filter for operator in statement.operators for conversion in operator.conversions
    )


def doubtful(statement: PlanStatement) -> tuple[Operator, ...]:
    """Find the operators of an actual plan where a wrong row estimate begins, the worst first.

    An operator above one that is in doubt only passes the error on, and is left out.
    """
    factors = {
        place: factor
        for place, operator in enumerate(statement.operators)
        if (factor := _factor_off(operator)) > DOUBT_FACTOR
    }
    passing_on = {statement.operators[place].parent for place in factors}
    origins = [place for place in factors if place not in passing_on]
    return tuple(statement.operators[place] for place in sorted(origins, key=lambda place: -factors[place]))


def doubt_lines(statement: PlanStatement) -> tuple[str, ...]:
    """Say where the optimizer expected more than ten times too many or too few rows."""
    lines = []
    for operator in doubtful(statement):
        actual, expected, each = _compared(operator)
        lines.append(f"{operator_label(operator)}: {count(actual)} rows{each}, {count(expected)} expected")
    return tuple(dict.fromkeys(lines))


def _compared(operator: Operator) -> tuple[float, float, str]:
    """Give the rows that came and those that were expected, of one execution where there were several."""
    runtime = operator.runtime
    if runtime is None or not runtime.executions:
        return operator.rows, operator.rows, ""
    if operator.is_repeated or runtime.executions > runtime.threads:
        return runtime.rows / runtime.executions, operator.rows, " each time"
    return runtime.rows, operator.rows, ""


def _factor_off(operator: Operator) -> float:
    if operator.is_write or operator.element in _SILENT:
        return 1.0
    actual, expected, _ = _compared(operator)
    times = operator.runtime.executions if operator.runtime and operator.is_repeated else 1
    if max(actual, expected) * max(times, 1) < DOUBT_ROWS:
        return 1.0
    return max(actual, expected) / max(min(actual, expected), 1.0)


def _warning(statement: PlanStatement, warning: PlanWarning) -> str:
    """Give a warning's sentence; empty where another one says it."""
    place = "" if warning.operator is None else statement.operators[warning.operator].name
    if warning.kind == "PlanAffectingConvert" or (warning.kind in _SPILL_DETAILS and _has_spill(statement, warning)):
        return ""
    if warning.kind == "SpillToTempDb":
        return _spill(statement, warning, place)
    if warning.kind == "UnmatchedIndexes":
        is_named = any(other.kind == warning.kind and other.names for other in statement.warnings)
        names = f": {', '.join(warning.names)}" if warning.names else ""
        return "" if is_named and not names else f"A filtered index does not fit a parameterized query{names}."
    if warning.kind == "MemoryGrantWarning":
        granted, used = warning.fact("GrantedMemory"), warning.fact("MaxUsedMemory")
        return f"{warning.fact('GrantWarningKind')}: {granted} KB of memory granted, {used} KB used."
    names = ", ".join(warning.names[:6])
    sentences = {
        "NoJoinPredicate": f"{place} has no join condition: each row of one side meets each row of the other.",
        "ColumnsWithNoStatistics": f"No statistics on {names}: the row estimate is a guess.",
        "ColumnsWithStaleStatistics": f"Old statistics on {names}.",
        "SpatialGuess": "The selectivity of a spatial predicate is a guess.",
        "Wait": f"Waited for: {warning.fact('WaitType')}.",
    }
    facts = ", ".join(f"{key} {value}" for key, value in warning.facts)
    return sentences.get(warning.kind) or one_line(f"{warning.kind} {place} {names} {facts}")


def _has_spill(statement: PlanStatement, details: PlanWarning) -> bool:
    return any(other.kind == "SpillToTempDb" and other.operator == details.operator for other in statement.warnings)


def _spill(statement: PlanStatement, warning: PlanWarning, place: str) -> str:
    facts = [f"level {warning.fact('SpillLevel')}"] if warning.fact("SpillLevel") else []
    facts += [
        f"{other.fact('WritesToTempDb')} pages written"
        for other in statement.warnings
        if other.kind in _SPILL_DETAILS and other.operator == warning.operator and other.fact("WritesToTempDb")
    ]
    how = f" ({', '.join(facts)})" if facts else ""
    return f"{place} spilled to tempdb{how}: its memory grant was too small."
