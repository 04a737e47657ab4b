"""Tables and facts, for terminals and for pages."""

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from rule import Rule

# A name, and what there is to say.
Fact = tuple[str, str]
WIDTH = 100
PAGE_WIDTH = 120


class Table(NamedTuple):
    """Rows of words: the first column says what a row is about, the others have figures."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]

    def as_text(self) -> list[str]:
        """Lines for a terminal."""
        lines = [self.heads, *self.rows]
        widths = [max(len(line[place]) for line in lines) for place in range(len(self.heads))]
        told = [
            "  ".join(
                cell.rjust(width) if place else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(line, widths))
            ).rstrip()
            for line in lines
        ]
        return [self.title, *(f"  {line}" for line in told)]

    def as_markdown(self) -> list[str]:
        """Lines for a page, without the title."""
        rule = ["---", *("---:" for _ in self.heads[1:])]
        return [f"| {' | '.join(line)} |" for line in (self.heads, rule, *self.rows)]


def facts_as_text(facts: Sequence[Fact]) -> list[str]:
    """Lines for a terminal."""
    width = max(len(name) for name, _ in facts) + 2
    lines = []
    for name, text in facts:
        rest = " " * (width + 2)
        lines += textwrap.wrap(
            f"{name.ljust(width)}{text}", WIDTH, initial_indent="  ", subsequent_indent=rest
        )
    return lines


def facts_as_markdown(facts: Sequence[Fact]) -> list[str]:
    """Lines for a page."""
    return [
        line
        for name, text in facts
        for line in wrapped(f"- **{sentence(name)}**: {text}.", subsequent_indent="  ")
    ]


def sentence(text: str) -> str:
    """With a capital at its beginning."""
    return text[:1].upper() + text[1:]


def wrapped(text: str, subsequent_indent: str = "") -> list[str]:
    """A paragraph of a page, in lines."""
    return textwrap.wrap(
        text,
        PAGE_WIDTH,
        subsequent_indent=subsequent_indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def rules_as_text(rules: Sequence[Rule]) -> list[str]:
    """Lines for a terminal."""
    lines = ["Rules"]
    for rule in rules:
        told = f"{rule.name}: {rule.measured:.4g}, limit {rule.limit:g}"
        lines.append(f"  {rule.verdict:<8}{told}")
    return lines


def rules_as_table(rules: Sequence[Rule]) -> Table:
    """The same as a table."""
    rows = [[rule.name, f"{rule.measured:.4g}", f"{rule.limit:g}", rule.verdict] for rule in rules]
    return Table("Rules", ["What must hold", "measured", "limit", "so it is"], rows)
