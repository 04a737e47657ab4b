"""How files are laid out."""

import re

from tree import ROOT, name_of, tracked

# Written by programs.
MADE = re.compile(r"\.lock$|(^|/)package-lock\.json$|\.jsonl$|\.txt$|/proptest-regressions/")
# Modules in the other style, until they are moved.
BESIDE = {
    "pallets/tax/src/benchmarking.rs",
    "pallets/tax/src/mock.rs",
    "primitives/core/src/invoice.rs",
    "runtime/src/tests/brakes.rs",
    "runtime/src/tests/choke_point.rs",
    "runtime/src/tests/migrations.rs",
}


def test_files_keep_to_editorconfig():
    wrong = []
    for path in tracked():
        name, content = name_of(path), path.read_bytes()
        if MADE.search(name) or b"\0" in content:
            continue
        content.decode("utf-8")
        if b"\r" in content:
            wrong.append(f"{name}: ends of lines aren't LF")
        if content and not content.endswith(b"\n"):
            wrong.append(f"{name}: the last line doesn't end")
        for number, line in enumerate(content.splitlines(), 1):
            if line != line.rstrip():
                wrong.append(f"{name}:{number}: blanks at the end")
    assert not wrong, "\n".join(wrong)


def test_modules_with_parts_lie_in_their_folder():
    beside = {name_of(path) for path in tracked("*.rs") if path.with_suffix("").is_dir()}
    assert beside <= BESIDE, f"move to x/mod.rs: {beside - BESIDE}"


def test_no_generated_chain_specification_is_kept():
    kept = [name_of(path) for path in tracked("chain-specs")]
    assert not kept, kept
    assert "/chain-specs" in (ROOT / ".gitignore").read_text().split()
