"""Settings of one training run, as they are kept beside what it made and told in the model card."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from model_serving.errors import ModelError, ModelUnavailable

EXTRA: Final = "pip install 'aisle[tuning]'"
SETTINGS_FILE: Final = "settings.json"


class TuningInvalid(ModelError):
    """A run that cannot begin or go on; the message names the way out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningSettings:
    rank: int = 16
    alpha: int = 32
    dropout: float = 0.0
    learning_rate: float = 6e-4
    warm_up: float = 0.06
    """Share of the steps in which the rate grows; after them it falls to a tenth by a cosine."""
    epochs: float = 1.0
    rows: int = 16
    """Examples a step, at most."""
    room: int = 2400
    """Tokens of a step's examples, padding included, at most: they decide the memory that is needed (about 1 MiB each)."""
    seed: int = 11
    threads: int = 1
    bfloat16: bool = True
    """The base's weights; twice as fast as float32 on a CPU with AVX-512 (measured). The adapter's own are kept in float32."""
    longest: int = 640
    """Tokens of an example behind the common beginning; longer ones are left out."""
    checkpoint_every: int = 10
    """Steps."""
    tasks: tuple[str, ...] = ()
    """Empty: all that the examples have."""

    def __post_init__(self) -> None:
        if not (self.rank > 0 and self.rows > 0 and self.epochs > 0 and self.checkpoint_every > 0):
            raise TuningInvalid("rank, rows, epochs and checkpoint_every must be above zero")


def write_settings(folder: Path, settings: TuningSettings) -> None:
    (folder / SETTINGS_FILE).write_text(json.dumps(asdict(settings), indent=2) + "\n", encoding="utf-8")


def read_settings(folder: Path) -> TuningSettings | None:
    """None where no run has begun. Raises TuningInvalid."""
    path = folder / SETTINGS_FILE
    if not path.exists():
        return None
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        return TuningSettings(**{**plain, "tasks": tuple(plain["tasks"])})
    except (ValueError, TypeError, KeyError) as error:
        raise TuningInvalid(f"{path} cannot be read ({error!r}): remove the folder and train anew") from error


def without_torch(error: ImportError) -> ModelUnavailable:
    return ModelUnavailable(f"training needs {error.name or 'torch'}, which is not installed", way_out=EXTRA)
