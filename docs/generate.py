"""Fill the generated parts of the pages from the program itself: `python docs/generate.py --write`, or `--check`.

A page marks such a part with `<!-- generated:NAME -->` and `<!-- end -->`; NAME is a key of `GENERATORS`.
"""

from __future__ import annotations

import argparse
import re
import sys
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mssql_mcp.cli.main import cli
from mssql_mcp.settings.declaration import CONNECTIONS, NAME, SHORT_NAMES, Group, Setting, groups
from mssql_mcp.settings.writing import toml_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"(?P<head><!-- generated:(?P<name>[a-z-]+) -->\n).*?(?P<tail><!-- end -->)", re.DOTALL)


def settings_reference() -> str:
    """Give a table for each group of settings, with key, option, values, default and help."""
    parts = []
    for group in groups():
        title, text = (f"`[{group.key}]`", group.help) if group.key else ("At the top", "Before the first table.")
        parts.append(f"## {title}\n\n{text}\n")
        section = group.key.rpartition(".")[2]
        if group.key.startswith(f"{CONNECTIONS}.{NAME}.") and section in {"limits", "gate"}:
            parts.append(f"The keys of [`[{section}]`](#{section}).\n")
            continue
        parts.append(_table(group))
    return "\n".join(parts)


def short_names() -> str:
    """Give a table of the short environment names."""
    rows = [f"| `{name}` | `{key}` |" for name, key in SHORT_NAMES.items()]
    return "\n".join(["| variable | setting |", "|---|---|", *rows]) + "\n"


def shared_options() -> str:
    """Give a table of the options that every command takes."""
    context = click.Context(cli, info_name="mssql-mcp")
    return _option_table([option for option in cli.params if option.name != "version"], context)


def command_reference() -> str:
    """Give a section for each command: how it is called, what it does, its own options, examples."""
    return "\n".join(_sections(cli, click.Context(cli, info_name="mssql-mcp"), 2))


GENERATORS: dict[str, Callable[[], str]] = {
    "commands": command_reference,
    "shared-options": shared_options,
    "settings": settings_reference,
    "short-names": short_names,
}


def pages() -> Iterator[Path]:
    """Give every page that may have generated parts."""
    yield ROOT / "README.md"
    yield from sorted((ROOT / "docs").rglob("*.md"))


def filled(text: str) -> str:
    """Give a page's text with its generated parts as they should be.

    Raises:
        KeyError: A part names no generator.
    """
    return BLOCK.sub(lambda part: part["head"] + GENERATORS[part["name"]]().strip() + "\n" + part["tail"], text)


def main(arguments: list[str] | None = None) -> int:
    """Check or write every page; give 1 where a check finds a page that is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--check", action="store_true", help="say which pages are not up to date")
    what.add_argument("--write", action="store_true", help="bring them up to date")
    write = parser.parse_args(arguments).write
    stale = []
    for page in pages():
        text = page.read_text(encoding="utf-8")
        new = filled(text)
        if new != text:
            stale.append(page.relative_to(ROOT).as_posix())
            if write:
                page.write_text(new, encoding="utf-8", newline="\n")
    for name in stale:
        print(f"{name} {'is written' if write else 'is not up to date: python docs/generate.py --write'}")
    return 1 if stale and not write else 0


def _table(group: Group) -> str:
    lines = ["| key | option | value | default | what it does |", "|---|---|---|---|---|"]
    for name, part in group.parts.items():
        if isinstance(part, Setting):
            option = f"`{part.option}`" if part.option else ""
            default = "" if part.default in (None, ()) else f"`{toml_value(part.default)}`"
            cells = (f"`{name}`", option, part.expected, default, part.help)
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _sections(group: click.Group, context: click.Context, level: int) -> Iterator[str]:
    shared = {option.name for option in cli.params}
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        inside = click.Context(command, parent=context, info_name=name)
        usage = command.get_usage(inside).removeprefix("Usage: ")
        yield f"{'#' * level} `{inside.command_path}`\n"
        yield f"```text\n{' '.join(usage.split())}\n```\n"
        yield _help(command)
        options = [
            option for option in command.params if isinstance(option, click.Option) and option.name not in shared
        ]
        if table := _option_table(options, inside):
            yield table
        if isinstance(command, click.Group):
            yield from _sections(command, inside, level + 1)


def _help(command: click.Command) -> str:
    """Give a command's help as Markdown: paragraphs as they are, its examples as a block of shell commands."""
    parts = []
    for part in cleandoc(command.help or "").split("\n\n"):
        if part.startswith("\b\nExample"):
            calls = "\n".join(line.strip() for line in part.splitlines()[2:])
            parts.append(f"```bash\n{calls}\n```")
        else:
            parts.append(part.removeprefix("\b\n"))
    return "\n\n".join(parts) + "\n"


def _option_table(options: Sequence[click.Parameter], context: click.Context) -> str:
    records = [record for option in options if (record := option.get_help_record(context))]
    if not records:
        return ""
    rows = [f"| `{_escaped(option)}` | {_escaped(' '.join(text.split()))} |" for option, text in records]
    return "\n".join(["| option | what it does |", "|---|---|", *rows]) + "\n"


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
