"""How long a text takes from the carrier's webhook to the reply's arrival at the carrier, without the thinking in between.

`PYTHONPATH=. python scripts/measure_texts.py [--texts 200] [--out FILE]`: the real app, tables and workers on SQLite in a folder of
its own, an echoing turn, and a small server in the carriers' place; one phone after the other. Writes JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
from pathlib import Path

from tests.channels.house import build_house
from tests.channels.text_message.carriers_fake import fake_carriers
from tests.channels.text_message.text_house import NamedShop, texting


async def measured(texts: int, home: Path) -> dict[str, float]:
    house = build_house(home, shop=NamedShop())
    answered, whole = [], []
    async with fake_carriers() as carriers, texting(house, carriers, messages_per_minute=100_000) as texted:
        for number in range(texts):
            began = time.perf_counter()
            await texted.sms(f"message {number}", sender=f"+1555{number % 20:07}")
            answered.append(time.perf_counter() - began)
            await carriers.until(number + 1)
            whole.append(time.perf_counter() - began)
    house.tables.dispose()
    return {**_spread("webhook", answered), **_spread("reply", whole)}


def _spread(name: str, seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        f"{name}_ms_p50": round(ordered[len(ordered) // 2] * 1_000, 1),
        f"{name}_ms_p95": round(ordered[int(len(ordered) * 0.95)] * 1_000, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=200)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        found = asyncio.run(measured(given.texts, Path(home)))
    document = json.dumps({"texts": given.texts, "load": os.getloadavg()[0], **found}, indent=1)
    if given.out:
        given.out.write_text(document + "\n", encoding="utf-8")
    print(document)  # noqa: T201  its result


if __name__ == "__main__":
    main()
