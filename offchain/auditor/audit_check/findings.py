"""What is wrong, each thing named exactly."""

from typing import Any, NamedTuple, Optional


class Finding(NamedTuple):
    """A difference."""

    # Which table of the report it belongs to.
    topic: str
    # An event, an account, an invoice, …
    where: str
    what: str
    expected: Any
    found: Any

    def __str__(self) -> str:
        return f"{self.where}: {self.what}: expected {self.expected}, found {self.found}"


class Findings:
    """All differences, and how many things were checked."""

    def __init__(self) -> None:
        self.list: list[Finding] = []
        self.checked: dict[str, int] = {}

    def compare(self, topic: str, where: str, what: str, expected: Any, found: Any) -> bool:
        """Check that two things are equal."""
        return self.insist(topic, expected == found, where, what, expected, found)

    def insist(
        self,
        topic: str,
        holds: bool,
        where: str,
        what: str,
        expected: Any = True,
        found: Optional[Any] = None,
    ) -> bool:
        """Check that something holds."""
        self.checked[topic] = self.checked.get(topic, 0) + 1
        if not holds:
            self.list.append(Finding(topic, where, what, expected, found))
        return holds

    def topics(self) -> list[tuple[str, int, int]]:
        """Topic, number of checks, number of differences."""
        wrong: dict[str, int] = {}
        for finding in self.list:
            wrong[finding.topic] = wrong.get(finding.topic, 0) + 1
        return [(topic, count, wrong.get(topic, 0)) for topic, count in self.checked.items()]
