"""Fuzzes the frame decoders of the sockets: what comes out is a frame, or an error that closes or skips, never anything else.

`PYTHONPATH=. python tests/security/fuzz_frames.py --frames 1000000` is the full run of `make security`; the suite runs a tenth of a
percent of it per seed (test_frames_fuzzed). Mutations of true frames go deepest; noise and deep trees are mixed in.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable

import msgspec

from channels.errors import ChannelError
from channels.frames import CLIENT_FRAMES, decode

TRUE = (
    {"type": "hello", "token": "t", "conversation_id": "c_1", "after": 0, "device": "d"},
    {"type": "message", "client_id": "m1", "text": "Hello \u00e9\U0001f600"},
    {"type": "action", "client_id": "a1", "action": "add_to_cart", "arguments": {"variant_id": "v", "quantity": 1}},
    {"type": "typing", "on": True},
    {"type": "interrupt", "turn_id": "t_1", "heard": "so far"},
    {"type": "ack", "seq": 7},
    {"type": "ping"},
    {"type": "audio_start", "format": "pcm16", "rate": 16000},
    {"type": "audio_end"},
    {"type": "played", "turn_id": "t_1", "ms": 10.5},
)
ODD = (
    None,
    True,
    -1,
    2**63,
    2**64,
    1e308,
    -0.0,
    "",
    "\x00",
    "\ud83d",
    "a" * 300,
    [],
    {},
    [[]],
    {"type": {}},
    "__proto__",
    "hello",
)
RAW = (
    b"\x00",
    b"\xff",
    b"\xed\xa0\xbd",
    b"{",
    b"}",
    b"[",
    b'"',
    b"\\u",
    b"\\ud83d",
    b"1e999",
    b"NaN",
    b",",
    b":",
    b"9" * 40,
    b"null",
    b"[" * 1_200,
)


def one(chance: random.Random) -> bytes | str:
    kind = chance.random()
    if kind < 0.05:
        return chance.randbytes(chance.randrange(64))
    frame = dict(chance.choice(TRUE))
    if kind < 0.55:
        for _ in range(chance.randrange(1, 3)):
            frame[chance.choice((*frame, "extra", "type"))] = chance.choice(ODD)
        if chance.random() < 0.2 and len(frame) > 1:
            frame.pop(chance.choice(list(frame)))
    text = json.dumps(frame, ensure_ascii=chance.random() < 0.5)
    if kind < 0.75:
        return text
    raw = bytearray(text.encode("utf-8", "surrogatepass"))
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(raw) + 1)
        raw[at : at + chance.randrange(4)] = chance.choice(RAW)
    return bytes(raw)


def decoded(raw: bytes | str) -> str:
    """How it ended: a frame's name, or an error's. Anything else is raised: that is what is looked for."""
    try:
        frame = decode(raw)
    except ChannelError as error:
        assert str(error)
        return type(error).__name__
    assert isinstance(frame, CLIENT_FRAMES)
    assert decode(msgspec.json.encode(frame)) == frame or frame != frame
    return type(frame).__name__


def run(frames: int, seed: int, tell: Callable[[str], None] = lambda line: None) -> Counter[str]:
    chance, seen = random.Random(seed), Counter[str]()
    for number in range(1, frames + 1):
        raw = one(chance)
        try:
            seen[decoded(raw)] += 1
        except Exception as error:
            raise AssertionError(
                f"seed {seed}, frame {number}: {raw!r} ended in {type(error).__name__}: {error}"
            ) from error
        if number % 100_000 == 0:
            tell(f"{number} frames")
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.process_time()
    seen = run(asked.frames, asked.seed, print)
    seconds = round(time.process_time() - began, 1)
    print(
        json.dumps(
            {"frames": asked.frames, "seed": asked.seed, "cpu_seconds": seconds, "failures": 0, "ended": dict(seen)}
        )
    )


if __name__ == "__main__":
    main()
