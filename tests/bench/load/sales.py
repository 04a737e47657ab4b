"""Sales at a till: a town with a tax, a shop, and buyers who have no twin."""

from collections.abc import Iterator
from typing import Any

from encoding import Encoded, compact
from hashing import blake2
from load.accounts import ALICE, Key, keys
from load.kinds import Kind, Miscount, Stage, Tally, register
from load.state import State
from load.transactions import Maker

QUOTE_TAG = b"ourledger/quote/2"
# Numbers that a new chain gives first.
TOWN_TWIN, SHOP_TWIN = 1, 2
CURRENCY = JURISDICTION = 0
TILL = 1
CODE = 1
# Parts per million.
RATE = 150_000
# Minor units that a sale comes to, tax included, and that a buyer begins with.
PRICE = 230
PURSE = 1_000_000
# Ticks since genesis: quotes may name an hour ahead, and no run takes that long.
QUOTE_EXPIRES = 1_100
TILL_EXPIRES = 100_000
# Buyers who are given money in one transaction.
BATCH = 100
SYMBOL = b"TSH"


class Sales(Kind):
    """Buyers pay at one till, in turn, each by the till's signed quote."""

    name = "sales with VAT"
    definition = (
        "`commerce.sell`: a buyer without a twin takes a till's signed quote and pays it, prices "
        "with 15 % VAT, in a plain currency. It numbers an invoice, splits the tax off and checks "
        "two signatures. All are of one shop."
    )
    # It declares the dearest kind of currency, of which a third comes back.
    refund = 2.0

    def __init__(self, count: int, senders: int):
        super().__init__(count, senders)
        (self.town,), (self.shop,) = keys("town", 1), keys("shop", 1)
        (self.till,) = keys("till", 1)

    def rich(self) -> list[Key]:
        return [self.town, self.shop]

    def stages(self, maker: Maker) -> Iterator[Stage]:
        for twin, (name, kind, key) in enumerate(
            [("Town", "Community", self.town), ("Shop", "Company", self.shop)], TOWN_TWIN
        ):
            yield Stage(
                f"the twin of the {name.lower()}",
                [maker.transaction(register(maker, kind, name), key, 0)],
                lambda state, twin=twin: state.entry("Twins", "NextTwin") == twin + 1,
            )
        yield Stage(
            "a currency",
            [maker.transaction(_create_currency(maker), self.town, 1)],
            lambda state: state.entry("Currencies", "NextCurrency") == CURRENCY + 1,
        )
        yield Stage(
            "a jurisdiction, by the council",
            [maker.transaction(_create_jurisdiction(maker), ALICE, 0)],
            lambda state: state.entry("Tax", "NextJurisdiction") == JURISDICTION + 1,
        )
        # The till takes a place, too.
        places = self.count + 1
        yield Stage(
            "taxes, and room for invoices",
            [maker.transaction(self._lay_down(maker, places), self.town, 2)],
            lambda state: (state.entry("Commerce", "Books", SHOP_TWIN) or {}).get("room") == places,
        )
        till = {"till": TILL, "key": self.till.public, "expires": TILL_EXPIRES}
        yield Stage(
            "a till",
            [maker.transaction(maker.call("Commerce", "set_till", **till), self.shop, 1)],
            lambda state: state.entry("Commerce", "Tills", SHOP_TWIN, TILL) is not None,
        )
        last = self.senders[-1].public
        yield Stage(
            f"money for {len(self.senders):,} buyers",
            [
                maker.transaction(call, self.town, 3 + number)
                for number, call in enumerate(self._hand_out(maker))
            ],
            lambda state: state.entry("Assets", "Account", CURRENCY, last) is not None,
        )

    def call(self, maker: Maker, number: int) -> bytes:
        # The quote is what the till signs, so it is encoded by itself.
        quote = self._quote(maker, number)
        genesis = maker.genesis
        signature = self.till.sign(b"<Bytes>" + QUOTE_TAG + genesis + quote + b"</Bytes>")
        return maker.call(
            *("Commerce", "sell"),
            quote=Encoded(quote),
            signature=("Sr25519", signature),
            business=False,
        )

    def check(self, state: State, tally: Tally) -> None:
        super().check(state, tally)
        invoices = state.entry("Commerce", "Books", SHOP_TWIN, at=tally.after)["next"] - 1
        if invoices != tally.sent:
            raise Miscount(f"the shop has {invoices:,} invoices instead of {tally.sent:,}")
        wallets = [(CURRENCY, public) for public in self._publics()]
        purses = state.entries("Assets", "Account", wallets, tally.after)
        for place, purse in enumerate(purses):
            expected = PURSE - PRICE * self._turns(place, tally.sent)
            if purse is None or purse["balance"] != expected:
                has = purse and purse["balance"]
                raise Miscount(f"buyer {place} has {has} minor units instead of {expected}")

    # ---- internal ----------------------------------------------------------------------------

    def _lay_down(self, maker: Maker, places: int) -> bytes:
        of_town = {"jurisdiction": JURISDICTION}
        code = {"code": CODE, "name": b"VAT", "kind": ("Vat", "Standard"), "rate": RATE}
        terms = {"tax_number": b"SHOP2", "effective": 0, "zero_codes": [], "deductible": []}
        return _batch(
            maker,
            [
                maker.call("Tax", "set_code", **of_town, **code, **{"from": 0}),
                maker.call("Tax", "register", **of_town, twin=SHOP_TWIN, terms=terms),
                maker.call("Commerce", "add_room", seller=SHOP_TWIN, invoices=places),
            ],
        )

    def _hand_out(self, maker: Maker) -> Iterator[bytes]:
        of_currency = {"currency": CURRENCY}
        for first in range(0, len(self.senders), BATCH):
            yield _batch(
                maker,
                [
                    maker.call("Currencies", "issue", **of_currency, to=key.public, amount=PURSE)
                    for key in self.senders[first : first + BATCH]
                ],
            )

    def _quote(self, maker: Maker, number: int) -> bytes:
        nonce = blake2(b"quote %d" % number, 16)
        # Encoding by types takes as long as both signatures, so what is the same is done once.
        if not hasattr(self, "_template"):
            hole = blake2(b"hole", 16)
            self._template: tuple[bytes, bytes] = tuple(_quote(maker, hole).split(hole))
        before, after = self._template
        return before + nonce + after


def _quote(maker: Maker, nonce: bytes) -> bytes:
    sale: dict[str, Any] = {
        "prices": "Gross",
        "items": [{"code": CODE, "amounts": ("Sum", PRICE)}],
        "levies": [],
        "withholdings": [],
        "tip": 0,
        "evidence": None,
    }
    quote = {
        "seller": SHOP_TWIN,
        "till": TILL,
        "nonce": nonce,
        "jurisdiction": JURISDICTION,
        "currency": CURRENCY,
        "buyer": None,
        "sale": sale,
        "expires": QUOTE_EXPIRES,
    }
    return maker.argument("Commerce", "sell", "quote", quote)


def _batch(maker: Maker, calls: list[bytes]) -> bytes:
    return maker.call("Utility", "batch_all", calls=[Encoded(call) for call in calls])


def _create_currency(maker: Maker) -> bytes:
    terms = {
        "supply": ("Issued", {"cap": 10**15}),
        "access": "Open",
        "invoice_only": False,
        "demurrage": 0,
    }
    named = {"name": b"Town Shilling", "symbol": SYMBOL, "decimals": 2}
    return maker.call(
        "Currencies", "create", **named, jurisdiction=None, terms=terms, notice_days=30
    )


def _create_jurisdiction(maker: Maker) -> bytes:
    settings: dict[str, Any] = {
        "authority": TOWN_TWIN,
        "auditors": [],
        "currencies": [CURRENCY],
        "reporting": SYMBOL,
        "clock": [{"from": 0, "utc_offset_minutes": 0}],
        "rounding": "Category",
        "supply_bound_days": 0,
        "correction_days": 90,
        "unpaid_days": 30,
        "tip_limit": 250_000,
        "least_claim": 1,
        "refund_caps": [{"age_days": 0, "cap": 100_000}],
        "hold_days": 30,
        "appeal_days": 14,
        "returns_alert": 500_000,
        "thresholds": [],
    }
    create = maker.call("Tax", "create_jurisdiction", name=b"Town", settings=settings)
    queue = maker.call("Governance", "queue", call=Encoded(create))
    bound = len(queue) + len(compact(len(queue)))
    # A council of one, and no delay: so on a development chain alone.
    return maker.call(
        "Council", "propose", threshold=1, proposal=Encoded(queue), length_bound=bound
    )
