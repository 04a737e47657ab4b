//! The code of dividends, and what is withheld of them.

use crate::{mock::*, *};
use frame::{
	deps::frame_support::storage::with_storage_layer, testing_prelude::*, traits::BadOrigin,
};
use ourledger_primitives::{
	invoice::Sale,
	money::{CurrencyId, Day, LocalMoney},
	tax::{JurisdictionId, SeatTax, TaxCode, TaxKind},
};

/// A tenth.
const TENTH: TaxCode = 31;
/// With what a twin's first dividend begins.
const FIRST_REST: u32 = 500_000;

fn choose(code: impl Into<Option<TaxCode>>) -> DispatchResult {
	Tax::set_dividend_code(authority(), TOWN, code.into())
}

fn make(code: TaxCode, from: Day, rate: Balance) {
	let (name, kind) = (text("capital income"), TaxKind::Withholding);
	assert_ok!(Tax::set_code(authority(), TOWN, code, name, kind, from, rate));
}

/// Let a tenth of dividends be withheld.
fn choose_tenth() {
	make(TENTH, 0, 100_000);
	assert_ok!(choose(TENTH));
	System::reset_events();
}

/// D pays a dividend, somewhere.
fn withhold_in(
	jurisdiction: JurisdictionId,
	currency: CurrencyId,
	amount: Balance,
	rest: &mut u32,
) -> Result<Balance, DispatchError> {
	let account = controller(D);
	with_storage_layer(|| {
		<Tax as SeatTax<_>>::withhold(jurisdiction, D, &account, currency, amount, rest)
	})
}

/// D pays a dividend.
fn withhold(amount: Balance, rest: &mut u32) -> Result<Balance, DispatchError> {
	withhold_in(TOWN, MONEY, amount, rest)
}

/// D pays its first dividend.
fn withhold_first(amount: Balance) -> Result<Balance, DispatchError> {
	let mut rest = FIRST_REST;
	withhold(amount, &mut rest)
}

fn event(rate: u32, amount: Balance, tax: Balance, rest: u32) -> Event<Test> {
	Event::TaxWithheld {
		jurisdiction: TOWN,
		currency: MONEY,
		period: OCTOBER,
		twin: D,
		payer: controller(D),
		code: TENTH,
		rate,
		amount,
		tax,
		rest,
	}
}

#[test]
fn the_authority_chooses_the_code_of_dividends() {
	build_and_execute(|| {
		assert_eq!(Tax::dividend_code(TOWN), None);
		for code in [Some(WITHHELD), Some(WITHHELD), None, None] {
			assert_ok!(choose(code));
			assert_eq!(last_event(), Some(Event::DividendCodeSet { jurisdiction: TOWN, code }));
			assert_eq!(Tax::dividend_code(TOWN), code);
		}
		// Of another place nothing was said.
		assert_ok!(choose(WITHHELD));
		let root = RuntimeOrigin::root();
		assert_ok!(Tax::create_jurisdiction(root, text("Next Town"), settings()));
		assert_eq!((Tax::dividend_code(1), Tax::dividend_code(2)), (None, None));
	});
}

#[test]
fn a_code_of_dividends_withholds_at_a_rate_of_today() {
	build_and_execute(|| {
		assert_noop!(choose(999), Error::<Test>::CodeNotFound);
		for code in [S15, ZERO, REVERSE, LEVY_OUT, LEVY_UNIT] {
			assert_noop!(choose(code), Error::<Test>::WrongCodeKind);
		}
		make(TENTH, TODAY + 1, 100_000);
		assert_noop!(choose(TENTH), Error::<Test>::NoRateYet);
		set_day(TODAY + 1);
		assert_ok!(choose(TENTH));
	});
}

#[test]
fn nobody_but_the_authority_chooses_the_code_of_dividends() {
	build_and_execute(|| {
		let choose = |origin, town| Tax::set_dividend_code(origin, town, Some(WITHHELD));
		assert_noop!(choose(by(A), TOWN), Error::<Test>::NotAuthority);
		assert_noop!(choose(authority(), 1), Error::<Test>::JurisdictionNotFound);
		assert_noop!(choose(signed(STRANGER), TOWN), NOT_ACTING);
		assert_noop!(choose(RuntimeOrigin::root(), TOWN), BadOrigin);
		assert_noop!(choose(RuntimeOrigin::none(), TOWN), BadOrigin);
		assert_noop!(Tax::set_dividend_code(by(A), TOWN, None), Error::<Test>::NotAuthority);
	});
}

#[test]
fn tax_on_a_dividend_goes_to_the_treasury_and_into_the_books() {
	build_and_execute(|| {
		choose_tenth();
		let mut rest = FIRST_REST;
		assert_eq!(withhold(123_457, &mut rest), Ok(12_346));
		assert_eq!(rest, 200_000);
		assert_eq!(events(), [event(100_000, 123_457, 12_346, 200_000)]);
		assert_eq!((money(D), treasury()), (PURSE - 12_346, 12_346));
		assert_eq!(book(), TreasuryBook { withheld: 12_346, ..Default::default() });
		let sales = bounded(vec![CodeTotal { code: TENTH, net: 0, tax: 12_346 }]);
		let expected = Statement { sales, withheld: 12_346, ..Default::default() };
		assert_eq!(statement(D), expected);
		// No note can give it back, and nobody has a credit of it.
		assert_eq!(Tax::treasury(TOWN, MONEY).map(|it| it.free), Some(12_346));
		assert!(!Accounts::<Test>::contains_key((TOWN, D, MONEY)));

		assert_eq!(withhold(100_001, &mut rest), Ok(10_000));
		assert_eq!(last_event(), Some(event(100_000, 100_001, 10_000, 300_000)));
		assert_eq!((statement(D).withheld, statement(D).sales[0].tax), (22_346, 22_346));
		assert_eq!((book().withheld, treasury()), (22_346, 22_346));
	});
}

#[test]
fn it_is_withheld_like_that_of_invoices() {
	build_and_execute(|| {
		assert_ok!(choose(WITHHELD));
		// 50 of an invoice's net of 1,000, and 50 of a dividend.
		let withholdings = bounded(vec![WITHHELD]);
		let sold = Sale { withholdings, ..sale(&[(OUTSIDE, 1_000)]) };
		invoice(D, None, &sold).pay_all();
		let of_invoice = statement(D);
		assert_eq!((of_invoice.withheld, book().withheld), (50, 50));
		assert_eq!(withhold_first(1_000), Ok(50));
		assert_eq!((statement(D).withheld, book().withheld), (100, 100));
		let of =
			|statement: &Statement| statement.sales.iter().find(|it| it.code == WITHHELD).copied();
		assert_eq!(of(&of_invoice), Some(CodeTotal { code: WITHHELD, net: 0, tax: 50 }));
		assert_eq!(of(&statement(D)), Some(CodeTotal { code: WITHHELD, net: 0, tax: 100 }));
	});
}

#[test]
fn a_thousand_small_dividends_are_taxed_as_a_large_one() {
	build_and_execute(|| {
		choose_tenth();
		let mut rest = FIRST_REST;
		let taxes = (0..1_000).map(|_| withhold(4, &mut rest));
		let taxes = taxes.collect::<Result<Vec<_>, _>>().expect("D has the money");
		// Each by itself would be nothing.
		assert_eq!((taxes[0], taxes[1], taxes.iter().sum::<Balance>()), (0, 1, 400));
		assert_eq!((rest, treasury(), statement(D).withheld), (FIRST_REST, 400, 400));
		// That of which not a unit is due is told, too: the rest is in it.
		assert_eq!(events().len(), 1_000);
		assert_eq!(events()[0], event(100_000, 4, 0, 900_000));

		let mut large = FIRST_REST;
		assert_eq!((withhold(4_000, &mut large), large), (Ok(400), FIRST_REST));
	});
}

#[test]
fn less_than_a_unit_opens_no_books() {
	build_and_execute(|| {
		choose_tenth();
		let mut rest = FIRST_REST;
		assert_eq!((withhold(4, &mut rest), rest), (Ok(0), 900_000));
		assert!(!Treasuries::<Test>::contains_key(TOWN, MONEY));
		assert!(!Statements::<Test>::contains_key((TOWN, D, MONEY, OCTOBER)));
		assert_eq!((withhold(1, &mut rest), rest), (Ok(1), 0));
		assert!(Statements::<Test>::contains_key((TOWN, D, MONEY, OCTOBER)));
	});
}

#[test]
fn without_a_code_nothing_is_withheld() {
	build_and_execute(|| {
		let mut rest = 123_456;
		assert_eq!((withhold(1_000, &mut rest), rest), (Ok(0), 123_456));
		choose_tenth();
		assert_ok!(choose(None));
		System::reset_events();
		assert_eq!((withhold(1_000, &mut rest), rest), (Ok(0), 123_456));
		assert_eq!((events(), money(D)), (vec![], PURSE));
		// Nor are fractions due of what nothing is due of.
		assert_ok!(choose(TENTH));
		assert_eq!((withhold(1_000, &mut rest), rest), (Ok(100), 123_456));
	});
}

#[test]
fn the_rate_of_the_day_counts_by_the_towns_clock() {
	build_and_execute(|| {
		choose_tenth();
		assert_ok!(Tax::set_rate(authority(), TOWN, TENTH, TODAY + 1, 200_000));
		assert_eq!(withhold_first(1_000), Ok(100));
		// There it is midnight already.
		set_clock(&[(0, 720)]);
		assert_eq!(withhold_first(1_000), Ok(200));
		set_clock(&[(0, 719)]);
		assert_eq!(withhold_first(1_000), Ok(100));
		// The next month has books of its own.
		set_day(TODAY + 31);
		assert_eq!(withhold_first(1_000), Ok(200));
		let withheld = |period| Tax::statement(TOWN, D, MONEY, period).withheld;
		assert_eq!((withheld(OCTOBER), withheld(OCTOBER + 1)), (400, 200));
		let Some(Event::TaxWithheld { period, rate, .. }) = last_event() else {
			panic!("what is withheld has an event")
		};
		assert_eq!((period, rate), (OCTOBER + 1, 200_000));
	});
}

#[test]
fn a_rate_may_be_nothing_or_all() {
	build_and_execute(|| {
		make(40, 0, 0);
		make(41, 0, 1_000_000);
		assert_ok!(choose(40));
		let mut rest = 999_999;
		assert_eq!((withhold(PURSE, &mut rest), rest), (Ok(0), 999_999));
		assert_ok!(choose(41));
		assert_eq!((withhold(PURSE, &mut rest), rest), (Ok(PURSE), 999_999));
		assert_eq!((money(D), treasury()), (0, PURSE));
	});
}

#[test]
fn dividends_in_each_accepted_currency_have_books_of_their_own() {
	build_and_execute(|| {
		choose_tenth();
		let mut rest = FIRST_REST;
		assert_eq!(withhold_in(TOWN, OTHER_MONEY, 1_000, &mut rest), Ok(100));
		assert_eq!(Treasuries::<Test>::get(TOWN, OTHER_MONEY).withheld, 100);
		assert_eq!(purse(OTHER_MONEY, Tax::treasury_of(TOWN)), 100);
		assert_eq!((book().withheld, treasury()), (0, 0));
		// What isn't accepted any more is taxed all the same, so that nobody's dividend waits.
		amend(|settings| settings.currencies = bounded(vec![MONEY]));
		assert_eq!(withhold_in(TOWN, OTHER_MONEY, 1_000, &mut rest), Ok(100));
	});
}

#[test]
fn who_may_pay_nobody_else_still_pays_its_tax() {
	build_and_execute(|| {
		choose_tenth();
		Gone::set(vec![controller(D)]);
		let paid = MockMoney::pay(MONEY, &controller(D), &controller(E), 1);
		assert_eq!(paid, Err(TokenError::Blocked.into()));
		assert_eq!((withhold_first(1_000), treasury()), (Ok(100), 100));
	});
}

#[test]
fn what_cannot_be_withheld_leaves_all_as_it_was() {
	build_and_execute(|| {
		choose_tenth();
		let mut rest = FIRST_REST;
		assert_noop!(withhold_in(1, MONEY, 1, &mut rest), Error::<Test>::JurisdictionNotFound);
		Frozen::set(vec![controller(D)]);
		assert_noop!(withhold(1_000, &mut rest), TokenError::Blocked);
		Frozen::set(vec![]);
		set_money(controller(D), 99);
		assert_noop!(withhold(1_000, &mut rest), TokenError::FundsUnavailable);
		assert_eq!(rest, FIRST_REST);
		set_money(controller(D), 100);
		assert_eq!((withhold(1_000, &mut rest), money(D)), (Ok(100), 0));
		// A whole unit can't be left.
		let mut whole = 1_000_000;
		assert_noop!(withhold(0, &mut whole), DispatchError::Corruption);
		let mut most = 999_999;
		assert_eq!((withhold(0, &mut most), most), (Ok(0), 999_999));
	});
}

#[test]
fn what_is_withheld_leaves_credit_and_arrears_alone() {
	build_and_execute(|| {
		choose_tenth();
		assert_ok!(Tax::register(authority(), TOWN, D, terms()));
		trade_and_pay(A, D, &[(S15, 1_000)]);
		assert_eq!(withhold_first(1_000), Ok(100));
		assert_eq!((credit(D), book().credits, book().withheld), (150, 150, 100));
		// The credit is reserved, what was withheld isn't.
		assert_eq!(Tax::treasury(TOWN, MONEY).map(|it| it.free), Some(100));
	});
}

#[test]
fn a_jurisdiction_accepts_what_its_settings_say() {
	build_and_execute(|| {
		let accepts = |town, currency| <Tax as SeatTax<AccountId>>::accepts(town, currency);
		let all = [MONEY, OTHER_MONEY, FOREIGN_MONEY].map(|currency| accepts(TOWN, currency));
		assert_eq!(all, [true, true, false]);
		assert!(!accepts(1, MONEY));
	});
}
