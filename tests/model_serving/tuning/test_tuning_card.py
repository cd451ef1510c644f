"""The model card: figures from the files, and none for an adapter of other examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from model_serving.chat import ChatMessage
from model_serving.errors import ModelUnavailable
from model_serving.tuning.card import card, read_facts
from model_serving.tuning.examples import Example, write_examples

RATE = {"hits": 3, "of": 4, "rate": 0.75, "interval_95": [0.3, 0.95]}
WRITING: dict[str, Any] = {
    **dict.fromkeys(("sound", "facts_kept", "nothing_added", "no_loop", "whole", "changed"), RATE),
    "length": {"p50": 1.0, "p95": 1.2}, "distinct_2": 0.5, "repeated_sentences": 0.1,
}  # fmt: skip
REPORTS = (
    {
        "model": "tuned", "with_schema": True,
        "test": {"messages": 4, "readers": {"rules": {"commands": RATE, "arguments": RATE, "wordings": RATE}},
            "model_valid": RATE, "model_exact": RATE},
    },
    {"model": "tuned", "test": {"template": WRITING, "model": WRITING}},
)  # fmt: skip


def made(folder: Path) -> tuple[Path, Path, list[Path]]:
    data, run = folder / "data", folder / "run"
    run.mkdir()
    message = ChatMessage(role="user", content="hi")
    manifest = write_examples(
        data, [Example(id="e", task="reader", split="train", messages=(message,), answer="{}")], settings={"seed": 3}
    )
    told = {
        "settings": {"rank": 16}, "data_sha256": manifest["sha256"], "steps": 98, "tokens": 219000, "cpu_seconds": 1080.0,
        "first_loss": 1.12, "last_loss": 0.2, "trained_weights": 4884480, "torch": "2.13.0",
    }  # fmt: skip
    (run / "run.json").write_text(json.dumps(told))
    files = []
    for number, report in enumerate(REPORTS):
        files.append(run / f"report{number}.json")
        files[-1].write_text(json.dumps(report))
    return data, run, files


def test_a_card_tells_data_settings_scores_licence_use_and_limits(tmp_path: Path) -> None:
    data, run, reports = made(tmp_path)

    text = card(read_facts(run, data, reports, name="small", base="tiny", date="2026-11-22", decision="Not used."))

    manifest = json.loads((data / "manifest.json").read_text())
    for part in (
        "# small",
        "tiny",
        "Apache-2.0",
        "**Not used.**",
        "## Use",
        "## Limits",
        manifest["sha256"],
        "18.0 CPU minutes",
    ):
        assert part in text
    assert "| rules | 75.0 % (30–95) of 4 | 75.0 % (30–95) of 4 | 75.0 % (30–95) of 4 |" in text
    assert "| nothing added | 75.0 % (30–95) of 4 | 75.0 % (30–95) of 4 |" in text


def test_no_card_tells_of_examples_that_the_adapter_was_not_trained_on(tmp_path: Path) -> None:
    data, run, reports = made(tmp_path)
    told = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps({**told, "data_sha256": "other"}))

    with pytest.raises(ModelUnavailable, match="other examples"):
        read_facts(run, data, reports, name="small", base="tiny", date="2026-11-22")
    with pytest.raises(ModelUnavailable, match="train and evaluate first"):
        read_facts(tmp_path, data, reports, name="small", base="tiny", date="2026-11-22")
