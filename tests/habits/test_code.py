"""What documents say of the code: names, indices, fields."""

import json
import re

import pytest
from tree import ROOT, braced, rows, section, text, tracked, uncommented, variants

PALLETS = sorted(path.parent.name for path in tracked("pallets/*/Cargo.toml"))


def enum(pallet: str, opening: str) -> dict[str, list[str]]:
    """An enum of a pallet's lib.rs, or nothing."""
    source = text(f"pallets/{pallet}/src/lib.rs")
    return variants(braced(source, opening)) if opening in source else {}


def told(pallet: str, heading: str) -> list[list[str]]:
    """The table under a heading of a pallet's README."""
    readme = text(f"pallets/{pallet}/README.md")
    return rows(section(readme, heading)) if f"\n{heading}\n" in readme else []


@pytest.mark.parametrize("pallet", PALLETS)
def test_errors_are_told(pallet):
    names = [name for row in told(pallet, "## Errors") for name in re.findall(r"`(\w+)`", row[0])]
    assert len(names) == len(set(names))
    assert set(names) == set(enum(pallet, "pub enum Error<T"))


def named(cell: str) -> tuple[str, list[str]]:
    """Of `name(one, two)`, `Name { one, two }` or `Name`: the name and what is in the braces."""
    found = re.match(r"`(\w+)(?:\s*[({](.*?)[)}])?`", cell)
    assert found, f"no name is in '{cell}'"
    return found[1], [part.strip() for part in (found[2] or "").split(",") if part.strip("… ")]


def is_part(some: list[str], of: list[str]) -> bool:
    """Whether these are there, in the same order."""
    rest = iter(of)
    return all(it in rest for it in some)


@pytest.mark.parametrize("pallet", PALLETS)
def test_events_are_told(pallet):
    """All of them, and no field that they don't have."""
    events = enum(pallet, "pub enum Event<T")
    # Some that say the same stand in one line.
    cells = [(cell, row) for row in told(pallet, "## Events") for cell in row[0].split("`, ")]
    table = [(*named(f"`{cell.strip('`')}`"), row) for cell, row in cells]
    assert sorted(name for name, _, _ in table) == sorted(events)
    for name, fields, row in table:
        if len(row) > 2:
            fields = [field.strip("` ") for field in row[1].split(",") if field.strip("` –")]
        assert is_part(fields, events[name]), name


@pytest.mark.parametrize("pallet", PALLETS)
def test_calls_are_told(pallet):
    """All of them, by their index where one stands, and no argument that they don't have."""
    source = re.sub(r"//.*", "", text(f"pallets/{pallet}/src/lib.rs"))
    found = re.findall(r"call_index\((\d+)\).*?pub fn (\w+)\s*\((.*?)\)\s*->", source, re.S)
    calls = {}
    for index, name, arguments in found:
        # Without the origin.
        calls[name] = (index, re.findall(r"(?:^|,)\s*(?:mut )?(\w+)\s*:(?!:)", arguments)[1:])
    table = told(pallet, "## Calls")
    assert len(table) == len(calls)
    for row in table:
        indexed = row[0].isdecimal()
        name, arguments = named(row[1] if indexed else row[0])
        assert name in calls
        index, real = calls[name]
        assert is_part(arguments, real), name
        assert not indexed or row[0] == index, name


def test_settings_of_a_jurisdiction_are_told():
    fields = re.findall(
        r"pub (\w+):", uncommented(braced(text("pallets/tax/src/types.rs"), "pub struct Settings"))
    )
    table = rows(section(text("pallets/tax/README.md"), "## Settings"))
    assert [row[0].strip("`") for row in table] == fields
    # What the file begins with, where that is one word.
    example = text("client/core/src/tax/settings.rs").split('EXAMPLE: &str = r#"')[1].split('"#')[0]
    settings = json.loads(example)
    camel = [re.sub(r"_(\w)", lambda letter: letter[1].upper(), field) for field in fields]
    assert camel == list(settings)
    for row, name in zip(table, camel):
        value = settings[name]
        assert isinstance(value, (list, dict)) or row[2] == str(value), name
    caps = [f"{cap['ageDays']} days: {cap['cap']}" for cap in settings["refundCaps"]]
    assert table[camel.index("refundCaps")][2] == "; ".join(caps)


def test_pallets_are_measured():
    listed = {
        "runtime/src/benchmarks.rs": r"\[pallet_{}, ",
        "runtime/src/weights/mod.rs": r"pub mod pallet_{};",
        "scripts/bench-weights": r"\tpallet_{}\n",
    }
    missing = [
        f"{file}: pallet_{pallet}"
        for file, line in listed.items()
        for pallet in PALLETS
        if not re.search(line.format(pallet), text(file))
    ]
    assert not missing


def test_baseline_is_of_the_same_crates():
    """Its lock is a copy of ours: any cargo command in its folder drops what it has no use for."""
    package = re.compile(r'name = "(.*)"\nversion = "(.*)"\nsource')
    baseline = set(package.findall(text("tests/bench/baseline/Cargo.lock")))
    assert baseline <= set(package.findall(text("Cargo.lock")))


def test_pallets_have_the_indices_of_note_0007():
    source = text("runtime/src/lib.rs")
    indices = re.findall(r"pallet_index\((\d+)\)\](?:\s*#\[[^\]]*\])*\s*pub type (\w+)", source)
    note = text("docs/design/0007-pallet-indices-and-extensions.md")
    cells = " ".join(row[2] for row in rows(section(note, "## Decision")) if len(row) == 3)
    assert re.findall(r"(\w+) (\d+)", cells) == [(name, index) for index, name in indices]


def test_extensions_have_the_order_of_note_0007():
    extensions = re.search(r"pub type TxExtension = \((.*?)\);", text("runtime/src/lib.rs"), re.S)
    names = re.findall(r"::(\w+)<Runtime>", extensions[1])
    note = text("docs/design/0007-pallet-indices-and-extensions.md")
    table = [row for row in rows(section(note, "## Decision")) if re.match(r"\d+(–\d+)?$", row[0])]
    assert [it for row in table for it in re.findall(r"`(Ch\w+|Au\w+|We\w+)`", row[1])] == names


def test_scopes_have_the_indices_of_note_0007():
    source = braced(text("runtime/src/configs/accounts.rs"), "pub enum ProxyScope")
    scopes = re.findall(r"codec\(index = (\d+)\)\]\s*(\w+)", source)
    note = text("docs/design/0007-pallet-indices-and-extensions.md")
    said = re.search(r"fixed codec indices: (.*?)\.", note, re.S)
    assert re.findall(r"`(\w+)` (\d+)", said[1]) == [(name, index) for index, name in scopes]


def test_every_hold_stands_in_note_0002():
    note = text("docs/design/0002-money-and-fees.md")
    missing = [
        f"{pallet}.{reason}"
        for pallet in PALLETS
        for reason in enum(pallet, "pub enum HoldReason")
        if f"`{pallet}.{reason}`" not in note
    ]
    assert not missing


def test_guides_name_scopes_that_there_are():
    source = braced(text("runtime/src/configs/accounts.rs"), "pub enum ProxyScope")
    scopes = set(re.findall(r"codec\(index = \d+\)\]\s*(\w+)", source))
    for page in tracked("docs/**/*.md"):
        named = re.findall(r"scopes? `([A-Z]\w+)`", page.read_text(encoding="utf-8"))
        assert set(named) <= scopes | {"Grid"}, page.relative_to(ROOT)
