"""The report of `aisle eval all` as one HTML file: plain words first, then figures, then what went wrong (pure).

No script, nothing from outside: it can be mailed. Above: `whole`. Below: `page_words`, `page_parts`, `page_style`.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from eval.scores.comparing import Change, Compared
from eval.scores.page_parts import area, areas_of, number
from eval.scores.page_style import STYLE
from eval.scores.page_words import careful, headline, solid, unmeasured
from eval.scores.result import Result

_MOST = 40


def page(result: Result, changes: Sequence[Compared] = ()) -> str:
    last = changes[0] if changes else None
    links = "".join(f'<a href="#{_id(name)}">{escape(name)}</a>' for name in areas_of(result))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Aisle, measured: {escape(result.name)}</title><style>{STYLE}</style><main>"
        f"{_header(result)}"
        f'<nav aria-label="Parts"><a href="#words">In plain words</a><a href="#changes">Changes</a>{links}'
        f'<a href="#conditions">Conditions</a></nav>{_words(result)}{_changes(changes)}'
        + "".join(area(name, _id(name), result, last) for name in areas_of(result))
        + f"{_conditions(result)}</main></html>\n"
    )


def _id(name: str) -> str:
    return name.lower().replace(" ", "-")


def _header(result: Result) -> str:
    missed = len(result.missed)
    told = ("bad", f"{missed} gate{'s' * (missed != 1)} missed") if missed else ("good", "every gate passed")
    length = "short form (--quick)" if result.quick else "full run"
    return (
        f'<header><span class="badge {told[0]}">{told[1]}</span><h1>How good is this Aisle?</h1>'
        f'<p class="soft">{escape(result.name)} · {escape(_time(result.at))} · {length} · seed {result.seed}</p>'
        "</header>"
    )


def _time(at: str) -> str:
    return f"{at[:16].replace('T', ' ')} UTC"


def _words(result: Result) -> str:
    def listed(lines: Sequence[str]) -> str:
        return "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>" if lines else "<p>Nothing.</p>"

    missed = listed([escape(line) for line in result.missed])
    gates = f'<h3 class="bad">Gates that it misses</h3>{missed}' if result.missed else ""
    return (
        f'<section id="words"><h2>In plain words</h2><p>{headline(result)}</p>'
        f'<div class="sides"><div><h3>What you can rely on</h3>{listed(solid(result))}</div>'
        f"<div><h3>Where to be careful</h3>{listed(careful(result))}</div></div>{gates}"
        f"<h3>What this does not show</h3>{listed(unmeasured(result))}"
        "<h3>How to read a figure</h3><p>Beside each rate stands how often it was tried. The bar is the range in "
        "which the true rate lies with 95 % confidence (Wilson; of none in <i>n</i> at most 3/<i>n</i>): a short bar is a figure "
        "to trust, a long one a hint. The thin mark is the gate, a line it must not cross to be promoted.</p></section>"
    )


def _changes(changes: Sequence[Compared]) -> str:
    body = "".join(_compared(one) for one in changes) or "<p>No earlier run of this length lies here.</p>"
    return f'<section id="changes"><h2>What has changed</h2>{body}</section>'


def _compared(one: Compared) -> str:
    def rows(found: Sequence[Change]) -> str:
        return "".join(
            f"<li><b>{escape(change.figure)}</b>: {number(change.was, change.unit)} → {number(change.now, change.unit)}"
            f"{' <span class=badge>beyond chance</span>' if change.beyond_chance else ' <span class=soft>within chance</span>'}"
            f"{f' <small>{escape(change.told)}</small>' if change.told else ''}</li>"
            for change in found
        )

    head = f"<h3>Against {escape(one.name)}, {escape(_time(one.at))}</h3>"
    if not (one.better or one.worse or one.broken or one.mended or one.gone):
        return f"{head}<p>Nothing: every figure is the same.</p>"
    told = head
    for title, kind, found in (("Worse", "bad", one.worse), ("Better", "good", one.better)):
        told += f'<p class="{kind}"><b>{title}</b></p><ul>{rows(found)}</ul>' if found else ""
    for title, names in (("Newly wrong", one.broken), ("Mended", one.mended), ("No longer measured", one.gone)):
        if names:
            items = "".join(f"<li>{escape(name)}</li>" for name in names[:_MOST])
            more = f"<p>and {len(names) - _MOST} more</p>" if len(names) > _MOST else ""
            told += f"<details><summary>{title}: {len(names)}</summary><ul>{items}</ul>{more}</details>"
    return told


def _conditions(result: Result) -> str:
    facts = {**result.machine, **result.versions, "measured in": f"{result.seconds:.0f} s"}
    rows = "".join(f"<dt>{escape(str(name))}</dt><dd>{escape(str(value))}</dd>" for name, value in facts.items())
    commands = "".join(
        f"<li>{escape(part.title)}: {part.seconds:.0f} s, {part.cpu_seconds:.0f} s of CPU, load {part.load:g}<br>"
        f"<code>{escape(part.command)}</code></li>"
        for part in result.parts
        if part.command
    )
    return (
        f'<section id="conditions"><h2>Conditions</h2><dl class="facts">{rows}</dl>'
        f'<details class="more"><summary>Each part\'s command and time</summary><ul>{commands}</ul></details></section>'
    )
