"""Where the large collections lie that some tests read: T-SQL texts and Microsoft's pages of system views.

They are not part of this repository, so the tests that need one are skipped with a sentence where it is absent.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Read before the tests hide the environment from the product, which knows no variable of that name.
_NAMED = os.environ.get("MSSQL_MCP_SHARED")
FOLDER = Path(_NAMED) if _NAMED else Path(__file__).resolve().parents[3] / "shared"


def collection(name: str) -> Path:
    """Give the path of a collection, such as `corpus/select.jsonl`; skips the test where it is absent."""
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(f"{name} is not part of this repository; MSSQL_MCP_SHARED names the folder that holds it.")
    return path
