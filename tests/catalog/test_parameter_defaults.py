"""Defaults are read from the header of a routine's text, and nothing else of it is."""

from __future__ import annotations

import pytest

from mssql_mcp.catalog.parameter_defaults import parameter_defaults
from mssql_mcp.demo import schema

CASES = {
    "none": ("CREATE PROCEDURE dbo.p AS SELECT 1", {}),
    "no default": ("CREATE PROC p @a int, @b nvarchar(50) AS SELECT @a", {}),
    "one": ("CREATE PROCEDURE dbo.p @a int, @b date = NULL AS SELECT 1", {"@b": "NULL"}),
    "kinds": (
        "create or alter proc [dbo].[a = b] @A int = -1, @b nvarchar(9) = N'it''s, AS', @c decimal(9,2)=1.5 out as x",
        {"@a": "-1", "@b": "N'it''s, AS'", "@c": "1.5"},
    ),
    "in parentheses": (
        "CREATE PROC p (@a int = 1, @b int = 2 OUT) WITH RECOMPILE AS SELECT @b",
        {"@a": "1", "@b": "2"},
    ),
    "AS before the type": ("CREATE PROC p @a AS int = 3 AS SELECT @a", {"@a": "3"}),
    "comments": (
        "CREATE PROC p /* @x int = 9 /* = 8 */ */ @a int -- = 7\n = /* no */ 6 AS SELECT 1",
        {"@a": "/* no */ 6"},
    ),
    "a table type": ("CREATE PROC p @t dbo.ids READONLY, @n int = 4 AS SELECT 1", {"@n": "4"}),
    "the body is not read": ("CREATE PROC p @a int AS DECLARE @b int = 5; SELECT @b = @a", {}),
    "a function": (
        "CREATE FUNCTION f (@a int, @b int = DEFAULT_B) RETURNS int AS BEGIN RETURN @a END",
        {"@b": "DEFAULT_B"},
    ),
    "a function without parameters": (
        "CREATE FUNCTION f () RETURNS TABLE AS RETURN SELECT 1 AS a WHERE @@SPID = 1",
        {},
    ),
    "a table function": (
        "CREATE FUNCTION f (@a int = 1) RETURNS @r TABLE (x int DEFAULT (2)) AS BEGIN RETURN END",
        {"@a": "1"},
    ),
    "not ended": ("CREATE PROC p @a varchar(9) = 'open", {}),
}


@pytest.mark.parametrize(("definition", "expected"), CASES.values(), ids=CASES)
def test_defaults_are_found(definition: str, expected: dict[str, str]) -> None:
    """Each parameter with a default has it, as it was written; the others are left out."""
    assert parameter_defaults(definition) == expected


def test_the_sample_database_s_routines_agree() -> None:
    """What the texts of the sample database say is what its declaration says."""
    for routine in schema.ROUTINES:
        declared = {parameter.name for parameter in routine.parameters if parameter.has_default}
        assert set(parameter_defaults(routine.definition)) == declared, routine.full_name
