"""What the report does not show, and its words explained (pure, HTML). Above: `page`. Below: `result`."""

from __future__ import annotations

from html import escape
from typing import Final

from eval.scores.result import Result

_NEVER: Final = (
    ("Real customers", "nobody’s conversations are measured here; what happens in service stands in the desk’s analytics"),
    ("Replies that a language model words", "the embedded default writes from templates: <code>aisle eval "
     "writer</code> compares the two"),
    ("The official tau2-bench score", "its customers are played by a large language model, and none is at hand here; "
     "<code>docs/evaluation.md</code> tells how to take it"),
    ("Speed and load", "<code>aisle bench all</code>; crashes and replicas: <code>aisle eval faults</code>, "
     "<code>aisle eval kill</code>"),
)  # fmt: skip
_WORDS: Final = (
    ("turn", "one message of a customer and its reply"),
    ("reached", "every condition that was written down for a turn holds: the right products, prices, answers, questions"),
    ("ungrounded", "a price, date, number or name in a reply that nothing in the shop’s records supports"),
    ("bound", "a line that a version must not cross to be promoted; all of them stand in <code>eval/gates.py</code>"),
    ("95 % range", "for rates Wilson’s interval, for means resampling of the cases (bootstrap). Turns of one "
     "conversation stand and fall "
     "together: there whole conversations are resampled, too, and the wider range is shown. It covers chance, "
     "not a bad choice of cases"),
    ("beyond chance", "less than one in twenty that a difference as large comes of the draw: McNemar’s exact "
     "test where both runs kept the same "
     "cases, else Newcombe’s interval of the difference. With a hundred figures a few cross that line by chance alone"),
    ("precision@10", "of the first ten found, the share that fits"),
    ("recall@100", "of all that fits, the share among the first hundred"),
    ("NDCG@10", "how near the first ten are to the best possible order by people’s judgements: 1 is best"),
    ("MRR", "1 where the right one is first, ½ where second, ⅓ where third; the mean"),
    ("F1", "one figure of found and right: 1 when nothing is missed and nothing invented"),
    ("p50, p95", "half, or 19 of 20, take no longer"),
    ("seed", "the start of all drawing of lots: the same seed draws the same"),
)  # fmt: skip


def limits(result: Result) -> str:
    skipped = [part for part in result.parts if part.state == "skipped"]
    lines = [f"<b>{escape(part.title)}</b>: {escape(part.reason)}" for part in skipped]
    lines += [f"<b>{name}</b>: {why}" for name, why in _NEVER]
    told: dict[str, list[str]] = {}
    for part in result.parts:
        if part.state == "measured" and part.not_shown:
            told.setdefault(part.not_shown, []).append(part.title)
    each = "".join(f"<li><b>{escape(', '.join(names))}</b>: {escape(limit)}</li>" for limit, names in told.items())
    return (
        '<section id="limits"><h2>What was not measured, and why</h2>'
        f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
        f'<details class="more"><summary>What each measured part leaves open</summary><ul>{each}</ul></details></section>'
    )


def words() -> str:
    rows = "".join(f"<dt>{word}</dt><dd>{meaning}</dd>" for word, meaning in _WORDS)
    return f'<section id="words"><h2>Words</h2><dl class="facts">{rows}</dl></section>'
