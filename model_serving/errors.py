"""What can go wrong with a model, by who must act."""

from __future__ import annotations

from collections.abc import Sequence


class ModelError(Exception):
    """Root of this package's errors."""


class Overloaded(ModelError):
    def __init__(self, *, retry_after: float) -> None:
        super().__init__(f"the model is busy: try again in {retry_after:.1f} s")
        self.retry_after = retry_after


class ModelTimeout(ModelError):
    def __init__(self, *, seconds: float) -> None:
        super().__init__(f"the model gave no answer within {seconds:.1f} s")
        self.seconds = seconds


class ModelUnavailable(ModelError):
    def __init__(self, reason: str, *, way_out: str = "") -> None:
        super().__init__(f"{reason}: {way_out}" if way_out else reason)
        self.reason, self.way_out = reason, way_out


class ModelLoading(ModelUnavailable):
    """It is on its way: nothing is wrong with it."""


class InvalidSettings(ModelError):
    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class ContextOverflow(ModelError):
    def __init__(self, *, tokens: int, limit: int) -> None:
        super().__init__(f"the prompt has {tokens} tokens, the model takes {limit}")
        self.tokens, self.limit = tokens, limit


class InvalidModelOutput(ModelError):
    """The engine answered with something that the protocol does not allow."""


class UnsupportedAudio(ModelError):
    def __init__(self, found: str, *, supported: str) -> None:
        super().__init__(f"audio {found!r} is not supported: send {supported}")
        self.found = found
