"""Whose call it is, and the try it is."""

from __future__ import annotations

from model_serving.affinity import affinity_key, elsewhere, session_id


def test_a_conversation_keeps_its_key_and_each_further_try_has_another() -> None:
    token = session_id.set("c_a-private-name")
    first = affinity_key()
    with elsewhere():
        second = affinity_key()
        with elsewhere():
            third = affinity_key()
        assert session_id.get() == "c_a-private-name"
    assert affinity_key() == first
    assert len({first, second, third}) == 3 and "private" not in first
    session_id.reset(token)


def test_outside_a_conversation_there_is_no_key() -> None:
    assert affinity_key() == ""
