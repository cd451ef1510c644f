"""The writer's prompt begins alike for everybody and ends with what changes."""

from __future__ import annotations

from assistant.answering.prompt import TURNS, writer_messages
from assistant.conversation import Spoken


def lines(count: int) -> list[Spoken]:
    return [Spoken(seq=n, who="customer" if n % 2 else "assistant", text=f"line {n}") for n in range(count)]


def test_the_prefix_is_the_same_whatever_is_said() -> None:
    one, two = writer_messages("a", "b", []), writer_messages("c", "d", lines(9))
    assert one[:-1] == two[:-1] and one[0].role == "system"


def test_the_draft_comes_last_and_the_talk_before_it_is_short() -> None:
    content = writer_messages("The draft.", "my words", lines(20))[-1].content
    assert content.endswith("DRAFT: The draft.") and "CUSTOMER: my words" in content
    assert [f"line {n}" in content for n in (20 - TURNS - 1, 20 - TURNS)] == [False, True]


def test_a_long_message_is_cut_so_that_the_prompt_stays_small() -> None:
    assert len(writer_messages("d", "x" * 4000, [Spoken(seq=1, who="customer", text="y" * 4000)])[-1].content) < 1200
