"""Talk: one conversation under a fault: its devices, all that they sent and were told, and the verdict over its log.

Above: the faults. Below: eval.kill's Device over the public channels, history's checker.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from eval.faults.history import History, check, said_in
from eval.faults.outcome import summed
from eval.kill.device import Device, open_client, read_log
from eval.kill.figures import Failed, Tally, Wire, fingerprint, judge, open_seqs

SAY_SECONDS = 40.0
SETTLE_SECONDS = 40.0
REFUSED_FOR_CERTAIN = range(400, 500)
TRY_SECONDS = 12.0


@dataclass(slots=True, kw_only=True)
class Talk:
    conversation: str
    token: str
    devices: list[Device]
    tally: Tally
    history: History = field(default_factory=History)

    @classmethod
    async def begin(
        cls,
        url: str,
        *,
        devices: int = 1,
        seed: int = 1,
        name: str = "t",
        through: Callable[[int], str | Callable[[], str]] | None = None,
    ) -> Talk:
        """`through`: the address of each device; else `url`."""
        async with open_client(url) as client:
            opened = (await client.post("/v1/conversations", json={"channel": "web"})).raise_for_status().json()
        tally = Tally()
        made = [
            Device(
                name=f"{name}d{place}",
                url=through(place) if through else url,
                conversation=opened["conversation_id"],
                token=opened["token"],
                chance=random.Random(f"{seed}:{name}:{place}"),
                tally=tally,
            )
            for place in range(devices)
        ]
        return cls(conversation=opened["conversation_id"], token=opened["token"], devices=made, tally=tally)

    async def say(self, device: Device, client_id: str, text: str, *, seconds: float = SAY_SECONDS) -> int | None:
        """Until it is acknowledged; None when it was not in time, and then it may have happened."""
        self.history.invoke(device.name, client_id, text)
        try:
            async with asyncio.timeout(seconds):
                seq = await device.say(client_id, text)
        except TimeoutError:
            self.history.info(device.name, client_id)
            return None
        self.history.ok(device.name, client_id, seq)
        return seq

    async def say_many(self, device: Device, number: int, pause: tuple[float, float] = (0.0, 0.3)) -> None:
        for count in range(number):
            await self.say(device, f"{device.name}-{count}", f"message {count} of {device.name}")
            await asyncio.sleep(device.chance.uniform(*pause))

    async def say_many_of(self, device: Device, what: str, number: int) -> None:
        for count in range(number):
            await self.say(device, f"{device.name}-{what}-{count}", f"{what} {count}")

    async def try_once(self, client: httpx.AsyncClient, process: str, client_id: str, text: str) -> Tried:
        """One request, no second try."""
        self.history.invoke(process, client_id, text)
        began = time.monotonic()
        path = f"/v1/conversations/{self.conversation}/messages"
        try:
            answer = await client.post(path, json={"client_id": client_id, "text": text}, timeout=TRY_SECONDS)
        except httpx.HTTPError as error:
            self.history.info(process, client_id)
            return Tried(status=0, began=began, ended=time.monotonic(), said=type(error).__name__)
        if answer.is_success:
            self.history.ok(process, client_id, answer.json()["seq"])
        elif answer.status_code in REFUSED_FOR_CERTAIN:
            self.history.fail(process, client_id)
        else:
            self.history.info(process, client_id)
        retry = answer.headers.get("retry-after", "")
        return Tried(
            status=answer.status_code, began=began, ended=time.monotonic(), said=answer.text[:200], retry_after=retry
        )

    async def log(self, url: str) -> list[Wire]:
        async with open_client(url, self.token) as client:
            try:
                return list(await read_log(client, self.conversation))
            except httpx.HTTPError as error:
                raise Failed(f"the log of {self.conversation} cannot be read: {error!r}") from error

    @asynccontextmanager
    async def followed(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for device in self.devices:
                await stack.enter_async_context(device.following())
            yield

    async def settled(self, url: str, *, seconds: float = SETTLE_SECONDS, followed: bool = True) -> None:
        """Every message is answered and every device has the whole log, or it has taken too long: the verdict will tell."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not await self._at_rest(url, followed):  # noqa: ASYNC110 - the servers are other processes
                    await asyncio.sleep(0.1)

    async def _at_rest(self, url: str, followed: bool) -> bool:
        with suppress(Failed):
            log = await self.log(url)
            behind = followed and any(device.last_seq < len(log) for device in self.devices)
            return not open_seqs(log) and not behind
        return False

    async def verdict(self, url: str, *, followed: bool = True, pipelined: bool = False) -> dict[str, int]:
        """Counts that must all be 0."""
        log = await self.log(url)
        kept = judge(log, self.tally.promises.get(self.conversation, []))
        counts = check(self.history.operations, said_in(log), pipelined=pipelined).counts()
        counts |= {"gaps": kept.gaps, "unanswered": kept.unanswered, "double_replies": kept.double_replies}
        counts["changed"] += self.tally.changed_promises
        if followed:
            counts["diverged_devices"] = sum(fingerprint(device.log) != fingerprint(log) for device in self.devices)
            counts["gaps_seen"] = self.tally.gaps_seen
        return counts

    @property
    def acknowledged(self) -> int:
        return self.history.counted().get("ok", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    status: int
    """0: no answer."""
    began: float
    ended: float
    said: str = ""
    retry_after: str = ""

    @property
    def seconds(self) -> float:
        return self.ended - self.began


async def verdicts(talks: Iterable[Talk], url: str, **how: Any) -> dict[str, int]:
    return summed(*[await talk.verdict(url, **how) for talk in talks])


async def all_settled(talks: Iterable[Talk], url: str, **how: Any) -> None:
    await asyncio.gather(*(talk.settled(url, **how) for talk in talks))
