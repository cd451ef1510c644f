"""What goes with a thing, what is like it, what may stand in for it; and "something for my tent", found among their orders.

Above: `carrying_out`, `choosing`. Below: knowledge, `knowing`, the search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from assistant.answering.cards import product_line
from assistant.answering.say_acts import Apologise, Inform, Offer
from assistant.events import Citation
from assistant.flows.find_products import find_products
from assistant.flows.for_them import MOST_REPLIES, replies_so_far
from assistant.flows.knowing import known
from assistant.flows.pointing import ask_which, named, pointed_at
from assistant.flows.quoting import meaningful
from assistant.flows.work import Work
from assistant.understanding.commands import Reference, StartFlow
from retrieval.catalogue import Product, ProductId
from retrieval.constraints import Need

SHOWN: Final = 4
_OFFERED: Final = "goes_with"
_ORDERS_LOOKED_AT: Final = 20


async def goes_with(work: Work, command: StartFlow) -> None:
    """ "What goes with it?": of other kinds, in stock; bought together where the shop's orders tell."""
    product = await _meant(work, command, "goes_with")
    if product is not None:
        await _tell_companions(work, product, "goes_with")


async def alike(work: Work, command: StartFlow) -> None:
    """ "Like this but cheaper", "anything similar in stock?"."""
    product = await _meant(work, command, "alike")
    if product is None:
        return
    if command.direction == "cheaper":
        found, about, none = (
            await work.knowledge.cheaper_than(product.id, k=SHOWN),
            "alike_cheaper",
            "alike_cheaper_none",
        )
    else:
        found, about, none = await work.knowledge.instead_of(product.id, k=SHOWN), "alike", "alike_none"
    if not found:
        work.acts.append(Apologise(about=none, values={"title": product.title}, cards=(work.card(product),)))
        return
    _show(work, found, about, {"title": product.title})
    _source(work, product)


async def for_mine(work: Work, command: StartFlow) -> None:
    """What goes with something of theirs: in the cart, else bought. Else the words are a search like any other."""
    own = await _owned(work, command.words)
    if own is None:
        wanted = StartFlow(
            flow="find_products", need=command.need or work.knowledge.parse(command.topic), words=command.topic
        )
        await find_products(work, wanted)
        return
    if own.order:
        values: dict[str, str | int] = {"title": own.product.title, "order": own.order}
        await _tell_companions(work, own.product, "for_mine", values, order=own.order)
    else:
        await _tell_companions(work, own.product, "goes_with")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Owned:
    product: Product
    order: str = ""


async def _owned(work: Work, words: str) -> _Owned | None:
    wanted = meaningful(words)
    if not wanted:
        return None
    for item in work.cart.items:
        for product in await work.products([ProductId(item.product_id)]):
            if wanted <= _names(product):
                return _Owned(product=product)
    who = None if work.public else await known(work)
    for order in who.orders[:_ORDERS_LOOKED_AT] if who else ():
        if order.status == "cancelled":
            continue
        for product in await work.products([line.product_id for line in order.lines]):
            if wanted <= _names(product):
                return _Owned(product=product, order=order.id)
    return None


def _names(product: Product) -> set[str]:
    return meaningful(" ".join((product.title, *product.category)))


async def _meant(work: Work, command: StartFlow, flow: str) -> Product | None:
    """The product pointed at or named, else what was put into the cart last; asked back where several are meant."""
    found = await pointed_at(work, command.references) or await named(work, command.need)
    if not found and work.context.last_added:
        ids = [item.product_id for item in work.cart.items if item.variant_id in work.context.last_added]
        found = (await work.products([ProductId(key) for key in ids]))[:1]
    if not found:
        shown, focus = await work.table()
        ask_which(work, flow, shown or focus, direction=command.direction)
        return None
    work.know(focus=(found[0].id,))
    return found[0]


async def _tell_companions(
    work: Work, product: Product, about: str, values: dict[str, str | int] | None = None, *, order: str = ""
) -> None:
    in_cart = {item.product_id for item in work.cart.items}
    found = [one for one in await work.knowledge.goes_with(product.id, k=SHOWN) if one.id not in in_cart]
    work.know(offered=tuple(dict.fromkeys((*work.context.offered, _OFFERED))))
    if not found:
        work.acts.append(
            Apologise(about="goes_with_none", values={"title": product.title}, cards=(work.card(product),))
        )
        return
    _show(work, found, about, values or {"title": product.title})
    _source(work, product, order=order)


def _show(work: Work, found: Sequence[Product], about: str, values: dict[str, str | int]) -> None:
    cards = tuple(work.card(product) for product in found)
    lines = tuple(
        product_line(product, card, product.variants, work.phrases) for product, card in zip(found, cards, strict=True)
    )
    work.acts.append(Inform(about=about, values=values, lines=lines, cards=cards))
    work.remembered.update((product.id, product) for product in found)
    work.know(shown=tuple(product.id for product in found), need=Need(), topic="products")


def _source(work: Work, product: Product, *, order: str = "") -> None:
    """The thing that was asked about is named in the text: here is what it stands on."""
    act = work.acts.pop()
    sources: list[Citation] = [Citation(kind="product", id=product.id, title=product.title, quote=product.title)]
    if order:
        title = work.phrases.say("names.order", order=order)
        sources.append(Citation(kind="order", id=order, title=title, quote=f"{title}: {product.title}"))
    work.acts.append(
        Inform(about=act.about, values=act.values, lines=act.lines, cards=act.cards, citations=tuple(sources))
    )


async def offer_companions(work: Work, before: int) -> None:
    """After something came into the cart: once a conversation, in one sentence, and only where there is something."""
    if work.customers is None or work.asked_now or _OFFERED in work.context.offered or len(work.cart.items) <= before:
        return
    added = work.cart.items[-1]
    if not await work.knowledge.goes_with(ProductId(added.product_id), k=1):
        return
    work.know(offered=(*work.context.offered, _OFFERED))
    work.offer("goes_with", product=added.product_id)
    replies = (work.phrases.reply("goes_with"), *replies_so_far(work))[:MOST_REPLIES]
    work.acts.append(Offer(about="offer_goes_with", quick_replies=replies))


async def companions_wanted(work: Work, product_id: str) -> None:
    """A yes to that."""
    reference = Reference(kind="id", text=product_id)
    await goes_with(work, StartFlow(flow="goes_with", references=(reference,)))
