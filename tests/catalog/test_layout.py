"""Where the boxes of a diagram stand."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from mssql_mcp.catalog.layout import ASPECT, Box, place_boxes

SIZE = (150.0, 60.0)
Place = tuple[str, str]


def place(number: int) -> Place:
    return ("s", f"t{number:04}")


def overlap(one: Box, other: Box) -> bool:
    return not (
        one.x + one.width <= other.x
        or other.x + other.width <= one.x
        or one.y + one.height <= other.y
        or other.y + other.height <= one.y
    )


@given(
    st.dictionaries(st.integers(0, 30), st.tuples(st.floats(20, 300), st.floats(20, 400)), max_size=25),
    st.lists(st.tuples(st.integers(0, 32), st.integers(0, 32)), max_size=60),
)
def test_no_two_boxes_overlap(sizes: dict[int, tuple[float, float]], links: list[tuple[int, int]]) -> None:
    """Whatever the sizes and links (cycles, selves, unknown ones), each box has its own place, the same each time."""
    boxes = {place(number): size for number, size in sizes.items()}
    pairs = [(place(child), place(parent)) for child, parent in links]
    placed = place_boxes(boxes, pairs)
    assert set(placed) == set(boxes)
    assert {found: (box.width, box.height) for found, box in placed.items()} == boxes
    assert not any(overlap(one, other) for one, other in combinations(placed.values(), 2))
    assert placed == place_boxes(boxes, list(reversed(pairs)))


def test_a_chain_goes_from_left_to_right() -> None:
    """A table stands right of the one that it points at."""
    chain = [place(number) for number in range(4)]
    placed = place_boxes(dict.fromkeys(chain, SIZE), [(child, parent) for parent, child in pairwise(chain)])
    assert [placed[found].x for found in chain] == sorted(placed[found].x for found in chain)
    assert len({placed[found].x for found in chain}) == 4


def test_a_long_ribbon_is_folded() -> None:
    """Many layers that few tables make do not become a ribbon: everything links near to where it points."""
    count = 64
    boxes = {place(number): SIZE for number in range(count)}
    links = [(place(number), place(number - 1)) for number in range(1, count)]
    links += [(place(number), place(0)) for number in range(1, count)]
    placed = place_boxes(boxes, links)
    width = max(box.x + box.width for box in placed.values())
    height = max(box.y + box.height for box in placed.values())
    assert width < height * ASPECT * 3


def test_five_hundred_tables_make_a_page() -> None:
    """A tree of five hundred tables is neither a line nor a tower."""
    boxes = {place(number): SIZE for number in range(500)}
    placed = place_boxes(boxes, [(place(number), place(number // 3)) for number in range(1, 500)])
    width = max(box.x + box.width for box in placed.values())
    height = max(box.y + box.height for box in placed.values())
    assert 0.5 < width / height < 4


def test_tables_without_links_are_a_grid() -> None:
    """They stand in order, beside one another and in rows."""
    placed = place_boxes({place(number): SIZE for number in range(12)}, [])
    rows = sorted({box.y for box in placed.values()})
    assert 1 < len(rows) < 12
    first = [found for found in sorted(placed) if placed[found].y == rows[0]]
    assert first == [place(number) for number in range(len(first))]


def test_nothing_is_no_trouble() -> None:
    """A diagram without tables is empty."""
    assert place_boxes({}, []) == {}
