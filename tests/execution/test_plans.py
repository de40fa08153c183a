"""A plan can be fetched for a while by whoever asked for it."""

from __future__ import annotations

import random

import pytest

from mssql_mcp.errors import ValidationError
from mssql_mcp.execution.plans import PlanStore

XML = "<ShowPlanXML>" + "<RelOp EstimateRows='1' />" * 1_000 + "\ud800\u00c6</ShowPlanXML>"


def unknown(store, identity, owner="ann"):
    with pytest.raises(ValidationError) as caught:
        store.get(identity, owner=owner)
    return caught.value.code == "input.unknown_plan"


def test_a_plan_comes_back_as_it_was():
    """Character by character, and it takes far less room than it has."""
    store = PlanStore()
    assert store.get(store.add(XML, owner="ann"), owner="ann") == XML
    assert store.total_bytes < len(XML) / 10


def test_a_plan_is_its_owner_s():
    """Another client learns no more than that of a made-up id."""
    store = PlanStore()
    identity = store.add(XML, owner="ann")
    assert unknown(store, identity, owner="bob")
    assert unknown(store, "made-up")
    assert store.add(XML, owner="ann") != identity


def test_plans_end_in_time():
    """After their time, and not before."""
    now = [0.0]
    store = PlanStore(ttl_seconds=60, clock=lambda: now[0])
    identity = store.add(XML, owner="ann")
    now[0] = 59.9
    assert store.get(identity, owner="ann") == XML
    now[0] = 60.0
    assert unknown(store, identity)
    assert store.total_bytes == 0


def test_the_oldest_plan_makes_room():
    """By number and by bytes."""
    store = PlanStore(max_plans=2)
    first, second, third = (store.add(XML, owner="ann") for _ in range(3))
    assert unknown(store, first)
    assert store.get(second, owner="ann") == store.get(third, owner="ann") == XML
    noise = random.Random(7).randbytes(100).hex()
    small = PlanStore(max_bytes=2 * len(noise))
    ids = [small.add(f"{number}{noise}", owner="ann") for number in range(20)]
    assert small.total_bytes <= 2 * len(noise)
    assert unknown(small, ids[0])
    assert small.get(ids[-1], owner="ann") == f"19{noise}"


def test_a_plan_that_is_too_large_is_not_kept():
    """And throws out no other."""
    store = PlanStore(max_bytes=200)
    kept = store.add("<a/>", owner="ann")
    assert store.add(random.Random(7).randbytes(1_000).hex(), owner="ann") is None
    assert store.get(kept, owner="ann") == "<a/>"
