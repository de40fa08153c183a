"""Write T-SQL queries at random around tables with masked columns, out of most constructs that a SELECT can have.

Whoever writes a query here knows names and types, so that a server can run most of them, and which columns are masked,
so that many use them where it is allowed; nothing here knows what the gate refuses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

OWN = "own value of mine"
"""A literal in many queries, which no masked column holds."""
ALIASES = ("a", "b", "P", "q", "people", "team", "ssn", "name", "d", "[x y]")
NAMES = ("id", "name", "ssn", "SSN", "mail", "total", "x", "y", "[z z]", "team_id")


@dataclass(frozen=True)
class Field:
    """A column that can be named.

    Attributes:
        name: As it is written.
        kind: int, num, text or date.
        is_masked: Whether its values are secret.
        is_bare: Whether it is nothing but a column.
    """

    name: str
    kind: str
    is_masked: bool = False
    is_bare: bool = True


@dataclass(frozen=True)
class Table:
    """A row source: its alias and what it gives."""

    alias: str
    fields: tuple[Field, ...]


PEOPLE = (
    Field("id", "int"),
    Field("name", "text"),
    Field("ssn", "text", is_masked=True),
    Field("mail", "text", is_masked=True),
    Field("phone", "text", is_masked=True),
    Field("salary", "num", is_masked=True),
    Field("team_id", "int"),
    Field("born", "date", is_masked=True),
    Field("since", "date"),
)
TEAM = (Field("id", "int"), Field("name", "text"), Field("ssn", "text"), Field("total", "int"))
TABLES = {
    "canary.people": PEOPLE,
    "canary.team": TEAM,
    "[canary].[All People]": PEOPLE,
    "canary.former": (
        Field("number", "int"), Field("who", "text"), Field("ssn", "text", is_masked=True), Field("team", "text"),
    ),
}  # fmt: skip


class Writer:
    """Writes one query after the other.

    Args:
        random: Decides everything.
        pivots: How many of the row sources are regrouped; none for servers that PIVOT and UNPIVOT can crash.
    """

    def __init__(self, random: Random, *, pivots: float = 0.06) -> None:
        self.random = random
        self.pivots = pivots
        self.depth = 0
        self.common: dict[str, tuple[Field, ...]] = {}

    def query(self) -> str:
        """Write one query."""
        self.depth, self.common = 0, {}
        prefix = self._with() if self._chance(0.35) else ""
        text, _ = self._set(()) if self._chance(0.25) else self._select((), is_outer=True)
        return prefix + text

    def _chance(self, part: float) -> bool:
        return self.random.random() < part

    def _pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    # Queries

    def _with(self) -> str:
        parts: list[str] = []
        for _ in range(self.random.randint(1, 3)):
            name = self._pick("people", "team", "c", "[d d]", "ssn", "People", "r")
            if name in self.common:
                continue
            if self._chance(0.2):
                text, fields = self._recursive(name)
            else:
                text, fields = self._set(()) if self._chance(0.25) else self._select(())
                fields, listed = self._renamed(fields)
                text = f"{name}{listed} AS ({self._around(text)})"
            parts.append(text)
            self.common[name] = fields
        return f"WITH {', '.join(parts)} " if parts else ""

    def _recursive(self, name: str) -> tuple[str, tuple[Field, ...]]:
        fields = (Field("n", "int"), *(Field(f"c{place}", "text") for place in range(2)))
        table, columns = self._pick("canary.people", "canary.team"), ["name", "ssn"]
        if self._chance(0.4):
            columns = [self._pick("ssn", "mail"), self._pick("mail", "name")]
            table = "canary.people"
        masked = [column in ("ssn", "mail") and table == "canary.people" for column in columns]
        first = f"SELECT 1, CAST({columns[0]} AS varchar(90)), {columns[1]} FROM {table}"
        if self._chance(0.7):
            first = f"SELECT 1, {columns[0]}, {columns[1]} FROM {table}"
        order = ["c0", "c1"] if self._chance(0.5) else ["c1", "c0"]
        second = f"SELECT n + 1, {', '.join(order)} FROM {name} WHERE n < 3"
        if self._chance(0.2):
            second = f"SELECT r.n + 1, {', '.join(f'r.{column}' for column in order)} FROM {name} AS r WHERE r.n < 2"
        body = f"{self._around(first)} UNION ALL {self._around(second)}"
        kept = [replace(field, is_masked=any(masked)) for field in fields[1:]]
        return f"{name}(n, c0, c1) AS ({self._around(body)})", (fields[0], *kept)

    def _around(self, text: str) -> str:
        return f"({text})" if self._chance(0.25) else text

    def _set(self, outer: Sequence[Table]) -> tuple[str, tuple[Field, ...]]:
        kinds = [self._pick("int", "text", "text", "date", "num") for _ in range(self.random.randint(1, 3))]
        texts, fields = [], ()
        for _ in range(self.random.randint(2, 3)):
            text, found = self._select(outer, kinds=kinds)
            texts.append(self._around(text))
            fields = fields or found
        text = texts[0]
        for following in texts[1:]:
            word = self._pick(*["UNION ALL"] * 6, "UNION", "EXCEPT", "INTERSECT")
            text = f"{self._around(text)} {word} {following}"
        return text, tuple(replace(field, is_masked=field.is_masked) for field in fields)

    def _select(
        self, outer: Sequence[Table], *, is_outer: bool = False, kinds: Sequence[str] = ()
    ) -> tuple[str, tuple[Field, ...]]:
        self.depth += 1
        from_, tables = self._from(outer)
        scope = [*tables, *outer]
        is_grouped = not kinds and self._chance(0.15)
        if is_grouped:
            text, fields = self._grouped(from_, tables, scope)
        else:
            items, fields = self._items(tables, scope, kinds)
            head = self._pick("", "", "", "", "", "", "DISTINCT ", "TOP (3) ", "ALL ")
            text = f"SELECT {head}{', '.join(items)} FROM {from_}"
            if self._chance(0.35):
                text += f" WHERE {self._condition(scope)}"
        if is_outer:
            text += self._order(tables, fields, is_grouped=is_grouped)
            text += self._pick(*[""] * 14, " FOR JSON PATH", " FOR XML RAW", " OPTION (MAXDOP 1)")
        self.depth -= 1
        return text, fields

    def _items(
        self, tables: list[Table], scope: list[Table], kinds: Sequence[str]
    ) -> tuple[list[str], tuple[Field, ...]]:
        items, fields = [], []
        for place, kind in enumerate(kinds or [""] * self.random.randint(1, 4)):
            if not kind and self._chance(0.15):
                table = self.random.choice(tables)
                starred = tables if len(tables) == 1 or self._chance(0.3) else [table]
                items.append("*" if starred is tables else f"{table.alias}.*")
                fields += [field for each in starred for field in each.fields]
                continue
            text, field = self._value(scope, kind, in_list=True)
            name = self._pick(*NAMES, f"c{place}") if self._chance(0.6) or not field.is_bare else ""
            if not name:
                items.append(text)
                fields.append(field)
                continue
            written = self._pick(f"{text} AS {name}", f"{text} {name}", f"{name} = {text}")
            if self._chance(0.1):
                written = f"{text} AS '{name.strip('[]')}'"
            items.append(written)
            fields.append(replace(field, name=name))
        return items, tuple(fields)

    def _grouped(self, from_: str, tables: list[Table], scope: list[Table]) -> tuple[str, tuple[Field, ...]]:
        key, field = self._column(tables, "", masked=0.08)
        other, _ = self._column(tables, "", masked=0.08)
        aggregates = [f"COUNT(*) AS x, MIN({other}) AS y", f"MAX({other}) AS x", "COUNT(*) AS x"]
        aggregates += [f"STRING_AGG(CAST({other} AS nvarchar(90)), ',') WITHIN GROUP (ORDER BY {other}) AS x"]
        aggregates += [f"COUNT(DISTINCT {other}) AS x", f"GROUPING({key}) AS x", f"COUNT({other}) AS x"]
        group = self._pick(key, key, f"ROLLUP ({key})", f"CUBE ({key})", f"GROUPING SETS (({key}), ())")
        text = f"SELECT {key} AS k, {self._pick(*aggregates)} FROM {from_}"
        if self._chance(0.3):
            text += f" WHERE {self._condition(scope)}"
        text += f" GROUP BY {group}"
        if self._chance(0.3):
            text += self._pick(
                " HAVING COUNT(*) > 0", f" HAVING MAX({other}) IS NOT NULL", f" HAVING COUNT({other}) > 1"
            )
        return text, (replace(field, name="k"), Field("x", "other"))

    def _order(self, tables: list[Table], fields: tuple[Field, ...], *, is_grouped: bool) -> str:
        if self._chance(0.55):
            return ""
        names = [field.name for field in fields if field.name] or ["1"]
        terms = [self._pick(*names), str(self.random.randint(1, max(1, len(fields)))), self._pick(*names)]
        if not is_grouped:
            terms += [self._column(tables, "", masked=0.1)[0], self._value(tables, "int")[0]]
        terms += [f"{self._pick(*names)} COLLATE Latin1_General_BIN"] if self._chance(0.1) else []
        chosen = ", ".join(
            self._pick(*terms) + self._pick("", " DESC", " ASC") for _ in range(self.random.randint(1, 2))
        )
        return f" ORDER BY {chosen}" + self._pick("", "", " OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY", " OFFSET 0 ROWS")

    # Row sources

    def _from(self, outer: Sequence[Table]) -> tuple[str, list[Table]]:
        text, tables = self._source(outer, [])
        for _ in range(self.random.choice((0, 0, 0, 1, 1, 2))):
            if self._chance(0.15):
                following, new = self._source(outer, tables)
                text, tables = f"{text}, {following}", [*tables, *new]
            elif self._chance(0.35):
                following, new = self._source(outer, tables, is_lateral=True)
                text, tables = f"{text} {self._pick('CROSS', 'OUTER')} APPLY {following}", [*tables, *new]
            else:
                following, new = self._source(outer, tables)
                if self._chance(0.2):
                    inner, more = self._source(outer, [*tables, *new])
                    following, new = f"({following} CROSS JOIN {inner})", [*new, *more]
                tables = [*tables, *new]
                if self._chance(0.3):
                    text = f"{text} CROSS JOIN {following}"
                else:
                    kind = self._pick("JOIN", "LEFT JOIN", "FULL OUTER JOIN", "RIGHT JOIN", "INNER JOIN")
                    text = f"{text} {kind} {following} ON {self._condition(tables, simple=True)}"
        if self._chance(self.pivots):
            text, tables = self._pivoted(text, tables)
        return text, tables

    def _pivoted(self, text: str, tables: list[Table]) -> tuple[str, list[Table]]:
        table = tables[-1]
        first, second = self.random.choice(table.fields), self.random.choice(table.fields)
        if self._chance(0.5):
            text = f"{text} PIVOT (MAX({first.name}) FOR {second.name} IN ([1], [k])) AS pv"
            fields = tuple(field for each in tables for field in each.fields if field not in (first, second))
            return text, [Table("pv", (*fields, Field("[1]", first.kind)))]
        text = f"{text} UNPIVOT (val FOR col IN ({first.name}, {second.name})) AS pv"
        fields = tuple(field for each in tables for field in each.fields if field not in (first, second))
        return text, [Table("pv", (*fields, Field("val", first.kind), Field("col", "text")))]

    def _source(
        self, outer: Sequence[Table], before: list[Table], *, is_lateral: bool = False
    ) -> tuple[str, list[Table]]:
        taken = {table.alias.casefold() for table in before}
        alias = next(name for name in self.random.sample((*ALIASES, "s1", "s2", "s3", "s4"), 14) if name not in taken)
        if self.depth < 4 and self._chance(0.7 if is_lateral else 0.2):
            visible = [*before, *outer] if is_lateral else list(outer)
            text, fields = self._set(visible) if self._chance(0.15) else self._select(visible)
            fields, listed = self._renamed(fields)
            return f"({text}) AS {alias}{listed}", [Table(alias, fields)]
        if self._chance(0.12):
            return self._made(alias, [*before, *outer] if is_lateral else [])
        if self.common and self._chance(0.6):
            name = self.random.choice(list(self.common))
            return f"{name} AS {alias}", [Table(alias, self.common[name])]
        name = self.random.choice(list(TABLES))
        if self._chance(0.1) and alias.casefold() != "people" and "people" not in taken and name == "canary.people":
            return name, [Table("people", TABLES[name])]
        hint = self._pick(*[""] * 9, " WITH (NOLOCK)")
        return f"{name} AS {alias}{hint}", [Table(alias, TABLES[name])]

    def _made(self, alias: str, visible: list[Table]) -> tuple[str, list[Table]]:
        kind = self.random.randint(0, 2)
        if kind == 0:
            fields = (Field("ssn", "text"), Field("n", "int"))
            return f"(VALUES ('{OWN}', 1), (NULL, 2)) AS {alias}(ssn, n)", [Table(alias, fields)]
        argument = self._value(visible, "text")[0] if visible and self._chance(0.5) else f"'{OWN},b'"
        if kind == 1:
            return f"STRING_SPLIT({argument}, ',') AS {alias}", [Table(alias, (Field("value", "text"),))]
        name = self._pick("mail", "ssn", "x")
        text = f"OPENJSON('[{{\"v\":\"{OWN}\"}}]') WITH ({name} varchar(60) '$.v') AS {alias}"
        return text, [Table(alias, (Field(name, "text"),))]

    def _renamed(self, fields: tuple[Field, ...]) -> tuple[tuple[Field, ...], str]:
        names = [field.name.casefold().strip("[]") for field in fields]
        if len(set(names)) == len(names) and all(names) and self._chance(0.7):
            return fields, ""
        made = self.random.sample((*NAMES[:3], *NAMES[4:], *(f"n{place}" for place in range(200))), len(fields))
        return tuple(
            replace(field, name=name) for field, name in zip(fields, made, strict=True)
        ), f"({', '.join(made)})"

    # Expressions

    def _column(self, tables: Sequence[Table], kind: str, *, masked: float) -> tuple[str, Field]:
        found = [(table, field) for table in tables for field in table.fields if not kind or field.kind == kind]
        wanted = [pair for pair in found if pair[1].is_masked] if self._chance(masked) else []
        wanted = wanted or [pair for pair in found if not pair[1].is_masked] or found
        if not wanted:
            return {"int": "1", "num": "1.5", "date": "CAST('2020-01-02' AS date)"}.get(kind, f"'{OWN}'"), Field(
                "", kind, is_bare=False
            )
        table, field = self.random.choice(wanted)
        is_alone = sum(other.name.casefold() == field.name.casefold() for _, other in found) == 1
        if self._chance(0.25 if is_alone else 0.03):
            return field.name, field
        return f"{table.alias}.{field.name}", field

    def _value(self, scope: Sequence[Table], kind: str = "", *, in_list: bool = False) -> tuple[str, Field]:
        if self._chance(0.7 if in_list else 0.6) or self.depth > 4:
            return self._column(scope, kind, masked=0.45 if in_list else 0.04)
        kind = kind or self._pick("int", "text", "num", "date")
        writers: dict[str, Callable[[Sequence[Table]], str]] = {
            "int": self._number, "text": self._text, "date": self._date, "num": self._decimal,
        }  # fmt: skip
        return writers[kind](scope), Field("", kind, is_bare=False)

    def _some(self, scope: Sequence[Table], kind: str) -> str:
        return self._value(scope, kind)[0] if self._chance(0.4) else self._column(scope, kind, masked=0.04)[0]

    def _number(self, scope: Sequence[Table]) -> str:
        a, b, text = (self._some(scope, kind) for kind in ("int", "int", "text"))
        forms = [
            f"{a} + {b}", f"LEN({text})", f"CASE WHEN {self._condition(scope)} THEN {a} ELSE {b} END",
            f"COALESCE({a}, 7)", f"ROW_NUMBER() OVER (ORDER BY {a})",
            f"ROW_NUMBER() OVER (PARTITION BY {text} ORDER BY {b})",
            f"SUM({a}) OVER (ORDER BY {b} ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)",
            f"LAG({a}, 1, 5) OVER (ORDER BY {b})",
            f"CHARINDEX('a', {text})", f"IIF({self._condition(scope)}, 1, 2)", f"ABS({a})", "COUNT(*) OVER ()", "3",
            f"(SELECT COUNT(*) FROM {self._inner(scope)})", f"NULLIF({a}, {b})", f"RANK() OVER (ORDER BY {text})",
        ]  # fmt: skip
        return self._pick(*forms)

    def _text(self, scope: Sequence[Table]) -> str:
        a, b = self._some(scope, "text"), self._some(scope, "text")
        forms = [
            f"UPPER({a})", f"{a} + {b}", f"CONCAT({a}, {b})", f"LEFT({a}, 3)", f"COALESCE({a}, '{OWN}')", f"'{OWN}'",
            f"CASE WHEN {self._condition(scope)} THEN {a} ELSE '{OWN}' END", f"ISNULL({a}, {b})", "NULL", f"N'{OWN}'",
            f"LEAD({a}, 1, '{OWN}') OVER (ORDER BY {b})", f"CAST({self._some(scope, 'int')} AS varchar(20))",
            f"(SELECT MAX({self._pick('name', 'ssn')}) FROM {self._inner(scope)})", f"{a} COLLATE Latin1_General_BIN",
            f"MAX({a}) OVER (PARTITION BY {b})", f"REPLACE({a}, 'a', 'b')", f"NULLIF({a}, '{OWN}')",
            f"(SELECT TOP (1) {self._column(scope, 'text', masked=0.2)[0]} FROM canary.team AS t)",
        ]  # fmt: skip
        return self._pick(*forms)

    def _date(self, scope: Sequence[Table]) -> str:
        a = self._some(scope, "date")
        return self._pick(a, f"DATEADD(day, 1, {a})", f"COALESCE({a}, CAST('2001-01-01' AS date))", "NULL")

    def _decimal(self, scope: Sequence[Table]) -> str:
        a = self._some(scope, "num")
        return self._pick(a, f"{a} * 2", "1.25", f"ROUND({a}, 1)", f"CAST({self._some(scope, 'int')} AS decimal(9, 2))")

    def _inner(self, scope: Sequence[Table]) -> str:
        where = f" WHERE {self._condition([Table('i', TEAM), *scope], simple=True)}" if self._chance(0.5) else ""
        return f"{self._pick('canary.team', 'canary.people')} AS i{where}"

    def _condition(self, scope: Sequence[Table], *, simple: bool = False) -> str:
        kind = self._pick("int", "int", "text", "date", "num")
        a, b = (self._column(scope, kind, masked=0.05)[0] for _ in range(2))
        forms = [f"{a} {self._pick('=', '<', '<>', '>=', '!<')} {b}", f"{a} IS NOT NULL", f"{a} = {a}", "1 = 1"]
        if not simple and self.depth < 4:
            inner, _ = self._select(scope, kinds=(kind,))
            number = self._column(scope, "int", masked=0.05)[0]
            text = self._column(scope, "text", masked=0.05)[0]
            forms += [
                f"{a} IN ({inner})", f"EXISTS ({self._select(scope)[0]})", f"NOT EXISTS ({inner})",
                f"{number} BETWEEN 1 AND 3",
                f"{text} LIKE '%a%'", f"{number} IN (1, 2, 3)", f"{a} = ANY ({inner})", f"NOT ({number} > 2)",
                f"({number} = 1 OR {text} = '{OWN}')", f"{number} > (SELECT MIN(id) FROM {self._inner(scope)})",
            ]  # fmt: skip
        return self._pick(*forms)
