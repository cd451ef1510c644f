"""The state hash: what a client computes from the wire's events is what the server gives, for any log."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given

from assistant.conversation import Conversation
from assistant.events import event_to_wire
from assistant.state_hash import hash_of, state_hash, told_apart
from tests.assistant.any_log import logs
from tests.assistant.wire_state import canonical, folded, hashed

VECTORS = json.loads((Path(__file__).parent / "state_hash_vectors.json").read_text(encoding="utf-8"))["vectors"]


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_each_published_vector_is_what_its_events_hash_to(vector):
    state = folded(vector["events"])
    assert canonical(state) == vector["canonical"]
    assert hashed(state) == hash_of(state) == vector["state_hash"]


def test_the_vectors_are_told_apart_and_a_public_screen_is_not():
    hashes = {vector["name"]: vector["state_hash"] for vector in VECTORS}
    assert hashes.pop("a public screen's masked events give the same hash") == hashes["a confirmation is pending"]
    assert len(set(hashes.values())) == len(hashes)


@given(logs)
def test_a_client_that_has_only_the_wires_events_has_the_servers_hash_at_every_seq(log):
    state = None
    for number, event in enumerate(log, 1):
        state = Conversation(id=event.conversation).applying(event) if state is None else state.applying(event)
        wire = [json.loads(json.dumps(event_to_wire(event))) for event in log[:number]]
        assert told_apart(state) == folded(wire)
        assert state_hash(state) == hashed(folded(wire))
