"""The structured planner: a language model reads a message into commands by JSON schema, and the rules check what it says.

The rules read first. What is theirs alone stays theirs: a yes or a no, the customer's identity, an open change of orders,
instructions to the assistant. On a timeout, an error, output that the schema does not allow or arguments that nobody said,
theirs is the answer. A model here can misread a message; it can do nothing that the customer's own words could not.
Above: `turn`. Below: `planned_schema`, `planned_checks`, `planned_prompt`, the model's port.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from assistant.context import Context, context_of
from assistant.conversation import Conversation
from assistant.understanding.commands import CancelFlow, Command, Confirm, Decline, FillSlot, StartFlow, Unclear
from assistant.understanding.planned_checks import RULES_ONLY, Told
from assistant.understanding.planned_prompt import planner_messages
from assistant.understanding.planned_schema import LONGEST_ANSWER, read_answer, schema
from assistant.understanding.situation import Lexicon
from model_serving.chat import Sampling
from model_serving.errors import ModelError
from model_serving.ports import Judges, LanguageModel

log = logging.getLogger(__name__)

AGREEMENT: Final = 0.6
"""Share of a model's arguments that must be found; below it the whole answer is taken for invented."""
DEADLINE: Final = 4.0
"""Seconds for the model's answer; then the rules' reading is taken."""
_TOKENS: Final = 300


class MessageReader(Protocol):
    async def read(self, conversation: Conversation, said: str) -> list[Command]:
        """The commands of one message, in order, never none. Does not fail."""
        ...


class StructuredUnderstander:
    """Reads by model where that is allowed and sound, else by rules."""

    def __init__(
        self,
        rules: MessageReader,
        model: LanguageModel,
        lexicon: Lexicon,
        *,
        deadline: float = DEADLINE,
        learnt: Callable[[], Sequence[tuple[str, str]]] = tuple,
    ) -> None:
        """learnt: examples that a person accepted, (message, label)."""
        self._learnt = learnt
        self._rules, self._model, self._lexicon, self._deadline = rules, model, lexicon, deadline

    async def read(self, conversation: Conversation, said: str) -> list[Command]:
        by_rules = await self._rules.read(conversation, said)
        context = context_of(conversation)
        if rules_decide(by_rules, context) or not said.strip() or not await self._model.ready():
            return by_rules
        try:
            answer = await self._answer(conversation, context, said)
            planned = self._read(*answer)
            told = Told(said=said, heard=_heard(conversation, said), context=context, lexicon=self._lexicon)
            commands = [command for each in planned if (command := told.command(each)) is not None]
        except ModelError as error:
            log.info("the rules read: %s", error)
            return by_rules
        return commands if _sound(commands, told, by_rules) else by_rules

    def _read(self, answer: str, written_by: str) -> Sequence[Mapping[str, Any]]:
        """Raises InvalidModelOutput. A canary hears whether the answer fitted the schema."""
        valid = False
        try:
            found = read_answer(answer)
            valid = True
        finally:
            if isinstance(self._model, Judges):
                self._model.judged(written_by, valid=valid)
        return found

    async def _answer(self, conversation: Conversation, context: Context, said: str) -> tuple[str, str]:
        """The answer, and who wrote it."""
        titles = [item.title for item in conversation.cart.items]
        messages = planner_messages(said, context, conversation.transcript, titles, learnt=self._learnt())
        answer, written_by = "", self._model.name
        sampling = Sampling(max_tokens=_TOKENS)
        async with self._model.stream(messages, schema=schema(), sampling=sampling, deadline=self._deadline) as deltas:
            async for delta in deltas:
                answer, written_by = answer + delta.text, delta.model or written_by
                if len(answer) > LONGEST_ANSWER:
                    break  # the reader of answers says what is wrong with it
        return answer, written_by


def _heard(conversation: Conversation, said: str) -> tuple[str, ...]:
    return (*(line.text for line in conversation.transcript if line.who == "customer"), said)


def rules_decide(commands: Sequence[Command], context: Context) -> bool:
    """What no model may decide: answers to a proposal, who the customer is, and messages that give orders to the assistant."""
    if context.process.get("kind"):
        return True
    return any(
        isinstance(command, Confirm | Decline | FillSlot | CancelFlow)
        or (isinstance(command, Unclear) and command.kind in ("instructions", "not_yours"))
        for command in commands
    )


def _sound(commands: Sequence[Command], told: Told, by_rules: Sequence[Command]) -> bool:
    """Whether the model's reading may stand in place of the rules'."""
    if not commands or told.agreement < AGREEMENT:
        return False
    if all(isinstance(command, Unclear) for command in commands):
        return all(isinstance(command, Unclear) for command in by_rules)
    flows = {command.flow for command in by_rules if isinstance(command, StartFlow)}
    taking = {command.flow for command in commands if isinstance(command, StartFlow)} & RULES_ONLY
    return taking <= flows
