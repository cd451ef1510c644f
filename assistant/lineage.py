"""What a reply was made by, beside the model: the versions of prompts, encoders and index, as they lie here; and what
encoders tell the board.

`bootstrap` registers them with model_serving's lineage when it opens them; blocking, milliseconds. `Aisle.versions` is read
by turns.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from assistant.tools.policy import ServicePolicy
from model_serving.call_board import CallBoard
from model_serving.errors import ModelError
from model_serving.lineage import SHORT, Lineage, digest_of_text, found, found_at
from model_serving.measured import Work
from model_serving.registry import Version
from retrieval.embedders.measured import Embedding
from retrieval.errors import RetrievalError
from retrieval.ports import Embedder
from retrieval.retriever import Retriever
from retrieval.snapshot import inspect

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
PROMPTS = {"prompt": HERE / "answering" / "prompt.py", "prompt_planner": HERE / "understanding" / "planned_prompt.py"}
"""Part -> the file that is the prompt: whoever changes it makes another version."""


def note(lineage: Lineage, part: str, made_by: Version) -> None:
    """A registry that cannot be written costs a line in the log, never a customer's turn."""
    try:
        lineage.uses(part, made_by)
    except (ModelError, SQLAlchemyError, OSError):
        log.exception("version %s of %s could not be written down", made_by.label, part)


def tell_embedding(board: CallBoard, told: Embedding) -> None:
    """retrieval knows no board: this is what it says, in the board's words."""
    board.embedded(
        Work(
            engine=told.encoder,
            kind="one" if told.texts == 1 else "many",
            seconds=told.seconds,
            result="failed" if told.trouble else "done",
            texts=told.texts,
        )
    )


def note_parts(lineage: Lineage, embedder: Embedder, multilingual: Embedder | None) -> None:
    for part, path in PROMPTS.items():
        note(lineage, part, found_at("prompt", part.removeprefix("prompt_").replace("prompt", "writer"), path))
    for part, encoder in encoder_versions(embedder, multilingual):
        note(lineage, part, encoder)


def encoder_versions(embedder: Embedder, multilingual: Embedder | None) -> Iterator[tuple[str, Version]]:
    """By their weights, or where they have none by their name: vectors of different names never mix."""
    for part, encoder in (("encoder", embedder), ("encoder_multilingual", multilingual)):
        weights = getattr(getattr(encoder, "embedder", encoder), "weights", None)
        if encoder is not None and weights is not None:
            yield part, found_at("encoder", encoder.name, weights)
        elif encoder is not None:
            yield part, found("encoder", encoder.name, digest_of_text(encoder.name))


def note_index(lineage: Lineage, folder: Path, retriever: Retriever) -> None:
    """Of the generation that is served; its digest is that of its files' digests."""
    try:
        files = inspect(folder).files
    except RetrievalError:
        files = {}
    digest = digest_of_text("\n".join(f"{name} {files[name]}" for name in sorted(files))) if files else ""
    named = f"{retriever.generation}-{digest[:8] or 'unsaved'}"
    note(lineage, "index", Version(kind="index", name="catalogue", version=named, digest=digest, source=str(folder)))


def note_learned(lineage: Lineage, label: str, digest: str) -> None:
    """Of the learnt set that is in use; empty: none is."""
    if label:
        name, _, numbered = label.partition("@")
        note(lineage, "learned", Version(kind="prompt", name=name, version=numbered, digest=digest))
        return
    try:
        lineage.ends("learned")
    except (ModelError, SQLAlchemyError, OSError):
        log.exception("that no learnt set is in use could not be written down")


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRules:
    """What a reply was made by beside models and index: the shop's rules, the rules of grounding, the words, the release."""

    policy: str
    grounding: str
    release: str
    languages: Mapping[str, str]

    def of(self, language: str) -> Mapping[str, str]:
        """Part -> name@version, for a reply in that language."""
        words = self.languages.get(language, "")
        parts = {"policy": self.policy, "grounding": self.grounding, "release": self.release}
        return {**parts, "language": words} if words else parts


GROUNDING = ("grounding.py", "claims.py", "concepts.py", "concepts.yaml", "figures.py", "naming.py")


def house_rules(policy: ServicePolicy, languages: Sequence[str]) -> HouseRules:
    """By what lies here now. Blocking: some ms."""
    answering = HERE / "answering"
    words = answering / "templates"
    rules = digest_of_text(msgspec.json.encode(policy, order="sorted").decode())[:SHORT]
    return HouseRules(
        policy=f"{policy.name}@{rules}",
        grounding=f"grounding@{_together(answering / name for name in GROUNDING)}",
        release=f"aisle@{_release()}",
        languages={one: f"{one}@{_together((*words.rglob(f'{one}.yaml'), words / 'terms.yaml'))}" for one in languages},
    )


def _together(paths: Iterable[Path]) -> str:
    return digest_of_text("\n".join(path.read_text(encoding="utf-8") for path in sorted(paths) if path.exists()))[
        :SHORT
    ]


def _release() -> str:
    try:
        return version("aisle")
    except PackageNotFoundError:
        return "0"
