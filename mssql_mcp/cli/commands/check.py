"""`mssql-mcp check`: does a connection work, and what could its login do?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mssql_mcp.cli import output
from mssql_mcp.cli.ask import ask
from mssql_mcp.cli.exit_codes import ExitCode
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mssql_mcp.connection.call import Call
    from mssql_mcp.doctor import CheckOutcome
    from mssql_mcp.workspace import Workspace

MARKS = {
    "ok": ("green", "ok     "),
    "warning": ("yellow", "warning"),
    "failed": ("red", "FAILED "),
    "skipped": ("dim", "skipped"),
}
# Looking at everything takes longer than one query: each check has a round trip or two of its own.
SECONDS = 60.0


@click.command
@click.option("--format", "output_format", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.option("--strict", is_flag=True, help="Exit 10 for warnings too.")
@click.option("--script", is_flag=True, help="Print the script of a login that can only read, and check nothing.")
@click.option("--login", metavar="NAME", default="mssql_mcp_reader", show_default=True, help="Login in the script.")
@click.option(
    "--schema", "schemas", multiple=True, metavar="NAME", help="With --script: SELECT on this schema only; repeatable."
)
@shared_options
@pass_invocation
def command(
    invocation: Invocation, output_format: str, strict: bool, script: bool, login: str, schemas: tuple[str, ...]
) -> None:
    r"""Walk from the driver to the login's rights, stop at the first break, and say the exact next step.

    The order is the one in which a person would look: driver, network, encryption, login, rights, features, limits. It
    also says what the login could change if the gate did not exist. Nothing is changed. Exits 0 when the connection
    works, 10 when a check failed (with --strict also for a warning).

    \b
    Examples:
      mssql-mcp check --connection warehouse
      mssql-mcp check --format json --strict
      mssql-mcp check --script --login reader --schema sales > reader.sql
      mssql-mcp check --script --database Sales
    """
    if script:
        _print_script(invocation, login, schemas)
        return
    outcomes = ask(
        invocation, lambda workspace, call: _walk(workspace, call, invocation, output_format), timeout_seconds=SECONDS
    )
    if output_format == "json":
        output.write_json([_as_object(outcome) for outcome in outcomes])
    bad = ("failed", "warning") if strict else ("failed",)
    if any(outcome.status in bad for outcome in outcomes):
        click.get_current_context().exit(int(ExitCode.CHECK_FAILED))


def _walk(workspace: Workspace, call: Call, invocation: Invocation, output_format: str) -> list[CheckOutcome]:
    from mssql_mcp.doctor import run_checks

    outcomes = []
    for outcome in run_checks(
        workspace.source(invocation.connection, invocation.database), call, database=invocation.database
    ):
        outcomes.append(outcome)
        if output_format == "text":
            _say(outcome)
    return outcomes


def _say(outcome: CheckOutcome) -> None:
    """Print one outcome as soon as it is known."""
    from rich.text import Text

    style, mark = MARKS[outcome.status]
    screen = output.console()
    screen.print(Text.assemble((mark, style), "  ", (outcome.title, "bold"), ": ", outcome.summary))
    if outcome.hint:
        screen.print(Text(f"         {outcome.hint}"))


def _as_object(outcome: CheckOutcome) -> dict[str, object]:
    facts = {
        "name": outcome.name,
        "status": outcome.status,
        "summary": outcome.summary,
        "hint": outcome.hint,
        "code": outcome.code,
        "facts": dict(outcome.facts),
    }
    return {key: value for key, value in facts.items() if value not in ("", {})}


def _print_script(invocation: Invocation, login: str, schemas: Sequence[str]) -> None:
    """Write the script for the connection's database and way of logging in; asks no server.

    Without any connection a database that is named is enough, and the login is SQL Server's own.
    """
    from mssql_mcp.doctor import least_privilege_script
    from mssql_mcp.settings import ConnectionSettings

    workspace = invocation.workspace()
    if invocation.database and not workspace.registry.names and not invocation.connection:
        settings = ConnectionSettings(auth="sql", database=invocation.database)
    else:
        settings = workspace.source(invocation.connection, invocation.database).settings
    output.write(
        least_privilege_script(
            login,
            invocation.database or settings.database,
            auth=settings.auth or "sql",
            schemas=schemas,
            azure_database=settings.server.lower().endswith(".database.windows.net"),
        )
    )
