"""How long a call takes, whatever else this process is doing: its own thread's time, without the garbage of other tests."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable


def cpu_seconds(call: Callable[[], object]) -> float:
    """Seconds of CPU of this thread; no collection of the whole process's garbage falls in between."""
    collects = gc.isenabled()
    gc.disable()
    began = time.thread_time()
    try:
        call()
        return time.thread_time() - began
    finally:
        if collects:
            gc.enable()
