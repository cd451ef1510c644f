"""Writes Grafana's dashboards under deploy/observability/dashboards: `python scripts/write_dashboards.py [--check]`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "deploy" / "observability" / "dashboards"
WIDTH, HEIGHT = 24, 8


@dataclass(frozen=True, slots=True)
class Panel:
    title: str
    queries: Mapping[str, str]
    """Legend -> PromQL."""
    unit: str = "short"
    width: int = 8
    kind: str = "timeseries"
    told: str = ""


def quantile(share: float, metric: str, by: str = "", where: str = "") -> str:
    groups = f"le, {by}" if by else "le"
    return f"histogram_quantile({share}, sum by ({groups}) (rate({metric}_bucket{where}[$__rate_interval])))"


def rate(metric: str, by: str = "", where: str = "") -> str:
    total = f"rate({metric}{where}[$__rate_interval])"
    return f"sum by ({by}) ({total})" if by else f"sum({total})"


def share(part: str, whole: str) -> str:
    return f"{part} / clamp_min({whole}, 1e-9)"


TURNS = rate("aisle_turns_total")
HOUR_COST = (
    "(sum(increase(aisle_turn_cost_total[1h])) + sum(increase(process_cpu_seconds_total[1h])) / 3600 * $cpu_hour)"
)
DASHBOARDS: Mapping[str, tuple[str, Sequence[Panel]]] = {
    "aisle-overview": (
        "Aisle · overview",
        (
            Panel("Replicas ready", {"ready": 'sum(aisle_dependency_ready{dependency="store"})'}, width=4, kind="stat"),
            Panel("Turns a second", {"turns": TURNS}, "reqps", 4, "stat"),
            Panel(
                "Turn, 95 %",
                {"p95": quantile(0.95, "aisle_turn_stage_seconds", where='{stage="turn"}')},
                "s",
                4,
                "stat",
            ),
            Panel(
                "Failed turns",
                {"share": share(rate("aisle_turns_total", where='{result="failed"}'), TURNS)},
                "percentunit",
                4,
                "stat",
            ),
            Panel("Waiting for a person", {"waiting": "max(aisle_handoffs_waiting)"}, "short", 4, "stat"),
            Panel(
                "Cost of a conversation",
                {"cost": share(HOUR_COST, "sum(increase(aisle_conversations_begun_total[1h]))")},
                "short",
                4,
                "stat",
                "Tokens by AISLE_COST_…, and processor time at the price of the variable cpu_hour.",
            ),
            Panel("Turns by result", {"{{result}}": rate("aisle_turns_total", "result")}, "reqps"),
            Panel("Turns by channel", {"{{channel}}": rate("aisle_turns_total", "channel")}, "reqps"),
            Panel(
                "Turn",
                {
                    "50 %": quantile(0.5, "aisle_turn_stage_seconds", where='{stage="turn"}'),
                    "95 %": quantile(0.95, "aisle_turn_stage_seconds", where='{stage="turn"}'),
                    "99 %": quantile(0.99, "aisle_turn_stage_seconds", where='{stage="turn"}'),
                },
                "s",
            ),
            Panel("Dependencies ready", {"{{dependency}}": "min by (dependency) (aisle_dependency_ready)"}, width=8),
            Panel(
                "Sockets and turns of what is allowed",
                {
                    "sockets": "max(aisle_connections / aisle_connections_most)",
                    "turns": "max(aisle_turns_running / aisle_turns_most)",
                },
                "percentunit",
            ),
            Panel("Refused as too much", {"{{limit}}": rate("aisle_limit_refusals_total", "limit")}, "reqps"),
            Panel("HTTP answers", {"{{status}}": rate("aisle_http_requests_total", "status")}, "reqps"),
            Panel(
                "First byte, 95 %",
                {"{{route}}": "topk(8, " + quantile(0.95, "aisle_http_request_seconds", "route") + ")"},
                "s",
            ),
            Panel(
                "Processor and memory",
                {
                    "cores {{instance}}": "rate(process_cpu_seconds_total[$__rate_interval])",
                    "GB {{instance}}": "process_resident_memory_bytes / 1e9",
                },
            ),
            Panel(
                "Starts and ends",
                {
                    "leaving {{instance}}": "aisle_replica_leaving",
                    "hours up {{instance}}": "(time() - process_start_time_seconds) / 3600",
                },
            ),
            Panel("Releases", {"{{release}}": "count by (release) (aisle_replica_info)"}),
            Panel(
                "Index generations",
                {"{{generation}}": "count by (generation) (aisle_index_info)", "products": "max(aisle_index_products)"},
            ),
        ),
    ),
    "aisle-latency": (
        "Aisle · latency by stage",
        (
            Panel("Stages, median", {"{{stage}}": quantile(0.5, "aisle_turn_stage_seconds", "stage")}, "s", 12),
            Panel("Stages, 95 %", {"{{stage}}": quantile(0.95, "aisle_turn_stage_seconds", "stage")}, "s", 12),
            Panel(
                "Time by stage",
                {"{{stage}}": rate("aisle_turn_stage_seconds_sum", "stage", '{stage!="turn"}')},
                "s",
                12,
                told="Seconds of stages a second; what a stage calls is counted in it, too.",
            ),
            Panel("Spoken turns, 95 %", {"{{stage}}": quantile(0.95, "aisle_voice_stage_seconds", "stage")}, "s", 12),
            Panel(
                "First sound",
                {
                    "50 %": quantile(0.5, "aisle_voice_first_sound_seconds"),
                    "95 %": quantile(0.95, "aisle_voice_first_sound_seconds"),
                },
                "s",
            ),
            Panel("Silence after a barge-in", {"95 %": quantile(0.95, "aisle_voice_barge_in_seconds")}, "s"),
            Panel(
                "Calls and their troubles",
                {"open": "sum(aisle_voice_calls)", "{{code}}": rate("aisle_voice_troubles_total", "code")},
            ),
            Panel(
                "Encoders, 95 %",
                {"{{encoder}} {{size}}": quantile(0.95, "aisle_embedding_seconds", "encoder, size")},
                "s",
            ),
            Panel("Speech engines, 95 %", {"{{work}}": quantile(0.95, "aisle_speech_seconds", "work")}, "s"),
            Panel(
                "Traces sent, and lost",
                {"sent": rate("aisle_traces_total"), "lost": rate("aisle_traces_lost_total")},
                "reqps",
            ),
        ),
    ),
    "aisle-models": (
        "Aisle · models, grounding, cost",
        (
            Panel("Replies by writer", {"{{written_by}}": rate("aisle_turn_replies_total", "written_by")}, "reqps"),
            Panel(
                "Not grounded, caught",
                {"share of turns": share(rate("aisle_turn_grounding_failures_total"), TURNS)},
                "percentunit",
            ),
            Panel(
                "Template in a model's place",
                {"share of turns": share(rate("aisle_turn_fallbacks_total"), TURNS)},
                "percentunit",
            ),
            Panel(
                "Calls by result", {"{{model}} {{result}}": rate("aisle_model_calls_total", "model, result")}, "reqps"
            ),
            Panel(
                "First word, 95 %",
                {"{{model}}": quantile(0.95, "aisle_model_time_to_first_token_seconds", "model")},
                "s",
            ),
            Panel("Whole call, 95 %", {"{{model}}": quantile(0.95, "aisle_model_call_seconds", "model")}, "s"),
            Panel(
                "Hops before the first word",
                {"{{model}} to {{next}}, {{reason}}": rate("aisle_model_fallbacks_total", "model, next, reason")},
                "reqps",
            ),
            Panel(
                "Judged",
                {"{{model}} {{check}} {{outcome}}": rate("aisle_model_judged_total", "model, check, outcome")},
                "reqps",
            ),
            Panel("Breakers open", {"{{model}}": 'max by (model) (aisle_model_breaker_state{state="open"})'}),
            Panel(
                "Queues",
                {
                    "waiting {{queue}}": "sum by (queue) (aisle_queue_waiting)",
                    "at work {{queue}}": "sum by (queue) (aisle_queue_working)",
                },
            ),
            Panel("Wait for a place, 95 %", {"{{queue}}": quantile(0.95, "aisle_queue_wait_seconds", "queue")}, "s"),
            Panel(
                "Refused by queues",
                {"{{queue}} {{reason}}": rate("aisle_queue_refusals_total", "queue, reason")},
                "reqps",
            ),
            Panel("Tokens", {"{{kind}}": rate("aisle_turn_tokens_total", "kind")}, "short"),
            Panel(
                "Prompt tokens found in a cache",
                {
                    "{{model}}": share(
                        rate("aisle_model_cached_prompt_tokens_total", "model"),
                        rate("aisle_model_prompt_tokens_total", "model"),
                    )
                },
                "percentunit",
            ),
            Panel(
                "Cost an hour",
                {
                    "models": "sum(increase(aisle_turn_cost_total[1h]))",
                    "processor": "sum(increase(process_cpu_seconds_total[1h])) / 3600 * $cpu_hour",
                },
            ),
            Panel(
                "Versions that make replies",
                {"{{part}} {{version}}": "count by (part, version) (aisle_version_info)"},
                kind="table",
                width=12,
            ),
            Panel(
                "Switches and canary",
                {
                    "{{kind}}": "sum by (kind) (increase(aisle_model_switches_total[1h]))",
                    "share of {{model}}": "max by (model) (aisle_model_canary_share_ratio)",
                },
                width=12,
            ),
        ),
    ),
    "aisle-learning": (
        "Aisle · drift and learning",
        (
            Panel(
                "Drift",
                {"{{of}}": "max by (of) (aisle_drift_psi)"},
                width=12,
                told="Population stability index of the last 7 days against the 7 before: over 0.1 something moves, over 0.25 these"
                " are other conversations.",
            ),
            Panel(
                "Conversations compared",
                {"{{of}}, {{side}}": "max by (of, side) (aisle_drift_conversations)"},
                width=12,
            ),
            Panel(
                "Since drift was measured",
                {"age": "time() - max(aisle_drift_checked_timestamp_seconds)"},
                "s",
                6,
                "stat",
            ),
            Panel("Learnt set in use", {"version": "max(aisle_learned_version)"}, "none", 6, "stat"),
            Panel(
                "Candidates by what was decided", {"{{state}}": "max by (state) (aisle_feedback_candidates)"}, width=12
            ),
        ),
    ),
}


def dashboard(uid: str) -> dict[str, Any]:
    title, panels = DASHBOARDS[uid]
    price = {
        "name": "cpu_hour",
        "type": "textbox",
        "label": "Price of a core's hour",
        "query": "0.04",
        "current": {"text": "0.04", "value": "0.04"},
    }
    source = {"name": "source", "type": "datasource", "query": "prometheus", "label": "Prometheus", "current": {}}
    return {
        "uid": uid,
        "title": title,
        "tags": ["aisle"],
        "schemaVersion": 39,
        "version": 1,
        "refresh": "30s",
        "editable": True,
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "graphTooltip": 1,
        "templating": {"list": [source, price]},
        "links": [
            {
                "type": "dashboards",
                "tags": ["aisle"],
                "title": "Aisle",
                "asDropdown": False,
                "includeVars": True,
                "keepTime": True,
            }
        ],
        "panels": list(_placed(panels)),
    }


def _placed(panels: Sequence[Panel]) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    x = y = row = 0
    for number, panel in enumerate(panels, 1):
        height = 4 if panel.kind == "stat" else HEIGHT
        if x + panel.width > WIDTH:
            x, y, row = 0, y + row, 0
        made.append(_panel(panel, number, {"x": x, "y": y, "w": panel.width, "h": height}))
        x, row = x + panel.width, max(row, height)
    return made


def _panel(panel: Panel, number: int, place: Mapping[str, int]) -> dict[str, Any]:
    source = {"type": "prometheus", "uid": "${source}"}
    targets = [
        {
            "refId": chr(65 + n),
            "expr": query,
            "legendFormat": legend,
            "datasource": source,
            "instant": panel.kind == "table",
        }
        for n, (legend, query) in enumerate(panel.queries.items())
    ]
    return {
        "id": number,
        "title": panel.title,
        "description": panel.told,
        "type": panel.kind,
        "datasource": source,
        "gridPos": dict(place),
        "targets": targets,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "options": {},
    }


def files() -> dict[Path, str]:
    return {
        FOLDER / f"{uid}.json": json.dumps(dashboard(uid), indent=2, ensure_ascii=False) + "\n" for uid in DASHBOARDS
    }


def main() -> int:
    if "--check" in sys.argv:
        return (
            0
            if all(path.is_file() and path.read_text(encoding="utf-8") == text for path, text in files().items())
            else 1
        )
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
