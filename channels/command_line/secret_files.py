"""Secrets from files: AISLE_SECRETS_DIR names a folder, each file in it the setting of its name, as containers mount them.

Above: the command line, before any setting is read. A variable that is set wins over a file.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path

from channels.command_line.errors import CommandError

FOLDER = "AISLE_SECRETS_DIR"
PREFIX = "AISLE_"
LARGEST = 64 * 1024


def take_in(environment: MutableMapping[str, str]) -> None:
    """Raises CommandError. A folder that is not there is none: an image names it for whoever mounts one."""
    folder = Path(environment.get(FOLDER, ""))
    if not environment.get(FOLDER) or not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        name = path.name.upper()
        if name.startswith(PREFIX) and path.is_file() and name not in environment:
            environment[name] = _read(path)


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise CommandError(f"{path} is larger than {LARGEST} bytes: that is no secret")
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read ({error}): give the user of this process the right to") from error
