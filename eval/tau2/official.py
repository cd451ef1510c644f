"""The official tau2-bench runner with this assistant as its agent, for whoever has the models that play its customers.

    python -m eval.tau2.official --db data/tau2/domains/retail/db.json --user-model MODEL [--user-args JSON] [--trials 4]

Needs the package tau2 (Python 3.12 or newer) and its data beside it; docs/evaluation.md tells how. What a run under
another customer's model than the published one shows may be told, but not as an official score. Above: the command line.
Below: `agent`, the benchmark's `run_domain`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.tau2.agent import factory

AGENT = "aisle"
PUBLISHED_USER = "gpt-4.1-2025-04-14"
"""Which model plays the customers of published scores."""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _read(arguments)
    try:
        from tau2.data_model.simulation import TextRunConfig  # type: ignore[import-not-found]
        from tau2.registry import registry  # type: ignore[import-not-found]
        from tau2.runner import run_domain  # type: ignore[import-not-found]
    except ImportError as error:
        sys.stderr.write(f"the package tau2 is not here ({error}): docs/evaluation.md tells how to install it\n")
        return 2
    registry.register_agent_factory(factory(options.db), AGENT)
    run_domain(TextRunConfig(**_config(options)))
    if options.user_model != PUBLISHED_USER:
        sys.stderr.write(f"customers were played by {options.user_model}, not by {PUBLISHED_USER}: no official score\n")
    return 0


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.tau2.official", description=__doc__)
    parser.add_argument("--db", type=Path, required=True, help="the retail domain's db.json")
    parser.add_argument(
        "--user-model", default=PUBLISHED_USER, help="as litellm names it; openai/… for a server of yours"
    )
    parser.add_argument(
        "--user-args", type=json.loads, default={"temperature": 0.0}, help="JSON: temperature, api_base …"
    )
    parser.add_argument("--trials", type=int, default=4, help="pass^1 to pass^4 are published of four")
    parser.add_argument("--tasks", type=int, help="only the first so many: no score, a trial of the setup")
    parser.add_argument("--at-once", type=int, default=1, help="conversations beside each other")
    parser.add_argument("--seed", type=int, default=300)
    parser.add_argument("--name", default="aisle_retail", help="of the folder of results")
    return parser.parse_args(arguments)


def _config(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "domain": "retail", "agent": AGENT, "llm_agent": "none", "llm_args_agent": {}, "user": "user_simulator",
        "llm_user": options.user_model, "llm_args_user": options.user_args, "num_trials": options.trials,
        "num_tasks": options.tasks, "max_concurrency": options.at_once, "seed": options.seed, "save_to": options.name,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
