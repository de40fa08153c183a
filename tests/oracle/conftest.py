"""Everything here is held against Microsoft's own parser; `tox -e oracle` runs it, other runs leave it out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # the modules beside the tests: scriptdom and mutation

from scriptdom import Oracle, UnavailableError  # noqa: E402


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in Path(item.path).parents:
            item.add_marker(pytest.mark.oracle)


@pytest.fixture(scope="session")
def oracle() -> Oracle:
    """Microsoft's parser, or a skipped test that says why it cannot be had."""
    try:
        return Oracle()
    except UnavailableError as reason:
        pytest.skip(str(reason))
