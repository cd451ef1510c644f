"""The shop's rules: every document is there, written from the facts, and none contradicts another."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from assistant.shops.demo.policies import policies
from assistant.shops.demo.policy_facts import FACTS
from retrieval.policies import Policy

NEEDED = {"returns", "shipping", "warranty", "price-match", "payment", "privacy", "gift-cards", "loyalty"}


def text_of(id: str, documents: tuple[Policy, ...]) -> str:
    return next(policy.text for policy in documents if policy.id == id)


def test_every_needed_document_is_there_in_sections() -> None:
    documents = policies()
    assert len({policy.id for policy in documents}) == len(documents) == 12
    assert {policy.id for policy in documents} >= NEEDED
    for policy in documents:
        assert policy.text.startswith("## ")
        assert policy.text.count("## ") >= 3
        assert "{" not in policy.text and "<" not in policy.text


def test_texts_state_the_facts() -> None:
    documents = policies()
    assert "within 30 days of delivery" in text_of("returns", documents)
    assert "Standard shipping costs $6.95. It is free for orders from $75." in text_of("shipping", documents)
    assert "250 points are worth a reward of $10." in text_of("loyalty", documents)


def test_a_changed_fact_changes_every_document_that_speaks_of_it() -> None:
    changed = policies(replace(FACTS, return_window_days=45, free_shipping_from=Decimal("99.50")))
    assert "45 days" in text_of("returns", changed) and "45 days" in text_of("sizing", changed)
    assert "$99.50" in text_of("shipping", changed)
    assert not any("30 days of delivery" in policy.text for policy in changed)


def test_the_window_for_returns_is_the_same_wherever_it_is_named() -> None:
    windows = [
        days
        for policy in policies()
        for days in re.findall(r"within (\d+) days of delivery", policy.text, re.IGNORECASE)
    ]
    assert len(windows) >= 3
    assert set(windows) == {str(FACTS.return_window_days)}
