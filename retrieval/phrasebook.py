"""English as shoppers use it to bound, exclude, sort and wish: phrases as data, matched longest first.

Above lies `reading`; below, nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from retrieval.needs import Sort
from retrieval.words import listed, word_set

Phrase = tuple[str, ...]


def _phrases(lines: str) -> frozenset[Phrase]:
    return frozenset(
        tuple(phrase.split()) for line in lines.splitlines() for phrase in line.split(",") if phrase.strip()
    )


UPPER = _phrases("""
no more than, not more than, not over, not above, no higher than, no over, less than, lower than, cheaper than
lighter than, smaller than, shorter than, thinner than, up to, at most, at max, a maximum of, maximum of, max of, maximum
max, under, below, beneath, within, budget of, budget is, budget, not exceeding, <=, <, =<, no heavier than, no bigger than
no larger than, no longer than, not heavier than, not bigger than, not longer than, price limit, limit, only have, fewer than
quieter than, narrower than, colder than, cooler than, down to, faster than, quicker than
""")
LOWER = _phrases("""
no less than, not less than, not under, not below, more than, higher than, greater than, bigger than, larger than
longer than, heavier than, better than, at least, at minimum, a minimum of, minimum of, minimum, min, over, above
starting at, starting from, upwards of, from, >=, >, =>, no smaller than, no lower than, not smaller than
thicker than, wider than, taller than, brighter than, stronger than, louder than, warmer than, hotter than
""")
AROUND = _phrases("around, about, approximately, approx, roughly, circa, near, ~, close to, something like, or so, ish")
RANGE_START = _phrases("between, from, in the range of, range, ranging from")
UPPER_AFTER = _phrases("""
or less, or under, or below, max, maximum, tops, or cheaper, and under, and below, at most, at the most, or lighter
or smaller, or fewer, limit, budget, and less, or faster, or quicker, or sooner, or shorter, or lower, or colder, or cooler
or quieter, or thinner
""")
LOWER_AFTER = _phrases("""
or more, and up, and more, and above, or above, or over, or higher, +, plus, minimum, min, or better, and over, or bigger
or larger, or longer, or warmer, or hotter, or thicker, or brighter, or heavier, and better, and higher, upwards, or up, at least
""")
NEGATION = _phrases("""
not, no, without, except, except for, but not, anything but, everything but, other than, excluding, non, avoid, dont want
do not want, dont like, do not like, isnt, arent, is not, are not, free of, rather than, instead of, hate, apart from
nothing in, nothing from, nothing with, no more, never, allergic to, allergy to, cant wear, cannot wear, can not wear, cant stand
cannot stand, sensitive to, intolerant to, cant tolerate, dont wear, do not wear
""")
AFTER_NEGATION = word_set("a an the any made of from in with for by to be it that one ones too really very so out")
SETS = word_set("set sets pack packs box bundle")
"""Before "of" and a number of pieces."""
PIECES = ("pieces", "pack size", "pieces per pack", "quantity per pack", "quantity", "count")
BUILT_IN = word_set("built in integrated included extra additional separate fixed kind sort of any")
"""Words that may stand between a negation and what is not wanted."""
TOO_MUCH: Mapping[str, str] = {
    "expensive": "affordable", "pricey": "affordable", "costly": "affordable", "dear": "affordable", "heavy": "light",
    "big": "compact", "large": "compact", "bulky": "compact", "small": "spacious", "loud": "quiet", "noisy": "quiet",
    "hot": "breathable", "cold": "warm", "bright": "subtle", "flashy": "plain", "complicated": "simple", "fancy": "simple",
    "light": "sturdy", "cheap": "quality", "tight": "loose", "thin": "thick", "thick": "thin",
}  # fmt: skip

_SORTS: Sequence[tuple[Sort, str]] = (
    (
        "price_ascending",
        "cheapest, lowest price, lowest priced, least expensive, cheapest first, price low to high, cheaper",
    ),
    ("price_ascending", "low to high, by price, most affordable, less expensive, a bit cheaper, something cheaper"),
    ("price_descending", "most expensive, priciest, highest price, price high to low, high to low, dearest"),
    (
        "rating",
        "best rated, top rated, highest rated, best reviewed, best reviews, most popular, best ratings, best selling",
    ),
    ("rating", "by rating, best rating, highest rating, better rated, bestsellers, best sellers"),
    ("weight", "lightest, lightest first, lowest weight, least heavy, lighter, by weight"),
)
SORTS: Mapping[Phrase, Sort] = {phrase: sort for sort, lines in _SORTS for phrase in _phrases(lines)}

WISHES = _phrases("""
cheap, affordable, inexpensive, budget friendly, good value, value for money, reasonably priced, light, lightweight
light weight, ultralight, cosy, cozy, warm, comfortable, comfy, durable, sturdy, robust, tough, stylish
nice, pretty, beautiful, cool, good, great, decent, best, good quality, high quality, quality, well made, well rated, highly rated
good reviews, good ratings, well reviewed, popular, easy to use, easy to clean, easy to carry, for beginners
for a beginner, for beginner, beginner, beginner friendly, professional, compact, small, big, large, tiny, huge, soft
simple, basic, eco friendly, sustainable, quiet, silent, fast, premium, luxury, fancy, elegant, modern, classic, reliable
versatile, breathable, packable, foldable, portable, roomy, spacious, thin, thick, slim, bright, new, latest
""")
DEGREES = word_set("""
cheap light lightweight ultralight warm soft small big large tiny huge thin thick bright quiet fast good great new comfortable
durable sturdy cosy cozy premium nice cool
""")
"""Wishes that more or less of a thing meets: never a value that filters."""
AUDIENCES: Mapping[str, str] = {
    word: audience
    for audience, spoken in (
        ("men", "men man mens male gentlemen guys him husband boyfriend dad father grandpa brother"),
        ("women", "women woman womens female ladies lady her wife girlfriend mum mom mother grandma sister"),
        (
            "kids",
            "kids kid children child childrens boys boy girls girl toddler toddlers junior juniors youth son daughter",
        ),
        ("kids", "baby babies teen teens nephew niece"),
    )
    for word in listed(spoken)
}
ONLY_AFTER_FOR = word_set(
    "him her husband boyfriend dad father grandpa brother wife girlfriend mum mom mother grandma sister son daughter man "
    "woman guys nephew niece baby"
)
"""Words that name whom it is for only after "for": "for my wife"."""
IN_STOCK = _phrases("""
in stock, available now, available today, available immediately, currently available, ready to ship, available, have in stock
you have in stock, actually in stock, in store, in stores
""")
SMALL_TALK = word_set(
    """hi hello hey please thanks thank pls ok okay yes also maybe actually instead else anything something someone stuff things
    thing products product items item recommend suggest search searching show see got sell selling offer carry stock prefer
    preferably ideally kind kinds type types sort sorts really very quite bit little more less much many let lets know
    tell go going get getting want wants wanted need needed looking look after some any other another options option too
    brand
    only give gift gifts if so well but same made color colour colored coloured priced price prices cost costs costing rated pick
    up pickup today now currently am us dont know loves love likes enjoys
    keen avid passionate who whos thats old weighs weighing present presents christmas birthday idea ideas
    there here per each every most store shop near nearest
    closest whats wheres hows holds about around least between than"""
)
"""Words that say nothing about the product."""
HAVING = ("with", "and", "has", "have", "having", "including", "integrated")
"""Before a name that is a kind of thing too: "laptop with speakers"."""
COMPARED: Mapping[str, Sequence[str]] = {
    "thicker": ("thickness",), "thinner": ("thickness",), "quieter": ("noise", "noise level"), "louder": ("noise",),
    "lighter": ("weight",), "heavier": ("weight",), "wider": ("width",), "narrower": ("width",), "taller": ("height",),
    "brighter": ("brightness",), "stronger": ("power",),
}  # fmt: skip
"""Attributes that a comparative speaks of."""
BED_SIZES = word_set("queen king twin")
LOADS = ("load", "maximum load", "max load", "load capacity", "weight capacity", "rider weight")
"""Attributes that say what a thing can carry."""
FITTING = word_set("fits fitting hold holds holding carry carries carrying takes support supports supporting")
"""Before what the thing goes with: a "backpack that fits a laptop" is no laptop."""
DAILY = _phrases("a day, per day, daily, every day, each day, a week, per week, a ride, each way, a night, per night")
CURRENCIES: Mapping[str, str] = {
    "$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD", "buck": "USD", "bucks": "USD", "€": "EUR", "eur": "EUR",
    "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "quid": "GBP", "nok": "NOK",
    "kr": "NOK", "kroner": "NOK", "sek": "SEK", "dkk": "DKK", "chf": "CHF", "francs": "CHF", "¥": "JPY", "yen": "JPY",
}  # fmt: skip
_UP_TO_TWENTY = listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_TENS = listed("thirty forty fifty sixty seventy eighty ninety")
NUMBER_WORDS: Mapping[str, Decimal] = {
    **{word: Decimal(value) for value, word in enumerate(_UP_TO_TWENTY)},
    **{word: Decimal(10 * tens) for tens, word in enumerate(_TENS, start=3)},
}
MULTIPLIERS: Mapping[str, Decimal] = {
    "hundred": Decimal(100), "hundreds": Decimal(100), "thousand": Decimal(1000), "grand": Decimal(1000), "k": Decimal(1000),
}  # fmt: skip
FIELDS: Mapping[str, str] = {
    "ram": "memory",
    "screen": "screen size",
    "volume": "capacity",
    "heavy": "weight",
    "long": "length",
}
"""Other names of measured attributes."""
RATING_WORDS = word_set("star stars")
RATING_BEFORE = word_set("rating ratings rated rate reviews score scored")
CONNECTORS = word_set("or and nor & ,")
_COMPARATIVES = word_set(
    "faster quicker sooner shorter colder cooler quieter thinner warmer hotter thicker brighter heavier"
)
CUE_WORDS = frozenset(
    word
    for phrases in (
        UPPER,
        LOWER,
        AROUND,
        RANGE_START,
        NEGATION,
        IN_STOCK,
        WISHES,
        tuple(SORTS),
        UPPER_AFTER,
        LOWER_AFTER,
    )
    for phrase in phrases
    for word in phrase
    if len(word) > 4 and word not in _COMPARATIVES
)
"""Words of this book that a typing error may stand for."""

LONGEST = 4


def longest(tokens: Sequence[str], start: int, phrases: frozenset[Phrase] | Mapping[Phrase, Sort]) -> int:
    """How many tokens from `start` on form one of the phrases, at most; 0 where none does."""
    return next(
        (
            length
            for length in range(min(LONGEST, len(tokens) - start), 0, -1)
            if tuple(tokens[start : start + length]) in phrases
        ),
        0,
    )
