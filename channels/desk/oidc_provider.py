"""The shop's identity provider: its discovery document, its keys, and what it says about somebody, verified.

OpenID Connect Core 1.0 and Discovery 1.0 by Authlib and joserfc; the HTTP calls are ours, with time limits and without
redirects. One event loop. Above: `oidc_rest`. Below: httpx.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc6749.parameters import prepare_token_request
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from channels.desk.oidc_errors import LogoutRefused, OidcRefused, ProviderUnavailable
from channels.desk.oidc_settings import OidcSettings
from channels.edge.admin_token import is_local

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519")
"""Signatures that need the provider's own key: none, and nothing by a shared secret."""
METADATA_SECONDS = 3_600.0
AGAIN_SECONDS = 10.0
"""Before a provider that failed, or keys that were just read, are asked for again."""
LEEWAY_SECONDS = 60
LONGEST_TOKEN = 64 * 1024
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"

Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRequest:
    """What this sign-in's request and its answer have in common."""

    state: str
    nonce: str
    verifier: str


@dataclass(slots=True)
class Provider:
    settings: OidcSettings
    now: Callable[[], float] = time.time
    context: ssl.SSLContext = field(default_factory=httpx.create_ssl_context)
    """Made once: reading all authorities takes tens of milliseconds."""
    _metadata: dict[str, Any] = field(default_factory=dict)
    _metadata_at: float = float("-inf")
    _failed_at: float = float("-inf")
    _keys: KeySet | None = None
    _keys_at: float = float("-inf")

    async def authorization_url(self, request: SignInRequest, *, redirect_uri: str) -> str:
        """Raises ProviderUnavailable."""
        metadata = await self.metadata()
        client = OAuth2Client(
            None, client_id=self.settings.client_id, scope=self.settings.scopes, code_challenge_method="S256"
        )
        url, _ = client.create_authorization_url(
            metadata["authorization_endpoint"],
            state=request.state,
            nonce=request.nonce,
            code_verifier=request.verifier,
            redirect_uri=redirect_uri,
        )
        return str(url)

    async def end_session_url(self, *, then: str) -> str | None:
        """Where a browser ends the provider's own session; None where there is no such place, or none is known now."""
        try:
            endpoint = (await self.metadata()).get("end_session_endpoint")
        except ProviderUnavailable:
            return None
        if not isinstance(endpoint, str):
            return None
        asked = urlencode({"client_id": self.settings.client_id, "post_logout_redirect_uri": then})
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{asked}"

    async def claims_for(self, code: str, request: SignInRequest, *, redirect_uri: str) -> Claims:
        """Who has signed in. Raises OidcRefused, ProviderUnavailable."""
        answer = await self._token(code, request.verifier, redirect_uri)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise OidcRefused("there was no id_token")
        known = {"nonce": request.nonce, "client_id": self.settings.client_id}
        if isinstance(answer.get("access_token"), str):
            known["access_token"] = answer["access_token"]
        claims, header = await self._verified(token)
        try:
            found = CodeIDToken(claims, header, await self._expected(), known)
            found.validate(now=int(self.now()), leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError) as error:
            raise OidcRefused(f"its claims do not hold: {error}") from error
        return dict(found)

    async def logout_claims(self, token: str) -> Claims:
        """Of a logout token (OpenID Connect Back-Channel Logout 1.0). Raises LogoutRefused, ProviderUnavailable."""
        try:
            claims, _ = await self._verified(token)
            expected = await self._expected() | {name: {"essential": True} for name in ("iat", "jti", "sub")}
            jwt.JWTClaimsRegistry(int(self.now()), LEEWAY_SECONDS, **expected).validate(claims)
        except (OidcRefused, JoseError, ValueError, TypeError) as error:
            raise LogoutRefused from error
        events = claims.get("events")
        old = not isinstance(claims["iat"], int | float) or claims["iat"] < self.now() - 600
        if not isinstance(events, dict) or LOGOUT_EVENT not in events or "nonce" in claims or old:
            raise LogoutRefused
        return claims

    async def metadata(self) -> Mapping[str, Any]:
        """The discovery document. Raises ProviderUnavailable."""
        if self.now() - self._metadata_at < METADATA_SECONDS:
            return self._metadata
        if self.now() - self._failed_at < AGAIN_SECONDS:
            raise ProviderUnavailable("the identity provider did not answer a moment ago")
        issuer = self.settings.issuer.rstrip("/")
        try:
            found = await self._read(f"{issuer}/.well-known/openid-configuration")
            _check_metadata(found, issuer)
        except ProviderUnavailable:
            self._failed_at = self.now()
            raise
        self._metadata, self._metadata_at = found, self.now()
        return found

    async def _expected(self) -> dict[str, Any]:
        issuer = (await self.metadata())["issuer"]
        return {
            "iss": {"essential": True, "value": issuer},
            "aud": {"essential": True, "value": self.settings.client_id},
        }

    async def _verified(self, token: str) -> tuple[dict[str, Any], Any]:
        if len(token) > LONGEST_TOKEN:
            raise OidcRefused("its token is too long")
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        try:
            try:
                found = jwt.decode(token, await self._key_set(), registry=registry)
            except InvalidKeyIdError:  # the provider may have changed its keys
                found = jwt.decode(token, await self._key_set(anew=True), registry=registry)
        except (JoseError, ValueError, TypeError) as error:
            raise OidcRefused(f"its token does not verify: {type(error).__name__}") from error
        return found.claims, found.header

    async def _key_set(self, *, anew: bool = False) -> KeySet:
        age = self.now() - self._keys_at
        if self._keys is None or age > METADATA_SECONDS or (anew and age > AGAIN_SECONDS):
            found = await self._read(str((await self.metadata())["jwks_uri"]))
            try:
                self._keys, self._keys_at = KeySet.import_key_set(found), self.now()  # type: ignore[arg-type]
            except (JoseError, ValueError, TypeError, KeyError) as error:
                raise ProviderUnavailable("its keys cannot be read") from error
        return self._keys

    async def _token(self, code: str, verifier: str, redirect_uri: str) -> dict[str, Any]:
        metadata, secret = await self.metadata(), self.settings.secret()
        body = prepare_token_request("authorization_code", code=code, redirect_uri=redirect_uri, code_verifier=verifier)
        auth = ClientAuth(self.settings.client_id, secret, _method(metadata, secret))
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        url, headers, body = auth.prepare("POST", metadata["token_endpoint"], headers, body)
        answer = await self._call("POST", url, headers=headers, content=body)
        if answer.status_code >= 500:
            raise ProviderUnavailable(f"the identity provider answered {answer.status_code}")
        found = _json(answer)
        if answer.status_code != 200:
            raise OidcRefused(f"the code was refused ({answer.status_code} {str(found.get('error', ''))[:40]})")
        return found

    async def _read(self, url: str) -> dict[str, Any]:
        answer = await self._call("GET", url)
        if answer.status_code != 200:
            raise ProviderUnavailable(f"{url} answered {answer.status_code}")
        return _json(answer)

    async def _call(self, method: str, url: str, **more: Any) -> httpx.Response:
        try:
            async with httpx.AsyncClient(timeout=self.settings.seconds, verify=self.context) as client:
                return await client.request(method, url, **more)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ProviderUnavailable(f"{url} cannot be reached ({type(error).__name__})") from error


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError as error:
        raise ProviderUnavailable("the identity provider answered something else than JSON") from error
    if not isinstance(found, dict):
        raise ProviderUnavailable("the identity provider answered something else than a JSON object")
    return found


def _check_metadata(found: Mapping[str, Any], issuer: str) -> None:
    if str(found.get("issuer", "")).rstrip("/") != issuer:
        raise ProviderUnavailable(f"the document of {issuer} is another issuer's: {str(found.get('issuer'))[:200]!r}")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        place = urlsplit(str(found.get(name, "")))
        if place.scheme != "https" and not (place.scheme == "http" and is_local(place.hostname or "")):
            raise ProviderUnavailable(f"its {name} is not https")


def _method(metadata: Mapping[str, Any], secret: str) -> str:
    if not secret:
        return "none"
    methods = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
