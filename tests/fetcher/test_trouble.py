"""What stands between us and an answer, and how it is told."""

import asyncio
import socket
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.fetching import Fetched, FetchFailed, FetchFailure, Request
from tests.fetcher.rig import QUICK, TLS, fetch, loopback, redirect, trusting
from tests.web_server import WebServer


def test_a_closed_port():
    with WebServer() as gone:
        url = gone.url("/")
    assert fetch(trusting(url)) == [
        FetchFailed(reason=FetchFailure.UNREACHABLE, detail="127.0.0.1: connection refused")
    ]


def test_a_name_that_does_not_exist():
    async def unknown(host, port):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    assert fetch(Request(url="http://nowhere.example/feed"), resolve=unknown) == [
        FetchFailed(reason=FetchFailure.UNREACHABLE, detail="nowhere.example: no address for this name")
    ]


def test_a_name_server_that_does_not_answer_ends_at_the_deadline():
    async def silent(host, port):
        await asyncio.Event().wait()

    (failed,) = fetch(
        Request(url="http://press.example/"), resolve=silent, limits=replace(QUICK, deadline=timedelta(seconds=0.05))
    )
    assert failed.reason is FetchFailure.TIMEOUT


def tls_fetch(tls_web, host):
    return fetch(Request(url=tls_web.url(host=host), trusted_host=host), resolve=loopback)[0]


def test_a_certificate_nobody_vouches_for(tls_web):
    failed = tls_fetch(tls_web, "press.example")
    assert failed.reason is FetchFailure.UNREACHABLE
    assert failed.detail == "press.example: TLS certificate not accepted: self-signed certificate"


def test_the_name_is_checked_though_the_connection_goes_to_an_address(tls_web, monkeypatch):
    """An own authority can be trusted; the certificate must still be for the name we asked for."""
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "localhost.crt"))
    assert isinstance(tls_fetch(tls_web, "press.example"), Fetched)
    assert "TLS certificate not accepted: Hostname mismatch" in tls_fetch(tls_web, "other.example").detail


def test_tls_where_there_is_none(web):
    (failed,) = fetch(trusting(f"https://127.0.0.1:{web.port}/"))
    assert (failed.reason, failed.detail) == (FetchFailure.UNREACHABLE, "127.0.0.1: TLS failed")


def test_https_does_not_lead_to_http(tls_web, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "localhost.crt"))
    redirect(tls_web, "/", f"http://press.example:{tls_web.port}/")
    assert tls_fetch(tls_web, "press.example").reason is FetchFailure.BAD_REDIRECT


@pytest.mark.parametrize(
    ("more", "secret"),
    [
        ({"headers": (("X-Key", "hunter2\nX-Other: 1"),)}, "hunter2"),
        ({"headers": (("bad name", "hunter2"),)}, "hunter2"),
        ({"proxy": "socks5://me:hunter2@127.0.0.1:1080"}, "hunter2"),
        ({"proxy": "http://me:hunter2@127.0.0.1:1"}, "hunter2"),
        ({"proxy": "gopher://me:hunter2@x"}, "hunter2"),
    ],
)
def test_details_hold_no_secrets(web, more, secret):
    (failed,) = fetch(trusting(web.url("/feed?token=hunter2"), **more))
    assert failed.reason is FetchFailure.UNREACHABLE
    assert secret not in failed.detail
