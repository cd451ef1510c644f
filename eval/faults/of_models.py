"""F4, F5: models that hang, drip, lie and break off. The assistant before eval.serving.faulty_endpoint. Above: the matrix."""

from __future__ import annotations

from typing import Any

from eval.faults.outcome import Conditions, Seen
from eval.serving.faults import bench_faults
from eval.serving.faults_of_streams import FAULTS

HANGING = tuple(name for name in FAULTS if name.startswith(("hang", "drip", "slow_headers")))
_QUICK_HANGING = ("hang_midway",)
_QUICK_BREAKING = ("500", "429", "cut_midway", "bad_json", "bad_utf8", "endless_words", "bad_tool_arguments")


async def model_hangs(under: Conditions) -> Seen:
    return await _before(under, _QUICK_HANGING if under.quick else HANGING)


async def model_breaks(under: Conditions) -> Seen:
    rest = tuple(name for name in FAULTS if name not in HANGING)
    return await _before(under, _QUICK_BREAKING if under.quick else rest)


async def _before(under: Conditions, faults: tuple[str, ...]) -> Seen:
    home = under.home or under.folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    report: dict[str, Any] = await bench_faults(home=home, deadline=6.0, at_once=2, faults=faults, tell=under.tell)
    wrong = {"faults_that_did_not_hold": report["of"] - report["held"]}
    failed = [name for name, figures in report["by_fault"].items() if not figures["held"]]
    slowest = max(figures["seconds"]["max"] for figures in report["by_fault"].values())
    figures = {"held": report["held"], "of": report["of"], "slowest_reply_s": slowest, "did_not_hold": failed}
    return Seen(wrong=wrong, figures=figures | {"breaker": report["breaker"]})
