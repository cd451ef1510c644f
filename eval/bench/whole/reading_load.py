"""What the load benches, the log that grows and the kill proofs print, as figures and plots (pure).

Above: `parts`. Below: `reading`.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.bench.whole.merging import Found
from eval.bench.whole.reading import NONE, Raw, figure, line, spread, told
from eval.bench.whole.result import Figure, Plot

SOUND = ("lost", "duplicated", "gaps", "double_replies", "not_delivered")
ACK, REPLY = 150.0, 500.0
"""Milliseconds, p95, at 1,000 users."""
SOCKET = 60.0
"""kB."""


def users(found: Sequence[Raw]) -> Found:
    """The same load from few users and from many."""
    figures: list[Figure] = []
    for raw in found:
        many = raw["load"]["users"]
        goals = {"ack": {"p95": ACK}, "reply": {"p95": REPLY}} if many >= 1_000 else {}
        figures += _stages(f"{many:,} users: ", raw, goals.get("ack", NONE), goals.get("reply", NONE))
    return tuple(figures), _user_plots(found) if len(found) > 1 else ()


def _user_plots(found: Sequence[Raw]) -> tuple[Plot, ...]:
    def by_users(*path: str) -> list[tuple[float, float]]:
        points = []
        for raw in found:
            value = raw
            for name in path:
                value = value[name]
            points.append((float(raw["load"]["users"]), float(value)))  # type: ignore[arg-type]
        return points

    return (
        Plot(
            name="load-latency", title="Latency", x="users", unit="ms",
            lines=(
                line("reply p95", by_users("reply_ms", "p95")), line("reply p50", by_users("reply_ms", "p50")),
                line("acknowledged p95", by_users("ack_ms", "p95")),
            ),
        ),
        Plot(
            name="load-cpu", title="CPU a message", x="users", unit="ms",
            lines=(line("CPU a message", by_users("cpu_ms_a_message")),),
        ),
    )  # fmt: skip


def load(found: Sequence[Raw]) -> Found:
    raw = found[0]
    parts = raw["cpu_ms_a_message_by_process"]
    apart = tuple(figure(f"CPU a message, {name}", value, "ms") for name, value in parts.items() if len(parts) > 1)
    return (*_stages("", raw, NONE, NONE), *apart), ()


def _stages(begin: str, raw: Raw, ack: dict[str, float] | Raw, reply: dict[str, float] | Raw) -> list[Figure]:
    watched = raw["delivery_to_second_device_ms"]
    if not raw["reply_ms"]["count"]:
        raise ValueError("nothing was answered: too few users, or too short")
    return [
        told(f"{begin}messages", raw["messages"], "", about=f"{raw['messages_a_second']} a second"),
        *_some(f"{begin}acknowledged", raw["ack_ms"], ack),
        *(_some(f"{begin}second device", watched, NONE) if watched["count"] else ()),
        *_some(f"{begin}reply", raw["reply_ms"], reply),
        figure(f"{begin}CPU a message", raw["cpu_ms_a_message"], "ms"),
        *_sound(begin, raw),
    ]


def _some(name: str, raw: Raw, goals: Raw) -> tuple[Figure, ...]:
    return spread(name, {part: raw[part] for part in ("p50", "p95")}, goals=goals)


def _sound(begin: str, raw: Raw) -> list[Figure]:
    """One figure for all that must be nought, and what was refused."""
    wrong = sum(raw[name] for name in SOUND)
    about = ", ".join(f"{raw[name]} {name.replace('_', ' ')}" for name in SOUND)
    return [figure(f"{begin}lost, doubled, not delivered", wrong, "", goal=0, about=about)]


def idle(found: Sequence[Raw]) -> Found:
    raw = found[0]
    kilobytes = round(raw["kib_a_socket_at_the_end"] * 1.024, 1)
    return (
        told("sockets", raw["sockets"], "", about=f"held {raw['held_seconds']:g} s"),
        figure("memory of a socket with its conversation", kilobytes, "kB", goal=SOCKET),
        figure("CPU of one, a minute", raw["cpu_ms_a_socket_and_minute"], "ms"),
        figure("CPU to open one", raw["cpu_ms_to_open_one"], "ms"),
        figure("closed", raw["closed"], "", goal=0),
    ), ()


def burst(found: Sequence[Raw]) -> Found:
    raw = found[0]
    during, back = raw["burst"], raw["seconds_to_normal"]
    refused = raw["refused"] - raw["refused_with_time_to_wait"]
    return (
        told("offered a second", during["messages_a_second"], "a second"),
        told("taken a second", during["accepted_a_second"], "a second"),
        told("refused", during["refused"], ""),
        figure("refused without a time to wait", refused, "", goal=0),
        *(_some("refusal", raw["refusal_ms"], NONE) if raw["refused"] else ()),
        *_some("acknowledged, of what was taken", during["ack_ms"], NONE),
        *_some("reply, of what was taken", during["reply_ms"], NONE),
        *(() if back is None else (figure("as usual again after", back, "s"),)),
        figure("CPU a message", raw["cpu_ms_a_message"], "ms"),
        *_sound("", raw),
    ), ()


def growth(found: Sequence[Raw]) -> Found:
    raw = found[0]
    wide, long = raw["by_conversations"], raw["by_events_of_the_conversation"]
    grown = raw["growth"]
    figures = [
        *(figure(f"{int(n):,} conversations in the log: CPU a turn", one["cpu_ms_a_turn"], "ms") for n, one in wide.items()),
        *(figure(f"{int(n):,} events in the conversation: CPU a turn", one["cpu_ms_a_turn"], "ms") for n, one in long.items()),
        _more("a turn, the log from smallest to largest", grown["cpu_of_a_turn_as_the_log_grows"]),
        _more("a turn, the conversation from shortest to longest", grown["cpu_of_a_turn_as_the_conversation_grows"]),
    ]  # fmt: skip
    plots = (
        Plot(
            name="log-growth", title="CPU a turn as the log grows", x="conversations in the log", unit="ms",
            lines=(
                line("first turn after a start", ((n, one["cpu_ms_a_first_turn"]) for n, one in wide.items())),
                line("later", ((n, one["cpu_ms_a_turn"]) for n, one in wide.items())),
            ),
        ),
        Plot(
            name="conversation-growth", title="CPU a turn as a conversation grows", x="events of the conversation",
            unit="ms", lines=(line("later turns", ((n, one["cpu_ms_a_turn"]) for n, one in long.items())),),
        ),
    )  # fmt: skip
    return tuple(figures), plots


def _more(name: str, share: float) -> Figure:
    return told(f"more CPU {name}", round(share * 100, 1), "%")


def kill(found: Sequence[Raw]) -> Found:
    """Of replicas, or of one server: what must be nought, and how soon all is well again."""
    raw = found[0]
    if not raw["kills"] or not raw["acknowledged"]:
        raise ValueError(f"{raw['kills']} kills and {raw['acknowledged']} messages prove nothing")
    faults = (
        "lost", "duplicated", "gaps", "unanswered", "double_replies", "diverged_devices", "gaps_seen", "seen_twice",
        "changed_promises", "double_effects",
    )  # fmt: skip
    times = {"back_ms": "back after a kill", "resume_ms": "resume", "delivery_ms": "delivery"}
    return (
        told("kills", raw["kills"], ""),
        told("acknowledged messages", raw["acknowledged"], ""),
        *(figure(name.replace("_", " "), raw[name], "", goal=0) for name in faults if name in raw),
        *(one for name, said in times.items() if raw.get(name) for one in _some(said, raw[name], NONE)),
    ), ()
