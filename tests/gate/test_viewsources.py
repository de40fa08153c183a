"""Everything that a query reads is asked for before it is followed."""

from __future__ import annotations

import pytest

from mssql_mcp.gate import Policy, Refusal, check
from mssql_mcp.gate.check import MAX_QUESTIONS, read
from mssql_mcp.gate.policy import MaskRule
from mssql_mcp.gate.schema import ShapeMemory, TableShape
from mssql_mcp.gate.viewsources import ask_for_all, view_sources

POLICY = Policy(masks=(MaskRule("dbo.t.b", "hidden"),), database="Shop", default_schema="own")


class Views:
    """Views by database, schema and name, each with its query; every other name of the schema dbo is a table."""

    def __init__(self, views: dict[tuple[str, str, str], str]) -> None:
        self.views = views
        self.asked: list[str] = []

    def find(self, database: str, schema: str, name: str) -> TableShape | None:
        self.asked.append(f"{database}.{schema}.{name}")
        query = self.views.get((database, schema, name))
        if query is not None:
            text = f"CREATE VIEW {name} AS {query}"
            return TableShape(schema, name, ("a",), is_view=True, definition=text, database=database)
        return TableShape(schema, name, ("a",), database=database) if schema == "dbo" else None


def ask(sql: str, views: Views, most: int = 99) -> bool:
    return ask_for_all(ShapeMemory(views), POLICY, read(sql, {}).reading.sources, most)


def test_what_lies_behind_views_is_asked_for_where_they_lie() -> None:
    """Names without a schema or a database are looked for in those of the view, each name once."""
    views = Views({
        ("", "dbo", "v"): "SELECT a FROM w, u JOIN Shop.dbo.t ON 1 = 1, sys.objects, dbo.f(1)",
        ("", "dbo", "w"): "WITH c AS (SELECT a FROM Other.x.far) SELECT a FROM c, v",
        ("Other", "x", "far"): "SELECT a FROM near",
    })  # fmt: skip
    assert ask("SELECT a FROM v, dbo.w, OPENJSON('') AS j", views)
    assert views.asked == [
        ".own.v", ".dbo.v", ".dbo.w", ".dbo.u", ".dbo.t", "Other.x.far", "Other.x.near", "Other.dbo.near",
    ]  # fmt: skip


def test_nothing_is_asked_for_while_a_query_is_followed() -> None:
    """A query over a view of many tables is followed once; each question more would follow it anew."""
    tables = ", ".join(f"t{n}" for n in range(MAX_QUESTIONS - 1))
    views = Views({("", "dbo", "v"): f"SELECT t1.a FROM {tables}"})
    assert check("SELECT a FROM dbo.v", POLICY, schema=views).masks == ()
    assert len(views.asked) == MAX_QUESTIONS


def test_views_of_too_many_tables_are_refused() -> None:
    """The names behind the views of one query are bounded."""
    tables = ", ".join(f"t{n}" for n in range(MAX_QUESTIONS + 1))
    views = Views({("", "dbo", "v"): f"SELECT t1.a FROM {tables}"})
    assert not ask("SELECT a FROM v", views)
    with pytest.raises(Refusal) as refused:
        check("SELECT a FROM v", POLICY, schema=views)
    assert str(MAX_QUESTIONS) in str(refused.value)


@pytest.mark.parametrize(
    "text", [None, "", "CREATE VIEW v AS", "CREATE VIEW v AS SELECT a) FROM t", "CREATE VIEW v AS ["]
)
def test_a_definition_that_cannot_be_read_names_nothing(text: str | None) -> None:
    """What is wrong with it is told when the view is followed, as a refusal."""
    view = TableShape("dbo", "v", ("a",), is_view=True, definition=text)
    assert view_sources(view) == ()
