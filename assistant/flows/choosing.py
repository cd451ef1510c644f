"""Pointing at something, yes, no, never mind: answers to the open question, or to the last reply where none is open."""

from __future__ import annotations

from dataclasses import replace

from assistant.answering.cards import matching_variants, shown_price
from assistant.answering.say_acts import AskSlot, Inform, Offer
from assistant.context import Asked
from assistant.flows.answer_question import ask_product, wished_options
from assistant.flows.change_cart import change_cart, remove_from_cart
from assistant.flows.compare import compare
from assistant.flows.fill_cart import add_to_cart
from assistant.flows.find_products import find_products, search, show, show_similar
from assistant.flows.find_store import check_stock, find_store
from assistant.flows.going_together import alike, companions_wanted, goes_with
from assistant.flows.my_data import forget_mine, show_mine
from assistant.flows.pointing import ask_which, named, pointed_at
from assistant.flows.privacy_choices import erase_mine
from assistant.flows.serving_orders import resume
from assistant.flows.talk_to_human import talk_to_human
from assistant.flows.track_order import list_orders, track_order
from assistant.flows.work import Work
from assistant.understanding.commands import Ask, Choose, Correct, Reference, StartFlow, TalkToHuman
from retrieval.catalogue import Product, ProductId
from retrieval.constraints import Need


async def choose(work: Work, command: Choose) -> None:
    asked = work.context.asked
    if asked is not None and asked.slot == "variant":
        await _choose_variant(work, asked, command)
    elif asked is not None and asked.slot == "product":
        await _choose_for(work, asked, command)
    else:
        await _choose_freely(work, command)


async def _choose_variant(work: Work, asked: Asked, command: Choose) -> None:
    """ "M", "the blue one": one more option of the variant that goes into the cart."""
    words = f"{asked.slots.get('words', '')} {command.words}"
    reference = Reference(kind="id", text=str(asked.slots.get("product", "")))
    start = StartFlow(
        flow="add_to_cart",
        references=(reference,),
        quantity=asked.slots.get("quantity"),
        words=words,
        any_variant=command.any_variant,
    )
    await add_to_cart(work, start)


async def _choose_for(work: Work, asked: Asked, command: Choose) -> None:
    """The product that a flow was waiting for."""
    slots = asked.slots
    match asked.flow:
        case "add_to_cart":
            start = StartFlow(
                flow="add_to_cart",
                references=command.references,
                quantity=slots.get("quantity"),
                words=f"{slots.get('words') or ''} {command.words}",
                any_variant=command.any_variant,
            )
            await add_to_cart(work, start)
        case "remove_from_cart":
            await remove_from_cart(work, StartFlow(flow="remove_from_cart", references=command.references))
        case "change_cart":
            change = StartFlow(
                flow="change_cart",
                references=command.references,
                quantity=slots.get("quantity"),
                change=str(slots.get("change") or ""),
            )
            await change_cart(work, change)
        case "check_stock":
            stock = StartFlow(flow="check_stock", references=command.references, place=str(slots.get("place") or ""))
            await check_stock(work, stock)
        case "goes_with" | "alike":
            start = StartFlow(flow="alike", references=command.references, direction=slots.get("direction") or "")
            await (goes_with if asked.flow == "goes_with" else alike)(work, start)
        case "ask_product":
            ask = Ask(
                about="product",
                question=str(slots.get("question", "")),
                attribute=str(slots.get("attribute", "")),
                references=command.references,
            )
            await ask_product(work, ask)
        case "compare":
            await compare(work, StartFlow(flow="compare", references=command.references))
        case _:
            await _choose_freely(work, command)


async def _choose_freely(work: Work, command: Choose) -> None:
    found = await pointed_at(work, command.references)
    if not found:
        shown, _ = await work.table()
        ask_which(work, "add_to_cart", shown)
        return
    if len(found) > 1:
        work.know(focus=tuple(p.id for p in found))
        ask_which(work, "add_to_cart", found)
        return
    if command.words and not wished_options(work, found[0], command.words):
        work.know(focus=(found[0].id,), topic="products")
        return  # it is not to be had so, and what it comes in was said
    present(work, found[0], words=command.words)


def present(work: Work, product: Product, *, words: str = "") -> None:
    """One product in focus: its price, and what can be done next. words: the options it was chosen with, "in blue"."""
    work.know(focus=(product.id,), topic="products")
    price = shown_price(product, matching_variants(product, work.context.need), work.phrases)
    card = work.card(product, need=work.context.need)
    replies = tuple(work.phrases.reply(name) for name in ("details", "in_stores", "add"))
    if not price:
        work.acts.append(Inform(about="chosen_unpriced", values={"title": product.title}, cards=(card,)))
        return
    work.offer("add_to_cart", product=product.id, words=words)
    values: dict[str, str | int] = {"title": product.title, "price": price}
    work.acts.append(Offer(about="chosen", values=values, cards=(card,), quick_replies=replies))


async def correct(work: Work, command: Correct) -> None:
    """ "No, the other one", "I meant the boots"."""
    shown, focus = await work.table()
    if command.need is not None:
        by_name = await named(work, command.need)
        if by_name:
            present(work, by_name[0])
            return
        names_kind = bool(command.need.thing) or any(f.field == "category" for f in command.need.filters)
        await find_products(work, StartFlow(flow="find_products", need=command.need, refine=not names_kind))
        return
    others = [p for p in shown if p.id not in {f.id for f in focus}]
    found = await pointed_at(work, [r for r in command.references if r.kind != "pronoun"])
    if found and found[0].id not in {f.id for f in focus}:
        present(work, found[0])
    elif len(others) == 1:
        present(work, others[0])
    else:
        ask_which(work, "add_to_cart", others or shown)


async def confirm(work: Work) -> None:
    asked = work.context.asked
    if asked is None or asked.slot != "go_ahead":
        work.acts.append(AskSlot(about="confirmed_nothing"))
        return
    match asked.flow:
        case "talk_to_human":
            await talk_to_human(work, TalkToHuman(reason="accepted the offer"))
        case "add_to_cart":
            reference = Reference(kind="id", text=str(asked.slots.get("product", "")))
            words = str(asked.slots.get("words") or "")
            await add_to_cart(work, StartFlow(flow="add_to_cart", references=(reference,), words=words))
        case "show_similar":
            for product in await work.products([ProductId(str(asked.slots.get("product", "")))]):
                await show_similar(work, product)
        case "goes_with":
            await companions_wanted(work, str(asked.slots.get("product", "")))
        case "forget_mine":
            await forget_mine(work, str(asked.slots.get("trait", "")), str(asked.slots.get("value", "")))
        case "erase_mine":
            await erase_mine(work, asked.slots)
        case "in_my_size":
            size = f"size {asked.slots.get('size', '')}"
            wanted = StartFlow(flow="find_products", need=work.knowledge.parse(size), refine=True, words=size)
            await find_products(work, wanted)
        case "find_less_strictly":
            need = work.context.need or Need()
            kept = tuple(f for f in need.filters if f.field == "category")
            show(work, await search(work, replace(need, filters=kept, wishes=())))
        case _:
            work.acts.append(AskSlot(about="confirmed_nothing"))


async def decline(work: Work) -> None:
    work.know(asked=None)
    work.acts.append(Offer(about="declined"))


async def never_mind(work: Work) -> None:
    work.know(asked=None)
    work.acts.append(Offer(about="never_mind"))


async def resume_after_identity(work: Work) -> None:
    """Goes on with what the customer wanted before they were asked who they are."""
    asked = work.context.asked
    if asked is None or asked.slot != "identity":
        return
    work.know(asked=None)
    order = str(asked.slots.get("order") or "")
    if asked.flow == "serve_orders":
        await resume(work)
    elif asked.flow == "my_data":
        await show_mine(work)
    elif asked.flow == "list_orders":
        await list_orders(work, StartFlow(flow="list_orders"))
    else:
        change, words = str(asked.slots.get("change") or ""), str(asked.slots.get("words") or "")
        await track_order(work, StartFlow(flow="track_order", order=order, change=change, words=words))


async def place_given(work: Work, command: StartFlow) -> None:
    """A place in answer to "which city?"."""
    asked = work.context.asked
    slots = asked.slots if asked else {}
    if asked is not None and asked.flow == "check_stock":
        ids = slots.get("products") or []
        references = tuple(Reference(kind="id", text=str(key)) for key in ids)
        await check_stock(work, replace(command, flow="check_stock", references=references))
    else:
        topic = command.topic or str(slots.get("topic") or "hours")
        await find_store(work, replace(command, topic=topic))
