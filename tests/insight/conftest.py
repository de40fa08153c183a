"""Showplan documents made by hand after Microsoft's published schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mssql_mcp.insight.plan import parse_plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from mssql_mcp.insight.plan import Plan

PLANS = Path(__file__).parent / "plans"


@pytest.fixture(scope="session")
def plan_xml() -> Callable[[str], str]:
    """Give a document of tests/insight/plans by its name."""
    return lambda name: (PLANS / f"{name}.sqlplan").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def plan_of(plan_xml: Callable[[str], str]) -> Callable[[str], Plan]:
    """Read a document of tests/insight/plans by its name."""
    return lambda name: parse_plan(plan_xml(name))
