"""`mssql-mcp inspect`: look at what a server holds, and at what the gate makes of a text; a module per command."""

from __future__ import annotations

import click

from mssql_mcp.cli.lazy import LazyGroup
from mssql_mcp.cli.options import shared_options

# name -> one line for `--help`; the module is imported only when the command is asked for.
COMMANDS: dict[str, str] = {
    "databases": "List the databases that the login may see.",
    "schemas": "List the schemas, with the number of tables, views and routines in each.",
    "tables": "List tables with their row counts.",
    "views": "List views.",
    "table": "Describe one table or view.",
    "relations": "Show the foreign keys of a table in both directions.",
    "indexes": "List the indexes of one table or of many.",
    "constraints": "List keys, checks and defaults of one table or of many.",
    "triggers": "List the triggers of one table or of many.",
    "procedures": "List stored procedures with their parameters.",
    "functions": "List functions with their parameters and results.",
    "search": "Find objects by words in names, columns, comments and definitions.",
    "definition": "Print the T-SQL text of views, routines and triggers.",
    "join-path": "Find how tables join, with FROM and JOIN clauses ready to paste.",
    "map": "Print a compact map of a whole schema or database.",
    "profile": "Look at the values of a table.",
    "diagram": "Draw tables and their links: Mermaid, Graphviz or an HTML page.",
    "snapshot": "Write all that is known of a database to a file.",
    "diff": "Say what changed since a snapshot.",
    "gate": "Say what the gate makes of a text, and why.",
}

# Commands that share a module.
FAMILIES: dict[str, str] = {
    "tables": "objects",
    "views": "objects",
    "procedures": "objects",
    "functions": "objects",
    "snapshot": "snapshots",
    "diff": "snapshots",
}


@click.group(cls=LazyGroup, package=__name__, summaries=COMMANDS, families=FAMILIES)
@shared_options
def command() -> None:
    r"""Look at what a server holds, and at what the gate makes of a text.

    Nothing is changed. Only the catalog is read, and of a table's rows only what `profile` counts. Rows come as a table
    on a terminal and as CSV elsewhere; --format chooses. What could not be read is said on stderr.

    \b
    Examples:
      mssql-mcp inspect map --demo
      mssql-mcp inspect table sales.orders --demo
      mssql-mcp inspect join-path customers products --demo
      mssql-mcp inspect gate "SELECT 1 DELETE FROM t"
    """
