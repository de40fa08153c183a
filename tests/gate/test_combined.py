"""What a set operation may put under one mask."""

from __future__ import annotations

import pytest

from mssql_mcp.gate.combined import combined, mixed
from mssql_mcp.gate.scope import OutputColumn

MAIL = OutputColumn("mail", "hashed", type="nvarchar(40)")


@pytest.mark.parametrize(
    ("other", "is_alike"),
    [
        (OutputColumn("x", "hashed", type="NVARCHAR(max)"), True),
        (OutputColumn("x", "partial", type="nvarchar(40)"), False),
        (OutputColumn("x", "hashed", type="varchar(40)"), False),
        (OutputColumn("x", "hashed", type="nchar(40)"), False),
        (OutputColumn("x", "hashed"), False),
        (OutputColumn("x", None, type="nvarchar(40)"), False),
    ],
)
def test_a_masked_column_goes_with_its_like(other: OutputColumn, is_alike: bool) -> None:
    """Mask and type must be the same, whichever side is first; a length changes no value."""
    assert (combined(MAIL, other, is_null=(False, False)) is not None) == is_alike
    assert (combined(other, MAIL, is_null=(False, False)) is not None) == is_alike


def test_types_with_a_length_that_changes_values_must_be_equal() -> None:
    """A char is padded, and a decimal gets digits."""
    for written in ("char(3)", "decimal(9,2)"):
        first, second = OutputColumn("a", "partial", type=written), OutputColumn("b", "partial", type="char(4)")
        assert combined(first, first, is_null=(False, False)) == first
        assert combined(first, second, is_null=(False, False)) is None


def test_null_takes_the_type_of_the_other_side() -> None:
    """So it goes with every masked column, under the name of the first query."""
    null = OutputColumn("nothing")
    assert combined(MAIL, null, is_null=(False, True)) == MAIL
    found = combined(null, MAIL, is_null=(True, False))
    assert found is not None
    assert (found.name, found.mask, found.type) == ("nothing", "hashed", "nvarchar(40)")


def test_what_nobody_masks_goes_with_everything() -> None:
    """And what a view mixes is hidden."""
    assert combined(OutputColumn("a"), OutputColumn("b"), is_null=(False, False)) == OutputColumn("a")
    assert mixed(MAIL, OutputColumn("b"), "hidden") == OutputColumn("mail", "hidden")
