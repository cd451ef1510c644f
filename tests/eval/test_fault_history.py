"""The history checker: silent about what is sound, and no planted fault escapes it."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.faults.history import Findings, History, Said, check

Run = tuple[History, list[Said]]


def _run(seed: int, size: int = 12) -> Run:
    """Two devices, one log: some are acknowledged, some refused, of some nobody knows."""
    chance, history, log = random.Random(seed), History(), list[Said]()
    for number in range(size):
        process, client_id, text = chance.choice("ab"), f"m{number}", f"text {number}"
        history.invoke(process, client_id, text)
        match chance.choice(("ok", "ok", "ok", "fail", "written", "lost")):
            case "ok":
                log.append(Said(client_id=client_id, text=text, seq=len(log) * 2 + 1))
                history.ok(process, client_id, log[-1].seq)
            case "fail":
                history.fail(process, client_id)
            case "written":
                log.append(Said(client_id=client_id, text=text, seq=len(log) * 2 + 1))
                history.info(process, client_id)
            case _:
                history.info(process, client_id)
    return history, log


def _acknowledged(run: Run) -> set[str]:
    return {operation.client_id for operation in run[0].operations if operation.kind == "ok"}


runs = st.integers(0, 10_000).map(_run)


@given(runs)
def test_what_is_sound_is_called_sound(run: Run) -> None:
    history, log = run
    assert check(history.operations, log) == Findings()
    assert check(history.operations, log, pipelined=True).sound


@given(runs, st.randoms(use_true_random=False))
def test_a_lost_message_is_found_exactly_where_it_was_promised(run: Run, chance: random.Random) -> None:
    history, log = run
    if not log:
        return
    gone = chance.choice(log)
    found = check(history.operations, [said for said in log if said is not gone])
    assert found.lost == ((gone.client_id,) if gone.client_id in _acknowledged(run) else ())


@given(runs, st.randoms(use_true_random=False))
def test_a_doubled_message_is_found(run: Run, chance: random.Random) -> None:
    history, log = run
    if not log:
        return
    again = chance.choice(log)
    found = check(history.operations, [*log, replace(again, seq=1000)])
    assert found.duplicated == (again.client_id,) and not found.lost and not found.unexpected


@given(runs)
def test_what_nobody_sent_or_was_refused_is_found(run: Run) -> None:
    history, log = run
    refused = [operation.client_id for operation in history.operations if operation.kind == "fail"]
    words = {operation.client_id: operation.text for operation in history.operations}
    there = [Said(client_id=name, text=words[name] or "text", seq=900) for name in refused]
    found = check(history.operations, [*log, *there, Said(client_id="nobody", text="boo", seq=901)])
    assert set(found.unexpected) == {*refused, "nobody"}


@given(runs, st.randoms(use_true_random=False))
def test_other_words_are_found(run: Run, chance: random.Random) -> None:
    history, log = run
    if not log:
        return
    place = chance.randrange(len(log))
    found = check(history.operations, [*log[:place], replace(log[place], text="other"), *log[place + 1 :]])
    assert found.changed == (log[place].client_id,)


@given(runs, st.randoms(use_true_random=False))
def test_another_seq_than_was_promised_is_found(run: Run, chance: random.Random) -> None:
    history, log = run
    promised = sorted(_acknowledged(run))
    if not promised:
        return
    name = chance.choice(promised)
    moved = [replace(said, seq=said.seq + 1) if said.client_id == name else said for said in log]
    assert check(history.operations, moved).changed == (name,)


def test_of_a_device_the_later_message_may_not_stand_before_the_earlier() -> None:
    history = History()
    for name, seq in (("m1", 5), ("m2", 3)):
        history.invoke("a", name, name)
        history.ok("a", name, seq)
    log = [Said(client_id="m2", text="m2", seq=3), Said(client_id="m1", text="m1", seq=5)]
    assert check(history.operations, log).reordered == ("m2",)


@pytest.mark.parametrize("pipelined", [False, True])
def test_what_was_sent_before_the_first_was_acknowledged_has_an_order_on_one_connection_alone(pipelined: bool) -> None:
    history = History()
    history.invoke("a", "m1", "m1")
    history.invoke("a", "m2", "m2")
    history.ok("a", "m2", 1)
    history.ok("a", "m1", 2)
    log = [Said(client_id="m2", text="m2", seq=1), Said(client_id="m1", text="m1", seq=2)]
    assert check(history.operations, log, pipelined=pipelined).reordered == (("m2",) if pipelined else ())


def test_devices_among_each_other_have_no_order() -> None:
    history = History()
    history.invoke("a", "m1", "m1")
    history.ok("a", "m1", 2)
    history.invoke("b", "m2", "m2")
    history.info("b", "m2")
    assert check(
        history.operations, [Said(client_id="m2", text="m2", seq=1), Said(client_id="m1", text="m1", seq=2)]
    ).sound


def test_a_refusal_and_then_an_acknowledgement_of_the_same_message_is_an_acknowledgement() -> None:
    history = History()
    history.invoke("a", "m1", "m1")
    history.fail("a", "m1")
    history.invoke("a", "m1", "m1")
    history.ok("a", "m1", 1)
    assert check(history.operations, [Said(client_id="m1", text="m1", seq=1)]).sound
    assert check(history.operations, []).lost == ("m1",)
