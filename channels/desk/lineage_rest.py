"""Why the assistant said that: one reply with what it stands on, as it was then, and all that made it. Looking is written down.

Above: `desk_app`. Below: `assistant.why`, sources, the versions' table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import Field

from assistant.desk.tables import stamp
from assistant.events import ConversationId
from assistant.why import Called, Source, Why, why
from channels.desk.door import AsAgent, AtDesk, DeskDoor
from channels.desk.rest import At
from channels.edge.bodies import Document
from channels.errors import NotFound
from channels.rest import problems_of
from model_serving.registry import Version

lineage = APIRouter(prefix="/v1/desk/conversations/{conversation_id}", tags=["desk"])
Seq = Annotated[int, Path(ge=1, le=2**53)]


class SourceDocument(Document):
    kind: str
    id: str
    title: str
    quote: str = Field(description="What was told of it.")
    version: str = Field(description="Digest of the document as it was; empty: of an older release.")
    text: str = Field(description="The whole text of that version, where it was kept.")
    now: Literal["same", "changed", "gone", "unknown"] = Field(description="Against what the shop has now.")


class ToolDocument(Document):
    call_id: str
    name: str
    arguments: dict[str, Any]
    result: Any
    error: str
    at: str
    until: str


class MadeBy(Document):
    part: str = Field(description="model, prompt, index, policy, grounding, language, release …")
    version: str = Field(description="name@version")
    digest: str
    source: str
    licence: str


class Lineage(Document):
    conversation_id: str
    seq: int
    turn_id: str
    at: str
    language: str
    written_by: str
    interrupted: bool
    asked: list[int]
    milliseconds: int | None
    sources: list[SourceDocument]
    tools: list[ToolDocument]
    made_by: list[MadeBy]


@lineage.get("/replies/{seq}/lineage", responses=problems_of(401, 403, 404, 422, 503))
async def reply_lineage(conversation_id: At, seq: Seq, agent: AsAgent, door: AtDesk) -> Lineage:
    """404 where there is no reply of the assistant at that place."""
    name = ConversationId(conversation_id)
    found = why(await door.product.assistant.events(name), seq)
    if found is None:
        raise NotFound("there is no reply of the assistant there")
    texts = await _texts(door, found)
    known = {one.label: one for one in await door.product.control.versions()} if door.product.control else {}
    took = found.reply.at - found.began if found.began is not None else None
    return Lineage(
        conversation_id=name,
        seq=seq,
        turn_id=found.said.turn_id,
        at=stamp(found.reply.at),
        language=found.said.language,
        written_by=found.said.written_by,
        interrupted=found.said.interrupted,
        asked=list(found.asked),
        milliseconds=round(took.total_seconds() * 1000) if took is not None else None,
        sources=[_source(door, one, texts) for one in found.sources],
        tools=[_tool(one) for one in found.tools],
        made_by=[_made_by(part, label, known.get(label)) for part, label in sorted(found.said.versions.items())],
    )


async def _texts(door: DeskDoor, found: Why) -> Mapping[str, str]:
    if door.sources is None or not found.said.documents:
        return {}
    return await door.product.in_thread(door.sources.texts, found.said.documents)


def _source(door: DeskDoor, one: Source, texts: Mapping[str, str]) -> SourceDocument:
    name = f"{one.kind}:{one.id}"
    return SourceDocument(
        kind=one.kind,
        id=one.id,
        title=one.title,
        quote=one.quote,
        version=one.version,
        text=texts.get(name, ""),
        now=_now(door, one, name),
    )


def _now(door: DeskDoor, one: Source, name: str) -> Literal["same", "changed", "gone", "unknown"]:
    if door.sources is None or not one.version or one.kind not in ("product", "policy"):
        return "unknown"
    version = door.sources.now(name)
    return "gone" if not version else "same" if version == one.version else "changed"


def _tool(one: Called) -> ToolDocument:
    return ToolDocument(
        call_id=one.call_id,
        name=one.name,
        arguments=dict(one.arguments),
        result=one.result,
        error=one.error,
        at=stamp(one.at),
        until=stamp(one.until),
    )


def _made_by(part: str, label: str, version: Version | None) -> MadeBy:
    if version is None:
        return MadeBy(part=part, version=label, digest="", source="", licence="")
    return MadeBy(part=part, version=label, digest=version.digest, source=version.source, licence=version.licence)
