"""Colours: from a shop's word for one to the tones of a picture. Pure; above: `pictures`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# fmt: off
COLOURS: Mapping[str, str] = {
    "black": "#3b4046", "white": "#f1f0eb", "grey": "#8d969c", "gray": "#8d969c", "silver": "#b9c1c6",
    "navy": "#2c4468", "blue": "#3d7ab8", "teal": "#2f8a8a", "turquoise": "#3ba7a4", "green": "#4f8f63",
    "olive": "#7a7d45", "lime": "#a3bf4c", "yellow": "#e9bf45", "mustard": "#cf9d35", "gold": "#c9a24a",
    "orange": "#e0813c", "rust": "#b2593a", "red": "#c4473f", "burgundy": "#7f3040", "pink": "#df8ba4",
    "purple": "#8061a6", "violet": "#8061a6", "brown": "#8a6244", "tan": "#c3a078", "beige": "#d3bf9f",
    "sand": "#d0b88f", "cream": "#eadfc6", "ivory": "#eee6d3", "khaki": "#a59a6b", "charcoal": "#4a5057",
    "brass": "#bf9b4f", "copper": "#b8734a", "iron": "#41474c", "steel": "#9aa5ab", "aluminium": "#b4bdc2",
    "walnut": "#76523a", "oak": "#c19a68", "bamboo": "#cfae72", "polymer": "#3b4046",
}
# fmt: on
FALLBACKS = ("#5d8a9e", "#6f8f72", "#b5735a", "#7d7aa6", "#c09a54", "#4f7f8f")
INK = "#30363c"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paint:
    names: Mapping[str, str]
    """$m, $d… as the drawings say them."""
    ground: str
    halo: str
    shadow: str


def paint(word: str, *, fallback: int) -> Paint:
    """The tones of a colour. An unknown word takes one of a few calm colours, always the same for one `fallback`."""
    main = _known(word.lower()) or FALLBACKS[fallback % len(FALLBACKS)]
    light, dark = _brightness(main) > 0.84, _brightness(main) < 0.36
    ground = _mix(main, "#f5f2ec", 0.13) if not light else "#d3dbda"
    return Paint(
        names={
            "$m": main,
            "$d": _mix(main, "#1d2a38", 0.86 if light else 0.8),
            "$D": _mix(main, "#17212d", 0.72 if light else 0.6),
            "$l": _mix(main, "#ffffff", 0.8 if dark else 0.74),
            "$h": "#ffffff" if light else _mix(main, "#ffffff", 0.28),
            "$k": _mix(INK, "#000000", 0.7) if dark else INK,
            "$g": "#a4adb2",
        },
        ground=ground,
        halo="#bfcbca" if light else _mix(ground, "#ffffff", 0.45),
        shadow=_mix(ground, "#2a3138", 0.84),
    )


def _known(words: str) -> str | None:
    """The colour of the last word that is one, lighter or darker where it says so: "light blue", "dark forest green"."""
    found = [word for word in re.findall(r"[a-z]+", words) if word in COLOURS]
    if not found:
        return None
    main = COLOURS[found[-1]]
    if "light" in words or "pale" in words:
        return _mix(main, "#ffffff", 0.6)
    return _mix(main, "#101820", 0.7) if "dark" in words else main


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mix(colour: str, other: str, share: float) -> str:
    """`share` of `colour`, the rest of `other`."""
    mixed = (round(a * share + b * (1 - share)) for a, b in zip(_parts(colour), _parts(other), strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _brightness(colour: str) -> float:
    red, green, blue = _parts(colour)
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255
