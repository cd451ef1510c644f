"""What sealing costs: processor time to seal and to open a turn's events, to make a conversation's key, to search sealed words.

Above: `aisle bench store`. Below: assistant.sealing, the stores' codec.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from assistant.ids import RandomIds
from assistant.sealing.opening import open_sealing
from assistant.sealing.sealer import KeySealer
from assistant.settings import AisleSettings
from assistant.stores.entries import Entry
from assistant.stores.sealed_rows import Codec

ROUNDS = 2_000
NEW_KEYS = 200
_NAME = "c_0123456789abcdef"


def bench_sealing(turn: Sequence[Sequence[Entry]]) -> dict[str, Any]:
    """Microseconds of CPU; `turn`: the appends of one."""
    with tempfile.TemporaryDirectory(prefix="aisle-bench-") as made:
        sealing = open_sealing(AisleSettings(home=Path(made), database_url=SecretStr("")))
        try:
            sealed, clear = Codec(sealing, b"k" * 32), Codec(None, b"k" * 32)
            return {
                "events": sum(map(len, turn)),
                "turn_written_us": _extra(lambda: _written(sealed, turn), lambda: _written(clear, turn)),
                "turn_read_us": _extra(_read(sealed, turn), _read(clear, turn)),
                "new_key_us": _us(lambda: _new_keys(sealing), NEW_KEYS),
            }
        finally:
            sealing.close()


def _extra(sealed: Callable[[], object], clear: Callable[[], object]) -> dict[str, float]:
    found = {"sealed": _us(sealed, ROUNDS), "clear": _us(clear, ROUNDS)}
    return {**found, "more": round(found["sealed"] - found["clear"], 1)}


def _us(work: Callable[[], object], times: int) -> float:
    """The best of three: others use the machine, too."""
    taken = []
    for _ in range(3):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return round(min(taken) / times * 1e6, 1)


def _written(codec: Codec, turn: Sequence[Sequence[Entry]]) -> None:
    async def write() -> None:
        for _ in range(ROUNDS):
            for entries in turn:
                key = await codec.key_for(_NAME, entries)
                for seq, entry in enumerate(entries, 1):
                    codec.lie(_NAME, seq, entry, key)
                await codec.wrote(_NAME, entries)

    asyncio.run(write())


def _read(codec: Codec, turn: Sequence[Sequence[Entry]]) -> Callable[[], object]:
    rows = asyncio.run(_rows(codec, turn))

    def read() -> None:
        for _ in range(ROUNDS):
            for seq, type_name, actor, data in rows:
                codec.read(_NAME, seq, type_name, actor, data)

    return read


async def _rows(codec: Codec, turn: Sequence[Sequence[Entry]]) -> list[tuple[int, str, str, str]]:
    rows = []
    for entries in turn:
        key = await codec.key_for(_NAME, entries)
        rows += [(seq, entry.type, *codec.lie(_NAME, seq, entry, key)) for seq, entry in enumerate(entries, 1)]
    return rows


def _new_keys(sealing: KeySealer) -> None:
    ids = RandomIds()
    for _ in range(NEW_KEYS):
        sealing.store.present(ids.conversation())
