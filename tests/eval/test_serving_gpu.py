"""The GPU run: its profiles load and hold what their arithmetic says, a step that fails stops no other, a page tells all."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from eval.serving import gpu as serving_gpu
from eval.serving.gpu import QUICK, main, read_profile, run, what_would_run
from eval.serving.page import page
from eval.serving.plots import of_loads, place, ticks
from model_serving.errors import ModelUnavailable
from model_serving.memory_plan import GIB, plan, read_shape
from model_serving.settings import ModelSettings, read_settings

GPU = Path(__file__).parents[2] / "deploy" / "gpu"
PROFILES = {
    "1x24gb": ("qwen3-8b", 24, 1),
    "1x80gb": ("qwen3-14b", 80, 1),
    "h200": ("qwen3-32b", 141, 1),
    "4x80gb": ("llama-3.3-70b", 80, 4),
    "dummy-8b": ("dummy-8b", 141, 1),
}


@pytest.fixture(autouse=True)
def _environment() -> Iterator[None]:
    before = dict(os.environ)
    for name in [name for name in before if name.startswith("AISLE_MODEL_")]:
        del os.environ[name]
    yield
    os.environ.clear()
    os.environ.update(before)


def settings_of(profile: str) -> ModelSettings:
    read_profile(GPU / "profiles" / f"{profile}.env")
    return read_settings()


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_loads_and_its_places_fit_its_memory(profile: str) -> None:
    settings = settings_of(profile)
    shape_name, gib, gpus = PROFILES[profile]
    shape = read_shape(GPU / "shapes" / shape_name)
    found = plan(shape, gpu_bytes=gib * GIB, gpus=gpus, usable=settings.gpu_memory or 0.9)
    text = (GPU / "profiles" / f"{profile}.env").read_text(encoding="utf-8")
    assert f"{found.weights / GIB:.1f} GiB" in text and f"{found.tokens:,} tokens" in text
    assert f"{found.conversations} conversations of 2,048 tokens" in text
    assert settings.engine == "vllm" and settings.tensor_parallel == gpus
    assert settings.at_once <= found.conversations * 1.1
    assert f"--max-num-seqs {settings.at_once}" in settings.extra
    assert settings.context <= shape.longest


def test_every_profile_is_tested() -> None:
    assert {file.stem for file in (GPU / "profiles").glob("*.env")} == set(PROFILES)


def test_the_environment_goes_before_a_profile() -> None:
    os.environ["AISLE_MODEL_AT_ONCE"] = "3"
    assert settings_of("h200").at_once == 3


def test_what_would_run_is_told_and_nothing_is_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--out", str(tmp_path / "out"), "--profile", str(GPU / "profiles" / "dummy-8b.env"), "--dry-run"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert "--load-format" in told["engine"] and told["steps"] == list(serving_gpu.STEPS)
    assert not (tmp_path / "out").exists()
    assert what_would_run(settings_of("dummy-8b"), ["load"], QUICK)["loads"] == [1, 2]


def test_an_engine_that_is_not_vllm_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--out", str(tmp_path / "out")]) == 2
    assert "AISLE_MODEL_ENGINE=vllm" in capsys.readouterr().err


@pytest.mark.anyio
async def test_a_step_that_fails_stops_no_other_and_what_is_done_is_not_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    async def good(*_: object) -> Mapping[str, Any]:
        ran.append("good")
        return {"figure": 1}

    async def bad(*_: object) -> Mapping[str, Any]:
        ran.append("bad")
        raise ModelUnavailable("the GPU went away")

    monkeypatch.setattr(serving_gpu, "STEPS", {"bad": bad, "good": good})
    settings = ModelSettings(engine="vllm", path="m")
    assert await run(settings, ["bad", "good"], QUICK, tmp_path, again=False) == 1
    assert await run(settings, ["bad", "good"], QUICK, tmp_path, again=False) == 1
    assert ran == ["bad", "good", "bad"]
    assert json.loads((tmp_path / "good.json").read_text())["figure"] == 1
    assert "Not measured: bad: ModelUnavailable: the GPU went away" in page(tmp_path, {})


def side(tokens: float) -> dict[str, Any]:
    return {
        "tokens_a_second": tokens,
        "ttft_ms": {"p50": 10, "p95": 20, "p99": 30},
        "cached_share_of_prompt": 0.8,
    }


def test_the_page_has_a_row_for_each_load(tmp_path: Path) -> None:
    compared = {
        "alone": side(100),
        "ours": side(98),
        "share_of_throughput": 0.98,
        "added_ttft_ms": {"p50": 1, "p99": 2},
    }
    report = {"engine": "vllm", "1_at_once": compared, "16_at_once": compared}
    (tmp_path / "load.json").write_text(json.dumps(report))
    assert len(re.findall(r"^\| (?:1|16) \| 100 \| 98 \| 0\.98 ", page(tmp_path, {"weights_gib": 13.8}), re.M)) == 2
    assert of_loads(report, "ttft_ms", "p95") == {
        "alone": [(1.0, 20.0), (16.0, 20.0)],
        "ours": [(1.0, 20.0), (16.0, 20.0)],
    }


def test_axes_have_round_numbers_and_points_their_place() -> None:
    assert ticks(930) == [0, 200, 400, 600, 800, 1000]
    assert ticks(0) == [0, 1]
    left, right = place(1, 0, [1, 256], 10), place(256, 10, [1, 256], 10)
    assert left[0] < right[0] and left[1] > right[1]


@pytest.mark.parametrize("script", ["run.sh", "wheels.sh", "dummy_model.sh"])
def test_a_script_without_arguments_says_how_it_is_used(script: str) -> None:
    done = subprocess.run(["bash", GPU / script], capture_output=True, text=True)
    assert done.returncode != 0 and script in done.stderr


def test_a_dummy_model_has_a_shape_and_a_tokenizer(tmp_path: Path) -> None:
    (tmp_path / "from").mkdir()
    (tmp_path / "from" / "tokenizer.json").write_text("{}")
    made = [GPU / "dummy_model.sh", tmp_path / "made", tmp_path / "from"]
    subprocess.run(["bash", *made], check=True)
    assert read_shape(tmp_path / "made").layers == 32 and (tmp_path / "made" / "tokenizer.json").exists()
