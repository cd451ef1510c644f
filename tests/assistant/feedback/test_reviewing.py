"""Candidates for learning: with consent, masked, sealed, decided by a person, and taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from assistant.desk.events import HandoffRequested
from assistant.erasing.small_rows import delete_rows
from assistant.events import AgentSaid, ConsentChanged, FeedbackGiven, SuggestionMade, SuggestionUsed
from assistant.feedback.candidates import candidates_of
from assistant.feedback.fitting import CONDITIONS, Unfit
from assistant.feedback.following import write_files
from assistant.feedback.learned_files import SUITE_FILE
from assistant.feedback.learned_sets import LearnedSets
from assistant.feedback.opening import candidates_kept, open_sets
from assistant.feedback.proposing import labels
from assistant.feedback.reviewing import CandidateMissing, Changes, Reviewing
from assistant.sealing.ports import Unsealed
from eval.dialogue.expectations import Expectation
from tests.assistant.analytics.talked import NOON, Shop, log_of, open_shop, said, search, turn

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
def sets(shop: Shop, tmp_path: Path) -> LearnedSets:
    made = open_sets(shop.tables, Unsealed())

    async def here(work: object) -> object:
        return work()  # type: ignore[operator]

    shop.folding.told.append(candidates_kept(made, tmp_path, here))
    return made


@pytest.fixture
def reviewing(sets: LearnedSets) -> Reviewing:
    return sets.reviewing


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


CASE = Changes(becomes="eval_case", conditions="cards: {min: 1}")


async def test_what_is_accepted_is_played_until_it_is_taken_back(
    shop: Shop, sets: LearnedSets, reviewing: Reviewing, tmp_path: Path
) -> None:
    await shop.talk("c_1", YES, said(), *turn(facts=search("kayak", found=False)))
    await shop.folding.once()
    (one,) = reviewing.listed("open")
    reviewing.decide(one.candidate_id, "accepted", by="ada", at="2026-11-23T10:00:00Z", changes=CASE)
    (kept,) = reviewing.listed("accepted")
    assert (kept.decided_by, kept.decided_at, kept.candidate.becomes) == ("ada", "2026-11-23T10:00:00Z", "eval_case")
    write_files(sets, tmp_path)
    suite = yaml.safe_load((tmp_path / SUITE_FILE).read_text())
    assert suite["scenarios"][0]["turns"] == [{"says": "kayak", "expect": {"cards": {"min": 1}}}]
    assert "c_1" not in (tmp_path / SUITE_FILE).read_text()
    reviewing.decide(one.candidate_id, "open", by="ada")
    write_files(sets, tmp_path)
    assert not (tmp_path / SUITE_FILE).exists()
    assert reviewing.listed("open")[0].decided_by == ""


async def test_a_decision_outlives_another_reading_and_not_an_erasure(
    shop: Shop, sets: LearnedSets, reviewing: Reviewing, tmp_path: Path
) -> None:
    await shop.talk("c_1", YES, said(), *turn(facts=search("kayak", found=False)))
    await shop.folding.once()
    reviewing.decide(reviewing.listed("open")[0].candidate_id, "accepted", by="ada", changes=CASE)
    await shop.more("c_1", said("more"))
    await shop.folding.once()
    assert len(reviewing.listed("accepted")) == 1
    assert reviewing.listed("open") == ()
    made = sets.make(by="ada", at=NOON)
    assert [one.text for one in made.items] == ["kayak"]
    delete_rows(shop.tables, "", ["c_1"])
    assert reviewing.listed("accepted") == ()
    assert sets.learned(made.number).items == ()


async def test_who_takes_their_consent_back_takes_what_was_accepted_with_it(
    shop: Shop, sets: LearnedSets, reviewing: Reviewing, tmp_path: Path
) -> None:
    await shop.talk("c_1", YES, said(), *turn(facts=search("kayak", found=False)))
    await shop.folding.once()
    reviewing.decide(reviewing.listed("open")[0].candidate_id, "accepted", by="ada", changes=CASE)
    made = sets.make(by="ada", at=NOON)
    write_files(sets, tmp_path)
    assert (tmp_path / SUITE_FILE).exists()
    await shop.more("c_1", ConsentChanged(purpose="training", given=False))
    await shop.folding.once()
    assert not (tmp_path / SUITE_FILE).exists()
    assert sets.learned(made.number).items == ()


async def test_a_candidate_that_is_not_there_is_told(reviewing: Reviewing) -> None:
    with pytest.raises(CandidateMissing):
        reviewing.decide("fc_none", "accepted", by="ada")


def test_a_thumb_up_keeps_what_the_reply_met_and_the_last_thumb_counts() -> None:
    both = (FeedbackGiven(about_seq=4, rating="down"), FeedbackGiven(about_seq=4, rating="up"))
    (one,) = candidates_of(log_of(said("opening hours"), *turn("find_store"), *both))
    assert (one.kind, one.becomes, one.label) == ("thumb_up", "eval_case", "find_store")
    assert [(line.who, line.text) for line in one.exchange] == [("customer", "opening hours"), ("assistant", "Here.")]


def test_a_failed_search_proposes_the_words_that_found_something_next() -> None:
    events = log_of(
        said("a divan"), *turn("find_products", facts=search("divan", found=False)),
        said("ok, a sofa"), *turn("find_products", facts=search("sofa")),
    )  # fmt: skip
    (one,) = candidates_of(events)
    assert (one.kind, one.becomes, one.text, one.better) == ("not_found", "synonym", "divan", "sofa")


def test_a_handoff_teaches_with_its_rule() -> None:
    asked = HandoffRequested(reason="asked", summary="…", rule="asked")
    (one,) = candidates_of(log_of(said("i want a human"), *turn("person"), asked))
    assert (one.kind, one.reason, one.label, one.conditions) == ("handoff", "asked", "human", "handoff: true")


def test_a_question_that_is_put_again_in_other_words_was_not_answered() -> None:
    events = log_of(
        said("can i return worn boots"),
        *turn("policy:returns"),
        said("may worn boots be returned"),
        *turn("policy:returns"),
    )
    assert [one.kind for one in candidates_of(events)] == ["rephrased"]
    narrowed = log_of(said("red tents"), *turn("find_products"), said("red tents under 200"), *turn("find_products"))
    assert candidates_of(narrowed) == ()


async def test_reading_again_finds_the_same_candidates(shop: Shop, reviewing: Reviewing) -> None:
    await shop.talk("c_1", YES, said("tent 2p pls"), *turn("unclear"), said("a tent for 2 pls"), *turn("find_products"))
    await shop.folding.once()
    first = [one.candidate_id for one in reviewing.listed("open")]
    await shop.more("c_1", said("thanks"))
    await shop.folding.once()
    assert [one.candidate_id for one in reviewing.listed("open")] == first
    assert reviewing.counts() == {"open": 1, "accepted": 0, "rejected": 0}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (Changes(becomes="synonym", better=""), "better"),
        (Changes(becomes="synonym", better="Kayaks"), "better"),
        (Changes(becomes="synonym", better="a, b"), "better"),
        (Changes(becomes="reader_example", label="dance"), "label"),
        (Changes(becomes="writer_example", better=" "), "better"),
        (Changes(becomes="eval_case", conditions="cards: ["), "conditions"),
        (Changes(becomes="eval_case", conditions="cardz: {min: 1}"), "conditions"),
        (Changes(becomes="eval_case", conditions=""), "conditions"),
    ],
)
async def test_what_could_not_be_used_is_refused_and_stays_open(
    shop: Shop, reviewing: Reviewing, changes: Changes, field: str
) -> None:
    await shop.talk("c_1", YES, said(), *turn(facts=search("kayak", found=False)))
    await shop.folding.once()
    (one,) = reviewing.listed("open")
    with pytest.raises(Unfit) as refused:
        reviewing.decide(one.candidate_id, "accepted", by="ada", changes=changes)
    assert refused.value.field == field
    assert reviewing.counts()["open"] == 1


def test_conditions_are_those_of_the_suites_and_labels_those_of_the_reader() -> None:
    assert set(Expectation.model_fields) - {"refused", "either"} == CONDITIONS
    assert {"find_products", "human", "track_order"} <= set(labels())
