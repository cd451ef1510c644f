"""Runs an engine so that it never outlives us: `python -m model_serving.engines.guard PARENT_PID GRACE -- COMMAND…`.

`child` starts it; below it is any engine (llama.cpp, vLLM), in a session of its own. The guard stops the whole session
when its stdin closes (the parent ended, even by -9), on SIGTERM, and when the engine ends and leaves workers behind.
Standard library only: it must start in milliseconds and stay small.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1
"""<sys/prctl.h>; the kernel sends the signal when the thread that started us ends."""
NOT_FOUND = 127


def die_with(parent: int, sign: int) -> None:
    """Linux only; elsewhere the closed stdin alone tells that the parent is gone."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, sign, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the call took effect
        os._exit(1)


def signal_group(group: int, sign: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, sign)


def stop(engine: subprocess.Popen[bytes], grace: float) -> None:
    signal_group(engine.pid, signal.SIGTERM)
    try:
        engine.wait(grace)
    except subprocess.TimeoutExpired:
        signal_group(engine.pid, signal.SIGKILL)


def run(command: Sequence[str], grace: float) -> int:
    guard = os.getpid()
    try:
        engine = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: die_with(guard, signal.SIGKILL),  # the guard has one thread at this point
        )
    except OSError as error:
        print(f"cannot run {command[0]!r}: {error.strerror}", flush=True)  # noqa: T201 - stdout is the engine's log
        return NOT_FOUND

    def watch_parent() -> None:
        while os.read(0, 4096):
            continue
        stop(engine, grace)

    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, lambda *_: threading.Thread(target=stop, args=(engine, grace), daemon=True).start())
    threading.Thread(target=watch_parent, daemon=True).start()
    code = engine.wait()
    signal_group(engine.pid, signal.SIGKILL)
    return code if code >= 0 else 128 - code


def main(arguments: Sequence[str]) -> int:
    parent, grace, _, *command = arguments
    die_with(int(parent), signal.SIGTERM)
    return run(command, float(grace))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
