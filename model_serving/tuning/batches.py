"""Batches of examples: of like length and with one beginning, so that little is padding and the beginning is computed once (pure).

Our prompts begin alike by design (a stable prefix for the engines' caches). Training uses that too: a batch's common beginning
goes through the model once for all, which is exact, since what comes later changes nothing before it. Above: `training`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """One example as the model sees it: beginning, rest of the prompt, answer."""

    prefix: tuple[int, ...]
    prompt: tuple[int, ...]
    answer: tuple[int, ...]

    @property
    def length(self) -> int:
        return len(self.prompt) + len(self.answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    prefix: tuple[int, ...]
    rows: tuple[Tokens, ...]

    @property
    def width(self) -> int:
        return max(row.length for row in self.rows)

    @property
    def work(self) -> int:
        """Tokens that go through the model, padding included."""
        return len(self.prefix) + self.width * len(self.rows)


def epoch(examples: Sequence[Tokens], *, rows: int, room: int, seed: int, number: int) -> tuple[Batch, ...]:
    """All examples once, at most `rows` and `room` tokens at a time. The same seed and number give the same batches.

    Lengths are sorted with a little chance, so that an epoch's batches are not the one before's. room bounds memory.
    """
    rng = Random(f"{seed}/{number}")
    batches: list[Batch] = []
    for prefix in dict.fromkeys(example.prefix for example in examples):
        alike = [example for example in examples if example.prefix == prefix]
        alike.sort(key=lambda example: example.length * rng.uniform(0.9, 1.1))
        batches += [Batch(prefix=prefix, rows=tuple(part)) for part in _parted(alike, rows, room)]
    rng.shuffle(batches)
    return tuple(batches)


def _parted(alike: Sequence[Tokens], rows: int, room: int) -> list[list[Tokens]]:
    parts: list[list[Tokens]] = []
    width = 0
    for example in alike:
        width = max(width, example.length)
        if parts and len(parts[-1]) < rows and width * (len(parts[-1]) + 1) <= room:
            parts[-1].append(example)
        else:
            parts.append([example])
            width = example.length
    return parts
