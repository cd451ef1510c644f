"""The requests in one message to the service desk, in the order to be served, each with its own words (pure).

"Cancel #W1, I ordered it by mistake. Also exchange the lamp for a black one, on my gift card" are two. What has no verb of
its own (a reason, a way to pay, options) belongs to the request before it, and at the start to the first.
Above: `service_requests`, the service desk. Below: the readers of words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

_ID = re.compile(
    r"#\s?[A-Za-z]{0,2}\d{5,12}\b|\b[A-Za-z]\d{6,10}\b|\border (?:number |no\.? |id )?(?:is )?\d{6,10}\b", re.I
)
_PAYS = r"(?:payment(?: method)?s?|paying|how (?:i|it is|it'?s) (?:pay|paid)|way (?:i|to) pay)"
KIND_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "address",
        re.compile(
            r"\b(?:change|update|modify|correct|fix|edit|switch|wrong)\w*\b.{0,70}\baddress(?:es)?\b"
            r"|\baddress\b.{0,40}\b(?:change|update|wrong|should be|needs? to be|instead)"
            r"|\b(?:send|ship|deliver|redirect|reroute)\b.{0,30}\b(?:it|them|order|#?w?\d{5,})\b.{0,20}\bto\b"
        ),
    ),
    (
        "payment",
        re.compile(
            rf"\b(?:change|switch|update|modify|move|use a different|use another)\b.{{0,45}}\b(?:{_PAYS}|card on|paid)\b"
            r"|\bpay (?:for )?(?:it|this order|my order|the order|order #?\w+|#\w+) (?:with|by|using) "
            rf"|\bas (?:the |my )?(?:new )?{_PAYS}\b|\bcharge .{{0,30}} instead\b|\bsplit the payment\b"
        ),
    ),
    (
        "cancel",
        re.compile(r"(?<!noise )(?<!noise-)\bcancel(?:l?ing|lation of)?\b|\bcancel(?:l?ed)\b(?! order)|\bcall off\b"),
    ),
    ("exchange", re.compile(r"\b(?:exchang\w*|swap\w*|trade in)\b")),
    (
        "return",
        re.compile(
            r"\b(?:return|returns|returning|send (?:\S+ ){0,7}back|give (?:\S+ ){0,6}back|(?:(?<=want to )|(?<=need to )|(?<=like to )|(?<=wanna ))bring (?!me\b|us\b|up\b)(?:\S+ ){1,6}back|sending (?:\S+ ){0,6}back)\b"
            r"|\b(?:want|need|like|get|issue)\b.{0,15}\b(?:refund|money back)\b|\brefund (?:my|the|for|me)\b"
        ),
    ),
    (
        "address",
        re.compile(
            r"\b(?:should|must|can|could|needs? to) (?:be |go )(?:sent|shipped|delivered|to)\b"
            r"|\b(?:set|replace|use)\b.{0,70}\baddress(?:es)?\b"
        ),
    ),
    ("payment", re.compile(r"\b(?:rather |like to |want to |can i )pay (?:for )?.{0,40}\b(?:with|by|using)\b")),
    ("exchange", re.compile(r"\breplace (?:it|them|my|the)\b")),
    ("order", re.compile(r"\b(?:modif\w+|chang(?:e|ing)|switch\w*|adjust\w*|alter|upgrade|downgrade|turn into)\b")),
)
_PLAIN = 5
"""So many of them speak of an order by themselves; the others where orders are talked about already."""
ABOUT_RULES = re.compile(
    r"\bhow (?:do|can|long|does|much|many|would|are)\b|\bwhat(?:'s| is|s| are| happens| if)\b|\bpolic(?:y|ies)\b|\bif i\b|\bwho (?:pays|covers|bears)\b|\bwhen i (?:send|return|ship)\b|(?<!want to )(?<!like to )(?<!need to )(?<!wanna )\bsend(?:ing)? something back\b|\bwhen (?:do|will|can)\b"
    r"|\b(?:do|does) (?:you|i|it|the)\b|\b(?:did|have) you (?:get|got|received?|processed?)\b|\bif (?:it|they) (?:turns?|turned) out\b|\bare (?:sale|returns)\b|\bare there (?:any )?(?:fees?|charges?|costs?)\b|\breturns?\b (?:free|possible)|\bwhat about\b"
)
"""Of a question on the rules, or on what would be."""
_MAY = re.compile(
    r"\b(?:can|could|may) i\b|\bis it (?:still )?(?:possible|ok|okay|fine|alright|allowed)\b|\bpossible to\b|\bam i (?:able|allowed)\b"
)
_ANYTHING = re.compile(
    r"\b(?:return|exchange|swap|send back|give back|bring back) (?:something|anything|things?|stuff|an? (?:item|article|order|product|gift)|items|articles|products|gifts|(?:opened|used|worn|washed|sale|discounted) \w+)\b"
)
"""No thing of theirs, but things at large."""
_PRECISE = re.compile(r"\b(?:my|the|this|that|it)\b.{0,30}\border\b|#\w*\d|\bw\d{6,}|\bmy\b|\bthe \w+")
_HAS_ORDERS = re.compile(
    r"\border(?:s|ed)?\b|\bpurchase[ds]?\b|\bbought\b|\breceived\b|\bpending\b|\bdelivered\b|\bw\d{6,}|_\d{5,}"
)
_VERBS = r"(?:cancel|return|exchange|swap|modify|change|switch|send|ship|give|update|adjust|get (?:a |my )?(?:refund|money)|pay for|move)"
_LEAD = (
    r"(?:(?:i|we)(?:'d| would| also| really| just)*\s+(?:like|want|need|wish)(?:\s+(?:also|you))?\s+(?:to\s+)?|(?:can|could|would) (?:you|i|we) "
    r"(?:also |then |please )*|please |also |then |for (?:my )?(?:order )?(?:number )?#?w?\d+,? (?:please |i'd like to |i want to |i need to )?)*"
)
_JOIN = re.compile(
    rf"(?:,?\s+(?:and also|and then|and|then|also|plus|but|as well as)\s+|;\s*|\s+-\s+|,\s+)(?={_LEAD}{_VERBS}\b)", re.I
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=\S)|\n+")
_ABBREVIATED = re.compile(r"\b(?:st|ave|rd|dr|apt|no|nr|mr|mrs|ms|vs|approx)\.$", re.I)
_GO_ON = re.compile(
    r"\b(?:also|and|then|plus|next|another|second(?:ly)?|finally|lastly|in addition|additionally|after that|i also|besides)\b",
    re.I,
)
_METHOD = re.compile(
    r"\b(?:paypal|gift ?card|credit ?card|visa|mastercard|amex|original payment|refund (?:to|on|it|goes)|_\d{5,})", re.I
)
_OTHERWISE = re.compile(
    r"^\W*(?:(?:and|but|or)\s+)?(?:if (?:that|it|this|you|i|we|the (?:exchange|return|change)|there)?(?:'s| is| are)? ?(?:can'?t|cannot|not|isn'?t|doesn'?t|aren'?t|none|impossible|no)\b|otherwise\b|if not\b|failing that\b|or else\b)",
    re.I,
)
_NOT_A_REQUEST = re.compile(
    r"\b(?:don'?t|do not|didn'?t|never|not) (?:want|need|wish|have|intend)? ?(?:you )?(?:to )?(?:cancel|return|exchange|change|modify)\b"
)
_MIND = re.compile(
    r"\bchang\w* (?:of|my|your) mind\b|\bno changes?\b|\bsmall change\b|\bin exchange\b|\bfor a change\b|\bany changes?\b"
)
_ADDRESS_SOURCE = re.compile(
    r"\b(?:same|as|of|from|like|where|used for|used (?:in|on|with)|in)\b\W{0,3}(?:(?:address|that|the|it|is|one|as|for|my|other|in|on|was|of)\s){0,5}$",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One request with its words. `otherwise`: only if the one before it cannot be."""

    kind: str
    words: str
    otherwise: bool = False
    lead: str = ""
    """What was said before its verb: "I got two lamps. …": it tells of which order it is."""

    @property
    def orders(self) -> tuple[str, ...]:
        return ids_in(f"{self.lead} {self.words}")


def ids_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys("".join(re.findall(r"\d{5,}", found.group(0))) for found in _ID.finditer(text)))


def parts_of(text: str, *, in_orders: bool) -> tuple[Part, ...]:
    """Empty when the words ask for no change of an order."""
    parts: list[Part] = []
    before: list[str] = []
    for clause in clauses_of(text):
        kind = "" if asks_rules(clause.lower(), text.lower()) else clause_kind(clause.lower(), in_orders=in_orders)
        if not kind and not parts:
            before.append(clause)
        elif not kind or (parts and _goes_on(parts[-1], kind, clause)):
            parts[-1] = _joined(parts[-1], clause)
        else:
            otherwise = bool(parts) and bool(_OTHERWISE.match(clause))
            parts.append(Part(kind=kind, words=clause, otherwise=otherwise, lead=" ".join(before)))
            before = []
    return _in_turn(parts)


def first_kind(said: str, *, in_orders: bool) -> str:
    """The kind of the first request; "" for none."""
    ordered = in_orders or bool(_HAS_ORDERS.search(said))
    kinds = (clause_kind(clause, in_orders=ordered) for clause in clauses_of(said) if not asks_rules(clause, said))
    return next(filter(None, kinds), "")


def asks_rules(clause: str, whole: str) -> bool:
    """A question on what is possible in general: "can I return shoes?", "how do I cancel?"."""
    if _OTHERWISE.match(clause):
        return False
    if ABOUT_RULES.search(clause):
        return True
    if _MAY.search(clause) and _ANYTHING.search(clause) and not ids_in(whole):
        return True
    return bool(_MAY.search(clause)) and not (_PRECISE.search(clause) or _HAS_ORDERS.search(whole))


def clauses_of(text: str) -> list[str]:
    sentences: list[str] = []
    for sentence in _SENTENCE.split(text.strip()):
        if sentences and _ABBREVIATED.search(sentences[-1]):
            sentences[-1] = f"{sentences[-1]} {sentence}"
        else:
            sentences.append(sentence)
    parts = [part.strip() for sentence in sentences for part in _JOIN.split(sentence) if re.search(r"\w", part)]
    return _with_conditions(parts)


_LEADS_ON = re.compile(
    r"^\W*(?:(?:and|also|then|next|now)\s+)*(?:for|in|on|from|about|regarding|as for|with)\s+(?:(?:my|the|pending|delivered|other|second|order|number)\s+)*"
    r"#?\s?[A-Za-z]{0,2}\d{5,12}\W*$",
    re.I,
)


def _with_conditions(parts: Sequence[str]) -> list[str]:
    """ "If that's not possible, cancel it", "for #W1, change …": what leads to a clause stays with it."""
    whole: list[str] = []
    for part in parts:
        if whole and _leads_on(whole[-1]):
            whole[-1] = f"{whole[-1]}, {part}"
        else:
            whole.append(part)
    return whole


def _leads_on(clause: str) -> bool:
    if _LEADS_ON.match(clause):
        return True
    short = len(clause.split()) <= 8
    return bool(_OTHERWISE.match(clause)) and short and not clause_kind(clause.lower(), in_orders=True)


_OF_THE_ACCOUNT = re.compile(
    r"\b(?:change|update|reset|correct|new|forgot)\b.{0,15}\b(?:e-?mail|phone number|password|user ?name|log ?in)\b(?!.{0,40}\border)"
)


def clause_kind(said: str, *, in_orders: bool) -> str:
    """ "cancel", "return", "exchange", "address", "payment", "order" or ""."""
    said = _MIND.sub(" ", said)
    if _NOT_A_REQUEST.search(said) or _OF_THE_ACCOUNT.search(said):
        return ""
    for number, (kind, pattern) in enumerate(KIND_PATTERNS):
        if pattern.search(said) and (number < _PLAIN or in_orders or _of_an_order(said)):
            return kind
    return ""


_OF_ORDER = re.compile(
    r"\border(?:s|ed)?\b|\bpurchase[ds]?\b|\bbought\b|\breceived\b|\bpending\b|#?\bw\d{6,}|\b(?:paypal|gift_card|credit_card)_\d+|\bprice difference\b"
    r"|\bdifference\b|\beverything else the same\b|\bdelivered\b"
)
_MINE_TO = re.compile(
    r"\b(?:chang\w+|modif\w+|switch\w*|upgrade)\s+(?:my|the)\s+[\w' -]{3,40}?\s*(?::|\b(?:to|for|into|from)\b)"
)
_NOT_MINE = re.compile(
    r"\b(?:budget|search|size|colou?r|filter|quantity|number|amount|store|language|cart|basket|topic|subject|address|password|name|email)\b"
)


def _of_an_order(said: str) -> bool:
    """Of something bought: an order is named, or a way to pay, or a thing of theirs is to become another."""
    if _OF_ORDER.search(said):
        return True
    mine = _MINE_TO.search(said)
    return mine is not None and not _NOT_MINE.search(mine.group(0))


def _joined(part: Part, clause: str) -> Part:
    return replace(
        part, words=f"{part.words.rstrip()}{'' if part.words.rstrip().endswith(('.', ';', '!', '?')) else ';'} {clause}"
    )


_SAME = {"order": "exchange"}


def _goes_on(part: Part, kind: str, clause: str) -> bool:
    """Whether a clause with a verb of its own still belongs to the request before it."""
    if _SAME.get(kind, kind) != _SAME.get(part.kind, part.kind):
        lends = kind == "payment" and part.kind in ("exchange", "order", "return") and not ids_in(clause)
        only_refund = kind == "return" and not re.search(r"\breturn|\bback\b", clause.lower())
        return lends or (only_refund and part.kind in ("cancel", "exchange", "order"))
    if _OTHERWISE.match(clause):
        return part.kind in ("exchange", "order")
    new = [key for key in ids_in(clause) if key not in part.orders]
    if new and part.orders and part.kind != "cancel":
        return False
    if new and part.kind == "cancel":
        return False
    own_method = _METHOD.search(clause) and _METHOD.search(part.words)
    return not (own_method and _GO_ON.search(clause[:30]))


def _in_turn(parts: Sequence[Part]) -> tuple[Part, ...]:
    """An order's address and payment come before its items: afterwards it can't be changed any more."""
    swaps = [part for part in parts if part.kind in ("exchange", "order")]
    ordered: list[Part] = []
    for part in parts:
        if part.kind in ("address", "payment"):
            target = next(
                (at for at, other in enumerate(ordered) if other in swaps and _same_order(part, other)), len(ordered)
            )
            ordered.insert(target, part)
        else:
            ordered.append(part)
    return tuple(ordered)


def _same_order(one: Part, other: Part) -> bool:
    return not one.orders or not other.orders or bool(set(one.orders) & set(other.orders))


def address_source(text: str) -> str:
    """Digits of the order whose address is meant: "the same as order #W1", "where #W1 was sent"; "" for none."""
    found = list(_ID.finditer(text))
    for each in reversed(found):
        before = text[: each.start()]
        lead = (
            re.sub(
                r"\b(?:my |the |that |other )*(?:order|number|nr|no\.?|id)\s*$",
                "",
                re.sub(r"\b(?:order|number|id)\s*$", "", before.rstrip()).rstrip(),
            )
            + " "
        )
        source = _ADDRESS_SOURCE.search(lead)
        if source is None:
            continue
        first = each is found[0] and len(found) > 1
        plain = re.search(r"\b(?:of|for|from|in)\W*(?:(?:the|my|that|other)\s)*$", source.group(0), re.I)
        plain = plain and re.search(r"(?:\bto|:|^|\buse)\s*(?:that\b|the one\b|(?:the )?address\b.{0,14}$)", lead, re.I)
        told = re.search(r"\b(?:same|where|like|as|used)\b", source.group(0), re.I)
        if told or (plain and not first):
            return "".join(re.findall(r"\d{5,}", each.group(0)))
    return ""
