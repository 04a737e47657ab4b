"""The program that sends a load: a process of its own, so that its work can be told from others'.

Usage: python -m load.generator PORT FILE BOUND SECONDS
Prints what it did, as JSON.
"""

import json
import sys
import time
from pathlib import Path

from client import BadAnswer
from load.sending import Refused, Sender
from load.transactions import read


def main() -> int:
    """Send what the arguments say."""
    port, file, bound, seconds = sys.argv[1:]
    sender = Sender(int(port), read(Path(file)), int(bound))
    try:
        sender.run(float(seconds))
    except (BadAnswer, OSError, Refused) as error:
        print(error, file=sys.stderr)
        return 1
    done = {"sent": sender.sent, "ended": sender.ended, "cpu_seconds": time.process_time()}
    print(json.dumps(done))
    return 0


sys.exit(main())
