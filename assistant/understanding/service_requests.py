"""Messages to the service desk: what starts a change of an order, what goes on with one, what answers its question (pure).

A whole message is read at once, because "everything. Except the socks" and "yes. But by PayPal" are one. Only where the
shop offers such changes. Above: the reader. Below: entities and the rules on talk.
"""

from __future__ import annotations

import re

from assistant.context import Context
from assistant.understanding import entities
from assistant.understanding.commands import Command, Decline, StartFlow
from assistant.understanding.identity_words import identity_in, suffices, without_identity
from assistant.understanding.request_parts import ABOUT_RULES, first_kind, ids_in
from assistant.understanding.rules import talking
from assistant.understanding.rules.orders import speaks_of_others
from assistant.understanding.segments import normalise
from assistant.understanding.slips import mended

_AGREES = re.compile(
    r"^(?:(?:oh|ok(?:ay)?|well|great|perfect|thanks?|thank you|alright|all right|uh|um|awesome|so|sure thing|ah|right|good|hm+|cool)[,.! ]+)*"
    r"(?:yes|yep|yeah|yup|sure|correct|exactly|confirm(?:ed)?|absolutely|definitely|please do|go ahead|do it|proceed|i confirm|of course"
    r"|that (?:sounds|looks|is|seems) (?:good|great|perfect|correct|right|fine)|that'?s (?:right|correct|perfect|fine|it|great)"
    r"|sounds (?:good|great|perfect)|looks (?:good|correct|right)|please (?:go ahead|proceed|continue|confirm)|let'?s (?:do it|proceed|go ahead)|fine|ok(?:ay)?|y|i agree|agreed|works for me"
    r"|(?:that|this) (?:would be|will be|works|will do)|sure thing|go for it)\b"
)
_WRONG = re.compile(
    r"^\W*(?:(?:oh|sorry|wait|hm+|hold on|actually)[,.! ]+)*(?:no|nope|not|that'?s not|that is (?:not|wrong)|that'?s wrong|this is (?:not|wrong)|wrong|incorrect)\b"
)
_KEYWORDS = frozenset(
    [
        "return",
        "exchange",
        "cancel",
        "cancelled",
        "modify",
        "change",
        "order",
        "number",
        "refund",
        "payment",
        "address",
        "switch",
        "update",
        "swap",
        "please",
    ]
)
_BACKS_OUT = re.compile(
    r"\b(?:but|except|instead|not|never|without|only|rather|wait|actually|another|other|else|until|unless|if|after|before|also|hold on|stop|no|maybe|however|though|first|then)\b|n't\b|\?"
)
_ANOTHER_ORDER = re.compile(
    r"^(?:of course|sure)\b.*\border (?:id|number|no)\b|\bi want\b(?!.*\b(?:go ahead|proceed)\b)"
)
_LIGHT = re.compile(r"\bno (?:problem|worries)\b|\bthat'?s not a problem\b|\bother than that\b")

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


_PLAIN_YES = re.compile(
    r"^(?:(?:oh|ok(?:ay)?|well|great|perfect|thanks?|thank you|alright|all right|awesome|so|sure(?: thing)?|ah|right|good|cool|fine|of course|then|just|please)[,.! ]+)*"
    r"(?:yes|yep|yeah|yup|y|correct|exactly|confirm(?:ed)?|absolutely|definitely|please (?:do|go ahead|proceed|continue|confirm|cancel)|go (?:ahead|for it)"
    r"|(?:just )?do it|proceed|i (?:confirm|agree)|agreed|that(?:'s| is| sounds| looks| seems| would be| will be| works)|this (?:works|is)|sounds|looks|let'?s|works for me)\b"
)
_THANKS = re.compile(
    r"\b(?:thanks?(?: you)?(?: (?:so|very) much| a lot| in advance| for .{0,30})?|many thanks|you'?re (?:a star|great|the best)"
    r"|i (?:really )?appreciate (?:it|that)|cheers|please)\b"
)
_NO_MORE_THAN_YES = re.compile(
    r"(?:(?:it|that|this|is|then|now|do|with|by|me|all|good|great|fine|perfect|thing|so|and|sir|there|right|ok(?:ay)?|sure)[\s.,!;:-]*)*"
)


def agrees(text: str) -> bool:
    """A yes, whatever else is said with it; `hesitates` tells whether that takes it back.

    "Ok" and "sure" begin many a message that is none: they count alone, or with thanks.
    """
    said = normalise(text)
    found = _AGREES.match(said)
    if found is None or _DONT.search(said):
        return False
    rest = _THANKS.sub(" ", said[found.end() :]).strip(" .,!;:-")
    light = _NO_MORE_THAN_YES.fullmatch(rest) is not None
    return bool(_PLAIN_YES.match(said)) or light


def agrees_plainly(text: str) -> bool:
    """With a word that is a yes by itself, not "ok" or "sure"."""
    return bool(_PLAIN_YES.match(normalise(text))) and agrees(text)


def hesitates(text: str, *, changed: bool) -> bool:
    """Words beside a yes that may narrow it: then it is asked again, unless what they change was understood."""
    said = _LIGHT.sub(" ", normalise(text))
    return _ANOTHER_ORDER.search(said) is not None or (not changed and bool(_BACKS_OUT.search(said)))


def takes_back(text: str) -> bool:
    """A message that begins by saying that something is wrong."""
    return bool(_WRONG.match(normalise(text)))


def is_bare_no(text: str) -> bool:
    return bool(_BARE_NO.match(normalise(text)))


def put_right(text: str) -> str:
    """Slips in the words by which a request is known."""
    return mended(text, _KEYWORDS)


def read(text: str, context: Context, *, identified: bool) -> list[Command] | None:
    """The commands of a message to the service desk; None for every other message."""
    text = put_right(text)
    said = normalise(text)
    if talking.instructions_in(said) or _CART.search(said):
        return None
    is_open, waiting = bool(context.process.get("kind")), str(context.process.get("waiting") or "")
    asked = context.asked
    if identified and (topic := _money_asked(said, context)):
        return [StartFlow(flow="serve_orders", topic=topic, words=text)]
    if is_open and not identified:
        return _before_known(text, said, context)
    offered = asked is not None and asked.slot == "go_ahead"
    if is_open and offered and waiting != "confirmation" and (talking.says_yes(said) or talking.says_no(said)):
        return None
    if is_open:
        return _answer(text, said, waiting)
    return _requested(text, said, context, identified=identified)


_AMOUNT = re.compile(
    r"\bhow much (?:money )?(?:would|will|do|can|did|have|should|am) (?:i|we)\b(?! (?:spend|need to spend)).{0,40}\b(?:get|got|gotten|getting|receive|pay|owe|back|save|charged)\b"
    r"|\bhow much (?:will|would|does|is) (?:it|that|this|the (?:difference|refund|exchange|change|total))\b.{0,20}\b(?:cost|be|come to)\b"
    r"|\bwhat(?:'s| is| would be| will be) (?:the|my) (?:total |price |full )?(?:refund|difference|amount)\b|\btotal (?:refund|amount) (?:i|that i|to)\b"
    r"|\bhow much (?:is|was) (?:the|my) (?:total )?refund\b"
)
_PAID = re.compile(r"\bdid (?:i|we) pay\b|\b(?:i|we) paid\b")
_BALANCE = re.compile(
    r"\b(?:balance\b.{0,25}\bgift ?card|gift ?card\b.{0,15}\bbalance|(?:left|much is) on (?:my|the) gift ?card)"
)
_PAID_BY = re.compile(
    r"\b(?:which|what) (?:credit )?(?:card|payment method|payment)\b.{0,30}\b(?:use|used|pay|paid)\b|\bhow did i pay\b|\bwhat did i pay with\b"
)
_EXTREME = re.compile(
    r"\b(?:most expensive|priciest|dearest|(?P<low>cheapest|least expensive)) (?:item|thing|product)\b"
)
_WHAT_IS = re.compile(r"\bwhat(?:'s| is| was)?\b|\bwhich\b|\btell me\b|\bfind\b|\bknow\b")


def _money_asked(said: str, context: Context) -> str:
    """ "amount", "balance", "paid_by", "dearest", "cheapest"; "" where no question on their own money is the whole message."""
    if clause_kinds(said):
        return ""
    about_orders = context.topic == "orders" or bool(context.process)
    if _BALANCE.search(said):
        return "balance"
    if _PAID_BY.search(said):
        return "paid_by"
    if (found := _EXTREME.search(said)) and about_orders and _WHAT_IS.search(said):
        return "cheapest" if found["low"] else "dearest"
    if _PAID.search(said) and not context.process:
        return ""  # of what was bought, not of what was changed here
    return "amount" if about_orders and _AMOUNT.search(said) else ""


def clause_kinds(said: str) -> bool:
    """Whether something is to be done, too: then that goes first."""
    return bool(kind_of(said, in_orders=True))


def _before_known(text: str, said: str, context: Context) -> list[Command] | None:
    """A request is kept until it is known who asks: who they are, more of the request, or something else."""
    facts = identity_in(text)
    more: list[Command] = [
        StartFlow(flow="serve_orders", change=kind_of(said, in_orders=True) or "same", words=without_identity(text))
    ]
    if facts is not None:
        whole = suffices(facts) or not _says_more(text)
        return [*(more if _says_more(text) else []), facts] if whole else [facts, *more]
    if _digresses(said):
        return None
    return more if _says_more(text) else None


def _says_more(text: str) -> bool:
    """Whether the words hold more than who they are."""
    rest = without_identity(text)
    names_order = bool(ids_in(rest)) or re.search(r"_\d{5,}", rest) is not None
    return names_order or bool(kind_of(normalise(rest), in_orders=True))


def _requested(text: str, said: str, context: Context, *, identified: bool = False) -> list[Command] | None:
    shopping = context.topic in ("products", "cart")
    kind = kind_of(said, in_orders=context.topic == "orders" or (identified and not shopping))
    facts = None if identified else identity_in(text)
    if not kind and facts is not None:
        alone = suffices(facts) and len(text.split()) <= 20 and not _ASKS_AFTER.search(said)
        return [facts] if alone else None
    if not kind or (speaks_of_others(said) and kind != "address"):
        return None
    start = StartFlow(flow="serve_orders", change=kind, words=text, order=entities.order_number(text))
    return [start, facts] if facts is not None and suffices(facts) else [start]


_ASKS_AFTER = re.compile(
    r"\bwhere(?:'s| is| are)\b|\bstill (?:is ?n'?t|has ?n'?t|have ?n'?t|not|waiting)\b|\b(?:not|never) (?:here|arrived|come|came)\b"
    r"|\b(?:status|track(?:ing)?)\b|\bwhen (?:will|does|is|do)\b|\b(?:has|have) (?:it|they|my .{0,20}) (?:shipped|arrived|come)\b"
)
"""Of an order: who asks so wants to be told of it, not only greeted."""


def _answer(text: str, said: str, waiting: str) -> list[Command] | None:
    """With a process open: its answer, another request, or None for a digression."""
    kind = kind_of(said, in_orders=True)
    if waiting == "confirmation" and (_BARE_NO.match(said) or (_DONT.search(said) and not agrees(text))):
        more = [StartFlow(flow="serve_orders", change=kind, words=text)] if kind and not _BARE_NO.match(said) else []
        return [Decline(), *more]
    if agrees(text) and waiting == "confirmation":
        return [StartFlow(flow="serve_orders", change=kind, words=text)]
    if kind:
        return [StartFlow(flow="serve_orders", change=kind, words=text)]
    return (
        None if all(_digresses(clause) for clause in _weighty(said)) else [StartFlow(flow="serve_orders", words=text)]
    )


def _weighty(said: str) -> list[str]:
    """Its sentences; those of a few words beside others tell nothing ("great, thanks!")."""
    clauses = re.split(r"(?<=[.!?])\s+", said)
    return [clause for clause in clauses if len(clause.split()) > 3] or [said]


def _digresses(said: str) -> bool:
    """Small talk, a search, a question on something else: not for the desk, whatever is open."""
    if talking.is_small_talk(said) or talking.wants_person(said) or _NEVER.match(said):
        return True
    if _ELSEWHERE.match(said) and ("?" in said or re.match(r"^(?:show|find|search|add|compare|track)\b", said)):
        return True
    return bool(ABOUT_RULES.search(said)) and "?" in said


_NEVER = re.compile(
    r"^(?:(?:oh|ok|ah|actually|no)[, ]+)*(?:never ?mind|nvm|forget (?:it|that|about it)|scrap that|drop it|start over)\b"
)


def kind_of(said: str, *, in_orders: bool) -> str:
    """The first change asked for: "cancel", "return", "exchange", "address", "payment", "order"; "" for none.

    A question about the rules asks for none: "can I return shoes?", "how do I cancel?".
    """
    return first_kind(said, in_orders=in_orders)
