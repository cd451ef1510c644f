"""A call-back as the desk's calls show it. Above: `callbacks_rest`, `rest`. Below: the desk's call-backs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from assistant.desk.callbacks import CallBack
from channels.desk.documents import AgentThere
from channels.edge.bodies import Document


class CallBackDocument(Document):
    id: str
    kind: Literal["callback", "message"]
    conversation_id: str
    customer_id: str
    name: str
    phone: str
    contact: str
    when: str = Field(description="When they want to be called, in their own words.")
    text: str
    language: str
    asked_at: str
    state: Literal["open", "taken", "done"]
    agent: AgentThere | None
    outcome: str
    note: str
    done_at: str


def callback_document(one: CallBack) -> CallBackDocument:
    return CallBackDocument(
        id=one.id,
        kind=one.kind,
        conversation_id=one.conversation_id,
        customer_id=one.customer_id,
        name=one.name,
        phone=one.phone,
        contact=one.contact,
        when=one.wanted,
        text=one.text,
        language=one.language,
        asked_at=one.asked_at,
        state=one.state,
        agent=AgentThere(agent_id=one.agent_id, name=one.agent_name) if one.agent_id else None,
        outcome=one.outcome,
        note=one.note,
        done_at=one.done_at,
    )
