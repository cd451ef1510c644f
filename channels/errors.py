"""What can go wrong at a channel, by the situation. `problems` says each as problem+json, `socket` as a frame or a close code."""

from __future__ import annotations


class ChannelError(Exception):
    """Root of this package's errors. `code` is stable: it is part of protocol version 1."""

    code = "channel_error"


class NotAllowed(ChannelError):
    """No token, a wrong, expired or foreign one: all answered alike, whether or not the conversation exists."""

    code = "not_allowed"

    def __init__(self) -> None:
        super().__init__("the token does not open this: start a conversation with POST /v1/conversations to get one")


class AdminRefused(ChannelError):
    """No admin token, or another."""

    code = "not_allowed"

    def __init__(self) -> None:
        super().__init__(
            "this takes the admin token, as `Authorization: Bearer …`: AISLE_ADMIN_TOKEN, or the file admin.token in AISLE_HOME"
        )


class OriginRefused(ChannelError):
    """A page of another site, which the shop has not allowed."""

    code = "not_allowed"

    def __init__(self, origin: str) -> None:
        super().__init__(
            f"pages of {origin[:200]!r} may not talk to this server: the shop allows a site by AISLE_ALLOWED_ORIGINS"
        )


class UpgradeRequired(ChannelError):
    """The socket's address, asked as a page."""

    code = "upgrade_required"

    def __init__(self) -> None:
        super().__init__("this is a WebSocket: open it with wss:// (or ws://), see /v1/asyncapi.json")


class SecretUnreadable(ChannelError):
    """The installation's secret cannot be read or made."""


class CodesUnavailable(ChannelError):
    """Transfer codes cannot be kept now: disk full, file gone."""

    code = "transfer_codes_unavailable"

    def __init__(self) -> None:
        super().__init__("codes for another device cannot be given now: try again, or start anew there")


class CustomerTokenRefused(ChannelError):
    """The shop's own token about its customer does not verify."""

    code = "customer_token_refused"

    def __init__(self, reason: str) -> None:
        super().__init__(f"customer_token was refused: {reason}")


class UnknownStore(ChannelError):
    """A conversation that is to be had in a store which the shop does not have."""

    code = "unknown_store"

    def __init__(self, store: str) -> None:
        super().__init__(
            f"the shop has no store {store[:64]!r}: GET /v1/stores lists them; leave store_id out for none"
        )


class MalformedInbound(ChannelError):
    """Not JSON, not a frame, or a frame without what it needs."""

    code = "malformed"

    def __init__(self, reason: str, *, client_id: str | None = None, fatal: bool = False) -> None:
        super().__init__(reason)
        self.client_id = client_id
        self.fatal = fatal
        """It was no frame at all: the other side does not speak this protocol."""


class UnknownFrame(ChannelError):
    code = "unknown_type"

    def __init__(self, name: str) -> None:
        super().__init__(f"no frame of version 1 has the type {name[:64]!r}: it was skipped")


class TooLarge(ChannelError):
    code = "too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"at most {limit} bytes are taken at once")
        self.limit = limit


class BodyTooSlow(ChannelError):
    """A request whose body did not come in time."""

    code = "body_too_slow"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the body did not come within {seconds:g} s: send it at once")


class TooMany(ChannelError):
    """Over a limit of messages, conversations or connections."""

    code = "too_many_messages"

    def __init__(self, what: str, *, retry_after: float) -> None:
        super().__init__(f"too many {what}: try again in {max(1, round(retry_after))} s")
        self.retry_after = retry_after
        self.code = f"too_many_{what}"


class SlowReader(ChannelError):
    """What waits for this client has outgrown its bounded queue."""

    code = "too_slow"


class TransferCodeInvalid(ChannelError):
    """Never issued, used or run out: all answered alike."""

    code = "transfer_code_invalid"

    def __init__(self) -> None:
        super().__init__("this code does not work (any more): ask for a new one on the first device")


class OwnDeviceNeeded(ChannelError):
    """Asked on a public screen, which must not hand on what is somebody's own."""

    code = "own_device_needed"

    def __init__(self) -> None:
        super().__init__("not on this screen, where others look on: do it on your own phone or computer")


class SignatureMismatch(ChannelError):
    """A call from outside that does not bear its sender's signature."""

    code = "signature_mismatch"


class DeliveryFailed(ChannelError):
    """What was to go out of the house did not: `retryable` when the same may work later."""

    code = "delivery_failed"

    def __init__(self, detail: str, *, retryable: bool) -> None:
        super().__init__(detail)
        self.retryable = retryable


class SpeechNotInstalled(ChannelError):
    code = "speech_not_installed"

    def __init__(self) -> None:
        super().__init__("this server has no speech: send the message as text to …/messages")


class NothingHeard(ChannelError):
    code = "nothing_heard"

    def __init__(self) -> None:
        super().__init__("nobody speaks in this recording: speak closer to the microphone, or send the message as text")


class SoundRefused(ChannelError):
    """A sound frame where none belongs, or in no shape for one; the text conversation goes on."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class NotFound(ChannelError):
    code = "not_found"


class InvalidQuery(ChannelError):
    code = "invalid_request"
