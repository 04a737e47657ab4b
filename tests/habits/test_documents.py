"""What documents say of each other and of the tree."""

import re
import subprocess

import pytest
from tree import ROOT, name_of, rows, section, text, tracked

PAGES = {name_of(path): path for path in tracked("*.md")}
# Names of folders of the checkout, so that a path in a text is told from other words.
FOLDERS = "|".join(
    re.escape(name) for name in sorted({path.relative_to(ROOT).parts[0] for path in tracked("*/*")})
)


def prose(markdown: str) -> str:
    """Without blocks of code."""
    return re.sub(r"^ *```.*?^ *```", "", markdown, flags=re.M | re.S)


def anchors(markdown: str) -> set[str]:
    """As web sites make them of headings."""
    headings = re.findall(r"^#+ (.*)$", prose(markdown), re.M)
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    path, wrong = PAGES[page], []
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(path.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        other = (path.parent / target).resolve() if target else path
        if not other.exists() or (anchor and anchor not in anchors(other.read_text("utf-8"))):
            wrong.append(link)
    assert not wrong


@pytest.mark.parametrize("page", [page for page in PAGES if page != "CHANGELOG.md"])
def test_paths_that_are_named_exist(page):
    named = re.findall(rf"`(?:\./)?((?:{FOLDERS})/[\w./-]*)`", text(page))
    # What scripts make isn't there yet.
    made = re.compile(r"^chain-specs/")
    # From the root or, in a README, from its folder.
    folders = [ROOT, PAGES[page].parent]
    wrong = [
        path
        for path in named
        if not made.match(path) and not any((folder / path).exists() for folder in folders)
    ]
    assert not wrong


@pytest.mark.parametrize("page", [page for page in PAGES if page != "CHANGELOG.md"])
def test_files_lie_where_a_paragraph_says(page):
    """A file without its folder lies beside a path that the same paragraph, item or row names."""
    wrong = []
    for part in re.split(r"\n\s*\n|\n(?=\s*(?:\d+\.|-) |\|)", prose(text(page))):
        paths = [ROOT / path for path in re.findall(rf"`(?:\./)?((?:{FOLDERS})/[\w./-]*)`", part)]
        folders = {folder for path in paths for folder in (path, path.parent)}
        near = [*folders, PAGES[page].parent, ROOT]
        for name in re.findall(r"`(\w+\.(?:rs|py))`", part):
            if folders and not any((folder / name).exists() for folder in near):
                wrong.append(name)
    assert not wrong


@pytest.mark.parametrize(
    "crate", sorted(path.parent.name for path in tracked("client/*/Cargo.toml"))
)
def test_readme_of_a_client_crate_lists_its_modules(crate):
    modules = re.findall(r"^pub mod (\w+);", text(f"client/{crate}/src/lib.rs"), re.M)
    listed = re.findall(
        r"`(\w+)`", "".join("".join(row) for row in rows(text(f"client/{crate}/README.md")))
    )
    assert set(modules) <= set(listed)


def steps_of_the_tests() -> list[str]:
    listed = subprocess.run(
        [ROOT / "scripts" / "test", "--list"], check=True, capture_output=True, text=True
    ).stdout
    return [line.split()[0] for line in listed.splitlines()]


def test_workflows_run_all_steps():
    workflow = text(".github/workflows/checks.yml")
    named = re.findall(r"scripts/test --only ([\w,-]+)", workflow)
    assert {step for steps in named for step in steps.split(",")} == set(steps_of_the_tests())


def test_contributing_lists_the_steps():
    steps = steps_of_the_tests()
    told = re.search(r"The steps of `scripts/test` are (.*?)\.\s", text("CONTRIBUTING.md"), re.S)
    assert told, "CONTRIBUTING.md doesn't say what the steps are"
    assert re.findall(r"`([\w-]+)`", told[1]) == steps


def test_scripts_are_listed():
    there = {path.name for path in tracked("scripts/*") if path.parent.name == "scripts"}
    scripts = there - {"lib.sh"}
    row = next(row for row in rows(text("README.md")) if row[0] == "`scripts/`")
    assert set(re.findall(r"`([\w-]+)`", row[1])) == scripts
    table = "".join(row[0] for row in rows(section(text("CONTRIBUTING.md"), "## Set up")))
    told = set(re.findall(r"`scripts/([\w-]+)`", table))
    # Two stand in the lines above the table, one is called by others alone.
    assert told | {"setup", "wasm-toolchain"} == scripts


def test_readme_leads_to_every_guide_and_pallet():
    readme = text("README.md")
    pages = [*tracked("docs/guides/*.md"), *tracked("pallets/*/README.md")]
    assert [name_of(page) for page in pages if f"({name_of(page)})" not in readme] == []


def test_design_notes_are_listed():
    listed = re.findall(r"\| (\d{4}) \| \[.*?\]\((.*?)\)", text("docs/design/README.md"))
    notes = sorted(path.name for path in tracked("docs/design/0*.md"))
    assert [name for _, name in listed] == notes
    assert [number for number, _ in listed] == [name[:4] for name in notes]


def test_design_notes_that_are_named_exist():
    notes = {path.name[:4] for path in tracked("docs/design/0*.md")}
    sources = [*PAGES.values(), *tracked("*.rs", "*.py", "scripts/*")]
    wrong = [
        (name_of(path), number)
        for path in sources
        for number in re.findall(r"\bnotes? (?:\[)?(\d{4})\b", path.read_text(encoding="utf-8"))
        if number not in notes
    ]
    assert not wrong
