"""Compares the rebuilt ledgers with those that an export has of itself, for people: state.jsonl."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .events import ExportError
from .tax import BOOK, STATEMENT
from .values import Malformed, number

if TYPE_CHECKING:
    from .audit import Audit

TOPIC = "state"
FILE = "state.jsonl"
# What of the state it has, for people.
COMPARED = ("treasuries", "tax accounts", "statements", "open invoices")
# Of a year: periods are counted in months.
MONTHS = 12
# How the file calls what a book calls otherwise.
TITLES = {"made_good": "madeGood", "taken_off": "takenOff"}
INVOICE = ("gross", "paid", "escrowed")
# In which period a refund is booked, events don't say; nor what of a claim went against arrears.
UNTOLD = ("refunded", "charged")
AGAINST = ("used", "settled")

Line = dict[str, Any]


def read(folder: Path) -> list[Line] | None:
    """The lines, if there are any."""
    file = folder / FILE
    if not file.exists():
        return None
    found = []
    with file.open(encoding="utf-8") as lines:
        for place, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                _key(row)
                list(_figures(row))
            except (ValueError, KeyError, TypeError, Malformed) as error:
                raise ExportError(f"{FILE}:{place}: {error!r}") from error
            found.append(row)
    return found


def compare(audit: Audit, lines: list[Line]) -> None:
    """Check every figure that follows from events, and that no ledger lacks its line."""
    rebuilt = dict(_rebuilt(audit))
    undated = {
        f"statement {'/'.join(map(str, key))}"
        for key in audit.tax.statements
        if key[:3] in audit.tax.undated
    }
    there: set[str] = set()
    for line in lines:
        key = _key(line)
        where = f"{FILE}, {key}"
        audit.findings.insist(TOPIC, key not in there, where, "lines", "one", "several")
        there.add(key)
        figures = rebuilt.get(key, {})
        if line["kind"] == "invoice" and not figures:
            audit.findings.insist(TOPIC, False, where, "the invoice", "pruned or never", "there")
        for name, value in _figures(line):
            if name in AGAINST and name not in figures and key in undated:
                continue
            nothing = {} if isinstance(value, dict) else 0
            audit.findings.compare(TOPIC, where, name, figures.get(name, nothing), value)
    for key in sorted(rebuilt.keys() - there):
        # Of invoices, only those that are open have lines.
        if not key.startswith("invoice ") and any(rebuilt[key].values()):
            audit.findings.insist(TOPIC, False, f"{FILE}, {key}", "its line", "there", "none")


def _key(line: Line) -> str:
    """Which ledger a line is."""
    names = {
        "treasury": ("jurisdiction", "currency"),
        "account": ("jurisdiction", "twin", "currency"),
        "statement": ("jurisdiction", "twin", "currency"),
        "invoice": ("seller", "number"),
    }[line["kind"]]
    parts = [str(number(line[name])) for name in names]
    if line["kind"] == "statement":
        parts.append(str(_period(line["period"])))
    return f"{line['kind']} {'/'.join(parts)}"


def _period(text: str) -> int:
    year, month = text.split("-")
    return int(year) * MONTHS + int(month) - 1


def _figures(line: Line) -> Iterator[tuple[str, Any]]:
    """What of a line follows from events, in the spelling of the audit."""
    kind = line["kind"]
    if kind == "treasury":
        for name in ("balance", "credits", "pending", *BOOK):
            yield name, number(line[TITLES.get(name, name)])
    elif kind == "account":
        parts = {_period(it["period"]): number(it["amount"]) for it in line["credits"]}
        yield "credits", parts
        yield "credit", number(line["credit"])
        yield "pending", number(line["pending"])
        yield "arrears", number(line["arrears"])
    elif kind == "statement":
        for name in STATEMENT:
            if name not in UNTOLD:
                yield name, number(line[TITLES.get(name, name)])
        for name in ("sales", "purchases"):
            yield (
                name,
                {number(it["code"]): [number(it["net"]), number(it["tax"])] for it in line[name]},
            )
    else:
        for name in INVOICE:
            yield name, number(line[name])


def _rebuilt(audit: Audit) -> Iterator[tuple[str, dict[str, Any]]]:
    """The figures of all ledgers, by the same keys."""
    tax = audit.tax
    for key, book in tax.books.items():
        jurisdiction, currency = key
        accounts = [it for (where, _, what), it in tax.accounts.items() if (where, what) == key]
        who = audit.registry.treasuries.get(jurisdiction)
        yield (
            f"treasury {jurisdiction}/{currency}",
            {
                **book,
                "balance": 0 if who is None else audit.money.balances[currency, who],
                "credits": sum(it.credit for it in accounts),
                "pending": sum(it.pending for it in accounts),
            },
        )
    for (jurisdiction, twin, currency), it in tax.accounts.items():
        figures = {"credits": dict(it.credits), "credit": it.credit, "pending": it.pending}
        figures["arrears"] = it.arrears
        yield f"account {jurisdiction}/{twin}/{currency}", figures
    for key in tax.statements.keys() | tax.sales.keys() | tax.purchases.keys():
        figures: dict[str, Any] = dict(tax.statements.get(key, {}))
        for name in UNTOLD:
            figures.pop(name, None)
        for name in AGAINST if key[:3] in tax.undated else ():
            figures.pop(name, None)
        for name, table in (("sales", tax.sales), ("purchases", tax.purchases)):
            figures[name] = {code: list(totals) for code, totals in table.get(key, {}).items()}
        yield f"statement {'/'.join(map(str, key))}", figures
    for (seller, at), it in audit.trade.invoices.items():
        if not it.pruned:
            figures = {"gross": it.remaining, "paid": it.paid, "escrowed": it.escrowed}
            yield f"invoice {seller}/{at}", figures
