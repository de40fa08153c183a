"""Parameters are named without their @ and can be bound."""

import pytest

from mssql_mcp.errors import ValidationError
from mssql_mcp.execution.question import Query


def test_names_lose_their_at_sign():
    """`@id` and `id` are the same name."""
    assert Query("SELECT @id", {"@id": 5, "name": None}).values() == {"id": 5, "name": None}


@pytest.mark.parametrize("value", [[1, 2], {"a": 1}, b"x", object()])
def test_what_cannot_be_bound_is_refused_by_name(value):
    """A list is not pasted into the text."""
    with pytest.raises(ValidationError, match="'ids'") as caught:
        Query("SELECT 1", {"ids": value}).values()
    assert caught.value.code == "input.parameter"
