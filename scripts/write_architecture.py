"""Draws docs/pictures/packages.svg from the tree: the layers, and in each the rooms that it has today. `--check` only compares.

Nothing is imported; a room is a folder with Python in it. docs/architecture.md shows the picture,
tests/docs holds it against the tree.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "pictures" / "packages.svg"
LAYERS: Sequence[Sequence[tuple[str, str]]] = (
    (("eval", "measures all of it"),),
    (("channels", "protocol, pages, phones, desk, command line"),),
    (("assistant", "conversations, flows, tools, answers, the shop"),),
    (("retrieval", "catalogue, vectors, words"), ("model_serving", "engines, queues, versions, speech")),
)
WIDTH, MARGIN, GAP = 960, 16, 28
HEAD, CHIP, SPACE = 44, 26, 8
LETTER = 7.4
"""Width of a letter of 12.5 pixels in a sans serif, in the mean and rounded up."""
STYLE = """
    text { font-family: system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #16251f; }
    .layer { fill: #f4f1e9; stroke: #1d4a40; stroke-width: 1.2; } .room { fill: #ffffff; stroke: #b9c6bf; }
    .name { font-size: 16px; font-weight: 650; } .knows { font-size: 13px; fill: #4d5b55; } .chip { font-size: 12.5px; }
    .down { stroke: #1d4a40; stroke-width: 1.6; fill: none; marker-end: url(#head); } #head path { fill: #1d4a40; }
    @media (prefers-color-scheme: dark) {
      text { fill: #eaf0ec; } .layer { fill: #17201f; stroke: #8fd0bb; } .room { fill: #101716; stroke: #3a4a46; }
      .knows { fill: #a9b8b2; } .down { stroke: #8fd0bb; } #head path { fill: #8fd0bb; }
    }"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A package on the picture: its corner, its width, and its rooms in rows."""

    package: str
    knows: str
    x: int
    width: int
    rows: Sequence[Sequence[str]]

    @property
    def height(self) -> int:
        return HEAD + len(self.rows) * (CHIP + SPACE) + (SPACE if self.rows else 0)


def rooms(package: str) -> list[str]:
    found = (folder for folder in (ROOT / package).iterdir() if folder.is_dir() and any(folder.glob("*.py")))
    return sorted(folder.name for folder in found)


def picture() -> str:
    drawn: list[str] = []
    top = MARGIN
    for layer in LAYERS:
        width = (WIDTH - 2 * MARGIN - GAP * (len(layer) - 1)) // len(layer)
        bands = [_band(package, knows, MARGIN + at * (width + GAP), width) for at, (package, knows) in enumerate(layer)]
        if top > MARGIN:
            drawn += [_arrow(band.x + band.width // 2, top - GAP + 2, top - 6) for band in bands]
        height = max(band.height for band in bands)
        for band in bands:
            drawn += _drawn(band, top, height)
        top += height + GAP
    told = ", ".join(package for layer in LAYERS for package, _ in layer)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top - GAP + MARGIN}" role="img" aria-labelledby="t">',
            f'  <title id="t">Packages, each importing only what lies below it: {told}</title>',
            f"  <style>{STYLE}\n  </style>",
            '  <defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
            '<path d="M0 0 8 4 0 8z"/></marker></defs>',
            *drawn,
            "</svg>\n",
        ]
    )


def _band(package: str, knows: str, x: int, width: int) -> Band:
    return Band(package=package, knows=knows, x=x, width=width, rows=list(_rows(rooms(package), width)))


def _rows(names: Sequence[str], width: int) -> Iterator[list[str]]:
    row: list[str] = []
    used = 0
    for name in names:
        if row and used + _wide(name) > width - 2 * MARGIN:
            yield row
            row, used = [], 0
        row.append(name)
        used += _wide(name) + SPACE
    if row:
        yield row


def _wide(name: str) -> int:
    return round(len(name) * LETTER) + 18


def _drawn(band: Band, top: int, height: int) -> Iterator[str]:
    yield f'  <rect class="layer" x="{band.x}" y="{top}" width="{band.width}" height="{height}" rx="12"/>'
    name = f'<tspan class="name">{band.package}</tspan>  <tspan class="knows" dx="8">{band.knows}</tspan>'
    yield f'  <text x="{band.x + MARGIN}" y="{top + 28}">{name}</text>'
    for row, names in enumerate(band.rows):
        x, y = band.x + MARGIN, top + HEAD + row * (CHIP + SPACE)
        for one in names:
            yield f'  <rect class="room" x="{x}" y="{y}" width="{_wide(one)}" height="{CHIP}" rx="8"/>'
            words = f'class="chip" text-anchor="middle" x="{x + _wide(one) / 2:g}" y="{y + 17.5}"'
            yield f"  <text {words}>{one.replace('_', ' ')}</text>"
            x += _wide(one) + SPACE


def _arrow(x: int, y: int, to: int) -> str:
    return f'  <path class="down" d="M{x} {y}V{to}"/>'


def main() -> int:
    drawn = picture()
    if "--check" in sys.argv[1:]:
        fresh = PICTURE.is_file() and PICTURE.read_text(encoding="utf-8") == drawn
        if not fresh:
            sys.stderr.write("docs/pictures/packages.svg is not the tree's: run scripts/write_architecture.py\n")
        return 0 if fresh else 1
    PICTURE.write_text(drawn, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
