"""Python environments of the tests: outside of the checkout, made anew when requirements change."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from ourledger_net.binary import cache_dir


def python_with(requirements: Path) -> Path:
    """The interpreter of an environment that has these requirements; installs them if need be."""
    wanted = requirements.read_text() + sys.version
    digest = hashlib.sha256(wanted.encode()).hexdigest()[:12]
    folder = cache_dir() / f"venv-{digest}"
    python = folder / "bin" / "python"
    done = folder / "complete"
    if done.exists():
        return python

    print(f"Installing {requirements.name} of {requirements.parent.name} into {folder}", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    if subprocess.run([sys.executable, "-m", "venv", str(folder)]).returncode != 0:
        raise SystemExit(
            "Error: Python cannot make an environment; on Debian, install python3-venv."
        )
    pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([*pip, "install", "-r", str(requirements)]).returncode != 0:
        raise SystemExit(f"Error: pip could not install {requirements}; its words are above.")
    # Last, so that an interrupted installation is begun anew.
    done.touch()
    return python
