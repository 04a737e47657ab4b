"""Who lives in the town, what they sell, and who supplies whom."""

from dataclasses import dataclass, field
from typing import Optional

# Tax codes of the town.
VAT, REDUCED, ZERO, REVERSE, BOTTLES, OUTSIDE, TOURISM = 1, 2, 3, 4, 5, 6, 10
# Currencies: the town's shilling, the hours of the guild, and the town's seeds, which melt.
TSH, HOURS, SEEDS = 0, 1, 2
DECIMALS = 2


@dataclass
class Twin:
    """Somebody in the phonebook."""

    role: str
    name: str
    kind: str = "Person"
    # Goods sold at the till: tax code, lowest and highest price in minor units, with tax.
    goods: list[tuple[int, int, int]] = field(default_factory=list)
    taxpayer: bool = False
    zero_codes: list[int] = field(default_factory=list)
    deductible: list[tuple[int, int]] = field(default_factory=list)
    levy: Optional[int] = None
    number: int = 0

    @property
    def path(self) -> str:
        """Where its key comes from."""
        return f"//Town//{self.role}"


def _firm(role: str, name: str, *goods: tuple[int, int, int], **more) -> Twin:
    return Twin(role, name, "Company", list(goods), taxpayer=True, **more)


FIRMS = [
    _firm("Farmer", "Hill Farm", (REDUCED, 200, 2_500)),
    _firm("Miller", "River Mill", (ZERO, 300, 1_500), zero_codes=[ZERO]),
    _firm("Baker", "Corner Bakery", (REDUCED, 120, 1_800)),
    _firm("Brewer", "Old Brewery", (VAT, 250, 4_000)),
    _firm("Innkeeper", "The Swan", (VAT, 400, 6_000), (REDUCED, 500, 3_000)),
    _firm(
        "Host",
        "Lake Guesthouse",
        (VAT, 6_000, 18_000),
        deductible=[(VAT, 800_000)],
        levy=TOURISM,
    ),
    _firm("Bookseller", "Paper Moon Books", (REDUCED, 500, 4_500)),
    _firm("Smith", "Anvil & Son", (VAT, 900, 9_000), zero_codes=[REVERSE]),
    _firm("Grocer", "Green Basket", (REDUCED, 150, 3_500), (VAT, 200, 2_000)),
    _firm("Chemist", "Bridge Pharmacy", (REDUCED, 300, 2_800)),
]
COMMUNITIES = [
    Twin("Guild", "Guild of Makers", "Community"),
    Twin("School", "Village School", "Community"),
]
PEOPLE = [
    Twin(name, name)
    for name in (
        "Ada Bram Cleo Dirk Elsa Finn Gita Hugo Iris Jan Kim Lars Mona Nils Olga Piet Rosa Sven"
    ).split()
]
# Thirty in all, sponsored by the town.
TOWNSPEOPLE = [*FIRMS, *COMMUNITIES, *PEOPLE]
BY_ROLE = {twin.role: twin for twin in TOWNSPEOPLE}

# Who supplies whom: (seller, buyer, code, lowest and highest net). In rounds with an even number
# the first, in the others the second. In neither does anybody both pay and get paid: so it doesn't
# matter in which order a block has the payments.
SUPPLIES = (
    [
        ("Farmer", "Miller", REDUCED, 20_000, 40_000),
        ("Baker", "Innkeeper", REDUCED, 5_000, 12_000),
        ("Smith", "Host", VAT, 10_000, 30_000),
        ("Bookseller", "School", REDUCED, 4_000, 9_000),
    ],
    [
        ("Miller", "Baker", ZERO, 15_000, 30_000),
        ("Farmer", "Grocer", REDUCED, 10_000, 25_000),
        ("Brewer", "Host", VAT, 10_000, 20_000),
        ("Smith", "Miller", VAT, 20_000, 50_000),
    ],
)
# Members of the guild, and their credit lines in hours (two decimals).
MEMBERS = {"Baker": 4_000, "Brewer": 4_000, "Smith": 6_000, "Farmer": 3_000, "Bookseller": 2_000}

PURSE_OF_PEOPLE = 200_000
PURSE_OF_FIRMS = 500_000
# OUR, in base units; firms sign for themselves, people pay fees in shillings.
OUR = 10**12
OUR_OF_FIRMS = 50 * OUR
OUR_OF_TOWN = 20_000 * OUR
POOL_OUR = 2_000 * OUR
POOL_TSH = 2_000_000
ROOM = 60
