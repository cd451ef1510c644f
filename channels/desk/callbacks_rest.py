"""The desk's calls about call-backs and messages left: list, take, done. Above: `desk_app`. Below: the office."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import Field

from assistant.desk.callbacks import CallBack
from assistant.signals import DeskChanged
from channels.desk.callbacks_documents import CallBackDocument, callback_document
from channels.desk.door import AsAgent, AtDesk, DeskDoor
from channels.edge.bodies import Body, Document
from channels.rest import problems_of

callbacks = APIRouter(prefix="/v1/desk/callbacks", tags=["desk"])
_PROBLEMS = problems_of(401, 403, 404, 409, 422, 503)
Id = Annotated[str, Path(max_length=200, pattern=r"^[A-Za-z0-9_.:-]+$")]


class CallBackList(Document):
    callbacks: list[CallBackDocument]
    open: int


class CallBackDone(Body):
    outcome: Literal["reached", "not_reached", "other"]
    note: Annotated[str, Field(max_length=4_000)] = ""


@callbacks.get("", responses=_PROBLEMS)
async def list_callbacks(
    agent: AsAgent, door: AtDesk, state: Literal["open", "taken", "done", "all"] = "open"
) -> CallBackList:
    """The oldest first."""
    kept = door.office.callbacks
    found = await door.product.in_thread(kept.all, state)
    count = await door.product.in_thread(kept.open)
    return CallBackList(callbacks=[callback_document(one) for one in found], open=count)


@callbacks.post("/{callback_id}/take", responses=_PROBLEMS)
async def take_callback(callback_id: Id, agent: AsAgent, door: AtDesk) -> CallBackDocument:
    return _told(door, await door.product.in_thread(door.office.callbacks.take, callback_id, agent))


@callbacks.post("/{callback_id}/release", responses=_PROBLEMS)
async def release_callback(callback_id: Id, agent: AsAgent, door: AtDesk) -> CallBackDocument:
    """Open again."""
    return _told(door, await door.product.in_thread(door.office.callbacks.release, callback_id, agent))


@callbacks.post("/{callback_id}/done", responses=_PROBLEMS)
async def finish_callback(callback_id: Id, body: CallBackDone, agent: AsAgent, door: AtDesk) -> CallBackDocument:
    def finish() -> CallBack:
        return door.office.callbacks.done(callback_id, agent, outcome=body.outcome, note=body.note)

    return _told(door, await door.product.in_thread(finish))


def _told(door: DeskDoor, changed: CallBack) -> CallBackDocument:
    door.desk.tell(DeskChanged(what="callbacks"))
    return callback_document(changed)
