"""Masked values reach nothing: the same random queries, over two databases that differ in masked values alone."""

from __future__ import annotations

import os
import secrets
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from random_queries import OWN, Writer

from mssql_mcp.catalog.masking import CatalogShapes
from mssql_mcp.connection.call import Call
from mssql_mcp.connection.registry import Registry
from mssql_mcp.connection.sqlserver import SqlServerSource
from mssql_mcp.errors import Refusal, ToolError
from mssql_mcp.execution import runner
from mssql_mcp.execution.limits import Limits
from mssql_mcp.gate import Policy, check
from mssql_mcp.gate.mask import apply_mask
from mssql_mcp.settings import GateSettings, Settings
from mssql_mcp.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mssql_mcp.gate import Approved
    from mssql_mcp.gate.mask import Mask

# More by hand: MSSQL_MCP_TEST_QUERIES=20000 MSSQL_MCP_TEST_SEED=7 pytest tests/live/test_masks_at_random.py
QUERIES = int(os.environ.get("MSSQL_MCP_TEST_QUERIES", "120"))
SEED = int(os.environ.get("MSSQL_MCP_TEST_SEED", "1"))
LIMITS = Limits(max_rows=200, max_characters=200_000, max_cell_characters=4_000, timeout_seconds=20)
MASKS = GateSettings(
    mask_hidden=("canary.people.ssn", "canary.people.salary", "canary.people.born"),
    mask_hashed=("canary.people.mail",),
    mask_partial=("canary.people.phone",),
)
MASKS_THAT_SHOW: tuple[Mask, ...] = ("hashed", "partial")
CANARY = "kanari"
TABLES = f"""
CREATE SCHEMA canary
;
CREATE TABLE canary.people (id int NOT NULL PRIMARY KEY, name varchar(90), ssn varchar(90), mail varchar(90),
    phone varchar(90), salary decimal(9,2), team_id int, born date, since date)
;
CREATE TABLE canary.team (id int NOT NULL PRIMARY KEY, name varchar(90), ssn varchar(90), total int)
;
INSERT INTO canary.team VALUES (1, 'red', 'k', 5), (2, 'blue', '1', 7), (3, '{OWN}', NULL, 7)
;
CREATE VIEW canary.[All People] AS SELECT * FROM canary.people
;
CREATE VIEW canary.former AS SELECT p.id AS number, p.name AS who, p.ssn, t.name AS team
    FROM canary.[All People] AS p LEFT JOIN canary.team AS t ON t.id = p.team_id
"""
ROW = "({id}, 'name {id}', {ssn}, {mail}, {phone}, {salary}, {team}, {born}, '2020-01-0{id}')"
WORLDS = {
    "first": [
        ROW.format(id=n, ssn=f"'{CANARY}ssn{n}'", mail=f"'{CANARY}@{n}'", phone=f"'{CANARY}{n}+12345'",
                   salary=8800.5 + n, team=1 + n % 2, born=f"'1988-08-0{n}'") for n in range(1, 6)
    ],
    "second": [
        ROW.format(id=n, ssn=f"'{9 - n}'" if n > 1 else "NULL", mail=f"'z{n % 2}'", phone=f"'{CANARY * 3}{-n}'",
                   salary=-n * n, team=1 + n % 2, born=f"'170{n % 3}-01-01'" if n < 5 else "NULL") for n in range(1, 6)
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What a caller sees.

    Attributes:
        rows: In no order, without what a mask shows of a value by design.
        cells: All cells of the rows.
        error: Code, number and message.
    """

    rows: tuple[str, ...] = ()
    cells: frozenset[str] = frozenset()
    error: tuple[Any, ...] | None = None


@dataclass(frozen=True)
class World:
    """One of the databases."""

    database: str
    source: SqlServerSource

    def answer(self, approved: Approved) -> Answer:
        """Ask the query."""
        call = Call(LIMITS.timeout_seconds)
        try:
            result = runner.run(self.source, approved, limits=LIMITS, call=call, database=self.database)
        except ToolError as error:
            return Answer(error=(error.code, error.number, error.message))
        finally:
            call.run_deferred()
        shown = approved.masks or (None,) * len(result.columns)
        rows = (tuple("*" if mask else cell for cell, mask in zip(row, shown, strict=True)) for row in result.rows)
        cells = frozenset(str(cell) for row in result.rows for cell in row)
        return Answer(tuple(sorted(map(repr, rows))), cells)


@pytest.fixture(scope="module")
def worlds(
    live_admin: Callable[..., None], live_drop: Callable[[str], None], live_settings: Callable[..., Any]
) -> Iterator[tuple[CatalogShapes, list[World]]]:
    """Two databases with one schema, of which one catalog is known."""
    source = SqlServerSource("live", live_settings(driver="pyodbc"))
    made = [World(f"mssql_mcp_{name}_{secrets.token_hex(4)}", source) for name in WORLDS]
    for world, rows in zip(made, WORLDS.values(), strict=True):
        live_admin(f"CREATE DATABASE {world.database}")
        live_admin(*TABLES.split("\n;\n"), database=world.database)
        live_admin(f"INSERT INTO canary.people VALUES {', '.join(rows)}", database=world.database)
    settings = Settings(connections={"main": live_settings(driver="pyodbc", database=made[0].database)})
    workspace = Workspace(settings, Registry(settings))
    catalog = workspace.catalog(Call(120))
    workspace.close()
    yield CatalogShapes(lambda _: catalog), made
    source.close()
    for world in made:
        live_drop(world.database)


def test_masked_values_change_nothing_that_a_caller_sees(worlds: tuple[CatalogShapes, list[World]]) -> None:
    """No row, no number of rows and no error differs between the databases; no value and no digit of one is shown."""
    shapes, (first, second) = worlds
    policy = Policy.from_settings(MASKS, database="shop")
    own = {apply_mask(mask, OWN, runner._HASH_KEY) for mask in MASKS_THAT_SHOW}
    writer, counted = Writer(Random(SEED), pivots=0), Counter[str]()
    for _ in range(QUERIES):
        sql = writer.query()
        try:
            approved = check(sql, policy, schema=shapes)
        except Refusal as refusal:
            counted[refusal.code] += 1
            continue
        one, other = first.answer(approved), second.answer(approved)
        counted["answered" if one.error is None else "failed"] += 1
        counted["masked"] += bool(approved.masks) and one.error is None
        assert (one.rows, one.error) == (other.rows, other.error), f"{one}\n{other}\n{sql}"
        assert CANARY not in str((one, other)), f"{one}\n{sql}"
        assert not own & (one.cells | other.cells), f"{one}\n{other}\n{sql}"
    assert {code for code in counted if "." in code} <= {"policy.masked_column", "gate.no_tree"}
    assert counted["answered"] > QUERIES / 20
    assert counted["masked"] > QUERIES / 100
