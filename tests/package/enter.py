"""First process of a throw-away machine: gives it its files and devices, then becomes its init.

Started by machine.py in new namespaces, so nothing of this is seen outside, and all of it goes with
the last process.

Usage: enter.py JSON
  lower      the files that the machine begins with; they are never changed
  folder     an empty folder for what is changed
  shared     a folder that the machine sees as /mnt
  command    the init, with its environment (env), user id (user) and working directory (directory)
"""

import ctypes
import fcntl
import json
import os
import socket
import stat
import struct
import subprocess
import sys
from pathlib import Path

DEVICES = {"null": 3, "zero": 5, "full": 7, "random": 8, "urandom": 9, "tty": None}
SIOCSIFFLAGS = 0x8914
IFF_UP = 1
# Wait for a network that this machine doesn't have.
MASKED = ("systemd-networkd-wait-online.service", "NetworkManager-wait-online.service")
# By which the machine underneath may forbid packages to start and stop services, as containers do.
POLICY = "usr/sbin/policy-rc.d"


def mount(kind: str, target: Path, options: str = "") -> None:
    """Mounts a new file system."""
    target.mkdir(parents=True, exist_ok=True)
    more = ["-o", options] if options else []
    subprocess.run(["mount", "-t", kind, *more, kind, str(target)], check=True)


def make_root(lower: str, folder: Path, shared: str) -> Path:
    """The files, and what the kernel shows as files."""
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    mount("tmpfs", folder, "mode=755")
    upper, work, root = folder / "upper", folder / "work", folder / "root"
    for path in (upper, work, root):
        path.mkdir()
    mount("overlay", root, f"lowerdir={lower},upperdir={upper},workdir={work}")
    for name in ("proc", "sys"):
        (root / name).mkdir(exist_ok=True)
    mount("proc", root / "proc")
    mount("sysfs", root / "sys")
    mount("tmpfs", root / "run", "mode=755")
    mount("tmpfs", root / "tmp", "mode=1777")
    make_devices(root / "dev")
    # systemd keeps its services apart by these; without, nothing here needs them.
    if (root / "sys/fs/cgroup").is_dir():
        subprocess.run(
            ["mount", "-t", "cgroup2", "cgroup2", str(root / "sys/fs/cgroup")],
            stderr=subprocess.DEVNULL,
        )
    (root / "mnt").mkdir(exist_ok=True)
    subprocess.run(["mount", "--bind", shared, str(root / "mnt")], check=True)
    (root / POLICY).unlink(missing_ok=True)
    units = root / "etc/systemd/system"
    if units.is_dir():
        for unit in MASKED:
            (units / unit).unlink(missing_ok=True)
            (units / unit).symlink_to("/dev/null")
    return root


def make_devices(folder: Path) -> None:
    """The few that every program expects."""
    mount("tmpfs", folder, "mode=755")
    for name, minor in DEVICES.items():
        device = os.makedev(5, 0) if minor is None else os.makedev(1, minor)
        os.mknod(folder / name, stat.S_IFCHR | 0o666, device)
        os.chmod(folder / name, 0o666)
    mount("tmpfs", folder / "shm", "mode=1777")
    mount("devpts", folder / "pts", "newinstance,ptmxmode=0666,mode=620")
    (folder / "ptmx").symlink_to("pts/ptmx")
    (folder / "fd").symlink_to("/proc/self/fd")


def raise_loopback() -> None:
    """The only network there is."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", IFF_UP))


def change_root(root: Path) -> None:
    """A real change, not just chroot: systemd makes namespaces of its own."""
    os.chdir(root)
    (root / "tmp/old").mkdir()
    subprocess.run(["pivot_root", ".", "tmp/old"], check=True)
    os.chroot(".")
    os.chdir("/")
    # From here on, programs and modules of the old root are gone.
    mnt_detach = 2
    if ctypes.CDLL(None).umount2(b"/tmp/old", mnt_detach) != 0:
        raise OSError("the old root can't be unmounted")
    os.rmdir("/tmp/old")


def main() -> None:
    """Ends by becoming the command."""
    options = json.loads(sys.argv[1])
    root = make_root(options["lower"], Path(options["folder"]), options["shared"])
    raise_loopback()
    change_root(root)
    os.chdir(options["directory"])
    if options["user"]:
        os.setgroups([])
        os.setgid(options["user"])
        os.setuid(options["user"])
    command = options["command"]
    os.execve(command[0], command, options["env"])


if __name__ == "__main__":
    main()
