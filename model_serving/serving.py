"""Opens the language model that the settings ask for: finds it, starts its engine, puts the queue before it.

The assistant's bootstrap and `aisle models` enter here; below are `weights`, `engines`, `language_models`, `admission`
and `router`. Opening returns at once: until the engine is ready the model raises ModelUnavailable, and templates answer.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Literal, Protocol, cast

import anyio
from sqlalchemy.exc import SQLAlchemyError

from model_serving.admission import Admission, AdmittedModel
from model_serving.background import beside
from model_serving.call_board import CallBoard, Shown
from model_serving.chain import PATIENCE, ModelChain, Noted
from model_serving.control import ModelControl
from model_serving.engines import llama_cpp, vllm
from model_serving.engines.child import Launch
from model_serving.errors import ModelError, ModelUnavailable
from model_serving.language_models.openai_protocol import OpenAIModel, open_openai_model
from model_serving.language_models.openai_wire import Dialect
from model_serving.lineage import Lineage, adapter_version, model_version
from model_serving.measured import MeasuredModel
from model_serving.ports import LanguageModel
from model_serving.registry import Version
from model_serving.router import RoutedModel, route
from model_serving.running import EngineSlot, elsewhere, key_of, route_to, serve_one, serve_replicas
from model_serving.second_try import SecondTry
from model_serving.settings import ModelSettings
from model_serving.stage import Stage, on_stage
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
    control: ModelControl | None = None,
) -> AsyncIterator[LanguageModel | None]:
    """The model, at once, or None where there is none to have; `on_progress` gets a line whenever something changes.

    home: AISLE_HOME; weights go to `models` in it and logs to `logs`. The engine ends with the context. With a control the
    versions of its registry take over from the one that the settings name, and back, while the service runs.
    """
    engine, why_none = choose_engine(settings)
    if engine == "none":
        on_progress(f"no language model, templates answer ({why_none})")
        yield None
        return
    board = control.board if control else CallBoard()
    behind = _behind(settings, engine)
    open_one = partial(_opened, home=home, board=board, behind=bool(behind))
    async with AsyncExitStack() as stack:
        first: LanguageModel = await stack.enter_async_context(open_one(settings, on_progress=on_progress))
        on_fall: Noted = lambda left, taken, why: None  # noqa: E731 - a default where no history is kept
        if control is None:
            first = MeasuredModel(first, board.called)
        else:
            stage = await stack.enter_async_context(_staged(settings, first, open_one, control, on_progress))
            first, on_fall = stage.model, stage.fell_back
        others = [
            MeasuredModel(await stack.enter_async_context(_quietly(open_one, other)), board.called) for other in behind
        ]
        if control is not None:
            await anyio.to_thread.run_sync(_note_fallbacks, behind, control.lineage)
        yield ModelChain(first, others, board=board, on_fall=on_fall)


class _Open(Protocol):
    def __call__(
        self, settings: ModelSettings, *, on_progress: OnProgress, shown: str = ""
    ) -> AbstractAsyncContextManager[LanguageModel]: ...


@asynccontextmanager
async def _staged(
    settings: ModelSettings, first: LanguageModel, open_one: _Open, control: ModelControl, on_progress: OnProgress
) -> AsyncIterator[Stage]:
    own = await anyio.to_thread.run_sync(_note_model, settings, control.lineage)

    def open_version(version: Version) -> AbstractAsyncContextManager[LanguageModel]:
        return open_one(of_version(settings, version), on_progress=on_progress, shown=version.label)

    def tell(happened: str, version: str, why: str) -> None:
        on_progress(f"model {version or 'of the settings'}: {happened.replace('_', ' ')} ({why})")

    async with on_stage(
        first,
        control.registry,
        open_version,
        on_event=tell,
        board=control.board,
        lineage=control.lineage,
        own=own,
    ) as stage:
        control.stage = stage
        try:
            yield stage
        finally:
            control.stage = None


def _behind(settings: ModelSettings, engine: Engine) -> tuple[ModelSettings, ...]:
    """The fallbacks that can be had and are not the model in use."""
    kept: list[ModelSettings] = []
    for other in settings.fallbacks():
        chosen, why_none = choose_engine(other)
        if chosen != "none" and _identity(other, chosen) == _identity(settings, engine):
            why_none = "it is the model in use"
        if why_none:
            logger.warning("AISLE_MODEL_FALLBACK: %s is left out (%s)", _identity(other, chosen), why_none)
        else:
            kept.append(other)
    return tuple(kept)


def _identity(settings: ModelSettings, engine: Engine) -> str:
    if engine == "none":
        return settings.path or "embedded"
    return f"{model_name(settings, engine)} at {_source(settings, engine)}"


def _quietly(open_one: _Open, other: ModelSettings) -> AbstractAsyncContextManager[LanguageModel]:
    """Whether a fallback loads or not says nothing about the model in use."""
    return open_one(other, on_progress=lambda line: logger.info("fallback: %s", line))


def _note_fallbacks(behind: Sequence[ModelSettings], lineage: Lineage) -> None:
    """Blocking."""
    for number, other in enumerate(behind, start=1):
        chosen = choose_engine(other)[0]
        name = model_name(other, chosen)
        part = "fallback" if number == 1 else f"fallback_{number}"
        _note(lineage, part, model_version(name, _source(other, chosen)), written_by=name)


def _note_model(settings: ModelSettings, lineage: Lineage) -> Version:
    """Blocking."""
    engine = choose_engine(settings)[0]
    name = model_name(settings, engine)
    version = model_version(name, _source(settings, engine))
    _note(lineage, "model", version, written_by=name)
    if settings.adapter is not None:
        _note(lineage, "adapter", adapter_version(settings.adapter))
    return version


def _note(lineage: Lineage, part: str, version: Version, *, written_by: str = "") -> None:
    """A registry that cannot be written keeps no model from being opened."""
    try:
        lineage.uses(part, version, written_by=written_by)
    except (ModelError, SQLAlchemyError, OSError):
        logger.exception("the version of the %s could not be written down", part)


def _source(settings: ModelSettings, engine: Engine) -> str:
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


@asynccontextmanager
async def _opened(
    settings: ModelSettings,
    *,
    home: Path,
    board: CallBoard,
    behind: bool,
    on_progress: OnProgress,
    shown: str = "",
) -> AsyncIterator[LanguageModel]:
    """behind: whether another model waits to answer in its place. shown: its name on the board, where it has another."""
    engine = choose_engine(settings)[0]
    if engine == "none":
        raise ModelUnavailable(choose_engine(settings)[1])
    name = model_name(settings, engine)
    slot = EngineSlot(model=name, dialect=_dialect(settings, engine), api_key=_api_key(settings, engine))
    async with _client(settings, engine, slot, home=home, on_progress=on_progress) as model:
        slots = settings.slots if engine == "llama_cpp" else settings.at_once
        admission = Admission(
            slots=slots, waiting=settings.waiting, longest_wait=settings.longest_wait, standing=settings.standing
        )
        one = route(AdmittedModel(SecondTry(model), admission), share_of_deadline=PATIENCE if behind else 1.0)
        with board.showing(Shown(model=shown or name, queue=admission, breaker=one.breaker, engines=slot.engines)):
            yield RoutedModel([one])


def _dialect(settings: ModelSettings, engine: Engine) -> Dialect:
    return settings.endpoint_dialect if engine == "endpoint" else cast(Dialect, engine)


def _api_key(settings: ModelSettings, engine: Engine) -> str:
    """The port is open to every user of this machine; the engine is not."""
    if engine != "endpoint":
        return secrets.token_urlsafe(24)
    return key_of(settings) if len(settings.endpoint_urls) > 1 else ""  # of one it is read at each call


@asynccontextmanager
async def _client(
    settings: ModelSettings, engine: Engine, slot: EngineSlot, *, home: Path, on_progress: OnProgress
) -> AsyncIterator[OpenAIModel]:
    name = slot.model
    if engine == "endpoint" and len(settings.endpoint_urls) == 1:
        async with open_openai_model(name, elsewhere(settings, name)) as model:
            yield model
        return
    prepare = partial(
        prepare_launch, settings, engine, name=name, api_key=slot.api_key, home=home, on_progress=on_progress
    )
    if engine == "endpoint":
        work = route_to(settings.endpoint_urls, settings)
    elif engine == "vllm" and settings.replicas > 1:
        work = serve_replicas(prepare, settings)
    else:
        work = serve_one(prepare)
    async with open_openai_model(name, slot.locate) as model, beside(partial(work, slot, home / "logs", on_progress)):
        yield model
