"""The model card of an adapter: what it is, what it was made from, how it scored, what it is not for. Markdown, generated.

Sections after Mitchell et al. 2019, "Model Cards for Model Reporting". Above: `aisle models card`. Holds no opinion of its
own: the figures come from the run's files and from the evaluations.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from model_serving.errors import ModelUnavailable

CARD: Final = "MODEL_CARD.md"
LICENCE: Final = "Apache-2.0 (the base's licence and ours)"
LIMITS: Final = (
    "English only; other languages were not taught and not measured.",
    "Taught by wordings of one team: what nobody of them thought of is not among it, and neither is what real customers write.",
    "The base has 135 million parameters: it copies and chooses among wordings. Arithmetic and comparisons stay with code.",
    "Nothing it says is trusted: a reply is checked against its draft, a command against conversation and shop.",
)
USE: Final = (
    "Rewording the drafts of a shop's assistant and reading a customer's message into commands, in Aisle, its checks around it. "
    "It is meant for nothing else, and for no decision about people."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    name: str
    base: str
    manifest: Mapping[str, Any]
    run: Mapping[str, Any]
    reports: Sequence[Mapping[str, Any]]
    """Of `aisle eval tuning reader|writer`, as JSON."""
    date: str
    decision: str = ""
    """Whether it is used by default, and why."""


def read_facts(
    run: Path, data: Path, reports: Sequence[Path], *, name: str, base: str, date: str, decision: str = ""
) -> CardFacts:
    """Raises ModelUnavailable."""
    try:
        manifest, trained, *scores = (
            json.loads(path.read_text(encoding="utf-8"))
            for path in (data / "manifest.json", run / "run.json", *reports)
        )
    except (OSError, ValueError) as error:
        raise ModelUnavailable(
            f"the card's figures cannot be read ({error})", way_out="train and evaluate first"
        ) from error
    if trained["data_sha256"] != manifest["sha256"]:
        raise ModelUnavailable("the adapter was trained on other examples", way_out="name the folder of its own")
    return CardFacts(name=name, base=base, manifest=manifest, run=trained, reports=scores, date=date, decision=decision)


def card(facts: CardFacts) -> str:
    return "\n".join(_lines(facts)).rstrip() + "\n"


def _lines(facts: CardFacts) -> Iterator[str]:
    run, splits = facts.run, facts.manifest["splits"]
    yield from (f"# {facts.name}", "", f"A LoRA adapter for {facts.base}. Made {facts.date}. Licence: {LICENCE}.", "")
    if facts.decision:
        yield from (f"**{facts.decision}**", "")
    yield from ("## Use", "", USE, "", "## Limits", "", *(f"- {limit}" for limit in LIMITS), "")
    yield from ("## Examples", "", f"SHA-256 of the examples: `{facts.manifest['sha256']}`.", "")
    yield from ("| split | examples | by task | templates | SHA-256 |", "|---|---|---|---|---|")
    for name, told in splits.items():
        tasks = ", ".join(f"{task} {count}" for task, count in told["tasks"].items())
        yield f"| {name} | {told['examples']} | {tasks} | {told['templates']} | `{told['sha256'][:16]}…` |"
    yield from ("", "No template, product or value of one split is in another. Settings of the generator:", "")
    yield from ("", f"    {json.dumps(facts.manifest['settings'], sort_keys=True)}", "", "## Training", "")
    minutes = run["cpu_seconds"] / 60
    yield f"{run['steps']} steps, {run['tokens']:,} tokens, {minutes:.1f} CPU minutes, {run['trained_weights']:,} weights trained;"
    yield f"loss {run['first_loss']} at first, {run['last_loss']} at the end."
    yield from ("", f"    {json.dumps(run['settings'], sort_keys=True)}", "")
    for report in facts.reports:
        yield from _scores(report)


def _scores(report: Mapping[str, Any]) -> Iterator[str]:
    for part, told in report.items():
        if not isinstance(told, Mapping):
            continue
        yield from (f"## {part}, model “{report['model']}”", "")
        yield from _reading(told) if "readers" in told else _writing(told)
        yield ""


def _reading(told: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{told['messages']} messages.", "")
    yield from ("| reader | right commands | and right arguments | commands, by wording |", "|---|---|---|---|")
    for reader, rates in told["readers"].items():
        yield f"| {reader} | {share(rates['commands'])} | {share(rates['arguments'])} | {share(rates['wordings'])} |"
    yield from ("", f"Valid answers {share(told['model_valid'])}, exact to the letter {share(told['model_exact'])}.")


def _writing(told: Mapping[str, Any]) -> Iterator[str]:
    names = ("sound", "facts_kept", "nothing_added", "no_loop", "whole", "changed")
    yield from ("| measure | " + " | ".join(told) + " |", "|---|" + "---|" * len(told))
    for name in names:
        yield f"| {name.replace('_', ' ')} | " + " | ".join(share(one[name]) for one in told.values()) + " |"
    for name in ("distinct_2", "repeated_sentences"):
        yield f"| {name.replace('_', ' ')} | " + " | ".join(str(one[name]) for one in told.values()) + " |"
    lengths = (f"{one['length']['p50']} / {one['length']['p95']}" for one in told.values())
    yield "| length to the draft's, p50 / p95 | " + " | ".join(lengths) + " |"


def share(rate: Mapping[str, Any]) -> str:
    if rate["rate"] is None:
        return "–"
    low, high = (100 * bound for bound in rate["interval_95"])
    return f"{100 * rate['rate']:.1f} % ({low:.0f}–{high:.0f}) of {rate['of']}"
