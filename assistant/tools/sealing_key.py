"""The key that seals confirmations, kept beside the shop: a question asked before a restart takes its yes after it.

Above: `bootstrap`. Below: the file system.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from assistant.errors import AssistantError

KEY_FILE: Final = "confirmations.secret"
_BYTES: Final = 32


class SealingKeyUnreadable(AssistantError):
    """The file is there and holds no key."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{str(path)!r} is damaged: remove it to make a new key (questions that are open then are asked again)"
        )
        self.path = path


def kept_key(home: Path) -> bytes:
    """This installation's; made, readable by its owner alone, when there is none. Several processes get the same.

    Blocking. Raises SealingKeyUnreadable, OSError.
    """
    path = home / KEY_FILE
    if not path.exists():
        _make(path)
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        raise SealingKeyUnreadable(path) from None
    if len(key) < _BYTES:
        raise SealingKeyUnreadable(path)
    return key


def _make(path: Path) -> None:
    """Written whole under another name and then linked, so that nobody reads half of it; whoever links first has made it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(6)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        return  # another process was faster: its key is everybody's
    finally:
        fresh.unlink()
