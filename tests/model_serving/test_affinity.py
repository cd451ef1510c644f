"""Whose call it is, and the try it is."""

from __future__ import annotations

from contextvars import copy_context

from model_serving.affinity import affinity_key, cache_salt, customer_id, elsewhere, session_id


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


def salt_of(customer: str, conversation: str, secret: bytes = b"s" * 32) -> str:
    def salted() -> str:
        customer_id.set(customer)
        session_id.set(conversation)
        return cache_salt(secret)

    return copy_context().run(salted)


def test_each_customers_prompts_are_cached_apart() -> None:
    assert salt_of("ann", "c_1") == salt_of("ann", "c_2") != salt_of("bob", "c_1")
    assert salt_of("", "c_1") == salt_of("", "c_1") != salt_of("", "c_2")
    assert salt_of("c_1", "") != salt_of("", "c_1"), "a customer named like a conversation is not it"
    assert salt_of("", "") != salt_of("", ""), "what is nobody's is shared with nobody"


def test_a_salt_cannot_be_worked_out_from_a_name() -> None:
    assert salt_of("ann", "c_1") != salt_of("ann", "c_1", b"t" * 32) and "ann" not in salt_of("ann", "c_1")
