"""Builds the runtime to which tests upgrade: this one, with the next spec version and a migration,
and with the fields of a payment's event in another order.

The migration (next_migration.rs) takes two blocks, and fails if the state says so: one runtime
serves the test of an upgrade and that of one that fails. Whoever reads the block that brings it by
its words takes one field for another: books have to be read by the runtime of a block's parent.

The node's own WASM build left a project behind. A copy of it is pointed to a copy of the sources,
so that only the workspace's crates compile again and nothing of the node's build changes. So the
SDK's builder isn't there to put the digest of the metadata in, which the command line signs for:
that is worked out here, from the metadata of the node. Where the command line and this disagree,
nothing that it signs after an upgrade is taken.
"""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Optional

from ourledger_net import Network

import digest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# What the runtime is made of.
SOURCES = ["Cargo.toml", "Cargo.lock", "pallets", "primitives", "runtime", "tools"]
# As the SDK's builder links it.
FLAGS = (
    "-C link-arg=--export-table -C link-arg=--export=__heap_base -C link-arg=--import-memory "
    "--cfg substrate_runtime"
)
TARGET = "wasm32v1-none"


def build(node: Path) -> Optional[Path]:
    """The WASM file, uncompressed; nothing if the node was not built here."""
    project = node.parent / "wbuild" / "ourledger-runtime"
    if not (project / "Cargo.toml").exists():
        return None
    folder = node.parent / "wbuild" / "next-runtime"
    # Beside the project: below it cargo would take them for a part of it.
    sources = node.parent / "wbuild" / "next-runtime-sources"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(sources, ignore_errors=True)
    for name in SOURCES:
        source, copy = ROOT / name, sources / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, copy) if source.is_dir() else shutil.copy2(source, copy)
    replace(sources / "Cargo.toml", r"members = \[[^]]*\]", 'members = ["runtime"]')
    replace(
        sources / "runtime" / "src" / "lib.rs",
        r"spec_version: (\d+)",
        lambda found: f"spec_version: {int(found[1]) + 1}",
    )
    shutil.copy2(HERE / "next_migration.rs", sources / "runtime" / "src")
    replace(
        sources / "runtime" / "src" / "lib.rs",
        "pub mod presets;",
        "mod next_migration;\npub mod presets;",
    )
    replace(
        sources / "runtime" / "src" / "migrations.rs",
        r"type MultiBlockMigrations =\s[^;]*;",
        "type MultiBlockMigrations = crate::next_migration::NextMigration;",
    )

    # The amount comes first.
    replace(
        sources / "pallets" / "currencies" / "src" / "lib.rs",
        r"(\n\t\tTransferred \{\n)((?:\t\t\t.*\n)*?)((?:\t\t\t///.*\n)*\t\t\tamount: .*\n)",
        r"\1\3\2",
    )

    shutil.copytree(project / "src", folder / "src")
    for name in ["Cargo.toml", "Cargo.lock"]:
        shutil.copy2(project / name, folder / name)
    manifest = folder / "Cargo.toml"
    for name in ["runtime", "tools/wasm-opt"]:
        replace(manifest, rf'path = "[^"]*/{name}"', f'path = "{sources}/{name}"')
    replace(manifest, r'name = "ourledger_runtime"', 'name = "next_runtime"')
    replace(manifest, r'name = "ourledger-runtime-blob"', 'name = "next-runtime-blob"')
    replace(folder / "Cargo.lock", r'name = "ourledger-runtime-blob"', 'name = "next-runtime-blob"')

    toolchain = os.environ.get("WASM_BUILD_TOOLCHAIN")
    cargo = ["rustup", "run", toolchain, "cargo"] if toolchain else ["cargo"]
    environment = {
        **os.environ,
        "CARGO_TARGET_DIR": str(project / "target"),
        "RUSTFLAGS": FLAGS,
        "RUNTIME_METADATA_HASH": metadata_digest(node),
    }
    environment.pop("SKIP_WASM_BUILD", None)
    subprocess.run(
        [*cargo, "rustc", f"--target={TARGET}", "--profile=release", f"--manifest-path={manifest}"],
        env=environment,
        # Where the compiler's version is pinned.
        cwd=ROOT,
        check=True,
    )
    return project / "target" / TARGET / "release" / "next_runtime.wasm"


def metadata_digest(node: Path) -> str:
    """The digest of the next runtime's metadata: its calls are the node's, its version isn't."""
    with tempfile.TemporaryDirectory() as folder, Network(node, folder, "dev") as network:
        network.start(validators=1)
        return digest.of_next(network["alice"].rpc)


def replace(file: Path, pattern: str, by) -> None:
    """Replace what is there exactly once."""
    text, times = re.subn(pattern, by, file.read_text())
    assert times == 1, f"{pattern} is {times} times in {file.name}"
    file.write_text(text)
