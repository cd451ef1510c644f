"""What a promotion must bring: a fresh report, of this very version, that passed its gates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from model_serving.control import ModelControl
from model_serving.promotion_gates import GateRefused, PromotionGates, labels_of, report_of
from model_serving.registry import Registry, Version
from model_serving.score_verdict import GateVerdict, Verdict, write_verdict

pytestmark = pytest.mark.anyio
NOW = datetime.now(UTC)
VERSION = Version(kind="model", name="writer", version="2", digest="ab" * 32)
PASSED = tuple(GateVerdict(part=name, figure="f", state="passed") for name in ("sentinels", "integrity"))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def verdict(**changed: Any) -> Verdict:
    fields: Mapping[str, Any] = {
        "verdict": "passed", "missed": (), "gates": PASSED, "finished_at": NOW.isoformat(), "git": "abc",
        "model": "template", "index": "", "versions": {"model": "writer@2"},
    }  # fmt: skip
    return Verdict(**{**fields, **changed})


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, ""),
        ({"model": "writer@abababababab", "versions": {}}, ""),
        ({"verdict": "incomplete", "quick": True}, ""),
        ({"verdict": "incomplete", "gates": PASSED[:1]}, "integrity was not measured"),
        ({"versions": {"model": "writer@3"}}, "not this version"),
        ({"versions": {}, "model": "writer@elsewhere"}, "not this version"),
        ({"finished_at": (NOW - timedelta(days=8)).isoformat()}, "older than 7 days"),
        ({"finished_at": "yesterday"}, "older than 7 days"),
        ({"verdict": "refused", "missed": ("Sentinels: turns reached is 0.9",)}, "turns reached is 0.9"),
    ],
)
def test_only_a_fresh_report_of_this_version_lets_it_through(
    tmp_path: Path, changed: dict[str, Any], told: str
) -> None:
    path = report_of(tmp_path, "model", "writer@2")
    path.parent.mkdir()
    write_verdict(verdict(**changed), path)
    if not told:
        assert PromotionGates(tmp_path).check(VERSION, now=NOW)
        return
    with pytest.raises(GateRefused, match=told) as refused:
        PromotionGates(tmp_path).check(VERSION, now=NOW)
    assert "aisle models measure model writer@2" in str(refused.value)


def test_what_lies_elsewhere_is_known_by_its_whole_label_alone() -> None:
    far = Version(kind="model", name="qwen", version="1", digest="", source="https://gpu:8000")
    assert labels_of(far) == {"qwen@1", "qwen@elsewhere"}


async def test_the_operator_is_refused_or_forces_it_with_a_reason_that_is_kept(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "registry.db")
    control = ModelControl(registry, gates=PromotionGates(tmp_path))
    registry.register(VERSION)
    with pytest.raises(GateRefused, match="no gate report"):
        await control.promote("model", "writer@2", by="ada")
    with pytest.raises(GateRefused, match="takes a reason"):
        await control.promote("model", "writer@2", by="ada", force=True)
    assert registry.standing("model").current == ""
    await control.promote("model", "writer@2", by="ada", reason="the old one is down", force=True)
    assert registry.standing("model").current == "writer@2"
    assert registry.acts(last=1)[0].reason == "forced: the old one is down"
    registry.close()
