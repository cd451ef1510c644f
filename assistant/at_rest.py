"""At rest: what is there when a service opens (shop, index, words) is not searched for garbage again and again.

A full collection goes through all of it, a quarter of a second on the loop's thread, and turns make one every few hundred. Above:
`bootstrap`, the scripted server of the load tests. Below: the interpreter's collector.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_YOUNG: Final = (10_000, 10, 10)
"""Objects made, less those gone, before the young are looked at: a turn makes hundreds that end by themselves."""


@contextmanager
def at_rest() -> Iterator[None]:
    """While open, the collector leaves alone what was there at the beginning."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_YOUNG)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
