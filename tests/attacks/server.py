"""A server on loopback that nobody in the class should reach."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Server:
    """Listens on loopback, over TCP and UDP, and counts who came."""

    token: str
    port: int = 0
    visits: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Answer every connection with the secret until the block ends."""
        with (
            socket.create_server(("127.0.0.1", 0)) as tcp,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        ):
            self.port = tcp.getsockname()[1]
            udp.bind(("127.0.0.1", self.port))
            stop = threading.Event()
            threads = [
                threading.Thread(target=target, args=(stop,), daemon=True)
                for target in (lambda end: self._tcp(tcp, end), lambda end: self._udp(udp, end))
            ]
            for each in (tcp, udp):
                each.settimeout(0.2)
            for thread in threads:
                thread.start()
            try:
                yield
            finally:
                stop.set()
                for thread in threads:
                    thread.join()

    def _tcp(self, tcp: socket.socket, stop: threading.Event) -> None:
        while not stop.is_set():
            with contextlib.suppress(OSError):
                connection, _ = tcp.accept()
                self.visits.append("tcp")
                with connection:
                    connection.sendall(self.token.encode())

    def _udp(self, udp: socket.socket, stop: threading.Event) -> None:
        while not stop.is_set():
            with contextlib.suppress(OSError):
                udp.recvfrom(100)
                self.visits.append("udp")
