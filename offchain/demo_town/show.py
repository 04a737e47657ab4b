"""Prints how the town stands after its week, and where to look."""

from typing import Any

from cast import BY_ROLE, DECIMALS, FIRMS, HOURS, PEOPLE, TSH
from client import Client, key_of
from founding import JURISDICTION


def money(amount: int) -> str:
    """An amount of minor units, for people."""
    return f"{amount / 10**DECIMALS:,.{DECIMALS}f}"


def balance(chain: Client, currency: int, path: str) -> int:
    """What somebody has."""
    entry = chain.query("Assets", "Account", currency, key_of(path).ss58_address)
    return entry["balance"] if entry else 0


def accounts(chain: Client) -> list[str]:
    """A line for each firm."""
    lines = [f"{'twin':>5}  {'firm':<18} {'TSH':>12} {'tax credit':>12} {'hours':>8} {'debt':>8}"]
    for firm in FIRMS:
        account = chain.query("Tax", "Accounts", JURISDICTION, firm.number, TSH)
        credit = sum(amount for _, amount in account["credits"])
        who = key_of(firm.path).ss58_address
        line = chain.query("Currencies", "CreditLines", HOURS, who)
        figures = (
            f"{money(balance(chain, TSH, firm.path)):>12} {money(credit):>12} "
            f"{money(balance(chain, HOURS, firm.path)):>8} {money(line['debt'] if line else 0):>8}"
        )
        lines.append(f"{firm.number:>5}  {firm.name:<18} {figures}")
    people = sum(balance(chain, TSH, twin.path) for twin in PEOPLE)
    lines.append(f"{'':>5}  {'the people':<18} {money(people):>12}")
    return lines


def treasury(chain: Client) -> list[str]:
    """The treasury's book, and its money."""
    book = chain.query("Tax", "Treasuries", JURISDICTION, TSH)
    place = chain.query("Tax", "Jurisdictions", JURISDICTION)["treasury"]
    entry = chain.query("Assets", "Account", TSH, place)
    rows: list[tuple[str, Any]] = [
        ("VAT collected or netted", book["output"]),
        ("set against credits", book["used"]),
        ("remitted", book["remitted"]),
        ("levies", book["levies"]),
        ("refunded", book["refunds"]),
        ("gifts", book["gifts"]),
        ("owed to taxpayers", book["credits"] + book["pending"]),
        ("money in the treasury", entry["balance"] if entry else 0),
    ]
    return [f"{title:<28} {money(amount):>12} TSH" for title, amount in rows]


def advice(url: str) -> list[str]:
    """What to look at next."""
    baker = BY_ROLE["Baker"].number
    rows = [
        (f"scripts/audit-check --url {url}", "rebuild all ledgers from the events, and compare"),
        (f"export OURLEDGER_URL={url}", "for what follows"),
        (f"ourledger twin show {baker}", "the bakery, in the phonebook"),
        ("ourledger currency show TSH", "the shilling"),
        (f"ourledger invoice list {baker}", "its invoices"),
        (f"ourledger invoice show {baker}/1", "its first one: lines, taxes, payers"),
        (f"ourledger audit trace {baker}/1", "where that money went, and the tax in it"),
        (f"ourledger tax statement {JURISDICTION} {baker} --currency TSH", "its month"),
        (f"ourledger tax totals {JURISDICTION}", "the treasury"),
        ("ourledger --key //Town//Baker account show", "as the bakery; keys are //Town//<role>"),
        (f"https://polkadot.js.org/apps/?rpc={url}", "in a browser"),
    ]
    width = max(len(command) for command, _ in rows)
    return [f"{command:<{width}}   {what}" for command, what in rows]
