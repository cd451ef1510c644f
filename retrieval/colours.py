"""Shades by the plain colour that a shopper would call them. Our own table."""

from __future__ import annotations

from collections.abc import Mapping

_SHADES = """
blue: navy, azure, cobalt, indigo, cyan, sky, denim, sapphire, ultramarine, petrol, ocean
red: crimson, scarlet, burgundy, maroon, ruby, cherry, brick
green: olive, khaki, forest, mint, lime, sage, emerald, moss, pine, fern
grey: gray, charcoal, slate, graphite, anthracite, ash, stone
black: jet, onyx, ebony
white: ivory, snow, off-white, chalk
brown: tan, chocolate, coffee, chestnut, walnut, mocha, cognac
beige: sand, cream, taupe, ecru
yellow: mustard, lemon, gold, amber
orange: rust, tangerine, coral, apricot
pink: rose, magenta, fuchsia, blush
purple: violet, lilac, lavender, plum, mauve
silver: chrome, steel
gold: brass, champagne
turquoise: teal, aqua
"""

SHADES: Mapping[str, tuple[str, ...]] = {
    name: tuple(shade.strip() for shade in shades.split(","))
    for name, _, shades in (line.partition(":") for line in _SHADES.strip().splitlines())
}
SPELLINGS: Mapping[str, str] = {"gray": "grey", "grey": "gray"}


def shades_of(asked: str, offered: Mapping[str, int]) -> tuple[str, ...]:
    """The offered colours that a plain colour means: those that carry its name, else its shades."""
    names = {asked, SPELLINGS.get(asked, asked)}
    named = tuple(value for value in offered if names & set(value.replace("-", " ").replace("/", " ").split()))
    if named:
        return named
    wanted = {shade for name in names for shade in SHADES.get(name, ())}
    return tuple(value for value in offered if wanted & set(value.replace("-", " ").split()))
