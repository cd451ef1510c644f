"""What the calls about one's own data take and give."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from assistant.events import Purpose
from channels.edge.bodies import Body, Document


class ConsentTold(Document):
    purpose: Purpose
    given: bool
    decided_by: Literal["shop", "customer", "browser", "agent", "default"]
    changeable: bool = Field(description="False: the shop's own record says no; that is changed at the shop.")


class ConsentsTold(Document):
    notice: str = Field(description="Version of the words that the customer is shown.")
    consents: list[ConsentTold]
    lasting: bool = Field(description="Whether what is turned on holds for all of the customer's conversations.")


class ChooseConsents(Body):
    consents: Annotated[dict[Purpose, bool], Field(min_length=1)]
    client_id: Annotated[str, Field(max_length=128)] = ""


class OwnDataTold(Document):
    who: Literal["nobody", "named", "proven"] = Field(
        description="nobody: this conversation alone; named: they said who they are; proven: they have shown it."
    )
    counts: dict[str, int] = Field(description="How much is kept, by kind.")
    kept_for: dict[str, dict[str, str]] = Field(description='By kind and channel ("any"): "2 years", "forever".')
    erasure: Literal["none", "open", "held", "failed", "done"] = Field(description="Of what was asked to be deleted.")


class EraseOwnData(Body):
    scope: Literal["conversation", "customer"] = "conversation"
    client_id: Annotated[str, Field(min_length=1, max_length=128, description="Again with the same: asked once.")]


class ErasureAccepted(Document):
    request_id: str
    scope: Literal["conversation", "customer"]
