"""The SQL Server reader, over a small server that answers its real statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.catalog.model import (
    Catalog,
    Computed,
    ForeignKey,
    Identity,
    Index,
    IndexKey,
    Partition,
    Partitioning,
    Routine,
    Sequence,
    Table,
)
from mssql_mcp.catalog.names import ObjectName
from mssql_mcp.catalog.sqlserver import SqlServerReader
from mssql_mcp.connection.call import Call
from mssql_mcp.errors import (
    DatabaseConnectionError,
    ObjectNotFoundError,
    QueryCancelledError,
    UnsupportedError,
)

if TYPE_CHECKING:
    from mssql_mcp.catalog.flight import Progress

KEY = ForeignKey(
    name="FK_Order_Customer",
    schema="sales",
    table="Order",
    columns=("CustomerId",),
    referenced_schema="dbo",
    referenced_table="Customer",
    referenced_columns=("Id",),
    on_delete="CASCADE",
    is_trusted=False,
)


def read(server: Any) -> Catalog:
    return SqlServerReader(server).catalog(Call(30))


def table(catalog: Catalog, schema: str, name: str) -> Table:
    found = catalog.table(schema, name)
    assert found is not None
    return found


def test_whole_database_is_read(small_server: Any) -> None:
    """Every kind of object of the database is in the catalog, sorted, and what Microsoft shipped is not."""
    catalog = read(small_server)
    assert (catalog.database, catalog.default_schema, catalog.comment) == ("Shop", "dbo", "A shop")
    assert catalog.server == "SMALL 16.0.4165.4 Enterprise"
    assert [(schema.name, schema.comment) for schema in catalog.schemas] == [("dbo", None), ("sales", "Selling")]
    assert [(item.schema, item.name, item.kind) for item in catalog.tables] == [
        ("dbo", "Customer", "table"),
        ("dbo", "CustomerHistory", "table"),
        ("sales", "Order", "table"),
        ("sales", "OrderTotals", "view"),
    ]
    assert [(item.name, item.target) for item in catalog.synonyms] == [("Client", "[dbo].[Customer]")]
    assert [(item.name, item.type, item.current) for item in catalog.sequences] == [("Numbers", "decimal(18,0)", "7")]
    assert [(item.name, item.kind, item.base) for item in catalog.types] == [
        ("Phone", "alias", "nvarchar(25)"),
        ("IdList", "table", ""),
    ]
    assert [column.name for column in catalog.types[1].columns] == ["Id"]
    assert [(trigger.name, trigger.events, trigger.definition) for trigger in catalog.triggers] == [
        ("TR_Ddl", ("CREATE_TABLE",), "CREATE TRIGGER TR_Ddl ON DATABASE FOR CREATE_TABLE AS RETURN")
    ]
    assert catalog.missing == ()
    assert catalog.fingerprint


def test_comments_of_parts_are_read_whole(small_server: Any) -> None:
    """Of parameters, constraints, foreign keys and triggers; also where one table alone is asked for."""
    for number, (kind, major, minor) in enumerate([(2, 120, 1), (1, 180, 0), (1, 185, 0), (1, 190, 0), (1, 160, 0)]):
        small_server.add(
            "sys.extended_properties",
            {"class": kind, "major_id": major, "minor_id": minor, "name": "MS_Description", "value": f"{number} why"},
        )
        parent = {180: 100, 185: 102, 190: 102, 160: 102}.get(major)
        if parent is not None:
            row = {"object_id": major, "name": f"part{major}", "type": "C", "schema_id": 1, "is_ms_shipped": 0}
            small_server.add("sys.objects", row | {"parent_object_id": parent})
    catalog = read(small_server)
    assert catalog.routines[0].parameters[0].comment == "0 why"
    alone = SqlServerReader(small_server).table(Call(30), ObjectName("Order", "sales"))[0]
    for order in (table(catalog, "sales", "Order"), alone):
        assert [order.checks[0].comment, order.foreign_keys[0].comment, order.triggers[0].comment] == [
            "2 why",
            "3 why",
            "4 why",
        ]
    assert table(catalog, "dbo", "Customer").defaults[0].comment == "1 why"


def test_a_sequence_without_numbers_is_kept(small_server: Any) -> None:
    """Some servers list it among the objects and tell nothing of it; that is said."""
    small_server._sqlite.execute("DELETE FROM sys.sequences")
    catalog = read(small_server)
    assert catalog.sequences == (Sequence("dbo", "Numbers", ""),)
    assert [part.part for part in catalog.missing] == ["numbers of sequences"]


def test_columns_say_all_that_the_server_says(small_server: Any) -> None:
    """Types are as in DDL; identity, default, mask, temporal role, encryption and foreign collation are there."""
    catalog = read(small_server)
    key, name, phone, start = table(catalog, "dbo", "Customer").columns
    assert (key.type, key.identity, key.is_nullable) == ("int", Identity(100, 5), False)
    assert (name.type, name.default, name.comment, name.collation) == ("nvarchar(100)", "(N'?')", "Full name", None)
    assert (phone.type, phone.alias, phone.marks, phone.masking) == (
        "nvarchar(25)", "dbo.Phone", ("sparse",), "default()",
    )  # fmt: skip
    assert (start.type, start.generated, start.marks) == ("datetime2(3)", "row start", ("hidden",))
    amount, tax, code = table(catalog, "sales", "Order").columns[2:]
    assert amount.encryption == "randomized"
    assert tax.computed == Computed("([Amount]*0.2)", is_persisted=True)
    assert (code.type, code.collation) == ("varchar(max)", "Greek_CI_AS")


def test_keys_and_indexes_are_read(small_server: Any) -> None:
    """Foreign keys stand at both ends; an index tells order, included columns, filter and state."""
    catalog = read(small_server)
    customer, order = table(catalog, "dbo", "Customer"), table(catalog, "sales", "Order")
    assert customer.primary_key is not None
    assert (customer.primary_key.columns, customer.primary_key.is_clustered) == (("Id",), True)
    assert [unique.columns for unique in customer.uniques] == [("Name",)]
    assert order.primary_key is not None
    assert order.primary_key.columns == ("CustomerId", "Line")
    assert order.foreign_keys == customer.referenced_by == (KEY,)
    assert order.indexes[1] == Index(
        name="IX_Amount",
        type="nonclustered",
        keys=(IndexKey("Amount", is_descending=True),),
        included=("Code",),
        filter="([Amount]>(0))",
        is_disabled=True,
        comment="For reports",
    )
    assert [(check.name, check.column) for check in order.checks] == [("CK_Order", "Amount")]
    assert [(item.name, item.column) for item in customer.defaults] == [("DF_Name", "Name")]


def test_rows_sizes_and_storage_come_from_the_books(small_server: Any) -> None:
    """Row counts and sizes come from the server's own book-keeping; a heap without storage has no known count."""
    catalog = read(small_server)
    customer, order = table(catalog, "dbo", "Customer"), table(catalog, "sales", "Order")
    assert (customer.row_count, customer.size_kb, customer.indexes[0].compression) == (40, 48, "page")
    assert (order.row_count, order.size_kb) == (15, 8)
    assert table(catalog, "dbo", "CustomerHistory").row_count is None
    assert order.partitioning == Partitioning("ps_line", "pf_line", "Line", is_right=True, boundaries=("1000",))
    assert not any("COUNT(" in statement.upper() for statement in small_server.asked)


def test_temporal_tables_and_marks_are_told(small_server: Any) -> None:
    """A system-versioned table names its history; marks say what else is special."""
    catalog = read(small_server)
    customer = table(catalog, "dbo", "Customer")
    assert (customer.temporal, customer.history_table) == ("system-versioned", "dbo.CustomerHistory")
    assert table(catalog, "dbo", "CustomerHistory").temporal == "history"
    assert table(catalog, "sales", "Order").marks == ("cdc",)
    assert table(catalog, "sales", "OrderTotals").marks == ("schema-bound",)


def test_routines_and_triggers_are_read(small_server: Any) -> None:
    """A routine has its parameters, result and text; a trigger its events and state."""
    catalog = read(small_server)
    procedure, function = catalog.routines
    assert isinstance(procedure, Routine)
    assert [(item.name, item.type, item.is_output, item.has_default) for item in procedure.parameters] == [
        ("@Id", "int", False, True),
        ("@Phone", "dbo.Phone", True, False),
    ]
    assert procedure.definition is not None
    assert procedure.definition.startswith("CREATE PROC dbo.GetCustomer")
    assert (function.flavour, function.returns, function.parameters) == ("scalar", "decimal(12,2)", ())
    (trigger,) = table(catalog, "sales", "Order").triggers
    assert (trigger.name, trigger.events, trigger.is_enabled) == ("TR_Order", ("INSERT", "UPDATE"), False)
    assert trigger.definition is not None


def test_round_trips_do_not_grow(make_server: Any) -> None:
    """A database with two hundred tables more takes the same number of statements."""
    small, large = make_server(), make_server()
    large.add("sys.objects", *({"object_id": 1000 + n, "name": f"T{n}", "type": "U ", "schema_id": 1,
                                "is_ms_shipped": 0, "parent_object_id": 0} for n in range(200)))  # fmt: skip
    first, second = read(small), read(large)
    assert len(second.tables) == len(first.tables) + 200
    assert first.round_trips == second.round_trips == len(large.asked)


def test_one_table_alone_is_the_same_table(small_server: Any) -> None:
    """Reading one table gives what the whole catalog says of it, and its partitions besides."""
    whole = table(read(small_server), "sales", "Order")
    alone, about = SqlServerReader(small_server).table(Call(30), ObjectName("order", "SALES"))
    assert alone.partitions == (Partition(1, 5), Partition(2, 10))
    assert {name: getattr(alone, name) for name in Table.__slots__ if name != "partitions"} == {
        name: getattr(whole, name) for name in Table.__slots__ if name != "partitions"
    }
    assert about.missing == ()


def test_a_bare_name_means_the_default_schema(small_server: Any) -> None:
    """`Order` exists in sales only and is found; beside a dbo.Order it means that one."""
    reader = SqlServerReader(small_server)
    assert reader.table(Call(30), ObjectName("Order"))[0].schema == "sales"
    small_server.add("sys.objects", {"object_id": 500, "name": "Order", "type": "U ", "schema_id": 1,
                                     "is_ms_shipped": 0, "parent_object_id": 0})  # fmt: skip
    assert reader.table(Call(30), ObjectName("Order"))[0].schema == "dbo"


def test_a_synonym_means_its_target(small_server: Any) -> None:
    """A synonym leads to its table; one of another database says where to look."""
    reader = SqlServerReader(small_server)
    assert reader.table(Call(30), ObjectName("Client"))[0].name == "Customer"
    small_server.add("sys.objects", {"object_id": 501, "name": "Far", "type": "SN", "schema_id": 1,
                                     "is_ms_shipped": 0, "parent_object_id": 0})  # fmt: skip
    small_server.add("sys.synonyms", {"object_id": 501, "base_object_name": "[Other].[dbo].[T]"})
    with pytest.raises(ObjectNotFoundError) as caught:
        reader.table(Call(30), ObjectName("Far"))
    assert caught.value.nearest == ("Other.dbo.T",)


def test_an_unknown_name_gets_the_nearest(small_server: Any) -> None:
    """A misspelt table is answered with those that look like it."""
    with pytest.raises(ObjectNotFoundError) as caught:
        SqlServerReader(small_server).table(Call(30), ObjectName("Custmer"))
    assert caught.value.nearest[0] == "dbo.Customer"


@pytest.mark.parametrize(
    ("view", "part"),
    [
        ("sys.tables", "table properties"),
        ("sys.identity_columns", "identity seeds"),
        ("sys.check_constraints", "check constraints"),
        ("sys.extended_properties", "comments"),
        ("sys.sql_modules", "definitions"),
        ("sys.triggers", "triggers"),
        ("sys.sequences", "sequences"),
        ("sys.synonyms", "synonyms"),
        ("sys.partition_schemes", "partitioning"),
    ],
)
def test_a_missing_part_is_named_and_the_rest_is_there(small_server: Any, view: str, part: str) -> None:
    """A view that the server lacks costs its own part only, and the answer says which and why."""
    small_server.drop(view)
    catalog = read(small_server)
    assert [(missing.part, view in missing.reason) for missing in catalog.missing] == [(part, True)]
    assert len(catalog.tables) == 4


def test_an_older_server_is_asked_for_what_it_has(make_server: Any) -> None:
    """On SQL Server 2008 nothing fails: columns that came later count as absent, without a statement in vain."""
    from mssql_mcp.catalog.statements import needed_columns

    server = make_server(absent=frozenset(needed_columns()) | {"sys.masked_columns"})
    catalog = read(server)
    assert catalog.missing == ()
    assert table(catalog, "dbo", "Customer").temporal == ""
    assert table(catalog, "dbo", "Customer").columns[2].masking is None
    assert catalog.round_trips == read(make_server()).round_trips


def test_a_second_choice_is_taken(make_server: Any) -> None:
    """Where allocation units, partitions or parameters cannot be read, the next source of the same facts is."""
    rows = {"object_id": 100, "index_id": 1, "row_count": 41, "reserved_page_count": 3}
    server = make_server(absent=frozenset({"sys.allocation_units", "sys.parameters", "sys.partitions"}))
    server.add("sys.dm_db_partition_stats", rows)
    catalog = read(server)
    customer = table(catalog, "dbo", "Customer")
    assert (customer.row_count, customer.size_kb) == (41, 24)
    assert catalog.missing == ()


def test_a_server_that_counts_no_rows_says_so(small_server: Any) -> None:
    """Where no table's rows are known, the answer says that rather than showing zeros."""
    small_server._sqlite.execute("UPDATE sys.partitions SET hobt_id = 0, rows = 0")
    catalog = read(small_server)
    assert [part.part for part in catalog.missing] == ["row counts"]
    assert all(found.row_count is None for found in catalog.tables)


def test_lacking_view_definition_is_said(small_server: Any) -> None:
    """A login without VIEW DEFINITION is told that it sees a part only; Babelfish, which always says so, is not."""
    small_server.sees_definitions = 0
    assert [part.permission for part in read(small_server).missing] == ["VIEW DEFINITION"]
    small_server.babelfish = 1
    assert read(small_server).missing == ()


def test_progress_is_told_part_by_part(small_server: Any) -> None:
    """Who reads a whole database is told before each part which one it is."""
    told: list[Progress] = []
    SqlServerReader(small_server).catalog(Call(30), report=told.append)
    assert [progress.done for progress in told] == list(range(told[0].total))
    assert {"columns", "foreign keys", "definitions"} <= {progress.step for progress in told}


def test_an_overview_is_cheap(small_server: Any) -> None:
    """An overview knows names, row counts and comments, and takes a third of the round trips."""
    reader = SqlServerReader(small_server)
    overview = reader.overview(Call(30))
    assert overview.depth == "overview"
    first = overview.tables[0]
    assert (first.name, first.row_count, first.columns) == ("Customer", 40, ())
    assert [item.name for item in overview.routines] == ["GetCustomer", "Gross"]
    assert overview.round_trips * 3 <= reader.catalog(Call(30)).round_trips + 3


def test_databases_are_listed(small_server: Any) -> None:
    """Each database has state, access and size; without the view of files only the size is gone."""
    reader = SqlServerReader(small_server)
    shop, model = reader.databases(Call(30))
    assert (shop.name, shop.size_kb, shop.is_accessible, shop.is_system) == ("Shop", 1024, True, False)
    assert (model.is_accessible, model.is_system, model.size_kb) == (False, True, None)
    small_server.drop("sys.master_files")
    assert [found.size_kb for found in reader.databases(Call(30))] == [None, None]
    small_server.drop("sys.databases")
    with pytest.raises(UnsupportedError):
        reader.databases(Call(30))


def test_a_lost_connection_is_no_missing_part(small_server: Any) -> None:
    """When the connection goes, the call fails rather than giving half a catalog."""
    small_server.broken = "sys.check_constraints"
    with pytest.raises(DatabaseConnectionError):
        read(small_server)


def test_a_cancelled_call_ends_between_statements(small_server: Any) -> None:
    """After a cancel no further statement is sent."""
    call = Call(30)
    call.cancel()
    with pytest.raises(QueryCancelledError):
        SqlServerReader(small_server).catalog(call)
    assert small_server.asked == []
