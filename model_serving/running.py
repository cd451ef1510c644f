"""Keeps running what serves the language model, and knows where it is: one engine, replicas, or addresses elsewhere.

`serving` chooses among these; below are `engines`. Each task runs until it is cancelled and leaves nothing behind.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio

from model_serving.engines import vllm, vllm_router
from model_serving.engines.child import EngineProcess, Launch, free_port, watched
from model_serving.errors import ModelLoading, ModelUnavailable
from model_serving.language_models.openai_protocol import Endpoint
from model_serving.language_models.openai_wire import Dialect
from model_serving.settings import ModelSettings

OnProgress = Callable[[str], None]
Prepare = Callable[[], Awaitable[Launch]]
"""Finds or makes the weights. Raises ModelUnavailable."""


class EngineSlot:
    """Where the engine is, as the model's client asks before each call."""

    def __init__(self, *, model: str, dialect: Dialect, api_key: str) -> None:
        self.model, self._dialect, self.api_key = model, dialect, api_key
        self.engine: EngineProcess | None = None
        self.engines: list[EngineProcess] = []
        """All that run for this model, replicas and their router included."""
        self.trouble: ModelUnavailable | None = None

    def locate(self) -> Endpoint:
        """Raises ModelUnavailable while the engine loads, restarts or cannot start."""
        if self.trouble is not None:
            raise ModelUnavailable(self.trouble.reason, way_out=self.trouble.way_out)
        if self.engine is None:
            raise ModelLoading("the model is still loading", way_out="try again shortly")
        return Endpoint(
            url=self.engine.address,
            model=self.model,
            dialect=self._dialect,
            api_key=self.api_key,
            ready_path="/readiness" if self.engine.launch.engine == vllm_router.NAME else "/v1/models",
        )


Serving = Callable[[EngineSlot, Path, OnProgress], Coroutine[Any, Any, None]]
"""Fills the slot; logs go to the folder."""


def serve_one(prepare: Prepare) -> Serving:
    async def serve(slot: EngineSlot, logs: Path, on_progress: OnProgress) -> None:
        launch = await _prepared(prepare, slot, on_progress)
        if launch is None:
            return
        log = logs / f"{launch.engine}{f'-{slot.model}' if '@' in slot.model else ''}.log"  # a version beside another
        async with watched(launch, log_path=log, on_change=on_progress) as engine:
            slot.engine = engine
            slot.engines.append(engine)
            await anyio.sleep_forever()

    return serve


def serve_replicas(prepare: Prepare, settings: ModelSettings) -> Serving:
    """Several engines of one model on this machine, and the router before them."""

    async def serve(slot: EngineSlot, logs: Path, on_progress: OnProgress) -> None:
        launch = await _prepared(prepare, slot, on_progress)
        if launch is None:
            return
        launches = replicas(launch, count=settings.replicas, gpus_each=settings.tensor_parallel)
        async with AsyncExitStack() as stack:
            for one in launches:
                log = logs / f"{one.engine}.log"
                engine = await stack.enter_async_context(watched(one, log_path=log, on_change=on_progress))
                slot.engines.append(engine)
            addresses = [f"http://127.0.0.1:{one.port}" for one in launches]
            await route_to(addresses, settings)(slot, logs, on_progress)

    return serve


def route_to(addresses: Sequence[str], settings: ModelSettings) -> Serving:
    """The router alone, before replicas that somebody else runs."""

    async def serve(slot: EngineSlot, logs: Path, on_progress: OnProgress) -> None:
        start = settings.start_timeout or vllm.START_TIMEOUT
        launch = vllm_router.launch(
            vllm_router.RouterOptions(workers=addresses, at_once=settings.at_once, start_timeout=start)
        )
        async with watched(launch, log_path=logs / f"{launch.engine}.log", on_change=on_progress) as router:
            slot.engine = router
            slot.engines.append(router)
            await anyio.sleep_forever()

    return serve


async def _prepared(prepare: Prepare, slot: EngineSlot, on_progress: OnProgress) -> Launch | None:
    try:
        return await prepare()
    except ModelUnavailable as trouble:
        slot.trouble = trouble
        on_progress(f"no language model, templates answer ({trouble})")
        return None


def replicas(launch: Launch, *, count: int, gpus_each: int) -> tuple[Launch, ...]:
    """The same engine several times, each on a port that it keeps and on GPUs of its own."""
    named = os.environ.get("CUDA_VISIBLE_DEVICES", "")
    gpus = named.split(",") if named else [str(number) for number in range(count * gpus_each)]
    return tuple(
        replace(
            launch,
            engine=f"{launch.engine}-{number}",
            port=free_port(),
            environment={
                **launch.environment,
                "CUDA_VISIBLE_DEVICES": ",".join(gpus[number * gpus_each : (number + 1) * gpus_each]),
            },
        )
        for number in range(count)
    )


def elsewhere(settings: ModelSettings, name: str) -> Callable[[], Endpoint]:
    """Where a server that somebody else runs is."""

    def locate() -> Endpoint:
        return Endpoint(
            url=settings.endpoint_url, model=name, dialect=settings.endpoint_dialect, api_key=key_of(settings)
        )

    return locate


def key_of(settings: ModelSettings) -> str:
    """Raises ModelUnavailable."""
    try:
        return settings.key()
    except OSError as error:
        raise ModelUnavailable(
            f"the key file {str(settings.api_key_file)!r} cannot be read ({error.strerror})",
            way_out="correct AISLE_MODEL_API_KEY_FILE",
        ) from error
