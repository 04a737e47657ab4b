"""The OCI image: whether its parts name each other rightly, and whether it runs."""

import gzip
import hashlib
import io
import json
import shutil
import signal
import subprocess
import tarfile
from pathlib import Path

from chain import wait_for_finality
from machine import Failed, Machine

# A chain that one validator makes alone, with a well-known key. Not --dev: that keeps nothing.
OPTIONS = ["--chain", "dev", "--alice", "--force-authoring", "--unsafe-force-node-key-generation"]
STOP_SECONDS = 150
# The libraries take a fraction of this; more means that something else came along.
MAX_BASE_MIB = 30


class Archive:
    """An OCI layout in one file."""

    def __init__(self, path: Path):
        with tarfile.open(path) as archive:
            self.files = {
                member.name: archive.extractfile(member).read()
                for member in archive
                if member.isfile()
            }
        self.manifest = self.blob(json.loads(self.files["index.json"])["manifests"][0])
        self.manifest = json.loads(self.manifest)
        self.config = json.loads(self.blob(self.manifest["config"]))

    def blob(self, descriptor: dict) -> bytes:
        """What a descriptor names, which has to be what it says."""
        name = "blobs/" + descriptor["digest"].replace(":", "/")
        data = self.files.get(name)
        if data is None:
            raise Failed(f"the image names {name}, which it does not have")
        if digest(data) != descriptor["digest"] or len(data) != descriptor["size"]:
            raise Failed(f"in the image, {name} is not what its name says")
        return data

    def layers(self) -> list:
        """The layers, unpacked, in order."""
        return [gzip.decompress(self.blob(layer)) for layer in self.manifest["layers"]]


def digest(data: bytes) -> str:
    """As OCI writes it."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def check_contents(path: Path) -> None:
    """By a reading of our own, and by skopeo's where it is installed."""
    archive = Archive(path)
    layers = archive.layers()
    if [digest(layer) for layer in layers] != archive.config["rootfs"]["diff_ids"]:
        raise Failed("the image's layers are not those that its configuration names")
    named = {f"blobs/{entry['digest'].replace(':', '/')}" for entry in archive.manifest["layers"]}
    older = json.loads(archive.files["manifest.json"])[0]
    if set(older["Layers"]) != named or older["Config"] not in archive.files:
        raise Failed("the image's two manifests differ")
    if len(layers[0]) >> 20 > MAX_BASE_MIB:
        raise Failed(f"the image's libraries take {len(layers[0]) >> 20} MiB")
    if shutil.which("skopeo"):
        done = subprocess.run(
            ["skopeo", "inspect", f"oci-archive:{path}"], capture_output=True, text=True
        )
        if done.returncode != 0:
            raise Failed(f"skopeo does not accept the image: {done.stderr.strip()}")


def try_image(path: Path, folder: Path, say) -> None:
    """Runs it as Podman or Docker would: its files, its user, its environment, and nothing else."""
    archive = Archive(path)
    files = folder / "image"
    files.mkdir()
    for layer in archive.layers():
        with tarfile.open(fileobj=io.BytesIO(layer)) as tar:
            tar.extractall(files, numeric_owner=True)
    # Podman and Docker tell each container where names are resolved; here they aren't.
    (files / "etc/resolv.conf").write_text("nameserver 127.0.0.1\n")
    settings = archive.config["config"]
    env = dict(entry.split("=", 1) for entry in settings["Env"])
    user = int(settings["User"].split(":")[0])
    command = [*settings["Entrypoint"], *OPTIONS]
    directory = settings["WorkingDir"]
    with Machine(files, folder, command, env=env, user=user, directory=directory) as machine:
        try:
            number = wait_for_finality(machine, machine.is_running, user=user, env=env)
        except Failed as failed:
            raise Failed(f"{failed}\n{machine.log.read_text()[-3000:]}") from None
        say(f"the image runs: block {number} is final")
        volume = next(iter(settings["Volumes"]))
        if not machine.host_path(f"{volume}/ourledger-node/chains").is_dir():
            raise Failed("the chain is not kept in the image's volume")
        # The node is the first process: a signal that it does not handle would be ignored.
        machine.signal(getattr(signal, settings["StopSignal"]))
        try:
            status = machine.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise Failed(f"the image did not stop within {STOP_SECONDS} s") from None
        if status != 0:
            raise Failed(f"the image ended with {status}: {machine.log.read_text()[-1000:]}")
        say("stopped in order")
