"""Telling the service manager how the daemon is: ready, alive, stopping.

The protocol is that of sd_notify(3): lines of NAME=VALUE in one datagram to the socket the manager named.
"""

import socket
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Says so to whoever started the daemon. Each answers whether the words were taken; none of them ever waits.

    A manager that is gone must not take the daemon down with it, so a socket that refuses is False, not an error.
    """

    address: str | None  # a path, or "@" and a name without a file; None: nobody listens, nothing is sent

    def ready(self, status: str) -> bool:
        """The daemon does its work from now on; `status` is the line `systemctl status` shows."""
        return self._tell("READY=1", _status(status))

    def alive(self, status: str) -> bool:
        """The loop is turning: due more often than the watchdog's time."""
        return self._tell("WATCHDOG=1", _status(status))

    def stopping(self) -> bool:
        """The daemon winds up."""
        return self._tell("STOPPING=1", _status("stopping"))

    def _tell(self, *lines: str) -> bool:
        if self.address is None:
            return False
        # A name without a file begins with a zero byte, which no environment variable can hold.
        address = f"\0{self.address[1:]}" if self.address.startswith("@") else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
                channel.setblocking(False)
                channel.sendto("\n".join(lines).encode(errors="replace"), address)
        except OSError:
            return False
        return True


def _status(text: str) -> str:
    """The text as one line: a second one would be read as an order."""
    return f"STATUS={' '.join(text.split())}"
