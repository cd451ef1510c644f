"""The address that the other side used, which is what it signs: the shop's public one, not what a proxy made of it (pure)."""

from __future__ import annotations

from starlette.requests import HTTPConnection

_SOCKET_SCHEMES = {"https": "wss", "http": "ws"}


def web_address(connection: HTTPConnection, public_url: str) -> str:
    """Of this request, with its query."""
    query = connection.scope.get("query_string", b"").decode("latin-1")
    return base_address(connection, public_url) + _path(connection) + (f"?{query}" if query else "")


def socket_address(connection: HTTPConnection, public_url: str) -> str:
    return as_socket(web_address(connection, public_url))


def base_address(connection: HTTPConnection, public_url: str) -> str:
    """Without a public address set: as the request says, and by TLS, without which no carrier comes."""
    return public_url.rstrip("/") or f"https://{connection.headers.get('host', '')}"


def as_socket(address: str) -> str:
    scheme, _, rest = address.partition("://")
    return f"{_SOCKET_SCHEMES.get(scheme.lower(), scheme)}://{rest}"


def _path(connection: HTTPConnection) -> str:
    raw: bytes = connection.scope.get("raw_path") or connection.scope["path"].encode()
    return raw.decode("latin-1")
