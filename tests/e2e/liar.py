#!/usr/bin/env python3
"""A server that lies: it hands JSON-RPC on to a real node, over HTTP and WebSocket, and alters
answers. What trusts it is broken.

    with Liar(node.ws_url, "forged-head") as liar:
        verify("--rpc", liar.ws_url, ...)  # must be refused
        assert liar.told                   # and was lied to

By hand: liar.py --node ws://127.0.0.1:9944 --lie forged-head [--port 9955]
"""

import argparse
import asyncio
import base64
import contextlib
import copy
import hashlib
import json
import os
import re
import struct
import threading
import urllib.request
from typing import Any, Callable, Optional
from urllib.parse import urlsplit

from digest import compact

# Of RFC 6455: what a server proves that it speaks WebSocket with.
_WEBSOCKET_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_CONTINUATION, _TEXT, _BINARY, _CLOSE, _PING, _PONG = 0, 1, 2, 8, 9, 10
# A chain's metadata is the longest honest answer.
_MAX_BYTES = 64 * 1024 * 1024

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

# Blocks by which a head is moved into the future.
FAR = 1_000


# ---- lies ------------------------------------------------------------------------------------


class Node:
    """Asks the node itself, to make up lies that look right."""

    def __init__(self, url: str):
        self.url = url

    def call(self, method: str, *params: Any) -> Any:
        """The node's own result."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        return self.answer(request)["result"]

    def answer(self, request: Any) -> Any:
        """The node's own answer to a request, or to a list of them."""
        post = urllib.request.Request(
            self.url, json.dumps(request).encode(), {"Content-Type": "application/json"}
        )
        with _opener.open(post, timeout=30) as response:
            return json.load(response)


# A lie gets the node, the method, its parameters and the true result; it returns what to say.
Lie = Callable[[Node, str, list, Any], Any]

HEAD_METHODS = ("chain_getFinalizedHead", "chain_getFinalisedHead")


def header_hash(header: dict) -> str:
    """Hash of a header as a node shows it."""
    parts = [_bytes(header["parentHash"]), compact(int(header["number"], 16))]
    parts += [_bytes(header["stateRoot"]), _bytes(header["extrinsicsRoot"])]
    logs = [_bytes(log) for log in header["digest"]["logs"]]
    encoded = b"".join([*parts, compact(len(logs)), *logs])
    return "0x" + hashlib.blake2b(encoded, digest_size=32).hexdigest()


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def _flip(text: str) -> str:
    """A number in hexadecimal with its last bit changed."""
    return text[:-1] + format(int(text[-1], 16) ^ 1, "x")


class _HeaderLie:
    """Shows a head of its own making, coherent with its hash."""

    def __init__(self, change: Callable[[dict], None]):
        self.change = change
        self.made: dict[str, dict] = {}

    def __call__(self, node: Node, method: str, params: list, result: Any) -> Any:
        if method in HEAD_METHODS:
            header = node.call("chain_getHeader", result)
            self.change(header)
            made = header_hash(header)
            self.made[made] = header
            return made
        if method == "chain_getHeader" and params and params[0] in self.made:
            return self.made[params[0]]
        return result


def _forged_head() -> Lie:
    """A block of the right number with another state."""
    return _HeaderLie(lambda header: header.update(stateRoot=_flip(header["stateRoot"])))


def _future_head() -> Lie:
    """A block that nobody has made yet."""
    return _HeaderLie(lambda header: header.update(number=hex(int(header["number"], 16) + FAR)))


def _old_head() -> Lie:
    """The first block, which was final long ago."""

    def lie(node: Node, method: str, params: list, result: Any) -> Any:
        return node.call("chain_getBlockHash", 1) if method in HEAD_METHODS else result

    return lie


def _unknown_head() -> Lie:
    """A hash that isn't that of the header."""

    def lie(node: Node, method: str, params: list, result: Any) -> Any:
        if method in HEAD_METHODS:
            return _flip(result)
        if method == "chain_getHeader" and result is None:
            return node.call("chain_getHeader", _flip(params[0]))
        return result

    return lie


def _wrong_header() -> Lie:
    """The right head, but its header has another state."""

    def lie(node: Node, method: str, params: list, result: Any) -> Any:
        if method == "chain_getHeader" and result:
            return {**result, "stateRoot": _flip(result["stateRoot"])}
        return result

    return lie


def _proof_lie(change: Callable[[Node, list, list], list]) -> Lie:
    def lie(node: Node, method: str, params: list, result: Any) -> Any:
        if method == "state_getReadProof" and result:
            return {**result, "proof": change(node, params, result["proof"])}
        return result

    return lie


def _changed_proof() -> Lie:
    """Every node of the proof is changed, the value among them."""
    return _proof_lie(lambda node, params, proof: [_flip(item) for item in proof])


def _short_proof() -> Lie:
    """The proof lacks a node."""
    return _proof_lie(lambda node, params, proof: sorted(proof, key=len)[1:])


def _no_proof() -> Lie:
    """The proof is empty."""
    return _proof_lie(lambda node, params, proof: [])


def _other_state() -> Lie:
    """An honest proof, but of the block before."""

    def change(node: Node, params: list, proof: list) -> list:
        before = node.call("chain_getHeader", params[1])["parentHash"]
        return node.call("state_getReadProof", params[0], before)["proof"]

    return _proof_lie(change)


def _other_key() -> Lie:
    """An honest proof, but of another key."""

    def change(node: Node, params: list, proof: list) -> list:
        # `:extrinsic_index`, a key that lies far from those of pallets.
        return node.call("state_getReadProof", ["0x3a"], params[1])["proof"]

    return _proof_lie(change)


def _changed_storage() -> Lie:
    """Values without a proof are changed."""

    def lie(node: Node, method: str, params: list, result: Any) -> Any:
        return _flip(result) if method == "state_getStorage" and result else result

    return lie


def _swapped_scopes(*versions: int) -> Lie:
    """Metadata of these versions in which two proxy scopes have each other's name: what is shown as
    one is signed as the other."""
    asked = ["0x" + version.to_bytes(4, "little").hex() for version in versions]

    def scope(name: str, index: int) -> str:
        # A name of eight letters, no fields, and the index.
        return f"20{name.encode().hex()}00{index:02x}"

    said = {
        scope("Payments", 1): scope("Commerce", 1),
        scope("Commerce", 2): scope("Payments", 2),
    }

    def lie(node: Node, method: str, params: list, result: Any) -> Any:
        if method != "state_call" or params[0] != "Metadata_metadata_at_version":
            return result
        if params[1] not in asked:
            return result
        # At once, so that the second doesn't undo the first.
        return re.sub("|".join(said), lambda it: said[it[0]], result)

    return lie


def _honest() -> Lie:
    """No lie: shows that the server itself works."""
    return lambda node, method, params, result: result


LIES: dict[str, Callable[[], Lie]] = {
    "honest": _honest,
    "forged-head": _forged_head,
    "future-head": _future_head,
    "old-head": _old_head,
    "unknown-head": _unknown_head,
    "wrong-header": _wrong_header,
    "changed-proof": _changed_proof,
    "short-proof": _short_proof,
    "no-proof": _no_proof,
    "other-state": _other_state,
    "other-key": _other_key,
    "changed-storage": _changed_storage,
    "swapped-scopes": lambda: _swapped_scopes(16),
    "swapped-scopes-twice": lambda: _swapped_scopes(15, 16),
}


# ---- the server ------------------------------------------------------------------------------


class Liar:
    """The server, on the loopback interface, in a thread of its own."""

    def __init__(self, node_url: str, lie: str, port: int = 0):
        """`node_url` is the node's, as in ws://127.0.0.1:9944; port 0 takes a free one."""
        address = urlsplit(node_url)
        self.node_host, self.node_port = address.hostname, address.port
        self.node = Node(f"http://{self.node_host}:{self.node_port}")
        self.lie = LIES[lie]()
        self.port = port
        # The methods whose answers were altered, in order.
        self.told: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._ready = threading.Event()
        self._failure: Optional[BaseException] = None

    def __enter__(self) -> "Liar":
        self._thread.start()
        self._ready.wait()
        if self._failure:
            raise self._failure
        return self

    def __exit__(self, *_) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    @property
    def ws_url(self) -> str:
        """Where clients reach it."""
        return f"ws://127.0.0.1:{self.port}"

    @property
    def http_url(self) -> str:
        """Where clients reach it without WebSocket."""
        return f"http://127.0.0.1:{self.port}"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            server = self._loop.run_until_complete(
                asyncio.start_server(self._serve, "127.0.0.1", self.port)
            )
            self.port = server.sockets[0].getsockname()[1]
        except OSError as error:
            self._failure = error
            return
        finally:
            self._ready.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    def _alter(self, request: dict, answer: dict) -> dict:
        """An answer as the lie wants it."""
        if "result" not in answer:
            return answer
        method, params = request.get("method", ""), request.get("params") or []
        true = answer["result"]
        said = self.lie(self.node, method, params, copy.deepcopy(true))
        if said == true:
            return answer
        self.told.append(method)
        return {**answer, "result": said}

    async def _alter_aside(self, request: dict, answer: dict) -> dict:
        # A lie may ask the node, which takes its time.
        return await self._loop.run_in_executor(None, self._alter, request, answer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (head := await _read_head(reader)) is not None:
                if head.get("upgrade", "").lower() == "websocket":
                    await self._serve_websocket(head, reader, writer)
                    return
                await self._serve_http(head, reader, writer)
        except (OSError, asyncio.IncompleteReadError, ValueError):
            # The client or the node has gone, or doesn't speak the protocol.
            pass
        finally:
            writer.close()

    async def _serve_http(self, head: dict, reader, writer) -> None:
        body = await reader.readexactly(int(head.get("content-length", "0")))
        request = json.loads(body)
        answer = await self._loop.run_in_executor(None, self.node.answer, request)
        if isinstance(request, list):
            asked = {item.get("id"): item for item in request}
            answer = [await self._alter_aside(asked[item["id"]], item) for item in answer]
        else:
            answer = await self._alter_aside(request, answer)
        content = json.dumps(answer).encode()
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n" % len(content)
        )
        writer.write(content)
        await writer.drain()

    async def _serve_websocket(self, head: dict, reader, writer) -> None:
        key = head["sec-websocket-key"].encode()
        accept = base64.b64encode(hashlib.sha1(key + _WEBSOCKET_GUID).digest())
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n" % accept
        )
        node_reader, node_writer = await asyncio.open_connection(self.node_host, self.node_port)
        try:
            await _ask_for_websocket(node_reader, node_writer, self.node_host, self.node_port)
            asked: dict[Any, dict] = {}
            both = [
                asyncio.ensure_future(self._pass_requests(reader, node_writer, writer, asked)),
                asyncio.ensure_future(self._pass_answers(node_reader, writer, node_writer, asked)),
            ]
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)
        finally:
            node_writer.close()

    async def _pass_requests(self, reader, node_writer, writer, asked: dict) -> None:
        async for kind, message in _messages(reader, writer, masked=False):
            if kind == _TEXT:
                requests = json.loads(message)
                for request in requests if isinstance(requests, list) else [requests]:
                    asked[request.get("id")] = request
            await _send(node_writer, kind, message, masked=True)

    async def _pass_answers(self, node_reader, writer, node_writer, asked: dict) -> None:
        async for kind, message in _messages(node_reader, node_writer, masked=True):
            if kind == _TEXT:
                answers = json.loads(message)
                if isinstance(answers, list):
                    altered = [await self._altered(answer, asked) for answer in answers]
                else:
                    altered = await self._altered(answers, asked)
                # What isn't altered passes as it is, byte by byte.
                if altered != answers:
                    message = json.dumps(altered).encode()
            await _send(writer, kind, message, masked=False)

    async def _altered(self, answer: dict, asked: dict) -> dict:
        request = asked.pop(answer.get("id"), None) if "id" in answer else None
        return await self._alter_aside(request, answer) if request else answer


# ---- HTTP and WebSocket ----------------------------------------------------------------------


async def _read_head(reader: asyncio.StreamReader) -> Optional[dict]:
    """The header fields of a request or an answer; none at the end of the connection."""
    if not await reader.readline():
        return None
    fields = {}
    while line := (await reader.readline()).decode("latin-1").strip():
        name, _, value = line.partition(":")
        fields[name.strip().lower()] = value.strip()
    return fields


async def _ask_for_websocket(reader, writer, host: str, port: int) -> None:
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    head = await _read_head(reader)
    if not head or "sec-websocket-accept" not in head:
        raise ConnectionError("the node doesn't speak WebSocket")


async def _messages(reader, writer, masked: bool):
    """The messages that come in, whole; answers pings itself. `masked` is for what it sends."""
    kind, parts = _TEXT, []
    while True:
        first, second = await reader.readexactly(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack(">H", await reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", await reader.readexactly(8))
        if length > _MAX_BYTES:
            raise ValueError("the message is too long")
        mask = await reader.readexactly(4) if second & 0x80 else None
        payload = _masked(await reader.readexactly(length), mask)
        opcode = first & 0x0F
        if opcode == _CLOSE:
            await _send(writer, _CLOSE, payload, masked)
            return
        if opcode == _PING:
            await _send(writer, _PONG, payload, masked)
        elif opcode in (_CONTINUATION, _TEXT, _BINARY):
            if opcode != _CONTINUATION:
                kind, parts = opcode, []
            parts.append(payload)
            if first & 0x80:
                yield kind, b"".join(parts)


async def _send(writer, kind: int, message: bytes, masked: bool) -> None:
    flag = 0x80 if masked else 0
    if len(message) < 126:
        head = struct.pack(">BB", 0x80 | kind, flag | len(message))
    elif len(message) < 1 << 16:
        head = struct.pack(">BBH", 0x80 | kind, flag | 126, len(message))
    else:
        head = struct.pack(">BBQ", 0x80 | kind, flag | 127, len(message))
    mask = os.urandom(4) if masked else None
    writer.write(head + (mask or b"") + _masked(message, mask))
    await writer.drain()


def _masked(payload: bytes, mask: Optional[bytes]) -> bytes:
    """Payload with a mask put on or taken off."""
    if not mask or not payload:
        return payload
    length = len(payload)
    whole = (mask * (length // 4 + 1))[:length]
    number = int.from_bytes(payload, "big") ^ int.from_bytes(whole, "big")
    return number.to_bytes(length, "big")


def main() -> None:
    """Lie until interrupted."""
    parser = argparse.ArgumentParser(description="Hands JSON-RPC on to a node and lies.")
    parser.add_argument("--node", required=True, metavar="URL", help="as in ws://127.0.0.1:9944")
    parser.add_argument("--lie", required=True, choices=sorted(LIES))
    parser.add_argument("--port", type=int, default=0, help="by default a free one")
    options = parser.parse_args()
    with Liar(options.node, options.lie, options.port) as liar:
        print(f"lying ({options.lie}) on {liar.ws_url}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
