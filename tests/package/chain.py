"""What a running node has to show, asked through the packaged command line."""

import json
import time
from typing import Callable

from machine import Failed, Machine

# A minute does on a machine that has nothing else to do; on a busy one compiling the runtime alone
# takes longer.
FINAL_SECONDS = 300


def wait_for_finality(machine: Machine, alive: Callable[[], bool], **options) -> int:
    """Number of a final block that isn't the first, while the node is alive."""
    deadline = time.monotonic() + FINAL_SECONDS
    said = "nothing"
    while time.monotonic() < deadline:
        if not alive():
            raise Failed("the node ended by itself")
        status, said = machine.run(
            "/usr/bin/ourledger", "chain", "status", "--json", check=False, **options
        )
        if status == 0:
            number = json.loads(said)["finalised"]["number"]
            if number > 0:
                return number
        time.sleep(0.5)
    raise Failed(f"no block was final within {FINAL_SECONDS} s; the last answer: {said.strip()}")
