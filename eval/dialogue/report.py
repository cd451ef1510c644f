"""The figures of a played suite, as plain values for JSON and as a table for people. Below: `dialogue`, `metrics`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eval.dialogue.dialogue import Played, TurnResult
from eval.metrics import Rate, percentile, ratio_interval


def report(played: Played, *, seed: int, versions: Mapping[str, str]) -> dict[str, Any]:
    """A turn is reached when all its conditions hold; a conversation when all its turns are. Times in milliseconds."""
    turns = played.turns
    verdicts = [turn.verdict for turn in turns]
    replies = [turn for turn in turns if turn.reply]
    cards = sum(verdict.cards for verdict in verdicts)
    return {
        "suite": played.suite.suite,
        "seed": seed,
        "versions": dict(versions),
        "conversations": len({turn.scenario for turn in turns}),
        "turns": len(turns),
        "turns_reached": {**_reached(turns).to_plain(), "interval_95_by_conversation": _by_conversation(turns)},
        "conversations_reached": _conversations(turns).to_plain(),
        "turns_failed": sum(turn.failed for turn in turns),
        "figures": sum(verdict.figures for verdict in verdicts),
        "ungrounded_figures": sum(len(verdict.ungrounded) for verdict in verdicts),
        "cards": cards,
        "unnamed_cards": sum(len(verdict.unnamed) for verdict in verdicts),
        "cards_named": Rate(hits=cards - sum(len(v.unnamed) for v in verdicts), of=cards).to_plain(),
        "cards_named_in_full": Rate(hits=sum(v.cards_in_full for v in verdicts), of=cards).to_plain(),
        "repeated_sentences": sum(len(turn.repeated) for turn in turns),
        "words_a_reply": _words(replies),
        "milliseconds_a_turn": _times(turns),
        "written_by": _counted(turn.written_by for turn in replies),
        "by_tag": {tag: _reached(tagged).to_plain() for tag, tagged in sorted(_by_tag(turns).items())},
        "skipped": [{"scenario": name, "reason": reason} for name, reason in played.skipped],
        "failures": [_failure(turn) for turn in turns if not turn.reached],
        "ungrounded": [_ungrounded(turn) for turn in turns if turn.verdict.ungrounded],
        "unnamed": [_unnamed(turn) for turn in turns if turn.verdict.unnamed],
        "repeated": [_repeated(turn) for turn in turns if turn.repeated],
        "talks": _talks(turns),
    }


def _talks(turns: Sequence[TurnResult]) -> dict[str, list[dict[str, Any]]]:
    """Whole conversations in which something went wrong, so that it can be read where it happened."""
    wrong = {t.scenario for t in turns if not t.reached or t.verdict.ungrounded or t.verdict.unnamed}
    return {name: [_place(turn) for turn in turns if turn.scenario == name] for name in sorted(wrong)}


def _reached(turns: Sequence[TurnResult]) -> Rate:
    return Rate(hits=sum(turn.reached for turn in turns), of=len(turns))


def _by_conversation(turns: Sequence[TurnResult]) -> list[float]:
    """Whole conversations resampled: turns of one stand and fall together."""
    each: dict[str, list[bool]] = defaultdict(list)
    for turn in turns:
        each[turn.scenario].append(turn.reached)
    low, high = ratio_interval([(sum(reached), len(reached)) for reached in each.values()])
    return [round(low, 4), round(high, 4)]


def _conversations(turns: Sequence[TurnResult]) -> Rate:
    missed = {turn.scenario for turn in turns if not turn.reached}
    played = {turn.scenario for turn in turns}
    return Rate(hits=len(played - missed), of=len(played))


def _by_tag(turns: Iterable[TurnResult]) -> Mapping[str, list[TurnResult]]:
    tagged: dict[str, list[TurnResult]] = defaultdict(list)
    for turn in turns:
        for tag in turn.tags:
            tagged[tag].append(turn)
    return tagged


def _words(replies: Sequence[TurnResult]) -> dict[str, float]:
    lengths = [float(len(turn.reply.split())) for turn in replies]
    mean = round(sum(lengths) / len(lengths), 1) if lengths else 0.0
    return {
        "mean": mean,
        "p50": percentile(lengths, 0.5),
        "p95": percentile(lengths, 0.95),
        "most": max(lengths, default=0.0),
    }


def _times(turns: Sequence[TurnResult]) -> dict[str, float]:
    times = [turn.seconds * 1000 for turn in turns if turn.seconds]
    return {name: round(percentile(times, share), 1) for name, share in (("p50", 0.5), ("p95", 0.95), ("most", 1.0))}


def _counted(names: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for name in names:
        counts[name] += 1
    return dict(counts)


def _place(turn: TurnResult) -> dict[str, Any]:
    return {"scenario": turn.scenario, "turn": turn.number, "said": turn.said, "reply": turn.reply}


def _failure(turn: TurnResult) -> dict[str, Any]:
    return {**_place(turn), "expected": list(turn.expected), "wrong": list(turn.wrongs), "tags": list(turn.tags)}


def _ungrounded(turn: TurnResult) -> dict[str, Any]:
    found = [{"kind": u.kind, "text": u.text, "sentence": u.sentence} for u in turn.verdict.ungrounded]
    return {**_place(turn), "figures": found}


def _unnamed(turn: TurnResult) -> dict[str, Any]:
    return {**_place(turn), "cards": list(turn.verdict.unnamed)}


def _repeated(turn: TurnResult) -> dict[str, Any]:
    return {**_place(turn), "sentences": list(turn.repeated)}
