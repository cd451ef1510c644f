"""A reader of messages over the small shop's words."""

from __future__ import annotations

import pytest

from assistant.understanding.reader import Understander
from tests.assistant.shopper import Brains
from tests.assistant.understanding.reading import Read, reader


@pytest.fixture
def read(brains: Brains) -> Read:
    return reader(Understander(brains.lexicon, brains.classify))
