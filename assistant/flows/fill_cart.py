"""The cart: add, show, empty, check out; changes are in `change_cart`. Prices and stock are of this moment, sums are decimals."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.answering.cards import matching_variants, picture, store_card
from assistant.answering.phrases import Phrases
from assistant.answering.say_acts import Apologise, AskSlot, Inform, Offer, Refuse
from assistant.context import Asked
from assistant.events import Card, Cart, CartItem, Citation
from assistant.flows.find_products import search, show
from assistant.flows.going_together import offer_companions
from assistant.flows.pointing import ask_which, named, pointed_at
from assistant.flows.variants import COLOUR_WORDS, fitting, named_options, open_option, unknown_options
from assistant.flows.work import Work
from assistant.understanding.commands import StartFlow
from retrieval.catalogue import ONLINE, Money, Product, Variant, VariantId

MOST = 99
"""Pieces of one variant in a cart."""


async def add_to_cart(work: Work, command: StartFlow) -> None:
    work.know(topic="cart")
    if command.variant:
        await _add_variant(work, command)
        return
    products = await _meant(work, command)
    if products is None:
        return
    before = len(work.cart.items)
    for product in products:
        await _add_product(work, product, command)
    await offer_companions(work, before)


async def _add_variant(work: Work, command: StartFlow) -> None:
    """A button named the variant."""
    product = await work.shop.product_of(VariantId(command.variant))
    variant = product.variant(VariantId(command.variant)) if product else None
    if product is None or variant is None:
        work.acts.append(Apologise(about="no_such_product"))
        return
    before = len(work.cart.items)
    put(work, product, variant, command.quantity or 1)
    await offer_companions(work, before)


async def _meant(work: Work, command: StartFlow) -> tuple[Product, ...] | None:
    """What is to be added; None when the question went back to the customer or a search was shown instead."""
    found = await _pointed(work, command) if command.references or command.need is None else ()
    if not found and command.need is not None:
        found = await named(work, command.need)
        if not found:
            await _search_first(work, command)
            return None
    if not found:
        shown, focus = await work.table()
        ask_which(work, "add_to_cart", shown or focus, quantity=command.quantity)
        return None
    return found


async def _pointed(work: Work, command: StartFlow) -> tuple[Product, ...]:
    """ "Six of them" are six of the one talked about; of several on the table, none is meant more than another."""
    found = await pointed_at(work, command.references)
    plural = bool(command.references) and all(r.kind == "pronoun" and r.count == 2 for r in command.references)
    if not plural:
        return found
    _, focus = await work.table()
    return focus or (found if len(found) <= 2 else ())


async def _search_first(work: Work, command: StartFlow) -> None:
    """ "Add a blue tent": shown first, because several are meant by that."""
    assert command.need is not None
    shown, _ = await work.table()
    on_table = [
        p for p in shown if {c.lower() for c in p.category} & {v for f in command.need.filters for v in f.values}
    ]
    if len(on_table) == 1:
        await _add_product(work, on_table[0], command)
        return
    result = await search(work, command.need)
    show(work, result)
    if result.products:
        work.ask(Asked(slot="product", flow="add_to_cart", slots={"quantity": command.quantity}))
        work.acts.append(AskSlot(about="ask_which_to_add"))


async def _add_product(work: Work, product: Product, command: StartFlow) -> None:
    work.know(focus=(product.id,))
    command = _as_chosen(work, product, command)
    options = named_options(product, command.words)
    missing = unknown_options(product, command.words, work.knowledge.parse(command.words)) if command.words else ()
    variants = fitting(product, options)
    if command.any_variant and "colour" in options and not any(v.in_stock() for v in variants):
        variants = fitting(product, {name: values for name, values in options.items() if name != "colour"})
    missing = tuple(option for option in missing if not (command.any_variant and option.lower() in COLOUR_WORDS))
    for_sale = [v for v in variants if v.price is not None]
    if missing or not variants:
        _no_such_option(work, product, missing, command)
        return
    if not for_sale:
        cards = (work.card(product),)
        work.acts.append(Refuse(about="no_price_no_cart", values={"title": product.title}, cards=cards))
        return
    buyable = [v for v in for_sale if v.in_stock()]
    if not buyable:
        _sold_out(work, product, for_sale)
        _ask_other_option(work, product, options, command)
        return
    left = _meeting_need(work, buyable, options)
    if command.any_variant:
        left = _whichever(_most_first(left, command.quantity or 1), command.words)
    if len(left) > 1:
        _ask_variant(work, product, left, command)
        return
    put(work, product, left[0], command.quantity or 1)


def _as_chosen(work: Work, product: Product, command: StartFlow) -> StartFlow:
    """ "The second one in green", "put it in my cart": in green."""
    asked = work.context.asked
    if asked is None or asked.slot != "go_ahead" or asked.slots.get("product") != product.id:
        return command
    chosen, now = named_options(product, str(asked.slots.get("words") or "")), named_options(product, command.words)
    kept = " ".join(value for name, values in chosen.items() if name not in now for value in values[:1])
    return replace(command, words=f"{command.words} {kept}".strip())


def _ask_other_option(work: Work, product: Product, options: Mapping[str, tuple[str, ...]], command: StartFlow) -> None:
    """What else it comes in, the last named option changed: "M" is sold out, "L" may do. The question stays open."""
    for changed in reversed(list(options)):
        kept = {name: values for name, values in options.items() if name != changed}
        others = [v for v in fitting(product, kept) if v.in_stock() and v.price is not None]
        if others:
            words = " ".join(value for values in kept.values() for value in values[:1])
            _ask_variant(work, product, others, replace(command, words=words), name=changed)
            return


def _most_first(variants: Sequence[Variant], quantity: int) -> list[Variant]:
    """Those there are enough pieces of, in their order; then the fullest."""

    def rank(variant: Variant) -> tuple[bool, int]:
        online = variant.stock.get(ONLINE, MOST)
        return online < quantity, 0 if online >= quantity else -online

    return sorted(variants, key=rank)


def _no_such_option(work: Work, product: Product, missing: Sequence[str], command: StartFlow) -> None:
    named_values = [value for values in named_options(product, command.words).values() for value in values[:1]]
    told = [work.phrases.value(one) for one in list(missing) or named_values]
    values = {"title": product.title, "options": work.phrases.listed(told)}
    work.acts.append(Refuse(about="no_such_option", values=values, cards=(work.card(product),)))
    buyable = [v for v in product.variants if v.in_stock() and v.price is not None]
    if len(buyable) > 1:
        _ask_variant(work, product, buyable, replace(command, words=""))


def _whichever(variants: Sequence[Variant], words: str) -> list[Variant]:
    """ "Any colour" settles the colour, and leaves the size open; "whatever" settles all."""
    settled = [name for name in ("colour", "size") if re.search(name.replace("our", "ou?r"), words)]
    if not settled:
        return list(variants[:1])
    first: dict[tuple[str, ...], Variant] = {}
    for variant in variants:
        kept = tuple(value for name, value in sorted(variant.options.items()) if name not in settled)
        first.setdefault(kept, variant)
    return list(first.values())


def _meeting_need(work: Work, buyable: Sequence[Variant], options: dict[str, tuple[str, ...]]) -> list[Variant]:
    """Those that meet what was searched for ("blue, size M"), too; all of them when none does."""
    need = work.context.need
    wanted = {f.field: f.values for f in need.filters if f.operator in ("=", "in")} if need else {}
    fit = [
        v
        for v in buyable
        if all(
            value.lower() in wanted[name] for name, value in v.options.items() if name in wanted and name not in options
        )
    ]
    return fit or list(buyable)


def _ask_variant(
    work: Work, product: Product, buyable: Sequence[Variant], command: StartFlow, *, name: str = ""
) -> None:
    """Asks for one option at a time: the one named, or the first in which the variants differ."""
    values = list(dict.fromkeys(variant.options[name] for variant in buyable)) if name else []
    if not values:
        name, values = open_option(buyable)
    if not name:
        work.acts.append(AskSlot(about="ask_which_product"))
        return
    slots = {
        "product": product.id,
        "quantity": command.quantity,
        "words": command.words,
        "name": name,
        "values": values,
    }
    work.ask(Asked(slot="variant", flow="add_to_cart", slots=slots))
    work.acts.append(
        AskSlot(
            about="ask_option",
            values={
                "title": product.title,
                "name": work.phrases.term(name),
                "values": work.phrases.either([work.phrases.value(one) for one in values[:10]]),
            },
            cards=(work.card(product),),
            citations=(
                Citation(
                    kind="product",
                    id=product.id,
                    title=product.title,
                    quote=f"{work.phrases.term(name)}: {', '.join(values)}",
                ),
            ),
            quick_replies=tuple(work.phrases.option(value) for value in values[:6]),
        )
    )


def _sold_out(work: Work, product: Product, variants: Sequence[Variant]) -> None:
    having = [s for s in work.stores.values() if any(v.stock.get(s.id, 0) > 0 for v in variants)]
    cards: list[Card] = [work.card(product), *(store_card(s) for s in having[:3])]
    about = "sold_out_online" if having else "sold_out"
    if not having:
        work.offer("show_similar", product=product.id)
    options = variants[0].options.values() if len(variants) == 1 and len(product.variants) > 1 else ()
    version = ", ".join(map(work.phrases.value, options))
    title = f"{product.title} ({version})" if version else product.title
    work.acts.append(
        Refuse(
            about=about,
            values={"title": title, "stores": work.phrases.listed([s.name for s in having[:3]])},
            cards=tuple(cards),
            citations=(
                Citation(
                    kind="product",
                    id=product.id,
                    title=product.title,
                    quote=work.phrases.say("stock.sold_out_online", title=title),
                ),
            ),
        )
    )


def put(work: Work, product: Product, variant: Variant, quantity: int, *, set_to: bool = False) -> None:
    if variant.price is None or not variant.in_stock():
        _sold_out(work, product, [variant]) if variant.price is not None else work.acts.append(
            Refuse(about="no_price_no_cart", values={"title": product.title}, cards=(work.card(product),))
        )
        return
    before = next((item.quantity for item in work.cart.items if item.variant_id == variant.id), 0)
    wanted = quantity if set_to else before + quantity
    most = min(MOST, variant.stock.get(ONLINE, MOST)) if variant.stock else MOST
    count = max(1, min(wanted, most))
    item = _item(product, variant, count)
    kept = [item if old.variant_id == variant.id else old for old in work.cart.items]
    work.set_cart(with_total(tuple(kept if before else [*kept, item]), work.currency))
    work.know(focus=(product.id,), last_added=(variant.id,), topic="cart")
    about = "cart_capped" if count < wanted else "cart_changed" if set_to or before else "cart_added"
    values: dict[str, str | int] = {
        "title": named_variant(item, work.phrases),
        "count": count,
        "price": work.phrases.money(item.price),
        "total": work.phrases.money(work.cart.total),
        "quantity": "" if count == 1 else f"{count} × ",
    }
    work.acts.append(
        Inform(
            about=about,
            values=values,
            cards=(work.card(product),),
            citations=cart_citations(work.cart, work.phrases),
            quick_replies=(work.phrases.reply("show_cart"), work.phrases.reply("check_out")),
        )
    )


def _item(product: Product, variant: Variant, quantity: int) -> CartItem:
    assert variant.price is not None
    return CartItem(
        variant_id=variant.id,
        product_id=product.id,
        title=product.title,
        options=dict(variant.options),
        quantity=quantity,
        price=Money(amount=variant.price, currency=product.currency),
        image_url=picture(product, matching_variants(product, None)),
    )


def with_total(items: tuple[CartItem, ...], currency: str) -> Cart:
    total = sum((item.price.amount * item.quantity for item in items), Decimal("0.00"))
    return Cart(items=items, total=Money(amount=total, currency=currency))


def named_variant(item: CartItem, phrases: Phrases | None = None) -> str:
    """With its options, in the customer's language where its phrases are told."""
    options = ", ".join(value if phrases is None else phrases.value(value) for value in item.options.values())
    return f"{item.title} ({options})" if options else item.title


def cart_citations(cart: Cart, phrases: Phrases) -> tuple[Citation, ...]:
    """What the cart holds and what it comes to, so that every figure said of it has its source."""
    prices = [phrases.money(item.price) for item in cart.items]
    lines = [
        phrases.say("price.line", quantity=item.quantity, title=named_variant(item, phrases), price=price)
        for item, price in zip(cart.items, prices, strict=True)
    ]
    total = phrases.say("price.total", price=phrases.money(cart.total))
    quote = "; ".join((*lines, _pieces(cart, phrases), total))
    own = Citation(kind="profile", id="cart", title=phrases.say("names.cart"), quote=quote)
    items = (
        Citation(kind="product", id=item.product_id, title=item.title, quote=phrases.pair(named_variant(item), price))
        for item, price in zip(cart.items, prices, strict=True)
    )
    return (own, *items)


def _pieces(cart: Cart, phrases: Phrases) -> str:
    return phrases.say("price.pieces", count=sum(item.quantity for item in cart.items))


async def show_cart(work: Work, _: StartFlow) -> None:
    work.know(topic="cart")
    if not work.cart.items:
        work.acts.append(Inform(about="cart_empty"))
        return
    phrases = work.phrases
    lines = tuple(
        phrases.say(
            "price.each", quantity=item.quantity, title=named_variant(item, phrases), price=phrases.money(item.price)
        )
        for item in work.cart.items
    )
    work.acts.append(
        Inform(
            about="cart_shown",
            values={"total": phrases.money(work.cart.total), "pieces": _pieces(work.cart, phrases)},
            lines=lines,
            citations=cart_citations(work.cart, phrases),
            quick_replies=(phrases.reply("check_out"),),
        )
    )


async def empty_cart(work: Work, _: StartFlow) -> None:
    if not work.cart.items:
        work.acts.append(Inform(about="cart_empty"))
        return
    work.set_cart(with_total((), work.currency))
    work.know(topic="cart", last_added=())
    work.acts.append(Inform(about="cart_emptied"))


async def check_out(work: Work, _: StartFlow) -> None:
    """Paying stays with the shop's own checkout: no card number belongs into a chat."""
    work.know(topic="cart")
    if not work.cart.items:
        work.acts.append(Inform(about="cart_empty"))
        return
    values = {"total": work.phrases.money(work.cart.total)}
    work.acts.append(Offer(about="check_out", values=values, citations=cart_citations(work.cart, work.phrases)))
