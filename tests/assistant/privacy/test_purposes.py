"""Which purposes are allowed: one decision out of defaults, choices, the browser and the shop's own flags."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.events import PURPOSES, Purpose
from assistant.privacy.consents import browser_says
from assistant.privacy.periods import period
from assistant.privacy.privacy_rules import InvalidPrivacyRules, read_rules
from assistant.privacy.purposes import Choice, ConsentRules, permits, region_of_locale, turned_off_by
from assistant.shops.records import Customer
from tests.assistant.small_shop import CUSTOMERS

RULES = ConsentRules()
PURPOSE = st.sampled_from(PURPOSES)
CHOSEN = st.dictionaries(PURPOSE, st.builds(Choice, given=st.booleans()))
HERE = st.dictionaries(PURPOSE, st.booleans())
RECORDS = st.builds(
    lambda sell, out: replace(CUSTOMERS[0], do_not_sell=sell, opt_out=out), st.booleans(), st.booleans()
)


@given(here=HERE, chosen=CHOSEN, record=RECORDS, purpose=PURPOSE)
def test_an_off_anywhere_is_off(
    here: dict[str, bool], chosen: dict[str, Choice], record: Customer, purpose: Purpose
) -> None:
    may = permits(RULES, here=here, chosen=chosen, record=record).may(purpose)
    off_here, off_chosen = here.get(purpose) is False, purpose in chosen and not chosen[purpose].given
    if off_here or off_chosen or purpose in turned_off_by(record, RULES):
        assert not may
    elif purpose in here or purpose in chosen:
        assert may
    else:
        assert may == RULES.defaults[purpose]


def test_the_shops_flags_turn_off_what_they_name_and_no_customer_turns_it_on_here() -> None:
    record = replace(CUSTOMERS[0], do_not_sell=True)
    told = permits(RULES, here={"training": True}, chosen={"training": Choice(given=True)}, record=record)
    assert not told.may("training") and not told.may("personalisation") and told.may("memory")
    assert not told.changeable("training") and told.changeable("memory")
    assert not any(permits(RULES, record=replace(record, opt_out=True)).may(one) for one in PURPOSES)


def test_defaults_differ_by_country() -> None:
    rules = ConsentRules(regions={"EEA": {"memory": False}, "FR": {"memory": True, "analytics": False}})
    assert permits(rules, region="US").may("memory")
    assert not permits(rules, region="DE").may("memory")
    assert permits(rules, region="FR").may("memory") and not permits(rules, region="FR").may("analytics")
    german = replace(CUSTOMERS[0], address=replace(CUSTOMERS[0].address, country="Germany"))
    assert not permits(rules, region="US", record=german).may("memory")


def test_the_region_comes_from_a_locale_that_has_one() -> None:
    assert [region_of_locale(one) for one in ("de-AT", "en_GB", "de", "zh-Hant")] == ["AT", "GB", "", ""]


def test_a_browsers_signal_leaves_what_the_customer_chose_themselves() -> None:
    said = browser_says(RULES, {"memory"})
    assert {one.purpose for one in said} == {"personalisation", "analytics", "marketing", "training"}
    assert all(one.source == "browser" and not one.given and one.notice == RULES.notice for one in said)


@pytest.mark.parametrize(
    ("text", "days"), [("1 day", 1), ("30 days", 30), (" 2 Years ", 730), ("6 months", 180), ("2 weeks", 14)]
)
def test_periods_are_written_as_people_write_them(text: str, days: int) -> None:
    found = period(text)
    assert found is not None and found.days == days


def test_for_ever_has_no_end() -> None:
    assert period("Forever") is None


@pytest.mark.parametrize("text", ["", "soon", "0 days", "-1 day", "30", "1 fortnight"])
def test_what_is_no_period_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"period|shortest"):
        period(text)


def test_a_shops_own_file_needs_only_what_differs(tmp_path: Path) -> None:
    (tmp_path / "privacy.yaml").write_text(
        "consent: {defaults: {memory: false}}\nretention: {messages: {call: 10 days}, hour: 1}\n"
    )
    rules = read_rules(tmp_path)
    assert not rules.consent.default("memory") and rules.consent.default("analytics")
    call, web = rules.retention.keeps("messages", "call"), rules.retention.keeps("messages", "web")
    assert call is not None and call.days == 10
    assert web is not None and web.days == 730
    assert rules.retention.hour == 1


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("consent: {defaults: {memroy: false}}", "memroy"),
        ("consent: {defaults: {memory: perhaps}}", "bool"),
        ("retention: {messages: {fax: 1 day}}", "fax"),
        ("retention: {messages: soon}", "soon"),
        ("retention: {letters: 1 day}", "letters"),
        ("retention: {hour: 25}", "25"),
        ("retention: [1]", "fields"),
        ("[1]", "hold"),
        ("a: b: c", "YAML"),
        ("erasure: {}", "erasure"),
    ],
)
def test_a_wrong_file_stops_with_what_is_wrong(tmp_path: Path, written: str, said: str) -> None:
    (tmp_path / "privacy.yaml").write_text(written)
    with pytest.raises(InvalidPrivacyRules, match=said):
        read_rules(tmp_path)
