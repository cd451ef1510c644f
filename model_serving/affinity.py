"""Which conversation and which customer a call of a model belongs to, and how often it was tried: for routers that keep
conversations together, and for engines that keep customers' caches apart.

The turn sets it; `canary` draws by it, `second_try` and the writer try `elsewhere`, `openai_protocol` sends a digest of both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import blake2b
from secrets import token_hex

session_id: ContextVar[str] = ContextVar("session_id", default="")
"""Set it around a turn, and a router sends every turn of a conversation to the replica that has its prefix cached."""
customer_id: ContextVar[str] = ContextVar("customer_id", default="")
"""Set it beside: what an engine keeps of one customer's prompts is then of no use to another's. "": nobody is identified."""
trace_parent: ContextVar[Callable[[], str] | None] = ContextVar("trace_parent", default=None)
"""Makes W3C's `traceparent` of the turn, for engines that trace; None: nothing does. Most turns ask no engine."""
_tries: ContextVar[int] = ContextVar("tries", default=0)


@contextmanager
def elsewhere() -> Iterator[None]:
    """Inside it, a router that keeps conversations on one replica sends a call to another, most likely. The conversation,
    and so its arm of a canary, stays what it is."""
    token = _tries.set(_tries.get() + 1)
    try:
        yield
    finally:
        _tries.reset(token)


def cache_salt(secret: bytes) -> str:
    """Alike for one customer, or where nobody is identified for one conversation; outside of both never twice the same.

    Whoever can ask an engine and time it learns from a shared cache which prompts it has read before: not with a salt that
    nobody can guess."""
    whose = f"customer {customer_id.get()}" if customer_id.get() else f"conversation {session_id.get()}"
    known = customer_id.get() or session_id.get()
    return blake2b(whose.encode(), key=secret, digest_size=32).hexdigest() if known else token_hex(32)


def affinity_key() -> str:
    """Alike for the first tries of one conversation, another for each further try; "" outside a conversation. A digest: the
    router writes it to its log, where no conversation's name belongs."""
    session, tries = session_id.get(), _tries.get()
    return blake2b(f"{session}#{tries}".encode(), digest_size=12).hexdigest() if session else ""
