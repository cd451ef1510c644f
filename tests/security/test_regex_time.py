"""No regular expression of ours explodes: each runs on 400 characters made to trap it, and takes no more than a quadratic one may.

A cubic or exponential pattern needs seconds there, a quadratic one some milliseconds. Every pattern that the packages hold at
module level is tried, whether or not a stranger's words reach it; on few characters first, which tells most of them at once.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from functools import cache

from tests.timing import cpu_seconds

PACKAGES = ("assistant", "retrieval", "model_serving", "channels")
NOT_READ = ("migrations", "tuning", "__main__", ".client.", "gpu")
SHORT, LENGTH = 24, 400
SUSPECT = 0.0004
FELT = 0.05
"""Seconds of CPU."""
PIECES = (
    *(
        "a",
        "1",
        " ",
        "\t",
        "\n",
        "-",
        ".",
        ",",
        "/",
        "$",
        "#",
        "@",
        "(",
        "[",
        "*",
        "_",
        "x ",
        "1 ",
        "1.",
        "1,",
        "a-",
        "a.",
        "a@",
        "and ",
        "the ",
    ),
    *(
        "1 x ",
        "no ",
        "#W1",
        "12/",
        "+1 ",
        "eins und ",
        "not a ",
        "under ",
        "$1 ",
        "é",
        "ß",
        "ه",
        "10 to ",
        "size 4 ",
        "http://",
        "**",
        "](",
        "'",
    ),
)


@cache
def patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not any(part in f"{module.name}." for part in NOT_READ):
                importlib.import_module(module.name)
    found: dict[re.Pattern[str], str] = {}
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in PACKAGES:
            for value in list(vars(module).values()):
                for pattern in held(value, set(), 0):
                    if isinstance(pattern.pattern, str):
                        found.setdefault(pattern, name)
    return tuple((name, pattern) for pattern, name in found.items())


def held(value: object, seen: set[int], depth: int) -> Iterator[re.Pattern[str]]:
    if id(value) in seen or depth > 3:
        return
    seen.add(id(value))
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list | set | frozenset | dict) and len(value) < 3_000:
        for one in value.values() if isinstance(value, dict) else value:
            yield from held(one, seen, depth + 1)
    elif hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        for name in value.__dataclass_fields__:
            yield from held(getattr(value, name, None), seen, depth + 1)


def traps(pattern: str) -> Iterator[str]:
    """Pieces over and over, and the pattern's own words over and over, with an end that fits nothing."""
    for piece in (*PIECES, *sorted(set(re.findall(r"[a-zà-ÿ]{2,12}", pattern)))[:6]):
        yield piece
        if len(piece) > 1 and piece[-1] != " ":
            yield piece + " "


def seconds(pattern: re.Pattern[str], text: str) -> float:
    return cpu_seconds(lambda: (sum(1 for _ in pattern.finditer(text)), pattern.match(text)))


def _felt(pattern: re.Pattern[str], text: str) -> bool:
    return seconds(pattern, text) >= FELT and min(seconds(pattern, text) for _ in range(3)) >= FELT


def test_no_pattern_is_worse_than_quadratic() -> None:
    assert len(patterns()) > 300
    slow = []
    for name, pattern in patterns():
        for trap in traps(pattern.pattern):
            few, middle, text = ((trap * most)[:most] + "\x00!" for most in (SHORT, SHORT * 4, LENGTH))
            if seconds(pattern, few) < SUSPECT and seconds(pattern, middle) < SUSPECT * 4:
                continue
            if _felt(pattern, middle) or _felt(pattern, text):
                slow.append(f"{name}: {trap!r} over and over: {pattern.pattern[:150]}")
                break
    assert slow == [], "\n".join(slow)
