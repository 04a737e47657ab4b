"""The stock chain beside which ours is measured. baseline/ is its runtime; this makes its spec."""

import json
from collections.abc import Iterable
from pathlib import Path

from ourledger_net.binary import built

# The one validator: its account, which is its key for blocks, and its key for finality. A node that
# is started with `--alice` has both.
ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
ALICE_GRANDPA = "5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu"
# In base units: a million transfers, of which each costs one per picosecond of its weight.
BALANCE = 10**15


def find_wasm() -> Path:
    """The runtime that baseline/build compiles."""
    wasm = built("wbuild/baseline/baseline.wasm")
    if not wasm.exists():
        raise FileNotFoundError(f"there is no runtime at {wasm}; run tests/bench/baseline/build")
    return wasm


def write_spec(wasm: Path, path: Path, accounts: Iterable[str]) -> None:
    """Write the chain spec: these accounts, by address, have money, and Alice makes the blocks."""
    # Genesis refuses who is named twice.
    funded = dict.fromkeys([ALICE, *accounts])
    genesis = {
        "balances": {"balances": [[account, BALANCE] for account in funded]},
        "session": {"keys": [[ALICE, ALICE, {"babe": ALICE, "grandpa": ALICE_GRANDPA}]]},
    }
    spec = {
        "name": "Baseline",
        "id": "baseline",
        "chainType": "Local",
        "bootNodes": [],
        "telemetryEndpoints": None,
        "protocolId": "baseline",
        "properties": {"ss58Format": 42},
        "genesis": {
            "runtimeGenesis": {"code": "0x" + wasm.read_bytes().hex(), "patch": genesis},
        },
    }
    path.write_text(json.dumps(spec))
