"""Where a call comes from, as limits count it. Behind proxies it is what those of the settings say, and nobody else.

`uvicorn` walks X-Forwarded-For from its end and skips trusted proxies; a client's own header changes nothing.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from starlette.requests import HTTPConnection

IPV6_BITS = 64
"""What one household or server is given: its single addresses cost nothing."""


def network_of(connection: HTTPConnection) -> str:
    """ "192.0.2.7", "2001:db8:1:2::/64"; "" where there is none."""
    host = connection.client.host if connection.client else ""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host[:64]
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        kept = int(address) >> (128 - IPV6_BITS) << (128 - IPV6_BITS)
        return f"{IPv6Address(kept)}/{IPV6_BITS}"
    return str(address)
