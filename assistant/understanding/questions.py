"""Which attribute of a product a question asks for (pure). Names are the catalogue's."""

from __future__ import annotations

import re

ATTRIBUTE_CUES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("waterproof", r"water ?-?proof|waterresist|water[- ]resist|watertight|rain ?proof|in the rain|get wet|shower ?proof|\bipx?\d"),
        ("weight", r"how heavy|weigh|\bweight\b|how light|\bheavy\b.*\?|too heavy"),
        ("packable", r"\bfold(?:s|ed|ing)?\b|\bpacks? (?:down|small|away|up)\b|\bpackable\b|\bcollaps"),
        ("charging", r"\brecharg|\bbatteries\b|\bcharge (?:it )?(?:by|via|with|over) usb"),
        ("battery life", r"battery|how often .{0,20}\bcharge|how far (?:does|do|can|will)|\brange\b.*\?|how long (?:does|do|will) .{0,25}\blast\b|run ?time|per charge|hours of use"),
        ("persons", r"(?:would|will|do|does|can|could) (?:the )?(?:two|three|four|five|six|\d) (?:of us|people|persons|adults|kids)? ?(?:fit|sleep)|fit (?:the )?(?:two|three|four|five|six|\d) of us|how many (?:people|persons|adults)|\bsleeps?\b how|fit(?:s)? (?:two|2|three|3|four|4) (?:people|persons|adults)|for how many"),
        ("capacity", r"capacity|how many (?:lit|l\b|cups|ml)|how much (?:does|do|can|will) (?:it|they|the \w+) (?:hold|fit|take|carry)|how much \w+ fits?\b|volume\b"),
        ("noise", r"how loud|\bnois|\bquiet|\bloud\b|decibel|\bdb\b"),
        ("power", r"\bwatt|how powerful|power (?:rating|consumption|output|does)|how much power"),
        ("screen size", r"screen|display size|how (?:big|large) is the (?:screen|display)"),
        ("memory", r"\bram\b|how much memory|\bmemory\b"),
        ("storage", r"\bstorage\b|hard ?dis[ck]|\bssd\b|disk space|how many gb"),
        ("material", r"material|made (?:of|from|out of)|\b(?:real|genuine) (?:leather|wool|cotton|silk|down)\b|what fabric|which fabric|\bfabric\b|\bis (?:it|this|that) (?:real )?(?:leather|wool|cotton|down)\b"),
        ("care", r"wash|\bcare\b|dishwasher|clean (?:it|them|this)|tumble|iron\b"),
        ("compatible with", r"compatib|work(?:s)? (?:with|on)|fit(?:s)? (?:my|on my|an?)\b|connect (?:to|with)|pair (?:with|to)|support(?:s)?\b"),
        ("warranty", r"warrant|guarantee"),
        ("comfort temperature", r"\b(?:minus|plus) \d+|-\d+ ?(?:°|degrees?|c\b|f\b)|\d+ ?(?:°|degrees?\b)|how cold|temperatures?\b|below (?:zero|freezing)|\bfreezing\b"),
        ("season", r"season|\bwarm\b.*\?|winter|summer|warm enough"),
        ("dimensions", r"\bfit(?:s)? (?:in|on|into|under|through|behind|inside|next to)\b.{0,30}(?:shelf|trunk|boot|car|room|door|box|bag|backpack|drawer|cupboard|\d ?(?:cm|inch|mm|m)\b)|dimension|measure|how (?:big|large|tall|wide|deep|high|thick)\b|how long (?:is|are)\b|what size is (?:it|the)|pack(?:ed)? size|footprint"),
        ("age range", r"what age|which age|how old|age range|suitable for (?:a )?(?:\d|kids|children|toddler)|years? old"),
        ("hydrostatic head", r"hydrostatic|water column"),
        ("brand", r"what brand|which brand|who makes|what make|manufacturer"),
    )
)  # fmt: skip

ASKS_COLOURS = re.compile(
    r"(?:what|which|any other|other|different|more) colou?rs?|colou?rs? (?:does|do|is|are|available|options)|come in (?:any )?(?:other )?colou?r"
)
ASKS_SIZES = re.compile(
    r"\b(?:half|in-between|wide|narrow) sizes\b|(?:what|which|any other|other|bigger|smaller|larger) sizes?\b|sizes? (?:does|do|available|are)|(?:do (?:you|they) have|have (?:you|they) got|got) (?:it|them|this|that) in (?:an? |size )?(?:xs|s|m|l|xl|xxl|small|medium|large|\d{2})\b|come in (?:a )?(?:size|small|medium|large|xl)"
)
ASKS_PRICE = re.compile(
    r"^(?:and |so |the |its )*price[?! ]*$|how much (?:is|are|does|do|for|would)\b(?! .*(?:weigh|hold|ship|deliver|battery|return|sent|postage))|what(?:'s| is| are|s)? the price|\bprice of\b|what does (?:it|this|that|the \w+) cost(?! to\b)|what do they cost|how expensive|cost of the|what(?:'?s| is) the damage|what do you (?:want|charge|ask) for (?:it|this|that|the)|how much (?:do|would) you want"
)
ASKS_REVIEWS = re.compile(
    r"review|what do (?:other )?(?:people|others|customers|buyers) (?:say|think)|any good\b|\brated\b|\brating|(?:buy|get|choose) (?:it|them|one) again|recommend (?:it|this|them)\b|(?:happy|satisfied|pleased) with (?:it|this|them)|complain(?:ed|ts?)\b|worth it|how good (?:is|are)|is it good"
)
ASKS_STOCK = re.compile(
    r"do they have (?:it|this|that|them|the)\b|(?:they|is it|are they) (?:have|got) (?:it|that|this)|in stock|available\b(?! in)|availab|sold out|still have|do you have (?:it|them|this|that)\b|\bhow many (?:are left|do you have|left)|can i (?:get|pick) (?:it|them|this|one) up"
    r"|^(?:and )?(?:is|are) (?:it|this|that|they|these|those|the \w+ one)(?: also)? (?:in|at) (?:the |your |a |any )?(?:\w+ )?(?:stores?|shops?)\b"
)
ASKS_DESCRIPTION = re.compile(
    r"tell me (?:more|about)|more (?:info|information|details|about)|details (?:on|of|about|for)|describe|what(?:'s| is) special|specs?\b|specification|what can you tell me|know more"
)
FACT_QUESTION = re.compile(
    r"^(?:and |but |so |ok |also )*(?:who|where|when|is|are|does|do|can|could|will|would|has(?! to\b)|have(?! to\b)|how|what|which|whats|what's|hows|why|did|isn't|aren't|doesn't)\b|\?$"
)


BARE_QUESTION = re.compile(
    r"^(?:\W*(?:and|so|but|ok|then|how|long|much|soon|many|days|when|where|who|pays?|covers|bears|do|does|is|are|will|would|can"
    r"|i|you|we|it|they|that|this|those|them|have|has|get|need|take|takes|bring|send|go|to|be|cost|costs|expire|valid|ever|for|the|dollars?|bucks|usd|\d+)\b)+\W*$"
)
"""A question that names nothing: only its form tells what is asked."""


def attribute_asked(text: str) -> str:
    """The attribute's name, or colour, size, price, rating, stock, description; "" when the words name none."""
    for name, pattern in (
        ("colour", ASKS_COLOURS),
        ("size", ASKS_SIZES),
        ("price", ASKS_PRICE),
        *ATTRIBUTE_CUES,
        ("rating", ASKS_REVIEWS),
        ("stock", ASKS_STOCK),
        ("description", ASKS_DESCRIPTION),
    ):
        if pattern.search(text):
            return name
    return ""
