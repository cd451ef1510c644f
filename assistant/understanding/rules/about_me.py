"""Rules about what is known of the customer: shown, forgotten, told, and "something for my tent". English."""

from __future__ import annotations

import re

from assistant.understanding.commands import Command, StartFlow
from assistant.understanding.preference_words import only_preferences, preferences
from assistant.understanding.situation import Situation

_SHOW = re.compile(
    r"\bwhat (?:all |else )?(?:do|did|have) you (?:know|remember|store|have|keep|kept|saved?|learned|learnt)(?: stored| saved)? (?:about|on|of) me\b"
    r"|\bwhat (?:data|information|info|details) (?:do you have|is stored|are stored|have you(?: got)?|do you (?:store|keep))\b.{0,20}\b(?:about|on|of) me\b"
    r"|\b(?:show|tell) me (?:what you (?:know|remember)|everything you (?:know|remember)|all you (?:know|remember)) (?:about|of) me\b"
    r"|\b(?:show|see|view) (?:me )?my (?:stored |personal |saved )?(?:data|preferences|profile)\b|\bdo you (?:still )?(?:know|remember) (?:me|who i am)\b"
    r"|\bwho am i\b(?! (?:talking|speaking|chatting|dealing))|\bdo you (?:still )?(?:know|remember) my (?:shoe |clothing |clothes )?size\b"
    r"|\bwhat(?:'s| is|s) my (?:shoe |clothing |clothes )?size\b|\bwhat did we (?:talk|speak|chat) about\b"
)
_FORGET = re.compile(
    r"\b(?:forget|delete|erase|remove|wipe|clear)\b.{0,30}\b(?:everything|all|anything)\b.{0,25}\b(?:about me|you know|i (?:have )?(?:said|told)|my data|remember)\b"
    r"|\b(?:forget|erase|delete) (?:all |about )?me\b|\b(?:delete|erase|remove|wipe|forget)\b.{0,12}\bmy (?:stored |personal |saved )?(?:data|preferences|information|info|details|profile notes)\b"
    r"|\b(?:forget|delete|erase|don'?t remember|stop remembering)\b.{0,12}\bmy (?:shoe |clothing |clothes )?(?:size|sizes|diet|taste|tastes|likes|dislikes|favou?rites?|allerg\w+)\b"
    r"|\b(?:forget|delete|erase)\b.{0,15}\b(?:our|my|past|earlier|previous|these|this)\b.{0,12}\b(?:conversations?|chats?|talks?|history)\b"
    r"|\bforget (?:about )?(?:that )?(?:i|we)(?:'m| am| are|'re| wear| take| hate| love| like| don'?t| can'?t| avoid| prefer)\b"
)
_SAID = re.compile(
    r"\bwhat did (?:we|i|you) (?:talk|speak|chat|say|tell(?: you| me)?|discuss)(?: about|) ?(?:last time )?about (?P<about>(?!me\b|it\b|that\b)[a-z][a-z0-9 -]{2,40}?)(?: last time| before)?[?.! ]*$"
)
_BOUGHT = re.compile(
    r"\b(?:did|have) i (?:ever |already |not )?(?:buy|bought|order|ordered|purchased?|get|got) (?:an? |any |some |the |this |that )?(?P<did>[a-z][a-z0-9 -]{2,40}?)(?: here| before| from you| already| yet| last \w+)*[?.! ]*$"
    r"|\b(?:which|what) (?P<which>[a-z][a-z -]{2,30}?) did i (?:buy|order|get|purchase)(?: here| before| from you| last \w+)*[?.! ]*$"
)
_HOW = re.compile(r"\bhow (?:do|can|could|would|should|to)\b|\bcan i (?:have|get|ask)\b")
"""Asks for the rules, which have their own words on it."""
_FOR_MINE = re.compile(
    r"\b(?:something|anything|accessor(?:y|ies)|stuff|things?|extras?|what(?: else)? (?:goes|would go|fits|do you have|is there|works)(?: well)?"
    r"|what (?:else )?(?:do|would|could|might) i need|what do you (?:recommend|suggest))"
    r" (?:nice |good |useful |else |that goes |to go )?(?:for|with|to match) my (?:new |old )?(?P<thing>[a-z][a-z -]{2,40}?)[?.! ]*$"
)
_PEOPLE = re.compile(
    r"\b(?:wife|husband|partner|boyfriend|girlfriend|friends?|mother|mom|mum|father|dad|parents?|son|daughter|kids?|child|children|baby|brother|sister"
    r"|niece|nephew|uncle|aunt|grand\w+|colleague|boss|neighbou?r|dog|cat|birthday|wedding|trip|holiday|vacation|feet|back|hands|hair|skin|age|size|order|budget)\b"
)
_TRAITS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("shoe size", re.compile(r"\b(?:shoe|foot|boot)s? size\b")),
    ("clothing size", re.compile(r"\b(?:clothing|clothes|shirt|jacket) size\b")),
    ("size", re.compile(r"\bsizes?\b|\b(?:wear|take) (?:an? )?\w+\b")),
    ("diet", re.compile(r"\bdiet\b|\bvegan\b|\bvegetarian\b|\bgluten|\blactose|\bhalal\b|\bkosher\b")),
    ("avoids", re.compile(r"\bhate\b|\bavoid\b|\bdislikes?\b|\ballerg|\bdon'?t (?:like|wear)|\bcan'?t (?:stand|wear)")),
    ("likes", re.compile(r"\blikes?\b|\blove\b|\bprefer\b|\bfavou?rite|\btastes?\b")),
    ("conversation", re.compile(r"\bconversations?\b|\bchats?\b|\btalks?\b|\bhistory\b")),
)


def mine(s: Situation) -> Command | None:
    """What is known of them, to be shown or forgotten."""
    if _FORGET.search(s.text) and not _HOW.search(s.text):
        trait = next((name for name, pattern in _TRAITS if pattern.search(s.text)), "everything")
        return StartFlow(flow="my_data", topic="forget", change=trait, words=s.text)
    return StartFlow(flow="my_data", topic="show", words=s.text) if _SHOW.search(s.text) else None


def said(s: Situation) -> Command | None:
    """ "What did we say about tents last time?" """
    found = _SAID.search(s.text)
    return StartFlow(flow="my_data", topic="said", words=found["about"].strip()) if found else None


def bought(s: Situation) -> Command | None:
    """ "Did I ever order a tent?", of whoever is known."""
    found = _BOUGHT.search(s.text)
    if found is None or not s.identified:
        return None
    thing = (found["did"] or found["which"] or "").strip()
    named = not re.fullmatch(r"(?:it|that|this|them|those|things?|stuff|items?|products?|orders?)", thing)
    return StartFlow(flow="my_data", topic="bought", words=thing) if named and s.lexicon.sells(thing) else None


def told(s: Situation) -> Command | None:
    """A message that says nothing but "I wear 42": noted. With products on the table a size is about them, and noted besides."""
    if s.context.asked is not None or not only_preferences(s.original):
        return None
    narrows = s.table and any(one.trait.endswith("size") for one in preferences(s.original))
    return None if narrows else StartFlow(flow="my_data", topic="told", words=s.text)


def for_mine(s: Situation) -> Command | None:
    """ "Something for my tent": what goes with a thing that they have bought, or are about to."""
    found = _FOR_MINE.search(s.text)
    if found is None or _PEOPLE.search(found["thing"]) or not (s.identified or s.cart_titles):
        return None
    return StartFlow(flow="for_mine", need=s.need, words=found["thing"], topic=s.text)
