"""Rules about things that are like a thing or go with it: "like this but cheaper", "what goes with it". English."""

from __future__ import annotations

import re

from assistant.understanding.commands import Command, StartFlow
from assistant.understanding.situation import Situation

_THING = r"(?:it|this|that|these|those|them|one|the (?:first|second|third|fourth|last)(?: one)?|[a-z].{2,40})"
_WITH = re.compile(
    rf"\bwhat (?:else )?(?:goes|would go|pairs|works|fits)(?: well| nicely| best)? (?:together )?with {_THING}"
    rf"|\b(?:anything|something|accessories|things?) (?:that )?(?:goes?|to go|would go|fits?) (?:well )?with {_THING}"
    r"|\bwhat (?:else )?(?:do|would|might|could|should) i (?:need|get|buy|want) (?:with|for|to go with) (?:it|this|that|them|these|those)\b"
    r"|\b(?:accessories|extras) (?:for|to) (?:it|this|that|them|these|those|the (?:first|second|third|last))\b"
    r"|\bfrequently bought together\b|\bwhat do (?:people|others|customers) (?:also )?buy with\b"
)
_LIKE = re.compile(
    r"\b(?:something|anything|one|ones|products?|others?|more) (?:just |a bit |rather )?(?:like|similar to) (?:it|this|that|these|those|the (?:first|second|third|fourth|last)(?: one)?)\b"
    r"|\b(?:similar|comparable) (?:to )?(?:it|this|that|the (?:first|second|third|fourth|last)(?: one)?|products?|ones?|items?|models?)\b|\balternatives? (?:to|for) (?:it|this|that|the (?:first|second|third|last))\b"
    r"|^(?:something |anything )?similar[?.! ]*$"
)
_CHEAPER = re.compile(r"\bcheaper\b|\bless (?:expensive|money)\b|\baffordable\b|\bcosts? less\b|\bfor less\b")


def goes_with(s: Situation) -> Command | None:
    on_hand = s.table or bool(s.context.last_added) or s.lexicon.names_product(s.original)
    if not on_hand or not _WITH.search(s.text):
        return None
    need = s.need if s.lexicon.names_product(s.original) and not s.references else None
    return StartFlow(flow="goes_with", references=s.pointed, need=need, words=s.text)


def alike(s: Situation) -> Command | None:
    if not s.table or not _LIKE.search(s.text) or s.lexicon.kinds(s.original):
        return None
    one = len(s.context.focus) == 1 or len(s.context.shown) == 1 or any(r.kind in ("ordinal", "id") for r in s.pointed)
    if not one:
        return None
    direction = "cheaper" if _CHEAPER.search(s.text) else ""
    return StartFlow(flow="alike", references=s.pointed, direction=direction, words=s.text)  # type: ignore[arg-type]
