"""Take the words of a search apart: plain words, phrases in brackets or quotes, and names with a schema."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mssql_mcp.catalog.names import parse_name
from mssql_mcp.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Collection

# What stands between blanks, but blanks in brackets or quotes belong to it.
TERM = re.compile(r"""(?:\[(?:[^\]]|\]\])+\]|"[^"]+"|\S)+""")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that is looked for, in lower case.

    Attributes:
        text: As it stands, without brackets or quotes around the whole of it.
        parts: Of a name with dots, what must all be found; empty where the text is all there is.
        schema: Where the parts must be found; empty for anywhere.
    """

    text: str
    parts: tuple[str, ...] = ()
    schema: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """What to point out in an object that was found."""
        return (self.text, *self.parts)


def parse_terms(query: str, schemas: Collection[str]) -> list[Term]:
    """Take a search apart, each term once.

    Args:
        query: As it was written.
        schemas: Names of the schemas that there are, in lower case: before a dot, such a name says where to look, and
            any other name is looked for too (`orders.customer_id`).
    """
    return list(dict.fromkeys(_term(match[0].lower(), schemas) for match in TERM.finditer(query)))


def _term(written: str, schemas: Collection[str]) -> Term:
    if not any(sign in written for sign in '.["'):
        return Term(written)
    try:
        name = parse_name(written)
    except ValidationError:
        return Term(written)
    if name.schema is None:
        return Term(name.name)
    if name.schema in schemas:
        return Term(written, (name.name,), name.schema)
    return Term(written, (name.schema, name.name))
