"""What dashboards and alerts ask for exists: metrics, labels, closed words; each alert has its runbook."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
HERE = ROOT / "deploy" / "observability"


def script(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


METRICS = script("write_metrics").found()
SERIES = {series: metric for metric in METRICS for series in metric.exposed}
LABELS = {"le", "instance", "job"}
"""Of Prometheus' own."""
OWN = {"up"}
"""Series that Prometheus makes itself."""
_QUOTED = re.compile(r'"[^"]*"')
_GROUPS = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
_SELECTOR = re.compile(r"(?<![\w.])([a-zA-Z_:][\w:]*)\s*(?:\{([^}]*)\})?(?=\s*[\[\s)+*/<>=,-]|$)")
_OURS = re.compile(r"\b(?:aisle|process)_\w+")
_WORDS = {"or", "and", "unless", "by", "bool", "offset"}


def selectors(query: str) -> Iterator[tuple[str, set[str]]]:
    """Each metric that is asked for, with the labels that choose among its series."""
    bare = re.sub(r"\[[^\]]*\]", "", _GROUPS.sub(" ", _QUOTED.sub('""', query)))
    for found in _SELECTOR.finditer(re.sub(r"\$\w+", "1", bare)):
        name, inside = found[1], found[2] or ""
        if name not in _WORDS and not bare[found.end() :].lstrip().startswith("(") and not re.match(r"^\d", name):
            yield name, set(re.findall(r"(\w+)\s*(?:=~|!=|!~|=)", inside))


def groups(query: str) -> set[str]:
    return {label.strip() for found in _GROUPS.findall(query) for label in found.split(",") if label.strip()}


def alerts() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load((HERE / "alerts.yaml").read_text())["groups"] for rule in group["rules"]]


def asked() -> list[tuple[str, str]]:
    panels = [
        (f"{path.stem}: {panel['title']}", target["expr"])
        for path in sorted((HERE / "dashboards").glob("*.json"))
        for panel in json.loads(path.read_text())["panels"]
        for target in panel["targets"]
    ]
    return panels + [(rule["alert"], rule["expr"]) for rule in alerts()]


def test_the_parser_finds_metrics_and_labels_in_every_form() -> None:
    query = 'histogram_quantile(0.9, sum by (le, stage) (rate(a_bucket{x="y", z!~"c"}[5m]))) / clamp_min(b, 1) > 0 or c_total'
    assert dict(selectors(query)) == {"a_bucket": {"x", "z"}, "b": set(), "c_total": set()}
    assert groups(query) == {"le", "stage"}


@pytest.mark.parametrize(
    "query",
    [
        "sum(rate(aisle_turn_total[5m]))",
        'sum(rate(aisle_turns_total{outcome="failed"}[5m]))',
        "sum by (stage) (rate(aisle_turns_total[5m]))",
        'histogram_quantile(0.9, sum by (le) (rate(aisle_turn_stage_seconds{stage="turn"}[5m])))',
        "1 / clamp_min(aisle_turns_running, 1) + on (nobody) aisle_turns_most",
        "vector(1)",
    ],
)
def test_a_query_with_a_fault_is_found(query: str) -> None:
    with pytest.raises(AssertionError):
        wrong("a plant", query)


def test_there_is_something_to_hold_against_the_metrics() -> None:
    where = [name for name, _ in asked()]
    assert len(alerts()) >= 15 and len({name.partition(":")[0] for name in where if ": " in name}) >= 4
    assert len(where) > 70 and len(SERIES) > 60
    used = {name for _, query in asked() for name, _ in selectors(query)}
    assert len(used) > 40


@pytest.mark.parametrize(("where", "query"), asked())
def test_each_metric_and_label_that_is_asked_for_exists(where: str, query: str) -> None:
    wrong(where, query)


def wrong(where: str, query: str) -> None:
    """Raises AssertionError for what is not there."""
    known = set(LABELS)
    names = list(selectors(query))
    assert {name for name, _ in names} >= set(_OURS.findall(_QUOTED.sub("", query))), f"{where} is not read whole"
    assert names, f"{where} asks for nothing"
    for name, labels in names:
        if name in OWN:
            continue
        assert name in SERIES, f"{where}: there is no {name}"
        known |= set(SERIES[name].labels)
        assert labels <= set(SERIES[name].labels) | LABELS, f"{where}: {name} has no {labels}"
    assert groups(query) <= known, where


def test_each_alert_says_how_urgent_it_is_and_has_its_section_in_the_runbook() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    for rule in alerts():
        path, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert path == "docs/operations.md" and anchor == rule["alert"].lower()
        assert f"\n### {rule['alert']}\n" in text, f"{rule['alert']} has no section"
        assert rule["labels"]["severity"] in ("page", "ticket") and rule["annotations"]["summary"]
    written = set(re.findall(r"\n### (Aisle\w+)\n", text))
    assert written == {rule["alert"] for rule in alerts()}


def test_each_alert_is_tried_with_what_it_is_for_and_with_what_it_lets_pass() -> None:
    tried: dict[str, set[bool]] = {}
    for test in yaml.safe_load((HERE / "alerts_test.yaml").read_text())["tests"]:
        for one in test["alert_rule_test"]:
            tried.setdefault(one["alertname"], set()).add(bool(one["exp_alerts"]))
    names = {rule["alert"] for rule in alerts()}
    assert set(tried) == names
    # Those of the second kind have in their series beside the one that fires another that does not.
    both = {"AisleReplicaRestarts", "AisleMemoryGrows", "AisleSocketsFull"}
    assert {name for name, kinds in tried.items() if kinds == {True}} <= both
    assert all(True in kinds for kinds in tried.values())


def test_the_page_of_metrics_and_the_dashboards_are_written_from_the_code_as_it_is() -> None:
    metrics, dashboards = script("write_metrics"), script("write_dashboards")
    told = "run `PYTHONPATH=. python scripts/write_metrics.py` and `scripts/write_dashboards.py`"
    assert metrics.TARGET.read_text(encoding="utf-8") == metrics.page(), told
    for path, text in dashboards.files().items():
        assert path.read_text(encoding="utf-8") == text, told


def test_no_metric_has_a_label_that_could_be_somebodys() -> None:
    few = {
        "conversation",
        "conversation_id",
        "customer",
        "customer_id",
        "turn",
        "trace",
        "email",
        "path",
        "user",
        "order",
    }
    assert not any(few & set(metric.labels) for metric in METRICS)
    assert all(metric.told for metric in METRICS)


def test_prometheus_own_tool_takes_the_rules_their_tests_and_every_query(tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("needs promtool (apt-get install prometheus)")
    queries = [query.replace("$__rate_interval", "5m").replace("$cpu_hour", "0.04") for _, query in asked()]
    rules = [{"record": f"asked:{number}", "expr": query} for number, query in enumerate(queries)]
    every = tmp_path / "every.yaml"
    every.write_text(yaml.safe_dump({"groups": [{"name": "every", "rules": rules}]}))
    for what in (
        ("check", "rules", HERE / "alerts.yaml", every),
        ("check", "config", HERE / "prometheus.yaml"),
        ("test", "rules", HERE / "alerts_test.yaml"),
    ):
        done = subprocess.run([promtool, *map(str, what)], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
