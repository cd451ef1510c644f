"""A customer's notes: found by their owner, and by no search of anybody else's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.embedders.hashing import HashingEmbedder
from retrieval.private import Note, NotTheOwners, Owner, PrivateNotes

EMBEDDER = HashingEmbedder(dimensions=64)
ANNA, BERT = Owner("anna"), Owner("bert")


def note(owner: Owner, number: int, title: str, text: str = "") -> Note:
    at = datetime(2026, 1, 1 + number, tzinfo=UTC)
    return Note(id=f"{owner}-{number}", owner=owner, title=title, text=text, at=at)


KEPT = {
    ANNA: [note(ANNA, 1, "Order of a red tent", "sent to Oak Street 5"), note(ANNA, 2, "Prefers size 42 shoes")],
    BERT: [note(BERT, 1, "Order of a green tent", "sent to Elm Street 9")],
}


def notes_of(kept: dict[Owner, list[Note]], **bounds: int) -> PrivateNotes:
    return PrivateNotes(lambda owner: kept.get(owner, []), EMBEDDER, **bounds)


def test_an_owner_finds_their_own() -> None:
    notes = notes_of(KEPT)
    assert [one.id for one in notes.find(ANNA, "where did my tent go")] == ["anna-1"]
    assert [one.id for one in notes.find(BERT, "tent")] == ["bert-1"]
    assert notes.find(ANNA, "tent")[0].kind == "profile"


def test_an_empty_question_gives_the_newest_first() -> None:
    assert [one.id for one in notes_of(KEPT).find(ANNA, " ")] == ["anna-2", "anna-1"]


def test_an_unknown_owner_and_one_without_notes_answer_alike() -> None:
    assert notes_of(KEPT).find(Owner("nobody"), "tent") == notes_of({ANNA: []}).find(ANNA, "tent") == ()


@pytest.mark.parametrize("nobody", ["", " ", "\n"])
def test_a_search_without_an_owner_is_refused(nobody: str) -> None:
    with pytest.raises(NotTheOwners, match=r"assistant\.identity"):
        notes_of(KEPT).find(Owner(nobody), "tent")


def test_the_owner_cannot_be_left_out() -> None:
    with pytest.raises(TypeError):
        notes_of(KEPT).find("tent")  # type: ignore[arg-type,call-arg]


def test_a_store_that_mixes_owners_up_is_refused_without_giving_text_away() -> None:
    mixed = {ANNA: [*KEPT[ANNA], *KEPT[BERT]]}
    with pytest.raises(NotTheOwners) as refused:
        notes_of(mixed).find(ANNA, "tent")
    assert "Elm" not in str(refused.value)
    assert "bert" not in str(refused.value)


def test_what_has_changed_is_seen_once_forgotten() -> None:
    kept = {ANNA: list(KEPT[ANNA])}
    notes = notes_of(kept)
    assert notes.find(ANNA, "kayak") == ()
    kept[ANNA].append(note(ANNA, 3, "Order of a kayak"))
    notes.forget(ANNA)
    assert [one.id for one in notes.find(ANNA, "kayak")] == ["anna-3"]
    kept[ANNA].clear()
    notes.forget(ANNA)
    assert notes.find(ANNA, "") == ()


def test_notes_loaded_while_they_are_forgotten_are_not_kept() -> None:
    kept = {ANNA: [note(ANNA, 1, "Order of a tent")]}

    def load(owner: Owner) -> Sequence[Note]:
        found = list(kept.get(owner, []))
        if kept:
            kept.clear()
            notes.forget(owner)
        return found

    notes = PrivateNotes(load, EMBEDDER)
    notes.find(ANNA, "tent")
    assert notes.find(ANNA, "tent") == ()


def test_room_is_bounded() -> None:
    loaded: list[Owner] = []

    def load(owner: Owner) -> Sequence[Note]:
        loaded.append(owner)
        return KEPT.get(owner, [])

    notes = PrivateNotes(load, EMBEDDER, most_owners=1)
    for owner in (ANNA, ANNA, BERT, ANNA):
        notes.find(owner, "tent")
    assert loaded == [ANNA, BERT, ANNA]


owners = st.sampled_from([Owner(name) for name in ("a", "b", "A", "a ", "a\x00", "*", "%", "' or 1=1 --", "ａ")])
texts = st.text(max_size=30) | st.sampled_from(["red tent", "secret", ".*", "*", "owner:b", "OR b"])


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(owners, st.lists(texts, max_size=5), max_size=6),
    st.lists(st.tuples(owners, texts, st.integers(-1, 20), st.booleans()), max_size=12),
    st.integers(1, 3),
)
def test_no_search_ever_brings_out_what_is_somebody_elses(
    held: dict[Owner, list[str]], searches: list[tuple[Owner, str, int, bool]], room: int
) -> None:
    """Whatever is asked, in whatever order, however little room there is: every result carries the mark of its owner."""
    kept = {
        owner: [
            Note(id=f"{number}", owner=owner, title=text, text=f"mark<{owner}>") for number, text in enumerate(titles)
        ]
        for owner, titles in held.items()
    }
    notes = notes_of(kept, most_owners=room)
    for owner, text, k, forget in searches:
        if forget:
            notes.forget(owner)
        found = notes.find(owner, text, k=k)
        assert len(found) <= max(k, 0)
        assert all(one.text == f"mark<{owner}>" for one in found)
