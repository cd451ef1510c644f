"""Which of several pieces a customer means: by its options, by the state of its order, by its price (pure).

Above: `picking_items`. Below: the readers of words, the customer's orders.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.flows.process import Process, Scene
from assistant.shops.records import Order, OrderLine
from assistant.understanding.item_words import ItemClause
from assistant.understanding.option_words import options_of, places, read_wish
from assistant.understanding.order_words import counts_several

_ONE_OF = re.compile(r"\b(?:one|either) of (?:the|my|those|these)\b")
MORE_COSTLY = re.compile(r"\b(?:more|most) expensive\b|\b(?:pricier|priciest|dearer|dearest)\b")
LESS_COSTLY = re.compile(r"\b(?:less|least) expensive\b|\b(?:cheaper|cheapest)\b")
_ARRIVED = re.compile(r"\b(?:received|delivered|arrived|got|have now|already have)\b")
_COMING = re.compile(
    r"\b(?:pending|just (?:ordered|bought|placed)|on order|not (?:yet )?(?:shipped|arrived)|new order)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece of one line of one order."""

    order: Order
    line: OrderLine

    @property
    def key(self) -> tuple[str, str]:
        return (str(self.order.id), str(self.line.variant_id))


def pieces_of(pool: Sequence[Order]) -> list[Piece]:
    return [Piece(order=order, line=line) for order in pool for line in order.lines for _ in range(line.quantity)]


def free_of(pieces: Sequence[Piece], taken: Sequence[tuple[str, str]]) -> list[Piece]:
    left, gone = [], list(taken)
    for piece in pieces:
        if piece.key in gone:
            gone.remove(piece.key)
        else:
            left.append(piece)
    return left


def meant(
    process: Process, clause: ItemClause, target: str, lowered: str, free: Sequence[Piece], scene: Scene
) -> list[Piece]:
    """Empty when several may be meant."""
    several = (
        clause.plural or counts_several(clause.now.casefold()) or counts_several(clause.around.casefold())
    ) and not _ONE_OF.search(lowered)
    described = (
        list(free)
        if process.kind == "swap" and several and counts_several(lowered)
        else _told_apart(free, clause, scene)
    )
    described = _by_price(described, clause, lowered, process)
    if len(described) < 2:
        return described
    if several and (len({piece.order.id for piece in described}) == 1 or process.kind == "swap"):
        return described
    if process.kind == "swap" and clause.parted:
        described = _still_to_change(described, target, scene) or described
    alike = len({piece.key for piece in described}) == 1
    return described[:1] if alike or len(described) == 1 else []


def _told_apart(pieces: Sequence[Piece], clause: ItemClause, scene: Scene) -> list[Piece]:
    """Those whose own options the words name, where that tells some from the others."""
    if len(pieces) < 2:
        return list(pieces)
    pieces = _by_state(pieces, clause)
    product = scene.products.get(clause.product_id)
    options = options_of(product) if product else {}
    said = {(place.option, place.value) for place in places(clause.now, options)}
    scores = [sum((name, value) in said for name, value in piece.line.options.items()) for piece in pieces]
    best = max(scores)
    return [piece for piece, score in zip(pieces, scores, strict=True) if score == best]


def _by_state(pieces: Sequence[Piece], clause: ItemClause) -> list[Piece]:
    """ "The hose I received", "the one that's still pending"."""
    words = f"{clause.around} {clause.now}".casefold()
    if bool(_ARRIVED.search(words)) == bool(_COMING.search(words)):
        return list(pieces)
    wanted = "delivered" if _ARRIVED.search(words) else "pending"
    return [piece for piece in pieces if piece.order.status.startswith(wanted)] or list(pieces)


def _by_price(pieces: Sequence[Piece], clause: ItemClause, lowered: str, process: Process) -> list[Piece]:
    """ "The more expensive tablet", said of what goes back."""
    if len(pieces) < 2 or process.kind != "return":
        return list(pieces)
    words = f"{clause.around} {clause.now}".casefold()
    pick = max if MORE_COSTLY.search(words) else min if LESS_COSTLY.search(words) else None
    return [pick(pieces, key=lambda piece: piece.line.price)] if pick else list(pieces)


def _still_to_change(pieces: Sequence[Piece], target: str, scene: Scene) -> list[Piece]:
    """Of several, those that are not yet as they shall become."""
    left = []
    for piece in pieces:
        product = scene.products.get(str(piece.line.product_id))
        wish = read_wish(target, product, {}) if product else None
        if wish and any(piece.line.options.get(name) not in values for name, values in wish.values.items()):
            left.append(piece)
    return left
