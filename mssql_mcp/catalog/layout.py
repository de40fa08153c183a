"""Place the boxes of a diagram: linked tables in layers from left to right, the rest in a grid beside them.

The same drawing gets the same places every time. Each group of linked tables is layered so that links point one way
(cycles are cut), each layer is ordered to keep links short, groups are packed in shelves, largest first.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mssql_mcp.catalog.diagram import Place

GAP_X, GAP_Y = 90.0, 26.0
GROUP_GAP = 70.0
SWEEPS = 8
# A layer higher than this many times the group's even height is set in several columns.
TALLEST_SHARE = 1.5
ASPECT = 1.6  # width to height of the whole
# More layers than this many times the root of the number of boxes make a ribbon: then boxes move nearer to the left.
MOST_LAYERS = 1.3


@dataclass(frozen=True, slots=True)
class Box:
    """A placed box: its left upper corner and its size."""

    x: float
    y: float
    width: float
    height: float


def place_boxes(sizes: Mapping[Place, tuple[float, float]], links: Sequence[tuple[Place, Place]]) -> dict[Place, Box]:
    """Give every box a place that no other overlaps.

    Args:
        sizes: Width and height of each box.
        links: (child, parent) pairs; those of unknown boxes and of a box with itself do not count.
    """
    pairs = sorted(
        {(child, parent) for child, parent in links if child in sizes and parent in sizes and child != parent}
    )
    groups = _groups(sorted(sizes), pairs)
    placed: list[dict[Place, Box]] = [_layered(group, pairs, sizes) for group in groups if len(group) > 1]
    lonely = [group[0] for group in groups if len(group) == 1]
    if lonely:
        placed.append(_grid(lonely, sizes))
    return _packed(placed)


def _groups(places: Sequence[Place], pairs: Sequence[tuple[Place, Place]]) -> list[list[Place]]:
    """Part the boxes into groups that are linked with one another, the largest first."""
    owner = {place: place for place in places}

    def root(place: Place) -> Place:
        while owner[place] != place:
            owner[place] = owner[owner[place]]
            place = owner[place]
        return place

    for child, parent in pairs:
        first, second = sorted((root(child), root(parent)))
        owner[second] = first
    groups: dict[Place, list[Place]] = defaultdict(list)
    for place in places:
        groups[root(place)].append(place)
    return sorted(groups.values(), key=lambda group: (-len(group), group[0]))


def _layered(
    group: Sequence[Place], pairs: Sequence[tuple[Place, Place]], sizes: Mapping[Place, tuple[float, float]]
) -> dict[Place, Box]:
    inside = set(group)
    own = [pair for pair in pairs if pair[0] in inside]
    layers = _layers(group, own)
    if len(layers) > MOST_LAYERS * sqrt(len(group)):
        layers = _near_layers(group, own)
    layers = _ordered(layers, own)
    columns = _columns(layers, sizes)
    heights = [sum(sizes[place][1] + GAP_Y for place in column) - GAP_Y for column in columns]
    tallest = max(heights)
    placed: dict[Place, Box] = {}
    x = 0.0
    for column, height in zip(columns, heights, strict=True):
        y = (tallest - height) / 2
        for place in column:
            width, own_height = sizes[place]
            placed[place] = Box(x, y, width, own_height)
            y += own_height + GAP_Y
        x += max(sizes[place][0] for place in column) + GAP_X
    return placed


def _layers(group: Sequence[Place], pairs: Sequence[tuple[Place, Place]]) -> list[list[Place]]:
    """Set each box one layer right of the furthest box that it points at; a cycle is cut where it is entered again."""
    parents: dict[Place, list[Place]] = defaultdict(list)
    for child, parent in pairs:
        parents[child].append(parent)
    depth: dict[Place, int] = {}
    for start in group:
        stack: list[tuple[Place, int]] = [(start, 0)]
        active = {start}
        while stack:
            place, position = stack.pop()
            if place in depth:
                active.discard(place)
                continue
            pending = [parent for parent in parents[place][position:] if parent not in depth and parent not in active]
            if pending:
                stack.append((place, parents[place].index(pending[0]) + 1))
                stack.append((pending[0], 0))
                active.add(pending[0])
            else:
                depth[place] = 1 + max((depth[parent] for parent in parents[place] if parent in depth), default=-1)
                active.discard(place)
    layers: list[list[Place]] = [[] for _ in range(max(depth.values()) + 1)]
    for place in group:
        layers[depth[place]].append(place)
    return [layer for layer in layers if layer]


def _near_layers(group: Sequence[Place], pairs: Sequence[tuple[Place, Place]]) -> list[list[Place]]:
    """Set each box one layer right of the nearest box that it points at, so that chains stay short."""
    children: dict[Place, list[Place]] = defaultdict(list)
    pointing = {child for child, _ in pairs}
    for child, parent in pairs:
        children[parent].append(child)
    # Where everything points at something, the box that most point at is where it begins.
    roots = [place for place in group if place not in pointing] or [max(group, key=lambda p: (len(children[p]), p))]
    depth = dict.fromkeys(roots, 0)
    queue = deque(roots)
    while queue:
        place = queue.popleft()
        for child in children[place]:
            if child not in depth:
                depth[child] = depth[place] + 1
                queue.append(child)
    rest = max(depth.values()) + 1
    layers: list[list[Place]] = [[] for _ in range(rest + 1)]
    for place in group:
        layers[depth.get(place, rest)].append(place)
    return [layer for layer in layers if layer]


def _ordered(layers: list[list[Place]], pairs: Sequence[tuple[Place, Place]]) -> list[list[Place]]:
    """Order each layer by the mean place of the boxes that its boxes are linked with, sweeping to and fro."""
    linked: dict[Place, list[Place]] = defaultdict(list)
    for child, parent in pairs:
        linked[child].append(parent)
        linked[parent].append(child)
    position = {place: number / max(1, len(layer)) for layer in layers for number, place in enumerate(layer)}
    for sweep in range(SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            layer.sort(key=lambda place: (_mean([position[other] for other in linked[place]], position[place]), place))
            for number, place in enumerate(layer):
                position[place] = (number + 0.5) / len(layer)
    return layers


def _columns(layers: Sequence[Sequence[Place]], sizes: Mapping[Place, tuple[float, float]]) -> list[list[Place]]:
    """Break layers that are much higher than the others into several columns."""
    area = sum((width + GAP_X) * (height + GAP_Y) for layer in layers for width, height in (sizes[p] for p in layer))
    limit = max([sqrt(area / ASPECT) * TALLEST_SHARE, *(sizes[place][1] for layer in layers for place in layer)])
    columns: list[list[Place]] = []
    for layer in layers:
        total = sum(sizes[place][1] + GAP_Y for place in layer)
        even = total / ceil(total / (limit + GAP_Y))
        column: list[Place] = []
        height = 0.0
        for place in layer:
            own = sizes[place][1] + GAP_Y
            if column and height + own / 2 > even:
                columns.append(column)
                column, height = [], 0.0
            column.append(place)
            height += own
        columns.append(column)
    return columns


def _grid(places: Sequence[Place], sizes: Mapping[Place, tuple[float, float]]) -> dict[Place, Box]:
    """Set boxes without links in a grid, in order."""
    width = max(sizes[place][0] for place in places) + GAP_X / 2
    height = max(sizes[place][1] for place in places) + GAP_Y
    across = max(1, ceil(sqrt(len(places) * height * ASPECT / width)))
    return {
        place: Box((number % across) * width, (number // across) * height, *sizes[place])
        for number, place in enumerate(places)
    }


def _packed(groups: Sequence[Mapping[Place, Box]]) -> dict[Place, Box]:
    """Set groups beside and below one another in shelves."""
    extents = [
        (max(box.x + box.width for box in group.values()), max(box.y + box.height for box in group.values()))
        for group in groups
    ]
    if not extents:
        return {}
    area = sum((width + GROUP_GAP) * (height + GROUP_GAP) for width, height in extents)
    shelf_width = max([sqrt(area * ASPECT), *(width for width, _ in extents)])
    placed: dict[Place, Box] = {}
    x = y = shelf_height = 0.0
    for group, (width, height) in zip(groups, extents, strict=True):
        if x and x + width > shelf_width:
            x, y, shelf_height = 0.0, y + shelf_height + GROUP_GAP, 0.0
        for place, box in group.items():
            placed[place] = Box(round(box.x + x, 1), round(box.y + y, 1), box.width, box.height)
        x += width + GROUP_GAP
        shelf_height = max(shelf_height, height)
    return placed


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
