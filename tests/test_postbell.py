"""Mail that comes while the daemon waits is told at once, and after the connection was lost as well."""

import asyncio
from pathlib import Path

from tests.house import House
from tests.mailbox_server import PASSWORD, USER, MailboxServer
from tests.web.page import serving

NEWS = b"""From: Gazette <screen@gazette.example>\r
Subject: Lantern Bay renewed for season 3\r
Message-ID: <77@gazette.example>\r
Date: Mon, 02 Mar 2026 08:55:00 +0000\r
\r
The drama returns.\r
"""


def test_mail_is_told_when_it_comes(tmp_path: Path):
    async def work() -> None:
        with MailboxServer() as server:
            server.deliver(NEWS.replace(b"77", b"76").replace(b"Lantern Bay", b"Another Show"))
            line = (
                f'{{id: letters, type: imap, host: 127.0.0.1, port: {server.port}, user: {USER}, password: "{PASSWORD}", '
                "security: none, trust: from}"
            )
            async with serving(House(tmp_path, sources=[line])) as page:
                async with asyncio.timeout(20):
                    while not await page.daemon.store.read(lambda view: view.last_polls()):
                        await asyncio.sleep(0.02)
                    await asyncio.to_thread(server.idling.wait, 20)
                server.deliver(NEWS)
                printed = await page.printed("Lantern Bay")
                assert "Another Show" not in printed
                assert not any(command.startswith(("SELECT", "STORE")) for command in server.said)

    asyncio.run(work())
