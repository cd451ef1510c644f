"""Speaking: a reply that is ready and is being read aloud, until it is known how much of it was heard.

The log keeps what the customer heard, no more: a reply on a line is written first as `reply_ready`, which every screen
may show, and as `assistant_said` once the line has told how far it came. Above: `assistant`. Below: facts.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from assistant.answering.grounding import unnamed
from assistant.events import AssistantSaid, ReplyReady, TurnFailed

_DANGLING = " \n-"
"""Of a list whose next line was not heard."""
SILENT_SECONDS = 60.0
"""Without news from the line, the reply ends with what was heard so far. No clause lasts so long."""


@dataclass(slots=True)
class Speaking:
    """One event loop."""

    reply: ReplyReady
    heard: str = ""
    over: bool = False
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def of(self, turn_id: str) -> bool:
        return self.reply.turn_id == turn_id

    def progress(self, so_far: str | None) -> None:
        """so_far: the start of the text that was heard by now; None: all of it, to its end. It never gets less."""
        self.heard = self.reply.text if so_far is None else max(self.heard, _start_of(self.reply.text, so_far), key=len)
        self.over = self.over or so_far is None
        self._news.set()

    def cut(self, so_far: str | None = None) -> None:
        """Nothing more will be heard."""
        if so_far is not None:
            self.progress(so_far)
        self.over = True
        self._news.set()

    async def wait(self, *, seconds: float) -> bool:
        """Until there is news, at most that long. False: there was none."""
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return False
        self._news.clear()
        return True

    def ending(self) -> AssistantSaid | TurnFailed:
        return as_heard(self.reply, self.heard)


def _start_of(text: str, heard: str) -> str:
    """`heard` as far as it is the text's own start; a line that tells something else is believed in its length alone."""
    return heard if text.startswith(heard) else text[: len(heard)]


def ready(reply: AssistantSaid) -> ReplyReady:
    return ReplyReady(
        turn_id=reply.turn_id,
        text=reply.text,
        language=reply.language,
        cards=reply.cards,
        citations=reply.citations,
        quick_replies=reply.quick_replies,
        written_by=reply.written_by,
        versions=reply.versions,
        documents=reply.documents,
        intents=reply.intents,
    )


def as_heard(reply: ReplyReady, heard: str, *, whole: bool = False) -> AssistantSaid | TurnFailed:
    """What the log says was said. Where nothing was heard, the turn ended unheard: what it did is done, and nothing is
    asked again. whole: it is not known what was heard, as after a crash, and the screen has it all."""
    heard = heard if heard == reply.text else heard.rstrip(_DANGLING)
    if not heard and not whole:
        return TurnFailed(turn_id=reply.turn_id, code="unheard")
    cut = whole or heard != reply.text
    text = reply.text if whole else heard
    missing = frozenset(unnamed(text, reply.cards))
    return AssistantSaid(
        turn_id=reply.turn_id,
        text=text,
        language=reply.language,
        cards=tuple(card for card in reply.cards if card.title not in missing),
        citations=reply.citations,
        quick_replies=() if cut else reply.quick_replies,
        written_by=reply.written_by,
        interrupted=cut,
        versions=reply.versions,
        documents=reply.documents,
        intents=reply.intents,
    )
