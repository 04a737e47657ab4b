"""The command line: who acts for an account, and how a lost account gets a new key."""

import pytest

from chain import Chain, key_of
from cli import DECLINED, INPUT, NOT_FOUND, REFUSED, USAGE, Cli

OUR = 10**12
# Deposits in base units: what a list of proxies takes, what each of them adds to it.
PROXY_LIST, PROXY = 10_800_000_000, 3_700_000_000
MAX_PROXIES = 32
SECURITY = 10 * OUR


@pytest.fixture(scope="module")
def network(new_network):
    with new_network("cli-recovery", "dev", validators=1) as network:
        yield network


@pytest.fixture(scope="module")
def cli(network, tmp_path_factory):
    return Cli(network["alice"].ws_url, tmp_path_factory.mktemp("config"), "//Alice")


@pytest.fixture(scope="module")
def twin(cli):
    """A twin without a key of its own, for which Alice acts."""
    return register(cli)


class Twin:
    """A twin, and the command line acting for it."""

    def __init__(self, cli, number, controller):
        self.cli, self.number, self.controller = cli, str(number), controller
        self.account = f"twin:{number}"

    def by(self, key):
        """The command line with another key; it acts for the twin all the same."""
        return Twin(self.cli.signing_with(key), self.number, self.controller)

    def json(self, *arguments):
        return self.cli.json("--twin", self.number, *arguments)

    def refusal(self, *arguments):
        return self.cli.refusal("--twin", self.number, *arguments)

    def proxies(self):
        """Who may act, and how."""
        listed = self.cli.json("proxy", "list", self.account)
        return {(proxy["delegate"], proxy["scope"], proxy["delay"]) for proxy in listed["proxies"]}


def register(cli):
    result = cli.json("twin", "register", "company", "Works")["result"]
    return Twin(cli, result["twin"], result["controller"])


def address_of(name):
    return key_of(name).ss58_address


def account(cli, name):
    return cli.json("account", "show", name)


def held(cli, name, reason):
    return sum(
        int(hold["amount"])
        for hold in account(cli, name)["holds"]
        if hold["reason"] == f"Recovery.{reason}"
    )


# ---- proxies ---------------------------------------------------------------------------------


def test_registered_twin_has_its_owner_as_proxy(cli, twin):
    listed = cli.json("proxy", "list", twin.account)
    assert listed["account"] == twin.controller
    assert listed["deposit"] == str(PROXY_LIST + PROXY)
    assert listed["proxies"] == [{"delegate": address_of("alice"), "scope": "Any", "delay": 0}]
    assert set(listed["block"]) == {"number", "hash"}
    assert listed == {**twin.json("proxy", "list"), "block": listed["block"]}
    assert address_of("alice") in cli.text("proxy", "list", twin.account)


def test_account_without_proxies_has_none(cli):
    assert cli.json("proxy", "list", "//Nobody")["proxies"] == []
    assert "Nobody may act" in cli.text("proxy", "list", "//Nobody")


def test_proxy_is_added_and_removed_again(cli, twin):
    before = twin.proxies()
    done = twin.json("proxy", "add", "//Bob", "--scope", "payments", "--delay", "7")
    assert done["call"]["name"] == "add_proxy"
    assert done["deposit"] == str(PROXY)
    assert done["account"] == twin.controller
    assert any("pay others" in effect for effect in done["effects"])
    assert any("announce" in effect for effect in done["effects"])
    expected = {"delegate": address_of("bob"), "scope": "Payments", "delay": 7}
    assert done["result"] == {**expected, "account": twin.controller}
    assert twin.proxies() == before | {(address_of("bob"), "Payments", 7)}
    assert account(cli, twin.account)["reserved"] == str(PROXY)

    # The delay needn't be said, since there is but one.
    done = twin.json("proxy", "remove", "//Bob", "--scope", "payments")
    assert done["result"] == {**expected, "account": twin.controller}
    assert done["deposit"] is None
    assert twin.proxies() == before
    assert account(cli, twin.account)["reserved"] == "0"


def test_scope_limits_what_a_proxy_does(cli, twin):
    twin.json("proxy", "add", "//Dave", "--scope", "voting")
    cli.json("account", "transfer", twin.account, "1")
    failure = twin.by("//Dave").refusal("account", "transfer", "//Dave", "0.5")
    assert failure.code == REFUSED
    assert "CallFiltered" in failure.message
    twin.json("proxy", "remove", "//Dave", "--scope", "voting")


def test_proxy_of_an_own_account_needs_no_twin(cli):
    eve = cli.signing_with("//Eve")
    done = eve.json("proxy", "add", "//Bob", "--scope", "any")
    assert done["account"] == address_of("eve")
    assert done["deposit"] == str(PROXY_LIST + PROXY)
    # The last of them, but who has signed has a key.
    done = eve.json("proxy", "remove", "//Bob", "--scope", "any")
    assert account(cli, "//Eve")["reserved"] == "0"


def test_proxy_is_named_by_its_delay_when_there_are_several(twin):
    twin.json("proxy", "add", "//Bob", "--scope", "records")
    twin.json("proxy", "add", "//Bob", "--scope", "records", "--delay", "3")
    assert twin.refusal("proxy", "remove", "//Bob", "--scope", "records").code == USAGE
    for delay in ["0", "3"]:
        twin.json("proxy", "remove", "//Bob", "--scope", "records", "--delay", delay)


def test_proxies_that_make_no_sense_are_refused(cli, twin):
    again = twin.refusal("proxy", "add", "//Alice", "--scope", "any")
    assert (again.code, "already" in again.message) == (INPUT, True)
    itself = twin.refusal("proxy", "add", twin.account, "--scope", "any")
    assert (itself.code, "itself" in itself.message) == (INPUT, True)
    assert twin.refusal("proxy", "remove", "//Bob", "--scope", "any").code == NOT_FOUND
    assert twin.refusal("proxy", "add", "//Bob", "--scope", "all").code == USAGE
    assert twin.by("//Ferdie").refusal("proxy", "add", "//Bob", "--scope", "any").code == INPUT
    assert cli.failure("proxy", "add", "//Bob", "--scope", "any").code == DECLINED


def test_last_proxy_of_a_keyless_controller_stays_unless_forced(cli):
    twin = register(cli)
    arguments = ["proxy", "remove", "//Alice", "--scope", "any"]
    failure = twin.refusal(*arguments)
    assert (failure.code, "nobody could act" in failure.message) == (INPUT, True)
    # A narrow one doesn't replace it, but another wide one does.
    twin.json("proxy", "add", "//Bob", "--scope", "records")
    assert twin.refusal(*arguments).code == INPUT
    twin.json("proxy", "add", "//Bob", "--scope", "any")
    twin.json(*arguments)
    done = twin.by("//Bob").json("proxy", "remove", "//Bob", "--scope", "any", "--force")
    assert any("NOBODY CAN ACT" in effect for effect in done["effects"])
    assert twin.proxies() == {(address_of("bob"), "Records", 0)}


# ---- recovery --------------------------------------------------------------------------------


def set_friends(twin, *further):
    friends = "//Dave,//Bob, //Charlie"
    return twin.json(
        *["recovery", "set", "--friends", friends, "--needed", "2", "--heir", "//Eve"], *further
    )


def test_account_without_friends_has_nothing_to_recover(cli, twin):
    shown = cli.json("recovery", "show", twin.account)
    assert (shown["groups"], shown["attempts"], shown["heir"]) == ([], [], None)
    assert "no friends" in cli.text("recovery", "show", twin.account)
    bob = cli.signing_with("//Bob")
    assert bob.refusal("recovery", "start", twin.account).code == NOT_FOUND
    assert bob.refusal("recovery", "start", twin.account, "--group", "3").code == NOT_FOUND
    for command in ["approve", "finish", "cancel"]:
        assert bob.refusal("recovery", command, twin.account).code == NOT_FOUND
    assert twin.refusal("recovery", "slash").code == NOT_FOUND
    assert twin.refusal("recovery", "dismiss").code == NOT_FOUND
    takeover = bob.refusal("recovery", "take-over", twin.account, "--new", "//Ferdie")
    assert takeover.code == NOT_FOUND


@pytest.mark.parametrize(
    "friends, needed, heir, further, code, why",
    [
        ("//Bob,//Bob", "1", "//Eve", [], INPUT, "twice"),
        ("//Bob,//Dave", "3", "//Eve", [], INPUT, "from 1 to 2"),
        ("//Bob,//Dave", "0", "//Eve", [], INPUT, "from 1 to 2"),
        ("//Bob,{twin}", "1", "//Eve", [], INPUT, "its own friend"),
        ("//Bob,//Dave", "1", "{twin}", [], INPUT, "heir"),
        ("//Bob,nobody", "1", "//Eve", [], INPUT, "nobody"),
        (",".join(f"//Friend//{n}" for n in range(33)), "1", "//Eve", [], INPUT, "more than 32"),
        ("//Bob,//Dave", "1", "//Eve", ["--cancel-delay", "0"], USAGE, "cancel-delay"),
    ],
)
def test_friends_that_make_no_sense_are_refused(twin, friends, needed, heir, further, code, why):
    failure = twin.refusal(
        "recovery",
        "set",
        *["--friends", friends.format(twin=twin.account)],
        *["--needed", needed, "--heir", heir.format(twin=twin.account)],
        *further,
    )
    assert failure.code == code
    assert why in failure.message


def test_lost_twin_gets_a_new_key(cli, network, twin):
    # Friends are named.
    done = set_friends(twin, "--delay", "3", "--cancel-delay", "2")
    friends = sorted(["bob", "charlie", "dave"], key=lambda name: key_of(name).public_key)
    group = {
        "index": 0,
        "friends": [address_of(name) for name in friends],
        "needed": 2,
        "heir": address_of("eve"),
        "delay": 3,
        "cancelDelay": 2,
        "priority": 0,
    }
    assert done["result"] == {"account": twin.controller, "groups": [group]}
    assert int(done["deposit"]) == held(cli, twin.account, "FriendGroupsStorage")
    shown = cli.json("recovery", "show", twin.account)
    assert shown["groups"] == [group]
    assert (shown["attempts"], shown["heir"]) == ([], None)

    # A friend tries to steal it: the owner sees that, and slashes.
    bob = cli.signing_with("//Bob")
    stranger = cli.signing_with("//Ferdie").refusal("recovery", "start", twin.account)
    assert (stranger.code, "no friend" in stranger.message) == (INPUT, True)
    done = bob.json("recovery", "start", twin.account)
    assert any("10 OUR are at stake" in effect for effect in done["effects"])
    assert done["result"]["approvals"] == 1
    assert held(cli, "//Bob", "SecurityDeposit") == SECURITY
    assert int(done["deposit"]) == SECURITY + held(cli, "//Bob", "AttemptStorage")
    treasury = cli.json("chain", "status")["treasury"]["account"]
    before = int(account(cli, treasury)["free"])
    done = twin.json("recovery", "slash")
    assert done["result"]["initiator"] == address_of("bob")
    assert done["result"]["slashed"] == str(SECURITY)
    assert int(account(cli, treasury)["free"]) - before >= SECURITY
    assert held(cli, "//Bob", "SecurityDeposit") == 0

    # Another one is a mistake: the owner cancels, and nobody loses anything.
    free = int(account(cli, "//Charlie")["free"])
    charlie = cli.signing_with("//Charlie")
    fee = int(charlie.json("recovery", "start", twin.account)["fee"])
    twin.json("recovery", "cancel", twin.account)
    assert int(account(cli, "//Charlie")["free"]) == free - fee

    # Now it is lost in earnest.
    done = bob.json("recovery", "start", twin.account)
    chain = Chain(network["alice"])
    finishable = done["result"]["finishableFrom"]
    assert finishable == chain.tick(done["block"]["number"]) + 3
    twice = bob.refusal("recovery", "approve", twin.account)
    assert (twice.code, "AlreadyVoted" in twice.message) == (REFUSED, True)
    early = bob.refusal("recovery", "finish", twin.account)
    assert (early.code, "NotApproved" in early.message) == (REFUSED, True)
    done = charlie.json("recovery", "approve", twin.account)
    assert (done["result"]["approvals"], done["result"]["needed"]) == (2, 2)
    (attempt,) = cli.json("recovery", "show", twin.account)["attempts"]
    assert attempt["initiator"] == address_of("bob")
    assert set(attempt["approvals"]) == {address_of("bob"), address_of("charlie")}
    assert attempt["heir"] == address_of("eve")
    assert "2 of the 2 needed" in cli.text("recovery", "show", twin.account)
    eve = cli.signing_with("//Eve")
    takeover = ["recovery", "take-over", twin.account, "--new", "//Ferdie"]
    assert eve.refusal(*takeover).code == NOT_FOUND
    # By anyone, when its time has come: here by somebody who isn't even a friend.
    chain.wait_for_tick(finishable)
    done = cli.signing_with("//Ferdie").json("recovery", "finish", twin.account)
    assert done["result"]["heir"] == address_of("eve")
    assert int(done["deposit"]) == held(cli, "//Ferdie", "InheritorStorage")
    assert held(cli, "//Bob", "SecurityDeposit") == 0
    assert cli.json("recovery", "show", twin.account)["heir"] == address_of("eve")

    # The heir gives it a new key. Whoever found the old one has left no place in the list.
    fill_proxies(cli, network["alice"], twin)
    other = bob.refusal(*takeover)
    assert (other.code, address_of("eve") in other.message) == (INPUT, True)
    done = eve.json(*takeover)
    assert done["result"]["new"] == address_of("ferdie")
    assert len(done["result"]["removed"]) == MAX_PROXIES
    events = [event["event"] for event in done["events"]]
    assert events.count("ProxyRemoved") == MAX_PROXIES
    assert twin.proxies() == {(address_of("ferdie"), "Any", 0)}
    assert not any("KEY OF ITS OWN" in effect for effect in done["effects"])
    again = eve.refusal(*takeover)
    assert (again.code, "already" in again.message) == (INPUT, True)

    # The old key can do nothing any more, the new one everything.
    old = twin.refusal("account", "transfer", "//Alice", "0.1")
    assert (old.code, "neither the controller nor" in old.message) == (INPUT, True)
    ferdie = twin.by("//Ferdie")
    assert ferdie.json("twin", "set-profile", "--name", "Saved")["account"] == twin.controller
    # Until the heir is dismissed, nobody of the same rank can recover it again.
    assert "HigherPriorityRecovered" in bob.refusal("recovery", "start", twin.account).message
    done = ferdie.json("recovery", "dismiss")
    assert done["result"] == {"account": twin.controller, "heir": address_of("eve")}
    assert cli.json("recovery", "show", twin.account)["heir"] is None
    assert eve.refusal(*takeover[:-1], "//Eve").code == NOT_FOUND


def fill_proxies(cli, node, twin):
    """Add proxies of all scopes, until there is no place left."""
    chain = Chain(node)
    cli.json("account", "transfer", twin.account, "1")
    scopes = ["Any", "Payments", "Records", "Voting"]
    adds = [
        chain.call(
            "Proxy",
            "add_proxy",
            delegate=key_of("bob").ss58_address,
            proxy_type=scopes[number % len(scopes)],
            delay=number // len(scopes),
        )
        for number in range(MAX_PROXIES - 1)
    ]
    batch = chain.call("Utility", "batch_all", calls=adds)
    proxy = chain.call("Proxy", "proxy", real=twin.controller, force_proxy_type=None, call=batch)
    chain.send(proxy, key_of("alice"))
    # What the command line reads is final.
    node.wait_for_finalised(chain.rpc.best_number())
    assert len(twin.proxies()) == MAX_PROXIES


def test_account_with_a_key_of_its_own_keeps_it(cli):
    owner = cli.signing_with("//Eve//rich")
    cli.json("account", "transfer", "//Eve//rich", "5")
    owner.json(
        *["recovery", "set", "--friends", "//Bob,//Charlie", "--needed", "2", "--heir", "//Dave"],
        *["--delay", "0", "--cancel-delay", "1"],
    )
    cli.signing_with("//Bob").json("recovery", "start", "//Eve//rich")
    cli.signing_with("//Charlie").json("recovery", "approve", "//Eve//rich")
    cli.signing_with("//Dave").json("recovery", "finish", "//Eve//rich")
    done = cli.signing_with("//Dave").json(
        "recovery", "take-over", "//Eve//rich", "--new", "//Ferdie"
    )
    assert any("HAS A KEY OF ITS OWN" in effect for effect in done["effects"])
    listed = cli.json("proxy", "list", "//Eve//rich")["proxies"]
    assert [proxy["delegate"] for proxy in listed] == [address_of("ferdie")]
    assert owner.json("account", "transfer", "//Alice", "0.1")


def test_new_friends_replace_the_old_ones(cli):
    twin = register(cli)
    first = set_friends(twin)
    assert first["result"]["groups"][0]["delay"] == 201_600
    done = twin.json("recovery", "set", "--friends", "//Bob", "--needed", "1", "--heir", "//Bob")
    assert done["deposit"] is None
    assert any("come back" in effect for effect in done["effects"])
    assert any("replaced" in effect for effect in done["effects"])
    (group,) = cli.json("recovery", "show", twin.account)["groups"]
    assert group["friends"] == [address_of("bob")]
    assert held(cli, twin.account, "FriendGroupsStorage") > 0
    twin.json("recovery", "clear")
    assert cli.json("recovery", "show", twin.account)["groups"] == []
    assert held(cli, twin.account, "FriendGroupsStorage") == 0
    assert twin.refusal("recovery", "clear").code == NOT_FOUND

    twin.json("recovery", "set", "--friends", "//Bob", "--needed", "1", "--heir", "//Bob")
    # Nothing changes while somebody attempts to recover it; who started may cancel, but later.
    bob = cli.signing_with("//Bob")
    bob.json("recovery", "start", twin.account)
    ongoing = twin.refusal(
        "recovery", "set", "--friends", "//Dave", "--needed", "1", "--heir", "//Dave"
    )
    assert (ongoing.code, "HasOngoingAttempts" in ongoing.message) == (REFUSED, True)
    early = bob.refusal("recovery", "cancel", twin.account)
    assert (early.code, "NotYetCancelable" in early.message) == (REFUSED, True)
    early = bob.refusal("recovery", "finish", twin.account)
    assert (early.code, "NotYetInheritable" in early.message) == (REFUSED, True)
