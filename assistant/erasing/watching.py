"""Watching: what another process erased (a replica, `aisle privacy erase` beside the server) is forgotten here within seconds.

Above: bootstrap. Below: `sealing.destroying`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from assistant.erasing.key_copies import renew_stale
from assistant.errors import AssistantError
from assistant.sealing.destroying import ToForget, to_forget
from assistant.sealing.sealer import KeySealer

log = logging.getLogger(__name__)

SECONDS = 2.0
_OVERLAP = 60.0
"""Looked at again and again: a commit may be seen after a later one."""


@dataclass(slots=True, kw_only=True)
class Watching:
    sealing: KeySealer
    forget: Callable[[Sequence[str]], Awaitable[None]]
    """Of these conversations, and of everybody, what is in memory alone."""
    _stale: bool = True
    """Copies of the keys may be older than an erasure."""
    _known: dict[int, float] = field(default_factory=dict)

    async def run(self) -> None:
        """Until cancelled."""
        await asyncio.to_thread(self._new)  # what was erased before this process began it never knew
        while True:
            await asyncio.sleep(SECONDS)
            try:
                await self.look()
            except AssistantError as error:
                log.warning("what was erased elsewhere cannot be looked at now: %s", error)

    async def look(self) -> None:
        found = await asyncio.to_thread(self._new)
        if not found:
            await self._renew()
            return
        self._stale = True
        names = tuple(dict.fromkeys(one.conversation for one in found if one.conversation))
        for owner in {one.owner for one in found}:
            self.sealing.forget(names, owner)
        await self.forget(names)

    async def _renew(self) -> None:
        """Once nothing has been erased for a moment: copies of the keys are long to write."""
        if self._stale:
            self._stale = False
            for trouble in await asyncio.to_thread(renew_stale, self.sealing.store):
                log.error("%s", trouble)

    def _new(self) -> tuple[ToForget, ...]:
        since = self.sealing.store.now() - _OVERLAP
        found = tuple(one for one in to_forget(self.sealing.store, since=since) if one.number not in self._known)
        self._known = {number: at for number, at in self._known.items() if at > since - _OVERLAP}
        self._known |= {one.number: self.sealing.store.now() for one in found}
        return found
