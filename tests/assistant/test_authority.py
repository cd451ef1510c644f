"""Every question that can be asked of the policy, asked."""

from __future__ import annotations

import time
from itertools import product

import pytest

from assistant.acts import Act
from assistant.authority import AGENTS, DESK, HOLDERS, LEADS, RULES, Decision, Role, Thing, admit, least_role, permit

ANYBODYS = {act for act, rule in RULES.items() if Role.ANONYMOUS in rule}
EVERY = tuple(product(Role, Act, Thing))


def test_every_act_has_a_rule() -> None:
    assert set(RULES) == set(Act)


def test_what_is_missing_or_foreign_is_nobodys() -> None:
    for role, act in product(Role, Act):
        assert permit(role, act, Thing.MISSING) is not Decision.ALLOWED
        assert permit(role, act, Thing.FOREIGN) is not Decision.ALLOWED


def test_who_is_not_signed_in_may_what_anybody_may_and_no_more() -> None:
    for role, act, thing in EVERY:
        if role is Role.ANONYMOUS and permit(role, act, thing) is Decision.ALLOWED:
            assert act in ANYBODYS
            assert thing is Thing.NOTHING


def test_a_refusal_tells_a_stranger_nothing() -> None:
    strangers = (Role.ANONYMOUS, Role.OPERATOR, Role.CARRIER, Role.SITE, Role.PROGRAM)
    for role, act, thing in product(strangers, Act, Thing):
        told = permit(role, act, thing)
        if not RULES[act].get(role):
            assert told is Decision.UNKNOWN


def test_one_doors_token_is_nobody_at_another() -> None:
    for act, thing in product(Act, Thing):
        if act in ANYBODYS or act is Act.PING:
            continue
        at_desk = any(role in RULES[act] for role in AGENTS)
        for role in DESK if not at_desk else HOLDERS:
            assert permit(role, act, thing) in (Decision.UNKNOWN, Decision.OWN_DEVICE)
            assert permit(role, act, thing) is Decision.UNKNOWN or role is Role.SCREEN


def test_a_higher_role_may_whatever_a_lower_one_may() -> None:
    for act, thing in product(Act, Thing):
        for lower, higher in ((Role.AGENT, Role.SUPERVISOR), (Role.SUPERVISOR, Role.ADMIN)):
            if permit(lower, act, thing) is Decision.ALLOWED:
                assert permit(higher, act, thing) is Decision.ALLOWED


def test_a_public_screen_may_less_than_a_device_of_ones_own() -> None:
    for act, thing in product(Act, Thing):
        if permit(Role.SCREEN, act, thing) is Decision.ALLOWED:
            assert permit(Role.CUSTOMER, act, thing) is Decision.ALLOWED
    assert permit(Role.SCREEN, Act.SIGN_IN, Thing.OWN) is Decision.OWN_DEVICE


def test_better_known_may_more() -> None:
    for act in (Act.SEE_OWN_RECORDS, Act.CHANGE_OWN_RECORDS):
        assert permit(Role.NAMED, act, Thing.OWN) is Decision.MORE_PROOF
        assert permit(Role.KNOWN, act, Thing.OWN) is Decision.ALLOWED
        assert permit(Role.PROVEN, act, Thing.OWN) is Decision.ALLOWED
        assert permit(Role.CUSTOMER, act, Thing.OWN) is Decision.UNKNOWN


@pytest.mark.parametrize("act", [Act.SAY_AS_AGENT, Act.TYPE_AS_AGENT, Act.CHANGE_FOR_CUSTOMER, Act.GIVE_CALL_ON])
def test_only_who_has_claimed_it_writes_to_a_customer(act: Act) -> None:
    for role in AGENTS:
        assert permit(role, act, Thing.OWN) is Decision.ALLOWED
        assert permit(role, act, Thing.FREE) is Decision.NOT_CLAIMED
        assert permit(role, act, Thing.ANOTHERS) is Decision.CLAIMED


def test_a_colleagues_conversation_is_moved_by_supervisors_alone() -> None:
    for act in (Act.RELEASE, Act.GIVE_ON, Act.SNOOZE, Act.WAKE, Act.CLOSE):
        assert permit(Role.AGENT, act, Thing.ANOTHERS) is Decision.CLAIMED
        assert all(permit(role, act, Thing.ANOTHERS) is Decision.ALLOWED for role in LEADS)


def test_a_one_time_password_opens_the_change_of_it_and_the_way_out() -> None:
    may = {act for act in Act if admit(Role.NEWCOMER, act) is Decision.ALLOWED} - ANYBODYS
    assert may == {Act.CHANGE_PASSWORD, Act.SIGN_OUT_AS_AGENT}
    assert permit(Role.NEWCOMER, Act.READ_QUEUE, Thing.NOTHING) is Decision.MUST_CHANGE


def test_the_role_that_is_needed_is_named() -> None:
    assert least_role(Act.KEEP_ACCOUNTS) is Role.ADMIN
    assert least_role(Act.READ_FIGURES) is Role.SUPERVISOR
    assert least_role(Act.SAY_AS_AGENT) is Role.AGENT


def test_a_check_costs_less_than_a_microsecond() -> None:
    """Of CPU, the best of five: it is asked for each frame."""
    times = []
    for _ in range(5):
        began = time.process_time()
        for _ in range(100_000):
            permit(Role.CUSTOMER, Act.SAY, Thing.OWN)
        times.append(time.process_time() - began)
    assert min(times) / 100_000 < 1e-6
