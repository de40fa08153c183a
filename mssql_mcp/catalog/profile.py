"""Look at the values of a table: how many are NULL, how many differ, the least, the greatest, the commonest.

This module writes the SELECTs and folds their answers; whoever calls it sends them through the gate and the runner, as
any query. A large table is sampled: by pages where the server can (`TABLESAMPLE`, the same pages each time), else its
first rows; a small one is read whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from mssql_mcp.catalog.identifiers import bracketed
from mssql_mcp.catalog.profile_columns import FACTS, NAMES, as_text, column_named, facts_of
from mssql_mcp.errors import QueryCancelledError, QueryError, QueryTimeoutError, UnsupportedError, ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mssql_mcp.catalog.model import Column, Table
    from mssql_mcp.result import Cell

Method = Literal["all", "pages", "first"]

SAMPLE_ROWS = 10_000
TOP_VALUES = 5
TOP_CHARACTERS = 100  # of a value among the commonest
# Columns in one statement: each COUNT(DISTINCT) is a pass of its own over the sample.
COLUMNS_A_STATEMENT = 12
# Pages hold more or fewer rows than the mean: so much more than needed is asked for, and TOP cuts it.
MARGIN = 1.5
# What is asked of a column besides its facts, and what the fact `values` is told as.
COMMON, NULLS = "common", "nulls"
# A column with more different values than this part of its rows has no common ones worth a look.
MOSTLY_UNIQUE = 0.9


@dataclass(frozen=True, slots=True)
class ProfileStatement:
    """One SELECT of a profile.

    Attributes:
        sql: The T-SQL text, for the gate.
        fields: What each column of the answer is: (place of the table's column, fact), the number of rows at place -1;
            for common values, the columns that are asked about.
    """

    sql: str
    fields: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What was found in one column.

    Attributes:
        name: Of the column.
        type: As DDL writes it.
        nulls: Rows without a value; None where they could not be counted.
        distinct: Different values; None where the type cannot be compared.
        minimum: The least value; None where the type has no order worth telling.
        maximum: The greatest.
        average: Of numbers; else None.
        min_length: Of texts and bytes, in characters or bytes; else None.
        max_length: Likewise.
        empty: Texts without a character; else None.
        top: The commonest values with how often they are there, most frequent first.
        failed: What the server could not tell, such as `minimum` or `common`; empty where it told everything.
        reason: What it said instead, of the first of them.
    """

    name: str
    type: str
    nulls: int | None = 0
    distinct: int | None = None
    minimum: Cell = None
    maximum: Cell = None
    average: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    empty: int | None = None
    top: tuple[tuple[Cell, int], ...] = ()
    failed: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TableProfile:
    """What was found in a table.

    Attributes:
        schema: Of the table.
        table: Its name.
        rows: Rows of the table by the server's statistics; None where not known.
        sampled: Rows that were looked at.
        method: All rows, a sample of pages, or the first rows.
        columns: In the order asked for.
    """

    schema: str
    table: str
    rows: int | None
    sampled: int
    method: Method
    columns: tuple[ColumnProfile, ...] = field(default=())


class Profiling:
    """One profile under way: `statements`, then `add` each answer, then `top_statements` and `add_top`, then `profile`.

    A statement that the server fails is taken apart by `parts`; what fails in the end goes to `fail`.

    Args:
        table: What to look at.
        columns: Names; empty for all.
        sample_rows: The most rows to look at.
        top: How many of the commonest values; 0 for none.
        method: How to sample; None takes all rows of a small table, pages of a large one, the first rows of a view.

    Raises:
        ValidationError: A column is not known, or the table has none that can be looked at.
    """

    def __init__(
        self,
        table: Table,
        *,
        columns: Sequence[str] = (),
        sample_rows: int = SAMPLE_ROWS,
        top: int = TOP_VALUES,
        method: Method | None = None,
    ) -> None:
        self._table = table
        self._columns = chosen_columns(table, columns)
        self._sample_rows = sample_rows
        self._top = top
        self.method: Method = method or self._usual_method()
        self._rows = 0
        self._found: dict[int, dict[str, Any]] = {place: {} for place in range(len(self._columns))}
        self._tops: dict[int, list[tuple[Cell, int]]] = {}
        self._failed: dict[int, dict[str, str]] = {place: {} for place in self._found}

    def with_first_rows(self) -> Profiling:
        """Give the same profile from the first rows, for a server that cannot sample pages."""
        names = [column.name for column in self._columns]
        return Profiling(self._table, columns=names, sample_rows=self._sample_rows, top=self._top, method="first")

    def statements(self) -> Iterator[ProfileStatement]:
        """Give the SELECTs that count and compare, a dozen columns each."""
        places = range(len(self._columns))
        for begin in range(0, len(places), COLUMNS_A_STATEMENT):
            chunk = places[begin : begin + COLUMNS_A_STATEMENT]
            yield self._counting([(place, fact) for place in chunk for fact in facts_of(self._columns[place].type)])

    def parts(self, statement: ProfileStatement) -> list[ProfileStatement]:
        """Take a statement apart: into its columns, and that of one column into its facts; nothing where it has one."""
        asked = [field for field in statement.fields if field[0] >= 0]
        places = list(dict.fromkeys(place for place, _ in asked))
        if any(fact == COMMON for _, fact in asked):
            return [self._common([place]) for place in places] if len(places) > 1 else []
        if len(places) > 1:
            return [self._counting([field for field in asked if field[0] == place]) for place in places]
        return [self._counting([field]) for field in asked] if len(asked) > 1 else []

    def rows_statement(self) -> ProfileStatement:
        """Give the SELECT that only counts the rows, which tells whether the table can be read at all."""
        return self._counting([])

    def fail(self, statement: ProfileStatement, reason: str) -> None:
        """Note that the server cannot tell what one statement asks for."""
        for place, fact in statement.fields:
            if place >= 0:
                self._failed[place][NULLS if fact == "values" else NAMES.get(fact, fact)] = reason

    def _counting(self, asked: Sequence[tuple[int, str]]) -> ProfileStatement:
        selected = ["COUNT_BIG(*) AS n"]
        selected += [f"{FACTS[fact].format(c=self._name(place))} AS c{place}_{fact}" for place, fact in asked]
        sample = self._sample(dict.fromkeys(place for place, _ in asked))
        sql = f"SELECT {', '.join(selected)} FROM {sample}"  # noqa: S608 - quoted names of the catalog
        return ProfileStatement(sql, ((-1, "rows"), *asked))

    def add(self, statement: ProfileStatement, rows: Sequence[Sequence[Cell]]) -> None:
        """Take the answer of one of the `statements`."""
        for row in rows[:1]:
            for (place, fact), value in zip(statement.fields, row, strict=True):
                if place < 0:
                    self._rows = max(self._rows, _number(value))
                else:
                    self._found[place][NAMES.get(fact, fact)] = value

    def top_statements(self) -> Iterator[ProfileStatement]:
        """Give the SELECTs for the commonest values of the columns that have some, if any has."""
        wanted = [place for place in self._found if self._has_common_values(place)] if self._top > 0 else []
        for begin in range(0, len(wanted), COLUMNS_A_STATEMENT):
            yield self._common(wanted[begin : begin + COLUMNS_A_STATEMENT])

    def _common(self, places: Sequence[int]) -> ProfileStatement:
        each = []
        for place in places:
            name = self._name(place)
            value = as_text(name, self._columns[place].type, TOP_CHARACTERS)
            counted = f"{value} AS value, COUNT_BIG(*) AS n FROM {self._sample([place])}"
            ordered = f"WHERE {name} IS NOT NULL GROUP BY {name} ORDER BY COUNT_BIG(*) DESC, {name}"
            inner = f"SELECT TOP ({self._top}) {counted} {ordered}"
            each.append(f"SELECT {place} AS place, v.value, v.n FROM ({inner}) AS v")  # noqa: S608 - quoted names
        return ProfileStatement(" UNION ALL ".join(each), tuple((place, COMMON) for place in places))

    def add_top(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Take the answer of one of the `top_statements`."""
        for place, value, count in rows:
            self._tops.setdefault(_number(place), []).append((value, _number(count)))

    def profile(self) -> TableProfile:
        """Fold the answers into a profile."""
        return TableProfile(
            schema=self._table.schema,
            table=self._table.name,
            rows=self._table.row_count,
            sampled=self._rows,
            method="all" if self.method == "first" and self._rows < self._sample_rows else self.method,
            columns=tuple(self._folded(place, column) for place, column in enumerate(self._columns)),
        )

    def _folded(self, place: int, column: Column) -> ColumnProfile:
        found, failed = self._found[place], self._failed[place]
        profile = ColumnProfile(
            name=column.name,
            type=column.type,
            nulls=None if NULLS in failed else self._rows - _number(found.get("values", 0)),
            minimum=found.get("minimum"),
            maximum=found.get("maximum"),
            average=_float(found.get("average")),
            top=tuple(sorted(self._tops.get(place, ()), key=lambda pair: -pair[1])),
            failed=tuple(failed),
            reason=next(iter(failed.values()), ""),
        )
        counted = {
            name: _number(found[name])
            for name in ("distinct", "min_length", "max_length", "empty")
            if found.get(name) is not None
        }
        return replace(profile, **counted)  # type: ignore[arg-type]

    def _has_common_values(self, place: int) -> bool:
        found = self._found[place]
        values, distinct = _number(found.get("values", 0)), found.get("distinct")
        if distinct is None or values == 0:
            return False
        return _number(distinct) <= max(1, values * MOSTLY_UNIQUE)

    def _usual_method(self) -> Method:
        rows = self._table.row_count
        if self._table.kind != "table" or "memory-optimized" in self._table.marks:
            return "first"
        if rows is None:
            return "first"
        return "all" if rows <= self._sample_rows else "pages"

    def _sample(self, places: Iterable[int]) -> str:
        names = ", ".join(self._name(place) for place in places) or "1 AS one"
        source = f"{bracketed(self._table.schema)}.{bracketed(self._table.name)}"
        if self.method == "all":
            return f"{source} AS s"
        how = ""
        if self.method == "pages" and self._table.row_count:
            percent = min(100.0, 100.0 * MARGIN * self._sample_rows / self._table.row_count)
            how = f" TABLESAMPLE SYSTEM ({percent:.6f} PERCENT) REPEATABLE (1)"
        return f"(SELECT TOP ({self._sample_rows}) {names} FROM {source}{how}) AS s"  # noqa: S608 - as above

    def _name(self, place: int) -> str:
        return bracketed(self._columns[place].name)


def chosen_columns(table: Table, names: Sequence[str]) -> list[Column]:
    """Give the columns that names mean, or all that can be looked at where there are no names.

    Raises:
        ValidationError: A column is not known, or the table has none that can be looked at.
    """
    if not names:
        chosen = [column for column in table.columns if facts_of(column.type)]
    else:
        chosen = []
        for name in names:
            column = column_named(table, name)
            if column is None:
                raise ValidationError(
                    f"{table.schema}.{table.name} has no column {name}.",
                    code="input.unknown_column",
                    hint=f"Its columns: {', '.join(column.name for column in table.columns[:40])}.",
                )
            if column not in chosen:
                chosen.append(column)
    if not chosen:
        raise ValidationError(f"{table.schema}.{table.name} has no column to look at.", code="input.unknown_column")
    return chosen


def _number(value: Any) -> int:
    return int(value) if value is not None else 0


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def run_profile(profiling: Profiling, ask: Callable[[str], Sequence[Sequence[Cell]]]) -> TableProfile:
    """Ask all statements of a profile and fold their answers.

    Where the server cannot sample pages, or the pages it took were empty, the first rows are looked at instead. What it
    cannot tell of a column is left out and named in the answer.

    Args:
        profiling: What to look at.
        ask: Sends one text through the gate and the runner and gives all its rows.

    Raises:
        ToolError: Whatever `ask` raised that is no matter of sampling or of single columns.
    """
    try:
        for statement in profiling.statements():
            _count(profiling, statement, ask)
    except (QueryTimeoutError, QueryCancelledError):
        raise
    except (UnsupportedError, QueryError):
        if profiling.method != "pages":
            raise
        return run_profile(profiling.with_first_rows(), ask)
    if profiling.method == "pages" and profiling.profile().sampled == 0:
        return run_profile(profiling.with_first_rows(), ask)
    for statement in profiling.top_statements():
        _whole_or_apart(profiling, statement, ask, lambda _, rows: profiling.add_top(rows))
    return profiling.profile()


def _count(profiling: Profiling, statement: ProfileStatement, ask: Callable[[str], Sequence[Sequence[Cell]]]) -> None:
    """Ask a statement that counts; one that fails tells something of its columns only where the table can be read."""
    try:
        profiling.add(statement, ask(statement.sql))
    except (QueryTimeoutError, QueryCancelledError):
        raise
    except QueryError:
        rows = profiling.rows_statement()
        profiling.add(rows, ask(rows.sql))
        for part in profiling.parts(statement):
            _whole_or_apart(profiling, part, ask, profiling.add)


def _whole_or_apart(
    profiling: Profiling,
    statement: ProfileStatement,
    ask: Callable[[str], Sequence[Sequence[Cell]]],
    add: Callable[[ProfileStatement, Sequence[Sequence[Cell]]], None],
) -> None:
    """Ask a statement; where the server fails it, ask its parts, and note those that fail alone."""
    try:
        add(statement, ask(statement.sql))
    except (QueryTimeoutError, QueryCancelledError):
        raise
    except QueryError as error:
        parts = profiling.parts(statement)
        for part in parts:
            _whole_or_apart(profiling, part, ask, add)
        if not parts:
            profiling.fail(statement, error.message)
