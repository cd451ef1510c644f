"""The desk's calls that move a whole conversation: give it on, lay it aside, end it, read along. Above: `desk_app`.

Below: the assistant's desk and its moves.
"""

from __future__ import annotations

from datetime import UTC

from fastapi import APIRouter

from assistant.acts import Act
from assistant.desk.desk import Agent
from assistant.desk.moves import close, snooze, transfer, wake
from assistant.desk.people import AgentOffline, AtCapacity, InvalidWish
from assistant.events import ConversationId
from channels.desk.documents import SeqDone, Stands
from channels.desk.documents_of_moves import Claim, Close, Snooze, Transfer, Whisper
from channels.desk.door import AsAgent, AtDesk, DeskDoor, check_act
from channels.desk.rest import At, stands
from channels.rest import problems_of

moves = APIRouter(prefix="/v1/desk/conversations/{conversation_id}", tags=["desk"])
_PROBLEMS = problems_of(401, 403, 404, 409, 422, 429, 503)


@moves.post("/claim", responses=_PROBLEMS)
async def claim_conversation(conversation_id: At, agent: AsAgent, door: AtDesk, body: Claim | None = None) -> Stands:
    """From here on the agent answers, and the assistant is silent. Again by the same agent changes nothing."""
    asked = body or Claim()
    name = ConversationId(conversation_id)
    if asked.take_over:
        check_act(agent, Act.TAKE_OVER)
    if not asked.ignore_capacity:
        await _check_room(door, agent, name)
    await door.desk.claim(name, agent, take_over=asked.take_over)
    return await stands(door, conversation_id)


async def _check_room(door: DeskDoor, agent: Agent, conversation: ConversationId) -> None:
    state = await door.desk.state(conversation)
    if state.agent is not None and state.agent.agent_id == agent.id:
        return
    colleague = await door.office.colleague(agent.id)
    if colleague is not None and colleague.has >= colleague.capacity:
        raise AtCapacity(colleague.capacity)


@moves.post("/transfer", responses=_PROBLEMS)
async def transfer_conversation(conversation_id: At, body: Transfer, agent: AsAgent, door: AtDesk) -> Stands:
    """To a named agent, whose it is alone for a minute, or to the queue. Reason and summary stay with agents."""
    name = ConversationId(conversation_id)
    to = await _colleague(door, body.to.agent_id) if body.to.agent_id else None
    summary = body.summary.strip() or await summary_of(door, name)
    await transfer(door.desk, name, agent, to=to, reason=body.reason, summary=summary, skills=body.to.skills)
    return await stands(door, conversation_id)


async def _colleague(door: DeskDoor, agent_id: str) -> Agent:
    found = await door.office.colleague(agent_id)
    if found is None:
        raise InvalidWish("unknown_agent", f"no agent {agent_id!r} has ever had a screen open here")
    if found.status != "available":
        raise AgentOffline(found.name)
    return found.agent


async def summary_of(door: DeskDoor, conversation: ConversationId) -> str:
    """The copilot's; a house without one has the assistant's, of when a person was asked for."""
    if door.product.copilot is not None:
        return await door.copilot.summary(conversation)
    state = await door.desk.state(conversation)
    return state.handoff.summary if state.handoff is not None else ""


@moves.post("/snooze", responses=_PROBLEMS)
async def snooze_conversation(conversation_id: At, body: Snooze, agent: AsAgent, door: AtDesk) -> Stands:
    """Laid aside until then; it comes back to the front of the queue, or as soon as the customer writes."""
    until = body.until if body.until.tzinfo else body.until.replace(tzinfo=UTC)
    await snooze(door.desk, ConversationId(conversation_id), agent, until=until, note=body.note)
    return await stands(door, conversation_id)


@moves.delete("/snooze", responses=_PROBLEMS)
async def wake_conversation(conversation_id: At, agent: AsAgent, door: AtDesk) -> Stands:
    await wake(door.desk, ConversationId(conversation_id), reason=f"woken by {agent.name}", by=agent)
    return await stands(door, conversation_id)


@moves.post("/close", responses=_PROBLEMS)
async def close_conversation(conversation_id: At, agent: AsAgent, door: AtDesk, body: Close | None = None) -> Stands:
    asked = body or Close()
    await close(door.desk, ConversationId(conversation_id), agent, outcome=asked.outcome, note=asked.note)
    return await stands(door, conversation_id)


@moves.post("/join", responses=_PROBLEMS)
async def join_conversation(conversation_id: At, agent: AsAgent, door: AtDesk) -> SeqDone:
    """A supervisor reads along; its agent is told, its customer is not."""
    text = f"{agent.name} reads along"
    return SeqDone(seq=await door.desk.note(ConversationId(conversation_id), agent, text, kind="joined"))


@moves.post("/whispers", status_code=201, responses=_PROBLEMS)
async def whisper(conversation_id: At, body: Whisper, agent: AsAgent, door: AtDesk) -> SeqDone:
    """From a supervisor to its agent."""
    return SeqDone(seq=await door.desk.note(ConversationId(conversation_id), agent, body.text, kind="whisper"))
