"""What people say of themselves that is worth keeping: "I wear 42", "I'm vegan", "I hate wool". English rules, pure.

Only what is said outright, in the first person: a search ("vegan boots", "size 42") says nothing of who searches.
Above: rules, the memory of customers. Below: the shop-independent tables of materials and colours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

from assistant.understanding.segments import normalise
from retrieval.colours import SHADES
from retrieval.materials import MATERIALS

Trait = Literal["shoe size", "clothing size", "diet", "avoids", "likes"]
TRAITS: Final[tuple[Trait, ...]] = get_args(Trait)
SINGLE: Final[tuple[Trait, ...]] = ("shoe size", "clothing size")
"""Of which the newest alone holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """One thing said of themselves, and the words in which it was said."""

    trait: Trait
    value: str
    words: str


_LETTERS: Final = {
    "extra small": "XS",
    "small": "S",
    "medium": "M",
    "large": "L",
    "extra large": "XL",
}
_LETTER: Final = r"(?:xxs|xs|s|m|l|xl|xxl|xxxl|[23]xl|extra small|small|medium|extra large|large)"
_NUMBER: Final = r"(?:3[4-9]|4\d|50)(?:[.,]5)?|(?:us|uk) ?\d{1,2}(?:[.,]5)?"
_WEAR: Final = r"\b(?:i|we) (?:usually |normally |always |mostly |generally )?(?:wear|take|am|have)(?: an?)?|\bi'?m(?: usually| normally)?(?: an?)?"
_MINE: Final = r"\bmy (?P<what>shoe |foot |boot |clothing |shirt |jacket |dress )?size (?:is|was|would be)(?: an?)?"
_SIZE: Final = re.compile(
    rf"(?:(?P<wear>{_WEAR})(?P<sized> size)?|{_MINE}) (?:eu ?|eur ?)?(?P<size>{_NUMBER}|{_LETTER})(?: in (?P<of>shoes?|boots?))?"
    rf"(?![\w.,]*\d)(?=$|[\s.,;!?)])(?! (?:years?|yrs?|kg|kilos?|pounds?|lbs?|cm|bit|few|lot|percent|euros?|dollars?|fan|tent|one)\b)"
)
_DIETS: Final = r"vegan|vegetarian|pescatarian|gluten[- ]free|lactose[- ]intolerant|celiac|coeliac|halal|kosher"
_DIET: Final = re.compile(
    rf"\b(?:i'?m|i am|we are|we're|i eat|i live|i only eat|my diet is)(?: an?| strictly| only)? (?P<diet>{_DIETS})\b(?! (?:and )?(?:looking|shopping))"
)
_DISLIKE: Final = re.compile(
    r"\b(?:i|we) (?:really |absolutely )?(?P<strong>hate|can'?t stand|cannot stand|never wear|don'?t wear|can'?t wear|avoid|react to)"
    r" (?:wearing |anything (?:with|made of|in) )?(?P<thing>[a-z]+(?: [a-z]+)?)"
    r"|\b(?:i'?m|i am) allergic to (?P<allergy>[a-z]+(?: [a-z]+)?)"
    r"|\b(?:i|we) (?:really )?(?:don'?t|do not) (?:really )?(?:like|care for) (?P<mild>[a-z]+)"
)
_LIKE: Final = re.compile(
    r"\b(?:i|we) (?:really |just |always )?(?:love|like|adore|prefer) (?:the colou?r )?(?P<liked>[a-z]+)(?=$|[.,;!?]| (?:best|most|a lot|things|stuff))"
    r"|\bmy favou?rite (?:colou?r|material|fabric|brand) is (?P<favourite>[a-z]+(?: [a-z]+)?)"
)
_NO_THING: Final = frozenset(
    [
        "it",
        "that",
        "this",
        "these",
        "those",
        "them",
        "you",
        "him",
        "her",
        "the",
        "a",
        "an",
        "my",
        "your",
        "to",
        "when",
        "how",
        "what",
        "being",
        "having",
        "waiting",
        "shopping",
        "one",
        "ones",
        "all",
        "everything",
        "anything",
        "surprises",
        "ads",
        "spam",
        "bots",
        "people",
        "prices",
    ]
)
_KNOWN: Final = MATERIALS | frozenset(word for name, shades in SHADES.items() for word in (name, *shades)) | {"gray"}


def preferences(text: str) -> tuple[Preference, ...]:
    """In the order said; none for a question."""
    sentences = re.split(r"(?<=[.!?;])\s+|\n+", normalise(text))
    found = (one for sentence in sentences if not sentence.endswith("?") for one in _in(sentence))
    return tuple(replace(one, words=_as_written(one.words, text)) for one in found)


def _as_written(words: str, text: str) -> str:
    found = re.search(r"\s+".join(map(re.escape, words.split())), text, re.I)
    return found[0] if found else words


def only_preferences(text: str) -> bool:
    """Whether the message says nothing else: "by the way, I wear 42 and I hate wool"."""
    said = normalise(text)
    for pattern in (_SIZE, _DIET, _DISLIKE, _LIKE):
        said = pattern.sub(" ", said)
    left = re.sub(r"\b(?:and|but|also|so|by the way|btw|just so you know|fyi|please|for me|remember(?: that)?|note that|hi|hello|hey|too"
                  r"|always|usually|in shoes|size|at all|very much|a lot|things|stuff|eu)\b", " ", said)  # fmt: skip
    return bool(preferences(text)) and not re.search(r"\w", left)


def _in(sentence: str) -> Iterator[Preference]:
    for found in _SIZE.finditer(sentence):
        if size := _size(found):
            yield size
    for found in _DIET.finditer(sentence):
        yield Preference(trait="diet", value=found["diet"].replace("-", " "), words=found[0])
    for found in _DISLIKE.finditer(sentence):
        if thing := _thing(found):
            yield Preference(trait="avoids", value=thing, words=found[0])
            yield from _others(sentence, found)
    for found in _LIKE.finditer(sentence):
        liked = found["favourite"] or (found["liked"] if found["liked"] in _KNOWN else "")
        if liked and liked not in _NO_THING:
            yield Preference(trait="likes", value=liked, words=found[0])


def _size(found: re.Match[str]) -> Preference | None:
    """A number is a shoe's, letters are clothes'. "I'm a 42" needs the word "size"; "I'm M" does, too: it may be a name."""
    size, wear = found["size"], (found["wear"] or "").split()
    bare = bool(wear) and wear[-1] not in ("wear", "take") and not re.search(r"\bwear|\btake", found["wear"])
    if bare and not found["sized"]:
        return None
    letters = _LETTERS.get(size, size.upper()) if re.fullmatch(_LETTER, size) else ""
    about = (found["what"] or "").strip()
    trait: Trait = "clothing size" if letters or about in ("clothing", "shirt", "jacket", "dress") else "shoe size"
    return Preference(trait=trait, value=letters or size.replace(",", ".").upper(), words=found[0])


def _others(sentence: str, found: re.Match[str]) -> Iterator[Preference]:
    """ "Allergic to latex and wool": further materials and colours of the same list."""
    start = found.start() + found[0].find((found["thing"] or found["allergy"] or found["mild"]).split()[0])
    listed = re.match(r"[a-z]+((?:(?:,| and| or|, and) [a-z]+)*)", sentence[start:])
    for word in re.findall(r"[a-z]{3,}", listed[1]) if listed else ():
        if word in _KNOWN:
            yield Preference(trait="avoids", value=word, words=found[0])


def _thing(found: re.Match[str]) -> str:
    """A material, a colour, or what is hated or not borne, whatever it is."""
    if found["mild"]:
        return found["mild"] if found["mild"] in _KNOWN else ""
    words = (found["thing"] or found["allergy"]).split()
    if words[0] in _NO_THING:
        return ""
    if words[0] in _KNOWN or (len(words) > 1 and words[1] in _JOINS):
        return words[0]
    return " ".join(words)


_JOINS: Final = frozenset(
    ["and", "or", "but", "so", "because", "in", "on", "for", "with", "when", "too", "at", "i", "it", "as", "if"]
)
