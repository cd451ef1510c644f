"""Where something stands in a store: a product by aisle, bay and shelf, a kind of product by its aisle, a spot by what is near.

What the store does not have is said, with the nearest that does. Above: `carrying_out`. Below: `find_store`, the shop's shelves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import dist

from assistant.answering.cards import counted_in_stores, store_card
from assistant.answering.say_acts import Apologise, Inform
from assistant.events import Card, CardAction, Citation
from assistant.flows.find_store import check_stock, find_store, hours, place_of
from assistant.flows.pointing import ask_which, named, pointed_at
from assistant.flows.telling_places import told_place, zone_name
from assistant.flows.work import Work
from assistant.ports import shelves_of
from assistant.shops.floor_plan import FloorPlan, Place, Zone
from assistant.shops.records import Store
from assistant.understanding.commands import Reference, StartFlow
from retrieval.catalogue import Product


async def where_in_store(work: Work, command: StartFlow) -> None:
    store = place_of(work, command.place) or work.here
    if command.topic:
        await _spot(work, command, store)
        return
    products = await pointed_at(work, command.references) if command.references else ()
    kind = () if products else await _of_kind(work, command)
    products = products or (kind if len(kind) == 1 else () if kind else await pointed_at(work, ()))
    if not products and not kind:
        shown, _ = await work.table()
        ask_which(work, "check_stock", shown, place=store.id if store else "")
        return
    if store is None:
        await check_stock(work, _stock_of(products or kind, "", command.words))
        return
    work.stage("checking_stock")
    if not products:
        await _tell_kind(work, kind, store)
        return
    work.know(focus=tuple(p.id for p in products), topic="products", place=store.id)
    for product in products[:3]:
        await _tell_product(work, product, store)


def _stock_of(products: Sequence[Product], store: str, words: str = "") -> StartFlow:
    references = tuple(Reference(kind="id", text=product.id) for product in products[:3])
    return StartFlow(flow="check_stock", references=references, place=store, words=words)


async def _of_kind(work: Work, command: StartFlow) -> tuple[Product, ...]:
    """One product that is named outright, else those of the kind that is: the one in focus alone, where it is of that kind."""
    if command.need is None or not (command.need.text or command.need.filters):
        return ()
    by_name = await named(work, command.need)
    if by_name:
        return by_name
    found = await work.knowledge.find(command.need, k=8)
    work.remembered.update((product.id, product) for product in found.products)
    if not found.products or found.missing:
        return ()
    leaf = Counter(product.category for product in found.products).most_common(1)[0][0]
    _, focus = await work.table()
    in_focus = tuple(product for product in focus if product.category == leaf)
    return in_focus if len(in_focus) == 1 else tuple(p for p in found.products if p.category == leaf)


async def _tell_product(work: Work, product: Product, store: Store) -> None:
    units = sum(variant.stock.get(store.id, 0) for variant in product.variants if variant.available)
    counted = counted_in_stores(product)
    place = await shelves_of(work.shop).where(product, store.id)
    if counted and not units:
        await check_stock(work, _stock_of((product,), store.id))
        return
    there = work.phrases.say("stock.units", count=units) if counted else ""
    if place is None:
        values = {"title": product.title, "store": store.name}
        cards = (
            work.card(product, store=store.id if counted else ""),
            store_card(store, there, hours(store, work.phrases)),
        )
        work.acts.append(Apologise(about="where_unknown", values=values, cards=cards))
        return
    told = told_place(work, place)
    values = {"title": product.title, "store": store.name, "place": told, "units": there}
    card = work.card(product, store=store.id if counted else "")
    await _tell(
        work,
        "where_product_units" if counted else "where_product",
        values,
        store,
        f"{product.title}: {told}",
        there,
        (card,),
        product_id=product.id,
    )


async def _tell_kind(work: Work, products: Sequence[Product], store: Store) -> None:
    shelves = shelves_of(work.shop)
    kind = products[0].category[-1] if products[0].category else products[0].title
    place = await shelves.where(products[0], store.id)
    if place is None:
        await check_stock(work, _stock_of(products, store.id))
        return
    told = told_place(work, Place(store_id=place.store_id, aisle=place.aisle, bay=place.bay, zone=place.zone))
    work.know(place=store.id)
    values = {"kind": kind, "store": store.name, "place": told}
    await _tell(work, "where_kind", values, store, f"{kind}: {told}", "", (), product_id=products[0].id, kind="yes")


async def _spot(work: Work, command: StartFlow, store: Store | None) -> None:
    if store is None:
        await find_store(work, StartFlow(flow="find_store", topic="list", words=command.words))
        return
    plan = await shelves_of(work.shop).floor_plan(store.id)
    spot = next((spot for spot in plan.spots if spot.kind == command.topic), None) if plan is not None else None
    zone = _nearest(plan, spot.x, spot.y) if plan is not None and spot is not None else None
    if spot is None or zone is None:
        cards = (store_card(store, "", hours(store, work.phrases)),)
        work.acts.append(Apologise(about="spot_unknown", values={"store": store.name}, cards=cards))
        return
    name, near = work.phrases.say(f"spots.{spot.kind}"), zone_name(work, zone)
    work.know(topic="stores", place=store.id)
    values = {"spot": name, "zone": near, "store": store.name}
    await _tell(work, "where_spot", values, store, f"{name}: {near}", "", (), spot=spot.kind)


async def _tell(
    work: Work,
    about: str,
    values: dict[str, str],
    store: Store,
    quote: str,
    there: str,
    cards: tuple[Card, ...],
    **marked: str,
) -> None:
    """With the store as the source; where it has a floor plan, its card shows it there."""
    plan = await shelves_of(work.shop).floor_plan(store.id)
    arguments = {"store_id": str(store.id), **marked}
    label = work.phrases.say("buttons.map")
    actions = (CardAction(id="map", label=label, action="show_on_map", arguments=arguments),) if plan else ()
    card = store_card(store, there, hours(store, work.phrases), actions)
    source = Citation(kind="store", id=store.id, title=store.name, quote=quote)
    work.acts.append(Inform(about=about, values=dict(values), cards=(*cards, card), citations=(source,)))


def _nearest(plan: FloorPlan, x: float, y: float) -> Zone | None:
    return min(plan.zones, key=lambda zone: min(dist((x, y), corner) for corner in _edges(zone)), default=None)


def _edges(zone: Zone) -> list[tuple[float, float]]:
    corners = [*zone.outline, zone.outline[0]]
    return [
        *zone.outline,
        *(((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in pairwise(corners)),
    ]
