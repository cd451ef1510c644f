"""Rules about orders."""

from __future__ import annotations

import re

from assistant.understanding import entities
from assistant.understanding.commands import Ask, Command, StartFlow, TalkToHuman, Unclear
from assistant.understanding.situation import Situation

_TRACK = re.compile(
    r"\b(?:where(?:'s| is| are|s)?|track(?:ing)?|status|find|check|when (?:will|does|is|do)|what(?:'s| is|s)? (?:happening|going on|up) with|has|did"
    r"|update on|any news|eta|hasn'?t|still waiting|waiting for|not (?:arrived|received|here))\b.{0,40}\b(?:my|the|our|an?)\b ?.{0,20}"
    r"\b(?:order|package|parcel|delivery|shipment|stuff|purchase|items?|things i (?:ordered|bought))\b"
    r"|\border status\b|\btrack(?:ing)? (?:number|info|my|an|it|order|#)|\bwhere'?s my stuff"
    r"|(?:my|the) (?:order|package|parcel|delivery|shipment)\b.{0,30}(?:arriv|ship|deliver|late|come|here|status|yet|missing|lost|show(?:ed|n) up|get here)"
    r"|(?:has|have) (?:it|they|my order) (?:been )?(?:shipped|delivered|arrived)"
)
_NOT_COME = re.compile(
    r"\b(?:i|we)(?:'ve| have)? (?:ordered|bought|purchased|paid for)\b(?P<what>.{0,60}?)\b(?:(?:still|yet) )?(?:(?:it|they|that|which|this|and|but) )*(?:still |has |have |had |is |are |was |never |just )*"
    r"(?:not|n'?t|hasn'?t|haven'?t|didn'?t|never|nothing|no sign)\b.{0,25}\b(?:c[oa]me|arriv\w*|here|turned up|show(?:ed|n)? up|received?|got(?:ten)?|deliver\w*|shipped|of it)\b"
    r"|\b(?:i|we)(?:'m| am|'re| are)? (?:still |been )*waiting (?:for|on) (?:my|our) (?P<thing>[\w' -]{3,30}?)(?: to (?:come|arrive|get here|show up))?[.! ]*$"
    r"|\b(?:haven'?t|have not|didn'?t|did not|never|not) (?:yet )?(?:received?|got(?:ten)?|get) (?:my|our|any of my) (?P<other>[\w' -]{3,30}?)(?: yet| still| i ordered.*)?[.! ]*$"
    r"|^my (?P<late>[\w' -]{3,30}?) (?:still )?(?:has|have|is|are|did|was)(?: still)?(?:n'?t| not| never) (?:yet )?(?:c[oa]me|arrived?|here|turned up|shown up|been delivered|delivered)\b"
    r"|^my (?P<missing>[\w' -]{3,30}?) (?:(?:is|are) (?:late|overdue|missing|lost)|never (?:came|arrived|turned up|showed up))\b"
)
"""Bought, and not there yet."""
_LIST = re.compile(
    r"\b(?:my|show|list|see|all|past|previous|recent)\b.{0,15}\b(?:orders|purchases|order history)\b|order history|what (?:did|have) i (?:order|bought|buy)"
)
_CHANGE = re.compile(
    r"\b(?P<cancel>cancel|stop)\b.{0,20}\b(?:order|purchase|#\w+|it)\b"
    r"|\b(?P<return>return|send back|give back)\b.{0,25}\b(?:my|the|this|these|those|an|a|it|them|something|from)\b.{0,30}"
    r"|\b(?P<exchange>exchange|swap|replace)\b.{0,30}\b(?:my|the|it|them|these|this|for|order)\b"
    r"|(?:change|update|edit|correct|wrong)\b.{0,25}\b(?P<address>address)\b|(?:change|update|edit)\b.{0,25}\b(?P<payment>payment|card on)\b"
    r"|(?:change|modify|edit|update)\b.{0,15}\b(?P<order>order)\b"
    r"|(?P<refund>(?:want|need|get|where'?s|where is|give me) (?:a |my |the )?(?:refund|money back))"
)
_MINE = re.compile(
    r"\b(?:where(?:'s| is| are|s)|what(?:'s| is) (?:happening|going on|up) with|any news (?:on|about|of)|when (?:will|do|does|is|are)"
    r"|ha(?:ve|s) you (?:sent|shipped)|did you (?:send|ship)) my (?P<thing>[\w' -]{3,40}?)"
    r"(?: (?:arriv\w*|com(?:e|ing)|get(?:ting)? here|be (?:here|delivered|shipped)|due|ship\w*|now|yet|then|please))*[?.! ]*$"
)
"""Of a thing by its name: what of it was ordered is on its way."""
_NOT_BOUGHT = re.compile(
    r"\b(?:order\w*|package|parcel|delivery|shipment|stuff|purchase\w*|items?|account|cart|basket|bag|refund|money|points?|receipt|invoice"
    r"|voucher|coupon|data|size|nearest|closest|local|store|confirmation|e?-?mail|gift ?card|code|address|payment|return|exchange|replacement|turn)\b"
)
_HYPOTHETICAL = re.compile(
    r"\b(?:can (?:i|we|she|he|they|you|one)|could (?:i|we|she|he|they)|may i|am i able|is it (?:possible|ok|okay|fine|alright|allowed)|how (?:do|can|long|does|much|many|would)|what(?:'s| is|s| if| are| happens)|do you|does|if i"
    r"|policy|policies|who pays|when (?:do|will) i|are (?:sale|returns)|possible to|what about)\b"
)
_GENERAL = re.compile(r"\b(?:policy|how (?:long|much)|cost|usually|normally|free)\b")
_FOLLOW_UP = re.compile(
    r"\b(?:it|order|package|parcel)\b.{0,20}\b(?:arrive|ship|deliver|come|late|get here|where|status)|\bwhen\b.{0,20}\b(?:arrive|come|here|get|expect)"
    r"|what(?:'s| is|s| was)? ?in (?:it|that|the) ?(?:order)?|what did i (?:buy|order|get)\b.*\b(?:it|that|there)\b|\b(?:other|last|previous|next|second|first) (?:one|order)\b|tracking|\bwhere is it\b|\bhas it (?:left|gone|shipped|been)|\bwho (?:delivers|brings|carries)|\bhow much (?:did i pay|was it|did it cost)|did (?:you|it) (?:get|arrive|come)|\bwhich (?:items|products)\b"
)
_BROKEN = re.compile(
    r"\b(?:i|we) (?:bought|ordered|purchased|got)\b.{0,60}\b(?:leak\w*|broke\w*|broken|defect\w*|damaged|faulty|stopped|doesn'?t work|not work\w*|torn|ripped|crack\w*|fell apart)"
    r"|\b(?:a|my|the|our) (?:broken|faulty|defective|damaged) \w+|\b(?:leaks|broke|stopped (?:work|charg)\w*|fell apart|(?:arrived|came) (?:broken|damaged|cracked|torn))\b"
    r"|\b(?:is|are|was|were) (?:already |completely |totally )?(?:broken|defective|damaged|faulty|cracked|torn)\b"
    r"|\bmy [\w -]{3,30}? (?:do(?:es)?n'?t|won'?t|(?:is|are) not|isn'?t|aren'?t) (?:work|working|charge|charging|turn(?:ing)? on|switch(?:ing)? on|clos\w+)\b|\bdo(?:es)?n'?t work any ?more\b"
)


_IF = re.compile(
    r"\bif\b|\bwhat happens when\b|\breplac\w+ (?:my|the|a|our)\b|\bmy old (?:one )?|\b(?:parcel|box|package)\b"
)


_OTHERS = re.compile(
    r"\bmy (?:ex|wife|husband|boyfriend|girlfriend|friend|neighbou?r|boss|sister|brother|mother|mom|mum|father|dad|roommate|colleague|son|daughter)(?:'?s)?\b.{0,60}\b(?:order\w*|bought|buy|parcel|package|account|address)\b"
    r"|\bwhat (?:did|has) (?:she|he|they) (?:buy|bought|order\w*)|\b(?:her|his|their) (?:orders?|account|parcel|package|address)\b|\bsomeone else'?s (?:order|account)"
)


def of_others(s: Situation) -> Command | None:
    """Another person's orders: private, whoever asks."""
    return Unclear(text=s.original, kind="not_yours") if speaks_of_others(s.text) else None


def speaks_of_others(text: str) -> bool:
    return bool(_OTHERS.search(text)) and "for my" not in text


def orders(s: Situation) -> Command | None:
    number = entities.order_number(s.original)
    return _changing(s, number) or _overdue(s, number) or _looking_up(s, number)


def _overdue(s: Situation, number: str) -> Command | None:
    """ "I ordered a jacket last week and it still hasn't come": where it is."""
    found = _NOT_COME.search(s.text)
    if found is None or _GENERAL.search(s.text):
        return None
    told = next((value for value in found.groupdict().values() if value), "").strip()
    thing = "" if number or _NOT_BOUGHT.search(told) or not s.lexicon.kinds(told) else told
    return StartFlow(flow="track_order", order=number, words=thing)


def numbered(s: Situation) -> Command | None:
    """Nothing but an order's number."""
    number = entities.order_number(s.original)
    return StartFlow(flow="track_order", order=number) if number and len(s.words) == 1 else None


def _changing(s: Situation, number: str) -> Command | None:
    change = _CHANGE.search(s.text)
    if change is None or _HYPOTHETICAL.search(s.text) or s.cart_titles.keys() & set(s.named):
        return None
    kind = next((name for name, value in change.groupdict().items() if value), "order")
    about_order = number or kind in ("return", "refund", "exchange", "address", "payment") or "order" in s.text
    in_cart = bool(s.cart_titles) and not number and "order" not in s.text and kind == "exchange"
    return StartFlow(flow="change_order", change=kind, order=number) if about_order and not in_cart else None


def _looking_up(s: Situation, number: str) -> Command | None:
    if not number and (_DAMAGED.search(s.text) or _FEES.search(s.text)):
        return None  # the rules on that, not where the order is
    mine = _MINE.search(s.text)
    if mine and not number and not _NOT_BOUGHT.search(mine["thing"]):
        return StartFlow(flow="track_order", words=mine["thing"])
    if s.context.topic == "orders" and _FOLLOW_UP.search(s.text) and not s.sells:
        total = re.search(r"\bhow much\b|\bcost\b|\bpaid\b", s.text)
        other = re.search(r"\b(?:other|previous|next)\b", s.text)
        return StartFlow(
            flow="track_order",
            order=number or ("" if other else s.context.order),
            references=s.references,
            change="total" if total else "",
        )
    if re.search(r"\b(?:my )?(?:last|latest|newest|most recent) (?:order|purchase)\b", s.text) and not _GENERAL.search(
        s.text
    ):
        return StartFlow(flow="track_order", order=number, change="last")
    if _LIST.search(s.text) and not _GENERAL.search(s.text):
        return StartFlow(flow="list_orders")
    if _TRACK.search(s.text) and not _GENERAL.search(s.text):
        return StartFlow(flow="track_order", order=number)
    return StartFlow(flow="track_order", order=number) if number and len(s.words) <= 2 else None


_THAT_ONE = re.compile(
    r"^(?:i mean |i meant |it'?s )?(?:the |my )(?:order (?:with|of) (?:the )?)?(?P<thing>[\w' -]{3,40}?)(?: one| order)[.! ]*$"
)
_WHY_NOT = re.compile(r"^(?:but |and |so )?(?:why (?:not|can'?t (?:i|you)|is that|isn'?t it possible)|how come)[?! ]*$")


def of_orders(s: Situation) -> Command | None:
    """ "The sleeping bag one", of the orders that were just spoken of; "why not?", of what cannot be done with them."""
    if s.context.topic != "orders" or not s.identified:
        return None
    if _WHY_NOT.match(s.text):
        topic = "returns refunds exchanges | cancelling or changing an order"
        return Ask(about="policy", question=s.original, topic=topic)
    one = _THAT_ONE.match(s.text)
    if one is None or not s.lexicon.kinds(one["thing"]):
        return None
    return StartFlow(flow="track_order", words=one["thing"])


def with_number(s: Situation) -> Command | None:
    """An order's number among other words: where it is, unless an example knows what else is wanted with it."""
    number = entities.order_number(s.original)
    return StartFlow(flow="track_order", order=number) if number and len(s.words) <= 9 else None


_DAMAGED = re.compile(
    r"\b(?:order|parcel|package|delivery|shipment|box)\b.{0,20}\b(?:arrived|came|was delivered|got here|is|was) (?:\w+ )?(?:damaged|broken|crushed|torn|open(?:ed)?|wet|smashed)\b"
)
_FEES = re.compile(r"\b(?:are there|is there|do you (?:charge|take))\b.{0,12}\b(?:fees?|charges?|costs?)\b")


_MADE_GOOD = re.compile(
    r"\b(?:replac\w+|new one|another one|a new|refund\w*|money(?: back)?|repair\w*|fix(?:ed)?|exchange|compensat\w+|make (?:it|this) right)\b"
)


def made_good(s: Situation) -> Command | None:
    """What came broken was told, and a person offered: what is to become of it, and which thing it is, goes to that person."""
    asked, told = s.context.asked, s.context.question.lower()
    if asked is None or asked.slot != "go_ahead" or asked.flow != "talk_to_human" or "?" in s.original:
        return None
    if not (_DAMAGED.search(told) or _BROKEN.search(told)):
        return None
    names = len(s.words) <= 4 and s.sells and re.match(r"(?:it'?s |it was )?(?:the|my|a) ", s.text)
    return TalkToHuman() if names or _MADE_GOOD.search(s.text) else None


def broken(s: Situation) -> Command | None:
    """Something bought that does not work: the warranty's rules, and a person. A parcel that came damaged: the carrier's."""
    if _DAMAGED.search(s.text):
        topic = "shipping delivery | lost or damaged parcels: replace it or refund it"
        return Ask(about="policy", question=s.original, topic=topic, person=True)
    if _BROKEN.search(s.text) and not _IF.search(s.text):
        return Ask(
            about="policy", question=s.original, topic="warranty | what it covers: faults, repair, replace", person=True
        )
    return None
