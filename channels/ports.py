"""The product as channels see it. `assistant.bootstrap` opens the real one; tests give their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Engine

from assistant.assistant import Assistant
from assistant.desk.copilot import Copilot
from assistant.ports import Shop
from assistant.privacy.office import PrivacyOffice
from channels.shopfront.shelf import Shelved
from model_serving.control import ModelControl
from model_serving.speech import Speech
from retrieval.retriever import Retriever

T = TypeVar("T")


class ProductSettings(Protocol):
    @property
    def home(self) -> Path: ...


class Catalogue(Shop, Shelved, Protocol):
    """A shop that also knows its categories and brands as a whole."""


class Product(Protocol):
    """Everything below the channels, open and running."""

    @property
    def settings(self) -> ProductSettings: ...

    @property
    def assistant(self) -> Assistant: ...

    @property
    def shop(self) -> Catalogue: ...

    @property
    def retriever(self) -> Retriever: ...

    @property
    def copilot(self) -> Copilot: ...

    @property
    def tables(self) -> Engine:
        """For the small tables of this house, shared by all its processes. Blocking: use it in `in_thread`."""
        ...

    async def in_thread(self, function: Callable[..., T], *arguments: Any) -> T:
        """Runs what blocks or computes, off the event loop."""
        ...

    def expect(self, locale: str) -> None:
        """Somebody of that locale has come: what their language needs is loaded beside. Returns at once."""
        ...

    @property
    def speech(self) -> Speech | None:
        """None where this installation has none."""
        ...

    @property
    def privacy(self) -> PrivacyOffice | None:
        """Of customers' choices, copies and deletions; None where there is none."""
        ...

    @property
    def control(self) -> ModelControl | None:
        """The operator's side of the models; None where there is none."""
        ...

    def health(self) -> Mapping[str, Any]:
        """Each dependency by name: {"state": "ready" | "starting" | "failed" | "off", …}. Cheap."""
        ...


class Messenger(Protocol):
    """Sends words out of the house: an SMS, a WhatsApp message, an e-mail."""

    async def send(self, to: str, text: str, *, subject: str = "") -> None:
        """to: an address in E.164 or of e-mail. Raises DeliveryFailed(retryable); never blocks longer than 10 s."""
        ...
