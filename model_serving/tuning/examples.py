"""Examples to tune with: what goes in, what should come out, and which split they belong to; JSON lines and a manifest.

A generator above writes them (`eval.tuning.data`); `training`, `card` and the evaluations read them. Knows nothing of shops.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, get_args

from model_serving.chat import ChatMessage
from model_serving.errors import ModelUnavailable

Split = Literal["train", "dev", "test"]
SPLITS: Final[tuple[Split, ...]] = get_args(Split)
MANIFEST: Final = "manifest.json"


class ExamplesInvalid(ModelUnavailable):
    """A folder of examples that cannot be read; the message says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    id: str
    task: str
    """"reader" or "writer": a model may be trained on both and is marked on each."""
    split: Split
    messages: tuple[ChatMessage, ...]
    """As the assistant itself sends them: nothing is left to be guessed at serving."""
    answer: str
    """Empty where none is taught: an example that is only marked."""
    marks: Mapping[str, Any] = field(default_factory=dict)
    """What the evaluation needs; plain values. `template` and `values` tell what no other split may share."""


def write_examples(folder: Path, examples: Iterable[Example], *, settings: Mapping[str, Any]) -> dict[str, Any]:
    """One file a split and the manifest with counts and hashes, which it gives back. Replaces what lies there."""
    folder.mkdir(parents=True, exist_ok=True)
    by_split: dict[Split, list[Example]] = {split: [] for split in SPLITS}
    for example in examples:
        by_split[example.split].append(example)
    for split, found in by_split.items():
        text = "".join(json.dumps(_plain(example), ensure_ascii=False, sort_keys=True) + "\n" for example in found)
        (folder / f"{split}.jsonl").write_text(text, encoding="utf-8")
    manifest = {
        "settings": dict(settings),
        "splits": {split: _counted(folder / f"{split}.jsonl", found) for split, found in by_split.items()},
    }
    manifest["sha256"] = _hash(json.dumps(manifest["splits"], sort_keys=True).encode())
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return manifest


def read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ExamplesInvalid(
            f"{str(folder)!r} holds no examples ({error})", way_out="make them with `aisle eval tuning data`"
        ) from error
    return manifest


def read_examples(folder: Path, split: Split) -> tuple[Example, ...]:
    """Raises ExamplesInvalid, also where the file is not the one that the manifest tells of."""
    manifest, path = read_manifest(folder), folder / f"{split}.jsonl"
    try:
        content = path.read_bytes()
        if _hash(content) != manifest["splits"][split]["sha256"]:
            raise ExamplesInvalid(
                f"{path} was changed after it was made", way_out="make the examples anew with `aisle eval tuning data`"
            )
        return tuple(_example(json.loads(line)) for line in content.decode().splitlines())
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ExamplesInvalid(
            f"{path} cannot be read ({error!r})", way_out="make the examples anew with `aisle eval tuning data`"
        ) from error


def _plain(example: Example) -> dict[str, Any]:
    return {
        "id": example.id,
        "task": example.task,
        "split": example.split,
        "messages": [{"role": message.role, "content": message.content} for message in example.messages],
        "answer": example.answer,
        "marks": dict(example.marks),
    }


def _example(plain: Mapping[str, Any]) -> Example:
    messages = tuple(ChatMessage(role=one["role"], content=one["content"]) for one in plain["messages"])
    return Example(**{**plain, "messages": messages})


def _counted(path: Path, examples: Sequence[Example]) -> dict[str, Any]:
    return {
        "sha256": _hash(path.read_bytes()),
        "examples": len(examples),
        "tasks": dict(sorted(Counter(example.task for example in examples).items())),
        "taught": sum(bool(example.answer) for example in examples),
        "templates": len({example.marks.get("template", "") for example in examples}),
    }


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
