"""The address from which a request came."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

# Bits of an IPv6 address that a provider gives to one customer.
_PREFIX = 64


def client_address(request: HttpRequest) -> str:
    """The client's IPv4 address or the network of its IPv6 address; empty if nothing tells it.

    Behind the proxy, on which HTTPS depends, it is the last address in ``X-Forwarded-For``, which
    the proxy wrote. Those before it may be invented.
    """
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        return _network(forwarded.rsplit(",", 1)[-1].strip())
    return _network(request.META.get("REMOTE_ADDR", ""))


def _network(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:  # of a socket in a file, or with a port
        return ""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((int(address), _PREFIX), strict=False).network_address)
    return str(address)
