//! Each check of `try_state` sees its corruption.

use crate::{mock::*, types::Account, *};
use frame::{deps::sp_runtime::TryRuntimeError, testing_prelude::*};

/// Check that `corrupt` makes `try_state` fail with `message`. B has 500 of credit, 300 of them
/// claimed; D is owned by E.
fn assert_detected(message: &'static str, corrupt: impl FnOnce()) {
	state().execute_with(|| {
		trade_and_pay(A, B, &[(S20, 2_500)]);
		assert_ok!(claim_refund(B, 300));
		assert_ok!(own(D, E));
		check_invariants();
		corrupt();
		assert_eq!(Tax::do_try_state(), Err(TryRuntimeError::Other(message)));
	});
}

fn change_book(change: impl FnOnce(&mut TreasuryBook)) {
	Treasuries::<Test>::mutate(TOWN, MONEY, change);
}

fn change_account(change: impl FnOnce(&mut Account)) {
	Accounts::<Test>::mutate((TOWN, B, MONEY), change);
}

fn change_claim(change: impl FnOnce(&mut Claim)) {
	Claims::<Test>::mutate(TOWN, 0, |claim| change(claim.as_mut().expect("it was made")));
}

#[test]
fn corrupt_jurisdictions_are_detected() {
	assert_detected("a jurisdiction is missing", || NextJurisdiction::<Test>::put(2));
	assert_detected("a jurisdiction's id was never given", || {
		let town = Jurisdictions::<Test>::take(TOWN).expect("it was founded");
		Jurisdictions::<Test>::insert(1, town);
	});
	assert_detected("a treasury is another's", || {
		Jurisdictions::<Test>::mutate(TOWN, |town| {
			town.as_mut().expect("it was founded").treasury = STRANGER;
		});
	});
	assert_detected("the next treasury isn't open", || Pots::remove(Tax::treasury_of(1)));
	assert_detected("a clock goes back", || set_clock(&[(5, 0), (5, 0)]));
}

#[test]
fn corrupt_codes_are_detected() {
	let change = |change: fn(&mut Code)| {
		Codes::<Test>::mutate(TOWN, S15, |code| change(code.as_mut().expect("it was made")));
	};
	assert_detected("a code has no rate", || change(|code| code.rates.clear()));
	assert_detected("rates don't ascend by day", || {
		change(|code| code.rates = bounded(vec![(2, 0), (2, 0)]));
	});
	assert_detected("a rate doesn't fit its kind", || change(|code| code.rates[0].1 = 1_000_001));
	assert_detected("codes are miscounted", || CodeCounts::<Test>::insert(TOWN, 3));
	assert_detected("a code has the reserved number", || {
		let code = Codes::<Test>::take(TOWN, S15).expect("it was made");
		Codes::<Test>::insert(TOWN, OTHER_CODES, code);
	});
}

#[test]
fn corrupt_codes_of_dividends_are_detected() {
	assert_detected("dividends are taxed where there is no jurisdiction", || {
		DividendCodes::<Test>::insert(1, WITHHELD);
	});
	assert_detected("dividends have a code that there isn't", || {
		DividendCodes::<Test>::insert(TOWN, 999);
	});
	assert_detected("dividends have a code of another kind", || {
		DividendCodes::<Test>::insert(TOWN, S15);
	});
	assert_detected("the code of dividends has no rate", || {
		DividendCodes::<Test>::insert(TOWN, WITHHELD);
		Codes::<Test>::mutate(TOWN, WITHHELD, |code| {
			code.as_mut().expect("it was made").rates = bounded(vec![(TODAY + 1, 0)]);
		});
	});
}

#[test]
fn corrupt_registrations_are_detected() {
	let change = |change: fn(&mut TaxpayerOf<Test>)| {
		Taxpayers::<Test>::mutate(TOWN, A, |it| change(it.as_mut().expect("it is registered")));
	};
	let message = "a deposit doesn't fit its registration";
	assert_detected(message, || change(|it| it.ticket = None));
	assert_detected(message, || change(|it| it.state = TaxpayerState::Deregistered(1)));
	assert_detected("a tax number is malformed", || change(|it| it.terms.tax_number.clear()));
	assert_detected("a taxpayer's jurisdiction doesn't exist", || {
		let taxpayer = Taxpayers::<Test>::take(TOWN, A).expect("it is registered");
		Taxpayers::<Test>::insert(1, A, taxpayer);
	});
}

#[test]
fn corrupt_owners_are_detected() {
	assert_detected("an owner has an owner", || Owners::<Test>::insert(E, A));
	assert_detected("owned twins are miscounted", || Owners::<Test>::insert(A, E));
}

#[test]
fn corrupt_books_are_detected() {
	assert_detected("output less used and arrears isn't what was remitted", || {
		change_book(|book| book.used += 1);
	});
	assert_detected("output less used and arrears isn't what was remitted", || {
		change_book(|book| book.arrears += 1);
	});
	assert_detected("more left a treasury than came in", || change_book(|book| book.sweeps = 501));
	assert_detected("a treasury has less than its book", || {
		set_money(Tax::treasury_of(TOWN), 499);
	});
	assert_detected("credits and claims don't follow from the book", || {
		change_book(|book| book.pending += 1);
	});
	assert_detected("uncredited tax isn't in order", || {
		change_book(|book| book.uncredited = bounded(vec![(2, 1), (1, 1)]));
	});
}

#[test]
fn corrupt_accounts_are_detected() {
	assert_detected("an account is empty", || {
		Accounts::<Test>::insert((TOWN, D, MONEY), Account::default());
	});
	assert_detected("credits aren't in order", || {
		change_account(|account| account.credits = bounded(vec![(2, 100), (1, 100)]));
	});
	assert_detected("a credit is of nothing", || {
		change_account(|account| account.credits = bounded(vec![(1, 0), (2, 200)]));
	});
	assert_detected("accounts don't sum up to the book", || {
		change_account(|account| account.credits[0].1 += 1);
	});
	assert_detected("there is credit beside arrears", || {
		change_account(|account| account.arrears = 1);
	});
	assert_detected("accounts don't sum up to the book", || {
		let account = Account { arrears: 1, ..Default::default() };
		Accounts::<Test>::insert((TOWN, D, MONEY), account);
	});
	assert_detected("an account has no treasury", || {
		let account = Account { pending: 1, ..Default::default() };
		Accounts::<Test>::insert((TOWN, D, OTHER_MONEY), account);
	});
}

#[test]
fn corrupt_statements_are_detected() {
	let message = "statements don't sum up to the book";
	assert_detected(message, || {
		Statements::<Test>::mutate((TOWN, B, MONEY, OCTOBER), |it| it.refunded = 1);
	});
	assert_detected(message, || {
		Statements::<Test>::mutate((TOWN, B, MONEY, OCTOBER), |it| {
			(it.output, it.deferred) = (it.output + 1, it.deferred + 1);
		});
	});
	assert_detected("a statement doesn't add up", || {
		Statements::<Test>::mutate((TOWN, B, MONEY, OCTOBER), |it| it.settled = 1);
	});
	assert_detected("a statement has no treasury", || {
		Statements::<Test>::insert((1, B, MONEY, OCTOBER), Statement::default());
	});
}

#[test]
fn corrupt_claims_are_detected() {
	assert_detected("a claim isn't kept as what it is of", || {
		change_claim(|claim| claim.amount = 299);
	});
	assert_detected("claims aren't what is pending", || {
		change_claim(|claim| claim.amount = 299);
		Waiting::<Test>::remove(TOWN, 0);
	});
	assert_detected("more is forfeited than was claimed", || {
		change_claim(|claim| claim.state = ClaimState::Appealed { forfeited: 301 });
	});
	assert_detected("a claim isn't in the agenda", || {
		Due::<Test>::remove(TODAY + 21, (TOWN, 0));
	});
	assert_detected("a due day was passed", || DueCursor::<Test>::put(TODAY + 22));
	assert_detected("a claim's number was never given", || NextClaim::<Test>::remove(TOWN));
	assert_detected("a claim has no account", || {
		let claim = Claims::<Test>::get(TOWN, 0).expect("it was made");
		Claims::<Test>::insert(TOWN, 1, Claim { twin: D, ..claim });
		NextClaim::<Test>::insert(TOWN, 2);
		Due::<Test>::insert(TODAY, (TOWN, 1), ());
	});
}
