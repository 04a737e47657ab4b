"""A throw-away machine: files of its own above those of another place, own processes and network.

What a container is made of, by the kernel's means alone: needs root, and no program beyond
util-linux. Everything that happens on it is gone with it.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Optional

ENTER = Path(__file__).with_name("enter.py")
# Far more than is needed: a busy machine is no fault.
ENTER_SECONDS = 60
BOOT_SECONDS = 120
COMMAND_SECONDS = 300
SYSTEMD = "/lib/systemd/systemd"
CGROUPS = "cgroup2"
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


class Failed(Exception):
    """What isn't as it should be, in a sentence."""


class Machine:
    """Runs commands on a machine that ends with the `with` block."""

    def __init__(self, lower, shared, init, env=None, user=0, directory="/"):
        self.folder = Path(tempfile.mkdtemp(prefix="ourledger-machine-"))
        self.log = self.folder / "init.log"
        self.cgroup = _new_cgroup()
        (self.folder / "fs").mkdir()
        options = {
            "lower": str(lower),
            "folder": str(self.folder / "fs"),
            "shared": str(shared),
            "command": init,
            "env": env or {"PATH": PATH, "container": "test"},
            "user": user,
            "directory": directory,
        }
        kinds = ("mount", "pid", "uts", "ipc", "net", "cgroup")
        enter = [sys.executable, str(ENTER), json.dumps(options)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                ["unshare", *(f"--{kind}" for kind in kinds), "--fork", "--kill-child", *enter],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=self._join_cgroup,
            )

    def __enter__(self) -> "Machine":
        try:
            self.init = self._wait_for_init()
        except Failed:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        # The init first, and all others with it: it outlives unshare where it has become another
        # user, since the kernel then forgets that it was to end with its parent.
        for child in self._children():
            os.kill(child, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        if self.cgroup:
            _remove_cgroup(self.cgroup)
        shutil.rmtree(self.folder)

    def _join_cgroup(self) -> None:
        if self.cgroup:
            (self.cgroup / "cgroup.procs").write_text("0")

    def _wait_for_init(self) -> int:
        """Its process id, seen from outside, once it has become the command."""
        deadline = time.monotonic() + ENTER_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            for child in self._children():
                if ENTER.name not in Path(f"/proc/{child}/cmdline").read_text():
                    return child
            time.sleep(0.1)
        raise Failed(f"the throw-away machine did not start: {self.log.read_text().strip()}")

    def _children(self) -> list:
        """Process ids of what unshare has started; none once it has ended."""
        pid = self.process.pid
        path = Path(f"/proc/{pid}/task/{pid}/children")
        # Until somebody waits for it, an ended process is still there, without children.
        return [int(child) for child in path.read_text().split()] if path.exists() else []

    def start(self, *command: str, user: int = 0, env: Optional[dict] = None, **options):
        """Starts a command on the machine."""
        become = [f"--setuid={user}", f"--setgid={user}"] if user else []
        return subprocess.Popen(
            ["nsenter", f"--target={self.init}", "--all", *become, "--", *command],
            stdin=subprocess.DEVNULL,
            text=True,
            env={"PATH": PATH, "HOME": "/root", "LC_ALL": "C.UTF-8", **(env or {})},
            **options,
        )

    def run(self, *command: str, check: bool = True, seconds: int = COMMAND_SECONDS, **options):
        """Runs a command to its end; returns its status and all that it printed."""
        process = self.start(*command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            raise Failed(f"'{' '.join(command)}' took over {seconds} s") from None
        if check and process.returncode != 0:
            raise Failed(f"'{' '.join(command)}' failed: {output.strip()}")
        return process.returncode, output

    def host_path(self, path: str) -> Path:
        """One of the machine's paths, as seen from outside."""
        return Path(f"/proc/{self.init}/root{path}")

    def is_running(self) -> bool:
        """Whether its init is there."""
        return self.process.poll() is None

    def signal(self, number: int) -> None:
        """Sends a signal to its init."""
        os.kill(self.init, number)

    def boot(self) -> None:
        """Waits until systemd has done what it does at the start."""
        deadline = time.monotonic() + BOOT_SECONDS
        state = ""
        while time.monotonic() < deadline:
            _, state = self.run("systemctl", "is-system-running", check=False)
            # Degraded: some unit of this machine fails in there, which is not ours to judge.
            if state.strip() in ("running", "degraded"):
                return
            time.sleep(0.3)
        raise Failed(f"systemd did not start within {BOOT_SECONDS} s: {state.strip()}")


def possible() -> bool:
    """Whether this user may have such machines."""
    kinds = ("--mount", "--pid", "--net", "--fork")
    tried = subprocess.run(["unshare", *kinds, "true"], stderr=subprocess.DEVNULL)
    return os.geteuid() == 0 and tried.returncode == 0


def systemd_init() -> list:
    """systemd with the least that its services need, or nothing where it can't run."""
    if not Path(SYSTEMD).exists() or _cgroup_mount() is None:
        return []
    return [
        SYSTEMD,
        "--system",
        "--unit=basic.target",
        "--log-target=journal-or-kmsg",
        "--show-status=no",
    ]


def _cgroup_mount():
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, place, kind, *_ = line.split()
        if kind == CGROUPS and os.access(place, os.W_OK):
            return Path(place)
    return None


def _new_cgroup():
    """A group for the machine's processes, so that systemd arranges only those."""
    top = _cgroup_mount()
    if top is None:
        return None
    mine = next(
        line.removeprefix("0::/")
        for line in Path("/proc/self/cgroup").read_text().splitlines()
        if line.startswith("0::")
    )
    group = top / mine / f"ourledger-package-{os.getpid()}-{time.monotonic_ns()}"
    group.mkdir()
    return group


def _remove_cgroup(group: Path) -> None:
    """From the leaves up; processes that were just killed need a moment."""
    for folder, _, _ in os.walk(group, topdown=False):
        for _ in range(50):
            try:
                os.rmdir(folder)
                break
            except OSError:
                time.sleep(0.1)
