"""Rules about answers: to the open question, or by pointing at what is on the table."""

from __future__ import annotations

import re

from assistant.understanding import entities
from assistant.understanding.commands import (
    Ask,
    Choose,
    Command,
    Confirm,
    Correct,
    Decline,
    FillSlot,
    Reference,
    StartFlow,
)
from assistant.understanding.questions import FACT_QUESTION, attribute_asked
from assistant.understanding.rules.talking import answers_no, answers_yes, says_no, says_yes
from assistant.understanding.situation import Situation
from retrieval.words import stem, words

ANY_VARIANT = re.compile(
    r"\b(?:any|whatever|whichever|either|no matter (?:the|which|what)|which ?ever) (?:colou?r|col|size|one (?:is|will|would)|is fine|works|version|variant)s?\b|\b(?:just )?(?:pick|choose|take) (?:any|one|whatever|whichever)\b|^(?:whatever|whichever|any|either)(?: one)?[ .!]*$"
    r"|(?:colou?r|size) (?:does ?n[o']?t|doesnt|is not|isn'?t|not) (?:really )?(?:matter|important)|(?:don'?t|dont|do not) (?:care|mind)(?: (?:about |which |what )?(?:the )?(?:colou?r|size))?|matters? not|doesn'?t matter|you (?:choose|pick|decide)|surprise me|otherwise (?:whatever|whichever|any\w*)|any\w* (?:is|are|will be|would be) (?:fine|ok|okay|good|alright)"
)
_FORGOT = re.compile(
    r"(?:don'?t|dont|do not|can'?t|cant) (?:remember|know|recall|have|think of)|forgot|not sure|no idea|no clue|not a clue|no longer have|different e-?mail"
)
_FIND_VERB = re.compile(r"\b(?:show|find|search|looking for|recommend|do you have|have you got|i need|i want)\b")
_CORRECTS = re.compile(
    r"^(?:no,? |nope,? |sorry,? |oops,? |wait,? |actually,? |not (?:that|those)(?: one| ones)?,? )*"
    r"(?:i meant?|i mean|i wanted|i was (?:asking|talking) about|not that(?: one)?|the other(?: one)?)\b"
)
_FOLLOWS_UP = re.compile(
    r"^(?:and |n |what about |how about |same for |and for |and what about |also )*(?:the |that |this |number )?"
)


def to_question(s: Situation) -> Command | None:
    """What was asked for decides first how words are read."""
    asked = s.context.asked
    if asked is None:
        return None
    given = entities.email(s.original) or entities.zip_code(s.original) or entities.order_number(s.original)
    if asked.slot == "identity" and _FORGOT.search(s.text) and not given:
        return FillSlot(forgot=True)
    if asked.slot in ("identity", "order") and (facts := facts_given(s)) is not None:
        return facts
    if asked.slot == "order" and asked.flow == "track_order" and (thing := _thing_of_an_order(s)):
        return StartFlow(flow="track_order", words=thing)
    if asked.slot == "product" and asked.flow == "add_to_cart" and s.table and _TAKEN_BY_RANK.match(s.text):
        return StartFlow(flow="add_to_cart", references=s.references, words=s.text, quantity=entities.quantity(s.text))
    if asked.slot == "product" and (only := _only_one_of(s)):
        return Choose(references=(Reference(kind="id", text=only),))
    if asked.slot == "variant" and (option := _option_given(s)) is not None:
        return option
    if asked.slot == "go_ahead" and asked.flow == "add_to_cart" and _takes_any(s):
        words = s.text
        reference = Reference(kind="id", text=str(asked.slots.get("product", "")))
        return StartFlow(
            flow="add_to_cart",
            references=(reference,),
            words=words,
            any_variant=True,
            quantity=entities.quantity(words) or asked.slots.get("quantity"),
        )
    if asked.slot == "go_ahead":
        pointed = any(r.kind != "pronoun" for r in s.references)
        plain = not pointed and not s.lexicon.kinds(s.original) and not s.need.filters
        yes, no = (answers_yes, answers_no) if plain else (says_yes, says_no)
        return Confirm() if yes(s.said) else Decline() if no(s.said) else None
    if asked.slot == "place" and len(s.words) <= 6 and (s.place or entities.zip_code(s.original)):
        return StartFlow(flow="check_stock" if asked.flow == "check_stock" else "find_store", place=s.place or s.text)
    return None


_TAKEN_BY_RANK = re.compile(
    r"^(?:the )?(?:cheapest|least expensive|most expensive|priciest|lightest|heaviest|best[- ]rated|highest[- ]rated|top[- ]rated)(?: one| of them| of those)?(?: please| then)?[.! ]*$"
)
_THING = re.compile(
    r"^(?:(?:it'?s|i mean|i meant|for|about|the one with) )*(?:the|my|those|that) (?P<thing>[\w' -]{3,40})[.! ]*$"
)


def _thing_of_an_order(s: Situation) -> str:
    """ "The shoes", in answer to which order is meant; "" where it is told in another way."""
    named = _THING.match(s.text)
    ordinal = any(r.kind in ("ordinal", "superlative") for r in s.references)
    return named["thing"] if named and not ordinal and s.lexicon.kinds(s.original) else ""


def _only_one_of(s: Situation) -> str:
    """ "The tent", where one of those that were named in the question is a tent; "" otherwise."""
    named = _THING.match(s.text)
    said = {stem(word) for word in words(named["thing"])} if named else set()
    fitting = [key for key, title in s.titles.items() if said and said <= {stem(word) for word in words(title)}]
    return fitting[0] if len(fitting) == 1 else ""


def _option_given(s: Situation) -> Choose | None:
    """The value asked for, or that it does not matter, for the product that waits for it; not for another one."""
    anything = bool(ANY_VARIANT.search(s.text))
    elsewhere = any(r.kind == "ordinal" for r in s.references) or s.lexicon.kinds(s.original)
    if elsewhere or len(s.words) > 12 or (FACT_QUESTION.search(s.text) and not anything):
        return None
    return Choose(references=(), words=s.text, any_variant=anything) if anything or _names_option(s) else None


def _takes_any(s: Situation) -> bool:
    return bool(ANY_VARIANT.search(s.text)) and not FACT_QUESTION.search(s.text) and not s.lexicon.kinds(s.original)


def facts_given(s: Situation) -> FillSlot | None:
    """Who the customer is, or which order it is about."""
    first, last = entities.full_name(s.original)
    zip_code = entities.zip_code(s.original)
    named = bool(first) and (bool(zip_code) or s.context.asked is not None)
    slot = FillSlot(
        email=entities.email(s.original),
        first_name=first if named else "",
        last_name=last if named else "",
        zip_code=zip_code,
        order=entities.order_number(s.original),
    )
    alone = named and len(s.words) <= 6 and not s.sells and not FACT_QUESTION.search(s.text) and not s.place
    return slot if slot.email or slot.zip_code or slot.order or alone else None


def identity(s: Situation) -> Command | None:
    """Someone who says who they are without being asked."""
    if entities.email(s.original) and len(s.words) <= 8:
        return facts_given(s)
    led = re.search(r"\bmy name is\b|^(?!.*\b(?:stores?|shops?|ship|deliver)\b).*\bzip\b", s.text)
    return facts_given(s) if led and entities.zip_code(s.original) else None


def follow_up(s: Situation) -> Command | None:
    """ "And the second?", "what about this one?": the last question, asked of another product."""
    asked_before = s.context.question and s.context.topic == "products"
    if not asked_before or not s.table or len(s.words) > 6 or not s.pointed:
        return None
    rest = _FOLLOWS_UP.sub("", s.text).strip(" ?!.")
    pointing = s.named or re.fullmatch(
        r"(?:first|second|third|fourth|last|other|1st|2nd|3rd|4th|\d|this|that|\w+)(?: (?:one|ones|two))?", rest
    )
    said_before = s.said.startswith(("and", "what about", "how about", "same", "n "))
    starts = re.match(r"^(?:what about|how about|same for|the|n the|and for|this|that)\b", s.text) and said_before
    if pointing and starts and not s.lexicon.kinds(s.original):
        return Ask(about="product", question=s.context.question, attribute=s.context.attribute, references=s.pointed)
    return None


def choose(s: Situation) -> Command | None:
    """Pointing at one thing, with nothing else said."""
    asked = s.context.asked
    waits = asked is not None and asked.slot in ("product", "variant")
    if len(s.words) > (12 if waits else 9) or (
        FACT_QUESTION.search(s.text) and not s.text.startswith(("what about", "how about"))
    ):
        return None
    if re.match(r"^(?:anything|something|any|what)\b.{0,20}\b(?:from|by)\b", s.text) and not s.references:
        return None  # of a maker: a search
    choice = Choose(references=s.pointed, words=s.text, any_variant=bool(ANY_VARIANT.search(s.text)))
    if asked is not None and asked.slot == "variant" and (choice.any_variant or _names_option(s)):
        return choice
    if choice.any_variant and s.table and not s.references and len(s.words) <= 6 and not s.lexicon.kinds(s.original):
        return choice
    kinds = [r.kind for r in s.references]
    pointing = bool(kinds) and kinds[0] in ("ordinal", "described", "superlative", "all")
    elsewhere = s.lexicon.kinds(s.original) or attribute_asked(s.text)
    settles = bool(_SPEAKS_OF_SELF.search(s.text)) and not elsewhere
    if pointing and s.table and kinds[0] == "ordinal" and settles:
        return choice
    if pointing and s.table and kinds[0] == "ordinal" and not waits and (asked_for := _besides_pointing(s)):
        return Ask(about="product", question=asked_for, attribute=attribute_asked(s.text), references=s.pointed)
    if (
        s.named
        and not re.search(r"\bones\b", s.text)
        and not _FIND_VERB.search(s.text)
        and (waits or len(s.words) <= 7)
    ):
        return choice
    plain = kinds[:1] == ["ordinal"] and len(s.words) <= 5 and not _FIND_VERB.search(s.text)
    if pointing and (waits or plain or not s.lexicon.kinds(s.original)):
        return choice
    liked = re.match(
        r"^(?:i (?:like|prefer|love|want)|what about|how about|and|show me) (?:that|this|it|the)\b", s.text
    )
    return choice if liked and s.references and not s.sells and s.table else None


_POINTING = re.compile(
    r"\b(?:first|second|third|fourth|fifth|sixth|last|1st|2nd|3rd|4th|5th|secnd|frist|number|no|nr|one|ones|two|three|\d|the|of|on|for|a|an|is|that|this|please|pls"
    r"|i|me|it|like|prefer|love|want|take|show|see|look|looks|at|good|nice|about|and|or|with|go|then|yes|no|ok|n|to|in|my|tell|give|get|more|maybe|actually|pair|great|think|believe|guess|suppose|reckon|say|rather|then|hm+|m+|would|will|ll|be|d|lets|let|us|well|so|probably|definitely|really|just|choose|pick|chose|sounds?|perfect|fine|seems?|fits?|this|those|these|convinced?|am|m|are|was|have|seen|from|here|above|list|option|product|item|favou?rite|best|better|yeah|yep|sure|alright|right|oh|ah|um|uh)\b|[^\w\s]"
)


_SPEAKS_OF_SELF = re.compile(r"\b(?:i|i'm|im|i'd|i'll|me|my|we|we're|us|let's|lets)\b")
"""A shopper who speaks of themselves and points has made a choice; who asks for a fact speaks of the thing."""


def _besides_pointing(s: Situation) -> str:
    """What a segment says besides pointing: "resolution of the 2nd" -> "resolution"; "" when it only points."""
    rest = " ".join(_POINTING.sub(" ", s.text).split())
    optional = any(f.field in ("colour", "size") for f in s.need.filters) or s.lexicon.kinds(s.original)
    return rest if len(rest) > 2 and not optional else ""


def _names_option(s: Situation) -> bool:
    """Whether the words are one of the values that were offered."""
    asked = s.context.asked
    offered = [str(value).lower() for value in asked.slots.get("values", [])] if asked else []
    if re.search(r"\b(?:xxs|xs|s|m|l|xl|xxl|small|medium|large)\b", s.text) and len(s.words) <= 5:
        return True
    said = {*s.words, *(word.replace(" ", "") for word in s.words)}
    joined = s.text.replace(" ", "")
    return any(
        value == s.text.strip(" .!") or value.replace(" ", "") in joined or bool(set(value.split()) & said)
        for value in offered
    ) or any(f.field in ("colour", "size", "material", "capacity") for f in s.need.filters)


_MY_SIZE = re.compile(
    r"\b(?:my size is|i (?:wear|am|take|have)(?: an?)?(?: size)?|in (?:a )?size|size)\s+(?:eu |us )?(?:\d{1,2}(?:[.,]5)?|xs|s|m|l|xl|xxl|small|medium|large)\b"
)


_BARE_SIZE = re.compile(
    r"^(?:(?:in|size|i'?m|i am|i(?:'d| would)? (?:wear|take|need)|my size is|an?) )*((?:(?:extra|x)[- ]?)?(?:small|medium|large)|(?:eu |eur )?\d\d(?:[.,]5)?)(?: size)?(?: please)?[.! ]*$"
)


_THEY_WEAR = re.compile(
    r"\b(?:he|she|they|who|and)(?:'s| is)?\b.{0,25}\b(?:wears?|takes?|needs?|is) (?:usually |normally |mostly |about |around )?(?:an? )?(?:size )?(xxs|xs|s|m|l|xl|xxl|small|medium|large|extra large|\d\d(?:\.5)?)[.! ]*$"
)


_WORN = re.compile(r"shoe|boot|sock|sandal|slipper|sneaker|trainer|footwear")


def bare_size(s: Situation) -> Command | None:
    """ "Medium", "I'm a large": of what is being looked for."""
    worn = _THEY_WEAR.search(s.text) if s.context.need is not None else None
    if worn and (need := s.lexicon.need(f"in size {worn.group(1)}")).filters:
        return StartFlow(flow="find_products", need=need, refine=True)
    if s.context.need is not None and (bare := _BARE_SIZE.match(s.text)):
        number = bare.group(1)[-1:].isdigit()
        if (number and not _WORN.search(s.context.need.text.lower())) or (not number and s.context.need.wishes):
            return None
        need = s.lexicon.need(f"in size {bare.group(1)}")
        if any(f.field == "size" for f in need.filters):
            return StartFlow(flow="find_products", need=need, refine=True)
    return None


def refine_size(s: Situation) -> Command | None:
    """ "My size is 44" narrows what is being looked for; it is no question on sizing."""
    sized = s.context.need is not None and _MY_SIZE.search(s.text) and any(f.field == "size" for f in s.need.filters)
    asks = FACT_QUESTION.search(s.text) or s.lexicon.kinds(s.original)
    points = any(reference.kind == "ordinal" for reference in s.references)
    return StartFlow(flow="find_products", need=s.need, refine=True) if sized and not asks and not points else None


def correct(s: Situation) -> Command | None:
    if not _CORRECTS.match(s.said) or not (s.table or s.context.need):
        return None
    other = re.search(r"\bthe other(?: one)?\b", s.said) is not None
    if other and not s.sells:
        return Correct(references=s.references)
    word = bool(s.need.text) and not s.pointed and s.lexicon.knows(s.need.text)
    return Correct(references=s.pointed, need=s.need if s.sells or s.need.filters or word else None)
