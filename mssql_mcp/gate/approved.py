"""`Approved`: the only key to a cursor. Only `mssql_mcp.gate.check` can make one."""

from __future__ import annotations

from dataclasses import InitVar, dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from mssql_mcp.gate.mask import Mask


class _Seal:
    """The type of the one value that opens `Approved`'s constructor."""


SEAL = _Seal()
"""Belongs to `mssql_mcp.gate.check`; nothing else may import it, which a test holds."""


@dataclass(frozen=True, slots=True)
class Approved:
    """A text that holds exactly one query, in the form in which it is executed.

    Attributes:
        sql: The canonical text: the same tokens without comments; declared parameters stand as `?`.
        parameter_order: For each `?` the name whose value is bound, without `@`, spelled as it was declared.
        objects: Tables, views and table-valued functions that are read, and functions with a qualified name that are
            called; each as written, outermost part first.
        columns: Columns that the tree names, each as written, outermost part first; empty where `has_tree` is false.
        masks: For each column of the result how its values are masked; empty where nothing is masked at all.
        names: With masks the name of each column of the result, empty where it has none.
        is_masked: Whether a table with masked columns is read, shown or not: then what the server says of a failure
            may hold their values.
        fingerprint: Hex digest of the canonical text, the policy and the masks: equal for queries that are the same.
        has_tree: Whether sqlglot could parse the text. Without a tree no configured policy can pass.
        line_offset: Lines in front of the first token that the canonical text leaves out; add it to the line that the
            server reports to find the line in the original text.
    """

    sql: str
    parameter_order: tuple[str, ...]
    objects: tuple[tuple[str, ...], ...]
    columns: tuple[tuple[str, ...], ...]
    masks: tuple[Mask | None, ...]
    names: tuple[str, ...]
    is_masked: bool
    fingerprint: str
    has_tree: bool
    line_offset: int
    seal: InitVar[object] = field(repr=False)

    def __post_init__(self, seal: object) -> None:
        if seal is not SEAL:
            raise TypeError("Only mssql_mcp.gate.check makes an Approved.")

    def __reduce__(self) -> NoReturn:
        raise TypeError("An Approved cannot be copied or pickled; check the text again.")

    def __copy__(self) -> Approved:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Approved:
        return self
