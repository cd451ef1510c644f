"""What the benches of search, voice and model serving print, as figures and plots (pure). Above: `parts`. Below: `reading`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from eval.bench.whole.merging import Found
from eval.bench.whole.reading import NONE, Raw, figure, line, spread, told
from eval.bench.whole.result import Figure, Plot

QUERY: Mapping[int, Mapping[str, float]] = {10_000: {"p50": 6, "p95": 8}, 1_000_000: {"p50": 7, "p95": 10}}
"""CPU ms, by products."""
FIRST_WORD: Mapping[int, float] = {1: 100, 4: 300, 8: 600}
TOKENS: Mapping[int, float] = {1: 80, 8: 110}
RECALL, FILTERED, WARM_LOAD, VISIBLE, FINDABLE = 0.97, 20.0, 2.0, 50.0, 1_000.0


def retrieval(raw: Raw) -> Found:
    sizes = {int(size): one for size, one in raw["sizes"].items()}
    figures = [one for size, found in sizes.items() for one in _catalogue(size, found)]
    return tuple(figures), _catalogue_plots(sizes) if len(sizes) > 1 else ()


def _catalogue(size: int, raw: Raw) -> Iterator[Figure]:
    begin = f"{size:,} products: "
    query, live = raw["query"], raw["live"]
    yield from _two(f"{begin}CPU a query", query["cpu_ms"], QUERY.get(size, NONE))
    yield from _two(f"{begin}wall a query", query["wall_ms"])
    worst = max(one["cpu_ms"]["p95"] for one in raw["filtered_by_price"].values())
    yield figure(f"{begin}CPU a filtered query p95", worst, "ms", goal=FILTERED, about="the dearest of 50, 10 and 1 %")
    least = min(one["recall@10"] for one in raw["filtered_vectors"].values())
    yield figure(
        f"{begin}recall@10 against exact",
        least,
        "share",
        better="higher",
        goal=RECALL,
        about="the least of all filters",
    )
    yield figure(f"{begin}four at once", raw["at_once"]["a_second"], "a second", better="higher")
    yield figure(f"{begin}build without encoding", raw["build"]["cpu_s"], "s", about="CPU")
    yield figure(f"{begin}warm load", raw["load_s"]["warm"], "s", goal=WARM_LOAD)
    yield figure(f"{begin}resident", raw["memory_mib"]["resident"], "MiB")
    yield figure(f"{begin}price change visible p95", live["price_visible_ms"]["p95"], "ms", goal=VISIBLE)
    yield figure(f"{begin}new product findable p95", live["new_product_findable_ms"]["p95"], "ms", goal=FINDABLE)


def _catalogue_plots(sizes: Mapping[int, Any]) -> tuple[Plot, ...]:
    def by_size(read: Callable[[Any], Any]) -> list[tuple[Any, Any]]:
        return [(size, read(one)) for size, one in sizes.items()]

    return (
        Plot(
            name="search-cpu", title="CPU a query", x="products", unit="ms", goal=10,
            lines=(
                line("p95, price filter of 10 %", by_size(lambda one: one["filtered_by_price"]["10%"]["cpu_ms"]["p95"])),
                line("p95", by_size(lambda one: one["query"]["cpu_ms"]["p95"])),
                line("p50", by_size(lambda one: one["query"]["cpu_ms"]["p50"])),
            ),
        ),
        Plot(
            name="search-memory", title="Memory of a process that searches", x="products", unit="MiB", goal=858,
            lines=(line("resident", by_size(lambda one: one["memory_mib"]["resident"])),),
        ),
    )  # fmt: skip


def _two(name: str, raw: Raw, goals: Mapping[str, float] = NONE) -> tuple[Figure, ...]:
    return spread(name, {part: raw[part] for part in ("p50", "p95")}, goals=goals)


def peers(raw: Raw) -> Found:
    figures: list[Figure] = []
    for name, one in raw["sets"].items():
        for system, found in one["systems"].items():
            top = found["top10"]
            figures.append(told(f"{name}, {system}: NDCG@10", top["ndcg@10"], "score"))
            figures.append(told(f"{name}, {system}: CPU a query p50", top["with_our_encoder"]["p50"], "ms"))
        against = one.get("ours_against_the_best", {}).get("top10")
        if against:
            times = against["times_its_with_our_encoder_p50"]
            about = f"CPU p50 with our encoder; NDCG@10 {against['ndcg@10_more']:+.4f}, p {against['p']}"
            figures.append(figure(f"{name}: times {against['peer']}'s cost", times, "×", better="higher", about=about))
    return tuple(figures), ()


def voice(raw: Raw) -> Found:
    reach, together, barge = raw["reach"], raw["at_once"], raw["barge_in_ms"]
    first = {"p50": reach["first_audio_p50_ms"], "p95": reach["first_audio_p95_ms"]}
    listening = raw["listening_cpu_per_second_of_speech"]
    figures = [
        *spread("end of speech → first sound", raw["first_audio_ms"], goals=first),
        *(
            one
            for stage, found in raw["stages_ms"].items()
            if found.get("n") and stage != "total"
            for one in _stage(stage, found, reach)
        ),
        *spread("not explained by the stages", raw["outside_the_stages_ms"]),
        *spread("spoken over → silence sent", barge, goals={"p95": reach["barge_in_p95_ms"]}),
        figure("spoken over, unnoticed", barge["unnoticed"], "", goal=0),
        figure("unanswered", raw["unanswered"] + together["unanswered"], "", goal=0),
        *spread(
            f"{together['calls']} calls at once: first sound", together["first_audio_ms"],
            goals={"p95": reach["at_once_p95_ms"]},
        ),
        figure(f"{together['calls']} calls at once: gaps over 60 ms", together["gaps_over_60_ms"], "", goal=0),
        figure(f"{together['calls']} calls at once: longest gap", together["longest_gap_ms"], "ms"),
        *(() if listening is None else (figure("CPU of listening, a second of speech", listening, "s", goal=0.35),)),
    ]  # fmt: skip
    return tuple(figures), ()


def _stage(stage: str, found: Raw, reach: Raw) -> Iterator[Figure]:
    if stage == "own":
        yield from _two("… of it our own code", found, {"p95": reach["own_p95_ms"]})
    else:
        yield figure(f"… of it {stage} p50", found["p50"], "ms")


def embedded(raw: Raw) -> Found:
    figures: list[Figure] = []
    loads = {int(name.split("_")[0]): one for name, one in raw.items() if name.endswith("_at_once")}
    for many, one in loads.items():
        goals = {"p95": FIRST_WORD[many]} if many in FIRST_WORD else NONE
        figures += _two(f"{many} at once: first word", one["first_word_ms"], goals)
        figures.append(_tokens(f"{many} at once: tokens a second", one, TOKENS.get(many)))
        figures.append(_dropped(f"{many} at once: dropped", one))
    for name, one in raw.items():
        if name.endswith("noisy_neighbour"):
            figures.append(_tokens("beside a process that takes a core: tokens a second", one, 20))
    plots = (
        Plot(
            name="model-first-word", title="The small model's first word", x="streams at once", unit="ms",
            lines=tuple(
                line(part, ((many, one["first_word_ms"][part]) for many, one in loads.items())) for part in ("p95", "p50")
            ),
        ),
    )  # fmt: skip
    return tuple(figures), plots if len(loads) > 1 else ()


def _dropped(name: str, raw: Raw) -> Figure:
    """By what broke them."""
    about = ", ".join(f"{count} {error}" for error, count in raw["dropped"].items())
    return figure(name, sum(raw["dropped"].values()), "", goal=0, about=about)


def _tokens(name: str, raw: Raw, goal: float | None) -> Figure:
    return figure(name, raw["tokens_a_second"], "a second", better="higher", goal=goal)


def cancel(raw: Raw) -> Found:
    return (
        *spread("midway: engine idle", raw["midway_ms"], goals={"max": 500}),
        *spread("before the first word: engine idle", raw["before_the_first_word_ms"], goals={"max": 500}),
    ), ()


def overload(raw: Raw) -> Found:
    if not raw["accepted"]:
        raise ValueError("nobody was accepted: too short, or nothing was served")
    return (
        figure("first word of the accepted p95, times unloaded", raw["accepted_p95_against_unloaded"], "×", goal=2),
        figure("… times at capacity", raw["accepted_p95_against_capacity"], "×"),
        figure("refused after, max", raw["refused_after_ms"]["max"], "ms", goal=3_000),
        figure(
            "refused without a time to wait", raw["refused"] - raw["refused_with_retry_after"], "", goal=0,
            about=f"{raw['refused']} refused, {raw['accepted']} accepted",
        ),
        figure("share of the capacity used", raw["share_of_capacity_used"], "share", better="higher", goal=0.8),
    ), ()  # fmt: skip


def serving(raw: Raw) -> Found:
    figures: list[Figure] = []
    for name, one in raw.items():
        if name.endswith("_at_once"):
            many = name.split("_")[0]
            figures += [
                figure(
                    f"{many} at once: our share of the engine's throughput", one["share_of_throughput"], "share",
                    better="higher", goal=0.97,
                ),
                figure(f"{many} at once: we add to the first word p50", one["added_ttft_ms"]["p50"], "ms", goal=3),
                figure(f"{many} at once: we add to the first word p99", one["added_ttft_ms"]["p99"], "ms", goal=15),
                figure(f"{many} at once: our CPU a request", one["ours"]["client_cpu_ms_a_request"], "ms"),
            ]  # fmt: skip
    return tuple(figures), ()


def engine_kill(raw: Raw) -> Found:
    return (
        told("turns when the engine is killed", raw["turns"], ""),
        *(figure(name.replace("_", " "), raw[name], "", goal=0) for name in ("hung", "failed", "untrue_or_cut", "shown_otherwise")),
        figure("engine again after", raw["engine_again_after_s"], "s"),
    ), ()  # fmt: skip


def streams(raw: Raw) -> Found:
    memory, left = raw["engine_memory_mib"], raw["left_behind"]
    return (
        told("streams", raw["streams"], "", about=f"{raw['at_once']} at once"),
        _dropped("dropped", raw),
        *(told(f"left behind: {name}", value, "") for name, value in left.items() if isinstance(value, int | float)),
        told("the engine's memory, more", round(memory["after"] - memory["before"], 1), "MiB"),
        *_two("first word", raw["first_word_ms"]),
        _tokens("tokens a second", raw, None),
    ), ()


def faults(raw: Raw) -> Found:
    """Each a count that must be 0, and what else was measured."""
    figures: list[Figure] = []
    for one in raw["faults"]:
        figures += [figure(f"{one['fault']}: {name}", value, "", goal=0) for name, value in one["wrong"].items()]
        measured = one["figures"].items()
        figures += [
            told(f"{one['fault']}: {name}", value, "") for name, value in measured if isinstance(value, int | float)
        ]
    return tuple(figures), ()
