"""Messages to the service desk: what starts a change of an order, what goes on with one, what answers its question (pure).

A whole message is read at once, because "everything. Except the socks" and "yes. But by PayPal" are one. Only where the
shop offers such changes. Above: the reader. Below: entities and the rules on talk.
"""

from __future__ import annotations

import re

from assistant.context import Context
from assistant.understanding import entities
from assistant.understanding.commands import Command, Decline, FillSlot, StartFlow
from assistant.understanding.rules import talking
from assistant.understanding.rules.orders import speaks_of_others
from assistant.understanding.segments import normalise

_AGREES = re.compile(
    r"^(?:(?:oh|ok(?:ay)?|well|great|perfect|thanks?|thank you|alright|all right|uh|um|awesome)[,.! ]+)*"
    r"(?:yes|yep|yeah|yup|sure|correct|exactly|confirm(?:ed)?|absolutely|definitely|please do|go ahead|do it|proceed|i confirm|of course"
    r"|that (?:sounds|looks|is|seems) (?:good|great|perfect|correct|right|fine)|that'?s (?:right|correct|perfect|fine|it|great)"
    r"|sounds (?:good|great|perfect)|looks (?:good|correct|right)|please (?:go ahead|proceed|continue|confirm)|let'?s (?:do it|proceed|go ahead)|fine|ok(?:ay)?)\b"
)
_BACKS_OUT = re.compile(
    r"\b(?:but|except|instead|not|never|without|only|rather|wait|actually|another|other|else|until|unless|if|after|before|also|hold on|stop|no|maybe|however|though|first|then)\b|n't\b|\?"
)
_ANOTHER_ORDER = re.compile(
    r"^(?:of course|sure)\b.*\border (?:id|number|no)\b|\bi want\b(?!.*\b(?:go ahead|proceed)\b)"
)
_LIGHT = re.compile(r"\bno (?:problem|worries)\b|\bthat'?s not a problem\b|\bother than that\b")

_POLICY = re.compile(
    r"\bhow (?:do|can|long|does|much|many|would|are)\b|\bwhat(?:'s| is|s| are| happens| if)\b|\bpolic(?:y|ies)\b|\bif i\b|\bwho pays\b|\bwhen (?:do|will|can)\b"
    r"|\b(?:do|does) (?:you|i|it|the)\b|\bare (?:sale|returns)\b|\breturns?\b (?:free|possible)|\bwhat about\b"
)
_MAY = re.compile(r"\b(?:can|could|may) i\b|\bis it (?:still )?possible\b|\bpossible to\b|\bam i able\b")
_PRECISE = re.compile(r"\b(?:my|the|this|that|it)\b.{0,30}\border\b|#\w*\d|\bmy (?:last|latest)\b")
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "address",
        re.compile(
            r"\b(?:change|update|modify|correct|fix|edit|switch|wrong)\w*\b.{0,60}\baddress(?:es)?\b|\baddress\b.{0,40}\b(?:change|update|wrong|should be|instead)|\b(?:send|ship|deliver) (?:it|them|my order|the order|order #?\w+) to (?:my|the|another|a different)\b"
        ),
    ),
    (
        "payment",
        re.compile(
            r"\b(?:change|switch|update|modify)\b.{0,40}\b(?:payment|paying|card on|paid)\b|\bpay (?:for )?(?:it|this order|my order|the order|order #?\w+) (?:with|by|using) "
        ),
    ),
    ("cancel", re.compile(r"\bcancel\b")),
    ("exchange", re.compile(r"\b(?:exchange|swap)\b")),
    (
        "return",
        re.compile(
            r"\b(?:return|returning|send (?:\w+ ){0,3}back|give (?:\w+ ){0,3}back)\b|\b(?:want|need|like|get|issue)\b.{0,15}\brefund\b"
        ),
    ),
    ("order", re.compile(r"\b(?:modify|change|switch|adjust|alter)\b")),
)
_IN_ORDERS = re.compile(r"\border(?:s|ed)?\b|\bpurchase[ds]?\b|\bbought\b|\breceived\b|\bpending\b")
_CART = re.compile(r"\b(?:cart|basket|bag is|checkout|check out)\b")
_ELSEWHERE = re.compile(
    r"^(?:(?:and|also|ok|oh|hey|by the way|btw|before that|quick question)[,: ]+)*(?:what|how|where|when|who|why|do you|does|is shipping|are you|show|find|search|add|recommend|compare|look for|i'?m looking for|track)\b"
)
_BARE_NO = re.compile(
    r"^(?:no|nope|nah|don'?t|do not|stop|rather not|better not|not now)\b[^a-z]*(?:thanks?|thank you|don'?t(?: do (?:it|that))?|please|stop|leave it|keep (?:it|everything)|(?:i )?changed my mind)?[\s.!]*$"
)
_DONT = re.compile(
    r"\b(?:don'?t|do not) (?:do (?:it|that)|cancel|return|exchange|change|proceed|go ahead)\b|\bchanged my mind\b|\bkeep (?:it|them|everything)(?: after all)?\b"
)


def agrees(text: str) -> bool:
    """A yes, whatever else is said with it; `hesitates` tells whether that takes it back."""
    said = normalise(text)
    return bool(_AGREES.match(said)) and not _DONT.search(said)


def hesitates(text: str, *, changed: bool) -> bool:
    """Words beside a yes that may narrow it: then it is asked again, unless what they change was understood."""
    said = _LIGHT.sub(" ", normalise(text))
    return _ANOTHER_ORDER.search(said) is not None or (not changed and bool(_BACKS_OUT.search(said)))


def read(text: str, context: Context, *, identified: bool) -> list[Command] | None:
    """The commands of a message to the service desk; None for every other message."""
    said = normalise(text)
    if talking.instructions_in(said) or _CART.search(said):
        return None
    is_open, waiting = bool(context.process.get("kind")), str(context.process.get("waiting") or "")
    asked = context.asked
    if is_open and not identified:
        return _who(text) or _requested(text, said, context)
    if is_open and asked is None:
        return _answer(text, said, waiting)
    if is_open and asked is not None and asked.slot == "go_ahead" and (talking.says_yes(said) or talking.says_no(said)):
        return None
    if is_open:
        return _answer(text, said, waiting)
    return _requested(text, said, context, identified=identified)


def _who(text: str) -> list[Command] | None:
    facts = _identity(text)
    return [facts] if facts is not None else None


def _identity(text: str) -> FillSlot | None:
    first, last = entities.full_name(text)
    slot = FillSlot(
        email=entities.email(text),
        order=entities.order_number(text),
        first_name=first,
        last_name=last,
        zip_code=entities.zip_code(text),
    )
    named = bool(first) and bool(slot.zip_code or slot.email or len(text.split()) <= 8)
    return slot if slot.email or slot.zip_code or named else None


def _requested(text: str, said: str, context: Context, *, identified: bool = False) -> list[Command] | None:
    kind = kind_of(said, in_orders=context.topic == "orders")
    if not kind and not identified and (facts := _identity(text)) is not None:
        complete = facts.email or (facts.first_name and facts.zip_code)
        return [facts] if complete and len(text.split()) <= 20 else None
    if not kind or (speaks_of_others(said) and kind != "address"):
        return None
    start = StartFlow(flow="serve_orders", change=kind, words=text, order=entities.order_number(text))
    facts = None if identified else _identity(text)
    known = facts is not None and (facts.email or (facts.first_name and facts.zip_code))
    return [facts, start] if facts is not None and known else [start]


def _answer(text: str, said: str, waiting: str) -> list[Command] | None:
    """With a process open: its answer, another request, or None for a digression."""
    if waiting == "confirmation" and (_BARE_NO.match(said) or (_DONT.search(said) and not agrees(text))):
        return [Decline()]
    if agrees(text) and waiting == "confirmation":
        return [StartFlow(flow="serve_orders", words=text)]
    kind = kind_of(said, in_orders=True)
    if kind:
        return [StartFlow(flow="serve_orders", change=kind, words=text)]
    if talking.is_small_talk(said) or talking.wants_person(said) or _NEVER.match(said):
        return None
    if _ELSEWHERE.match(said) and ("?" in said or re.match(r"^(?:show|find|search|add|compare|track)\b", said)):
        return None
    if _POLICY.search(said) and "?" in said:
        return None
    return [StartFlow(flow="serve_orders", words=text)]


_NEVER = re.compile(
    r"^(?:(?:oh|ok|ah|actually|no)[, ]+)*(?:never ?mind|nvm|forget (?:it|that|about it)|scrap that|drop it|start over)\b"
)


def kind_of(said: str, *, in_orders: bool) -> str:
    """The change asked for: "cancel", "return", "exchange", "address", "payment", "order"; "" for none.

    A question about the rules asks for none: "can I return shoes?", "how do I cancel?".
    """
    for sentence in re.split(r"(?<=[.!?;])\s+", said):
        if _POLICY.search(sentence) or (
            _MAY.search(sentence) and not (_PRECISE.search(sentence) or _IN_ORDERS.search(said))
        ):
            continue
        for kind, pattern in _KINDS:
            if not pattern.search(sentence):
                continue
            if kind == "order" and not (in_orders or _IN_ORDERS.search(said)):
                continue
            return kind
    return ""
