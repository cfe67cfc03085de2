import asyncio
import ipaddress
import socket

import httpcore
import httpx
import pytest

from monitor.guard import (
    GuardedBackend,
    RefusedAddressError,
    UnusableProxyError,
    guarded_transport,
    is_private_name,
    is_public,
    resolve,
)
from tests.web_server import Answer, WebServer

TLS = httpx.create_ssl_context()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("::ffff:93.184.215.14", True),
        ("2002:5db8:d70e::1", True),  # 6to4 of a public address
        ("64:ff9b::5db8:d70e", True),  # NAT64 of a public address
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("192.0.0.10", False),
        ("198.18.0.1", False),
        ("203.0.113.9", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::7f00:1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("2001:db8::1", False),
        ("2001::1", False),  # Teredo
        ("64:ff9b:1::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:169.254.169.254", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::a00:1", False),
    ],
)
def test_is_public(address, expected):
    assert is_public(ipaddress.ip_address(address)) is expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("feeds.localhost", True),
        ("127.0.0.1", True),
        ("127.1", True),
        ("2130706433", True),
        ("0x7f000001", True),
        ("0", True),
        ("::1", True),
        ("::ffff:10.0.0.1", True),
        ("press.example", False),
        ("93.184.215.14", False),
        ("localhost.example", False),
        ("", False),
    ],
)
def test_is_private_name(host, expected):
    assert is_private_name(host) is expected


def answering(*rounds):
    """A name server that gives these addresses, one round after another; the last one stays."""
    left = list(rounds)

    async def fake(host, port):
        return left.pop(0) if len(left) > 1 else left[0]

    return fake


def get(url, *, resolve=resolve, trusted_host=None):
    async def go():
        transport = guarded_transport(
            httpx.URL(url).host, tls=TLS, proxy=None, trusted_host=trusted_host, resolve=resolve
        )
        async with transport:
            response = await transport.handle_async_request(httpx.Request("GET", url))
            try:
                return await response.aread()
            finally:
                await response.aclose()

    return asyncio.run(go())


@pytest.fixture
def web():
    with WebServer() as server:
        server.answer("/", Answer(body=b"inside"))
        yield server


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0.0.0.0"])
def test_loopback_is_refused_in_every_notation(web, host):
    with pytest.raises(RefusedAddressError):
        get(f"http://{host}:{web.port}/")
    assert web.seen == []


def test_a_trusted_host_may_be_private(web):
    assert get(web.url(), trusted_host="127.0.0.1") == b"inside"


def test_trust_is_for_that_host_only(web):
    with pytest.raises(RefusedAddressError):
        get(web.url(), trusted_host="localhost")


def test_one_private_address_among_public_ones_refuses_the_name(web):
    with pytest.raises(RefusedAddressError):
        get(f"http://press.example:{web.port}/", resolve=answering(("93.184.215.14", "127.0.0.1")))


def test_the_connection_goes_to_the_address_that_was_checked(web):
    """The name is asked once; what it would answer next does not matter. Host still carries the name."""
    rebinding = answering(("127.0.0.1",), ("127.0.0.2",))
    assert get(f"http://press.example:{web.port}/", resolve=rebinding, trusted_host="press.example") == b"inside"
    assert web.seen[0].headers["host"] == f"press.example:{web.port}"


def test_a_dead_address_gives_way_to_the_next(web):
    two = answering(("127.0.0.2", "127.0.0.1"))
    assert get(f"http://press.example:{web.port}/", resolve=two, trusted_host="press.example") == b"inside"


@pytest.mark.parametrize("addresses", [("127.0.0.2",), ("127.0.0.2", "127.0.0.3")])
def test_no_address_that_answers_is_a_connect_error(web, addresses):
    with pytest.raises(httpx.ConnectError):
        get(f"http://press.example:{web.port}/", resolve=answering(addresses), trusted_host="press.example")


@pytest.mark.parametrize("error", [socket.gaierror(-2, "Name or service not known"), UnicodeError("label too long")])
def test_a_name_without_address_is_a_connect_error(error):
    async def failing(host, port):
        raise error

    with pytest.raises(httpx.ConnectError):
        get("http://press.example/", resolve=failing)


def test_sockets_in_the_file_system_are_refused():
    backend = GuardedBackend(trusted_host=None, resolve=resolve)
    with pytest.raises(RefusedAddressError):
        asyncio.run(backend.connect_unix_socket("/run/docker.sock"))
    asyncio.run(backend.sleep(0))


def test_resolve_gives_each_address_once():
    assert asyncio.run(resolve("127.0.0.1", 80)) == ("127.0.0.1",)
    assert "127.0.0.1" in asyncio.run(resolve("localhost", 80))


@pytest.mark.parametrize("host", ["a" * 70 + ".example", "a..b"])
def test_resolve_raises_what_the_guard_expects(host):
    with pytest.raises((OSError, UnicodeError)):
        asyncio.run(resolve(host, 80))


def test_a_cancelled_question_is_forgotten():
    async def go():
        task = asyncio.create_task(resolve("127.0.0.1", 80))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await resolve("127.0.0.1", 80) == ("127.0.0.1",)

    asyncio.run(go())


@pytest.mark.parametrize("proxy", [None, "http://127.0.0.1:3128"])
def test_the_pool_still_takes_the_guard(proxy):
    """httpx has no argument for it; this fails when an upgrade moves the place we put it."""
    transport = guarded_transport("press.example", tls=TLS, proxy=proxy, trusted_host=None, resolve=resolve)
    assert isinstance(transport._pool, httpcore.AsyncConnectionPool)
    assert isinstance(transport._pool._network_backend, GuardedBackend)


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1080", "http://", "ftp://127.0.0.1", "http://a:x"])
def test_a_proxy_must_be_http(proxy):
    with pytest.raises(UnusableProxyError):
        guarded_transport("press.example", tls=TLS, proxy=proxy, trusted_host=None, resolve=resolve)


def test_a_proxy_is_not_asked_for_private_addresses():
    for host in ("localhost", "169.254.169.254", "::1"):
        with pytest.raises(RefusedAddressError):
            guarded_transport(host, tls=TLS, proxy="127.0.0.1:3128", trusted_host="127.0.0.1", resolve=resolve)
