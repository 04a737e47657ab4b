"""Currencies: balances, supply and debts, rebuilt from events."""

from collections import defaultdict
from typing import Optional

from .events import Event
from .findings import Findings
from .values import account, number, variant, wide

TOPIC = "currencies"
# Events of balances: what each does to an account, and to the supply.
ASSETS = {
    "Issued": ("owner", "amount", 1, 1),
    "Burned": ("owner", "balance", -1, -1),
    "Deposited": ("who", "amount", 1, 0),
    "Withdrawn": ("who", "amount", -1, 0),
    "IssuedCredit": (None, "amount", 0, 1),
    "BurnedCredit": (None, "amount", 0, -1),
    "IssuedDebt": (None, "amount", 0, -1),
    "BurnedDebt": (None, "amount", 0, 1),
}
ANYBODY, SUPPLY = "anybody", "supply"
# Where everything is that is set aside: an account without a key, whose number is its name.
SET_ASIDE_POT = "0x" + b"modlour/currsetaside".ljust(32, b"\0").hex()
# Events that say of a settlement how much of it was set aside.
SETTLING = (
    "Commerce.EscrowReleased",
    "Commerce.EscrowReturned",
    "Commerce.Refunded",
    "Tax.RefundPaid",
)
# Events that say what demurrage goes to the currency's pot: of a wait, or of credit that was used.
CHARGING = (
    "Commerce.EscrowReturned",
    "Tax.RefundPaid",
    "Tax.TaxCollected",
    "Tax.TaxReversed",
)
# With these, money may move without an event of policy for each move: exchange, where amounts are
# the pool's affair, and trade and tax, whose ledgers account for it.
MOVING = (
    "Currencies.Swapped",
    "Currencies.LiquidityAdded",
    "Currencies.LiquidityRemoved",
    "Currencies.PotOpened",
    "Commerce.PaymentReceived",
    "Commerce.EscrowReleased",
    "Commerce.EscrowReturned",
    "Commerce.UnpaidTaxCollected",
    "Commerce.Refunded",
    "Tax.TaxCollected",
    "Tax.ReverseCharged",
    "Tax.ArrearsSettled",
    "Tax.TaxReversed",
    "Tax.RefundPaid",
    "Tax.Swept",
    "Tax.GiftReceived",
    "Tax.TaxWithheld",
)
# Events of policy that make or destroy money.
POLICY = {"Issued": 1, "CreditDrawn": 1, "Redeemed": -1, "Repaid": -1, "WrittenOff": -1}


class Money:
    """Every currency, by what events say."""

    def __init__(self, findings: Findings):
        self.findings = findings
        self.balances: dict[tuple[int, str], int] = defaultdict(int)
        self.supply: dict[int, int] = defaultdict(int)
        # What issuers and members made and destroyed.
        self.made: dict[int, int] = defaultdict(int)
        self.debts: dict[tuple[int, str], int] = defaultdict(int)
        self.lines: dict[tuple[int, str], int] = {}
        self.mutual: set[int] = set()
        self.pots: dict[int, str] = {}
        # What waits for whom: minor units, and each times the index of its day.
        self.aside: dict[tuple[int, str], tuple[int, int]] = {}
        # By transaction and currency: what settlements say that they set aside, and what was.
        self._said_aside: dict[tuple, int] = defaultdict(int)
        self._put_aside: dict[tuple, int] = defaultdict(int)
        # The same of demurrage, and what went to the currency's pot.
        self._said_charged: dict[tuple, int] = defaultdict(int)
        self._to_pot: dict[tuple, int] = defaultdict(int)
        # Currencies of invoices.
        self._currencies_of: dict[tuple[int, int], int] = {}
        # Moves of balances by transaction, and those that policy speaks of.
        self._moved: dict[tuple, list[Event]] = defaultdict(list)
        self._spoken_of: list[tuple[Event, tuple]] = []
        # Transactions in which money moves for reasons that other ledgers know.
        self._elsewhere: set[tuple] = set()

    def apply(self, event: Event) -> None:
        """One event more."""
        if event.kind in MOVING:
            self._elsewhere.add((event.block, event.extrinsic))
        if event.kind in SETTLING:
            self._settles(event)
        if event.kind in CHARGING and number(event.fields.get("charged", 0)):
            key = (event.block, event.extrinsic, self._currency_of(event))
            self._said_charged[key] += number(event.fields["charged"])
        if event.kind == "Commerce.InvoiceIssued":
            place = number(event.fields["seller"]), number(event.fields["number"])
            self._currencies_of[place] = number(event.fields["currency"])
        if event.pallet == "Assets":
            self._assets(event)
        elif event.pallet == "Currencies":
            self._currencies(event)

    def _assets(self, event: Event) -> None:
        fields = event.fields
        if "asset_id" not in fields:
            return
        currency = number(fields["asset_id"])
        if event.name == "Transferred":
            source, target = account(fields["from"]), account(fields["to"])
            amount = number(fields["amount"])
            self._add(event, currency, source, -amount)
            self._add(event, currency, target, amount)
            # Nothing moves for somebody who pays itself.
            if source != target:
                key = (event.block, event.extrinsic, currency, source, target, amount)
                self._moved[key].append(event)
                if target == self.pots.get(currency):
                    self._to_pot[event.block, event.extrinsic, currency] += amount
        elif event.name in ASSETS:
            owner, field, sign, supply = ASSETS[event.name]
            amount = number(fields[field])
            if owner:
                who = account(fields[owner])
                self._add(event, currency, who, sign * amount)
                if supply:
                    key = (event.block, event.extrinsic, currency, who, SUPPLY, sign * amount)
                    self._moved[key].append(event)
            self.supply[currency] += supply * amount

    def _add(self, event: Event, currency: int, who: str, amount: int) -> None:
        self.balances[currency, who] += amount
        balance = self.balances[currency, who]
        self.findings.insist(
            TOPIC, balance >= 0, event.where, f"balance of {who}", "0 or more", balance
        )

    def _currencies(self, event: Event) -> None:
        fields = event.fields
        if event.name == "CurrencyCreated":
            currency = number(fields["currency"])
            self.pots[currency] = account(fields["pot"])
            # A currency without any events of balances has a supply, too: none.
            self.supply[currency] += 0
            if variant(fields["terms"]["supply"])[0] == "MutualCredit":
                self.mutual.add(currency)
        elif event.name == "CreditLineSet":
            key = number(fields["currency"]), account(fields["account"])
            self.lines[key] = number(fields["limit"])
            self._debt(event, key, self.debts[key])
        elif event.name in ("Transferred", "DemurrageCharged", "PotSpent", "Discarded"):
            self._explain(event)
        elif event.name == "SetAside":
            self._set_aside(event)
        elif event.name == "Taken":
            self._taken(event)
        if event.name in POLICY:
            self._make(event)

    def _make(self, event: Event) -> None:
        """Money is made or destroyed, and debt with it."""
        fields = event.fields
        currency, amount = number(fields["currency"]), number(fields["amount"])
        sign = POLICY[event.name]
        self.made[currency] += sign * amount
        # Whose money it is: a default is written off against the pot.
        owner = {"Issued": "to", "Redeemed": "from"}.get(event.name, "account")
        who = account(fields[owner])
        who = self.pots.get(currency, who) if event.name == "WrittenOff" else who
        key = (event.block, event.extrinsic, currency, who, SUPPLY, sign * amount)
        self._spoken_of.append((event, key))
        if "debt" in fields:
            key = currency, account(fields["account"])
            self._debt(event, key, self.debts[key] + sign * amount)
            if event.name == "CreditDrawn":
                line = self.lines.get(key, 0)
                debt = self.debts[key]
                self.findings.insist(
                    TOPIC, debt <= line, event.where, "debt", f"at most the line of {line}", debt
                )

    def _settles(self, event: Event) -> None:
        """A settlement, some of which the account perhaps couldn't hold."""
        fields = event.fields
        aside = number(fields.get("set_aside", 0))
        most = number(fields["amount"]) - number(fields.get("charged", 0))
        self.findings.insist(
            TOPIC, 0 <= aside <= most, event.where, "set aside", f"at most {most}", aside
        )
        if aside:
            self._said_aside[event.block, event.extrinsic, self._currency_of(event)] += aside

    def _currency_of(self, event: Event) -> Optional[int]:
        if "currency" in event.fields:
            return number(event.fields["currency"])
        place = number(event.fields["seller"]), number(event.fields["number"])
        return self._currencies_of.get(place)

    def _set_aside(self, event: Event) -> None:
        fields = event.fields
        currency, owner = number(fields["currency"]), account(fields["owner"])
        nominal, units = number(fields["nominal"]), wide(fields["units"])
        before = self.aside.get((currency, owner), (0, 0))
        self.aside[currency, owner] = before[0] + nominal, before[1] + units
        self._put_aside[event.block, event.extrinsic, currency] += nominal
        key = (event.block, event.extrinsic, currency, ANYBODY, SET_ASIDE_POT, nominal)
        self._spoken_of.append((event, key))

    def _taken(self, event: Event) -> None:
        fields = event.fields
        currency, owner = number(fields["currency"]), account(fields["owner"])
        nominal, charge = number(fields["nominal"]), number(fields["charge"])
        was, _ = self.aside.pop((currency, owner), (0, 0))
        self.findings.compare(TOPIC, event.where, f"set aside for {owner}", was, nominal)
        self.findings.insist(
            TOPIC, 0 <= charge <= nominal, event.where, "charge", f"at most {nominal}", charge
        )
        # The charge has an event of its own.
        if nominal > charge and owner != SET_ASIDE_POT:
            paid = nominal - charge
            key = (event.block, event.extrinsic, currency, SET_ASIDE_POT, owner, paid)
            self._spoken_of.append((event, key))

    def _debt(self, event: Event, key: tuple[int, str], debt: int) -> None:
        said = number(event.fields["debt"])
        self.findings.compare(TOPIC, event.where, f"debt of {key[1]}", debt, said)
        self.debts[key] = said

    def _explain(self, event: Event) -> None:
        """A transfer under the policy is one of balances as well."""
        fields = event.fields
        currency, amount = number(fields["currency"]), number(fields["amount"])
        pot = self.pots.get(currency, "the currency's pot")
        if event.name == "DemurrageCharged":
            # Out of the account itself, or out of a pot that would have given it back.
            account(fields["account"])
            source, target = ANYBODY, pot
        elif event.name == "PotSpent":
            source, target = pot, account(fields["to"])
        elif event.name == "Discarded":
            source, target = account(fields["from"]), pot
        else:
            source, target = account(fields["from"]), account(fields["to"])
        if source != target:
            key = (event.block, event.extrinsic, currency, source, target, amount)
            self._spoken_of.append((event, key))

    def finish(self) -> None:
        """What must hold at the end."""
        # Those that name the payer first, so that nothing is left to others that they need.
        for event, key in sorted(self._spoken_of, key=lambda spoken: spoken[1][3] == ANYBODY):
            found = self._take_move(key)
            currency, source, target, amount = key[2:]
            kind = "Issued or Assets.Burned" if target == SUPPLY else "Transferred"
            what = f"Assets.{kind} of {amount} in {currency} from {source} to {target}"
            self.findings.insist(TOPIC, found, event.where, what, "one", "none")
        # There is no call that moves balances without a policy.
        for key, events in self._moved.items():
            if key[:2] in self._elsewhere and key[4] != SUPPLY:
                continue
            for event in events:
                self.findings.insist(
                    TOPIC, False, event.where, "an event that says why", "one", "none"
                )
        for key in sorted({*self._said_aside, *self._put_aside}, key=str):
            block, extrinsic, currency = key
            where = f"block {block}, transaction {extrinsic}, currency {currency}"
            said, put = self._said_aside[key], self._put_aside[key]
            self.findings.compare(TOPIC, where, "set aside, as settlements say", said, put)
        for key, said in sorted(self._said_charged.items(), key=str):
            block, extrinsic, currency = key
            where = f"block {block}, transaction {extrinsic}, currency {currency}"
            # Purses that are touched give the pot what they owe, too.
            there = self._to_pot[key]
            what = "demurrage that went to the pot"
            self.findings.insist(TOPIC, there >= said, where, what, f"at least {said}", there)
        for currency, supply in sorted(self.supply.items()):
            aside = sum(it[0] for (what, _), it in self.aside.items() if what == currency)
            pot = self.balances.get((currency, SET_ASIDE_POT), 0)
            where = f"currency {currency}"
            self.findings.compare(TOPIC, where, "pot of what is set aside", aside, pot)
            where = f"currency {currency}"
            known = currency in self.pots
            self.findings.insist(TOPIC, known, where, "Currencies.CurrencyCreated", "one", "none")
            held = sum(it for (what, _), it in self.balances.items() if what == currency)
            self.findings.compare(TOPIC, where, "sum of balances", supply, held)
            made = self.made[currency]
            self.findings.compare(TOPIC, where, "supply as made and destroyed", made, supply)
            if currency in self.mutual:
                debts = sum(it for (what, _), it in self.debts.items() if what == currency)
                self.findings.compare(TOPIC, where, "sum of debts", supply, debts)

    def _take_move(self, key: tuple) -> bool:
        """Whether balances moved so, by an event that explains nothing else."""
        if key[3] == ANYBODY:
            moves = (it for it in self._moved if it[:3] == key[:3] and it[4:] == key[4:])
            key = next((it for it in moves if self._moved[it]), key)
        found = bool(self._moved[key])
        if found:
            self._moved[key].pop(0)
        return found
