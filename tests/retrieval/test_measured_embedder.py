"""An encoder that tells how its calls went."""

from __future__ import annotations

import numpy as np
import pytest

from retrieval.embedders.hashing import HashingEmbedder
from retrieval.embedders.measured import Embedding, MeasuredEmbedder
from retrieval.errors import EmbedderUnavailable
from retrieval.ports import Embedder


class Broken(HashingEmbedder):
    def embed(self, texts):  # type: ignore[no-untyped-def]
        raise EmbedderUnavailable("the weights are torn", way_out="fetch them again")


def test_it_gives_what_the_encoder_gives_and_tells_of_each_call() -> None:
    told: list[Embedding] = []
    plain = HashingEmbedder()
    measured: Embedder = MeasuredEmbedder(plain, told.append)
    assert np.array_equal(measured.embed(["a tent", "a stove"]), plain.embed(["a tent", "a stove"]))
    assert (measured.name, measured.dimensions) == (plain.name, plain.dimensions)
    assert [(one.encoder, one.texts, one.trouble) for one in told] == [(plain.name, 2, "")]
    assert told[0].seconds >= 0


def test_a_failure_is_told_and_goes_on() -> None:
    told: list[Embedding] = []
    measured = MeasuredEmbedder(Broken(), told.append)
    with pytest.raises(EmbedderUnavailable):
        measured.embed(["a tent"])
    assert "torn" in told[0].trouble and measured.trouble == told[0].trouble
