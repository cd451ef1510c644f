"""What `serving_gpu` found, for people: plots, and a Markdown page beside the JSON that they are drawn from.

Above: `serving_gpu`. Below: `serving_plots`. Reads a folder of reports; a step that has none is named as missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from eval.serving.plots import draw_lines, installed, of_loads

PLOTS = {
    "throughput": (("tokens_a_second",), "Throughput", "tokens a second"),
    "first_word": (("ttft_ms", "p95"), "First word, p95", "ms"),
    "between_tokens": (("between_tokens_ms", "p95"), "Between two tokens, p95", "ms"),
    "cache": (("cached_share_of_prompt",), "Prompt tokens found in the cache", "share"),
}


def read_report(out: Path, name: str) -> Mapping[str, Any]:
    """Empty where the step has not run."""
    file = out / f"{name}.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return found


def plots(out: Path, tell: Callable[[str], None]) -> None:
    load = read_report(out, "load")
    if not load:
        return
    if not installed():
        tell("no plots: Pillow is not here (it comes with vLLM); the JSON files can be drawn anywhere")
        return
    for name, (where, title, unit) in PLOTS.items():
        draw_lines(out / f"{name}.png", of_loads(load, *where), title=title, unit=unit)


def page(out: Path, expected: Mapping[str, Any]) -> str:
    lines = ["# Model serving, measured", ""]
    lines += [*_machine(out), *_expected(expected), *_loads(out), *_rest(out), *_missing(out)]
    return "\n".join(lines) + "\n"


def _machine(out: Path) -> Iterator[str]:
    for file in sorted(out.glob("*.json")):
        told = json.loads(file.read_text(encoding="utf-8"))
        if "machine" in told:
            names = ", ".join(f"{gpu['name']} {gpu['memory_mib']} MiB" for gpu in told.get("gpus", [])) or "no GPU"
            yield f"{names}; {told['machine']['cores']} cores of {told['machine']['processor']}; {told['machine']['at']}"
            yield ""
            return


def _expected(expected: Mapping[str, Any]) -> Iterator[str]:
    if expected:
        yield "Expected by arithmetic: " + ", ".join(
            f"{name.replace('_', ' ')} {value}" for name, value in expected.items()
        )
        yield ""


def _loads(out: Path) -> Iterator[str]:
    load = read_report(out, "load")
    if not load:
        return
    yield "| at once | tokens/s alone | ours | share | TTFT p50 / p95 alone (ms) | ours | added p50 / p99 (ms) | cached |"
    yield "|---|---|---|---|---|---|---|---|"
    for key, found in load.items():
        if key.endswith("_at_once"):
            alone, ours, added = found["alone"], found["ours"], found["added_ttft_ms"]
            cells = (
                key.removesuffix("_at_once"),
                alone["tokens_a_second"],
                ours["tokens_a_second"],
                found["share_of_throughput"],
                f"{alone['ttft_ms']['p50']} / {alone['ttft_ms']['p95']}",
                f"{ours['ttft_ms']['p50']} / {ours['ttft_ms']['p95']}",
                f"{added['p50']} / {added['p99']}",
                ours["cached_share_of_prompt"],
            )
            yield f"| {' | '.join(map(str, cells))} |"
    yield ""
    yield from (f"![{title}]({name}.png)" for name, (_, title, _) in PLOTS.items() if (out / f"{name}.png").exists())
    yield ""


SHOWN = {
    "prefix": ("prompt_tokens", "hit_against_fresh", "first_word_hit_ms", "first_word_fresh_ms"),
    "cancel": ("midway_ms", "before_the_first_word_ms"),
    "overload": ("places", "capacity_a_second", "accepted", "refused", "accepted_p95_against_unloaded",
                 "accepted_p95_against_capacity", "refused_after_ms", "share_of_capacity_used"),
    "replicas": ("outcomes", "not_begun_and_failed", "broken_streams", "first_word_of_a_new_request_after_s",
                 "last_trouble_of_a_new_request_after_s"),
}  # fmt: skip


def _rest(out: Path) -> Iterator[str]:
    for name, fields in SHOWN.items():
        report = read_report(out, name)
        if report:
            yield f"**{name}**: " + "; ".join(f"{field.replace('_', ' ')} {report.get(field)}" for field in fields)
            yield ""


def _missing(out: Path) -> Iterator[str]:
    for file in sorted(out.glob("*.failed.txt")):
        yield f"Not measured: {file.name.removesuffix('.failed.txt')}: {file.read_text(encoding='utf-8').strip()[:300]}"
