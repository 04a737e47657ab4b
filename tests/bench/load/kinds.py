"""Kinds of transactions: what has to be there before, what is sent, and what must come of it."""

from collections.abc import Iterator
from typing import Any, Callable, ClassVar, NamedTuple

from hashing import blake2
from load.accounts import Key, keys
from load.state import State
from load.transactions import Maker

COUNTRY = b"NL"
# Base units, by which accounts can tell what they were sent.
AMOUNT = 1_000_000


class Miscount(Exception):
    """The chain's state isn't what was counted."""


class Tally(NamedTuple):
    """What happened under load: so many transactions, the first of the kind's, between the states
    of two blocks, for these fees by account."""

    before: str
    after: str
    sent: int
    fees: dict[bytes, int]


class Stage(NamedTuple):
    """Transactions before the load, and how to tell that they took effect."""

    what: str
    transactions: list[bytes]
    is_done: Callable[[State], bool]


class Kind:
    """A kind of load: what one of its transactions is."""

    # What people call them.
    name: ClassVar[str]
    definition: ClassVar[str]
    # How many of them fit in a block, for each that its declared weight lets in: more where part of
    # a weight comes back. An upper bound, by which enough are signed.
    refund: ClassVar[float] = 1.0

    def __init__(self, count: int, senders: int):
        """So many transactions, each of the senders' turn after the others'."""
        self.count = count
        self.senders = keys("sender", min(senders, count))

    def rich(self) -> list[Key]:
        """Accounts that need more than a sender does."""
        return []

    def stages(self, maker: Maker) -> Iterator[Stage]:
        """What has to happen before, in this order."""
        return iter(())

    def transactions(self, maker: Maker) -> Iterator[bytes]:
        """What is sent."""
        first = self.first_nonce()
        for number in range(self.count):
            turn, place = divmod(number, len(self.senders))
            call = self.call(maker, number)
            yield maker.transaction(call, self.senders[place], first + turn)

    def sample(self, maker: Maker) -> bytes:
        """One of them, to be weighed."""
        return maker.transaction(self.call(maker, 0), self.senders[0], 0)

    def check(self, state: State, tally: Tally) -> None:
        """Insist that the state is what must have come of it."""
        accounts = state.entries("System", "Account", self._publics(), tally.after)
        first = self.first_nonce()
        for place, account in enumerate(accounts):
            expected = first + self._turns(place, tally.sent)
            if account is None or account["nonce"] != expected:
                nonce = account and account["nonce"]
                raise Miscount(f"sender {place} has the nonce {nonce} instead of {expected}")

    # ---- of each kind ------------------------------------------------------------------------

    def first_nonce(self) -> int:
        """That of a sender's first transaction of the load."""
        return 0

    def call(self, maker: Maker, number: int) -> bytes:
        """The call of the transaction with this number."""
        raise NotImplementedError

    # ---- for all of them ---------------------------------------------------------------------

    def _publics(self) -> list[bytes]:
        return [key.public for key in self.senders]

    def _turns(self, place: int, sent: int) -> int:
        """How often the sender in a place had its turn."""
        return (sent - place + len(self.senders) - 1) // len(self.senders)


class Transfers(Kind):
    """Everybody sends once, to somebody half way round: neither has had a part in the block yet."""

    name = "transfers"
    definition = (
        "`balances.transfer_keep_alive` of the native token from one existing account to another. "
        "Each account sends once and receives once, not in the same block."
    )

    def __init__(self, count: int, senders: int):
        super().__init__(count, count)

    def call(self, maker: Maker, number: int) -> bytes:
        to = self.senders[self._receiver(number)].public
        return self._encoded(maker, to)

    def check(self, state: State, tally: Tally) -> None:
        super().check(state, tally)
        moved = [0] * len(self.senders)
        for number in range(tally.sent):
            moved[number] -= AMOUNT
            moved[self._receiver(number)] += AMOUNT
        publics = self._publics()
        before, after = (
            state.entries("System", "Account", publics, block)
            for block in (tally.before, tally.after)
        )
        for place, (old, new) in enumerate(zip(before, after)):
            expected = old["data"]["free"] + moved[place] - tally.fees.get(publics[place], 0)
            if new["data"]["free"] != expected:
                free = new["data"]["free"]
                raise Miscount(f"account {place} has {free:,} base units instead of {expected:,}")

    def _receiver(self, number: int) -> int:
        return (number + len(self.senders) // 2) % len(self.senders)

    def _encoded(self, maker: Maker, to: bytes) -> bytes:
        # Encoding by types takes as long as signing, so what is the same is done once.
        if not hasattr(self, "_call"):
            hole = blake2(b"hole", 32)
            call = maker.call("Balances", "transfer_keep_alive", dest=("Id", hole), value=AMOUNT)
            self._call: tuple[bytes, bytes] = tuple(call.split(hole))
        before, after = self._call
        return before + to + after


class Appends(Kind):
    """Twins append one record each, in turn."""

    name = "record appends"
    definition = (
        "`records.append` of one record by the controller of a twin. No twin has its turn twice "
        "before all others had theirs."
    )

    def first_nonce(self) -> int:
        # The first one registered the twin.
        return 1

    def stages(self, maker: Maker) -> Iterator[Stage]:
        last = self.senders[-1].public
        calls = [register(maker, "Person", f"Twin {n}") for n in range(len(self.senders))]
        yield Stage(
            f"{len(self.senders):,} twins",
            [maker.transaction(call, key, 0) for call, key in zip(calls, self.senders)],
            lambda state: state.entry("Twins", "Numbers", last) is not None,
        )

    def call(self, maker: Maker, number: int) -> bytes:
        leaf = blake2(b"record %d" % number, 32)
        return maker.call("Records", "append", leaves=[leaf])

    def check(self, state: State, tally: Tally) -> None:
        super().check(state, tally)
        twins = state.entries("Twins", "Numbers", self._publics(), tally.after)
        indexes = state.entries("Records", "Indexes", twins, tally.after)
        for place, index in enumerate(indexes):
            expected = self._turns(place, tally.sent)
            count = index["count"] if index else 0
            if count != expected:
                raise Miscount(f"twin {twins[place]} has {count} records instead of {expected}")


def register(maker: Maker, kind: str, name: str) -> bytes:
    """A call that registers a twin of the caller's own."""
    profile: dict[str, Any] = {"display_name": name.encode(), "logo": None, "country": COUNTRY}
    return maker.call("Twins", "register", kind=kind, profile=profile, controller="Caller")
