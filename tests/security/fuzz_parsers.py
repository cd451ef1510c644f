"""atheris on what parses strangers' bytes: `.venv-security/bin/python tests/security/fuzz_parsers.py --runs 20000 [NAME …]`.

Each parser may refuse with its own errors; anything else is a fault. Each runs in a process of its own, which atheris ends itself.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

Target = Callable[[bytes], None]


def feed(kind: str, first: bytes) -> Target:
    from assistant.shops.feeds import csv, google_merchant, jsonl
    from assistant.shops.feeds.items import BadField, UnreadableFeed

    read = {"csv": csv.read_csv, "jsonl": jsonl.read_jsonl, "xml": google_merchant.read_google_xml}[kind]

    def target(data: bytes) -> None:
        try:
            for _ in read(io.BytesIO(first + data), currency="USD"):
                pass
        except (UnreadableFeed, BadField):
            pass

    return target


def frames(data: bytes) -> None:
    from channels.errors import ChannelError
    from channels.frames import decode

    with suppress(ChannelError):
        decode(data)


def twilio(data: bytes) -> None:
    from channels.call_center.twilio_frames import parse
    from channels.errors import ChannelError

    with suppress(ChannelError, ValueError):
        parse(data)


def meta(data: bytes) -> None:
    from channels.errors import ChannelError
    from channels.text_message.meta_wire import parse_delivery

    with suppress(ChannelError):
        parse_delivery(data)


def gguf(data: bytes) -> None:
    from model_serving.errors import ModelUnavailable
    from model_serving.gguf_file import read_gguf

    path = Path(tempfile.gettempdir()) / "fuzzed.gguf"
    path.write_bytes(b"GGUF" + data)
    with suppress(ModelUnavailable):
        read_gguf(path)


def token(data: bytes) -> None:
    from channels.edge.auth import Tokens
    from channels.errors import NotAllowed

    with suppress(NotAllowed):
        Tokens(b"a secret of a test, of thirty-two bytes").read_for(data.decode("latin-1"), "c_1")


TARGETS: dict[str, Callable[[], Target]] = {
    "csv": lambda: feed("csv", b"id,title,price,category\n"),
    "jsonl": lambda: feed("jsonl", b""),
    "xml": lambda: feed("xml", b"<rss><channel><item>"),
    "frames": lambda: frames,
    "twilio": lambda: twilio,
    "meta": lambda: meta,
    "gguf": lambda: gguf,
    "token": lambda: token,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--here", default="", help="run this one in this process")
    parser.add_argument("names", nargs="*", default=[])
    asked = parser.parse_args()
    if asked.here:
        import atheris

        with atheris.instrument_imports(include=["assistant", "channels", "model_serving"]):
            target = TARGETS[asked.here]()
        atheris.Setup([sys.argv[0], f"-runs={asked.runs}", "-max_len=4096", "-verbosity=0"], target)
        atheris.Fuzz()
        return 0
    failed = []
    for name in asked.names or TARGETS:
        began = time.monotonic()
        command = [sys.executable, __file__, "--here", name, "--runs", str(asked.runs)]
        with tempfile.TemporaryDirectory() as folder:  # where atheris leaves what broke it
            told = subprocess.run(
                command, capture_output=True, text=True, cwd=folder, env={**_environment()}, check=False
            )
        result = {
            "parser": name,
            "runs": asked.runs,
            "seconds": round(time.monotonic() - began, 1),
            "ok": told.returncode == 0,
        }
        print(json.dumps(result), flush=True)
        if told.returncode:
            failed.append(name)
            print("\n".join((told.stdout + told.stderr).splitlines()[-25:]))
    return 1 if failed else 0


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


if __name__ == "__main__":
    sys.exit(main())
