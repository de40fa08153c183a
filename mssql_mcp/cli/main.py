"""The command `mssql-mcp`: finds the command's module, runs it, turns every failure into one line and an exit code."""

from __future__ import annotations

import sys
from contextlib import suppress

import click

from mssql_mcp.cli.exit_codes import ExitCode, exit_code_of
from mssql_mcp.cli.lazy import LazyGroup
from mssql_mcp.cli.options import shared_options
from mssql_mcp.cli.termination import Terminated, interrupting
from mssql_mcp.errors import ToolError

# name -> one line for `--help`; the module is imported only when the command is asked for.
COMMANDS: dict[str, str] = {
    "serve": "Start the MCP server on stdin and stdout.",
    "query": "Run one SELECT and print its rows.",
    "inspect": "Look at what a server holds, and at what the gate makes of a text.",
    "check": "Find out, step by step, whether a connection works and what it may do.",
    "config": "Make, show and validate the configuration.",
    "client-config": "Print how to add this server to an MCP client.",
    "demo": "Take a tour on the embedded sample database.",
}


def _version(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        from mssql_mcp import __version__
        from mssql_mcp.cli import output

        output.write(f"mssql-mcp {__version__}")
        context.exit()


@click.group(
    cls=LazyGroup,
    package="mssql_mcp.cli.commands",
    summaries=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start here: mssql-mcp demo. Then: config init, check, client-config.",
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
@shared_options
def cli() -> None:
    r"""Read a Microsoft SQL Server safely: an MCP server for assistants, and the same abilities for people.

    Nothing here can change a database: only a text that is proven to be one SELECT is ever sent.

    \b
    Examples:
      mssql-mcp demo
      mssql-mcp query --demo "SELECT TOP 3 * FROM sales.customers"
      mssql-mcp inspect tables --connection warehouse
      mssql-mcp serve --connection warehouse
    """


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and give its exit code; only `--debug` shows a traceback.

    Args:
        arguments: Without the program's name; None takes `sys.argv`.
    """
    from mssql_mcp.cli import output
    from mssql_mcp.cli.streams import ReaderGoneError

    typed = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in typed
    try:
        with interrupting():
            code = cli.main(args=typed, prog_name="mssql-mcp", standalone_mode=False)
        return int(code) if isinstance(code, int) else int(ExitCode.OK)
    except click.ClickException as error:
        with suppress(OSError):
            error.show()
        return int(ExitCode.USAGE)
    except (click.Abort, KeyboardInterrupt) as error:
        is_terminated = isinstance(error, Terminated) or isinstance(error.__cause__, Terminated)
        output.complain("Ended by SIGTERM." if is_terminated else "Cancelled.")
        return int(ExitCode.TERMINATED if is_terminated else ExitCode.CANCELLED)
    except ReaderGoneError:
        return int(ExitCode.OK)
    except Exception as error:  # noqa: BLE001 - the last place before the shell; --debug shows where it came from
        if debug:
            _show_traceback()
        return _reported(error)


def _reported(error: BaseException) -> int:
    """Say what went wrong; give the exit code."""
    from mssql_mcp.cli import output
    from mssql_mcp.cli.streams import ReaderGoneError, no_folder
    from mssql_mcp.redact import redact

    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    if isinstance(error, ReaderGoneError):
        return int(ExitCode.OK)
    if isinstance(error, OSError):
        error = no_folder() or error
    if isinstance(error, ToolError):
        output.report(error)
        return int(exit_code_of(error))
    output.complain(f"Error [internal]: {type(error).__name__}: {redact(str(error))}")
    output.complain("Hint: this is a defect of mssql-mcp; run again with --debug and report what it shows.")
    return int(ExitCode.INTERNAL)


def _show_traceback() -> None:
    """Show where the error came from, redacted like every other line."""
    import traceback

    from mssql_mcp.cli import output
    from mssql_mcp.redact import redact

    output.complain(redact(traceback.format_exc()))
