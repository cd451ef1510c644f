"""Rules: a segment -> one command, or None where they are silent. Each rule is one function; the order is the meaning.

English. Written from what shoppers type; the classifier catches other words for the same things.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.understanding import entities
from assistant.understanding.commands import (
    Ask,
    CancelFlow,
    Choose,
    Command,
    Confirm,
    Correct,
    Decline,
    FillSlot,
    FlowName,
    Greet,
    Reference,
    StartFlow,
    TalkToHuman,
    Unclear,
)
from assistant.understanding.questions import ASKS_STOCK, FACT_QUESTION, attribute_asked
from assistant.understanding.situation import Situation

Rule = Callable[[Situation], Command | None]

_INSTRUCTIONS = re.compile(
    r"ignore (?:all |any |your |the )*(?:previous|prior|above|earlier|system)|disregard (?:all|your|the|previous)|system prompt"
    r"|you are now|pretend (?:to be|you)|act as (?:a|an|if)|developer mode|jailbreak|reveal your (?:prompt|instructions)"
    r"|(?:your|the) (?:hidden |secret |internal )?(?:instructions|prompt)\b|\b(?:100|90|99) ?% (?:off|discount)|make (?:it|everything) free"
)
_HUMAN = re.compile(
    r"\b(?:human|real person|live (?:agent|person|chat|support)|representative|customer (?:service|support|care)|an? (?:agent|operator|employee|colleague|person)\b"
    r"|someone (?:real|from|in|at|who|else)|somebody|staff|talk to (?:someone|a|an|your|the)|speak (?:to|with)|call me back|service desk|manager)\b"
)
_NOT_HUMAN = re.compile(
    r"\b(?:\d|one|two|three|four|a|per|for an?|single)[- ]?person (?:tent|sofa|table)|tent|are you (?:a )?(?:human|real|bot)|for a person"
)
_WHO = re.compile(
    r"who are you|what are you\b|are you (?:a |an )?(?:real|human|bot|robot|ai|person|machine)|your name|(?:am i|i'm) (?:talking|chatting) (?:to|with)"
)
_CAPABLE = re.compile(
    r"what (?:can|do) you do\b|how (?:can|do) you help|what can i ask|^help(?: me)?(?: please)?[?!.]*$|what are you (?:able|capable)|how does this work"
)
_HELLO = re.compile(
    r"^(?:hi+|hello+|hey+|hiya|howdy|yo|hola|good (?:morning|afternoon|evening|day)|greetings|sup)(?: (?:there|all|team|you|aisle|guys|again))?[\s!,.?:)]*$"
)
_THANKS = re.compile(
    r"^(?:ok(?:ay)?,? |great,? |perfect,? |awesome,? |cool,? |no,? |nope,? |super,? )*(?:thanks?|thank you|thx|ty|tysm|cheers|much appreciated|appreciate (?:it|that))\b"
    r"(?:[ ,!.]*(?:a lot|so much|very much|you|for (?:your|the|that|all)?.{0,25}|that'?s (?:all|it|helpful|great|perfect)|that helps|this helps|lots|anyway|again|i'?m good|will do|great|bye))*[\s!.:)]*$"
)
_BYE = re.compile(
    r"^(?:ok(?:ay)?,? |thanks,? |great,? |well,? |alright,? )*(?:bye+|goodbye|bye bye|see (?:you|ya)(?: later| soon)?|cya|have a (?:nice|good|great) .*|good night|that'?s (?:all|it)(?: for (?:now|today))?(?:,? thanks?.*|,? thank you.*|,? bye.*)?|i'?m done|take care)[\s!.:)]*$"
)
_HOW = re.compile(
    r"^(?:hi |hey |hello )?(?:how (?:are|r) (?:you|u|things)|how'?s it going|how do you do|what'?s up|whats up|wassup)\b"
)
_PRAISE = re.compile(
    r"^(?:(?:that'?s |this is |you'?re |you are |very |so |really |wow,? |oh,? )*(?:great|awesome|perfect|nice|cool|amazing|love it|lovely|excellent|helpful|brilliant|good job|well done|fantastic|super|wonderful|good bot|the best))(?: (?:job|work|bot|one|help|stuff|thanks))?[\s!.:)]*$"
)
_ABUSE = re.compile(
    r"\b(?:stupid|idiot|dumb|useless|moron|suck(?:s)?|shut up|f+u+c+k+\w*|shit\w*|crap|garbage|trash) ?(?:bot|thing|machine|assistant|you)?\b"
)
_COMPLAINT = re.compile(
    r"(?:not|isn'?t|no) (?:helpful|what i (?:asked|meant|want(?:ed)?|said))|you (?:don'?t|didn'?t|do not|did not) (?:understand|listen|get (?:it|me))|that'?s (?:wrong|not right|not it|not what)|this is (?:ridiculous|terrible|frustrating)|wrong answer"
)
_YES = re.compile(
    r"^(?:yes+|yep|yeah+|yup|sure|ok(?:ay)?|correct|right|exactly|please do|go ahead|do it|sounds good|of course|definitely|absolutely|y|fine|confirm(?:ed)?|that'?s (?:right|correct|fine))(?:[ ,!.]+(?:please|thanks|do|it|go|ahead|sure|that|one|is|correct|right|sounds|good|add|show|me|them))*[\s!.]*$"
)
_NO = re.compile(
    r"^(?:no+|nope|nah|not (?:really|now|yet|today)|no thanks?|no thank you|don'?t|rather not|n)(?:[ ,!.]+(?:thanks|thank|you|it'?s|fine|ok|okay|i'?m|good|that'?s|all|not|now|need))*[\s!.]*$"
)
_NEVER_MIND = re.compile(
    r"^(?:(?:oh|ok|ah|actually|no)[, ]+)*(?:never ?mind|nvm|forget (?:it|that|about it)|cancel that|scrap that|drop it|start over|start again|reset)\b(?!.*\border)"
)

_CART = r"(?:cart|basket|bag|trolley|kart|card)"
_SHOW_CART = re.compile(
    rf"(?:what(?:'s| is|s| do i have| have i got)?|show|see|view|check|open|list|review|look at|display)\b.*\b(?:my|the|in)\b.*\b{_CART}\b|^(?:my )?{_CART}\??$|{_CART} (?:total|contents)|what (?:did|have) i add|(?:total|how much).*\b(?:my |the ){_CART}|how much (?:is|does) (?:it|everything|that|all) (?:all )?(?:come to|total|altogether|in total)|what'?s (?:my|the) total|(?:my|the) total\b|how many (?:items|things).*{_CART}"
)
_EMPTY_CART = re.compile(
    rf"(?:empty|clear|reset|wipe)\b.*\b{_CART}\b|remove (?:everything|all(?: items)?)(?: from .*)?$|(?:delete|take out) everything"
)
_CHECK_OUT = re.compile(
    r"\b(?:check ?out|pay (?:now|for (?:it|this|these|everything|my))|place (?:the|my|an|this) order|complete (?:the|my) (?:order|purchase)|proceed to|ready to (?:buy|pay|order))\b"
)
_REMOVE = re.compile(
    r"\b(?:remove|delete|take (?:out|off|away)|drop|get rid of|take .{1,40} (?:out|off)|don'?t want .{1,40} (?:in|any ?more)|without)\b"
)
_ADD = re.compile(
    rf"\b(?:add|put|throw|stick|pop|place)\b.{{0,60}}\b(?:{_CART}|it|them|one|both|that|this|those|these|all)\b|\badd\b|\bi'?ll (?:take|have|get|buy|go (?:with|for))\b|\bi(?:'d| would) (?:take|like to (?:buy|order|take|get|have) (?:it|that|this|the|them|one|both|two|\d))"
    r"|\b(?:buy|order|purchase|reserve|get me|take|want) (?:it|that one|this one|them|both|the (?:first|second|third|last|cheap\w*|\w+ one)|that|this|one of (?:them|those))\b|\binto (?:my|the) (?:cart|basket)|\bgo(?:ing)? (?:with|for) (?:the|that|this|it|number)|\bgimme (?:the|that|it)|(?:i want|i need|give me|get me) (?:\d|two|three|four) (?:of (?:them|those|these|it)|more)\b"
)
_CHANGE_QUANTITY = re.compile(
    r"\bmake (?:it|that|them|those|the .{1,40}?) (?:\d+|two|three|four|five|six|seven|eight|nine|ten)\b|(?:change|set|update|increase|reduce|decrease|lower|raise)\b.{0,50}\b(?:quantity|qty|number|amount|to (?:\d+|one|two|three|four|five|six))\b|\b(?:\d+|one|two|three|four|five) (?:instead|more|of (?:them|those) instead)\b|\b(?:another|one more|two more|only (?:one|1|two|2)|just (?:one|1|two|2))\b(?:.{0,25})$|\b(?:double|halve) (?:it|that|the quantity)"
)

_TRACK = re.compile(
    r"\b(?:where(?:'s| is| are|s)?|track(?:ing)?|status|find|check|when (?:will|does|is|do)|what(?:'s| is)? (?:happening|going on|up) with|has|did|update on|any news|eta|hasn'?t|still waiting|waiting for|not (?:arrived|received|here))\b.{0,40}\b(?:my|the|our|an?)\b ?.{0,20}\b(?:order|package|parcel|delivery|shipment|stuff|purchase|items?|things i (?:ordered|bought))\b"
    r"|\border status\b|\btrack(?:ing)? (?:number|info|my|an|it|order|#)|\bwhere'?s my stuff|(?:my|the) (?:order|package|parcel|delivery|shipment)\b.{0,30}(?:arriv|ship|deliver|late|come|here|status|yet|missing|lost|show(?:ed|n) up|get here)|(?:has|have) (?:it|they|my order) (?:been )?(?:shipped|delivered|arrived)"
)
_LIST_ORDERS = re.compile(
    r"\b(?:my|show|list|see|all|past|previous|recent|last)\b.{0,15}\b(?:orders|purchases|order history)\b|order history|what (?:did|have) i (?:order|bought|buy)"
)
_CHANGE_ORDER = re.compile(
    r"\b(?P<cancel>cancel|stop)\b.{0,20}\b(?:order|purchase|#\w+|it)\b|\b(?P<return>return|send back|give back)\b.{0,25}\b(?:my|the|this|these|those|an|a|it|them|something|from)\b.{0,30}|\b(?P<exchange>exchange|swap|replace)\b.{0,30}\b(?:my|the|it|them|these|this|for|order)\b|(?:change|update|edit|correct|wrong)\b.{0,25}\b(?P<address>address)\b|(?:change|update|edit)\b.{0,25}\b(?P<payment>payment|card on)\b|(?:change|modify|edit|update)\b.{0,15}\b(?P<order>order)\b|(?P<refund>(?:want|need|get|where'?s|where is|give me) (?:a |my |the )?(?:refund|money back))"
)
_HYPOTHETICAL = re.compile(
    r"\b(?:can i|could i|may i|am i able|is it possible|how (?:do|can|long|does|much|many|would)|what(?:'s| is|s| if| are| happens)|do you|does|if i|policy|policies|who pays|when (?:do|will) i|are (?:sale|returns)|possible to|what about)\b"
)

_COMPARE = re.compile(
    r"\bcompar\w*|\bcompair\w*|\bdifferen(?:ce|ces|t)\b.{0,30}\b(?:between|of|them|those|two|both)|\bwhat'?s the difference|\bwhich (?:one |of (?:them|these|those|the two) )?(?:is|are|would be|has|one'?s|do you|should i|weighs|costs|one)\b.{0,50}|\bvs\.?\b|\bversus\b|\bor the (?:first|second|third|other)\b.*\?|\bbetter\?$|side by side"
)
_PLACE_CUE = re.compile(
    r"\b(?:in|at|near|around|from|close to|by) (?:the |your |my )?(?:(?:local|nearest|closest) )?(?:stores?|shops?|branch(?:es)?|locations?)\b|\b(?:which|what|any) (?:stores?|shops?|branch|locations?)\b|\bin[- ]store\b|\bnear(?:by| me| here)\b|\bpick ?up\b|\bcollect\b|\bnearest (?:store|shop)\b|\b(?:your|the) [\w ]{2,20} (?:store|shop)\b"
)
_STORES = re.compile(
    r"\b(?:opening|open|closing|store|business|shop) (?:hours|times?)\b|\bwhat time (?:do|does|are|is)\b|\bwhen (?:do|does|are|is) .{0,30}\b(?:open|close|store|shop)\b|\b(?:are|is) .{0,30}\bopen (?:on|today|tomorrow|now|late|sunday|saturday|until)|\bhow late\b|\b(?:where (?:are|is)|find|list|show)\b.{0,20}\b(?:stores?|shops?|locations?|branch(?:es)?)\b(?! .*order)|\b(?:nearest|closest)\b.{0,12}\b(?:store|shop|location|branch)\b|do you have (?:a |any )?(?:store|shop|physical|location|branch)\w*|(?:store|shop)(?:'s)? (?:address|phone|location|number)|phone number|\bare you (?:open|in)\b|(?:stores?|shops?) (?:in|near|around|close to)\b"
)
_POLICY = re.compile(
    r"\b(?:return(?:s|ed|ing)?|refund\w*|exchange policy|ship(?:ping|ped)?(?: cost| fee| free| to| internationally| time)?|deliver(?:y|ies)?(?: cost| fee| time| option)?|express|next[- ]day|postage|warrant\w*|guarantee\w*|price[- ]?match\w*|match (?:a |the |their |amazon'?s? )?(?:lower )?prices?|beat (?:a|the) price|gift ?cards?|vouchers?|loyalty|rewards?|points|member(?:ship)?|privacy|personal data|my data|gdpr|delete my (?:data|account)|pay(?:ment)? (?:with|by|in|methods?|options?|later)|payment\b|accept (?:paypal|visa|amex|apple|credit|cash|google|american|klarna)|paypal|apple pay|klarna|instal?ments?|finance|click (?:and|&|n) collect|pick ?up in store|collect in store|repairs?|repaired|sizing|size (?:guide|chart)|sustainab\w*|recycl\w*|discounts?|student|coupon|promo|gift ?wrap\w*|customs|duties|pric(?:e|ing) adjust\w*|assembly|restocking)\b"
)
_POLICY_QUESTION = re.compile(
    r"\b(?:can|could|do|does|how|what|whats|what's|when|where|which|who|is|are|may|will|would|policy|policies|tell me|explain|if|cost|free|long|much|offer|accept|any|need|possible|about|have)\b|\?$"
)
_MORE = re.compile(
    r"^(?:show (?:me )?|see |any |give me |list |got |have |can i see |do you have |are there |what |load |and |some )*(?:(?:some|any|a few) )?(?:more|others?|other (?:ones|options|choices|models|products)|different (?:ones|options)|anything else|something else|alternatives|next(?: page)?|what else(?: do you have| is there)?|more (?:options|results|of (?:them|those|these)|like (?:this|that|these|those|it)|choices|please))(?: (?:do you have|please|are there|have you got|pls))*[\s?!.]*$"
)
_CHEAPER = re.compile(
    r"\bcheaper\b|\bless expensive\b|\btoo (?:expensive|pricey|much|dear)\b|\blower (?:price|budget)|\bmore affordable\b|\bcheeper\b|\bnot (?:so|that|as) expensive|\bbudget (?:option|version|one)|\b(?:out of|over) my budget"
)
_DEARER = re.compile(
    r"\bmore expensive\b|\bpricier\b|\bhigher[- ]end\b|\bmore premium\b|\bhigher (?:price|budget|quality)|\bbetter quality\b|\btoo cheap\b|something (?:fancier|nicer|better)\b"
)
_LIGHTER = re.compile(r"\blighter\b(?! colou?r| blue| green| shade)|\btoo heavy\b|\bless heavy\b")
_BETTER_RATED = re.compile(r"\bbetter (?:rated|reviews|rating)\b|\bhigher rat(?:ed|ing)\b|\bmore popular\b")
_FIND = re.compile(
    r"\b(?:looking (?:for|to buy|at)|search(?:ing)?(?: for)?|find(?: me)?|show(?: me)?|need|want|recommend|suggest|after|shopping for|interested in|got any|do you (?:have|sell|carry|stock)|have you got|any|buy|get|gift|present|what .{0,30} do you (?:have|sell|recommend)|in the market for|browse|see (?:your|some|all)|like to (?:see|buy|get)|options for|which .{2,30} (?:do|would) you recommend|best|good)\b"
)
_REFINE_LEAD = re.compile(
    r"^(?:and |but |ok |okay |hmm |no,? |or |maybe |actually |rather |just |only |preferably |also |what about |how about |same |with |without |in |not |under |below |over |above |less |at least |at most |max |min |for |from |something |anything |ones? |any |the |do you have (?:it|them|those|any|one|ones|something|that)(?: in)? |got (?:it|them|any|those) in |is there (?:one|any|something) |are there (?:any|ones) |show (?:me )?(?:only|just|the ones|ones|those) |can you show (?:me )?(?:only|just) |i(?:'d| would) (?:prefer|like|rather)|i (?:prefer|want|need)|it (?:should|has to|needs to|must)|they (?:should|have to|must)|must |should |needs? to )"
)
_AFFORD = re.compile(r"\bmy budget|i can spend|spend (?:up to|at most|no more|around|about)")
_OFF_TOPIC = re.compile(
    r"\b(?:weather|news|president|election|politic\w*|joke|poem|song|story about|capital of|recipe|football score|stock market|bitcoin|homework|translate|write (?:me )?(?:a|an|some)|code in|python|meaning of life|who won|dating|medical advice|lawyer|movie|horoscope|what year|tell me a)\b|what is \d+ ?[x+*/-] ?\d+"
)
_CANNOT: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "book a table or an appointment",
        re.compile(r"\b(?:book|schedule|make)\b.{0,20}\b(?:appointment|table|flight|hotel|fitting|taxi)\b"),
    ),
    (
        "give a discount",
        re.compile(
            r"(?:give|get|have) (?:me )?(?:a |an )?(?:\d+ ?% )?(?:discount|better price|deal)\b|lower the price|haggle|negotiate|cheaper if|\b\d+ ?% off\b"
        ),
    ),
    (
        "change your account or password",
        re.compile(
            r"\b(?:reset|change|forgot|update)\b.{0,15}\b(?:password|account|e-?mail|login)\b|log ?in to my account"
        ),
    ),
    (
        "look at a picture",
        re.compile(
            r"\b(?:picture|photo|image)\b.{0,20}\b(?:upload|send|attach|identify)\b|can i send (?:you )?a (?:photo|picture)"
        ),
    ),
    ("apply for a job for you", re.compile(r"\b(?:job|career|hiring|vacanc\w+|work for you)\b")),
)


def read(situation: Situation) -> Command | None:
    """The first rule that speaks decides."""
    for rule in RULES:
        command = rule(situation)
        if command is not None:
            return command
    return None


def _instructions(s: Situation) -> Command | None:
    return Unclear(text=s.original, kind="instructions") if _INSTRUCTIONS.search(s.text) else None


def _answer_to_question(s: Situation) -> Command | None:
    """What was asked for decides first how words are read."""
    asked = s.context.asked
    if asked is None:
        return None
    if asked.slot in ("identity", "order") and (facts := _facts(s)) is not None:
        return facts
    if asked.slot == "go_ahead":
        return Confirm() if _YES.match(s.text) else Decline() if _NO.match(s.text) else None
    short = len(s.words) <= 6
    if asked.slot == "place" and s.place and short:
        return StartFlow(flow="check_stock" if asked.flow == "check_stock" else "find_store", place=s.place)
    if asked.slot in ("product", "variant") and short and not FACT_QUESTION.search(s.text):
        return _choice(s)
    if asked.slot == "place" and short and re.search(r"\d{5}", s.text):
        return StartFlow(flow="check_stock" if asked.flow == "check_stock" else "find_store", place=s.text)
    return None


def _facts(s: Situation) -> FillSlot | None:
    first, last = entities.full_name(s.original)
    zip_code = entities.zip_code(s.original)
    slot = FillSlot(
        email=entities.email(s.original),
        first_name=first if zip_code or s.context.asked else "",
        last_name=last if zip_code or s.context.asked else "",
        zip_code=zip_code,
        order=entities.order_number(s.original),
    )
    given = slot.email or slot.zip_code or slot.order or (slot.first_name and len(s.words) <= 6 and not s.sells)
    return slot if given else None


def _choice(s: Situation) -> Command | None:
    options = tuple(
        (f.field, f.values[0])
        for f in s.need.filters
        if f.operator in ("=", "in") and f.field not in _NOT_OPTIONS and f.values
    )
    size = _bare_size(s.text)
    if size:
        options = (*options, ("size", size))
    if s.pointed or options:
        return Choose(references=s.pointed, options=tuple(dict.fromkeys(options)))
    if (
        len(s.words) <= 4
        and not _NO.match(s.text)
        and not _YES.match(s.text)
        and s.context.asked
        and s.context.asked.slot == "variant"
    ):
        return Choose(references=(), options=(("", s.text.strip(" .!?")),))
    return None


_NOT_OPTIONS = ("price", "rating", "in_stock", "store", "category", "brand", "audience")
_SIZE = re.compile(
    r"(?:size |in (?:a )?|an? |the )?\b(xxs|xs|s|m|l|xl|xxl|xxxl|2xl|3xl|small|medium|large|extra large|\d{2}(?:[.,]5)?|one size)\b(?: (?:please|pls|size))?"
)
_SIZE_NAMES = {"small": "s", "medium": "m", "large": "l", "extra large": "xl", "2xl": "xxl", "3xl": "xxxl"}


def _bare_size(text: str) -> str:
    found = _SIZE.fullmatch(text.strip(" .!?"))
    return _SIZE_NAMES.get(found.group(1), found.group(1)) if found else ""


def _never_mind(s: Situation) -> Command | None:
    return CancelFlow() if _NEVER_MIND.match(s.text) else None


def _human(s: Situation) -> Command | None:
    return TalkToHuman() if _HUMAN.search(s.text) and not _NOT_HUMAN.search(s.text) else None


def _small_talk(s: Situation) -> Command | None:
    for kind, pattern in (
        ("hello", _HELLO), ("thanks", _THANKS), ("bye", _BYE), ("how_are_you", _HOW), ("who_are_you", _WHO),
        ("what_can_you_do", _CAPABLE), ("praise", _PRAISE),
    ):  # fmt: skip
        if pattern.search(s.text):
            return Greet(kind=kind)  # type: ignore[arg-type]
    if _ABUSE.search(s.text) and not s.sells:
        return Greet(kind="abuse")
    return None


def _bare_yes_or_no(s: Situation) -> Command | None:
    if _YES.match(s.text):
        return Confirm()
    return Decline() if _NO.match(s.text) else None


def _cart(s: Situation) -> Command | None:
    if _EMPTY_CART.search(s.text):
        return StartFlow(flow="empty_cart")
    if _CHECK_OUT.search(s.text):
        return StartFlow(flow="check_out")
    in_cart = "cart" in s.text or "basket" in s.text or bool(s.cart_titles)
    if in_cart and re.search(
        r"\b(?:remove|delete|take (?:out|off|away)|drop|get rid of|take .{1,40} out)\b|don'?t want", s.text
    ):
        return StartFlow(flow="remove_from_cart", references=_cart_references(s), quantity=entities.quantity(s.text))
    if s.cart_titles and _CHANGE_QUANTITY.search(s.text) and not _CHEAPER.search(s.text):
        count = entities.quantity(s.text) or _count_word(s.text)
        if count is not None:
            return StartFlow(
                flow="change_cart",
                references=_cart_references(s),
                quantity=count,
                change="more" if entities.more(s.text) else "",
            )
    if _SHOW_CART.search(s.text) and not _ADD.search(s.text):
        return StartFlow(flow="show_cart")
    if _ADD.search(s.text) and not FACT_QUESTION.match(
        s.text.removeprefix("can you ").removeprefix("could you ").removeprefix("please ")
    ):
        return _add(s)
    return None


def _count_word(text: str) -> int | None:
    found = re.search(r"\b(?:another|one|1|two|2|three|3|four|4|five|5|six|6|\d+)\b", text)
    words = {"another": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
    return None if found is None else words.get(found.group(0)) or int(found.group(0))


def _cart_references(s: Situation) -> tuple[Reference, ...]:
    return s.pointed or (Reference(kind="title", text=s.text),)


def _add(s: Situation) -> StartFlow | None:
    options = tuple(
        (f.field, f.values[0])
        for f in s.need.filters
        if f.operator in ("=", "in") and f.field not in _NOT_OPTIONS and f.values
    )
    found = re.search(r"\b(?:in |size )(xxs|xs|s|m|l|xl|xxl|small|medium|large|\d{2}(?:[.,]5)?)\b", s.text)
    if found and not any(name == "size" for name, _ in options):
        options = (*options, ("size", _SIZE_NAMES.get(found.group(1), found.group(1))))
    references = s.pointed
    need = s.need if s.sells and not s.named else None
    if not references and need is None and not s.table:
        return StartFlow(flow="add_to_cart", quantity=entities.quantity(s.text))
    return StartFlow(
        flow="add_to_cart", references=references, quantity=entities.quantity(s.text), options=options, need=need
    )


def _orders(s: Situation) -> Command | None:
    number = entities.order_number(s.original)
    change = _CHANGE_ORDER.search(s.text)
    if change and not _HYPOTHETICAL.search(s.text) and not s.cart_titles.keys() & set(s.named):
        kind = next((name for name, value in change.groupdict().items() if value), "order")
        about_order = number or kind in ("return", "refund", "exchange", "address", "payment") or "order" in s.text
        if about_order:
            return StartFlow(flow="change_order", change=kind, order=number)
    if _LIST_ORDERS.search(s.text) and not _POLICY.search(s.text):
        return StartFlow(flow="list_orders")
    if _TRACK.search(s.text) and not re.search(r"\b(?:policy|how (?:long|much)|cost|usually|normally|free)\b", s.text):
        return StartFlow(flow="track_order", order=number)
    if number and len(s.words) <= 8:
        return StartFlow(flow="track_order", order=number)
    if s.context.topic == "orders" and re.search(
        r"\b(?:it|order|package|parcel)\b.{0,20}\b(?:arrive|ship|deliver|come|late|get here|where|status)|\bwhen\b.{0,20}\b(?:arrive|come|here|get|expect)|what(?:'s| is) in (?:it|that|the) ?(?:order)?|\b(?:the )?(?:other|last|previous|next|second|first) (?:one|order)\b|tracking",
        s.text,
    ):
        return StartFlow(flow="track_order", order=number, references=s.references)
    return None


def _identity(s: Situation) -> Command | None:
    """Someone who says who they are without being asked."""
    found = entities.email(s.original)
    if found and len(s.words) <= 8:
        return _facts(s)
    led = re.search(r"\bmy name is\b|\bzip\b", s.text)
    return _facts(s) if led and entities.zip_code(s.original) else None


def _compare(s: Situation) -> Command | None:
    if not _COMPARE.search(s.text):
        return None
    two_named = len(s.named) >= 2
    if not s.table and not s.sells:
        return None
    if re.search(r"\bcompar\w*|compair|differen|\bvs\.?\b|versus|side by side", s.text) or two_named:
        return StartFlow(
            flow="compare", references=s.pointed if two_named or not s.named else s.references or s.pointed, need=s.need
        )
    which = re.search(
        r"\bwhich\b.*\b(?:lighter|lightest|cheaper|cheapest|better|best|warmer|warmest|bigger|biggest|larger|smaller|heavier|waterproof|more|recommend|would you|should i|longer|higher|quieter|weighs less)\b|\bwhich (?:one|of)\b",
        s.text,
    )
    if which and s.table and not re.search(r"\bstores?\b|\bshop\b", s.text) and (not s.sells or s.references):
        return StartFlow(flow="compare", references=s.references, change=s.text)
    return None


def _stores(s: Situation) -> Command | None:
    if not _STORES.search(s.text) or re.search(r"\border\b|\bhow (?:heavy|big)\b", s.text):
        return None
    if s.sells and not re.search(r"\bhours?\b|\bopen\b|\bclose\b|\bnearest\b|\bclosest\b", s.text):
        return None
    if ASKS_STOCK.search(s.text) and s.table:
        return None
    hours = re.search(r"\bhours?\b|\bopen|\bclos(?:e|ing)\b|\bwhat time\b|how late|\bwhen\b", s.text)
    topic = (
        "hours"
        if hours
        else "phone"
        if "phone" in s.text
        else "address"
        if re.search(r"address|where", s.text)
        else "list"
    )
    return StartFlow(flow="find_store", place=s.place or _place_words(s.text), near=bool(_near(s.text)), topic=topic)


_NEAR = re.compile(r"\bnear|\bclose to\b|\bclosest\b|\baround\b|\bnearby\b")


def _near(text: str) -> bool:
    return bool(_NEAR.search(text))


_AFTER_PLACE_WORD = re.compile(
    r"\b(?:in|near|around|at|close to|by) (?:the )?([a-z][a-z .'-]{2,25}?|\d{5})(?: store| shop| area)?[?.!]*$"
)


def _place_words(text: str) -> str:
    found = _AFTER_PLACE_WORD.search(text)
    place = found.group(1).strip() if found else ""
    return (
        ""
        if place
        in (
            "me",
            "here",
            "store",
            "stock",
            "stores",
            "the store",
            "my area",
            "your store",
            "your stores",
            "a store",
            "sunday",
            "saturday",
        )
        else place
    )


def _stock(s: Situation) -> Command | None:
    asks = ASKS_STOCK.search(s.text)
    at_place = s.place or _PLACE_CUE.search(s.text)
    if not (s.table and at_place and (asks or s.place or _PLACE_CUE.search(s.text))):
        return None
    if s.sells and not s.references and not s.named and not asks:
        return None
    if s.lexicon.kinds(s.original) and not s.references and not s.named:
        return None
    if _POLICY.search(s.text) and not s.place and not s.references and not asks:
        return None
    options = tuple(
        (f.field, f.values[0])
        for f in s.need.filters
        if f.operator in ("=", "in") and f.field in ("colour", "size") and f.values
    )
    return StartFlow(
        flow="check_stock",
        references=s.pointed,
        place=s.place or _place_words(s.text),
        near=_near(s.text),
        options=options,
    )


def _more(s: Situation) -> Command | None:
    return StartFlow(flow="more_products") if s.context.need is not None and _MORE.match(s.text) else None


def _direction(s: Situation) -> Command | None:
    if s.context.need is None and not s.table:
        return None
    for name, pattern in (
        ("cheaper", _CHEAPER),
        ("dearer", _DEARER),
        ("lighter", _LIGHTER),
        ("better_rated", _BETTER_RATED),
    ):
        if pattern.search(s.text) and not FACT_QUESTION.match(
            s.text.removeprefix("do you have ")
            .removeprefix("is there ")
            .removeprefix("are there ")
            .removeprefix("can you ")
            .removeprefix("have you got ")
            .removeprefix("any ")
            .removeprefix("what about ")
        ):
            new_kind = bool(s.lexicon.kinds(s.original)) and not _same_kind(s)
            return StartFlow(flow="find_products", need=s.need, refine=not new_kind, direction=name)  # type: ignore[arg-type]
    return None


def _same_kind(s: Situation) -> bool:
    previous = s.context.need
    if previous is None:
        return False
    before = {value for f in previous.filters if f.field == "category" for value in f.values}
    return bool(before & set(s.lexicon.kinds(s.original)))


def _product_question(s: Situation) -> Command | None:
    attribute = attribute_asked(s.text)
    question = bool(FACT_QUESTION.search(s.text)) or attribute in ("description",)
    if not question:
        return None
    pointed = bool(s.pointed) or (s.table and len(s.words) <= 5 and bool(attribute))
    if s.table and (pointed or s.context.asked is None) and (attribute or s.pointed):
        kinds = s.lexicon.kinds(s.original)
        if kinds and not s.named and not s.references and _FIND.search(s.text):
            return None
        if attribute == "" and _FIND.search(s.text) and s.sells and not s.named:
            return None
        if _POLICY.search(s.text) and not s.named and attribute in ("", "warranty", "size") and not s.references:
            return None
        if not s.pointed and s.sells and not s.named and not attribute:
            return None
        if not s.pointed and kinds and not s.named and not _singular_talk(s):
            return None
        return Ask(about="product", question=s.original, references=s.pointed, attribute=attribute)
    if (
        not s.table
        and (attribute or "?" in s.text)
        and s.lexicon.names_product(s.original)
        and not _FIND.search(s.text)
    ):
        return Ask(about="product", question=s.original, attribute=attribute, need=s.need)
    return None


def _singular_talk(s: Situation) -> bool:
    """ "Is the tent waterproof?": the kind with an article, as said of one on the table."""
    return bool(re.search(r"\b(?:the|this|that|these|those|its|their)\b", s.text))


def _policy(s: Situation) -> Command | None:
    if _POLICY.search(s.text) and (_POLICY_QUESTION.search(s.text) or len(s.words) <= 4):
        if (
            s.sells
            and _FIND.search(s.text)
            and not re.search(
                r"return|refund|ship|deliver|warrant|price.?match|gift ?card|pay|loyalty|points|polic|collect", s.text
            )
        ):
            return None
        return Ask(about="policy", question=s.original)
    return None


def _cannot(s: Situation) -> Command | None:
    for what, pattern in _CANNOT:
        if pattern.search(s.text):
            return Unclear(text=what, kind="cannot")
    return None


def _choose(s: Situation) -> Command | None:
    """Pointing at one thing, with nothing else said."""
    if not s.table or len(s.words) > 9:
        return None
    if s.named and len(s.words) <= 7 and not _FIND.search(s.text):
        return Choose(references=s.pointed)
    kinds = [r.kind for r in s.references]
    if kinds and kinds[0] in ("ordinal", "described", "superlative", "all") and not s.lexicon.kinds(s.original):
        return Choose(references=s.references)
    if (
        re.match(
            r"^(?:i (?:like|prefer|love|want)|what about|how about|tell me about|and|show me) (?:that|this|it|the)\b",
            s.text,
        )
        and s.references
        and not s.sells
    ):
        return Choose(references=s.references)
    return None


def _correct(s: Situation) -> Command | None:
    found = re.match(
        r"^(?:no,? |nope,? |sorry,? |oops,? |wait,? |actually,? |not (?:that|those)(?: one| ones)?,? )*(?:i meant?|i mean|i wanted|i was (?:asking|talking) about|not that(?: one)?|the other(?: one)?)\b",
        s.text,
    )
    if not found or not (s.table or s.context.need):
        return None
    if re.search(r"\bthe other(?: one)?\b", s.text) and len(s.context.focus or s.context.shown) >= 1 and not s.sells:
        return Correct(references=s.references)
    return Correct(references=s.pointed, need=s.need if s.sells or s.need.filters else None)


def _find(s: Situation) -> Command | None:
    kinds = s.lexicon.kinds(s.original)
    if _OFF_TOPIC.search(s.text) and not s.sells:
        return None
    has_need = s.context.need is not None
    if kinds or s.sells:
        refine = has_need and not _names_other_kind(s, kinds) and not _fresh(s)
        return StartFlow(flow="find_products", need=s.need, refine=refine)
    if _asks_for_unknown(s):
        return StartFlow(flow="find_products", need=s.need)
    filters = [f for f in s.need.filters if f.field != "category"]
    told = bool(filters or s.need.wishes or s.need.sort != "relevance")
    if has_need and told and (len(s.words) <= 9 or _REFINE_LEAD.match(s.text)):
        return StartFlow(flow="find_products", need=s.need, refine=True)
    if filters and (_FIND.search(s.text) or len(s.words) <= 6 or _AFFORD.search(s.text)):
        return StartFlow(flow="find_products", need=s.need, refine=has_need)
    return None


_ASKS_FOR = re.compile(
    r"^(?:do you (?:have|sell|carry|stock)|have you got|got|show me|i'?m looking for|looking for|i need|i want|find me|search for|any)"
    r" (?:any |some |an? |the )?(?!(?:other|different|more|cheaper|it|them|that|those|this|one|something|anything|help|info\w*)\b)\w"
)


def _asks_for_unknown(s: Situation) -> bool:
    """A thing is asked for by a name that this shop does not know: a search of its own, not a refinement."""
    refines = re.match(r"^(?:show me |do you have |have you got |got |any )?(?:only |just )?(?:the )?ones?\b", s.text)
    return bool(s.need.text) and bool(_ASKS_FOR.match(s.text)) and not refines and len(s.words) <= 14


def _names_other_kind(s: Situation, kinds: tuple[str, ...]) -> bool:
    return bool(kinds) and not _same_kind(s)


def _fresh(s: Situation) -> bool:
    """A whole new request, although it is of the same kind: "show me tents under 100" after "tents in red"."""
    return (
        bool(s.lexicon.kinds(s.original))
        and bool(
            re.match(
                r"^(?:hi |hello |ok |now )*(?:i'?m looking|i need an?|i want an?|looking for|show me (?:some |all |your )?\w+|find me|search)",
                s.text,
            )
        )
        and not re.search(r"\b(?:only|ones?|instead|those|these|them|same)\b", s.text)
    )


def _off_topic(s: Situation) -> Command | None:
    return Unclear(text=s.original, kind="off_topic") if _OFF_TOPIC.search(s.text) else None


def _complaint(s: Situation) -> Command | None:
    return Greet(kind="complaint") if _COMPLAINT.search(s.text) else None


RULES: tuple[Rule, ...] = (
    _instructions,
    _never_mind,
    _answer_to_question,
    _human,
    _small_talk,
    _correct,
    _orders,
    _identity,
    _cart,
    _more,
    _compare,
    _stock,
    _stores,
    _direction,
    _cannot,
    _product_question,
    _policy,
    _choose,
    _find,
    _bare_yes_or_no,
    _complaint,
    _off_topic,
)

FLOWS_OF_CART: tuple[FlowName, ...] = (
    "add_to_cart",
    "change_cart",
    "remove_from_cart",
    "show_cart",
    "empty_cart",
    "check_out",
)
