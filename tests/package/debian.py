"""The Debian package: what is in it, and its life on a machine from installation to purge."""

import shlex
import subprocess
from configparser import ConfigParser
from pathlib import Path

from chain import wait_for_finality
from machine import Failed, Machine, systemd_init

UNIT = "ourledger-node.service"
UNIT_FILE = f"/usr/lib/systemd/system/{UNIT}"
OPTIONS_FILE = "/etc/default/ourledger-node"
SPEC = "/etc/ourledger/chain-spec.json"
STATE = "/var/lib/ourledger"
# A chain that one validator makes alone, with a well-known key.
OPTIONS = "--alice --force-authoring --name 'Our bakery'"
# What has to outlive the package.
TREASURES = (
    f"{STATE}/chains/ourledger_dev/keystore",
    f"{STATE}/chains/ourledger_dev/signing-journal",
)
# Of 10, as systemd-analyze counts; over that something was left open that was closed.
EXPOSURE = 1.5
STOP_SECONDS = 150

FILES = (
    "./etc/default/ourledger-node",
    "./usr/bin/ourledger",
    "./usr/bin/ourledger-node",
    f".{UNIT_FILE}",
    "./usr/share/bash-completion/completions/ourledger",
    "./usr/share/bash-completion/completions/ourledger-node",
    "./usr/share/doc/ourledger/copyright",
    "./usr/share/doc/ourledger/finality-lost.md",
    "./usr/share/doc/ourledger/install.md",
    "./usr/share/fish/vendor_completions.d/ourledger.fish",
    "./usr/share/fish/vendor_completions.d/ourledger-node.fish",
    "./usr/share/man/man1/ourledger.1.gz",
    "./usr/share/man/man1/ourledger-node.1.gz",
    "./usr/share/man/man1/ourledger-node-validator-check.1.gz",
    "./usr/share/man/man1/ourledger-twin-register.1.gz",
    "./usr/share/zsh/vendor-completions/_ourledger",
    "./usr/share/zsh/vendor-completions/_ourledger-node",
)


def ensure(fact: bool, otherwise: str) -> None:
    """Fails unless it is so."""
    if not fact:
        raise Failed(otherwise)


def query(*arguments) -> str:
    """What dpkg-deb says."""
    return subprocess.run(
        ["dpkg-deb", *map(str, arguments)], capture_output=True, text=True, check=True
    ).stdout.strip()


def check_contents(deb: Path) -> None:
    """The files and the fields that others rely on."""
    contents = query("--contents", deb).splitlines()
    listed = {line.split()[5]: line.split() for line in contents}
    missing = [path for path in FILES if path not in listed]
    ensure(not missing, f"the package lacks {', '.join(missing)}")
    strange = [line[5] for line in listed.values() if line[1] != "root/root"]
    ensure(not strange, f"not root's in the package: {', '.join(strange)}")
    empty = [path for path, line in listed.items() if line[0][0] == "-" and line[2] == "0"]
    ensure(not empty, f"empty in the package: {', '.join(empty)}")

    depends = query("--field", deb, "Depends")
    for library in ("libc6 (>= ", "adduser"):
        ensure(library in depends, f"the package does not depend on {library}: {depends}")
    conffiles = query("--info", deb, "conffiles")
    ensure(OPTIONS_FILE in conffiles.splitlines(), f"an upgrade would overwrite {OPTIONS_FILE}")


# ---- on a machine ----------------------------------------------------------------------------


def try_package(deb: Path, by_hand: bool, say) -> None:
    """Installs, configures, runs, upgrades, removes."""
    init = [] if by_hand else systemd_init()
    # This machine's own files are what the throw-away machine begins with: nothing is downloaded.
    with Machine("/", deb.parent, init or ["/bin/sleep", "infinity"]) as machine:
        if init:
            machine.boot()
        machine.run("dpkg", "--install", f"/mnt/{deb.name}")
        check_installed(machine)
        say("installed: user, folder, manual, completions")
        if init:
            check_unit(machine)
            check_not_running(machine)
            say("the service is sound and waits for a chain")
        configure(machine)
        if init:
            run_service(machine, deb, say)
        else:
            run_by_hand(machine, say)
        check_removal(machine)
        say("removed and purged: keys, signing journal and the rest of the state are still there")


def check_installed(machine: Machine) -> None:
    """What the maintainer's scripts do, and what a person at a terminal sees."""
    _, owner = machine.run("stat", "--format=%U %G %a", STATE)
    ensure(owner.split() == ["ourledger", "ourledger", "700"], f"{STATE} is {owner.strip()}")
    for program in ("ourledger", "ourledger-node"):
        completions = f"/usr/share/bash-completion/completions/{program}"
        machine.run("bash", "-n", completions)
        machine.run("grep", "--quiet", "complete -F", completions)
        page = f"/usr/share/man/man1/{program}.1.gz"
        machine.run("sh", "-c", f"zcat {page} | grep --quiet '^.SH SYNOPSIS'")


def check_unit(machine: Machine) -> None:
    """systemd understands the whole unit, and it is closed as far as it goes."""
    _, said = machine.run("systemd-analyze", "verify", UNIT_FILE, check=False)
    ours = [line for line in said.splitlines() if "ourledger" in line]
    ensure(not ours, f"systemd-analyze verify: {'; '.join(ours)}")
    threshold = f"--threshold={int(EXPOSURE * 10)}"
    status, said = machine.run("systemd-analyze", "security", threshold, UNIT, check=False)
    ensure(status == 0, f"the service is more exposed than {EXPOSURE}: {said.splitlines()[-1]}")


def check_not_running(machine: Machine) -> None:
    """Installing starts nothing, and without a chain nothing can be started."""
    _, enabled = machine.run("systemctl", "is-enabled", UNIT, check=False)
    _, active = machine.run("systemctl", "is-active", UNIT, check=False)
    ensure(enabled.strip() == "disabled", f"the service is {enabled.strip()} after installation")
    ensure(active.strip() == "inactive", f"the service is {active.strip()} after installation")
    status, _ = machine.run("systemctl", "start", UNIT, check=False)
    ensure(status != 0, "the service starts without a chain")


def configure(machine: Machine) -> None:
    """As docs/guides/install.md says, for a development chain."""
    machine.run("sh", "-c", f"ourledger-node export-chain-spec --chain dev --raw > {SPEC}")
    key = f"ourledger-node key generate-node-key --chain {SPEC} --base-path {STATE}"
    machine.run("runuser", "-u", "ourledger", "--", *shlex.split(key))
    machine.run("sh", "-c", f'echo "OURLEDGER_NODE_OPTIONS=\\"{OPTIONS}\\"" > {OPTIONS_FILE}')


def run_service(machine: Machine, deb: Path, say) -> None:
    """Start, upgrade while it runs, stop."""
    machine.run("systemctl", "start", UNIT)
    try:
        number = wait_for_finality(machine, lambda: shown(machine, "ActiveState") == "active")
    except Failed as failed:
        _, log = machine.run("journalctl", "--unit", UNIT, "--no-pager", "--lines=30", check=False)
        raise Failed(f"{failed}\n{log}") from None
    say(f"the service runs: block {number} is final")
    before = shown(machine, "MainPID")
    _, owner = machine.run("stat", "--format=%U", f"/proc/{before}")
    ensure(owner.strip() == "ourledger", f"the node runs as {owner.strip()}")

    _, said = machine.run("dpkg", "--install", f"/mnt/{deb.name}")
    ensure(shown(machine, "MainPID") == before, "an upgrade restarted or stopped the node")
    ensure("systemctl restart" in said, "an upgrade does not say that the old version still runs")
    _, options = machine.run("cat", OPTIONS_FILE)
    ensure(OPTIONS in options, "an upgrade changed the options")
    say("an upgrade leaves it running, and says so")

    machine.run("systemctl", "stop", UNIT)
    _, log = machine.run("journalctl", "--unit", UNIT, "--no-pager", "--lines=15")
    # Said of a process that ended by itself, with status 0.
    ensure("Deactivated successfully" in log, f"the node did not stop in order:\n{log}")
    say("stopped in order")
    # Left running, for the removal to stop it.
    machine.run("systemctl", "enable", "--now", UNIT)


def shown(machine: Machine, name: str) -> str:
    """A property of the service."""
    return machine.run("systemctl", "show", "--value", f"--property={name}", UNIT)[1].strip()


def run_by_hand(machine: Machine, say) -> None:
    """What the service would do, as far as that is possible without systemd."""
    _, unit = machine.run("cat", UNIT_FILE)
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read_string(unit)
    command = parser["Service"]["ExecStart"]
    command = command.replace("$OURLEDGER_NODE_OPTIONS", OPTIONS)
    _, user = machine.run("id", "-u", parser["Service"]["User"])
    log = (machine.folder / "node.log").open("w+")
    node = machine.start(*shlex.split(command), user=int(user), stdout=log, stderr=log)
    try:
        number = wait_for_finality(machine, lambda: node.poll() is None)
    except Failed as failed:
        log.seek(0)
        raise Failed(f"{failed}\n{log.read()[-3000:]}") from None
    say(f"the node runs: block {number} is final")
    # nsenter is between us and the node.
    machine.run("sh", "-c", "kill -TERM $(pidof ourledger-node)")
    ensure(node.wait(STOP_SECONDS) == 0, "the node did not stop in order")
    say("stopped in order")


def check_removal(machine: Machine) -> None:
    """Neither remove nor purge deletes what a validator can't get back."""
    for path in TREASURES:
        machine.run("runuser", "-u", "ourledger", "--", "mkdir", "-p", path)
        machine.run("touch", f"{path}/kept")
    for how in ("--remove", "--purge"):
        _, said = machine.run("dpkg", how, "ourledger")
        for path in TREASURES:
            machine.run("test", "-e", f"{path}/kept")
        status, _ = machine.run("pidof", "ourledger-node", check=False)
        ensure(status != 0, f"the node still runs after dpkg {how}")
    ensure(STATE in said, f"purge does not say that {STATE} stays")
    status, _ = machine.run("test", "-e", OPTIONS_FILE, check=False)
    ensure(status != 0, f"purge left {OPTIONS_FILE}")
