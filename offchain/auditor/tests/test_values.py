"""Values in other spellings are the same values."""

import pytest

from audit_check.rounding import half, net_within, share, tax_on
from audit_check.values import Kind, Malformed, account, digest, kind, number, optional_number

ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
ALICE_KEY = "0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d"


def test_numbers_may_be_text():
    assert (number(5), number("-5")) == (5, -5)
    for value in (None, "much", True, 1.5):
        with pytest.raises(Malformed):
            number(value)


def test_options_have_three_spellings():
    assert [optional_number(it) for it in (None, "None", {"Some": 7}, "7")] == [None, None, 7, 7]


def test_accounts_may_be_ss58():
    assert account(ALICE) == account(ALICE_KEY) == account({"Id": ALICE}) == ALICE_KEY
    with pytest.raises(Malformed):
        account(ALICE[:-1] + "Z")


def test_digests_are_32_bytes():
    assert digest([0] * 32) == "0x" + "00" * 32
    with pytest.raises(Malformed):
        digest("0x00")


def test_kinds_have_several_spellings():
    assert kind({"Vat": "Standard"}) == kind({"Vat": ["Standard"]}) == Kind("Vat", "Standard")
    assert kind({"LevyOnNet": {"in_vat_base": True}}).in_base
    assert kind("Withholding") == Kind("Withholding")
    assert not kind({"Vat": "ReverseCharge"}).is_vat


def test_halves_go_away_from_zero():
    assert [half(it, 1, 2) for it in (1, -1, 3, -3)] == [1, -1, 2, -2]
    assert (tax_on(333, 150_000), net_within(11_500, 150_000)) == (50, 10_000)
    assert share(10, 333_333) == 3
    big = (1 << 100) + 1
    assert half(big, 1_000_000, 1_000_000) == big
