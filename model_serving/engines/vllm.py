"""vLLM's OpenAI server as a watched child: the command line from options. Nothing of vLLM is imported here.

`serving` launches it through `child`. The same flags work on the CPU build and on a GPU. The module entry point is used
since the `vllm` command needs a distribution of exactly that name, which the CPU builds lack.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from model_serving.engines.child import Launch
from model_serving.errors import ModelUnavailable

START_TIMEOUT = 900.0
"""Seconds. Loading tens of gigabytes and capturing CUDA graphs takes minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VllmOptions:
    model: str
    """A folder, or a name on a hub."""
    served_name: str = ""
    dtype: str = "auto"
    tensor_parallel: int = 1
    context: int = 0
    """Tokens; 0: the model's own."""
    gpu_memory: float | None = None
    """Share of the GPU's memory, 0 to 1."""
    kv_cache_bytes: int | None = None
    batched_tokens: int | None = None
    sequences: int | None = None
    prefix_caching: bool = True
    chunked_prefill: bool = True
    priority_scheduling: bool = True
    queued_requests: int | None = None
    """Engine admission, from vLLM 0.32; more is answered 503."""
    tool_parser: str = ""
    chat_template: str = ""
    adapters: Mapping[str, Path] = field(default_factory=dict)
    """Served name -> folder of a LoRA adapter."""
    adapter_rank: int = 16
    speculative: Mapping[str, object] | None = None
    load_format: str = ""
    """`dummy` for load tests: random weights."""
    enforce_eager: bool = False
    cpu_kv_cache_gib: int | None = None
    """CPU build only."""
    extra: Sequence[str] = ()
    api_key: str = ""
    python: str = ""
    """The interpreter that has vLLM, where it lives in an environment of its own; empty: this one."""


def command(options: VllmOptions, port: int) -> list[str]:
    """Argv of the server on 127.0.0.1."""
    argv = [
        options.python or sys.executable,
        "-m",
        "vllm.entrypoints.openai.api_server",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    argv += ["--model", options.model, "--served-model-name", options.served_name or Path(options.model).name]
    argv += ["--dtype", options.dtype, "--tensor-parallel-size", str(options.tensor_parallel)]
    argv += _valued(options)
    argv.append("--enable-prefix-caching" if options.prefix_caching else "--no-enable-prefix-caching")
    argv.append("--enable-chunked-prefill" if options.chunked_prefill else "--no-enable-chunked-prefill")
    argv.append("--enable-prompt-tokens-details")
    if options.priority_scheduling:
        argv += ["--scheduling-policy", "priority"]
    if options.tool_parser:
        argv += ["--enable-auto-tool-choice", "--tool-call-parser", options.tool_parser]
    if options.adapters:
        argv += [
            "--enable-lora",
            "--max-lora-rank",
            str(options.adapter_rank),
            "--max-loras",
            str(len(options.adapters)),
        ]
        argv += ["--lora-modules", *(f"{name}={folder}" for name, folder in options.adapters.items())]
    if options.enforce_eager:
        argv.append("--enforce-eager")
    return [*argv, *options.extra]


def _valued(options: VllmOptions) -> list[str]:
    flags: Mapping[str, object] = {
        "--max-model-len": options.context or None,
        "--gpu-memory-utilization": options.gpu_memory,
        "--kv-cache-memory-bytes": options.kv_cache_bytes,
        "--max-num-batched-tokens": options.batched_tokens,
        "--max-num-seqs": options.sequences,
        "--max-num-queued-reqs": options.queued_requests,
        "--chat-template": options.chat_template or None,
        "--speculative-config": json.dumps(dict(options.speculative)) if options.speculative else None,
        "--load-format": options.load_format or None,
    }
    return [part for flag, value in flags.items() if value is not None for part in (flag, str(value))]


def environment(options: VllmOptions) -> dict[str, str]:
    found = {"VLLM_API_KEY": options.api_key, "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}
    if options.cpu_kv_cache_gib is not None:
        found["VLLM_CPU_KVCACHE_SPACE"] = str(options.cpu_kv_cache_gib)
    return {name: value for name, value in found.items() if value}


def installed(python: str = "") -> bool:
    """Blocking: another interpreter is asked in a process of its own."""
    if not python:
        return importlib.util.find_spec("vllm") is not None
    asked = [python, "-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('vllm') is None)"]
    try:
        return subprocess.run(asked, capture_output=True, timeout=30, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def gpu_present() -> bool:
    """Cheap, without torch: what NVIDIA's and AMD's drivers put there."""
    return Path("/dev/nvidia0").exists() or Path("/dev/kfd").exists()


def check(options: VllmOptions) -> None:
    """Raises ModelUnavailable for what no start can cure."""
    if not installed(options.python):
        raise (
            ModelUnavailable(f"{options.python!r} has no vLLM", way_out="correct AISLE_MODEL_VLLM_PYTHON")
            if options.python
            else ModelUnavailable(
                "vLLM is not installed", way_out="pip install 'aisle[gpu]', or AISLE_MODEL_ENGINE=llama_cpp"
            )
        )
    if not options.model:
        raise ModelUnavailable("no model is named for vLLM", way_out="set AISLE_MODEL_PATH to its folder or hub name")
    looks_local = options.model.startswith((".", "/", "~")) or options.model.endswith(os.sep)
    folder = Path(options.model).expanduser()
    if looks_local and not (folder / "config.json").is_file() and folder.suffix != ".gguf":
        raise ModelUnavailable(
            f"{options.model!r} is no model folder", way_out="it needs config.json beside the weights"
        )
    for name, adapter in options.adapters.items():
        if not (adapter / "adapter_config.json").is_file():
            raise ModelUnavailable(
                f"adapter {name!r} is not at {str(adapter)!r}", way_out="it needs adapter_config.json"
            )


def explain(lines: Sequence[str]) -> str:
    text = "\n".join(lines)
    known = {
        "argument --dtype": "AISLE_MODEL_DTYPE is none of vLLM's: auto, bfloat16, float16 or float32",
        "is not supported on this GPU": "this GPU does not know that number format: set AISLE_MODEL_DTYPE=float16",
        "unrecognized arguments": "this vLLM does not know one of its arguments: correct AISLE_MODEL_EXTRA, or update vLLM",
        "is not a valid model identifier": "there is no such model: set AISLE_MODEL_PATH to its folder or its name on the hub",
        "Cannot find model weights": "the folder has no weights: fetch the *.safetensors beside its config.json",
        "gated repo": "the hub gives this model only to who accepted its terms: accept them and set HF_TOKEN, or name a folder",
        "address already in use": "its port is taken: end what holds it",
        "CUDA out of memory": "the GPU has too little memory: take a smaller model or context, or set gpu_memory lower",
        "No available memory for the cache blocks": "no memory is left for the KV cache: set the context lower",
        "Failed to infer device type": "no GPU was found: AISLE_MODEL_ENGINE=llama_cpp runs without one",
        "max_model_len": "the context is longer than the model or its memory allows: set AISLE_MODEL_CONTEXT lower",
        "Free memory on device": "other processes use the GPU's memory: end them or set gpu_memory lower",
    }
    return next((way_out for sign, way_out in known.items() if sign in text), "")


def launch(options: VllmOptions, *, memory_limit: int | None = None, start_timeout: float = START_TIMEOUT) -> Launch:
    return Launch(
        engine="vllm",
        command=partial(command, options),
        environment=environment(options),
        check=partial(check, options),
        explain=explain,
        start_timeout=start_timeout,
        stop_timeout=15.0,
        health_timeout=10.0,
        memory_limit=memory_limit,
    )
