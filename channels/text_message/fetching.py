"""Fetches what a customer sent along, no more of it than is wanted. Above: the carriers. Below: httpx.

The address comes from a carrier, and carriers send on to their stores. Each step is looked at: the same server, or another's public
name over HTTPS; never an address of this network, which a forged answer could name (S7 of docs/security.md).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from ipaddress import ip_address

import httpx

from channels.errors import DeliveryFailed, TooLarge

MOST_STEPS = 4


async def fetched(
    http: httpx.AsyncClient,
    address: str,
    *,
    most: int,
    auth: httpx.BasicAuth | None = None,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """Follows redirects; what says who we are goes to the first server alone. Raises DeliveryFailed, TooLarge."""
    at = httpx.URL(address)
    for step in range(MOST_STEPS):
        first = step == 0
        try:
            found = await _step(http, at, most, auth if first else None, headers if first else None)
        except httpx.HTTPError as error:
            raise DeliveryFailed(f"it cannot be fetched ({type(error).__name__})", retryable=True) from error
        if isinstance(found, bytes):
            return found
        await _check_step(at, found)
        at = found
    raise DeliveryFailed("it is sent on too often", retryable=False)


async def _step(
    http: httpx.AsyncClient, at: httpx.URL, most: int, auth: httpx.BasicAuth | None, headers: Mapping[str, str] | None
) -> bytes | httpx.URL:
    """What lies there, or where it lies."""
    found = bytearray()
    async with http.stream("GET", at, auth=auth, headers=headers, follow_redirects=False) as answer:
        if answer.next_request is not None:
            return answer.next_request.url
        if not answer.is_success:
            raise DeliveryFailed(f"it was refused with {answer.status_code}", retryable=answer.status_code >= 500)
        async for chunk in answer.aiter_bytes():
            found += chunk
            if len(found) > most:
                raise TooLarge(most)
    return bytes(found)


async def _check_step(before: httpx.URL, after: httpx.URL) -> None:
    """Raises DeliveryFailed."""
    if (after.scheme, after.host, after.port) == (before.scheme, before.host, before.port):
        return
    if after.scheme != "https" or not await _is_public(after.host):
        raise DeliveryFailed("it is sent on to an address of no carrier's", retryable=False)


async def _is_public(host: str) -> bool:
    try:
        known = await asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return all(ip_address(str(address[0]).partition("%")[0]).is_global for *_, address in known)
