"""What an overload looks like to who calls over HTTP: refused with a time after which to come again."""

from __future__ import annotations

import pytest

from channels.problems import answer
from model_serving.errors import Overloaded


@pytest.mark.parametrize(("seconds", "told"), [(0.0, "1"), (0.2, "1"), (2.4, "3"), (60.0, "60")])
def test_a_refused_call_is_told_when_to_come_again(seconds: float, told: str) -> None:
    refused = answer(Overloaded(retry_after=seconds))
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, told)
