"""A wire to a node that is cut at a chosen moment.

with Cutter(node.ws_url, asked=7) as wire:  # the seventh question never reaches the node
    cli.failure("--url", wire.ws_url, ...)
"""

import contextlib
import socket
import threading
from typing import Optional
from urllib.parse import urlsplit

# As much as is handed on at a time.
_CHUNK = 64 * 1024


class _Frames:
    """Counts the WebSocket frames in a stream of bytes, after the handshake."""

    def __init__(self) -> None:
        self.count = 0
        self._bytes = b""
        self._greeted = False

    def add(self, data: bytes) -> None:
        """Takes the next bytes."""
        self._bytes += data
        if not self._greeted:
            _, end, rest = self._bytes.partition(b"\r\n\r\n")
            if not end:
                return
            self._greeted, self._bytes = True, rest
        while (length := self._length()) is not None and len(self._bytes) >= length:
            self._bytes = self._bytes[length:]
            self.count += 1

    def _length(self) -> Optional[int]:
        """Of the frame that the bytes begin with, if that much of it is there."""
        if len(self._bytes) < 2:
            return None
        masked, short = self._bytes[1] & 0x80, self._bytes[1] & 0x7F
        wide = {126: 2, 127: 8}.get(short, 0)
        if len(self._bytes) < 2 + wide:
            return None
        payload = int.from_bytes(self._bytes[2 : 2 + wide], "big") if wide else short
        return 2 + wide + (4 if masked else 0) + payload


class Cutter:
    """Hands on what is said, until there were so many questions, or so many answers."""

    def __init__(self, url: str, asked: Optional[int] = None, answered: Optional[int] = None):
        self._node = (urlsplit(url).hostname, urlsplit(url).port)
        self._limits = {"asked": asked, "answered": answered}
        self._frames = {"asked": _Frames(), "answered": _Frames()}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._own, self._nodes = (
            b"%s:%d" % (host.encode(), port)
            for host, port in (self._listener.getsockname(), self._node)
        )
        self.ws_url = f"ws://{self._own.decode()}"
        self.is_cut = False

    @property
    def asked(self) -> int:
        """How many questions there were."""
        return self._frames["asked"].count

    @property
    def answered(self) -> int:
        """How many answers and notices."""
        return self._frames["answered"].count

    def __enter__(self) -> "Cutter":
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self._cut()

    def _serve(self) -> None:
        # Once cut, nobody is connected again.
        with contextlib.suppress(OSError):
            while True:
                asker, _ = self._listener.accept()
                if self.is_cut:
                    asker.close()
                    continue
                node = socket.create_connection(self._node)
                self._open += [asker, node]
                for way in ((asker, node, "asked"), (node, asker, "answered")):
                    threading.Thread(target=self._hand_on, args=way, daemon=True).start()

    def _hand_on(self, source: socket.socket, target: socket.socket, what: str) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(_CHUNK):
                # A node serves those alone who call it by its own name.
                data = data.replace(b"Host: %s" % self._own, b"Host: %s" % self._nodes)
                self._frames[what].add(data)
                limit = self._limits[what]
                if limit is not None and self._frames[what].count >= limit:
                    self.is_cut = True
                    break
                target.sendall(data)
        self._cut()

    def _cut(self) -> None:
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
                end.close()
