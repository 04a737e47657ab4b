"""Trade: series and receipts, what invoices were paid and credited, rebuilt from events."""

from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, NamedTuple, Optional

from .events import Event
from .findings import Findings
from .values import account, digest, number, octets, optional_number, variant

TOPIC = "trade"
NO_RECEIPT = "0x" + bytes(32).hex()
# What the link of a credit note begins with, after the one before it.
NOTE_TAG = b"ourledger/note/1"
TOTALS = "net tax tip gross".split()
# Events that say, since there is such a charge, what credit was charged for its wait.
TELLING = ("Commerce.PaymentReceived", "Tax.TaxReversed")


class Split(NamedTuple):
    """What became of a payment; None where an event doesn't say."""

    amount: int
    treasury: int
    used: Optional[int]
    credited: Optional[int]
    payer: Optional[str]
    # Demurrage of a wait, and what the seller's account couldn't hold.
    charged: int = 0
    set_aside: int = 0


@dataclass
class Invoice:
    """An invoice as issued, and what became of it."""

    seller: int
    number: int
    buyer: Optional[int]
    jurisdiction: int
    currency: int
    supply: int
    net: int
    tax: int
    tip: int
    gross: int
    # Block and transaction.
    issued: tuple
    # What is left after notes.
    remaining: int = 0
    remaining_tip: int = 0
    remaining_tax: int = 0
    paid: int = 0
    escrowed: int = 0
    # Nothing is left to pay; nothing will be paid.
    closed: bool = False
    void: bool = False
    pruned: bool = False
    payers: set[str] = field(default_factory=set)
    # All TaxCollected and TaxReversed of it.
    taxes: list[Event] = field(default_factory=list)
    # Its tax was taken before it was paid.
    ahead: bool = False
    # Nobody has decided yet what becomes of its escrow.
    disputed: bool = False

    @property
    def name(self) -> str:
        return f"invoice {self.seller}/{self.number}"


def receipt(previous: str, fields: dict[str, Any]) -> str:
    """The seller's next receipt: the hash of the last one and of what the invoice is."""
    buyer = optional_number(fields["buyer"])
    core = number(fields["seller"]).to_bytes(8, "little")
    core += number(fields["number"]).to_bytes(8, "little")
    core += b"\0" if buyer is None else b"\1" + buyer.to_bytes(8, "little")
    for name in "jurisdiction currency supply".split():
        core += number(fields[name]).to_bytes(4, "little")
    for name in "net tax tip gross".split():
        core += number(fields[name]).to_bytes(16, "little")
    core += octets(digest(fields["document"]))
    return "0x" + blake2b(octets(previous) + core, digest_size=32).hexdigest()


def note_receipt(previous: str, fields: dict[str, Any]) -> str:
    """The link of a credit note: what it took of its invoice, and what it left."""
    core = number(fields["seller"]).to_bytes(8, "little")
    core += number(fields["note"]).to_bytes(8, "little")
    core += number(fields["number"]).to_bytes(8, "little")
    core += number(fields["day"]).to_bytes(4, "little")
    for part in ("taken", "left"):
        for name in TOTALS:
            core += number(fields[part][name]).to_bytes(16, "little")
    core += octets(digest(fields["document"]))
    return "0x" + blake2b(octets(previous) + NOTE_TAG + core, digest_size=32).hexdigest()


class Trade:
    """All invoices, by what events say."""

    def __init__(self, findings: Findings):
        self.findings = findings
        self.invoices: dict[tuple[int, int], Invoice] = {}
        self.last: dict[int, int] = defaultdict(int)
        self.receipts: dict[int, str] = defaultdict(lambda: NO_RECEIPT)
        # Places that sellers have, and tills, which take one each as invoices do.
        self.rooms: dict[int, int] = defaultdict(int)
        self.tills: set[tuple[int, int]] = set()
        # Invoices within which returns outweigh sales of a code, so that VAT is taken as one.
        self.as_one: set[tuple[int, int]] = set()
        # Where tax of invoices was taken that stay unpaid: block and event.
        self.unpaid_taxes: set[tuple[int, int]] = set()
        self._last_tax: dict[tuple, tuple[int, int]] = {}
        # Notes whose credit is of the day of supply, and releases: (block, transaction, invoice).
        self.by_supply: set[tuple] = set()
        self.releases: set[tuple] = set()
        # Block and event of the first that tells what credit was charged: later ones are of a
        # runtime that charges it.
        self.charging_since: Optional[tuple[int, int]] = None
        # Per lapse of a dispute, what has still to go back.
        self._lapses: dict[tuple, int] = {}
        # What notes left of invoices, so far as they have been read ahead.
        self._left: dict[tuple[int, int], tuple[int, ...]] = {}
        # Per invoice, payments and releases that no TaxCollected has answered yet, and the other
        # way round.
        self._to_tax: dict[tuple, list[tuple[Event, Split]]] = defaultdict(list)
        self._taxed: dict[tuple, list[tuple[Event, Split]]] = defaultdict(list)
        self._unpaid: set[tuple] = set()
        # Per note: what the buyer lacked, and whether tax spoke of it.
        self._made_good: dict[tuple, int] = {}
        self._needs_tax: set[tuple] = set()
        self._refunds: dict[tuple, int] = defaultdict(int)

    def apply(self, event: Event) -> None:
        """One event more."""
        handler = getattr(self, f"_on_{event.name}", None)
        if event.pallet in ("Commerce", "Tax") and handler is not None:
            handler(event, event.fields)

    def foresee(self, event: Event) -> None:
        """What has to be known before the events that it explains: they may come first."""
        if event.kind == "Commerce.InvoiceIssued":
            self.issue(event)
        elif event.kind == "Commerce.CreditNoteIssued":
            self.issue_note(event)
        elif event.kind in ("Tax.TaxCollected", "Commerce.UnpaidTaxCollected"):
            invoice = number(event.fields["seller"]), number(event.fields["number"])
            key = (event.block, event.extrinsic, *invoice)
            if event.pallet == "Commerce":
                self.unpaid_taxes |= {self._last_tax[key]} if key in self._last_tax else set()
                return
            self._last_tax[key] = event.block, event.index
            taxes = [number(it["tax"]) for it in event.fields["items"]]
            self.as_one |= {invoice} if any(tax < 0 for tax in taxes) else set()
        elif event.kind == "Commerce.EscrowReleased":
            self.releases.add(place_of(event))
        elif event.kind == "Tax.TaxReversed" and "charged" in event.fields:
            self.by_supply.add(place_of(event))
        if event.kind in TELLING and "charged" in event.fields and self.charging_since is None:
            self.charging_since = event.block, event.index

    def is_charging(self, event: Event) -> bool:
        """Whether it is certain that the event's runtime charges credit for its wait."""
        since = self.charging_since
        return since is not None and since <= (event.block, event.index)

    def issue_note(self, event: Event) -> None:
        """A credit note: its number in the same series, what it took and left, its receipt."""
        fields = event.fields
        # Before the upgrade that gave notes numbers, they stood outside the series.
        if "note" not in fields:
            return
        seller = number(fields["seller"])
        expected = self.last[seller] + 1
        self._same(event, f"number in the series of {seller}", expected, number(fields["note"]))
        self.last[seller] = number(fields["note"])
        key = seller, number(fields["number"])
        taken = tuple(number(fields["taken"][name]) for name in TOTALS)
        left = tuple(number(fields["left"][name]) for name in TOTALS)
        if key in self._left:
            before = self._left[key]
            self._same(event, "taken + left", before, tuple(map(sum, zip(taken, left))))
        self._left[key] = left
        for what, it in (("taken", taken), ("left", left)):
            self._same(event, f"net + tax + tip of what was {what}", it[3], sum(it[:3]))
            holds = min(it) >= 0
            self.findings.insist(TOPIC, holds, event.where, what, "0 or more", min(it))
        said = digest(fields["receipt"])
        self._same(event, "receipt", note_receipt(self.receipts[seller], fields), said)
        self.receipts[seller] = said

    def issue(self, event: Event) -> None:
        """An invoice: its number, its sums, its receipt."""
        fields = event.fields
        names = "seller number jurisdiction currency supply net tax tip gross".split()
        it = {name: number(fields[name]) for name in names}
        buyer = optional_number(fields["buyer"])
        invoice = Invoice(buyer=buyer, issued=(event.block, event.extrinsic), **it)
        invoice.remaining, invoice.remaining_tip = invoice.gross, invoice.tip
        invoice.remaining_tax = invoice.tax
        self._left[invoice.seller, invoice.number] = tuple(it[name] for name in TOTALS)
        seller = invoice.seller
        expected = self.last[seller] + 1
        self._same(event, f"number in the series of {seller}", expected, invoice.number)
        self.last[seller] = invoice.number
        self._same(event, "net + tax + tip", invoice.gross, invoice.net + invoice.tax + invoice.tip)
        said = digest(fields["receipt"])
        self._same(event, "receipt", receipt(self.receipts[seller], fields), said)
        # One wrong link is one finding.
        self.receipts[seller] = said
        self.invoices[seller, invoice.number] = invoice

    def _on_PaymentReceived(self, event: Event, fields: dict[str, Any]) -> None:
        invoice = self._get(event, fields)
        if invoice is None:
            return
        amount = number(fields["amount"])
        invoice.payers.add(account(fields["payer"]))
        self._same(event, "disputed while it is paid", False, invoice.disputed)
        if fields["escrowed"]:
            invoice.escrowed += amount
            for name in "to_seller to_treasury used credited charged".split():
                self._same(event, f"{name}, while in escrow", 0, number(fields.get(name, 0)))
            if "charged" in fields:
                # Events don't tell what is withheld: with that, there may be too much tax.
                most = invoice.remaining // 2
                holds = invoice.remaining_tax <= most
                what, tax = "tax of what waits", invoice.remaining_tax
                self.findings.insist(TOPIC, holds, event.where, what, f"at most {most}", tax)
        else:
            invoice.paid += amount
            self._want_tax(event, fields, invoice, amount)
            used, charged = number(fields["used"]), number(fields.get("charged", 0))
            most = f"at most {used}, which was used"
            self.findings.insist(TOPIC, charged <= used, event.where, "charged", most, charged)
        paid = invoice.paid + invoice.escrowed
        self._same(event, "paid so far", paid, number(fields["paid"]))
        self._same(event, "gross", invoice.remaining, number(fields["gross"]))
        self._bounded(event, invoice)

    def _on_EscrowReleased(self, event: Event, fields: dict[str, Any]) -> None:
        invoice = self._get(event, fields)
        if invoice is None:
            return
        if "by" in fields and variant(fields["by"])[0] == "Deadline":
            self._same(event, "disputed while a deadline releases", False, invoice.disputed)
        amount = number(fields["amount"])
        invoice.escrowed -= amount
        invoice.paid += amount
        self._want_tax(event, fields, invoice, amount)
        self._bounded(event, invoice)

    def _on_EscrowReturned(self, event: Event, fields: dict[str, Any]) -> None:
        invoice = self._get(event, fields)
        if invoice is not None:
            amount, charged = number(fields["amount"]), number(fields.get("charged", 0))
            invoice.escrowed -= amount
            lapse = self._lapses.get(_key(event, invoice), 0)
            if lapse:
                self._lapses[_key(event, invoice)] = max(0, lapse - amount)
            self._bounded(event, invoice)
            self.findings.insist(
                TOPIC, 0 <= charged <= amount, event.where, "charged", f"at most {amount}", charged
            )

    def _on_Disputed(self, event: Event, fields: dict[str, Any]) -> None:
        invoice = self._get(event, fields)
        if invoice is not None:
            self._same(event, "disputed before", False, invoice.disputed)
            invoice.disputed = True

    def _on_Resolved(self, event: Event, fields: dict[str, Any]) -> None:
        invoice = self._get(event, fields)
        if invoice is not None:
            invoice.disputed = False

    _on_DeliveryConfirmed = _on_Resolved

    def _on_DisputeLapsed(self, event: Event, fields: dict[str, Any]) -> None:
        """Nobody decided in time: all that waits goes back to whoever paid it."""
        invoice = self._get(event, fields)
        if invoice is not None:
            self._same(event, "disputed before it lapses", True, invoice.disputed)
            holds, waits = invoice.escrowed > 0, invoice.escrowed
            self.findings.insist(TOPIC, holds, event.where, "in escrow", "something", waits)
            invoice.disputed = False
            self._lapses[_key(event, invoice)] = waits

    def _want_tax(
        self, event: Event, fields: dict[str, Any], invoice: Invoice, amount: int
    ) -> None:
        to_treasury = number(fields["to_treasury"])
        to_seller = number(fields["to_seller"])
        charged, set_aside = (number(fields.get(it, 0)) for it in ("charged", "set_aside"))
        whole = to_seller + to_treasury + charged
        self._same(event, "to_seller + to_treasury + charged", amount, whole)
        holds = 0 <= set_aside <= to_seller
        most = f"at most {to_seller}"
        self.findings.insist(TOPIC, holds, event.where, "set aside", most, set_aside)
        key = _key(event, invoice)
        known = "used" in fields
        split = Split(
            amount,
            to_treasury,
            number(fields["used"]) if known else None,
            number(fields["credited"]) if known else None,
            account(fields["payer"]) if "payer" in fields else None,
            charged,
            set_aside,
        )
        self._to_tax[key].append((event, split))

    def _on_TaxCollected(self, event: Event, fields: dict[str, Any]) -> None:
        invoice = self._get(event, fields)
        if invoice is None:
            return
        self._same(event, "currency", invoice.currency, number(fields["currency"]))
        buyer = optional_number(fields["buyer"])
        self._same(event, "buyer", invoice.buyer, buyer)
        invoice.taxes.append(event)
        amount = number(fields["amount"])
        treasury = number(fields["remitted"])
        for item in fields["items"]:
            if not str(item["kind"]).count("Vat"):
                treasury += number(item["tax"])
        key = _key(event, invoice)
        used, credited = number(fields["used"]), number(fields["credited"])
        kept = (number(fields.get(it, 0)) for it in ("charged", "set_aside"))
        split = Split(amount, treasury, used, credited, account(fields["payer"]), *kept)
        self._taxed[key].append((event, split))

    def _on_UnpaidTaxCollected(self, event: Event, fields: dict[str, Any]) -> None:
        invoice = self._get(event, fields)
        if invoice is not None:
            invoice.ahead = True
            self._unpaid.add(_key(event, invoice))

    def _on_TaxReversed(self, event: Event, fields: dict[str, Any]) -> None:
        invoice = self._get(event, fields)
        if invoice is not None:
            invoice.taxes.append(event)
            key = _key(event, invoice)
            made_good = self._made_good.get(key, 0) + number(fields["made_good"])
            self._made_good[key] = made_good

    def _on_CreditNoteIssued(self, event: Event, fields: dict[str, Any]) -> None:
        invoice = self._get(event, fields)
        if invoice is None:
            return
        # Before notes had numbers, they said what is to pay and nothing else.
        gross = number(fields["left"]["gross"] if "left" in fields else fields["gross"])
        refund = number(fields["refund"])
        before = invoice.remaining
        self.findings.insist(
            TOPIC, gross <= before, event.where, "remaining gross", f"at most {before}", gross
        )
        invoice.remaining = gross
        if "left" in fields:
            invoice.remaining_tip = number(fields["left"]["tip"])
            invoice.remaining_tax = number(fields["left"]["tax"])
        key = _key(event, invoice)
        back = max(0, invoice.paid - gross)
        # Tax may speak before or after commerce: so the sum is compared at the end.
        self._refunds[(*key, "note")] += back
        self._refunds[(*key, "said")] += refund
        if back and invoice.taxes:
            self._needs_tax.add(key)
        invoice.paid -= back

    def _on_Refunded(self, event: Event, fields: dict[str, Any]) -> None:
        invoice = self._get(event, fields)
        if invoice is not None:
            payer = account(fields["payer"])
            self.findings.insist(
                TOPIC, payer in invoice.payers, event.where, f"payer {payer}", "one who paid", "not"
            )
            key = _key(event, invoice)
            self._refunds[(*key, "paid")] += number(fields["amount"])

    def _on_InvoiceClosed(self, event: Event, fields: dict[str, Any]) -> None:
        invoice = self._get(event, fields)
        if invoice is not None:
            self._same(event, "closed before", False, invoice.closed)
            invoice.closed = True

    def _on_InvoiceRejected(self, event: Event, fields: dict[str, Any]) -> None:
        invoice = self._get(event, fields)
        if invoice is not None:
            invoice.void, invoice.disputed = True, False

    _on_InvoiceCancelled = _on_InvoiceRejected

    def _on_InvoicePruned(self, event: Event, fields: dict[str, Any]) -> None:
        invoice = self._get(event, fields)
        if invoice is not None:
            invoice.pruned = True

    def _on_TillSet(self, event: Event, fields: dict[str, Any]) -> None:
        self.tills.add((number(fields["seller"]), number(fields["till"])))

    def _on_TillRemoved(self, event: Event, fields: dict[str, Any]) -> None:
        self.tills.discard((number(fields["seller"]), number(fields["till"])))

    def _on_RoomAdded(self, event: Event, fields: dict[str, Any]) -> None:
        self.rooms[number(fields["seller"])] += number(fields["invoices"])

    def _on_RoomRemoved(self, event: Event, fields: dict[str, Any]) -> None:
        self.rooms[number(fields["seller"])] -= number(fields["invoices"])

    # ---- the end -----------------------------------------------------------------------------

    def finish(self) -> None:
        """What must hold at the end."""
        for key in self._to_tax.keys() | self._taxed.keys():
            self._pair(key)
        for invoice in self.invoices.values():
            settled = invoice.paid == invoice.remaining and not invoice.escrowed
            if not invoice.void:
                self.findings.compare(TOPIC, invoice.name, "closed", settled, invoice.closed)
        for (block, _, seller, invoice), rest in self._lapses.items():
            where = f"block {block}, lapsed dispute about invoice {seller}/{invoice}"
            self.findings.compare(TOPIC, where, "left in escrow", 0, rest)
        notes = {key[:-1] for key in self._refunds}
        for key in sorted(notes, key=str):
            block, _, seller, invoice = key
            where = f"block {block}, credit note on invoice {seller}/{invoice}"
            back, said, paid = (self._refunds[(*key, it)] for it in ("note", "said", "paid"))
            if key in self._needs_tax:
                spoken = key in self._made_good
                self.findings.insist(TOPIC, spoken, where, "Tax.TaxReversed", "one", "none")
            expected = back - self._made_good.get(key, 0)
            self.findings.compare(TOPIC, where, "refund", expected, said)
            self.findings.compare(TOPIC, where, "paid back to payers", said, paid)

    def _pair(self, key: tuple) -> None:
        """Every payment is split once, and every split is of a payment."""
        payments, splits = self._to_tax[key], self._taxed[key]
        name = f"invoice {key[2]}/{key[3]}"
        wanted = [split for _, split in payments]
        found = [split for _, split in splits]
        # Tax that is taken before payment belongs to no payment.
        if key in self._unpaid:
            found = [it for it in found if it[:2] in [one[:2] for one in wanted]]
            splits = []
        # What is sold though there is nothing to pay is booked at issue.
        if not payments and all(it.amount == 0 and it.treasury == 0 for it in found):
            return
        if not payments and not splits:
            return
        where = (payments or splits)[0][0].where
        # A release from escrow doesn't say all of it.
        for place, split in enumerate(found[: len(wanted)]):
            known = [b if a is None else a for a, b in zip(wanted[place], split)]
            wanted[place] = Split(*known)
        what = f"Tax.TaxCollected of {name}"
        self.findings.compare(TOPIC, where, what, wanted, found)

    # ---- internal ----------------------------------------------------------------------------

    def _get(self, event: Event, fields: dict[str, Any]) -> Optional[Invoice]:
        key = number(fields["seller"]), number(fields["number"])
        invoice = self.invoices.get(key)
        what = f"invoice {key[0]}/{key[1]}"
        there = invoice is not None and invoice.issued[0] <= event.block
        self.findings.insist(TOPIC, there, event.where, what, "issued", "not issued")
        return invoice

    def _bounded(self, event: Event, invoice: Invoice) -> None:
        paid = invoice.paid + invoice.escrowed
        holds = invoice.escrowed >= 0 and paid <= invoice.remaining
        most = f"at most {invoice.remaining}"
        self.findings.insist(TOPIC, holds, event.where, "paid and escrowed", most, paid)

    def _same(self, event: Event, what: str, expected: Any, found: Any) -> None:
        self.findings.compare(TOPIC, event.where, what, expected, found)


def _key(event: Event, invoice: Invoice) -> tuple:
    """An invoice within a transaction."""
    return event.block, event.extrinsic, invoice.seller, invoice.number


def place_of(event: Event) -> tuple:
    """The same, of an event that names its invoice."""
    return (
        event.block,
        event.extrinsic,
        number(event.fields["seller"]),
        number(event.fields["number"]),
    )
