"""Finding products: a new search, a refinement of the last one, or more of the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from assistant.answering.cards import matching_variants, product_line
from assistant.answering.say_acts import Apologise, AskSlot, Inform, Offer
from assistant.context import Asked
from assistant.events import Card, QuickReply
from assistant.flows.beyond_the_table import FETCHED, beyond, directed, tell_no_other
from assistant.flows.conditions import conditions, with_conditions
from assistant.flows.for_them import arranged, offer_size, say_behind
from assistant.flows.quoting import meaningful
from assistant.flows.small_talk import not_understood
from assistant.flows.telling_needs import given_up, told
from assistant.flows.work import Search, Work
from assistant.understanding.commands import StartFlow
from assistant.understanding.rules.searches import ONE_OF_EACH
from retrieval.catalogue import Product
from retrieval.constraints import Filter, Need
from retrieval.synonyms import Synonyms
from retrieval.words import normal

SHOWN = 4
"""Products in one reply: what fits a phone's screen and a reader's patience."""


async def find_products(work: Work, command: StartFlow) -> None:
    need = await _wanted(work, command)
    if not (need.text or need.filters or need.wishes):
        work.ask(Asked(slot="need", flow="find_products"))
        work.acts.append(AskSlot(about="ask_need"))
        return
    searched = await _searched(work, need, command)
    lowest = False
    if command.direction:
        searched, lowest = await beyond(work, searched, need, command)
    known = await arranged(work, searched)
    found = known.found
    if command.tentative and _is_far(found):
        if found.missing and len(need.text.split()) <= 2:
            work.acts.append(Apologise(about="not_carried", values={"what": work.phrases.either(list(found.missing))}))
        else:
            not_understood(work)
        return
    previous = work.context.shown if command.refine else ()
    if command.refine and set(" ".join(found.missing).split()) <= set((work.context.need or Need()).text.split()):
        found = replace(found, missing=())  # what the search before found already
    unmet = _unmet(found, command)
    if found.missing and all(_is_sold(work, one) for one in found.missing):
        unmet, found = unmet or " ".join(found.missing), replace(found, missing=())  # sold here, only not like that
    work.know(topic="products", seen=() if not command.direction else work.context.seen)
    if command.direction and not found.products:
        tell_no_other(work, need, command)
        return
    direction = "lowest" if lowest else command.direction
    show(work, found, refined=bool(previous), direction=direction, unmet=unmet)
    say_behind(work, known)
    await offer_size(work, found.need, found.products[:SHOWN])


def _is_sold(work: Work, thing: str) -> bool:
    """Whether it names a kind of thing that this shop has."""
    return any(f.field == "category" and f.operator == "in" for f in work.knowledge.parse(thing).filters)


async def _searched(work: Work, need: Need, command: StartFlow) -> Search:
    """With the conditions that only what is found lets us see: "four slots" of toasters, "16 gb of ram" of laptops."""
    fresh = (command.need or Need()).text if command.refine else ""
    if command.change == ONE_OF_EACH:
        return await _one_of_each(work, need)
    found = await search(work, need, holding=fresh)
    asked = conditions(command.words, found.products)
    if not asked:
        return found
    exact = with_conditions(need, command.need or Need(), asked, found.products)
    return found if exact == need else await search(work, exact, holding=fresh)


async def _one_of_each(work: Work, need: Need) -> Search:
    """The best of each kind, so that what is needed for a trip is not four tables."""
    found = await search(work, need)
    best: dict[str, Product] = {}
    more: Search | None = found
    while more is not None and more.products and not more.relaxed and len(best) < SHOWN:
        for product in more.products:
            best.setdefault(_leaf(product), product)
        rest = Filter(field="category", operator="not in", values=tuple(best))
        wider = replace(need, filters=(*need.filters, rest))
        more = await search(work, wider) if len(best) < SHOWN else None
    chosen = tuple(best.values())[:SHOWN]
    return (
        replace(found, products=(*chosen, *(p for p in found.products if p not in chosen))) if found.products else found
    )


def _leaf(product: Product) -> str:
    return product.category[-1].lower() if product.category else ""


_HAVING = re.compile(r"\b(?:with|has|have|having|includ\w+|must|needs? to|should)\b")


def _unmet(found: Search, command: StartFlow) -> str:
    """What a refinement asked to be there, and nothing found is said to have: "with rgb"."""
    asks = _HAVING.search(command.words) or command.words.startswith("for ")
    if not (command.refine and command.need is not None and asks) or found.relaxed:
        return ""
    held = set().union(*(_words_of(p) | meaningful(p.description) for p in found.products[:SHOWN]))
    return " ".join(word for word in command.need.text.split() if not meaningful(word) <= held)


async def more_products(work: Work, _: StartFlow) -> None:
    need = work.context.need or Need()
    found = await search(work, need, leaving_out=work.context.seen)
    if not found.products or found.relaxed:
        work.acts.append(Inform(about="no_more", values={"what": told(work, need)}))
        return
    show(work, found, more=True)


async def search(work: Work, need: Need, *, leaving_out: Sequence[str] = (), holding: str = "") -> Search:
    """holding: words that count first, those a refinement added."""
    work.stage("searching")
    found = await work.call(
        "find_products",
        {"need": _plain(need)},
        work.knowledge.find(need, k=FETCHED),
        _brought,
    )
    work.remembered.update((product.id, product) for product in found.products)
    fresh = tuple(p for p in found.products if p.id not in leaving_out)
    held = _holding_words(fresh, meaningful(holding)) if holding else fresh
    return replace(found, products=_to_be_had(_holding_words(held, meaningful(found.need.text)), found.need))


def _to_be_had(products: tuple[Product, ...], need: Need) -> tuple[Product, ...]:
    """ "In stock" means first of all: to be ordered here and now, in the options asked for."""
    if not any(f.field == "in_stock" for f in need.filters):
        return products
    return tuple(sorted(products, key=lambda p: not any(v.in_stock() for v in matching_variants(p, need))))


def _brought(result: Search) -> dict[str, Any]:
    """As the log has it. missing: what was asked for and nothing found is; a buyer wants to know."""
    brought = {"products": [p.id for p in result.products[:SHOWN]], "total": result.total}
    return {**brought, "missing": list(result.missing)} if result.missing else brought


def _holding_words(products: tuple[Product, ...], asked: set[str]) -> tuple[Product, ...]:
    """Where products hold every word asked for, the others are left out: "with RGB" is not met by a keyboard without."""
    if not asked or not products:
        return products
    shares = [len(asked & _words_of(product)) / len(asked) for product in products]
    whole = tuple(p for p, share in zip(products, shares, strict=True) if share == 1.0)
    return whole or products


_NO = ("no", "No", "NO", "nO")
"""So begins what a product is said not to have."""


def _words_of(product: Product) -> set[str]:
    """Stems of its title, kind and attributes; what it is said not to have is left out."""
    having = [f"{name} {value}" for name, value in product.attributes.items() if not value.startswith(_NO)]
    options = (value for variant in product.variants[:12] for value in variant.options.values())
    return meaningful(" ".join((product.title, *product.category, *having, *options)))


def _plain(need: Need) -> dict[str, object]:
    return {
        "text": need.text,
        "filters": [
            {
                "field": f.field,
                "operator": f.operator,
                "value": str(f.number) if f.number is not None else list(f.values),
            }
            for f in need.filters
        ],
        "wishes": list(need.wishes),
        "sort": need.sort,
    }


async def _wanted(work: Work, command: StartFlow) -> Need:
    change = command.need or Need()
    previous = work.context.need
    need = _refined(work, previous, change) if command.refine and previous else change
    if command.change == "any option":
        need = replace(need, text=need.text if previous is None else previous.text, filters=_without_options(need))
    if command.direction:
        need = await directed(work, need, command)
    return await _anchored(work, need) if command.refine and not change.text else need


def _without_options(need: Need) -> tuple[Filter, ...]:
    return tuple(f for f in need.filters if f.field not in ("colour", "size") or f.field == "size")


async def _anchored(work: Work, need: Need) -> Need:
    """What was vague ("something to charge my phone with the sun") has become what is shown: a refinement stays with it."""
    if any(f.field == "category" for f in need.filters):
        return need
    shown, _ = await work.table()
    leaves = [product.category[-1].lower() for product in shown if product.category]
    common = max(set(leaves), key=leaves.count, default="")
    if not common or leaves.count(common) < len(shown):
        return need
    return replace(need, filters=(*need.filters, Filter(field="category", operator="in", values=(common,))))


_LASTING = ("audience", "store", "in_stock")
"""What is true of the customer rather than of the thing: it outlives a change of subject."""


def _refined(work: Work, previous: Need, change: Need) -> Need:
    """Another kind of thing starts a new search, for the same person; what was bare ("a gift for a kid") is filled in."""
    before, now = _kinds(previous), _kinds(change)
    before = before or ({previous.thing} if previous.thing else set())
    if any(set(wide.split()) < set(held.split()) for wide in now for held in before):
        narrower = tuple(f for f in change.filters if f.field != "category")
        merged = work.knowledge.merge(previous, replace(change, filters=narrower, thing=""))
        return replace(merged, thing=previous.thing)  # "running", of shoes: it says which shoes
    if now and before and not now & before:
        named_again = {f.field for f in change.filters}
        kept = tuple(f for f in previous.filters if f.field in _LASTING and f.field not in named_again)
        return replace(change, filters=(*kept, *change.filters))
    if now and not before:
        return replace(work.knowledge.merge(replace(previous, text=""), change), text=change.text, thing=change.thing)
    return work.knowledge.merge(previous, change)


def _kinds(need: Need) -> set[str]:
    return {value for f in need.filters if f.field == "category" and f.operator != "not in" for value in f.values}


def _by_title(work: Work, products: Sequence[Product]) -> list[Product]:
    """Those whose whole title the customer wrote: they are what is meant, and need no description."""
    said = normal(next((one.text for one in reversed(work.conversation.transcript) if one.who == "customer"), ""))
    return [product for product in products if normal(product.title) in said]


def show(
    work: Work, found: Search, *, refined: bool = False, more: bool = False, direction: str = "", unmet: str = ""
) -> None:
    """Says what was found, with a card each, and remembers it as what is on the table."""
    named = _by_title(work, found.products)[:SHOWN]
    products = named or _ordered(found)[:SHOWN]
    if not products:
        _nothing(work, found)
        return
    cards, lines = _presented(work, products, found.need)
    heard = _without_noise(found.need, products)
    if refined:
        lost = not (heard.text or heard.thing or _kinds(heard))
        unmet = unmet or (found.need.text if lost else "")  # nothing is left of what it was about
        found = replace(found, need=heard)
    values: dict[str, str | int] = {
        "what": told(work, heard if heard.thing else found.need),
        "count": len(products),
        "missing": unmet,
    }
    about = _template(found, count=len(products), refined=refined, more=more, direction=direction)
    if found.missing:
        about, values["what"] = "found_unsure", work.phrases.either(list(found.missing))
    elif about == "found" and _is_strange(found):
        about = "found_unsure"
    elif about in ("found", "found_refined", "found_one") and unmet:
        about = "found_unmet"
    elif about == "found" and found.need.sort != "relevance":
        about = "found_sorted"
    elif about in _PLAIN and not _names_something(found.need):
        about = _PLAIN[about]
    if len(named) == 1:
        about = "found_named"
    elif found.relaxed:
        values["given_up"] = given_up(work, found)
    work.acts.append(
        Inform(
            about=about, values=values, lines=lines, cards=cards, quick_replies=_quick_replies(work, found, products)
        )
    )
    work.know(
        need=found.need,
        shown=tuple(p.id for p in products),
        focus=tuple(p.id for p in products[:1]) if len(products) == 1 or found.need.sort != "relevance" else (),
        seen=tuple(dict.fromkeys((*work.context.seen, *(p.id for p in products)))),
        topic="products",
    )


_PLAIN = {"found": "found_plain", "found_refined": "found_plain", "found_more": "found_more_plain"}
"""Wordings that do not repeat a search that was put in a sentence ("something against noise on a plane")."""


def _names_something(need: Need) -> bool:
    return (
        bool(need.thing) or any(f.field in ("category", "brand") for f in need.filters) or len(need.text.split()) == 1
    )


def _without_noise(need: Need, products: Sequence[Product]) -> Need:
    """Words of a refinement that nothing found holds are no part of the search: "uni", "obviously"."""
    held = set().union(*(_words_of(p) | meaningful(p.description) for p in products))
    kept = [word for word in need.text.split() if word in need.thing.split() or meaningful(word) & held]
    return replace(need, text=" ".join(kept))


def _ordered(found: Search) -> tuple[Product, ...]:
    """As ranked; "best rated first" by the figure that is shown."""
    if found.need.sort != "rating":
        return found.products
    return tuple(sorted(found.products, key=lambda p: -(p.rating or 0)))


_CHEAPER = {"cheaper": "found_cheaper", "lowest": "found_lowest"}


def _template(found: Search, *, count: int, refined: bool, more: bool, direction: str) -> str:
    if found.relaxed:
        return "found_cheaper_relaxed" if direction == "cheaper" else "found_relaxed"
    if more:
        return "found_more"
    if direction in _CHEAPER:
        return _CHEAPER[direction]
    if count == 1:
        return "found_one"
    return "found_refined" if refined else "found"


def _is_strange(found: Search) -> bool:
    """Whether no product found holds a word of what was asked for: likely a thing that this shop doesn't carry."""
    head = meaningful(found.need.text.split()[-1]) if found.need.text else set()
    if found.called_otherwise or found.need.thing or not head or any(f.field == "category" for f in found.need.filters):
        return False
    return not head & _good_english() and not any(
        head & (_words_of(p) | meaningful(p.description)) for p in found.products[:SHOWN]
    )


@lru_cache(maxsize=1)
def _good_english() -> frozenset[str]:
    return Synonyms().stems


def _is_far(found: Search) -> bool:
    """Whether even the best hit holds less than three in five of the words: then they were not about products."""
    asked = meaningful(found.need.text)
    shares = [
        len(asked & (_words_of(p) | meaningful(p.description))) / len(asked) for p in found.products[:SHOWN] if asked
    ]
    return max(shares, default=0.0) < 0.6


def _presented(work: Work, products: Sequence[Product], need: Need) -> tuple[tuple[Card, ...], tuple[str, ...]]:
    store = next((f.values[0] for f in need.filters if f.field == "store" and f.values), "")
    cards = tuple(work.card(p, need=need, store=store) for p in products)
    lines = tuple(
        product_line(p, card, matching_variants(p, need), work.phrases) for p, card in zip(products, cards, strict=True)
    )
    return cards, lines


def _nothing(work: Work, found: Search) -> None:
    work.know(need=found.need, topic="products")
    if found.need.filters:
        work.offer("find_less_strictly")
    work.acts.append(Apologise(about="found_nothing", values={"what": told(work, found.need)}))


def _quick_replies(work: Work, found: Search, products: Sequence[Product]) -> tuple[QuickReply, ...]:
    replies: list[QuickReply] = []
    if len(products) > 1:
        replies += [work.phrases.reply("compare"), work.phrases.reply("cheaper")]
    if found.total > len(products) and len(found.products) > len(products):
        replies.append(work.phrases.reply("more"))
    if not any(f.field in ("in_stock", "store") for f in found.need.filters) and len(replies) < 3:
        replies.append(work.phrases.reply("in_stock"))
    return tuple(replies[:3])


async def show_similar(work: Work, product: Product) -> None:
    """What may stand in for it, of its kind and in stock; where there is none, what is most like it."""
    instead = await work.knowledge.instead_of(product.id, k=SHOWN)
    products = instead or sorted(
        await work.knowledge.similar(product.id, k=SHOWN * 2), key=lambda p: not p.in_stock_anywhere
    )
    cards, lines = _presented(work, products[:SHOWN], Need())
    work.acts.append(Offer(about="offer_similar", lines=lines, cards=cards))
    work.know(shown=tuple(p.id for p in products[:SHOWN]))
