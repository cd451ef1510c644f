"""The espeak-ng program, at arm's length: text to phonemes for Piper, and a plain voice of its own when Piper is missing.

It is GPL-licensed and runs as a separate process, never as a library.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping

from model_serving.errors import ModelUnavailable

LONGEST = 20.0
"""Seconds it may take; it takes milliseconds."""
PROGRAM = "espeak-ng"
PAUSES: Mapping[str, float] = {".": 0.28, "!": 0.28, "?": 0.28, ":": 0.2, ";": 0.2, ",": 0.12}
"""Seconds of quiet after a piece that ends so."""


def installed() -> bool:
    return shutil.which(PROGRAM) is not None


def run(arguments: list[str], text: str) -> bytes:
    """What it writes. The text goes in through a pipe, so that no word of it is ever an option. Raises ModelUnavailable."""
    try:
        done = subprocess.run(
            [PROGRAM, "--stdin", *arguments], input=text.encode(), capture_output=True, timeout=LONGEST, check=False
        )
    except FileNotFoundError as missing:
        raise ModelUnavailable(
            "the program espeak-ng is not installed",
            way_out="install it with the system's packages (apt-get install espeak-ng)",
        ) from missing
    except subprocess.TimeoutExpired as slow:
        raise ModelUnavailable("espeak-ng does not answer", way_out="look at the machine's load") from slow
    if done.returncode:
        told = " ".join(done.stderr.decode(errors="replace").split())[:160]
        raise ModelUnavailable(f"espeak-ng failed ({told})", way_out="is its voice for this language installed?")
    return done.stdout


def phonemes_of(text: str, *, voice: str) -> list[str]:
    """One line of IPA a sentence or clause, as espeak-ng divides them."""
    written = run(["-q", "--ipa=1", "-v", voice], text).decode()
    return [line.replace("_", "").strip() for line in written.splitlines() if line.strip()]
