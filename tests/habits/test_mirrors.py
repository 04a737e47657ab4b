"""What the client crates read of the chain is what the chain's own types have.

The clients read by name: fields that they don't know are skipped, so that they outlive upgrades.
What they do name has to be there, and an enum has to have every variant, or reading it fails.
"""

import re

import pytest
from tree import braced, name_of, text, tracked, variants

DERIVED = re.compile(
    r"#\[derive\([^\]]*\bDecodeAsType\b[^\]]*\)\]\s*(?:#\[[^\]]*\]\s*)*"
    r"(?:pub(?:\([^)]*\))? )?(struct|enum) (\w+)"
)
# By other names than the chain's, which have more to tell apart.
RENAMED = {
    ("client/core/src/money/holding.rs", "Info"): "HoldingInfo",
    ("client/core/src/money/mod.rs", "Deposits"): "CurrencyDeposits",
    ("client/core/src/money/payments.rs", "SetAside"): "SetAsideInfo",
    ("client/core/src/tax/taxpayers.rs", "Deposits"): "TaxDeposits",
    ("client/core/src/twin/mod.rs", "Deposits"): "TwinDeposits",
    ("client/core/src/twin/mod.rs", "Key"): "TwinKey",
    ("client/core/src/twin/mod.rs", "Kind"): "TwinKind",
    ("client/core/src/twin/mod.rs", "Purpose"): "KeyPurpose",
    ("client/core/src/twin/name.rs", "Status"): "NameStatus",
    ("client/documents/src/on_chain/bill.rs", "LevyInfo"): "LevyItem",
}
# Of pallets of the SDK, though ours have types of these names.
STOCK = {"Account", "Queued"}


def fields(source: str) -> list[str]:
    """Names of a struct's fields."""
    code = re.sub(r"//[^\n]*", "", source)
    return re.findall(r"(?:^|[,\s])(?:pub(?:\([^)]*\))? )?(\w+):(?!:)", code)


def definitions() -> dict[tuple[str, str], list[str]]:
    """Structs and enums of the chain, and events as structs, by kind and name: their bodies."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in tracked("pallets/*.rs", "primitives/*.rs", "runtime/src/*.rs"):
        if "tests" in path.parts or "mock" in name_of(path) or "benchmarking" in name_of(path):
            continue
        source = path.read_text()
        for kind, name in re.findall(r"pub (struct|enum) (\w+)[^;{(]*\{", source):
            body = braced(source, f"pub {kind} {name}")
            found.setdefault((kind, name), []).append(body)
            if name == "Event":
                for event, its in variants(body).items():
                    found.setdefault(("event", event), []).append(its)
    return found


CHAIN = definitions()
MIRRORS = [
    (name_of(path), kind, name)
    for path in tracked("client/*.rs", "cli/*.rs")
    for kind, name in DERIVED.findall(path.read_text())
]


def chains(path: str, kind: str, name: str) -> list[list[str]]:
    """What the chain's types of that name have: fields or variants. None of pallets of the SDK."""
    wanted = RENAMED.get((path, name), name)
    for own in (wanted, wanted.removesuffix("Info")):
        bodies = CHAIN.get((kind, own), [])
        found = [list(variants(it)) if kind == "enum" else fields(it) for it in bodies]
        found += CHAIN.get(("event", own), []) if kind == "struct" else []
        if found:
            return found
    return []


@pytest.mark.parametrize(("path", "kind", "name"), MIRRORS)
def test_mirrors_have_what_the_chain_has(path, kind, name):
    theirs = chains(path, kind, name)
    body = braced(text(path), f"{kind} {name}")
    if kind == "enum":
        own = set(variants(body))
        assert not theirs or own in [set(it) for it in theirs], f"{own}, and not {theirs}"
    elif name not in STOCK:
        own = set(fields(body))
        assert not theirs or any(own <= set(it) for it in theirs), f"{own}, and not of {theirs}"


def test_most_mirrors_are_compared():
    compared = [mirror for mirror in MIRRORS if chains(*mirror)]
    assert len(compared) > len(MIRRORS) * 2 / 3


def test_bundles_of_events_make_columns_of_their_own():
    """Exports put their parts in columns: told apart by type there, and by name by the auditor."""
    bundles = {"invoice": "InvoiceId", "booking": "Booking"}
    parts = {name: set(fields(CHAIN[("struct", its)][0])) for name, its in bundles.items()}
    parts["booking"] |= parts["invoice"]
    for pallet in ("commerce", "currencies", "tax"):
        body = braced(text(f"pallets/{pallet}/src/lib.rs"), "pub enum Event<T")
        code = re.sub(r"//[^\n]*", "", body)
        for event, inner in re.findall(r"(\w+)\s*\{([^}]*)\}", code):
            typed = dict(re.findall(r"(\w+):\s*([^,]+)", inner))
            for name, of in typed.items():
                bundle = name in bundles or of.strip() in bundles.values()
                assert not bundle or bundles.get(name) == of.strip(), f"{event}.{name}: {of}"
            columns = [part for name in typed for part in parts.get(name, {name})]
            assert len(columns) == len(set(columns)), f"{event} has a column twice: {columns}"
