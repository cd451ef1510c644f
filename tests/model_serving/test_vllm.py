"""vLLM's command line; vLLM itself is not needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from model_serving.engines.vllm import VllmOptions, check, command, environment, explain, installed, launch
from model_serving.errors import ModelUnavailable


def value_of(argv: list[str], flag: str) -> str:
    return argv[argv.index(flag) + 1]


def test_the_default_command_line_serves_on_this_machine_alone_with_prefixes_cached() -> None:
    argv = command(VllmOptions(model="/models/shop-8b"), 8123)
    assert argv[1:3] == ["-m", "vllm.entrypoints.openai.api_server"]
    assert (value_of(argv, "--host"), value_of(argv, "--port")) == ("127.0.0.1", "8123")
    assert (value_of(argv, "--model"), value_of(argv, "--served-model-name")) == ("/models/shop-8b", "shop-8b")
    assert value_of(argv, "--scheduling-policy") == "priority"
    assert "--enable-prefix-caching" in argv and "--enable-chunked-prefill" in argv
    assert "--max-model-len" not in argv and "--max-num-queued-reqs" not in argv


def test_every_option_reaches_the_command_line() -> None:
    options = VllmOptions(
        model="org/model",
        served_name="writer",
        dtype="bfloat16",
        tensor_parallel=4,
        context=8192,
        gpu_memory=0.9,
        kv_cache_bytes=1 << 30,
        batched_tokens=2048,
        sequences=64,
        prefix_caching=False,
        chunked_prefill=False,
        priority_scheduling=False,
        queued_requests=24,
        tool_parser="hermes",
        chat_template="/t.jinja",
        adapters={"writer": Path("/adapters/writer")},
        speculative={"method": "ngram"},
        load_format="dummy",
        enforce_eager=True,
        extra=("--seed", "7"),
    )
    argv = command(options, 1)
    expected = {
        "--served-model-name": "writer",
        "--dtype": "bfloat16",
        "--tensor-parallel-size": "4",
        "--max-model-len": "8192",
        "--gpu-memory-utilization": "0.9",
        "--kv-cache-memory-bytes": str(1 << 30),
        "--max-num-batched-tokens": "2048",
        "--max-num-seqs": "64",
        "--max-num-queued-reqs": "24",
        "--tool-call-parser": "hermes",
        "--chat-template": "/t.jinja",
        "--lora-modules": "writer=/adapters/writer",
        "--speculative-config": '{"method": "ngram"}',
        "--load-format": "dummy",
        "--seed": "7",
    }
    assert {flag: value_of(argv, flag) for flag in expected} == expected
    assert {"--no-enable-prefix-caching", "--no-enable-chunked-prefill", "--enforce-eager", "--enable-lora"} <= set(
        argv
    )
    assert "--scheduling-policy" not in argv


def test_the_key_travels_in_the_environment_alone() -> None:
    options = VllmOptions(model="m", api_key="secret", cpu_kv_cache_gib=2)
    assert environment(options)["VLLM_API_KEY"] == "secret"
    assert environment(options)["VLLM_CPU_KVCACHE_SPACE"] == "2"
    assert "secret" not in " ".join(command(options, 1))


@pytest.mark.skipif(installed(), reason="needs a machine without vLLM")
def test_without_vllm_the_refusal_names_the_way_out() -> None:
    with pytest.raises(ModelUnavailable, match=r"aisle\[gpu\]"):
        check(VllmOptions(model="m"))


def test_known_last_words_are_translated() -> None:
    assert "AISLE_MODEL_ENGINE=llama_cpp" in explain(["RuntimeError: Failed to infer device type"])
    assert "smaller model" in explain(["torch.OutOfMemoryError: CUDA out of memory."])
    assert explain([]) == ""


def test_a_large_model_may_take_minutes_to_start() -> None:
    assert launch(VllmOptions(model="m")).start_timeout == 900
    assert launch(VllmOptions(model="m"), start_timeout=5).start_timeout == 5
