"""The rules of handoff as data: what a shop may write, what it is told when that makes no sense; opening hours alike."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.desk.handoff_rules import FILE, HandoffRule, InvalidHandoffRules, load_rules
from assistant.desk.opening_hours import FILE as HOURS
from assistant.desk.opening_hours import InvalidOpeningHours, load_hours
from assistant.handoff import Signs, fits, wanted

RULES = load_rules()


def test_the_rules_that_come_along_are_valid_and_have_every_sign() -> None:
    for sign in ("words", "mood", "unclear", "refused", "failed", "over", "asked"):
        assert any(getattr(rule, sign) for rule in RULES.rules), sign


def test_a_shops_own_file_takes_their_place(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("rules:\n  - {id: vip, do: hand_over, reason: vip, over: 10, priority: 3}\n")
    (rule,) = load_rules(tmp_path).rules
    assert rule.over == Decimal(10) and rule.priority == 3
    assert load_rules(tmp_path).asked.do == "hand_over"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("rules: 3", "a list named rules"),
        ("rules: [", "not YAML"),
        ("rules:\n  - {id: a, do: shout, reason: x, mood: upset}", "rule 1 ('a')"),
        ("rules:\n  - {id: a, do: offer, reason: x}", "exactly one of"),
        ("rules:\n  - {id: a, do: offer, reason: x, mood: upset, unclear: 2}", "exactly one of"),
        ("rules:\n  - {id: a, do: offer, reason: x, wish: 2}", "'wish' is not known"),
        ("rules:\n  - {id: a, do: offer, reason: x, unclear: -1}", "more than 0"),
        ("rules:\n  - {id: a, do: offer, reason: x, asked: true}", "do is hand_over"),
        ("rules:\n  - {id: a, do: offer, reason: '', mood: upset}", "a reason that agents can read"),
        ("rules:\n  - {id: a, do: offer, reason: x, words: {en: ['*']}}", "is empty"),
        (
            "rules:\n  - {id: a, do: offer, reason: x, mood: upset}\n  - {id: a, do: offer, reason: x, failed: 1}",
            "stands there twice",
        ),
    ],
)
def test_a_file_that_makes_no_sense_is_told_where(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(InvalidHandoffRules, match="rules of handoff") as caught:
        load_rules(tmp_path)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("I will do a chargeback", "legal"),
        ("my lawyers will write", ""),
        ("MY LAWYER will write", "legal"),
        ("me he lesionado con la tienda", "injury"),
        ("it got hurtful", ""),
        ("a GDPR question", "data_protection"),
        ("do you sell hospital bags", ""),
    ],
)
def test_words_are_whole_words(text: str, rule: str) -> None:
    found = wanted(Signs(words=text), RULES, already=())
    assert (found.id if found else "") == rule


def test_each_rule_fits_once() -> None:
    signs = Signs(mood="upset", troubles=("unclear", "unclear"), failed=2)
    seen: list[str] = []
    while (rule := wanted(signs, RULES, already=seen)) is not None:
        seen.append(rule.id)
    assert seen == ["failed", "angry", "unclear"]


@given(
    words=st.text(max_size=60), troubles=st.lists(st.sampled_from(["unclear", "refused", ""]), max_size=5), failed=st.integers(0, 5)
)  # fmt: skip
def test_whatever_happens_a_rule_that_has_fitted_never_fits_again(words: str, troubles: list[str], failed: int) -> None:
    signs = Signs(words=words, troubles=tuple(troubles), failed=failed, worth=Decimal(10_000))
    first = wanted(signs, RULES, already=())
    assert first is not None  # the worth alone is a reason
    again = wanted(signs, RULES, already=(first.id,))
    assert again is None or again.id != first.id


def test_a_row_is_broken_by_a_reply_that_went_well() -> None:
    rule = HandoffRule(id="u", do="offer", reason="x", unclear=2)
    assert fits(rule, Signs(troubles=("unclear", "unclear")))
    assert not fits(rule, Signs(troubles=("unclear", "", "unclear")))


# -- opening hours ---------------------------------------------------------------------------------------------------------

WEEK = """
time_zone: Europe/Berlin
week:
  monday: ["09:00-12:00", "13:00-18:00"]
  friday: "20:00-24:00"
holidays:
  2026-12-21: closed
  2026-12-28: ["10:00-11:00"]
"""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def test_without_a_file_it_is_always_open(tmp_path: Path) -> None:
    hours = load_hours(tmp_path)
    assert hours.is_open(at("2026-11-23T03:00+00:00")) and hours.opens_at(at("2026-11-23T03:00+00:00")) is None


@pytest.mark.parametrize(
    ("now", "is_open", "opens"),
    [
        ("2026-11-23T09:00+01:00", True, None),
        ("2026-11-23T08:59+01:00", False, "2026-11-23T09:00+01:00"),
        ("2026-11-23T12:00+01:00", False, "2026-11-23T13:00+01:00"),
        ("2026-11-23T18:00+01:00", False, "2026-11-27T20:00+01:00"),
        ("2026-11-27T23:59+01:00", True, None),
        ("2026-11-28T00:00+01:00", False, "2026-11-30T09:00+01:00"),
        ("2026-12-21T10:00+01:00", False, "2026-12-25T20:00+01:00"),
        ("2026-12-28T10:30+01:00", True, None),
        ("2026-12-28T09:30+01:00", False, "2026-12-28T10:00+01:00"),
        ("2026-06-29T08:30+02:00", False, "2026-06-29T09:00+02:00"),
    ],
)
def test_hours_hold_in_the_shops_time_zone_with_holidays(
    tmp_path: Path, now: str, is_open: bool, opens: str | None
) -> None:
    (tmp_path / HOURS).write_text(WEEK)
    hours = load_hours(tmp_path)
    assert hours.is_open(at(now)) is is_open
    assert hours.opens_at(at(now)) == (at(opens) if opens else None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("time_zone: Mars/Base\nweek: {}", "no time zone"),
        ("time_zone: UTC\nweek: {moonday: closed}", "no day of the week"),
        ("time_zone: UTC\nweek: {monday: '9 to 5'}", "no hours"),
        ("time_zone: UTC\nweek: {monday: '18:00-09:00'}", "ends before it begins"),
        ("time_zone: UTC\nweek: {}\nholidays: {christmas: closed}", "no day"),
        ("time_zone: UTC\nweek: {}\nhours: 3", "not known"),
        ("- a", "it is a table"),
    ],
)
def test_hours_that_make_no_sense_are_told_where(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / HOURS).write_text(text)
    with pytest.raises(InvalidOpeningHours) as caught:
        load_hours(tmp_path)
    assert reason in str(caught.value)
