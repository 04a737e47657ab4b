"""The three ways in which the design rounds, on whole numbers.

Amounts are minor units of a currency, rates and shares are parts per million.
"""

WHOLE = 1_000_000


def half(number: int, divisor: int) -> int:
    """The nearest whole number to number / divisor; a half goes away from zero."""
    size = (2 * abs(number) + divisor) // (2 * divisor)
    return size if number >= 0 else -size


def down(number: int, divisor: int) -> int:
    """number / divisor, without its fraction. Neither is negative."""
    return number // divisor


def share_down(amount: int, share: int) -> int:
    """A share of an amount, without its fraction."""
    return down(amount * share, WHOLE)


def tax_on(taxable: int, rate: int) -> int:
    """Tax at a rate on a taxable amount."""
    return half(taxable * rate, WHOLE)


def net_within(gross: int, rate: int) -> int:
    """The net of a price that includes tax."""
    return half(gross * WHOLE, WHOLE + rate)


def largest_remainder(amount: int, weights: list[int]) -> list[int]:
    """An amount shared by weights: whole parts first, the rest to the largest fractions."""
    total = sum(weights)
    if total == 0:
        return [0] * len(weights)
    shares = [amount * weight // total for weight in weights]
    fractions = [amount * weight % total for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: (-fractions[place], place))
    for place in order[: amount - sum(shares)]:
        shares[place] += 1
    return shares
