"""`python -m mssql_mcp`, and what the installed commands call."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; return its exit code."""
    from mssql_mcp.cli.main import run

    return run()


if __name__ == "__main__":
    sys.exit(main())
