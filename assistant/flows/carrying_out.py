"""Commands to flows: which business process carries out which command."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import assert_never

from assistant.flows.answer_policy import ask_policy
from assistant.flows.answer_question import ask_product
from assistant.flows.change_cart import change_cart, remove_from_cart
from assistant.flows.change_order import change_order
from assistant.flows.choosing import (
    choose,
    confirm,
    correct,
    decline,
    never_mind,
    place_given,
    resume_after_identity,
)
from assistant.flows.compare import compare
from assistant.flows.confirming import decided, left_alone
from assistant.flows.fill_cart import add_to_cart, check_out, empty_cart, show_cart
from assistant.flows.find_products import find_products, more_products
from assistant.flows.find_store import check_stock, find_store
from assistant.flows.going_together import alike, for_mine, goes_with
from assistant.flows.my_data import my_data
from assistant.flows.pointing import named_in_store
from assistant.flows.serving_orders import serve
from assistant.flows.small_talk import greet, unclear
from assistant.flows.talk_to_human import talk_to_human
from assistant.flows.track_order import identify, list_orders, track_order
from assistant.flows.where_in_store import where_in_store
from assistant.flows.work import Work
from assistant.understanding.commands import (
    Ask,
    CancelFlow,
    Choose,
    Command,
    Confirm,
    Correct,
    Decline,
    FillSlot,
    FlowName,
    Greet,
    SpeakLanguage,
    StartFlow,
    TalkToHuman,
    Unclear,
)

FLOWS: dict[FlowName, Callable[[Work, StartFlow], Awaitable[None]]] = {
    "find_products": find_products,
    "more_products": more_products,
    "compare": compare,
    "check_stock": check_stock,
    "find_store": find_store,
    "where_in_store": where_in_store,
    "add_to_cart": add_to_cart,
    "change_cart": change_cart,
    "remove_from_cart": remove_from_cart,
    "show_cart": show_cart,
    "empty_cart": empty_cart,
    "check_out": check_out,
    "track_order": track_order,
    "list_orders": list_orders,
    "change_order": change_order,
    "serve_orders": serve,
    "my_data": my_data,
    "for_mine": for_mine,
    "goes_with": goes_with,
    "alike": alike,
}


async def carry_out(work: Work, command: Command) -> None:
    match command:
        case StartFlow():
            await _start(work, command)
        case Ask(about="product"):
            await ask_product(work, command)
        case Ask():
            await ask_policy(work, command)
        case FillSlot():
            if await identify(work, command):
                await resume_after_identity(work)
        case Choose():
            await choose(work, command)
        case Confirm():
            if not await decided(work, command):
                await confirm(work)
        case Decline():
            if not await decided(work, command):
                await decline(work)
        case Correct():
            await correct(work, command)
        case CancelFlow():
            if not await left_alone(work):
                await never_mind(work)
        case Greet():
            await greet(work, command)
        case SpeakLanguage():
            # The turn has taken the language in by then: this says, in it, what can be done here.
            await greet(work, Greet(kind="what_can_you_do"))
        case TalkToHuman():
            await talk_to_human(work, command)
        case Unclear():
            await unclear(work, command)
        case _:
            assert_never(command)


async def _start(work: Work, command: StartFlow) -> None:
    asked = work.context.asked
    answers_place = asked is not None and asked.slot == "place" and command.place and not command.references
    if answers_place and command.flow in ("find_store", "check_stock"):
        await place_given(work, command)
        return
    if command.flow == "find_products" and (in_store := await named_in_store(work, command)) is not None:
        await check_stock(work, in_store)
        return
    await FLOWS[command.flow](work, command)
