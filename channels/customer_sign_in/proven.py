"""Which addresses were proven in which conversation, and for how long that counts. Addresses lie here as keyed hashes.

A caller's number that Twilio or Asterisk vouches for finds the conversation where its owner confirmed a code (`moving`).
Above: `signing_in`, moving between channels. Below: `sign_in_tables`.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Engine, delete, insert, select

from assistant.events import ConversationId
from channels.customer_sign_in.addresses import Address
from channels.customer_sign_in.sign_in_tables import Hashes, kept, proven
from channels.sending.messengers import Way


class ProvenAddresses:
    """Blocking (some ms): run it in a thread. Safe in many threads and processes. Raises SignInUnavailable."""

    def __init__(self, tables: Engine, hashes: Hashes, *, hours: float, now: Callable[[], float] = time.time) -> None:
        self._tables, self._hashes, self._seconds, self._now = tables, hashes, hours * 3_600, now

    def prove(self, conversation: ConversationId, address: Address) -> None:
        """For whoever proved it another way than by a code of ours, as a caller does."""
        self.note(conversation, address.way, self._hashes.of_address(address))

    def note(self, conversation: ConversationId, way: Way, address: str) -> None:
        """address: as `codes.Confirmed` has it."""
        now = self._now()
        row = {
            "conversation": conversation,
            "way": way,
            "address": address,
            "proven_at": now,
            "expires": now + self._seconds,
        }
        mine = (proven.c.conversation == conversation) & (proven.c.way == way)
        with kept(self._tables) as database:
            database.execute(delete(proven).where(mine | (proven.c.expires <= now)))
            database.execute(insert(proven).values(row))

    def conversations_of(self, address: Address, *, within: float | None = None) -> tuple[ConversationId, ...]:
        """Where it counts as proven now, the latest first; within: where it was in the last so many seconds."""
        owned = (proven.c.address == self._hashes.of_address(address)) & (proven.c.expires > self._now())
        if within is not None:
            owned &= proven.c.proven_at > self._now() - within
        query = select(proven.c.conversation).where(owned).order_by(proven.c.proven_at.desc())
        with kept(self._tables) as database:
            return tuple(ConversationId(name) for name in database.execute(query).scalars())

    def is_proven(self, conversation: ConversationId, address: Address) -> bool:
        return conversation in self.conversations_of(address)

    def forget(self, conversation: ConversationId) -> None:
        with kept(self._tables) as database:
            database.execute(delete(proven).where(proven.c.conversation == conversation))
