"""Examples to token ids, by the model's own chat template; the common beginning apart (needs transformers).

Above: `training`. The engines render the same template, so what is trained on is what is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from model_serving.chat import ChatMessage
from model_serving.tuning.batches import Tokens
from model_serving.tuning.examples import Example

Encode = Callable[[str], Sequence[int]]


def tokens_of(examples: Iterable[Example], tokenizer: Any, *, longest: int) -> tuple[Tokens, ...]:
    """Those that teach something and are not too long."""
    found = (_tokens(example, tokenizer) for example in examples if example.answer)
    return tuple(tokens for tokens in found if tokens.length <= longest)


def _tokens(example: Example, tokenizer: Any) -> Tokens:
    encode: Encode = lambda text: tokenizer(text, add_special_tokens=False).input_ids  # noqa: E731 - one line, used thrice
    before = rendered(example.messages[:-1], tokenizer, reply=False)
    whole = rendered(example.messages, tokenizer, reply=True)
    return Tokens(
        prefix=tuple(encode(before)),
        prompt=tuple(encode(whole.removeprefix(before))),
        answer=tuple(encode(f"{example.answer}{tokenizer.eos_token}")),
    )


def rendered(messages: Sequence[ChatMessage], tokenizer: Any, *, reply: bool) -> str:
    plain = [{"role": message.role, "content": message.content} for message in messages]
    return str(tokenizer.apply_chat_template(plain, tokenize=False, add_generation_prompt=reply))
