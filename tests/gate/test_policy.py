"""What a connection may read, and that a refusal names the setting that refused."""

from __future__ import annotations

from typing import Any

import pytest

from mssql_mcp.gate import Policy, Refusal, check
from mssql_mcp.gate.policy import MaskRule
from mssql_mcp.settings import GateSettings


def policy(**settings: Any) -> Policy:
    return Policy.from_settings(GateSettings(**settings), database="Shop", default_schema="sales")


def refusal(sql: str, **settings: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        check(sql, policy(**settings))
    return refused.value


def test_the_default_settings_keep_a_query_in_its_database() -> None:
    """Without a setting, tables, views, functions and the system catalogue of the own database may be read."""
    for sql in (
        "SELECT * FROM sales.orders, hr.staff, dbo.f(1) x",
        "SELECT * FROM Shop.sales.orders",
        "SELECT * FROM [shop]..orders",
        "SELECT * FROM sys.tables, INFORMATION_SCHEMA.COLUMNS, sysobjects, master.sys.databases, msdb.dbo.backupset",
        "SELECT * FROM tempdb..#work",
        "SELECT sales.orders.total FROM sales.orders JOIN hr.staff ON sales.orders.id = hr.staff.id",
    ):
        assert check(sql, policy())


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM Other.dbo.t",
        "SELECT * FROM Other..t",
        "SELECT * FROM Other.sys.tables",
        "SELECT * FROM master.dbo.customers",
        "SELECT * FROM msdb.dbo.customers",
        "SELECT * FROM t CROSS APPLY Other.dbo.f(t.a) x",
        "WITH c AS (SELECT * FROM Other.dbo.t) SELECT * FROM c",
        "SELECT (SELECT MAX(a) FROM Other.dbo.t)",
        "SELECT * FROM CONTAINSTABLE(Other.dbo.t, *, 'x') k",
    ],
)
def test_another_database_is_refused(sql: str) -> None:
    """A three-part name that leaves the database is refused unless the database is named in the settings."""
    refused = refusal(sql)
    assert (refused.code, refused.details["rule"]) == ("policy.other_database", "allow_databases")
    assert refused.token.lower().startswith(("other", "master", "msdb"))
    if "Other" in sql and "sys" not in sql:
        assert check(sql, policy(allow_databases=("oth*",)))


@pytest.mark.parametrize(
    ("settings", "allowed", "denied", "rule"),
    [
        ({"allow_schemas": ("sales",)}, "sales.orders", "hr.staff", "allow_schemas"),
        ({"allow_schemas": ("sales",)}, "sys.tables", "orders", "allow_schemas"),  # orders may be dbo.orders
        ({"allow_schemas": ("sales", "dbo")}, "orders", "hr.staff", "allow_schemas"),
        ({"deny_schemas": ("h*",)}, "sales.orders", "HR.staff", "deny_schemas: h*"),
        ({"deny_schemas": ("sys",)}, "sales.orders", "sys.tables", "deny_schemas: sys"),
        ({"allow_objects": ("sales.*", "hr.staff")}, "hr.staff", "hr.pay", "allow_objects"),
        ({"deny_objects": ("pay",)}, "hr.staff", "hr.[Pay ]", "deny_objects: pay"),
        ({"deny_objects": ("dbo.secret",)}, "hr.secret", "secret", "deny_objects: dbo.secret"),
        ({"deny_objects": ("shop.hr.*",)}, "sales.orders", "Shop.hr.staff", "deny_objects: shop.hr.*"),
        ({"deny_objects": ("hr.s?aff",), "allow_objects": ("*.*",)}, "hr.stuff", "hr.staff", "deny_objects: hr.s?aff"),
        ({"system_catalog": False}, "sales.orders", "sys.tables", "system_catalog = false"),
        ({"system_catalog": False}, "sales.orders", "sysobjects", "system_catalog = false"),
        ({"allow_objects": ("sales.f",)}, "sales.f(1)", "hr.f(1)", "allow_objects"),
        ({"allow_objects": ("sales.*",)}, "OPENJSON('[]')", "of_team(1)", "allow_objects"),
    ],
)
def test_objects_are_held_against_the_settings(settings: dict[str, Any], allowed: str, denied: str, rule: str) -> None:
    """Globs of schemas and objects allow and deny; a denial wins and names its pattern."""
    assert check(f"SELECT * FROM {allowed} x", policy(**settings))
    refused = refusal(f"SELECT a FROM t1 WHERE EXISTS (SELECT * FROM {denied} x)".replace("t1", allowed), **settings)
    assert (refused.code, refused.details["rule"]) == ("policy.denied_object", rule)
    assert refused.token in denied


def test_an_expression_does_not_hide_a_table() -> None:
    """A CTE that is defined later, or spelled in another case, does not make a denied table pass."""
    for sql in (
        "WITH a AS (SELECT * FROM pay), pay AS (SELECT 1 AS x) SELECT * FROM a",
        "WITH Pay AS (SELECT 1 AS x) SELECT * FROM pay",
        "WITH pay AS (SELECT 1 AS x) SELECT * FROM hr.pay",
    ):
        assert refusal(sql, deny_objects=("pay",)).code == "policy.denied_object"
    assert check("WITH pay AS (SELECT 1 AS x) SELECT * FROM pay", policy(deny_objects=("pay",)))


def test_another_database_needs_its_name_in_an_allowing_glob() -> None:
    """A glob without a database allows the own database only."""
    both = {"allow_databases": ("Other",), "allow_objects": ("sales.*",)}
    assert refusal("SELECT * FROM Other.sales.t", **both).code == "policy.denied_object"
    assert check("SELECT * FROM Other.sales.t", policy(**{**both, "allow_objects": ("other.sales.*",)}))


def test_functions_are_held_against_the_settings() -> None:
    """A denied function is found wherever it is called, under any quoting."""
    for sql in ("SELECT HOST_NAME()", "SELECT [host_name]()", "SELECT 1 FROM t WHERE host_name () = 'x'"):
        refused = refusal(sql, deny_functions=("host_*",))
        assert (refused.code, refused.details["rule"]) == ("policy.denied_function", "deny_functions: host_*")
    assert refusal("SELECT dbo.slow(1)", deny_functions=("dbo.slow",)).code == "policy.denied_function"
    assert check("SELECT host_name FROM t", policy(deny_functions=("host_*",)))
    for sql, name in (("SELECT SYSTEM_USER", "*_user"), ("SELECT @@VERSION", "@@ver*")):
        assert refusal(sql, deny_functions=(name,)).code == "policy.denied_function"


def test_a_scalar_function_is_an_object_like_any_other() -> None:
    """Rules about schemas, objects and databases hold for functions that are called, not only for those in FROM."""
    assert refusal("SELECT hr.pay_of(1)", deny_schemas=("hr",)).code == "policy.denied_object"
    assert refusal("SELECT dbo.pay_of(1)", deny_objects=("pay_*",)).code == "policy.denied_object"
    assert refusal("SELECT hr.pay_of(1)", allow_schemas=("sales",)).code == "policy.denied_object"
    assert refusal("SELECT Other.dbo.f(1)").code == "policy.other_database"
    assert check("SELECT Shop.sales.f(1), sales.f(2)", policy(allow_schemas=("sales",)))


def test_methods_of_types_are_no_objects() -> None:
    """What is called on a column of xml or a spatial type is no function of another schema or database."""
    sql = "SELECT t.doc.value('.', 'int'), geography::Point(1, 2, 4326), place.STAsText(), $PARTITION.f(1) FROM sales.t"
    assert check(sql, policy(allow_schemas=("sales",)))
    assert check(
        "SELECT n.c.query('.') FROM sales.t CROSS APPLY t.doc.nodes('/a') n(c)", policy(allow_schemas=("sales",))
    )
    assert check("SELECT n.c.query('.') FROM t CROSS APPLY t.doc.nodes('/a') n(c)", policy())


@pytest.mark.parametrize(
    ("settings", "sql"),
    [
        ({"deny_objects": ("pay",)}, "SELECT * FROM hr.ｐay"),
        ({"deny_schemas": ("hr",)}, "SELECT * FROM [ｈr].staff"),
        ({"deny_functions": ("dbo.slow",)}, "SELECT dbo.[slöw](1)"),
        ({"system_catalog": False}, "SELECT * FROM [ｓys].tables"),
        ({}, "SELECT * FROM sys.[ｆn_dblog](NULL, NULL)"),
        ({}, "SELECT * FROM [ｘp_dirtree]"),
    ],
)
def test_another_spelling_does_not_escape_a_denial(settings: dict[str, Any], sql: str) -> None:
    """Collations see one name in several spellings; what is denied is denied in all of them."""
    assert refusal(sql, **settings)


def test_names_of_other_alphabets_are_not_mistaken() -> None:
    """Rules about Latin names say nothing about names in other letters."""
    assert check(
        "SELECT * FROM dbo.顧客, Ölpreise, Übersicht, заказы", policy(deny_objects=("pay", "sp*"), deny_schemas=("hr",))
    )


def test_values_of_tables_by_number_are_not_shown_beside_rules_about_objects() -> None:
    """A histogram shows values of whatever table it is asked for, so rules about objects keep it shut."""
    sql = "SELECT * FROM sys.dm_db_stats_histogram(OBJECT_ID('hr.staff'), 1)"
    assert refusal(sql, deny_schemas=("hr",)).code == "policy.denied_object"
    assert check(sql, policy())


def test_a_text_that_the_server_is_to_describe_is_refused() -> None:
    """While it describes a text, a server may ask other servers that the text names."""
    text = "SELECT * FROM sys.dm_exec_describe_first_result_set(N'SELECT * FROM OPENQUERY(s, ''q'')', NULL, 0)"
    assert refusal(text).code == "gate.external"


@pytest.mark.parametrize(
    "source",
    [
        "t FOR SYSTEM_TIME ALL (XLOCK)",
        "t FOR SYSTEM_TIME AS OF '2020-01-01' (XLOCK)",
        "t FOR SYSTEM_TIME CONTAINED IN ('a', 'b') (XLOCK)",
        "t x TABLESAMPLE (10) (TABLOCKX)",
        "f(1) (UPDLOCK)",
    ],
)
def test_blocking_hints_are_found_behind_every_part_of_a_source(source: str) -> None:
    """A hint without WITH may stand after a table's time, its sample, or a function's arguments."""
    assert refusal(f"SELECT a FROM {source}").code == "policy.blocking_hint"


def test_what_reaches_outside_is_refused_whatever_the_settings_say() -> None:
    """No setting allows files, other servers or models."""
    open_policy = Policy(allow_objects=("*",), allow_databases=("*",), blocking_hints=True)
    for sql in ("SELECT * FROM sys.fn_dblog(NULL, NULL)", "SELECT * FROM a.b.c.d", "SELECT AI_SUMMARIZE(a) FROM t"):
        with pytest.raises(Refusal) as refused:
            check(sql, open_policy)
        assert refused.value.code in ("gate.external", "gate.linked_server")
    assert check("SELECT * FROM AI_GENERATE_CHUNKS(source = 'x', chunk_type = FIXED, chunk_size = 5)")


def test_blocking_hints_follow_the_setting() -> None:
    """Lock hints that block writers are refused by default and may be allowed."""
    sql = "SELECT * FROM t WITH (UPDLOCK)"
    refused = refusal(sql)
    assert (refused.code, refused.token, refused.rewrite) == ("policy.blocking_hint", "UPDLOCK", "SELECT * FROM t")
    assert check(sql, policy(blocking_hints=True))


def test_joins_and_recursion_are_bounded() -> None:
    """Joins of every kind are counted together; MAXRECURSION may ask for so much, and never for no limit."""
    joined = "SELECT 1 FROM a, b JOIN c ON 1 = 1 CROSS APPLY (SELECT 1 FROM d JOIN e ON 1 = 1) x"
    assert check(joined, policy(max_joins=4))
    refused = refusal(joined, max_joins=3)
    assert (refused.code, refused.details["rule"]) == ("policy.max_joins", "max_joins = 3")
    assert check("SELECT 1 OPTION (MAXRECURSION 50)", policy(max_recursion=50))
    for asked in (0, 51):
        refused = refusal(f"SELECT 1 OPTION (MAXRECURSION {asked})", max_recursion=50)
        assert (refused.code, refused.details["rule"]) == ("policy.max_recursion", "max_recursion = 50")


def test_without_a_tree_no_rule_about_objects_can_pass() -> None:
    """A proven text that cannot be parsed passes on an open connection only."""
    sql = "SELECT %%physloc%% FROM sales.orders"
    assert not check(sql, policy()).has_tree
    for settings in ({"allow_schemas": ("sales",)}, {"max_joins": 5}, {"mask_hidden": ("a.b",)}):
        assert refusal(sql, **settings).code == "gate.no_tree"
    assert check(sql, policy(deny_functions=("host_name",)))  # calls are known without a tree


def test_masks_come_from_settings_and_classifications() -> None:
    """Globs of the settings become mask rules; what the server calls sensitive is masked as they say."""
    settings = GateSettings(mask_hidden=("a.b",), mask_partial=("c.d.e",), mask_classified="hashed")
    made = Policy.from_settings(settings)
    assert made.masks == (MaskRule("a.b", "hidden"), MaskRule("c.d.e", "partial"))
    assert made.mask_classified == "hashed"
    assert made.has_masks
    assert Policy.from_settings(GateSettings(mask_classified="partial")).needs_tree
    assert not Policy.from_settings(GateSettings()).has_masks


def test_a_glob_that_is_no_name_is_refused_at_once() -> None:
    """A pattern that could never match is not accepted silently."""
    with pytest.raises(ValueError, match="not a dotted name"):
        policy(deny_objects=("hr.[staff",))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT OBJECT_ID('hr.secret')",
        "SELECT [object_definition](1)",
        "SELECT a FROM t WHERE COL_NAME(1, 1) = 'x'",
        "SELECT * FROM fn_listextendedproperty(NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
        "SELECT * FROM ::fn_my_permissions(NULL, 'DATABASE')",
    ],
)
def test_metadata_functions_belong_to_the_catalogue(sql: str) -> None:
    """What answers from the system catalogue is refused where that is closed, and only there."""
    assert check(sql, Policy(deny_schemas=("hr",)))
    with pytest.raises(Refusal) as refused:
        check(sql, Policy(system_catalog=False))
    assert (refused.value.code, refused.value.details["rule"]) == ("policy.denied_object", "system_catalog = false")
