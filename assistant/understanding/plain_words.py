"""What shoppers say around a need and in many ways, made plain before it is parsed (pure): numbers, bounds, noise."""

from __future__ import annotations

import re

_UNITS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15,
}  # fmt: skip
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_SMALL = "|".join(_UNITS)
_NUMBER = re.compile(
    rf"\b(?:(?P<measured>{_SMALL})(?= (?:kilos?|kgs?|litres?|liters?|hours?|hrs?|inch(?:es)?|dollars?|bucks|euros?|watts?|people|persons?)\b)|(?P<hundreds>an?|{_SMALL}) hundred(?: and)?(?: (?P<rest>{'|'.join(_TENS)}|{_SMALL}))?(?: (?P<last>{_SMALL}))?"
    rf"|(?P<thousands>an?|{_SMALL}) (?:thousand|grand)|(?P<tens>{'|'.join(_TENS)})(?:[ -](?P<unit>{_SMALL}))?)\b",
    re.I,
)
_AMOUNT = r"(?:about |around |roughly |like )?(?P<a>[$€£]?\d[\d,.]*(?: ?(?:k|bucks|dollars?|usd|euros?|quid))?)"
_BOUNDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.I), plain)
    for pattern, plain in (
        (rf"\b(?:sub|beneath|lower than|less then|cheaper than|no more th[ae]n|not more th[ae]n|nothing over|maximal|maximum|max\.?|up to|not over|not above) (?:of )?{_AMOUNT}", r"at most \g<a>"),
        (rf"(?:at most )?{_AMOUNT} (?:tops|max(?:imum)?|at the most|or less|or under|or below|is my (?:limit|max|budget))\b", r"at most \g<a>"),
        (rf"\b(?:my )?budget(?: is|:| of|'s)? {_AMOUNT}", r"at most \g<a>"),
        (rf"\b(?:i (?:have|got|can spend|want to spend)|spend(?:ing)?) (?:only |just |up to |max |at most )*{_AMOUNT}(?= ?(?:$|[.,!?]|for|on|to spend))", r"at most \g<a>"),
        (rf"\b(?:more then|nothing under|north of|upwards of|min\.?|minimum|minimal) (?:of )?{_AMOUNT}", r"at least \g<a>"),
        (r"\b(?:not|no) (?:be )?(?:heavier|more heavy) (?:as|than|then) ", "at most "),
        (r"\b(?:lighter|less) (?:as|then) (?=\d)", "less than "),
        (r"\b(?:size )?(?P<a>\d{2}(?:[.,]5)?) (?:european|eu)\b", r"size \g<a>"),
        (r"\b(?P<a>\d+) ?(?:kilos?|kgs)\b", r"\g<a> kg"),
        (r"\b(?P<a>\d+) ?(?:hrs|hr)\b", r"\g<a> hours"),
        (r"\b(?:an?|one) week(?: of)?(?= (?:of )?(?:battery|charge|runtime))", "7 days"),
        (r"\b(?:anything|everything|any colou?r) (?:but|except|other than) ", "not "),
        (r"\b(?:nothing|none|not one|not) with (?:an? )?(?:built[- ]?in )?", "without "),
        (r"\bbuilt[- ]?in\b", ""),
        (r"\b(?:a )?left(?:y|ie)\b|\bleft[- ]handed\b", "left hand"),
        (r"\bhalf an? (?=lit(?:er|re)|kilo|inch|met(?:er|re))", "0.5 "),
        (r"\b4k\b", "3840 x 2160"),
        (r"\b(?:full ?hd|1080p)\b", "1920 x 1080"),
        (r"\b(?:qhd|1440p)\b", "2560 x 1440"),
        (r"\bnon[- ]?slip\b", "nonslip"),
        (r"\bfootwear\b", "shoes"),
        (r"\b(?:(?:an?|another|\d+|one|two|three|four|five|six|a few|some) )?pairs? (?:of )?(?!for)(?=[a-z]{3})", ""),
    )
)  # fmt: skip
_AUDIENCES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"\bfor (?:an? |the |my |our |his |her )?(?:\d+[- ]year[- ]old )?{pattern}\b", re.I), f"for {plain}")
    for pattern, plain in (
        (r"(?:gentleman|gentlemen|man|men|husband|boyfriend|dad|father|grandpa|grandfather|guys?|lads?|male)(?:'s)?(?= ?$|[ ,.!?])", "men"),
        (r"(?:lady|ladies|wife|girlfriend|mum|mom|mother|grandma|female)(?:'s)?(?= ?$|[ ,.!?])", "women"),
        (r"(?:little ones?|toddlers?|daughter|son|niece|nephew|grandson|granddaughter|kiddo?s?|childrens?)(?:'s)?", "kids"),
    )
)  # fmt: skip
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_WHEN = re.compile(
    rf"\b(?:in|for|by|during|until|till|before|since|around|this|next|late|early|mid|end of)(?: (?:the )?(?:early|late|mid|end of|middle of))? (?:{_MONTHS})\b(?! \d)"
    r"|\b(?:for |on |over |by )?(?:this|next|the coming|over the|on the|for the) (?:week ?end|week|month|year)\b|\b(?:tomorrow|tonight|later today|these days|right now)\b",
    re.I,
)
"""When it is wanted: no word of the thing."""
_USES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.I), thing)
    for pattern, thing in (
        (r"\b(?:for )?(?:to )?sleep(?:ing)? (?:outside|outdoors?|out in the open|under the stars|in (?:the|a) (?:wild|tent|woods|forest))\b", "sleeping bag"),
        (r"\b(?:to |for )?(?:keep(?:s|ing)?|stay(?:ing)?) (?:me |us |you |myself )?dry (?:in|from|when) (?:the |it )?rain(?:s|ing)?\b", "rain jacket"),
        (r"\b(?:to |for )?(?:keep(?:s|ing)?) (?:my |the )?(?:coffee|tea|soup|drinks?) (?:hot|warm|cold)\b", "vacuum bottle"),
        (r"\b(?:to |for )?(?:cook(?:ing)?|make coffee|making coffee|boil(?:ing)? water) (?:outside|outdoors?|on the trail|(?:while|when) (?:camping|hiking))\b", "camping stove"),
        (r"\b(?:to |for )?(?:carry(?:ing)?) (?:all )?(?:my |our )?(?:stuff|gear|things|lunch|laptop)\b", "backpack"),
        (r"\b(?:to |for )?see(?:ing)? in the dark\b", "headlamp"),
    )
)  # fmt: skip
"""What a thing is wanted for, where that names a kind of thing more surely than its own words do."""
_NOISE = re.compile(
    r"\b(?:should|would|could|must|shall|might|may|please|pls|plz|kindly|thanks?|btw|tho|though|asap|haha|lol|lookin|looking|gimme|wanna|gonna|gotta|kinda|sorta"
    r"|really|very|just|actually|basically|maybe|perhaps|again|instead|nah|nope|neither|em|ya|yo|dude|man|mate|hun|guys|hey|hi|hello|ok|okay|so|well|um|uh|hmm+"
    r"|i'?d|i'?m|i'?ll|i've|its|it's|that's|thats|there's|theres|we|us|our|ours|they|them|their|he'?s|she'?s|he|she|his|her|him|you|your|yours"
    r"|first(?= *[.!?]?$)|too(?= *[.!?]?$)|also|only|anything|something|someone|some|any|stuff|kind|sort|type|of course|if you would be so kind|if possible"
    r"|(?:help(?:ing)?|struggling) (?:me |us )?(?:with )?(?:to )?(?:choos(?:e|ing)|pick(?:ing)?|decid(?:e|ing)(?: on)?|find(?:ing)?)|looks? (?:nice|good|great)|thinking|about getting|getting|need(?:s|ed)?|wants?|wanted|sounds?|seems?|prefer(?:ably|red)?|think|guess|hope|like(?= (?:to|sub|under|a|an)\b)|bought"
    r"|(?:doesn'?t |does not |don'?t |do not )?fits?|throw (?:it|that|them|those)|shops?|stores?|spend(?:ing)?|days?|times?|says?|pay(?:ing)?"
    r"|the (?:first|second|third|last) one|in that case|grown[- ]?ups?|adults?|obviously|any good|good enough|i meant?|meant|mean(?= *[.!?]?$)|lets? say|let'?s say|what'?s left|whats left|minimum|minimal|uni|university|bad experience|after all|same size|number (?:one|two|three|\d))\b",
    re.I,
)  # fmt: skip


_TALL = re.compile(
    r"\b(?:i'?m|i am|he'?s|he is|she'?s|she is|who'?s|who is|they'?re|rider'?s?) (?:about |around |roughly |nearly |almost )?(?:\d[.,]\d+ ?m(?:et(?:er|re)s?)?|1\d\d ?cm|[4-7] ?(?:'|ft|feet|foot) ?(?:\d{1,2} ?(?:\"|''|in|inch(?:es)?)?)?)(?: tall)?(?= ?$|[ ,.!?])"
    r"|\bfor (?:someone|somebody|an? (?:man|woman|person|guy|girl|boy|adult)|my \w+)(?:,? who(?:'s| is))? (?:about |around |over |nearly )?[4-7](?:[.,]\d)? ?(?:'|ft|feet|foot)(?: ?\d{1,2}(?: ?(?:\"|''|in|inch(?:es)?))?)?(?: tall)?"
    r"|\b[4-7] ?(?:'|ft|feet|foot) ?\d{1,2}(?: ?(?:\"|''|in|inch(?:es)?))? tall\b"
    r"|\b(?:and |is )?(?:1\d\d|[5-9]\d) ?cm tall\b",
    re.I,
)
"""How tall somebody is: no measure of the thing."""


_AGED = re.compile(
    r"\b(?:my |our |the )?(?:grand)?(?:son|daughter|kid|child|niece|nephew|boy|girl)(?:'?s| is| are| turns| just turned| turned| will be)? (?:about |almost |nearly |now |turning )?(?:[1-9]|1[0-3])\b(?! ?(?:cm|kg|l|m|g|inch|\"|'))(?: years?(?: old)?)?"
    r"|\b(?:s?he)(?:'?s| is| just turned| turns)(?: about| almost| nearly| now| only| turning)? (?:[1-9]|1[0-3])\b(?= ?$| ?[,;!?]|[.]\s|[.]$| years?\b| and\b| so\b| now\b)(?: years?(?: old)?)?",
    re.I,
)


_A_DAY = re.compile(
    r"\b\d+ ?(?:miles?|km|kilometers?|kilometres?|minutes?|hours?|times|days) (?:a|per|each|every) (?:day|week|month|night|year)\b",
    re.I,
)
"""How much the customer does, which no product states: "commuting 10 miles a day"."""


def plain(text: str) -> str:
    """ "not more than three hundred dollars" -> "at most 300 dollars"; what carries no need is left out."""
    said = _WHEN.sub(" ", figured(_AGED.sub("for kids", _TALL.sub(" ", _A_DAY.sub(" ", text).replace("’", "'")))))
    for pattern, thing in _USES:
        said = pattern.sub(thing, said)
    return re.sub(r"\s+", " ", _NOISE.sub(" ", said)).strip()


def figured(text: str) -> str:
    """Numbers, bounds and audiences made plain, every other word kept."""
    said = _NUMBER.sub(_figure, text.replace("’", "'"))
    for pattern, words in (*_BOUNDS, *_AUDIENCES):
        said = pattern.sub(words, said)
    return said


def _figure(found: re.Match[str]) -> str:
    parts = found.groupdict()
    if parts["measured"]:
        return str(_UNITS[parts["measured"].lower()])
    if parts["thousands"]:
        return str(1000 * _UNITS.get(parts["thousands"].lower(), 1))
    if parts["hundreds"]:
        rest = (parts["rest"] or "").lower()
        value = 100 * _UNITS.get(parts["hundreds"].lower(), 1) + _TENS.get(rest, _UNITS.get(rest, 0))
        return str(value + _UNITS.get((parts["last"] or "").lower(), 0))
    return str(_TENS[parts["tens"].lower()] + _UNITS.get((parts["unit"] or "").lower(), 0))
