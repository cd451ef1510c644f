"""The desk's calls that need a machine beside it: a translation by the shop's model, a telephone call given on by its carrier.

Above: `desk_app`. Below: the copilot, the call center's dialer.
"""

from __future__ import annotations

from fastapi import APIRouter, Request

from assistant.acts import Act
from assistant.events import ConversationId
from assistant.translating import NoTranslation
from channels.call_center.calls import call_center_of
from channels.call_center.dialing import NoCall, NoDialing
from channels.desk.documents_of_moves import CallTransfer, Dialing, Translate, Translated
from channels.desk.door import AsAgent, AtDesk
from channels.desk.moves_rest import summary_of
from channels.desk.rest import At
from channels.rest import problems_of

call_desk = APIRouter(prefix="/v1/desk/conversations/{conversation_id}", tags=["desk"])


@call_desk.post("/translations", responses=problems_of(401, 403, 404, 422, 501, 503))
async def translate(conversation_id: At, body: Translate, agent: AsAgent, door: AtDesk) -> Translated:
    """Nothing is sent. 501 `no_translation`: this shop's model does not translate, or changed a figure."""
    await door.desk.state(ConversationId(conversation_id))
    if door.product.copilot is None:
        raise NoTranslation("no translation here: there is no model")
    made = await door.copilot.translate(body.text, to=body.to, source=body.source)
    return Translated(text=made.text, source=made.source, to=made.to, made_by=made.made_by)


@call_desk.post("/call/transfer", status_code=202, responses=problems_of(401, 403, 404, 409, 422, 501, 502, 503))
async def transfer_call(
    request: Request, conversation_id: At, body: CallTransfer, agent: AsAgent, door: AtDesk
) -> Dialing:
    """The caller's line rings that phone from here on; the summary is noted first. Only of a claimed conversation."""
    name = ConversationId(conversation_id)
    await door.desk.mine(name, agent, Act.GIVE_CALL_ON)
    center = call_center_of(request)
    caller = center.now.caller(name)
    if caller is None:
        raise NoCall
    if not center.dialer.can(caller):
        raise NoDialing
    text = f"Call given on to {body.to}\n{await summary_of(door, name)}"
    seq = await door.desk.note(name, agent, text, kind="call")
    await center.dialer.give_on(caller, body.to)
    return Dialing(state="dialing", to=body.to, summary_seq=seq)
