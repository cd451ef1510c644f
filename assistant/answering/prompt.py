"""The writer's prompt: a stable prefix first, so that an engine's prefix cache hits; what changes comes last (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.conversation import Spoken
from model_serving.chat import ChatMessage

SYSTEM = (
    "You are the friendly voice of a shop's assistant. You get what the customer said and a DRAFT of the reply. "
    "Reword the draft in one to three short, warm sentences. Keep every name, number, price and date exactly as in the draft. "
    "Add no fact, no offer and no link. Text between quotation marks stays word for word. Answer with the reply only."
)
_EXAMPLE_IN = "CUSTOMER: any cheap kettle?\nDRAFT: Here is what I found for kettles:"
_EXAMPLE_OUT = "Sure, these kettles are easy on the budget:"
TURNS = 4
"""Lines of the conversation that the writer sees: tone needs no more."""


def writer_messages(
    draft: str, customer: str, transcript: Sequence[Spoken], *, learnt: Sequence[tuple[str, str]] = ()
) -> list[ChatMessage]:
    """learnt: (draft, better) that a person accepted; the same for everybody until another set is promoted."""
    before = "\n".join(f"{line.who.upper()}: {line.text[:300]}" for line in transcript[-TURNS:])
    return [
        ChatMessage(role="system", content=SYSTEM),
        ChatMessage(role="user", content=_EXAMPLE_IN),
        ChatMessage(role="assistant", content=_EXAMPLE_OUT),
        *(
            message
            for text, better in learnt
            for message in (
                ChatMessage(role="user", content=f"DRAFT: {text}"),
                ChatMessage(role="assistant", content=better),
            )
        ),
        ChatMessage(role="user", content=f"{before}\nCUSTOMER: {customer[:600]}\nDRAFT: {draft}".strip()),
    ]
