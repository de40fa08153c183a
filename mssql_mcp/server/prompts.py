"""Prompts: how a person starts an assistant on the usual jobs, each naming the tools to use and where to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp.server import MCPServer


def explore_database(database: Annotated[str, Field(description="Database; empty for the default")] = "") -> str:
    """Find out what a database is about."""
    return (
        f"Find out what {_the(database)} holds and tell me in plain words.\n"
        "1. Call list_tables with detail='columns' for a map of everything; a schema at a time if it says it is cut.\n"
        "2. Name the subjects it is about, the central tables and how they join (find_join_path where keys are missing).\n"
        "3. Point out archive copies, temporary tables and code tables.\n"
        "4. Read a few rows with run_query only where names and comments do not explain themselves.\n"
        "End with five questions that this database can answer."
    )


def answer_question(
    question: Annotated[str, Field(description="What you want to know")],
    database: Annotated[str, Field(description="Database; empty for the default")] = "",
) -> str:
    """Answer a question from the data."""
    return (
        f"Answer this from {_the(database)}: {question}\n"
        "1. Find the tables: search_objects for the words of the question, or list_tables with detail='columns'.\n"
        "2. describe_table what you will use; take joins from foreign keys or find_join_path, do not guess them.\n"
        "3. Write one T-SQL SELECT that aggregates on the server; run it with run_query.\n"
        "4. If the answer says that it is truncated, aggregate further rather than reading more rows.\n"
        "Give the answer first, then the query, then what you assumed."
    )


def tune_query(sql: Annotated[str, Field(description="The slow SELECT")]) -> str:
    """Find out why a query is slow."""
    return (
        "Find out why this query is slow and how to make it faster:\n\n"
        f"{sql}\n\n"
        "1. explain_query gives cost, operators, scans, warnings and missing indexes.\n"
        "2. describe_table with detail='full' shows the indexes of the tables that are scanned.\n"
        "3. Rewrite the query where that helps, explain_query again, and compare the costs.\n"
        "Indexes are advice for the database's owner: say what each would cost on writes. Nothing can be changed from here."
    )


def document_table(table: Annotated[str, Field(description="table or schema.table")]) -> str:
    """Write the documentation of a table."""
    return (
        f"Document the table {table} for somebody who will query it.\n"
        "1. describe_table with detail='full'; profile_table for values, gaps and ranges.\n"
        "2. For each column: what it means, its unit, whether it can be missing, and its usual values.\n"
        "3. How it joins to its neighbours, and two example queries that you ran.\n"
        "Say of everything whether it is from the catalog, from the data, or your guess."
    )


def review_schema(schema: Annotated[str, Field(description="Schema; empty for all")] = "") -> str:
    """Review the design of a schema."""
    return (
        f"Review the design of {f'the schema {schema}' if schema else 'this database'}.\n"
        "1. list_tables with detail='columns' for the map; describe_table with detail='full' where something looks odd.\n"
        "2. Look for: tables without a primary key, links without a foreign key, untrusted or disabled constraints,"
        " duplicate or unused indexes, types that do not fit their content, twins and leftovers.\n"
        "3. Order what you find by the harm it does, each with the object's name and the evidence.\n"
        "Nothing can be changed from here: write the statements that the owner would run as text only."
    )


def add_prompts(server: MCPServer[Any]) -> None:
    """Add every prompt to the server."""
    for prompt in PROMPTS:
        server.prompt(title=(prompt.__doc__ or "").rstrip("."))(prompt)


def _the(database: str) -> str:
    return f"the database {database}" if database else "the database"


PROMPTS: tuple[Callable[..., str], ...] = (explore_database, answer_question, tune_query, document_table, review_schema)
