"""Which items of their orders a message means, and what each is to become (pure).

Above: `gathering`. Below: the readers of words, the customer's orders.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.flows.process import Process, Scene
from assistant.flows.telling_apart import LESS_COSTLY, MORE_COSTLY, Piece, free_of, meant, pieces_of
from assistant.shops.records import Order
from assistant.understanding.item_words import ItemClause, item_clauses
from assistant.understanding.option_words import options_of, read_wish
from assistant.understanding.order_words import order_ids_said, split_exceptions, wants_everything
from assistant.understanding.service_requests import agrees

_ADDS = re.compile(r"\b(?:also|too|as well|plus|add|both|another|in addition|and the|and my)\b")
_TAKES_BACK = re.compile(
    r"^\W*(?:no|nope|not|that'?s not|that is (?:not|wrong)|wrong|incorrect)\b|\binstead\b|\bi meant\b|\bi said\b"
)
_INSTEAD = re.compile(r"\bjust\b|\bonly\b")
_LEAVES = re.compile(
    r"\b(?:(?:don'?t|do not|no need to|not) (?:want (?:you )?to |need to )?"
    r"(?:change|return|exchange|touch|include|modify|cancel|swap|send back)"
    r"|leave|leaving|skip|except(?: for)?|keep|keeping|forget(?: about)?)\s+(?:(?:the|my|it|out|that|this)\s+)*$"
)
_NO_CHANGE = re.compile(r"[^.;!?]*\b(?:don'?t|do not|no)\b[^.;!?]{0,30}\bchanges?\b[^.;!?]*[.;!?]?", re.I)
_THE_REST = re.compile(
    r"\b(?:(?:with |and |but |keep(?:ing)? )*(?:everything|anything|all(?: the)?) "
    r"(?:else|other (?:options|specs|things)|the rest)|the rest|other specs)\b[^.,;!?]*",
    re.I,
)
_ITEM_ID = re.compile(r"(?<!\d)\d{10}(?!\d)")
_NUMBERED = re.compile(r"#?\b[A-Za-z]{0,2}\d{6,}\b|\b(?:paypal|gift_card|credit_card)_\d+\b", re.I)


def wish_key(item: tuple[str, str], number: int = 0) -> str:
    return f"{item[0]}|{item[1]}|{number}"


def pending_key(product_id: str, number: int) -> str:
    """Of a wish for a thing of which it is not clear yet which one is meant; the second named waits apart."""
    return f"{product_id}#{number}" if number else product_id


def picked(process: Process, said: str, scene: Scene) -> Process:
    """The process with the items that the words name."""
    text = _NUMBERED.sub(lambda found: found.group(0) if _ITEM_ID.fullmatch(found.group(0)) else " ", said)
    text = _THE_REST.sub(" ", text)
    everything = wants_everything(text.casefold()) and not (_confirms(process, said) or _names_no_price(process, text))
    wanted, left_out = split_exceptions(text) if process.kind == "return" or everything else (text, "")
    if process.kind == "swap":
        wanted = _NO_CHANGE.sub(" ", wanted)
    pool = pool_of(process, scene)
    if everything and not process.unclear:
        process = _everything(process, wanted, pool)
    clauses = _clauses(wanted, pool, scene)
    unsettled = not process.items and (not process.orders or process.waiting == "items")
    if not clauses and unsettled and (elsewhere := _clauses(wanted, scene.orders, scene)):
        # Theirs, but of another order, or of one that does not admit it: told so, not another taken.
        clauses, pool, process = elsewhere, scene.orders, replace(process, orders=())
    if left_out:
        process = _left_out(process, _clauses(left_out, pool, scene), scene)
    process = _dropped(process, clauses, wanted)
    clauses = [one for one in clauses if not _is_dropped(one, wanted)]
    if not clauses and process.unclear and process.waiting in ("items", "order", "confirmation"):
        clauses = [ItemClause(product_id=key, now=text, target="", parted=True) for key in process.unclear]
    if not clauses and (by_id := _by_item_id(process, wanted, pool)):
        return by_id
    if not clauses:
        return process
    after = _with_clauses(process, clauses, wanted, pool, scene)
    return after if pool is not scene.orders else _told_of_one(after, scene)


def _confirms(process: Process, said: str) -> bool:
    """ "Yes, all items are ready", said of the list."""
    return process.waiting == "confirmation" and bool(process.items or process.every) and agrees(said)


def _names_no_price(process: Process, text: str) -> bool:
    """All items of an order become something only by their price: the cheapest, the dearest."""
    return process.kind == "swap" and bool(process.items) and not (MORE_COSTLY.search(text) or LESS_COSTLY.search(text))


def _told_of_one(process: Process, scene: Scene) -> Process:
    """Of several that do not admit it, one suffices to say why not."""
    if process.items or not process.unclear or scene.allowing(process.kind) == scene.orders:
        return process
    piece = next(each for each in pieces_of(scene.orders) if each.line.product_id in process.unclear)
    return replace(process, items=(piece.key,), unclear=())


def pool_of(process: Process, scene: Scene) -> tuple[Order, ...]:
    """Where items are looked for: the orders chosen, else those that allow it, else all."""
    if process.orders:
        return tuple(order for order in scene.orders if order.id in process.orders)
    return scene.allowing(process.kind) or scene.orders


def _clauses(text: str, pool: Sequence[Order], scene: Scene) -> list[ItemClause]:
    lines = [line for order in pool for line in order.lines]
    values = {
        str(key): [value for each in options_of(product).values() for value in each]
        for key, product in scene.products.items()
    }
    return list(item_clauses(text, lines, values))


def _everything(process: Process, wanted: str, pool: Sequence[Order]) -> Process:
    if process.kind == "return":
        return replace(process, every=True, items=(), unclear=())
    if process.kind == "swap" and len(pool) == 1:
        items = tuple(piece.key for piece in pieces_of(pool))
        return replace(process, every=True, items=items, wishes={"": wanted})
    return replace(process, every=True, wishes={"": wanted}) if process.kind == "swap" else process


def _left_out(process: Process, without: Sequence[ItemClause], scene: Scene) -> Process:
    if not (process.every or process.items):
        return process
    skipped = tuple(clause.product_id for clause in without)
    items = tuple(item for item in process.items if scene.line(*item).product_id not in skipped)
    return replace(process, excepted=(*process.excepted, *skipped), items=items)


def _is_dropped(clause: ItemClause, text: str) -> bool:
    return bool(clause.around and _LEAVES.search(clause.around.casefold()))


def _dropped(process: Process, clauses: Sequence[ItemClause], text: str) -> Process:
    """ "Leave the lamp as it is": out of what was gathered."""
    out = {clause.product_id for clause in clauses if _is_dropped(clause, text)}
    if not out or not process.items:
        return process
    return replace(process, excepted=(*process.excepted, *sorted(out)))


def _by_item_id(process: Process, text: str, pool: Sequence[Order]) -> Process | None:
    ids = _ITEM_ID.findall(text)
    found = [piece for piece in pieces_of(pool) if piece.line.variant_id in ids]
    if not found:
        return None
    items = tuple(dict.fromkeys((*process.items, *(piece.key for piece in found))))
    wishes = {wish_key(piece.key): text for piece in found} if process.kind == "swap" else {}
    return replace(process, items=items, wishes={**process.wishes, **wishes})


def _with_clauses(
    process: Process, clauses: Sequence[ItemClause], wanted: str, pool: Sequence[Order], scene: Scene
) -> Process:
    lowered = wanted.casefold()
    clauses = _merged(process, clauses, pool)
    process, clauses = _answered_option(process, clauses, wanted, scene)
    if not clauses:
        return process
    found, wishes, unclear = _resolved(process, clauses, lowered, pool, scene)
    unclear = tuple(dict.fromkeys((*(key for key in process.unclear if key not in _products(found, scene)), *unclear)))
    process = replace(process, unclear=unclear, wishes={**process.wishes, **wishes})
    if not found:
        return process
    adding = process.waiting in ("option", "items") or bool(process.items and _ADDS.search(lowered))
    if _TAKES_BACK.search(lowered):
        adding = False
    known = process.items if adding or _still(process, found, lowered) else ()
    named_again = {scene.line(*item).product_id for item in found}
    if not adding and known == () and process.kind == "swap":
        process = replace(process, wishes={key: value for key, value in process.wishes.items() if key in wishes})
    counted = list(known)
    for item in found:
        if counted.count(item) < found.count(item):
            counted.append(item)
    every = process.every and process.kind == "return" and not named_again
    return replace(process, items=tuple(counted), every=every)


def _answered_option(
    process: Process, clauses: Sequence[ItemClause], wanted: str, scene: Scene
) -> tuple[Process, list[ItemClause]]:
    """ "The 50ft black hose", in answer to what the hose is to be: words on that one, and no other hose."""
    if process.waiting != "option" or not process.about:
        return process, list(clauses)
    order_id, variant_id, _ = process.about.split("|")
    product_id = str(scene.line(order_id, variant_id).product_id)
    own = [clause for clause in clauses if clause.product_id == product_id]
    if len(own) != 1 or (order_id, variant_id) not in process.items:
        return process, list(clauses)
    alone = len(clauses) == 1
    words = wanted if alone else own[0].target
    wishes = {**process.wishes, process.about: _with_line(process.wishes.get(process.about, ""), words)}
    return replace(process, wishes=wishes), [clause for clause in clauses if clause.product_id != product_id]


def _products(found: Iterable[tuple[str, str]], scene: Scene) -> set[str]:
    return {str(scene.line(*item).product_id) for item in found}


def _still(process: Process, found: Sequence[tuple[str, str]], lowered: str) -> bool:
    """Naming again one of the items of a swap does not take the others out, unless it is said so."""
    return set(found) <= set(process.items) and process.kind == "swap" and not _INSTEAD.search(lowered)


def _merged(process: Process, clauses: Sequence[ItemClause], pool: Sequence[Order]) -> list[ItemClause]:
    """A thing named twice is one, unless they have several and each naming has words of its own."""
    merged: list[ItemClause] = []
    counts: dict[str, int] = {}
    for piece in pieces_of(pool):
        counts[str(piece.line.product_id)] = counts.get(str(piece.line.product_id), 0) + 1
    for clause in clauses:
        before = next((at for at, one in enumerate(merged) if one.product_id == clause.product_id), None)
        if before is not None and before == len(merged) - 1 and _inside_target(merged[before]):
            one = merged[before]
            merged[before] = replace(one, target=f"{one.target} {clause.now} {clause.target}")
            continue
        apart = before is not None and clause.parted and merged[before].parted
        if before is not None and not (apart and counts.get(clause.product_id, 0) > 1):
            one = merged[before]
            merged[before] = replace(
                one,
                plural=one.plural or clause.plural,
                now=f"{one.now} , {clause.now}",
                target=f"{one.target} , {clause.target}",
                parted=one.parted and clause.parted,
            )
        else:
            merged.append(clause)
    return merged


def _inside_target(one: ItemClause) -> bool:
    """ "The earbuds with IPX7 for the cheapest earbuds of that order": the second name is what it is to become."""
    return one.parted and not re.search(r"[;.,]|\band\b|\bthe other\b", one.target)


def _resolved(
    process: Process, clauses: Sequence[ItemClause], lowered: str, pool: Sequence[Order], scene: Scene
) -> tuple[list[tuple[str, str]], dict[str, str], tuple[str, ...]]:
    """The pieces, the wish for each, and the products of which it is not clear which is meant."""
    places_of = _where(clauses, lowered, pool, scene)
    found: list[tuple[str, str]] = []
    wishes: dict[str, str] = {}
    unclear: list[str] = []
    counts: Counter[str] = Counter()
    for clause in clauses:
        pending = pending_key(clause.product_id, counts[clause.product_id])
        counts[clause.product_id] += 1
        free = free_of([piece for piece in pieces_of(places_of) if piece.line.product_id == clause.product_id], found)
        free = _known_already(process, free, clause, lowered)
        target = clause.target
        if (
            process.kind == "swap"
            and not _says_wish(target, clause, scene)
            and _says_wish(clause.around, clause, scene)
        ):
            target = f"{clause.around} , {target}"
        chosen = meant(process, clause, target, lowered, free, scene)
        if not chosen:
            unclear.append(clause.product_id)
            if process.kind == "swap" and target.strip(" ,"):
                wishes[pending] = _with_line(process.wishes.get(pending, ""), target)
            continue
        for piece in chosen:
            key = wish_key(piece.key, found.count(piece.key))
            found.append(piece.key)
            if process.kind == "swap":
                earlier = process.wishes.get(key) or process.wishes.get(pending, "")
                wishes[key] = target if _TAKES_BACK.search(lowered) else _with_line(earlier, target)
    return (
        found,
        wishes,
        tuple(
            dict.fromkeys(key for key in unclear if key not in {str(scene.line(*item).product_id) for item in found})
        ),
    )


def _known_already(process: Process, free: Sequence[Piece], clause: ItemClause, lowered: str) -> list[Piece]:
    """Naming again what the process is about means that one, unless another is spoken of."""
    known = [piece for piece in free if piece.key in process.items]
    another = (
        _TAKES_BACK.search(lowered) or _ADDS.search(clause.around.casefold()) or re.search(r"\bother\b", clause.now)
    )
    return known if known and not another else list(free)


def _with_line(earlier: str, words: str) -> str:
    return f"{earlier}\n{words}".strip() if words.strip(" ,") else earlier


def _says_wish(words: str, clause: ItemClause, scene: Scene) -> bool:
    product = scene.products.get(clause.product_id)
    return bool(words.strip(" ,") and product and read_wish(words, product, {}))


def _where(clauses: Sequence[ItemClause], lowered: str, pool: Sequence[Order], scene: Scene) -> tuple[Order, ...]:
    """The orders that the words leave: those numbered, else the one that holds all that was named."""
    own, _ = order_ids_said(lowered, scene.orders)
    if own:
        return tuple(order for order in pool if order.id in own) or tuple(pool)
    ids = {clause.product_id for clause in clauses}
    whole = tuple(order for order in pool if ids <= {str(line.product_id) for line in order.lines})
    return whole if len(whole) == 1 and len(ids) > 1 else tuple(pool)
