"""Switching, going back and trying beside, while customers are served."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from model_serving.affinity import session_id
from model_serving.chat import ChatMessage
from model_serving.errors import ModelError, ModelLoading, ModelUnavailable
from model_serving.language_models.scripted import ScriptedModel
from model_serving.ports import LanguageModel
from model_serving.registry import Registry, Version
from model_serving.stage import Stage, on_stage

pytestmark = pytest.mark.anyio

HELLO = [ChatMessage(role="user", content="hello")]


class Slow(ScriptedModel):
    """A model that may still load."""

    loading = False

    async def ready(self) -> bool:
        return not self.loading

    def stream(self, messages, **options):  # type: ignore[no-untyped-def]
        if self.loading:
            raise ModelLoading("soon")
        return super().stream(messages, **options)


class House:
    """A registry with versions 1 to 3 of a model, and what happens when each is opened."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.models = {f"m@{n}": Slow({"": [f"m@{n}"]}, name=f"m@{n}") for n in (1, 2, 3)}
        self.default = ScriptedModel({"": ["default"]}, name="default")
        self.open: list[str] = []
        self.events: list[tuple[str, str]] = []
        self.broken: set[str] = set()
        for number in (1, 2, 3):
            registry.register(Version(kind="model", name="m", version=str(number), digest=str(number)))

    @asynccontextmanager
    async def opened(self, version: Version) -> AsyncIterator[LanguageModel]:
        if version.label in self.broken:
            raise ModelUnavailable("the file is torn", way_out="fetch it again")
        self.open.append(version.label)
        try:
            yield self.models[version.label]
        finally:
            self.open.remove(version.label)

    @asynccontextmanager
    async def stage(self, *, kept: float = 60.0) -> AsyncIterator[Stage]:
        def told(happened: str, label: str, why: str) -> None:
            self.events.append((happened, label))

        async with on_stage(self.default, self.registry, self.opened, on_event=told, kept=kept) as stage:
            yield stage


@pytest.fixture
def house(tmp_path: Path):  # type: ignore[no-untyped-def]
    registry = Registry(tmp_path / "registry.db")
    yield House(registry)
    registry.close()


async def said(stage: Stage, conversation: str = "c_1") -> str:
    session_id.set(conversation)
    async with stage.model.stream(HELLO, deadline=5) as deltas:
        return "".join([delta.text async for delta in deltas])


async def soon(holds: Callable[[], bool]) -> None:
    with anyio.fail_after(10):
        while not holds():  # noqa: ASYNC110 - what is waited for is another process's write
            await anyio.sleep(0.02)


async def test_the_default_writes_until_a_version_is_promoted_and_nobody_waits_for_the_switch(house: House) -> None:
    house.models["m@1"].loading = True
    async with house.stage() as stage:
        assert await said(stage) == "default"
        house.registry.promote("model", "m@1", by="ada")
        await soon(lambda: house.open == ["m@1"])
        assert await said(stage) == "default"
        house.models["m@1"].loading = False
        await soon(lambda: stage.current == "m@1")
        assert await said(stage) == "m@1"


async def test_going_back_takes_under_a_second(house: House) -> None:
    house.registry.promote("model", "m@1", by="ada")
    house.registry.promote("model", "m@2", by="ada")
    async with house.stage() as stage:
        await soon(lambda: stage.current == "m@2")
        house.registry.roll_back("model", by="ada")
        await soon(lambda: stage.current == "m@1")
        began = anyio.current_time()
        house.registry.roll_back("model", by="ada")
        await soon(lambda: stage.current == "m@2")
        assert anyio.current_time() - began < 1


async def test_a_version_that_cannot_open_changes_nothing_and_is_told_once(house: House) -> None:
    house.broken.add("m@2")
    house.registry.promote("model", "m@1", by="ada")
    async with house.stage() as stage:
        await soon(lambda: stage.current == "m@1")
        house.registry.promote("model", "m@2", by="ada")
        await soon(lambda: ("failed", "m@2") in house.events)
        await anyio.sleep(0.6)
        assert house.events.count(("failed", "m@2")) == 1
        assert await said(stage) == "m@1"
        house.registry.roll_back("model", by="ada")
        house.broken.clear()
        house.registry.promote("model", "m@2", by="ada")
        await soon(lambda: stage.current == "m@2")


async def test_a_canary_is_tried_by_a_share_and_its_rollback_is_written_down(house: House) -> None:
    house.registry.promote("model", "m@1", by="ada")
    house.registry.begin_canary("model", "m@2", share=0.5, by="ada")
    async with house.stage() as stage:
        await soon(lambda: stage.current == "m@1" and stage.model.trying == ("m@2", 0.5))
        assert {await said(stage, f"c_{number}") for number in range(40)} == {"m@1", "m@2"}
        house.models["m@2"].fault = "cut"
        for number in range(60):
            try:
                await said(stage, f"d_{number}")
            except ModelError:
                continue
        await soon(lambda: house.registry.standing("model").canary == "")
        assert house.registry.acts(last=1)[0].act == "canary_rolled_back"
        assert {await said(stage, f"e_{number}") for number in range(20)} == {"m@1"}
    async with house.stage() as again:
        await soon(lambda: again.current == "m@1")
        assert again.model.trying == ("", 0.0)


async def test_a_canary_ends_by_command(house: House) -> None:
    house.registry.begin_canary("model", "m@2", share=1, by="ada")
    async with house.stage() as stage:
        await soon(lambda: stage.model.trying == ("m@2", 1))
        assert await said(stage) == "m@2"
        house.registry.end_canary("model", by="ada")
        await soon(lambda: stage.model.trying == ("", 0.0))
        assert await said(stage) == "default"


async def test_what_is_no_longer_in_use_is_let_go(house: House) -> None:
    house.registry.promote("model", "m@1", by="ada")
    async with house.stage(kept=0.0) as stage:
        await soon(lambda: stage.current == "m@1")
        house.registry.promote("model", "m@2", by="ada")
        await soon(lambda: stage.current == "m@2")
        await soon(lambda: house.open == ["m@2"])
    assert house.open == []


async def test_a_registry_that_cannot_be_read_leaves_what_is_in_use(house: House, tmp_path: Path) -> None:
    house.registry.promote("model", "m@1", by="ada")
    async with house.stage() as stage:
        await soon(lambda: stage.current == "m@1")
        house.registry.close()
        (tmp_path / "registry.db").write_text("torn " * 2000)
        await anyio.sleep(0.6)
        assert await said(stage) == "m@1"
