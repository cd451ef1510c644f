"""A canary between two real endpoints: when the candidate's goes bad, in any way, it is taken back and nobody else is touched."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from eval.serving.faulty_endpoint import FaultyEndpoint, always, faulty_endpoint
from model_serving.affinity import session_id
from model_serving.canary import CanaryModel, tries
from model_serving.chat import ChatMessage
from model_serving.errors import ModelError
from model_serving.language_models.openai_protocol import Endpoint, open_openai_model

pytestmark = pytest.mark.anyio

HELLO = (ChatMessage(role="user", content="hello"),)


@dataclass
class Trial:
    model: CanaryModel
    stable: FaultyEndpoint
    candidate: FaultyEndpoint
    gone: list[str] = field(default_factory=list)

    async def turn(self, conversation: str) -> str:
        """Who wrote; "" where the reply came to nothing."""
        session_id.set(conversation)
        writer = ""
        with contextlib.suppress(ModelError):
            async with self.model.stream(HELLO, deadline=0.6) as deltas:
                async for delta in deltas:
                    writer = delta.model or "stable" if delta.finish else ""
        return writer


@asynccontextmanager
async def trial() -> AsyncIterator[Trial]:
    gone: list[str] = []
    async with (
        faulty_endpoint() as stable,
        faulty_endpoint() as candidate,
        open_openai_model("stable", lambda: Endpoint(url=stable.url, model="m")) as good,
        open_openai_model("candidate", lambda: Endpoint(url=candidate.url, model="m")) as new,
    ):
        model = CanaryModel(good, on_rollback=lambda name, why: gone.append(why))
        model.begin(new, share=0.1)
        yield Trial(model, stable, candidate, gone)


@pytest.mark.parametrize("fault", ["500", "cut_midway", "reset_midway", "bad_json", "html_page", "hang_after_headers"])
async def test_a_candidate_that_goes_bad_is_taken_back_and_the_others_never_notice(fault: str) -> None:
    async with trial() as here:
        for number in range(150):
            assert await here.turn(f"warm-{number}")
        here.candidate.plan = always(fault)
        touched, turns = set(), 0
        while not here.gone and turns < 200:
            turns += 1
            name = f"c-{turns}"
            if not await here.turn(name):
                touched.add(name)
        assert here.gone and turns <= 200
        assert all(tries(name, "candidate", 0.1) for name in touched)
        asked = here.candidate.met.total()
        assert [await here.turn(f"after-{number}") for number in range(60)] == ["stable"] * 60
        assert here.candidate.met.total() == asked, "nobody is sent there any more"


async def test_a_candidate_that_is_as_good_stays_and_only_its_share_is_sent_there() -> None:
    async with trial() as here:
        writers = [await here.turn(f"c-{number}") for number in range(400)]
        expected = ["candidate" if tries(f"c-{number}", "candidate", 0.1) else "stable" for number in range(400)]
        assert writers == expected and not here.gone
        assert here.candidate.met.total() == expected.count("candidate")
