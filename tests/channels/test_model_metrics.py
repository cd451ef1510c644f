"""What /metrics tells of the models, scraped from a real server."""

from __future__ import annotations

import logging
from pathlib import Path

import anyio
import pytest
from prometheus_client.parser import text_string_to_metric_families

from model_serving.errors import ModelError
from model_serving.measured import Work
from tests.channels.operated import operated

pytestmark = pytest.mark.anyio


async def test_each_call_is_counted_with_its_times_and_tokens(tmp_path: Path) -> None:
    async with operated(tmp_path) as shop:
        for _ in range(3):
            await shop.says()
        told = await shop.metrics()
    assert told['aisle_model_calls_total{model="own",priority="live",result="written"}'] == 3
    assert told['aisle_model_time_to_first_token_seconds_count{model="own",priority="live"}'] == 3
    assert told['aisle_model_call_seconds_count{model="own",priority="live"}'] == 3
    assert told['aisle_model_completion_tokens_total{model="own"}'] > 0
    assert told['aisle_queue_wait_seconds_count{priority="live",queue="model own"}'] == 3
    assert told['aisle_queue_slots{queue="model own"}'] == 64
    assert told['aisle_queue_waiting{queue="model own"}'] == 0
    assert told['aisle_model_breaker_state{model="own",state="closed"}'] == 1


async def test_a_failing_model_shows_in_results_fallbacks_and_its_breaker(tmp_path: Path) -> None:
    async with operated(tmp_path) as shop:
        shop.engine.fault = "status"
        for _ in range(6):
            with pytest.raises(ModelError):
                await shop.says()
        told = await shop.metrics()
    assert told['aisle_model_calls_total{model="own",priority="live",result="unavailable"}'] == 6
    assert told['aisle_model_fallbacks_total{model="own",next="template",reason="unavailable"}'] == 6
    assert told['aisle_model_breaker_state{model="own",state="open"}'] == 1


async def test_every_switch_is_a_metric_and_a_line_in_the_log_and_a_row_of_the_history(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "model_serving.switches")
    async with operated(tmp_path) as shop:
        await shop.post("/models/model/promote", version="writer@1")
        await shop.post("/models/model/promote", version="writer@2")
        await shop.post("/models/model/rollback")
        await shop.post("/models/canary/start", version="writer@2", share=0.25)
        told = await shop.metrics()
        assert told['aisle_model_canary_share_ratio{model="writer@2"}'] == 0.25
        await shop.post("/models/canary/stop")
        shop.control.registry.roll_back("model", by="somebody at the command line")
        await shop.control.stage.followed()  # type: ignore[union-attr]
        told = await shop.metrics()
        acts = [done.act for done in shop.control.registry.acts()]
    for kind, times in {"promoted": 2, "rolled_back": 2, "canary_begun": 1, "canary_ended": 1}.items():
        assert told[f'aisle_model_switches_total{{kind="{kind}"}}'] == times == acts.count(kind)  # type: ignore[arg-type]
        assert sum(f"switch kind={kind} " in line for line in caplog.messages) == times
    assert told['aisle_model_switches_total{kind="took_over"}'] == 4


async def test_a_canary_that_gets_worse_is_counted_by_result_and_its_rollback_is_told(tmp_path: Path) -> None:
    async with operated(tmp_path) as shop:
        await shop.post("/models/canary/start", version="writer@2", share=0.5)
        for _ in range(30):
            shop.model.judged("own", grounded=True)  # type: ignore[attr-defined]
        for _ in range(30):
            shop.model.judged("writer@2", grounded=False)  # type: ignore[attr-defined]
        with anyio.fail_after(5):
            while shop.control.registry.standing("model").canary:
                await shop.control.stage.followed()  # type: ignore[union-attr]
        told = await shop.metrics()
    assert told['aisle_model_judged_total{check="grounded",model="writer@2",outcome="failed"}'] == 30
    assert told['aisle_model_switches_total{kind="canary_rolled_back"}'] == 1
    assert 'aisle_model_canary_share_ratio{model="writer@2"}' not in told


async def test_encoders_and_speech_are_on_the_same_page(tmp_path: Path) -> None:
    async with operated(tmp_path) as shop:
        shop.control.board.embedded(Work(engine="minilm", kind="one", seconds=0.004, result="done", texts=1))
        shop.control.board.spoke(Work(engine="whisper", kind="hear", seconds=0.4, result="overloaded"))
        told = await shop.metrics()
    assert told['aisle_embedding_calls_total{encoder="minilm",result="done",size="one"}'] == 1
    assert told['aisle_speech_calls_total{result="overloaded",work="hear"}'] == 1


async def test_the_page_is_prometheus_text_with_each_name_once_and_units_in_names(tmp_path: Path) -> None:
    async with operated(tmp_path) as shop:
        await shop.says()
        families = list(text_string_to_metric_families((await shop.served.http.get("/metrics")).text))
    names = [family.name for family in families]
    assert len(names) == len(set(names))
    for family in families:
        assert family.documentation
        assert family.type != "histogram" or family.name.endswith("_seconds")
