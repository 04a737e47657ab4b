"""Tells how far a long step is: one line that is rewritten on a terminal, a line now and then in a
log."""

import sys
import time

LOG_SECONDS = 30


class Progress:
    """Progress of the steps of one program."""

    def __init__(self):
        self.terminal = sys.stdout.isatty()
        self._next = 0.0
        self._open = False

    def step(self, title: str) -> None:
        """Begin a step."""
        self.end()
        print(f"\n==> {title}", flush=True)
        self._next = time.monotonic() + LOG_SECONDS

    def show(self, state: str) -> None:
        """Say how far the step is; most of what is said more often than needed is dropped."""
        now = time.monotonic()
        if self.terminal:
            print(f"\r\x1b[K    {state}", end="", flush=True)
            self._open = True
        elif now >= self._next:
            self._next = now + LOG_SECONDS
            print(f"    {state}", flush=True)

    def say(self, line: str) -> None:
        """A line that stays."""
        self.end()
        print(f"    {line}", flush=True)

    def end(self) -> None:
        """Leave the line that is rewritten."""
        if self._open:
            print("\r\x1b[K", end="", flush=True)
            self._open = False
