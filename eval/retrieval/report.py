"""The measures of search as one HTML page: figures, what each part gives, every query's win or loss (pure).

No script and nothing from outside, so that the file can be mailed. Above lies `eval.retrieval.command`; below, `eval.report_style`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from eval.report_style import STYLE

Report = Mapping[str, Any]
_SURE = 0.05
_WIDTH, _HEIGHT, _GAP = 960.0, 220.0, 1.0
_EVEN = 0.0005
"""A difference below this is shown as none."""


def page(sets: Sequence[Report], *, about: str = "") -> str:
    """`about`: when, where and with which command it was measured."""
    body = "".join(_set(one) for one in sets)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,'
        f'initial-scale=1"><title>Product search, measured</title><style>{STYLE}</style><main><header>'
        f"<h1>Product search, measured</h1><p>{escape(about)}</p></header>{body}</main></html>\n"
    )


def _set(one: Report) -> str:
    shipped, against = one["shipped"], one["against"]
    return (
        f"<section><h2>{escape(_named(str(shipped['set'])))}</h2>"
        f"<p>{shipped['products']:,} products, {shipped['queries']} queries; means over the {len(shipped['per_query'])} with "
        "a relevant product. NDCG@10 with linear gains 1, 0.5 and 0; unjudged products count 0.</p>"
        + _tiles(one)
        + "<h3>What each part gives</h3>"
        + _table(
            ("", "NDCG@10", "recall@100", "shipped is better by", "wins", "losses", "p"), _rows(one), classes="parts"
        )
        + f"<h3>Query by query against {escape(against)}</h3>"
        + _chart(one)
        + _extremes(one)
        + f"<details><summary>All {len(shipped['per_query'])} queries</summary>"
        + _table(("query", "shipped", escape(against), "difference"), _queries(one, list(_differences(one))))
        + "</details></section>"
    )


def _named(text: str) -> str:
    return text.replace("_", " ").capitalize()


def _tiles(one: Report) -> str:
    shipped, told = one["shipped"], one["compared"].get(one["against"])
    tiles = [
        ("NDCG@10", f"{shipped['ndcg@10']:.3f}"),
        ("recall@100", f"{shipped['recall@100']:.3f}"),
        ("CPU ms a query, p50 / p95", f"{shipped['cpu_p50_ms']:.1f} / {shipped['cpu_p95_ms']:.1f}"),
    ]
    if told is not None:
        tiles.append((f"over {one['against']}, p {told['p']:.4f}", f"{told['difference']:+.3f}"))
    body = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in tiles)
    return f'<dl class="tiles">{body}</dl>'


def _rows(one: Report) -> Iterator[Sequence[str]]:
    shipped = one["shipped"]
    yield ("<b>shipped</b>", f"<b>{shipped['ndcg@10']:.4f}</b>", f"<b>{shipped['recall@100']:.4f}</b>", "", "", "", "")
    for name, report in one["parts"].items():
        told = one["compared"][name]
        sure = "sure" if told["p"] < _SURE else "open"
        yield (
            escape(name), f"{report['ndcg@10']:.4f}", f"{report['recall@100']:.4f}", f"{told['difference']:+.4f}",
            str(told["wins"]), str(told["losses"]), f'<span class="{sure}">{told["p"]:.4f}</span>',
        )  # fmt: skip


def _differences(one: Report) -> Mapping[str, float]:
    """By query id, the greatest win first."""
    mine, theirs = one["shipped"]["per_query"], one["parts"][one["against"]]["per_query"]
    found = {query: mine[query] - theirs.get(query, 0.0) for query in mine}
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _chart(one: Report) -> str:
    """A bar a query, wins first: what is above the line was won."""
    found = _differences(one)
    wins = sum(gain > _EVEN for gain in found.values())
    losses = sum(gain < -_EVEN for gain in found.values())
    most, least = max(0.05, *found.values(), 0.0), min(-0.05, *found.values(), 0.0)
    step, scale = _WIDTH / max(len(found), 1), _HEIGHT / (most - least)
    middle = most * scale
    bars = "".join(
        f'<rect class="{"win" if gain > 0 else "loss"}" x="{number * step:.2f}" width="{max(step - _GAP, 0.8):.2f}" '
        f'y="{middle - max(gain, 0.0) * scale:.2f}" height="{abs(gain) * scale:.2f}">'
        f"<title>{escape(one['texts'][query])}: {gain:+.3f}</title></rect>"
        for number, (query, gain) in enumerate(found.items())
        if abs(gain) > _EVEN
    )
    told = f"{wins} won, {len(found) - wins - losses} even, {losses} lost"
    return (
        f'<figure><svg viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" role="img" aria-label="{told}">'
        f'<line x1="0" x2="{_WIDTH:g}" y1="{middle:.2f}" y2="{middle:.2f}"/>{bars}</svg>'
        f"<figcaption>Difference in NDCG@10, a bar a query: {told}.</figcaption></figure>"
    )


def _extremes(one: Report, most: int = 10) -> str:
    found = _differences(one)
    won = [query for query, gain in found.items() if gain > _EVEN][:most]
    lost = [query for query, gain in reversed(list(found.items())) if gain < -_EVEN][:most]
    heads = ("query", "shipped", escape(one["against"]), "difference")
    return (
        '<div class="sides">'
        + "".join(
            f"<div><h4>{name}</h4>{_table(heads, _queries(one, queries)) if queries else '<p>None.</p>'}</div>"
            for name, queries in (("Greatest wins", won), ("Greatest losses", lost))
        )
        + "</div>"
    )


def _queries(one: Report, queries: Sequence[str]) -> Iterator[Sequence[str]]:
    mine, theirs = one["shipped"]["per_query"], one["parts"][one["against"]]["per_query"]
    for query in queries:
        gain = mine[query] - theirs.get(query, 0.0)
        side = "win" if gain > _EVEN else "loss" if gain < -_EVEN else "even"
        bar = f'<i class="{side}" style="width:{abs(gain) * 4:.2f}em"></i>'
        yield (
            escape(one["texts"][query]), f"{mine[query]:.3f}", f"{theirs.get(query, 0.0):.3f}",
            f'{bar}<span class="{side}">{gain:+.3f}</span>',
        )  # fmt: skip


def _table(heads: Sequence[str], rows: Iterator[Sequence[str]], *, classes: str = "") -> str:
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="scroll"><table class="{classes}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
