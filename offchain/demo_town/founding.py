"""Sets the stage: the phonebook, the jurisdiction, money, tills and rooms."""

from typing import Any

from cast import (
    BOTTLES,
    COMMUNITIES,
    FIRMS,
    HOURS,
    MEMBERS,
    OUR,
    OUR_OF_FIRMS,
    OUR_OF_TOWN,
    OUTSIDE,
    PEOPLE,
    POOL_OUR,
    POOL_TSH,
    PURSE_OF_FIRMS,
    PURSE_OF_PEOPLE,
    REDUCED,
    REVERSE,
    ROOM,
    SEEDS,
    TOURISM,
    TOWNSPEOPLE,
    TSH,
    VAT,
    ZERO,
)
from client import ChainError, Client, key_of

ALICE = key_of("//Alice")
TOWN = key_of("//Town")
SPONSOR_TAG = b"ourledger/register-for/v1"
PERMIT_TICKS = 1_000
# A registration checks a signature: so many fit well into one block.
SPONSORED_AT_ONCE = 10
TILL = 1
TILL_TICKS = 100_000
JURISDICTION = 0
# The village beyond the lake, which the town looks after: it rounds VAT per line.
LAKESIDE = 1
# Of seeds, in parts per million a day.
DEMURRAGE = 500
DAY_AHEAD = 30


def settings(authority: int, currencies: list[int], rounding: str = "Category") -> dict[str, Any]:
    """How the town taxes."""
    return {
        "authority": authority,
        "auditors": [],
        "currencies": currencies,
        "reporting": "0x" + b"TSH".hex(),
        # UTC all year round.
        "clock": [{"from": 0, "utc_offset_minutes": 0}],
        "rounding": rounding,
        "supply_bound_days": 0,
        "correction_days": 90,
        "unpaid_days": 30,
        # A quarter of net and tax.
        "tip_limit": 250_000,
        "least_claim": 1,
        "refund_caps": [{"age_days": 0, "cap": 100_000}],
        "hold_days": 30,
        "appeal_days": 14,
        "returns_alert": 500_000,
        "thresholds": [(TSH, 2_000_000)] if TSH in currencies else [],
    }


class Founding:
    """The steps before the first sale, in order."""

    def __init__(self, chain: Client, fees_in_our: bool):
        self.chain = chain
        self.fees_in_our = fees_in_our
        self.town = 0
        self.steps = [
            ("money for the town", self.fund),
            ("the town's own entry in the phonebook", self.register_town),
            ("thirty twins, sponsored by the town", self.register_all),
            ("the jurisdiction, by the council", self.found_jurisdiction),
            ("three currencies", self.create_currencies),
            ("tax codes, rates and taxpayers", self.lay_down_taxes),
            ("purses, members and credit lines", self.hand_out),
            ("a pool of OUR and shillings", self.open_pool),
            ("rooms and tills", self.open_shops),
            ("the village beyond the lake", self.found_lakeside),
        ]

    def check(self) -> None:
        """Refuse a chain that isn't fresh, or can't do this."""
        for pallet in ("Twins", "Currencies", "Tax", "Commerce"):
            if not self.chain.has(pallet):
                raise ChainError(f"the chain has no pallet {pallet}; build and start this version")
        free = self.chain.query("System", "Account", ALICE.ss58_address)["data"]["free"]
        if free < OUR_OF_TOWN * 2:
            raise ChainError("//Alice has too little OUR; this is for a development chain only")
        if self.chain.query("Tax", "NextJurisdiction") or self.chain.query(
            "Currencies", "NextCurrency"
        ):
            raise ChainError("somebody has founded a town here; start with scripts/run --fresh")

    def fund(self) -> None:
        amounts = {"//Town": OUR_OF_TOWN}
        amounts |= {twin.path: OUR_OF_FIRMS for twin in (*FIRMS, *COMMUNITIES)}
        if self.fees_in_our:
            amounts |= {twin.path: OUR for twin in PEOPLE}
        calls = [
            self.chain.call(
                "Balances",
                "transfer_keep_alive",
                dest=key_of(path).ss58_address,
                value=amount,
            )
            for path, amount in amounts.items()
        ]
        self.chain.send(self.chain.batch(calls), ALICE, "funding the town")
        self.chain.settle()

    def register_town(self) -> None:
        call = self.chain.call(
            "Twins",
            "register",
            kind="Community",
            profile=_profile("Millbrook"),
            controller="Caller",
        )
        self.chain.send(call, TOWN, "registering the town")
        self._note_numbers(self.chain.settle())

    def register_all(self) -> None:
        expires = self.chain.tick() + PERMIT_TICKS
        calls = [self._register_for(twin, expires) for twin in TOWNSPEOPLE]
        for first in range(0, len(calls), SPONSORED_AT_ONCE):
            batch = self.chain.batch(calls[first : first + SPONSORED_AT_ONCE])
            self.chain.send(batch, TOWN, "registering the townspeople")
        self._note_numbers(self.chain.settle())
        for twin in TOWNSPEOPLE:
            if not twin.number:
                raise ChainError(f"{twin.name} was not registered")

    def found_jurisdiction(self) -> None:
        call = self.chain.call(
            "Tax",
            "create_jurisdiction",
            name="Millbrook",
            settings=settings(self.town, []),
        )
        self._enact(call)

    def create_currencies(self) -> None:
        create = {"decimals": 2, "jurisdiction": JURISDICTION, "notice_days": 30}
        shilling = self.chain.call(
            "Currencies",
            "create",
            name="Town Shilling",
            symbol="TSH",
            terms=_terms({"Issued": {"cap": 1_000_000_000}}, "Open"),
            **create,
        )
        hours = self.chain.call(
            "Currencies",
            "create",
            name="Guild Hours",
            symbol="HRS",
            terms=_terms("MutualCredit", "Members"),
            **create,
        )
        self.chain.send(shilling, TOWN, "creating the shilling")
        self.chain.settle()
        self.chain.send(hours, key_of("//Town//Guild"), "creating the hours")
        self.chain.settle()
        seeds = self.chain.call(
            "Currencies",
            "create",
            name="Town Seeds",
            symbol="SEED",
            terms=_terms({"Issued": {"cap": 1_000_000_000}}, "Open", DEMURRAGE),
            **create,
        )
        self.chain.send(seeds, TOWN, "creating the seeds")
        self.chain.settle()
        call = self.chain.call(
            "Tax",
            "amend_jurisdiction",
            jurisdiction=JURISDICTION,
            settings=settings(self.town, [TSH, HOURS, SEEDS]),
        )
        self._enact(call)

    def lay_down_taxes(self) -> None:
        today = self.chain.today()
        codes = [
            (VAT, "VAT", {"Vat": "Standard"}, 150_000),
            (REDUCED, "reduced VAT", {"Vat": "Standard"}, 50_000),
            (ZERO, "zero-rated", {"Vat": "Zero"}, 0),
            (REVERSE, "reverse charge", {"Vat": "ReverseCharge"}, 150_000),
            (BOTTLES, "bottle deposits", {"Vat": "Standard"}, 150_000),
            (OUTSIDE, "out of scope", {"Vat": "OutOfScope"}, 0),
            (TOURISM, "tourism levy", {"LevyOnNet": {"in_vat_base": True}}, 20_000),
        ]
        calls = []
        for code, name, kind, rate in codes:
            arguments = {"code": code, "name": name, "kind": kind, "rate": rate}
            calls.append(self._tax("set_code", **{"from": today}, **arguments))
        # Known long before.
        future = {"code": REDUCED, "from": today + DAY_AHEAD, "rate": 60_000}
        calls.append(self._tax("set_rate", **future))
        calls.append(self._tax("publish_rate", currency=HOURS, numerator=20, denominator=1))
        for firm in FIRMS:
            terms = {
                "tax_number": f"MB{firm.number:06}",
                "effective": today,
                "zero_codes": firm.zero_codes,
                "deductible": firm.deductible,
            }
            calls.append(self._tax("register", twin=firm.number, terms=terms))
        self.chain.send(self.chain.batch(calls), TOWN, "laying down the taxes")
        self.chain.settle()

    def hand_out(self) -> None:
        calls = [
            self.chain.call(
                "Currencies",
                "issue",
                currency=TSH,
                to=key_of(twin.path).ss58_address,
                amount=PURSE_OF_PEOPLE if twin.kind == "Person" else PURSE_OF_FIRMS,
            )
            for twin in TOWNSPEOPLE
        ]
        town = TOWN.ss58_address
        calls.append(
            self.chain.call("Currencies", "issue", currency=TSH, to=town, amount=2 * POOL_TSH)
        )
        grocer = next(firm for firm in FIRMS if firm.role == "Grocer")
        seeds = {"currency": SEEDS, "to": key_of(grocer.path).ss58_address, "amount": 50_000}
        calls.append(self.chain.call("Currencies", "issue", **seeds))
        self.chain.send(self.chain.batch(calls), TOWN, "handing out shillings")
        guild = []
        for role, line in MEMBERS.items():
            twin = next(it.number for it in FIRMS if it.role == role)
            guild.append(self.chain.call("Currencies", "admit", currency=HOURS, twin=twin))
            guild.append(
                self.chain.call(
                    "Currencies", "set_credit_line", currency=HOURS, twin=twin, limit=line
                )
            )
        self.chain.send(self.chain.batch(guild), key_of("//Town//Guild"), "admitting members")
        self.chain.settle()

    def open_pool(self) -> None:
        pair = {"a": "Native", "b": {"WithId": TSH}}
        amounts = {"amount_a": POOL_OUR, "amount_b": POOL_TSH, "min_a": 1, "min_b": 1}
        calls = [
            self.chain.call("Currencies", "create_pool", **pair),
            self.chain.call("Currencies", "add_liquidity", **pair, **amounts),
        ]
        self.chain.send(self.chain.batch(calls), TOWN, "opening the pool")
        self.chain.settle()

    def open_shops(self) -> None:
        rooms = [
            self.chain.call("Commerce", "add_room", seller=firm.number, invoices=ROOM)
            for firm in FIRMS
        ]
        self.chain.send(self.chain.batch(rooms), TOWN, "making room for invoices")
        # A till takes a place of it, too.
        self.chain.settle()
        expires = self.chain.tick() + TILL_TICKS
        for firm in FIRMS:
            till = key_of(f"{firm.path}//till").ss58_address
            call = self.chain.call("Commerce", "set_till", till=TILL, key=till, expires=expires)
            self.chain.send(call, key_of(firm.path), f"opening the till of {firm.name}")
        self.chain.settle()

    def found_lakeside(self) -> None:
        call = self.chain.call(
            "Tax",
            "create_jurisdiction",
            name="Lakeside",
            settings=settings(self.town, [TSH], "Line"),
        )
        self._enact(call)
        today = self.chain.today()
        smith = next(firm for firm in FIRMS if firm.role == "Smith")
        terms = {
            "tax_number": f"LS{smith.number:06}",
            "effective": today,
            "zero_codes": [],
            "deductible": [],
        }
        place = {"jurisdiction": LAKESIDE}
        code = {"code": VAT, "name": "VAT", "kind": {"Vat": "Standard"}, "rate": 150_000}
        calls = [
            self.chain.call("Tax", "set_code", **place, **code, **{"from": today}),
            self.chain.call("Tax", "register", **place, twin=smith.number, terms=terms),
        ]
        self.chain.send(self.chain.batch(calls), TOWN, "laying down the taxes of the village")
        self.chain.settle()

    # ---- internal ----------------------------------------------------------------------------

    def _tax(self, function: str, **arguments: Any):
        return self.chain.call("Tax", function, jurisdiction=JURISDICTION, **arguments)

    def _register_for(self, twin, expires: int):
        """A registration for which the newcomer has signed."""
        key = key_of(twin.path)
        nonce = self.chain.api.rpc_request("system_accountNextIndex", [key.ss58_address])["result"]
        values = {
            "kind": twin.kind,
            "profile": _profile(twin.name),
            "permit": {"nonce": nonce, "expires": expires},
        }
        encoded = [
            self.chain.encode_argument("Twins", "register_for", name, value)
            for name, value in values.items()
        ]
        payload = SPONSOR_TAG + self.chain.genesis + TOWN.public_key + b"".join(encoded)
        signature = {"Sr25519": "0x" + key.sign(payload).hex()}
        return self.chain.call(
            "Twins",
            "register_for",
            controller=key.ss58_address,
            signature=signature,
            **values,
        )

    def _note_numbers(self, events: list) -> None:
        owners = {key_of(twin.path).ss58_address: twin for twin in TOWNSPEOPLE}
        for event in events:
            if (event.pallet, event.name) == ("Twins", "TwinRegistered"):
                if event.fields["controller"] == TOWN.ss58_address:
                    self.town = event.fields["twin"]
                elif event.fields["controller"] in owners:
                    owners[event.fields["controller"]].number = event.fields["twin"]

    def _enact(self, call) -> None:
        """A council of one, and no delay: so on a development chain alone."""
        queue = self.chain.call("Governance", "queue", call=call)
        bound = len(queue.data.data) + 32
        motion = {"threshold": 1, "proposal": queue, "length_bound": bound}
        self.chain.send(self.chain.call("Council", "propose", **motion), ALICE, "a motion")
        for event in self.chain.settle():
            if (event.pallet, event.name) == ("Council", "Executed"):
                _insist(event.fields["result"], "the motion")
        result = self.chain.wait_for_event("Governance", "Enacted").fields["result"]
        _insist(result, "the council's call")


def _insist(result: Any, what: str) -> None:
    if "Ok" not in result:
        raise ChainError(f"{what} failed: {result}")


def _profile(name: str) -> dict[str, Any]:
    return {"display_name": name, "logo": None, "country": "0x" + b"NL".hex()}


def _terms(supply: Any, access: str, demurrage: int = 0) -> dict[str, Any]:
    return {"supply": supply, "access": access, "invoice_only": False, "demurrage": demurrage}
