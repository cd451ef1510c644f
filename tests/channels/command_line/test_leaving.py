"""The end of `aisle serve` while something still computes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

BUSY = """
import threading
from concurrent.futures import ThreadPoolExecutor
from channels.command_line.leaving import leave_within

ThreadPoolExecutor(1).submit(threading.Event().wait)
leave_within({seconds}, code={code})
print("closed")
"""


def test_a_thread_that_computes_for_ever_is_left_behind() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BUSY.format(seconds=0.05, code=7)], capture_output=True, timeout=30, check=False
    )
    assert (done.returncode, done.stdout) == (7, b"closed\n")


@pytest.mark.long
def test_an_end_while_the_first_index_is_built_takes_seconds_and_the_next_start_goes_on(tmp_path: Path) -> None:
    for _ in range(2):
        with _serving(tmp_path) as child:
            assert child.stderr is not None
            line = _read_until(child, b"embedding")
            assert b"embedding" in line, line
            began = time.monotonic()
            child.send_signal(signal.SIGTERM)
            child.communicate(timeout=20)
            assert time.monotonic() - began < 10
        assert child.returncode == 1
        assert not list((tmp_path / "index").glob("*.tmp"))


def _serving(home: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "AISLE_HOME": str(home), "PORT": "0", "AISLE_MODEL_ENGINE": "none"}
    command = [sys.executable, "-m", "channels.command_line.main", "serve"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _read_until(child: subprocess.Popen[bytes], word: bytes) -> bytes:
    """Steps come without an end of line: byte by byte."""
    assert child.stderr is not None
    told = b""
    while word not in told and (one := child.stderr.read(1)):
        told += one
    return told
