"""A small OpenID Connect provider on a real port: discovery, PKCE, codes that work once, keys that change, and lies on request."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.channels.small_server import listening

CLIENT, SECRET = "aisle", "client-secret"
Forge = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass
class IdentityProvider:
    url: str = ""
    who: dict[str, Any] = field(
        default_factory=lambda: {
            "sub": "u-1",
            "name": "Eve Moor",
            "email": "eve@shop.example",
            "email_verified": True,
            "roles": ["support"],
        }
    )
    forge: Forge = lambda claims: claims
    """Changes an ID token's claims before they are signed."""
    algorithm: str = "RS256"
    down: bool = False
    metadata: dict[str, Any] = field(default_factory=dict)
    keys: list[RSAKey] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    turn: int = 0

    def rotate(self) -> None:
        self.turn += 1
        self.keys = [_key(self.turn)]

    async def discovery(self, request: Request) -> Response:
        self.asked.append("discovery")
        if self.down:
            return Response("down", 503)
        return JSONResponse(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "end_session_endpoint": f"{self.url}/end",
                **self.metadata,
            }
        )

    async def jwks(self, request: Request) -> Response:
        self.asked.append("keys")
        return JSONResponse({"keys": [key.as_dict(private=False) for key in self.keys]})

    async def authorize(self, request: Request) -> Response:
        """Whoever comes is the one who is there."""
        asked = dict(request.query_params)
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT and "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", 302)

    async def token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        if self.down:
            return Response("down", 503)
        wanted = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        posted = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        if request.headers.get("authorization") != wanted and not posted:
            return JSONResponse({"error": "invalid_client"}, 401)
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        if (
            asked is None
            or asked["redirect_uri"] != form["redirect_uri"]
            or asked["code_challenge"] != challenge.decode()
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"], **self.who}
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "id_token": self.signed(self.forge(claims))})

    def signed(self, claims: dict[str, Any], *, key: Any = None) -> str:
        if self.algorithm in ("none", "HS256"):
            return self._by_anybody(claims)
        key = key or self.keys[0]
        registry = JWSRegistry(algorithms=[self.algorithm])
        return jwt.encode({"alg": self.algorithm, "kid": key.kid}, claims, key, registry=registry)

    def _by_anybody(self, claims: dict[str, Any]) -> str:
        """Unsigned, or with what everybody knows for a secret: the public key."""
        header = {"alg": self.algorithm, "kid": self.keys[0].kid}
        parts = [_encoded(json.dumps(part).encode()) for part in (header, claims)]
        secret = self.keys[0].as_pem(private=False)
        signature = hmac.digest(secret, ".".join(parts).encode(), "sha256") if self.algorithm == "HS256" else b""
        return ".".join([*parts, _encoded(signature)])

    def logout_token(self, **changes: Any) -> str:
        event = "http://schemas.openid.net/event/backchannel-logout"
        claims = {
            "iss": self.url, "aud": CLIENT, "iat": int(time.time()), "exp": int(time.time()) + 120,
            "jti": secrets.token_hex(8), "sub": self.who["sub"], "events": {event: {}}, **changes,
        }  # fmt: skip
        return self.signed({name: value for name, value in claims.items() if value is not None})


@cache
def _key(turn: int) -> RSAKey:
    """Made once: it takes longer than a test."""
    return RSAKey.generate_key(2048, {"kid": f"key-{turn}", "use": "sig"})


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


@asynccontextmanager
async def identity_provider() -> AsyncIterator[IdentityProvider]:
    provider = IdentityProvider()
    provider.rotate()
    routes = [
        Route("/.well-known/openid-configuration", provider.discovery),
        Route("/keys", provider.jwks),
        Route("/authorize", provider.authorize),
        Route("/token", provider.token, methods=["POST"]),
    ]
    async with listening(Starlette(routes=routes)) as url:
        provider.url = url
        yield provider


@dataclass
class Browser:
    """Keeps cookies, follows redirects one by one, and ends at the desk's page."""

    http: httpx.AsyncClient
    stops: list[str] = field(default_factory=list)

    async def go(self, path: str) -> httpx.Response:
        answer = await self.http.get(path, follow_redirects=False)
        self.stops.append(answer.headers.get("location", ""))
        return answer

    async def sign_in(self) -> dict[str, str]:
        """The fragment that the desk's page is called with."""
        await self.go("/v1/desk/sign_in/oidc")
        while self.stops[-1] and not self.stops[-1].startswith("/desk"):
            await self.go(self.stops[-1])
        return self.fragment

    @property
    def fragment(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.stops[-1]).fragment).items()}

    async def redeem(self, ticket: str) -> httpx.Response:
        return await self.http.post("/v1/desk/sign_in/oidc/redeem", json={"ticket": ticket})
