"""Makes a folder of examples for the reader and the writer; the same seed gives the same bytes.

Above: `aisle eval tuning data`. Below: `reader_examples`, `writer_examples`, `scripts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from eval.intents.intents import load_intents
from eval.tuning.data.reader_examples import normalised, reader_examples
from eval.tuning.data.scripts import played
from eval.tuning.data.writer_examples import prices_of, writer_examples
from model_serving.tuning.examples import Example, Split, write_examples

VERSION: Final = 2
OnProgress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How much to make. A conversation gives three to four drafts, of which about a third is taught."""

    seed: int = 11
    reader: tuple[int, int, int] = (1500, 150, 400)
    """Examples of train, dev and test."""
    conversations: tuple[int, int, int] = (700, 100, 600)


async def generate_examples(
    folder: Path, wanted: Wanted, *, work: Path, avoid: Iterable[Path] = (), on_progress: OnProgress = lambda *_: None
) -> dict[str, Any]:
    """Writes into `folder`, gives the manifest back. work: where each split's shop and index lie, between calls too.

    avoid: suites of utterances that are measured on: none of their messages is made. Raises IntentsInvalid, OSError and
    what opening the assistant raises.
    """
    unwanted = _messages(avoid)
    examples: list[Example] = []
    splits: tuple[Split, ...] = ("train", "dev", "test")
    for number, split in enumerate(splits):
        examples += reader_examples(split, wanted.reader[number], seed=wanted.seed, avoid=unwanted)
        count = wanted.conversations[number]

        def tell(done: int, split: Split = split, count: int = count) -> None:
            on_progress(f"playing {split}", done, count)

        cases = await played(split, count, seed=wanted.seed, home=work / split, on_played=tell) if count else []
        taught = prices_of(example for example in examples if example.task == "writer")
        examples += await writer_examples(cases, split, seed=wanted.seed, taught_prices=taught)
    return write_examples(folder, examples, settings={"version": VERSION, **asdict(wanted)})


def _messages(suites: Iterable[Path]) -> frozenset[str]:
    return frozenset(
        normalised(words)
        for path in suites
        for utterance in load_intents(path).utterances
        for words in utterance.words.values()
    )
