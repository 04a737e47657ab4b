"""The guides: each is followed as a reader would, on a new development chain."""

from pathlib import Path

import pytest
from cli import find_cli

import guide

GUIDES = Path(__file__).resolve().parents[2] / "docs" / "guides"


@pytest.fixture
def network(new_network, request):
    # A chain of its own for each, since guides count on its first numbers.
    name = request.node.callspec.params["name"]
    with new_network(f"guide-{name}", "dev", validators=1) as network:
        yield network


@pytest.mark.parametrize("name", ["phonebook", "money", "merchant", "tax-officer"])
def test_guide_holds(name, network, tmp_path, measured):
    node = network["alice"]
    folder = tmp_path / "reader"
    folder.mkdir()
    environment = {
        "PATH": f"{find_cli().parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder),
        "OURLEDGER_CONFIG": str(tmp_path / "config"),
        "OURLEDGER_URL": node.ws_url,
        "NO_COLOR": "1",
    }
    commands = guide.run(GUIDES / f"{name}.md", folder, environment)
    measured(f"commands of the {name} guide", str(commands))
    assert commands > 20
