"""Agents sign in by a real, small OpenID Connect provider: who comes in as what, and every answer that is refused."""

from __future__ import annotations

import time
from asyncio import timeout as asyncio_timeout
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from channels.desk import desk_app
from channels.desk.oidc_rest import OidcDoor
from channels.desk.oidc_settings import OidcSettings
from tests.channels.desk.identity_provider import CLIENT, SECRET, Browser, Forge, IdentityProvider, identity_provider
from tests.channels.desk.test_desk_channel import AgentClient
from tests.channels.house import Served, build_house, serving

pytestmark = pytest.mark.anyio

ROLES = {"admins": "boss", "supervisors": "lead", "agents": "support,help"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def provider() -> AsyncIterator[IdentityProvider]:
    async with identity_provider() as running:
        yield running


def settings_of(provider: IdentityProvider, **changes: Any) -> OidcSettings:
    fields = {"issuer": provider.url, "client_id": CLIENT, "client_secret": SECRET, **ROLES, **changes}
    return OidcSettings(**fields)


class Office:
    def __init__(self, served: Served, provider: IdentityProvider) -> None:
        self.served, self.provider = served, provider

    @property
    def door(self) -> OidcDoor:
        found = self.served.app.state.oidc_door
        assert isinstance(found, OidcDoor)
        return found

    def change(self, **changes: Any) -> None:
        self.door.settings = settings_of(self.provider, **changes)

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        async with httpx.AsyncClient(base_url=self.served.url, trust_env=False, timeout=10, verify=False) as http:
            yield Browser(http)

    async def sign_in(self) -> dict[str, Any]:
        async with self.browser() as browser:
            answer = await browser.redeem((await browser.sign_in())["ticket"])
            assert answer.status_code == 200, answer.text
            return dict(answer.json())

    async def failure(self) -> str:
        async with self.browser() as browser:
            return (await browser.sign_in()).get("sign_in_failed", "")


@asynccontextmanager
async def office(
    home: Path, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch, **changes: Any
) -> AsyncIterator[Office]:
    settings = settings_of(provider, **changes)
    monkeypatch.setattr(desk_app, "OidcSettings", lambda: settings)
    async with serving(build_house(home)) as served:
        yield Office(served, provider)


@pytest.fixture
async def desk(tmp_path: Path, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    async with office(tmp_path, provider, monkeypatch) as opened:
        yield opened


async def test_an_agent_signs_in_and_works(desk: Office) -> None:
    signed_in = await desk.sign_in()
    assert {name: signed_in[name] for name in ("agent_id", "name", "role", "way", "must_change_password")} == {
        "agent_id": "eve@shop.example",
        "name": "Eve Moor",
        "role": "agent",
        "way": "oidc",
        "must_change_password": False,
    }
    eve = AgentClient(desk.served, signed_in["token"])
    assert (await eve.get("/queue")).status_code == 200
    assert (await eve.get("/agents")).status_code == 403


async def test_the_page_learns_which_ways_there_are(desk: Office) -> None:
    ways = (await desk.served.http.get("/v1/desk/sign_in/ways")).json()
    assert ways["password"] is True
    assert ways["oidc"]["url"] == "/v1/desk/sign_in/oidc" and ways["oidc"]["name"] == "single sign-on"
    assert ways["oidc"]["end_session_url"].startswith(f"{desk.provider.url}/end?client_id=aisle&post_logout")


async def test_without_a_provider_there_is_no_such_way(tmp_path: Path) -> None:
    async with serving(build_house(tmp_path)) as served:
        assert (await served.http.get("/v1/desk/sign_in/ways")).json() == {"password": True, "oidc": None}
        for method, rest in (("GET", ""), ("GET", "/callback"), ("POST", "/backchannel_logout")):
            answer = await served.http.request(method, f"/v1/desk/sign_in/oidc{rest}")
            assert answer.status_code == 404


async def test_the_highest_role_of_the_claim_counts_and_none_lets_nobody_in(desk: Office) -> None:
    for roles, role in ((["support", "boss"], "admin"), ("lead", "supervisor"), (["help", "cook"], "agent")):
        desk.provider.who["roles"] = roles
        assert (await desk.sign_in())["role"] == role
    for nothing in (["cook"], None, 7, {"boss": True}, [["boss"]]):
        desk.provider.who["roles"] = nothing
        assert await desk.failure() == "no_role"


async def test_roles_lie_where_the_settings_say(desk: Office) -> None:
    lying: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("realm_access.roles", {"realm_access": {"roles": ["lead"]}}, ""),
        ("https://shop.example/roles", {"https://shop.example/roles": ["boss"]}, ""),
        ("groups", {"groups": ["support"]}, ""),
        ("email", {"email": "boss"}, "no_role"),
        ("deep.down", {"deep": ["support"]}, "no_role"),
    )
    for path, claims, failure in lying:
        desk.change(roles_claim=path)
        desk.provider.who = {"sub": "u-1", "name": "Eve", **claims}
        assert await desk.failure() == failure, path


async def test_people_are_named_by_verified_address_alone(desk: Office) -> None:
    desk.change(roles_claim="email", admins="boss@shop.example", default_role="agent")
    desk.provider.who = {"sub": "u-1", "email": "boss@shop.example", "email_verified": False}
    assert (await desk.sign_in())["role"] == "agent"
    desk.provider.who |= {"email_verified": True}
    assert (await desk.sign_in())["role"] == "admin"


async def test_other_domains_stay_outside(desk: Office) -> None:
    desk.change(allowed_domains="shop.example")
    inside: tuple[dict[str, Any], ...] = (
        {"email": "eve@shop.example", "email_verified": True},
        {"email": "EVE@SHOP.EXAMPLE", "email_verified": True},
        {"hd": "shop.example"},
    )
    outside: tuple[dict[str, Any], ...] = (
        {"email": "eve@shop.example", "email_verified": False},
        {"email": "eve@shop.example"},
        {"email": "eve@shop.example", "email_verified": "true"},
        {"email": "eve@evil.example", "email_verified": True},
        {"email": "eve@shop.example@evil.example", "email_verified": True},
        {},
    )
    for told, failure in [(one, "") for one in inside] + [(one, "wrong_domain") for one in outside]:
        desk.provider.who = {"sub": "u-1", "roles": ["support"], **told}
        assert await desk.failure() == failure, told


def without(name: str) -> Forge:
    return lambda claims: {key: value for key, value in claims.items() if key != name}


def changed(**claims: Any) -> Forge:
    return lambda given: {**given, **claims}


FORGERIES: dict[str, Forge] = {
    "another nonce": changed(nonce="guessed"),
    "no nonce": without("nonce"),
    "another audience": changed(aud="another-shop"),
    "no audience": without("aud"),
    "two audiences and no authorised party": changed(aud=[CLIENT, "another-shop"]),
    "another authorised party": changed(azp="another-shop"),
    "another issuer": changed(iss="https://evil.example"),
    "no issuer": without("iss"),
    "expired": changed(exp=int(time.time()) - 120, iat=int(time.time()) - 600),
    "no expiry": without("exp"),
    "no subject": without("sub"),
    "an empty subject": changed(sub=""),
    "a subject that is no text": changed(sub=["u-1"]),
    "not yet": changed(nbf=int(time.time()) + 3_600),
    "of the future": changed(iat=int(time.time()) + 3_600),
    "another access token": changed(at_hash="AAAA"),
}


async def test_an_id_token_that_does_not_hold_is_refused(desk: Office) -> None:
    failures = {}
    for name, forgery in FORGERIES.items():
        desk.provider.forge = forgery
        failures[name] = await desk.failure()
    assert failures == dict.fromkeys(FORGERIES, "refused")
    assert desk.served.app.state.desk_door.accounts.all() == ()


async def test_a_token_that_anybody_could_sign_is_refused_and_other_signatures_of_the_key_are_good(
    desk: Office,
) -> None:
    for algorithm, failure in (("none", "refused"), ("HS256", "refused"), ("RS512", ""), ("PS256", "")):
        desk.provider.algorithm = algorithm
        assert await desk.failure() == failure, algorithm


async def test_a_key_that_is_not_the_providers_is_refused(desk: Office) -> None:
    stranger = IdentityProvider(url=desk.provider.url, turn=5)
    stranger.rotate()
    desk.provider.signed = lambda claims, key=None: stranger.signed(claims)  # type: ignore[method-assign]
    assert await desk.failure() == "refused"


async def test_the_provider_may_change_its_keys(desk: Office) -> None:
    await desk.sign_in()
    desk.provider.rotate()
    desk.door.provider._keys_at -= 11
    await desk.sign_in()
    assert desk.provider.asked.count("keys") == 2
    await desk.sign_in()
    assert desk.provider.asked.count("keys") == 2, "and they are not asked for each time"


async def test_unknown_keys_do_not_make_us_ask_the_provider_again_and_again(desk: Office) -> None:
    await desk.sign_in()
    stranger = IdentityProvider(url=desk.provider.url, turn=5)
    stranger.rotate()
    desk.provider.signed = lambda claims, key=None: stranger.signed(claims)  # type: ignore[method-assign]
    for _ in range(3):
        assert await desk.failure() == "refused"
    assert desk.provider.asked.count("keys") <= 2


async def test_a_callback_without_its_beginning_or_with_another_state_is_expired(desk: Office) -> None:
    async with desk.browser() as browser:
        await browser.go("/v1/desk/sign_in/oidc/callback?code=x&state=y")
        assert browser.fragment == {"sign_in_failed": "expired"}
        await browser.go("/v1/desk/sign_in/oidc")
        await browser.go("/v1/desk/sign_in/oidc/callback?code=x&state=guessed")
        assert browser.fragment == {"sign_in_failed": "expired"}


async def test_an_answer_is_taken_once_and_in_its_own_browser(desk: Office) -> None:
    async with desk.browser() as eve, desk.browser() as mallory:
        await eve.go("/v1/desk/sign_in/oidc")
        await eve.go(eve.stops[-1])
        answer = eve.stops[-1]
        await mallory.go("/v1/desk/sign_in/oidc")
        await mallory.go(answer)
        assert mallory.fragment == {"sign_in_failed": "expired"}, "nobody is signed in as another"
        kept = dict(eve.http.cookies)
        await eve.go(answer)
        assert "ticket" in eve.fragment
        for name, value in kept.items():
            eve.http.cookies.set(name, value)
        await eve.go(answer)
        assert eve.fragment == {"sign_in_failed": "expired"}


async def test_a_code_that_was_used_is_refused_by_the_provider_and_here(desk: Office) -> None:
    async with desk.browser() as browser:
        await browser.go("/v1/desk/sign_in/oidc")
        await browser.go(browser.stops[-1])
        desk.provider.codes.clear()
        await browser.go(browser.stops[-1])
        assert browser.fragment == {"sign_in_failed": "refused"}


async def test_a_ticket_is_good_once_for_a_minute_in_the_browser_that_signed_in(desk: Office) -> None:
    async with desk.browser() as eve, desk.browser() as mallory:
        ticket = (await eve.sign_in())["ticket"]
        await mallory.go("/v1/desk/sign_in/oidc")
        for answer in (await mallory.redeem(ticket), await eve.redeem("x"), await eve.redeem(ticket[:-2] + "AA")):
            assert answer.status_code == 401
        attempts = desk.door.attempts
        attempts._now = lambda: time.time() + 61
        assert (await eve.redeem(ticket)).status_code == 401
        attempts._now = time.time
        cookies = dict(eve.http.cookies)
        assert (await eve.redeem(ticket)).status_code == 200
        for name, value in cookies.items():
            eve.http.cookies.set(name, value)
        assert (await eve.redeem(ticket)).status_code == 401


async def test_the_cookie_is_for_this_one_path_and_for_no_script(desk: Office) -> None:
    async with desk.browser() as browser:
        answer = await browser.go("/v1/desk/sign_in/oidc")
        cookie = answer.headers["set-cookie"].lower()
        for part in ("httponly", "samesite=lax", "path=/v1/desk/sign_in", "max-age=600"):
            assert part in cookie


async def test_what_the_person_or_the_provider_gave_up_is_told_apart(desk: Office) -> None:
    for error, told in (("access_denied", "cancelled"), ("server_error", "refused")):
        async with desk.browser() as browser:
            await browser.go("/v1/desk/sign_in/oidc")
            state = dict(httpx.URL(browser.stops[-1]).params)["state"]
            await browser.go(f"/v1/desk/sign_in/oidc/callback?error={error}&state={state}")
            assert browser.fragment == {"sign_in_failed": told}


async def test_an_answer_of_another_issuer_is_refused(desk: Office) -> None:
    async with desk.browser() as browser:
        await browser.go("/v1/desk/sign_in/oidc")
        await browser.go(browser.stops[-1])
        await browser.go(f"{browser.stops[-1]}&iss=https://evil.example")
        assert browser.fragment == {"sign_in_failed": "refused"}


async def test_a_provider_that_is_away_is_said_to_be_and_the_passwords_still_work(desk: Office) -> None:
    desk.provider.down = True
    assert await desk.failure() == "unavailable"
    assert (await desk.served.http.get("/v1/desk/sign_in/ways")).json()["oidc"]["end_session_url"] is None
    assert desk.provider.asked.count("discovery") == 1, "nor is it asked anew by everybody"
    assert (await desk.served.http.post("/v1/desk/sign_in", json={"name": "x", "password": "y"})).status_code == 401


async def test_a_discovery_document_that_lies_is_not_believed(desk: Office) -> None:
    lies: tuple[dict[str, Any], ...] = (
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": None},
    )
    for lie in lies:
        desk.provider.metadata = lie
        desk.door.provider._failed_at = float("-inf")
        assert await desk.failure() == "unavailable", lie


async def test_a_secret_may_be_posted_where_the_provider_wants_it(desk: Office) -> None:
    desk.provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert await desk.failure() == ""


async def test_a_wrong_client_secret_is_refused(
    tmp_path: Path, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(tmp_path, provider, monkeypatch, client_secret="wrong") as desk:
        assert await desk.failure() == "refused"


async def test_passwords_may_be_switched_off(
    tmp_path: Path, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(tmp_path, provider, monkeypatch, local_accounts=False) as desk:
        assert (await desk.served.http.get("/v1/desk/sign_in/ways")).json()["password"] is False
        assert desk.served.app.state.desk_door.accounts.set_up() is None
        answer = await desk.served.http.post("/v1/desk/sign_in", json={"name": "admin", "password": "x"})
        assert answer.status_code == 401
        assert (await desk.sign_in())["role"] == "agent"


async def test_losing_the_role_removal_or_leaving_closes_sockets(desk: Office) -> None:
    async def signed_in(subject: str, role: str = "support") -> AgentClient:
        desk.provider.who |= {"sub": subject, "email": f"{subject}@shop.example", "roles": [role]}
        return AgentClient(desk.served, (await desk.sign_in())["token"])

    boss = await signed_in("boss", "boss")
    ada, ben, eve = [await signed_in(name) for name in ("ada", "ben", "eve")]
    async with ada.socket() as one, ben.socket() as two, eve.socket() as three:
        for socket in (one, two, three):
            await socket.until("queue")
        assert (await boss.call("DELETE", "/agents/ada@shop.example")).status_code == 204
        assert (await ben.post("/sign_out")).status_code == 204
        desk.provider.who |= {"sub": "eve", "roles": ["cook"]}
        assert await desk.failure() == "no_role"
        async with asyncio_timeout(5):
            assert [await socket.closed() for socket in (one, two, three)] == [4401] * 3
    assert (await eve.get("/queue")).status_code == 401


async def test_a_new_role_at_the_provider_closes_what_was_open_under_the_old(desk: Office) -> None:
    eve = AgentClient(desk.served, (await desk.sign_in())["token"])
    async with eve.socket() as socket:
        await socket.until("queue")
        desk.provider.who["roles"] = ["lead"]
        assert (await desk.sign_in())["role"] == "supervisor"
        async with asyncio_timeout(5):
            assert await socket.closed() == 4401


async def logged_out(desk: Office, token: str) -> int:
    answer = await desk.served.http.post("/v1/desk/sign_in/oidc/backchannel_logout", data={"logout_token": token})
    return answer.status_code


async def test_signing_out_at_the_provider_closes_the_desk(desk: Office) -> None:
    eve = AgentClient(desk.served, (await desk.sign_in())["token"])
    async with eve.socket() as socket:
        await socket.until("queue")
        token = desk.provider.logout_token()
        assert await logged_out(desk, token) == 200
        async with asyncio_timeout(5):
            assert await socket.closed() == 4401
    assert await logged_out(desk, token) == 400, "a logout works once"


async def test_a_logout_token_that_does_not_hold_signs_nobody_out(desk: Office) -> None:
    eve = AgentClient(desk.served, (await desk.sign_in())["token"])
    lies: tuple[dict[str, Any], ...] = (
        {"aud": "another-shop"},
        {"iss": "https://evil.example"},
        {"events": {}},
        {"events": "x"},
        {"nonce": "n"},
        {"sub": None},
        {"jti": None},
        {"iat": None},
        {"iat": 1_000},
        {"exp": 1_000},
    )
    for lie in lies:
        assert await logged_out(desk, desk.provider.logout_token(**lie)) == 400, lie
    assert (await eve.get("/queue")).status_code == 200


async def test_what_is_no_logout_token_is_refused(desk: Office) -> None:
    for token in ("", "x", "a.b.c", "x" * 100_000):
        assert await logged_out(desk, token) in (400, 413)
