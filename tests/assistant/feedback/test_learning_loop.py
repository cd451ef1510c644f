"""The loop, whole: searched in vain → accepted → measured → promoted → found, on every replica → taken back → not found."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import channels.command_line.feedback as command
from assistant.events import ConsentChanged, FeedbackGiven
from assistant.feedback.following import FeedbackFollowing
from assistant.feedback.learned import Learned
from assistant.feedback.learned_files import folder_of
from assistant.feedback.learned_sets import LearnedSets
from assistant.feedback.opening import candidates_kept, open_sets
from assistant.feedback.reviewing import Changes
from assistant.sealing.opening import open_sealing
from assistant.settings import AisleSettings
from assistant.understanding.classifier import FewShotClassifier
from channels.sight.learning_metrics import learning_metrics
from model_serving.promotion_gates import report_of
from model_serving.score_verdict import GateVerdict, Verdict, write_verdict
from retrieval.build import in_memory
from retrieval.embedders.hashing import HashingEmbedder
from retrieval.needs import Need
from retrieval.retriever import Retriever
from tests.assistant.analytics.talked import Shop, open_shop, said, search, turn
from tests.retrieval.shop_fixture import POLICIES, product, variant

pytestmark = pytest.mark.anyio
CUSHION = product("p1", "Round Meditation Cushion", variant("p1", 1, "39"), category=("Yoga",))
LAMP = product("p2", "Desk Lamp", variant("p2", 1, "25"), category=("Lighting",))
PASSED = tuple(GateVerdict(part=name, figure="f", state="passed") for name in ("sentinels", "integrity"))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Replica:
    """What of a replica learns: its index, its classifier, and what follows the tables."""

    retriever: Retriever
    classifier: FewShotClassifier
    following: FeedbackFollowing

    def finds(self, text: str) -> bool:
        found = self.retriever.find(Need(text=text, said=""), k=3)
        return bool(found.products) and found.products[0].id == "p1" and not found.missing


def replica(sets: LearnedSets, home: Path) -> Replica:
    embedder = HashingEmbedder()
    retriever = in_memory([CUSHION, LAMP], POLICIES, embedder)
    classifier = FewShotClassifier(embedder, {"hello": ("hello there",)})

    async def here(work: Any) -> Any:
        return work()

    def learn(learned: Learned) -> None:
        retriever.learn(learned.synonyms)
        classifier.learn(learned.examples(english=True))

    return Replica(retriever, classifier, FeedbackFollowing(sets=sets, home=home, in_thread=here, learn=learn))


@pytest.fixture
async def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shop]:
    monkeypatch.setenv("AISLE_HOME", str(tmp_path))
    opened = await open_shop(tmp_path)
    yield opened
    await opened.store.close()
    opened.tables.dispose()


def report(home: Path, learned: Learned, decided: str = "passed") -> None:
    """As `aisle feedback measure` leaves one; that it runs `aisle eval all` is tried where the suites are played."""
    made = Verdict(
        verdict=decided, missed=() if decided == "passed" else ("Search: precision fell",), gates=PASSED,  # type: ignore[arg-type]
        finished_at=datetime.now(UTC).isoformat(), git="", model="template", index="", versions={"learned": learned.label},
    )  # fmt: skip
    path = report_of(home, "learned", learned.label)
    path.parent.mkdir(exist_ok=True)
    write_verdict(made, path)


async def test_from_a_search_in_vain_to_a_promoted_synonym_and_back(shop: Shop, tmp_path: Path) -> None:
    sealing = open_sealing(AisleSettings(home=tmp_path))
    sets = open_sets(shop.tables, sealing)

    async def here(work: Any) -> Any:
        return work()

    async def aisle(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, command.feedback_commands, [*words, "--home", str(tmp_path)])

    shop.folding.told.append(candidates_kept(sets, tmp_path, here))
    one, other = replica(sets, tmp_path), replica(sets, tmp_path)
    assert not one.finds("bolster")
    yes = ConsentChanged(purpose="training", given=True)
    vain = turn("find_products", facts=search("bolster", found=False))
    await shop.talk("c_1", yes, said("a bolster"), *vain, FeedbackGiven(about_seq=7, rating="down"))
    await shop.folding.once()
    waiting = {kept.candidate.kind: kept for kept in sets.reviewing.listed("open")}
    assert set(waiting) == {"not_found", "thumb_down"}
    synonym = Changes(better="meditation cushion")
    sets.reviewing.decide(waiting["not_found"].candidate_id, "accepted", by="ada", changes=synonym)
    hi = Changes(becomes="reader_example", text="yo assistant", label="hello")
    sets.reviewing.decide(waiting["thumb_down"].candidate_id, "accepted", by="ada", changes=hi)
    assert "learned 1" in (await aisle("make")).output
    assert (folder_of(tmp_path, 1) / "synonyms.txt").read_text() == "bolster, meditation cushion\n"
    await one.following.once()
    assert not one.finds("bolster")  # made is not promoted

    refused = await aisle("promote", "1")
    assert "no gate report" in str(refused.exception)
    report(tmp_path, sets.learned(1), "refused")
    assert "precision fell" in str((await aisle("promote", "1")).exception)
    report(tmp_path, sets.learned(1))
    done = await aisle("promote", "1", "--reason", "buyers asked")
    assert done.exit_code == 0, done.output
    for each in (one, other):
        await each.following.once()
        assert each.finds("bolster")
        assert (label := each.classifier.label("yo assistant")) is not None
        assert label.name == "hello"
    told = {family.name: family for family in learning_metrics(SimpleNamespace(drift=None, feedback=one.following))}
    assert told["aisle_learned_version"].samples[0].value == 1

    assert "nothing learnt is in use" in (await aisle("rollback", "--reason", "too wide")).output
    for each in (one, other):
        await each.following.once()
        assert not each.finds("bolster")
    acts = [(act.act, act.version, act.reason) for act in sets.acts()]
    assert acts == [("rolled_back", 0, "too wide"), ("promoted", 1, "buyers asked"), ("made", 1, "")]
    sealing.close()
    one_again = replica(sets, tmp_path)
    await one_again.following.once()
    assert not one_again.finds("bolster")
