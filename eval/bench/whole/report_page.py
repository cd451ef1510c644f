"""The report of `aisle bench all` as one HTML file: no script, nothing from outside (pure). Above: `report`.

Below: `words`, `plot`, `merging`, the style of our reports.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

from eval.bench.whole import words
from eval.bench.whole.merging import comparable, ratio, same_part, way
from eval.bench.whole.plot import STYLE as PLOTS
from eval.bench.whole.plot import drawn
from eval.bench.whole.result import SAID, Benchmarks, Figure, PartResult
from eval.report_style import STYLE

_MOST = 12
"""Changes that stand there without a click."""
_MORE = """
nav{display:flex;flex-wrap:wrap;gap:.4rem;margin:1rem 0 0}nav a{color:inherit;text-decoration:none;border:1px solid var(--line);
border-radius:99px;padding:.45rem .8rem;background:var(--card);font-size:.9rem}a:focus-visible,summary:focus-visible,
.scroll:focus-visible{outline:3px solid var(--win);outline-offset:2px}
.badge{display:inline-block;border:1px solid currentColor;border-radius:99px;padding:.05rem .6rem;font-size:.8rem;font-weight:650;
vertical-align:middle}.win{color:var(--win)}.loss{color:var(--loss)}.soft,td small{color:var(--soft)}td small{display:block}
td.n{font-weight:650}.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(22rem,100%),1fr));
gap:1rem;margin:1rem 0 0}
.plots svg line{stroke:unset}.plots svg .grid{stroke:var(--line)}
section h3:first-of-type{margin-top:1.2rem}code{font-size:.85rem;overflow-wrap:anywhere}section{overflow-wrap:anywhere}
ul{padding-left:1.2rem}li{margin:.3rem 0}
@media(max-width:640px){section{padding:1.1rem 1rem}main{padding:1rem .75rem 3rem}
.figures thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.figures tr{display:grid;grid-template-columns:1fr auto;gap:0 .8rem;padding:.5rem 0;border-bottom:1px solid var(--line)}
.figures td{border:0;padding:0;white-space:normal}
.figures td.more{grid-column:1/-1;text-align:left;font-size:.85rem;color:var(--soft)}
.figures td.more:empty{display:none}.figures td[data-label]:not(:empty)::before{content:attr(data-label) " "}}
"""


def report(found: Benchmarks, before: Sequence[PartResult] = (), named: str = "") -> str:
    measured = [part for part in found.parts if part.state == "measured"]
    areas = list(dict.fromkeys(part.area for part in found.parts if part.state != "skipped"))
    links = "".join(f'<a href="#{_id(area)}">{escape(area)}</a>' for area in areas)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Aisle: what it holds and costs</title><style>{STYLE}{_MORE}{PLOTS}</style><main>"
        f"<header><h1>What this Aisle holds and costs</h1><p>{escape(words.headline(found))}</p>"
        f"<p>{escape(found.at[:16].replace('T', ' '))} UTC · {SAID[found.length]} · {found.seconds / 60:.0f} min"
        f"{f' · ratios against {escape(named)}' if named else ''}</p>"
        f'<nav aria-label="Fields"><a href="#short">In short</a>{links}<a href="#conditions">Conditions</a></nav></header>'
        f"{_short(found, measured, before)}"
        + "".join(_area(area, [part for part in found.parts if part.area == area], before) for area in areas)
        + f"{_conditions(found)}</main></html>\n"
    )


def _id(area: str) -> str:
    return area.lower().replace(" ", "-")


def _short(found: Benchmarks, measured: Sequence[PartResult], before: Sequence[PartResult]) -> str:
    missed = [
        f"<li><b>{escape(part.title)}</b>: {escape(one.name)} is {words.number(one.value, one.unit)}, goal {words.goal(one)}"
        f"{' <span class=soft>(busy machine)</span>' if part.quiet.word == 'busy' else ''}</li>"
        for part, one in words.missed(measured)
    ]
    undone = [
        f"<li><b>{escape(part.title)}</b>: {part.state}, {escape(part.reason[:400])}</li>"
        for part in found.parts
        if part.state != "measured"
    ]
    return (
        '<section id="short"><h2>In short</h2><h3>Goals that are missed</h3>'
        + _list(missed, "None.")
        + (_changed(measured, before) if before else "")
        + (f"<h3>Not measured</h3>{_list(undone, '')}" if undone else "")
        + "</section>"
    )


def _list(lines: Sequence[str], nothing: str) -> str:
    return f"<ul>{''.join(lines)}</ul>" if lines else f"<p>{nothing}</p>"


def _changed(measured: Sequence[PartResult], before: Sequence[PartResult]) -> str:
    """The largest first. Of a part that was measured on a busy machine, now or then, nothing is said."""
    pairs = [(part, former) for part in measured if (former := same_part(before, part)) is not None]
    sound = [(part, former) for part, former in pairs if comparable(part, former)]
    found = sorted((one for part, former in sound for one in _changes(part, former)), reverse=True)
    lines = [line for _, line in found]
    more = (
        f"<details><summary>{len(lines) - _MOST} more</summary>{_list(lines[_MOST:], '')}</details>"
        if lines[_MOST:]
        else ""
    )
    busy = len(pairs) - len(sound)
    told = f"<p>{busy} parts are not compared: the machine was busy now or then.</p>" if busy else ""
    return f"<h3>Changed by more than the runs differ</h3>{_list(lines[:_MOST], 'Nothing.')}{more}{told}"


def _changes(part: PartResult, former: PartResult) -> Iterator[tuple[float, str]]:
    for one in part.figures:
        was = former.figure(one.name)
        if was is not None and (changed := way(one, was)):
            kind = {"better": "win", "worse": "loss"}[changed]
            told = f"{words.number(was.value, was.unit)} → {words.number(one.value, one.unit)}"
            line = f"<li>{escape(part.title)}: {escape(one.name)} {told} <span class={kind}>{changed}</span></li>"
            yield abs(math.log(ratio(one, was) or 1.0)), line


def _area(area: str, parts: Sequence[PartResult], before: Sequence[PartResult]) -> str:
    told = "".join(_part(part, same_part(before, part)) for part in parts if part.state != "skipped")
    return f'<section id="{_id(area)}"><h2>{escape(area)}</h2>{told}</section>'


def _part(part: PartResult, former: PartResult | None) -> str:
    busy = "" if part.quiet.word == "quiet" else '<span class="badge loss">busy machine</span>'
    head = f"<h3>{escape(part.title)} {busy}</h3><p>{escape(part.about)}</p>"
    if part.state == "failed":
        return f'{head}<p class="loss">Could not be measured: {escape(part.reason)}</p>'
    judged = former is not None and comparable(part, former)
    rows = "".join(
        _row(one, former.figure(one.name) if former is not None else None, judged=judged) for one in part.figures
    )
    plots = "".join(f"<figure>{drawn(plot)}</figure>" for plot in part.plots)
    notes = "".join(f'<p class="loss">{escape(note)}</p>' for note in part.notes)
    commands = "<br>".join(f"<code>{escape(one)}</code>" for one in part.commands)
    return (
        f'{head}<div class="scroll" tabindex="0" role="region" aria-label="{escape(part.title)}"><table class="figures"><thead><tr>'
        '<th scope="col">figure</th><th scope="col">value</th><th scope="col">spread</th><th scope="col">goal</th>'
        f'<th scope="col">before</th></tr></thead><tbody>{rows}</tbody></table></div>'
        f"{f'<div class=plots>{plots}</div>' if plots else ''}{notes}"
        f"<details><summary>How it was measured</summary><p>{escape(words.when(part))}, commit {escape(words.commit(part))}, "
        f"{words.runs(part)}, {words.length(part)}, seed {part.seed}; {words.took(part)}; {escape(part.quiet.told)}</p>"
        f"{commands}</details>"
    )


def _row(one: Figure, was: Figure | None, *, judged: bool) -> str:
    kind = {True: " win", False: " loss", None: ""}[one.met]
    mark = {True: " ✓", False: " missed", None: ""}[one.met]
    about = f"<small>{escape(one.about)}</small>" if one.about else ""
    return (
        f'<tr><td>{escape(one.name)}{about}</td><td class="n{kind}">{words.number(one.value, one.unit)}{mark}</td>'
        f'<td class="more" data-label="runs">{words.spread(one)}</td><td class="more" data-label="goal">{words.goal(one)}'
        f"{f' <small>{told}</small>' if (told := words.of_goal(one)) else ''}</td>"
        f'<td class="more" data-label="before">{_was(one, was, judged=judged)}</td></tr>'
    )


def _was(one: Figure, was: Figure | None, *, judged: bool) -> str:
    times = ratio(one, was)
    if was is None or times is None:
        return "" if was is None else words.number(was.value, was.unit)
    kind = {"better": "win", "worse": "loss", "": "open"}[way(one, was) if judged else ""]
    return f'{words.number(was.value, was.unit)} <span class="{kind}">× {times:.2f}</span>'


def _conditions(found: Benchmarks) -> str:
    machines = sorted({words.machine(part) for part in found.parts})
    commits = sorted({words.commit(part) for part in found.parts})
    return (
        '<section id="conditions"><h2>Conditions</h2>'
        f"<p>{escape('; '.join(machines))}. Commit {escape(', '.join(commits))}.</p>"
        "<p>Yardstick: the CPU that a fixed piece of work took just before a part; where it differs, the machine does.</p>"
        "<p>Quiet: less than a quarter of a core was taken by others just before and just after a part; busy: more. Bars at a "
        "point of a plot: the least and the most of its runs. “Before × 1.20”: a fifth more than before; green and red only "
        "where the machine was quiet both times, the runs of both do not overlap and it is more than a twentieth (a quarter for "
        "single runs).</p></section>"
    )
