"""Asks a node one thing after the other over one connection, with little work of its own.

What the client itself takes is part of every reading, and would make a slow read look less slow.
"""

import json
import re
import socket
from typing import Any

CONTENT_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
END_OF_HEADERS = b"\r\n\r\n"


class BadAnswer(Exception):
    """The node answered with something else than was asked for."""


def request(method: str, *params: Any) -> bytes:
    """A question, as bytes."""
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()


def result(answer: bytes) -> Any:
    """What the node says, out of the body of its answer."""
    told = json.loads(answer)
    if "error" in told:
        raise BadAnswer(f"the node answered with an error: {told['error']}")
    return told["result"]


class Connection:
    """A connection to a node on this machine that stays open."""

    def __init__(self, port: int, timeout: float):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # The node refuses requests that aren't addressed to it, the port included.
        self._head = (
            f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()

    def close(self) -> None:
        """Close it."""
        self._socket.close()

    def ask(self, question: bytes) -> bytes:
        """The body of the answer."""
        self._socket.sendall(b"%b%d\r\n\r\n%b" % (self._head, len(question), question))
        data = self._receive()
        while (head := data.find(END_OF_HEADERS)) < 0:
            data += self._receive()
        length = CONTENT_LENGTH.search(data, 0, head + 2)
        if length is None or not data.startswith(b"HTTP/1.1 200"):
            raise BadAnswer(f"not an answer to an RPC call: {data[:200]!r}")
        end = head + len(END_OF_HEADERS) + int(length[1])
        while len(data) < end:
            data += self._receive()
        return data[end - int(length[1]) :]

    def _receive(self) -> bytes:
        data = self._socket.recv(1 << 16)
        if not data:
            raise BadAnswer("the node closed the connection")
        return data
