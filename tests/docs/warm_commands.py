"""`aisle` without paying for its imports a hundred times: a process that has them forks one child for each command.

A command is what it always is: `channels.command_line.main` in a process of its own, with the caller's folder, settings, standard
input and output. Above: doing.py. Below: the command line. `program(folder)` writes the `aisle` that asks it.
"""

from __future__ import annotations

import array
import json
import os
import signal
import socket
import stat
import struct
import sys
from collections.abc import Sequence
from pathlib import Path

IMPORTED = (
    "channels.command_line.index",
    "channels.command_line.db",
    "channels.command_line.privacy",
    "channels.command_line.audit",
    "channels.command_line.analytics",
    "channels.command_line.models",
    "channels.command_line.chat",
    "channels.command_line.doctor",
    "channels.command_line.serve",
)
LENGTH = struct.Struct("!I")
ASKING = """#!{python} -SE
import array, json, os, signal, socket, struct, sys
line = socket.socket(socket.AF_UNIX)
line.connect({path!r})
told = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
line.sendmsg([struct.pack("!I", len(told))], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))])
line.sendall(told)
signal.signal(signal.SIGTERM, lambda *_: line.shutdown(socket.SHUT_WR))
sys.exit((line.recv(1) or b"F")[0])
"""


def program(folder: Path, path: Path) -> None:
    """An executable `aisle` in `folder` that hands its words to the process listening at `path`."""
    file = folder / "aisle"
    file.write_text(ASKING.format(python=sys.executable, path=str(path)), encoding="utf-8")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def serve(path: Path) -> None:
    """Until standard input ends. One child a command; a caller that hangs up ends its command by SIGTERM."""
    import importlib

    for name in IMPORTED:
        importlib.import_module(name)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        print("ready", flush=True)
        if os.fork() == 0:
            sys.stdin.read()
            os.kill(os.getppid(), signal.SIGTERM)
            os._exit(0)
        while True:
            line, _ = listening.accept()
            _reap()
            if os.fork() == 0:
                listening.close()
                _watched(line)
            line.close()


def _reap() -> None:
    """Those that have ended: so their CPU time is counted as this process's children's."""
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                return
        except ChildProcessError:
            return


def _watched(line: socket.socket) -> None:
    """In the child: the command runs in a child of its own, and this one tells its exit code."""
    head, ancillary, _, _ = line.recvmsg(LENGTH.size, socket.CMSG_SPACE(3 * array.array("i").itemsize))
    streams = array.array("i", ancillary[0][2])
    told = b""
    while len(told) < LENGTH.unpack(head)[0]:
        told += line.recv(65536)
    arguments, folder, settings = json.loads(told)
    if (command := os.fork()) == 0:
        line.close()
        _become(arguments, folder, settings, streams)
    for stream in streams:
        os.close(stream)
    hearing = os.fork()
    if hearing == 0:
        line.recv(1)
        os.kill(command, signal.SIGTERM)
        os._exit(0)
    _, status = os.waitpid(command, 0)
    os.kill(hearing, signal.SIGKILL)
    line.send(bytes([abs(os.waitstatus_to_exitcode(status)) & 255]))
    os._exit(0)


def _become(arguments: Sequence[str], folder: str, settings: dict[str, str], streams: Sequence[int]) -> None:
    from channels.command_line.main import main

    os.setsid()
    for place, stream in enumerate(streams):
        os.dup2(stream, place)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(settings)
    sys.argv = ["aisle", *arguments]
    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
