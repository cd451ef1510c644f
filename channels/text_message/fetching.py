"""Fetches what a customer sent along, no more of it than is wanted. Above: the carriers. Below: httpx."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from channels.errors import DeliveryFailed, TooLarge


async def fetched(
    http: httpx.AsyncClient,
    address: str,
    *,
    most: int,
    auth: httpx.BasicAuth | None = None,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """Follows redirects; what says who we are goes to the first host alone. Raises DeliveryFailed, TooLarge."""
    found = bytearray()
    try:
        async with http.stream("GET", address, auth=auth, headers=headers, follow_redirects=True) as answer:
            if not answer.is_success:
                raise DeliveryFailed(f"it was refused with {answer.status_code}", retryable=answer.status_code >= 500)
            async for chunk in answer.aiter_bytes():
                found += chunk
                if len(found) > most:
                    raise TooLarge(most)
    except httpx.HTTPError as error:
        raise DeliveryFailed(f"it cannot be fetched ({type(error).__name__})", retryable=True) from error
    return bytes(found)
