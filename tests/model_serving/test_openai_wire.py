"""Requests, chunks and refusals as JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_serving.chat import ChatMessage, Sampling, ToolCall, ToolSpec
from model_serving.errors import ContextOverflow, InvalidModelOutput, ModelError, ModelUnavailable, Overloaded
from model_serving.language_models.openai_wire import MOST_TOKENS, ChunkReader, Dialect, refusal, request_body

KEYS = st.sampled_from(["choices", "delta", "content", "usage", "error", "index", "tool_calls", "function"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner),
    max_leaves=12,
)


def body_for(dialect: Dialect, **changes: object) -> dict[str, object]:
    options: dict[str, object] = {"tools": (), "schema": None, "sampling": Sampling(), "priority": "draft", **changes}
    return request_body("m", [ChatMessage(role="user", content="hi")], dialect=dialect, **options)  # type: ignore[arg-type]


def test_priority_goes_to_vllm_alone() -> None:
    assert body_for("vllm")["priority"] == 10
    assert "priority" not in body_for("openai") and "priority" not in body_for("llama_cpp")


def test_a_schema_is_sent_in_the_form_both_engines_honour() -> None:
    schema = {"type": "object"}
    body = body_for("openai", schema=schema)
    assert body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "reply", "schema": schema, "strict": True},
    }
    assert not any(key.startswith("guided") for key in body)


def test_tools_and_their_answers_are_written_in_pairs() -> None:
    call = ToolCall(id="c1", name="stock", arguments="{}")
    body = request_body(
        "m",
        [
            ChatMessage(role="assistant", content="", tool_calls=(call,)),
            ChatMessage(role="tool", content="3", tool_call_id="c1"),
        ],
        tools=[ToolSpec(name="stock", description="how many", parameters={"type": "object"})],
        schema=None,
        sampling=Sampling(stop=("\n",), seed=7),
        priority="live",
        dialect="openai",
    )
    assert body["messages"][0]["tool_calls"][0]["id"] == body["messages"][1]["tool_call_id"] == "c1"
    assert body["tools"][0]["function"]["strict"] is True
    assert (body["stop"], body["seed"], body["stream"]) == (["\n"], 7, True)


@given(st.text())
def test_any_text_can_be_sent(text: str) -> None:
    options = body_for("openai")
    assert options["model"] == "m"
    body = request_body(
        "m", [ChatMessage(role="user", content=text + "\ud800")], tools=(), schema=None, sampling=Sampling(), priority="live",
        dialect="openai",
    )  # fmt: skip
    assert json.dumps(body, ensure_ascii=False).encode()


@given(JSON)
def test_a_chunk_of_any_shape_is_read_or_refused(chunk: object) -> None:
    try:
        delta = ChunkReader().read(json.dumps(chunk))
    except ModelError:
        return
    assert delta is None or delta.text


@pytest.mark.parametrize(
    "data", ["", "{", "[" * 100_000, "5", '{"choices": [{"delta": "x"}]}', '{"choices": {"a": 1}}']
)
def test_what_is_no_chunk_is_refused(data: str) -> None:
    with pytest.raises(InvalidModelOutput):
        ChunkReader().read(data)


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_busy_answers_are_overload(status: int) -> None:
    error = refusal(status, "", "7")
    assert isinstance(error, Overloaded) and error.retry_after == 7


@pytest.mark.parametrize(("header", "seconds"), [("", 1), ("soon", 1), ("nan", 1), ("-3", 0), ("1e9", 60)])
def test_a_retry_after_is_never_believed_beyond_reason(header: str, seconds: float) -> None:
    error = refusal(429, "", header)
    assert isinstance(error, Overloaded) and error.retry_after == seconds


@pytest.mark.parametrize(
    ("status", "words"), [(401, "AISLE_MODEL_API_KEY"), (404, "AISLE_MODEL_NAME"), (500, "answered 500")]
)
def test_other_refusals_name_the_way_out(status: int, words: str) -> None:
    error = refusal(status, '{"error": {"message": "no"}}')
    assert isinstance(error, ModelUnavailable) and words in str(error)


def test_a_refused_request_that_is_not_about_context_is_not_called_so() -> None:
    assert not isinstance(refusal(400, '{"error": {"message": "bad temperature"}}'), ContextOverflow)


def test_whatever_is_asked_for_an_answer_is_one_and_ends() -> None:
    body = body_for("openai", sampling=Sampling(max_tokens=10**9))
    assert (body["n"], body["max_tokens"]) == (1, MOST_TOKENS)


def test_the_salt_of_a_customers_cache_goes_to_vllm_alone() -> None:
    assert body_for("vllm", cache_salt="s")["cache_salt"] == "s"
    assert "cache_salt" not in body_for("openai", cache_salt="s") and "cache_salt" not in body_for("vllm")
