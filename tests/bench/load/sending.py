"""Sends transactions, several at once, and no more than the chain has room for.

How much waits is sent minus included, and what is included is in the blocks: the node is never
asked for its pool, which would cost it more than the transactions do.
"""

import json
import threading
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Optional

from client import Connection, request, result
from load.transactions import is_signed

# Transactions in one request: as many as the node takes by its own default.
AT_ONCE = 10
# Two threads of the node check transactions; more connections keep both busy.
CONNECTIONS = 4
ANSWER_SECONDS = 120
# Between two looks for a new block.
POLL_SECONDS = 0.05
# Without a block for so long, something is wrong.
PATIENCE_SECONDS = 120


class Refused(Exception):
    """The node did not take a transaction, or didn't include it."""


class Blocks:
    """Follows the chain, and counts what is in its blocks but for what their authors put there."""

    def __init__(self, port: int):
        self._connection = Connection(port, ANSWER_SECONDS)
        self.best = self._best()
        self.included = 0
        self.largest = 0
        # When the first block with any was seen; monotonic.
        self.first_seen: Optional[float] = None

    def look(self) -> bool:
        """Count what blocks have come; whether any has."""
        best = self._best()
        if best == self.best:
            return False
        for number in range(self.best + 1, best + 1):
            block = self._ask("chain_getBlock", self._ask("chain_getBlockHash", number))["block"]
            count = sum(map(is_signed, block["extrinsics"]))
            if count and self.first_seen is None:
                self.first_seen = time.monotonic()
            self.included += count
            self.largest = max(self.largest, count)
        self.best = best
        return True

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _best(self) -> int:
        return int(self._ask("chain_getHeader")["number"], 16)

    def _ask(self, method: str, *params: Any) -> Any:
        return result(self._connection.ask(request(method, *params)))


class Sender:
    """Sends transactions in their order, as long as few wait: at most `bound`, or two blocks' worth
    if that is more, of the largest block so far, but no more than twice the bound.

    The pool checks what waits again with every block, so more would slow it down, and less would
    leave the next block without."""

    def __init__(self, port: int, transactions: Iterable[bytes], bound: int):
        self._port = port
        self._bound = bound
        self._transactions: Iterator[bytes] = iter(transactions)
        self._room = threading.Condition()
        self._stopped = False
        self._problem: Optional[Exception] = None
        self.sent = 0
        # When the last one was sent, by the clock of blocks.
        self.ended = 0.0
        self.blocks = Blocks(port)

    def run(self, seconds: Optional[float] = None) -> None:
        """Send all, or until so long after the first block that has any; then wait until all that
        was sent is in blocks."""
        threads = [threading.Thread(target=self._send) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        try:
            self._follow(threads, seconds)
        finally:
            self._stop()
            for thread in threads:
                thread.join()
            self.blocks.close()
        if self._problem:
            raise self._problem

    # ---- internal ----------------------------------------------------------------------------

    def _follow(self, threads: list[threading.Thread], seconds: Optional[float]) -> None:
        """Make room as blocks come."""
        last = time.monotonic()
        while any(thread.is_alive() for thread in threads) or self.blocks.included < self.sent:
            if self._problem:
                return
            now = time.monotonic()
            if self.blocks.look():
                last = now
                with self._room:
                    self._room.notify_all()
            elif now > last + PATIENCE_SECONDS:
                missing = self.sent - self.blocks.included
                raise Refused(f"{missing:,} transactions did not get into a block")
            began = self.blocks.first_seen
            if seconds is not None and began is not None and now > began + seconds:
                self._stop()
            time.sleep(POLL_SECONDS)

    def _stop(self) -> None:
        with self._room:
            self._stopped = True
            self._room.notify_all()

    def _send(self) -> None:
        connection = Connection(self._port, ANSWER_SECONDS)
        try:
            while some := self._next():
                _submit(connection, some)
        except Exception as problem:
            self._problem = self._problem or problem
            self._stop()
        finally:
            connection.close()

    def _most(self) -> int:
        return max(self._bound, 2 * min(self.blocks.largest, self._bound))

    def _next(self) -> list[bytes]:
        """The next ones, once there is room for them; none at the end."""
        with self._room:
            while not self._stopped and self.sent - self.blocks.included >= self._most():
                self._room.wait()
            some = [] if self._stopped else list(islice(self._transactions, AT_ONCE))
            if some:
                self.sent += len(some)
                self.ended = time.time()
            return some


def _submit(connection: Connection, transactions: list[bytes]) -> None:
    """Hand transactions to the node, and insist that it takes them."""
    batch = [request("author_submitExtrinsic", "0x" + it.hex()) for it in transactions]
    answers = json.loads(connection.ask(b"[%b]" % b",".join(batch)))
    for answer in answers if isinstance(answers, list) else [answers]:
        if "error" in answer:
            raise Refused(f"the node did not take a transaction: {answer['error']}")
