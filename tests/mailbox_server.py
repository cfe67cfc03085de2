"""A small real IMAP server on loopback: enough of RFC 3501 and RFC 2177 to read one folder and wait for mail in it.

with MailboxServer() as server:
    server.deliver(mail)
    ... server.port ... server.said ...
"""

import base64
import re
import socketserver
import threading
from typing import Self

USER, PASSWORD, TOKEN = "nia", "correct horse", "ya29.token"
_FETCH = re.compile(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", re.IGNORECASE)
_SEARCH = re.compile(r"UID SEARCH (?:CHARSET \S+ )?\(?UID (\d+):\*\)?", re.IGNORECASE)


class MailboxServer:
    """The server; `with` starts and stops it. `said` are the commands that came, without their tags."""

    def __init__(self, *, idle: bool = True) -> None:
        self.mails: dict[int, bytes] = {}
        self.validity, self.next_uid = 1, 1
        self.idle = idle
        self.said: list[str] = []
        self.broken = False  # ends every connection at its next command
        self.idling = threading.Event()
        self._connections: set[socketserver.StreamRequestHandler] = set()
        self._waiting: set[socketserver.StreamRequestHandler] = set()
        self._lock = threading.RLock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self.cut()

    def deliver(self, mail: bytes) -> None:
        """Puts a mail into the folder and tells those that wait."""
        with self._lock:
            self.mails[self.next_uid] = mail
            self.next_uid += 1
            for connection in self._waiting:
                connection.wfile.write(b"* %d EXISTS\r\n" % len(self.mails))

    def renumber(self) -> None:
        """Makes the folder anew: the same mails under other numbers."""
        with self._lock:
            self.validity += 1
            self.mails = dict(enumerate(self.mails.values(), start=101))
            self.next_uid = 101 + len(self.mails)

    def cut(self) -> None:
        """Ends every connection."""
        with self._lock:
            for connection in self._connections:
                try:
                    connection.connection.shutdown(2)
                except OSError:
                    continue

    def serve(self, connection: socketserver.StreamRequestHandler) -> None:
        with self._lock:
            self._connections.add(connection)
        try:
            self._talk(connection)
        finally:
            with self._lock:
                self._connections.discard(connection)
                self._waiting.discard(connection)

    def _talk(self, connection: socketserver.StreamRequestHandler) -> None:
        write = connection.wfile.write
        write(b"* OK ready\r\n")
        while line := connection.rfile.readline().decode().strip():
            tag, _, command = line.partition(" ")
            self.said.append(command)
            if self.broken:
                return
            word = command.split()[0].upper()
            if word == "LOGOUT":
                write(f"* BYE bye\r\n{tag} OK done\r\n".encode())
                return
            if word == "IDLE":
                self._idle(connection, tag)
            elif word == "AUTHENTICATE":
                write(b"+ \r\n")
                said = base64.b64decode(connection.rfile.readline()).decode()
                good = said == f"user={USER}\x01auth=Bearer {TOKEN}\x01\x01"
                write(f"{tag} {'OK' if good else 'NO'} done\r\n".encode())
            else:
                write(self._answer(tag, word, command))

    def _answer(self, tag: str, word: str, command: str) -> bytes:
        if word == "CAPABILITY":
            return f"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2{' IDLE' if self.idle else ''}\r\n{tag} OK done\r\n".encode()
        if word == "LOGIN":
            good = command in {f'LOGIN "{USER}" "{PASSWORD}"', f'LOGIN {USER} "{PASSWORD}"'}
            return f"{tag} {'OK in' if good else 'NO wrong'}\r\n".encode()
        if word == "EXAMINE":
            if "INBOX" not in command:
                return f"{tag} NO no such folder\r\n".encode()
            return (
                f"* {len(self.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}]\r\n"
                f"* OK [UIDNEXT {self.next_uid}]\r\n{tag} OK [READ-ONLY]\r\n"
            ).encode()
        return self._look(tag, command)

    def _look(self, tag: str, command: str) -> bytes:
        if found := _SEARCH.fullmatch(command):
            # The star is the last mail, whatever stands before it.
            uids = [uid for uid in self.mails if uid >= int(found[1])] or list(self.mails)[-1:]
            return f"* SEARCH {' '.join(map(str, uids))}\r\n{tag} OK done\r\n".encode()
        if found := _FETCH.fullmatch(command):
            uid, most = int(found[1]), int(found[2])
            body = self.mails.get(uid, b"")[:most]
            literal = f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(body)}}}\r\n".encode() + body + b")\r\n"
            return (literal if uid in self.mails else b"") + f"{tag} OK done\r\n".encode()
        return f"{tag} BAD unknown\r\n".encode()

    def _idle(self, connection: socketserver.StreamRequestHandler, tag: str) -> None:
        with self._lock:
            connection.wfile.write(b"+ idling\r\n")
            self._waiting.add(connection)
        self.idling.set()
        connection.rfile.readline()  # DONE
        with self._lock:
            self._waiting.discard(connection)
        connection.wfile.write(f"{tag} OK done\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is what the tests are about."""


def _handler(server: MailboxServer) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            server.serve(self)

    return Handler
