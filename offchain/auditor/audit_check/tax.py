"""Tax: credits, treasuries and statements, rebuilt from events."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Optional

from .dividends import Dividends
from .events import Event
from .findings import Findings
from .registry import Registry, period_of
from .trade import Invoice, Trade, place_of
from .values import kind, number, optional, optional_number, variant

TOPIC = "tax ledgers"
# A statement tells so many codes apart; the others are summed up under the last number.
CODES, OTHERS = 16, 0xFFFF
# Periods of which a treasury keeps apart what gave nobody credit.
WINDOW = 14
# So many periods have an entry of their own; what is older merges.
PERIODS = 12
BOOK = (
    "output used remitted levies withheld made_good gifts refunds sweeps credited returned "
    "reversed forfeited arrears"
).split()
STATEMENT = (
    "tips output input remitted used deferred settled taken_off returned reversed refunded levies "
    "withheld"
).split()


@dataclass
class Account:
    """Credit of a taxpayer by period, oldest first; and what is claimed."""

    credits: list[list[int]] = field(default_factory=list)
    pending: int = 0
    # What it owes of reverse charge.
    arrears: int = 0

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

    def take(self, amount: int, since: int = 0) -> tuple[list[list[int]], int]:
        """Take credit of a period and later ones, then older credit, each oldest first: what was
        taken, and what was missing."""
        taken, rest = [], []
        newer = [entry for entry in self.credits if entry[0] >= since]
        older = [entry for entry in self.credits if entry[0] < since]
        for period, there in newer + older:
            part = min(there, amount)
            amount -= part
            if part:
                taken.append([period, part])
            if there > part:
                rest.append([period, there - part])
        self.credits = sorted(rest)
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
    # Governance has to decide about it.
    appealed: bool = False
    # It was made since the chain remembers of which period it is.
    dated: bool = False


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
    # Those that are credit again, but can still be appealed.
    denied: dict[tuple[int, int], Claim] = field(default_factory=dict)
    # Demurrage of refunds.
    charged: int = 0
    # (jurisdiction, twin, currency): what of claims went against arrears, in periods that no event
    # names.
    undated: dict[tuple, int] = field(default_factory=lambda: defaultdict(int))
    # (jurisdiction, currency): period of supply → tax that gave no buyer a credit
    uncredited: dict[tuple, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    # Credit that reverse charge can't be set against: that of the payment at hand; after a note,
    # what goes against arrears.
    _kept: tuple[tuple, int] = ((), 0)
    # Whose tax a note is changing: reverse charge that falls due by it is told after it.
    _noted: tuple = ()
    # (jurisdiction, owner, currency, year)
    turnovers: dict[tuple, int] = field(default_factory=lambda: defaultdict(int))
    dividends: Dividends = field(init=False)

    def __post_init__(self) -> None:
        self.dividends = Dividends(self.findings, self.registry)

    def apply(self, event: Event) -> None:
        """One event more."""
        handler = getattr(self, f"_on_{event.name}", None)
        if event.pallet == "Tax" and handler is not None:
            handler(event, event.fields)

    # ---- trade -------------------------------------------------------------------------------

    def _on_TaxCollected(self, event: Event, fields: dict[str, Any]) -> None:
        taxes = {"vat": 0, "levies": 0, "withheld": 0}
        for item in fields["items"]:
            if _sort(item):
                taxes[_sort(item)] += number(item["tax"])
        credited = number(fields["credited"])
        used, remitted = number(fields["used"]), number(fields["remitted"])
        self._same(event, "used + remitted", taxes["vat"], used + remitted)
        of_codes = sum(number(item["credited"]) for item in fields["items"])
        # Where VAT is taken as one, it is credited as one.
        as_one = self._as_one(fields)
        if not fields.get("business", True):
            self._same(event, "credited for a private purchase", 0, credited)
        if as_one:
            self._same(event, "credited of codes, where VAT is taken as one", 0, of_codes)
        else:
            self._same(event, "credited", of_codes, credited)
        seller, buyer = number(fields["seller"]), optional_number(fields["buyer"])
        self._known(event, fields, seller, taxes["vat"])
        account = self._account(fields, seller)
        self._same(event, "used of the seller's credit", min(taxes["vat"], account.credit), used)
        taken = self._take(event, account, used)
        # A release is charged for the wait in escrow, too.
        if place_of(event) not in self.trade.releases:
            self._charged(event, taken)
        figures = {"output": taxes["vat"], "used": used, "remitted": remitted}
        figures |= {"levies": taxes["levies"], "withheld": taxes["withheld"]}
        figures["tips"] = number(fields.get("tip", 0))
        # Before there were returns within invoices, no item was negative.
        figures["taken_off"] = sum(max(0, -number(item["tax"])) for item in fields["items"])
        self._book(fields, seller, figures)
        self._sum(self.sales, fields, seller, fields["items"])
        self._reserve(fields, _all(fields["items"]) - credited)
        self._kept, self._noted = (place_of(event), credited), ()
        if buyer is None:
            self._same(event, "credited without a buyer", 0, credited)
            return
        self._account(fields, buyer).add(number(fields["period"]), credited)
        self._book(fields, buyer, {"input": credited, "credited": credited})
        # Who hasn't paid has bought nothing yet.
        unpaid = (event.block, event.index) in self.trade.unpaid_taxes
        if not unpaid and self._buys(fields, buyer, credited):
            self._sum(self.purchases, fields, buyer, fields["items"])

    def _on_ReverseCharged(self, event: Event, fields: dict[str, Any]) -> None:
        output, input_ = number(fields["output"]), number(fields["input"])
        used, remitted = number(fields["used"]), number(fields["remitted"])
        deferred = number(fields.get("deferred", 0))
        buyer = number(fields["buyer"])
        parts = input_ + used + remitted + deferred
        self._same(event, "input + used + remitted + deferred", output, parts)
        # It becomes arrears whole, or not at all.
        whole = remitted == 0 or deferred == 0
        self.findings.insist(TOPIC, whole, event.where, "deferred", "all or nothing", deferred)
        account = self._account(fields, buyer)
        kept = self._kept[1] if self._kept[0] == place_of(event) else 0
        expected = min(output - input_, account.credit - kept)
        self._same(event, "used of the buyer's credit", expected, used)
        since = 0
        if "supply" in fields:
            said = optional_number(fields["supply"])
            noted = self._noted == place_of(event)
            self._same(event, "due by a note, as its supply tells", noted, said is not None)
            since = 0 if said is None else self._supply(event)
        self._take(event, account, used, since)
        account.arrears += deferred
        self._reserve(fields, -input_)
        # What isn't there can't be kept.
        self._reserve(fields, -deferred)
        # The deductible part is credited and used in one.
        figures = {"output": output, "input": input_, "credited": input_}
        figures |= {"used": used + input_, "remitted": remitted, "deferred": deferred}
        self._book(fields, buyer, figures | {"arrears": deferred})

    def _on_ArrearsSettled(self, event: Event, fields: dict[str, Any]) -> None:
        used, remitted = number(fields["used"]), number(fields["remitted"])
        twin, account = number(fields["twin"]), self._account(fields, number(fields["twin"]))
        paid = optional(fields["payer"]) is not None
        if paid:
            self._same(event, "used, where somebody pays", 0, used)
        else:
            self._same(event, "remitted, where nobody pays", 0, remitted)
            expected = min(account.arrears, account.credit)
            self._same(event, "used of the credit", expected, used)
            self._take(event, account, used)
        account.arrears -= used + remitted
        self._same(event, "arrears left", account.arrears, number(fields["left"]))
        figures = {"used": used, "remitted": remitted, "settled": used + remitted}
        self._book(fields, twin, figures | {"arrears": -(used + remitted)})
        key = number(fields["jurisdiction"]), number(fields["currency"])
        self._keep(key, number(fields["period"]), used + remitted)

    def _on_TaxReversed(self, event: Event, fields: dict[str, Any]) -> None:
        named = "returned used remitted reversed credited made_good covered".split()
        it = {name: number(fields[name]) for name in named}
        seller, buyer = number(fields["seller"]), optional_number(fields["buyer"])
        taxes = {"vat": 0, "levies": 0, "withheld": 0}
        excess = 0
        changes = [(_sort(it), number(it["tax"])) for it in fields["items"] if _sort(it)]
        if self._as_one(fields):
            # All of the VAT rises or falls together.
            whole = sum(change for sort, change in changes if sort == "vat")
            changes = [("vat", whole), *(it for it in changes if it[0] != "vat")]
        for sort, change in changes:
            excess += max(0, -change)
            taxes[sort] += max(0, change)
        self._same(event, "returned to the seller", excess, it["returned"])
        self._same(event, "used + remitted", taxes["vat"], it["used"] + it["remitted"])
        account, period = self._account(fields, seller), self._period_of_note(event)
        # Before notes told the month of supply, they took credit as all else does.
        since = period if "supply" in fields else 0
        # What the note itself gives back is used first.
        older, _ = Account(list(account.credits)).take(max(0, it["used"] - it["returned"]), since)
        self._charged(event, older)
        account.add(period, it["returned"])
        self._take(event, account, it["used"], since)
        figures = {"output": taxes["vat"], "used": it["used"], "remitted": it["remitted"]}
        figures |= {"levies": taxes["levies"], "withheld": taxes["withheld"]}
        figures["tips"] = number(fields.get("tip", 0))
        self._book(fields, seller, figures | {"returned": it["returned"]})
        self._sum(self.sales, fields, seller, fields["items"])
        self._reserve(fields, _all(fields["items"]) - it["credited"] + it["reversed"])
        self._kept, self._noted = ((), 0), place_of(event)
        if buyer is None:
            return
        account = self._account(fields, buyer)
        # Of what came back, the note takes nothing that goes against arrears. What it credits, it
        # may take all the same.
        kept = min(account.arrears, account.credit)
        self._kept = place_of(event), kept
        account.add(period, it["credited"])
        # What the buyer lacked was reversed, too, and made good with money.
        made_good = it["made_good"] + it["covered"]
        lacked = max(0, it["reversed"] - (account.credit - kept))
        self._same(event, "made good + covered", lacked, made_good)
        self._take(event, account, it["reversed"] - made_good, since)
        figures = {"reversed": it["reversed"], "made_good": made_good}
        self._book(fields, buyer, figures | {"input": it["credited"], "credited": it["credited"]})
        if self._buys(fields, buyer, it["credited"] + it["reversed"]):
            self._sum(self.purchases, fields, buyer, fields["items"])

    def _on_ReverseUndone(self, event: Event, fields: dict[str, Any]) -> None:
        buyer, returned = number(fields["buyer"]), number(fields["returned"])
        output, input_ = number(fields["output"]), number(fields["input"])
        self._same(event, "output - input", output - input_, returned)
        self._account(fields, buyer).add(self._period_of_note(event), returned)
        self._book(fields, buyer, {"returned": returned})
        self._reserve(fields, input_)

    def _on_TurnoverCounted(self, event: Event, fields: dict[str, Any]) -> None:
        key = tuple(number(fields[it]) for it in "jurisdiction owner currency year".split())
        # A note on sales of an earlier year doesn't make this year's negative.
        self.turnovers[key] = max(0, self.turnovers[key] + number(fields["amount"]))
        self._same(event, "turnover", self.turnovers[key], number(fields["turnover"]))

    def _on_TurnoverMoved(self, event: Event, fields: dict[str, Any]) -> None:
        where, currency, year = (number(fields[it]) for it in "jurisdiction currency year".split())
        amount = number(fields["amount"])
        was = self.turnovers.pop((where, number(fields["from"]), currency, year), 0)
        self._same(event, "turnover that moves", was, amount)
        key = where, number(fields["to"]), currency, year
        self.turnovers[key] += amount
        self._same(event, "turnover", self.turnovers[key], number(fields["turnover"]))

    # ---- refunds, sweeps, gifts --------------------------------------------------------------

    def _on_RefundClaimed(self, event: Event, fields: dict[str, Any]) -> None:
        twin, amount = number(fields["twin"]), number(fields["amount"])
        account = self._account(fields, twin)
        taken, missing = account.take(amount)
        self._same(event, "credit missing for the claim", 0, missing)
        periods = _credits(fields["from"])
        self._same(event, "periods", taken, periods)
        account.pending += amount
        key = number(fields["jurisdiction"]), number(fields["claim"])
        dated = self.trade.is_charging(event)
        self.claims[key] = Claim(twin, number(fields["currency"]), amount, periods, dated=dated)

    def _on_RefundDenied(self, event: Event, fields: dict[str, Any]) -> None:
        claim = self._close(event, fields)
        if claim:
            where = number(fields["jurisdiction"])
            self._credit_again(event, where, claim)
            if "final_on" in fields:
                self.denied[where, number(fields["claim"])] = claim

    def _on_RefundAppealed(self, event: Event, fields: dict[str, Any]) -> None:
        key = number(fields["jurisdiction"]), number(fields["claim"])
        claim = self.denied.pop(key, None)
        if claim is None:
            # Of an assessment: it was claimed all the while.
            claim = self.claims.get(key)
            what = f"claim {key[1]}"
            if self.findings.insist(TOPIC, claim is not None, event.where, what, "there", "none"):
                claim.appealed = True
            return
        account = self.accounts[key[0], claim.twin, claim.currency]
        taken, missing = account.take(claim.amount)
        self._same(event, "credit missing for the claim", 0, missing)
        periods = _credits(fields["from"])
        self._same(event, "periods", taken, periods)
        account.pending += claim.amount
        again = Claim(claim.twin, claim.currency, claim.amount, periods, appealed=True)
        again.dated = self.trade.is_charging(event)
        self.claims[key] = again

    def _on_AppealDecided(self, event: Event, fields: dict[str, Any]) -> None:
        key = number(fields["jurisdiction"]), number(fields["claim"])
        claim = self.claims.get(key)
        appealed = claim is not None and claim.appealed
        self.findings.insist(
            TOPIC, appealed, event.where, f"claim {key[1]}", "appealed", "not appealed"
        )
        # Before appeals could be denied, an event only said what is forfeited.
        if "decision" in fields and variant(fields["decision"])[0] == "Deny":
            claim = self._close(event, fields)
            if claim:
                self._credit_again(event, key[0], claim)
        elif "to" in fields:
            self._same(event, "credit of what is to be paid", [], _credits(fields["to"]))

    def _on_RefundPaid(self, event: Event, fields: dict[str, Any]) -> None:
        claim = self._close(event, fields)
        if not claim:
            return
        paid, forfeited = number(fields["amount"]), number(fields["forfeited"])
        used = number(fields.get("used", 0))
        whole = paid + forfeited + used
        charged = number(fields.get("charged", 0))
        self.findings.insist(
            TOPIC, 0 <= charged <= paid, event.where, "charged", f"at most {paid}", charged
        )
        self.charged += charged
        self._same(event, "amount + forfeited + used", claim.amount, whole)
        said = number(fields["twin"]), number(fields["currency"])
        self._same(event, "twin and currency of the claim", (claim.twin, claim.currency), said)
        where = number(fields["jurisdiction"])
        book = self.books[where, claim.currency]
        book["refunds"] += paid
        book["forfeited"] += forfeited
        account = self.accounts[where, claim.twin, claim.currency]
        expected = min(account.arrears, claim.amount - forfeited)
        self._same(event, "used against arrears", expected, used)
        account.arrears -= used
        book["arrears"] -= used
        book["used"] += used
        if used:
            self.undated[where, claim.twin, claim.currency] += used

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

    # ---- dividends ---------------------------------------------------------------------------

    def _on_TaxWithheld(self, event: Event, fields: dict[str, Any]) -> None:
        self.dividends.check(event)
        twin, code, tax = (number(fields[it]) for it in "twin code tax".split())
        self._book(fields, twin, {"withheld": tax})
        item = {"code": code, "kind": "Withholding", "net": 0, "tax": tax}
        self._sum(self.sales, fields, twin, [item])

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

    def _take(self, event: Event, account: Account, amount: int, since: int = 0) -> list[list[int]]:
        taken, missing = account.take(amount, since)
        self._same(event, "credit below zero by", 0, missing)
        return taken

    def _charged(self, event: Event, taken: list[list[int]]) -> None:
        """Credit has waited from the end of its month on; how long, events don't tell."""
        charged, period = number(event.fields.get("charged", 0)), number(event.fields["period"])
        most = sum(amount for of, amount in taken if of < period)
        what = f"at most {most}, used of earlier periods"
        self.findings.insist(TOPIC, charged <= most, event.where, "charged", what, charged)

    def _period_of_note(self, event: Event) -> int:
        """Of which period is what a note gives: of the day of supply, once there were charges."""
        if "supply" in event.fields:
            return self._supply(event)
        invoice = self._invoice(event)
        if invoice is None or place_of(event) not in self.trade.by_supply:
            return number(event.fields["period"])
        return period_of(invoice.supply)

    def _supply(self, event: Event) -> int:
        """The period of supply, as a note's event tells it and as the invoice has it."""
        said, invoice = number(optional(event.fields["supply"])), self._invoice(event)
        if invoice is not None:
            self._same(event, "period of supply", period_of(invoice.supply), said)
        return said

    def _invoice(self, event: Event) -> Optional[Invoice]:
        _, _, *place = place_of(event)
        return self.trade.invoices.get(tuple(place))

    def _credit_again(self, event: Event, where: int, claim: Claim) -> None:
        """A claim is credit of the periods that it is from. Before events told them, of the oldest
        of these; before there were charges, of the period in which it was made."""
        if "to" in event.fields:
            credits = _credits(event.fields["to"])
            self._same(event, "which credit it is again", claim.periods, credits)
        else:
            period = number(event.fields["period"])
            oldest = claim.periods[0][0] if claim.periods else period
            if claim.dated:
                self._same(event, "period of the credit", oldest, period)
            else:
                holds, what = period >= oldest, f"{oldest} or later"
                self.findings.insist(TOPIC, holds, event.where, "period", what, period)
            credits = [[period, claim.amount]]
        for period, amount in credits:
            self.accounts[where, claim.twin, claim.currency].add(period, amount)

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
        if not fields.get("business", True):
            return False
        where, period = number(fields["jurisdiction"]), number(fields["period"])
        return bool(self.registry.is_registered(where, buyer, invoice.supply, period))

    def _as_one(self, fields: dict[str, Any]) -> bool:
        """Whether VAT of the invoice is taken, and credited, for all its codes together."""
        place = number(fields["seller"]), number(fields["number"])
        return place in self.trade.as_one

    def _reserve(self, fields: dict[str, Any], change: int) -> None:
        """Tax that gave nobody credit, by the period of supply."""
        invoice = self.trade.invoices.get((number(fields["seller"]), number(fields["number"])))
        if invoice is not None:
            key = number(fields["jurisdiction"]), number(fields["currency"])
            self._keep(key, period_of(invoice.supply), change)

    def _keep(self, key: tuple[int, int], period: int, change: int) -> None:
        periods = self.uncredited[key]
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
            due = book["output"] - book["used"] - book["arrears"]
            check(TOPIC, where, "output - used - arrears", book["remitted"], due)
            owing = sum(
                account.arrears
                for (place, _, what), account in self.accounts.items()
                if (place, what) == (jurisdiction, currency)
            )
            check(TOPIC, where, "arrears of all", book["arrears"], owing)
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
        for (jurisdiction, twin, currency), account in sorted(self.accounts.items()):
            where = f"twin {twin}, jurisdiction {jurisdiction}, currency {currency}"
            # All credit goes against arrears first.
            held = 0 if account.arrears == 0 else account.credit
            self.findings.compare(TOPIC, where, "credit beside arrears", 0, held)
        for key, it in sorted(self.statements.items()):
            where = f"statement {'/'.join(map(str, key))}"
            due, met = it["output"] + it["settled"], it["used"] + it["remitted"] + it["deferred"]
            self.findings.compare(TOPIC, where, "output + settled", met, due)


def _sort(item: dict[str, Any]) -> str:
    """Which sum an item belongs to; none under reverse charge."""
    of = kind(item["kind"])
    if of.is_vat:
        return "vat"
    return "levies" if of.is_levy else "withheld" if of.name == "Withholding" else ""


def _credits(entries: list) -> list[list[int]]:
    """Credit by period."""
    return [[number(period), number(amount)] for period, amount in entries]


def _all(items: list) -> int:
    """Taxes of all items, reverse charge included."""
    return sum(number(item["tax"]) for item in items)
