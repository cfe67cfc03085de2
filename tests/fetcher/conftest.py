import ssl

import pytest

from tests.fetcher.rig import FEED, TLS
from tests.web_server import Answer, WebServer


@pytest.fixture
def web():
    with WebServer() as server:
        yield server


@pytest.fixture
def other():
    with WebServer() as server:
        yield server


@pytest.fixture
def tls_web():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "localhost.crt", TLS / "localhost.key")
    with WebServer(tls=context) as server:
        server.answer("/", Answer(body=FEED))
        yield server
