"""A reader at work: a folder with a shop, an `aisle` on the path, servers that are started where a page says so.

Above: test_commands_run.py. Below: warm_commands.py, what_is_needed.py.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.docs import warm_commands
from tests.docs.shell_commands import ROOT, Told
from tests.docs.what_is_needed import INSTEAD, before, home_of, in_short

SECONDS = 240
ADDRESS = "http://127.0.0.1:8080"
FOLDER_BEFORE = re.compile(r"(?:\S*/bin/)(aisle|pip)\b")
SERVE = re.compile(r"\baisle serve\b")
WITH_A_MODEL = re.compile(r"deploy/gpu/|models check|small_model")
EXPORT = re.compile(r"export (\w+)=(\S+)")
CURL = """#!/bin/sh
exec {curl} --fail-with-body --silent --show-error --max-time 60 "$@"
"""
MAKE = """#!/bin/sh
exec {make} --dry-run --directory={root} "$@"
"""
"""What make would do, and nothing of it: the targets are the checkout's own, and CI runs them."""


@dataclass(slots=True, kw_only=True)
class Reader:
    """Who sits before a terminal in `folder`, on one page at a time."""

    folder: Path
    told: Told | None = None
    exported: dict[str, str] = field(default_factory=dict)
    servers: dict[str, Server] = field(default_factory=dict)
    ports: Mapping[str, Callable[[], int]] = field(default_factory=dict)
    """Of databases that are started when a page wants them."""

    def does(self, told: Told) -> subprocess.CompletedProcess[str]:
        """Runs it as the page says. A server is started and asked whether it is ready."""
        self.told = told
        for text in before(told):
            self.does(Told(page=told.page, line=told.line, text=text)).check_returncode()
        self.told = told
        if found := EXPORT.match(told.text):
            self.exported[found.group(1)] = self._own(found.group(2))
            return subprocess.CompletedProcess(told.text, 0, "", "")
        if SERVE.search(told.text):
            self._server(told.text)
            return subprocess.CompletedProcess(told.text, 0, "", "")
        if " db restore " in told.text:
            self.end_servers()
        done = self._run(self._line(told))
        self._keep(done.stdout)
        return done

    def exports(self, earlier: Sequence[Told]) -> None:
        """What the page exported above, also where only some of its commands are run."""
        for told in earlier:
            if EXPORT.match(told.text):
                self.does(told)

    @property
    def home(self) -> Path:
        """The one that the command works on; the demo shop's is made when it is wanted."""
        home = self.folder / (home_of(self.told) if self.told else "home")
        if home.name == "demo" and not home.exists():
            home.mkdir()
            self._run("aisle index build").check_returncode()
        return home

    def end_servers(self) -> None:
        for server in self.servers.values():
            server.end()
        self.servers.clear()

    def turn_the_page(self) -> None:
        """What one page exports is not the next one's; its servers end, but the plain one."""
        self.exported.clear()
        for archive in (self.folder / "backups").iterdir():
            archive.unlink()
        for key in [key for key in self.servers if key != "aisle serve"]:
            self.servers.pop(key).end()

    def _run(self, line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder,
            env=self._settings(),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            stdin=subprocess.DEVNULL,
        )

    def _line(self, told: Told) -> str:
        text = self._own(FOLDER_BEFORE.sub(r"\1", told.text))
        if ADDRESS in text or "aisle call" in text:
            text = text.replace(ADDRESS, self._server("aisle serve").address)
        more = in_short(told).format(house=self.folder)
        return f"{text.partition(' #')[0].rstrip()} {more}" if more else text

    def _own(self, text: str) -> str:
        for there, here in INSTEAD.items():
            if there in text:
                text = text.replace(there, self._known(here))
        return text

    def _known(self, here: str) -> str:
        """Fills in what this machine has: folders, a conversation, ports of databases."""
        if "$A_CONVERSATION" in here:
            self.exported["A_CONVERSATION"] = _begun(self._server("aisle serve").address)
        for name, port in self.ports.items():
            if f"{{{name}}}" in here:
                here = here.replace(f"{{{name}}}", str(port()))
        return here.replace("{house}", str(self.folder))

    def _settings(self, **more: str) -> dict[str, str]:
        return {
            **os.environ,
            "PATH": f"{self.folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "AISLE_HOME": str(self.home),
            "AISLE_RETRIEVAL_EMBEDDER": "hashing",
            "COLUMNS": "120",
            **({} if self.told and WITH_A_MODEL.search(self.told.text) else {"AISLE_MODEL_ENGINE": "none"}),
            **self.exported,
            **more,
        }

    def _server(self, text: str) -> Server:
        key = " ".join([*text.partition("#")[0].split(), *(f"{name}={is_}" for name, is_ in self.exported.items())])
        if key not in self.servers or not self.servers[key].answers():
            port = free_port()
            line = "exec env " + self._own(FOLDER_BEFORE.sub(r"\1", text))
            self.servers[key] = Server.start(line, self.folder, self._settings(PORT=str(port)), port)
        return self.servers[key]

    def _keep(self, said: str) -> None:
        """Id and token of a conversation that was begun: the page tells to keep them."""
        try:
            heard = json.loads(said)
        except ValueError:
            return
        if isinstance(heard, dict) and "token" in heard and "conversation_id" in heard:
            self.exported |= {"CONVERSATION": heard["conversation_id"], "TOKEN": heard["token"]}


@dataclass(slots=True, kw_only=True)
class Server:
    """One that a page has started, ended by its id."""

    process: subprocess.Popen[bytes]
    address: str

    @classmethod
    def start(cls, line: str, folder: Path, settings: dict[str, str], port: int) -> Server:
        log = folder / f"server-{port}.log"
        with log.open("wb") as said:
            process = subprocess.Popen(["bash", "-c", line], cwd=folder, env=settings, stdout=said, stderr=said)
        server = cls(process=process, address=f"http://127.0.0.1:{port}")
        until = time.monotonic() + SECONDS
        while not server.answers():
            assert process.poll() is None, f"{line!r} ended:\n{log.read_text(encoding='utf-8')[-2000:]}"
            assert time.monotonic() < until, f"{line!r} is not ready:\n{log.read_text(encoding='utf-8')[-2000:]}"
            time.sleep(0.1)
        return server

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=5) as heard:
                return bool(heard.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=60)


@contextmanager
def reading(folder: Path, ports: Mapping[str, Callable[[], int]]) -> Iterator[Reader]:
    """A reader with the checkout's suites and scripts at hand, and an empty home."""
    (folder / "bin").mkdir()
    for name in ("backups", "elsewhere"):
        (folder / name).mkdir()
    for name in ("tests", "scripts", "eval", "deploy", "docs", "pyproject.toml"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "twilio.token").write_text("0123456789abcdef0123456789abcdef", encoding="utf-8")
    for number in (1, 2):
        (folder / f"writer-{number}.gguf").write_bytes(b"GGUF" + bytes([number] * 60))
    _program(folder / "bin" / "curl", CURL.format(curl=shutil.which("curl")))
    _program(folder / "bin" / "make", MAKE.format(make=shutil.which("make"), root=ROOT))
    path = folder / "warm"
    warm_commands.program(folder / "bin", path)
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.docs.warm_commands", str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), "AISLE_HOME": str(folder / "home"), "OMP_NUM_THREADS": "1"},
    )
    reader = Reader(folder=folder, ports=ports)
    try:
        assert keeper.stdout is not None and keeper.stdout.readline() == b"ready\n"
        yield reader
    finally:
        reader.end_servers()
        keeper.terminate()
        keeper.communicate()


def _begun(address: str) -> str:
    """The id of a conversation that somebody has just begun."""
    body = json.dumps({"channel": "web"}).encode()
    asked = urllib.request.Request(
        f"{address}/v1/conversations", body, {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(asked, timeout=30) as heard:
        return str(json.load(heard)["conversation_id"])


def _program(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
