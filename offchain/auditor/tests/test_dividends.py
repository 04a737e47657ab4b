"""What is withheld of dividends: right logs agree, planted errors are found."""

import pytest
from log import PERIOD, TRADE, TREASURY, A, Log, state, town

from audit_check.audit import audit

# The day before the first of the month of all that happens here.
LAST_DAY_BEFORE = 20_757


def begin(log, code=30, rate=100_000):
    """A code of withholding, which is that of dividends."""
    of = {"jurisdiction": 0, "code": code}
    log.add("Tax.CodeSet", **of, name="capital income", kind="Withholding")
    log.add("Tax.RateSet", **of, source=0, rate=rate)
    log.add("Tax.DividendCodeSet", **of)


def withhold(log, amount, tax, rest, rate=100_000, code=30, twin=1, moved=None):
    """A, or whoever acts for another twin, pays a dividend."""
    log.block += 1
    log.move(A, TREASURY, tax if moved is None else moved)
    what = {"code": code, "rate": rate, "amount": amount, "tax": tax, "rest": rest}
    log.add("Tax.TaxWithheld", **TRADE, **what, period=PERIOD, twin=twin, payer=A)


def found_with(*steps, told=None):
    """What the audit finds of a log with more at its end."""
    log = Log()
    log.events, log.block = town(), 8
    begin(log)
    for step in steps:
        step(log)
    return [str(finding) for finding in audit(log.events, told).findings.list]


def within(found, text):
    return any(text in one for one in found)


def test_small_dividends_are_taxed_as_one_large_one():
    small = [
        lambda log: withhold(log, 4, 0, 900_000),
        lambda log: withhold(log, 4, 1, 300_000),
        lambda log: withhold(log, 4, 0, 700_000),
        lambda log: withhold(log, 123_457, 12_346, 400_000),
    ]
    assert found_with(*small) == []
    assert found_with(lambda log: withhold(log, 123_469, 12_347, 400_000)) == []
    # Another twin begins anew.
    assert found_with(*small, lambda log: withhold(log, 4, 0, 900_000, twin=2)) == []


@pytest.mark.parametrize(
    "fields, named",
    [
        ({"tax": 99}, "withheld: expected 100, found 99"),
        ({"tax": 101}, "withheld: expected 100, found 101"),
        ({"rest": 500_001}, "rest: expected 500000, found 500001"),
        ({"rest": 0}, "rest: expected 500000, found 0"),
        ({"amount": 1_010}, "withheld: expected 101, found 100"),
        ({"rate": 99_999}, "rate: expected 100000, found 99999"),
        ({"code": 1}, "code: expected 30, found 1"),
        ({"code": 1}, "kind of code 1"),
        ({"moved": 99}, "money by its book: expected"),
    ],
)
def test_dividend_of_another_tax_is_found(fields, named):
    right = {"amount": 1_000, "tax": 100, "rest": 500_000}
    found = found_with(lambda log: withhold(log, **(right | fields)))
    assert within(found, named), found


def test_dividend_that_is_missing_is_found():
    """By what it would have left for the next."""

    def first(log):
        withhold(log, 4, 0, 900_000)

    def second(log):
        withhold(log, 4, 1, 300_000)

    assert found_with(first, second) == []
    assert within(found_with(second), "withheld: expected 0, found 1")


def changed(since):
    """From that day on, the rate is twice as high."""
    rate = {"jurisdiction": 0, "code": 30, "source": since, "rate": 200_000}
    return lambda log: log.add("Tax.RateSet", **rate)


def at(rate):
    """A dividend of 1,000."""
    return lambda log: withhold(log, 1_000, rate // 1_000, 500_000, rate=rate)


def test_rates_are_those_of_the_month():
    # It changes within the month: both are right.
    for rate in (100_000, 200_000):
        assert found_with(changed(LAST_DAY_BEFORE + 9), at(rate)) == []
    # It has changed before, or will after.
    assert found_with(changed(LAST_DAY_BEFORE), at(200_000)) == []
    found = found_with(changed(LAST_DAY_BEFORE), at(100_000))
    assert within(found, "rate: expected 200000, found 100000")
    found = found_with(changed(LAST_DAY_BEFORE + 31), at(200_000))
    assert within(found, "rate: expected 100000, found 200000")


def test_nothing_is_withheld_without_a_code():
    def stop(log):
        log.add("Tax.DividendCodeSet", jurisdiction=0, code=None)

    found = found_with(stop, at(100_000))
    assert within(found, "code: expected None, found 30")


def test_it_stands_in_the_books():
    told = state(town())
    told["balances"][f"0/{TREASURY}"] += 100
    told["balances"][f"0/{A}"] -= 100
    told["treasuries"]["0/0"]["withheld"] = 100
    statement = told["statements"][f"0/1/0/{PERIOD}"]
    statement["withheld"] = 100
    statement["sales"].append({"code": 30, "net": 0, "tax": 100})
    assert found_with(at(100_000), told=told) == []
    statement["sales"][-1]["tax"] = 99
    found = found_with(at(100_000), told=told)
    assert within(found, "sales 30: expected [0, 100], found [0, 99]")
    statement["sales"][-1]["tax"], statement["withheld"] = 100, 99
    assert within(found_with(at(100_000), told=told), "withheld: expected 100, found 99")
