"""What FROM gives, and what is used on the way."""

from __future__ import annotations

import pytest

from mssql_mcp.gate import Policy, Refusal, check
from mssql_mcp.gate.policy import MaskRule
from mssql_mcp.gate.schema import TableShape


class Tables:
    """Two tables."""

    def find(self, database: str, schema: str, name: str) -> TableShape | None:
        return {
            "p": TableShape("dbo", "p", ("id", "name", "pin")),
            "q": TableShape("dbo", "q", ("id", "pid", "doc")),
            "r": TableShape("dbo", "r", ("id", "pin")),
        }.get(name)


POLICY = Policy(masks=(MaskRule("p.pin", "hidden"),))


def masks(sql: str) -> tuple[str | None, ...]:
    return check(sql, POLICY, schema=Tables()).masks


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("p", (None, None, "hidden")),
        ("dbo.p AS x", (None, None, "hidden")),
        ("(p CROSS JOIN q)", (None, None, "hidden", None, None, None)),
        ("q LEFT JOIN (p INNER JOIN q r ON p.id = r.pid) ON q.id = r.id", (None,) * 5 + ("hidden",) + (None,) * 3),
        ("q, p", (None,) * 5 + ("hidden",)),
        ("(SELECT pin, id FROM p) d", ("hidden", None)),
        ("(SELECT pin, id FROM p) d (a, b)", ("hidden", None)),
        ("q CROSS APPLY (SELECT p.pin FROM p WHERE p.id = q.pid) d", (None, None, None, "hidden")),
        ("q CROSS APPLY p", (None,) * 5 + ("hidden",)),
        ("(VALUES (1, 2)) v (a, b)", ()),
        ("q FOR SYSTEM_TIME AS OF '2024-01-01'", ()),
        ("p WITH (NOLOCK)", (None, None, "hidden")),
        ("p TABLESAMPLE (5)", (None, None, "hidden")),
    ],
)
def test_star_gives_the_columns_in_order(source: str, expected: tuple[str | None, ...]) -> None:
    """`*` over any row source shows each column under its mask."""
    assert masks(f"SELECT * FROM {source}") == expected


@pytest.mark.parametrize(
    "source",
    [
        "p CROSS JOIN OPENJSON('[1]') j",
        "p PIVOT (COUNT(name) FOR pin IN ([1])) x",
        "dbo.f(1) x",
        "f(1) x",
        "p CROSS APPLY dbo.f(p.id) x",
        "GENERATE_SERIES(1, (SELECT MAX(pin) FROM p)) x",
        "(VALUES ((SELECT pin FROM p))) v (a)",
        "p JOIN q ON p.pin = q.id",
        "(SELECT pin FROM p) d (a, b)",
        "nowhere",
        "flatten(1) x",
    ],
)
def test_what_is_not_certain_is_refused(source: str) -> None:
    """Unknown columns beside masked ones, functions with contents of their own, and uses in FROM are refused."""
    with pytest.raises(Refusal) as refused:
        masks(f"SELECT * FROM {source}")
    assert refused.value.code == "policy.masked_column"


def test_functions_of_the_server_are_read() -> None:
    """Built-in row-set functions show nothing masked, so columns beside them can be named."""
    assert masks("SELECT p.pin, j.value FROM p CROSS APPLY OPENJSON('[1]') j") == ("hidden", None)
    assert masks("SELECT s.value FROM q CROSS APPLY STRING_SPLIT(q.doc, ',') s") == ()
    assert masks("SELECT n.c FROM q CROSS APPLY q.doc.nodes('/a') n(c)") == ()
    assert masks("SELECT * FROM sys.dm_db_index_physical_stats(1, 2, 3, 4, 'LIMITED') x") == ()


SEEN = {
    "SELECT x.pin FROM p CROSS APPLY (SELECT d.pin FROM r AS p CROSS JOIN (SELECT p.pin) AS d) AS x": ("hidden",),
    "SELECT x.pin FROM p CROSS APPLY (SELECT d.pin FROM r AS p CROSS APPLY (SELECT p.id AS pin) AS d) AS x": (),
    "SELECT v.a FROM p CROSS APPLY (VALUES (p.id), (p.name)) AS v(a)": (),
    "SELECT x.pin FROM p AS o CROSS APPLY (SELECT pin FROM r) AS x": (),
    "SELECT j.pin FROM p CROSS APPLY OPENJSON(p.name) WITH (pin int '$.a') AS j": (),
    "SELECT p.pin AS one, j.pin FROM p CROSS APPLY OPENJSON('[]') WITH (pin int) AS j": ("hidden", None),
}
UNSEEN = (
    "SELECT x.id FROM p AS o CROSS APPLY (SELECT o.id FROM r AS o, r AS b JOIN r AS c ON o.pin = b.pin) AS x",
    "SELECT x.a FROM p AS o CROSS APPLY (SELECT v.a FROM r AS o, (VALUES (o.pin)) AS v(a)) AS x",
    "SELECT x.a FROM p AS o CROSS APPLY (SELECT v.value AS a FROM r AS o, STRING_SPLIT(o.pin, ',') AS v) AS x",
    "SELECT x.id FROM p AS o CROSS APPLY (SELECT TOP (CAST(o.pin AS int)) o.id FROM r AS o) AS x",
    "SELECT v.a FROM p CROSS APPLY (VALUES (p.id), (p.pin)) AS v(a)",
    "SELECT p FROM p",
    "SELECT o FROM p AS o",
    "SELECT name(o) FROM p AS o",
)


@pytest.mark.parametrize("sql", SEEN)
def test_a_row_source_sees_what_the_server_lets_it_see(sql: str) -> None:
    """APPLY sees what is left of it; a derived table sees only what is around the whole query."""
    assert masks(sql) == SEEN[sql]


@pytest.mark.parametrize("sql", UNSEEN)
def test_a_name_that_may_mean_a_farther_source_is_refused(sql: str) -> None:
    """ON, TOP and the arguments of FROM do not see every source; a source's own name may be a whole row."""
    with pytest.raises(Refusal) as refused:
        masks(sql)
    assert refused.value.code == "policy.masked_column"
