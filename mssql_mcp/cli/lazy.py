"""A group of commands of which only the one that is used is imported."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping


class LazyGroup(click.Group):
    """A group that knows its commands' names and summaries, and imports a command when it is asked for.

    Args:
        package: Where the commands' modules are; each is named after its command and holds it as `command`.
        summaries: Name of each command and one line on it, in the order of the help.
        families: Module of each command that shares one with others; there it is named after itself.
        settings: As for `click.Group`.
    """

    def __init__(
        self,
        *,
        package: str,
        summaries: Mapping[str, str],
        families: Mapping[str, str] | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(**settings)
        self.package = package
        self.summaries = summaries
        self.families = families or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order in which a new user meets them."""
        return list(self.summaries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module and give the command."""
        if cmd_name not in self.summaries:
            return None
        own = cmd_name.replace("-", "_")
        family = self.families.get(cmd_name)
        module = import_module(f"{self.package}.{family or own}")
        command: click.Command = getattr(module, own if family else "command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for a misspelt one name the nearest."""
        if args and args[0] not in self.summaries and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.summaries, 1)
            ctx.fail(f"No such command {args[0]!r}." + (f" Did you mean {near[0]!r}?" if near else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.summaries.items()))
