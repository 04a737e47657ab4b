use crate::{
	mock::{Currencies, *},
	*,
};
use frame::testing_prelude::*;

#[test]
fn currency_tells_what_holds_today() {
	build_and_execute(|| {
		assert_eq!(Currencies::currency(0), None);
		let id = currency(losing(100, MUTUAL));
		set_line(id, ALICE, 500);
		assert_ok!(transfer(id, ALICE, BOB, 70));
		let later = closed(losing(100, MUTUAL));
		assert_ok!(Currencies::amend(signed(ISSUER), id, later));
		let info = CurrencyInfo {
			issuer: 1,
			jurisdiction: Some(TOWN),
			name: bounded(b"Town money".to_vec()),
			symbol: bounded(b"TOWN".to_vec()),
			decimals: 2,
			terms: losing(100, MUTUAL),
			pending: Some((later, DAY_ONE + 11)),
			notice_days: NOTICE,
			supply: 70,
			debts: 70,
			pot: pot(id),
		};
		assert_eq!(Currencies::currency(id), Some(info.clone()));
		pass_days(11);
		let info = CurrencyInfo { terms: later, pending: None, ..info };
		assert_eq!(Currencies::currency(id), Some(info));
	});
}

#[test]
fn currencies_come_in_pages() {
	build_and_execute(|| {
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), ISSUER, Balance::MAX / 2));
		for _ in 0..103 {
			currency(PLAIN);
		}
		let ids = |from, limit| -> Vec<u32> {
			Currencies::currencies(from, limit).into_iter().map(|(id, _)| id).collect()
		};
		assert_eq!(ids(0, 2), [0, 1]);
		assert_eq!(ids(101, 10), [101, 102]);
		assert_eq!(ids(103, 10).len(), 0);
		assert_eq!(ids(0, 0).len(), 0);
		assert_eq!(ids(0, u32::MAX).len(), MAX_PAGE as usize);
		assert_eq!(Currencies::next_currency(), 103);
	});
}

#[test]
fn holding_tells_what_an_account_may_do() {
	build_and_execute(|| {
		let nothing = HoldingInfo {
			balance: 0,
			spendable: 0,
			frozen_until: None,
			credit_limit: 0,
			debt: 0,
			member: None,
			may_receive: false,
			set_aside: 0,
		};
		assert_eq!(Currencies::holding(0, ALICE), nothing);
		let id = currency(closed(MUTUAL));
		assert_eq!(Currencies::holding(id, ALICE), nothing);
		admit(id, ALICE);
		admit(id, BOB);
		set_line(id, ALICE, 100);
		assert_ok!(transfer(id, ALICE, BOB, 30));
		assert_ok!(transfer(id, BOB, ALICE, 10));
		let active = HoldingInfo {
			balance: 10,
			spendable: 80,
			frozen_until: None,
			credit_limit: 100,
			debt: 30,
			member: Some(false),
			may_receive: true,
			set_aside: 0,
		};
		assert_eq!(Currencies::holding(id, ALICE), active);
		freeze(id, ALICE);
		let frozen = HoldingInfo { spendable: 0, frozen_until: Some(50), ..active };
		assert_eq!(Currencies::holding(id, ALICE), frozen);
		assert_ok!(Currencies::expel(signed(ISSUER), id, twin(ALICE)));
		let expelled = HoldingInfo { member: Some(true), may_receive: false, ..frozen };
		assert_eq!(Currencies::holding(id, ALICE), expelled);
		assert_eq!(Currencies::holding(currency(PLAIN), NOBODY), nothing);
	});
}

#[test]
fn deposits_tells_what_is_held() {
	build_and_execute(|| {
		let told = Currencies::deposits();
		let id = currency(closed(MUTUAL));
		admit(id, ALICE);
		set_line(id, ALICE, 100);
		freeze(id, ALICE);
		assert_eq!(held(HoldReason::Currency.into(), ISSUER), told.currency);
		assert_eq!(held(HoldReason::Member.into(), ISSUER), told.member);
		assert_eq!(held(HoldReason::CreditLine.into(), ISSUER), told.credit_line);
		assert_eq!(held(HoldReason::Freeze.into(), AUTHORITY), told.freeze);
	});
}

#[test]
fn codec_indices_are_pinned() {
	use codec::Encode;
	assert_eq!(Supply::Issued { cap: 1 }.encode()[0], 0);
	assert_eq!(Supply::MutualCredit.encode(), [1]);
	assert_eq!((Access::Open.encode(), Access::Members.encode()), (vec![0], vec![1]));
	for (index, reason) in
		[HoldReason::Currency, HoldReason::Member, HoldReason::CreditLine, HoldReason::Freeze]
			.iter()
			.enumerate()
	{
		assert_eq!(reason.encode(), [index as u8]);
	}
}
