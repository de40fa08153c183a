"""Masked columns on a real server: what a mask covers is what the server has at that moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.settings import GateSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from callers import Caller

MASKS = GateSettings(
    mask_hidden=("masked.people.name",), mask_hashed=("masked.people.mail",), mask_partial=("masked.people.phone",)
)
TABLES = """
DROP VIEW IF EXISTS masked.shown
;
DROP TABLE IF EXISTS masked.people
;
DROP SCHEMA IF EXISTS masked
;
CREATE SCHEMA masked
;
CREATE TABLE masked.people (id int NOT NULL PRIMARY KEY, name nvarchar(40), mail nvarchar(40), phone nvarchar(40))
;
INSERT INTO masked.people VALUES (1, N'secret name', N'secret@mail', N'secret 555 0199')
;
CREATE VIEW masked.shown AS SELECT id AS number, id AS other FROM masked.people
"""
REACHES = (
    "SELECT name, mail, phone FROM masked.people",
    "SELECT * FROM masked.people",
    "SELECT p.* FROM masked.people AS p",
    "WITH x AS (SELECT name AS a, mail AS b, phone AS c FROM masked.people) SELECT * FROM x",
    "SELECT a.* FROM (SELECT * FROM masked.people) AS a",
    "SELECT id, name FROM masked.people UNION ALL SELECT id, mail FROM masked.people",
    "SELECT p.id, q.mail FROM masked.people AS p CROSS APPLY (SELECT mail FROM masked.people AS r) AS q",
    "SELECT UPPER(name) AS n, CONCAT(mail, N'!') AS m FROM masked.people",
    "SELECT id FROM masked.people WHERE name LIKE N'secret%'",
    "SELECT id FROM masked.people ORDER BY name",
    "SELECT COUNT(*) AS n, MAX(phone) AS p FROM masked.people",
    "SELECT CAST(name AS int) AS n FROM masked.people",
    "SELECT name FROM masked.people FOR JSON PATH",
)


@pytest.fixture
def masked(
    caller: Callable[..., Caller],
    live_settings: Any,
    live_driver: str,
    live_database: str,
    live_admin: Callable[..., None],
) -> Caller:
    """A caller of a connection with masks, on a table and a view of its own."""
    live_admin(*TABLES.split("\n;\n"), database=live_database)
    return caller(live_settings(driver=live_driver, database=live_database, gate=MASKS))


def test_no_way_shows_a_masked_value(masked: Caller) -> None:
    """A query is refused, or its rows show nothing of the values; other columns stay readable."""
    for sql in REACHES:
        outcome = masked.query(sql)
        said = str(outcome.error.as_dict()) if outcome.error else str(outcome.rows)
        assert "secret" not in said.replace(sql, "").lower(), sql
    assert masked.query("SELECT id FROM masked.people WHERE id = 1").rows == [[1]]


def test_a_view_that_was_altered_a_moment_ago_is_seen_as_it_is(
    masked: Caller, live_admin: Callable[..., None], live_database: str
) -> None:
    """Not as it was when the catalog was read, seconds ago."""
    assert masked.query("SELECT number, other FROM masked.shown").rows == [[1, 1]]
    live_admin(
        "DROP VIEW masked.shown",
        "CREATE VIEW masked.shown AS SELECT id AS number, name AS other FROM masked.people",
        database=live_database,
    )
    outcome = masked.query("SELECT number, other FROM masked.shown")
    assert "secret" not in str(outcome.rows)


def test_a_table_that_was_made_a_moment_ago_is_covered(
    masked: Caller, live_admin: Callable[..., None], live_database: str
) -> None:
    """Its columns came in another order; each is masked where it is now."""
    assert masked.query("SELECT * FROM masked.people").rows[0][0] == 1
    live_admin(
        "DROP VIEW masked.shown",
        "DROP TABLE masked.people",
        "CREATE TABLE masked.people (name nvarchar(40), id int, mail nvarchar(40), phone nvarchar(40))",
        "INSERT INTO masked.people VALUES (N'secret name', 1, N'secret@mail', N'secret 555')",
        database=live_database,
    )
    (row,) = masked.query("SELECT * FROM masked.people").rows
    assert "secret name" not in str(row)
    assert row[1] == 1
