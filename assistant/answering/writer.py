"""The writer: a draft -> the words that are said. A model rewords it where that is worth it; the template always can.

The model never sees the power to state a fact: lists, prices and quotes are set by code, and each sentence it writes is
checked against the draft's evidence before a word of it is streamed.
"""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from assistant.answering.grounding import Support, invented, unnamed
from assistant.answering.prompt import writer_messages
from assistant.answering.wording import Draft
from assistant.conversation import Spoken
from assistant.live_turn import LiveTurn
from model_serving.chat import ModelDelta, Sampling
from model_serving.errors import ModelError
from model_serving.ports import LanguageModel

log = logging.getLogger(__name__)

TEMPLATE = "template"
_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+")
_WORDS = re.compile(r"\S+\s*")
WORDS_A_DELTA = 6

WriterChoice = Literal["template", "model", "auto"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    text: str
    written_by: str


class Writer(Protocol):
    async def write(
        self, draft: Draft, support: Support, *, customer: str, transcript: Sequence[Spoken], live: LiveTurn
    ) -> Written:
        """Streams the reply through `live` and gives it back whole. Never fails: the template is always there."""
        ...


class TemplateWriter:
    async def write(
        self, draft: Draft, support: Support, *, customer: str, transcript: Sequence[Spoken], live: LiveTurn
    ) -> Written:
        text = draft.text
        stream_words(live, text)
        return Written(text=text, written_by=TEMPLATE)


class ModelWriter:
    """Rewords the sentences of a draft with a language model; lists and quotes stay as they are."""

    def __init__(self, model: LanguageModel, *, deadline: float = 6.0) -> None:
        self._model = model
        self._deadline = deadline
        self._template = TemplateWriter()

    async def write(
        self, draft: Draft, support: Support, *, customer: str, transcript: Sequence[Spoken], live: LiveTurn
    ) -> Written:
        lead = " ".join(p.sentence for p in draft.paragraphs if p.sentence)
        if not lead or not await self._model.ready():
            return await self._template.write(draft, support, customer=customer, transcript=transcript, live=live)
        live.stage("writing", "Writing…")
        spoken = len(live.spoken)
        said = await self._reworded(lead, draft, support, customer, transcript, live)
        if said is None:
            live.take_back(spoken)
            return await self._template.write(draft, support, customer=customer, transcript=transcript, live=live)
        rest = "\n".join(f"- {line}" for p in draft.paragraphs for line in p.lines)
        text = f"{said}\n{rest}" if rest else said
        live.say(text[len(live.spoken) - spoken :])
        return Written(text=text, written_by=self._model.name)

    async def _reworded(
        self,
        lead: str,
        draft: Draft,
        support: Support,
        customer: str,
        transcript: Sequence[Spoken],
        live: LiveTurn,
    ) -> str | None:
        """The model's sentences, each checked before it is streamed; None when one fails."""
        said = ""
        try:
            messages = writer_messages(lead, customer, transcript)
            sampling = Sampling(max_tokens=max(48, len(lead) // 2), stop=("DRAFT:", "CUSTOMER:", "\n\n"))
            async with self._model.stream(messages, sampling=sampling, deadline=self._deadline) as deltas:
                async for sentence in _sentences(deltas):
                    if invented(sentence, lead, support):
                        log.info("a sentence of %s was not grounded", self._model.name)
                        return None
                    added = f" {sentence}" if said else sentence
                    live.say(added)
                    said += added
        except ModelError as error:
            log.info("the template writes: %s", error)
            return None
        return said if _complete(said, lead, draft) else None


def _complete(said: str, lead: str, draft: Draft) -> bool:
    """Whether the rewording still says what the draft says (names, figures, question), at no more than twice its length."""
    lines = "\n".join(line for p in draft.paragraphs for line in p.lines)
    figures = set(re.findall(r"\d[\d.,]*\d|\d", lead))
    quotes = re.findall(r"“[^”]+”", lead)
    bold = re.findall(r"\*\*(.+?)\*\*", lead)
    return (
        0 < len(said) <= 2 * len(lead) + 80
        and all(figure in said for figure in figures)
        and all(quote in said for quote in (*quotes, *bold))
        and not unnamed(said + lines, draft.cards)
        and (("?" in lead) == ("?" in said))
    )


async def _sentences(deltas: AsyncIterator[ModelDelta]) -> AsyncIterator[str]:
    """Whole sentences without the space around them, as soon as each is complete; the last one at the end."""
    waiting = ""
    async for delta in deltas:
        waiting += delta.text
        *whole, waiting = _SENTENCE_END.split(waiting)
        for sentence in filter(None, map(str.strip, whole)):
            yield sentence
    if last := waiting.strip():
        yield last


def stream_words(live: LiveTurn, text: str) -> None:
    """A few words at a time, so that a page can show them as they come."""
    words = _WORDS.findall(text)
    for start in range(0, len(words), WORDS_A_DELTA):
        live.say("".join(words[start : start + WORDS_A_DELTA]))


def choose_writer(
    choice: WriterChoice, model: LanguageModel | None, *, measured: float | None, bar: float = 0.0
) -> Writer:
    """The writer for a setting. auto: the model where readers prefer its replies to the template's, as `aisle eval writer`
    measured it for this model (share of replies preferred, less the template's); without a measurement, the template."""
    if model is None or choice == "template":
        return TemplateWriter()
    if choice == "model":
        return ModelWriter(model)
    return ModelWriter(model) if measured is not None and measured > bar else TemplateWriter()
