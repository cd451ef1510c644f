"""Opens the language model that the settings ask for: starts its engine, puts the queue before it and others behind it.

The assistant's bootstrap and `aisle models` enter here; below are `choosing`, `running`, `language_models`, `admission`,
`router`, `stage` and `chain`. Opening returns at once: until the engine is ready the model raises ModelUnavailable, and
templates answer.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Protocol, cast

import anyio
from sqlalchemy.exc import SQLAlchemyError

from model_serving.admission import Admission, AdmittedModel
from model_serving.background import beside
from model_serving.call_board import CallBoard, Shown
from model_serving.chain import PATIENCE, ModelChain, Noted
from model_serving.choosing import Engine, OnProgress, choose_engine, model_name, of_version, prepare_launch, source_of
from model_serving.control import ModelControl
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

logger = logging.getLogger(__name__)


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
        others: list[LanguageModel] = []
        for left, other in enumerate(reversed(behind)):  # the last has nobody behind it
            link = await stack.enter_async_context(_quietly(partial(open_one, behind=left > 0), other))
            others.insert(0, MeasuredModel(link, board.called))
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
    return f"{model_name(settings, engine)} at {source_of(settings, engine)}"


def _quietly(open_one: _Open, other: ModelSettings) -> AbstractAsyncContextManager[LanguageModel]:
    """Whether a fallback loads or not says nothing about the model in use."""
    return open_one(other, on_progress=lambda line: logger.info("fallback: %s", line))


def _note_fallbacks(behind: Sequence[ModelSettings], lineage: Lineage) -> None:
    """Blocking."""
    for number, other in enumerate(behind, start=1):
        chosen = choose_engine(other)[0]
        name = model_name(other, chosen)
        part = "fallback" if number == 1 else f"fallback_{number}"
        _note(lineage, part, model_version(name, source_of(other, chosen)), written_by=name)


def _note_model(settings: ModelSettings, lineage: Lineage) -> Version:
    """Blocking."""
    engine = choose_engine(settings)[0]
    name = model_name(settings, engine)
    version = model_version(name, source_of(settings, engine))
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
