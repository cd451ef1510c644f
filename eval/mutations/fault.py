"""A fault that can be planted into this process and taken out again. Above: the tables of faults. Below: nothing of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Literal, cast

Probe = Literal["sentinels", "integrity", "constrained", "passages", "grounding"]
"""A part of `aisle eval all`, as it is measured under a fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    name: str
    about: str
    """What a shop would have done wrong."""
    plant: Callable[[], AbstractContextManager[None]]
    meant: str
    """"part/figure" of the gate that is there to see it. Another that sees it, too, is told, and is not enough."""

    @property
    def probe(self) -> Probe:
        return cast(Probe, self.meant.partition("/")[0])


@contextmanager
def swapped(owner: Any, name: str, changed: Callable[[Any], Any]) -> Iterator[None]:
    """`changed` of what stands there takes its place while this is open."""
    kept = vars(owner)[name]
    setattr(owner, name, changed(kept))
    try:
        yield
    finally:
        setattr(owner, name, kept)


def all_of(*plants: Callable[[], AbstractContextManager[None]]) -> Callable[[], AbstractContextManager[None]]:
    @contextmanager
    def together() -> Iterator[None]:
        with ExitStack() as stack:
            for plant in plants:
                stack.enter_context(plant())
            yield

    return together


def swap(owner: Any, name: str, changed: Callable[[Any], Any]) -> Callable[[], AbstractContextManager[None]]:
    return lambda: swapped(owner, name, changed)
