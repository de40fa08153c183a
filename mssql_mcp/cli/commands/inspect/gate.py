"""`mssql-mcp inspect gate`."""

from __future__ import annotations

from dataclasses import replace
from typing import IO, TYPE_CHECKING

import click

from mssql_mcp.cli import output
from mssql_mcp.cli.ask import ask
from mssql_mcp.cli.commands.inspect.sheet import text_format_option
from mssql_mcp.cli.exit_codes import ExitCode
from mssql_mcp.cli.options import Invocation, pass_invocation, shared_options
from mssql_mcp.cli.texts import file_option, given_text, text_argument
from mssql_mcp.errors import DatabaseConnectionError, QueryError

if TYPE_CHECKING:
    from mssql_mcp.gate import Explanation


@click.command
@text_argument
@file_option
@click.option(
    "--param", "-p", "parameters", multiple=True, metavar="NAME", help="A name whose value will be bound; repeatable."
)
@text_format_option
@shared_options
@pass_invocation
def command(
    invocation: Invocation,
    words: tuple[str, ...],
    file: IO[bytes] | None,
    parameters: tuple[str, ...],
    output_format: str,
) -> None:
    r"""Say what the gate makes of a text: the verdict, the rule, the place, and what would be accepted.

    With a connection configured its policy holds, otherwise the built-in rules and what the file's [gate] says. The
    text itself is sent nowhere; where masks or rules on objects need it, the server is asked for its tables, and where
    it cannot be, that is said. SQL - is stdin. Exits 5 where the text is refused.

    \b
    Examples:
      mssql-mcp inspect gate "SELECT 1 DELETE FROM t"
      mssql-mcp inspect gate "SELECT * FROM t WHERE id = @id" --param id --format json
      mssql-mcp inspect gate --file report.sql
    """
    sql = given_text(words, file)
    explanation = _explain(invocation, sql, tuple(name.partition("=")[0] for name in parameters))
    if output_format == "json":
        output.write_json(replace(explanation, hint=explanation.shell_hint).as_dict())
    else:
        from mssql_mcp.cli.verdict import verdict_lines

        output.write("\n".join(verdict_lines(explanation, sql)))
    if not explanation.is_approved:
        click.get_current_context().exit(int(ExitCode.REFUSED))


def _explain(invocation: Invocation, sql: str, parameters: tuple[str, ...]) -> Explanation:
    """Ask the gate, under the policy of the connection where one is configured."""
    from mssql_mcp.gate import Policy, explain
    from mssql_mcp.workspace import Query

    settings = invocation.load().settings
    if not settings.connections:
        policy = Policy.from_settings(settings.gate, database=invocation.database)
        return explain(sql, policy, parameters=parameters)
    query = Query(sql, dict.fromkeys(parameters), invocation.connection, invocation.database)
    try:
        return ask(invocation, lambda workspace, call: workspace.verdict(query, call))
    except (DatabaseConnectionError, QueryError) as error:
        output.talk(f"Judged without the server, by the configuration alone: {error.message}")
    workspace = invocation.workspace()
    policy = workspace.policy(workspace.source(query.connection, query.database), query.database)
    return explain(sql, policy, parameters=parameters)
