"""Connects, decodes the metadata, sends a transfer, sees it final, calls a view function.

Usage: client.py URL
"""

import sys

import xxhash
from substrateinterface import Keypair, SubstrateInterface

AMOUNT = 2_500_000_000_000  # 2.5 OUR
# Each client has a sender of its own, so that they can run at once.
SENDER = "//Charlie"
RECIPIENT = "//Charlie//python"
TIMEOUT_SECONDS = 300


def main() -> None:
    """Do it."""
    chain = SubstrateInterface(url=sys.argv[1], ws_options={"timeout": TIMEOUT_SECONDS})
    sender = Keypair.create_from_uri(SENDER)
    recipient = Keypair.create_from_uri(RECIPIENT).ss58_address

    before = free_balance(chain, recipient)
    transfer = chain.compose_call(
        "Balances", "transfer_keep_alive", {"dest": recipient, "value": AMOUNT}
    )
    receipt = chain.submit_extrinsic(
        chain.create_signed_extrinsic(transfer, sender), wait_for_finalization=True
    )
    assert receipt.is_success, f"transfer failed: {receipt.error_message}"
    assert free_balance(chain, recipient) - before == AMOUNT

    assert validator_bond(chain) > 0
    print("PASS python")


def free_balance(chain: SubstrateInterface, address: str) -> int:
    """What an account can spend, in base units."""
    return chain.query("System", "Account", [address]).value["data"]["free"]


def validator_bond(chain: SubstrateInterface) -> int:
    """The view function `bond` of the validators pallet.

    The library reads metadata 14, which does not know view functions. Their ids derive from names:
    so this also shows that a client may keep the id, since it must never change.
    """
    view = twox_128("Validators") + twox_128("bond() -> BalanceOf<T>")
    no_arguments = b"\0"  # a length
    answer = chain.rpc_request(
        "state_call",
        ["RuntimeViewFunction_execute_view_function", "0x" + (view + no_arguments).hex()],
    )
    result = bytes.fromhex(answer["result"][2:])
    # Ok, then bytes: their length (16, compact), then a u128.
    assert result[:2] == b"\x00\x40", f"the view function answered {result.hex()}"
    return int.from_bytes(result[2:], "little")


def twox_128(text: str) -> bytes:
    """The hash by which the chain knows names."""
    return b"".join(
        xxhash.xxh64(text, seed=seed).intdigest().to_bytes(8, "little") for seed in (0, 1)
    )


main()
