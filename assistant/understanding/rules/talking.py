"""Rules about the talk itself: greetings, a person, yes and no, what is out of bounds."""

from __future__ import annotations

import re
from typing import Literal

from assistant.understanding.commands import (
    CancelFlow,
    Command,
    Confirm,
    Decline,
    Greet,
    SpeakLanguage,
    TalkToHuman,
    Unclear,
)
from assistant.understanding.situation import Situation

_INSTRUCTIONS = re.compile(
    r"ignore (?:all |any |your |the |every)*(?:previous|prior|above|earlier|system|instruction|rule)|disregard (?:all|your|the|previous|any)"
    r"|system prompt|you are now|pretend (?:to be|you)|act as (?:a|an|if)|developer mode|jailbreak|reveal your (?:prompt|instructions)"
    r"|(?:your|the) (?:hidden |secret |internal |system )?(?:instructions|prompt)\b|\b(?:100|9\d) ?% (?:off|discount)|make (?:it|everything) free"
    r"|(?:other|another|all) (?:customers?|users?)(?:'s?|s'?)? (?:orders?|data|e-?mails?|address(?:es)?)|set (?:the )?price"
)
_HUMAN = re.compile(
    r"\b(?:human|real person|live (?:agent|person|chat|support)|representative|customer (?:service|support|care)"
    r"|an? (?:real |actual |live )?(?:agent|operator|employee|colleague|person|human)\b|someone (?:real|from|in|at|who|else)|(?<!^)somebody(?! (?:gave|told|said|bought|sent|stole|recommended|complained|else'?s))"
    r"|staff|(?:talk|speak|chat) (?:to|with) (?:someone|a|an|your|the|sales|support)|service desk|manager)\b"
)
_NOT_HUMAN = re.compile(
    r"\b(?:\d|one|two|three|four|per|for an?|for|single)[- ]?person\b|tent\b|are you (?:a )?(?:human|real|bot|robot)"
    r"|(?:for|gift for|present for) (?:a|an|some)(?:one|body| person)"
)
_WHO = re.compile(
    r"who are you|what are you\b|are you (?:an? )?(?:real|human|bot|robot|ai|person|machine|actual)|your name\b"
    r"|who (?:made|created|built|developed|programmed|owns) you\b|(?:am i|i'm) (?:talking|chatting|speaking) (?:to|with)"
)
_CAPABLE = re.compile(
    r"what (?:can|do) you do\b(?! (?:with|about|if|when))|how (?:can|do) you help|what can i ask|^help(?: me)?(?: please)?[?!.]*$|what are you (?:able|capable)"
    r"|how does this work|what can you help|^(?:can|could) (?:you|u) help(?: me)?(?: out)?(?: please| pls)?[?.! ]*$"
)
_HELLO = re.compile(
    r"^(?:hi+|hello+|hey+|hiya|howdy|yo|hola|good (?:morning|afternoon|evening|day)|greetings|sup)"
    r"(?: (?:there|all|team|you|aisle|guys|again))?[\s!,.?:)]*$"
)
_THANKS = re.compile(
    r"^(?:ok(?:ay)?,? |great,? |perfect,? |awesome,? |cool,? |no,? |nope,? |super,? |nice,? )*"
    r"(?:thanks?|thank you|thx|ty|tysm|thanx|cheers|much appreciated|appreciate (?:it|that))\b"
    r"(?:[ ,!.]*(?:a lot|so much|very much|you|for (?:your|the|that|all)?.{0,25}|that'?s (?:all|it|helpful|great|perfect)|that helps|(?:yo)?u (?:a?r|are) (?:awesome|great|the best|amazing|a star|a legend)|ur (?:awesome|great|the best|amazing)"
    r"|this helps|lots|anyway|again|i'?m good|will do|great|bye|mate|man))*[\s!.:)]*$"
)
_BYE = re.compile(
    r"^(?:ok(?:ay)?,? |thanks,? |great,? |well,? |alright,? |no,? )*(?:bye+|goodbye|bye bye|see (?:you|ya)(?: later| soon)?|cya"
    r"|have a (?:nice|good|great) .*|good night|that'?s (?:all|it)(?: for (?:now|today))?(?:,? thanks?.*|,? thank you.*|,? bye.*)?"
    r"|i'?m done|take care|gotta go|later)[\s!.:)]*$"
)
_HOW = re.compile(
    r"^(?:(?:how (?:are|r) (?:you|u|things)(?: doing)?(?: today)?|how'?s it going|how do you do)\b|(?:what'?s up|whats up|wassup)[\s?!]*$)"
)
_PRAISE = re.compile(
    r"^(?:(?:that'?s |this is |you'?re |you are |very |so |really |wow,? |oh,? )*(?:great|awesome|perfect|nice|cool|amazing|love it|lovely"
    r"|excellent|helpful|brilliant|good job|well done|fantastic|super|wonderful|good bot|the best))(?: (?:job|work|bot|one|help|stuff|thanks))?[\s!.:)]*$"
)
_ABUSE = re.compile(
    r"\bi (?:really |fucking )?hate (?:you|this (?:bot|chat|thing))\b|\b(?:stupid|idiot|dumb|useless|moron|sucks?|shut up|f+u+c+k+\w*|shit\w*|crap|garbage|trash) ?(?:bot|thing|machine|assistant|you)?\b"
)
_COMPLAINT = re.compile(
    r"(?:not|isn'?t|no) (?:helpful|what i (?:asked|meant|want(?:ed)?|said))|you (?:don'?t|didn'?t|do not|did not) (?:understand|listen|get (?:it|me))"
    r"|(?:asked for|wanted|meant) something (?:completely |totally |entirely )?(?:else|different)|that'?s (?:wrong|not right|not it|not what)|(?:this|that) is (?:so |really |just |absolutely )*(?:ridiculous|terrible|frustrating|outrageous|unacceptable|a joke|a disgrace|nonsense)|wrong answer"
)
_ANGER = re.compile(
    r"\b(?:rip[- ]?off|scam(?:mers)?|con artists|thieves|robbery|bunch of (?:crooks|clowns|idiots|liars))\b|\b(?:worst|terrible|horrible|awful|useless|pathetic|lousy|bad) (?:shop|store|company|service|experience|website|customer service|support)\b"
    r"|\b(?:i'?m|i am|we'?re) (?:so |really |very |extremely |pretty )*(?:angry|furious|disappointed|annoyed|fed up|pissed|upset|unhappy)\b|\bnever (?:buy|shop|order)(?:ing)? (?:here|from you|with you) again\b"
)
_YES = re.compile(
    r"^(?:yes+|yep|yeah+|yup|sure|ok(?:ay)?|correct|right|exactly|please do|go ahead|do it|sounds good|of course|definitely|absolutely|y|fine"
    r"|confirm(?:ed)?|that'?s (?:right|correct|fine))(?:[ ,!.]+(?:please|pls|thanks|do|it|go|ahead|sure|that|one|is|correct|right|sounds|good|add"
    r"|show|me|them|bring|someone|in|a|person|colleague))*[\s!.]*$"
)
_NO = re.compile(
    r"^(?:no+|nope|nah|not (?:really|now|yet|today)|no thanks?|no thank you|don'?t|rather not|n)"
    r"(?:[ ,!.]+(?:thanks|thank|you|it'?s|fine|ok|okay|i'?m|good|that'?s|all|not|now|need))*[\s!.]*$"
)
_NEVER_MIND = re.compile(
    r"^(?:(?:oh|ok|ah|actually|no|you know what|hm+|well|sorry|nah)[, ]+)*(?:never ?mind|leave it|let'?s leave it|just leave it|nvm|forget (?:it|that|about it)|cancel that|scrap that|drop it|start over|start again|reset)[\s.!,]*(?:that|this|it|then|please)?[\s.!]*$"
)
_OFF_TOPIC = re.compile(
    r"\bwho won\b|\bweather (?:in|like|today|tomorrow|forecast|going|now)|(?:what|how)'?s? (?:is )?the weather|\b(?:president|election|politic\w*)\b"
    r"|\bjokes?\b|\b(?:poem|haiku|song|essay|story)\b|\bcapital of\b|\brecipe for\b|football score|stock market|\bbitcoin\b|\bcrypto\b|homework"
    r"|\btranslate\b|write (?:me )?(?:an?|some) (?:code|script|program|letter|email)|in python|meaning of life|\bdating\b|medical advice|\blawyer\b"
    r"|\bmovies?\b|horoscope|\bwhat year\b|what is \d+ ?[x+*/-] ?\d+|who is the (?:president|king|queen|ceo)|world cup|tell me something"
)
CANNOT: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("book appointments or tables", re.compile(r"\b(?:book|schedule|make)\b.{0,20}\b(?:appointment|table|flight|hotel|fitting|taxi)\b")),
    (
        "give discounts",
        re.compile(r"(?:give|get|have|want) (?:me )?(?:a |an |some )?(?:\d+ ?% )?(?:discount|better price|deal)\b|lower the price|haggle|negotiate|\b\d+ ?% off\b"),
    ),
    ("change an account or a password", re.compile(r"\b(?:reset|change|forgot|update)\b.{0,15}\b(?:password|account|e-?mail|login)\b|log ?in to my account")),
    ("apply discount codes", re.compile(r"\b(?:apply|use|enter|redeem|add|have|got)\b.{0,12}\b(?:code|coupon|promo)\b(?!.*\b(?:qr|zip|post\w*|pin|phone)\b)")),
    ("look at pictures", re.compile(r"\b(?:upload|send|attach)\b.{0,20}\b(?:picture|photo|image)\b|\b(?:picture|photo|image)\b.{0,20}\b(?:upload|send|attach|identify)\b")),
    ("make phone calls", re.compile(r"\bcall me\b|\b(?:phone|ring) me\b|give me a call")),
    ("send e-mails or text messages", re.compile(r"\b(?:e-?mail|text|sms) (?:me|it to|that to|this to)\b|send (?:me|it|this) (?:an? |by |via )?(?:e-?mail|sms|text)")),
    (
        "look into payments",
        re.compile(
            r"\b(?:charged|billed|debited) (?:me )?(?:\w+ )?(?:twice|double|two times|too much|the wrong)|\bdouble[- ]charged\b|\bovercharged\b"
            r"|\bcharge[sd]? (?:on my (?:card|account)|i (?:do not|don'?t) (?:know|recogni[sz]e))|\bpaid twice\b"
        ),
    ),
    (
        "look up promotions",
        re.compile(
            r"^(?:(?:do (?:you|u) (?:guys )?have|have you got|got|are there|is there|what(?:'s| are| is)?)\b.{0,12})?\b(?:any |the |your |current |a )*(?:(?:black friday|cyber monday|christmas|holiday|summer|winter|spring|autumn|fall|seasonal|clearance|easter) )?(?:(?:any)?(?:thing )?(?:on sale|reduced|discounted|marked down)|(?:(?:good|great|best) )?deals?|promotions?|promos?|sales?|special offers?|specials|(?:coupon|voucher|promo|discount)s?(?: codes?)?)"
            r"(?: (?:on|going on|going|today|now|right now|this week|at the moment|running|available))*(?: (?:in|for|on|among|with) (?:the |your |any )?[\w' -]{3,25})?[?.! ]*$"
            r"|^(?:and |so )*which (?:ones?|of (?:them|these|those))? ?(?:has|have|is|are) (?:the |a )?(?:(?:big\w*|high\w*|large\w*|best) (?:discount|reduction|saving)s?|discounted|reduced|on sale|marked down)\b"
        ),
    ),
    (
        "advise on safety",
        re.compile(
            r"\b(?:is|are|would|was) (?:it|this|that|they|these) (?!(?:dish ?washer|microwave|oven|freezer|food|machine|induction|fridge)\b)(?:\w+ )?(?:safe|dangerous|toxic|poisonous)\b|\b(?:safe|dangerous) to (?:use(?! (?:my|a|the|your) (?:\w+ )?(?:card|paypal|account|website|site))|eat|drink|burn|heat|cook|touch|breathe|sleep|leave)\b"
            r"|\b(?:carbon monoxide|poison\w*)\b"
        ),
    ),
    (
        "pass wishes on to the carrier",
        re.compile(
            r"\b(?:leave|put|drop|hand) (?:it|them|(?:the|my) (?:parcel|package|box|order))(?: off)? (?:with|at|by|on|in|to|behind|next to) (?:my|the|a|our) (?:neighbou?r\w*|porch|(?:front |back ?)?door\w*|garage|reception|lobby|shed|concierge)\b"
        ),
    ),
    (
        "say when more will come in",
        re.compile(
            r"\bwhen\b.{0,40}\b(?:restock\w*|(?:get|have|receive|expect) (?:some |any )?more\b|new stock)|\b(?:tell|notify|let) me (?:know )?when\b.{0,30}\b(?:back|again|available|in stock)\b"
        ),
    ),
    ("help with job applications", re.compile(r"\b(?:do you hire|are you hiring|hire people)\b|\b(?:jobs?|careers?|hiring|vacanc\w+|work for you)\b.{0,20}$")),
)  # fmt: skip

SmallTalk = Literal["hello", "thanks", "bye", "how_are_you", "who_are_you", "what_can_you_do", "praise"]
_SMALL_TALK: tuple[tuple[SmallTalk, re.Pattern[str]], ...] = (
    ("hello", _HELLO),
    ("thanks", _THANKS),
    ("bye", _BYE),
    ("how_are_you", _HOW),
    ("who_are_you", _WHO),
    ("what_can_you_do", _CAPABLE),
    ("praise", _PRAISE),
)


def says_yes(text: str) -> bool:
    return bool(_YES.match(text))


def says_no(text: str) -> bool:
    return bool(_NO.match(text))


def instructions(s: Situation) -> Command | None:
    return Unclear(text=s.original, kind="instructions") if _INSTRUCTIONS.search(s.text) else None


_LATER = re.compile(
    r"\b(?:i'?ll|i will|let me|i need to|i have to|i want to|we'?ll|gonna|going to) (?:\w+ )?(?:think (?:about|on|over|it over)|sleep on it|come back|look around)\b|^(?:maybe|perhaps) (?:later|another time|next time)\b"
)


def never_mind(s: Situation) -> Command | None:
    later = _LATER.search(s.text) and "?" not in s.text and len(s.words) <= 10
    return CancelFlow() if later or _NEVER_MIND.match(s.text) else None


def small_talk(s: Situation) -> Command | None:
    for kind, pattern in _SMALL_TALK:
        if pattern.search(s.said):
            return Greet(kind=kind)
    upset = _ABUSE.search(s.text) or (_ANGER.search(s.text) and "?" not in s.text and len(s.words) <= 8)
    return Greet(kind="abuse") if upset and not s.sells else None


def human(s: Situation) -> Command | None:
    return TalkToHuman() if _HUMAN.search(s.text) and not _NOT_HUMAN.search(s.text) else None


_TONGUES = {
    "english": "en", "spanish": "es", "french": "fr", "german": "de", "italian": "it", "portuguese": "pt", "dutch": "nl",
    "polish": "pl", "turkish": "tr", "russian": "ru", "arabic": "ar", "japanese": "ja", "korean": "ko", "chinese": "zh",
    "thai": "th", "español": "es", "castellano": "es", "français": "fr", "francais": "fr", "deutsch": "de", "italiano": "it",
}  # fmt: skip
_TONGUE = "|".join(_TONGUES)
_SPEAK = re.compile(
    rf"^(?:(?:please|pls|can|could|we|you|i|do|does|is|this|it|that|lets?|let's|would|like|want|prefer|rather|to|go|carry|keep|on|speak|speaks|talk|write|answer|reply|respond"
    rf"|continue|switch|chat|understand|know|also|a|chance|the|language|possible|with|me|change|any|now|in|am|more|comfortable|my|english or)\s+)*(?:in |to )?(?P<tongue>{_TONGUE})"
    r"(?: instead| please| pls| then| now| with me| here| too| as well)*[ ?.!]*$"
)


def language(s: Situation) -> Command | None:
    """ "Can you speak Spanish?" """
    found = _SPEAK.match(s.said)
    return SpeakLanguage(language=_TONGUES[found["tongue"]]) if found else None


_OF_PAYING = re.compile(r"\b(?:cards?|paypal|pay|paying|payments?|website)\b")


def cannot(s: Situation) -> Command | None:
    for what, pattern in CANNOT:
        if what == "advise on safety" and _OF_PAYING.search(s.text):
            continue  # "is it safe to use my card?" has its rules
        if pattern.search(s.text) and not (s.sells and what == "give discounts" and s.lexicon.kinds(s.original)):
            return Unclear(text=what, kind="cannot")
    return None


def off_topic(s: Situation) -> Command | None:
    return Unclear(text=s.original, kind="off_topic") if _OFF_TOPIC.search(s.text) else None


def complaint(s: Situation) -> Command | None:
    return Greet(kind="complaint") if _COMPLAINT.search(s.text) else None


_YES_FIRST = re.compile(
    r"^(?:yes+|yep|yeah+|yup|sure|of course|definitely|absolutely)\b(?!.*(?:\?|\bbut\b|\bnot\b|n't\b|\binstead\b|\bfirst\b|\bother\b|\bno\b))"
)
_NO_FIRST = re.compile(
    r"^(?:(?:no+|nope|nah)\b(?!.*\?)|(?:i'?d|i would) (?:rather|prefer) not\b|rather not\b|better not\b)"
)
_ANSWERED = 7


def answers_yes(text: str) -> bool:
    """A yes with words of praise or courtesy after it; nothing that asks, doubts or changes."""
    return says_yes(text) or (bool(_YES_FIRST.match(text)) and len(text.split()) <= _ANSWERED)


def answers_no(text: str) -> bool:
    return says_no(text) or (bool(_NO_FIRST.match(text)) and len(text.split()) <= _ANSWERED)


def yes_or_no(s: Situation) -> Command | None:
    if says_yes(s.said):
        return Confirm()
    return Decline() if says_no(s.said) else None


def instructions_in(text: str) -> bool:
    return bool(_INSTRUCTIONS.search(text))


def is_small_talk(text: str) -> bool:
    """Hello, thanks, bye and their like, and nothing else."""
    return any(pattern.match(text) for pattern in (_HELLO, _THANKS, _BYE, _HOW, _PRAISE, _CAPABLE))


def wants_person(text: str) -> bool:
    return bool(_HUMAN.search(text)) and not _NOT_HUMAN.search(text)
