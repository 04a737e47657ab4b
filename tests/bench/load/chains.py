"""The chains that are loaded: ours as a real one is set up, and the stock one. Both have one
validator, Alice, and run on our node."""

import json
from collections.abc import Sequence
from pathlib import Path

from ourledger_net import Node, run_tool

import baseline
from load.accounts import Key, addresses

OURS = "OurLedger"
BASELINE = "baseline"
# In base units: a thousand OUR for those who send, five million for those who found a town.
MONEY = 10**15
RICHES = 5 * 10**18
# What a development chain sets otherwise, so that one needn't wait: here time is as on a real one.
DEVELOPMENT_TIMES = ("slotMillis", "epochSlots", "leavingSessions")

# Room for all that a load lets wait, and answers with all that a full block did.
FLAGS = [
    *("--validator", "--alice", "--force-authoring"),
    *("--pool-limit", "100000", "--pool-kbytes", "200000"),
    *("--rpc-max-response-size", "200"),
]


class Subject:
    """A chain with funded accounts, of which nodes begin as often as need be."""

    def __init__(self, name: str, binary: Path, folder: Path):
        self.name = name
        self.binary = binary
        self.folder = folder / name
        self.folder.mkdir(parents=True)
        self.spec = self.folder / "chain-spec.json"

    def write_spec(self, funded: Sequence[Key] = (), rich: Sequence[Key] = ()) -> None:
        """Have the node make the first block's state, in which these accounts have money."""
        plain = self.folder / "plain.json"
        if self.name == BASELINE:
            baseline.write_spec(baseline.find_wasm(), plain, addresses([*funded, *rich]))
        else:
            write_ours(self.binary, plain, addresses(funded), addresses(rich))
        raw = ["export-chain-spec", "--raw", "--chain", str(plain), "--output", str(self.spec)]
        run_tool(self.binary, *raw)
        plain.unlink()

    def node(self, name: str, flags: Sequence[str] = FLAGS) -> Node:
        """A node with an empty database. Compiled runtimes are shared: they are no part of it."""
        compiled = self.folder / "compiled"
        return Node(name, self.binary, self.spec, self.folder / name, flags, compiled)


def write_ours(binary: Path, path: Path, funded: Sequence[str], rich: Sequence[str]) -> None:
    """Our development chain, which has one validator and a council of one, with a real chain's
    times."""
    spec = json.loads(run_tool(binary, "export-chain-spec", "--chain", "dev"))
    spec.update(name="OurLedger Bench", id="ourledger_bench", chainType="Local")
    genesis = spec["genesis"]["runtimeGenesis"]["patch"]
    for name in DEVELOPMENT_TIMES:
        genesis["validators"].pop(name, None)
    genesis["balances"]["balances"] += [
        *([account, MONEY] for account in funded),
        *([account, RICHES] for account in rich),
    ]
    path.write_text(json.dumps(spec))
