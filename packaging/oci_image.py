#!/usr/bin/env python3
"""Writes an OCI image: the node, the command line, the libraries they load, and nothing else.

No daemon and no root: an image is an archive of archives, with a digest for each. There are two
layers: libraries, which rarely change and come from the Debian packages that are installed here,
and programs. Podman, Docker and skopeo can load the file. The same input gives the same bytes.
Called by scripts/package.
"""

import argparse
import datetime
import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

USER = 10001  # whoever runs it knows the volume's owner by this number
HOME = "var/lib/ourledger"
PROGRAMS = ("usr/bin/ourledger-node", "usr/bin/ourledger")
DOC = "usr/share/doc/ourledger"
# What Debian trusts by default. Not /etc/ssl/certs: that has what this machine trusts besides.
CERTIFICATES = Path("/usr/share/ca-certificates/mozilla")

# Debian's names of machines that OCI calls otherwise.
ARCHITECTURES = {"armhf": "arm", "i386": "386", "ppc64el": "ppc64le"}

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
INDEX = "application/vnd.oci.image.index.v1+json"


class PackagingError(Exception):
    """What went wrong, in a sentence."""


@dataclass
class Tree:
    """Files of a layer, by path. What is in them is read when the layer is written."""

    time: int
    entries: dict = field(default_factory=dict)

    def folder(self, path: str, mode: int = 0o755, owner: int = 0) -> None:
        """A folder, and those above it."""
        if path and path not in self.entries:
            self.folder(os.path.dirname(path))
            self._add(path, tarfile.DIRTYPE, mode, owner)

    def file(self, path: str, content, mode: int = 0o644) -> None:
        """A file with the bytes, or the bytes of the file, that `content` is."""
        self.folder(os.path.dirname(path))
        size = len(content) if isinstance(content, bytes) else content.stat().st_size
        self._add(path, tarfile.REGTYPE, mode, 0, content=content, size=size)

    def link(self, path: str, target: str) -> None:
        """A symbolic link."""
        self._add(path, tarfile.SYMTYPE, 0o777, 0, target=target)

    def _add(self, path, kind, mode, owner, content=None, size=0, target="") -> None:
        info = tarfile.TarInfo(path)
        info.type, info.mode, info.size, info.linkname = kind, mode, size, target
        info.uid = info.gid = owner
        info.mtime = self.time
        self.entries[path] = (info, content)

    def write(self, archive: tarfile.TarFile) -> None:
        """Everything, sorted: a folder comes before what is in it."""
        for path in sorted(self.entries):
            info, content = self.entries[path]
            if content is None:
                archive.addfile(info)
            elif isinstance(content, bytes):
                archive.addfile(info, io.BytesIO(content))
            else:
                with content.open("rb") as file:
                    archive.addfile(info, file)


# ---- what the programs load ------------------------------------------------------------------


def run(*command: str) -> str:
    """Output of a command."""
    # In no language but the one that is parsed here.
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}
    )
    if done.returncode != 0:
        raise PackagingError(f"'{' '.join(command)}' failed: {done.stderr.strip()}")
    return done.stdout


def loaded_by(programs) -> list:
    """Paths of the libraries and the loader, as the loader finds them."""
    paths = set()
    for line in run("ldd", *map(str, programs)).splitlines():
        if "not found" in line:
            raise PackagingError(f"a library is missing: {line.strip()}")
        # "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x...)", and the loader without "=>"
        paths.update(word for word in line.split() if word.startswith("/") and word[-1] != ":")
    return sorted(paths)


def package_of(path: str) -> str:
    """The package that a file came with."""
    real = os.path.realpath(path)
    # dpkg may know it by the name from before /lib became a link to /usr/lib.
    for name in (real, path, real.removeprefix("/usr")):
        done = subprocess.run(["dpkg-query", "-S", name], capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout.split(": ")[0].split(",")[0].strip()
    raise PackagingError(f"no Debian package has {path}, so where it came from is unknown")


def ensure_unchanged(package: str, paths) -> None:
    """An image must not carry a library that somebody replaced on this machine."""
    # Status 1 if anything differs, be it a page of documentation.
    done = subprocess.run(["dpkg", "--verify", package], capture_output=True, text=True)
    changed = {line.split()[-1] for line in done.stdout.splitlines()}
    for path in paths:
        if changed & {path, os.path.realpath(path), os.path.realpath(path).removeprefix("/usr")}:
            raise PackagingError(f"{path} is not as the package {package} brought it")


def merged(path: str) -> str:
    """The path in the image, where /lib and its like are links, as they are in Debian."""
    top = path.split("/")[1]
    return f"usr{path}" if os.path.islink(f"/{top}") else path[1:]


# ---- layers ----------------------------------------------------------------------------------


def base_layer(time: int, programs) -> Tree:
    """Everything but us."""
    tree = Tree(time)
    packages: dict = {"base-files": set(), "ca-certificates": set()}
    for path in loaded_by(programs):
        packages.setdefault(package_of(path), set()).add(path)
        tree.file(merged(path), Path(os.path.realpath(path)), 0o755)
        top = path.split("/")[1]
        if os.path.islink(f"/{top}"):
            tree.link(top, f"usr/{top}")

    for package, paths in packages.items():
        ensure_unchanged(package, paths)
        name = package.split(":")[0]
        # Where those look that search images for packages with known faults.
        tree.file(f"var/lib/dpkg/status.d/{name}", run("dpkg-query", "--status", package).encode())
        licence = Path(f"/usr/share/doc/{name}/copyright")
        if not licence.exists():
            raise PackagingError(f"{licence} is missing: its package can't be passed on without")
        tree.file(f"usr/share/doc/{name}/copyright", licence)

    certificates = sorted(CERTIFICATES.glob("*.crt"))
    if not certificates:
        raise PackagingError(f"{CERTIFICATES} has no certificates; install ca-certificates")
    bundle = b"".join(path.read_bytes() for path in certificates)
    tree.file("etc/ssl/certs/ca-certificates.crt", bundle)
    tree.file("usr/lib/os-release", Path("/usr/lib/os-release"))
    tree.link("etc/os-release", "../usr/lib/os-release")
    tree.file("etc/nsswitch.conf", b"hosts: files dns\n")
    tree.file(
        "etc/passwd",
        b"root:x:0:0:root:/root:/sbin/nologin\n"
        + f"ourledger:x:{USER}:{USER}:OurLedger node:/{HOME}:/sbin/nologin\n".encode(),
    )
    tree.file("etc/group", f"root:x:0:\nourledger:x:{USER}:\n".encode())
    tree.folder("tmp", 0o1777)
    return tree


def program_layer(time: int, root: Path) -> Tree:
    """From the files of the Debian package."""
    tree = Tree(time)
    for path in PROGRAMS:
        tree.file(path, root / path, 0o755)
    for path in sorted((root / DOC).iterdir()):
        tree.file(f"{DOC}/{path.name}", path)
    tree.folder("etc/ourledger")
    tree.folder(HOME, 0o700, USER)
    return tree


class Digested:
    """Passes bytes on and computes their SHA-256."""

    def __init__(self, file):
        self.file, self.hash, self.size = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        """As of any file."""
        self.hash.update(data)
        self.size += len(data)
        return self.file.write(data)

    def flush(self) -> None:
        """As of any file."""
        self.file.flush()

    @property
    def digest(self) -> str:
        """As OCI writes it."""
        return f"sha256:{self.hash.hexdigest()}"


def write_layer(tree: Tree, path: Path, level: int) -> tuple:
    """Writes a layer; returns its descriptor, and its digest before compression."""
    with path.open("wb") as file:
        packed = Digested(file)
        with gzip.GzipFile("", "wb", level, packed, mtime=0) as zipped:
            plain = Digested(zipped)
            with tarfile.open(fileobj=plain, mode="w|", format=tarfile.GNU_FORMAT) as archive:
                tree.write(archive)
    return descriptor(LAYER, packed.digest, packed.size), plain.digest


# ---- the image -------------------------------------------------------------------------------


def descriptor(kind: str, digest: str, size: int, **more) -> dict:
    """How one part of an image names another."""
    return {"mediaType": kind, "digest": digest, "size": size, **more}


def as_json(value) -> bytes:
    """The same bytes for the same value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def config(options, architecture: str, diff_ids: list) -> dict:
    """How the image is run."""
    created = datetime.datetime.fromtimestamp(options.time, datetime.timezone.utc)
    created = created.strftime("%Y-%m-%dT%H:%M:%SZ")
    names = "org.opencontainers.image"
    return {
        "created": created,
        "architecture": architecture,
        "os": "linux",
        "config": {
            "User": f"{USER}:{USER}",
            # Only the node: RPC and metrics listen on the container's loopback by default.
            "ExposedPorts": {"30333/tcp": {}},
            "Env": [
                "PATH=/usr/bin",
                f"HOME=/{HOME}",
                # So all subcommands agree, without --base-path, on a folder in the volume.
                f"XDG_DATA_HOME=/{HOME}",
            ],
            "Entrypoint": ["/usr/bin/ourledger-node"],
            "Volumes": {f"/{HOME}": {}},
            "WorkingDir": f"/{HOME}",
            "StopSignal": "SIGTERM",
            "Labels": {
                f"{names}.title": "OurLedger",
                f"{names}.description": "Node and command line of OurLedger",
                f"{names}.version": options.tag,
                f"{names}.revision": options.revision,
                f"{names}.created": created,
                f"{names}.licenses": "Apache-2.0",
            },
        },
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
        "history": [
            {"created": created, "created_by": "libraries, from Debian"},
            {"created": created, "created_by": "ourledger-node and ourledger"},
        ],
    }


def write_image(options) -> None:
    """Writes the archive that Podman, Docker and skopeo read."""
    architecture = ARCHITECTURES.get(options.architecture, options.architecture)
    programs = [options.root / path for path in PROGRAMS]
    blobs, layers, diff_ids = {}, [], []
    for number, tree in enumerate(
        (base_layer(options.time, programs), program_layer(options.time, options.root))
    ):
        path = options.out.with_suffix(f".layer{number}")
        layer, diff_id = write_layer(tree, path, options.level)
        blobs[layer["digest"]] = path
        layers.append(layer)
        diff_ids.append(diff_id)

    def blob(kind: str, value, **more) -> dict:
        data = as_json(value)
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        blobs[digest] = data
        return descriptor(kind, digest, len(data), **more)

    settings = blob(CONFIG, config(options, architecture, diff_ids))
    manifest = blob(
        MANIFEST,
        {"schemaVersion": 2, "mediaType": MANIFEST, "config": settings, "layers": layers},
        platform={"architecture": architecture, "os": "linux"},
        annotations={
            "org.opencontainers.image.ref.name": options.tag,
            # What Docker and Podman call it once it is loaded.
            "io.containerd.image.name": f"localhost/ourledger:{options.tag}",
        },
    )

    def place(digest: str) -> str:
        return "blobs/" + digest.replace(":", "/")

    tree = Tree(options.time)
    tree.file("oci-layout", as_json({"imageLayoutVersion": "1.0.0"}))
    tree.file(
        "index.json", as_json({"schemaVersion": 2, "mediaType": INDEX, "manifests": [manifest]})
    )
    # The older form of the same, for Docker before 25.
    older = {
        "Config": place(settings["digest"]),
        "RepoTags": [f"localhost/ourledger:{options.tag}"],
        "Layers": [place(layer["digest"]) for layer in layers],
    }
    tree.file("manifest.json", as_json([older]))
    for digest, content in blobs.items():
        tree.file(place(digest), content)
    with tarfile.open(options.out, "w", format=tarfile.GNU_FORMAT) as archive:
        tree.write(archive)
    for content in blobs.values():
        if isinstance(content, Path):
            content.unlink()


def main() -> int:
    """Reads the options, writes the image."""
    parser = argparse.ArgumentParser(description="Writes the OCI image; called by scripts/package.")
    parser.add_argument("--root", type=Path, required=True, help="the Debian package's files")
    parser.add_argument("--out", type=Path, required=True, help="the archive to write")
    parser.add_argument("--tag", required=True, help="version, as a tag")
    parser.add_argument("--revision", required=True, help="commit of the programs")
    parser.add_argument("--time", type=int, required=True, help="seconds since 1970, of all files")
    parser.add_argument("--architecture", required=True, help="as Debian calls it")
    parser.add_argument("--level", type=int, default=9, help="of compression, 1 to 9")
    try:
        write_image(parser.parse_args())
    except (PackagingError, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
