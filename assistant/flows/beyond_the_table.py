"""Away from what is on the table, and still of its kind: cheaper, dearer, lighter, better rated, of another brand.

Above: `find_products`. Below: retrieval's needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.answering.say_acts import Inform
from assistant.flows.work import Search, Work
from assistant.understanding.commands import StartFlow
from retrieval.catalogue import Product
from retrieval.constraints import Filter, Need

FETCHED = 40


async def directed(work: Work, need: Need, command: StartFlow) -> Need:
    """ "Cheaper" than what is on the table, by what is on the table."""
    table, focus = await work.table()
    compared = focus[:1] if len(focus) == 1 and focus[0] not in table[1:] and not table else table or focus
    need = _of_their_kinds(need, compared)
    if command.direction == "other_brands":
        brands = tuple(dict.fromkeys(p.brand.lower() for p in compared))
        others = tuple(f for f in need.filters if f.field != "brand")
        return replace(need, filters=(*others, Filter(field="brand", operator="not in", values=brands)))
    if command.direction in ("cheaper", "dearer"):
        return _by_price(need, compared, command)
    sort = "weight" if command.direction == "lighter" else "rating"
    return replace(need, sort=sort)  # type: ignore[arg-type]


def _of_their_kinds(need: Need, compared: Sequence[Product]) -> Need:
    """Whatever is cheaper, lighter or of another brand is still of the kinds that are on the table."""
    kinds = tuple(dict.fromkeys(product.category[-1].lower() for product in compared if product.category))
    if not kinds or any(f.field == "category" for f in need.filters):
        return need
    return replace(need, filters=(*need.filters, Filter(field="category", operator="in", values=kinds)))


def _by_price(need: Need, compared: Sequence[Product], command: StartFlow) -> Need:
    prices = sorted(p.prices[0] for p in compared if p.prices)
    stated = command.need is not None and any(f.field == "price" for f in command.need.filters)
    if not prices or stated:
        return replace(need, sort="price_ascending" if command.direction == "cheaper" else need.sort)
    others = tuple(f for f in need.filters if f.field != "price")
    if command.direction == "cheaper":
        bound = Filter(field="price", operator="<=", number=prices[0] - Decimal("0.01"))
    else:
        bound = Filter(field="price", operator=">=", number=prices[-1] + Decimal("0.01"))
    return replace(need, filters=(*others, bound), sort="relevance")


async def beyond(work: Work, found: Search, need: Need, command: StartFlow) -> tuple[Search, bool]:
    """What was found, of the table's kinds only; where that is nothing, what comes nearest to the wish without leaving
    them. True when that is the kind's lowest prices, which were asked to be lower still."""
    table, _ = await work.table()
    kinds = {product.category[-1].lower() for product in table if product.category}
    if _of_another_kind(found, need, kinds):
        return found, False
    kept = _of(found, kinds)
    if any(f.field == "price" for f in found.relaxed):
        kept = replace(kept, products=(), relaxed=())  # what misses the bound is no cheaper one
    if kept.products or not kinds:
        return kept, False
    free = replace(need, filters=tuple(f for f in need.filters if f.field != "price"))
    if command.direction == "other_brands":
        return _of(await work.knowledge.find(free, k=FETCHED), kinds), False
    if command.direction != "cheaper":
        return kept, False
    others = _of(await work.knowledge.find(replace(free, sort="price_ascending"), k=FETCHED), kinds)
    lowest = tuple(sorted(others.products, key=lambda product: product.prices or (Decimal("Infinity"),) * 2))
    if {product.id for product in lowest[: len(table)]} <= {product.id for product in table}:
        return kept, False
    work.remembered.update((product.id, product) for product in lowest)
    return replace(others, products=lowest), True


def _of_another_kind(found: Search, need: Need, kinds: set[str]) -> bool:
    """ "Something cheaper, gloves perhaps": a kind of its own was asked for, and found."""
    asked = {value for f in need.filters if f.field == "category" and f.operator != "not in" for value in f.values}
    given_up = any(f.field == "category" for f in found.relaxed)
    return bool(asked) and asked.isdisjoint(kinds) and not given_up


def tell_no_other(work: Work, need: Need, command: StartFlow) -> None:
    if command.direction == "cheaper":
        work.acts.append(Inform(about="already_cheapest"))
        return
    kind = replace(need, filters=tuple(f for f in need.filters if f.field == "category"))
    work.acts.append(Inform(about="no_more", values={"what": work.spoken.describe(kind)}))


def _of(found: Search, kinds: set[str]) -> Search:
    products = tuple(p for p in found.products if not kinds or (p.category and p.category[-1].lower() in kinds))
    return replace(found, products=products, missing=() if products else found.missing)
