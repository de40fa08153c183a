"""Which names are SQL Server's own."""

from __future__ import annotations

import pytest

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
