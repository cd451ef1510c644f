"""OpenAI's chat completions as JSON: our words to a request's body, a stream's chunks and refusals to our words. Pure.

`openai_protocol` sends and receives them. Only the forms that vLLM and llama.cpp both honour: `response_format` with a
JSON schema; the older `guided_*` fields are ignored by both without a word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from model_serving.chat import ChatMessage, ModelDelta, Priority, Sampling, ToolCall, ToolSpec, Usage
from model_serving.errors import ContextOverflow, InvalidModelOutput, ModelError, ModelUnavailable, Overloaded

Dialect = Literal["vllm", "llama_cpp", "openai"]
"""What the server understands beyond the common ground."""

RANK: Mapping[Priority, int] = {"live": 0, "draft": 10, "batch": 20}
"""vLLM serves the lower number first."""
BUSY = {408, 429, 502, 503, 504}
"""408 is vllm-router's answer when its queue is full; 502 and 504 come from gateways before a replica that restarts."""
DEFAULT_RETRY_AFTER = 1.0
LONGEST_RETRY_AFTER = 60.0
MOST_TOKENS = 2_048
"""Of one answer, whatever is asked for: every answer is one, and none is endless."""


def request_body(
    model: str,
    messages: Sequence[ChatMessage],
    *,
    tools: Sequence[ToolSpec],
    schema: Mapping[str, Any] | None,
    sampling: Sampling,
    priority: Priority,
    dialect: Dialect,
    cache_salt: str = "",
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": model,
        "messages": [_message(message) for message in messages],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": sampling.temperature,
        "max_tokens": min(sampling.max_tokens, MOST_TOKENS),
        "n": 1,
    }
    if sampling.stop:
        body["stop"] = list(sampling.stop)
    if sampling.seed is not None:
        body["seed"] = sampling.seed
    if tools:
        body["tools"] = [_tool(tool) for tool in tools]
    if schema is not None:
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "reply", "schema": dict(schema), "strict": True},
        }
    if dialect == "vllm":
        body["priority"] = RANK[priority]
        if cache_salt:
            body["cache_salt"] = cache_salt
    if dialect == "llama_cpp":
        body["cache_prompt"] = True
        # Without it nothing is sent while a prompt is read, and so nobody notices that its reader has left.
        body["return_progress"] = True
    return body


def _message(message: ChatMessage) -> dict[str, Any]:
    written: dict[str, Any] = {"role": message.role, "content": _encodable(message.content)}
    if message.tool_call_id:
        written["tool_call_id"] = message.tool_call_id
    if message.tool_calls:
        written["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    return written


def _encodable(text: str) -> str:
    return text.encode(errors="replace").decode()


def _tool(tool: ToolSpec) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters), "strict": True}
    return {"type": "function", "function": function}


class ChunkReader:
    """One stream's chunks to deltas. Pieces of a tool call are joined and handed over whole, at the end."""

    def __init__(self) -> None:
        self._calls: dict[int, dict[str, str]] = {}
        self._finish: Literal["stop", "length", "tool_calls", ""] = ""
        self._usage: Usage | None = None
        self.held = 0
        """Characters of the calls so far, more or less: they are kept until the end, so a bound is for the caller to set."""

    @property
    def finished(self) -> bool:
        return bool(self._finish)

    def read(self, data: str) -> ModelDelta | None:
        """The words of one event, if it has any. Raises InvalidModelOutput, or what an error event stands for."""
        try:
            chunk = json.loads(data)
        except (json.JSONDecodeError, RecursionError) as error:
            raise InvalidModelOutput("the engine sent an event that is not JSON") from error
        if not isinstance(chunk, dict):
            raise InvalidModelOutput("the engine sent an event that is no object")
        if problem := chunk.get("error"):
            raise refusal(_status_of(problem), json.dumps({"error": problem}))
        try:
            return self._take(chunk)
        except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
            raise InvalidModelOutput("the engine sent an event of an unknown shape") from error

    def last(self) -> ModelDelta:
        calls = tuple(
            ToolCall(id=call["id"] or f"call_{index}", name=call["name"], arguments=call["arguments"])
            for index, call in sorted(self._calls.items())
        )
        return ModelDelta(tool_calls=calls, finish=self._finish, usage=self._usage)

    def _take(self, chunk: Mapping[str, Any]) -> ModelDelta | None:
        if usage := chunk.get("usage"):
            self._usage = _usage(usage)
        choices = chunk.get("choices") or []
        if not choices:
            return None
        delta = choices[0].get("delta") or {}
        for piece in delta.get("tool_calls") or ():
            self._add(piece)
        if reason := choices[0].get("finish_reason"):
            self._finish = reason if reason in ("length", "tool_calls") else "stop"
        text = delta.get("content") or ""
        if not isinstance(text, str):
            raise TypeError(text)
        text.encode()  # half a surrogate pair would fail later, where nobody expects it
        return ModelDelta(text=text) if text else None

    def _add(self, piece: Mapping[str, Any]) -> None:
        call = self._calls.setdefault(int(piece.get("index") or 0), {"id": "", "name": "", "arguments": ""})
        function = piece.get("function") or {}
        call["id"] = call["id"] or str(piece.get("id") or "")
        call["name"] = call["name"] or str(function.get("name") or "")
        call["arguments"] += (more := str(function.get("arguments") or ""))
        self.held += max(1, len(more))


def _usage(found: Mapping[str, Any]) -> Usage:
    details = found.get("prompt_tokens_details") or {}
    return Usage(
        prompt_tokens=int(found.get("prompt_tokens") or 0),
        cached_tokens=int(details.get("cached_tokens") or 0),
        completion_tokens=int(found.get("completion_tokens") or 0),
    )


def _status_of(error: Any) -> int:
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) else 500


CONTEXT = re.compile(
    r"context (?:length|size|window)|exceed_context_size|maximum (?:model|context) length", re.IGNORECASE
)


def refusal(status: int, body: str, retry_after: str = "") -> ModelError:
    """What an answer other than 200 means."""
    if status in BUSY:
        return Overloaded(retry_after=_seconds(retry_after))
    if status in (400, 413) and CONTEXT.search(body):
        return _overflow(body)
    if status in (401, 403):
        return ModelUnavailable(
            "the engine refuses our key", way_out="set AISLE_MODEL_API_KEY or AISLE_MODEL_API_KEY_FILE"
        )
    if status in (404, 405) and not body.lstrip().startswith("{"):
        return ModelUnavailable(
            f"there is no OpenAI-compatible API at this address (it answers {status})",
            way_out="correct AISLE_MODEL_ENDPOINT_URL: the part before /v1",
        )
    if status == 404:
        return ModelUnavailable(
            "the engine does not serve this model", way_out="set AISLE_MODEL_NAME to one it lists at /v1/models"
        )
    return ModelUnavailable(f"the engine answered {status}: {_detail(body)}", way_out="see its log")


def _detail(body: str) -> str:
    """The engine's own words, short; never the request."""
    try:
        error = json.loads(body)["error"]
        text = str(error["message"] if isinstance(error, dict) else error)
    except (ValueError, KeyError, TypeError, RecursionError):
        text = body
    return " ".join(text.split())[:160]


def _overflow(body: str) -> ContextOverflow:
    limit = _first(body, r'"n_ctx"\s*:\s*(\d+)', r"(?:length|size|window) (?:is|of) (\d+)", r"limit(?: is|:)? (\d+)")
    tokens = _first(
        body,
        r'"n_prompt_tokens"\s*:\s*(\d+)',
        r"\((\d+) in the messages",
        r"requested (\d+)",
        r"(?:contains|has) (?:at least )?(\d+)",
        r"\((\d+) tokens\)",
    )
    return ContextOverflow(tokens=tokens, limit=limit)


def _first(text: str, *patterns: str) -> int:
    found = (re.search(pattern, text) for pattern in patterns)
    return next((int(match.group(1)) for match in found if match), 0)


def _seconds(header: str) -> float:
    try:
        seconds = float(header)
    except ValueError:
        return DEFAULT_RETRY_AFTER
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER) if seconds == seconds else DEFAULT_RETRY_AFTER
