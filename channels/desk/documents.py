"""What the desk's calls take and give, as pydantic models: they validate, and they are the published OpenAPI."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from channels.edge.bodies import Body, ClientId, Document

Name = Annotated[str, Field(min_length=1, max_length=64)]
Password = Annotated[str, Field(min_length=1, max_length=256)]


class SignIn(Body):
    name: Name
    password: Password


class SignedIn(Document):
    token: str
    agent_id: str
    name: str
    role: Literal["agent", "supervisor", "admin"]
    must_change_password: bool = Field(description="Until it is changed this token opens POST /v1/desk/password alone.")
    way: Literal["password", "oidc"] = "password"


class OidcWay(Document):
    name: str = Field(description="What the button says.")
    url: str = Field(description="Where the page navigates to.")
    end_session_url: str | None = Field(
        description="Where it goes after a sign-out, to end the provider's session too."
    )


class SignInWaysOfDesk(Document):
    password: bool
    oidc: OidcWay | None


class RedeemTicket(Body):
    ticket: Annotated[str, Field(min_length=1, max_length=8_192)]


class ChangePassword(Body):
    old: Password
    new: Password


class AddAgent(Body):
    id: Name
    name: Annotated[str, Field(max_length=80)] = ""
    role: Literal["agent", "supervisor", "admin"] = "agent"


class SetRole(Body):
    role: Literal["agent", "supervisor", "admin"]


class AgentAccount(Document):
    agent_id: str
    name: str
    role: str
    must_change_password: bool
    password: str | None = Field(default=None, description="Of a new account: for its first sign-in only, shown once.")


class AgentAccounts(Document):
    agents: list[AgentAccount]


class AgentThere(Document):
    agent_id: str
    name: str


class QueueLine(Document):
    conversation_id: str
    status: Literal["waiting_for_agent", "agent", "assistant", "closed"]
    waiting_since: str
    waiting_seconds: float
    reason: str
    summary: str
    language: str
    channel: str
    customer_id: str
    last_words: str
    sentiment: Literal["upset", "neutral", "pleased"]
    agent: AgentThere | None
    last_seq: int
    rule: str = Field(default="", description="Of the rules of handoff, the one that asked.")
    priority: int = Field(default=0, description="0 normal to 3 urgent.")
    skills: list[str] = Field(default_factory=list)
    for_agent: AgentThere | None = Field(default=None, description="Given on to them.")
    reserved_until: str | None = Field(default=None, description="Until then only they, or a supervisor, may claim it.")
    snoozed_until: str | None = Field(default=None, description="Its agent has laid it aside until then.")
    snooze_note: str = ""
    position: int = Field(default=0, description="From 1; 0: does not wait.")
    offered: bool = Field(default=False, description="A call-back or a message was offered.")


class Queue(Document):
    conversations: list[QueueLine]


class Release(Body):
    to: Literal["assistant", "queue"] = "assistant"


class SayAsAgent(Body):
    client_id: ClientId
    text: str
    suggestion_id: str | None = Field(default=None, description="The draft that this is, so that its use is recorded.")
    edited: bool = False


class Note(Body):
    text: str


class Act(Body):
    action: Annotated[str, Field(max_length=64)]
    arguments: dict[str, Any] = Field(default_factory=dict)
    sealed: dict[str, Any] | None = Field(default=None, description="From the proposal: carries it out.")


class ChangeDone(Document):
    title: str
    lines: list[str]
    done: bool
    sealed: dict[str, Any] = Field(description="Send it back, unchanged, to carry the proposal out.")


class SeqDone(Document):
    seq: int


class Stands(Document):
    """The conversation after the call."""

    conversation_id: str
    status: Literal["waiting_for_agent", "agent", "assistant", "closed"]
    last_seq: int


class Suggestion(Document):
    suggestion_id: str
    text: str
    citations: list[Any]


class Suggestions(Document):
    suggestions: list[Suggestion]


class Summary(Document):
    summary: str


class KeptOfThem(Document):
    what: str
    value: str
    said_at: str


class Consent(Document):
    remembers: bool = Field(
        description="They are known, so that what they say of themselves is kept, until they object."
    )
    kept: list[KeptOfThem]


class OutcomeTold(Document):
    outcome: str
    note: str
    agent_id: str


class ConversationAtDesk(Document):
    conversation_id: str
    status: str
    last_seq: int
    locale: str
    language: str
    channels: list[str]
    agent: AgentThere | None
    summary: str
    customer: dict[str, Any] | None
    orders: list[dict[str, Any]]
    past: list[dict[str, Any]]
    cart: Any
    pending_confirmation: Any
    handoff: Any
    for_agent: AgentThere | None
    snoozed_until: str | None
    on_call: bool
    dials: bool = Field(description="Its call can be given on to a phone.")
    translates: bool = Field(description="This shop's model translates.")
    consent: Consent
    callbacks: list[Any]
    outcome: OutcomeTold | None
    events: list[Any] = Field(description="As agents may see them: notes and drafts too.")
