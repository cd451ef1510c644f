"""Comparing two or more products by what the catalogue says of them; code computes, words follow."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answering.cards import matching_variants, product_citation, shown_price
from assistant.answering.say_acts import AskSlot, Inform
from assistant.context import Asked
from assistant.flows.find_products import search
from assistant.flows.pointing import pointed_at
from assistant.flows.work import Work
from assistant.understanding.commands import StartFlow
from assistant.understanding.questions import attribute_asked
from assistant.understanding.references import weight
from retrieval.catalogue import Product
from retrieval.constraints import Need, Sort
from retrieval.words import stem, words

COMPARED = 3
ROWS = 7
_FIRST = ("weight", "waterproof", "material", "capacity", "battery life", "persons", "screen size", "power", "warranty")


async def compare(work: Work, command: StartFlow) -> None:
    products = await _candidates(work, command)
    if len(products) == 1 and command.change:
        _only_one(work, products[0])
        return
    if len(products) < 2:
        work.ask(Asked(slot="product", flow="compare"))
        work.acts.append(AskSlot(about="ask_compare"))
        return
    work.stage("comparing")
    if command.change and _verdict(work, products, command.change):
        return
    products = products[:COMPARED]
    rows = [row for name in _shared(products) if (row := _row(work, name, products))]
    cards = tuple(work.card(p) for p in products)
    work.acts.append(
        Inform(
            about="comparison",
            values={"names": work.phrases.listed([f"**{p.title}**" for p in products])},
            lines=(_prices(work, products), *rows[:ROWS]),
            cards=cards,
            citations=tuple(product_citation(p, _quote(work, p)) for p in products),
        )
    )
    _advice(work, products)
    work.know(focus=tuple(p.id for p in products), topic="products")


def _only_one(work: Work, product: Product) -> None:
    """ "Which is the cheapest?", of one."""
    price = _price(work, product) or work.phrases.say("price.none")
    values: dict[str, str | int] = {"title": product.title, "price": price}
    work.acts.append(Inform(about="only_one", values=values, cards=(work.card(product),)))
    work.know(focus=(product.id,), topic="products")


async def _candidates(work: Work, command: StartFlow) -> tuple[Product, ...]:
    shown, focus = await work.table()
    if (beside := _BESIDE.search(command.words)) is not None:
        of = await pointed_at(work, command.references) if command.references else focus
        if len(of) == 1 and (other := await _named_beside(work, beside["other"], of[0])) is not None:
            return (of[0], other)
    if command.need is not None and command.need.thing and len(ends := _ends(command)) == 2:
        return await _found_at(work, command.need, ends)
    if command.references:
        found = await pointed_at(work, command.references)
        if len(found) == 1 and focus and focus[0].id != found[0].id:
            return (focus[0], found[0])
        if len(found) >= 2:
            return found
        if len(found) == 1:
            others = tuple(p for p in shown if p.id != found[0].id)
            return (found[0], *others[:1]) if len(others) == 1 else found
    if command.change:
        return focus if len(focus) > 1 else shown or focus
    if not shown and command.need is not None and command.need.text:
        searched = await search(work, command.need)
        work.know(need=searched.need)
        return searched.products[:2]
    return focus if len(focus) > 1 else shown[:2] if len(shown) != 3 else shown


_BESIDE = re.compile(
    r"\b(?:than|versus|vs\.?|against|compared? (?:to|with)|(?:difference|different) (?:to|from))"
    r" (?:the |your |a )?(?P<other>[^?!.,]{4,60})",
    re.I,
)


async def _named_beside(work: Work, other: str, product: Product) -> Product | None:
    """The product with whose name the one talked about is compared, wherever it stands: "than the Driftlark Ormsund"."""
    told = set(re.findall(r"\w+", other.lower()))
    kinds = set(re.findall(r"\w+", " ".join(product.category).lower()))
    if not {word for word in told - kinds if word + "s" not in kinds and len(word) > 2}:
        return None
    searched = await search(work, work.knowledge.parse(other))
    named = [p for p in searched.products if told <= set(re.findall(r"\w+", p.title.lower())) and p.id != product.id]
    alike = [p for p in named if p.category[-1:] == product.category[-1:]]
    return next(iter((*alike, *named)), None)


_ENDS: tuple[tuple[Sort, tuple[str, ...]], ...] = (
    ("price_ascending", ("cheapest", "least expensive", "lowest priced")),
    ("price_descending", ("most expensive", "priciest", "dearest")),
)


def _ends(command: StartFlow) -> list[Sort]:
    return [
        sort for sort, names in _ENDS if any(r.kind == "superlative" and r.text in names for r in command.references)
    ]


async def _found_at(work: Work, need: Need, ends: Sequence[Sort]) -> tuple[Product, ...]:
    """The cheapest and the most expensive of a kind, of the whole shop."""
    plain = replace(need, text=need.thing, sort="relevance", sort_by="")
    found = [(await search(work, replace(plain, sort=sort))).products[:1] for sort in ends]
    work.know(need=plain, shown=tuple(dict.fromkeys(p.id for one in found for p in one)))
    return tuple({p.id: p for one in found for p in one}.values())


_UNTELLING = frozenset({"model number", "sku", "ean", "gtin"})


def _shared(products: Sequence[Product]) -> list[str]:
    """Attributes that at least two of them state, the telling ones first."""
    names = [name for p in products for name in p.attributes if name not in _UNTELLING]
    several = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    return sorted(several, key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))


def _row(work: Work, name: str, products: Sequence[Product]) -> str:
    values = [p.attributes.get(name, "") for p in products]
    if len(set(values)) == 1:
        return ""
    unstated = work.phrases.say("said.not_stated")
    said = "; ".join(
        work.phrases.pair(_short(p, products), work.phrases.value(value) if value else unstated)
        for p, value in zip(products, values, strict=True)
    )
    return _named(work.phrases.term(name), said)


def _prices(work: Work, products: Sequence[Product]) -> str:
    unpriced = work.phrases.say("stock.not_for_sale")
    said = "; ".join(work.phrases.pair(_short(p, products), _price(work, p) or unpriced) for p in products)
    return _named(work.phrases.say("names.price"), said)


def _named(name: str, said: str) -> str:
    return f"**{name[:1].upper()}{name[1:]}** – {said}"


def _price(work: Work, product: Product) -> str:
    return shown_price(product, matching_variants(product, None), work.phrases)


def _short(product: Product, among: Sequence[Product]) -> str:
    """As few words of the title as tell it from the others."""
    words = product.title.split()
    for count in range(2, len(words)):
        head = " ".join(words[:count])
        if sum(p.title.startswith(head) for p in among) == 1:
            return head.rstrip(",")
    return product.title


def _quote(work: Work, product: Product) -> str:
    return "; ".join(work.phrases.pair(work.phrases.term(name), value) for name, value in product.attributes.items())


def _cheapest(p: Product) -> float | None:
    return float(p.prices[0]) if p.prices else None


def _number(name: str) -> Callable[[Product], float | None]:
    def read(product: Product) -> float | None:
        found = re.search(r"-?\d+(?:[.,]\d+)?", product.attributes.get(name, "").replace(",", ""))
        return float(found.group(0)) if found else None

    return read


_QUESTIONS: tuple[tuple[str, str, Callable[[Product], float | None], bool], ...] = (
    (r"light|weighs less", "weight", weight, False),
    (r"heav", "weight", weight, True),
    (r"cheap|costs? less|lower price|best price", "price", _cheapest, False),
    (r"expensive|costs? more|pric(?:ey|ier)", "price", _cheapest, True),
    (r"batter|last(?:s)? longer|longer", "battery life", _number("battery life"), True),
    (r"\bpack", "packed volume", _number("packed volume"), False),
    (r"\bpack", "packed size", _number("packed size"), False),
    (r"warm|\bcold\b|\bwinter\b|\bfreezing\b", "comfort temperature", _number("comfort temperature"), False),
    (r"quiet|less nois", "noise", _number("noise"), False),
    (r"big|larg|room|hold|capacity|more space", "capacity", _number("capacity"), True),
    (r"small|compact", "capacity", _number("capacity"), False),
    (r"power", "power", _number("power"), True),
    (r"waterproof|\brain", "hydrostatic head", _number("hydrostatic head"), True),
    (r"rated|rating|review|popular|better|best|recommend|should i|would you", "rating", lambda p: p.rating, True),
)  # fmt: skip


Question = tuple[str, str, Callable[[Product], float | None], bool]
_ANY = (
    r"\b(?:more|most|less|fewer|fewest|least|bigger|biggest|larger|largest|smaller|smallest"
    r"|higher|highest|lower|lowest|longer|longest|shorter|shortest)\b"
)


def _asked_outright(products: Sequence[Product], question: str) -> Sequence[Question]:
    """ "Which has more memory?": what the question names, where they state it in figures."""
    said = {stem(word) for word in words(question)}
    named = [name for name in _shared(products) if {stem(word) for word in words(name)} <= said]
    least = re.search(r"\b(?:less|fewer|fewest|least|lower|lowest|small\w*|short\w*)\b", question) is not None
    for name in (attribute_asked(question), *named):
        figure = _number(name)
        if sum(figure(p) is not None for p in products) > 1:
            return [(_ANY, name, figure, not least)]
    return ()


def _verdict(work: Work, products: Sequence[Product], question: str) -> bool:
    """Answers "which is lighter?" when products state the figure; says so where they don't; False to compare in full instead."""
    unstated = ""
    for pattern, name, figure, highest in (*_asked_outright(products, question), *_QUESTIONS):
        if not re.search(pattern, question):
            continue
        measured = [(value, p) for p in products if (value := figure(p)) is not None]
        if len(measured) < 2:
            unstated = name
            continue
        measured.sort(key=lambda pair: pair[0], reverse=highest)
        _tell(work, name, [p for _, p in measured], tie=measured[0][0] == measured[1][0])
        return True
    if unstated:
        told = work.phrases.term(unstated)
        work.acts.append(Inform(about="none_states", values={"name": told}))
    return False


def _tell(work: Work, name: str, ranked: Sequence[Product], *, tie: bool) -> None:
    best, others = ranked[0], ranked[1:]
    figures = {p.id: _value(work, p, name) for p in ranked}
    level = [p.title for p in ranked if figures[p.id] == figures[best.id]]
    told = work.phrases.say(f"names.{name}") if name in ("price", "rating") else work.phrases.term(name)
    values: dict[str, str | int] = {
        "best": best.title,
        "level": work.phrases.listed([f"**{title}**" for title in level]),
        "name": told,
        "value": figures[best.id],
        "others": "; ".join(work.phrases.pair(p.title, figures[p.id]) for p in others),
    }
    work.acts.append(
        Inform(
            about="verdict_tie" if tie else "verdict_rating" if name == "rating" else "verdict",
            values=values,
            cards=tuple(work.card(p) for p in (ranked[: len(level)] if tie else ranked)),
            citations=tuple(product_citation(p, work.phrases.pair(told, figures[p.id])) for p in ranked),
        )
    )
    work.know(focus=(best.id,), topic="products")


def _value(work: Work, product: Product, name: str) -> str:
    if name == "price":
        return _price(work, product)
    if name == "rating":
        return work.phrases.say("rating.of_five", rating=work.phrases.rating(product.rating or 0))
    return work.phrases.value(product.attributes.get(name, ""))


def _advice(work: Work, products: Sequence[Product]) -> None:
    """One honest sentence to choose by: what is cheapest, what is rated best."""
    priced = sorted((p for p in products if p.prices), key=lambda p: p.prices or (0, 0))
    rated = sorted((p for p in products if p.rating is not None), key=lambda p: p.rating or 0, reverse=True)
    if len(priced) < 2 or len(rated) < 2 or rated[0].rating == rated[1].rating:
        return
    if (priced[0].prices or (0,))[0] == (priced[1].prices or (0,))[0]:
        return  # neither costs least
    cheap, loved = priced[0], rated[0]
    values: dict[str, str | int] = {
        "cheap": _short(cheap, products), "loved": _short(loved, products), "rating": work.phrases.rating(loved.rating or 0)
    }  # fmt: skip
    work.acts.append(Inform(about="advice_same" if cheap.id == loved.id else "advice", values=values))
