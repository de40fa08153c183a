"""Fill the generated parts of the pages from the program itself: `python docs/generate.py --write`, or `--check`.

A page marks such a part with `<!-- generated:NAME -->` and `<!-- end -->`; NAME is a key of `GENERATORS`.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mssql_mcp.settings.declaration import CONNECTIONS, NAME, SHORT_NAMES, Group, Setting, groups
from mssql_mcp.settings.writing import toml_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


GENERATORS: dict[str, Callable[[], str]] = {
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


if __name__ == "__main__":
    sys.exit(main())
