"""The measures of search as one HTML page: figures, what each part gives, every query's win or loss (pure).

No script and nothing from outside, so that the file can be mailed. Above lies `eval.retrieval_command`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

Report = Mapping[str, Any]
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1c2024;background:#fff}
table{border-collapse:collapse;width:100%;margin:1rem 0 2rem}th,td{padding:.25rem .6rem;border-bottom:1px solid #d8dce0;
text-align:right}th:first-child,td:first-child{text-align:left}.bar{display:inline-block;height:.7em;background:#1a7f4b}
.loss{background:#b3261e}@media(prefers-color-scheme:dark){body{background:#15181b;color:#e6e8ea}th,td{border-color:#333}}
"""


def page(sets: Sequence[Report]) -> str:
    body = "".join(_set(one) for one in sets)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Product search, measured</title><style>{_STYLE}'
        f"</style><h1>Product search, measured</h1>{body}</html>\n"
    )


def _set(one: Report) -> str:
    shipped, parts = one["shipped"], one["parts"]
    return (
        f"<h2>{escape(str(shipped['set']))}</h2>"
        f"<p>{shipped['products']} products, {shipped['queries']} queries. NDCG@10 with linear gains 1 / 0.5 / 0 over the "
        f"{len(shipped['per_query'])} queries with a relevant product.</p>"
        + _table(("", "NDCG@10", "recall@100", "p50 ms", "p95 ms", "difference", "wins", "losses", "p"), _rows(one))
        + f"<h3>Query by query, against {escape(one['against'])}</h3>"
        + _table(("query", "shipped", escape(one["against"]), "difference", ""), _queries(one, parts[one["against"]]))
    )


def _rows(one: Report) -> Iterator[Sequence[str]]:
    yield ("<b>shipped</b>", *_figures(one["shipped"]), "", "", "", "")
    for name, report in one["parts"].items():
        told = one["compared"][name]
        yield (
            escape(name), *_figures(report)[:2], "", "",
            f"{told['difference']:+.4f}", str(told["wins"]), str(told["losses"]), f"{told['p']:.4f}",
        )  # fmt: skip


def _figures(report: Report) -> tuple[str, ...]:
    return (
        f"{report['ndcg@10']:.4f}", f"{report['recall@100']:.4f}", f"{report['p50_ms']:.1f}", f"{report['p95_ms']:.1f}"
    )  # fmt: skip


def _queries(one: Report, other: Report) -> Iterator[Sequence[str]]:
    mine, theirs, texts = one["shipped"]["per_query"], other["per_query"], one["texts"]
    for query in sorted(mine, key=lambda query: theirs[query] - mine[query]):
        gain = mine[query] - theirs[query]
        bar = f'<span class="bar{" loss" if gain < 0 else ""}" style="width:{abs(gain) * 10:.1f}em"></span>'
        yield escape(texts[query]), f"{mine[query]:.3f}", f"{theirs[query]:.3f}", f"{gain:+.3f}", bar


def _table(heads: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    head = "".join(f"<th>{one}</th>" for one in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
