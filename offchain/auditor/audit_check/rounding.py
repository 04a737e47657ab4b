"""How amounts are rounded, written with decimal numbers."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal

# Wide enough for a product of 128 bits and 64 bits, divided.
WIDE = Context(prec=120)
WHOLE = 1_000_000


def half(number: int, factor: int, divisor: int) -> int:
    """number × factor / divisor to the nearest unit, a half away from zero."""
    exact = WIDE.divide(WIDE.multiply(Decimal(number), Decimal(factor)), Decimal(divisor))
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP, context=WIDE))


def down(number: int, factor: int, divisor: int) -> int:
    """number × factor / divisor without the fraction."""
    exact = WIDE.divide(WIDE.multiply(Decimal(number), Decimal(factor)), Decimal(divisor))
    return int(exact.quantize(Decimal(1), rounding=ROUND_DOWN, context=WIDE))


def tax_on(taxable: int, rate: int) -> int:
    """Tax on a net, EN 16931 BR-CO-17."""
    return half(taxable, rate, WHOLE)


def net_within(gross: int, rate: int) -> int:
    """Net of a price with tax."""
    return half(gross, WHOLE, WHOLE + rate)


def share(amount: int, ppm: int) -> int:
    """A share of an amount; the fraction is lost."""
    return down(amount, ppm, WHOLE)
