"""A floor plan as a picture of its own: for signs, mails and pages that draw none. Pure. Above: `floor_plan_rest`."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from html import escape
from typing import Final

from channels.shopfront.floor_plan_documents import Corner, FloorPlanDocument, TargetDocument

_STYLE = """
svg{color-scheme:light dark;font-family:"Avenir Next","Segoe UI",Helvetica,Arial,sans-serif;
--floor:#faf8f3;--zone:#eef1ea;--line:#d5d2c6;--shelf:#c4cfc8;--ink:#16251f;--soft:#4d5a54;--brand:#1d4a40;--go:#a8471f}
@media(prefers-color-scheme:dark){svg{--floor:#17201f;--zone:#202c2a;--line:#3a4846;--shelf:#44544f;--ink:#eaf0ec;
--soft:#a9b8b2;--brand:#8fd0bb;--go:#f0a37f}}
.wall{fill:var(--floor);stroke:var(--soft);stroke-width:.28;stroke-linejoin:round}
.zone{fill:var(--zone);stroke:var(--line);stroke-width:.08}
.bay{fill:var(--shelf)}.bay.it{fill:var(--go)}
.name{fill:var(--ink);font-weight:650}.aisle{fill:var(--soft);font-size:.95px;font-weight:650}
.way{fill:none;stroke:var(--go);stroke-width:.55;stroke-linecap:round;stroke-linejoin:round;stroke-dasharray:.1 1.05}
.you{fill:var(--brand)}.pin{fill:var(--go)}.hole{fill:var(--floor)}
.spot{fill:none;stroke:var(--soft);stroke-width:.14;stroke-linecap:round;stroke-linejoin:round}
""".strip()
STYLE_HASH: Final = f"sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}"
"""What a policy needs that lets this style be, and no other."""
_NAME, _SMALLEST, _LETTER = 1.15, 0.7, 0.56
"""Of a department's name: metres high, no smaller than, and a letter's width to its height."""
_ICONS = {
    "entrance": "M-.6-.8h1.2v1.6h-1.2zM.2 0h1.1M.9-.4l.4.4-.4.4",
    "tills": "M-.9.7h1.8v-.9h-1.8zM-.5-.2v-.6h.7v.6M.4.2h.2",
    "fitting_room": "M0-.4c0-.5.6-.4.5 0-.1.3-.5.2-.5.5L-.9.7h1.8L0 .1",
    "service_desk": "M-.9.7h1.8v-.8h-1.8zM-.4-.5a.4.4 0 1 0 .8 0a.4.4 0 1 0-.8 0",
    "lift": "M-.7-.8h1.4v1.6h-1.4zM-.3-.1l.3-.4.3.4M-.3.2l.3.4.3-.4",
    "stairs": "M-.9.7h.5v-.4h.5v-.4h.5v-.4h.5",
    "toilets": "M-.5-.6a.2.2 0 1 0 .01 0M-.5-.1v.8M-.8.1h.6M.5-.6a.2.2 0 1 0 .01 0M.5-.1l-.3.5h.6zM.5.4v.4M0-.8v1.6",
    "collection": "M-.8-.4l.8-.4.8.4v.9l-.8.4-.8-.4zM-.8-.4l.8.4.8-.4M0 0v.9",
}


def floor_plan_svg(plan: FloorPlanDocument) -> str:
    pad = 1.0
    box = f"{-pad} {-pad} {plan.width + 2 * pad} {plan.height + 2 * pad}"
    parts = "".join(_parts(plan))
    title = escape(f"{plan.name}: {plan.target.title or plan.target.spot}" if plan.target else plan.name)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" aria-label="{title}">'
        f"<title>{title}</title><style>{_STYLE}</style>{parts}</svg>"
    )


def _parts(plan: FloorPlanDocument) -> Iterator[str]:
    target = plan.target
    yield f'<polygon class="wall" points="{_points(plan.outline)}"/>'
    for zone in plan.zones:
        left, top = min(x for x, _ in zone.outline), min(y for _, y in zone.outline)
        yield f'<polygon class="zone" points="{_points(zone.outline)}"/>'
        room = max(x for x, _ in zone.outline) - left - 1.6
        size = min(_NAME, max(_SMALLEST, round(room / (len(zone.name) * _LETTER), 2)))
        place = f'x="{left + 0.9:g}" y="{top + 1.5:g}" font-size="{size:g}"'
        yield f'<text class="name" {place}>{escape(zone.name)}</text>'
    for aisle in plan.aisles:
        for bay in aisle.bays:
            here = target is not None and (target.aisle, target.bay or bay.id) == (aisle.id, bay.id)
            yield (
                f'<rect class="bay{" it" if here else ""}" x="{bay.x:g}" y="{bay.y:g}" width="{bay.width:g}"'
                f' height="{bay.height:g}" rx=".15"/>'
            )
        last = aisle.bays[-1] if aisle.bays else None
        if last is not None:
            x, y = aisle.bays[0].x, last.y + last.height + 1.05
            yield f'<text class="aisle" x="{x:g}" y="{y:g}">{escape(aisle.id)}</text>'
    for spot in plan.spots:
        if spot.kind in _ICONS:
            yield f'<path class="spot" transform="translate({spot.x:g} {spot.y:g})" d="{_ICONS[spot.kind]}"/>'
    yield from _way(plan, target)


def _way(plan: FloorPlanDocument, target: TargetDocument | None) -> Iterator[str]:
    if target is not None and target.way:
        yield f'<polyline class="way" points="{_points(target.way)}"/>'
    if plan.you is not None:
        at = f'cx="{plan.you.x:g}" cy="{plan.you.y:g}"'
        yield f'<circle class="you" {at} r=".9"/><circle class="hole" {at} r=".34"/>'
    if target is not None:
        yield (
            f'<g transform="translate({target.x:g} {target.y:g})"><path class="pin" d="M0 0C-1.5-1.7-1.4-3.6 0-3.6S1.5-1.7 0 0z"/>'
            '<circle class="hole" cy="-2.3" r=".5"/></g>'
        )


def _points(corners: Sequence[Corner]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in corners)
