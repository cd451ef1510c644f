"""Dialogue: what a model is told of a conversation so far, within a budget of tokens: the newest lines as they were said,
the block of lines before them summed up by code (pure).

Lines come and go in blocks, so that the text before the newest line stays what it was for several turns, and an engine's
prefix cache hits. Above: the planners' prompts. Below: the fold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.conversation import REMEMBERED_MESSAGES, Spoken

BLOCK = 64
"""Places in the log that a block spans: about six exchanges, for a turn appends some ten events."""
LONGEST_LINE = 300
_LONGEST_WISH = 80
_CHARACTERS_A_TOKEN = 3
"""Fewer than any tokenizer of the models in docs/models.md gives for the languages that we reply in: an upper bound."""
_NAMED = re.compile(r"\*\*(.+?)\*\*|(#?[A-Z]{1,3}\d{4,})")


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    earlier: str = ""
    """What the block before was about; "" while all fits."""
    lines: tuple[str, ...] = ()


def history(transcript: Sequence[Spoken], *, tokens: int) -> History:
    """transcript: oldest first. The newest line is always told, clipped to `LONGEST_LINE` characters as every other."""
    blocks = _blocks(transcript)
    kept: list[Spoken] = []
    while blocks and (not kept or _cost(blocks[-1]) + _cost(kept) <= tokens):
        kept = [*blocks.pop(), *kept]
    while len(kept) > 1 and _cost(kept) > tokens:  # a single block that is too long of its own
        kept = kept[len(kept) // 2 :]
    if blocks and len(transcript) >= REMEMBERED_MESSAGES and len(blocks) == 1:
        blocks.pop()  # its first lines are forgotten already: another summary of it every turn would help no cache
    return History(earlier=_summed_up(blocks[-1]) if blocks else "", lines=tuple(map(_line, kept)))


def _blocks(transcript: Sequence[Spoken]) -> list[list[Spoken]]:
    found: list[list[Spoken]] = []
    for line in transcript:
        if found and found[-1][0].seq // BLOCK == line.seq // BLOCK:
            found[-1].append(line)
        else:
            found.append([line])
    return found


def _line(line: Spoken) -> str:
    return f"{line.who}: {line.text[:LONGEST_LINE]}"


def _cost(lines: Iterable[Spoken]) -> int:
    return sum(len(_line(line)) // _CHARACTERS_A_TOKEN + 4 for line in lines)


def _summed_up(block: Sequence[Spoken]) -> str:
    """Their words for what they wanted, and the names and orders that came up."""
    wishes = [line.text[:_LONGEST_WISH].strip() for line in block if line.who == "customer"]
    named = dict.fromkeys(bold or order for line in block for bold, order in _NAMED.findall(line.text))
    about = f"; about {', '.join(list(named)[:8])}" if named else ""
    return f"the customer said: {' / '.join(wishes)}{about}" if wishes else ""
