"""Another option of the same product: in a pending order (a change) or a delivered one (an exchange). Pure.

The order's own status says which of the two it is; people say "exchange" and "change" for both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.answering.phrases import Phrases
from assistant.answering.say_acts import AskSlot, Inform, Refuse
from assistant.events import Citation, QuickReply
from assistant.flows.choosing_orders import ask_items, ask_refund_method, method_for, orders_for, unclear_items
from assistant.flows.picking_items import wish_key
from assistant.flows.process import Missing, Process, Scene
from assistant.shops.records import Order, OrderLine
from assistant.tools.arguments import Arguments, ChangeItems, ExchangeItems, Swap
from assistant.tools.matching import VariantMatch, match_variants
from assistant.understanding.option_words import Wish, read_wish
from retrieval.catalogue import Product, Variant

MOST_OFFERED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    order: Order
    line: OrderLine
    product: Product
    phrases: Phrases


def swapping(process: Process, scene: Scene) -> list[Arguments] | Missing:
    if (unclear := unclear_items(process, scene)) is not None:
        return unclear
    items = process.items or _only_item(process, scene)
    if isinstance(items, Missing):
        return items
    swaps: dict[str, list[Swap]] = {}
    same: list[OrderLine] = []
    for number, (order_id, variant_id) in enumerate(items):
        line = scene.line(order_id, variant_id)
        if line.product_id in process.excepted:
            continue
        product = scene.products.get(line.product_id)
        if product is None:
            return Missing(slot="", act=Inform(about="no_such_product"))
        piece = _Piece(order=scene.order(order_id), line=line, product=product, phrases=scene.phrases)
        key = wish_key((order_id, variant_id), items[:number].count((order_id, variant_id)))
        chosen = _chosen(piece, words_for(process, key, str(line.product_id)), scene)
        if isinstance(chosen, Missing):
            return replace(chosen, about=key)
        if chosen.id == line.variant_id and not process.every:
            same.append(line)
            continue
        if chosen.id != line.variant_id or not process.every:
            swaps.setdefault(order_id, []).append(Swap(old=line.variant_id, new=chosen.id))
    if not swaps:
        return Missing(slot="", act=_only_others(same) if same else Inform(about="desk_nothing_left"))
    orders = [scene.order(key) for key in swaps]
    if (which := ask_refund_method(process, orders, scene)) is not None:
        return which
    return [_arguments(process, scene.order(key), tuple(each)) for key, each in swaps.items()]


def words_for(process: Process, key: str, product_id: str) -> str:
    return process.wishes.get(key) or process.wishes.get(product_id) or process.wishes.get("", "")


def _only_item(process: Process, scene: Scene) -> tuple[tuple[str, str], ...] | Missing:
    orders = orders_for(process, scene)
    if isinstance(orders, Missing):
        return orders
    if process.every and process.wishes.get("") and len(orders) == 1:
        return tuple(
            (order.id, line.variant_id) for order in orders for line in order.lines for _ in range(line.quantity)
        )
    if len(orders) != 1 or sum(line.quantity for line in orders[0].lines) != 1:
        return ask_items(process, orders, scene)
    return ((orders[0].id, orders[0].lines[0].variant_id),)


def _arguments(process: Process, order: Order, swaps: tuple[Swap, ...]) -> Arguments:
    kind = ChangeItems if order.status.startswith("pending") else ExchangeItems
    return kind(order_id=order.id, swaps=swaps, payment_method_id=method_for(process, order))


def _chosen(piece: _Piece, words: str, scene: Scene) -> Variant | Missing:
    """The one that fulfils the wish and keeps most of what the item is; a question when several do, or none."""
    if (by_id := _by_id(piece, words)) is not None:
        return by_id
    if _VERY_SAME.search(words.casefold()) and not _differs(piece, words):
        return piece.product.variant(piece.line.variant_id) or _ask_option(piece, [], "desk_which_option")
    wish = _with_likeness(read_wishes(words, piece.product, piece.line.options), piece, words, scene)
    if wish.price and "same order" in words.casefold():
        return _in_same_order(piece, wish.price)
    if not wish:
        return _ask_option(piece, _others(piece, match_variants(piece.product, [{}])), "desk_which_option")
    found = _others(piece, match_variants(piece.product, wish.ladder() or [{}], like=piece.line.options))
    if wish.price:
        return _priced(piece, wish, found)
    if not found:
        return _ask_option(piece, _others(piece, match_variants(piece.product, [{}])), "desk_no_such_option")
    level = [one for one in found if (one.wish, one.kept) == (found[0].wish, found[0].kept)]
    return found[0].variant if len(level) == 1 else _ask_option(piece, level, "desk_which_option")


_VERY_SAME = re.compile(
    r"\b(?:very same|exact(?:ly)? (?:the )?same|same (?:one|thing|item|specs|model)"
    r"|just like it|identical|like for like|new one of the same)\b"
)


def _differs(piece: _Piece, words: str) -> bool:
    now = piece.line.options
    return read_wishes(words, piece.product, now).differs(now)


def kept_as_they_are(process: Process, scene: Scene) -> Refuse | None:
    """Of several items, those that were to become the very same: told beside what will be done."""
    same = []
    for number, item in enumerate(process.items):
        line = scene.line(*item)
        product = scene.products.get(line.product_id)
        words = words_for(process, wish_key(item, process.items[:number].count(item)), str(line.product_id))
        if product is None or process.every or not _VERY_SAME.search(words.casefold()):
            continue
        if not _differs(_Piece(order=scene.order(item[0]), line=line, product=product, phrases=scene.phrases), words):
            same.append(line)
    return _only_others(same) if same else None


def _only_others(lines: Sequence[OrderLine]) -> Refuse:
    """An item for itself: not done, and said so."""
    title = ", ".join(dict.fromkeys(line.title for line in lines))
    return Refuse(about="desk_same_item", values={"title": title})


def read_wishes(words: str, product: Product, now: Mapping[str, str]) -> Wish:
    """Line by line: what was said later of an option counts."""
    wish = Wish()
    for line in words.split("\n"):
        later = read_wish(line, product, now)
        wish = Wish(
            values={**wish.values, **later.values},
            soft=frozenset(wish.soft - later.values.keys() | later.soft),
            price=later.price or wish.price,
        )
    return wish


def _by_id(piece: _Piece, words: str) -> Variant | None:
    """The item number they gave, if it is one of this product's."""
    ids = re.findall(r"(?<!\d)\d{6,}(?!\d)", words)
    return next(
        (v for v in piece.product.variants if v.id in ids and v.id != piece.line.variant_id and v.in_stock()), None
    )


_LIKE = re.compile(
    r"\b(?:same|like|type|kind|one|ones)\b.{0,30}\b(?:as|like|that|which)?\b.{0,20}"
    r"\b(?:pending|received|delivered|other|already (?:have|got)|in my|from my|just (?:ordered|bought)|on order)\b"
)


_ON_ORDER = re.compile(r"\b(?:pending|on order|just (?:ordered|bought|placed))\b")


def _with_likeness(wish: Wish, piece: _Piece, words: str, scene: Scene) -> Wish:
    """ "The same type as the one I already have": the options of the other one of theirs."""
    if not _LIKE.search(words.casefold()):
        return wish
    said = words.casefold()
    state = (
        "delivered"
        if re.search(r"\breceived|delivered|already\b", said)
        else "pending"
        if _ON_ORDER.search(said)
        else ""
    )
    others = {
        line.variant_id: line
        for order in scene.orders
        for line in order.lines
        if line.product_id == piece.line.product_id
        and line.variant_id != piece.line.variant_id
        and order.status.startswith(state)
    }
    if len(others) != 1:
        return wish
    (line,) = others.values()
    names = [name for name in line.options if name.split()[0] in words.casefold()] or list(line.options)
    return replace(wish, values={**{name: (line.options[name],) for name in names}, **wish.values})


def _priced(piece: _Piece, wish: Wish, found: Sequence[VariantMatch]) -> Variant | Missing:
    """The cheapest, or the dearest; what is that already stays."""
    whole = match_variants(piece.product, wish.ladder() or [{}], like=piece.line.options)
    if not whole:
        return _ask_option(piece, _others(piece, match_variants(piece.product, [{}])), "desk_no_such_option")
    best = [one for one in whole if one.wish == whole[0].wish]
    pick = min if wish.price == "cheapest" else max
    variant = pick(best, key=lambda one: one.variant.price or 0).variant
    if variant.id == piece.line.variant_id and found and wish.values:
        return pick([one for one in found if one.wish == found[0].wish], key=lambda one: one.variant.price or 0).variant
    return variant


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
    shown_price, value = piece.phrases.price, piece.phrases.value
    lines = tuple(
        piece.phrases.pair(", ".join(map(value, v.options.values())), shown_price(v.price, piece.order.currency))
        for v in shown
        if v.price
    )
    now = ", ".join(piece.line.options.values())
    quote = "; ".join((f"{piece.line.title} ({now})", *lines))
    act = AskSlot(
        about=about if lines else "desk_no_option_left",
        values={"title": piece.line.title},
        lines=lines,
        citations=(Citation(kind="product", id=piece.product.id, title=piece.line.title, quote=quote),),
        quick_replies=tuple(
            QuickReply(label=" ".join(map(value, v.options.values()))[:40], text=", ".join(v.options.values()))
            for v in shown[:4]
        ),
    )
    return Missing(slot="option" if lines else "", act=act)
