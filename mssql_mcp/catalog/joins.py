"""Find how tables join: the shortest paths over foreign keys and, where those do not reach, over guessed links.

A path is told with its ON clauses ready to paste. A step over a foreign key costs 1, over one that is disabled or not
trusted a little more, over a guess two and a half: a guess is taken only where it saves a detour of two tables.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING

from mssql_mcp.catalog.budget import within
from mssql_mcp.catalog.identifiers import quoted
from mssql_mcp.catalog.names import resolve_table
from mssql_mcp.catalog.naming import words_of
from mssql_mcp.errors import ObjectNotFoundError, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mssql_mcp.catalog.hints import Hints
    from mssql_mcp.catalog.model import Catalog, Table

Place = tuple[str, str]

KEY_COST, DOUBTFUL_COST, GUESS_COST = 1.0, 1.1, 2.5
COPY_COST = 1.0  # on top, for a step into an archive or temporary copy
# On top, where a step to a parent is followed by one to its other children: they have nothing in common but the parent,
# and through a code table (two things of the same country) less than that.
SIBLING_COST, CODE_SIBLING_COST = 1.5, 3.0
DETOUR = 2.0  # a way that costs so much more than the best one is not worth telling
MAX_STEPS = 8
MAX_TABLES = 8
MAX_VISITS = 50_000  # of the search; a schema where more would be needed has no short path


@dataclass(frozen=True, slots=True)
class Step:
    """One join.

    Attributes:
        left: (schema, table) that is joined already.
        right: (schema, table) that this step joins.
        left_columns: On the left, in pairs with `right_columns`.
        right_columns: On the right.
        is_guess: Whether no foreign key declares it.
        reason: Name of the foreign key, or what makes the guess.
        is_to_many: Whether a row on the left can meet several on the right, so that the join multiplies rows.
        is_optional: Whether a row on the left can meet none, so that an inner join loses it.
        doubt: `disabled` or `not trusted` where the server does not hold all rows to the foreign key.
    """

    left: Place
    right: Place
    left_columns: tuple[str, ...]
    right_columns: tuple[str, ...]
    is_guess: bool
    reason: str
    is_to_many: bool
    is_optional: bool
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class JoinPath:
    """One way to join the tables.

    Attributes:
        start: (schema, table) of the FROM clause.
        steps: In the order of the joins; each joins one more table.
        cost: Lower is likelier to be meant.
    """

    start: Place
    steps: tuple[Step, ...]
    cost: float

    @property
    def has_guess(self) -> bool:
        """Whether a step is not declared by a foreign key."""
        return any(step.is_guess for step in self.steps)

    @property
    def tables(self) -> tuple[Place, ...]:
        """Every table of the path, in the order of the joins."""
        return (self.start, *(step.right for step in self.steps))

    def sql(self) -> str:
        """Write the FROM clause: aliases, names quoted where needed, one join a line."""
        aliases = _aliases(tuple(dict.fromkeys(self.tables)))
        lines = [f"FROM {_full(self.start)} AS {aliases[self.start]}"]
        for step in self.steps:
            there = aliases[step.right] if step.right != step.left else f"{aliases[step.right]}2"
            pairs = " AND ".join(
                f"{there}.{quoted(right)} = {aliases[step.left]}.{quoted(left)}"
                for left, right in zip(step.left_columns, step.right_columns, strict=True)
            )
            lines.append(f"JOIN {_full(step.right)} AS {there} ON {pairs}")
        return "\n".join(lines)


class JoinGraph:
    """The tables of a catalog and what joins them.

    Args:
        catalog: Whose foreign keys count.
        hints: Whose guessed links count, dearer.
    """

    def __init__(self, catalog: Catalog, hints: Hints) -> None:
        self._catalog = catalog
        self._copies = {place for place, mark in hints.marks.items() if mark.kind in ("archive", "temporary")}
        self._codes = {place for place, mark in hints.marks.items() if mark.kind == "code"}
        self._steps: dict[Place, list[tuple[float, Step]]] = defaultdict(list)
        self._own_steps: dict[Place, list[tuple[float, Step]]] = defaultdict(list)
        for table in catalog.tables:
            for key in table.foreign_keys:
                other = catalog.table(key.referenced_schema, key.referenced_table)
                if other is not None:
                    doubt = "" if key.is_enabled and key.is_trusted else "not trusted" if key.is_enabled else "disabled"
                    columns, theirs, cost = key.columns, key.referenced_columns, DOUBTFUL_COST if doubt else KEY_COST
                    self._add(table, columns, other, theirs, cost, key.name, is_guess=False, doubt=doubt)
        for link in hints.links:
            holder = catalog.table(link.schema, link.table)
            other = catalog.table(link.referenced_schema, link.referenced_table)
            if holder is not None and other is not None:
                columns, theirs = (link.column,), (link.referenced_column,)
                self._add(holder, columns, other, theirs, GUESS_COST, link.reason, is_guess=True)

    def paths(self, tables: Sequence[str], *, max_paths: int = 3) -> list[JoinPath]:
        """Find the best ways to join two or more tables.

        Args:
            tables: Names, at least two; the first stands in the FROM clause. Twice the same one asks how a table joins
                itself; beside others, it counts once.
            max_paths: The most ways to give.

        Returns:
            Best first; empty where nothing joins them.

        Raises:
            ValidationError: Fewer than two tables, or too many.
            ObjectNotFoundError: A name is not known or ambiguous.
        """
        places = list(dict.fromkeys((found.schema, found.name) for found in map(self._table, tables)))
        if len(places) == 1 and len(tables) > 1:
            own = sorted(self._own_steps.get(places[0], ()), key=lambda pair: pair[0])
            return [JoinPath(places[0], (step,), cost) for cost, step in own[:max_paths]]
        if not 2 <= len(places) <= MAX_TABLES:
            raise ValidationError(
                f"A join path needs from 2 to {MAX_TABLES} tables, not {len(places)}.",
                code="input.tables",
            )
        if len(places) == 2:
            return list(self._between({places[0]}, {places[1]}, max_paths))
        return self._among(places, max_paths)

    def neighbours(self, place: Place) -> list[Step]:
        """Give the steps that lead from a table, declared ones first."""
        return [step for _, step in sorted(self._steps.get(place, ()), key=lambda pair: pair[0])]

    def _table(self, name: str) -> Table:
        try:
            return resolve_table(self._catalog, name)
        except ObjectNotFoundError as error:
            error.details.setdefault("name", name)
            raise

    def _add(
        self,
        table: Table,
        columns: tuple[str, ...],
        other: Table,
        theirs: tuple[str, ...],
        cost: float,
        reason: str,
        *,
        is_guess: bool,
        doubt: str = "",
    ) -> None:
        here, there = (table.schema, table.name), (other.schema, other.name)
        is_single = _is_unique(table, columns)
        is_nullable = any((column := table.column(name)) is None or column.is_nullable for name in columns)
        may_miss = is_nullable or is_guess or bool(doubt)
        forth = Step(here, there, columns, theirs, is_guess, reason, False, may_miss, doubt)
        if here == there:
            self._own_steps[here].append((cost, forth))
            return
        back = Step(there, here, theirs, columns, is_guess, reason, not is_single, True, doubt)
        self._steps[here].append((cost + COPY_COST * (there in self._copies), forth))
        self._steps[there].append((cost + COPY_COST * (here in self._copies), back))

    def _between(self, starts: set[Place], ends: set[Place], max_paths: int) -> Iterator[JoinPath]:
        """Give simple paths from any start to any end, cheapest first."""
        order = count()
        queue: list[tuple[float, int, Place, tuple[Step, ...]]] = []
        for start in sorted(starts):
            heappush(queue, (0.0, next(order), start, ()))
        given, visits, best = 0, 0, float("inf")
        arrivals: dict[Place, int] = defaultdict(int)
        while queue and given < max_paths and visits < MAX_VISITS:
            cost, _, place, steps = heappop(queue)
            visits += 1
            if cost > best + DETOUR:
                return
            if place in ends:
                given, best = given + 1, min(best, cost)
                yield JoinPath(steps[0].left if steps else place, steps, round(cost, 2))
                continue
            # A place that was reached cheaper often enough can add nothing to the best paths.
            arrivals[place] += 1
            if arrivals[place] > max_paths or len(steps) >= MAX_STEPS:
                continue
            seen = {step.left for step in steps} | {place} | starts
            for price, step in self._steps.get(place, ()):
                if step.right not in seen:
                    more = price + self._sibling_cost(steps, step)
                    heappush(queue, (cost + more, next(order), step.right, (*steps, step)))

    def _sibling_cost(self, steps: tuple[Step, ...], step: Step) -> float:
        if not steps or steps[-1].is_to_many or not step.is_to_many:
            return 0.0
        return CODE_SIBLING_COST if step.left in self._codes else SIBLING_COST

    def _among(self, places: Sequence[Place], max_paths: int) -> list[JoinPath]:
        """Join several tables: grow from the first by the nearest of the others; other first stretches, other ways."""
        first, *others = places
        found: dict[frozenset[tuple[Place, Place, tuple[str, ...]]], JoinPath] = {}
        for opening in self._between({first}, set(others), max_paths):
            tree = self._grown(first, list(opening.steps), opening.cost, set(others) - set(opening.tables))
            if tree is not None:
                shape = frozenset((step.left, step.right, step.left_columns) for step in tree.steps)
                found.setdefault(shape, tree)
        ways = sorted(found.values(), key=lambda path: path.cost)
        return [way for way in ways if way.cost <= ways[0].cost + DETOUR][:max_paths]

    def _grown(self, first: Place, steps: list[Step], cost: float, others: set[Place]) -> JoinPath | None:
        reached = {first} | {step.right for step in steps}
        others = others - reached
        while others:
            stretch = next(self._between(reached, others, 1), None)
            if stretch is None:
                return None
            steps += stretch.steps
            cost += stretch.cost
            reached |= {step.right for step in stretch.steps}
            others -= reached
        return JoinPath(first, tuple(steps), round(cost, 2))


def paths_text(paths: Sequence[JoinPath], *, budget: int | None = None) -> str:
    """Write join paths as text: each FROM clause with a line on what to know about it.

    Args:
        paths: Best first.
        budget: The most characters; a path that does not fit is left out whole. None for any number.
    """
    if not paths:
        return (
            "No foreign key and no guessed link joins these tables. "
            "Search for columns with like values, or join them yourself."
        )
    blocks = []
    for number, path in enumerate(paths, start=1):
        notes = "; ".join(_notes(path))
        head = f"-- {number}: {len(path.steps)} join{'s' if len(path.steps) != 1 else ''}"
        blocks.append(f"{head}{f'; {notes}' if notes else ''}\n{path.sql()}")
    text = "\n".join(blocks)
    if budget is None or len(text) <= budget:
        return text
    for kept in range(len(blocks) - 1, 0, -1):
        left_out = f"{len(blocks) - kept} of {len(blocks)} paths do not fit; ask for fewer tables at once."
        text = "\n".join([*blocks[:kept], left_out])
        if len(text) <= budget:
            return text
    return within(blocks[0], budget, "ask for fewer tables at once")


def _notes(path: JoinPath) -> Iterator[str]:
    for step in path.steps:
        if step.is_guess:
            left, right = ", ".join(step.left_columns), _full(step.right)
            yield f"GUESS {_full(step.left)}.{left} to {right}: {step.reason}"
        elif step.doubt:
            yield f"key {quoted(step.reason)} is {step.doubt}: not every row need have its match"
    if many := [_full(step.right) for step in path.steps if step.is_to_many]:
        yield f"several rows each from {', '.join(many)}: rows multiply, and an inner join drops those without any"
    if optional := [_full(step.right) for step in path.steps if step.is_optional and not step.is_to_many]:
        yield f"LEFT JOIN keeps rows without {', '.join(optional)}"


def _is_unique(table: Table, columns: Iterable[str]) -> bool:
    """Tell whether at most one row of a table has given values in these columns."""
    wanted = {name.casefold() for name in columns}
    keys = [table.primary_key.columns] if table.primary_key else []
    keys += [unique.columns for unique in table.uniques]
    keys += [tuple(key.column for key in index.keys) for index in table.indexes if index.is_unique and not index.filter]
    return any(wanted >= {name.casefold() for name in key} for key in keys if key)


def _aliases(places: Sequence[Place]) -> dict[Place, str]:
    """Give each table a short alias: its initials, numbered where two have the same."""
    aliases: dict[Place, str] = {}
    taken: set[str] = set()
    for place in places:
        letters = "".join(word[0] for word in words_of(place[1]) if word[0].isascii() and word[0].isalpha()) or "t"
        short, number = letters, 1
        while short in taken or quoted(short) != short:
            number += 1
            short = f"{letters}{number}"
        taken.add(short)
        aliases[place] = short
    return aliases


def _full(place: Place) -> str:
    return f"{quoted(place[0])}.{quoted(place[1])}"
