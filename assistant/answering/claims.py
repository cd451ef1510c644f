"""Claims: what a reply says besides figures and names, held against the evidence: states, stock, properties, rules, ranks (pure).

Each statement is bound to the thing that it names, or that the one before named. What no evidence says is a claim without
support, and so is what it denies. Above: `grounding`. Below: `concepts`, `evidence`, `ranks`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from assistant.answering.concepts import Concept, Statement, language_of, read, statements
from assistant.answering.evidence import Passage, Support, Thing
from assistant.answering.figures import Figure, figures
from assistant.answering.naming import Mention
from assistant.answering.ranks import untrue_ranks

_IMPLIED: Final[Mapping[str, frozenset[str]]] = {
    "pending": frozenset({"pending", "preparing"}),
    "processed": frozenset({"processed", "preparing"}),
    "preparing": frozenset({"processed", "preparing"}),
    "shipped": frozenset({"shipped"}),
    "delivered": frozenset({"delivered", "shipped"}),
    "cancelled": frozenset({"cancelled", "refunded"}),
    "return requested": frozenset({"return_requested", "delivered", "shipped"}),
    "return_requested": frozenset({"return_requested", "delivered", "shipped"}),
    "exchange requested": frozenset({"exchange_requested", "delivered", "shipped"}),
    "exchange_requested": frozenset({"exchange_requested", "delivered", "shipped"}),
    "returned": frozenset({"returned", "delivered", "shipped", "refunded"}),
}
_NOT_YET: Final = re.compile(
    r"\b(?:will|'ll|should|would|expected|due|once|when|until|if|as soon as|to be|can|could|may|cuando|hasta|podr\w+|una vez|será\w*|sera|seront"
    r"|dès que|jusqu'à|lorsque|quand|wird|werden|sobald|bis|wenn|falls|kann|können|puede\w*|peut|peuvent|pouvez|tant que)\b", re.I,
)  # fmt: skip
_SEEKS: Final = re.compile(
    r"\b(?:found|find|looking|searched|matches|match|none of|closest|fit|fits|asked|wanted|listed|carry|encontrado|buscas|pediste|trouvé|cherchez"
    r"|gefunden|suchen|gesucht|showing|narrowed|with that in mind|overview)\b", re.I,
)  # fmt: skip
_BOASTS: Final = frozenset(
    ("popular", "best_of_all", "discount", "voucher", "present", "guarantee", "reserved", "tomorrow", "instalments")
)
"""Claims that a question makes too: "shall I add our bestseller?"."""


def unsupported_claims(text: str, found: Sequence[Mention], support: Support, language: str) -> Iterator[str]:
    carried: tuple[Mention, ...] = ()
    for one in statements(text, language):
        end = one.start + len(one.text)
        here = tuple(mention for mention in found if one.start <= mention.start < end)
        bound = here or carried
        yield from _of_statement(one, bound, support)
        carried = here or carried
    yield from untrue_ranks(text, found, support, language)


def _of_statement(one: Statement, bound: Sequence[Mention], support: Support) -> Iterator[str]:
    asked_for = _said_concepts(support) if one.leads or _SEEKS.search(one.text) else frozenset()
    for concept in one.concepts:
        if concept.name in asked_for or (one.asks and concept.name not in _BOASTS):
            continue
        if (concept.name, one.denies(concept)) in support.declared:
            continue
        denied = concept.name in one.near_denied
        match concept.group:
            case "state":
                wrong = not _state_holds(concept.name, denied, one, bound, support)
            case "stock":
                wrong = not _stock_holds(concept.name, denied, bound, support)
            case "flag":
                wrong = not _flag_holds(concept.name, denied, bound, support)
            case "claim":
                wrong = not _claim_holds(concept, one, support)
            case "soft":
                wrong = _contradicted(concept, one, support)
            case "only":
                wrong = bool(support.of_kind("policy")) and not _spoken_of(concept.name, support)
            case _:
                wrong = False
        if wrong:
            yield f"{'not ' if one.negated else ''}{concept.name}"


def _said_concepts(support: Support) -> frozenset[str]:
    if support.said is None:
        return frozenset()
    return frozenset(name for text in support.said.texts for name in _concepts_in(text))


@lru_cache(maxsize=4096)
def _concepts_in(text: str) -> frozenset[str]:
    """What the customer said is asked about for every statement of every sentence."""
    return frozenset(concept.name for concept in read(text, language_of(text)))


# -- orders and stock ------------------------------------------------------------------------------------------------------


def _things(bound: Sequence[Mention], kind: str, support: Support) -> tuple[Thing, ...]:
    """Those named, else all of that kind."""
    named = tuple(thing for mention in bound if mention.kind == kind for thing in mention.things)
    return named or support.of_kind(kind)


def _state_holds(name: str, denied: bool, one: Statement, bound: Sequence[Mention], support: Support) -> bool:
    orders = _things(bound, "order", support)
    if not orders or _NOT_YET.search(one.text):
        return True
    return any((name in _states_of(order, support)) != denied for order in orders)


def _states_of(order: Thing, support: Support) -> frozenset[str]:
    told = order.state or next((part for text in order.texts for part in text.split("; ") if "status:" in part), "")
    plain = told.removeprefix("status: ").split(" (")[0]
    if plain in _IMPLIED:
        return _IMPLIED[plain]
    texts = (plain,) if plain else order.texts
    named = {concept.name for text in texts for concept in support.read(text) if concept.group == "state"}
    return frozenset(state for name in named for state in _IMPLIED.get(name, {name}))


def _stock_holds(name: str, denied: bool, bound: Sequence[Mention], support: Support) -> bool:
    stores = [thing for mention in bound if mention.kind == "store" for thing in mention.things if thing.state]
    things = tuple(stores) or _things(bound, "product", support)
    if not things:
        return True
    gone = denied if name == "sold_out" else not denied
    return any(_to_be_had(thing, support) if gone else _sold_out(thing, support) for thing in things)


def _to_be_had(thing: Thing, support: Support) -> bool:
    """In stock, or so many left, or in so many stores; a card that says nothing of it does not deny it."""
    told = {concept.name for concept in support.read(thing.state)}
    return "available" in told or not thing.state or bool(re.search(r"\d", thing.state))


def _sold_out(thing: Thing, support: Support) -> bool:
    return any(concept.name == "sold_out" for text in (thing.state, *thing.texts) for concept in support.read(text))


def _flag_holds(name: str, denied: bool, bound: Sequence[Mention], support: Support) -> bool:
    named = [mention for mention in bound if mention.kind == "product"]
    if not named:
        products = support.of_kind("product")
        return _any_flag(name, denied, products, support) if products else _spoken_of(name, support)
    return all(_any_flag(name, denied, mention.things, support) for mention in named)


def _any_flag(name: str, denied: bool, things: Sequence[Thing], support: Support) -> bool:
    return any(says_no == denied for thing in things for says_no in _told_of(name, thing, support))


def _told_of(name: str, thing: Thing, support: Support) -> Iterator[bool]:
    """For each time that the thing's texts speak of it: whether they say no."""
    for text in (thing.title, *thing.texts):
        for part in re.split(r"; |\n|(?<=[.!])\s", text):
            if any(concept.name == name for concept in support.read(part)):
                yield bool(re.search(r": (?:no|none|not)\b|\bnot\b|\bisn't\b|\bno\b", part))


# -- rules ---------------------------------------------------------------------------------------------------------------


def _claim_holds(claim: Concept, one: Statement, support: Support) -> bool:
    speaking = [passage for passage in support.passages if claim.name in _own(passage)]
    if not speaking:
        return _spoken_of(claim.name, support) and not support.of_kind("policy")
    general = [passage for passage in speaking if passage.said.named("only") <= one.named("only")]
    return any(passage.said.denies(claim) == one.denies(claim) for passage in _closest(one, general or speaking))


def _contradicted(claim: Concept, one: Statement, support: Support) -> bool:
    speaking = [passage for passage in support.passages if claim.name in _own(passage)]
    best = _closest(one, speaking)
    if not best or _overlap(one, best[0]) < 2:
        return False
    return all(passage.said.denies(claim) != one.denies(claim) for passage in best)


def _own(passage: Passage) -> frozenset[str]:
    return frozenset(concept.name for concept in passage.said.concepts)


def _closest(one: Statement, passages: Sequence[Passage]) -> list[Passage]:
    most = max((_overlap(one, passage) for passage in passages), default=0)
    return [passage for passage in passages if _overlap(one, passage) == most]


def _overlap(one: Statement, passage: Passage) -> int:
    return len({concept.name for concept in one.concepts} & passage.about) + sum(
        str(figure.value) in one.text for figure in passage.figures
    )


def _spoken_of(name: str, support: Support) -> bool:
    texts = (text for thing in support.things for text in (thing.title, *thing.texts))
    return any(concept.name == name for text in texts for concept in support.read(text))


def rule_holds(figure: Figure, one: Statement, support: Support) -> bool:
    """Whether some passage states that figure of what the statement is about: Gold's 60 days are not everybody's."""
    said = _said_concepts(support)
    near = _around(figure, one)
    claimed = frozenset(c.name for c in near if c.group in ("claim", "only"))
    narrowed = one.named("only") if len(figures(one.text)) < 2 else frozenset(c.name for c in near if c.group == "only")
    for passage in support.passages:
        if not any(_equal(figure, other) for other in passage.figures):
            continue
        narrows = passage.said.named("only")
        if narrows <= narrowed | said and claimed <= passage.about | said:
            return True
    return False


_JOINS: Final = re.compile(r"\s(?:and|und|y|et|or|o|ou|oder)\s|,\s|;\s")


def _around(figure: Figure, one: Statement) -> list[Concept]:
    """The concepts of the part that states the figure: "$6.95, and free from $75" says two things."""
    if len(figures(one.text)) < 2:
        return list(one.concepts)
    cuts = [one.start, *(one.start + match.end() for match in _JOINS.finditer(one.text)), one.start + len(one.text)]
    start = max(cut for cut in cuts if cut <= figure.start)
    end = min((cut for cut in cuts if cut > figure.start), default=cuts[-1])
    return [concept for concept in one.concepts if start <= concept.start < end]


def _equal(one: Figure, other: Figure) -> bool:
    same_kind = one.kind == other.kind or "number" in (one.kind, other.kind)
    close = bool(one.bound) and other.value == one.value
    return (same_kind and one.unit == other.unit and bool(set(one.values) & set(other.values))) or close
