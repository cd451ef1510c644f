"""How conversations went, as the desk's calls and the command line tell it."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.analytics.conversation_facts import facts_of
from assistant.analytics.exporting import NAMES
from assistant.analytics.fact_rows import Folded
from assistant.analytics.opening import open_rows
from assistant.events import FeedbackGiven
from assistant.stores.small_tables import open_engine
from channels.command_line.analytics import analytics_commands
from channels.desk import accounts as module
from tests.assistant.analytics.talked import log_of, said, search, turn
from tests.channels.desk.test_desk_channel import AgentClient, admin_of, agent_of
from tests.channels.house import Served, build_house, serving

pytestmark = pytest.mark.anyio
SPAN = "from=2026-10-20T00:00:00Z&to=2026-11-10T00:00:00Z"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_COST", 2**4)


def fill(home: Path) -> None:
    """Four conversations about kayaks that the shop has not; two were thanked for with a thumb."""
    tables = open_engine(home)
    kept = []
    for number in range(4):
        thumb = [FeedbackGiven(about_seq=4, rating="up")] if number < 2 else []
        facts = facts_of(log_of(said(), *turn("find_products", facts=search("kayak", found=False)), *thumb))
        facts.conversation_id = f"c_{number}"
        kept.append(
            Folded(conversation_id=f"c_{number}", log_id=number, last_seq=9, started_at=facts.started_at, facts=facts)
        )
    open_rows(tables, home).keep(kept)
    tables.dispose()


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    fill(tmp_path)
    async with serving(build_house(tmp_path)) as running:
        yield running


@pytest.fixture
async def ada(served: Served) -> AgentClient:
    return await admin_of(served)


async def test_figures_come_with_their_n_and_interval(ada: AgentClient) -> None:
    answer = await ada.get(f"/analytics?{SPAN}")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["all"]["contained"] == {"share": 1.0, "low": 0.5101, "high": 1.0, "count": 4, "n": 4}
    assert found["all"]["resolved"]["n"] == 2
    assert found["not_found"] == [{"name": "kayak", "count": 4}]
    assert [step["name"] for step in found["funnel"]] == ["search", "opened", "cart", "checkout"]


async def test_they_are_narrowed_to_a_channel_or_a_language(ada: AgentClient) -> None:
    assert (await ada.get(f"/analytics?{SPAN}&channel=call")).json()["all"]["conversations"] == 0
    assert (await ada.get(f"/analytics?{SPAN}&language=en")).json()["all"]["conversations"] == 4


async def test_the_rows_come_as_a_file(ada: AgentClient) -> None:
    answer = await ada.get(f"/analytics/export?{SPAN}")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert tuple(rows[0]) == NAMES
    assert [row[0] for row in rows[1:]] == ["c_0", "c_1", "c_2", "c_3"]
    assert "kayak" not in answer.text


async def test_they_are_a_supervisors(served: Served, ada: AgentClient) -> None:
    ben = await agent_of(served, ada, "ben")
    assert (await ben.get("/analytics")).status_code == 403
    assert (await served.http.get("/v1/desk/analytics")).status_code == 401


async def test_a_span_that_ends_before_it_begins_is_told(ada: AgentClient) -> None:
    answer = await ada.get("/analytics?from=2026-11-10T00:00:00Z&to=2026-10-20T00:00:00Z")
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_time")


def test_the_command_line_shows_and_exports(tmp_path: Path) -> None:
    fill(tmp_path)
    asked = ["--home", str(tmp_path), "--from", "2026-10-20", "--to", "2026-11-10"]
    shown = CliRunner().invoke(analytics_commands, ["show", *asked])
    assert shown.exit_code == 0, shown.output
    assert "100.0 % (51.0–100.0) n 4" in shown.output.replace("100.0%", "100.0 %")
    assert "kayak" in shown.output
    for kind in ("csv", "parquet"):
        file = tmp_path / f"rows.{kind}"
        done = CliRunner().invoke(analytics_commands, ["export", str(file), *asked])
        assert done.exit_code == 0, done.output
        assert file.stat().st_size > 100


def test_a_parquet_file_holds_what_the_csv_does(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    fill(tmp_path)
    file = tmp_path / "rows.parquet"
    asked = ["--home", str(tmp_path), "--from", "2026-10-20", "--to", "2026-11-10"]
    CliRunner().invoke(analytics_commands, ["export", str(file), *asked], catch_exceptions=False)
    table = parquet.read_table(file)
    assert tuple(table.column_names) == NAMES
    assert table.column("because").to_pylist() == ["thumb_up", "thumb_up", "silent", "silent"]
    assert datetime.now(UTC) > datetime.fromisoformat(table.column("started_at")[0].as_py())
