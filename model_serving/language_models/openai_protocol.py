"""A client of any server that speaks OpenAI's chat completions: our own engines, vLLM, a gateway, a hosted service.

`serving` builds it, `admission` and `router` stand before it; `openai_wire` and `server_sent_events` hold what is pure.
Always streams: a plain answer cannot be cancelled in llama.cpp (measured: it ran on for 24 s).
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import anyio
import httpx

from model_serving.affinity import affinity_key, cache_salt, trace_parent
from model_serving.chat import ChatMessage, ModelDelta, Priority, Sampling, ToolSpec
from model_serving.errors import InvalidModelOutput, ModelError, ModelTimeout, ModelUnavailable
from model_serving.language_models.openai_wire import ChunkReader, Dialect, refusal, request_body
from model_serving.language_models.server_sent_events import EventStreamParser

Found = TypeVar("Found")

CONNECT_TIMEOUT = 3.0
SPARE_TOKENS = 64
LONGEST_TOKEN = 64
"""Characters on average, generously: a reply beyond `max_tokens` times this has not stopped where it was told to."""
LONGEST_REFUSAL = 1 << 16
NO_STREAM = {"text/html", "application/json"}
"""What a gateway's page of errors, and a server that does not know `stream`, call their answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a server listens. `url` is without `/v1`."""

    url: str
    model: str
    dialect: Dialect = "openai"
    api_key: str = ""
    ready_path: str = "/v1/models"
    """Answers 200 when calls would be served."""


Locate = Callable[[], Endpoint]
"""The endpoint as of now. Raises ModelUnavailable while there is none: an engine moves to another port when it restarts."""


class OpenAIModel:
    """LanguageModel over `locate()`. Safe for concurrent calls. Use `open_openai_model`."""

    def __init__(self, name: str, locate: Locate, client: httpx.AsyncClient) -> None:
        self._name, self._locate, self._client = name, locate, client
        self._secret = secrets.token_bytes(32)

    @property
    def name(self) -> str:
        return self._name

    @asynccontextmanager
    async def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        tools: Sequence[ToolSpec] = (),
        schema: Mapping[str, Any] | None = None,
        sampling: Sampling = Sampling(),
        priority: Priority = "live",
        deadline: float = 30.0,
    ) -> AsyncIterator[AsyncIterator[ModelDelta]]:
        due = anyio.current_time() + deadline
        endpoint = self._locate()
        body = request_body(
            endpoint.model,
            messages,
            tools=tools,
            schema=schema,
            sampling=sampling,
            priority=priority,
            dialect=endpoint.dialect,
            cache_salt=cache_salt(self._secret),
        )
        request = self._client.build_request(
            "POST", f"{endpoint.url}/v1/chat/completions", json=body, headers=headers(endpoint)
        )
        clock = _Clock(due=due, deadline=deadline, url=endpoint.url)
        response = await clock.run(self._send(request))
        try:
            yield _Deltas(response, clock, most_tokens=sampling.max_tokens)
        finally:
            with anyio.CancelScope(shield=True):
                await response.aclose()  # with `Connection: close` this is what stops the engine

    async def _send(self, request: httpx.Request) -> httpx.Response:
        response = await self._client.send(request, stream=True)
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if response.status_code == 200 and kind not in NO_STREAM:
            return response
        try:
            if response.status_code == 200:
                raise InvalidModelOutput(f"the engine answered with {kind}, not with a stream of events")
            body = await _head(response, LONGEST_REFUSAL)
        finally:
            with anyio.CancelScope(shield=True):
                await response.aclose()
        raise refusal(response.status_code, body, response.headers.get("Retry-After", ""))

    async def ready(self) -> bool:
        """Own engines: their watcher's word. Others: whether they list their models."""
        try:
            endpoint = self._locate()
            if endpoint.dialect == "llama_cpp":
                return True
            with anyio.fail_after(CONNECT_TIMEOUT):
                answer = await self._client.get(f"{endpoint.url}{endpoint.ready_path}", headers=headers(endpoint))
        except (ModelError, httpx.HTTPError, httpx.InvalidURL, TimeoutError):
            return False
        return answer.status_code == 200


def headers(endpoint: Endpoint) -> dict[str, str]:
    found = {}
    if endpoint.dialect == "llama_cpp":
        # It closes after each stream though it promises keep-alive: 5 of 60 reused connections were dropped.
        found["Connection"] = "close"
    if endpoint.api_key:
        found["Authorization"] = f"Bearer {endpoint.api_key}"
    if key := affinity_key():
        found["x-session-id"] = key
    if parent := trace_parent.get():
        found["traceparent"] = parent()
    return found


class _Deltas:
    """Deltas of one response. No generator, so that a reader who leaves early leaves nothing half-run."""

    def __init__(self, response: httpx.Response, clock: _Clock, *, most_tokens: int) -> None:
        self._bytes = response.aiter_bytes()
        self._clock = clock
        self._events, self._chunks = EventStreamParser(), ChunkReader()
        self._waiting: list[ModelDelta] = []
        self._ended = False
        self._room = (most_tokens + SPARE_TOKENS) * LONGEST_TOKEN

    def __aiter__(self) -> AsyncIterator[ModelDelta]:
        return self

    async def __anext__(self) -> ModelDelta:
        while not self._waiting:
            if self._ended:
                raise StopAsyncIteration
            chunk = await self._clock.run(self._next_chunk())
            self._take(chunk)
        return self._waiting.pop(0)

    async def _next_chunk(self) -> bytes | None:
        return await anext(self._bytes, None)

    def _take(self, chunk: bytes | None) -> None:
        if chunk is None:
            self._end()
            return
        for data in self._events.feed(chunk):
            if data == "[DONE]":
                self._end()
                return
            delta = self._chunks.read(data)
            if delta is not None:
                self._room -= max(1, len(delta.text))
                self._waiting.append(delta)
            self._bound()

    def _bound(self) -> None:
        if self._room < self._chunks.held:
            raise InvalidModelOutput("the engine did not stop at the number of tokens it was given")

    def _end(self) -> None:
        if not self._chunks.finished:
            raise ModelUnavailable("the engine broke off in the middle of a reply", way_out="ask again")
        self._ended = True
        self._waiting.append(self._chunks.last())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clock:
    """Runs what talks to `url` until it is due, and says in our words what went wrong."""

    due: float
    deadline: float
    url: str

    async def run(self, work: Awaitable[Found]) -> Found:
        try:
            with anyio.fail_after(max(0.0, self.due - anyio.current_time())):
                return await work
        except TimeoutError as error:
            raise ModelTimeout(seconds=self.deadline) from error
        except httpx.TimeoutException as error:
            raise ModelUnavailable(
                f"{self.url} does not accept connections", way_out="is the engine running?"
            ) from error
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
            raise ModelUnavailable(
                f"the connection to {self.url} failed ({_why(error)})", way_out="is the engine running?"
            ) from error


def _why(error: Exception) -> str:
    said = str(error)
    if "not known" in said or "getaddrinfo" in said or "nodename" in said:
        return "there is no host of this name"
    if "CERTIFICATE" in said:
        return "its certificate cannot be trusted"
    return type(error).__name__


async def _head(response: httpx.Response, size: int) -> str:
    found = b""
    async for chunk in response.aiter_bytes():
        found += chunk
        if len(found) >= size:
            break
    return found[:size].decode(errors="replace")


@asynccontextmanager
async def open_openai_model(name: str, locate: Locate, *, connections: int = 256) -> AsyncIterator[OpenAIModel]:
    """name: as recorded in `written_by`."""
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=32)
    timeout = httpx.Timeout(None, connect=CONNECT_TIMEOUT)  # deadlines bound the rest
    async with httpx.AsyncClient(limits=limits, timeout=timeout, trust_env=False) as client:
        yield OpenAIModel(name, locate, client)
