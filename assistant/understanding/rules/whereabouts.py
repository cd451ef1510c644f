"""Rules about where things stand in a store: "where do I find it?", "which aisle?", "show me on the map", "where do I pay?"."""

from __future__ import annotations

import re
from typing import Final

from assistant.understanding.commands import Command, StartFlow
from assistant.understanding.situation import Situation

_IN_ANY_STORE: Final = re.compile(
    r"\b(?:which|what) (?:aisle|shelf|shelves|bay|rack|row)\b|\b(?:aisle|shelf) (?:number|is (?:it|that|this))\b"
    r"|\bon (?:the|a|your) (?:store |floor |shop )?(?:map|plan|floor ?plan)\b|\b(?:the|a|your) floor ?plan\b"
)
_HERE: Final = re.compile(
    r"\bwhere (?:do|can|could|would|will|should|might|must) (?:i|we|one|you|it|they)\b|\bwhere(?:'s| is| are|s| r)\b|\bwhere to (?:find|get|look|pay)\b"
    r"|\bwhere exactly\b|\b(?:which|what) (?:department|section|part of the (?:store|shop))\b|\bhow do (?:i|we) get (?:there|to (?:it|them|the))\b"
    r"|\b(?:take|lead|guide|bring|show) me (?:there|the way|to (?:it|them|the))\b|^where\b"
)
_ELSEWHERE: Final = re.compile(
    r"\b(?:orders?|parcels?|packages?|deliver\w*|shipments?|shipping|refunds?|money|invoice|receipt|stuff|stores?|shops?|branch\w*|locations?|locat\w*"
    r"|made|from|produced|manufactured|cart|basket|checkout page|points|account|human|person|returns?|warranty|website|online)\b"
    r"|\bare you\b|\byou guys\b|\bmy\b"
)
_SPOTS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("fitting_room", r"\b(?:fitting|changing|dressing) (?:rooms?|cabins?|cubicles?)\b|\btry (?:it|them|this|that|something|clothes) on\b"),
        ("tills", r"\b(?:tills?|check ?outs?|cash (?:desks?|registers?)|registers?|cashiers?)\b|\bpay\b"),
        ("service_desk", r"\b(?:service|information|info|help|customer) (?:desk|counter|point)\b|\bcustomer service\b"),
        ("toilets", r"\b(?:toilets?|rest ?rooms?|bath ?rooms?|washrooms?|ladies'? room|mens'? room|loo|wc)\b"),
        ("lift", r"\b(?:lifts?|elevators?)\b"),
        ("stairs", r"\b(?:stairs|staircase|escalators?)\b"),
        ("entrance", r"\b(?:entrance|exit|way out)\b|\bget out\b"),
        ("collection", r"\b(?:collection|pick ?up) (?:point|desk|counter)\b|\bcollect\b"),
    )
)  # fmt: skip


def where_in_store(s: Situation) -> Command | None:
    if not (s.here and _HERE.search(s.text)) and not _IN_ANY_STORE.search(s.text):
        return None
    spot = spot_of(s.text) if s.here and not s.lexicon.names_product(s.original) else ""
    if not spot and _ELSEWHERE.search(_IN_ANY_STORE.sub(" ", s.text)):
        return None
    if not (spot or s.table or s.sells or s.named):
        return None
    return StartFlow(flow="where_in_store", references=s.pointed, need=s.need, place=s.place, topic=spot, words=s.text)


def spot_of(text: str) -> str:
    """The kind of spot that is looked for; "" when it is a product."""
    return next((kind for kind, pattern in _SPOTS if pattern.search(text)), "")
