"""Types told once for all columns whose names end, or begin, alike: `-Date dt2`, `Is- bit`."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mssql_mcp.catalog.map_words import short_type
from mssql_mcp.catalog.naming import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

# A rule must save so many characters more than it takes; all rules together take at most so many.
LEAST_SAVING = 8
MOST_CHARACTERS = 300
LEAST_WORD = 2
RULE_SIGNS = 4  # a comma, a hyphen and two spaces around


@dataclass(frozen=True, slots=True)
class TypeRules:
    """Which type a column has by its name; names are compared in lower case.

    Attributes:
        ends: End of a name -> short type. The longest that fits counts.
        beginnings: Beginning of a name -> short type; counts where no end fits.
    """

    ends: dict[str, str] = field(default_factory=dict)
    beginnings: dict[str, str] = field(default_factory=dict)

    @classmethod
    def among(cls, columns: Iterable[tuple[str, str]]) -> TypeRules:
        """Choose the rules that save the most characters.

        Args:
            columns: Name and type of each column that could do without its type.
        """
        by_end: dict[str, Counter[str]] = defaultdict(Counter)
        rest: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for name, kind in columns:
            words = words_of(name)
            if words and name.lower().endswith(words[-1]) and words[-1].isalpha() and len(words[-1]) >= LEAST_WORD:
                by_end[words[-1]][short_type(kind)] += 1
                if len(words) > 1 and name.lower().startswith(words[0]) and words[0].isalpha():
                    rest[words[0]].append((words[-1], short_type(kind)))
        ends = _best(by_end, MOST_CHARACTERS)
        by_beginning = {word: Counter(kind for last, kind in found if last not in ends) for word, found in rest.items()}
        room = MOST_CHARACTERS - sum(map(_cost, ends, ends.values()))
        return cls(ends, _best(by_beginning, room))

    def type_of(self, name: str) -> str | None:
        """Give the short type that a name says; None where it says none."""
        folded = name.lower()
        for start in range(len(folded)):
            if folded[start:] in self.ends:
                return self.ends[folded[start:]]
        for end in range(len(folded), 0, -1):
            if folded[:end] in self.beginnings:
                return self.beginnings[folded[:end]]
        return None

    def text(self) -> str:
        """Write the rules for the legend, those of one type together: `-date,-time dt2; is- bit`."""
        by_type: dict[str, list[str]] = defaultdict(list)
        for word, kind in self.ends.items():
            by_type[kind].append(f"-{word}")
        for word, kind in self.beginnings.items():
            by_type[kind].append(f"{word}-")
        return "; ".join(f"{','.join(words)} {kind}" for kind, words in by_type.items())


def _best(counted: dict[str, Counter[str]], room: int) -> dict[str, str]:
    found = []
    for word, kinds in counted.items():
        for kind, count in kinds.most_common(1):
            saving = count * (len(kind) + 1) - _cost(word, kind)
            if saving >= LEAST_SAVING and 2 * count > kinds.total() and kind:
                found.append((-saving, word, kind))
    chosen = {}
    for _, word, kind in sorted(found):
        room -= _cost(word, kind)
        if room >= 0:
            chosen[word] = kind
    return chosen


def _cost(word: str, kind: str) -> int:
    return len(word) + len(kind) + RULE_SIGNS
