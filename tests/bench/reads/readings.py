"""Reads from two chains in turn, and says how long that took.

In turn, so that whatever else the machine does meanwhile slows both chains alike.
"""

import random
import statistics
import time
from collections.abc import Sequence
from typing import Any, Callable, NamedTuple

from client import BadAnswer, Connection, request, result
from progress import Progress
from reads.chain import ANSWER_SECONDS, Chain
from reads.layout import RECORD_KEEPER, RECORDS, Layout, features

SEED = 3
# The twin that is read over and over; both chains have it.
ONE_TWIN = 500
# Reads of one chain before it is the other one's turn.
TURN = 100
# Reads after a start that aren't counted. The database's files are mapped into the node's memory
# page by page when they are first touched, which takes longer than the read itself.
WARM_UP = 30_000
# Reads of one kind that aren't counted: the first calls compile the runtime.
FIRST_READS = 200

VIEW_METHOD = "state_call"
VIEW_API = "RuntimeViewFunction_execute_view_function"


class Reading(NamedTuple):
    """A kind of read: what to ask about a twin, and whether the answer is right."""

    title: str
    question: Callable[[int], bytes]
    is_right: Callable[[int, Any], bool]
    # Whether it must not take much longer among more twins, without a cache for the state and with
    # the node's own one; else it is for comparison.
    is_bound_uncached: bool
    is_bound_cached: bool


class Times(NamedTuple):
    """Of the reads of one chain, in microseconds."""

    median: float
    p95: float


def readings(layout: Layout) -> list[Reading]:
    """Storage and the view function, of any twin and of the same one over and over, and an empty
    question: what the way there and back takes."""

    def stored(number: int) -> bytes:
        return request("state_getStorage", "0x" + layout.twin_key(number))

    def is_stored(number: int, told: Any) -> bool:
        return told == "0x" + layout.twin_value(number)

    def viewed(number: int) -> bytes:
        return _view_request(layout, layout.view_twin, number)

    # Any twin: the node's cache would flatter the small chain, all of which it soon holds, so what
    # must hold is about the database. One twin: it is in the cache of either chain.
    return [
        Reading("state_getStorage of any twin", stored, is_stored, True, False),
        Reading("view function of any twin", viewed, _is_about_twin, True, False),
        Reading(
            "state_getStorage of one twin",
            lambda _: stored(ONE_TWIN),
            lambda _, told: is_stored(ONE_TWIN, told),
            True,
            True,
        ),
        Reading(
            "view function of one twin",
            lambda _: viewed(ONE_TWIN),
            lambda _, told: _is_about_twin(ONE_TWIN, told),
            True,
            True,
        ),
        Reading(
            "system_name (the way alone)",
            lambda _: request("system_name"),
            lambda _, told: isinstance(told, str),
            False,
            False,
        ),
    ]


def check_layout(chain: Chain, layout: Layout) -> int:
    """Insist that the runtime understands the state it was given; bytes of the records index."""

    def view(view: bytes, *arguments: int) -> bytes:
        call = "0x" + layout.view_call(view, *arguments)
        return view_result(chain.rpc.call(VIEW_METHOD, VIEW_API, call))

    count = int.from_bytes(view(layout.view_count), "little")
    if count != chain.twins:
        raise BadAnswer(f"the runtime counts {count:,} twins instead of {chain.twins:,}")
    entry = layout.records_index()
    stored = chain.rpc.call("state_getStorage", "0x" + entry.key)
    if stored != "0x" + entry.value or view(layout.view_index, RECORD_KEEPER).hex() != entry.value:
        raise BadAnswer(f"the runtime does not know the index of {RECORDS:,} records")
    return (len(entry.key) + len(entry.value)) // 2


def warm_up(chains: Sequence[Chain], layout: Layout, progress: Progress) -> None:
    """Make nodes that have just started like those that have run for a while."""
    storage = readings(layout)[0]
    choices = _choices("warm up")
    for chain in chains:
        connection = Connection(chain.node.rpc_port, ANSWER_SECONDS)
        try:
            for done in range(0, WARM_UP, TURN):
                _turn(storage, connection, chain.twins, TURN, choices)
                progress.show(f"{done + TURN:,} of {WARM_UP:,} reads of {chain.twins:,} twins")
        finally:
            connection.close()


def times_of(
    reading: Reading, chains: Sequence[Chain], reads: int, progress: Progress
) -> dict[int, Times]:
    """Times by number of twins."""
    progress.step(f"Reading {reads:,} times from each chain: {reading.title}")
    connections = {chain.twins: Connection(chain.node.rpc_port, ANSWER_SECONDS) for chain in chains}
    choices = _choices(reading.title)
    took: dict[int, list[int]] = {chain.twins: [] for chain in chains}
    try:
        for chain in chains:
            _turn(reading, connections[chain.twins], chain.twins, FIRST_READS, choices)
        # Forth and back, so that neither chain is always the first to be read.
        order = list(took)
        for done in range(0, reads, TURN):
            for twins in order:
                turn = min(TURN, reads - done)
                took[twins] += _turn(reading, connections[twins], twins, turn, choices)
            order.reverse()
            progress.show(f"{done + TURN:,} of {reads:,}")
    finally:
        for connection in connections.values():
            connection.close()
    return {twins: _times(nanoseconds) for twins, nanoseconds in took.items()}


def view_result(told: str) -> bytes:
    """What a view function returned, out of the answer to `state_call`."""
    answer = bytes.fromhex(told[2:])
    if answer[:1] != b"\0":
        raise BadAnswer(f"the runtime did not execute the view function: {told}")
    # Ok, then bytes behind their compact length.
    return answer[1 + (1, 2, 4)[answer[1] & 3] :]


# ---- internal --------------------------------------------------------------------------------


def _choices(purpose: str) -> random.Random:
    """Chance that is the same each time, but not for each purpose: what one kind of read has
    brought into the caches must not be what the next one asks for."""
    return random.Random(f"{SEED} {purpose}")


def _turn(
    reading: Reading, connection: Connection, twins: int, reads: int, choices: random.Random
) -> list[int]:
    """Nanoseconds of some reads; making questions and checking answers isn't counted."""
    numbers = [choices.randint(1, twins) for _ in range(reads)]
    questions = [reading.question(number) for number in numbers]
    took, answers = [], []
    for question in questions:
        began = time.perf_counter_ns()
        answer = connection.ask(question)
        took.append(time.perf_counter_ns() - began)
        answers.append(answer)
    for number, answer in zip(numbers, answers):
        if not reading.is_right(number, result(answer)):
            raise BadAnswer(f"wrong answer about twin {number:,}: {answer.decode()[:500]}")
    return took


def _times(nanoseconds: list[int]) -> Times:
    ordered = sorted(nanoseconds)
    # The smallest that at least 95 % don't exceed.
    p95 = ordered[-(-95 * len(ordered) // 100) - 1]
    return Times(statistics.median(ordered) / 1000, p95 / 1000)


def _view_request(layout: Layout, view: bytes, number: int) -> bytes:
    return request(VIEW_METHOD, VIEW_API, "0x" + layout.view_call(view, number))


def _is_about_twin(number: int, told: Any) -> bool:
    """Whether an `Option<TwinInfo>` has all that tells this twin from the others."""
    info = view_result(told)
    return info[:1] == b"\1" and all(feature in info for feature in features(number).values())
