"""A profile goes through the gate, and shows nothing that a mask hides."""

from __future__ import annotations

import pytest

from mssql_mcp.catalog.profile import ColumnProfile, TableProfile
from mssql_mcp.connection.call import Call
from mssql_mcp.connection.registry import Registry
from mssql_mcp.errors import ObjectNotFoundError, SecurityError, ValidationError
from mssql_mcp.insight.profiles import SafeProfile
from mssql_mcp.settings import ConnectionSettings, GateSettings, LimitSettings, PoolSettings, Settings
from mssql_mcp.workspace import Workspace


def profile(name, gate=None, limits=None, pool=None, **choices):
    settings = Settings(
        connections={"demo": ConnectionSettings(demo=True, pool=pool or PoolSettings())},
        gate=gate or GateSettings(),
        limits=limits or LimitSettings(),
    )
    workspace = Workspace(settings, Registry(settings))
    call = Call(60)
    try:
        return workspace.profile(name, call, **choices)
    finally:
        call.run_deferred()
        workspace.close()


def test_the_values_of_a_small_table_are_counted_whole() -> None:
    """What is told is what is there."""
    found = profile("sales.order_statuses").profile
    assert (found.sampled, found.method) == (7, "all")
    final = next(column for column in found.columns if column.name == "is_final")
    assert sum(count for _, count in final.top) == 7


def test_chosen_columns_only() -> None:
    """A profile of one column asks about no other."""
    found = profile("customers", columns=["[kind]"])
    assert [column.name for column in found.profile.columns] == ["kind"]
    assert {value for value, _ in found.profile.columns[0].top} == {"business", "person", "public"}
    assert "common:" in found.text()


def test_small_limits_of_answers_do_not_cut_a_profile() -> None:
    """The limits are for what is shown; the profile's own answers are small by themselves."""
    limits = LimitSettings(max_rows=1, row_ceiling=1, max_characters=1_000)
    found = profile("customers", limits=limits).profile
    assert len(found.columns) > 10


def test_a_profile_of_many_statements_needs_one_connection() -> None:
    """Each statement gives its connection back before the next wants one, so that no pool is too small."""
    found = profile("customers", pool=PoolSettings(size=1, max_overflow=0)).profile
    assert len(found.columns) > 12


def test_masked_columns_are_left_out_and_named() -> None:
    """Least, greatest and commonest values would tell what the mask hides."""
    found = profile("customers", GateSettings(mask_hidden=("sales.customers.phone",)))
    assert found.masked == ("phone",)
    assert "+00 " not in found.text()
    assert "Masked, and left out: phone." in found.text()


def test_a_masked_column_is_left_out_however_it_is_written() -> None:
    """Case and brackets do not bring its values back."""
    gate = GateSettings(mask_hidden=("sales.customers.phone",))
    found = profile("customers", gate, columns=["[PHONE]", "kind"])
    assert found.masked == ("phone",)
    assert [column.name for column in found.profile.columns] == ["kind"]


def test_a_profile_of_masked_columns_only_is_refused() -> None:
    """There is nothing left to look at."""
    with pytest.raises(SecurityError) as caught:
        profile("customers", GateSettings(mask_partial=("*.customers.email",)), columns=["email"])
    assert caught.value.code == "policy.masked_column"


def test_a_refusal_points_at_no_text_that_the_caller_never_saw() -> None:
    """Position, token and rewrite belong to a statement of the profile's own; code, message and rule are kept."""
    with pytest.raises(SecurityError) as caught:
        profile("customers", GateSettings(deny_objects=("sales.customers",)))
    facts = caught.value.as_dict()
    assert (facts["code"], facts["rule"]) == ("policy.denied_object", "deny_objects: sales.customers")
    assert facts.keys().isdisjoint(("position", "line", "column", "token", "rewrite"))


def test_unknown_names_are_said() -> None:
    """Table and column."""
    with pytest.raises(ObjectNotFoundError):
        profile("custmers")
    with pytest.raises(ValidationError) as caught:
        profile("customers", columns=["nme"])
    assert caught.value.code == "input.unknown_column"


@pytest.mark.parametrize("count", [3, 900])
def test_a_bounded_text_says_what_is_masked(count: int) -> None:
    """By name, or how many they are where their names would take too much of it."""
    lines = tuple(ColumnProfile(f"c{number}", "int", nulls=0) for number in range(500))
    masked = tuple(f"secret_{number}" for number in range(count))
    found = SafeProfile(TableProfile("dbo", "wide", 10, 10, "all", lines), masked)
    text = found.text(4_000)
    assert 3_000 < len(text) <= 4_000
    assert "of 501 lines do not fit" in text
    named = "secret_0, secret_1, secret_2." if count == 3 else "900 columns."
    assert text.endswith(f"Masked, and left out: {named}")
    assert "do not fit" not in found.text()
