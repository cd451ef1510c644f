"""What can go wrong on the command line, by the situation; `main` has the exit codes."""

from __future__ import annotations


class CommandError(Exception):
    """Root. Its text is what the user reads."""


class PortInUse(CommandError):
    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"port {port} of {host} is in use: end what holds it, or choose another one, as in `PORT={port + 1} make run`"
            f" or `aisle serve --port {port + 1}`"
        )


class Unreachable(CommandError):
    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url} cannot be reached ({reason}): is the server running? Start it with `aisle serve`")
