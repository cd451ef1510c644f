"""What is published about the protocol: OpenAPI and AsyncAPI name every call and every frame."""

from __future__ import annotations

import json
import re

import pytest

from channels.app import create_app
from channels.asyncapi import asyncapi_document
from channels.settings import ChannelSettings
from tests.channels.house import build_house

CALLS = {
    ("post", "/v1/conversations"),
    ("get", "/v1/conversations/{conversation_id}"),
    ("get", "/v1/conversations/{conversation_id}/events"),
    ("post", "/v1/conversations/{conversation_id}/messages"),
    ("post", "/v1/conversations/{conversation_id}/actions"),
    ("post", "/v1/conversations/{conversation_id}/audio"),
    ("post", "/v1/conversations/{conversation_id}/feedback"),
    ("post", "/v1/conversations/{conversation_id}/interrupt"),
    ("get", "/v1/conversations/{conversation_id}/stream"),
    ("post", "/v1/conversations/{conversation_id}/transfer_codes"),
    ("post", "/v1/transfer_codes/{code}/redeem"),
    ("post", "/v1/conversations/{conversation_id}/leave"),
    ("get", "/v1/products"),
    ("get", "/v1/products/{product_id}"),
    ("get", "/v1/stores"),
    ("get", "/v1/admin/models"),
    ("get", "/v1/admin/models/history"),
    ("post", "/v1/admin/models/{kind}/promote"),
    ("post", "/v1/admin/models/{kind}/rollback"),
    ("post", "/v1/admin/models/{kind}/pin"),
    ("post", "/v1/admin/models/{kind}/unpin"),
    ("post", "/v1/admin/models/canary/start"),
    ("post", "/v1/admin/models/canary/stop"),
    ("get", "/healthz"),
    ("get", "/readyz"),
    ("get", "/metrics"),
}
CLIENT = {"hello", "message", "action", "typing", "interrupt", "ack", "ping", "audio_start", "audio_end", "played"}
SERVER = {"welcome", "accepted", "event", "delta", "snapshot", "live", "reset", "signal", "error", "pong"} | {
    "speech_start",
    "speech_end",
    "speech_stop",
}


@pytest.fixture
def openapi(tmp_path):
    app = create_app(build_house(tmp_path), ChannelSettings())
    yield app.openapi()


def test_openapi_names_every_call(openapi):
    published = {(method, path) for path, methods in openapi["paths"].items() for method in methods}
    assert published >= CALLS


def test_every_reference_of_openapi_leads_somewhere(openapi):
    for name in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(openapi)):
        assert name in openapi["components"]["schemas"]


def test_every_error_is_a_problem_and_the_token_is_asked_for(openapi):
    for path, methods in openapi["paths"].items():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                if status >= "4":
                    assert list(response["content"]) == ["application/problem+json"]
            if "{conversation_id}" in path:
                scheme = "agent_token" if path.startswith("/v1/desk") else "conversation_token"
                assert operation["security"] == [{scheme: []}]
    assert "HTTPValidationError" not in json.dumps(openapi)


def test_asyncapi_names_every_frame_and_its_references_lead_somewhere():
    document = asyncapi_document()
    operations = document["operations"]
    assert {reference_name(one) for one in operations["receiveFromClient"]["messages"]} == CLIENT
    assert {reference_name(one) for one in operations["sendToClient"]["messages"]} == SERVER
    for name in re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)):
        assert name in document["components"]["schemas"]
    assert "note_added" not in json.dumps(document)


def reference_name(reference):
    return reference["$ref"].rsplit("/", 1)[1]
