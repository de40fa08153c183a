"""Which names are SQL Server's own."""

from __future__ import annotations

import pytest

from mssql_mcp.gate import Policy, Refusal, check
from mssql_mcp.gate.policy import MaskRule
from mssql_mcp.gate.system import is_builtin_function, is_system_object


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sys.tables", True), ("Information_Schema.Columns", True), ("master.sys.databases", True),
        ("sysobjects", True), ("dbo.sysobjects", True), ("msdb.dbo.backupset", True), ("msdb.dbo.sysjobs", True),
        ("master.dbo.spt_values", True), ("tempdb..#t", True), ("master..sysdatabases", True),
        ("shop.sys.tables", False), ("dbo.orders", False), ("hr.sysobjects", False), ("msdb.dbo.mine", False),
        ("master.dbo.mine", False), ("sys", False), ("shop.dbo.sysobjects", False), ("sysmine", False),
    ],
)  # fmt: skip
def test_the_system_catalogue_is_known(name: str, expected: bool) -> None:
    """System schemas, compatibility views and documented system tables belong to it, in system databases only."""
    assert is_system_object(name.split(".")) is expected


def test_builtin_row_sets_are_called_without_a_schema() -> None:
    """A function with a schema is somebody's own, whatever its name."""
    assert is_builtin_function(("OpenJson",))
    assert not is_builtin_function(("dbo", "openjson"))
    assert not is_builtin_function(("mine",))


@pytest.mark.parametrize(
    "name",
    [
        "sys.[query_store_query_téxt]",
        "sys.[dm_exec_sql_teｘt](0x)",
        "sys.[plan_guidès]",
        "sys.dm_tran_version_store",
        "sys.column_store_segments",
        "sys.column_store_dictionaries",
        "sys.transmission_queue",
        "sys.dm_exec_distributed_sql_requests",
        "sys.dm_pdw_errors",
        "sys.dm_os_ring_buffers",
        "sys.partition_range_values",
        "sys.query_store_plan_feedback",
        "sys.event_log",
        "sys.change_tracking_245575913",
        "sys.plan_persist_query_text",
        "msdb.dbo.sysjobsteps",
        "msdb..sysmail_allitems",
        "dbo.syscacheobjects",
    ],
)
def test_what_shows_values_or_texts_of_others_is_not_read_beside_masks(name: str) -> None:
    """In whatever spelling a collation takes for the name; without masks they are read."""
    masked = Policy(masks=(MaskRule("dbo.people.ssn", "hidden"),), database="Shop")
    with pytest.raises(Refusal) as refused:
        check(f"SELECT * FROM {name}", masked, schema=Nothing())
    assert refused.value.code == "policy.masked_column"
    assert check(f"SELECT * FROM {name}")


@pytest.mark.parametrize(
    "name",
    ["sys.tables", "sys.change_tracking_tables", "sys.dm_exec_query_stats", "sys.query_store_query", "msdb.dbo.sysjobs",
     "sys.dm_db_index_usage_stats", "INFORMATION_SCHEMA.COLUMNS", "sys.sql_modules", "sys.dm_exec_requests"],
)  # fmt: skip
def test_the_rest_of_the_system_catalogue_is_read_beside_masks(name: str) -> None:
    """Names, numbers and states tell nothing of rows."""
    masked = Policy(masks=(MaskRule("dbo.people.ssn", "hidden"),), database="Shop")
    assert check(f"SELECT * FROM {name}", masked, schema=Nothing())


class Nothing:
    """A database without tables."""

    def find(self, database: str, schema: str, name: str) -> None:
        """Know nothing."""
