"""Rules about stores and what is in them."""

from __future__ import annotations

import re

from assistant.understanding.commands import Command, StartFlow
from assistant.understanding.questions import ASKS_STOCK
from assistant.understanding.rules.facts import POLICY
from assistant.understanding.situation import Situation

_PLACE = re.compile(
    r"\b(?:in|at|near|around|from|close to|by) (?:the |your |my )?(?:(?:local|nearest|closest) )?(?:stores?|shops?|branch(?:es)?|locations?)\b"
    r"|\b(?:which|what|any) (?:stores?|shops?|branch|locations?)\b|\bin[- ]store\b|\bnear(?:by| me| here)\b|\bpick ?up\b|\bcollect\b"
    r"|\bnearest (?:store|shop)\b|\b(?:your|the) [\w ]{2,20} (?:store|shop)\b"
)
_STORES = re.compile(
    r"\b(?:opening|open|closing|store|business|shop) (?:hours|times?)\b|\bwhat time (?:do|does|are|is)\b"
    r"|\bwhen (?:do|does|are|is) .{0,30}\b(?:open|close|store|shop)\b|\b(?:are|is) .{0,30}\bopen (?:on|today|tomorrow|now|late|sunday|saturday|until)"
    r"|\bhow late\b|\b(?:where (?:are|is|r)|wheres|where's|find|list|show)\b.{0,20}\b(?:stores?|shops?|locations?|branch(?:es)?)\b(?! .*order)"
    r"|\b(?:nearest|closest)\b.{0,12}\b(?:store|shop|location|branch)\b|(?:do you have|have you got|is there|got) (?:a |any |an? other )?(?:(?:thing|one) (?:in|near|around)\b|store|shop|physical|location|branch)\w*"
    r"|\b(?:do you have|have you got|is there|are you|got) (?:something|anything|somewhere|anywhere) (?:in|near|around)\b(?! (?:stock|blue|red|black|size|it|that|this))"
    r"|(?:store|shop)(?:'s)? (?:address|phone|location|number)|phone number|\bare you (?:open|in)\b|\bhow many (?:stores|shops|locations)"
    r"|\b(?:one of )?your (?:shops?|stores?|branches)\b.{0,20}\b(?:near|around|in|close|anywhere)\b|^open (?:on |today|tomorrow|now|late)|\b(?:stores?|shops?|branch(?:es)?) (?:in|near|around|close to)\b"
)
_NEAR = re.compile(r"\bnear|\bclose to\b|\bclosest\b|\baround\b|\bnearby\b")
_AFTER = re.compile(
    r"\b(?:in|near|around|at|close to|by) (?:the )?([a-z][a-z .'-]{2,25}?|\d{5})(?: store| shop| area)?[?.!]*$"
)
_TO_ZIP = re.compile(r"\b(?:to|from|for|stores?|shops?|zip(?: code)?|i'?m (?:at|in)) (\d{5})\b")
_NO_PLACE = (
    "me", "here", "store", "stock", "stores", "the store", "my area", "your store", "your stores", "a store", "sunday",
    "saturday", "that one", "this one", "that store", "there", "stock there", "person", "any store", "all", "least",
)  # fmt: skip
_AMENITY = re.compile(
    r"\b(?:parking|car ?park|park (?:my|the|a) (?:car|bike)|(?:where |can |could |do |is it possible to )(?:can |do |could )?(?:i |we |you )?park(?: there| here| nearby| for free| my car)?\b|wheel ?chairs?|accessib\w*|step[- ]free|elevator|lift|stairs|toilets?|restrooms?|bathrooms?|wi-?fi|dogs?|pets?|caf[eé]|atm"
    r"|fitting rooms?|changing rooms?|try (?:it|them|things|on|clothes) on|bus|tram|subway|metro|train|public transport|bike racks?|crowded|busy)\b"
)
_IN_STORE = re.compile(r"\b(?:stores?|shops?|branch(?:es)?|there|location)\b")
DAYS = re.compile(
    r"\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tomorrow|weekend|now|tonight)s?\b"
)

HOLIDAYS = re.compile(
    r"\b(?:thanksgiving|christmas|xmas|boxing day|new year'?s?(?: eve| day)?|easter|labor day|memorial day|independence day|july 4(?:th)?|4th of july|holidays?|public holidays?|black friday)\b"
)


def stores(s: Situation) -> Command | None:
    in_store = s.context.topic == "stores" or s.place or _IN_STORE.search(s.text)
    if in_store and _AMENITY.search(s.text) and not s.sells:
        return StartFlow(flow="find_store", place=s.place, topic="amenity", words=s.text)
    if not _STORES.search(s.text):
        return _moves_on(s)
    if re.search(r"\border\b|\bhow (?:heavy|big)\b", s.text) or (ASKS_STOCK.search(s.text) and s.table and s.pointed):
        return None
    if s.lexicon.kinds(s.original) and not re.search(r"\bhours?\b|\bopen\b|\bclose\b|\bnearest\b|\bclosest\b", s.text):
        return None
    if (
        s.table
        and s.pointed
        and re.search(r"\b(?:which|what) (?:stores?|shops?)\b.*\b(?:have|has|got|carry|sell|stock)\b", s.text)
    ):
        return None
    return StartFlow(
        flow="find_store", place=s.place or place_words(s.text), near=near(s.text), topic=topic_of(s.text), words=s.text
    )


def topic_of(text: str) -> str:
    if "how many" in text:
        return "count"
    if re.search(r"\bphone\b|\b(?:ring|call)\b|\bnumber\b", text):
        return "phone"
    if re.search(r"\bhours?\b|\bopen|\bclos(?:e|es|ing)\b(?! to)|\bwhat time\b|how late|\bwhen\b", text):
        return "hours"
    return "address" if re.search(r"address|where", text) else "list"


_WAY_THERE = re.compile(
    r"\bhow far\b|\bdirections?\b|\bhow (?:do|can|would) (?:i|we) (?:get|come|go|drive) (?:there|to (?:it|you|the store|the shop))\b|\bwhere (?:exactly )?is (?:it|that)\b"
)


def _moves_on(s: Situation) -> Command | None:
    """ "And near Cambridge?" after another place."""
    if (s.context.topic == "stores" or s.context.place) and _WAY_THERE.search(s.text) and not s.sells:
        return StartFlow(flow="find_store", topic="address", words=s.text)
    if s.context.topic == "stores" and len(s.words) <= 4 and DAYS.search(s.text) and not s.sells and not s.place:
        return StartFlow(flow="find_store", place=s.context.place, topic="hours", words=s.text)
    if (
        s.context.topic == "stores"
        and re.search(r"\b(?:address|phone|number|ring|call (?:them|you)|reach (?:them|you))\b", s.text)
        and not s.sells
    ):
        topic = "address" if "address" in s.text else "phone"
        return StartFlow(flow="find_store", place=s.place, topic=topic, words=s.text)
    if s.context.topic == "stores" and HOLIDAYS.search(s.text) and len(s.words) <= 6 and not s.sells:
        return StartFlow(flow="find_store", place=s.place, topic="hours", words=s.text)
    if s.context.topic == "stores" and s.place and len(s.words) <= 6 and not s.sells:
        return StartFlow(
            flow="find_store",
            place=s.place,
            near=near(s.text),
            topic="hours" if DAYS.search(s.text) else "list",
            words=s.text,
        )
    return None


def near(text: str) -> bool:
    return bool(_NEAR.search(text))


def place_words(text: str) -> str:
    """Words that stand where a place's name would, unless they name none: "in stock", "near me"."""
    found = _AFTER.search(text) or _TO_ZIP.search(text)
    place = found.group(1).strip() if found else ""
    return "" if place in _NO_PLACE else place


def stock(s: Situation) -> Command | None:
    asks = ASKS_STOCK.search(s.text)
    at_place = s.place or _PLACE.search(s.text) or (asks and s.context.place and re.search(r"\bthere\b", s.text))
    if not (s.table and at_place):
        return None
    pointed = bool(s.references or s.named)
    if not pointed and (s.lexicon.kinds(s.original) or (s.sells and not asks)):
        return None
    if POLICY.search(s.text) and not s.place and not pointed and not asks:
        return None
    place = s.place or place_words(s.text) or (s.context.place if "there" in s.words else "")
    return StartFlow(flow="check_stock", references=s.pointed, place=place, near=near(s.text), words=s.text)
