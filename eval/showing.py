"""Reports on a terminal: JSON as it is, or tables for people. Above: the commands. Below: rich."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table


def show_figures(report: Mapping[str, Any], *, as_json: bool, leave_out: Sequence[str] = ()) -> None:
    """Any report of nested figures, one a line."""
    kept = {name: value for name, value in report.items() if name not in leave_out}
    if as_json:
        show_json(kept)
        return
    table = Table("figure", "value", highlight=False)
    for name, value in _lines("", kept):
        table.add_row(name, value)
    Console().print(table)


def show_json(report: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(report, indent=2, ensure_ascii=False) + "\n")


def _lines(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _lines(f"{name} {key}".strip().replace("_", " "), inner)
    elif isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
        for number, inner in enumerate(value, start=1):
            yield from _lines(f"{name} {number}", inner)
    else:
        yield name, escape(str(value))


def show_dialogue(report: Mapping[str, Any], *, failures: int = 20) -> None:
    """Figures, the weakest tags, and what went wrong."""
    console = Console(highlight=False)
    console.print(_dialogue_figures(report))
    console.print(_weakest_tags(report))
    for failure in report["failures"][:failures]:
        console.print(f"[bold]{escape(failure['scenario'])}[/] turn {failure['turn']}: {escape(failure['said'])}")
        console.print(f"  [dim]{escape(failure['reply'][:300]) or '(no reply)'}[/]")
        for wrong in failure["wrong"]:
            console.print(f"  [red]{escape(wrong)}[/]")
    left = len(report["failures"]) - failures
    if left > 0:
        console.print(f"and {left} more: --json or --out lists them all")
    for found in report["ungrounded"]:
        for figure in found["figures"]:
            line = f"ungrounded {figure['kind']} {figure['text']!r} in {figure['sentence']!r} ({found['scenario']} {found['turn']})"
            console.print(f"[yellow]{escape(line)}[/]")
    for found in report["unnamed"]:
        console.print(
            f"[yellow]unnamed cards {escape(str(found['cards']))} ({escape(found['scenario'])} {found['turn']})[/]"
        )


def _dialogue_figures(report: Mapping[str, Any]) -> Table:
    table = Table("figure", "value", title=escape(report["suite"]), highlight=False)
    for name in ("turns_reached", "conversations_reached", "cards_named", "cards_named_in_full"):
        table.add_row(name.replace("_", " "), rate(report[name]))
    for name in ("turns_failed", "figures", "ungrounded_figures", "cards", "unnamed_cards", "repeated_sentences"):
        table.add_row(name.replace("_", " "), str(report[name]))
    for name in ("words_a_reply", "milliseconds_a_turn", "written_by"):
        table.add_row(name.replace("_", " "), ", ".join(f"{key} {value}" for key, value in report[name].items()))
    for skipped in report["skipped"]:
        table.add_row("skipped", escape(f"{skipped['scenario']}: {skipped['reason']}"))
    return table


def _weakest_tags(report: Mapping[str, Any]) -> Table:
    table = Table("tag", "turns reached", highlight=False)
    for tag, figures in sorted(report["by_tag"].items(), key=lambda item: (item[1]["rate"], -item[1]["of"]))[:12]:
        table.add_row(escape(tag), rate(figures))
    return table


def rate(figures: Mapping[str, Any]) -> str:
    """ "96.2 % (203 of 211; 92.7 to 98.1)"."""
    if figures["rate"] is None:
        return "nothing counted"
    low, high = figures["interval_95"]
    share = f"{figures['rate'] * 100:.1f} %"
    return f"{share} ({figures['hits']} of {figures['of']}; {low * 100:.1f} to {high * 100:.1f})"
