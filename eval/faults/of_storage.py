"""F6, F14 and F15: a disk that is full, a backup that is older than what clients know, rows that are not as they were written.

Above: the matrix. Below: disks, the stores' own backup and inspection.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

from assistant.settings import AisleSettings
from assistant.stores.file_backup import back_up, restore
from assistant.stores.inspection import faults, open_inspected
from eval.faults.disks import SmallDisk, small_disk
from eval.faults.houses import one_server, running, small_house
from eval.faults.outcome import Conditions, Seen
from eval.faults.spoiling import SPOILS, Spoiled, spoil
from eval.faults.talk import Talk, Tried
from eval.kill.device import open_client
from eval.kill.server_process import ServerProcess

_LONG = "x" * 3_000


async def disk_full(under: Conditions) -> Seen:
    """F6."""
    async with small_disk(under.folder) as disk:
        server = one_server(under.folder, "server", {}, home=disk.folder)
        async with running(server):
            return await _filled(under, server, disk)


async def _filled(under: Conditions, server: ServerProcess, disk: SmallDisk) -> Seen:
    talk = await Talk.begin(server.url, seed=under.seed)
    tries: dict[str, list[Tried]] = {}
    async with open_client(server.url, talk.token) as client:

        async def send(when: str, number: int) -> None:
            for count in range(number):
                tried = await talk.try_once(client, "d", f"{when}-{count}", f"{when} {count} {_LONG}")
                tries.setdefault(when, []).append(tried)

        await send("before", 5)
        await talk.settled(server.url, followed=False)
        disk.fill(server.pid)
        await send("full", under.of(60, 300))
        read = (await client.get(f"/v1/conversations/{talk.conversation}/events")).status_code
        disk.free(server.pid)
        await send("after", 5)
    await talk.settled(server.url, followed=False)
    wrong = await talk.verdict(server.url, followed=False)
    refused = [tried for tried in tries["full"] if tried.status == 503]
    wrong["never_refused"] = int(not refused)
    wrong["other_answers_than_503"] = sum(tried.status not in (200, 201, 202, 503) for tried in tries["full"])
    wrong["reads_failed"] = int(read != 200)
    wrong["refused_after_freeing"] = sum(tried.status >= 400 or not tried.status for tried in tries["after"])
    figures = {
        "acknowledged": talk.acknowledged,
        "refused_503": len(refused),
        "slowest_refusal_s": round(max((tried.seconds for tried in refused), default=0.0), 2),
    }
    return Seen(wrong=wrong, figures=figures, note=disk.kind)


async def older_backup(under: Conditions) -> Seen:
    """F14: clients that know more, or another history, than the log that came back are told so."""
    folder = under.folder / "server"
    server = one_server(under.folder, "server", {})
    async with running(server):
        talk = await Talk.begin(server.url, seed=under.seed)
        device = talk.devices[0]
        await _say_all(talk, "before", 5)
        generation = (await _greeted(server, talk, after=0))["generation"]
        archive, log = under.folder / "older.zip", AisleSettings(home=folder).log_file
        await asyncio.to_thread(back_up, folder, log, archive, under.tell)
        await _say_all(talk, "lost by the restore", 5)
        known = len(await talk.log(server.url))
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(restore, folder, log, archive, replace=True, tell=under.tell)
        await server.start()
        at_once = await _resets(server, talk, generation, range(1, known + 1, under.of(3, 1)))
        await asyncio.gather(*(device.say(f"new-{count}", f"another history {count}") for count in range(12)))
        await talk.settled(server.url, followed=False)
        grown = await _resets(server, talk, generation, range(1, known + 1, under.of(3, 1)))
        fresh = await _greeted(server, talk, after=1, generation=(await _greeted(server, talk, after=0))["generation"])
        log_now = await talk.log(server.url)
    wrong = {
        "not_told_at_once": at_once["asked"] - at_once["reset"],
        "not_told_when_grown_past": grown["asked"] - grown["reset"],
        "told_for_nothing": int(fresh["reset"]),
        "not_all_of_it_sent_again": at_once["not_from_the_beginning"] + grown["not_from_the_beginning"],
        "gaps": sum(event["seq"] != place for place, event in enumerate(log_now, 1)),
    }
    return Seen(wrong=wrong, figures={"resumes": at_once["asked"] + grown["asked"], "events_lost": known})


async def _say_all(talk: Talk, what: str, number: int) -> None:
    for count in range(number):
        await talk.devices[0].say(f"{what}-{count}", f"{what} {count}")


async def _resets(server: ServerProcess, talk: Talk, generation: str, afters: range) -> dict[str, int]:
    """Of devices that resume after each of these seqs; half of them say which history they counted, half let their token."""
    told = {"asked": 0, "reset": 0, "not_from_the_beginning": 0}
    for after in afters:
        for said in (generation, ""):
            greeted = await _greeted(server, talk, after=after, generation=said)
            told["asked"] += 1
            told["reset"] += bool(greeted["reset"])
            told["not_from_the_beginning"] += greeted["first"] not in (0, 1)
    return told


async def _greeted(server: ServerProcess, talk: Talk, *, after: int, generation: str = "") -> dict[str, Any]:
    """What a socket is told until it is live: whether to begin anew, of which history, and the first event."""
    hello = {"type": "hello", "token": talk.token, "conversation_id": talk.conversation, "after": after}
    found: dict[str, Any] = {"reset": False, "generation": "", "first": 0}
    address = server.url.replace("http", "ws", 1) + "/v1/socket"
    async with asyncio.timeout(10), connect(address, compression=None) as socket:
        await socket.send(json.dumps(hello | ({"generation": generation} if generation else {})))
        async for raw in socket:
            frame = json.loads(raw)
            found["generation"] = found["generation"] or frame.get("generation", "")
            found["reset"] = found["reset"] or frame["type"] == "reset"
            if frame["type"] == "event" and not found["first"]:
                found["first"] = frame["event"]["seq"]
            if frame["type"] in ("live", "reset"):
                break
    return found


async def spoiled_rows(under: Conditions) -> Seen:
    """F15: one row after the other is torn or flipped, and `aisle db check --deep` must name it."""
    async with small_house(under.folder) as server:
        talk = await Talk.begin(server.url, seed=under.seed)
        await talk.say_many(talk.devices[0], under.of(10, 40), pause=(0.0, 0.05))
        await talk.settled(server.url, followed=False)
    log = AisleSettings(home=under.folder / "server").log_file
    return await asyncio.to_thread(_spoil_and_look, log, under.of(60, 1_000), under.chance("rows"))


def _spoil_and_look(log: Path, number: int, chance: random.Random) -> Seen:
    engine, _ = open_inspected("", log)
    wrong = {"false_alarms": len(faults(engine, deep=True)), "not_found": 0, "named_another_row": 0}
    kinds: dict[str, int] = {}
    with closing(sqlite3.connect(log, isolation_level=None)) as db:
        rows = [(int(row), str(name)) for row, name in db.execute(_ROWS)]
        for count in range(number):
            spoiled = spoil(db, chance.choice(rows)[0], SPOILS[count % len(SPOILS)], chance)
            kinds[spoiled.kind] = kinds.get(spoiled.kind, 0) + 1
            found = faults(engine, deep=True)
            wrong["not_found"] += not found
            wrong["named_another_row"] += bool(found) and not _named(found, spoiled)
            spoiled.put_back(db)
        wrong["false_alarms"] += len(faults(engine, deep=True))
    engine.dispose()
    return Seen(wrong=wrong, figures={"spoiled": number, "rows": len(rows), "kinds": kinds})


_ROWS = "SELECT e.rowid, c.name FROM events e JOIN conversations c ON c.id = e.conversation"


def _named(found: list[str], spoiled: Spoiled) -> bool:
    return len(found) == 1 and f"event {spoiled.seq} of conversation {spoiled.conversation} " in found[0]
