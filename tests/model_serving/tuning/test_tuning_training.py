"""Training, with a tiny model of random weights, in processes of its own: it learns, and goes on after kill -9."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from model_serving.chat import ChatMessage
from model_serving.tuning.batches import Batch, Tokens
from model_serving.tuning.examples import Example, write_examples
from model_serving.tuning.settings import TuningSettings
from model_serving.tuning.training import _laid_out, rate

ROOT = Path(__file__).parents[3]
needs_torch = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("torch", "peft", "transformers")),
    reason="needs the extra: pip install 'aisle[tuning]'",
)
TINY = """
import sys, torch, transformers
from tokenizers import Tokenizer, models, pre_tokenizers
words = ["<|im_start|>", "<|im_end|>", "?"] + [f"w{n}" for n in range(60)] + ["system", "user", "assistant"]
inner = Tokenizer(models.WordLevel({word: number for number, word in enumerate(words)}, unk_token="?"))
inner.pre_tokenizer = pre_tokenizers.Whitespace()
inner.add_special_tokens(["<|im_start|>", "<|im_end|>"])
tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=inner, eos_token="<|im_end|>", unk_token="?")
tokenizer.chat_template = ("{% for m in messages %}<|im_start|> {{ m.role }} {{ m.content }} <|im_end|> {% endfor %}"
    "{% if add_generation_prompt %}<|im_start|> assistant {% endif %}")
torch.manual_seed(1)
shape = transformers.LlamaConfig(vocab_size=len(words), hidden_size=32, intermediate_size=48, num_hidden_layers=2,
    num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=128)
transformers.LlamaForCausalLM(shape).save_pretrained(sys.argv[1])
tokenizer.save_pretrained(sys.argv[1])
"""
SETTINGS = {"rows": 4, "epochs": 3, "checkpoint_every": 3, "bfloat16": False, "rank": 4, "learning_rate": 0.02}


def run(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def training(base: Path, data: Path, folder: Path, **changes: Any) -> subprocess.Popen[str]:
    settings = json.dumps(SETTINGS | changes)
    return run("-m", "model_serving.tuning.train", base, data, folder, "--settings", settings)


def steps_of(output: str) -> list[dict[str, Any]]:
    return [line for line in map(json.loads, output.splitlines()) if "step" in line]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A model's folder, and examples of which the answer is the message's word."""
    base, data = tmp_path_factory.mktemp("base"), tmp_path_factory.mktemp("data")
    made = run("-c", TINY, base)
    _, errors = made.communicate(timeout=120)
    assert made.returncode == 0, errors
    examples = [
        Example(
            id=f"e{number}",
            task="reader",
            split="train",
            messages=(
                ChatMessage(role="system", content="w1 w2"),
                ChatMessage(role="user", content=f"w{number % 6 + 10}"),
            ),
            answer=f"w{number % 6 + 20}",
        )
        for number in range(48)
    ]
    write_examples(data, examples, settings={})
    return base, data


@pytest.mark.slow
@needs_torch
def test_a_run_killed_halfway_ends_with_the_weights_of_one_that_was_not(
    tiny: tuple[Path, Path], tmp_path: Path
) -> None:
    base, data = tiny
    whole = training(base, data, tmp_path / "whole")
    told, errors = whole.communicate(timeout=240)
    assert whole.returncode == 0, errors
    steps = steps_of(told)
    assert steps[-1]["step"] == steps[-1]["steps"] == 36
    assert steps[-1]["loss"] < 0.95 * steps[0]["loss"]

    killed = training(base, data, tmp_path / "killed")
    assert killed.stdout is not None
    seen = 0
    while seen < 11:
        seen = json.loads(killed.stdout.readline()).get("step", 0)
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=60)
    again = training(base, data, tmp_path / "killed")
    told, errors = again.communicate(timeout=240)
    assert again.returncode == 0, errors

    resumed = steps_of(told)
    assert resumed[0]["step"] > 9
    assert resumed[0]["loss"] != steps[0]["loss"]
    ends = [(tmp_path / name / "adapter" / "adapter_model.safetensors").read_bytes() for name in ("whole", "killed")]
    assert ends[0] == ends[1]
    assert json.loads((tmp_path / "killed" / "run.json").read_text())["steps"] == 36


@pytest.mark.slow
@needs_torch
def test_a_folder_of_another_run_is_not_mixed_with(tiny: tuple[Path, Path], tmp_path: Path) -> None:
    base, data = tiny
    first = training(base, data, tmp_path, epochs=0.1)
    _, errors = first.communicate(timeout=240)
    assert first.returncode == 0, errors

    other = training(base, data, tmp_path, epochs=0.1, rank=8)
    _, errors = other.communicate(timeout=240)

    assert other.returncode == 2
    assert "another folder" in errors


def test_logits_are_asked_for_where_an_answer_comes_next() -> None:
    rows = (Tokens(prefix=(9,), prompt=(1, 2), answer=(3, 4)), Tokens(prefix=(9,), prompt=(5,), answer=(6,)))

    ids, mask, where, wanted = _laid_out(Batch(prefix=(9,), rows=rows))

    assert ids == [[1, 2, 3, 4], [5, 6, 0, 0]]
    assert mask == [[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]]
    assert where == [1, 2, 4]
    assert wanted == [3, 4, 6]


def test_the_rate_rises_and_falls() -> None:
    rates = [rate(step, 100, TuningSettings(learning_rate=1.0, warm_up=0.1)) for step in range(100)]

    assert rates[0] < rates[9] == max(rates)
    assert 0.09 < rates[-1] < 0.12
