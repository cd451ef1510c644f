"""What HTTP calls of protocol.md take and give, as pydantic models: they validate, and they are the published OpenAPI."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

CustomersChannel = Literal["web", "mobile", "kiosk", "call", "api"]
"""Where a client may have a conversation by itself. "desk" is the agents' own, and "text" is what providers' signed messages
make: neither is to be had by saying so."""
ClientId = Annotated[str, Field(description="Made by the client, once for each message; sent again on every retry.")]


class Document(BaseModel):
    """What is answered."""

    model_config = ConfigDict(frozen=True)


class Body(BaseModel):
    """What is asked. Unknown fields are ignored: that is how version 1 grows."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _is_text(cls, value: Any) -> Any:
        """Half a surrogate pair is valid JSON and no text: it can neither be stored nor sent on."""
        try:
            json.dumps(value, ensure_ascii=False, default=str).encode()
        except (UnicodeEncodeError, RecursionError) as error:
            raise ValueError("the text is not valid Unicode") from error
        return value


class StartConversation(Body):
    channel: CustomersChannel
    locale: Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$")] | None = None
    customer_token: str | None = Field(
        default=None, description="A JWT that the shop's own site signs; sub = customer."
    )
    continue_: bool = Field(
        default=False,
        alias="continue",
        description="With customer_token: their newest open conversation, where they were proven there too, in place of a new one.",
    )
    store_id: str = Field(
        default="", max_length=256, description='The shop\'s store that it is had in, of /v1/stores: what "here" means.'
    )


class ConversationOpened(Document):
    conversation_id: str
    token: str = Field(description="Opens this conversation only.")
    last_seq: int
    continued: bool = Field(default=False, description="It was there before: read its events.")


class TicketIssued(Document):
    ticket: str = Field(description="Opens one socket, once, in the token's place.")
    expires_at: str


class Customer(Document):
    customer_id: str
    method: str


class ConversationStatus(Document):
    conversation_id: str
    status: Literal["assistant", "waiting_for_agent", "agent", "closed"]
    last_seq: int
    state_hash: str = Field(description="Of the state after last_seq: what docs/moving.md computes from the events.")
    customer: Customer | None
    cart: dict[str, Any]
    pending_confirmation: dict[str, Any] | None
    locale: str
    channels: list[str]
    store_id: str = Field(default="", description="The store that it is had in; empty where it is in none.")
    turn_id: str | None = Field(description="The running turn.")


class Events(Document):
    events: list[dict[str, Any]]
    last_seq: int


class SendMessage(Body):
    client_id: ClientId
    text: str = Field(description="1 to 4,000 characters.")


class SendAction(Body):
    client_id: ClientId
    action: str = Field(description="add_to_cart, confirm, decline, choose, talk_to_human …; show_on_kiosk, leave")
    arguments: dict[str, JsonValue] = {}


class Accepted(Document):
    seq: int


class Replied(Document):
    seq: int
    events: list[dict[str, Any]] = Field(description="Every event from the message to the end of its turn.")


class Feedback(Body):
    about_seq: int
    rating: Literal["up", "down"]
    comment: str | None = Field(default=None, max_length=4_000)


class Interrupt(Body):
    turn_id: str
    heard: str | None = Field(default=None, max_length=20_000, description="What was played of it, for speech.")


class Interrupted(Document):
    interrupted: bool = Field(description="False when that turn had ended already.")


class TransferCodeIssued(Document):
    code: str
    url: str
    qr_svg: str
    expires_at: str


class Redeem(Body):
    channel: CustomersChannel


class ProblemDocument(Document):
    """RFC 9457."""

    type: str
    title: str
    status: int
    code: str = Field(description="Stable: rely on it.")
    detail: str
    errors: list[dict[str, Any]] | None = None
    reference: str | None = Field(default=None, description="Of an error on our side: the server's log has it by this.")
