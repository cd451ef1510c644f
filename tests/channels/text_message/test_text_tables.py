"""The tables of texts, on the embedded database and on the one that replicas share."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.events import ConversationId
from assistant.stores.small_tables import open_engine
from channels.rendering.rendered import Part
from channels.text_message.inbox import Inbox, Resolved
from channels.text_message.lines import Lines
from channels.text_message.messages import Inbound, Line, Status
from channels.text_message.outgoing import OutgoingTexts
from channels.text_message.tables import make_tables

LINE = Line(carrier="twilio", customer="+15550123", shop="+15550000")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = ""
    if request.param == "postgresql":
        made = request.getfixturevalue("postgres_server").make_database(f"texts_{secrets.token_hex(4)}")
        url = made.replace("postgresql://", "postgresql+psycopg://")
    opened = open_engine(tmp_path, url)
    make_tables(opened)
    make_tables(opened)
    yield opened
    opened.dispose()


def test_no_reference_is_queued_twice_and_a_line_goes_in_its_order(engine: Engine):
    outgoing = OutgoingTexts(engine)
    for _ in range(2):
        outgoing.queue("l1", "a", [Part(text="1"), Part(text="2")])
    outgoing.queue("l2", "b", [Part(text="3")])
    first = outgoing.claim(10, 60.0)
    assert [claimed.part.text for claimed in first] == ["1", "3"]
    assert outgoing.claim(10, 60.0) == ()
    outgoing.sent(first[0].number, "SM1")
    assert [claimed.part.text for claimed in outgoing.claim(10, 60.0)] == ["2"]
    assert outgoing.told(Status(id="unknown", state="sent")) == ""
    assert outgoing.told(Status(id="SM1", state="delivered")) == "l1"
    assert outgoing.counts() == {"delivered": 1, "sending": 2}


def test_a_line_that_another_process_follows_is_left_to_it_until_it_falls_silent(engine: Engine):
    now = [1_000.0]
    lines = Lines(engine, b"s" * 32, hours=24, now=lambda: now[0])
    known = lines.of(LINE)
    assert lines.of(LINE) == known
    lines.belongs(known.key, ConversationId("c1"), queued=3)
    assert lines.take(known.key, "one") and not lines.take(known.key, "two")
    assert lines.unfollowed() == () and lines.renew("one") == {known.key}
    assert lines.take(known.key, "two", True) and lines.renew("one") == frozenset()
    now[0] += 60
    assert lines.unfollowed() == (known.key,)
    lines.release("two")
    found = lines.by_key(known.key)
    assert found is not None and (found.line, found.queued) == (LINE, 3)
    now[0] += 90_000
    assert lines.expired() == ((known.key, "c1"),)
    assert Lines(engine, b"x" * 32, hours=24).by_key(known.key) is None
    lines.forget(now[0] + 1)
    assert lines.by_key(known.key) is not None  # it is in a conversation still


def test_messages_of_one_line_are_taken_one_after_the_other_and_mean_the_same_again(engine: Engine):
    now = [1_000.0]
    inbox = Inbox(engine, now=lambda: now[0])
    for number, line in (("1", "a"), ("2", "a"), ("3", "b")):
        assert inbox.put(Inbound(id=number, line=LINE, text=f"m{number}"), line)
    assert not inbox.put(Inbound(id="1", line=LINE, text="m1"), "a")
    first, other = inbox.take(10)
    assert (first.inbound.text, other.inbound.text) == ("m1", "m3") and inbox.take(10) == ()
    inbox.resolve(first.number, Resolved(conversation="c", action="choose", arguments={"product_id": "p1"}))
    inbox.again(first.number, 5.0)
    now[0] += 6
    (again,) = inbox.take(10)
    assert again.resolved is not None and again.resolved.arguments == {"product_id": "p1"} and again.tries == 1
    inbox.done(first.number)
    assert [taken.inbound.text for taken in inbox.take(10)] == ["m2"]
    inbox.forget(2_000.0)
    assert inbox.put(Inbound(id="1", line=LINE), "a")
