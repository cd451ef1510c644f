"""Writes docs/settings.md from the settings' own classes and docstrings: `python scripts/write_settings.py [--check]`."""

from __future__ import annotations

import ast
import inspect
import sys
from pathlib import Path

from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from assistant.audit.audit_settings import AuditSettings
from assistant.settings import AisleSettings
from assistant.sight.sight_settings import SightSettings
from assistant.stores.database import DatabaseSettings
from channels.call_center.phone_settings import PhoneSettings
from channels.customer_sign_in.sign_in_settings import SignInSettings
from channels.desk.oidc_settings import OidcSettings
from channels.mobile.mobile_settings import MobileSettings
from channels.sending.sending_settings import SendingSettings
from channels.settings import ChannelSettings
from channels.text_message.text_settings import TextSettings
from channels.voice.voice_settings import VoiceSettings
from model_serving.settings import ModelSettings
from model_serving.speech_settings import SpeechSettings
from retrieval.settings import RetrievalSettings

TARGET = Path(__file__).parent.parent / "docs" / "settings.md"
PARTS: tuple[tuple[str, type[BaseSettings]], ...] = (
    ("Data, address, answering", AisleSettings),
    ("The shared database, for replicas (docs/operations.md)", DatabaseSettings),
    ("The audit log (docs/audit.md)", AuditSettings),
    ("Sight: traces, costs, the log's form (docs/sight.md)", SightSettings),
    ("Channels", ChannelSettings),
    ("Customers' sign-in", SignInSettings),
    ("Messages that go out", SendingSettings),
    ("Agents' sign-in by an identity provider", OidcSettings),
    ("Mobile app", MobileSettings),
    ("Phone", PhoneSettings),
    ("Text messages", TextSettings),
    ("Calls", VoiceSettings),
    ("Retrieval", RetrievalSettings),
    ("Language model", ModelSettings),
    ("Speech", SpeechSettings),
)
LEAD = """# Settings

All from the environment; a secret may also stand in a file where a `…_FILE` setting says so. This page is written by
`scripts/write_settings.py` from the code. `AISLE_LOG` says how much the server's own log tells: `debug`, `info`, `warning` (the
default) or `error`.
"""


def page() -> str:
    return "\n".join((LEAD, *(_part(title, settings) for title, settings in PARTS)))


def _part(title: str, settings: type[BaseSettings]) -> str:
    prefix = str(settings.model_config.get("env_prefix", ""))
    told = _docstrings(settings)
    rows = [
        f"| `{prefix}{name.upper()}` | {_default(field.get_default(call_default_factory=False))} | {told.get(name, '')} |"
        for name, field in settings.model_fields.items()
    ]
    return "\n".join((f"## {title}\n", "| variable | default | what it does |", "|---|---|---|", *rows, ""))


def _default(value: object) -> str:
    if value is PydanticUndefined or value is None or str(value) in ("", "()", "**********"):
        return ""
    if isinstance(value, tuple):
        return f"`{','.join(map(str, value))}`"
    return f"`{value}`"


def _docstrings(settings: type[BaseSettings]) -> dict[str, str]:
    """The string that follows each field."""
    body = ast.parse(inspect.getsource(settings)).body[0]
    assert isinstance(body, ast.ClassDef)
    told: dict[str, str] = {}
    for before, after in zip(body.body, body.body[1:], strict=False):
        is_field = isinstance(before, ast.AnnAssign) and isinstance(before.target, ast.Name)
        if is_field and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            told[before.target.id] = " ".join(str(after.value.value).split()).replace("|", "\\|")  # type: ignore[union-attr]
    return told


def main() -> int:
    written = page()
    if "--check" in sys.argv:
        return 0 if TARGET.read_text(encoding="utf-8") == written else 1
    TARGET.write_text(written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
