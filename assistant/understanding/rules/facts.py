"""Rules about questions of fact: on products, and on the shop's rules."""

from __future__ import annotations

import re

from assistant.understanding.commands import Ask, Command
from assistant.understanding.questions import BARE_QUESTION, FACT_QUESTION, attribute_asked
from assistant.understanding.rules.answers import ANY_VARIANT
from assistant.understanding.situation import Situation

POLICY = re.compile(
    r"\b(?:return(?:s|ed|ing)?|refund\w*|exchange policy|ship(?:ping|ped)?(?: cost| fee| free| to| internationally| time)?"
    r"|deliver(?:y|ies)?(?: cost| fee| time| option)?|express|next[- ]day|postage|warrant\w*|guarantee\w*|price[- ]?match\w*"
    r"|match (?:a |the |their |amazon'?s? )?(?:lower )?prices?|beat (?:a|the) price|gift ?cards?|vouchers?|loyalty|rewards?|points|member(?:ship)?"
    r"|privacy|personal data|my data|gdpr|delete my (?:data|account)|pay(?:ment)? (?:with|by|in|methods?|options?|later)|payment\b"
    r"|accept (?:paypal|visa|amex|apple|credit|cash|google|american|klarna)|paypal|apple pay|klarna|instal?ments?|finance"
    r"|click (?:and|&|n) collect|pick ?up in store|collect in store|repairs?|repaired|sizing|size (?:guide|chart)|(?:which|what) size (?:should|do|would|shall|must) i|sustainab\w*|recycl\w*"
    r"|take (?:it|them|that|things) back|discounts?|student|coupon|promo|gift ?wrap\w*|customs|duties|pric(?:e|ing) adjust\w*|assembly|restocking)\b"
)
_ABOUT_RULES = re.compile(
    r"return|refund|ship|deliver|warrant|price.?match|gift ?card|pay|loyalty|points|polic|collect"
)
_POLICY_QUESTION = re.compile(
    r"\b(?:can|could|do|does|how|what|whats|what's|when|where|which|who|is|are|may|will|would|policy|policies|tell me|explain|if|cost|free|long|much"
    r"|offer|accept|any|need|possible|about|have)\b|\?$"
)
_FOLLOW_UP = re.compile(
    r"^(?:even if|what if|is (?:it|that|there)|does (?:it|that)|do i|can i|how (?:long|much|many|about)|which|what about|what does (?:it|that|this) cost|who|when|if i|for|also|even|only)\b|\?$"
)
_AND_WITH = re.compile(r"^(?:and |what about |how about |with )")
_FIND = re.compile(
    r"\b(?:looking for|show me|find|recommend|suggest|do you (?:have|sell|carry|stock)|i need|i want|any)\b"
)

_QUALITIES = re.compile(r"^(?:just |also |preferably )?[\w-]+,? (?:and|or|&) (?:also )?[\w-]+(?: please)?[.! ]*$")
_HAVE = re.compile(r"^(?:do you (?:still |also )?(?:have|sell|carry|stock)|have you (?:still )?got|got) ")


_OF_THE_RULES = re.compile(r"\b(?:deliver|shipping|shipment|return|refund|repair|exchang)\w*\b")


def product(s: Situation) -> Command | None:
    if ANY_VARIANT.search(s.text) and "?" not in s.text:
        return None
    if re.match(r"^(?:anything|something|any|some)\b(?! of (?:them|these|those))", s.text) and s.need.filters:
        return None  # "anything waterproof?" narrows the search
    wants = (len(s.words) == 1 or _QUALITIES.match(s.text)) and "?" not in s.original and s.need.filters
    if wants and not s.context.focus and len(s.context.shown) > 1:
        return None  # "waterproof", "windproof and waterproof", of several things: it narrows the search
    attribute = attribute_asked(s.text)
    if attribute == "dimensions" and _OF_THE_RULES.search(s.text):
        return None  # "how long is delivery?"
    if _HAVE.match(s.text) and not (attribute or s.references or s.named) and s.lexicon.names_product(s.original):
        return None  # "do you have the Fjell 2?" is answered with its price and its stock
    if attribute == "price" and s.context.topic == "policy" and all(r.kind == "pronoun" for r in s.references):
        return None
    if not attribute and any(r.kind == "superlative" and r.text in _PRICED for r in s.references):
        attribute = "price"
    if not attribute and (ranked := _RANKED.search(s.text)) and s.references:
        attribute = "weight" if ranked.group(1) in ("lightest", "heaviest") else "price"
    attribute = (_option_asked(s) or attribute) if attribute in ("", "stock") else attribute
    attribute = attribute or _either_or(s)
    if (
        s.table
        and not attribute
        and len(s.words) <= 4
        and (named := s.lexicon.attribute(_TOO.sub("", s.text.rstrip(" !."))))
    ):
        return Ask(about="product", question=s.original, references=s.pointed, attribute=named)
    if not FACT_QUESTION.search(s.text) and not _stands_alone(s, attribute):
        return None
    if s.table and not _names_one_elsewhere(s, attribute):
        about_table = Ask(about="product", question=s.original, references=s.pointed, attribute=attribute)
        return about_table if _on_table(s, attribute) else None
    if s.lexicon.kinds(s.original) and not attribute:
        return None
    named_outright = s.lexicon.names_product(s.original) and not _FIND.search(s.text)
    if named_outright and (attribute or "?" in s.text):
        return Ask(about="product", question=s.original, attribute=attribute, need=s.need)
    return None


_OF_NAME = re.compile(
    r"^(?:(?:and|ok|okay|so|also|but|then)[, ]+)*(what(?:'?s| is| are) |how about |what about )?(?:the |its |their |it'?s )?([a-z][a-z0-9 -]{1,30}?)"
    r"(?: (?:of|on|for) (?:it|this|that|them|this one|that one))?( ?\?)*$"
)
_OTHERWISE_READ = frozenset(
    [
        "colour",
        "color",
        "size",
        "price",
        "rating",
        "stock",
        "store",
        "category",
        "audience",
        "brand",
        "title",
        "text",
        "description",
        "in",
        "stock",
    ]
)
_ALWAYS_OF_IT = frozenset(
    ["weight", "material", "warranty", "dimensions", "capacity", "power", "length", "height", "width", "care"]
)
"""Names that, with a product before one, are its own, even where they name a thing that is sold or a rule of the shop."""


_US_SIZE = re.compile(r"\b(?:us|u\.s\.|american) sizes?\b|\bin us\b|\bis that us\b")


def attribute_named(s: Situation) -> Command | None:
    """ "Weight?", "what's the model number?", with products on the table: what the catalogue calls so."""
    if len(s.context.focus or s.context.shown) == 1 and _US_SIZE.search(s.text) and not s.lexicon.kinds(s.original):
        return Ask(about="product", question=s.original, references=s.references, attribute="us sizes")
    found = _OF_NAME.match(s.text) if s.table and s.context.topic != "cart" else None
    name = s.lexicon.field(found[2]) if found else ""
    if found is None or not name or name in _OTHERWISE_READ or _asked_for_else(s):
        return None
    one = len(s.context.focus or s.context.shown) == 1
    if name not in _ALWAYS_OF_IT and not found[1] and (not found[3] or (s.lexicon.kinds(s.original) and not one)):
        return None
    return Ask(about="product", question=s.original, references=s.references, attribute=name)


def _asked_for_else(s: Situation) -> bool:
    return s.context.asked is not None and s.context.asked.slot in ("identity", "order", "place", "variant")


def _names_one_elsewhere(s: Situation, attribute: str) -> bool:
    """ "Is the Varde Weekend 2 waterproof?", with other products on the table."""
    return bool(attribute) and bool(s.titles) and not s.named and s.lexicon.names_product(s.original)


_RANKED = re.compile(
    r"\b(?:second|third|next|2nd|3rd)[- ](lightest|heaviest|cheapest|most expensive|dearest|priciest)\b"
)
_OF_IT = re.compile(
    r"^how many\b.*\b(?:in|on|with) (?:it|them|that|this)\b|^how many\b.*\b(?:does|do|can|will) (?:it|they|this|that)\b|\bcomes? in\b|^(?:is|are) there .*\b(?:with|on|in) (?:it|them|that|this)\b"
)
_PRICED = ("cheapest", "least expensive", "lowest priced", "most expensive", "priciest", "dearest")
_TOO = re.compile(r"\b(?:too|also|as well)\b ?")
_COMES_IN = re.compile(r"\b(?:come|comes|available|have|has|get|got|is there|are there)\b.{0,30}\b(?:in|an?)\b")


def _option_asked(s: Situation) -> str:
    """ "Does the lighter one come in blue?"."""
    if not _COMES_IN.search(s.text) or not (s.references or s.named):
        return ""
    fields = [f.field for f in s.need.filters]
    return next((name for name in ("colour", "size") if name in fields), "")


def _either_or(s: Situation) -> str:
    """ "Is that plastic or metal?": what it asks for is what both are values of."""
    if " or " not in s.text or not FACT_QUESTION.search(s.text):
        return ""
    return next((f.field for f in s.need.filters if f.field in ("material", "colour", "size")), "")


def _stands_alone(s: Situation, attribute: str) -> bool:
    """ "Tell me more", "the warranty?", "reviews": no question by form, but one on the product talked about."""
    narrows = (
        re.search(r"\b(?:ones?|only|first|just|min(?:imum)?|at least|at most|max)\b|\d", s.text) and not s.references
    )
    return attribute == "description" or (
        not narrows and (bool(attribute) and s.table and len(s.words) <= 4 and not s.lexicon.kinds(s.original))
    )


def _on_table(s: Situation, attribute: str) -> bool:
    """Whether the question is about what is on the table, and not a new search or a rule of the shop."""
    several = not s.context.focus and len(s.context.shown) > 1 and not s.named
    if (
        several
        and [r.kind for r in s.references] == ["pronoun"]
        and any(f.field in ("colour", "size", "price") for f in s.need.filters)
    ):
        return False
    if s.named and s.lexicon.kinds(s.original) and not _with_article(s):
        return False
    if s.named or any(r.kind in ("ordinal", "described", "superlative") for r in s.references):
        return not (POLICY.search(s.text) and attribute == "" and re.search(r"\bif\b|\bpolicy\b", s.text))
    if re.match(r"^(?:will|does|do|is|are|can|could|would) (?:it|they|this|that|these|those)\b", s.text):
        return not (POLICY.search(s.text) and attribute == "")
    if s.references and _OF_IT.search(s.text):
        return True
    if s.lexicon.kinds(s.original):
        return _with_article(s) and not _FIND.search(s.text)
    if POLICY.search(s.text) and attribute in ("", "warranty", "size"):
        return (
            attribute == "warranty" and (bool(s.context.focus) or s.context.topic == "products") and len(s.words) <= 6
        )
    if attribute:
        return bool(s.references) or len(s.words) <= 7 or s.context.topic == "products"
    return bool(s.references) and not (_FIND.search(s.text) and s.sells)


def _with_article(s: Situation) -> bool:
    """ "Is the tent waterproof?": the kind with an article, as said of one on the table."""
    return bool(re.search(r"\b(?:the|this|that|these|those|its|their)\b", s.text))


_HOW_TO = re.compile(
    r"^how (?:do|can|should|would|could|to) (?:i |you |we |one )?(?:best )?(?:clean|wash|use|charge|set up|put up|assemble|install|maintain|store|care for|look after|connect|pair|inflate|fold|open|close|adjust|pitch|repair|waterproof|dry|descale) (?:it|them|this|that|these|those)\b"
)


def how_to(s: Situation) -> Command | None:
    """ "How do I clean them?": of what lies on the table, whatever else the shop sells for cleaning."""
    if not s.table or not _HOW_TO.match(s.text):
        return None
    return Ask(about="product", question=s.original, references=s.pointed)


_ABROAD = re.compile(
    r"\b(?:ship\w*|deliver\w*|send(?:ing)?|postage|order from)\b.{0,40}\b(?:abroad|overseas|international(?:ly)?|other countries|outside (?:of )?the (?:us|usa|states)|europe|the eu|asia|africa"
    r"|canada|mexico|brazil|argentina|chile|colombia|peru|austria|[oö]sterreich|germany|deutschland|france|spain|españa|italy|portugal|switzerland|schweiz|belgium|netherlands|holland|denmark|sweden|norway|finland"
    r"|poland|czechia|hungary|greece|turkey|ireland|england|scotland|wales|(?:great )?britain|the uk|united kingdom|russia|ukraine|india|china|japan|korea|australia|new zealand|israel|south africa|egypt)\b"
)
WHERE_WE_SHIP = "shipping delivery | where we ship: states, abroad"


def abroad(s: Situation) -> Command | None:
    """ "How much is shipping to Austria?": whether it is shipped there at all comes first."""
    return Ask(about="policy", question=s.original, topic=WHERE_WE_SHIP) if _ABROAD.search(s.text) else None


_GOES_ON = re.compile(
    r"^(?:(?:and|so|but|ok|then)[, ]+)*(?:how (?:long|much|soon|many days)|where|when|who (?:pays|covers|bears)"
    r"|(?:does|do|will|is|are|can) (?:it|they|that|those) (?:ever )?(?:expire|valid))\b"
)


_AMOUNT = re.compile(r"^[$€£]? ?\d+ ?(?:dollars?|bucks|usd)?[?.! ]*$")


def policy_goes_on(s: Situation) -> Command | None:
    """ "And how long?", "where do I bring it?", of the rules that were just told."""
    told = s.context.topic == "policy" and s.context.question and s.context.asked is None
    amount = s.context.need is None and _AMOUNT.match(s.text)
    if not told or not (amount or (_GOES_ON.match(s.text) and BARE_QUESTION.match(s.text))):
        return None
    if _OF_THIS_THING.search(s.text):
        return None
    return Ask(about="policy", question=f"{s.context.question} {s.original}")


_OF_THIS_THING = re.compile(r"\bhow much (?:is|are|does) (?:this|that|the|these|those)\b")


_WHICH_SIZE = re.compile(
    r"\b(?:how (?:do|can|would|should) (?:i|we|you) (?:know|tell|find(?: out)?|choose|measure|work out|pick|get)|not sure|don'?t know|no idea)\b.{0,30}\bsizes?\b"
    r"|\b(?:what|which) size\b.{0,40}\b(?:do i need|should i (?:get|take|buy|order)|am i|would i need|is right for me|i need|fits my (?:head|foot|feet|hand)s?)\b"
)


def which_size(s: Situation) -> Command | None:
    """ "How do I know which helmet size I need?"."""
    if not _WHICH_SIZE.search(s.text) or s.named:
        return None
    kind = re.search(r"\b(?:shoes?|boots?|helmets?|gloves?|kids?|child\w*)\b", s.text)
    return Ask(about="policy", question=s.original, topic=f"sizing help | {kind.group(0) if kind else 'clothing'}")


_GIFT_CARD = re.compile(
    r"^(?!.*\b(?:pay|lost|valid|expire|balance|use|combine|refund|return)\w*\b).*\bgift ?(?:cards?|vouchers?|certificates?)\b"
)
_CUT_OFF = re.compile(
    r"^(?!.*\b(?:return|exchang|cancel|chang|refund|arriv|open)\w*)(?:.*\b)?(?:how late|by (?:when|what time)|until (?:when|what time)|what(?:'s| is) the cut-?off)\b.*\b(?:order|same day|next day|delivery|ship\w*)\b"
)
_CARD_SAFE = re.compile(
    r"\bsafe\b.*\b(?:card|paypal|pay(?:ing|ment)?)\b|\b(?:card|payment) (?:details|data|information|number)\b.*\bsafe\b"
)
_WORN = re.compile(
    r"^(?!.*\b(?:need|want|looking|new|replac\w+|buy|order\w*|bought|find|show|got)\b)"
    r"(?:.*\bmy (?:old )?[\w -]{3,25}? (?:is |are |keeps? |started |has been |have been |got |came |coming )*(?:leak\w*|ripped|torn|apart|worn out|stuck)\b"
    r"|.*\b(?:holes?|tears?|rips?|leaks?|cracks?) in (?:my|our)\b"
    r"|.*\bmy [\w -]{3,25}? (?:has|have|got) (?:an? )?(?:hole|tear|rip|leak|crack)s?\b)"
)
_LESS_ELSEWHERE = re.compile(
    r"\b(?:less|cheaper|lower)\b.{0,30}\b(?:on|at|from|in|by) (?:an?other|a different|some other|amazon|ebay|walmart|rei\b|the competition|other)\b.{0,20}|\b(?:cheaper|for less|less expensive|lower price)\b.{0,12}\b(?:elsewhere|somewhere else|anywhere else)\b"
)
_OLD_FOR_NEW = re.compile(
    r"\b(?:take|buy|accept|trade(?: in)?|want) (?:back )?(?:my|our|in my|in our|back my|back our) (?:old|used|worn|second[- ]hand)\b|\btrade[- ]?in\b"
)
_BILL = re.compile(
    r"\b(?:invoices?|(?:a |the |my )?(?:bill|receipt) (?:for|with|to) (?:my|the|our|a) (?:company|office|business|work|employer|taxes|tax|accountant))\b"
)


def rules_by_name(s: Situation) -> Command | None:
    """What names no product, although a product's name stands in it: "the same tent is 40 less on another site"."""
    for pattern, topic in (
        (_LESS_ELSEWHERE, "price match | other shops: cheaper at another retailer"),
        (_OLD_FOR_NEW, "sustainability | trade-in: bring back, percent of the original price as a gift card"),
        (_BILL, "payment | taxes and invoices: sales tax, invoice is attached"),
        (_CUT_OFF, "shipping delivery | delivery times, orders placed before leave the same day"),
        (_CARD_SAFE, "payment | we never ask for a card number in the chat"),
        (_WORN, "repairs | what we repair"),
        (_GIFT_CARD, "gift cards | buying: any amount, online by e-mail or in a store"),
    ):
        if pattern.search(s.text):
            return Ask(about="policy", question=s.original, topic=topic)
    return None


_ARRIVES = re.compile(
    r"^(?:(?:and|so|ok|but|if i (?:buy|order|get|take) (?:it|them|this|that|one)(?: now| today)?)[, ]+)*"
    r"(?:when|how (?:long|soon|fast|quickly)) (?:would|will|can|do|does|could|should|until)\b.{0,25}\b(?:get (?:here|to me|it|them|delivered)|arrives?|delivered|reach me|come|be here|have (?:it|them)|until i (?:get|have) (?:it|them))\b"
    r"(?! in stock| back)"
)


def arrives(s: Situation) -> Command | None:
    """ "When would it get here?" of what is being bought: how long a delivery takes."""
    bought = s.context.topic in ("products", "cart")
    if not bought or not _ARRIVES.match(s.text) or s.lexicon.kinds(s.original):
        return None
    return Ask(about="policy", question=s.original, topic="shipping delivery | delivery times, business days")


_RESERVES = re.compile(
    r"\b(?:reserve|put (?:it |one |that |them )?aside|(?:hold|keep|save) (?:it|one|that|them|the \w+|this) for me|set (?:it |one )?aside)\b"
)
TO_COLLECT = "click and collect store services | click and collect: reserve online and collect in a store"


def reserves(s: Situation) -> Command | None:
    """ "Hold one for me there": how a thing is reserved."""
    return Ask(about="policy", question=s.original, topic=TO_COLLECT) if _RESERVES.search(s.text) else None


_OF_THIS = re.compile(
    r"\b(?:have|get|got|is|are|does|do|come|comes) (?:this|that|it|these|those|them)\b.{0,20}\b(?:in|available|come)\b"
)


def of_nothing(s: Situation) -> Command | None:
    """ "Do you have this in XL?" with nothing on the table: which product is meant is asked back."""
    optional = any(f.field in ("size", "colour") for f in s.need.filters)
    if s.table or not optional or not _OF_THIS.search(s.text) or s.lexicon.kinds(s.original):
        return None
    return Ask(about="product", question=s.original, references=s.references)


def policy(s: Situation) -> Command | None:
    goes_on = s.context.topic == "policy" and s.context.question and _AND_WITH.match(s.said) and len(s.words) <= 4
    if goes_on and POLICY.search(s.text) and not s.sells:
        return Ask(about="policy", question=f"{s.context.question} {s.original}")
    asks = _POLICY_QUESTION.search(s.text) or len(s.words) <= 4
    if POLICY.search(s.text) and asks and (not (s.sells and _FIND.search(s.text)) or _ABOUT_RULES.search(s.text)):
        return Ask(about="policy", question=s.original)
    if (
        s.context.topic == "policy"
        and s.context.question
        and _FOLLOW_UP.search(s.text)
        and not s.lexicon.kinds(s.original)
        and len(s.words) <= 10
    ):
        return Ask(about="policy", question=f"{s.context.question} {s.original}")
    return None
