"""The way through a store, from a spot to the front of a bay: a shortest path over a half-metre grid (pure, ~20 ms).

Shelves and the space outside the walls are closed; a metre through a department costs more than one along the open floor
between departments, and a turn costs too, so that the way is one that a person would be told.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil
from typing import Final

import numpy as np
import numpy.typing as npt

from assistant.shops.floor_plan import Bay, FloorPlan, Point, Spot

CELL: Final = 0.5
"""Metres."""
_CLEARANCE: Final = 0.8
"""From the front of a shelf to where a person stands."""
_AMONG_SHELVES: Final = 1.6
_NEAR_AN_EDGE: Final = 0.2
_REACH: Final = 5
"""Cells around a point in which its nearest open one is looked for."""
_TURN: Final = 2.0
_STEPS: Final = ((1, 0), (0, 1), (-1, 0), (0, -1))
_FRONT: Final = {
    "up": (0.5, 0.0, 0, -1),
    "down": (0.5, 1.0, 0, 1),
    "left": (0.0, 0.5, -1, 0),
    "right": (1.0, 0.5, 1, 0),
}

Cell = tuple[int, int]


def front_of(bay: Bay) -> Point:
    """Where a person stands to reach into it."""
    across, down, dx, dy = _FRONT[bay.facing]
    return (bay.x + bay.width * across + dx * _CLEARANCE, bay.y + bay.height * down + dy * _CLEARANCE)


def start_of(plan: FloorPlan, kiosk: str = "") -> Spot | None:
    """You are here: the kiosk of that name, else the first one, else the entrance."""
    kiosks = [spot for spot in plan.spots if spot.kind == "kiosk"]
    named = [spot for spot in kiosks if spot.id == kiosk]
    return next(iter((*named, *kiosks, *(spot for spot in plan.spots if spot.kind == "entrance"))), None)


def way(plan: FloorPlan, start: Point, end: Point) -> tuple[Point, ...]:
    """The corners of the way, both ends included; empty where there is none."""
    floor = _Floor(plan)
    first, last = floor.nearest_open(start), floor.nearest_open(end)
    if first is None or last is None:
        return ()
    cells = _shortest(floor, first, last)
    middle = [(x * CELL + CELL / 2, y * CELL + CELL / 2) for x, y in cells]
    return _from_to(start, _corners(middle) if len(middle) > 1 else middle, end) if cells else ()


def length(points: Sequence[Point]) -> float:
    """Metres; every leg runs along an axis."""
    return sum(abs(ax - bx) + abs(ay - by) for (ax, ay), (bx, by) in pairwise(points))


class _Floor:
    """What a step onto each cell costs; 0: closed."""

    def __init__(self, plan: FloorPlan) -> None:
        self.width, self.height = ceil(plan.width / CELL), ceil(plan.height / CELL)
        across, down = np.meshgrid((np.arange(self.width) + 0.5) * CELL, (np.arange(self.height) + 0.5) * CELL)
        cost = np.ones((self.height, self.width))
        for zone in plan.zones:
            cost[_inside(across, down, zone.outline)] = _AMONG_SHELVES
        closed = ~_inside(across, down, plan.outline) if plan.outline else np.zeros(cost.shape, bool)
        for aisle in plan.aisles:
            for bay in aisle.bays:
                left, top = int(bay.x / CELL), int(bay.y / CELL)
                closed[top : ceil((bay.y + bay.height) / CELL), left : ceil((bay.x + bay.width) / CELL)] = True
        for reach in (1, 2):
            cost += _NEAR_AN_EDGE * _beside(closed | (cost >= _AMONG_SHELVES), reach)
        cost[closed] = 0.0
        self.cost: list[list[float]] = cost.tolist()

    def nearest_open(self, point: Point) -> Cell | None:
        at = (int(point[0] / CELL), int(point[1] / CELL))
        around = range(-_REACH, _REACH + 1)
        cells = [(at[0] + dx, at[1] + dy) for dx in around for dy in around if self.step((at[0] + dx, at[1] + dy))]
        return min(cells, key=lambda cell: abs(cell[0] - at[0]) + abs(cell[1] - at[1]), default=None)

    def step(self, cell: Cell) -> float:
        x, y = cell
        return self.cost[y][x] if 0 <= x < self.width and 0 <= y < self.height else 0.0


Grid = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def _inside(across: Grid, down: Grid, corners: Sequence[Point]) -> Mask:
    """Even-odd rule, for all cells at once."""
    within = np.zeros(across.shape, bool)
    for (ax, ay), (bx, by) in pairwise((*corners, corners[0])):
        if ay != by:
            crosses = ((ay > down) != (by > down)) & (across < (bx - ax) * (down - ay) / (by - ay) + ax)
            within ^= crosses
    return within


def _beside(closed: Mask, reach: int) -> Mask:
    """Cells that have a closed one that far to a side."""
    padded = np.pad(closed, reach, constant_values=True)
    tall, wide = closed.shape
    sides: tuple[tuple[int, int], ...] = ((0, reach), (2 * reach, reach), (reach, 0), (reach, 2 * reach))
    found = np.zeros(closed.shape, bool)
    for down, across in sides:
        found |= padded[down : down + tall, across : across + wide]
    return found


def _shortest(floor: _Floor, first: Cell, last: Cell) -> tuple[Cell, ...]:
    start = (first, -1)
    costs: dict[tuple[Cell, int], float] = {start: 0.0}
    before: dict[tuple[Cell, int], tuple[Cell, int]] = {}
    open_: list[tuple[float, Cell, int]] = [(0.0, first, -1)]
    while open_:
        spent, cell, heading = heapq.heappop(open_)
        if cell == last:
            return tuple(_back(before, (cell, heading)))
        if spent > costs[(cell, heading)]:
            continue
        for toward, (dx, dy) in enumerate(_STEPS):
            following = (cell[0] + dx, cell[1] + dy)
            step = floor.step(following)
            if not step:
                continue
            total = spent + step + (_TURN if heading not in (-1, toward) else 0.0)
            if total < costs.get((following, toward), float("inf")):
                costs[(following, toward)] = total
                before[(following, toward)] = (cell, heading)
                heapq.heappush(open_, (total, following, toward))
    return ()


def _back(before: dict[tuple[Cell, int], tuple[Cell, int]], at: tuple[Cell, int]) -> Iterator[Cell]:
    steps = [at[0]]
    while at in before:
        at = before[at]
        steps.append(at[0])
    return reversed(steps)


def _corners(points: Sequence[Point]) -> tuple[Point, ...]:
    """Without the points that lie on a straight line between their neighbours."""
    kept = [points[0]]
    for point, after in pairwise(points[1:]):
        before = kept[-1]
        straight = before[0] == point[0] == after[0] or before[1] == point[1] == after[1]
        if not straight:
            kept.append(point)
    return (*kept, points[-1])


def _from_to(start: Point, middle: Sequence[Point], end: Point) -> tuple[Point, ...]:
    """The first and the last leg are moved off the grid's lines, by less than a cell, onto those of the two ends."""
    points = _onto(tuple(reversed(_onto(tuple(middle), start))), end)
    points = tuple(reversed(points))
    joined = [start]
    for point in (*points, end):
        before = joined[-1]
        if point[0] != before[0] and point[1] != before[1]:
            joined.append((before[0], point[1]))
        if point != joined[-1]:
            joined.append(point)
    return tuple((round(x, 2), round(y, 2)) for x, y in _corners(joined)) if len(joined) > 1 else (start, end)


def _onto(points: tuple[Point, ...], end: Point) -> tuple[Point, ...]:
    """With the first leg on the line of `end`."""
    if len(points) < 2:
        return points
    (_, ay), (bx, by) = points[:2]
    if ay == by:
        return ((end[0], end[1]), (bx, end[1]), *points[2:])
    return ((end[0], end[1]), (end[0], by), *points[2:])
