"""A small event log, made by hand: one currency, one jurisdiction, three firms.

A sells to B for 1,000.00 + 150.00, B to C for 2,000.00 + 300.00; C pays in two parts and gets
half of it back; B claims what it has left. The figures are worked out on paper, not by the audit.
"""

from hashlib import blake2b
from typing import Any

from audit_check.events import Event


def account(name: str) -> str:
    """An account that can be told from its name."""
    return "0x" + name.encode().ljust(32, b"\0").hex()


TREASURY, POT = account("treasury"), account("pot")
A, B, C = account("a"), account("b"), account("c")
DOCUMENT = "0x" + "ab" * 32
PERIOD = 2026 * 12 + 10
DAY = 20_778
VAT = {"Vat": "Standard"}
TRADE = {"jurisdiction": 0, "currency": 0}
SET_ASIDE = "0x" + b"modlour/currsetaside".ljust(32, b"\0").hex()
NOTE_TAG = b"ourledger/note/1"
NAMES = ("net", "tax", "tip", "gross")


class Log:
    """Events, each in a transaction of its own unless told otherwise."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.block = 1
        self.receipts: dict[int, bytes] = {}

    def add(self, kind: str, /, **fields: Any) -> None:
        pallet, name = kind.split(".")
        index = sum(event.block == self.block for event in self.events)
        # `from` is no name in Python.
        fields = {("from" if key == "source" else key): value for key, value in fields.items()}
        self.events.append(Event(self.block, 1, index, pallet, name, fields))

    def move(self, source: str, target: str, amount: int) -> None:
        if amount:
            self.add("Assets.Transferred", asset_id=0, source=source, to=target, amount=amount)

    def issue(self, seller: int, buyer: int, net: int, tax: int, tip: int = 0) -> None:
        number = self.next(seller)
        essence = b"".join(
            (
                seller.to_bytes(8, "little"),
                number.to_bytes(8, "little"),
                b"\1" + buyer.to_bytes(8, "little"),
                (0).to_bytes(4, "little") * 2,
                DAY.to_bytes(4, "little"),
                *(it.to_bytes(16, "little") for it in (net, tax, tip, net + tax + tip)),
                bytes.fromhex(DOCUMENT[2:]),
            )
        )
        last = self.receipts.get(seller, bytes(32))
        self.receipts[seller] = blake2b(last + essence, digest_size=32).digest()
        self.add(
            "Commerce.InvoiceIssued",
            seller=seller,
            number=number,
            buyer=buyer,
            **TRADE,
            supply=DAY,
            net=net,
            tax=tax,
            tip=tip,
            gross=net + tax + tip,
            document=DOCUMENT,
            receipt="0x" + self.receipts[seller].hex(),
            till=None,
            reporting=None,
        )

    def note(self, seller: int, number: int, taken: tuple, left: tuple, refund: int) -> None:
        """A credit note takes effect: it has the next number of the series, and a link."""
        own = self.next(seller)
        parts = (seller, own, number)
        essence = b"".join(it.to_bytes(8, "little") for it in parts) + DAY.to_bytes(4, "little")
        essence += b"".join(it.to_bytes(16, "little") for it in (*taken, *left))
        essence += bytes.fromhex(DOCUMENT[2:])
        last = self.receipts.get(seller, bytes(32))
        link = blake2b(last + NOTE_TAG + essence, digest_size=32).digest()
        self.receipts[seller] = link
        self.add(
            "Commerce.CreditNoteIssued",
            seller=seller,
            number=number,
            note=own,
            day=DAY,
            taken=dict(zip(NAMES, taken)),
            left=dict(zip(NAMES, left)),
            document=DOCUMENT,
            refund=refund,
            receipt="0x" + link.hex(),
        )

    def next(self, seller: int) -> int:
        """The next number of a series."""
        return 1 + sum(
            event.name in ("InvoiceIssued", "CreditNoteIssued") and event.fields["seller"] == seller
            for event in self.events
        )

    def set_aside(self, source: str, owner: str, amount: int, index: int = 7) -> None:
        """Money for somebody who can't hold it."""
        self.move(source, SET_ASIDE, amount)
        kept = {"nominal": amount, "units": [amount * index, 0, 0, 0]}
        self.add("Currencies.SetAside", currency=0, owner=owner, **kept)

    def pay(self, seller: tuple, buyer: tuple, net: int, tax: int, used: int, total: tuple) -> None:
        (seller, to), (buyer, payer) = seller, buyer
        amount, remitted = net + tax, tax - used
        self.move(payer, TREASURY, remitted)
        self.move(payer, to, amount - remitted)
        item = {"code": 1, "kind": VAT, "net": net, "tax": tax, "credited": tax}
        place = {"seller": seller, "number": 1}
        self.add(
            "Tax.TaxCollected",
            **TRADE,
            **place,
            period=PERIOD,
            buyer=buyer,
            business=True,
            payer=payer,
            amount=amount,
            items=[item],
            tip=0,
            used=used,
            remitted=remitted,
            credited=tax,
            charged=0,
            set_aside=0,
        )
        self.add(
            "Commerce.PaymentReceived",
            **place,
            payer=payer,
            amount=amount,
            to_seller=amount - remitted,
            to_treasury=remitted,
            used=used,
            credited=tax,
            charged=0,
            escrowed=False,
            paid=total[0],
            gross=total[1],
        )
        if total[0] == total[1]:
            self.add("Commerce.InvoiceClosed", **place)


def town() -> list[Event]:
    """The whole log."""
    log = Log()
    terms = {"supply": {"Issued": {"cap": 10**9}}, "access": "Open", "invoice_only": False}
    log.add("Currencies.CurrencyCreated", currency=0, issuer=9, pot=POT, terms=terms)
    for who, amount in ((B, 115_000), (C, 230_000)):
        log.add("Assets.Issued", asset_id=0, owner=who, amount=amount)
        log.add("Currencies.Issued", currency=0, to=who, amount=amount)
    settings = {"rounding": "Category", "authority": 9, "tip_limit": 200_000}
    log.add("Tax.JurisdictionCreated", jurisdiction=0, settings=settings, treasury=TREASURY)
    log.add("Tax.CodeSet", jurisdiction=0, code=1, name="vat", kind=VAT)
    log.add("Tax.RateSet", jurisdiction=0, code=1, source=0, rate=150_000)
    for twin in (1, 2, 3):
        terms = {"effective": 0, "zero_codes": [], "deductible": [], "tax_number": str(twin)}
        log.add("Tax.TaxpayerRegistered", jurisdiction=0, twin=twin, terms=terms)
    log.block = 2
    log.issue(1, 2, 100_000, 15_000)
    log.pay((1, A), (2, B), 100_000, 15_000, 0, (115_000, 115_000))
    log.block = 3
    log.issue(2, 3, 200_000, 30_000)
    log.pay((2, B), (3, C), 57_971, 8_696, 8_696, (66_667, 230_000))
    log.block = 4
    log.pay((2, B), (3, C), 142_029, 21_304, 6_304, (230_000, 230_000))
    log.block = 5
    # Half of it goes back: B has 15,000 more credit, C as much less.
    log.move(B, C, 115_000)
    item = {"code": 1, "kind": VAT, "net": -100_000, "tax": -15_000}
    figures = dict.fromkeys("used remitted credited made_good covered charged".split(), 0)
    place = {"seller": 2, "number": 1}
    log.add(
        "Tax.TaxReversed",
        **TRADE,
        **place,
        **figures,
        period=PERIOD,
        buyer=3,
        business=True,
        tip=0,
        items=[item],
        returned=15_000,
        reversed=15_000,
    )
    half = (100_000, 15_000, 0, 115_000)
    log.note(2, 1, half, half, 115_000)
    log.add("Commerce.Refunded", **place, payer=C, amount=115_000, set_aside=0)
    log.block = 6
    claim = {"jurisdiction": 0, "claim": 0}
    log.add(
        "Tax.RefundClaimed",
        **claim,
        twin=2,
        currency=0,
        amount=5_000,
        source=[[PERIOD, 5_000]],
        state="Ready",
    )
    log.move(TREASURY, B, 5_000)
    refund = {"forfeited": 0, "used": 0, "set_aside": 0}
    log.add("Tax.RefundPaid", **claim, twin=2, currency=0, amount=5_000, **refund)
    log.block = 7
    log.move(A, C, 1_000)
    log.add("Currencies.Transferred", currency=0, source=A, to=C, amount=1_000, reference=DOCUMENT)
    return log.events


def state(events: list[Event]) -> dict[str, Any]:
    """The chain's state after all of it."""
    receipts = {
        event.fields["seller"]: event.fields["receipt"]
        for event in events
        if event.name in ("InvoiceIssued", "CreditNoteIssued")
    }
    return {
        "block": events[-1].block,
        "supplies": {"0": 345_000},
        "balances": {
            f"0/{TREASURY}": 25_000,
            f"0/{A}": 99_000,
            # 115,000 bought; 215,000 of 230,000 kept, 115,000 back; 5,000 refunded.
            f"0/{B}": 105_000,
            f"0/{C}": 116_000,
        },
        "debts": {},
        "set aside": {},
        "credits": {
            "0/2/0": {"credits": [[PERIOD, 10_000]], "pending": 0},
            "0/3/0": {"credits": [[PERIOD, 15_000]], "pending": 0},
        },
        "treasuries": {
            "0/0": {
                "output": 45_000,
                "used": 15_000,
                "remitted": 30_000,
                "credited": 45_000,
                "returned": 15_000,
                "reversed": 15_000,
                "refunds": 5_000,
                "credits": 25_000,
                "pending": 0,
                "uncredited": [],
            }
        },
        "statements": {
            f"0/1/0/{PERIOD}": {
                "sales": [{"code": 1, "net": 100_000, "tax": 15_000}],
                "purchases": [],
                "output": 15_000,
                "remitted": 15_000,
            },
            f"0/2/0/{PERIOD}": {
                "sales": [{"code": 1, "net": 100_000, "tax": 15_000}],
                "purchases": [{"code": 1, "net": 100_000, "tax": 15_000}],
                "output": 30_000,
                "input": 15_000,
                "remitted": 15_000,
                "used": 15_000,
                "returned": 15_000,
                "refunded": 5_000,
            },
            f"0/3/0/{PERIOD}": {
                "sales": [],
                "purchases": [{"code": 1, "net": 100_000, "tax": 15_000}],
                "input": 30_000,
                "reversed": 15_000,
            },
        },
        "turnovers": {},
        "claims": {},
        "books": {
            "1": {"next": 2, "receipt": receipts[1], "open": 1, "room": 0},
            "2": {"next": 3, "receipt": receipts[2], "open": 1, "room": 0},
        },
        "invoices": {
            "1/1": {"gross": 115_000, "paid": 115_000, "escrowed": 0},
            "2/1": {"gross": 115_000, "paid": 115_000, "escrowed": 0},
        },
    }
