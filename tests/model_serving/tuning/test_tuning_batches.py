"""Batches: every example once an epoch, of one beginning, the same for the same seed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from model_serving.tuning.batches import Tokens, epoch

TOKENS = st.builds(
    lambda prefix, prompt, answer, key: Tokens(prefix=prefix, prompt=(*prompt, key), answer=answer),
    st.sampled_from([(1, 2), (3,)]),
    st.lists(st.integers(0, 9), min_size=1, max_size=30).map(tuple),
    st.lists(st.integers(0, 9), min_size=1, max_size=9).map(tuple),
    st.integers(0, 10_000),
)


@given(st.lists(TOKENS, max_size=60), st.integers(1, 8), st.integers(0, 3))
def test_an_epoch_has_every_example_once_in_batches_of_one_beginning(
    examples: list[Tokens], rows: int, number: int
) -> None:
    batches = epoch(examples, rows=rows, room=90, seed=5, number=number)

    taught = [row for batch in batches for row in batch.rows]
    assert sorted(taught, key=repr) == sorted(examples, key=repr)
    assert all(
        len(batch.rows) <= rows
        and (len(batch.rows) == 1 or batch.width * len(batch.rows) <= 90)
        and {row.prefix for row in batch.rows} == {batch.prefix}
        for batch in batches
    )
    assert batches == epoch(examples, rows=rows, room=90, seed=5, number=number)


def test_what_is_alike_in_length_is_taught_together() -> None:
    examples = [Tokens(prefix=(1,), prompt=(2,) * length, answer=(3,)) for length in range(1, 201)]

    batches = epoch(examples, rows=10, room=1000, seed=1, number=0)

    padded = sum(batch.work for batch in batches)
    needed = sum(example.length for example in examples) + len(batches)
    assert padded < 1.3 * needed
