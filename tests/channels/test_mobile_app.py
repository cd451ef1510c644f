"""The mobile app's addresses: page, manifest, worker; and what is kept of devices that want to be told."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assistant.events import ConversationId
from assistant.stores.small_tables import open_engine
from channels.mobile.mobile_settings import MobileSettings
from channels.mobile.push_rest import Notifying, is_of
from channels.mobile.shell import PAGE, manifest, shell_files, worker_script
from channels.mobile.subscriptions import MOST_OF_ONE, Subscription, Subscriptions
from tests.channels.house import Served, build_house, serving

pytestmark = pytest.mark.anyio
KEY = "B" * 87
SERVICE = "https://fcm.googleapis.com/fcm/send/abc"
KEYS = {"p256dh": "B" * 87, "auth": "A" * 22}


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(build_house(tmp_path)) as running:
        yield running


@pytest.mark.parametrize("address", ["/m/", "/m/share?url=https%3A%2F%2Fx%2Fp%2F1&title=Tent", "/m/?ask=order"])
async def test_the_app_is_one_page_at_each_of_its_addresses(served: Served, address: str) -> None:
    answer = await served.http.get(address)
    assert answer.status_code == 200 and "<aisle-mobile>" in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "require-trusted-types-for 'script'" in answer.headers["content-security-policy"]


async def test_the_address_without_a_slash_leads_there_with_its_query(served: Served) -> None:
    answer = await served.http.get("/m?ask=order")
    assert answer.status_code == 308 and answer.headers["location"] == "/m/?ask=order"


async def test_the_manifest_meets_what_browsers_ask_before_they_install(served: Served) -> None:
    answer = await served.http.get("/m/manifest.webmanifest")
    assert answer.headers["content-type"] == "application/manifest+json"
    told = answer.json()
    assert told["display"] == "standalone" and told["start_url"].startswith(told["scope"]) and told["short_name"]
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in told["icons"] if icon["type"] == "image/png"}
    assert "maskable" in {icon["purpose"] for icon in told["icons"]}
    for icon in [*told["icons"], *(one["icons"][0] for one in told["shortcuts"])]:
        assert (await served.http.get(icon["src"])).headers["content-type"] == icon["type"]


async def test_the_worker_keeps_files_that_are_there_and_nothing_of_a_conversation(served: Served) -> None:
    answer = await served.http.get("/m/worker.js")
    assert (
        answer.headers["content-type"].startswith("text/javascript") and answer.headers["cache-control"] == "no-cache"
    )
    kept = json.loads(re.search(r"const SHELL = (\{.*?\}) \?\?", answer.text)[1])  # type: ignore[index]
    assert kept["version"] and "/m/" in kept["files"] and "/assets/chat/chat_element.js" in kept["files"]
    assert not [path for path in kept["files"] if path.startswith("/v1/")]
    for path in kept["files"]:
        assert (await served.http.get(path)).status_code == 200, path


def test_any_changed_file_is_another_version(tmp_path: Path) -> None:
    files = shell_files()
    changed = tmp_path / "index.html"
    changed.write_text((PAGE / "index.html").read_text() + "\n")
    assert worker_script(files) == worker_script(shell_files())
    assert worker_script({**files, "/m/": changed}) != worker_script(files)


def test_a_long_name_has_a_short_one() -> None:
    assert manifest("Fjord & Field")["short_name"] == "Fjord & Fiel"


async def test_without_a_key_no_notifications_are_offered(served: Served) -> None:
    opened = await served.start("mobile")
    assert (await served.http.get("/v1/push")).json() == {"public_key": ""}
    assert (await opened.post("/push_subscriptions", {"endpoint": SERVICE, "keys": KEYS})).status_code == 404


async def test_a_device_is_told_of_its_own_conversation_and_may_stop_it(served: Served) -> None:
    notifying = Notifying(served.house, MobileSettings(push_public_key=KEY))
    served.app.state.notifying = notifying
    opened, other = await served.start("mobile"), await served.start("mobile")
    assert (await served.http.get("/v1/push")).json() == {"public_key": KEY}
    body = {"endpoint": SERVICE, "keys": KEYS, "locale": "de"}
    assert (await opened.post("/push_subscriptions", body)).status_code == 204
    kept = (await notifying.subscriptions()).of(ConversationId(opened.conversation_id))
    assert kept == (Subscription(endpoint=SERVICE, **KEYS, locale="de"),)
    assert (await other.post("/push_subscriptions/forget", {"endpoint": SERVICE})).status_code == 204
    assert (await notifying.subscriptions()).of(ConversationId(opened.conversation_id)) == kept
    assert (await opened.post("/push_subscriptions/forget", {"endpoint": SERVICE})).status_code == 204
    assert (await notifying.subscriptions()).of(ConversationId(opened.conversation_id)) == ()


async def test_a_foreign_token_subscribes_nowhere(served: Served) -> None:
    served.app.state.notifying = Notifying(served.house, MobileSettings(push_public_key=KEY))
    opened, other = await served.start("mobile"), await served.start("mobile")
    path = opened.path("/push_subscriptions")
    answer = await served.http.post(path, json={"endpoint": SERVICE, "keys": KEYS}, headers=other.headers)
    assert answer.status_code in (401, 404)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://127.0.0.1/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evil.example/fcm.googleapis.com",
        "https://user@fcm.googleapis.com/x",
        "https://fcm.googleapis.com:22/x",
        "https://[::1/x",
        "file:///etc/passwd",
        "",
    ],
)
async def test_only_addresses_of_push_services_are_taken(served: Served, endpoint: str) -> None:
    assert not is_of(endpoint, MobileSettings().push_services)
    served.app.state.notifying = Notifying(served.house, MobileSettings(push_public_key=KEY))
    opened = await served.start("mobile")
    assert (await opened.post("/push_subscriptions", {"endpoint": endpoint, "keys": KEYS})).status_code == 422


def test_a_subdomain_of_a_push_service_is_one() -> None:
    assert is_of("https://web.push.apple.com/abc", MobileSettings().push_services)


def test_the_newest_devices_of_a_conversation_are_kept(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    clock = iter(range(100))
    subscriptions = Subscriptions(engine, now=lambda: float(next(clock)))
    talk = ConversationId("c_1")
    for number in range(MOST_OF_ONE + 2):
        subscriptions.keep(talk, Subscription(endpoint=f"{SERVICE}{number}", **KEYS))
    assert [one.endpoint[-1] for one in subscriptions.of(talk)] == list("98765432")
    engine.dispose()
