"""What conversations could teach, at the desk: a supervisor decides, it is written down, and one undo takes it back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.analytics.drift import Drift
from assistant.analytics.drift_watch import DriftRows
from assistant.audit.reading import Sought, newest
from assistant.events import FeedbackGiven
from assistant.feedback.candidates import candidates_of
from assistant.feedback.learned_files import SUITE_FILE
from assistant.feedback.opening import open_sets
from assistant.sealing.ports import Unsealed
from assistant.stores.small_tables import open_engine
from channels.desk import accounts as module
from tests.assistant.analytics.talked import log_of, said, search, turn
from tests.channels.desk.test_desk_channel import AgentClient, admin_of, agent_of
from tests.channels.house import Served, build_house, serving

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_COST", 2**4)


def fill(home: Path) -> None:
    """One conversation: a divan searched in vain, and a thumb down."""
    tables = open_engine(home)
    vain = turn("find_products", facts=search("divan", found=False))
    events = log_of(said("a divan, write to maya@example.com"), *vain, FeedbackGiven(about_seq=6, rating="down"))
    open_sets(tables, Unsealed()).reviewing.keep("c", candidates_of(events))
    tables.dispose()


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    fill(tmp_path)
    async with serving(build_house(tmp_path)) as running:
        yield running


@pytest.fixture
async def ada(served: Served) -> AgentClient:
    return await admin_of(served)


async def waiting(ada: AgentClient) -> dict[str, dict[str, object]]:
    return {one["kind"]: one for one in (await ada.get("/feedback")).json()["candidates"]}


async def test_the_queue_shows_the_exchange_masked_and_what_is_proposed(ada: AgentClient) -> None:
    found = (await ada.get("/feedback")).json()
    assert found["counts"] == {"open": 2, "accepted": 0, "rejected": 0}
    assert found["kinds"] == {"not_found": 1, "thumb_down": 1}
    assert found["current"] == 0
    assert "find_products" in found["labels"]
    vain = next(one for one in found["candidates"] if one["kind"] == "not_found")
    assert (vain["becomes"], vain["text"], vain["channel"]) == ("synonym", "divan", "web")
    assert vain["exchange"][0] == {"who": "customer", "text": "a divan, write to [email]"}
    assert len((await ada.get("/feedback?kind=thumb_down")).json()["candidates"]) == 1
    assert (await ada.get("/feedback?state=never")).status_code == 422


async def test_a_decision_is_kept_with_who_and_when_and_taken_back(
    served: Served, ada: AgentClient, tmp_path: Path
) -> None:
    one = (await waiting(ada))["thumb_down"]
    case = {"state": "accepted", "becomes": "eval_case", "conditions": "cards: {min: 1}"}
    decided = await ada.post(f"/feedback/{one['candidate_id']}", case)
    assert decided.status_code == 200, decided.text
    assert (decided.json()["state"], decided.json()["decided_by"]) == ("accepted", "admin")
    assert datetime.now(UTC) - datetime.fromisoformat(decided.json()["decided_at"]) < timedelta(minutes=1)
    assert "min: 1" in (tmp_path / SUITE_FILE).read_text()
    made = (await ada.post("/feedback/sets", {})).json()
    assert (made["number"], made["counts"]) == (1, {"eval_case": 1})
    assert (await ada.post("/feedback/sets", {})).json()["number"] == 1  # nothing has changed since
    told = (await ada.get("/feedback?state=accepted")).json()
    assert [kept["number"] for kept in told["sets"]] == [1]
    assert [(act["act"], act["by"]) for act in told["acts"]] == [("made", "admin")]
    assert (await ada.post(f"/feedback/{one['candidate_id']}", {"state": "open"})).json()["decided_by"] == ""
    assert not (tmp_path / SUITE_FILE).exists()
    assert {"thumb_down", "not_found"} == set(await waiting(ada))
    entries = newest(served.house.tables, Sought(act="feedback_decided"), limit=9)
    assert {entry.what for _, entry in entries} == {f"feedback:{one['candidate_id']}", "feedback:set"}


async def test_what_cannot_be_used_is_refused_with_the_field_and_the_way_out(ada: AgentClient) -> None:
    one = (await waiting(ada))["not_found"]
    refused = await ada.post(f"/feedback/{one['candidate_id']}", {"state": "accepted", "better": ""})
    assert (refused.status_code, refused.json()["code"]) == (422, "unfit_better")
    empty = await ada.post("/feedback/sets", {})
    assert (empty.status_code, empty.json()["code"]) == (422, "nothing_accepted")
    assert (await ada.post("/feedback/fc_none", {"state": "rejected"})).status_code == 404
    assert (
        await ada.post(f"/feedback/{one['candidate_id']}", {"state": "accepted", "becomes": "poem"})
    ).status_code == 422


async def test_it_is_a_supervisors(served: Served, ada: AgentClient) -> None:
    ben = await agent_of(served, ada, "ben")
    assert (await ben.get("/feedback")).status_code == 403
    assert (await ben.post("/feedback/fc_none", {"state": "rejected"})).status_code == 403
    assert (await ben.post("/feedback/sets", {})).status_code == 403
    assert (await ben.get("/analytics/drift")).status_code == 403
    assert (await served.http.get("/v1/desk/feedback")).status_code == 401


async def test_drift_is_told_as_it_was_compared_last(served: Served, ada: AgentClient) -> None:
    assert (await ada.get("/analytics/drift")).json() == {"at": "", "days": 7, "rows": []}
    moved = (("de", 0.1, 0.4),)
    found = Drift(of="languages", psi=0.41, verdict="drifted", before=80, now=90, moved=moved)
    kept = DriftRows(served.house.tables)
    kept.take(datetime.now(UTC))
    kept.keep([found])
    told = (await ada.get("/analytics/drift")).json()
    assert told["rows"][0]["moved"] == [["de", 0.1, 0.4]]
    assert told["rows"][0]["verdict"] == "drifted"
    assert told["at"]
