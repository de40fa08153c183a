"""What lineage asks about masks, tables and views."""

from __future__ import annotations

import pytest

from mssql_mcp.gate import Policy, Refusal, check
from mssql_mcp.gate.lexer import tokenize
from mssql_mcp.gate.masking import Masking, query_text, view_tokens
from mssql_mcp.gate.policy import MaskRule
from mssql_mcp.gate.schema import TableShape


class OneView:
    """A table and a view over it, whose definition each test gives."""

    def __init__(self, definition: str | None, columns: tuple[str, ...] = ("a", "b")) -> None:
        self.view = TableShape("dbo", "v", columns, is_view=True, definition=definition)

    def find(self, database: str, schema: str, name: str) -> TableShape | None:
        tables = {("dbo", "t"): TableShape("dbo", "t", ("a", "b")), ("s", "t"): TableShape("s", "t", ("a", "b"))}
        return self.view if name == "v" else tables.get((schema, name))


POLICY = Policy(masks=(MaskRule("dbo.t.b", "partial"), MaskRule("b", "hashed")))


def masks(definition: str | None, columns: tuple[str, ...] = ("a", "b")) -> tuple[str | None, ...]:
    return check("SELECT * FROM v", POLICY, schema=OneView(definition, columns)).masks


def test_the_strictest_of_several_globs_wins() -> None:
    """Where several globs match a column, the one that shows least decides."""
    masking = Masking(POLICY, None, ())
    assert masking.mask_of(("shop", "dbo", "t", "b")) == "hashed"
    assert masking.mask_of(("shop", "dbo", "t", "a")) is None


@pytest.mark.parametrize(
    "definition",
    [
        "CREATE VIEW dbo.v AS SELECT a, b FROM dbo.t",
        "create or alter view v (a, b) with schemabinding, view_metadata as select a, b from dbo.t with check option;",
        "/* AS */ ALTER VIEW [v] AS WITH c AS (SELECT * FROM t) SELECT a, b FROM c",
    ],
)
def test_a_views_text_is_followed(definition: str) -> None:
    """What a view shows of a masked table is masked."""
    assert masks(definition) == (None, "hashed")


@pytest.mark.parametrize(
    "definition",
    [
        None,
        "",
        "SELECT a, b FROM t",
        "CREATE VIEW v AS SELECT",
        "CREATE VIEW v AS SELECT * FROM nowhere",
        "CREATE VIEW v AS SELECT a,, b FROM t",
        "CREATE VIEW v AS SELECT a, b) FROM t",
        "CREATE VIEW v AS",
        "CREATE VIEW v",
    ],
)
def test_a_view_that_cannot_be_followed_is_not_read(definition: str | None) -> None:
    """A view whose text is missing, unreadable or about unknown tables is refused."""
    with pytest.raises(Refusal) as refused:
        masks(definition)
    assert refused.value.code == "policy.masked_column"


def test_a_view_whose_columns_no_longer_fit_is_not_read() -> None:
    """Where text and columns of a view differ in number, nobody knows which is which."""
    with pytest.raises(Refusal):
        masks("CREATE VIEW v AS SELECT * FROM t", ("a",))


def test_a_view_of_another_schema_looks_there_first() -> None:
    """A name without schema inside a view means its own schema's table first."""
    lookup = OneView("CREATE VIEW s.v AS SELECT a, b FROM t")
    lookup.view = TableShape("s", "v", ("a", "b"), is_view=True, definition=lookup.view.definition)
    only_dbo = Policy(masks=(MaskRule("dbo.t.b", "partial"),))
    assert check("SELECT * FROM v", only_dbo, schema=lookup).masks == ()


def test_a_mask_may_name_the_views_own_column() -> None:
    """A glob that matches a view's column masks it, whatever lies behind."""
    policy = Policy(masks=(MaskRule("v.a", "hidden"),))
    lookup = OneView("CREATE VIEW dbo.v AS SELECT a, b FROM dbo.t")
    assert check("SELECT b, a FROM v", policy, schema=lookup).masks == (None, "hidden")


def test_the_query_of_a_view_is_cut_out() -> None:
    """Only what follows AS is parsed, without WITH CHECK OPTION."""
    text = 'CREATE VIEW "a b".v (x) AS SELECT 1 AS x -- note\n WITH CHECK OPTION'
    assert query_text(view_tokens(text)).split() == ["SELECT", "1", "AS", "[x]"]


def test_names_are_counted_without_strings_and_keywords() -> None:
    """What stands in quotes as text, and what is reserved, is no mention of a name."""
    tokens = tokenize("SELECT a, [A], 'a', \"a\" FROM t /* a */", {})
    assert dict(Masking(POLICY, None, tokens).written_names()) == {"a": 3, "t": 1}


COMPUTED = TableShape(
    "dbo",
    "t",
    ("a", "b", "c", "d", "e", "f", "g"),
    not_in_star=frozenset(("d",)),
    computed=(("c", "(left([B],(3)))"), ("e", "([a]+(1))"), ("f", ""), ("g", "([dbo].[f]([a]))")),
)


class OneTable:
    """A table with computed columns."""

    def find(self, database: str, schema: str, name: str) -> TableShape | None:
        return COMPUTED if name == "t" else None


def test_a_column_computed_from_a_masked_one_is_hidden() -> None:
    """An expression that names a masked column, calls a function or cannot be read shows what the mask covers."""
    found = check("SELECT b, c, e, f, g FROM t", POLICY, schema=OneTable()).masks
    assert found == ("hashed", "hidden", None, "hidden", "hidden")
    open_policy = Policy(masks=(MaskRule("other", "hidden"),))
    assert check("SELECT b, c, e, f, g FROM t", open_policy, schema=OneTable()).masks == ()


def test_masks_keep_their_places_beside_columns_that_a_star_leaves_out() -> None:
    """A hidden column takes no place among those of `*`."""
    assert check("SELECT * FROM t", POLICY, schema=OneTable()).masks == (
        None, "hashed", "hidden", None, "hidden", "hidden",
    )  # fmt: skip


class Databases:
    """Tables and views of one name in two databases and two schemas, of which one table has a masked column each."""

    def find(self, database: str, schema: str, name: str) -> TableShape | None:
        def view(query: str) -> TableShape:
            text = f"CREATE VIEW {schema}.{name} AS {query}"
            return TableShape(schema, name, ("a", "b"), is_view=True, definition=text, database=database)

        views = {"v": "SELECT a, b FROM t", "w": "SELECT a, b FROM dbo.t", "x": "SELECT a, b FROM Shop.dbo.t"}
        if name in views:
            return view(views[name])
        return TableShape(schema, name, ("a", "b"), database=database) if schema in ("dbo", "s", "two") else None


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT b FROM t", ()),
        ("SELECT b FROM two.dbo.t", ("hidden",)),
        ("SELECT b FROM two.dbo.v", ("hidden",)),
        ("SELECT b FROM two.dbo.w", ("hidden",)),
        ("SELECT b FROM two.dbo.x", ()),
        ("SELECT b FROM s.v", ("hidden",)),
        ("SELECT x.b, y.b FROM t AS x, s.v AS y", (None, "hidden")),
        ("SELECT x.b, y.b FROM s.v AS x, t AS y", ("hidden", None)),
        ("SELECT x.b, y.b FROM Shop..t AS x, two.s.v AS y", (None, "hidden")),
    ],
)
def test_a_name_means_what_lies_where_it_is_written(sql: str, expected: tuple[str | None, ...]) -> None:
    """In a view that is the view's own database and schema, whatever the query around it reads under that name."""
    policy = Policy(masks=(MaskRule("two.*.t.b", "hidden"), MaskRule("s.t.b", "hidden")), database="Shop")
    assert check(sql, policy, schema=Databases()).masks == expected


def test_a_name_in_another_database_needs_its_schema() -> None:
    """Nobody knows the login's default schema there; and no schema of that name is meant here."""
    policy = Policy(masks=(MaskRule("two.dbo.t.b", "hidden"),), database="Shop")
    with pytest.raises(Refusal) as refused:
        check("SELECT b FROM two..t", policy, schema=Databases())
    assert refused.value.code == "policy.masked_column"
    assert "no schema" in refused.value.message
