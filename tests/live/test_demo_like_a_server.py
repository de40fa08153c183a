"""The demo answers as a server does: more than three hundred SELECTs, asked of both, give the same typed rows.

The statements are `differential.sql` here, one a line, and those of tests/demo/questions.jsonl. Microsoft's server must
agree to the last digit of scale. Babelfish gives many decimals with another scale, so there numbers are compared by
value, and what it answers otherwise than SQL Server is listed with the reason.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from callers import Caller, calling
from conversations import DEMO

from mssql_mcp.errors import ToolError
from mssql_mcp.settings import LimitSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
QUESTIONS = HERE.parent / "demo" / "questions.jsonl"
STATEMENTS = list(
    dict.fromkeys(
        [
            *HERE.joinpath("differential.sql").read_text(encoding="utf-8").splitlines(),
            *(json.loads(line)["sql"] for line in QUESTIONS.read_text(encoding="utf-8").splitlines()),
        ]
    )
)
LIMITS = LimitSettings(
    max_rows=100_000,
    row_ceiling=100_000,
    max_characters=10_000_000,
    max_cell_characters=100_000,
    keep_rows=0,
    timeout_seconds=120,
)
# Part of a statement, and what Babelfish makes of it.
BABELFISH = {
    "DATALENGTH(N'": "counts the bytes of a national literal as UTF-8",
    "DATENAME(": "does not know the type of a bare literal",
    "WITH TIES": "does not know TOP ... WITH TIES",
    " PERCENT ": "does not know TOP ... PERCENT",
    "PERCENTILE_CONT": "does not know PERCENTILE_CONT with OVER",
    "STRING_AGG(c.city": "gives STRING_AGG of nvarchar as varchar, in the code page of the database",
    "CONCAT(given_name": "gives CONCAT of nvarchar as varchar, in the code page of the database",
    "CONCAT_WS(', ', street": "gives CONCAT_WS of nvarchar as varchar, in the code page of the database",
    "CONVERT(varchar(8), ordered_at, 108)": "ignores the style of a datetime2 in CONVERT",
    "CONVERT(varchar(20), freight, 1)": "pads money in CONVERT with style 1",
    "ORDER BY employee_guid": "sorts uniqueidentifier from the first byte on",
    "- AVG(p.unit_price) OVER": "rounds an AVG over a window to the argument's scale",
    "AVG(line_total) OVER (": "rounds an AVG over a window to the argument's scale",
    "p.amount - t.order_total": "gives the difference of money and a decimal the decimal's declared digits only",
    "1 / 3.0": "gives a quotient of decimals twenty digits",
    "TRY_CAST(amount AS decimal": "reads a decimal with a thousands separator, which SQL Server does not",
    "INFORMATION_SCHEMA.TABLES": "the live sample has a table more, the mark that it is whole",
}
NUMBER = re.compile(r"-?\d+(\.\d+)?")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?")


@pytest.fixture(scope="module")
def demo_caller() -> Iterator[Caller]:
    workspace = DEMO.workspace(limits=LIMITS)
    yield Caller(workspace)
    workspace.close()


@pytest.fixture(scope="module")
def live_caller(live_settings: Any, live_driver: str, live_sample: Any) -> Iterator[Caller]:
    with calling(live_settings(driver=live_driver, database=live_sample.database), limits=LIMITS) as made:
        yield made


@pytest.fixture(scope="module")
def is_babelfish(live_caller: Caller) -> bool:
    try:
        ((version,),) = live_caller.query("SELECT CAST(SERVERPROPERTY('BabelfishVersion') AS nvarchar(128)) AS v").rows
    except ToolError:
        return False
    return bool(version)


def by_value(cell: Any) -> Any:
    """Give numbers as rounded decimals, whether text or number; seven digits of a second as six, with one to spare."""
    if isinstance(cell, bool) or cell is None:
        return cell
    if isinstance(cell, int | float) or NUMBER.fullmatch(cell):
        number = Decimal(str(cell))
        return f"{number:.9e}" if number else "0"
    return cell


def is_same(left: Any, right: Any) -> bool:
    """Whether two cells agree by value; a moment's seventh digit is rounded by some servers and cut by drivers."""
    left, right = by_value(left), by_value(right)
    if left == right:
        return True
    if not (isinstance(left, str) and isinstance(right, str) and MOMENT.fullmatch(left) and MOMENT.fullmatch(right)):
        return False
    return abs(dt.datetime.fromisoformat(left) - dt.datetime.fromisoformat(right)) <= dt.timedelta(microseconds=1)


def in_any_order(rows: list[list[Any]]) -> list[list[Any]]:
    return sorted(rows, key=lambda row: [str(by_value(cell)) for cell in row])


def test_there_are_enough_statements() -> None:
    """And each known difference belongs to one of them."""
    assert len(STATEMENTS) >= 300
    assert [part for part in BABELFISH if not any(part in sql for sql in STATEMENTS)] == []


@pytest.mark.parametrize("sql", STATEMENTS, ids=lambda sql: sql[:60])
def test_both_give_the_same_rows(
    demo_caller: Caller, live_caller: Caller, is_babelfish: bool, sql: str, request: pytest.FixtureRequest
) -> None:
    """Values, types, order and NULLs."""
    reason = next((reason for part, reason in BABELFISH.items() if part in sql), "")
    if is_babelfish and reason:
        pytest.skip(f"Babelfish {reason}")
    ours, theirs = demo_caller.query(sql, seconds=120).rows, live_caller.query(sql, seconds=120).rows
    if "order by" not in sql.lower():
        ours, theirs = in_any_order(ours), in_any_order(theirs)
    assert len(ours) == len(theirs)
    same: Callable[[Any, Any], bool] = is_same if is_babelfish else lambda left, right: bool(left == right)
    cells = [pair for mine, other in zip(ours, theirs, strict=True) for pair in zip(mine, other, strict=True)]
    assert [pair for pair in cells if not same(*pair)] == []
