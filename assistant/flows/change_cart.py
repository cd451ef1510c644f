"""The cart changed: how many, which option, what goes out. What is meant is found by place, name, number or what came last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answering.say_acts import Apologise, AskSlot, Inform, Refuse
from assistant.context import Asked
from assistant.events import CartItem, QuickReply
from assistant.flows.fill_cart import cart_citations, named_variant, put, show_cart, with_total
from assistant.flows.quoting import meaningful
from assistant.flows.variants import fitting, named_options, unknown_options
from assistant.flows.work import Work
from assistant.understanding.commands import Reference, StartFlow
from assistant.understanding.references import mentioned


async def change_cart(work: Work, command: StartFlow) -> None:
    items = _items_meant(work, command)
    if command.change == "variant" and len(items) == 1:
        await _change_variant(work, items[0], command)
        return
    if len(items) != 1:
        _ask_item(work, "change_cart", items or work.cart.items, command)
        return
    item = items[0]
    count = command.quantity if command.quantity is not None else 1
    if command.change in ("more", "less"):
        count = item.quantity + (count if command.change == "more" else -count)
    if count <= 0:
        _remove(work, [item])
        return
    product = next(iter(await work.products([item.product_id])), None)
    variant = product.variant(item.variant_id) if product else None
    if product is None or variant is None:
        work.acts.append(Apologise(about="no_such_product"))
        return
    put(work, product, variant, count, set_to=True)


async def _change_variant(work: Work, item: CartItem, command: StartFlow) -> None:
    """ "Make that an L instead": the same product, the other option, what is left unsaid stays as it was."""
    product = next(iter(await work.products([item.product_id])), None)
    if product is None:
        work.acts.append(Apologise(about="no_such_product"))
        return
    said = named_options(product, command.words)
    missing = unknown_options(product, command.words, work.knowledge.parse(command.words))
    options = {name: said.get(name, (value,)) for name, value in item.options.items()}
    buyable = [v for v in fitting(product, options) if v.in_stock() and v.price is not None]
    if command.any_variant and (missing or not said or not buyable):
        await show_cart(work, command)
        return
    if missing or not said or not buyable:
        wanted = list(missing) or [value for values in said.values() for value in values[:1]]
        about = "no_such_option" if wanted else "ask_which_item"
        cards = (work.card(product),)
        values = {"title": product.title, "options": work.phrases.listed([work.phrases.value(one) for one in wanted])}
        work.acts.append(Refuse(about=about, values=values, cards=cards))
        return
    kept = tuple(old for old in work.cart.items if old.variant_id != item.variant_id)
    work.cart = with_total(kept, work.currency)
    put(work, product, buyable[0], item.quantity)


async def remove_from_cart(work: Work, command: StartFlow) -> None:
    if not work.cart.items:
        work.acts.append(Inform(about="cart_empty"))
        return
    items = _items_meant(work, command)
    if command.change == "others" and items:
        items = [item for item in work.cart.items if item not in items]
    if not items:
        _ask_item(work, "remove_from_cart", work.cart.items, command)
        return
    if command.quantity and len(items) == 1 and items[0].quantity > command.quantity:
        await change_cart(work, replace(command, flow="change_cart", quantity=items[0].quantity - command.quantity))
        return
    _remove(work, items)


def _remove(work: Work, items: Sequence[CartItem]) -> None:
    gone = {item.variant_id for item in items}
    work.set_cart(with_total(tuple(item for item in work.cart.items if item.variant_id not in gone), work.currency))
    work.know(topic="cart", last_added=())
    about = "cart_removed" if work.cart.items else "cart_removed_last"
    gone_too = cart_citations(with_total(tuple(items), work.currency), work.phrases)[1:]
    citations = (*cart_citations(work.cart, work.phrases), *gone_too)
    values: dict[str, str | int] = {
        "title": work.phrases.listed([named_variant(item, work.phrases) for item in items]),
        "total": work.phrases.money(work.cart.total),
    }
    work.acts.append(Inform(about=about, values=values, citations=citations))


def _items_meant(work: Work, command: StartFlow) -> list[CartItem]:
    items = list(work.cart.items)
    if command.variant:
        return [item for item in items if item.variant_id == command.variant]
    if len(items) <= 1:
        return [item for item in items if not _names_another(work, command, item)]
    counted_so = [item for item in items if _names_quantity(command, item.quantity)]
    if len(counted_so) == 1 and not any(r.kind in ("ordinal", "id") for r in command.references):
        return counted_so
    by_place = [r for r in command.references if r.kind == "ordinal"]
    if by_place and (work.context.topic == "cart" or command.change == "others"):
        return [
            items[r.position - 1 if r.position > 0 else r.position] for r in by_place if abs(r.position) <= len(items)
        ]
    if any(r.kind == "all" for r in command.references):
        return items
    ids = {r.text for r in command.references if r.kind == "id"}
    if ids:
        return [item for item in items if item.product_id in ids or item.variant_id in ids]
    titles = {item.variant_id: f"{named_variant(item)}" for item in items}
    said = " ".join(r.text for r in command.references if r.kind in ("title", "described"))
    found = mentioned(said, titles)  # type: ignore[arg-type]
    if found and len(found) < len(items):
        return [item for item in items if item.variant_id in found]
    if not _points_at_last(command.references, said):
        return []
    return [item for item in items if item.variant_id in work.context.last_added]


_SPELT = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _names_quantity(command: StartFlow, quantity: int) -> bool:
    """ "Four is too many": the item of which there are four."""
    said = " ".join(r.text for r in command.references if r.kind == "title").replace(",", " ").split()
    shown = {str(quantity), *_SPELT[quantity : quantity + 1]}
    return "many" in said and bool(shown & set(said[: said.index("many")]))


def _names_another(work: Work, command: StartFlow, item: CartItem) -> bool:
    """ "Drop the pillow", with nothing but a sleeping bag in the cart."""
    said = " ".join(r.text for r in command.references if r.kind in ("title", "described"))
    need = work.knowledge.parse(said)
    named_kind = meaningful(need.thing)
    return bool(named_kind) and not named_kind & meaningful(
        f"{named_variant(item)} {need.text if not need.thing else ''}"
    )


def _points_at_last(references: Sequence[Reference], said: str) -> bool:
    words = set(said.replace(".", " ").replace(",", " ").split())
    pronoun = any(r.kind == "pronoun" for r in references) or bool(
        words
        & {"it", "that", "this", "them", "those", "one", "another", "more", "less", "fewer", "meant", "do", "make"}
    )
    return pronoun or not words


def _ask_item(work: Work, flow: str, items: Sequence[CartItem], command: StartFlow) -> None:
    if not items:
        work.acts.append(Inform(about="cart_empty"))
        return
    work.ask(Asked(slot="product", flow=flow, slots={"quantity": command.quantity, "change": command.change}))
    replies = tuple(QuickReply(label=item.title, text=item.title) for item in items[:4])
    lines = tuple(f"**{named_variant(item, work.phrases)}**" for item in items)
    work.acts.append(
        AskSlot(
            about="ask_which_item",
            lines=lines,
            quick_replies=replies,
            citations=cart_citations(work.cart, work.phrases),
        )
    )
