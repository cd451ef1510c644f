"""What a model is told of a conversation: within its budget, the newest always, stable in front for several turns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation import REMEMBERED_MESSAGES, Spoken
from assistant.dialogue import BLOCK, LONGEST_LINE, history


def talk(turns: int, *, each: str = "and in green?", reply: str = "The **Fell 2** comes in green.") -> list[Spoken]:
    lines: list[Spoken] = []
    for turn in range(turns):
        lines.append(Spoken(seq=turn * 10 + 3, who="customer", text=f"{each} {turn}"))
        lines.append(Spoken(seq=turn * 10 + 9, who="assistant", text=reply))
    return lines


def test_a_short_conversation_is_told_as_it_was() -> None:
    told = history(talk(2), tokens=400)
    assert told.earlier == ""
    assert told.lines[0] == "customer: and in green? 0"
    assert len(told.lines) == 4


def test_what_does_not_fit_is_summed_up_by_wishes_and_names() -> None:
    told = history(talk(10, reply="The **Fell 2** it is. " * 12), tokens=700)
    assert "and in green? 0" not in " ".join(told.lines)
    assert "Fell 2" in told.earlier
    assert told.earlier.startswith("the customer said: and in green?")


def test_the_text_before_the_newest_lines_stays_the_same_for_several_turns() -> None:
    """Else no engine would find its prefix again."""
    begins: list[tuple[str, str]] = []
    for turns in range(1, 40):
        told = history(talk(turns)[-REMEMBERED_MESSAGES:], tokens=300)
        begins.append((told.earlier, told.lines[0]))
    changes = sum(before != after for before, after in pairwise(begins))
    assert changes <= 39 / (BLOCK / 10) * 2 + 1


@given(
    st.lists(st.tuples(st.integers(1, 20), st.sampled_from(["customer", "assistant", "agent"]), st.text(max_size=900))),
    st.integers(1, 2_000),
)
def test_the_budget_holds_and_the_newest_line_is_told(said: Sequence[tuple[int, str, str]], tokens: int) -> None:
    seq, lines = 0, []
    for step, who, text in said:
        seq += step
        lines.append(Spoken(seq=seq, who=who, text=text))  # type: ignore[arg-type]
    told = history(lines, tokens=tokens)
    if not lines:
        assert told.lines == ()
        return
    assert told.lines[-1] == f"{lines[-1].who}: {lines[-1].text[:LONGEST_LINE]}"
    assert len(told.lines) == 1 or sum(len(line) // 3 + 4 for line in told.lines) <= tokens
