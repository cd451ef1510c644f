"""What `aisle eval writer` does: plays, rewords, writes blind pairs, reads a reader's choices. Above: `command_line`."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track

from assistant.bootstrap import open_aisle
from assistant.errors import AssistantError
from eval.dialogue.dialogue import play
from eval.dialogue.product_names import ProductNames
from eval.dialogue.scenarios import SuiteInvalid, load_suite
from eval.opening import Measured, OpeningFailed, shop_facts_of
from eval.shopfronts import InProcess
from eval.showing import show_figures
from eval.writer.writer import Pair, RecordingWriter, blind, reword, sample, writer_report
from model_serving.errors import ModelError
from model_serving.waiting import wait_until_ready
from retrieval.errors import RetrievalError

FAULT = 2
MODEL_START = 300.0
"""Seconds; the first start rewrites the packaged model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterRun:
    suite: Path
    drafts: int
    seed: int
    folder: Path
    """Where pairs.json (all), blind.json (for the reader) and choices.json (from the reader) lie."""
    reader: str
    as_json: bool
    home: Path


def run(chosen: WriterRun) -> int:
    """Without choices.json yet: rewords and writes the pairs. With it: the report, from the pairs that lie there."""
    choices_file, pairs_file = chosen.folder / "choices.json", chosen.folder / "pairs.json"
    try:
        if choices_file.exists() and pairs_file.exists():
            kept = json.loads(pairs_file.read_text(encoding="utf-8"))
            pairs, model = [Pair(**pair) for pair in kept["pairs"]], str(kept["model"])
            choices = json.loads(choices_file.read_text(encoding="utf-8"))
        else:
            pairs, model = asyncio.run(_pairs(chosen))
            choices = {}
            _write(chosen, pairs, model)
    except (SuiteInvalid, OpeningFailed, AssistantError, ModelError, RetrievalError, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return FAULT
    show_figures(
        writer_report(pairs, choices, model=model, seed=chosen.seed, reader=chosen.reader), as_json=chosen.as_json
    )
    if not choices:
        sys.stderr.write(
            f"{chosen.folder / 'blind.json'} has the pairs: write {choices_file} as "
            '{"000": "A", "001": "same", …} and run the same command again\n'
        )
    return 0


async def _pairs(chosen: WriterRun) -> tuple[list[Pair], str]:
    suite, shop, recorder = load_suite(chosen.suite), shop_facts_of(chosen.home), RecordingWriter()
    names = ProductNames.of(shop.products.values())
    with tempfile.TemporaryDirectory(prefix="aisle-eval-") as folder:
        async with open_aisle(Measured(home=chosen.home, log_folder=Path(folder)), writer=recorder) as aisle:
            if aisle.model is None:
                raise OpeningFailed("no language model is there to compare: `aisle models list` tells why")
            await play(suite, InProcess(aisle.assistant), shop, seed=chosen.seed)
            cases = sample(recorder.cases, chosen.drafts, seed=chosen.seed)
            await wait_until_ready(aisle.model, timeout=MODEL_START)
            bar = track(enumerate(cases), "rewording", total=len(cases), console=Console(stderr=True))
            return [await reword(case, number, aisle.model, shop, names) for number, case in bar], aisle.model.name


def _write(chosen: WriterRun, pairs: Sequence[Pair], model: str) -> None:
    chosen.folder.mkdir(parents=True, exist_ok=True)
    everything = {"model": model, "pairs": [asdict(pair) for pair in pairs]}
    for name, content in (("pairs.json", everything), ("blind.json", blind(pairs, seed=chosen.seed))):
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        (chosen.folder / name).write_text(text, encoding="utf-8")
