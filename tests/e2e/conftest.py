"""What all tests share: the option for long versions, networks, the figures of the summary."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Callable

import pytest
from ourledger_net import Network, find_node


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="the long versions of the tests")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Says what runs in one process: a file, but for the guides. What takes longest comes first."""
    for item in items:
        guide = item.path.stem == "test_guides" and hasattr(item, "callspec")
        item.add_marker(pytest.mark.xdist_group(item.callspec.id if guide else item.path.stem))
    long = ("test_four_validators", "test_finality_lost", "test_guides", "test_validator_set")
    items.sort(key=lambda item: item.path.stem not in long)


@pytest.fixture(scope="session")
def full(pytestconfig) -> bool:
    """Whether the long versions were asked for."""
    return pytestconfig.getoption("--full")


@pytest.fixture
def measured(record_property) -> Callable[[str, str], None]:
    """Notes a figure for the summary."""
    return record_property


@pytest.fixture(scope="session")
def new_network() -> Callable:
    """Starts a network that ends with its context."""
    root = Path(os.environ.get("OURLEDGER_E2E_DIR") or tempfile.mkdtemp(prefix="ourledger-e2e-"))

    @contextmanager
    def start(name: str, chain: str, validators: int, shares: bool = True) -> Iterator[Network]:
        folder = root / name
        folder.mkdir()
        shutil.copy(specification(root, chain), folder / "chain-spec.json")
        compiled = root / "compiled" if shares else None
        with Network(find_node(), folder, chain, compiled) as network:
            # Compiling is most of a start: the first network does it for the others.
            with turn(root / "start") if shares else nullcontext():
                network.start(validators)
            network.wait_for_finality()
            yield network

    return start


def specification(root: Path, chain: str) -> Path:
    """The file of a preset's chain. Making it takes as long as all the rest of a start."""
    folder = root / f"preset-{chain}"
    with turn(folder):
        return Network(find_node(), folder, chain).chain_spec


@contextmanager
def turn(path: Path) -> Iterator[None]:
    """One process at a time."""
    with open(path.with_suffix(".turn"), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def pytest_terminal_summary(terminalreporter):
    lines = [
        f"{report.nodeid.split('::')[-1].split('@')[0]}: {name}: {value}"
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, value in report.user_properties
    ]
    if lines:
        terminalreporter.section("measured")
        for line in sorted(lines):
            terminalreporter.write_line(line)
