"""Superlatives as orders over what products state: "biggest tent" by capacity, "longest battery" by battery life. Pure.

Above lies `reading`. Where the shop states no such figure the superlative is a wish: "softest" ranks what is called soft.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.words import listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Superlative:
    attributes: Sequence[str] = ()
    """Attributes that may carry the figure, the likeliest first."""
    most: bool = True
    wish: str = ""
    """What ranks where none of them is stated."""


_SIZE = ("capacity", "volume", "persons", "sleeps", "screen size", "board volume", "size", "wheel size")
_BATTERY = ("battery life", "battery", "runtime", "run time", "electric range", "battery capacity")


def _all(words: str, **known: object) -> dict[tuple[str, ...], Superlative]:
    return {tuple(listed(phrase)): Superlative(**known) for phrase in words.split(",")}  # type: ignore[arg-type]


_TABLE: Mapping[tuple[str, ...], Superlative] = {
    **_all(
        "biggest, largest, roomiest, most spacious, highest capacity, largest capacity", attributes=_SIZE, wish="big"
    ),
    **_all(
        "smallest, tiniest, most compact, smallest packed",
        attributes=("packed volume", "packed length", *_SIZE),
        most=False,
        wish="compact",
    ),
    **_all(
        "longest battery life, longest battery, best battery life, best battery, longest lasting battery, longest lasting",
        attributes=_BATTERY,
        wish="long battery",
    ),
    **_all("longest range, furthest range, highest range", attributes=("electric range", "range"), wish="long range"),
    **_all("quietest, least noisy", attributes=("noise", "noise level"), most=False, wish="quiet"),
    **_all("brightest", attributes=("brightness",), wish="bright"),
    **_all("most powerful, strongest", attributes=("power", "output", "pressure"), wish="powerful"),
    **_all("loudest", attributes=("output", "power"), wish="loud"),
    **_all("heaviest", attributes=("weight",), wish="heavy"),
    **_all("warmest", attributes=("comfort temperature",), most=False, wish="warm"),
    **_all("thickest", attributes=("thickness",), wish="thick"),
    **_all("thinnest, slimmest", attributes=("thickness",), most=False, wish="thin"),
    **_all("longest", attributes=("length", "cable length"), wish="long"),
    **_all("shortest", attributes=("length", "cable length"), most=False, wish="short"),
    **_all("tallest, highest", attributes=("height",), wish="tall"),
    **_all("widest", attributes=("width",), wish="wide"),
    **_all("fastest", attributes=("boil time", "charging time", "setup time"), most=False, wish="fast"),
    **_all("most memory, most ram", attributes=("memory",), wish="memory"),
    **_all("most storage, biggest storage", attributes=("storage",), wish="storage"),
    **_all("most waterproof", attributes=("hydrostatic head",), wish="waterproof"),
    **_all("longest warranty", attributes=("warranty",), wish="warranty"),
    **{
        (word,): Superlative(wish=wish)
        for word, wish in (
            pair.split("=")
            for pair in listed(
                "softest=soft cosiest=cosy coziest=cosy comfiest=comfortable sturdiest=sturdy toughest=tough simplest=simple "
                "newest=new latest=latest prettiest=pretty nicest=nice coolest=cool finest=quality sharpest=sharp "
                "easiest=simple safest=safe greenest=sustainable"
            )
        )
    },
    **_all("most comfortable, comfortablest", wish="comfortable"),
    **_all("most durable", wish="durable"),
    **_all("most breathable", wish="breathable"),
    **_all("most reliable", wish="reliable"),
    **_all("most stylish", wish="stylish"),
}
_LONGEST = max(map(len, _TABLE))
SUPERLATIVES = frozenset(word for phrase in _TABLE for word in phrase)


def superlative_at(words: Sequence[str], start: int) -> tuple[Superlative, int] | None:
    """The longest one from here on, and how many words it takes."""
    for length in range(min(_LONGEST, len(words) - start), 0, -1):
        if (found := _TABLE.get(tuple(words[start : start + length]))) is not None:
            return found, length
    return None
