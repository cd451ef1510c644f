"""Rules about what may be done with one's data: turned off and on by purpose, deleted, given as a copy. English; other
languages come here by `phrases/privacy.txt`."""

from __future__ import annotations

import re
from typing import Final

from assistant.understanding.commands import Ask, Command, StartFlow
from assistant.understanding.situation import Situation

_MINE = r"my (?:own |old |past |previous |earlier |personal |private |stored |saved |customer )*"
_DATA = rf"(?:all |all of )?(?:{_MINE}(?:data|information|info|details|records?|file)|data (?:you have )?(?:about|on|of) me)"
_ERASE = re.compile(
    rf"\b(?:delete|erase|destroy|purge|remove|wipe)\b (?:all )?(?:of )?{_DATA}\b"
    r"|\b(?:forget|delete|erase) me\b(?! (?:not|about)\b)|\bright to (?:be forgotten|erasure)\b"
    r"|\b(?:delete|erase|wipe)\b (?:everything|all) (?:that )?(?:you (?:have|hold|keep|store|stored|kept)|there is) (?:about|on|of) me\b"
)
_ERASE_HERE = re.compile(
    r"\b(?:delete|erase|destroy|wipe)\b (?:the data of )?(?:all of )?this (?:conversation|chat)(?:'s data)?\b"
)
_DOWNLOAD = re.compile(
    rf"\b(?:download|export|get|have|want|request|send(?: me)?|give me|provide(?: me)?)\b (?:me )?(?:a |an )?(?:copy|export|download|file)? ?(?:of )?{_DATA}\b"
    r"|\b(?:subject access request|data (?:export|portability|access request)|gdpr (?:request|export))\b"
)
_NO = r"\b(?:do not|don'?t|never|stop|no longer|quit|cease|please don'?t)\b"
_OFF: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    (
        "training",
        re.compile(
            rf"{_NO}.{{0,25}}\btrain(?:ing)?\b|{_NO} (?:use|using) .{{0,30}}\bfor training\b|\bopt (?:me )?out of (?:ai |model )?training\b"
        ),
    ),
    (
        "sale",
        re.compile(
            rf"{_NO} (?:sell|selling|share|sharing)(?: or (?:sell|share)(?:ing)?)? (?:any of )?{_DATA}|\bdo[- ]not[- ]sell\b|\bopt (?:me )?out of (?:the )?(?:sale|sharing)\b"
        ),
    ),
    (
        "recording",
        re.compile(
            rf"{_NO} (?:record|recording|taping)(?: (?:me|this|us|it|the call|this call|my voice|our (?:call|conversation)|this conversation|anything))?[.! ]*$"
            r"|\bturn (?:the )?recording off\b|\bturn off (?:the )?recording\b"
        ),
    ),
    (
        "marketing",
        re.compile(
            rf"{_NO}.{{0,20}}\b(?:marketing|advertis\w+|ads|newsletters?|promotions?)\b|\bno (?:more )?(?:marketing|advertising|ads|newsletters?)\b|\bopt (?:me )?out of (?:all )?(?:marketing|ads|advertising)\b"
        ),
    ),
    (
        "analytics",
        re.compile(
            rf"{_NO} (?:track|tracking|analy[sz]e|analy[sz]ing|profile|profiling) (?:me|my \w+|us)\b|\bopt (?:me )?out of (?:all )?(?:analytics|tracking|statistics)\b"
        ),
    ),
    (
        "memory",
        re.compile(
            rf"{_NO} (?:remember|remembering|keep|keeping|save|saving|store|storing|memori[sz]e) (?:me\b|anything\b|this (?:chat|conversation)\b|what i (?:say|tell|said|write)\b|(?:any of )?my (?:preferences|chats?|conversations?|history|data|information)\b|our (?:chats?|conversations?)\b)"
            r"|\bturn (?:the |your )?memory off\b|\bturn off (?:the |your )?memory\b"
        ),
    ),
    (
        "personalisation",
        re.compile(
            rf"{_NO} (?:use|using|look(?:ing)? at|consider(?:ing)?|base .{{0,20}} on) {_MINE}(?:orders?|purchases?|shopping|history|order history|purchase history|purchases|data|information|profile)\b"
            rf"|{_NO} personali[sz]\w+|\bno personali[sz]\w+|\bturn (?:the )?personali[sz]ation off\b|\bturn off (?:the )?personali[sz]\w+|\bopt (?:me )?out of personali[sz]\w+"
        ),
    ),
    (
        "everything",
        re.compile(
            r"^(?:please )?(?:i (?:want|would like|'?d like) to )?opt (?:me )?out(?: of (?:everything|all))?[.! ]*$"
        ),
    ),
)
_AGAIN = r"(?:\byou (?:may|can)\b|\bplease\b|^|\bi (?:agree|consent|allow you)\b(?: that you| to)?)"
_ON: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    (
        "personalisation",
        re.compile(
            rf"{_AGAIN}.{{0,12}}\buse {_MINE}(?:orders?|purchases?|history|order history|data|profile)\b(?: again)?|\bturn (?:the )?personali[sz]ation (?:back )?on\b|\bturn on (?:the )?personali[sz]\w+"
        ),
    ),
    (
        "memory",
        re.compile(
            r"\b(?:you (?:may|can)|start|please) remember(?:ing)? (?:me|what i (?:say|tell you)|my preferences)(?: again)?\b|\bturn (?:the |your )?memory (?:back )?on\b|\bremember me again\b"
        ),
    ),
    ("analytics", re.compile(r"\bturn (?:the )?(?:analytics|tracking) (?:back )?on\b")),
    (
        "training",
        re.compile(r"\byou (?:may|can) (?:train|use my (?:chats?|conversations?|data) (?:to train|for training))\b"),
    ),
    ("recording", re.compile(r"\byou (?:may|can) record\b|\bturn (?:the )?recording (?:back )?on\b")),
)
_HOW = re.compile(r"\b(?:how (?:do|can|could|would|should|long|to)|do you|are you|what (?:if|happens)|where|why)\b")
"""Asks about it, which the shop's own policy answers."""


_RECORDED = re.compile(
    r"^(?:is|am|will|are) (?:this|the|our|my|i|we|it|calls?)\b.{0,25}\brecord(?:ed|ing)?(?: (?:this|me|us|it|calls?|the call))?[?! ]*$"
)
_WHO_SEES = re.compile(
    r"\bwho (?:else )?(?:can|could|will|may|gets to) (?:see|read|listen to|hear) (?:this|my|our|the) (?:chat|conversation|call|messages?)\b"
)
_STANDING = re.compile(
    r"\bwhat (?:did|have|do) i (?:agree(?:d)?|consent(?:ed)?)\b|\b(?:my|show|see|change) (?:my )?(?:consents?|privacy (?:settings|choices|preferences))\b|^privacy settings[?! ]*$"
)


def choices(s: Situation) -> Command | None:
    if _RECORDED.match(s.text):
        return StartFlow(flow="my_data", topic="recorded", words=s.text)
    if _WHO_SEES.search(s.text):
        return Ask(about="policy", question=s.original, topic="privacy data | the assistant")
    if _STANDING.search(s.text):
        return StartFlow(flow="my_data", topic="choices", words=s.text)
    if _HOW.search(s.text):
        return None
    if _ERASE_HERE.search(s.text):
        return StartFlow(flow="my_data", topic="erase", change="conversation", words=s.text)
    if _ERASE.search(s.text):
        return StartFlow(flow="my_data", topic="erase", change="customer", words=s.text)
    for topic, table in (("off", _OFF), ("on", _ON)):
        for purpose, pattern in table:
            if pattern.search(s.text):
                return StartFlow(flow="my_data", topic=topic, change=purpose, words=s.text)
    return StartFlow(flow="my_data", topic="download", words=s.text) if _DOWNLOAD.search(s.text) else None
