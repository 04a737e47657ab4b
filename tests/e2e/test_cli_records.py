"""The command line: files become records, and anybody can verify them without trusting a node."""

import json
import shutil
import time

import pytest
from ourledger_net import PATIENCE_SECONDS

from chain import Chain, key_of
from cli import CONNECTION, INPUT, NOT_FOUND, REFUSED, USAGE, VERIFICATION, Cli, outcome
from liar import LIES, Liar

OUR = 10**12
MAX_LEAVES = 512
# A server that is further behind than this, in blocks, is refused.
BEHIND_BLOCKS = 100


@pytest.fixture(scope="module")
def network(new_network):
    with new_network("cli-records", "dev", validators=1) as network:
        yield network


@pytest.fixture(scope="module")
def node(network):
    return network["alice"]


@pytest.fixture(scope="module")
def cli(node, tmp_path_factory):
    """Alice's, with the record books."""
    return Cli(node.ws_url, tmp_path_factory.mktemp("config"), "//Alice")


@pytest.fixture(scope="module")
def stranger(node, tmp_path_factory):
    """Somebody else's: has neither keys nor books."""
    return Cli(node.ws_url, tmp_path_factory.mktemp("stranger"))


@pytest.fixture(scope="module")
def light(network, node):
    """What a light client starts from."""
    patience = ["--deadline", str(PATIENCE_SECONDS)]
    return ["--chain-spec", str(network.chain_spec), "--bootnode", node.address, *patience]


class Owner:
    """A twin that Alice acts for."""

    def __init__(self, cli):
        self.cli = cli
        self.twin = cli.json("twin", "register", "company", "Works")["result"]["twin"]

    def at(self, number):
        return f"{self.twin}:{number}"

    def json(self, *arguments, **options):
        return self.cli.json("--twin", str(self.twin), *arguments, **options)

    def refusal(self, *arguments):
        return self.cli.refusal("--twin", str(self.twin), *arguments)

    def by(self, key):
        """Runs a command that another key signs."""
        other = self.cli.signing_with(key)
        return lambda *arguments: other.json("--twin", str(self.twin), *arguments)

    def list(self, *arguments):
        return self.cli.json("record", "list", str(self.twin), *arguments)

    def count(self):
        return self.list()["count"]


class Works(Owner):
    """A twin with five records, and no more: so that their proof doesn't go stale."""

    def __init__(self, cli, folder):
        super().__init__(cli)
        self.files = folder / "files"
        self.letter = write(self.files / "letter.txt", "Dear all")
        self.invoice = write(self.files / "sub" / "invoice.pdf", "2.5 OUR")
        self.copy = write(self.files / "zz copy.txt", "Dear all")
        self.link = self.files / "link"
        self.link.symlink_to(self.letter)
        self.appended = self.json("record", "append", str(self.files))
        # A mountain of four, and one of one.
        more = folder / "more"
        for number in range(3):
            write(more / f"{number}.txt", f"More {number}")
        self.json("record", "append", str(more))
        self.proof = folder / "proof.json"
        cli.json("record", "prove", self.at(1), "--out", str(self.proof))


@pytest.fixture(scope="module")
def growing(cli):
    """A twin that gets ever more records."""
    return Owner(cli)


@pytest.fixture(scope="module")
def works(cli, tmp_path_factory):
    return Works(cli, tmp_path_factory.mktemp("works"))


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


# ---- appending -------------------------------------------------------------------------------


def test_files_become_records(works):
    done = works.appended
    assert (done["twin"], done["total"]) == (works.twin, 2)
    assert done["skipped"] == [str(works.link)]
    assert [(record["path"], record["number"]) for record in done["records"]] == [
        (str(works.letter), 0),
        (str(works.invoice), 1),
        # Of the same content and type, and so the same record.
        (str(works.copy), 0),
    ]
    invoice = done["records"][1]
    assert invoice["new"]
    assert invoice["leaf"].startswith("0x")
    descriptor = invoice["descriptor"]
    assert (descriptor["size"], descriptor["mediaType"]) == (7, "application/pdf")
    assert descriptor["readers"] is None
    (transaction,) = done["transactions"]
    assert transaction["call"]["name"] == "append"
    assert transaction["result"] == {"first": 0, "count": 2}
    assert int(transaction["deposit"]) > 0
    appended = [event for event in transaction["events"] if event["event"] == "RecordsAppended"]
    assert appended[0]["fields"] == {"twin": works.twin, "first": 0, "count": 2, "total": 2}


def test_records_are_not_appended_twice(works):
    count = works.count()
    done = works.json("record", "append", str(works.files))
    assert done["transactions"] == []
    assert [record["new"] for record in done["records"]] == [False] * 3
    assert works.count() == count
    text = works.cli.text("--twin", str(works.twin), "record", "append", str(works.files), "-y")
    assert "already" in text


def pending(node):
    """Transactions that wait for a block."""
    return node.rpc.call("author_pendingExtrinsics")


def start_and_wait_for_pool(growing, node, path):
    """Start to append, until the transaction is out."""
    process = growing.cli.start(
        "--twin", str(growing.twin), "record", "append", str(path), "--json", "--yes"
    )
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not pending(node):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    return process


def test_append_goes_on_after_a_crash(growing, node, tmp_path):
    count = growing.count()
    path = write(tmp_path / "crash.txt", "crash")
    process = start_and_wait_for_pool(growing, node, path)
    process.kill()
    process.communicate()
    listed = growing.list()
    assert (listed["known"], listed["pending"]) == (count, 1)

    # It is known as what the first run has appended, and isn't appended again.
    done = growing.json("record", "append", str(path))
    assert done["transactions"] == []
    assert done["records"][0]["number"] == count
    assert growing.count() == count + 1


def test_append_runs_once_at_a_time(growing, node, tmp_path):
    path = write(tmp_path / "once.txt", "once")
    process = start_and_wait_for_pool(growing, node, path)
    failure = growing.refusal("record", "append", str(path))
    assert (failure.code, "in use" in failure.message) == (INPUT, True)
    assert outcome(process) is None


def test_many_files_take_several_calls(growing, tmp_path):
    count = growing.count()
    for number in range(1_000):
        write(tmp_path / "many" / f"{number:04}.txt", f"many {number}")
    done = growing.json("record", "append", str(tmp_path / "many"))
    results = [transaction["result"] for transaction in done["transactions"]]
    assert results == [
        {"first": count, "count": MAX_LEAVES},
        {"first": count + MAX_LEAVES, "count": 1_000 - MAX_LEAVES},
    ]
    assert [record["number"] for record in done["records"]] == list(range(count, count + 1_000))
    assert growing.count() == count + 1_000
    listed = growing.list("--from", str(count + 998), "--limit", "1")
    assert [record["number"] for record in listed["records"]] == [count + 998]
    text = growing.cli.text("record", "list", str(growing.twin), "--limit", "2")
    assert "--from 2" in text


def test_proxy_with_the_scope_records_appends(growing, tmp_path):
    growing.json("proxy", "add", "//Bob", "--scope", "records")
    bob = growing.by("//Bob")
    done = bob("record", "append", str(write(tmp_path / "a.txt", "by Bob")))
    assert done["transactions"][0]["signer"] == key_of("bob").ss58_address
    growing.json("proxy", "remove", "//Bob", "--scope", "records")


def test_sponsor_pays_for_an_append_later(growing, tmp_path):
    count = growing.count()
    path, signed = write(tmp_path / "later.txt", "later"), tmp_path / "signed.json"
    arguments = ["--twin", str(growing.twin), "record", "append", str(path)]
    growing.cli.text(*arguments, "--sign-only", str(signed), "--yes")
    assert growing.list()["pending"] == 1
    growing.cli.signing_with("//Dave").json("submit", str(signed))
    listed = growing.list("--from", str(count))
    assert (listed["count"], listed["known"], listed["pending"]) == (count + 1, count + 1, 0)

    many = [write(tmp_path / "many" / f"{number}", f"many later {number}") for number in range(513)]
    several = growing.refusal(
        "record", "append", str(many[0].parent), "--sign-only", str(tmp_path / "other.json")
    )
    assert (several.code, "several transactions" in several.message) == (USAGE, True)


def test_refused_append_is_over_at_once(growing, tmp_path):
    count = growing.count()
    # Ferdie may do nothing for this twin, and nobody of that name has any money.
    path = write(tmp_path / "refused.txt", "refused")
    other = growing.cli.signing_with("//Ferdie")
    failure = other.refusal("--twin", str(growing.twin), "record", "append", str(path))
    assert (failure.code, "neither the controller" in failure.message) == (INPUT, True)
    # A scope that doesn't allow it: the chain refuses, the book forgets it.
    growing.json("proxy", "add", "//Ferdie", "--scope", "voting")
    failure = other.refusal("--twin", str(growing.twin), "record", "append", str(path))
    assert (failure.code, "CallFiltered" in failure.message) == (REFUSED, True)
    listed = growing.list()
    assert (listed["count"], listed["pending"]) == (count, 0)
    growing.json("proxy", "remove", "//Ferdie", "--scope", "voting")


def test_append_without_files_or_twin_is_refused(growing, stranger, tmp_path):
    assert growing.refusal("record", "append", str(tmp_path / "nothing")).code == NOT_FOUND
    assert growing.refusal("record", "append", str(tmp_path)).code == INPUT
    assert growing.refusal("record", "append").code == USAGE
    path = write(tmp_path / "a.txt", "a")
    # Bob controls no twin; and there is no twin of that number.
    assert growing.cli.signing_with("//Bob").refusal("record", "append", str(path)).code == USAGE
    nobody = growing.cli.refusal("--twin", "999", "record", "append", str(path))
    assert nobody.code == NOT_FOUND


def test_lost_book_is_restored_from_the_chain(cli, node, light, tmp_path):
    owner = Owner(cli)
    files = [write(tmp_path / f"{number}.txt", f"restored {number}") for number in range(4)]
    owner.json("record", "append", str(files[0]), str(files[1]))
    # One by a sponsor, one by a proxy: their leaves are deep within other calls.
    signed = tmp_path / "signed.json"
    arguments = ["--twin", str(owner.twin), "record", "append", str(files[2])]
    cli.text(*arguments, "--sign-only", str(signed), "--yes")
    cli.signing_with("//Dave").json("submit", str(signed))
    owner.json("record", "append", str(files[3]))

    # Without the book nothing is appended, since nothing could be proved later.
    elsewhere = Cli(node.ws_url, tmp_path / "elsewhere", "//Alice")
    on_behalf = ["--twin", str(owner.twin), "record"]
    failure = elsewhere.refusal(*on_behalf, "append", str(files[0]))
    assert (failure.code, "record restore" in failure.message) == (INPUT, True)
    restored = elsewhere.json(*on_behalf, "restore", *map(str, files[1:]))
    assert restored == {
        "twin": owner.twin,
        "count": 4,
        "first": 0,
        "restored": 4,
        # The file that wasn't given.
        "unknown": 1,
    }
    assert elsewhere.json("record", "verify", owner.at(3), *light)["source"] == "book"
    listed = elsewhere.json("record", "list", str(owner.twin))["records"]
    assert [record["descriptor"] is None for record in listed] == [True, False, False, False]
    proof = ["--out", str(tmp_path / "proof.json")]
    assert elsewhere.refusal("record", "prove", owner.at(0), *proof).code == NOT_FOUND

    # From now on both machines append, and each finds out what the other one did.
    elsewhere.json(*on_behalf, "append", str(write(tmp_path / "more.txt", "more")))
    assert owner.refusal("record", "append", str(files[0])).code == INPUT
    assert owner.json("record", "restore")["restored"] == 1
    assert owner.json("record", "restore")["restored"] == 0


# ---- showing ---------------------------------------------------------------------------------


def test_record_is_shown(works):
    shown = works.cli.json("record", "show", works.at(1))
    assert shown["record"] == works.at(1)
    assert shown["descriptor"] == works.appended["records"][1]["descriptor"]
    assert shown["leaf"] == works.appended["records"][1]["leaf"]
    assert (shown["source"], shown["pinned"], shown["confirmed"]) == ("book", False, True)
    assert "application/pdf" in works.cli.text("record", "show", works.at(1))


def test_records_are_listed(works, stranger):
    listed = works.cli.json("record", "list", str(works.twin))
    assert listed["count"] == listed["known"] >= 5
    assert listed["records"][1] == {
        "number": 1,
        "descriptor": works.appended["records"][1]["descriptor"],
    }
    listed = stranger.json("record", "list", str(works.twin))
    assert listed["count"] >= 5
    assert (listed["known"], listed["records"]) == (0, [])


def test_records_that_are_not_there_are_not_found(works, stranger):
    assert works.cli.refusal("record", "show", works.at(99_999)).code == NOT_FOUND
    assert works.cli.refusal("record", "show", "999:0").code == NOT_FOUND
    assert works.cli.refusal("record", "list", "999").code == NOT_FOUND
    unknown = stranger.refusal("record", "show", works.at(1))
    assert (unknown.code, "neither pinned nor" in unknown.message) == (NOT_FOUND, True)
    assert works.cli.refusal("record", "show", "12").code == USAGE


# ---- pinning ---------------------------------------------------------------------------------


def test_pinned_record_needs_nothing_but_the_chain(works, stranger, light):
    done = works.cli.json("record", "pin", works.at(1))
    assert done["call"]["name"] == "pin"
    assert int(done["deposit"]) > 0
    assert done["result"]["pinned"]
    shown = stranger.json("record", "show", works.at(1))
    assert (shown["source"], shown["pinned"], shown["confirmed"]) == ("chain", True, True)
    for via in ["light", "rpc"]:
        verified = stranger.json(
            *["record", "verify", works.at(1), "--file", str(works.invoice), "--via", via], *light
        )
        assert (verified["source"], verified["via"]) == ("chain", via)

    again = works.cli.refusal("record", "pin", works.at(1))
    assert (again.code, "already" in again.message) == (INPUT, True)
    done = works.cli.json("record", "unpin", works.at(1))
    assert any("deposit" in effect for effect in done["effects"])
    assert works.cli.refusal("record", "unpin", works.at(1)).code == NOT_FOUND
    assert not works.cli.json("record", "show", works.at(1))["pinned"]
    assert stranger.refusal("record", "verify", works.at(1), *light).code == NOT_FOUND


def test_pins_that_make_no_sense_are_refused(works, stranger):
    assert works.cli.refusal("record", "pin", works.at(99_999)).code == NOT_FOUND
    other = works.cli.refusal("--twin", "99", "record", "pin", works.at(0))
    assert (other.code, "--twin" in other.message) == (USAGE, True)
    bookless = stranger.signing_with("//Alice").refusal("record", "pin", works.at(0))
    assert (bookless.code, "no record book" in bookless.message) == (NOT_FOUND, True)
    powerless = works.cli.signing_with("//Bob").refusal("record", "pin", works.at(0))
    assert powerless.code == INPUT


# ---- proving and verifying -------------------------------------------------------------------


def test_proof_is_enough_for_others(works, stranger, light):
    verified = stranger.json(
        *["record", "verify", works.at(1), "--file", str(works.invoice)],
        *["--proof", str(works.proof)],
        *light,
    )
    assert verified["verified"]
    assert verified["record"] == works.at(1)
    assert verified["descriptor"] == works.appended["records"][1]["descriptor"]
    assert (verified["source"], verified["via"]) == ("proof", "light")
    assert (verified["trusted"], verified["file"]) == ("spec", str(works.invoice))
    assert verified["count"] >= 5
    assert verified["block"]["number"] > 0
    text = stranger.text("record", "verify", works.at(1), "--proof", str(works.proof), *light)
    assert "Verified." in text


def test_proof_of_several_records_proves_each(works, stranger, light, tmp_path):
    proof = tmp_path / "several.json"
    written = works.cli.json("record", "prove", works.at(0), "--len", "5", "--out", str(proof))
    assert (written["first"], written["len"]) == (0, 5)
    for number in [0, 4]:
        stranger.json("record", "verify", works.at(number), "--proof", str(proof), *light)
    outside = stranger.refusal("record", "verify", works.at(5), "--proof", str(proof), *light)
    assert (outside.code, "not among them" in outside.message) == (VERIFICATION, True)


def test_owner_verifies_by_the_book(works, light):
    verified = works.cli.json("record", "verify", works.at(0), *light)
    assert verified["source"] == "book"


def test_proofs_that_can_t_be_made_are_refused(works, stranger, tmp_path):
    out = ["--out", str(tmp_path / "proof.json")]
    count = works.count()
    assert works.cli.refusal("record", "prove", works.at(count), *out).code == NOT_FOUND
    beyond = works.cli.refusal("record", "prove", works.at(count - 1), "--len", "2", *out)
    assert beyond.code == NOT_FOUND
    assert works.cli.refusal("record", "prove", works.at(0), "--len", "0", *out).code == USAGE
    assert stranger.refusal("record", "prove", works.at(0), *out).code == NOT_FOUND
    taken = works.cli.refusal("record", "prove", works.at(0), "--out", str(works.proof))
    assert taken.code == INPUT


def changed(works, tmp_path, change):
    """The proof of record 1, changed."""
    bundle = json.loads(works.proof.read_text())
    change(bundle)
    return write(tmp_path / "changed.json", json.dumps(bundle))


def flip(text, place=-1):
    """Hexadecimal with one bit changed."""
    digits = list(text)
    digits[place] = format(int(digits[place], 16) ^ 1, "x")
    return "".join(digits)


def tampered(bundle, change):
    """A bundle's only descriptor, changed."""
    (descriptor,) = bundle["descriptors"]
    bundle["descriptors"] = [change(descriptor)]


@pytest.mark.parametrize(
    "change, why",
    [
        # The first digit after 0x is the content's hash, of which any will do.
        (lambda b: tampered(b, lambda text: flip(text, 2)), "not at this place"),
        (lambda b: tampered(b, lambda text: text + "00"), "describes no record"),
        (lambda b: b["proof"].append(flip(b["proof"].pop())), "not at this place"),
        (lambda b: b["proof"].pop(), "not at this place"),
        (lambda b: b["proof"].append(b["proof"][0]), "not at this place"),
        (lambda b: b.update(genesis=flip(b["genesis"])), "network"),
        (lambda b: b.update(twin=b["twin"] + 1), "not among them"),
        (lambda b: b.update(first=b["first"] + 1), "not among them"),
        (lambda b: b.update(descriptors=[]), "not among them"),
        (lambda b: b.update(more=1), "no proof of records"),
        (lambda b: b.pop("proof"), "no proof of records"),
    ],
)
def test_changed_proof_is_refused(works, stranger, light, tmp_path, change, why):
    proof = changed(works, tmp_path, change)
    arguments = ["record", "verify", works.at(1), "--proof", str(proof), *light]
    failure = stranger.refusal(*arguments)
    assert failure.code == VERIFICATION
    assert failure.kind == "verification"
    assert why in failure.message


def test_proof_is_refused_for_another_number(works, stranger, light, tmp_path):
    # The bundle says that record 1 was record 0.
    proof = changed(works, tmp_path, lambda bundle: bundle.update(first=0))
    failure = stranger.refusal("record", "verify", works.at(0), "--proof", str(proof), *light)
    assert (failure.code, "not at this place" in failure.message) == (VERIFICATION, True)
    proof = changed(works, tmp_path, lambda bundle: bundle.update(first=99_999))
    failure = stranger.refusal("record", "verify", works.at(99_999), "--proof", str(proof), *light)
    assert (failure.code, "there is no record" in failure.message) == (VERIFICATION, True)


@pytest.mark.parametrize("content", ["2.5 OUR!", "2.6 OUR", ""])
def test_changed_file_is_refused(works, stranger, light, tmp_path, content):
    forged = write(tmp_path / "invoice.pdf", content)
    failure = stranger.refusal(
        *["record", "verify", works.at(1), "--file", str(forged), "--proof", str(works.proof)],
        *light,
    )
    assert (failure.code, "not the content" in failure.message) == (VERIFICATION, True)


def test_missing_files_are_not_found(works, stranger, light, tmp_path):
    verify = ["record", "verify", works.at(1), *light]
    missing = str(tmp_path / "missing")
    assert stranger.refusal(*verify, "--proof", missing).code == NOT_FOUND
    assert stranger.refusal(*verify, "--file", missing).code == NOT_FOUND


# What each lie is refused for. The last two aren't refused: one is none, the other is about what
# isn't asked for, since it comes without proof.
REASONS = {
    "forged-head": "but the network finalised",
    "future-head": "is not final",
    "old-head": "too old",
    "unknown-head": "header is wrong",
    "wrong-header": "header is wrong",
    "changed-proof": "proof of the state is wrong",
    "short-proof": "proof of the state is wrong",
    "no-proof": "proof of the state is wrong",
    "other-state": "proof of the state is wrong",
    "other-key": "proof of the state is wrong",
    "honest": None,
    "changed-storage": None,
    # What a call means is nothing that a proof needs.
    "swapped-scopes": None,
    "swapped-scopes-twice": None,
}


def test_every_lie_is_tried():
    assert set(REASONS) == set(LIES)


@pytest.mark.parametrize("lie", REASONS)
def test_lying_server_is_refused(works, node, stranger, light, lie):
    if lie == "old-head":
        # Only a head that is far behind the light client's is too old.
        node.wait_for_finalised(BEHIND_BLOCKS + 10)
    with Liar(node.ws_url, lie) as liar:
        arguments = ["record", "verify", works.at(1), "--proof", str(works.proof), "--via", "rpc"]
        arguments += ["--url", liar.ws_url, *light]
        if REASONS[lie] is None:
            assert stranger.json(*arguments)["via"] == "rpc"
            assert not liar.told
        else:
            failure = stranger.refusal(*arguments)
            assert failure.code == VERIFICATION
            assert REASONS[lie] in failure.message
            assert liar.told


def test_specification_is_all_that_is_trusted(works, network, node, stranger, tmp_path):
    verify = ["record", "verify", works.at(1), "--proof", str(works.proof)]
    spec = ["--chain-spec", str(network.chain_spec)]
    bootnode = ["--bootnode", node.address]

    none = stranger.refusal(*verify)
    assert (none.code, "--chain-spec" in none.message) == (USAGE, True)
    assert stranger.refusal(*verify, "--chain-spec", str(tmp_path / "x")).code == NOT_FOUND
    text = write(tmp_path / "text.json", "not JSON")
    assert stranger.refusal(*verify, "--chain-spec", str(text), *bootnode).code == INPUT
    content = json.loads(network.chain_spec.read_text())
    content["bootNodes"] = []
    nodeless = write(tmp_path / "nodeless.json", json.dumps(content))
    lonely = stranger.refusal(*verify, "--chain-spec", str(nodeless))
    assert (lonely.code, "bootnode" in lonely.message) == (INPUT, True)
    content["genesis"] = {"runtimeGenesis": {}}
    plain = write(tmp_path / "plain.json", json.dumps(content))
    unusable = stranger.refusal(*verify, "--chain-spec", str(plain), *bootnode)
    assert (unusable.code, "--raw" in unusable.message) == (INPUT, True)
    odd = stranger.refusal(*verify, "--chain-spec", str(nodeless), "--bootnode", "127.0.0.1:1")
    assert (odd.code, "no address" in odd.message) == (INPUT, True)
    nobody = node.address.replace(f"/{node.p2p_port}/", "/1/")
    gone = stranger.refusal(
        *verify, "--chain-spec", str(nodeless), "--bootnode", nobody, "--deadline", "3"
    )
    assert (gone.code, "reached" in gone.message) == (CONNECTION, True)
    by_server = [*verify, *spec, *bootnode, "--via", "rpc", "--url", "ws://127.0.0.1:1"]
    unreachable = stranger.refusal(*by_server)
    assert unreachable.code == CONNECTION


def test_specification_comes_from_the_profile(works, network, node, tmp_path):
    folder = tmp_path / "config"
    write(folder / "profiles.toml", '[dev]\nchain_spec = "spec.json"\n')
    shutil.copy(network.chain_spec, folder / "spec.json")
    verified = Cli(node.ws_url, folder).json(
        *["--network", "dev", "record", "verify", works.at(1), "--proof", str(works.proof)],
        *["--bootnode", node.address],
    )
    assert verified["trusted"] == "spec"


def test_node_on_this_machine_may_be_trusted_for_the_specification(works, node, stranger):
    verify = ["record", "verify", works.at(1), "--proof", str(works.proof), "--trust-node-spec"]
    assert stranger.json(*verify)["trusted"] == "node"
    process = stranger.start(*verify)
    _, stderr = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    assert "Trusts the node" in stderr
    far = stranger.refusal(*verify, "--url", "ws://203.0.113.1:9944")
    assert (far.code, "on this machine" in far.message) == (USAGE, True)
    assert stranger.refusal(*verify, "--chain-spec", "x").code == USAGE


# ---- at the end ------------------------------------------------------------------------------


def test_proof_goes_stale_when_its_mountain_grows(cli, stranger, light, tmp_path):
    works = cli.json("twin", "register", "person", "Short")["result"]["twin"]
    append = ["--twin", str(works), "record", "append"]
    cli.json(*append, str(write(tmp_path / "a", "a")))
    old = tmp_path / "old.json"
    cli.json("record", "prove", f"{works}:0", "--out", str(old))
    verify = ["record", "verify", f"{works}:0", *light, "--proof"]
    stranger.json(*verify, str(old))
    cli.json(*append, str(write(tmp_path / "b", "b")))
    stale = stranger.refusal(*verify, str(old))
    assert (stale.code, "ask for a new one" in stale.message) == (VERIFICATION, True)
    new = tmp_path / "new.json"
    cli.json("record", "prove", f"{works}:0", "--out", str(new))
    stranger.json(*verify, str(new))


def test_anyone_unpins_what_a_deactivated_twin_leaves(cli, stranger, light, tmp_path):
    twin = cli.json("twin", "register", "person", "Gone")["result"]["twin"]
    path = write(tmp_path / "a", "gone")
    cli.json("--twin", str(twin), "record", "append", str(path))
    cli.json("record", "pin", f"{twin}:0")
    bob = cli.signing_with("//Bob")
    assert bob.refusal("record", "unpin", f"{twin}:0").code == INPUT
    cli.json("--twin", str(twin), "twin", "deactivate")
    bob.json("record", "unpin", f"{twin}:0")
    # Its records stay provable, but there are no new ones.
    cli.json("record", "verify", f"{twin}:0", *light)
    other = write(tmp_path / "b", "more")
    failure = cli.refusal("--twin", str(twin), "record", "append", str(other))
    assert (failure.code, "TwinDeactivated" in failure.message) == (REFUSED, True)


def test_chain_says_the_same_as_the_light_client(works, network, stranger, light):
    verified = stranger.json("record", "verify", works.at(1), "--proof", str(works.proof), *light)
    chain = Chain(network["alice"])
    block = verified["block"]
    assert chain.rpc.block_hash(block["number"]) == block["hash"]
    assert verified["genesis"] == chain.rpc.block_hash(0)
