"""What can go wrong between us and a carrier. Above: the carriers and `sending_texts`."""

from __future__ import annotations

from channels.errors import ChannelError, DeliveryFailed


class Uncertain(ChannelError):
    """The line broke before the carrier's answer: the message may have gone, and is not sent again before that is known."""

    code = "delivery_uncertain"


class OptedOut(DeliveryFailed):
    """The customer has told the carrier that they want no more texts from this number."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail, retryable=False)
