"""`python -m model_serving.tuning.train`: training as a process of its own, a line of JSON a step on the standard output.

`aisle models tune` runs it in the environment that has the extra `tuning`, which need not have the rest of Aisle.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

from model_serving.errors import ModelError
from model_serving.tuning.settings import TuningSettings
from model_serving.tuning.training import train


def main(arguments: Sequence[str]) -> int:
    """0 trained, 2 with a line on the standard error when it cannot be."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("base", "examples", "folder"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--settings", default="{}", help="JSON object of TuningSettings")
    told = parser.parse_args(arguments)
    try:
        chosen = _settings(told.settings)
        made = train(
            told.base, told.examples, told.folder, chosen, on_progress=lambda step: _tell(json.dumps(asdict(step)))
        )
    except (ModelError, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    _tell(json.dumps({"adapter": str(made)}))
    return 0


def _settings(text: str) -> TuningSettings:
    """Raises ValueError for what is no JSON object of known settings."""
    plain = json.loads(text)
    known = {field.name for field in fields(TuningSettings)}
    if not isinstance(plain, dict) or set(plain) - known:
        raise ValueError(f"settings are an object with some of {', '.join(sorted(known))}")
    return TuningSettings(**{**plain, "tasks": tuple(plain.get("tasks", ()))})


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
