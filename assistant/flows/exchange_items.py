"""Another option of the same product: in a pending order (a change) or a delivered one (an exchange). Pure.

The order's own status says which of the two it is; people say "exchange" and "change" for both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.formats import price
from assistant.answering.say_acts import AskSlot, Inform
from assistant.events import Citation, QuickReply
from assistant.flows.choosing_orders import ask_items, method_for, orders_for, unclear_items
from assistant.flows.process import Missing, Process, Scene
from assistant.shops.records import Order, OrderLine
from assistant.tools.arguments import Arguments, ChangeItems, ExchangeItems, Swap
from assistant.tools.matching import VariantMatch, match_variants
from assistant.understanding.option_words import read_wish
from retrieval.catalogue import Product, Variant

MOST_OFFERED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    order: Order
    line: OrderLine
    product: Product


def swapping(process: Process, scene: Scene) -> list[Arguments] | Missing:
    if (unclear := unclear_items(process, scene)) is not None:
        return unclear
    if not process.items:
        orders = orders_for(process, scene)
        if isinstance(orders, Missing):
            return orders
        if len(orders) != 1 or len(orders[0].lines) != 1:
            return ask_items(process, orders)
        process_items: tuple[tuple[str, str], ...] = ((orders[0].id, orders[0].lines[0].variant_id),)
    else:
        process_items = process.items
    swaps: dict[str, list[Swap]] = {}
    for order_id, variant_id in process_items:
        line = scene.line(order_id, variant_id)
        product = scene.products.get(line.product_id)
        if product is None:
            return Missing(slot="", act=Inform(about="no_such_product"))
        piece = _Piece(order=scene.order(order_id), line=line, product=product)
        chosen = _chosen(piece, process.wishes.get(line.product_id, "") or process.wishes.get("", ""))
        if isinstance(chosen, Missing):
            return chosen
        swaps.setdefault(order_id, []).append(Swap(old=line.variant_id, new=chosen.id))
    return [_arguments(process, scene.order(key), tuple(each)) for key, each in swaps.items()]


def _arguments(process: Process, order: Order, swaps: tuple[Swap, ...]) -> Arguments:
    kind = ChangeItems if order.status.startswith("pending") else ExchangeItems
    return kind(order_id=order.id, swaps=swaps, payment_method_id=method_for(process, order))


def _chosen(piece: _Piece, words: str) -> Variant | Missing:
    """The one that fulfils the wish and keeps most of what the item is; a question when several do, or none."""
    wish = read_wish(words, piece.product, piece.line.options)
    if wish.price and "same order" in words.casefold():
        return _in_same_order(piece, wish.price)
    if not wish:
        return _ask_option(piece, _others(piece, match_variants(piece.product, [{}])), "desk_which_option")
    found = _others(piece, match_variants(piece.product, wish.ladder() or [{}], like=piece.line.options))
    if not found:
        return _ask_option(piece, _others(piece, match_variants(piece.product, [{}])), "desk_no_such_option")
    if wish.price:
        best = [one for one in found if one.wish == found[0].wish]
        pick = min if wish.price == "cheapest" else max
        return pick(best, key=lambda one: one.variant.price or 0).variant
    level = [one for one in found if (one.wish, one.kept) == (found[0].wish, found[0].kept)]
    return found[0].variant if len(level) == 1 else _ask_option(piece, level, "desk_which_option")


def _in_same_order(piece: _Piece, price: str) -> Variant | Missing:
    """ "The cheapest one of the same order": among the order's own items of that product."""
    held = {line.variant_id for line in piece.order.lines}
    found = [one for one in _others(piece, match_variants(piece.product, [{}])) if one.variant.id in held]
    if not found:
        return _ask_option(piece, _others(piece, match_variants(piece.product, [{}])), "desk_no_such_option")
    pick = min if price == "cheapest" else max
    return pick(found, key=lambda one: one.variant.price or 0).variant


def _others(piece: _Piece, found: Sequence[VariantMatch]) -> list[VariantMatch]:
    return [one for one in found if one.variant.id != piece.line.variant_id]


def _ask_option(piece: _Piece, found: Sequence[VariantMatch], about: str) -> Missing:
    shown = [one.variant for one in found[:MOST_OFFERED]]
    lines = tuple(f"{', '.join(v.options.values())}: {price(v.price, piece.order.currency)}" for v in shown if v.price)
    now = ", ".join(piece.line.options.values())
    quote = "; ".join((f"{piece.line.title} ({now})", *lines))
    act = AskSlot(
        about=about if lines else "desk_no_option_left",
        values={"title": piece.line.title},
        lines=lines,
        citations=(Citation(kind="product", id=piece.product.id, title=piece.line.title, quote=quote),),
        quick_replies=tuple(
            QuickReply(label=" ".join(v.options.values())[:40], text=", ".join(v.options.values())) for v in shown[:4]
        ),
    )
    return Missing(slot="option" if lines else "", act=act)
