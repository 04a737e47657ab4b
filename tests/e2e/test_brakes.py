"""The brakes on a running network: what passes safe mode, and a migration that fails."""

import hashlib
import os
from pathlib import Path

import pytest

from chain import Chain, enact, key_of
from evidence import check_honest
from upgrade import compressed

COUNCIL = ["alice", "bob"]
SAFE_MODE = "SafeMode"
HOUR_TICKS = 1_200
# A brake that has no end.
ENDLESS = 2**32 - 1
OUR = 10**12
# As next_migration.rs names them.
FAIL = "0x" + b"next-migration/fail".hex()
STEPS = "0x" + b"next-migration/steps".hex()


@pytest.fixture(scope="module")
def network(new_network):
    with new_network("brakes", "local_testnet", validators=4) as network:
        yield network


@pytest.fixture
def chain(network) -> Chain:
    return Chain(network["alice"])


def transfer(chain, to: str = "ferdie"):
    return chain.call("Balances", "transfer_keep_alive", dest=key_of(to).ss58_address, value=OUR)


def by_proxy(chain, real: str, call):
    return chain.call(
        "Proxy", "proxy", real=key_of(real).ss58_address, force_proxy_type=None, call=call
    )


def release(chain, brake: str):
    return chain.call("Brakes", "release", brake=brake)


def is_refused(chain, call, signer: str) -> bool:
    """Whether the runtime's filter refuses it."""
    nonce = chain.rpc.call("system_accountNextIndex", key_of(signer).ss58_address)
    extrinsic = chain.api.create_signed_extrinsic(call, key_of(signer), nonce=nonce)
    receipt = chain.api.submit_extrinsic(extrinsic, wait_for_inclusion=True)
    if receipt.is_success:
        return False
    assert receipt.error_message["name"] == "CallFiltered", receipt.error_message
    return True


def is_vetoed(chain, attempt: int) -> bool:
    """Queues a call, and has two members stop it through their proxies. False if it ran before."""
    since = chain.rpc.finalised().number
    proposal = chain.query("Governance", "NextProposalId")
    key = f"0x6272616b6564{attempt:02x}"
    call = chain.call("System", "set_storage", items=[(key, "0x01")])
    chain.pass_motion(chain.call("Governance", "queue", call=call), COUNCIL)
    veto = chain.call("Governance", "veto", id=proposal)
    for member in ["charlie", "bob"]:
        # The second doesn't wait for the first.
        chain.send(by_proxy(chain, member, veto), key_of("ferdie"), wait=False)
    ended = chain.wait_for_event(
        "Governance",
        ("Vetoed", "Enacted"),
        since,
        matches=lambda fields: fields["id"] == proposal,
    )
    is_set = chain.rpc.call("state_getStorage", key) is not None
    assert is_set == (ended.name == "Enacted")
    return not is_set


def test_members_veto_through_their_proxies_in_safe_mode(network, chain):
    for member in ["bob", "charlie"]:
        proxy = {"delegate": key_of("ferdie").ss58_address, "proxy_type": "Any", "delay": 0}
        chain.send(chain.call("Proxy", "add_proxy", **proxy), key_of(member))
    apply = chain.call("Brakes", "apply", brake=SAFE_MODE, ticks=HOUR_TICKS)
    chain.pass_motion(apply, COUNCIL)

    # The brake works, by whatever way.
    assert is_refused(chain, transfer(chain), "eve")
    assert is_refused(chain, by_proxy(chain, "charlie", transfer(chain)), "ferdie")

    # Two of three queue a call. The other one and the one who thinks again stop it, by proxies. The
    # timelock is twelve seconds here, so a machine with other work may be too late for it.
    assert any(is_vetoed(chain, attempt) for attempt in range(3))

    # Who pulled the brake lets go of it, in safe mode.
    chain.pass_motion(release(chain, SAFE_MODE), COUNCIL)
    assert not is_refused(chain, transfer(chain), "eve")
    check_honest(network)


def test_council_repairs_a_chain_whose_migration_failed(network, chain):
    wasm = os.environ.get("OURLEDGER_UPGRADE_WASM")
    if not wasm:
        pytest.skip("OURLEDGER_UPGRADE_WASM does not name a runtime to upgrade to")
    code = compressed(Path(wasm))
    version = chain.rpc.spec_version()
    enact(chain, chain.call("System", "set_storage", items=[(FAIL, "0x01")]), COUNCIL)
    code_hash = "0x" + hashlib.blake2b(code, digest_size=32).hexdigest()
    enact(chain, chain.call("System", "authorize_upgrade", code_hash=code_hash), COUNCIL)

    since = chain.rpc.finalised().number
    apply = chain.call("System", "apply_authorized_upgrade", code="0x" + code.hex())
    chain.send(apply, key_of("eve"))
    failed = chain.wait_for_event("MultiBlockMigrations", "UpgradeFailed", since)

    # It was stopped half-way, and with it everything but the council.
    chain = Chain(network["bob"])
    assert chain.rpc.spec_version() == version + 1
    assert chain.rpc.call("state_getStorage", STEPS) == "0x01000000"
    stopped = chain.events_between(failed.block, failed.block, "Brakes", "Applied")
    assert [event.fields for event in stopped] == [{"brake": SAFE_MODE, "until": ENDLESS}]
    assert is_refused(chain, transfer(chain), "eve")

    # What stood in the way is removed, and the migration runs again, from its start.
    repair = [
        chain.call("System", "kill_storage", keys=[FAIL]),
        chain.call("MultiBlockMigrations", "force_onboard_mbms"),
    ]
    enact(chain, chain.call("Utility", "batch_all", calls=repair), COUNCIL)
    chain.wait_for_event("MultiBlockMigrations", "UpgradeCompleted", failed.block)
    assert chain.rpc.call("state_getStorage", STEPS) == "0x02000000"
    assert is_refused(chain, transfer(chain), "eve")

    chain.pass_motion(release(chain, SAFE_MODE), COUNCIL)
    assert not is_refused(chain, transfer(chain), "eve")
    network.wait_for_finality(3)
    check_honest(network)
