"""Waiting for a model to answer: for a switch to another version, for benches and checks. A conversation never waits."""

from __future__ import annotations

import anyio

from model_serving.chat import ChatMessage, Sampling
from model_serving.errors import ModelLoading, ModelTimeout, Overloaded
from model_serving.ports import LanguageModel


async def wait_until_ready(model: LanguageModel, *, timeout: float) -> None:
    """Raises ModelTimeout after `timeout` seconds, or at once what waiting will not cure."""
    with anyio.move_on_after(timeout):
        while True:
            try:
                if await model.ready():
                    return
                async with model.stream([ChatMessage(role="user", content="")], sampling=Sampling(max_tokens=1)):
                    return
            except (ModelLoading, Overloaded):
                await anyio.sleep(0.05)
    raise ModelTimeout(seconds=timeout)
