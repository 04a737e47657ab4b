"""A connection that is cut at any step of a write: nothing is lost, nothing is done twice."""

import time

import pytest

from chain import Chain, key_of
from cli import CONNECTION, REFUSED, UNKNOWN, Cli, outcome
from cutter import Cutter

OUR = 10**12
# Of the steps before the transaction is sent; of those with it and after it, all.
EARLIER = 6
LAST = 10


@pytest.fixture(scope="module")
def node(new_network):
    with new_network("cut", "dev", validators=1) as network:
        yield network["alice"]


@pytest.fixture(scope="module")
def chain(node):
    return Chain(node)


@pytest.fixture(scope="module")
def steps(node, tmp_path_factory):
    """How many questions and answers a payment takes."""
    cli = Cli(node.ws_url, tmp_path_factory.mktemp("whole"), "//Bob")
    with Cutter(node.ws_url) as wire:
        cli.json("--url", wire.ws_url, "account", "transfer", address("whole"), "1")
        return {"asked": wire.asked, "answered": wire.answered}


def address(number):
    return key_of(f"{number}").ss58_address


def places(count):
    """A few of the first steps, and all of the last."""
    first = range(1, max(count - LAST, 1), max((count - LAST) // EARLIER, 1))
    return sorted({*first, *range(max(count - LAST, 1), count + 1)})


@pytest.mark.parametrize("what", ("asked", "answered"))
def test_payment_is_made_once_or_not_at_all(node, chain, steps, tmp_path, what):
    codes = set()
    for place in places(steps[what]):
        payee = address(f"{what}{place}")
        cli = Cli(node.ws_url, tmp_path / str(place), "//Bob")
        with Cutter(node.ws_url, **{what: place}) as wire:
            pay = ("--url", wire.ws_url, "account", "transfer", payee, "1", "--json", "--yes")
            failure = outcome(cli.start(*pay))
        codes.add(failure.code if failure else 0)
        if failure is None:
            assert paid(chain, payee) == OUR, place
        elif failure.code == UNKNOWN:
            settle(cli, chain, payee, failure.transaction, place)
        else:
            # Nothing was sent, and nothing is kept.
            assert failure.code in (CONNECTION, REFUSED), (place, failure)
            assert paid(chain, payee) == 0, (place, failure)
            assert cli.json("submit", "status") == {"transactions": []}
    # Of all that can happen, both kinds did.
    assert {CONNECTION, UNKNOWN} <= codes


def settle(cli, chain, payee, transaction, place):
    """Asks for a transaction until its fate is known: only what is said then has happened."""
    for _ in range(30):
        failure = cli.refusal("submit", "status", transaction)
        if failure is None or failure.code != UNKNOWN:
            break
        time.sleep(1)
    # A block takes a second here, and a signature holds for 64.
    is_done = failure is None
    assert is_done or failure.code in (UNKNOWN, REFUSED), (place, failure)
    assert (paid(chain, payee) == OUR) is is_done, (place, failure)


def paid(chain, payee):
    return chain.query("System", "Account", payee)["data"]["free"]
