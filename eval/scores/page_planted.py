"""The planted faults and which bound saw each (pure, HTML). Above: `page`. Below: `planted`."""

from __future__ import annotations

from html import escape

from eval.scores.planted import Planted, PlantedFault
from eval.scores.plots import moment


def planted_faults(planted: Planted | None) -> str:
    head = '<section id="planted"><h2>Would it be noticed?</h2>'
    if planted is None:
        how = "<code>aisle eval mutate</code> plants faults and asks the bounds."
        return f"{head}<p>Not tried beside this run. {how}</p></section>"
    rows = "".join(_row(one) for one in planted.table)
    sound = "".join(
        f'<p class="bad">Without any fault the bounds said: {escape(line)}</p>' for line in planted.without_a_fault
    )
    return (
        f"{head}<p>{len(planted.table)} faults were put into the running product, one after the other: a wrong "
        "price, a dropped event, a "
        "slow tool, a wrong language. Each has a bound that is there for it. A fault that only another bound "
        "saw, by coincidence, does "
        f"not count as noticed. Tried {escape(moment(planted.finished_at))} at {escape(planted.git)}.</p>{sound}"
        f'<details class="more"><summary>{len(planted.table) - len(planted.missed)} of {len(planted.table)} '
        "noticed; each of them</summary>"
        '<table class="figures planted"><thead><tr><th scope="col">fault</th><th scope="col">bound that is there for it</th>'
        f'<th scope="col">what it said</th></tr></thead><tbody>{rows}</tbody></table></details></section>'
    )


def _row(one: PlantedFault) -> str:
    told = (
        escape(one.told)
        or f'<span class="bad">nothing</span>{"; others: " + escape("; ".join(one.others[:2])) if one.others else ""}'
    )
    return f"<tr><td>{escape(one.fault)}<small>{escape(one.about)}</small></td><td>{escape(one.meant)}</td><td>{told}</td></tr>"
