"""Places and floor plans as CSV: one row a place; one row a part of a plan. docs/kiosk.md names the columns.

Above: `csv`, which hands over files whose header is one of these. Below: `floor_checks` and the records' words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from assistant.shops.feeds.checks import check_other
from assistant.shops.feeds.items import Accepted, BadField, FeedItem
from assistant.shops.floor_plan import FloorPlan, Placement, Point
from retrieval.errors import RefusedRow

Row = Mapping[str, str]
Rows = Iterator[tuple[int, Sequence[str]] | RefusedRow]
PLACE_COLUMNS: Final = frozenset(("store_id", "product_id", "category", "aisle", "bay", "shelf"))
PLAN_COLUMNS: Final = frozenset(
    [
        "store_id",
        "element",
        "id",
        "name",
        "kind",
        "zone",
        "aisle",
        "x",
        "y",
        "width",
        "height",
        "facing",
        "categories",
        "points",
    ]
)


def reader_of(header: Sequence[str]) -> Callable[[Sequence[str], Rows], Iterator[FeedItem]] | None:
    """None where the header is a catalogue's."""
    names = {name.strip().lower() for name in header}
    if {"store_id", "element"} <= names:
        return _plans
    return _places if "aisle" in names and names & {"product_id", "category"} and "title" not in names else None


def _places(header: Sequence[str], rows: Rows) -> Iterator[FeedItem]:
    for line, row in _read(header, rows, PLACE_COLUMNS):
        if isinstance(row, RefusedRow):
            yield row
            continue
        whole = {**row, "category": _path(row.get("category", ""))}
        yield _checked(line, whole, Placement)


def _plans(header: Sequence[str], rows: Rows) -> Iterator[FeedItem]:
    """A plan's parts may stand in any order; it is told of at its "plan" row's line."""
    plans: dict[str, tuple[int, dict[str, Any]]] = {}
    for line, row in _read(header, rows, PLAN_COLUMNS):
        if isinstance(row, RefusedRow):
            yield row
            continue
        store = row.get("store_id", "")
        _, plan = plans.setdefault(
            store, (line, {"store_id": store, "width": 0, "height": 0, "zones": [], "aisles": {}, "spots": []})
        )
        try:
            _ELEMENTS[_element(row)](plan, row)
        except BadField as bad:
            yield RefusedRow(line=line, reason=str(bad))
    for line, plan in plans.values():
        yield _checked(line, {**plan, "aisles": list(plan["aisles"].values())}, FloorPlan)


def _read(header: Sequence[str], rows: Rows, columns: frozenset[str]) -> Iterator[tuple[int, Row | RefusedRow]]:
    names = [name.strip().lower() for name in header]
    for row in rows:
        if isinstance(row, RefusedRow):
            yield row.line, row
            continue
        line, cells = row
        told = zip(names, cells, strict=True)
        yield line, {name: text for name, cell in told if name in columns and (text := cell.strip())}


def _checked(line: int, whole: Mapping[str, Any], kind: type[FloorPlan] | type[Placement]) -> FeedItem:
    try:
        record = msgspec.convert(whole, kind)
        check_other(record)
    except (msgspec.ValidationError, BadField) as bad:
        return RefusedRow(line=line, reason=str(bad))
    return Accepted(line=line, record=record)


def _element(row: Row) -> str:
    element = row.get("element", "")
    if element not in _ELEMENTS:
        raise BadField(f"element {element!r} is unknown: write one of {', '.join(_ELEMENTS)}")
    return element


def _plan(plan: dict[str, Any], row: Row) -> None:
    plan |= {"width": _number(row, "width"), "height": _number(row, "height"), "outline": _points(row)}


def _zone(plan: dict[str, Any], row: Row) -> None:
    plan["zones"].append(
        {"id": row.get("id", ""), "name": row.get("name", row.get("id", "")), "outline": _points(row) or _box(row)}
    )


def _bay(plan: dict[str, Any], row: Row) -> None:
    aisle = plan["aisles"].setdefault(
        row.get("aisle", ""), {"id": row.get("aisle", ""), "zone": row.get("zone", ""), "bays": []}
    )
    size = {name: _number(row, name) for name in ("x", "y", "width", "height")}
    categories = [_path(path) for path in row.get("categories", "").split("|") if path.strip()]
    aisle["bays"].append(
        {"id": row.get("id", ""), **size, "facing": row.get("facing", "down"), "categories": categories}
    )


def _spot(plan: dict[str, Any], row: Row) -> None:
    plan["spots"].append(
        {"kind": row.get("kind", ""), "id": row.get("id", ""), "x": _number(row, "x"), "y": _number(row, "y")}
    )


_ELEMENTS: Final[Mapping[str, Callable[[dict[str, Any], Row], None]]] = {
    "plan": _plan,
    "zone": _zone,
    "bay": _bay,
    "spot": _spot,
}


def _path(text: str) -> list[str]:
    return [part for name in text.split(">") if (part := name.strip())]


def _number(row: Row, name: str) -> float:
    text = row.get(name, "").replace(",", ".")
    try:
        return float(text)
    except ValueError:
        raise BadField(f"{name} {text!r} is no number: write metres, as 12.5") from None


def _points(row: Row) -> list[Point]:
    """ "0 0; 12 0; 12 8.5": corners in order."""
    corners = [pair.split() for pair in row.get("points", "").split(";") if pair.strip()]
    try:
        return [(float(x), float(y)) for x, y in corners]
    except ValueError:
        raise BadField(f"points {row.get('points', '')!r} must be pairs of metres: 0 0; 12 0; 12 8.5") from None


def _box(row: Row) -> list[Point]:
    x, y, width, height = (_number(row, name) for name in ("x", "y", "width", "height"))
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
