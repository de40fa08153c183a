"""What lineage asks while it follows a query: which column is masked how, what a view holds, where a name stands."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from mssql_mcp.gate.fault import Fault
from mssql_mcp.gate.lexer import tokenize
from mssql_mcp.gate.lists import sees_same_lists
from mssql_mcp.gate.mask import Mask, strictest
from mssql_mcp.gate.masktext import doubt_about, telling_hint, text_of
from mssql_mcp.gate.names import dotted, fold, matches_parts
from mssql_mcp.gate.neighbours import pair
from mssql_mcp.gate.parsertext import parser_text
from mssql_mcp.gate.schema import SchemaLookup, TableShape, find_shape
from mssql_mcp.gate.scope import OutputColumn, Shape
from mssql_mcp.gate.system import LEAKING_OBJECTS, could_be_any, is_system_object
from mssql_mcp.gate.tree import NoTree, parse
from mssql_mcp.gate.words import RESERVED

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlglot import exp

    from mssql_mcp.gate.lexer import Token
    from mssql_mcp.gate.policy import Policy
    from mssql_mcp.gate.sources import Call

MAX_VIEW_DEPTH = 32
"""SQL Server nests views 32 levels deep: https://learn.microsoft.com/sql/t-sql/statements/create-view-transact-sql"""

CODE = "policy.masked_column"
Place = tuple[str, str, str, str]
_HINT = "Masked columns may only be shown as plain columns of the result; leave the column out of everything else."


class Masking:
    """Masks and catalogue of one connection, and the original text of one query.

    Args:
        policy: Holds the masks.
        lookup: Knows tables and views; None knows none.
        tokens: The query.

    Attributes:
        is_masked: Whether a table or view with masked columns was read so far.
    """

    def __init__(self, policy: Policy, lookup: SchemaLookup | None, tokens: Sequence[Token]) -> None:
        self.policy = policy
        self.lookup = lookup
        self.tokens = tokens
        self._views: list[tuple[str, str, str]] = []
        self._shapes: dict[Place, Shape] = {}
        self.is_masked = False

    def written_names(self) -> Counter[str]:
        """Count how often each folded name stands in the query."""
        names = [token.value if token.kind == "name" else token.text for token in self.tokens
                 if token.kind == "name" or (token.kind == "word" and token.upper not in RESERVED)]  # fmt: skip
        names += (text_of(token) for before, token in pairwise(self.tokens) if _is_alias(before, token))
        return Counter(fold(name) for name in names)

    # Saying no

    def refused(self, mask: Mask, why: str, name: str = "") -> Fault:
        """Make the fault for a masked column that is used."""
        what = f"The column {name}" if name else "A column"
        return self._fault(f"{what} is masked ({mask}), and {why}.", name)

    def uncertain(self, why: str, name: str = "") -> Fault:
        """Make the fault for something about masked columns that is not certain."""
        return self._fault(f"Masked columns cannot be told apart with certainty: {why}.", name)

    def _doubted(self, why: str, start: int, end: int) -> Fault:
        message = f"Masked columns cannot be told apart with certainty: {why}."
        return Fault(CODE, message, start, end, hint=_HINT, rule="mask_*")

    def _fault(self, message: str, name: str) -> Fault:
        place = next((token for token in self.tokens if name and fold(token.value or token.text) == fold(name)), None)
        start, end = (place.start, place.end) if place else (0, 0)
        return Fault(CODE, message, start, end, hint=_HINT, rule="mask_*")

    def hold_text(self, calls: Sequence[Call]) -> None:
        """Refuse what may show values of masked columns without naming them to the tree.

        Raises:
            Fault: A user-defined function is called: nobody knows what it reads; or see `masktext`.
        """
        for call in calls:
            if call.is_function and not is_system_object(call.parts):
                why = f"{dotted(call.parts)} is a function with contents of its own"
                raise self._doubted(why, call.start, call.end)
        doubt = doubt_about(self.tokens)
        if doubt is not None:
            token, why = doubt
            raise self._doubted(why, token.start, token.end)

    def hold_lists(self, root: exp.Query, tokens: Sequence[Token]) -> None:
        """Refuse a tree that has other select lists than its text."""
        if not sees_same_lists(root, tokens):
            raise self.uncertain("a select list has an empty item, or one that the parser does not see")

    def hold_hints(self) -> None:
        """Refuse hints that show the order of an index, which may be that of a masked column, or columns of a key."""
        hint = telling_hint(self.tokens)
        if hint is not None:
            message = f"{hint.text.upper()} can show masked columns or their order."
            raise Fault(CODE, message, hint.start, hint.end, hint="Leave it out.", rule="mask_*")

    # What is masked

    def mask_of(self, parts: Sequence[str]) -> Mask | None:
        """Give the strictest mask whose glob a column's full name matches."""
        found: Mask | None = None
        for rule in self.policy.masks:
            if matches_parts(rule.glob, parts):
                found = strictest(found, rule.mask)
        return found

    def table(self, parts: tuple[str, ...]) -> Shape:
        """Give the columns of a table or view that the query reads.

        Raises:
            Fault: Nobody knows what it holds.
        """
        if is_system_object(parts):
            if could_be_any(LEAKING_OBJECTS, parts[-1]):
                raise self.uncertain(f"{dotted(parts)} can show values and texts of other queries", parts[-1])
            return Shape((), is_open=True)
        place = self._place(parts)
        if place not in self._shapes:
            self._shapes[place] = self._table(place)
        shape = self._shapes[place]
        self.is_masked = self.is_masked or shape.mask is not None
        return shape

    def _place(self, parts: tuple[str, ...]) -> Place:
        """Give database, schema and name, and where a name without schema is looked for.

        What a view names lies in the view's own database, and in its schema first. The database is empty for the own
        one; a login's default schema in another one is not known.
        """
        *outer, name = parts
        schema = outer.pop() if outer else ""
        database = outer.pop() if outer else ""
        if self.policy.is_own_database(database):
            database = ""
        elif self._views and not database:
            database = self._views[-1][0]
        home = self._views[-1][1] if self._views else self.policy.default_schema
        if database and not schema and (database, home) != (self._views[-1][:2] if self._views else ()):
            raise self.uncertain(f"{dotted(parts)} names no schema in another database", name)
        return database, schema, name, home

    def _table(self, place: Place) -> Shape:
        *parts, home = place
        schemas = list(dict.fromkeys((home, "dbo")))
        shape = find_shape(self.lookup, parts, schemas) if self.lookup is not None else None
        if shape is None:
            raise self.uncertain(f"the catalogue does not know {dotted([part for part in parts if part])}", parts[-1])
        database = shape.database or self.policy.database or ""
        own = [self._own_mask(database, shape, column) for column in shape.columns]
        inner = self._view(shape) if shape.is_view else self._computed(shape, own)
        types = shape.types or ("",) * len(shape.columns)
        rows = zip(shape.columns, own, inner, types, strict=True)
        return Shape(
            tuple(
                OutputColumn(name, strictest(first, second), is_in_star=name not in shape.not_in_star, type=type_)
                for name, first, second, type_ in rows
            )
        )

    def _own_mask(self, database: str, shape: TableShape, column: str) -> Mask | None:
        """Give the mask of a column itself, or of the one whose values it keeps."""
        found = self.mask_of((database, shape.schema, shape.name, column))
        if shape.copy_of:
            found = strictest(found, self.mask_of((database, *shape.copy_of, column)))
        return strictest(found, self.policy.mask_classified) if column in shape.classified else found

    def _computed(self, shape: TableShape, own: list[Mask | None]) -> list[Mask | None]:
        """Hide the computed columns whose expression holds a masked column, or cannot be told."""
        masked = {fold(name) for name, mask in zip(shape.columns, own, strict=True) if mask}
        hidden = {name for name, expression in shape.computed if masked and mentions(expression, masked)}
        return ["hidden" if name in hidden else None for name in shape.columns]

    # Views

    def _view(self, shape: TableShape) -> list[Mask | None]:
        from mssql_mcp.gate.lineage import view_shape

        key = (shape.database, fold(shape.schema), fold(shape.name))
        if shape.definition is None or key in self._views or len(self._views) >= MAX_VIEW_DEPTH:
            raise self.uncertain(f"the definition of the view {shape.schema}.{shape.name} cannot be read", shape.name)
        self._views.append(key)
        try:
            tokens = view_tokens(shape.definition)
            root = parse(query_text(tokens))
            self.hold_lists(root, tokens)
            found = view_shape(root, self)
        except (NoTree, ValueError) as problem:
            raise self.uncertain(
                f"the view {shape.schema}.{shape.name} cannot be followed: {problem}", shape.name
            ) from None
        finally:
            self._views.pop()
        if found.is_open and not found.mask:
            return [None] * len(shape.columns)
        if found.is_open or len(found.columns) != len(shape.columns):
            raise self.uncertain(f"the columns of the view {shape.schema}.{shape.name} do not fit its text", shape.name)
        return [column.mask for column in found.columns]


def _is_alias(before: Token, token: Token) -> bool:
    """Say whether a string is the name of a column of the result: `x AS 'name'`, `x 'name'`."""
    if token.kind != "string":
        return False
    is_behind_value = before.kind in ("name", "number", "string") or before.upper in (")", "END", "NULL")
    return before.upper == "AS" or is_behind_value or (before.kind == "word" and before.upper not in RESERVED)


def mentions(expression: str | None, names: Collection[str]) -> bool:
    """Say whether an expression may read one of the columns, whose names are folded; one that calls a function may."""
    try:
        tokens = tokenize(expression or "", {})
    except Fault:
        return True
    written = {fold(token.value or token.text) for token in tokens if token.kind in ("name", "word")}
    signs = zip(tokens, tokens[1:], tokens[2:], strict=False)
    is_foreign = any((before.text, after.text) == (".", "(") for before, _, after in signs)
    return not tokens or is_foreign or not written.isdisjoint(names)


def query_text(tokens: Sequence[Token]) -> str:
    """Give what sqlglot is to parse of a view's query.

    Raises:
        ValueError: It holds what `masktext` cannot be sure of.
    """
    doubt = doubt_about(tokens)
    if doubt is not None:
        raise ValueError(doubt[1])
    return parser_text(tokens, pair(tokens))


def view_tokens(definition: str) -> list[Token]:
    """Give the tokens of the query of a CREATE VIEW statement; `canonical` writes them as a text.

    Raises:
        ValueError: It is not one.
    """
    try:
        tokens = tokenize(definition, {})
    except Fault as fault:
        raise ValueError(fault.message) from None
    while tokens and tokens[-1].text == ";":
        tokens.pop()
    if [token.upper for token in tokens[-3:]] == ["WITH", "CHECK", "OPTION"]:
        del tokens[-3:]
    depth, start = 0, 0
    for index, token in enumerate(tokens):
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0 and token.upper == "AS":
            start = index + 1
            break
    words = [token.upper for token in tokens[:start]]
    if words[:1] not in (["CREATE"], ["ALTER"]) or "VIEW" not in words or start == len(tokens):
        raise ValueError("it is no CREATE VIEW statement")
    if any(token.text in ("(", ")") and other < 0 for token, other in zip(tokens, pair(tokens), strict=True)):
        raise ValueError("its parentheses do not match")
    return tokens[start:]
