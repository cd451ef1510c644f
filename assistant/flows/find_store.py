"""Stores: where they are and when they open, and which of them has a product."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from assistant.answering.cards import product_citation, store_card
from assistant.answering.phrases import Phrases
from assistant.answering.say_acts import Apologise, AskSlot, Inform
from assistant.context import Asked
from assistant.events import Card, Citation, QuickReply
from assistant.flows.answer_policy import tells_of_stores
from assistant.flows.open_stores import (
    NEAREST,
    Away,
    asks_near_home,
    asks_now,
    distance_told,
    doors,
    home_store,
    near_store,
    open_now,
)
from assistant.flows.pointing import ask_which, named, pointed_at
from assistant.flows.telling_places import told_place
from assistant.flows.variants import fitting, named_options
from assistant.flows.work import Work
from assistant.ports import shelves_of
from assistant.shops.records import WEEKDAYS, Store
from assistant.understanding.commands import StartFlow
from assistant.understanding.rules.places import HOLIDAYS
from retrieval.catalogue import ONLINE, Product, StoreId, Variant

MOST_LISTED = 4
"""Stores in one reply: of more, the customer's city is asked for first."""


async def find_store(work: Work, command: StartFlow) -> None:
    work.know(topic="stores")
    store = place_of(work, command.place or ("" if command.topic in ("list", "count") else work.context.place))
    if store is None and command.place:
        by_zip = nearest_by_zip(work, command.place)
        if by_zip is None:
            _unknown_place(work, command.place, "find_store")
            return
        store = by_zip
    if store is None and command.topic not in ("list", "count"):
        store = work.here
    at_home = store is None and asks_near_home(command.words)
    store = await home_store(work) if at_home else store
    now = command.topic == "now" or (command.topic == "hours" and asks_now(command.words))
    if store is None and now and len(work.stores) <= MOST_LISTED:
        _tell_doors(work, [Away(store=one, km=0.0) for one in work.stores.values()])
        return
    if store is None:
        _all_stores(
            work,
            "now" if now else command.topic,
            about="stores_counted" if command.topic == "count" else "ask_store_city",
        )
        return
    work.know(place=store.id)
    if command.topic == "count":
        _all_stores(work, "list", about="stores_counted")
    elif command.topic == "amenity":
        if not await tells_of_stores(work, command.words, where=f"{store.name} {store.address.city}"):
            _tell_stores(work, "store_amenity" if store.phone else "store_amenity_unknown", [store], {})
    elif now and not command.near and not at_home:
        _tell_stores(work, "store_now", [store], {"doors": doors(work, store)})
    elif now:
        _tell_doors(work, near_store(work, store, open_only=True) or near_store(work, store))
    elif (command.near or at_home) and command.topic != "hours":
        _tell_near(work, near_store(work, store), store.address.city)
    else:
        day = asked_day(command.words, work.today())
        about = (
            "store_holiday"
            if HOLIDAYS.search(command.words)
            else "store_day"
            if day and command.topic == "hours"
            else _STORE_TEMPLATES.get(command.topic, "store")
        )
        values: dict[str, str | int] = {
            "hours": hours(store, work.phrases),
            "day": work.phrases.say(f"weekdays.{day}") if day else "",
            "day_hours": hours_on(store, day, work.phrases),
        }
        _tell_stores(work, about, [store], values)


_STORE_TEMPLATES = {"hours": "store_hours", "phone": "store_phone"}
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def asked_day(text: str, today: date) -> str:
    """The weekday that the words name, "today" and "tomorrow" worked out; "" when they name none."""
    for place, name in enumerate(_WEEK):
        if re.search(rf"\b{name}s?\b", text):
            return _WEEK[place]
    if re.search(r"\b(?:today|tonight|now)\b", text):
        return _WEEK[today.weekday()]
    return _WEEK[(today.weekday() + 1) % 7] if "tomorrow" in text else ""


def hours_on(store: Store, day: str, phrases: Phrases) -> str:
    if not day:
        return ""
    text = store.opening_hours.get(WEEKDAYS[_WEEK.index(day)], _CLOSED)
    start, _, end = text.partition("-")
    return phrases.say("days.is_closed") if text == _CLOSED else phrases.say("days.is_open", start=start, end=end)


def place_of(work: Work, place: str) -> Store | None:
    """The store meant by an id or by words: its name, city or another name of the place."""
    words = place.strip().lower()
    if not words:
        return None
    if place in work.stores:
        return work.stores[place]
    for store in work.stores.values():
        known = (store.name, store.address.city, *store.aliases)
        if any(re.search(rf"\b{re.escape(name.lower())}\b", words) for name in known if name):
            return store
    return None


def nearest_by_zip(work: Work, place: str) -> Store | None:
    """US zip codes share their first three digits within an area; good enough to name a store, never a distance."""
    found = re.search(r"\b(\d{5})\b", place)
    if not found:
        return None
    code = found.group(1)
    near = [s for s in work.stores.values() if s.address.zip[:3] == code[:3]]
    region = [s for s in work.stores.values() if s.address.zip[:2] == code[:2]]
    return next(iter(near or region), None)


_CLOSED = "closed"
"""As the shop's records say it."""


def hours(store: Store, phrases: Phrases) -> str:
    """ "Mon–Fri 09:00–18:00, Sat 10:00–16:00, Sun closed": equal days drawn together."""
    runs: list[tuple[str, str, str]] = []
    for day in WEEKDAYS:
        stated = store.opening_hours.get(day, _CLOSED)
        text = phrases.say("days.closed") if stated == _CLOSED else stated.replace("-", "–")
        name = phrases.say(f"days.{day}")
        if runs and runs[-1][2] == text:
            runs[-1] = (runs[-1][0], name, text)
        else:
            runs.append((name, name, text))
    return ", ".join(f"{first if first == last else f'{first}–{last}'} {text}" for first, last, text in runs)


def _tell_near(work: Work, found: Sequence[Away], city: str) -> None:
    """Nearest first, each with its distance and whether it is open."""
    lines = tuple(_line(work, one) for one in found)
    values: dict[str, str | int] = {"place": city}
    _tell_stores(work, "stores_near", [one.store for one in found], values, lines)


def _tell_doors(work: Work, found: Sequence[Away]) -> None:
    """Those that are open now; where none is, when they open again."""
    opened = {store.id for store in open_now(work, [one.store for one in found])}
    shown = [one for one in found if one.store.id in opened] or list(found)
    about = "stores_open_now" if opened else "no_store_open"
    _tell_stores(work, about, [one.store for one in shown], {}, tuple(_line(work, one) for one in shown))


def _line(work: Work, one: Away) -> str:
    """ "**Portland**: 12 Pine St, Portland, 2.1 miles away, open now, until 18:00"."""
    store = one.store
    parts = (store.address.address1, store.address.city, distance_told(one, work.phrases), doors(work, store))
    return f"**{store.name}**: {', '.join(part for part in parts if part)}"


def _tell_stores(
    work: Work, about: str, stores: Sequence[Store], values: dict[str, str | int], lines: Sequence[str] = ()
) -> None:
    cards = tuple(store_card(store, hours=hours(store, work.phrases)) for store in stores)
    first = stores[0]
    address = ", ".join(part for part in (first.address.address1, first.address.city, first.address.state) if part)
    told = "; ".join((*lines, str(values.get("doors", ""))))
    source = Citation(kind="store", id=first.id, title=first.name, quote=told)
    work.acts.append(
        Inform(
            about=about,
            values={"store": first.name, "address": address, "phone": first.phone, **values},
            lines=tuple(lines),
            cards=cards,
            citations=(source,) if told else (),
        )
    )


def _all_stores(work: Work, topic: str, *, about: str) -> None:
    cities = [s.address.city for s in work.stores.values()]
    work.ask(Asked(slot="place", flow="find_store", slots={"topic": topic}))
    replies = tuple(QuickReply(label=city, text=city) for city in cities[:4])
    quote = work.phrases.say("names.store_count", count=len(cities), cities=", ".join(cities))
    citation = Citation(kind="store", id="all", title=work.phrases.say("names.stores"), quote=quote)
    values: dict[str, str | int] = {"cities": work.phrases.listed(cities), "count": len(cities)}
    work.acts.append(AskSlot(about=about, values=values, quick_replies=replies, citations=(citation,)))


def _unknown_place(work: Work, place: str, flow: str, **slots: object) -> None:
    cities = work.phrases.listed([s.address.city for s in work.stores.values()])
    work.ask(Asked(slot="place", flow=flow, slots=dict(slots)))
    work.acts.append(Apologise(about="unknown_place", values={"place": place.strip()[:40].title(), "cities": cities}))


async def check_stock(work: Work, command: StartFlow) -> None:
    """Which stores have it: live, per variant."""
    products = await pointed_at(work, command.references) or await named(work, command.need)
    if not products:
        shown, _ = await work.table()
        ask_which(work, "check_stock", shown, place=command.place)
        return
    store = place_of(work, command.place) or (nearest_by_zip(work, command.place) if command.place else None)
    if command.place and store is None:
        _unknown_place(work, command.place, "check_stock", products=[p.id for p in products])
        return
    store = store or here_meant(work, command)
    work.stage("checking_stock")
    work.know(focus=tuple(p.id for p in products), topic="products", place=store.id if store else work.context.place)
    for product in products[:3]:
        await _stock_of(work, product, store, command)


_ELSEWHERE: Final = re.compile(
    r"\b(?:which|what|any|other|another|all|every|your|different) (?:of your )?(?:stores?|shops?|branch(?:es)?|locations?)\b"
    r"|\belsewhere\b|\b(?:any|some)where\b|\bonline\b"
)


def here_meant(work: Work, command: StartFlow) -> Store | None:
    """The store that the customer stands in, unless their words look further."""
    return None if command.near or _ELSEWHERE.search(command.words.casefold()) else work.here


async def _stock_of(work: Work, product: Product, store: Store | None, command: StartFlow) -> None:
    wanted = fitting(product, named_options(product, command.words))
    variants = wanted or list(product.variants)
    units = {s.id: sum(v.stock.get(s.id, 0) for v in variants if v.available) for s in work.stores.values()}
    await work.call(
        "check_stock", {"product_id": product.id, "store": store.id if store else ""}, _ready(units), lambda got: got
    )
    if not any(v.stock for v in product.variants):
        work.acts.append(Inform(about="stock_not_stated", values={"title": product.title}, cards=(work.card(product),)))
        return
    with_stock = [s for s in work.stores.values() if units[s.id] > 0]
    if store is not None and not command.near and units[store.id] > 0:
        _at_store(work, product, store, units[store.id], variants)
        await _stands_at(work, product, store)
    elif store is not None:
        _near_store(work, product, store, with_stock, units, near=command.near)
    elif with_stock:
        _in_stores(work, "stock_in_stores", product, with_stock[:5], units, {"count": len(with_stock)})
        work.ask(Asked(slot="place", flow="check_stock", slots={"products": [product.id]}))
    else:
        _no_store(work, product)


async def _ready(units: dict[StoreId, int]) -> dict[StoreId, int]:
    return units


def _at_store(work: Work, product: Product, store: Store, units: int, variants: Sequence[Variant]) -> None:
    kinds = [
        " ".join(map(work.phrases.value, v.options.values()))
        for v in variants
        if v.stock.get(store.id, 0) > 0 and v.options
    ]
    options = work.phrases.listed(kinds[:6])
    there = work.phrases.say("stock.units_of" if kinds else "stock.units", count=units, options=options)
    work.acts.append(
        Inform(
            about="stock_at_store_options" if len(variants) > 1 and kinds else "stock_at_store",
            values={"title": product.title, "store": store.name, "units": units, "options": options},
            cards=(work.card(product, store=store.id), store_card(store, there, hours(store, work.phrases))),
            citations=(product_citation(product, f"{store.name}: {there}"),),
        )
    )


async def _stands_at(work: Work, product: Product, store: Store) -> None:
    """To whoever stands in that store, where in it the product is."""
    place = await shelves_of(work.shop).where(product, store.id) if store.id == work.conversation.store else None
    if place is not None:
        told = told_place(work, place)
        source = Citation(kind="store", id=store.id, title=store.name, quote=f"{product.title}: {told}")
        work.acts.append(Inform(about="stands_at", values={"place": told}, citations=(source,)))


def _near_store(
    work: Work, product: Product, store: Store, having: Sequence[Store], units: dict[StoreId, int], *, near: bool
) -> None:
    with_stock = {other.id for other in having}
    ranked = [one.store for one in near_store(work, store, count=len(work.stores)) if one.store.id in with_stock][
        :NEAREST
    ]
    if not ranked:
        _no_store(work, product)
        return
    about = "stock_near" if near or units[store.id] > 0 else "stock_not_there"
    _in_stores(work, about, product, ranked, units, {"store": store.name})


def _in_stores(
    work: Work,
    about: str,
    product: Product,
    stores: Sequence[Store],
    units: dict[StoreId, int],
    values: dict[str, str | int],
) -> None:
    there = {s.id: work.phrases.say("stock.units", count=units[s.id]) for s in stores}
    cards: list[Card] = [work.card(product)]
    cards += [store_card(s, there[s.id], hours(s, work.phrases)) for s in stores]
    lines = tuple(work.phrases.pair(f"**{s.name}**", there[s.id]) for s in stores)
    told = product_citation(product, "; ".join(f"{s.name}: {there[s.id]}" for s in stores))
    work.acts.append(
        Inform(
            about=about,
            values={"title": product.title, **values},
            lines=lines,
            cards=tuple(cards),
            citations=(told,),
        )
    )


def _no_store(work: Work, product: Product) -> None:
    online = any(v.stock.get(ONLINE, 0) > 0 and v.available for v in product.variants)
    about = "stock_online_only" if online else "stock_nowhere"
    work.acts.append(Inform(about=about, values={"title": product.title}, cards=(work.card(product),)))
