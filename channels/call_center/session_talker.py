"""The voice session as a call's talker; loaded with the first call."""

from __future__ import annotations

import importlib

from channels.auth import Grant
from channels.front_door import FrontDoor
from channels.voice.line import CallTransport


async def talk_of_session(
    line: CallTransport, *, door: FrontDoor, grant: Grant, language: str = "", greet: bool = False
) -> None:
    session = importlib.import_module("channels.voice.session")
    await session.talk(line, door=door, grant=grant, language=language, greet=greet)
