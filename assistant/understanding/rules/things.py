"""Rules about things by their bare names: "guitar", "back to the tents". English."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.understanding.commands import Command, StartFlow
from assistant.understanding.situation import Situation
from retrieval.common_words import common_goods

_BARE_THING = re.compile(
    r"^(?:(?:an?|some|any|hi|hello|hey|the)[, ]+)?((?:[a-z-]+ ){0,2}?([a-z]+))"
    r"(?:,? (?:please|pls)|(?:,| for| with| that| which| under| in| of| to| from| at| below| around| \d).*)?[?.! ]*$"
)


def find_goods(s: Situation) -> Command | None:
    """Little but a thing's name, which some shop sells: "guitar", "a desk for a small room"."""
    found = _BARE_THING.match(s.text) if s.context.asked is None and not s.references else None
    if found is None or found[2] not in common_goods():
        return None
    price = tuple(one for one in s.need.filters if one.field == "price")
    at = s.original.lower().find(found[1])
    thing = s.original[at : at + len(found[1])] if at >= 0 else found[1]
    return StartFlow(flow="find_products", need=replace(s.lexicon.need(thing), filters=price))


_BACK_TO = re.compile(
    r"^(?:(?:ok|so|and|now|then|actually|please|can we|could we|let'?s|i want to|i'd like to|maybe)[, ]+)*"
    r"(?:(?:go|going|get|getting|switch|come|coming) )?back to (?:the |those |these |your )?(?!stores?\b|shop\b)(.+)$"
)


def back_to(s: Situation) -> Command | None:
    """ "Go back to the rain jackets": nothing is sent back."""
    found = _BACK_TO.match(s.text)
    if found is None or not s.lexicon.kinds(found[1]) or s.references or (s.identified and "order" in s.text):
        return None
    return StartFlow(flow="find_products", need=s.lexicon.need(found[1]))
