"""Tax: credits, treasuries and statements, rebuilt from events."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Optional

from .events import Event
from .findings import Findings
from .registry import Registry, period_of
from .trade import Trade
from .values import kind, number, optional_number

TOPIC = "tax ledgers"
# A statement tells so many codes apart; the others are summed up under the last number.
CODES, OTHERS = 16, 0xFFFF
# Periods of which a treasury keeps apart what gave nobody credit.
WINDOW = 14
# So many periods have an entry of their own; what is older merges.
PERIODS = 12
BOOK = (
    "output used remitted levies withheld made_good gifts refunds sweeps credited returned "
    "reversed forfeited"
).split()
STATEMENT = "output input remitted used returned reversed refunded levies withheld".split()


@dataclass
class Account:
    """Credit of a taxpayer by period, oldest first; and what is claimed."""

    credits: list[list[int]] = field(default_factory=list)
    pending: int = 0

    @property
    def credit(self) -> int:
        return sum(amount for _, amount in self.credits)

    def add(self, period: int, amount: int) -> None:
        """Add credit of a period."""
        if amount == 0:
            return
        same = [entry for entry in self.credits if entry[0] == period]
        if same:
            same[0][1] += amount
            return
        self.credits = sorted([*self.credits, [period, amount]])
        if len(self.credits) > PERIODS:
            first, second, *others = self.credits
            self.credits = [[first[0], first[1] + second[1]], *others]

    def take(self, amount: int) -> tuple[list[list[int]], int]:
        """Take credit, oldest first: what was taken, and what was missing."""
        taken, rest = [], []
        for period, there in self.credits:
            part = min(there, amount)
            amount -= part
            if part:
                taken.append([period, part])
            if there > part:
                rest.append([period, there - part])
        self.credits = rest
        return taken, amount


@dataclass
class Claim:
    """Credit on its way out."""

    twin: int
    currency: int
    amount: int
    periods: list[list[int]]
    # The treasury lacked the money.
    queued: bool = False


@dataclass
class Tax:
    """Every ledger of every jurisdiction, by what events say."""

    findings: Findings
    registry: Registry
    trade: Trade
    # (jurisdiction, twin, currency)
    accounts: dict[tuple, Account] = field(default_factory=lambda: defaultdict(Account))
    # (jurisdiction, currency)
    books: dict[tuple, dict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: dict.fromkeys(BOOK, 0))
    )
    # (jurisdiction, twin, currency, period)
    statements: dict[tuple, dict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: dict.fromkeys(STATEMENT, 0))
    )
    # The same: code → [net, tax], sold and bought.
    sales: dict[tuple, dict[int, list[int]]] = field(default_factory=lambda: defaultdict(dict))
    purchases: dict[tuple, dict[int, list[int]]] = field(default_factory=lambda: defaultdict(dict))
    claims: dict[tuple[int, int], Claim] = field(default_factory=dict)
    # (jurisdiction, currency): period of supply → tax that gave no buyer a credit
    uncredited: dict[tuple, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    # Credit of the payment at hand: reverse charge can't be set against it.
    _fresh: tuple[tuple, int] = ((), 0)
    # (jurisdiction, owner, currency, year)
    turnovers: dict[tuple, int] = field(default_factory=lambda: defaultdict(int))

    def apply(self, event: Event) -> None:
        """One event more."""
        handler = getattr(self, f"_on_{event.name}", None)
        if event.pallet == "Tax" and handler is not None:
            handler(event, event.fields)

    # ---- trade -------------------------------------------------------------------------------

    def _on_TaxCollected(self, event: Event, fields: dict[str, Any]) -> None:
        taxes = {"vat": 0, "levies": 0, "withheld": 0}
        credited = 0
        for item in fields["items"]:
            if _sort(item):
                taxes[_sort(item)] += number(item["tax"])
            credited += number(item["credited"])
        used, remitted = number(fields["used"]), number(fields["remitted"])
        self._same(event, "used + remitted", taxes["vat"], used + remitted)
        self._same(event, "credited", credited, number(fields["credited"]))
        seller, buyer = number(fields["seller"]), optional_number(fields["buyer"])
        self._known(event, fields, seller, taxes["vat"])
        account = self._account(fields, seller)
        self._same(event, "used of the seller's credit", min(taxes["vat"], account.credit), used)
        self._take(event, account, used)
        figures = {"output": taxes["vat"], "used": used, "remitted": remitted}
        figures |= {"levies": taxes["levies"], "withheld": taxes["withheld"]}
        self._book(fields, seller, figures)
        self._sum(self.sales, fields, seller, fields["items"])
        self._reserve(fields, _all(fields["items"]) - credited)
        self._fresh = (_place(event, fields), credited)
        if buyer is None:
            self._same(event, "credited without a buyer", 0, credited)
            return
        self._account(fields, buyer).add(number(fields["period"]), credited)
        self._book(fields, buyer, {"input": credited, "credited": credited})
        if self._buys(fields, buyer, credited):
            self._sum(self.purchases, fields, buyer, fields["items"])

    def _on_ReverseCharged(self, event: Event, fields: dict[str, Any]) -> None:
        output, input_ = number(fields["output"]), number(fields["input"])
        used, remitted = number(fields["used"]), number(fields["remitted"])
        buyer = number(fields["buyer"])
        self._same(event, "input + used + remitted", output, input_ + used + remitted)
        account = self._account(fields, buyer)
        fresh = self._fresh[1] if self._fresh[0] == _place(event, fields) else 0
        expected = min(output - input_, account.credit - fresh)
        self._same(event, "used of the buyer's credit", expected, used)
        self._take(event, account, used)
        self._reserve(fields, -input_)
        # The deductible part is credited and used in one.
        figures = {"output": output, "input": input_, "credited": input_}
        figures |= {"used": used + input_, "remitted": remitted}
        self._book(fields, buyer, figures)

    def _on_TaxReversed(self, event: Event, fields: dict[str, Any]) -> None:
        named = "returned used remitted reversed credited made_good covered".split()
        it = {name: number(fields[name]) for name in named}
        seller, buyer = number(fields["seller"]), optional_number(fields["buyer"])
        taxes = {"vat": 0, "levies": 0, "withheld": 0}
        excess = 0
        for item in fields["items"]:
            change, sort = number(item["tax"]), _sort(item)
            if sort:
                excess += max(0, -change)
                taxes[sort] += max(0, change)
        self._same(event, "returned to the seller", excess, it["returned"])
        self._same(event, "used + remitted", taxes["vat"], it["used"] + it["remitted"])
        account = self._account(fields, seller)
        account.add(number(fields["period"]), it["returned"])
        self._take(event, account, it["used"])
        figures = {"output": taxes["vat"], "used": it["used"], "remitted": it["remitted"]}
        figures |= {"levies": taxes["levies"], "withheld": taxes["withheld"]}
        self._book(fields, seller, figures | {"returned": it["returned"]})
        self._sum(self.sales, fields, seller, fields["items"])
        self._reserve(fields, _all(fields["items"]) - it["credited"] + it["reversed"])
        # What a note credits, reverse charge can be set against.
        self._fresh = ((), 0)
        if buyer is None:
            return
        account = self._account(fields, buyer)
        account.add(number(fields["period"]), it["credited"])
        # What the buyer lacked was reversed, too, and made good with money.
        made_good = it["made_good"] + it["covered"]
        lacked = max(0, it["reversed"] - account.credit)
        self._same(event, "made good + covered", lacked, made_good)
        self._take(event, account, it["reversed"] - made_good)
        figures = {"reversed": it["reversed"], "made_good": made_good}
        self._book(fields, buyer, figures | {"input": it["credited"], "credited": it["credited"]})
        if self._buys(fields, buyer, it["credited"] + it["reversed"]):
            self._sum(self.purchases, fields, buyer, fields["items"])

    def _on_ReverseUndone(self, event: Event, fields: dict[str, Any]) -> None:
        buyer, returned = number(fields["buyer"]), number(fields["returned"])
        output, input_ = number(fields["output"]), number(fields["input"])
        self._same(event, "output - input", output - input_, returned)
        self._account(fields, buyer).add(number(fields["period"]), returned)
        self._book(fields, buyer, {"returned": returned})
        self._reserve(fields, input_)

    def _on_TurnoverCounted(self, event: Event, fields: dict[str, Any]) -> None:
        key = tuple(number(fields[it]) for it in "jurisdiction owner currency year".split())
        # A note on sales of an earlier year doesn't make this year's negative.
        self.turnovers[key] = max(0, self.turnovers[key] + number(fields["amount"]))
        self._same(event, "turnover", self.turnovers[key], number(fields["turnover"]))

    # ---- refunds, sweeps, gifts --------------------------------------------------------------

    def _on_RefundClaimed(self, event: Event, fields: dict[str, Any]) -> None:
        twin, amount = number(fields["twin"]), number(fields["amount"])
        account = self._account(fields, twin)
        taken, missing = account.take(amount)
        self._same(event, "credit missing for the claim", 0, missing)
        periods = [[number(period), number(part)] for period, part in fields["from"]]
        self._same(event, "periods", taken, periods)
        account.pending += amount
        key = number(fields["jurisdiction"]), number(fields["claim"])
        self.claims[key] = Claim(twin, number(fields["currency"]), amount, periods)

    def _on_RefundDenied(self, event: Event, fields: dict[str, Any]) -> None:
        claim = self._close(event, fields)
        if claim:
            key = number(fields["jurisdiction"]), claim.twin, claim.currency
            self.accounts[key].add(number(fields["period"]), claim.amount)

    def _on_RefundPaid(self, event: Event, fields: dict[str, Any]) -> None:
        claim = self._close(event, fields)
        if not claim:
            return
        paid, forfeited = number(fields["amount"]), number(fields["forfeited"])
        self._same(event, "amount + forfeited", claim.amount, paid + forfeited)
        said = number(fields["twin"]), number(fields["currency"])
        self._same(event, "twin and currency of the claim", (claim.twin, claim.currency), said)
        book = self.books[number(fields["jurisdiction"]), claim.currency]
        book["refunds"] += paid
        book["forfeited"] += forfeited

    def _on_RefundQueued(self, event: Event, fields: dict[str, Any]) -> None:
        key = number(fields["jurisdiction"]), number(fields["claim"])
        claim = self.claims.get(key)
        what = f"claim {key[1]}"
        if self.findings.insist(TOPIC, claim is not None, event.where, what, "open", "none"):
            claim.queued = True

    def _on_Swept(self, event: Event, fields: dict[str, Any]) -> None:
        self._plain(fields)["sweeps"] += number(fields["amount"])

    def _on_GiftReceived(self, event: Event, fields: dict[str, Any]) -> None:
        self._plain(fields)["gifts"] += number(fields["amount"])

    # ---- internal ----------------------------------------------------------------------------

    def _close(self, event: Event, fields: dict[str, Any]) -> Optional[Claim]:
        key = number(fields["jurisdiction"]), number(fields["claim"])
        claim = self.claims.pop(key, None)
        what = f"claim {key[1]}"
        if self.findings.insist(TOPIC, claim is not None, event.where, what, "open", "none"):
            account = self.accounts[key[0], claim.twin, claim.currency]
            account.pending -= claim.amount
        return claim

    def _known(self, event: Event, fields: dict[str, Any], seller: int, vat: int) -> None:
        """Only taxpayers charge VAT, and only under codes of their jurisdiction."""
        where = number(fields["jurisdiction"])
        known = where in self.registry.treasuries
        self.findings.insist(TOPIC, known, event.where, f"jurisdiction {where}", "created")
        for item in fields["items"]:
            code = number(item["code"])
            laid_down = self.registry.kinds.get((where, code))
            self._same(event, f"kind of code {code}", laid_down, kind(item["kind"]))
        registered = vat == 0 or (where, seller) in self.registry.taxpayers
        self.findings.insist(TOPIC, registered, event.where, f"twin {seller}", "a taxpayer")

    def _take(self, event: Event, account: Account, amount: int) -> None:
        _, missing = account.take(amount)
        self._same(event, "credit below zero by", 0, missing)

    def _account(self, fields: dict[str, Any], twin: int) -> Account:
        return self.accounts[number(fields["jurisdiction"]), twin, number(fields["currency"])]

    def _plain(self, fields: dict[str, Any]) -> dict[str, int]:
        return self.books[number(fields["jurisdiction"]), number(fields["currency"])]

    def _key(self, fields: dict[str, Any], twin: int) -> tuple:
        place = number(fields["jurisdiction"]), twin, number(fields["currency"])
        return (*place, number(fields["period"]))

    def _book(self, fields: dict[str, Any], twin: int, figures: dict[str, int]) -> None:
        book, statement = self._plain(fields), self.statements[self._key(fields, twin)]
        for name, amount in figures.items():
            if name in book:
                book[name] += amount
            if name in statement:
                statement[name] += amount

    def _sum(self, table: dict, fields: dict[str, Any], twin: int, items: list) -> None:
        """Add to a statement's totals by code, those of nothing apart."""
        totals = table[self._key(fields, twin)]
        for item in items:
            of, net, tax = kind(item["kind"]), number(item["net"]), number(item["tax"])
            if table is self.purchases and of.name != "Vat":
                continue
            if table is self.sales and of.category == "ReverseCharge":
                # The buyer's tax.
                tax = 0
            if (net, tax) == (0, 0):
                continue
            code = number(item["code"])
            if code not in totals and len(totals) + 1 >= CODES:
                code = OTHERS
            total = totals.setdefault(code, [0, 0])
            total[0] += net
            total[1] += tax

    def _buys(self, fields: dict[str, Any], buyer: int, credit: int) -> bool:
        """Whether a statement of purchases is kept: of registered buyers, and reverse charge."""
        if any(kind(it["kind"]).category == "ReverseCharge" for it in fields["items"]) or credit:
            return True
        invoice = self.trade.invoices.get((number(fields["seller"]), number(fields["number"])))
        if invoice is None or buyer == invoice.seller:
            return False
        where, period = number(fields["jurisdiction"]), number(fields["period"])
        return bool(self.registry.is_registered(where, buyer, invoice.supply, period))

    def _reserve(self, fields: dict[str, Any], change: int) -> None:
        """Tax that gave nobody credit, by the period of supply."""
        invoice = self.trade.invoices.get((number(fields["seller"]), number(fields["number"])))
        if invoice is not None and change:
            key = number(fields["jurisdiction"]), number(fields["currency"])
            periods, period = self.uncredited[key], period_of(invoice.supply)
            periods[period] = max(0, periods.get(period, 0) + change)

    def reserve(self, jurisdiction: int, currency: int) -> list[list[int]]:
        """The periods that a treasury keeps, oldest first."""
        periods = self.uncredited[jurisdiction, currency]
        kept = sorted((period, amount) for period, amount in periods.items() if amount)
        return [list(it) for it in kept[-WINDOW:]]

    def _same(self, event: Event, what: str, expected: Any, found: Any) -> None:
        self.findings.compare(TOPIC, event.where, what, expected, found)

    def owed(self, jurisdiction: int, currency: int) -> int:
        """Credits and pending claims of all taxpayers."""
        return sum(
            account.credit + account.pending
            for (where, _, what), account in self.accounts.items()
            if (where, what) == (jurisdiction, currency)
        )

    def treasury(self, jurisdiction: int, currency: int) -> int:
        """Money that a treasury has by its book."""
        book = self.books[jurisdiction, currency]
        came = sum(book[it] for it in "remitted levies withheld made_good gifts".split())
        return came - book["refunds"] - book["sweeps"]

    def finish(self) -> None:
        """What must hold at the end."""
        for (jurisdiction, currency), book in sorted(self.books.items()):
            where = f"jurisdiction {jurisdiction}, currency {currency}"
            check = self.findings.compare
            check(TOPIC, where, "output - used", book["remitted"], book["output"] - book["used"])
            rose = book["credited"] + book["returned"] + book["made_good"]
            fell = sum(book[it] for it in "reversed used refunds forfeited".split())
            owed = self.owed(jurisdiction, currency)
            check(TOPIC, where, "credits + pending", rose - fell, owed)
            money = self.treasury(jurisdiction, currency)
            queued = sum(
                claim.amount
                for (place, _), claim in self.claims.items()
                if claim.queued and (place, claim.currency) == (jurisdiction, currency)
            )
            what = "treasury covers credits and claims"
            self.findings.insist(TOPIC, money >= owed - queued, where, what, owed, money)


def _sort(item: dict[str, Any]) -> str:
    """Which sum an item belongs to; none under reverse charge."""
    of = kind(item["kind"])
    if of.is_vat:
        return "vat"
    return "levies" if of.is_levy else "withheld" if of.name == "Withholding" else ""


def _all(items: list) -> int:
    """Taxes of all items, reverse charge included."""
    return sum(number(item["tax"]) for item in items)


def _place(event: Event, fields: dict[str, Any]) -> tuple:
    """An invoice within a transaction."""
    return event.block, event.extrinsic, number(fields["seller"]), number(fields["number"])
