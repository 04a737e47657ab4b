"""A week of trade, in seven rounds.

Every round has three phases, and each waits for the one before: suppliers are paid, shops sell,
then come notes, escrow and refunds. Within a phase nobody's tax depends on the order of
transactions, so the tax totals are the same every time.
"""

import random
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Optional

from cast import BY_ROLE, FIRMS, HOURS, MEMBERS, PEOPLE, SUPPLIES, TSH, VAT, Twin
from client import Client, key_of
from founding import JURISDICTION, TILL

ROUNDS = 7
QUOTE_TAG = b"ourledger/quote/2"
QUOTE_TICKS = 50
# Minor units.
LEAST_CLAIM = 100
# What is sold, as the chain takes it.
SaleOf = dict[str, Any]
NO_REFERENCE = "0x" + bytes(32).hex()


@dataclass
class Bill:
    """An invoice of ours, and what is left of it."""

    seller: Twin
    buyer: Twin
    code: int
    net: int
    gross: int
    document: str
    parity: int
    number: int = 0
    paid: int = 0
    accepted: bool = False
    escrow: bool = False


class Week:
    """Seven rounds, out of one seed."""

    def __init__(self, chain: Client, seed: int, fees_in_our: bool):
        self.chain = chain
        self.random = random.Random(seed)
        self.fee = None if fees_in_our else TSH
        self.bills: list[Bill] = []
        # Sales at tills: seller, code and price, of those with a single line.
        self.sales: dict[str, tuple[Twin, int, int]] = {}
        self.numbers: dict[str, int] = {}
        # What members have in hours, less what they owe.
        self.hours = dict.fromkeys(MEMBERS, 0)
        self.counts = dict.fromkeys("sales invoices payments notes escrows refunds".split(), 0)
        self.phases = [
            ("paying suppliers", self.pay_suppliers),
            ("sales at the tills", self.sell),
            ("notes, escrow, refunds", self.settle_accounts),
        ]

    # ---- suppliers ---------------------------------------------------------------------------

    def pay_suppliers(self, day: int) -> None:
        """New invoices, then payments: whole, or in two parts two rounds apart."""
        parity = day % 2
        for seller, buyer, code, low, high in SUPPLIES[parity]:
            net = self.random.randrange(low, high, 5)
            bill = self._issue(BY_ROLE[seller], BY_ROLE[buyer], code, net, day, parity)
            self.bills.append(bill)
        self._take_numbers()
        for bill in self.bills:
            if bill.parity == parity and bill.paid < bill.gross:
                self._pay(bill, day)
        self.chain.settle()

    def _issue(self, seller: Twin, buyer: Twin, code: int, net: int, day: int, parity: int) -> Bill:
        document = self._document(f"invoice {seller.role} {buyer.role} {day}")
        # The smith's work for the guesthouse is paid through escrow in the middle of the week.
        escrow = (seller.role, day) in (("Smith", 2), ("Bookseller", 4))
        arbiter = BY_ROLE["Guild"].number
        settlement = {"Escrow": {"arbiter": arbiter, "days": 14}} if escrow else "Direct"
        conditions = {
            "jurisdiction": JURISDICTION,
            "currency": TSH,
            "supply": None,
            "due_days": 14,
            "settlement": settlement,
            "delivery": escrow,
            "document": document,
        }
        sold = sale("Net", [(code, net)])
        call = self.chain.call(
            "Commerce", "issue", buyer=buyer.number, conditions=conditions, sale=sold
        )
        self.chain.send(call, key_of(seller.path), f"an invoice of {seller.name}")
        self.counts["invoices"] += 1
        return Bill(seller, buyer, code, net, 0, document, parity, escrow=escrow)

    def _pay(self, bill: Bill, day: int) -> None:
        who = key_of(bill.buyer.path)
        place = {"seller": bill.seller.number, "number": bill.number}
        calls = []
        if not bill.accepted:
            calls.append(self.chain.call("Commerce", "accept", **place))
            bill.accepted = True
        left = bill.gross - bill.paid
        # Half of those that aren't the rest of an earlier one, for as long as the rest can follow.
        part = bill.paid == 0 and not bill.escrow and day < 5 and self.random.random() < 0.4
        amount = left // 2 if part else left
        paid = {"amount": amount if part else None, "business": True}
        calls.append(self.chain.call("Commerce", "pay", **place, **paid))
        bill.paid += amount
        self.chain.send(self.chain.batch(calls), who, f"a payment of {bill.buyer.name}")
        self.counts["payments"] += 1

    # ---- shops -------------------------------------------------------------------------------

    def sell(self, day: int) -> None:
        """Everybody buys something: the till signs a quote, the customer submits and pays."""
        expires = self.chain.tick() + QUOTE_TICKS
        for place, customer in enumerate(PEOPLE):
            firm = self.random.choice(FIRMS)
            self._sell_one(firm, customer, day, place, expires)
        for giver, taker, amount in self._favours():
            call = self.chain.call(
                "Currencies",
                "transfer",
                currency=HOURS,
                to=key_of(BY_ROLE[taker].path).ss58_address,
                amount=amount,
                reference=NO_REFERENCE,
            )
            self.chain.send(call, key_of(BY_ROLE[giver].path), f"hours of {giver} for {taker}")
        self._take_numbers()

    def _sell_one(self, firm: Twin, customer: Twin, day: int, place: int, expires: int) -> None:
        # What it bought before is no longer what it brings back.
        self.sales.pop(customer.role, None)
        count = self.random.randint(1, len(firm.goods))
        lines = [
            (code, self.random.randrange(low, high, 5))
            for code, low, high in self.random.sample(firm.goods, count)
        ]
        tip = self.random.choice([0, 0, 0, 50, 100]) if firm.role == "Innkeeper" else 0
        levies = [(firm.levy, VAT)] if firm.levy else []
        nonce = self._document(f"quote {day} {place}")[: 2 + 32]
        quote = {
            "seller": firm.number,
            "till": TILL,
            "nonce": nonce,
            "jurisdiction": JURISDICTION,
            "currency": TSH,
            "buyer": None,
            "sale": sale("Gross", lines, tip, levies),
            "expires": expires,
        }
        encoded = self.chain.encode_argument("Commerce", "sell", "quote", quote)
        till = key_of(f"{firm.path}//till")
        payload = QUOTE_TAG + self.chain.genesis + encoded
        signature = till.sign(b"<Bytes>" + payload + b"</Bytes>")
        # People buy for themselves.
        terms = {"signature": {"Sr25519": "0x" + signature.hex()}, "business": False}
        call = self.chain.call("Commerce", "sell", quote=quote, **terms)
        what = f"{customer.name} at {firm.name}"
        self.chain.send(call, key_of(customer.path), what, fee=self.fee)
        self.counts["sales"] += 1
        if not levies and not tip and len(lines) == 1:
            self.sales[customer.role] = (firm, *lines[0])

    def _favours(self) -> list[tuple[str, str, int]]:
        """Two members each that do something for each other; none goes beyond its credit line."""
        members = list(MEMBERS)
        self.random.shuffle(members)
        favours = []
        for giver, taker in (members[:2], members[2:4]):
            amount = self.random.randrange(50, 500, 25)
            if self.hours[giver] - amount < -MEMBERS[giver]:
                giver, taker = taker, giver
            self.hours[giver] -= amount
            self.hours[taker] += amount
            favours.append((giver, taker, amount))
        return favours

    # ---- corrections -------------------------------------------------------------------------

    def settle_accounts(self, day: int) -> None:
        """What there is to settle on this day."""
        if day in (1, 3, 5):
            self._take_back_from_customer()
        if day == 4:
            self._take_back_from_buyer()
        if day == 2:
            self._confirm_escrow()
        if day == 4:
            self._dispute_escrow()
        if day == 6:
            self._repay_hours()
            self._claim_refunds()
            self._give()
        self.chain.settle()

    def _take_back_from_customer(self) -> None:
        """A customer brings something back, and the money returns to it."""
        for customer in sorted(self.sales):
            firm, code, price = self.sales[customer]
            number = self.numbers.get(customer)
            if number is not None:
                note = taken_back(code, price // 2)
                self._note(firm, number, note, f"note for {customer}")
                del self.sales[customer]
                return

    def _take_back_from_buyer(self) -> None:
        """A part of a delivery was no good: the seller is credited, the buyer loses its credit."""
        for bill in self.bills:
            if bill.paid == bill.gross and not bill.escrow and bill.seller.role == "Farmer":
                note = taken_back(bill.code, bill.net // 4)
                self._note(bill.seller, bill.number, note, f"note for {bill.buyer.name}")
                return

    def _note(self, firm: Twin, number: int, note: dict, what: str) -> None:
        document = self._document(f"{what} {firm.role} {number}")
        call = self.chain.call(
            "Commerce", "credit_note", number=number, note=note, document=document
        )
        self.chain.send(call, key_of(firm.path), f"{what} of {firm.name}")
        self.counts["notes"] += 1

    def _confirm_escrow(self) -> None:
        bill = self._escrowed("Smith")
        place = {"seller": bill.seller.number, "number": bill.number}
        deliver = self.chain.call("Commerce", "deliver", **place)
        self.chain.send(deliver, key_of(bill.seller.path), f"a delivery of {bill.seller.name}")
        self.chain.settle()
        confirm = self.chain.call("Commerce", "confirm", **place)
        self.chain.send(confirm, key_of(bill.buyer.path), f"a receipt of {bill.buyer.name}")
        self.counts["escrows"] += 1

    def _dispute_escrow(self) -> None:
        bill = self._escrowed("Bookseller")
        place = {"seller": bill.seller.number, "number": bill.number}
        reason = self._document("pages are missing")
        dispute = self.chain.call("Commerce", "dispute", **place, reason=reason)
        self.chain.send(dispute, key_of(bill.buyer.path), f"a dispute of {bill.buyer.name}")
        self.chain.settle()
        resolve = self.chain.call(
            "Commerce", "resolve", **place, to_buyer=bill.gross // 2, reason=reason
        )
        self.chain.send(resolve, key_of(BY_ROLE["Guild"].path), "a decision of the guild")
        self.counts["escrows"] += 1

    def _escrowed(self, role: str) -> Bill:
        return next(bill for bill in self.bills if bill.escrow and bill.seller.role == role)

    def _repay_hours(self) -> None:
        for role in MEMBERS:
            who = key_of(BY_ROLE[role].path)
            line = self.chain.query("Currencies", "CreditLines", HOURS, who.ss58_address)
            entry = self.chain.query("Assets", "Account", HOURS, who.ss58_address)
            amount = min(line["debt"] if line else 0, entry["balance"] if entry else 0)
            if amount:
                call = self.chain.call("Currencies", "repay", currency=HOURS, amount=amount)
                self.chain.send(call, who, f"hours repaid by {role}")

    def _claim_refunds(self) -> None:
        """Those who bought for more than they sold have tax back."""
        for role in ("Miller", "Host", "Grocer"):
            firm = BY_ROLE[role]
            account = self.chain.query("Tax", "Accounts", JURISDICTION, firm.number, TSH)
            credit = sum(amount for _, amount in account["credits"])
            # A claim is at least one shilling.
            if credit >= 2 * LEAST_CLAIM:
                call = self.chain.call(
                    "Tax",
                    "claim_refund",
                    jurisdiction=JURISDICTION,
                    currency=TSH,
                    amount=credit // 2,
                )
                self.chain.send(call, key_of(firm.path), f"a refund to {firm.name}")
                self.counts["refunds"] += 1

    def _give(self) -> None:
        call = self.chain.call(
            "Tax", "give", jurisdiction=JURISDICTION, currency=TSH, amount=12_345
        )
        self.chain.send(call, key_of(BY_ROLE["Guild"].path), "a gift of the guild")

    # ---- internal ----------------------------------------------------------------------------

    def _take_numbers(self) -> None:
        """Invoices have their numbers, and their totals, since they are in a block."""
        people = {twin.number: twin.role for twin in PEOPLE}
        by_document = {bill.document: bill for bill in self.bills}
        self.numbers.clear()
        for event in self.chain.settle():
            if (event.pallet, event.name) == ("Commerce", "InvoiceIssued"):
                number = event.fields["invoice"]["number"]
                bill = by_document.get(event.fields["document"])
                if bill is not None:
                    bill.number, bill.gross = number, event.fields["gross"]
                buyer: Optional[int] = event.fields["buyer"]
                if buyer in people:
                    self.numbers[people[buyer]] = number

    def _document(self, text: str) -> str:
        """The hash of a document that this town doesn't really write."""
        return "0x" + blake2b(text.encode(), digest_size=32).hexdigest()


def taken_back(code: int, amount: int) -> dict[str, Any]:
    """What a credit note takes off a code, in its invoice's prices."""
    return {"parts": [{"code": code, "change": {"Less": amount}}], "levies": [], "tip": 0}


def sale(
    prices: str,
    lines: list[tuple[int, int]],
    tip: int = 0,
    levies: Optional[list[tuple[int, int]]] = None,
) -> SaleOf:
    """What is sold, as the chain takes it."""
    return {
        "prices": prices,
        "items": [{"code": code, "amounts": {"Sum": amount}} for code, amount in lines],
        "levies": [{"code": code, "on": on, "thousandths": 0} for code, on in levies or []],
        "withholdings": [],
        "tip": tip,
        "evidence": None,
    }
