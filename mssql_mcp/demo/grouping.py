"""GROUP BY: its expressions, and the sets that ROLLUP, CUBE and GROUPING SETS make of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product

from sqlglot import exp

from mssql_mcp.demo.context import Context, describe, only
from mssql_mcp.demo.predicates import native_key
from mssql_mcp.demo.runtime.errors import unsupported
from mssql_mcp.demo.typed import Typed
from mssql_mcp.errors import QueryError

_MOST_SETS = 128


@dataclass(frozen=True, slots=True)
class GroupingSet:
    """One way to group.

    Attributes:
        keys: By the text of each grouping expression, the value that it has: its own, or NULL where it is left out.
        left_out: Texts of the expressions that are not in this set.
        sql: ` GROUP BY ...`.
    """

    keys: dict[str, Typed]
    left_out: frozenset[str]
    sql: str


def grouping_sets(context: Context, node: exp.Select) -> list[GroupingSet] | None:
    """Take GROUP BY from a SELECT; None where there is none.

    Raises:
        QueryError: 164, a grouping expression without a column.
    """
    group = node.args.get("group")
    if group is None:
        return None
    only(group, "expressions", "rollup", "cube", "grouping_sets")
    own = context.within("group by clause")
    parts = [_sets(own, element) for element in group.expressions]
    for legacy, make in (("rollup", _rollup), ("cube", _cube)):
        found = group.args.get(legacy)
        if found is True or (isinstance(found, list) and found and not found[0].expressions):
            # GROUP BY a, b WITH ROLLUP
            plain = [single for part in parts for single in part[0]]
            parts = [make([[value] for value in plain])]
        elif found:
            raise unsupported(f"The demo does not know {describe(group)}.")
    if group.args.get("grouping_sets"):
        parts += [_sets(own, element) for element in group.args["grouping_sets"]]
    chosen = [[value for part in choice for value in part] for choice in product(*parts)]
    if len(chosen) > _MOST_SETS:
        raise unsupported(f"The demo groups in at most {_MOST_SETS} ways at once.")
    everything = {value.sql: value for choice in chosen for value in choice}
    return [_grouping_set(choice, everything) for choice in chosen]


def _grouping_set(choice: list[Typed], everything: dict[str, Typed]) -> GroupingSet:
    members = {value.sql: value for value in choice}
    keys = {
        sql: value if sql in members else Typed("NULL", value.type, name=value.name)
        for sql, value in everything.items()
    }
    terms = ", ".join(native_key(value) for value in members.values())
    return GroupingSet(keys, frozenset(everything) - frozenset(members), f" GROUP BY {terms or 'NULL'}")


def _sets(context: Context, node: exp.Expr) -> list[list[Typed]]:
    if isinstance(node, exp.Rollup):
        return _rollup([_members(context, member) for member in node.expressions])
    if isinstance(node, exp.Cube):
        return _cube([_members(context, member) for member in node.expressions])
    if isinstance(node, exp.GroupingSets):
        return [found for member in node.expressions for found in _sets_of_member(context, member)]
    return [_members(context, node)]


def _sets_of_member(context: Context, node: exp.Expr) -> list[list[Typed]]:
    return _sets(context, node) if isinstance(node, exp.Rollup | exp.Cube) else [_members(context, node)]


def _members(context: Context, node: exp.Expr) -> list[Typed]:
    if isinstance(node, exp.Tuple):
        return [_key(context, member) for member in node.expressions]
    return [_key(context, node.this if isinstance(node, exp.Paren) else node)]


def _key(context: Context, node: exp.Expr) -> Typed:
    value = context.value(node)
    if value.is_constant or node.find(exp.Column) is None:
        raise QueryError(
            "Each GROUP BY expression must contain at least one column that is not an outer reference.", number=164
        )
    if value.type.name in {"text", "ntext", "image", "xml"}:
        raise QueryError(
            "The text, ntext, image and xml data types cannot be compared or sorted, except when using IS NULL or LIKE "
            "operator.",
            number=306,
        )
    return value


def _rollup(members: list[list[Typed]]) -> list[list[Typed]]:
    return [[value for member in members[:count] for value in member] for count in range(len(members), -1, -1)]


def _cube(members: list[list[Typed]]) -> list[list[Typed]]:
    chosen = [pick for count in range(len(members), -1, -1) for pick in combinations(members, count)]
    return [[value for member in pick for value in member] for pick in chosen]
