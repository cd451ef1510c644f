"""The writer: a draft -> the words that are said. A model rewords it where that is worth it; the template always can.

The model never sees the power to state a fact: lists, prices and quotes are set by code, and each sentence it writes is
checked against the draft's evidence before a word of it is streamed.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from assistant.answering.grounding import Support, invented, unnamed
from assistant.answering.keeping_to import strays
from assistant.answering.prompt import writer_messages
from assistant.answering.wording import Draft
from assistant.conversation import Spoken
from assistant.live_turn import LiveTurn
from assistant.sight.spans import mark
from model_serving.affinity import elsewhere
from model_serving.chat import ChatMessage, ModelDelta, Sampling
from model_serving.errors import InvalidModelOutput, ModelError, ModelUnavailable
from model_serving.ports import Judges, LanguageModel

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

    def __init__(
        self,
        model: LanguageModel,
        *,
        deadline: float = 6.0,
        learnt: Callable[[], Sequence[tuple[str, str]]] = tuple,
    ) -> None:
        """learnt: rewordings that a person accepted, (draft, better)."""
        self._model = model
        self._learnt = learnt
        self._deadline = deadline
        self._template = TemplateWriter()

    async def write(
        self, draft: Draft, support: Support, *, customer: str, transcript: Sequence[Spoken], live: LiveTurn
    ) -> Written:
        lead = " ".join(p.sentence for p in draft.paragraphs if p.sentence)
        if not lead or draft.exact or not await self._model.ready():
            return await self._template.write(draft, support, customer=customer, transcript=transcript, live=live)
        live.stage("writing", "Writing…")
        spoken = len(live.spoken)
        messages = writer_messages(lead, customer, transcript, learnt=self._learnt())
        task = _Task(lead=lead, draft=draft, support=support, messages=messages)
        said = await self._reworded(task, live)
        if said is None:
            live.take_back(spoken)
            return await self._template.write(draft, support, customer=customer, transcript=transcript, live=live)
        rest = "\n".join(f"- {line}" for p in draft.paragraphs for line in p.lines)
        text = f"{said.text}\n{rest}" if rest else said.text
        live.say(text[len(live.spoken) - spoken :])
        return replace(said, text=text)

    async def _reworded(self, task: _Task, live: LiveTurn) -> Written | None:
        """The model's sentences; None when one fails. A stream that breaks off after it began is begun again, once."""
        due = time.monotonic() + self._deadline
        spoken = len(live.spoken)
        first = _Attempt(self._model, task)
        try:
            try:
                said = await first.sentences(live, deadline=self._deadline)
            except (ModelUnavailable, InvalidModelOutput) as broken:
                if not first.begun:
                    raise
                log.info("a reply of %s broke off and is begun again: %s", self._model.name, broken)
                live.take_back(spoken)
                with elsewhere():
                    said = await _Attempt(self._model, task).sentences(live, deadline=max(0.0, due - time.monotonic()))
        except ModelError as error:
            log.info("the template writes: %s", error)
            mark("fell_back")
            return None
        return said


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    lead: str
    draft: Draft
    support: Support
    messages: Sequence[ChatMessage]


class _Attempt:
    """A model asked once to reword a draft."""

    def __init__(self, model: LanguageModel, task: _Task) -> None:
        self._model, self._task = model, task
        self._written_by = model.name
        self.begun = False

    async def sentences(self, live: LiveTurn, *, deadline: float) -> Written | None:
        """Each is checked before it is streamed; None when one fails. Raises ModelError."""
        lead, said = self._task.lead, ""
        sampling = writer_sampling(lead)
        draft = (lead, *(card.title for card in self._task.draft.cards))
        async with self._model.stream(self._task.messages, sampling=sampling, deadline=deadline) as deltas:
            async for sentence in _sentences(self._noting(deltas)):
                if strays(sentence, draft) or invented(sentence, lead, self._task.support):
                    self._judged(grounded=False)
                    return None
                added = f" {sentence}" if said else sentence
                live.say(added)
                said += added
        grounded = _complete(said, lead, self._task.draft)
        self._judged(grounded=grounded)
        return Written(text=said, written_by=self._written_by) if grounded else None

    async def _noting(self, deltas: AsyncIterator[ModelDelta]) -> AsyncIterator[ModelDelta]:
        async for delta in deltas:
            self.begun = True
            self._written_by = delta.model or self._written_by
            yield delta

    def _judged(self, *, grounded: bool) -> None:
        if not grounded:
            mark("not_grounded")
            mark("fell_back")
            log.info("a reply of %s did not say what its draft says", self._written_by)
        if isinstance(self._model, Judges):
            self._model.judged(self._written_by, grounded=grounded)


def writer_sampling(lead: str) -> Sampling:
    """How the model is asked: room for twice the draft, and an end where it would write a conversation of its own."""
    return Sampling(max_tokens=max(48, len(lead) // 2), stop=("DRAFT:", "CUSTOMER:", "\n\n"))


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
    choice: WriterChoice,
    model: LanguageModel | None,
    *,
    measured: float | None,
    bar: float = 0.0,
    learnt: Callable[[], Sequence[tuple[str, str]]] = tuple,
) -> Writer:
    """The writer for a setting. auto: the model where readers prefer its replies to the template's, as `aisle eval writer`
    measured it for this model (share of replies preferred, less the template's); without a measurement, the template."""
    if model is None or choice == "template":
        return TemplateWriter()
    if choice == "model":
        return ModelWriter(model, learnt=learnt)
    return ModelWriter(model, learnt=learnt) if measured is not None and measured > bar else TemplateWriter()
