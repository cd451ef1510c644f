"""The voice session as a call's talker; its engines' modules are imported with the first call."""

from __future__ import annotations

from channels.edge.auth import Grant
from channels.front_door import FrontDoor
from channels.voice.line import CallTransport


async def talk_of_session(
    line: CallTransport, *, door: FrontDoor, grant: Grant, language: str = "", greet: bool = False
) -> None:
    from channels.voice.talking import talk

    await talk(line, door=door, grant=grant, language=language, greet=greet)
