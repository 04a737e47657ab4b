"""Who imports whom among the parts of the client crates."""

import re

import pytest
from tree import ROOT, text, tracked

CRATES = ("client/core", "client/documents", "client/records", "client/audit", "cli")
# Programs at a terminal have these.
OF_TERMINALS = {"clap", "comfy-table", "indicatif", "rpassword", "directories"}


def top_level(tree: str) -> list[str]:
    """What `{a::b, c}` or `a::b` begins with."""
    if not tree.startswith("{"):
        return re.findall(r"^\w+", tree)
    parts, depth, names = [""], 0, []
    for letter in tree[1:-1]:
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    for part in parts:
        names += re.findall(r"^\s*(\w+)", part)
    return names


def imports(crate: str) -> dict[str, set[str]]:
    """Of each folder and file beside lib.rs or main.rs, those that it takes something from."""
    found: dict[str, set[str]] = {}
    source = ROOT / crate / "src"
    for path in tracked(f"{crate}/src/*.rs"):
        module = path.relative_to(source).parts[0].removesuffix(".rs")
        if module in ("lib", "main") or "tests" in path.name:
            continue
        code = re.sub(r"//[^\n]*", "", path.read_text().split("#[cfg(test)]\nmod tests")[0])
        taken = [
            name
            for tree in re.findall(r"use crate::([^;]*);", code)
            for name in top_level(" ".join(tree.split()))
        ]
        taken += re.findall(r"(?<!use )\bcrate::(\w+)::", code)
        found.setdefault(module, set()).update(name for name in taken if name != module)
    return found


def reaches(graph: dict[str, set[str]], start: str) -> set[str]:
    """All that a module takes something from, directly or by others."""
    seen: set[str] = set()
    open_ = list(graph[start])
    while open_:
        module = open_.pop()
        if module in graph and module not in seen:
            seen.add(module)
            open_ += graph[module]
    return seen


@pytest.mark.parametrize("crate", CRATES)
def test_folders_import_in_no_circle(crate):
    graph = imports(crate)
    folders = {module for module in graph if (ROOT / crate / "src" / module).is_dir()}
    circles = sorted(module for module in folders if module in reaches(graph, module))
    assert not circles, f"they import themselves by way of others: {circles}"


@pytest.mark.parametrize("crate", [crate for crate in CRATES if crate.startswith("client/")])
def test_client_crates_know_no_terminal(crate):
    manifest = text(f"{crate}/Cargo.toml")
    dependencies = re.search(r"^\[dependencies\]\n(.*?)(?=^\[)", manifest, re.M | re.S)[1]
    lines = [line.split(" ", 1) for line in dependencies.splitlines() if "=" in line]
    # Only as a feature, for the types that a command line takes as arguments.
    kept = {name.split(".")[0] for name, rest in lines if "optional = true" not in rest}
    assert not kept & OF_TERMINALS
    assert not re.search(r'^default = .*"clap"', manifest, re.M)
