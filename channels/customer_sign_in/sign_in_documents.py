"""What customers' sign-in takes and gives, as pydantic models: they validate, and they are the published OpenAPI."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from channels.edge.bodies import Body, Document


class AskForCode(Body):
    email: Annotated[str, Field(max_length=320)] = ""
    phone: Annotated[str, Field(max_length=64)] = ""
    locale: Annotated[str, Field(max_length=35)] = ""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.email.strip()) == bool(self.phone.strip()):
            raise ValueError("give either email or phone")
        return self


class CodeSent(Document):
    expires_at: str
    resend_after: str = Field(description="Before that another is refused.")
    sent_to: str = Field(description="Masked, and made of what was given.")


class SignInWays(Document):
    ways: list[Literal["email", "phone"]]
    signed_in: bool
    first_name: str | None
    waiting: CodeSent | None = Field(description="The code that can be confirmed now.")


class ConfirmCode(Body):
    code: Annotated[str, Field(min_length=1, max_length=64)]


class WhoSignedIn(Document):
    first_name: str | None = Field(description="Null on a screen that others see.")


class CodeConfirmed(Document):
    customer: WhoSignedIn
    seq: int
