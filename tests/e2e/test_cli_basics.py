"""The command line: keys, payments, sponsors, the council, upgrades, and how it fails."""

import hashlib
import json
import os
import stat
from pathlib import Path

import pytest
from substrateinterface import Keypair

from chain import SLOT_SECONDS, Chain, key_of
from cli import (
    COMMAND_SECONDS,
    CONNECTION,
    DECLINED,
    INPUT,
    NOT_FOUND,
    OUTPUT,
    REFUSED,
    UNKNOWN,
    USAGE,
    VERIFICATION,
    Cli,
    outcome,
)
from liar import Liar
from upgrade import compressed
from watch import wait_until

OUR = 10**12
PASSWORD = {"OURLEDGER_PASSWORD": "correct horse"}
UPGRADE = os.environ.get("OURLEDGER_UPGRADE_WASM")


@pytest.fixture(scope="module")
def network(new_network):
    with new_network("cli", "dev", validators=1) as network:
        yield network


@pytest.fixture
def chain(network):
    return Chain(network["alice"])


@pytest.fixture
def cli(network, tmp_path):
    return Cli(network["alice"].ws_url, tmp_path / "config", "//Alice")


def address_of(name):
    return key_of(name).ss58_address


def free(cli, account):
    return int(cli.json("account", "show", account)["free"])


# ---- reading ---------------------------------------------------------------------------------


def test_status_tells_what_the_chain_is(cli, chain):
    status = cli.json("chain", "status")
    assert status["spec"]["name"] == "ourledger"
    assert status["genesis"] == chain.rpc.block_hash(0)
    assert status["best"]["number"] >= status["finalised"]["number"]
    assert status["council"] == status["validators"] == [address_of("alice")]
    assert status["slotMillis"] == SLOT_SECONDS * 1000
    assert status["tick"] == chain.tick(status["finalised"]["number"])
    assert "best block" in cli.text("chain", "status")


def test_account_shows_what_is_held_and_why(cli):
    account = cli.json("account", "show", "//Alice")
    assert account["account"] == address_of("alice")
    assert account["exists"]
    bond = next(hold for hold in account["holds"] if hold["reason"] == "Validators.Bond")
    assert int(bond["amount"]) == int(account["reserved"]) == 10_000 * OUR


def test_unknown_account_does_not_exist(cli):
    account = cli.json("account", "show", "//Nobody//at//all")
    assert not account["exists"]
    assert account["free"] == "0"


def test_account_is_named_in_several_ways(cli):
    alice = key_of("alice")
    for name in [alice.ss58_address, f"0x{alice.public_key.hex()}", "//Alice"]:
        assert cli.json("account", "show", name)["account"] == alice.ss58_address


@pytest.mark.parametrize("arguments", [("completions", "bash"), ("chain", "status"), ("--help",)])
def test_reader_may_go_away(cli, arguments):
    process = cli.start(*arguments)
    process.stdout.close()
    assert (process.wait(COMMAND_SECONDS), process.stderr.read()) == (0, "")


def onto_full_disk(cli, *arguments, **variables):
    """The exit code, and what standard error says, where standard output has no room."""
    with open("/dev/full", "w") as full:
        process = cli.start(*arguments, stdout=full, **variables)
        _, said = process.communicate(timeout=COMMAND_SECONDS)
    return process.returncode, said


@pytest.mark.parametrize("arguments", [("completions", "bash"), ("chain", "status"), ("--help",)])
def test_output_without_room_is_an_error(cli, arguments):
    code, said = onto_full_disk(cli, *arguments)
    assert code == OUTPUT
    assert said.startswith("Error: the command is done, but what it had to print is lost: ")
    assert len(said.splitlines()) == 1


def test_payment_is_not_sent_when_its_effects_can_t_be_shown(cli):
    before = free(cli, "//Dave")
    code, said = onto_full_disk(cli, "account", "transfer", "//Dave", "1", "--yes")
    assert code == OUTPUT
    assert "was not sent" in said
    assert free(cli, "//Dave") == before


def test_payment_whose_result_is_lost_says_that_it_is_done(cli):
    before = free(cli, "//Dave")
    code, said = onto_full_disk(cli, "account", "transfer", "//Dave", "1", "--yes", "--json")
    assert code == OUTPUT
    error = json.loads(said.strip().splitlines()[-1])["error"]
    assert (error["code"], error["kind"]) == (OUTPUT, "output")
    assert "the command is done" in error["message"]
    assert free(cli, "//Dave") - before == OUR


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_key_whose_phrase_nobody_saw_is_not_kept(cli, options):
    code, said = onto_full_disk(cli, "key", "generate", "unseen", *options, **PASSWORD)
    assert code == OUTPUT
    assert "the key is not kept" in said
    process = cli.start("key", "generate", "unseen", *options, **PASSWORD)
    process.stdout.close()
    assert process.wait(COMMAND_SECONDS) == OUTPUT
    assert cli.json("key", "list")["keys"] == []
    assert "phrase" in cli.json("key", "generate", "unseen", **PASSWORD)


def test_long_name_is_not_repeated_in_full(cli):
    failure = cli.failure("key", "generate", "x" * 4_000, **PASSWORD)
    assert failure.code == INPUT
    assert len(failure.message) < 300


# ---- finality --------------------------------------------------------------------------------


def test_nobody_is_silent_while_finality_goes_on(cli):
    finality = cli.json("chain", "finality")
    assert not finality["stands"]
    assert [voter["silent"] for voter in finality["voters"]] == [None]


@pytest.mark.parametrize(
    "options, code, why",
    [
        (["--last-final", "4000000000"], INPUT, "best block"),
        (["--delay", "100000"], REFUSED, "Validators.DelayOutOfRange"),
        (["--set", "77"], REFUSED, "Validators.OtherAuthoritySet"),
        (["--lost", "//Ferdie"], REFUSED, "none of the validators"),
    ],
)
def test_finality_is_not_restored_by_what_would_fail(cli, options, code, why):
    before = free(cli, "//Alice")
    failure = cli.refusal("--best", "chain", "council", "restore-finality", *options)
    assert failure.code == code
    assert why in failure.message
    assert free(cli, "//Alice") == before


# ---- paying ----------------------------------------------------------------------------------


def test_transfer_pays_exactly(cli):
    before = free(cli, "//Dave")
    done = cli.json("account", "transfer", "//Dave", "2.5")
    assert free(cli, "//Dave") - before == 25 * OUR // 10

    assert done["call"]["pallet"] == "Balances"
    assert done["call"]["args"] == {"dest": address_of("dave"), "value": "2500000000000"}
    assert done["signer"] == done["account"] == address_of("alice")
    assert done["sponsor"] is None
    assert done["deposit"] is None
    assert done["result"]["amount"] == "2500000000000"
    assert done["block"]["hash"].startswith("0x")
    paid = [event for event in done["events"] if event["event"] == "TransactionFeePaid"]
    assert done["fee"] == paid[0]["fields"]["actual_fee"]


def test_transfer_tells_a_person_what_it_does(cli):
    text = cli.text("account", "transfer", "//Dave", "1 OUR", "--yes")
    assert "value: 1 OUR" in text
    assert f"pays 1 OUR to {address_of('dave')}" in text
    assert "fee paid" in text
    assert "\x1b" not in text


def test_programs_that_use_one_key_at_once_all_pay(cli):
    before = free(cli, "//Dave")
    arguments = ["account", "transfer", "//Dave", "1", "--json", "--yes"]
    started = [cli.start(*arguments) for _ in range(4)]
    assert [outcome(process) for process in started] == [None] * 4
    assert free(cli, "//Dave") - before == 4 * OUR


def test_transfer_of_all_closes_the_account(cli):
    cli.json("account", "transfer", "//Once", "3")
    cli.signing_with("//Once").json("account", "transfer", "//Alice", "--all")
    assert not cli.json("account", "show", "//Once")["exists"]


# ---- failing ---------------------------------------------------------------------------------


def test_nothing_is_done_when_nobody_can_be_asked(cli):
    before = cli.json("account", "show", "//Alice")["nonce"]
    assert cli.failure("account", "transfer", "//Dave", "1").code == DECLINED
    assert cli.json("account", "show", "//Alice")["nonce"] == before


def test_refusal_names_the_chain_s_error(cli):
    failure = cli.refusal("account", "transfer", "//Nobody//new", "0.0005")
    assert failure.code == REFUSED
    assert failure.kind == "refused"
    assert failure.message.startswith("Token.BelowMinimum: ")


@pytest.mark.parametrize("sponsored", [False, True])
def test_what_the_chain_would_refuse_costs_nothing(cli, sponsored):
    options = ["--sponsor", "//Bob"] if sponsored else []

    def accounts():
        shown = [cli.json("account", "show", account) for account in ("//Alice", "//Bob")]
        return [(account["nonce"], account["free"]) for account in shown]

    before = accounts()
    for call, error in [
        (["Balances.transfer_keep_alive", "//Dave", str(10**30)], "Arithmetic.Underflow: "),
        (["Twins.set_endpoints", "()"], "Twins.NotController: "),
        (["System.set_storage", "()"], "BadOrigin: "),
    ]:
        failure = cli.refusal("chain", "call", *call, *options)
        assert failure.code == REFUSED
        assert failure.message.startswith(error), failure.message
        hint = "; --twin N acts for a twin" if error == "Twins.NotController: " else ""
        assert failure.message.endswith(f"Nothing was sent{hint}"), failure.message
    assert accounts() == before


def test_a_call_that_nobody_explains_is_explained_by_its_events(cli):
    done = cli.json("chain", "call", "Balances.transfer_keep_alive", "//Dave", str(OUR))
    assert any(effect.startswith("Balances.Transfer(") for effect in done["effects"])


def test_error_within_a_motion_is_an_error(cli):
    # The motion itself succeeds; its call may not be made by the council.
    items = "((0x6f7572, 0x01))"
    failure = cli.refusal("chain", "council", "propose", "System.set_storage", items)
    assert failure.code == REFUSED
    assert failure.message.startswith("BadOrigin")
    assert "Council.Executed" in failure.message


def test_poor_account_is_told_that_it_can_t_pay(cli):
    failure = cli.signing_with("//Poor").refusal("account", "transfer", "//Dave", "1")
    assert failure.code == REFUSED
    assert "can't pay the fee" in failure.message


@pytest.mark.parametrize(
    "arguments, code",
    [
        (["account", "transfer", "//Dave", "1e3"], INPUT),
        (["account", "transfer", "//Dave", "0.0000000000001"], INPUT),
        (["account", "transfer", "//Dave", "0"], INPUT),
        (["account", "transfer", "nobody", "1"], INPUT),
        (["account", "transfer", "//Dave"], USAGE),
        (["account", "transfers"], USAGE),
        (["key", "show", "nobody"], NOT_FOUND),
        (["chain", "veto", "99"], NOT_FOUND),
        (["chain", "council", "vote", "99", "aye"], NOT_FOUND),
        (["chain", "status", "--network", "nowhere"], NOT_FOUND),
        (["chain", "status", "--url", "ws://127.0.0.1:1"], CONNECTION),
    ],
)
def test_exit_code_says_what_went_wrong(cli, arguments, code):
    failure = cli.refusal(*arguments)
    assert failure.code == code, failure
    assert failure.message


def test_write_without_a_key_is_wrong_usage(network, tmp_path):
    cli = Cli(network["alice"].ws_url, tmp_path)
    assert cli.refusal("account", "transfer", "//Dave", "1").code == USAGE


def test_profile_names_node_and_key(network, tmp_path):
    cli = Cli("ws://127.0.0.1:1", tmp_path)
    url = network["alice"].ws_url
    (tmp_path / "profiles.toml").write_text(f'[here]\nurl = "{url}"\nkey = "//Eve"\n')
    account = cli.json("account", "show", "--network", "here")
    assert account["account"] == address_of("eve")


# ---- keys ------------------------------------------------------------------------------------


def test_key_signs_after_it_was_generated(cli):
    key = cli.json("key", "generate", "anna", **PASSWORD)
    assert Keypair.create_from_mnemonic(key["phrase"]).ss58_address == key["account"]
    assert stat.S_IMODE(os.stat(key["file"]).st_mode) == 0o600
    assert key["phrase"] not in Path(key["file"]).read_text()

    cli.json("account", "transfer", "anna", "3")
    anna = cli.signing_with("anna")
    assert anna.json("account", "transfer", "//Dave", "1", **PASSWORD)["signer"] == key["account"]
    wrong = {"OURLEDGER_PASSWORD": "wrong"}
    assert anna.refusal("account", "transfer", "//Dave", "1", **wrong).code == INPUT
    assert anna.refusal("account", "transfer", "//Dave", "1").code == DECLINED


def test_key_file_opens_in_other_programs_and_theirs_here(cli, tmp_path):
    key = cli.json("key", "generate", "anna", **PASSWORD)
    ours = Path(key["file"]).read_text()
    opened = Keypair.create_from_encrypted_json(ours, PASSWORD["OURLEDGER_PASSWORD"], 42)
    assert opened.ss58_address == key["account"]

    theirs = key_of("eve").export_to_encrypted_json(PASSWORD["OURLEDGER_PASSWORD"], "eve")
    file = tmp_path / "eve.json"
    file.write_text(json.dumps(theirs))
    imported = cli.json("key", "import", "eve", "--file", str(file), **PASSWORD)
    assert imported["account"] == address_of("eve")


def test_key_is_imported_from_its_phrase(cli):
    phrase = Keypair.generate_mnemonic()
    imported = cli.json("key", "import", "bea", stdin=f"{phrase}//path\n", **PASSWORD)
    assert imported["account"] == Keypair.create_from_uri(f"{phrase}//path").ss58_address
    names = [key["name"] for key in cli.json("key", "list")["keys"]]
    assert names == ["bea"]

    assert cli.failure("key", "remove", "bea").code == DECLINED
    cli.json("key", "remove", "bea")
    assert cli.json("key", "list")["keys"] == []


# ---- sponsors --------------------------------------------------------------------------------


def test_sponsor_pays_and_the_signer_acts(cli):
    cli.json("account", "transfer", "//Guest", "1")
    before = free(cli, "//Guest")
    guest = cli.signing_with("//Guest")
    done = guest.json("account", "transfer", "//Dave", "0.25", "--sponsor", "//Bob")
    assert done["signer"] == Keypair.create_from_uri("//Guest").ss58_address
    assert done["sponsor"] == address_of("bob")
    # To the base unit: the fee is not the guest's.
    assert before - free(cli, "//Guest") == OUR // 4


def test_signed_call_is_submitted_once(cli, tmp_path):
    file = tmp_path / "signed.json"
    before = free(cli, "//Dave")
    signed = cli.json("account", "transfer", "//Dave", "0.5", "--sign-only", str(file))
    assert signed["signer"] == address_of("alice")
    assert free(cli, "//Dave") == before

    bob = cli.signing_with("//Bob")
    assert bob.json("submit", str(file))["signer"] == address_of("alice")
    assert free(cli, "//Dave") - before == OUR // 2
    failure = bob.refusal("submit", str(file))
    assert failure.code == REFUSED
    assert "used already" in failure.message


def test_chain_refuses_a_replay(cli, tmp_path):
    file = tmp_path / "signed.json"
    before = free(cli, "//Dave")
    cli.json("account", "transfer", "//Dave", "0.5", "--sign-only", str(file))
    # Both see a nonce that is free; only the chain can tell.
    both = [
        cli.signing_with(sponsor).start("submit", str(file), "--json", "--yes")
        for sponsor in ["//Bob", "//Charlie"]
    ]
    outcomes = [outcome(process) for process in both]
    refused = [failure for failure in outcomes if failure]
    assert len(refused) == 1, outcomes
    # What the other sponsor submitted may be done already, for all that this one knows.
    assert refused[0].code in (REFUSED, UNKNOWN)
    assert "MetaTx.Stale" in refused[0].message or "used already" in refused[0].message
    assert free(cli, "//Dave") - before == OUR // 2


def test_changed_signed_call_is_found_out(cli, tmp_path):
    file = tmp_path / "signed.json"
    cli.json("account", "transfer", "//Dave", "0.5", "--sign-only", str(file))
    signed = json.loads(file.read_text())
    # Half an OUR as the chain encodes it becomes a quarter.
    half, quarter = "070088526a74", "07004429353a"
    assert half in signed["metaTx"]
    signed["metaTx"] = signed["metaTx"].replace(half, quarter)
    file.write_text(json.dumps(signed))
    assert cli.signing_with("//Bob").refusal("submit", str(file)).code == VERIFICATION


def test_account_that_does_not_exist_can_t_be_sponsored(cli):
    failure = cli.signing_with("//Ghost").refusal(
        "account", "transfer", "//Dave", "1", "--sponsor", "//Bob"
    )
    assert failure.code == INPUT
    assert "does not exist" in failure.message


# ---- nodes that lie --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lie, code, word",
    [
        # The digest is of other calls than those that are shown.
        ("swapped-scopes", VERIFICATION, "in two ways"),
        # It is of what is shown; the chain has another one.
        ("swapped-scopes-twice", UNKNOWN, "does not take it"),
    ],
)
def test_what_is_shown_is_what_is_signed(cli, network, lie, code, word):
    with Liar(network["alice"].ws_url, lie) as liar:
        # By the methods that the liar alters.
        add = ["--best", "--url", liar.ws_url, "proxy", "add", "//Ferdie", "--scope", "payments"]
        failure = cli.refusal(*add)
        assert liar.told
    assert failure.code == code
    assert word in failure.message
    delegates = [proxy["delegate"] for proxy in cli.json("proxy", "list", "//Alice")["proxies"]]
    assert address_of("ferdie") not in delegates


def test_transaction_is_asked_for_by_its_hash(cli, network):
    status = ["submit", "status"]
    nowhere = cli.failure(*status, "0x" + "09" * 32)
    assert (nowhere.code, nowhere.kind) == (UNKNOWN, "unknown")
    assert nowhere.transaction == "0x" + "09" * 32
    done = cli.json("account", "transfer", "//Dave", "0.1")
    # Nothing is kept of what is done.
    assert not list((cli.folder / "sent").glob("*"))
    block = network["alice"].rpc.call("chain_getBlock", done["block"]["hash"])["block"]
    sent = block["extrinsics"][done["extrinsic"]]
    hash = "0x" + hashlib.blake2b(bytes.fromhex(sent[2:]), digest_size=32).hexdigest()
    assert cli.json(*status, hash)["block"] == done["block"]
    early = str(done["block"]["number"] - 1)
    assert cli.json(*status, hash, "--signed-at", early)["extrinsic"] == done["extrinsic"]


def test_chain_of_another_genesis_is_refused(cli):
    cli.folder.mkdir(exist_ok=True)
    genesis = "0x" + "07" * 32
    profile = f'[other]\nurl = "{cli.url}"\ngenesis = "{genesis}"\n'
    (cli.folder / "profiles.toml").write_text(profile)
    failure = cli.failure("--network", "other", "account", "show", "//Alice")
    assert failure.code == VERIFICATION
    assert genesis in failure.message


# ---- the council, last since they change the chain -------------------------------------------


@pytest.mark.skipif(not UPGRADE, reason="there is no next runtime")
def test_council_of_one_upgrades_at_once(cli, tmp_path):
    code = tmp_path / "next.compressed.wasm"
    code.write_bytes(compressed(Path(UPGRADE)))
    before = cli.json("chain", "status")["spec"]["version"]
    assert cli.refusal("chain", "upgrade", str(code), "--check").code == VERIFICATION
    assert cli.refusal("chain", "upgrade", __file__, "--check").code == INPUT
    cli.json("chain", "upgrade", str(code), "--publish")
    assert cli.refusal("chain", "upgrade", str(code), "--publish").code == INPUT
    done = cli.text("chain", "upgrade", str(code), "--yes")
    assert f"replaces version {before}" in done
    # The next block runs it, and this tool goes on.
    cli.json("account", "transfer", "//Dave", "1")
    assert cli.json("chain", "status")["spec"]["version"] == before + 1
    assert cli.refusal("chain", "upgrade", str(code)).code == INPUT
    checked = cli.json("chain", "upgrade", str(code), "--check")
    assert (checked["stage"], checked["spec"]["version"]) == ("running", before + 1)
    cli.json("chain", "call", "Preimage.unnote_preimage", checked["codeHash"])


def test_rehearsal_tells_what_a_call_would_do_and_keeps_nothing(cli):
    def rehearse(*arguments):
        return cli.json("chain", "rehearse", *arguments)["rehearsal"]

    def timelock():
        return cli.json("chain", "council", "show")["timelock"]

    before = timelock()
    told = rehearse("Governance.set_timelock", "77")
    assert told["outcome"] == "succeeds"
    events = [(event["pallet"], event["name"]) for event in told["events"]]
    assert events == [("Governance", "TimelockSet")]
    assert timelock() == before
    # A motion that isn't queued has the council's power alone.
    alone = rehearse("Governance.set_timelock", "77", "--council")
    assert alone == {"outcome": "fails", "error": "BadOrigin"}
    # Bytes may be written as text, also within a value.
    silent = rehearse("System.set_storage", '(("our", "key"))')
    assert silent == {"outcome": "succeeds", "events": []}
    endless = rehearse("System.kill_prefix", "x", "4294967295")
    assert endless == {"outcome": "refused", "error": "TooHeavy"}


@pytest.mark.skipif(not UPGRADE, reason="there is no next runtime")
def test_code_that_has_no_room_in_a_block_is_refused(cli, tmp_path):
    raw = tmp_path / "raw.wasm"
    raw.write_bytes(Path(UPGRADE).read_bytes().ljust(4 * 1024 * 1024, b"\0"))
    failure = cli.refusal("chain", "upgrade", str(raw))
    assert failure.code == INPUT
    assert "compressed" in failure.message


def test_larger_council_votes_and_vetoes(cli, chain):
    def propose(*arguments):
        return cli.json("chain", "council", "propose", *arguments)["result"]

    def council():
        return cli.json("chain", "council", "show")

    # The first makes two, of which both have to agree to the third.
    assert propose("CouncilMembership.add_member", "//Bob", "--root")["executed"]
    wait_until(lambda: len(council()["members"]) == 2, "a second member")
    motion = propose("CouncilMembership.add_member", "//Charlie", "--root")["motion"]
    bob = cli.signing_with("//Bob")
    cli.json("chain", "council", "vote", str(motion), "aye")
    early = cli.refusal("chain", "council", "close", str(motion))
    assert early.message.startswith("Council.TooEarly")
    assert bob.json("chain", "council", "vote", str(motion), "aye")["result"]["ayes"] == 2
    outsider = cli.signing_with("//Eve")
    closed = outsider.json("chain", "council", "close", str(motion))["result"]
    assert closed["approved"]
    assert closed["queued"] is not None

    # Of three, two pass a motion and two veto.
    wait_until(lambda: len(council()["members"]) == 3, "a third member")
    motion = propose("Governance.set_timelock", "500", "--root")
    shown = council()
    # What it comes to in the end, not that it is queued.
    events = shown["motions"][0]["rehearsal"]["events"]
    assert [event["name"] for event in events] == ["TimelockSet"]
    assert shown["supermajority"] == 2
    assert [open_motion["index"] for open_motion in shown["motions"]] == [motion["motion"]]
    for member in [cli, bob]:
        member.json("chain", "council", "vote", motion["hash"], "aye")
    cli.json("chain", "council", "close", motion["hash"])
    wait_until(lambda: council()["timelock"] == 500, "the new timelock")
    assert "25 minutes" in cli.text("chain", "council", "show")

    # What would fail is said to, and voted on all the same.
    failing = "would fail now: Validators.OtherAuthoritySet"
    arguments = {"last_finalized": 0, "set_id": 77, "delay": 10}
    # A bounded list is a list in a tuple to this library.
    lost = [[address_of("ferdie")]]
    restore = chain.call("Validators", "restore_finality", lost=lost, **arguments)
    done = cli.json("chain", "council", "propose", f"0x{bytes(restore.data.data).hex()}")
    assert failing in done["effects"]
    motion = str(done["result"]["motion"])
    for member in [cli, bob]:
        done = member.json("chain", "council", "vote", motion, "nay")
        assert failing in done["effects"]
        assert any(
            effect.startswith("WRONG: ") and address_of("ferdie") in effect
            for effect in done["effects"]
        )
    assert not cli.json("chain", "council", "close", motion)["result"]["approved"]

    motion = propose("System.remark", "hello", "--root")["motion"]
    for member in [cli, bob]:
        member.json("chain", "council", "vote", str(motion), "aye")
    queued = cli.json("chain", "council", "close", str(motion))["result"]["queued"]
    proposals = cli.json("chain", "queue")["proposals"]
    assert [proposal["id"] for proposal in proposals] == [queued]
    assert proposals[0]["call"]["name"] == "remark"
    assert proposals[0]["rehearsal"] == {"outcome": "succeeds", "events": []}
    assert proposals[0]["upgrade"] is None
    assert proposals[0]["enactAt"] - proposals[0]["queuedAt"] == 500
    assert " UTC" in cli.text("chain", "queue")
    assert outsider.refusal("chain", "veto", str(queued)).code == REFUSED
    assert cli.json("chain", "veto", str(queued))["result"]["vetoes"] == 1
    assert cli.json("chain", "veto", str(queued), "--withdraw")["result"]["vetoes"] == 0
    cli.json("chain", "veto", str(queued))
    assert bob.json("chain", "veto", str(queued))["result"]["removed"]
    assert cli.json("chain", "queue")["proposals"] == []
