"""From what each measurement prints to figures and cases (pure). Above: `parts`. Below: `result`.

A reader gets the JSON documents that a command wrote, in order. Raises KeyError, TypeError or ValueError where they are
not what is expected; `running` makes a failed part of that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eval.metrics import mean_interval
from eval.scores.result import Case, Figure, Line, count, milliseconds, score, share

Raw = Mapping[str, Any]
Read = tuple[tuple[Figure, ...], tuple[Case, ...]]
Reader = Callable[[Sequence[Any]], Read]


def dialogue(raws: Sequence[Any]) -> Read:
    (raw,) = raws
    reached, talks = raw["turns_reached"], raw["conversations_reached"]
    times = raw["milliseconds_a_turn"]
    figures = (
        share("turns reached", reached["hits"], reached["of"], about="replies of which everything expected holds",
              grouped=reached.get("interval_95_by_conversation")),
        share("conversations reached", talks["hits"], talks["of"], about="not one turn of it is wrong"),
        share("ungrounded figures", raw["ungrounded_figures"], raw["figures"], better="lower",
              about="prices, stock, dates, names that nothing in the shop supports"),
        share("cards not named", raw["unnamed_cards"], raw["cards"], better="lower",
              about="products shown that the words do not name"),
        share("turns failed", raw["turns_failed"], raw["turns"], better="lower", about="no reply at all"),
        milliseconds("reply, p50", times["p50"], about="half of the replies come sooner"),
        milliseconds("reply, p95", times["p95"], about="19 of 20 come sooner"),
    )  # fmt: skip
    return figures, tuple(_dialogue_cases(raw))


def _dialogue_cases(raw: Raw) -> list[Case]:
    kinds: tuple[tuple[str, str, Callable[[Raw], Sequence[str]]], ...] = (
        ("failures", "turns reached", lambda one: one["wrong"]),
        ("ungrounded", "ungrounded figures", lambda one: [f"{f['kind']} {f['text']!r}" for f in one["figures"]]),
        ("unnamed", "cards not named", lambda one: one["cards"]),
    )
    return [
        Case(
            name=f"{one['scenario']} · {one['turn']}",
            figure=figure,
            expected=tuple(one.get("expected", ())) if kind == "failures" else (),
            wrong=tuple(wrong(one)),
            talk=_talk(raw, one, tuple(wrong(one))),
        )
        for kind, figure, wrong in kinds
        for one in raw[kind]
    ]


def _talk(raw: Raw, one: Raw, wrong: tuple[str, ...]) -> tuple[Line, ...]:
    whole = raw.get("talks", {}).get(one["scenario"]) or [{**one, "turn": one["turn"]}]
    return tuple(
        Line(said=turn["said"], reply=turn["reply"], wrong=wrong if turn["turn"] == one["turn"] else ())
        for turn in whole
        if turn["turn"] <= one["turn"]
    )


def constrained(raws: Sequence[Any]) -> Read:
    (raw,) = raws
    figures = (
        score("precision@10", raw["precision@10"], of=raw["requests"], interval=mean_interval(_precisions(raw)),
              about="of the first ten found, the share that meets every wish"),
        share("broken conditions", raw["violations"], raw["shown"], better="lower", about="products shown against a stated wish"),
        milliseconds("search, p95", raw["p95_ms"]),
    )  # fmt: skip
    cases = tuple(
        Case(
            name=one["says"], figure="precision@10", wrong=(f"precision {one['precision']}", *one["broken"]),
            talk=(Line(said=one["says"], reply=f"read as: {one['need']}"),),
        )
        for one in raw["failures"]
    )  # fmt: skip
    return figures, cases


def _precisions(raw: Raw) -> list[float]:
    """Of each request; what is not among the failures is 1."""
    failed = [float(one["precision"]) for one in raw["failures"]]
    return [*failed, *[1.0] * (raw["requests"] - len(failed))]


def passages(raws: Sequence[Any]) -> Read:
    (raw,) = raws
    right = raw["right_first"]
    cases = tuple(
        Case(
            name=one["asks"], figure="right passage first",
            expected=tuple(one["answer"]), wrong=("another was found first",),
            talk=(Line(said=one["asks"], reply=f"found: {', '.join(one['found'])}"),),
        )
        for one in raw["failures"]
    )  # fmt: skip
    return (share("right passage first", right["hits"], right["of"]),), cases


def model_numbers(raws: Sequence[Any]) -> Read:
    (raw,) = raws
    typed = raw["found_one_typo"]
    return (
        score("MRR", raw["mrr"], of=raw["queries"], about="1 found first, ½ second, ⅓ third …, mean; as they are"),
        score("MRR, one typing error", raw["mrr_one_typo"], of=raw["queries"]),
        share("found, one typing error", typed["hits"], typed["of"]),
    ), ()


def judged(raws: Sequence[Any]) -> Read:
    figures: list[Figure] = []
    for raw in raws:
        name, queries = raw["set"].replace("_", " "), raw["queries"]
        figures += [
            score(f"NDCG@10, {name}", raw["ndcg@10"], of=queries, interval=_mean_of(raw, "per_query"),
                  about="how near the first ten are to the best order; 1 is best"),
            score(f"recall@100, {name}", raw["recall@100"], of=queries, interval=_mean_of(raw, "per_query_recall"),
                  about="of what fits, the share among the first hundred"),
            milliseconds(f"CPU a query p95, {name}", raw["cpu_p95_ms"]),
        ]  # fmt: skip
    return tuple(figures), ()


def _mean_of(raw: Raw, name: str) -> tuple[float, float] | None:
    values = [float(one) for one in raw.get(name, {}).values()]
    return mean_interval(values) if values else None


def intents(raws: Sequence[Any]) -> Read:
    (raw,) = raws
    figures: list[Figure] = []
    for language, one in raw["languages"].items():
        figures.append(share(f"intent, {language}", one["intent"]["hits"], one["intent"]["of"]))
        figures.append(score(f"entities F1, {language}", one["entities"]["f1"]))
    hits = sum(one["intent"]["hits"] for one in raw["languages"].values())
    of = sum(one["intent"]["of"] for one in raw["languages"].values())
    cases = tuple(
        Case(
            name=f"{one['language']}: {one['said']}", figure=f"intent, {one['language']}",
            expected=(str(one["wanted"]),), wrong=(f"read as {one['read']}",), talk=(Line(said=one["said"]),),
        )
        for one in raw.get("failures", ())
    )  # fmt: skip
    return (share("intent", hits, of), *figures), cases


def grounding(raws: Sequence[Any]) -> Read:
    (raw,) = raws
    figures: list[Figure] = []
    for split, one in raw.items():
        for name in ("wrong_caught", "good_passed"):
            figures.append(share(f"{name.replace('_', ' ')}, {split}", one[name]["hits"], one[name]["of"]))
    figures.append(milliseconds("CPU a draft, p95", raw["dev"]["cpu_ms"]["p95"]))
    cases = tuple(
        Case(
            name=f"{one['language']}: {one['text'][:90]}", figure=figure,
            wrong=(one["kind"] or f"objected to {one['objected']}",),
            talk=(Line(said="\n".join(one["evidence"]), reply=one["text"]),),
        )
        for kind, figure in (("missed", "wrong caught, dev"), ("false_alarms", "good passed, dev"))
        for one in raw["dev"].get(kind, ())
    )  # fmt: skip
    return tuple(figures), cases


def languages(raws: Sequence[Any]) -> Read:
    """Of `eval.retrieval.language_quality`: sets with and without glossary (the first counts), and policies."""
    figures: list[Figure] = []
    for raw in raws:
        if raw["set"] == "policies":
            for language, one in raw.items():
                if isinstance(one, Mapping):
                    figures.append(share(f"policy found, {language}", one["right_first"], one["questions"]))
        elif raw.get("glossary", True):
            for language, one in raw.items():
                if isinstance(one, Mapping):
                    figures.append(
                        score(
                            f"NDCG@10, {language}", one["ndcg@10"], of=raw["queries"], interval=one.get("interval_95")
                        )
                    )
    return tuple(figures), ()


def voice(raws: Sequence[Any]) -> Read:
    (raw,) = raws
    figures: list[Figure] = []
    for line, splits in raw["lines"].items():
        one = splits["all"]
        figures.append(
            score(
                f"word errors, {line.replace('_', ' ')}",
                one["word_error_rate"],
                of=one["words"],
                better="lower",
                interval=one.get("interval_95"),
                about="words wrong, left out or too many, of those said",
            )
        )
    heard = raw["not_speech"]
    figures.append(share("words heard in noise", heard["transcripts"], heard["clips"], better="lower"))
    cost = raw["cpu_seconds_per_second_of_speech"]["total"]
    figures.append(Figure(name="CPU s a second of speech", value=cost, unit="count", better="lower"))
    cases = tuple(
        Case(name=name, figure="words heard in noise", wrong=(text,)) for name, text in heard.get("heard", {}).items()
    )
    return tuple(figures), cases


def security(raws: Sequence[Any]) -> Read:
    (raw,) = raws
    figures: list[Figure] = []
    cases: list[Case] = []
    for one in raw["modes"]:
        mode = one["mode"].replace("_", " ")
        for name in ("unauthorised_effects", "secrets_told"):
            figures.append(
                share(f"{name.replace('_', ' ')}, {mode}", one[name]["hits"], one[name]["of"], better="lower")
            )
        told = one["deceived_words"]
        figures.append(share(f"deceived words, {mode}", told["hits"], told["of"], better="told"))
        cases += [
            Case(name=f"{mode}: {run}", figure=f"{kind}, {mode}", wrong=tuple(map(str, what)))
            for kind, runs in (("unauthorised effects", "effects"), ("secrets told", "secrets"))
            for run, what in one["breaches"][runs].items()
        ]
    for one in raw["canaries"]:
        across = sum(len(one[name]) for name in ("across", "in_logs", "in_metrics", "in_files", "in_notes"))
        figures.append(share(f"others' words, {one['mode']}", across, one["outputs"], better="lower"))
    return tuple(figures), tuple(cases)


def tau_actions(raws: Sequence[Any]) -> Read:
    (raw,) = raws
    figures: list[Figure] = []
    for name, one in raw.items():
        figures.append(
            share(f"exact, {name}", one["exact"], one["tasks"], about="the rest: references at fault, with proof")
        )
        figures.append(count(f"unexplained, {name}", one["unexplained"]))
    return tuple(figures), ()


def tau_synthetic(raws: Sequence[Any]) -> Read:
    (raw,) = raws
    figures = (
        _stated("exact, sound references", raw["exact_of_sound"]),
        _stated("exact, all as they stand", raw["exact"]),
        share("conversations with wrong writes", raw["conversations_with_wrong_writes"], raw["conversations"], better="lower"),
        share("conversations with a write without a yes", raw["writes_without_a_yes"], raw["conversations"], better="lower"),
        count("failed turns", raw["failed_turns"]),
        milliseconds("CPU a reply, p95", raw["reply_cpu_p95_ms"]),
    )  # fmt: skip
    cases = tuple(
        Case(name=f"{one['task']} · seed {one['seed']}", figure="exact, all as they stand", wrong=tuple(one["differences"]))
        for one in raw["unsolved"]
    )  # fmt: skip
    return figures, cases


def _stated(name: str, told: str) -> Figure:
    """Of "28 of 35 (80 %)"."""
    hits, _, of, *_ = told.split()
    return share(name, int(hits), int(of))


def held(raws: Sequence[Any]) -> Read:
    """Of `eval.integrity`: promises, each with how often it was looked at and how often it held."""
    (raw,) = raws
    figures = [share(one["name"], one["held"], one["looked"], about=one["about"]) for one in raw["promises"]]
    cases = tuple(
        Case(name=one["name"], figure=one["name"], wrong=tuple(one["broken"]))
        for one in raw["promises"]
        if one["broken"]
    )
    return tuple(figures), cases
