"""Secrets: made at the first start for their owner alone, taken from the environment or files, and told to nobody after that.

Not in a log, an error, an answer, a document, a metric or a `repr`.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import logging
import pkgutil
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pydantic_settings import BaseSettings

import assistant
import channels
import model_serving
import retrieval
from assistant.settings import AisleSettings
from channels.acts import ACTS
from channels.call_center.phone_settings import PhoneSettings
from channels.settings import ChannelSettings
from channels.text_message.text_settings import TextSettings
from tests.security.matrix_house import cheap_passwords, everybody
from tests.security.test_matrix_http import ask

PACKAGES = (assistant, channels, model_serving, retrieval)
NAMED_SECRET = re.compile(r"(?:^|_)(?:token|secret|password|key|keys|credential)$")
PUBLIC = {
    "push_public_key": "the public half of a pair",
    "public_key": "the public half of a pair",
}
HELD_OPENLY: dict[str, str] = {
    "channels.client.values.Ticket.token": "what a program's own client was given, for it to keep",
}
"""Dataclasses' fields that look like a secret and are none, or whose holder is the one to keep it."""
ROOT = Path(__file__).parents[2]


def modules() -> Iterator[Any]:
    for package in PACKAGES:
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name.endswith("settings"):
                importlib.import_module(found.name)
    yield from (module for name, module in sorted(sys.modules.items()) if name.split(".")[0] in _NAMES)


_NAMES = {package.__name__ for package in PACKAGES}


def named_as_secret(home: Path) -> list[Path]:
    return [path for path in home.iterdir() if re.search(r"secret|token|password|\.key", path.name)]


def all_settings() -> list[type[BaseSettings]]:
    list(modules())
    found, waiting = [], [BaseSettings]
    while waiting:
        for one in waiting.pop().__subclasses__():
            waiting.append(one)
            found += [one] if one.__module__.split(".")[0] in _NAMES else []
    return found


def test_every_secret_of_the_settings_hides_itself() -> None:
    seen = 0
    for settings in all_settings():
        for name, field in settings.model_fields.items():
            if NAMED_SECRET.search(name) and name not in PUBLIC:
                assert "SecretStr" in str(field.annotation), f"{settings.__name__}.{name} is shown by repr"
                seen += 1
    assert seen >= 12


def test_settings_with_secrets_show_none_and_errors_about_them_neither() -> None:
    planted = "planted-" + "x" * 40
    for settings in all_settings():
        names = [one for one, field in settings.model_fields.items() if "SecretStr" in str(field.annotation)]
        made = settings.model_construct(**{name: SecretStr(planted) for name in names})
        assert planted not in f"{made!r}{made}{made.model_dump()}"
    with pytest.raises(ValueError, match="16 characters") as caught:
        ChannelSettings(_env_file=None, admin_token="shortplanted")
    assert "shortplanted" not in str(caught.value)
    for wrong in ({"database_url": "mysql://a:planted@h/x"}, {"bus_url": "http://:planted@h"}):
        with pytest.raises(ValueError, match="_url") as caught:
            AisleSettings(_env_file=None, **wrong)
        assert "planted" not in str(caught.value)


def test_values_that_hold_a_secret_do_not_show_it() -> None:
    """Of every dataclass of the product: a field that is named as a secret is left out of its repr."""
    shown = []
    for module in list(modules()):
        for one in vars(module).values():
            if not (isinstance(one, type) and dataclasses.is_dataclass(one) and one.__module__ == module.__name__):
                continue
            for field in dataclasses.fields(one):
                place = f"{one.__module__}.{one.__qualname__}.{field.name}"
                secret = re.search(r"(?:^|_)(?:token|secret|password)$", field.name) and field.type in ("str", "bytes")
                if secret and field.repr and place not in HELD_OPENLY:
                    shown.append(place)
    assert shown == []


def test_secrets_are_compared_in_constant_time() -> None:
    """No == between what somebody shows and what is kept, anywhere."""
    found = []
    for package in PACKAGES:
        for path in Path(package.__path__[0]).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
                    sides = [ast.unparse(side) for side in (node.left, *node.comparators)]
                    literal = any(isinstance(side, ast.Constant | ast.Call) for side in (node.left, *node.comparators))
                    secret = [s for s in sides if re.search(r"(?:token|secret|password|signature|hmac)$", s)]
                    if len(secret) == 2 and not literal:
                        found.append(f"{path.name}:{node.lineno} {ast.unparse(node)}")
    assert found == []


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_nothing_that_the_server_says_holds_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, anyio_backend: str
) -> None:
    """Every route is asked, by the operator and by nobody, with good and bad bodies; all of it, and every log, is searched."""
    cheap_passwords(monkeypatch)
    caplog.set_level(logging.DEBUG)
    planted = {
        "AISLE_PHONE_TWILIO_AUTH_TOKEN": "planted-phone-twilio", "AISLE_PHONE_ASTERISK_SECRET": "planted-asterisk-secret",
        "AISLE_TEXT_TWILIO_AUTH_TOKEN": "planted-text-twilio", "AISLE_TEXT_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "AISLE_SEND_SMTP_PASSWORD": "planted-smtp-password",
    }  # fmt: skip
    for name, value in planted.items():
        monkeypatch.setenv(name, value)
    said: list[str] = []
    async with everybody(tmp_path) as all_of:
        files = named_as_secret(tmp_path)
        all_of.app.state.desk_door.accounts.set_up()
        for name in (one for one in ACTS if not one.startswith("WS ")):
            for headers in ({}, {"Authorization": f"Bearer {all_of.keys[next(iter(all_of.keys))]}"}):
                if "{path" not in name and "assets" not in name:
                    answer = await ask(all_of, name, headers)
                    said += [answer.text, str(answer.headers)]
        state = all_of.app.state
        said += [repr(state.call_center), repr(state.text_office), repr(state.desk_door), repr(state.front_door)]
        said += [repr(PhoneSettings()), repr(TextSettings()), caplog.text]
        kept = [path.read_text().strip() for path in files]
        assert kept
        given = [key for key in all_of.keys.values() if len(key) > 20]
    everything = "\n".join(said)
    for secret in (*planted.values(), *kept, *given):
        if not secret.startswith("AC"):
            assert secret not in everything, secret[:16]


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_the_first_start_makes_secrets_that_their_owner_alone_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, anyio_backend: str
) -> None:
    cheap_passwords(monkeypatch)
    async with everybody(tmp_path, admin_token=None) as all_of:
        assert all_of.app.state.admin_key is not None
    made = named_as_secret(tmp_path)
    assert {"token.secret", "admin.token"} <= {path.name for path in made}
    for path in made:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_no_secret_is_in_an_address_that_a_page_or_the_server_makes() -> None:
    """Tokens do not travel where addresses are logged: codes and tickets stand behind #, and are void once used."""
    for path in (*(ROOT / "channels").rglob("*.js"), *(ROOT / "channels").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found = re.findall(r"[?&](?:token|access_token|key|ticket|customer_token|password)=", text)
        assert not found, f"{path}: {found}"
