"""The guides: each is followed as a reader would, on a new chain.

docs/guides/javascript.md is followed by tests/clients/papi-types, docs/guides/validator.md by
test_validator_set.py, in a network that has the sessions for it, docs/guides/install.md by
tests/package.
"""

import os
from pathlib import Path

import pytest
from ourledger_net import find_node

import guide
from upgrade import compressed

DOCS = Path(__file__).resolve().parents[2] / "docs"
# By the name of the guide.
CHAINS = {
    "council": ("local_testnet", 4),
    "getting-started": ("dev", 1),
    "phonebook": ("dev", 1),
    "money": ("dev", 1),
    "merchant": ("dev", 1),
    "tax-officer": ("dev", 1),
}


@pytest.fixture
def network(new_network, request):
    # A chain of its own for each, since guides count on its first numbers.
    name = request.node.callspec.params["name"]
    chain, validators = CHAINS[name]
    with new_network(f"guide-{name}", chain, validators) as network:
        yield network


@pytest.mark.parametrize("name", CHAINS)
def test_guide_holds(name, network, tmp_path, measured):
    node = network["alice"]
    folder = tmp_path / "reader"
    folder.mkdir()
    if name == "council":
        wasm = os.environ.get("OURLEDGER_UPGRADE_WASM")
        if not wasm:
            pytest.skip("OURLEDGER_UPGRADE_WASM does not name a runtime to upgrade to")
        (folder / "next.wasm").write_bytes(compressed(Path(wasm)))
    environment = guide.environment(folder, node.binary, node.ws_url)
    paths = [DOCS / f"{name}.md", DOCS / "guides" / f"{name}.md"]
    path = next(path for path in paths if path.exists())
    # Guides name the usual port, which the reader's chain has.
    port = {"127.0.0.1:9944": f"127.0.0.1:{node.rpc_port}"}
    commands = guide.run(path, folder, environment, port)
    measured(f"commands of the {name} guide", str(commands))
    assert commands > 10


def test_page_on_networks_holds(tmp_path):
    environment = guide.environment(tmp_path, find_node(), "ws://127.0.0.1:1")
    environment["BASE"] = str(tmp_path / "base")
    checkout = {"cd tests/network": f"cd {DOCS.parent / 'tests' / 'network'}"}
    assert guide.run(DOCS / "networks.md", tmp_path, environment, checkout) == 5
    keystore = tmp_path / "base" / "chains" / "ourledger_staging" / "keystore"
    assert len(list(keystore.iterdir())) == 3


def test_every_guide_is_followed():
    """A page with commands that no test runs is a page that is wrong one day."""
    elsewhere = {"install", "javascript", "validator"}
    pages = {page.stem for page in (DOCS / "guides").glob("*.md")}
    assert pages == elsewhere | (set(CHAINS) - {"getting-started"})
    runbooks = (DOCS / "runbooks").glob("*.md")
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    assert [page.name for page in runbooks if page.stem not in tests] == []
