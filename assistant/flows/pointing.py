"""From words that point to the products they mean, for every flow that needs some."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answering.say_acts import AskSlot
from assistant.context import Asked
from assistant.events import QuickReply
from assistant.flows.work import Work
from assistant.understanding.commands import Reference, StartFlow
from assistant.understanding.references import distinctive, resolve
from retrieval.catalogue import Product, ProductId
from retrieval.constraints import Need


async def pointed_at(work: Work, references: Sequence[Reference]) -> tuple[Product, ...]:
    """The products meant by the references; by none at all: the one in focus, or the only one shown."""
    shown, focus = await work.table()
    if references:
        ids = [r.text for r in references if r.kind == "id"]
        found = resolve([r for r in references if r.kind != "id"], shown, focus)
        both = (*await work.products([ProductId(key) for key in ids]), *found)
        return tuple({product.id: product for product in both}.values())
    if len(focus) == 1:
        return focus
    return shown if len(shown) == 1 else ()


async def named(work: Work, need: Need | None) -> tuple[Product, ...]:
    """A product that is named outright: "add the Fjell 2 to my cart". Empty unless the name is plainly one product's."""
    if need is None or not (need.text or need.filters):
        return ()
    asked_of_it = tuple(f for f in need.filters if f.values == ("yes",) and f.field != "in_stock")
    need = replace(need, filters=tuple(f for f in need.filters if f not in asked_of_it))
    found = await work.knowledge.find(need, k=6)
    work.remembered.update((p.id, p) for p in found.products)
    if not found.products or found.relaxed:
        return ()
    titles = {str(p.id): p.title for p in found.products}
    told_apart = distinctive(need.text.lower(), titles)
    if told_apart and found.products[0].id in told_apart:
        return found.products[:1]
    return found.products[:1] if len(found.products) == 1 else ()


async def so_called(work: Work, question: str) -> tuple[Product, ...]:
    """What bears a name that several products share: "the Kestrelby Jerv" is a tent and a headlamp."""
    said = set(re.findall(r"[\w'-]+", question.lower()))
    brand = next((v for f in work.knowledge.parse(question).filters if f.field == "brand" for v in f.values), "")
    if not brand:
        return ()
    name = " ".join(word for word in question.split() if word[:1].isupper())
    found = await work.knowledge.find(replace(work.knowledge.parse(name), filters=()), k=12) if name else None
    named_so = [p for p in found.products if {w.lower() for w in p.title.split()[:2]} <= said] if found else []
    work.remembered.update((p.id, p) for p in named_so)
    return tuple(named_so[:4])


async def named_in_store(work: Work, command: StartFlow) -> StartFlow | None:
    """ "Do you have the Fjell 2 in Seattle?": that product's stock there, not what else that store has."""
    need = command.need
    if need is None or command.refine or command.direction or not need.text:
        return None
    store = next((f.values[0] for f in need.filters if f.field == "store" and f.values), "")
    bare = replace(need, filters=tuple(f for f in need.filters if f.field not in ("store", "in_stock")))
    found = await named(work, bare) if store else ()
    references = tuple(Reference(kind="id", text=str(product.id)) for product in found)
    return replace(command, flow="check_stock", references=references, place=store) if references else None


def ask_which(work: Work, flow: str, candidates: Sequence[Product], **slots: object) -> None:
    """Asks back, with the candidates as buttons."""
    work.ask(Asked(slot="product", flow=flow, slots=dict(slots)))
    if not candidates:
        work.acts.append(AskSlot(about="ask_which_product"))
        return
    replies = tuple(QuickReply(label=p.title, text=p.title) for p in candidates[:4])
    lines = tuple(f"**{p.title}**" for p in candidates[:4])
    cards = tuple(work.card(p) for p in candidates[:4])
    work.acts.append(AskSlot(about="ask_which_of", lines=lines, quick_replies=replies, cards=cards))
