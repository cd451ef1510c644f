"""The watch over drift: once an hour, one replica for all, told by each."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.analytics.conversation_facts import ConversationFacts
from assistant.analytics.drift import LEAST
from assistant.analytics.drift_watch import EVERY, DriftRows, DriftWatch, age_of
from assistant.analytics.fact_rows import FactRows, Folded
from assistant.analytics.marks import Marks
from assistant.desk.tables import stamp
from assistant.stores.small_tables import open_engine
from channels.sight.learning_metrics import learning_metrics
from tests.assistant.analytics.talked import NOON, Clock

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def folded(number: int, language: str, days_ago: float) -> Folded:
    at = stamp(NOON - timedelta(days=days_ago, seconds=number))
    facts = ConversationFacts(
        conversation_id=f"c_{number}",
        last_seq=2,
        started_at=at,
        last_at=at,
        language=language,
        customer_turns=1,
        channels=["web"],
    )
    return Folded(conversation_id=f"c_{number}", log_id=number, last_seq=2, started_at=at, facts=facts)


def watch_over(rows: FactRows, clock: Clock) -> DriftWatch:
    async def here(work: Any) -> Any:
        return work()

    kept = DriftRows(rows.engine)
    kept.make_tables()
    return DriftWatch(rows=rows, kept=kept, in_thread=here, clock=clock)


def figures(watch: DriftWatch) -> dict[str, dict[str, float]]:
    product = SimpleNamespace(drift=watch, feedback=None)
    return {
        family.name: {",".join(one.labels.values()): one.value for one in family.samples}
        for family in learning_metrics(product)
    }


async def test_other_languages_drift_and_every_replica_tells_it(tmp_path: Path) -> None:
    clock, tables = Clock(), open_engine(tmp_path)
    rows = FactRows(tables, Marks(b"k" * 32))
    rows.make_tables()
    first, second = watch_over(rows, clock), watch_over(rows, clock)
    await first.once()
    assert "languages" not in figures(first)["aisle_drift_psi"]  # too few to say
    rows.keep([folded(n, "en", 10) for n in range(1, 2 * LEAST)])
    rows.keep([folded(n, "en" if n % 3 else "de", 1) for n in range(2 * LEAST, 4 * LEAST)])
    clock.at += EVERY - timedelta(minutes=1)
    await second.once()
    assert "languages" not in figures(second)["aisle_drift_psi"]  # the hour is not over
    clock.at += timedelta(minutes=2)
    await second.once()
    await first.once()
    told = figures(first)
    assert told == figures(second)
    assert told["aisle_drift_psi"]["languages"] > 0.25
    assert told["aisle_drift_psi"]["channels"] < 0.1
    assert told["aisle_drift_conversations"]["languages,now"] == 2 * LEAST
    assert told["aisle_drift_checked_timestamp_seconds"][""] == clock.at.timestamp()
    assert age_of(first.last, clock.at) == 0
    moved = next(one for one in first.last.found if one.of == "languages").moved
    assert {name for name, *_ in moved} == {"en", "de"}
    tables.dispose()


def test_without_analytics_the_families_stand_there_empty() -> None:
    families = list(learning_metrics(SimpleNamespace()))
    assert [family.samples for family in families] == [[]] * len(families)
