"""Which engine and which weights the settings name, and what must be run for them. No process is started here.

`serving`, `aisle models` and benches ask; below are `weights` and `engines`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from model_serving.engines import llama_cpp, vllm
from model_serving.engines.child import Launch
from model_serving.errors import ModelUnavailable
from model_serving.registry import Version
from model_serving.settings import ModelSettings
from model_serving.weights import fastest, packaged_model

Engine = Literal["llama_cpp", "vllm", "endpoint", "none"]
FORMAT = re.compile(r"[.-](?:i?q\d\w*|bf16|f16|f32)$", re.IGNORECASE)
"""Of the weights, at the end of a file's name: no part of the model's."""
OnProgress = Callable[[str], None]


def choose_engine(settings: ModelSettings) -> tuple[Engine, str]:
    """The engine and, where there is none, why not."""
    if settings.engine == "none":
        return "none", "switched off by AISLE_MODEL_ENGINE=none"
    if settings.engine in ("endpoint", "vllm"):
        return settings.engine, ""
    if settings.engine == "auto" and settings.endpoint_url:
        return "endpoint", ""
    if settings.engine == "auto" and _suits_vllm(settings):
        return "vllm", ""
    return _embedded(settings)


def _suits_vllm(settings: ModelSettings) -> bool:
    return (
        bool(settings.path)
        and not settings.path.endswith(".gguf")
        and vllm.installed(settings.vllm_python)
        and vllm.gpu_present()
    )


def _embedded(settings: ModelSettings) -> tuple[Engine, str]:
    try:
        source = model_file(settings)
    except ModelUnavailable as missing:
        return "none", str(missing)
    if not llama_cpp.installed(llama_cpp.LlamaCppOptions(model=source, alias="")):
        return "none", "the package xllamacpp is not installed: pip install xllamacpp"
    return "llama_cpp", ""


def model_file(settings: ModelSettings) -> Path:
    return Path(settings.path).expanduser() if settings.path else packaged_model()


def model_name(settings: ModelSettings, engine: Engine) -> str:
    if settings.name:
        return settings.name
    if engine == "endpoint":
        return "default"
    if engine == "vllm":
        return Path(settings.path).name
    return FORMAT.sub("", model_file(settings).stem) if engine == "llama_cpp" else ""


def llama_cpp_options(settings: ModelSettings, model: Path, *, alias: str, api_key: str) -> llama_cpp.LlamaCppOptions:
    return llama_cpp.LlamaCppOptions(
        model=model,
        alias=alias,
        context=settings.context,
        slots=settings.slots,
        threads=settings.threads,
        prompt_cache_mib=settings.prompt_cache,
        longest_reply=settings.longest_reply,
        adapters=(settings.adapter,) if settings.adapter else (),
        api_key=api_key,
    )


def vllm_options(settings: ModelSettings, *, name: str, api_key: str) -> vllm.VllmOptions:
    return vllm.VllmOptions(
        model=settings.path,
        served_name=name,
        dtype=settings.dtype,
        tensor_parallel=settings.tensor_parallel,
        context=settings.context if "context" in settings.model_fields_set else 0,
        gpu_memory=settings.gpu_memory,
        cpu_kv_cache_gib=settings.kv_cache_gib,
        queued_requests=settings.queued_requests,
        tool_parser=settings.tool_parser,
        adapters={settings.adapter.name: settings.adapter} if settings.adapter else {},
        extra=settings.extra_arguments(),
        api_key=api_key,
        python=settings.vllm_python,
    )


async def prepare_launch(
    settings: ModelSettings, engine: Engine, *, name: str, api_key: str, home: Path, on_progress: OnProgress
) -> Launch:
    """Finds or makes the weights. Raises ModelUnavailable."""
    limit = settings.memory_limit_bytes()
    if engine == "vllm":
        options = vllm_options(settings, name=name, api_key=api_key)
        return vllm.launch(options, memory_limit=limit, start_timeout=settings.start_timeout or vllm.START_TIMEOUT)
    source = model_file(settings)
    wanted = settings.requantise and not settings.path
    model = await fastest(source, home / "models", on_progress=on_progress) if wanted else source
    small = llama_cpp_options(settings, model, alias=name, api_key=api_key)
    return llama_cpp.launch(small, memory_limit=limit, start_timeout=settings.start_timeout or 60.0)


def source_of(settings: ModelSettings, engine: Engine) -> str:
    if engine == "endpoint":
        return settings.endpoint_url
    return settings.path or str(model_file(settings))


def of_version(settings: ModelSettings, version: Version) -> ModelSettings:
    """The settings with this version's source in place of theirs. Its label is the name that replies record.

    Raises ModelUnavailable for a source that nothing here can serve.
    """
    if version.source.startswith(("http://", "https://")):
        changes = {"engine": "endpoint", "endpoint_url": version.source, "path": "", "name": version.name}
    elif version.source:
        embedded = version.source.endswith(".gguf")
        engine = "llama_cpp" if embedded else "vllm"
        changes = {"engine": engine, "endpoint_url": "", "path": version.source, "name": version.label}
    else:
        raise ModelUnavailable(f"version {version.label} names no source", way_out="register it with --source")
    return settings.model_copy(update=changes)
