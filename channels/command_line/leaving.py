"""The end of a process whose threads may compute still: they are waited for a little, then left behind.

Above: `serve`. A thread inside a model or an index build cannot be told to stop, and Python waits for it without end. All that
must be kept is on the disk by then: logs and tables commit, an index takes its name when it is whole.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time

PATIENCE_SECONDS = 3.0


def leave_within(seconds: float = PATIENCE_SECONDS, *, code: int) -> None:
    """This process is over after that time, with that exit code, if it is not before. For one that was told to end."""
    threading.Thread(target=_leave, args=(seconds, code), name="aisle-leaving", daemon=True).start()


def _leave(seconds: float, code: int) -> None:
    time.sleep(seconds)
    logging.getLogger(__name__).info("what still computes is left behind")
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
