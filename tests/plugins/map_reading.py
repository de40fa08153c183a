"""Read a map of a database back from its text alone, as a reader does who knows nothing but the legend.

Written apart from the module that writes the map, so that what one of them gets wrong the other one shows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mssql_mcp.catalog.hints import Hints
    from mssql_mcp.catalog.model import Catalog

Place = tuple[str, str]
Declared = tuple[tuple[str, ...], Place, tuple[str, ...]]

NAME = re.compile(r"\[((?:[^\]]|\]\])*)\]|(@?[^\W\d]?[\w$#-]*)")
TARGET = re.compile(r"(?:\[(?:[^\]]|\]\])*\]|[^\W\d][\w$#-]*)(?:\.(?:\[(?:[^\]]|\]\])*\]|[^\W\d][\w$#-]*))?")
ROWS = re.compile(r" (\d[\d.e+]*)([kMG]?)(?=[ :]|\Z)")
SIGNS = re.compile(r" \[([a-z, -]+)\]")
COMMENT = re.compile(r" ?\{[^{}]*\}")
UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9}
LENGTHS = {"n": "nvarchar", "v": "varchar", "nc": "nchar", "c": "char", "vb": "varbinary", "b": "binary"}
SCALES = {"dt2": "datetime2", "dto": "datetimeoffset", "time": "time"}
WORDS = {
    "big": "bigint",
    "small": "smallint",
    "tiny": "tinyint",
    "dt": "datetime",
    "sdt": "smalldatetime",
    "guid": "uniqueidentifier",
}
GENERIC = ["id", "key", "code", "no", "nr", "num", "number", "guid", "uid", "uuid", "name", "pk", "rowid"]


@dataclass
class Facts:
    """What the map says of a table: columns with type and nullability, key, links."""

    kind: str = "table"
    rows: float | None = None
    columns: dict[str, tuple[str, bool]] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    declared: set[Declared] = field(default_factory=set)
    guessed: set[tuple[str, Place]] = field(default_factory=set)


@dataclass
class Item:
    """A column as it is written."""

    name: str
    is_key: bool
    is_nullable: bool
    links: list[tuple[bool, str, tuple[str, ...]]]
    kind: str


@dataclass
class Line:
    """A line of a table, taken apart."""

    place: Place
    facts: Facts
    items: list[Item] = field(default_factory=list)
    composites: list[tuple[tuple[str, ...], str, tuple[str, ...]]] = field(default_factory=list)
    order: tuple[str, ...] = ()
    copy: tuple[str, str] | None = None
    gone: list[str] = field(default_factory=list)


def facts_of(catalog: Catalog, hints: Hints) -> dict[Place, Facts]:
    """What a catalog says of its tables and views."""
    found = {}
    for table in catalog.tables:
        facts = Facts("view" if table.kind == "view" else "table", table.row_count)
        facts.columns = {column.name: (usual_type(column.type), column.is_nullable) for column in table.columns}
        facts.key = table.primary_key.columns if table.primary_key else ()
        facts.declared = {
            (key.columns, (key.referenced_schema, key.referenced_table), key.referenced_columns)
            for key in table.foreign_keys
        }
        single = {columns[0] for columns, _, _ in facts.declared if len(columns) == 1}
        facts.guessed = {
            (link.column, (link.referenced_schema, link.referenced_table))
            for link in hints.links_from.get((table.schema, table.name), ())
            if link.column not in single
        }
        found[table.schema, table.name] = facts
    return found


def usual_type(written: str) -> str:
    """Give the one way of writing types that SQL Server holds for the same."""
    return re.sub(r"^numeric\b", "decimal", written)


def read_map(text: str) -> dict[Place, Facts]:
    """Read the facts of every table and view."""
    return _Reading(text).facts


class _Reading:
    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        legend = next(line for line in self.lines if line.startswith("Legend: "))
        words = list(_split(legend.removeprefix("Legend: "), "; "))
        self.is_singular = "@=table's name in the singular" in words
        self.null_sign = "?" if "?=may be NULL" in words else "!"
        rules = next((line for line in self.lines if line.startswith("Types by name: ")), "Types by name: ")
        self.rules: list[tuple[str, str]] = []
        for rule in filter(None, rules.removeprefix("Types by name: ").split("; ")):
            names, kind = rule.rsplit(" ", 1)
            self.rules += [(name, kind) for name in names.split(",")]
        shared = next((word[2:] for word in words if word.startswith("&=")), "")
        self.shared = [self._item("", part) for part in _split(shared, ",")] if shared else []
        self.read: dict[Place, Line] = {}
        self._read_lines()
        self.owners = self._owners()
        self.facts: dict[Place, Facts] = {}
        for line in self.read.values():
            if line.copy is None:
                self.facts[line.place] = self._resolved(line)
        for line in self.read.values():
            if line.copy is not None:
                self.facts[line.place] = self._copied(line)
        self._default_types()

    def _read_lines(self) -> None:
        schema = ""
        for line in self.lines[1:]:
            if re.match(r"Legend: |Types by name: |views: |routines: |Left out to fit: |Not read: ", line):
                continue
            opened = re.match(r"\[((?:[^\]]|\]\])*)\](?: \{[^{}]*\})?\Z", line)
            if opened:
                schema = _unbracketed(opened[1])
                continue
            kind, rest = ("view", line[5:]) if line.startswith("view ") else ("table", line)
            name, rest = _name(rest)
            if re.match(r" (procedure|function) \(", rest):
                continue
            facts = Facts(kind)
            if rows := ROWS.match(rest):
                facts.rows = float(rows[1]) * UNITS[rows[2]]
                rest = rest[rows.end() :]
            for pattern in (SIGNS, COMMENT):
                if found := pattern.match(rest):
                    rest = rest[found.end() :]
            read = Line((schema, name), facts)
            assert rest == "" or rest.startswith(":"), line
            if rest not in ("", ":"):
                assert rest.startswith(": "), line
                self._read_items(read, rest[2:])
            self.read[read.place] = read

    def _read_items(self, line: Line, text: str) -> None:
        parts = list(_split(text, ","))
        if copy := re.match(r"(as|like) (.+)\Z", parts[0], re.DOTALL):
            line.copy = copy[1], copy[2]
            del parts[0]
        for part in parts:
            if part == "&":
                line.items += self.shared
            elif part.startswith("("):
                end = _closed(part, 0)
                place, referenced = _target(part[end + 1 :])
                line.composites.append((tuple(_names(part[1 : end - 1])), place, referenced))
            elif part.startswith("*("):
                line.order = tuple(_names(part[2:-1]))
            elif part.startswith("-"):
                line.gone.append(_name(part[1:])[0])
            else:
                line.items.append(self._item(line.place[1], part))

    def _item(self, table: str, text: str) -> Item:
        is_key = text.startswith("*")
        name, rest = _name(text[is_key:])
        if text[is_key:].startswith("@"):
            name = (_singular(table) if self.is_singular else table) + name[1:]
        has_sign = rest.startswith(self.null_sign)
        rest = rest[has_sign:]
        links = []
        while link := re.match("~?>", rest):
            rest = rest[link.end() :]
            target = TARGET.match(rest)
            columns: tuple[str, ...] = ()
            if target:
                rest = rest[target.end() :]
                if rest.startswith("("):
                    end = _closed(rest, 0)
                    columns, rest = tuple(_names(rest[1 : end - 1])), rest[end:]
            links.append((link[0] == "~>", target[0] if target else "", columns))
        if comment := re.match(r"\{[^{}]*\}", rest):
            rest = rest[comment.end() :]
        assert rest == "" or rest.startswith(" "), text
        return Item(name, is_key, not is_key and has_sign == (self.null_sign == "?"), links, rest[1:])

    def _owners(self) -> dict[str, set[Place]]:
        owners: dict[str, set[Place]] = {}
        for line in self.read.values():
            keys = [item for item in line.items if item.is_key]
            source = self.read.get(self._place(line.place[0], line.copy[1])) if line.copy else None
            if line.copy and line.copy[0] == "as" and source:
                keys = [item for item in source.items if item.is_key]
            if len(keys) != 1 or keys[0].links:
                continue
            own = _folded(keys[0].name)
            names = {_folded(_singular(line.place[1])) + own, *([] if own in GENERIC else [own])}
            for name in names:
                owners.setdefault(name, set()).add(line.place)
        return owners

    def _place(self, schema: str, written: str) -> Place:
        first, rest = _name(written)
        if rest:
            return first, _name(rest[1:])[0]
        if (schema, first) in self.read:
            return schema, first
        others = [place for place in self.read if place[1] == first]
        return others[0] if len(others) == 1 else (schema, first)

    def _named_after(self, column: str) -> Place:
        folded = _folded(column)
        for start in range(len(folded)):
            if folded[start:] in self.owners:
                (place,) = self.owners[folded[start:]]
                return place
        raise AssertionError(column)

    def _resolved(self, line: Line) -> Facts:
        facts = line.facts
        keys = []
        for item in line.items:
            facts.columns[item.name] = ("", item.is_nullable)
            keys += [item.name] if item.is_key else []
            self._link(line, item)
        facts.key = line.order or tuple(keys)
        self._composites(line)
        return facts

    def _composites(self, line: Line) -> None:
        for columns, written, referenced in line.composites:
            place = self._place(line.place[0], written)
            line.facts.declared.add((columns, place, referenced or self._key_of(place)))

    def _link(self, line: Line, item: Item) -> None:
        for is_guess, written, referenced in item.links:
            place = self._place(line.place[0], written) if written else self._named_after(item.name)
            if is_guess:
                line.facts.guessed.add((item.name, place))
            else:
                line.facts.declared.add(((item.name,), place, referenced or self._key_of(place)))

    def _key_of(self, place: Place) -> tuple[str, ...]:
        line = self.read[place]
        if line.copy is not None and line.copy[0] == "as":
            return self._key_of(self._place(place[0], line.copy[1]))
        return line.order or tuple(item.name for item in line.items if item.is_key)

    def _copied(self, line: Line) -> Facts:
        assert line.copy is not None
        original = self.read[self._place(line.place[0], line.copy[1])]
        facts = line.facts
        changed = {item.name for item in line.items}
        for item in original.items:
            if item.name in line.gone or item.name in changed:
                continue
            facts.columns[item.name] = ("", item.is_nullable)
            links = [link for link in original.facts.declared if link[0] == (item.name,)]
            if line.copy[0] == "as":
                facts.declared |= set(links)
                facts.guessed |= {link for link in original.facts.guessed if link[0] == item.name}
            else:
                facts.guessed |= {(item.name, place) for _, place, _ in links}
                facts.guessed |= {link for link in original.facts.guessed if link[0] == item.name}
        for item in line.items:
            facts.columns[item.name] = ("", item.is_nullable)
            self._link(line, item)
        if line.copy[0] == "as":
            facts.key = self._key_of(original.place)
            facts.declared |= {link for link in original.facts.declared if len(link[0]) > 1}
        return facts

    def _default_types(self) -> None:
        for line in self.read.values():
            for name, (_, is_nullable) in line.facts.columns.items():
                line.facts.columns[name] = (_long_type(self._type(line, name)), is_nullable)

    def _type(self, line: Line, name: str) -> str:
        found = next((position for position, item in enumerate(line.items) if item.name == name), None)
        if found is None:
            assert line.copy is not None
            return self._type(self.read[self._place(line.place[0], line.copy[1])], name)
        item = line.items[found]
        if item.kind:
            return item.kind
        if item.links:
            _, written, referenced = item.links[0]
            place = self._place(line.place[0], written) if written else self._named_after(name)
            if place in self.read:
                return self._type(self.read[place], (referenced or self._key_of(place))[0])
        if rule := self._by_name(name):
            return rule
        return next(after.kind for after in line.items[found + 1 :] if after.kind)

    def _by_name(self, name: str) -> str:
        folded = name.lower()
        ends = [(len(word), kind) for word, kind in self.rules if word[0] == "-" and folded.endswith(word[1:])]
        starts = [(len(word), kind) for word, kind in self.rules if word[-1] == "-" and folded.startswith(word[:-1])]
        return max(ends or starts, default=(0, ""))[1]


def _long_type(short: str) -> str:
    if match := re.fullmatch(r"(n|v|nc|c|vb|b)(\d+|max)", short):
        return f"{LENGTHS[match[1]]}({match[2]})"
    if match := re.fullmatch(r"dec(\d+)(?:\.(\d+))?", short):
        return f"decimal({match[1]},{match[2] or 0})"
    if match := re.fullmatch(r"(dt2|dto|time)(?:\.(\d))?", short):
        return f"{SCALES[match[1]]}({match[2] or 7})"
    return WORDS.get(short, short)


def _split(text: str, separator: str) -> Iterator[str]:
    """Split where no bracket, brace or parenthesis is open."""
    begin, position = 0, 0
    while position < len(text):
        if text[position] in "[{(":
            position = _closed(text, position)
        elif text.startswith(separator, position):
            yield text[begin:position]
            position = begin = position + len(separator)
        else:
            position += 1
    yield text[begin:]


def _closed(text: str, position: int) -> int:
    """Give where a bracket, brace or parenthesis ends; brackets may be within parentheses."""
    if text[position] == "[":
        found = re.compile(r"\[(?:[^\]]|\]\])*\]").match(text, position)
        assert found, text
        return found.end()
    closing = {"{": "}", "(": ")"}[text[position]]
    position += 1
    while text[position] != closing:
        position = _closed(text, position) if closing == ")" and text[position] == "[" else position + 1
    return position + 1


def _name(text: str) -> tuple[str, str]:
    """Take the name off the beginning of a text."""
    found = NAME.match(text)
    assert found, text
    assert found.end(), text
    name = found[2] if found[1] is None else _unbracketed(found[1])
    return name, text[found.end() :]


def _names(text: str) -> list[str]:
    return [_name(part)[0] for part in _split(text, ",")]


def _target(text: str) -> tuple[str, tuple[str, ...]]:
    found = TARGET.match(text)
    assert found, text
    rest = text[found.end() :]
    return found[0], tuple(_names(rest[1:-1])) if rest else ()


def _unbracketed(text: str) -> str:
    return re.sub("[␀-␟]", lambda sign: chr(ord(sign[0]) - 0x2400), text.replace("]]", "]")).replace("␡", "\x7f")


def _folded(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()


def _singular(table: str) -> str:
    """Take the plural off the end: Categories, Addresses, Orders; Status, Address and Analysis stay."""
    word = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+", table)[-1:]
    if not word or not table.endswith(word[0]) or len(word[0]) < 4:
        return table
    upper = word[0].isupper()
    for ending, one in (("ss", "ss"), ("us", "us"), ("is", "is"), ("ies", "y"), ("sses", "ss"), ("shes", "sh"),
                        ("ches", "ch"), ("xes", "x"), ("s", "")):  # fmt: skip
        if word[0].lower().endswith(ending):
            return table[: len(table) - len(ending)] + (one.upper() if upper else one)
    return table
