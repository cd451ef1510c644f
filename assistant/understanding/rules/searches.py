"""Rules about searching: finding, refining, more, cheaper, comparing."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from assistant.understanding.commands import Command, Reference, StartFlow
from assistant.understanding.questions import FACT_QUESTION
from assistant.understanding.situation import Situation
from retrieval.constraints import Filter, Need

ANY_COLOUR = re.compile(r"\b(?:any|all|every|whatever|other) colou?rs?\b|colou?r (?:doesn'?t|does not) matter")
Direction = Literal["cheaper", "dearer", "lighter", "better_rated", "other_brands"]

_MORE = re.compile(
    r"^(?:show (?:me )?|see |any |give me |list |got |have |can i see |do you have |are there |what |load |and |some )*(?:(?:some|any|a few) )?"
    r"(?:more|others?|other (?:ones|options|choices|models|products)|different (?:ones|options)|anything else|something else|alternatives|next(?: page)?"
    r"|what else(?: do you have| is there)?|more (?:options|results|of (?:them|those|these)|like (?:this|that|these|those|it)|choices|please))"
    r"(?: (?:do you have|please|are there|have you got|pls))*[\s?!.]*$"
    r"|^(?:is|was) (?:that|this|it) (?:all|everything)(?: (?:that )?(?:you have|you've got|you got|there is|you can offer))?[\s?!.]*$"
    r"|^(?:keep going|go on|carry on|show on|continue|next)[\s?!.]*$"
)
_DIRECTIONS: tuple[tuple[Direction, re.Pattern[str]], ...] = (
    ("other_brands", re.compile(r"\b(?:other|different|another) (?:brands?|makes?|manufacturers?)\b")),
    (
        "cheaper",
        re.compile(
            r"\bcheaper\b|\bless expensive\b|\btoo (?:expensive|pricey|much|dear)\b|\blower (?:price|budget)|\bmore affordable\b|\bcheeper\b|\bless money\b"
            r"|\bnot (?:so|that|as) expensive|\bbudget (?:option|version|one)|\b(?:out of|over) my budget|^(?:that'?s |it'?s |they'?re |a bit |quite |bit )*(?:expensive|pricey|steep)\b|costs? less"
        ),
    ),
    (
        "dearer",
        re.compile(
            r"\bmore expensive\b|\bpricier\b|\bhigher[- ]end\b|\bmore premium\b|\bhigher (?:price|budget|quality)|\bbetter quality\b|\btoo cheap\b|something (?:a (?:bit|little) )?(?:more (?:special|luxurious|upmarket|exclusive)|fancier|nicer|better|posher)\b"
        ),
    ),
    (
        "lighter",
        re.compile(r"\blighter\b(?! colou?r| blue| green| shade)|\btoo heavy\b|\bless heavy\b|\bweighs less\b"),
    ),
    ("better_rated", re.compile(r"\bbetter (?:rated|reviews|rating)\b|\bhigher rat(?:ed|ing)\b|\bmore popular\b")),
)
_ASKING_FOR = re.compile(
    r"^(?:do you have|is there|are there|can you|have you got|any|what about|got|could you|how about) "
)
_COMPARE = re.compile(
    r"\bcompar\w*|\bcompair\w*|\bdifferen(?:ce|ces|t)\b.{0,30}\b(?:between|of|them|those|two|both)|\bwhat'?s the difference|\bvs\.?\b|\bversus\b|side by side"
    r"|how do (?:they|these|those) (?:compare|differ)|\b(?:decide|choose|choosing|deciding|pick|torn|undecided) between\b"
    r"|\b(?:first|second|third|last|fourth) or (?:the )?(?:first|second|third|last|fourth)\b.*\b(?:which|better|buy|choose|take|recommend|worth)\b"
    r"|^which (?:one )?(?:would|do|should) (?:you|i) (?:pick|choose|take|recommend|buy|go for)"
)
_PICKS = re.compile(r"^which (?:one )?(?:would|do|should) (?:you|i) (?:pick|choose|take|recommend|buy|go for)\b")
_WHY = re.compile(
    r"^(?:and |but |so )?(?:why (?:that|this|the (?:first|second|third|last)|is (?:that|this|it)|do you (?:recommend|suggest|say)|would you)\b.{0,40}|how come)[?! ]*$"
    r"|^what makes (?:it|that|this)(?: one)? (?:better|the best|so good|special)[?! ]*$"
)
_WHICH = re.compile(
    r"\bwhich\b.*\b(?:lighter|lightest|cheaper|cheapest|better|best|warmer|warmest|bigger|biggest|larger|largest|smaller|smallest|heavier|heaviest|waterproof"
    r"|more|recommend|would you|should i|longer|longest|higher|highest|quieter|quietest|weighs (?:less|more)|costs (?:less|more)|rated)\b"
    r"|\bwhich (?:one|of (?:them|these|those|the two))\b|\bor the (?:first|second|third|other)\b.*\?|\b(?:is|are) (?:it|they|the first|the second|that) better\b"
)
_FIND = re.compile(
    r"\b(?:looking (?:for|to buy|at)|search(?:ing)?(?: for)?|find(?: me)?|show(?: me)?|need|want|recommend|suggest|after|shopping for|interested in"
    r"|got any|do you (?:have|sell|carry|stock)|have you got|any|buy|get|gift|present|what .{0,30} do you (?:have|sell|recommend)|in the market for|browse"
    r"|see (?:your|some|all)|like to (?:see|buy|get)|options for|which .{2,30} (?:do|would) you recommend|best|good)\b"
)
_REFINE_LEAD = re.compile(
    r"^(?:or |rather |just |only |preferably |what about |how about |same |with |without |in |not |under |below |over |above |less |at least |at most |max |min |for "
    r"|from |something |anything |ones? |any |the |do you have (?:it|them|those|any|one|ones|something|that)(?: in)? |got (?:it|them|any|those) in "
    r"|is there (?:one|any|something) |are there (?:any|ones) |show (?:me )?(?:only|just|the ones|ones|those) |can you show (?:me )?(?:only|just) "
    r"|i(?:'d| would) (?:prefer|like|rather)|i (?:prefer|want|need)|it (?:should|has to|needs to|must)|they (?:should|have to|must)|must |should |needs? to )"
)
_BUDGET = re.compile(r"\bmy budget|i can spend|spend (?:up to|at most|no more|around|about)")
_ASKS_FOR = re.compile(
    r"^(?:do you (?:have|sell|carry|stock)|have you got|got|show me|i'?m looking for|looking for|i need|i want|find me|search for|any|(?:(?:can|could|would) you )?(?:recommend|suggest)(?: me)?)"
    r" (?:(?:something|anything|things?) (?:like|similar to) (?:an? |the )?(?!(?:this|that|it|these|those|them|one)\b)|any |some |an? |the )?(?!(?:other|different|more|cheaper|it|them|that|those|this|one|something|anything|help|info\w*|to|ones)\b)\w"
)
_FRESH = re.compile(
    r"^(?:i'?m looking|i need an?|i want an?|looking for|show me (?:some |all |your )?\w+|find me|search)"
)
_SAME = re.compile(r"\b(?:only|ones?|instead|those|these|them|same)\b")


def more(s: Situation) -> Command | None:
    return StartFlow(flow="more_products") if s.context.need is not None and _MORE.match(s.text) else None


_SOMETHING_FOR = re.compile(
    r"^(?:(?:and|ok|okay|now|then|so|also|well|actually)[, ]+)*(?:(?:what|how) about|do you (?:also )?have|show me|i (?:also )?need|got|maybe)"
    r" (?:something|anything|some(?: things?)?|things|stuff|gifts?|presents?|an? (?:gift|present)) (?:for|in) (?!(?:it|them|that|this|those|these|him|her|me|us)\b)\w"
)


ONE_OF_EACH = "one of each"
"""What a search shows: one product of every kind, not four of one."""
_NEEDED_FOR = re.compile(
    r"\bwhat (?:else )?(?:do|should|will|would|shall|might) (?:i|we|one|you) (?:all )?(?:need|bring|pack|take|wear|buy|get)\b"
)


def needed_for(s: Situation) -> Command | None:
    """ "I'm going trekking in Patagonia, what do I need?": what the catalogue knows of these words."""
    if not _NEEDED_FOR.search(s.text) or (s.table and s.pointed):
        return None
    text = _NEEDED_FOR.sub(" ", s.text)
    told = [word for word in re.findall(r"[a-z]{4,}", text) if word not in _NO_ACTIVITY]
    known = [said for word in told if (said := _known(s, word))]
    if known:
        need = s.lexicon.need(" ".join(known))
        whose = tuple(f for f in s.need.filters if f.field in ("audience", "price") and f not in need.filters)
        return StartFlow(flow="find_products", need=replace(need, filters=(*need.filters, *whose)), change=ONE_OF_EACH)
    return StartFlow(flow="find_products", need=Need()) if _TRAVELS.search(text) else None


_TRAVELS = re.compile(r"\b(?:going|travel\w*|trip|visit\w*|flying|moving|heading|off) (?:to|in|around|through)\b")
"""Where to, the shop knows nothing of: what kind of thing it should be is asked back."""


def _known(s: Situation, word: str) -> str:
    """As the catalogue has it: a hike is hiking there; "" where it has nothing of the kind."""
    if s.lexicon.knows(word) or (word.endswith("ing") and s.lexicon.knows(word.removesuffix("ing"))):
        return word
    doing = f"{word.removesuffix('e')}ing"
    return doing if s.lexicon.knows(doing) else ""


_NO_ACTIVITY = frozenset(
    [
        "going",
        "will",
        "weeks",
        "week",
        "days",
        "with",
        "first",
        "time",
        "want",
        "plan",
        "planning",
        "trip",
        "next",
        "this",
        "that",
        "some",
        "into",
        "long",
        "short",
        "bring",
        "kids",
        "children",
        "family",
        "have",
    ]
)


def something_for(s: Situation) -> Command | None:
    """ "What about something for the kitchen": another subject, not another product of the table; the same person's gift
    costs what it was to cost."""
    before = s.context.need.filters if s.context.need is not None else ()
    somebodys = any(f.field == "audience" for f in before)
    if not (s.sells or (somebodys and s.need.text)) or not _SOMETHING_FOR.match(s.text):
        return None
    told = {f.field for f in s.need.filters}
    kept = tuple(f for f in before if somebodys and f.field in ("audience", "price") and f.field not in told)
    return StartFlow(flow="find_products", need=replace(s.need, filters=(*s.need.filters, *kept)))


_AGAIN = re.compile(r"\b(?:show|see|all|again|list|give)\b")


_PRIORITIES = (
    ("longest battery life", "battery|battery life|run ?time"),
    ("lightest", "weight|lightness|light weight|being light"),
    ("cheapest", "price|cost|the price|money|budget|affordability"),
    ("best rated", "quality|ratings?|reviews?|what (?:people|others|customers) say"),
    ("warmest", "warmth|being warm|staying warm"),
    ("quietest", "noise|quiet|being quiet|silence"),
    ("most waterproof", "being waterproof|waterproofing|staying dry|water resistance|rain protection"),
    ("smallest", "packed size|pack size|compactness|being compact|how small it packs"),
    ("largest", "space|capacity|room|storage"),
)
"""What people say counts most, and the order of products that it comes to."""
_THING_TOLD = "|".join(f"(?P<p{place}>{words})" for place, (_, words) in enumerate(_PRIORITIES))
_PRIORITY = re.compile(
    rf"^(?:i think |for me |to me |honestly )*(?:the |a |good |long )*(?:{_THING_TOLD}) (?:matters?\b|counts? (?:more|most)\b|comes? first\b|(?:is|are) (?:way |much |far |really |very |super |pretty |the )*(?:most |more )?(?:important|key|crucial|essential|my (?:top |main |first )?priority|what (?:matters|counts)))"
)
_CARES = re.compile(
    rf"(?:\bcare (?:more |most |mostly |only |mainly )?about|\b(?:most important(?: thing| part)?|main thing|priority|what (?:matters|counts)(?: most)?)(?: to me| for me| here)* is|\bmore important (?:to me |for me )?is) (?:the |a |good |long )*(?:{_THING_TOLD})\b"
)


def priority(s: Situation) -> Command | None:
    """ "Battery matters more than weight": the order of what was searched for."""
    found = _PRIORITY.search(s.text) or _CARES.search(s.text)
    if found is None or s.context.need is None or re.search(r"\b(?:not|n't|less)\b", found.group(0)):
        return None
    place = next(int(name[1:]) for name, told in found.groupdict().items() if told)
    wanted = s.lexicon.need(_PRIORITIES[place][0])
    return StartFlow(flow="find_products", need=Need(sort=wanted.sort, sort_by=wanted.sort_by), refine=True)


_HAS_ALREADY = re.compile(
    r"^(?:but |well |and )*(?:i|we|s?he|they|(?:my|our) \w+) (?:already |do |does )?(?:have|has|owns?|got|'ve got|'s got) (?:already )?(?:a |an |the |some |our |my |enough |plenty of )*(?P<thing>[\w -]{3,30}?)(?: already| at home| covered)+[.! ]*$"
    r"|^(?:but |well |and )*(?:i|we|s?he|they|(?:my|our) \w+)(?:'ve|'s)? already (?:have|has|owns?|got) (?:a |an |the |some |our |my |enough )*(?P<other>[\w -]{3,30}?)[.! ]*$"
)


_POPULAR = re.compile(
    r"^(?:so |and |ok )*(?:what(?:'s| is| are)? (?:your |the )?(?:most )?(?:popular|trending|selling (?:best|well)|hot|best[- ]?sellers?|best[- ]?selling|top[- ]?sellers?)"
    r"|(?:show me )?(?:your |the )?(?:best[- ]?sellers?|top[- ]?sellers?|most popular (?:things|products|items))|what (?:do|are) (?:people|others|customers|most people) (?:buy|buying|like|get))\b(?: (?:right now|now|at the moment|these days|today|this season|here|things|products|items))*[?!. ]*$"
)


def popular(s: Situation) -> Command | None:
    """ "What's popular?": of what is looked for, or of the whole shop, what customers rate best."""
    if not _POPULAR.match(s.said):
        return None
    return StartFlow(flow="find_products", need=Need(sort="rating"), refine=s.context.need is not None)


def has_already(s: Situation) -> Command | None:
    """ "We have sleeping bags already": of all that was found, not these."""
    found = _HAS_ALREADY.match(s.text)
    if found is None or s.context.need is None or s.context.topic != "products":
        return None
    without = s.lexicon.need(f"not {found['thing'] or found['other']}")
    kinds = tuple(f for f in without.filters if f.field in ("category", "type") and f.operator == "not in")
    held = {v for f in s.context.need.filters if f.operator == "in" for v in f.values}
    if not kinds or any(value in held for f in kinds for value in f.values):
        return None
    return StartFlow(flow="find_products", need=Need(filters=kinds), refine=True, change=ONE_OF_EACH)


_OTHER_END = re.compile(
    r"^(?:(?:and|ok|now|so|what about|how about|what'?s|show me)[, ]+)*(?:the |your )?(?P<end>most expensive|priciest|dearest|cheapest|least expensive)(?: ones?)?[?.! ]*$"
)


def other_end(s: Situation) -> Command | None:
    """ "And the most expensive?" after "your cheapest tents": of the shop, not of what lies on the table."""
    before, found = s.context.need, _OTHER_END.match(s.text)
    if before is None or found is None or before.sort == "relevance":
        return None
    wanted = s.lexicon.need(f"{found['end']} first")
    if wanted.sort in ("relevance", before.sort):
        return None
    return StartFlow(flow="find_products", need=Need(sort=wanted.sort, sort_by=wanted.sort_by), refine=True)


def any_option(s: Situation) -> Command | None:
    """ "Show me all of them again, any colour": the last search without its colour."""
    coloured = s.context.need is not None and any(f.field == "colour" for f in s.context.need.filters)
    wanted = coloured and ANY_COLOUR.search(s.text) and _AGAIN.search(s.text) and not s.lexicon.kinds(s.original)
    return StartFlow(flow="find_products", need=Need(), refine=True, change="any option") if wanted else None


def direction(s: Situation) -> Command | None:
    if (s.context.need is None and not s.table) or FACT_QUESTION.match(_ASKING_FOR.sub("", s.text)):
        return None
    if s.table and re.search(
        r"\b(?:the|that) (?:cheaper|lighter|heavier|dearer|better|bigger|smaller) (?:one|of the two)\b", s.text
    ):
        return None
    for name, pattern in _DIRECTIONS:
        if pattern.search(s.text):
            new_kind = bool(s.lexicon.kinds(s.original)) and not _same_kind(s)
            return StartFlow(flow="find_products", need=s.need, refine=not new_kind, direction=name)
    return None


def _same_kind(s: Situation) -> bool:
    previous = s.context.need
    if previous is None:
        return False
    before = {value for f in previous.filters if f.field == "category" for value in f.values} | {previous.thing}
    return bool(before & set(s.lexicon.kinds(s.original)))


def compare(s: Situation) -> Command | None:
    if not s.table and not s.sells:
        return None
    if s.table and _WHY.match(s.text):
        favoured = s.context.focus[0] if s.context.focus else s.context.shown[0]
        other = next((key for key in s.context.shown if key != favoured), "")
        return StartFlow(flow="compare", references=tuple(Reference(kind="id", text=k) for k in (favoured, other) if k))
    if _PICKS.match(s.text) and s.table and not s.references and not s.lexicon.kinds(s.original):
        return StartFlow(flow="compare", change=s.text)  # of what lies here, whatever it is for
    if _COMPARE.search(s.text):
        references = s.pointed if len(s.named) >= 2 or not s.named else s.references or s.pointed
        return StartFlow(flow="compare", references=references, need=s.need, words=s.original)
    which = (
        _WHICH.search(s.text) and s.table and not re.search(r"\bstores?\b|\bshops?\b|\bcolou?rs?\b|\bsizes?\b", s.text)
    )
    if which and (not s.lexicon.kinds(s.original) or s.references):
        return StartFlow(
            flow="compare",
            references=tuple(r for r in s.references if not _asks_which(r, s)),
            change=s.text,
            words=s.original,
        )
    return None


def _asks_which(reference: Reference, s: Situation) -> bool:
    """The "one" of "which one" points at none of them, nor does "the lightest" that is asked for."""
    one = reference.kind == "pronoun" and reference.count == 1 and re.search(r"\bwhich one\b", s.text)
    return reference.kind == "superlative" or bool(one)


def find_known(s: Situation) -> Command | None:
    """A kind of product, a brand: something this shop is known to sell."""
    kinds = s.lexicon.kinds(s.original)
    previous = s.context.need
    if not kinds and not s.sells:
        return None
    bare_before = (
        previous is not None and not previous.thing and not any(f.field == "category" for f in previous.filters)
    )
    same = bare_before or not kinds or _same_kind(s) or not _FIND.search(s.text)
    need = s.need
    if s.context.place and s.words[-1:] == ["there"] and not any(f.field == "store" for f in need.filters):
        need = replace(need, filters=(*need.filters, Filter(field="store", operator="=", values=(s.context.place,))))
    return StartFlow(flow="find_products", need=need, refine=previous is not None and not _fresh(s) and same)


def narrow(s: Situation) -> Command | None:
    """A condition without a thing: it narrows the last search, or opens one."""
    has_need = s.context.need is not None
    filters = [f for f in s.need.filters if f.field != "category"]
    told = bool(filters or s.need.wishes or s.need.sort != "relevance")
    if has_need and told and (len(s.words) <= 9 or _REFINE_LEAD.match(s.text)) and not _asks_for_unknown(s):
        return StartFlow(flow="find_products", need=s.need, refine=True)
    if filters and (_FIND.search(s.text) or len(s.words) <= 6 or _BUDGET.search(s.text)) and not _points_at_nothing(s):
        refine = (has_need or s.table) and not _asks_for_unknown(s)
        return StartFlow(flow="find_products", need=s.need, refine=refine)
    return None


def find_unknown(s: Situation) -> Command | None:
    """A thing asked for by a name that this shop does not know: a search of its own, not a refinement."""
    return StartFlow(flow="find_products", need=s.need) if _asks_for_unknown(s) else None


def find_words(s: Situation) -> Command | None:
    """Plain words of the catalogue."""
    has_need = s.context.need is not None
    known = bool(s.need.text) and s.lexicon.knows(s.need.text) and not FACT_QUESTION.match(s.text)
    if known and not has_need and len(s.words) <= 5 and not s.references:
        return StartFlow(flow="find_products", need=s.need)
    if has_need and known and s.context.topic == "products" and len(s.words) <= 5:
        return StartFlow(flow="find_products", need=s.need, refine=True)
    return None


_THIS_THING = re.compile(
    r"\b(?:have|get|got|see|show me|is|are|does|do) (?:this|that|it|these|those|them)\b(?! (?:for|to)\b)"
)


def _points_at_nothing(s: Situation) -> bool:
    """ "The blue one", with nothing on the table: a question back, not a search for all that is blue."""
    return not s.table and (
        any(r.kind in ("described", "ordinal") for r in s.references) or _THIS_THING.search(s.text) is not None
    )


def _asks_for_unknown(s: Situation) -> bool:
    return bool(s.need.text) and bool(_ASKS_FOR.match(s.text)) and len(s.words) <= 14


def _fresh(s: Situation) -> bool:
    """A whole new request, although it is of the same kind: "show me tents under 100" after "tents in red"."""
    return bool(s.lexicon.kinds(s.original)) and bool(_FRESH.match(s.text)) and not _SAME.search(s.text)
