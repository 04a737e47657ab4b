"""The command line on twins: registering, sponsoring, lookups, keys, names, rotation, the end."""

import hashlib
import json

import pytest
from substrateinterface import Keypair

from chain import Chain, key_of
from cli import DECLINED, INPUT, NOT_FOUND, REFUSED, UNKNOWN, USAGE, VERIFICATION, Cli

OUR = 10**12
ED25519 = f"ed25519:0x{'d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'}"
ED25519_MULTIBASE = "z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"
X25519 = f"x25519:0x{'8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a'}"


@pytest.fixture(scope="module")
def network(new_network):
    with new_network("twins", "dev", validators=1) as network:
        yield network


@pytest.fixture(scope="module")
def genesis(network):
    return Chain(network["alice"]).rpc.block_hash(0)


@pytest.fixture(scope="module")
def cli(network, tmp_path_factory):
    return Cli(network["alice"].ws_url, tmp_path_factory.mktemp("config"), "//Alice")


@pytest.fixture(scope="module")
def company(cli):
    """A twin with a keyless controller without OUR, for which Alice acts."""
    return cli.json("twin", "register", "company", "Bäckerei", "--country", "at")["result"]


@pytest.fixture(scope="module")
def person(cli):
    """A twin whose controller is Dave's own key."""
    dave = cli.signing_with("//Dave")
    return dave.json("twin", "register", "person", "Dave", "--own-key")["result"]


def address_of(name):
    return key_of(name).ss58_address


def address_of_uri(uri):
    return Keypair.create_from_uri(uri).ss58_address


def of(twin):
    """The option to act for a twin."""
    return ["--twin", str(twin["twin"])]


def held(cli, account):
    holds = cli.json("account", "show", account)["holds"]
    return {hold["reason"]: int(hold["amount"]) for hold in holds}


def names_of(events):
    return [f"{event['pallet']}.{event['event']}" for event in events]


# ---- registering -----------------------------------------------------------------------------


def test_register_makes_a_keyless_controller(cli, company, genesis):
    number = company["twin"]
    assert company == {
        "twin": number,
        "did": f"did:ourledger:{genesis[2:34]}:{number}",
        "kind": "company",
        "controller": company["controller"],
        "keyless": True,
        "funded": None,
    }
    controller = cli.json("account", "show", company["controller"])
    assert controller["exists"]
    assert controller["free"] == "0"
    assert controller["proxies"] == [{"delegate": address_of("alice"), "scope": "Any", "delay": 0}]


def test_register_tells_a_person_how_to_act(cli):
    text = cli.text("twin", "register", "device", "Meter", "--yes", "--fund", "0.5")
    number = text.split("--twin ")[1].split()[0]
    assert "of which" in text and "never come back" in text
    assert "0.5 OUR go to that account" in text
    account = cli.json("account", "show", f"twin:{number}")
    assert account["free"] == str(OUR // 2)
    assert account["twin"] == int(number)


def test_register_holds_the_deposit_that_it_names(cli):
    eve = cli.signing_with("//Eve")
    done = eve.json("twin", "register", "service", "Mailer", "--own-key")
    assert done["result"]["controller"] == address_of("eve")
    assert done["result"]["keyless"] is False
    assert held(cli, "//Eve") == {"Twins.Twin": int(done["deposit"])}


def test_register_is_refused_when_the_key_controls_a_twin(cli, person):
    dave = cli.signing_with("//Dave")
    failure = dave.refusal("twin", "register", "person", "Dave", "--own-key")
    assert failure.code == REFUSED
    assert f"controls twin {person['twin']}" in failure.message


def test_failed_funding_says_that_the_twin_is_registered(cli):
    failure = cli.refusal("twin", "register", "device", "Meter", "--fund", "99999999")
    assert failure.code == UNKNOWN, "it isn't to be done again"
    number = failure.message.split("twin ")[1].split()[0]
    assert cli.json("twin", "show", number)["displayName"] == "Meter"


def test_register_ignores_the_twin_of_the_profile(cli, company):
    done = cli.json("twin", "register", "device", "Meter", *of(company))
    assert done["account"] == address_of("alice")


@pytest.mark.parametrize(
    "arguments, code, word",
    [
        (["cat", "Tom"], USAGE, "KIND"),
        (["person", ""], INPUT, "name"),
        (["person", "a\u061cb"], INPUT, "U+061C"),
        (["person", "\u3164"], INPUT, "U+3164"),
        (["person", "a\ufffeb"], INPUT, "U+FFFE"),
        (["person", "\u2800"], INPUT, "shows nothing"),
        (["person", "ä" * 33], INPUT, "66 bytes"),
        (["person", "Anna", "--country", "BEL"], INPUT, "country"),
        (["person", "Anna", "--logo", "/nowhere"], INPUT, "logo"),
        (["person", "Anna", "--fund", "much"], INPUT, "amount"),
        (["person", "Anna", "--fund", "1", "--own-key"], USAGE, "own-key"),
        (["person", "Anna", "--fund", "1", "--sign-only", "/tmp/x"], USAGE, "--fund"),
    ],
)
def test_register_says_what_is_wrong(cli, arguments, code, word):
    failure = cli.refusal("twin", "register", *arguments)
    assert failure.code == code, failure
    assert word in failure.message


def test_nothing_is_registered_when_nobody_can_be_asked(cli):
    before = cli.json("twin", "list")["count"]
    assert cli.failure("twin", "register", "person", "Anna").code == DECLINED
    assert cli.json("twin", "list")["count"] == before


def test_register_of_the_poor_is_refused_beforehand(cli):
    failure = cli.signing_with("//Poor").refusal("twin", "register", "person", "Anna")
    assert failure.code == REFUSED
    assert "has 0 OUR to spend" in failure.message


# ---- sponsoring ------------------------------------------------------------------------------


def test_sponsor_registers_who_signed_a_permit(cli, genesis, tmp_path):
    file = tmp_path / "permit.json"
    guest = cli.signing_with("//Guest")
    arguments = ["person", "Guest", "--country", "NL", "--valid", "5m", "--out", str(file)]
    permit = guest.json("twin", "permit", *arguments, "--sponsor", address_of("bob"))
    assert json.loads(file.read_text()) == permit
    assert {name: permit[name] for name in permit if name not in ("expires", "signature")} == {
        "format": "ourledger-permit/1",
        "genesis": genesis,
        "sponsor": address_of("bob"),
        "newcomer": address_of_uri("//Guest"),
        "kind": "person",
        "displayName": "Guest",
        "country": "NL",
        "logo": None,
        "nonce": 0,
    }

    failure = cli.refusal("twin", "register-for", str(file))
    assert (failure.code, "not for" in failure.message) == (INPUT, True)
    done = cli.signing_with("//Bob").json("twin", "register-for", str(file))
    result = done["result"]
    assert result["controller"] == address_of_uri("//Guest")
    assert result["depositor"] == done["signer"] == address_of("bob")
    assert held(cli, "//Bob")["Twins.Twin"] == int(done["deposit"])
    failure = cli.signing_with("//Bob").refusal("twin", "register-for", str(file))
    assert (failure.code, "controls twin" in failure.message) == (REFUSED, True)

    # Somebody without OUR does everything but have keys and a name.
    guest.json("twin", "set-profile", "--no-country", "--sponsor", "//Bob")
    shown = cli.json("twin", "show", "//Guest")
    assert (shown["country"], shown["depositor"]) == (None, address_of("bob"))
    failure = guest.refusal("twin", "name", "claim", "guest", "--sponsor", "//Bob")
    assert (failure.code, "deposit" in failure.message) == (REFUSED, True)


def test_permit_goes_through_a_pipe(cli):
    permit = cli.signing_with("//Guest2").text(
        "twin", "permit", "community", "Choir", "--sponsor", "//Bob"
    )
    done = cli.signing_with("//Bob").json("twin", "register-for", "-", stdin=permit)
    assert done["result"]["kind"] == "community"


def test_twin_sponsors_whose_key_is_here(cli, company):
    cli.json("account", "transfer", f"twin:{company['twin']}", "1")
    done = cli.json(
        "twin", "register-for", "device", "Sensor", "--newcomer", "//Sensor", *of(company)
    )
    assert done["result"]["depositor"] == done["account"] == company["controller"]
    assert done["result"]["controller"] == address_of_uri("//Sensor")


def test_changed_permit_is_found_out(cli):
    bob = cli.signing_with("//Bob")
    guest = cli.signing_with("//Guest3")
    text = guest.text("twin", "permit", "person", "Guest", "--sponsor", "//Bob")
    for before, after, code in [
        ("Guest", "Quest", VERIFICATION),
        ("person", "company", VERIFICATION),
        ("person", "cat", INPUT),
        ('"nonce": 0', '"nonce": 1', VERIFICATION),
        ("permit/1", "permit/2", INPUT),
        ('"genesis": "0x', '"genesis": "0x00', INPUT),
    ]:
        changed = text.replace(before, after)
        assert changed != text
        assert bob.refusal("twin", "register-for", "-", stdin=changed).code == code, before
    failure = bob.refusal("twin", "register-for", "-", stdin="{}")
    assert failure.code == INPUT


def test_permit_is_void_after_a_transaction(cli):
    guest = cli.signing_with("//Guest4")
    text = guest.text("twin", "permit", "person", "Guest", "--sponsor", "//Bob")
    cli.json("account", "transfer", "//Guest4", "1")
    guest.json("account", "transfer", "//Dave", "0.1")
    failure = cli.signing_with("//Bob").refusal("twin", "register-for", "-", stdin=text)
    assert failure.code == REFUSED
    assert "nonce" in failure.message


@pytest.mark.parametrize(
    "arguments, code, word",
    [
        (["permit", "person", "Anna"], USAGE, "--sponsor"),
        (["permit", "person", "Anna", "--sponsor", "//Alice"], INPUT, "are one"),
        (["permit", "person", "Anna", "--sponsor", "//Bob", "--valid", "0"], INPUT, "24 hours"),
        (["permit", "person", "Anna", "--sponsor", "//Bob", "--valid", "25h"], INPUT, "24 hours"),
        (["register-for", "/nowhere"], INPUT, "/nowhere"),
        (["register-for", "person", "Anna"], USAGE, "--newcomer"),
        (["register-for", "person", "--newcomer", "//Anna"], USAGE, "NAME"),
        (["register-for", "cat", "Tom", "--newcomer", "//Tom"], INPUT, "kind"),
        (["register-for", "person", "Anna", "--newcomer", "nobody"], NOT_FOUND, "nobody"),
    ],
)
def test_sponsoring_says_what_is_wrong(cli, arguments, code, word):
    failure = cli.refusal("twin", *arguments)
    assert failure.code == code, failure
    assert word in failure.message


# ---- looking up ------------------------------------------------------------------------------


def test_twin_is_shown_by_number_account_and_did(cli, person, genesis):
    shown = cli.json("twin", "show", str(person["twin"]))
    block = shown.pop("block")
    assert shown.pop("registered") <= block["number"]
    assert shown == {
        "number": person["twin"],
        "did": person["did"],
        "kind": "person",
        "state": "active",
        "deactivated": None,
        "displayName": "Dave",
        "country": None,
        "logo": None,
        "name": None,
        "controller": address_of("dave"),
        "depositor": address_of("dave"),
        "endpoints": [],
        "keys": [],
    }
    for what in ["//Dave", address_of("dave"), f"twin:{person['twin']}", person["did"]]:
        assert cli.json("twin", "show", what)["number"] == person["twin"], what
    dave = cli.signing_with("//Dave")
    assert dave.json("twin", "show")["number"] == person["twin"]
    assert cli.json("twin", "show", *of(person))["number"] == person["twin"]
    assert "Dave" in dave.text("twin", "show")


def test_twin_is_found_by_its_controller_alone(cli, company):
    found = cli.json("twin", "find", company["controller"])
    del found["block"]
    assert found == {
        "number": company["twin"],
        "kind": "company",
        "state": "active",
        "displayName": "Bäckerei",
        "country": "AT",
        "name": None,
        "controller": company["controller"],
    }
    failure = cli.failure("twin", "find", "//Alice")
    assert failure.code == NOT_FOUND
    assert "proxy" in failure.message


def test_list_goes_page_by_page(cli, company, person):
    everything = cli.json("twin", "list", "--limit", "1000")
    numbers = [twin["number"] for twin in everything["twins"]]
    assert numbers == list(range(1, everything["count"] + 1))
    assert everything["next"] is None

    first = cli.json("twin", "list", "--limit", "1")
    assert ([twin["number"] for twin in first["twins"]], first["next"]) == ([1], 2)
    second = cli.json("twin", "list", "--from", "2", "--limit", "1")
    assert [twin["number"] for twin in second["twins"]] == [2]
    beyond = cli.json("twin", "list", "--from", str(everything["count"] + 1))
    assert (beyond["twins"], beyond["next"]) == ([], None)
    assert "--from 2 goes on" in cli.text("twin", "list", "--limit", "1")


@pytest.mark.parametrize(
    "arguments, code",
    [
        (["show", "9999"], NOT_FOUND),
        (["show", "0"], NOT_FOUND),
        (["show", "nobody-here"], NOT_FOUND),
        (["show"], NOT_FOUND),
        (["show", "--twin", "9999"], NOT_FOUND),
        (["find", "no name at all"], INPUT),
        (["find", "did:key:z6Mk"], INPUT),
        (["find", f"did:ourledger:{'0' * 32}:1"], NOT_FOUND),
        (["did", "9999"], NOT_FOUND),
        (["find"], USAGE),
    ],
)
def test_looking_up_says_what_is_wrong(cli, arguments, code):
    failure = cli.failure("twin", *arguments)
    assert failure.code == code, failure


# ---- profile and endpoints -------------------------------------------------------------------


def test_profile_keeps_what_is_not_named(cli, company, tmp_path):
    logo = tmp_path / "logo"
    logo.write_bytes(b"an image")
    done = cli.json("twin", "set-profile", "--logo", str(logo), *of(company))
    digest = "0x" + hashlib.blake2b(b"an image", digest_size=32).hexdigest()
    assert done["result"] == {
        "twin": company["twin"],
        "displayName": "Bäckerei",
        "country": "AT",
        "logo": digest,
    }
    assert done["account"] == company["controller"]
    done = cli.json("twin", "set-profile", "--no-logo", "--country", "DE", *of(company))
    assert (done["result"]["country"], done["result"]["logo"]) == ("DE", None)
    assert cli.refusal("twin", "set-profile", *of(company)).code == USAGE
    assert cli.refusal("twin", "set-profile", "--name", " ", *of(company)).code == INPUT


def test_endpoints_are_replaced_as_a_whole(cli, person):
    dave = cli.signing_with("//Dave")
    uris = ["https://example.org", "mailto:dave@example.org"]
    done = dave.json("twin", "set-endpoints", *uris)
    assert done["result"] == {"twin": person["twin"], "endpoints": uris}
    assert dave.json("twin", "show")["endpoints"] == uris
    assert f"no longer: {uris[0]}" in dave.text("twin", "set-endpoints", uris[1], "--yes")
    dave.json("twin", "set-endpoints")
    assert dave.json("twin", "show")["endpoints"] == []


@pytest.mark.parametrize(
    "uris, word",
    [
        (["example.org"], "scheme:rest"),
        (["a:b c"], "spaces"),
        (["a:b", "a:b"], "twice"),
        (["a:" + "b" * 127], "129 bytes"),
        ([f"a:{number}" for number in range(9)], "too many"),
    ],
)
def test_endpoints_say_what_is_wrong(cli, uris, word):
    failure = cli.signing_with("//Dave").refusal("twin", "set-endpoints", *uris)
    assert failure.code == INPUT
    assert word in failure.message


# ---- keys ------------------------------------------------------------------------------------


def test_keys_are_added_and_removed_with_their_deposits(cli, tmp_path):
    registered = cli.json("twin", "register", "person", "Keys")["result"]
    me, controller = of(registered), registered["controller"]
    kem = tmp_path / "kem"
    kem.write_bytes(bytes(range(256)) * 4 + bytes(160))

    done = cli.json("twin", "add-key", "authentication", ED25519, *me)
    assert done["result"] == {
        "twin": registered["twin"],
        "id": 0,
        "purpose": "authentication",
        "key": ED25519,
    }
    # The controller owned nothing: the signer sent deposit and existential deposit along.
    assert "Balances.Transfer" in names_of(done["events"])
    assert "which has too little for the deposit" in done["effects"][-1]
    assert held(cli, controller) == {"Twins.Key": int(done["deposit"])}
    assert cli.json("account", "show", controller)["free"] == str(OUR // 1000)

    done = cli.json("twin", "add-key", "key-agreement", f"ml-kem-768:{kem}", *me)
    digest = hashlib.blake2b(kem.read_bytes(), digest_size=32).hexdigest()
    assert done["result"]["key"] == f"ml-kem-768-hash:0x{digest}"
    failure = cli.refusal("twin", "add-key", "authentication", ED25519, *me)
    assert (failure.code, "already" in failure.message) == (REFUSED, True)

    removed = cli.json("twin", "remove-key", "0", *me)
    assert removed["result"] == {"twin": registered["twin"], "removed": 0}
    failure = cli.refusal("twin", "remove-key", "0", *me)
    assert failure.code == NOT_FOUND
    # The money that came back is enough now, so nothing is sent.
    done = cli.json("twin", "add-key", "assertion", ED25519, *me)
    assert done["result"]["id"] == 2
    assert "Balances.Transfer" not in names_of(done["events"])
    keys = cli.json("twin", "show", *me)["keys"]
    assert [(key["id"], key["purpose"]) for key in keys] == [
        (1, "key-agreement"),
        (2, "assertion"),
    ]


@pytest.mark.parametrize(
    "purpose, key, code, word",
    [
        ("encryption", ED25519, USAGE, "PURPOSE"),
        ("authentication", "ed25519", INPUT, "ml-kem-768:FILE"),
        ("authentication", "rsa:0x00", INPUT, "ml-kem-768:FILE"),
        ("authentication", "ed25519:0x00", INPUT, "32 bytes"),
        ("authentication", f"ed25519:0x{'00' * 32}", INPUT, "zeros"),
        ("authentication", f"p256:0x04{'01' * 32}", INPUT, "compressed"),
        ("authentication", X25519, INPUT, "serve"),
        ("key-agreement", ED25519, INPUT, "serve"),
        ("key-agreement", "ml-kem-768:/nowhere", INPUT, "/nowhere"),
    ],
)
def test_keys_say_what_is_wrong(cli, person, purpose, key, code, word):
    failure = cli.signing_with("//Dave").refusal("twin", "add-key", purpose, key)
    assert failure.code == code, failure
    assert word in failure.message


def test_strangers_change_nothing(cli, company):
    bob = cli.signing_with("//Bob")
    failure = bob.refusal("twin", "set-endpoints", *of(company))
    assert (failure.code, "can't act" in failure.message) == (INPUT, True)
    failure = cli.refusal("twin", "set-endpoints")
    assert (failure.code, "--twin" in failure.message) == (NOT_FOUND, True)


def test_top_up_needs_money_of_the_signer(cli):
    registered = cli.json("twin", "register", "person", "Poor")["result"]
    cli.json("account", "transfer", "//Poorer", "0.01")
    cli.json("twin", "rotate", "--new", "//Poorer", *of(registered))
    poorer = cli.signing_with("//Poorer")
    failure = poorer.refusal("twin", "name", "claim", "poorer", *of(registered))
    assert failure.code == REFUSED
    assert "lacks" in failure.message


# ---- names -----------------------------------------------------------------------------------


def test_name_is_claimed_once_with_all_that_look_alike(cli, person, company):
    dave = cli.signing_with("//Dave")
    assert cli.json("twin", "name", "check", "Mill-Road") == {
        "name": "mill-road",
        "status": "free",
        "twin": None,
        "like": None,
        "until": None,
        "reason": None,
    }
    done = dave.json("twin", "name", "claim", "Mill-Road")
    assert done["result"] == {"twin": person["twin"], "name": "mill-road"}
    assert held(cli, "//Dave")["Twins.Name"] == int(done["deposit"])
    assert cli.json("twin", "show", "mill-road")["number"] == person["twin"]

    taken = cli.json("twin", "name", "check", "MILL-road")
    assert (taken["status"], taken["twin"], taken["like"]) == ("taken", person["twin"], None)
    for other in ("m111road", "mi11-roacl", "rnill-road"):
        alike = cli.json("twin", "name", "check", other)
        assert (alike["status"], alike["like"]) == ("looks-alike", "mill-road")
    invalid = cli.json("twin", "name", "check", "ab")
    assert (invalid["status"], "fewer than 3" in invalid["reason"]) == ("invalid", True)

    failure = cli.refusal("twin", "name", "claim", "m111road", *of(company))
    assert failure.code == REFUSED
    assert "looks like mill-road" in failure.message
    failure = cli.refusal("twin", "name", "claim", "mill-road", *of(company))
    assert (failure.code, "has the name" in failure.message) == (REFUSED, True)
    failure = dave.refusal("twin", "name", "claim", "another")
    assert (failure.code, "release" in failure.message) == (REFUSED, True)
    failure = cli.failure("twin", "find", "millroad")
    assert (failure.code, "mill-road" in failure.message) == (NOT_FOUND, True)

    done = dave.json("twin", "name", "release")
    assert done["result"] == {"twin": person["twin"], "released": "mill-road"}
    assert any("90 days" in effect for effect in done["effects"])
    assert dave.refusal("twin", "name", "release").code == NOT_FOUND


def test_name_that_was_given_up_rests(cli, person, company):
    dave = cli.signing_with("//Dave")
    dave.json("twin", "name", "claim", "resting-name")
    deposit = held(cli, "//Dave")["Twins.Name"]
    dave.json("twin", "name", "release")
    # It is paid for while it rests.
    assert held(cli, "//Dave")["Twins.Name"] == deposit

    for name in ("resting-name", "restlng-narne"):
        resting = cli.json("twin", "name", "check", name)
        assert (resting["status"], resting["twin"]) == ("resting", person["twin"])
        assert resting["like"] == "resting-name"
        assert resting["until"].endswith("Z")
        failure = cli.refusal("twin", "name", "claim", name, *of(company))
        assert failure.code == REFUSED
        assert resting["until"] in failure.message
    failure = cli.failure("twin", "find", "resting-name")
    assert (failure.code, "gave up" in failure.message) == (NOT_FOUND, True)
    assert cli.refusal("twin", "name", "clear", "resting-name").code == REFUSED

    done = dave.json("twin", "name", "claim", "Resting-Name")
    assert done["result"] == {"twin": person["twin"], "name": "resting-name"}
    assert held(cli, "//Dave")["Twins.Name"] == deposit
    dave.json("twin", "name", "release")


def test_name_that_is_kept_back_is_refused(cli, company):
    for name, word in (("admin", "admin"), ("r00t", "root"), ("treasvry", "treasury")):
        status = cli.json("twin", "name", "check", name)
        assert (status["status"], status["like"]) == ("reserved", word)
        failure = cli.refusal("twin", "name", "claim", name, *of(company))
        assert (failure.code, "kept back" in failure.message) == (REFUSED, True)


@pytest.mark.parametrize("name", ["ab", "a" * 33, "mill_road", "1mill", "mill-"])
def test_name_that_can_t_be_one_is_refused_beforehand(cli, name):
    assert cli.refusal("twin", "name", "claim", name).code == INPUT
    assert cli.json("twin", "name", "check", name)["status"] == "invalid"


# ---- rotation --------------------------------------------------------------------------------


def test_rotation_replaces_a_key_in_one_transaction(cli):
    registered = cli.json("twin", "register", "person", "Rotating")["result"]
    me = of(registered)
    text = cli.text("twin", "rotate", "--new", "//Rotated", "--yes", *me)
    rotated = cli.signing_with("//Rotated")
    assert "owns no OUR, and needs some" in text
    assert address_of_uri("//Rotated") in text
    failure = cli.refusal("twin", "set-profile", "--name", "Old", *me)
    assert failure.code == INPUT

    cli.json("account", "transfer", "//Rotated", "1")
    rotated.json("twin", "set-profile", "--name", "New", *me)
    done = rotated.json("twin", "rotate", "--new", "//Bob", *me)
    assert done["result"] == {
        "twin": registered["twin"],
        "controller": registered["controller"],
        "added": address_of("bob"),
        "removed": address_of_uri("//Rotated"),
        "proxies": [{"delegate": address_of("bob"), "scope": "Any", "delay": 0}],
    }
    # What the list of two took for a moment is there again.
    account = cli.json("account", "show", registered["controller"])
    assert int(account["free"]) > 0
    assert account["reserved"] == "0"


def test_rotation_says_what_is_wrong(cli, person, company):
    dave = cli.signing_with("//Dave")
    for signer, arguments, code, word in [
        (dave, ["--new", "//Bob"], INPUT, "keyless"),
        (cli, ["--new", "//Alice", *of(company)], INPUT, "already"),
        (cli, ["--new", company["controller"], *of(company)], INPUT, "is the controller"),
        (cli, ["--new", "//Bob", "--old", "//Eve", *of(company)], NOT_FOUND, "old account"),
        (dave, ["--new", "//Bob", *of(company)], INPUT, "scope Any"),
        (cli, [*of(company)], USAGE, "--new"),
    ]:
        failure = signer.refusal("twin", "rotate", *arguments)
        assert failure.code == code, failure
        assert word in failure.message


# ---- DID documents ---------------------------------------------------------------------------


def test_did_document_has_keys_services_and_name(cli, genesis):
    registered = cli.json("twin", "register", "person", "Did", "--fund", "1")["result"]
    me, did = of(registered), registered["did"]
    bare = cli.json("twin", "did", did)
    assert bare == {"@context": ["https://www.w3.org/ns/did/v1"], "id": did}

    cli.json("twin", "add-key", "authentication", ED25519, *me)
    cli.json("twin", "set-endpoints", "https://example.org/", "https://example.org/in", *me)
    cli.json("twin", "name", "claim", "did-test", *me)
    document = cli.json("twin", "did", "did-test")
    assert document == {
        "@context": [
            "https://www.w3.org/ns/did/v1",
            "https://w3id.org/security/multikey/v1",
            "https://identity.foundation/.well-known/did-configuration/v1",
            {"OurLedgerEndpoint": "ourledger:vocab#OurLedgerEndpoint"},
        ],
        "id": did,
        "alsoKnownAs": [f"ourledger://{genesis[2:34]}/did-test"],
        "verificationMethod": [
            {
                "id": f"{did}#key-0",
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": ED25519_MULTIBASE,
            }
        ],
        "authentication": [f"{did}#key-0"],
        "service": [
            {
                "id": f"{did}#endpoint-0",
                "type": "LinkedDomains",
                "serviceEndpoint": "https://example.org",
            },
            {
                "id": f"{did}#endpoint-1",
                "type": "OurLedgerEndpoint",
                "serviceEndpoint": "https://example.org/in",
            },
        ],
    }
    # People see the same, indented.
    assert json.loads(cli.text("twin", "did", *me)) == document

    result = cli.json("twin", "did", did, "--resolution")
    metadata = result["didDocumentMetadata"]
    assert result["didDocument"] == document
    assert result["didResolutionMetadata"] == {"contentType": "application/did+ld+json"}
    assert metadata["created"].endswith("Z")
    assert int(metadata["versionId"]) > 0
    assert metadata["deactivated"] is False


# ---- the end ---------------------------------------------------------------------------------


def test_deactivation_leaves_number_and_controller(cli):
    registered = cli.json("twin", "register", "person", "Ending", "--fund", "1")["result"]
    me, number = of(registered), registered["twin"]
    cli.json("twin", "name", "claim", "ending", *me)
    cli.json("twin", "add-key", "assertion", ED25519, *me)
    before = held(cli, "//Alice")["Twins.Twin"]

    done = cli.json("twin", "deactivate", *me)
    assert done["result"] == {"twin": number, "deactivated": done["block"]["number"]}
    assert any("for ever stay" in effect for effect in done["effects"])
    assert before - held(cli, "//Alice")["Twins.Twin"] > 0
    # The name rests, and is paid for until it has.
    assert set(held(cli, registered["controller"])) == {"Twins.Name"}
    shown = cli.json("twin", "show", registered["controller"])
    assert (shown["state"], shown["deactivated"]) == ("deactivated", done["block"]["number"])
    assert (shown["displayName"], shown["name"], shown["keys"]) == ("", None, [])
    assert cli.json("twin", "name", "check", "ending")["status"] == "resting"

    result = cli.json("twin", "did", str(number), "--resolution")
    assert result["didDocument"] is None
    assert result["didDocumentMetadata"]["deactivated"] is True
    failure = cli.refusal("twin", "deactivate", *me)
    assert (failure.code, "for ever" in failure.message) == (REFUSED, True)
    assert cli.refusal("twin", "set-endpoints", *me).code == REFUSED
    # What is on the account is not lost.
    cli.json("account", "transfer", "//Dave", "0.5", *me)
