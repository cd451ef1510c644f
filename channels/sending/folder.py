"""Messages as files in AISLE_HOME/outgoing, for development: read the code there instead of in a mailbox.

Only the server's owner can read them, and the newest alone are kept. Above: `sending.messengers`.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from channels.errors import DeliveryFailed

FOLDER = "outgoing"
KEPT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderMessenger:
    folder: Path

    async def send(self, to: str, text: str, *, subject: str = "") -> None:
        """As `channels.ports.Messenger`."""
        if not to.strip() or "\n" in to or "\r" in to:
            raise DeliveryFailed("this is no address", retryable=False)
        try:
            await asyncio.to_thread(self._write, to, text, subject)
        except OSError as error:
            raise DeliveryFailed(f"{self.folder} cannot be written ({error.strerror})", retryable=True) from error

    def _write(self, to: str, text: str, subject: str) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S.%f}_{secrets.token_hex(4)}.txt"
        descriptor = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"To: {to}\nSubject: {subject}\n\n{text}\n")
        for old in sorted(self.folder.glob("*.txt"))[:-KEPT]:
            old.unlink(missing_ok=True)
