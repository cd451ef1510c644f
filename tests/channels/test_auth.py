"""Tokens: bound to one conversation, hard to forge, and the shop's own with HS256 or RS256."""

from __future__ import annotations

import json
import stat
import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from assistant.events import ConversationId
from channels.edge.auth import AUDIENCE, SECRET_FILE, CustomerTokens, Tokens, load_secret
from channels.errors import CustomerTokenRefused, NotAllowed, SecretUnreadable
from channels.settings import ChannelSettings
from tests.channels.house import build_house, serving

SECRET = b"s" * 32
SHOP_SECRET = "the shop's own secret of 32 bytes!"
HERE = ConversationId("c_1")


@pytest.fixture
def anyio_backend():
    return "asyncio"


def test_a_token_opens_its_own_conversation_only():
    tokens = Tokens(SECRET)
    token = tokens.issue(HERE, "mobile")
    grant = tokens.read_for(token, "c_1")
    assert (grant.conversation, grant.channel) == ("c_1", "mobile")
    with pytest.raises(NotAllowed):
        tokens.read_for(token, "c_2")


def test_a_token_runs_out():
    now = [1_000_000.0]
    tokens = Tokens(SECRET, days=1, now=lambda: now[0])
    token = tokens.issue(HERE, "web")
    now[0] += 86_399
    tokens.read(token)
    now[0] += 2
    with pytest.raises(NotAllowed):
        tokens.read(token)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "someone-else", "sub": "c_1", "ch": "web", "exp": 9e9},
        {"aud": AUDIENCE, "sub": "c_1", "ch": "web"},
        {"aud": AUDIENCE, "sub": "c_1", "ch": "fax", "exp": 9e9},
        {"aud": AUDIENCE, "ch": "web", "exp": 9e9},
    ],
)
def test_a_token_of_ours_for_another_purpose_is_refused(claims):
    with pytest.raises(NotAllowed):
        Tokens(SECRET).read(jwt.encode(claims, SECRET, algorithm="HS256"))


def test_a_token_without_signature_or_under_another_secret_is_refused():
    claims = {"aud": AUDIENCE, "sub": "c_1", "ch": "web", "exp": int(time.time()) + 99}
    for forged in (jwt.encode(claims, None, algorithm="none"), jwt.encode(claims, b"x" * 32, algorithm="HS256")):
        with pytest.raises(NotAllowed):
            Tokens(SECRET).read(forged)


@given(st.one_of(st.text(max_size=300), st.from_regex(r"[\w-]{1,40}\.[\w-]{1,40}\.[\w-]{0,40}", fullmatch=True)))
def test_no_text_at_all_is_taken_for_a_token(text):
    with pytest.raises(NotAllowed):
        Tokens(SECRET).read(text)


def test_the_secret_is_made_once_and_its_owner_alone_may_read_it(tmp_path):
    first = load_secret(tmp_path / "home")
    path = tmp_path / "home" / SECRET_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    assert load_secret(tmp_path / "home") == first and len(first) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_bytes(b"")
    with pytest.raises(SecretUnreadable, match="damaged"):
        load_secret(tmp_path / "home")


def test_the_shops_token_by_a_shared_secret():
    tokens = CustomerTokens(ChannelSettings(customer_token_secret=SHOP_SECRET))
    assert tokens.read(jwt.encode({"sub": "maya_1"}, SHOP_SECRET, algorithm="HS256")) == "maya_1"
    for claims, key in (
        ({"sub": "maya_1", "exp": 1}, SHOP_SECRET),
        ({"sub": "maya_1"}, "y" * 32),
        ({"sub": ""}, SHOP_SECRET),
        ({"name": "maya"}, SHOP_SECRET),
    ):
        with pytest.raises(CustomerTokenRefused):
            tokens.read(jwt.encode(claims, key, algorithm="HS256"))


def test_the_shops_token_by_its_public_keys(tmp_path):
    key, other = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())) | {"kid": "k1", "alg": "RS256"}
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": [jwk]}))
    tokens = CustomerTokens(ChannelSettings(customer_token_jwks=str(tmp_path / "jwks.json")))
    assert tokens.read(jwt.encode({"sub": "maya_1"}, key, algorithm="RS256", headers={"kid": "k1"})) == "maya_1"
    for forged in (
        jwt.encode({"sub": "maya_1"}, other, algorithm="RS256", headers={"kid": "k1"}),
        jwt.encode({"sub": "maya_1"}, key, algorithm="RS256", headers={"kid": "k2"}),
        jwt.encode({"sub": "maya_1"}, "z" * 32, algorithm="HS256", headers={"kid": "k1"}),
    ):
        with pytest.raises(CustomerTokenRefused):
            tokens.read(forged)


def test_a_short_shared_secret_is_refused_when_the_settings_are_read():
    with pytest.raises(ValueError, match="32 bytes"):
        ChannelSettings(customer_token_secret="short")


@pytest.mark.anyio
async def test_a_conversation_with_the_shops_token_starts_identified(tmp_path):
    async with serving(build_house(tmp_path), ChannelSettings(customer_token_secret=SHOP_SECRET)) as served:
        signed = jwt.encode({"sub": "maya_1"}, SHOP_SECRET, algorithm="HS256")
        opened = await served.start(customer_token=signed)
        assert (await opened.get()).json()["customer"] == {"customer_id": "maya_1", "method": "token"}
        assert (await opened.events())[-1]["type"] == "customer_identified"
        for bad in ("nonsense", "", signed[:-4] + "AAAA"):
            answer = await served.http.post("/v1/conversations", json={"channel": "web", "customer_token": bad})
            assert (answer.status_code, answer.json()["code"]) == (401, "customer_token_refused")


@pytest.mark.anyio
async def test_without_a_key_no_customer_token_is_believed(tmp_path):
    async with serving(build_house(tmp_path)) as served:
        signed = jwt.encode({"sub": "maya_1"}, SHOP_SECRET, algorithm="HS256")
        answer = await served.http.post("/v1/conversations", json={"channel": "web", "customer_token": signed})
        assert answer.status_code == 401 and "AISLE_CUSTOMER_TOKEN" in answer.json()["detail"]


def test_a_customer_token_may_have_to_run_out_soon():
    reads = CustomerTokens(ChannelSettings(_env_file=None, customer_token_secret=SHOP_SECRET, customer_token_hours=1))
    now = int(time.time())
    assert reads.read(jwt.encode({"sub": "maya", "exp": now + 600}, SHOP_SECRET, algorithm="HS256")) == "maya"
    for claims in ({"sub": "maya"}, {"sub": "maya", "exp": now + 7_200}, {"sub": "maya", "exp": now - 60}):
        with pytest.raises(CustomerTokenRefused):
            reads.read(jwt.encode(claims, SHOP_SECRET, algorithm="HS256"))
