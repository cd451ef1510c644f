"""The embedded engine: llama.cpp's server in a watched child process, from `xllamacpp` or a native binary.

`serving` launches it through `child`. Threads are the cores less one and waiting is passive: with a thread on every core
the engine's barriers spin, and any neighbour makes it ten times slower (measured: 65 tokens/s with 1 thread, 9 with 2).
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil

from model_serving.engines.child import Launch
from model_serving.errors import ModelUnavailable
from model_serving.gguf_file import GgufFile, read_gguf

TRANSPOSED = "token_embd.weight"
"""Whose adapters lie the other way round."""
WORKING_MEMORY = 192 << 20
"""Bytes for compute buffers, the process itself and its prompt cache's start; measured with SmolLM2-135M: 150 MiB."""

BATCH = 64
"""Tokens that are computed in one go. Between two the engine hears that a reader has left, and serves the other slots: with
its own 2,048 a cancelled prompt of 1,350 tokens was read to its end (5 s of CPU). Reading takes no longer for it (measured)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LlamaCppOptions:
    model: Path
    alias: str
    context: int = 2048
    """Tokens of one slot."""
    slots: int = 2
    threads: int = 0
    """0: the cores less one."""
    prompt_cache_mib: int = 128
    longest_reply: int = 1024
    adapters: tuple[Path, ...] = ()
    api_key: str = ""
    binary: str = ""
    """A native `llama-server`; empty: LLAMA_SERVER_BIN, else the package."""


def thread_count(wanted: int) -> int:
    return wanted or max(1, (os.cpu_count() or 2) - 1)


def native_binary(options: LlamaCppOptions) -> str:
    return options.binary or os.environ.get("LLAMA_SERVER_BIN", "")


def installed(options: LlamaCppOptions) -> bool:
    return bool(native_binary(options)) or package_installed()


def package_installed() -> bool:
    return importlib.util.find_spec("xllamacpp") is not None


def command(options: LlamaCppOptions, port: int) -> list[str]:
    binary = native_binary(options)
    shared = [
        *("--model", str(options.model), "--alias", options.alias, "--host", "127.0.0.1", "--port", str(port)),
        *("--ctx-size", str(options.context * options.slots), "--parallel", str(options.slots)),
        *("--threads", str(thread_count(options.threads)), "--cache-ram", str(options.prompt_cache_mib)),
        *("--batch-size", str(max(BATCH, options.slots))),
        *("--n-predict", str(options.longest_reply)),
        *(part for adapter in options.adapters for part in ("--lora", str(adapter))),
    ]
    if binary:
        return [
            binary,
            *shared,
            "--ubatch-size",
            str(max(BATCH, options.slots)),
            "--poll",
            "0",
            "--metrics",
            "--slots",
            "--jinja",
            "--no-webui",
        ]
    return [sys.executable, "-m", "model_serving.engines.llama_cpp_server", *shared]


def memory_needed(options: LlamaCppOptions, model: GgufFile) -> int:
    return model.size + model.cache_bytes(options.context * options.slots) + WORKING_MEMORY


def check(options: LlamaCppOptions, limit: int | None) -> None:
    """Raises ModelUnavailable for what no start can cure."""
    binary = native_binary(options)
    if binary and shutil.which(binary) is None:
        raise ModelUnavailable(f"LLAMA_SERVER_BIN is {binary!r}, which is no program", way_out="correct or unset it")
    if not installed(options):
        raise ModelUnavailable("the package xllamacpp is not installed", way_out="pip install xllamacpp")
    model = read_gguf(options.model)
    if model.values.get("general.type") == "adapter":
        raise ModelUnavailable(
            f"{str(options.model)!r} is an adapter, not a model",
            way_out="name it by AISLE_MODEL_ADAPTER, and its base by AISLE_MODEL_PATH",
        )
    for adapter in options.adapters:
        check_adapter(model, adapter)
    needed, free = memory_needed(options, model), psutil.virtual_memory().available
    room = free if limit is None else min(free, limit)
    if needed > room:
        raise ModelUnavailable(
            f"{options.model.name} needs about {needed >> 20} MiB of memory and {room >> 20} MiB are there",
            way_out="set AISLE_MODEL_CONTEXT or AISLE_MODEL_SLOTS lower, AISLE_MODEL_MEMORY_LIMIT higher, or take a smaller model",
        )


def check_adapter(model: GgufFile, path: Path) -> None:
    """Whether a LoRA was trained on a model of this shape; llama.cpp itself tells no more than that it failed.

    Raises ModelUnavailable.
    """
    way_out = (
        "set AISLE_MODEL_ADAPTER to an adapter of this model as a .gguf file (convert_lora_to_gguf.py), or unset it"
    )
    try:
        adapter = read_gguf(path, way_out=way_out)
    except ModelUnavailable as error:
        if path.is_dir():
            raise ModelUnavailable(f"the adapter {str(path)!r} is a folder", way_out=way_out) from error
        raise
    if adapter.values.get("general.type") != "adapter":
        raise ModelUnavailable(f"{str(path)!r} is a model, not an adapter", way_out=way_out)
    if adapter.architecture != model.architecture:
        raise ModelUnavailable(
            f"the adapter {path.name!r} is for models of the kind {adapter.architecture!r}, this one is {model.architecture!r}",
            way_out=way_out,
        )
    for name, shape in adapter.shapes.items():
        base, suffix = name.rpartition(".lora_")[0], name[-1:]
        ours = model.shapes.get(base)
        if (
            base
            and base != TRANSPOSED
            and (ours is None or (shape[0] != ours[0] if suffix == "a" else shape[-1] != ours[-1]))
        ):
            raise ModelUnavailable(
                f"the adapter {path.name!r} was trained on another model ({base} is not of its size)", way_out=way_out
            )


def explain(lines: Sequence[str]) -> str:
    text = "\n".join(lines).lower()
    if "couldn't bind" in text:
        return "its port is taken: end what holds it, or choose another one"
    if "lora" in text and "failed" in text:
        return "the adapter does not fit this model: set AISLE_MODEL_ADAPTER to one that was trained on it, or unset it"
    if "unknown model architecture" in text:
        return "this llama.cpp does not know this kind of model: `pip install -U xllamacpp`, or take another one"
    if "cannot load" in text or "failed to load" in text or "error loading model" in text:
        return "the model file is broken or of an unknown kind: set AISLE_MODEL_PATH to another .gguf file"
    if "failed to allocate" in text or "bad_alloc" in text:
        return "there is too little memory: set AISLE_MODEL_CONTEXT or AISLE_MODEL_SLOTS lower"
    return ""


def launch(options: LlamaCppOptions, *, memory_limit: int | None = None, start_timeout: float = 60.0) -> Launch:
    return Launch(
        engine="llama_cpp",
        command=partial(command, options),
        environment={"OMP_WAIT_POLICY": "passive", "LLAMA_API_KEY": options.api_key},
        check=partial(check, options, memory_limit),
        explain=explain,
        start_timeout=start_timeout,
        memory_limit=memory_limit,
    )
