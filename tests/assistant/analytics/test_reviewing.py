"""Candidates for learning: with consent, masked, sealed, decided by a person, and taken back."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assistant.analytics.candidates import candidates_of
from assistant.analytics.opening import candidates_kept
from assistant.analytics.reviewing import FILE, CandidateMissing, Reviewing
from assistant.erasing.small_rows import delete_rows
from assistant.events import AgentSaid, ConsentChanged, FeedbackGiven, SuggestionMade, SuggestionUsed
from assistant.sealing.ports import Unsealed
from tests.assistant.analytics.talked import Shop, log_of, open_shop, said, search, turn

pytestmark = pytest.mark.anyio
YES = ConsentChanged(purpose="training", given=True)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    opened = await open_shop(tmp_path)
    yield opened
    await opened.store.close()
    opened.tables.dispose()


@pytest.fixture
def reviewing(shop: Shop, tmp_path: Path) -> Reviewing:
    made = Reviewing(shop.tables, Unsealed(), tmp_path)
    made.make_table()

    async def here(work: object) -> object:
        return work()  # type: ignore[operator]

    shop.folding.told.append(candidates_kept(made, here))
    return made


def test_a_thumb_down_is_about_the_words_before_the_reply() -> None:
    events = log_of(said("do you ship to Fiji"), *turn("find_store"), FeedbackGiven(about_seq=4, rating="down"))
    assert [(one.kind, one.text, one.label) for one in candidates_of(events)] == [
        ("thumb_down", "do you ship to Fiji", "find_store")
    ]


def test_a_rephrasing_is_what_was_not_understood_and_then_was() -> None:
    events = log_of(said("tent 2p pls"), *turn("unclear"), said("a tent for two please"), *turn("find_products"))
    assert [(one.text, one.better, one.label) for one in candidates_of(events)] == [
        ("tent 2p pls", "a tent for two please", "find_products")
    ]
    other = log_of(said("qwerty"), *turn("unclear"), said("where is my order"), *turn("track_order"))
    assert candidates_of(other) == ()


def test_an_agents_edit_keeps_both_masked() -> None:
    made = SuggestionMade(suggestion_id="s", text="Hello")
    used = SuggestionUsed(suggestion_id="s", agent_id="a", edited=True)
    events = log_of(made, AgentSaid(agent_id="a", text="Hi, I wrote to maya@example.com"), used)
    assert [(one.text, one.better) for one in candidates_of(events)] == [("Hello", "Hi, I wrote to [email]")]


async def test_without_consent_to_training_there_is_none(shop: Shop, reviewing: Reviewing) -> None:
    await shop.talk("c_1", said(), *turn(facts=search("kayak", found=False)))
    await shop.talk("c_2", YES, said(), *turn(facts=search("canoe", found=False)))
    await shop.folding.once()
    assert [one.candidate.text for one in reviewing.listed("open")] == ["canoe"]
    await shop.more("c_2", ConsentChanged(purpose="training", given=False))
    await shop.folding.once()
    assert reviewing.listed("open") == ()


async def test_what_is_accepted_stands_in_the_file_until_it_is_taken_back(
    shop: Shop, reviewing: Reviewing, tmp_path: Path
) -> None:
    await shop.talk("c_1", YES, said(), *turn(facts=search("kayak", found=False)))
    await shop.folding.once()
    (one,) = reviewing.listed("open")
    reviewing.decide(one.candidate_id, "accepted", by="ada", label="synonym:canoe")
    line = json.loads((tmp_path / FILE).read_text())
    assert (line["text"], line["label"]) == ("kayak", "synonym:canoe")
    assert "c_1" not in (tmp_path / FILE).read_text()
    reviewing.decide(one.candidate_id, "open", by="ada")
    assert (tmp_path / FILE).read_text() == ""


async def test_a_decision_outlives_another_reading_and_not_an_erasure(
    shop: Shop, reviewing: Reviewing, tmp_path: Path
) -> None:
    await shop.talk("c_1", YES, said(), *turn(facts=search("kayak", found=False)))
    await shop.folding.once()
    reviewing.decide(reviewing.listed("open")[0].candidate_id, "accepted", by="ada")
    await shop.more("c_1", said("more"))
    await shop.folding.once()
    assert len(reviewing.listed("accepted")) == 1
    assert reviewing.listed("open") == ()
    delete_rows(shop.tables, "", ["c_1"])
    assert reviewing.write() == 0


async def test_who_takes_their_consent_back_takes_what_was_accepted_with_it(
    shop: Shop, reviewing: Reviewing, tmp_path: Path
) -> None:
    await shop.talk("c_1", YES, said(), *turn(facts=search("kayak", found=False)))
    await shop.folding.once()
    reviewing.decide(reviewing.listed("open")[0].candidate_id, "accepted", by="ada")
    await shop.more("c_1", ConsentChanged(purpose="training", given=False))
    await shop.folding.once()
    assert (tmp_path / FILE).read_text() == ""


async def test_a_candidate_that_is_not_there_is_told(reviewing: Reviewing) -> None:
    with pytest.raises(CandidateMissing):
        reviewing.decide("fc_none", "accepted", by="ada")
