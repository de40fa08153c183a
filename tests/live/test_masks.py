"""Masked columns on a real server: what a mask covers is what the server has at that moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from callers import calling

from mssql_mcp.connection.call import Call
from mssql_mcp.errors import QueryError
from mssql_mcp.settings import GateSettings
from mssql_mcp.workspace import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from callers import Caller

MASKS = GateSettings(
    mask_hidden=("masked.people.name",), mask_hashed=("masked.people.mail",), mask_partial=("masked.people.phone",)
)
TABLES = """
DROP VIEW IF EXISTS masked.shown
;
DROP VIEW IF EXISTS masked.cast_names
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
;
CREATE VIEW masked.cast_names AS SELECT id, CAST(name AS int) AS number FROM masked.people
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
    "SELECT mail FROM masked.people UNION ALL SELECT 1",
    "SELECT 1 UNION ALL SELECT name FROM masked.people",
    "SELECT number FROM masked.cast_names",
    "SELECT COUNT(number) AS n FROM masked.cast_names",
    """WITH loop(id, name) AS ((SELECT name, mail FROM masked.people UNION ALL SELECT name, id FROM loop))
        SELECT TOP 9 name FROM loop""",
    """WITH people(id, name) AS (((SELECT name, mail FROM masked.people) UNION ALL (SELECT name, id FROM people)))
        SELECT TOP 9 id FROM people""",
    """SELECT u.text FROM (SELECT returning text, NULL AS a, NULL AS b FROM (SELECT N'x' AS returning) AS q UNION ALL
        SELECT name, NULL, returning text FROM (SELECT *, N'x' AS returning FROM masked.people) AS q) AS u""",
    """SELECT q.v FROM (SELECT N'x' AS a) AS split CROSS APPLY
        (SELECT split.a AS v FROM (SELECT name FROM masked.people) AS split(a)) AS q""",
    "SELECT TOP 5 rows, * FROM (SELECT *, 1 AS rows FROM masked.people) AS q",
    """SELECT q.name FROM masked.people AS p CROSS JOIN (SELECT 1 AS a, N'k' AS b) AS t
        PIVOT (MAX(a) FOR b IN ([k])) AS q""",
)
OWN_VALUES = (
    "SELECT mail FROM masked.people UNION ALL SELECT N'secret@mail'",
    "SELECT N'secret@mail' AS mail UNION ALL SELECT mail FROM masked.people",
    "SELECT mail FROM masked.people UNION ALL SELECT @own",
    "SELECT mail FROM masked.people UNION ALL SELECT v.a FROM (VALUES (N'secret@mail')) AS v(a)",
    "SELECT mail FROM masked.people UNION ALL SELECT value FROM STRING_SPLIT(N'secret@mail', N',')",
    "SELECT mail FROM masked.people UNION ALL SELECT CAST(N'secret@mail' AS nvarchar(40))",
    "SELECT COALESCE(mail, N'secret@mail') AS mail FROM masked.people",
    "SELECT CASE WHEN id = 1 THEN N'secret@mail' ELSE mail END AS mail FROM masked.people",
    "SELECT LAG(mail, 1, N'secret@mail') OVER (ORDER BY id) AS mail FROM masked.people",
    "SELECT q.mail FROM masked.people AS x CROSS APPLY (SELECT x.mail FROM (SELECT N'secret@mail' AS mail) AS X) AS q",
    """SELECT q.mail FROM masked.people CROSS APPLY
        (SELECT mail FROM OPENJSON(N'[{"mail":"secret@mail"}]') WITH (mail nvarchar(40)) AS j) AS q""",
    """WITH r(mail, n) AS (SELECT mail, 1 FROM masked.people UNION ALL
        SELECT CAST(N'secret@mail' AS nvarchar(40)), n + 1 FROM r WHERE n < 2) SELECT mail FROM r""",
)


@pytest.fixture(scope="module")
def caller_with_masks(live_settings: Any, live_driver: str, live_database: str) -> Iterator[Caller]:
    with calling(live_settings(driver=live_driver, database=live_database, gate=MASKS)) as made:
        yield made


@pytest.fixture
def masked(caller_with_masks: Caller, live_database: str, live_admin: Callable[..., None]) -> Caller:
    """A caller of a connection with masks, on tables and views that are new for each test."""
    live_admin(*TABLES.split("\n;\n"), database=live_database)
    return caller_with_masks


def test_no_way_shows_a_masked_value(masked: Caller) -> None:
    """A query is refused, or its rows show nothing of the values; other columns stay readable."""
    for sql in REACHES:
        outcome = masked.query(sql)
        said = str(outcome.error.as_dict()) if outcome.error else str(outcome.rows)
        assert "secret" not in said.replace(sql, "").lower(), sql
    assert masked.query("SELECT id FROM masked.people WHERE id = 1").rows == [[1]]


def test_what_the_server_says_of_a_failure_shows_no_value(masked: Caller) -> None:
    """A conversion that fails on a hidden value names it; code and number are all that is told of it."""
    outcome = masked.query("SELECT number FROM masked.cast_names")
    assert outcome.error is not None
    assert "secret" not in repr(outcome.error.as_dict()) + repr(outcome.error.__cause__) + repr(outcome.error.args)
    call = Call(30)
    with pytest.raises(QueryError) as streamed, masked.workspace.stream(_query("masked.cast_names"), call) as rows:
        list(rows.chunks)
    call.run_deferred()
    assert "secret" not in str(streamed.value)
    call = Call(30)
    profile = masked.workspace.profile("masked.cast_names", call, columns=["id"])
    call.run_deferred()
    assert "secret" not in profile.text()


def test_no_value_of_the_callers_own_is_hashed_under_the_key(masked: Caller) -> None:
    """A dictionary of hashes would tell what the hashed values are."""
    (hashed,) = masked.query("SELECT mail FROM masked.people").rows[0]
    for sql in OWN_VALUES:
        outcome = masked.query(sql, parameters={"own": "secret@mail"} if "@own" in sql else None)
        rows = outcome.result.rows if outcome.result else ()
        assert [row for row in rows if hashed in row] in ([], [(hashed,)]), sql
        assert len(rows) <= 1, sql


def _query(table: str) -> Query:
    return Query(f"SELECT * FROM {table}")


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
        "DROP VIEW masked.cast_names",
        "DROP TABLE masked.people",
        "CREATE TABLE masked.people (name nvarchar(40), id int, mail nvarchar(40), phone nvarchar(40))",
        "INSERT INTO masked.people VALUES (N'secret name', 1, N'secret@mail', N'secret 555')",
        database=live_database,
    )
    (row,) = masked.query("SELECT * FROM masked.people").rows
    assert "secret name" not in str(row)
    assert row[1] == 1
