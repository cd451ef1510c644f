"""Rules about the cart."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.understanding import entities
from assistant.understanding.commands import Command, Reference, StartFlow
from assistant.understanding.questions import FACT_QUESTION
from assistant.understanding.rules.answers import ANY_VARIANT
from assistant.understanding.situation import Situation
from retrieval.constraints import Need

_CART = r"(?:cart|basket|bag|trolley|kart)"
_OF_THE_CART = re.compile(
    rf"{_CART}|add|put|throw|stick|pop|place|chuck|drop|buy|order|purchase|take|please|pls|\d|one|two|three|four|five|six|seven|eight|nine|ten"
)
_SHOW = re.compile(
    r"^(?:remind me )?what (?:have i|i'?ve|did i|i) (?:got|have|picked|chosen|put in|taken|collected)?\s*(?:so far|by now|until now|up to now)\b|"
    rf"(?:what(?:'s| is|s| do i have| have i got)?|show|see|view|check|open|list|review|look at|display)\b.*\b(?:my|the|in)\b.*\b{_CART}\b"
    rf"|^(?:show |view |see |open |check )?(?:my |the )?{_CART}\??$|{_CART} (?:total|contents)|what (?:did|have) i add|what (?:i've|ive|i have|have i) (?:got|picked|chosen|added|collected)(?: so far)?[?.! ]*$"
    rf"|\b(?:it|that|this|everything|all)\b.{{0,12}}\b(?:come|comes|came|amount|amounts|add up|adds up) to\b(?! (?:my|me|our|the))|\baltogether\b|\bhow much (?:is|are|for|would) (?:everything|it all|all of (?:it|that|them)|the lot)\b|\b(?:my|the|grand) total\b|^total\b|\bhow much do i owe\b"
    rf"|(?:total|how much).*\b(?:my |the ){_CART}|how much (?:is|does) (?:it|everything|that|all) (?:all )?(?:come to|total|altogether|in total)"
    rf"|what'?s (?:my|the) total|(?:my|the) total\b|^(?:the )?total\b[?. ]*$|how many (?:items|things).*{_CART}"
)
_EMPTY = re.compile(
    rf"(?:empty|clear|reset|wipe)\b.*\b{_CART}\b|^(?:scrap|clear|dump|bin|delete) (?:everything|it all|all of it)|remove (?:everything|all(?: items)?)(?: from .*)?$|(?:delete|take out) everything(?! (?:you|about|on|that))"
)
_CHECK_OUT = re.compile(
    r"\b(?:check ?out|pay (?:now|for (?:it|this|these|everything|my))|place (?:the|my|an|this) order|complete (?:the|my) (?:order|purchase)"
    r"|proceed to|ready to (?:buy|pay|order)|where (?:do|can|could) i pay(?! (?:with|by|in))|let me pay\b)\b"
)
_REMOVE = re.compile(
    r"\b(?:remove|delete|take (?:out|off|away)|drop|get rid of|take .{1,40} (?:out|off))\b|don'?t want .{0,40}\b(?:any ?more|in my|after all)|(?:don'?t|no longer) (?:want|need) (?:the|that|it|this)"
)
_KEEP = re.compile(r"\b(?:only|just) keep\b|\bkeep (?:only|just)\b")
_ADD = re.compile(
    rf"\b(?:add|put|throw|stick|pop|place|chuck)\b.{{0,60}}\b(?:{_CART}|it|them|one|both|that|this|those|these|all)\b|\badd\b"
    r"|\bi'?ll (?:take|have|get|buy|go (?:with|for))\b"
    r"|\bi(?:'d| would) (?:take|like to (?:buy|order|take|get|have) (?:it|that|this|the|them|one|both|two|\d))"
    r"|\b(?:buy|order|purchase|get me|take(?! (?:it|them|that|this) back)|want) (?:it|that one|this one|them|both|the (?:first|second|third|last|cheap\w*|\w+ one)|that|this|one of (?:them|those))\b"
    rf"|\b(?:in|into) (?:my|the) {_CART}|\bgo(?:ing)? (?:with|for) (?:the|that|this|it|number)|\bgimme (?:the (?!\w+est\b|address|phone|number|link)|that|it)"
    r"|(?:i want|i need|give me|get me|send me|i'd like|i'll need) (?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|a dozen|a couple) (?:of (?:them|those|these|it|the)|more)\b"
)
_TAKES = re.compile(
    r"\b(?:i(?:'ll| will)?|ill|let'?s|lets|we'll|we) (?:take|cop|grab|have|get|go for|go with|buy) (?:the|this|that|it|one|those|these|both|them|\d|two|three)\b"
    r"|^(?:good|ok|okay|fine|great|yes|alright|right|then|so|and|well|[, ])*(?:one of (?:those|them|these)|(?:an?|\d+|one|two|three|four|five|six) (?:pairs?|pieces?|units?)(?: of (?:them|those|these))?)(?: please| pls| then)?[.! ]*$|\bi'?m (?:having|taking|getting|buying) (?:it|that|this|them|the)\b|\bpack (?:me )?(?:it|that|this|them|the)\b|\bi(?:'d| would)? (?:need|want|like|take) (?:two|three|four|five|six|\d+) (?:of|from) (?:the|it|them|those|these)\b|\bthrow (?:it|that|them) in\b|^(?:in|into) (?:my |the )?(?:cart|basket|bag)\b|\b(?:sold|deal),? (?:that|the|this)\b|\bi take\b|^(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten) of (?:them|those|these|it|the)\b"
)
_NUMBERS = r"\d+|one|two|three|four|five|six|seven|eight|nine|ten"
_QUANTITY = re.compile(
    r"\bmake (?:it|that|them|those|the .{1,40}?) (?:\d+|two|three|four|five|six|seven|eight|nine|ten)\b"
    r"|(?:change|set|update|increase|reduce|decrease|lower|raise)\b.{0,50}\b(?:quantity|qty|number|amount|to (?:\d+|one|two|three|four|five|six))\b"
    r"|\b(?:\d+|one|two|three|four|five) (?:instead|more|of (?:them|those) instead)\b"
    r"|\b(?:one|two|three|\d+) (?:less|fewer)\b|\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten) (?:will|would|is|are) (?:do|enough|plenty|be enough|be fine|fine)\b"
    r"|^(?:sorry[, ]+|no[, ]+|oops[, ]+|wait[, ]+|actually[, ]+)*(?:i mean(?:t)?|make (?:that|it)|rather|i said|better) (?:\d+|one|two|three|four|five|six|seven|eight|nine|ten)(?: of (?:them|those|these|it))?[.! ]*$"
    rf"|\b(?:up|down|go|increase it|reduce it) to (?:{_NUMBERS})\b|\b(?:{_NUMBERS}) (?:pieces|units|items|of each|in total|altogether)\b|\b(?:{_NUMBERS}) (?:would be|is|are|sounds?) (?:better|right|good)\b"
    r"|\b(?:another|one more|two more|only (?:one|1|two|2)|just (?:one|1|two|2))\b(?:.{0,25})$|\b(?:double|halve) (?:it|that|the quantity)"
)
_LOOSE = re.compile(r"\b(?:would be|is|fits|works) better\b|\brather\b|\bafter all\b")
"""Words of a change that, outside the cart, may as well be said of a search."""
_VARIANT = re.compile(
    r"\b(?:make|change|switch|swap) (?:it|that|this|them|those|the \w+)\b.{0,12}\b(?:an?|to|in|into|for|the)\b.{0,40}|\b(?:in|an?) .{1,25} instead\b|rather have (?:it|them) in|\b(?:would be|is|fits|works) better\b|\brather\b|\bafter all\b|\binstead\b"
)
_COUNTS = {
    "another": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_COUNT = re.compile(rf"\b(?:{'|'.join(_COUNTS)}|\d+)\b")
_BESIDE = re.compile(r"\bside by side\b|\bnext to each other\b|\bvs\b|\bversus\b")
_WORKED = re.compile(r"^did (?:that|it) (?:work|go through)|^(?:is|are) (?:it|they|that) in(?: there| now)?\b")
_NEEDS = re.compile(
    r"\b(?:need|want|take|meant?|make (?:it|that|them)) (?:\d+|two|three|four|five|six|seven|eight|nine|ten) of (?:them|those|these|it|that)\b"
)


_REMOVES_THING = re.compile(
    r"^(?:please |ok |and |then )*(?:remove|delete|drop|take out) (?:the|that|it|one|this|those|them|both)\b(?!.*\b(?:filter|condition|price|limit)\b)"
)


def cart(s: Situation) -> Command | None:
    if _BESIDE.search(s.text):
        return None
    if _WORKED.match(s.text) and s.context.topic == "cart":
        return StartFlow(flow="show_cart")
    if _EMPTY.search(s.text):
        return StartFlow(flow="empty_cart")
    if _CHECK_OUT.search(s.text):
        return StartFlow(flow="check_out")
    if _KEEP.search(s.text) and s.cart_titles:
        return StartFlow(flow="remove_from_cart", references=_meant(s), change="others")
    if _REMOVE.search(s.text) and (re.search(_CART, s.text) or s.cart_titles) and not s.text.startswith("without"):
        return StartFlow(flow="remove_from_cart", references=_meant(s), quantity=entities.quantity(s.text))
    if not s.cart_titles and _REMOVES_THING.match(s.text):
        return StartFlow(flow="show_cart")  # there is nothing to remove: said so
    if s.cart_titles and (changed := _changed(s)) is not None:
        return changed
    if _SHOW.search(s.text) and not _ADD.search(s.text.replace("added", "")):
        return StartFlow(flow="show_cart")
    if s.table and _TAKES.search(s.text) and not FACT_QUESTION.match(s.text):
        return _add(s)
    added = s.context.topic == "cart" and s.context.last_added and s.context.asked is None
    settles = (
        added
        and s.cart_titles
        and len(s.words) <= 9
        and not s.lexicon.kinds(s.original)
        and all(r.kind == "pronoun" for r in s.references)
    )
    if settles and ANY_VARIANT.search(s.text) and not entities.quantity(s.text):
        return StartFlow(flow="change_cart", change="variant", words=s.text, any_variant=True)
    if s.table and (best := _CHEAPEST_TAKEN.match(s.text)):
        reference = Reference(kind="superlative", text=best.group(1))
        return replace(_add(s), references=(reference,), need=None)
    indifferent = ANY_VARIANT.search(s.text) and (s.references or s.named or entities.quantity(s.text))
    if s.table and indifferent and not FACT_QUESTION.match(s.text):
        return _add(s)
    asks = FACT_QUESTION.match(re.sub(r"^(?:can|could|would|will) (?:you|i)(?: please)? ", "", s.text))
    return _add(s) if _ADD.search(_GOES_WITH.sub(" ", s.text)) and not asks else None


_GOES_WITH = re.compile(
    r"(?<!like )(?<!want )(?<!going )(?<!ready )(?<!decided )\b(?:to|that|which|would) goe?s?(?: well| nicely)? with (?:it|them|that|this|those|these)\b"
)
"""Of another thing: "mugs to go with it"."""

_RECOUNT = re.compile(
    r"^(?:sorry[, ]+|no[, ]+|oops[, ]+|wait[, ]+|actually[, ]+)*(?:i mean(?:t)?|make (?:that|it)|i said) (?:\d+|one|two|three|four|five|six|seven|eight|nine|ten)(?: of (?:them|those|these|it))?[.! ]*$"
)

_SO_MANY = re.compile(
    rf"^(?:please |ok |okay |yes |and |make it |i want |i need |i'd like |i'll take )*({_NUMBERS}) of (?:them|those|these|it)(?: please| pls)?[.! ]*$"
)


def recounted(s: Situation) -> Command | None:
    """ "Sorry, I meant eight", and "two of them" of what was just put there: the number, not the product, is put right."""
    if not s.cart_titles:
        return None
    just_added = s.context.topic == "cart" and bool(s.context.last_added)
    if just_added and (so_many := _SO_MANY.match(s.said)) is not None:
        return StartFlow(flow="change_cart", references=s.pointed, quantity=_count(so_many.group(1)))
    return _changed(s) if _RECOUNT.match(s.said) else None


def _changed(s: Situation) -> StartFlow | None:
    resized = s.context.topic == "cart" and _NEEDS.search(s.text)
    if (_QUANTITY.search(s.said) or resized) and not s.lexicon.kinds(s.original):
        count = _told_count(s.text)
        if count is not None:
            change = "more" if entities.more(s.text) else "less" if re.search(r"\b(?:less|fewer)\b", s.text) else ""
            return StartFlow(flow="change_cart", references=_meant(s), quantity=count, change=change)
    options = any(f.field in ("colour", "size") for f in s.need.filters)
    sized = re.search(
        r"\b(?:xs|s|m|l|xl|xxl|small|medium|large)\b(?: instead| would be better| is better| fits better)?[?.! ]*$",
        s.text,
    )
    bare = s.context.topic == "cart" and _RESIZED.match(s.text)
    if bare:
        return StartFlow(flow="change_cart", references=s.pointed, change="variant", words=s.text)
    recent = s.context.topic == "cart" and not s.lexicon.kinds(s.original) and not FACT_QUESTION.match(s.text)
    if _VARIANT.search(s.text) and (options or sized) and (recent or not _LOOSE.search(s.text)):
        return StartFlow(flow="change_cart", references=s.pointed, change="variant", words=s.text)
    return None


_RESIZED = re.compile(
    r"^(?:(?:actually|sorry|no|wait|oh|please)[, ]+)*(?:make|change|switch) (?:it|that|them|those) (?:to )?(?:an? )?(?:size )?(?:xs|s|m|l|xl|xxl|small|medium|large|extra large)(?: instead| please)*[.! ]*$"
)
_ENOUGH = re.compile(
    rf"\b({'|'.join(_COUNTS)}|\d+) (?:will|would|is|are) (?:do|enough|plenty|be enough|be fine|fine)\b"
)


_CHEAPEST_TAKEN = re.compile(
    r"^(?:the )?(cheapest|lightest|heaviest|best|most expensive)\b.{0,20}\bi(?:'ll)? (?:take|want|will take)\b"
)


def _told_count(text: str) -> int | None:
    """ "Four is too many, three will do": the number that is enough, before any other."""
    enough = _ENOUGH.search(text)
    return _count(enough.group(1)) if enough else entities.quantity(text) or _count(text)


def _count(text: str) -> int | None:
    found = _COUNT.search(text)
    return None if found is None else _COUNTS.get(found.group(0)) or int(found.group(0))


def _meant(s: Situation) -> tuple[Reference, ...]:
    return (*s.pointed, Reference(kind="title", text=s.text))


_ADD_SOME = re.compile(
    rf"^(?:please |ok |and )*add (?:{_NUMBERS})(?: of (?:it|them|those|these))?(?: please| pls)?[.! ]*$"
)


def _add(s: Situation) -> StartFlow:
    if len(s.context.focus) == 1 and _ADD_SOME.match(s.text):
        return StartFlow(flow="add_to_cart", quantity=entities.quantity(s.text), words=s.text)
    unnamed = not s.named and not s.references
    need = s.need if s.sells and not s.named and not (s.references and s.references[0].kind == "ordinal") else None
    return StartFlow(
        flow="add_to_cart",
        references=s.pointed if need is None or not unnamed else (),
        quantity=entities.quantity(s.text),
        words=s.text,
        any_variant=bool(ANY_VARIANT.search(s.text)),
        need=_without_the_cart(need) if need is not None else None,
    )


def _without_the_cart(need: Need) -> Need:
    """What is to be found is a tent, not "add tent cart"."""
    kept = [word for word in need.text.split() if not _OF_THE_CART.fullmatch(word)]
    return replace(need, text=" ".join(kept)) if kept else need
