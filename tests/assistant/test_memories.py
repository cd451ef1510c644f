"""Memories: derived from the log, by owner, forgotten for good; on disk as in the fold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import StoreUnreadable
from assistant.events import (
    CUSTOMER,
    SYSTEM,
    ConversationId,
    ConversationStarted,
    CustomerIdentified,
    CustomerSaid,
    CustomerSignedOut,
    Event,
    Fact,
    ToolCalled,
    TurnId,
)
from assistant.memories import EVERYTHING, FORGET, Forgotten, Memories, Memory, standing, told
from assistant.shops.records import CustomerId
from assistant.stores.database import for_tables
from assistant.stores.shared_memories import SharedMemories
from assistant.stores.small_tables import open_engine
from assistant.stores.sqlite_memories import SqliteMemories

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANN, BOB = CustomerId("ann"), CustomerId("bob")


def events(*facts: Fact, name: str = "c_1") -> list[Event]:
    return [
        Event(
            seq=seq,
            id=f"e{seq}",
            conversation=ConversationId(name),
            at=NOON + timedelta(minutes=seq),
            actor=CUSTOMER if isinstance(fact, CustomerSaid) else SYSTEM,
            channel="web",
            fact=fact,
        )
        for seq, fact in enumerate((ConversationStarted(locale="en"), *facts), start=1)
    ]


def said(text: str) -> CustomerSaid:
    return CustomerSaid(client_id=text, text=text)


def forget(**asked: str) -> ToolCalled:
    return ToolCalled(turn_id=TurnId("t"), call_id="t.1", name=FORGET, arguments=dict(asked))


IS_ANN = CustomerIdentified(customer_id="ann", method="email")


def memory(trait: str, value: str, *, owner: CustomerId = ANN, minutes: int = 0, talk: bool = False) -> Memory:
    return Memory(
        owner=owner,
        kind="conversation" if talk else "preference",
        trait=trait,
        value=value,
        words=f"I said {value}",
        conversation="c_1",
        at=NOON + timedelta(minutes=minutes),
    )


def test_a_conversation_with_nobody_known_leaves_nothing() -> None:
    assert told(events(said("I wear 42"))) == ((), ())


def test_what_was_said_before_they_were_known_is_theirs_too() -> None:
    kept, gone = told(events(said("I wear 42"), IS_ANN, said("I hate wool")))
    assert [(one.owner, one.trait, one.value) for one in kept if one.kind == "preference"] == [
        ("ann", "shoe size", "42"),
        ("ann", "avoids", "wool"),
    ]
    assert not gone


def test_what_is_said_after_a_sign_out_is_nobodys_until_somebody_is_known_again() -> None:
    kept, _ = told(events(IS_ANN, said("I wear 42"), CustomerSignedOut(), said("I hate wool")))
    assert [one.value for one in kept if one.kind == "preference"] == ["42"]
    noah = CustomerIdentified(customer_id="noah", method="phone", proven=True)
    kept, _ = told(events(IS_ANN, said("I wear 42"), CustomerSignedOut(), said("I hate wool"), noah))
    assert [(one.owner, one.value) for one in kept if one.kind == "preference"] == [("ann", "42"), ("noah", "wool")]


def test_a_conversation_is_remembered_without_what_they_said_of_themselves() -> None:
    kept, _ = told(events(IS_ANN, said("I wear 42"), said("a tent for two, please")))
    assert [one.words for one in kept if one.kind == "conversation"] == ["a tent for two, please"]


def test_an_older_size_does_not_come_back_when_the_newer_is_forgotten() -> None:
    gone = Forgotten(owner=ANN, trait="shoe size", value="43", at=NOON + timedelta(minutes=9))
    assert standing([memory("shoe size", "42"), memory("shoe size", "43", minutes=1)], [gone]) == ()


def test_card_numbers_and_addresses_are_not_kept_twice() -> None:
    kept, _ = told(events(IS_ANN, said("my card is 4111 1111 1111 1111, ann@example.org")))
    assert [one.words for one in kept] == ["my card is …, …"]


def test_what_was_forgotten_is_not_made_anew() -> None:
    kept, gone = told(events(IS_ANN, said("I wear 42"), forget(trait="shoe size", value=""), said("I hate wool")))
    assert [one.value for one in standing(kept, gone) if one.kind == "preference"] == ["wool"]


def test_what_is_said_again_after_it_was_forgotten_is_kept() -> None:
    kept, gone = told(events(IS_ANN, said("I wear 42"), forget(trait=EVERYTHING, value=""), said("I wear 43")))
    assert [one.value for one in standing(kept, gone)] == ["43"]


def test_the_last_word_on_a_size_holds_and_every_dislike() -> None:
    all_of_it = [memory("shoe size", "42"), memory("avoids", "wool"), memory("shoe size", "43", minutes=5)]
    all_of_it += [memory("avoids", "Wool", minutes=2), memory("avoids", "pink", minutes=1)]
    assert [one.value for one in standing(all_of_it)] == ["43", "Wool", "pink"]


@pytest.fixture(params=["sqlite", "postgres"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Memories]:
    if request.param == "sqlite":
        kept = SqliteMemories.open(tmp_path / "customers.db")
        yield kept
        kept.close()
        return
    engine = open_engine(tmp_path, for_tables(request.getfixturevalue("postgres_url")))
    yield SharedMemories.open(engine)
    engine.dispose()


def test_what_is_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    first = SqliteMemories.open(tmp_path / "customers.db")
    assert first.fresh
    first.keep([memory("shoe size", "42")])
    first.close()
    again = SqliteMemories.open(tmp_path / "customers.db")
    assert not again.fresh and again.of(ANN) == (memory("shoe size", "42"),)
    again.close()


def test_an_older_word_never_takes_the_place_of_a_newer(file: Memories) -> None:
    file.keep([memory("shoe size", "43", minutes=5)])
    file.keep([memory("shoe size", "42")])
    assert [one.value for one in file.of(ANN)] == ["43"]


def test_forgetting_one_thing_leaves_the_others_and_other_people(file: Memories) -> None:
    file.keep(
        [
            memory("avoids", "wool"),
            memory("avoids", "pink"),
            memory("diet", "vegan"),
            memory("avoids", "wool", owner=BOB),
        ]
    )
    assert file.forget(ANN, "avoids", "WOOL") == 1
    assert {one.value for one in file.of(ANN)} == {"pink", "vegan"}
    assert file.forget(ANN) == 2
    assert file.of(ANN) == () and len(file.of(BOB)) == 1


def test_nobody_has_no_memories(file: Memories) -> None:
    file.keep([memory("diet", "vegan", owner=CustomerId(""))])
    assert file.of(CustomerId("")) == ()


def test_what_was_forgotten_is_not_in_the_file_any_more(tmp_path: Path) -> None:
    kept = SqliteMemories.open(tmp_path / "customers.db")
    kept.keep([memory("avoids", "xylophonewood")])
    kept.forget(ANN)
    kept.close()
    assert not any(b"xylophonewood" in file.read_bytes() for file in tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be one" * 40, None])
def test_another_file_is_left_as_it_is_and_told(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "customers.db"
    if content is None:
        import sqlite3

        other = sqlite3.connect(path)
        other.execute("CREATE TABLE recipes (name TEXT)")
        other.close()
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(StoreUnreadable, match="made anew from the log"):
        SqliteMemories.open(path)
    assert path.read_bytes() == before


_memories = st.builds(
    memory,
    st.sampled_from(["shoe size", "avoids", "diet", "likes"]),
    st.sampled_from(["42", "43", "wool", "pink", "vegan"]),
    owner=st.sampled_from([ANN, BOB, CustomerId("carl")]),
    minutes=st.integers(0, 50),
)
_forgotten = st.builds(
    Forgotten,
    owner=st.sampled_from([ANN, BOB]),
    trait=st.sampled_from([EVERYTHING, "avoids", "shoe size"]),
    value=st.sampled_from(["", "wool", "42"]),
    at=st.just(NOON + timedelta(minutes=60)),
)


@settings(max_examples=60, deadline=None)
@given(kept=st.lists(_memories, max_size=15), gone=st.lists(_forgotten, max_size=4))
def test_the_file_holds_what_the_fold_says_and_each_only_their_own(
    tmp_path_factory: pytest.TempPathFactory, kept: list[Memory], gone: list[Forgotten]
) -> None:
    file = SqliteMemories.open(tmp_path_factory.mktemp("memories") / "customers.db")
    try:
        file.keep(sorted(kept, key=lambda one: one.at))
        for one in gone:
            file.forget(one.owner, one.trait, one.value)
        wanted = standing(kept, gone)
        for owner in (ANN, BOB, CustomerId("carl"), CustomerId("")):
            held = file.of(owner)
            assert all(one.owner == owner for one in held)
            assert set(held) == {one for one in wanted if one.owner == owner} or _same_moment(kept)
    finally:
        file.close()


def _same_moment(kept: list[Memory]) -> bool:
    """Of two said in the same instant either may be the last word."""
    return len({one.at for one in kept}) < len(kept)
