"""Noting: what is touched while something is done, told from deep inside to whoever writes the entry outside.

A desk call, a frame or a turn opens `watched()`; the one door to customer data (`assistant.identity`) and whoever knows more
say `seen`, `noted`. Outside of any they do nothing. Above: channels, the turn; identity. Below: a context variable.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from assistant.audit.acts import Value, Who


@dataclass(slots=True)
class Watch:
    who: Who | None = None
    whose: str = ""
    why: str = ""
    seen: dict[str, set[str]] = field(default_factory=dict)
    """Customer's id -> what of theirs was read: profile, orders, order, preferences, conversations."""
    details: dict[str, Value] = field(default_factory=dict)


_watch: ContextVar[Watch | None] = ContextVar("audit_watch", default=None)


@contextmanager
def watched(who: Who | None = None) -> Iterator[Watch]:
    watch = Watch(who=who)
    token = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(token)


def by(who: Who) -> None:
    """Who it is, said by the door that found out."""
    watch = _watch.get()
    if watch is not None:
        watch.who = who


def seen(customer_id: str, what: str) -> None:
    """That something of this customer's was read."""
    watch = _watch.get()
    if watch is not None and customer_id:
        watch.seen.setdefault(customer_id, set()).add(what)


def noted(*, whose: str = "", why: str = "", **details: Value) -> None:
    """What else belongs into the entry: ids, counts, closed words."""
    watch = _watch.get()
    if watch is not None:
        watch.whose = whose or watch.whose
        watch.why = why or watch.why
        watch.details.update(details)


def acting() -> Who | None:
    """On whose order this runs; None: the customer's own."""
    watch = _watch.get()
    return watch.who if watch is not None else None
