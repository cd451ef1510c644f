"""The page of metrics, read off the source: every counter, gauge and histogram with the words it is declared with.

Run by site_hooks.py. The source is read, not run: what is declared is there whether or not a part is switched on.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("assistant", "channels", "model_serving", "retrieval")
KINDS = {
    "Counter": "counter",
    "Gauge": "gauge",
    "Histogram": "histogram",
    "Summary": "summary",
    "CounterMetricFamily": "counter",
    "GaugeMetricFamily": "gauge",
    "counter": "counter",
    "histogram": "histogram",
}
"""Names of what declares a metric; the small ones are local functions that put `aisle_` before the name."""
LEAD = """# Metrics

Written at build from the source. A server gives them at `/metrics` in Prometheus' text form; counters end in `_total` there,
histograms in `_bucket`, `_sum` and `_count`. No label holds a customer's words or a conversation's id.

"""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Metric:
    name: str
    kind: str
    words: str
    labels: tuple[str, ...]
    module: str


def page() -> str:
    rows = [_row(metric) for metric in metrics()]
    return LEAD + "\n".join(
        ["| metric | kind | what it counts | labels | declared in |", "|---|---|---|---|---|", *rows, ""]
    )


def _row(metric: Metric) -> str:
    labels = ", ".join(f"`{label}`" for label in metric.labels)
    return f"| `{metric.name}` | {metric.kind} | {metric.words} | {labels} | `{metric.module}` |"


def metrics() -> list[Metric]:
    files = (file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py")))
    return sorted({metric for file in files for metric in _declared(file)})


def _declared(file: Path) -> Iterator[Metric]:
    source = file.read_text(encoding="utf-8")
    if "prometheus_client" not in source:
        return
    tree = ast.parse(source)
    known = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS and node.args:
            name = _text(node.args[0], known)
            if not name:
                continue
            local = node.func.id[0].islower()
            if not local and not name.startswith("aisle_"):
                continue
            yield Metric(
                name=f"aisle_{name}" if local else name,
                kind=KINDS[node.func.id],
                words=_text(node.args[1], known) if len(node.args) > 1 else "",
                labels=_labels(node, known, local=local),
                module=file.relative_to(ROOT).as_posix(),
            )


def _text(node: ast.expr, known: dict[str, ast.expr]) -> str:
    node = known.get(node.id, node) if isinstance(node, ast.Name) else node
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _labels(node: ast.Call, known: dict[str, ast.expr], *, local: bool) -> tuple[str, ...]:
    if local:
        return tuple(found for one in node.args[2:] if not isinstance(one, ast.Name) and (found := _text(one, known)))
    named = [word.value for word in node.keywords if word.arg in ("labelnames", "labels")]
    for given in (*node.args[2:3], *named):
        given = known.get(given.id, given) if isinstance(given, ast.Name) else given
        if isinstance(given, ast.Tuple | ast.List):
            parts = (part.value if isinstance(part, ast.Starred) else part for part in given.elts)
            flat = (inner for part in parts for inner in _flat(part, known))
            return tuple(label for one in flat if (label := _text(one, known)))
    return ()


def _flat(node: ast.expr, known: dict[str, ast.expr]) -> list[ast.expr]:
    found = known.get(node.id) if isinstance(node, ast.Name) else None
    return list(found.elts) if isinstance(found, ast.Tuple | ast.List) else [node]
