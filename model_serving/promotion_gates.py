"""What a promotion must bring: a fresh report that passed its gates, of exactly the version that is promoted.

`aisle models measure` and `aisle feedback measure` put the reports into AISLE_HOME/gates; `aisle eval all --out` elsewhere ones
are named with --scores. Reading needs nothing of what measured. Above: `control`, the command line. Below: `score_verdict`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from model_serving.lineage import ELSEWHERE, SHORT, adapter_version, model_version
from model_serving.registry import Registry
from model_serving.score_verdict import Verdict, VerdictUnreadable, read_verdict
from model_serving.versions import Kind, Refused, Version

FOLDER: Final = "gates"
FRESH: Final = timedelta(days=7)
"""What was measured longer ago was measured of another catalogue and other rules."""
MOST_TRIED: Final = 0.5
"""Share of the conversations from which on a canary is a promotion by another name."""
NEEDED: Final = ("sentinels", "integrity")
"""Parts without which a short run says too little."""


class GateRefused(Refused):
    """No report, an old one, one of another version, or one whose gates were not passed. The message names the way out."""


@dataclass(frozen=True, slots=True)
class PromotionGates:
    home: Path

    def check(self, version: Version, *, now: datetime, scores: Path | None = None) -> Verdict:
        """Blocking. `scores`: a report that lies elsewhere. Raises GateRefused."""
        way_out = f"`aisle models measure {version.kind} {version.label}` measures it"
        return check(scores or report_of(self.home, version.kind, version.label), labels_of(version), now, way_out)


def promotion_reason(
    gates: PromotionGates | None,
    registry: Registry,
    kind: Kind,
    label: str,
    *,
    reason: str,
    force: bool,
    scores: Path | None = None,
) -> str:
    """What the history says of it. Blocking. Raises GateRefused; UnknownVersion is the registry's to say."""
    version = registry.version(kind, label)
    if gates is None or version is None:
        return reason
    if force:
        if not reason.strip():
            raise GateRefused("a promotion without its gates takes a reason: it is written down")
        return f"forced: {reason}"
    verdict = gates.check(version, now=datetime.now(UTC), scores=scores)
    return reason or f"gates of {verdict.finished_at} {verdict.verdict}"


def report_of(home: Path, kind: str, label: str) -> Path:
    """Where the report of a version lies."""
    return home / FOLDER / f"{kind}-{re.sub(r'[^A-Za-z0-9.@-]', '_', label)}.json"


def labels_of(version: Version) -> frozenset[str]:
    """Under which labels a report may name it: as it is registered, and as what is found at a start names itself. Blocking."""
    labels = {version.label, version.digest[:SHORT]}
    found = None
    if version.kind == "model" and version.source:
        found = model_version(version.name, version.source)
    elif version.kind == "adapter" and version.source:
        found = adapter_version(Path(version.source))
    if found is not None and found.digest:
        labels.add(found.version)
    elif found is not None:
        labels.add(found.label)
    return frozenset(labels - {"", ELSEWHERE})


def check(report: Path, labels: Collection[str], now: datetime, way_out: str) -> Verdict:
    """Raises GateRefused."""
    try:
        verdict = read_verdict(report)
    except VerdictUnreadable as error:
        told = "no gate report of this version" if not report.exists() else str(error)
        raise GateRefused(f"{told}: {way_out}") from error
    if why := refusal(verdict, labels, now):
        raise GateRefused(f"{why}: {way_out}")
    return verdict


def refusal(verdict: Verdict, labels: Collection[str], now: datetime) -> str:
    """Why the report lets nothing be promoted; empty where it does (pure)."""
    measured = {verdict.model, verdict.index, *verdict.versions.values()}
    known = measured | {one.rpartition("@")[2] for one in measured}
    if not known & set(labels):
        return f"the report of {verdict.finished_at} measured {', '.join(sorted(filter(None, measured)))[:200]}, not this version"
    at = _moment(verdict.finished_at)
    if at is None or now - at > FRESH:
        return f"the report is of {verdict.finished_at}, older than {FRESH.days} days"
    if verdict.verdict == "refused":
        return f"it did not pass: {'; '.join(verdict.missed)[:600]}"
    passed = {one.part for one in verdict.gates if one.state == "passed"}
    if not verdict.passed and (lacking := [part for part in NEEDED if part not in passed]):
        return f"the report says too little: {', '.join(lacking)} was not measured"
    return ""


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
