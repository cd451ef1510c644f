"""`python -m eval.integrity --home DIR`: the promises, as JSON. Exit 1 when one was broken."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.dialogue.shop_facts import facts_of
from eval.integrity.opening import opened_copy
from eval.integrity.promises import look


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.integrity", description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(".aisle"), help="whose shop; what lies there is not changed")
    parser.add_argument("--seed", type=int, default=7, help="kept in the report")
    options = parser.parse_args(arguments)
    logging.getLogger("assistant").setLevel(logging.CRITICAL)
    report = asyncio.run(_measured(options.home, options.seed))
    sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
    return 1 if any(one["broken"] for one in report["promises"]) else 0


async def _measured(home: Path, seed: int) -> dict[str, Any]:
    async with opened_copy(home) as aisle:
        shop = await aisle.in_thread(facts_of, aisle.shop)
        tally = await look(aisle, shop)
    return {"seed": seed, "promises": tally.plain()}


if __name__ == "__main__":
    sys.exit(main())
