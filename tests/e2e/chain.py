"""A client of a chain: signs and submits, reads state and events."""

import time
from collections.abc import Sequence
from typing import Any, Callable, NamedTuple, Optional, Union

from ourledger_net import PATIENCE_SECONDS, Node
from scalecodec import ScaleBytes
from substrateinterface import ExtrinsicReceipt, Keypair, SubstrateInterface
from substrateinterface.exceptions import SubstrateRequestException

SS58_PREFIX = 42
# Of the networks of tests, by their presets.
SLOT_SECONDS = 1
# What spans are counted in, on every chain.
TICK_SECONDS = 3
# For one answer of the node, and so for a transaction to get into a block.
ANSWER_SECONDS = PATIENCE_SECONDS

# More than any call of these tests needs, and less than a motion may weigh.
MOTION_WEIGHT = {"ref_time": 100_000_000_000, "proof_size": 1_000_000}


def is_discarded(error: SubstrateRequestException) -> bool:
    """Whether the block that was best a moment ago has lost to another."""
    return "State already discarded" in str(error)


class Event(NamedTuple):
    """What a finalised block tells."""

    block: int
    pallet: str
    name: str
    fields: Any


def _of_a_best_block(read: Callable[[], Any]) -> Any:
    """Read again if the best block has lost, and its state is gone, meanwhile."""
    while True:
        try:
            return read()
        except SubstrateRequestException as error:
            if not is_discarded(error):
                raise


def key_of(name: str) -> Keypair:
    """The key of a development account."""
    return Keypair.create_from_uri(f"//{name.capitalize()}", ss58_format=SS58_PREFIX)


class Chain:
    """A connection to one node."""

    def __init__(self, node: Node):
        self.rpc = node.rpc
        self.api = SubstrateInterface(
            url=node.ws_url, ss58_format=SS58_PREFIX, ws_options={"timeout": ANSWER_SECONDS}
        )

    # ---- writing -----------------------------------------------------------------------------

    def call(self, pallet: str, function: str, **arguments: Any):
        """A call, not submitted yet."""
        return self.api.compose_call(pallet, function, arguments)

    def decode_call(self, encoded: str):
        """The call that these bytes, in hexadecimal, stand for."""
        call = self.api.create_scale_object("Call", ScaleBytes(encoded))
        call.decode()
        return call

    def send(self, call, signer: Keypair, wait: bool = True) -> ExtrinsicReceipt:
        """Submit a call; unless told not to, wait for its block and insist that it succeeded."""
        # Unlike the library's own choice this counts transactions that wait in the pool.
        nonce = self.rpc.call("system_accountNextIndex", signer.ss58_address)
        extrinsic = self.api.create_signed_extrinsic(call, signer, nonce=nonce)
        since = self.rpc.best_number()
        receipt = self.api.submit_extrinsic(extrinsic, wait_for_inclusion=wait)
        if wait:
            try:
                succeeded = receipt.is_success
            except SubstrateRequestException as error:
                if not is_discarded(error):
                    raise
                receipt = self._on_best_chain(extrinsic, since)
                succeeded = receipt.is_success
            name = f"{call.value['call_module']}.{call.value['call_function']}"
            assert succeeded, f"{name} failed: {receipt.error_message}"
        return receipt

    def _on_best_chain(self, extrinsic, since: int) -> ExtrinsicReceipt:
        """Look for a transaction whose first block has lost to another."""
        encoded = str(extrinsic.data)
        deadline = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < deadline:
            for number in range(since, self.rpc.best_number() + 1):
                at = self.rpc.block_hash(number)
                if encoded in self.rpc.call("chain_getBlock", at)["block"]["extrinsics"]:
                    return ExtrinsicReceipt(self.api, "0x" + extrinsic.extrinsic_hash.hex(), at)
            time.sleep(0.2)
        raise AssertionError("a transaction was in a block that lost, and is in no other")

    def pass_motion(self, call, members: Sequence[str]) -> None:
        """Have these council members pass a motion; they are just as many as it needs."""
        keys = [key_of(name) for name in members]
        motion = {
            "threshold": len(keys),
            "proposal": call,
            # Generous: a bound, not the length.
            "length_bound": len(call.data.data) + 32,
        }
        receipt = self.send(self.call("Council", "propose", **motion), keys[0])
        if len(keys) > 1:
            proposed = _fields_of(receipt, "Council", "Proposed")
            index, proposal = proposed["proposal_index"], proposed["proposal_hash"]
            vote = self.call("Council", "vote", proposal=proposal, index=index, approve=True)
            deadline = time.monotonic() + ANSWER_SECONDS
            while True:
                for key in keys[:-1]:
                    self.send(vote, key, wait=False)
                # The last one's turn is over when its vote is in a block, the others' too then:
                # they were in the pool before it.
                try:
                    self.send(vote, keys[-1])
                    break
                except AssertionError as error:
                    # The block of the motion has lost, and the votes were first in another.
                    if "ProposalMissing" not in str(error) or time.monotonic() > deadline:
                        raise
            close = {
                "proposal_hash": proposal,
                "index": index,
                "proposal_weight_bound": MOTION_WEIGHT,
                "length_bound": motion["length_bound"],
            }
            receipt = self.send(self.call("Council", "close", **close), keys[0])
        result = _fields_of(receipt, "Council", "Executed")["result"]
        assert "Ok" in result, f"the motion passed, but its call failed: {result}"

    # ---- reading -----------------------------------------------------------------------------

    def query(self, pallet: str, item: str, *keys: Any) -> Any:
        """What a storage item holds in the best block."""
        return _of_a_best_block(lambda: self.api.query(pallet, item, list(keys)).value)

    def tick(self, number: int) -> int:
        """The tick of a block: spans of three seconds since the slot of the first."""
        at = self.rpc.block_hash(number)
        first, slot = (
            self.api.query("Babe", item, block_hash=at).value
            for item in ("GenesisSlot", "CurrentSlot")
        )
        return (slot - first) * SLOT_SECONDS // TICK_SECONDS

    def wait_for_tick(self, tick: int, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until a block of this tick, or of a later one, is final."""
        deadline = time.monotonic() + seconds
        while self.tick(self.rpc.finalised().number) < tick:
            assert time.monotonic() < deadline, f"tick {tick} is not over within {seconds:.0f} s"
            time.sleep(0.2)

    def keys(self, pallet: str, item: str) -> list[Any]:
        """The keys of a storage map in the best block."""
        return _of_a_best_block(lambda: [key.value for key, _ in self.api.query_map(pallet, item)])

    def events(self, number: int) -> list[Event]:
        """The events of a block."""
        records = self.api.get_events(self.rpc.block_hash(number))
        return [
            Event(
                number,
                record.value["module_id"],
                record.value["event_id"],
                record.value["attributes"],
            )
            for record in records
        ]

    def events_between(
        self, first: int, last: int, pallet: str, name: Union[str, Sequence[str]]
    ) -> list[Event]:
        """The events of one kind, or some, in a range of blocks."""
        names = [name] if isinstance(name, str) else name
        return [
            event
            for number in range(first, last + 1)
            for event in self.events(number)
            if event.pallet == pallet and event.name in names
        ]

    def wait_for_event(
        self,
        pallet: str,
        name: Union[str, Sequence[str]],
        since: int,
        seconds: float = PATIENCE_SECONDS,
        matches: Optional[Callable[[Any], bool]] = None,
    ) -> Event:
        """The first event of a kind, or some, in finalised blocks from a number on."""
        deadline = time.monotonic() + seconds
        upcoming = since
        while True:
            finalised = self.rpc.finalised().number
            for event in self.events_between(upcoming, finalised, pallet, name):
                if matches is None or matches(event.fields):
                    return event
            upcoming = max(upcoming, finalised + 1)
            assert time.monotonic() < deadline, f"no {pallet}.{name} within {seconds:.0f} s"
            time.sleep(0.2)


def _fields_of(receipt: ExtrinsicReceipt, pallet: str, name: str) -> Any:
    for event in receipt.triggered_events:
        if (event.value["module_id"], event.value["event_id"]) == (pallet, name):
            return event.value["attributes"]
    raise AssertionError(f"the transaction caused no {pallet}.{name}")


def enact(chain: Chain, call, members: Sequence[str]) -> Event:
    """Have the council queue a call, and wait until it has run as Root."""
    since = chain.rpc.finalised().number
    chain.pass_motion(chain.call("Governance", "queue", call=call), members)
    proposal = chain.wait_for_event("Governance", "Queued", since).fields["id"]
    enacted = chain.wait_for_event(
        "Governance", "Enacted", since, matches=lambda fields: fields["id"] == proposal
    )
    assert "Ok" in enacted.fields["result"], enacted
    return enacted
