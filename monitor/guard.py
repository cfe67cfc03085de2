"""Keeps requests whose address came from outside away from private networks.

The name is resolved once, every address it has is checked, and the connection goes to a checked address: a second
answer of the name server cannot redirect it (DNS rebinding). TLS and the Host header still carry the name.
"""

import asyncio
import contextlib
import ipaddress
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterable

import httpcore
import httpx

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[tuple[str, ...]]]  # host, port -> its addresses, the best first, never none

_PATIENCE_S = 5.0  # seconds for an address while there is another to try
_MOST_ADDRESSES = 4  # tried before giving up
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_PROTOCOL_USE = ipaddress.IPv4Network("192.0.0.0/24")


class RefusedAddressError(Exception):
    """A name or address that leads into a private network."""


class UnusableProxyError(Exception):
    """A proxy whose address is neither http nor https."""


def is_public(address: Address) -> bool:
    """Whether the address is a host of the public internet, seen through the IPv4 addresses that IPv6 can carry."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or _nat64(address)
        if inner is not None:
            return is_public(inner)
        return address.is_global and address in _GLOBAL_UNICAST
    return address.is_global and not address.is_multicast and not address.is_reserved and address not in _PROTOCOL_USE


def _nat64(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address a NAT64 gateway would go on to (RFC 6052)."""
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None


def is_private_name(host: str) -> bool:
    """Whether the host names a private network without asking anyone: an address in any notation, or localhost."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return not is_public(ipaddress.ip_address(name))
    except ValueError:
        pass
    try:  # 127.1, 2130706433 and 0x7f000001 are addresses to every resolver
        return not is_public(ipaddress.IPv4Address(socket.inet_aton(name)))
    except (OSError, ValueError):
        return False


async def resolve(host: str, port: int) -> tuple[str, ...]:
    """The addresses of a host, asked in a thread of its own.

    The loop's executor is small and shared, so a slow name server would hold up everything else that runs there; and
    its threads are waited for at exit, which would hold up stopping. A daemon thread does neither.
    Raises OSError (no such name) or UnicodeError (no name at all).
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[tuple[str, ...]] = loop.create_future()

    def settle(addresses: tuple[str, ...], error: Exception | None) -> None:
        if answer.done():  # nobody waits any more
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(addresses)

    def ask() -> None:
        addresses: tuple[str, ...] = ()
        error: Exception | None = None
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
        except (OSError, UnicodeError) as problem:
            error = problem
        with contextlib.suppress(RuntimeError):  # the loop is closed: we are stopping
            loop.call_soon_threadsafe(settle, addresses, error)

    threading.Thread(target=ask, name=f"resolve {host}", daemon=True).start()
    return await answer


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to public hosts, and to the trusted one wherever it is. Made for one request; keeps nothing."""

    def __init__(self, *, trusted_host: str | None, resolve: Resolve) -> None:
        self._trusted_host = trusted_host
        self._resolve = resolve
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("no address for this name") from error
        if host != self._trusted_host and not all(is_public(ipaddress.ip_address(each)) for each in addresses):
            raise RefusedAddressError(host)
        *others, last = addresses[:_MOST_ADDRESSES]
        for address in others:
            with contextlib.suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await self._network.connect_tcp(address, port, _PATIENCE_S, local_address, socket_options)
        return await self._network.connect_tcp(last, port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109  # the signature is httpcore's
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002  # the same
    ) -> httpcore.AsyncNetworkStream:
        raise RefusedAddressError(path)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def guarded_transport(
    host: str, *, tls: ssl.SSLContext, proxy: str | None, trusted_host: str | None, resolve: Resolve
) -> httpx.AsyncHTTPTransport:
    """A transport for one request to `host`, whose every connection the guard makes.

    `host` and `trusted_host` are as they go on the wire. Through a proxy it is the proxy that resolves names, so here
    only those are refused that are private without asking. The proxy itself is the user's, wherever it is.
    Raises RefusedAddressError and UnusableProxyError.
    """
    way = _usable(proxy) if proxy is not None else None
    if way is not None and host != trusted_host and is_private_name(host):
        raise RefusedAddressError(host)
    transport = httpx.AsyncHTTPTransport(
        verify=tls,
        trust_env=False,
        proxy=way,
        limits=httpx.Limits(max_connections=1, max_keepalive_connections=0),
    )
    trusted = way.url.raw_host.decode("ascii") if way is not None else trusted_host
    # httpx has no argument for the backend, which httpcore's pools take; a test watches that the swap still works.
    transport._pool._network_backend = GuardedBackend(trusted_host=trusted, resolve=resolve)  # noqa: SLF001
    return transport


def _usable(address: str) -> httpx.Proxy:
    try:
        proxy = httpx.Proxy(address if "://" in address else f"http://{address}")
    except (httpx.InvalidURL, ValueError) as error:
        raise UnusableProxyError from error
    if proxy.url.scheme not in {"http", "https"} or not proxy.url.raw_host:
        raise UnusableProxyError
    return proxy
