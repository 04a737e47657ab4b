"""What must hold."""

from typing import NamedTuple


class Rule(NamedTuple):
    """Something that must hold: at most the limit, or at least."""

    name: str
    measured: float
    limit: float
    kept: bool

    @classmethod
    def at_most(cls, name: str, measured: float, limit: float) -> "Rule":
        """No more than the limit."""
        return cls(name, measured, limit, measured <= limit)

    @classmethod
    def at_least(cls, name: str, measured: float, limit: float) -> "Rule":
        """No less than the limit."""
        return cls(name, measured, limit, measured >= limit)

    @property
    def verdict(self) -> str:
        """In a word."""
        return "kept" if self.kept else "BROKEN"
