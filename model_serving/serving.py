"""Opens the language model that the settings ask for: finds it, starts its engine, puts the queue before it.

The assistant's bootstrap and `aisle models` enter here; below are `weights`, `engines`, `language_models`, `admission`
and `router`. Opening returns at once: until the engine is ready the model raises ModelUnavailable, and templates answer.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Literal, cast

import anyio
from sqlalchemy.exc import SQLAlchemyError

from model_serving.admission import Admission, AdmittedModel
from model_serving.background import beside
from model_serving.engines import llama_cpp, vllm
from model_serving.engines.child import Launch
from model_serving.errors import ModelError, ModelLoading, ModelUnavailable, Overloaded
from model_serving.language_models.openai_protocol import OpenAIModel, open_openai_model
from model_serving.language_models.openai_wire import Dialect
from model_serving.lineage import Lineage, adapter_version, model_version
from model_serving.ports import LanguageModel
from model_serving.registry import Registry, Version
from model_serving.router import RoutedModel, route
from model_serving.running import EngineSlot, elsewhere, key_of, route_to, serve_one, serve_replicas
from model_serving.second_try import SecondTry
from model_serving.settings import ModelSettings
from model_serving.stage import on_stage
from model_serving.weights import fastest, packaged_model

logger = logging.getLogger(__name__)

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


@asynccontextmanager
async def open_language_model(
    settings: ModelSettings,
    *,
    home: Path,
    on_progress: OnProgress = lambda line: None,
    registry: Registry | None = None,
    lineage: Lineage | None = None,
) -> AsyncIterator[LanguageModel | None]:
    """The model, at once, or None where there is none to have; `on_progress` gets a line whenever something changes.

    home: AISLE_HOME; weights go to `models` in it and logs to `logs`. The engine ends with the context. With a registry
    its versions take over from the one that the settings name, and back, while the service runs.
    """
    engine, why_none = choose_engine(settings)
    if engine == "none":
        on_progress(f"no language model, templates answer ({why_none})")
        yield None
        return
    if lineage is not None:
        await anyio.to_thread.run_sync(_note_model, settings, engine, lineage)
    default = _opened(settings, engine, home=home, on_progress=on_progress)
    if registry is None:
        async with default as model:
            yield model
        return

    def open_version(version: Version) -> AbstractAsyncContextManager[LanguageModel]:
        chosen = of_version(settings, version)
        return _opened(chosen, choose_engine(chosen)[0], home=home, on_progress=on_progress)

    def tell(happened: str, version: str, why: str) -> None:
        on_progress(f"model {version or 'of the settings'}: {happened.replace('_', ' ')} ({why})")

    async with default as model, on_stage(model, registry, open_version, on_event=tell) as stage:
        yield stage.model


def _note_model(settings: ModelSettings, engine: Engine, lineage: Lineage) -> None:
    """Blocking. A registry that cannot be written keeps no model from being opened."""
    name = model_name(settings, engine)
    source = settings.endpoint_url if engine == "endpoint" else settings.path or str(model_file(settings))
    try:
        lineage.uses("model", model_version(name, source), written_by=name)
        if settings.adapter is not None:
            lineage.uses("adapter", adapter_version(settings.adapter))
    except (ModelError, SQLAlchemyError, OSError):
        logger.exception("the model's version could not be written down")


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


@asynccontextmanager
async def _opened(
    settings: ModelSettings, engine: Engine, *, home: Path, on_progress: OnProgress
) -> AsyncIterator[LanguageModel]:
    async with AsyncExitStack() as stack:
        model = await stack.enter_async_context(_client(settings, engine, home=home, on_progress=on_progress))
        slots = settings.slots if engine == "llama_cpp" else settings.at_once
        admission = Admission(slots=slots, waiting=settings.waiting, longest_wait=settings.longest_wait)
        yield RoutedModel([route(AdmittedModel(SecondTry(model), admission))], on_switch=_log_switch)


@asynccontextmanager
async def _client(
    settings: ModelSettings, engine: Engine, *, home: Path, on_progress: OnProgress
) -> AsyncIterator[OpenAIModel]:
    name = model_name(settings, engine)
    if engine == "endpoint" and len(settings.endpoint_urls) == 1:
        async with open_openai_model(name, elsewhere(settings, name)) as model:
            yield model
        return
    # The port is open to every user of this machine; the engine is not.
    api_key = secrets.token_urlsafe(24) if engine != "endpoint" else key_of(settings)
    dialect: Dialect = settings.endpoint_dialect if engine == "endpoint" else cast(Dialect, engine)
    slot = EngineSlot(model=name, dialect=dialect, api_key=api_key)
    prepare = partial(prepare_launch, settings, engine, name=name, api_key=api_key, home=home, on_progress=on_progress)
    if engine == "endpoint":
        work = route_to(settings.endpoint_urls, settings)
    elif engine == "vllm" and settings.replicas > 1:
        work = serve_replicas(prepare, settings)
    else:
        work = serve_one(prepare)
    async with open_openai_model(name, slot.locate) as model, beside(partial(work, slot, home / "logs", on_progress)):
        yield model


def _log_switch(left: str, taken: str, why: ModelError) -> None:
    level = logging.INFO if isinstance(why, ModelLoading | Overloaded) else logging.WARNING
    logger.log(level, "model %s gave no reply, next is %s: %s", left, taken or "a template", why)
