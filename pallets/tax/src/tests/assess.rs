//! What is sold becomes a bill, or is refused.

use crate::{mock::*, *};
use frame::testing_prelude::*;
use ourledger_primitives::{
	invoice::{Prices, Sale, MAX_AMOUNT},
	money::DAY_MILLIS,
	tax::{TaxCode, TaxKind, Trade},
	twin::TwinNumber,
};

fn storage_root() -> Vec<u8> {
	frame::deps::sp_io::storage::root(Default::default())
}

/// Refuse a sale of A's to B, or another buyer.
fn refuse(buyer: impl Into<Option<TwinNumber>>, sale: &Sale, error: Error<Test>) {
	assert_noop!(crate::mock::assess(&trade(A, buyer.into()), sale), error);
}

#[test]
fn a_bill_has_its_taxes_and_gross() {
	build_and_execute(|| {
		let bill = invoice(A, B, &Sale { tip: 3, ..sale(&[(S15, 1_003), (ZERO, -50)]) }).bill;
		// 150.45.
		assert_eq!((bill.subtotals[0].vat, bill.net(), bill.gross), (150, 953, 1_106));
	});
}

#[test]
fn an_assessment_is_the_bill_and_books_nothing() {
	build_and_execute(|| {
		let sold = Sale { tip: 3, ..sale(&[(S15, 1_003), (REVERSE, 500)]) };
		let (before, look) = (storage_root(), || Tax::assessment(trade(A, Some(B)), sold.clone()));
		let told = look();
		let refused = Tax::assessment(trade(A, Some(A)), sold.clone());
		assert_eq!(refused, Err(Error::<Test>::SameParty.into()));
		assert_eq!(storage_root(), before);
		assert_eq!(told, Ok(invoice(A, B, &sold).bill));
		assert!(told.is_ok_and(|bill| bill.gross > 0));
	});
}

#[test]
fn gross_prices_contain_taxes() {
	build_and_execute(|| {
		let sold = Sale { prices: Prices::Gross, ..sale(&[(S15, 299), (S20, 600)]) };
		let bill = invoice(A, None, &sold).bill;
		assert_eq!((bill.gross, bill.tax()), (899, 39 + 100));
		// Of a reverse charge, the price is the net.
		let sold = Sale { prices: Prices::Gross, ..sale(&[(REVERSE, 600)]) };
		let bill = invoice(A, B, &sold).bill;
		assert_eq!((bill.gross, bill.tax(), bill.subtotals[0].vat), (600, 0, 120));
	});
}

#[test]
fn levies_are_on_the_net_or_per_unit_and_may_enter_the_base() {
	build_and_execute(|| {
		let levies = bounded(vec![
			levy(LEVY_IN, S15, 0),
			levy(LEVY_OUT, S20, 0),
			levy(LEVY_UNIT, S20, 1_500),
		]);
		let bill = invoice(A, B, &Sale { levies, ..sale(&[(S15, 1_000), (S20, 1_000)]) }).bill;
		let levied = bill.levies.iter().map(|it| it.tax).collect::<Vec<_>>();
		// 37.5 is rounded up.
		assert_eq!(levied, [100, 10, 38]);
		assert_eq!((bill.subtotals[0].vat, bill.subtotals[1].vat), (165, 200));
		assert_eq!(bill.gross, 2_000 + 148 + 365);
	});
}

#[test]
fn rates_change_at_the_jurisdictions_midnight() {
	build_and_execute(|| {
		set_clock(&[(0, 120)]);
		assert_ok!(Tax::set_rate(authority(), TOWN, S15, TODAY + 1, 180_000));
		let vat = || invoice(A, B, &sale(&[(S15, 1_000)])).bill.subtotals[0].vat;
		let midnight = u64::from(TODAY + 1) * DAY_MILLIS - 7_200_000;
		Now::set(midnight - 1);
		assert_eq!(vat(), 150);
		Now::set(midnight);
		assert_eq!(vat(), 180);
		// The day of supply counts, not that of the invoice.
		let mut trade = trade(A, Some(B));
		trade.supply = TODAY;
		let bill = crate::mock::assess(&trade, &sale(&[(S15, 1_000)])).expect("in time");
		assert_eq!(bill.subtotals[0].vat, 150);
		assert_eq!(Tax::rate_on(TOWN, S15, TODAY), Some(150_000));
		assert_eq!(Tax::rate_on(TOWN, S15, TODAY + 1), Some(180_000));
		assert_eq!(Tax::rate_on(TOWN, S15, 18_999), None);
	});
}

#[test]
fn supply_is_within_its_bound() {
	build_and_execute(|| {
		let assess = |supply| {
			let trade = Trade { supply, ..trade(A, Some(B)) };
			crate::mock::assess(&trade, &sale(&[(S15, 1)])).map(|_| ())
		};
		assert_ok!(assess(TODAY - 60));
		assert_noop!(assess(TODAY - 61), Error::<Test>::SupplyOutsideBound);
		assert_noop!(assess(TODAY + 1), Error::<Test>::SupplyInFuture);
		amend(|settings| settings.supply_bound_days = 2_000);
		assert_noop!(assess(18_999), Error::<Test>::NoRateYet);
		assert_ok!(assess(19_000));
	});
}

#[test]
fn an_unregistered_seller_sells_out_of_scope_alone() {
	build_and_execute(|| {
		let assess = |seller, sale: &Sale| {
			crate::mock::assess(&trade(seller, None), sale).map(|bill| bill.gross)
		};
		let unregistered = || Error::<Test>::SellerNotRegistered;
		assert_eq!(assess(D, &sale(&[(OUTSIDE, 10)])), Ok(10));
		assert_noop!(assess(D, &sale(&[(S15, 10)])), unregistered());
		assert_noop!(assess(D, &sale(&[(ZERO, 10)])), unregistered());
		for mixed in [sale(&[(OUTSIDE, 10), (S15, 10)]), sale(&[(ZERO, 10), (OUTSIDE, 10)])] {
			assert_noop!(assess(D, &mixed), Error::<Test>::OutOfScopeAlone);
			assert_noop!(assess(A, &mixed), Error::<Test>::OutOfScopeAlone);
		}
		assert_eq!(assess(A, &sale(&[(OUTSIDE, 10)])), Ok(10));
		// A request, and a registration from tomorrow on, count for nothing.
		assert_ok!(Tax::apply(by(D), TOWN, text("D")));
		assert_noop!(assess(D, &sale(&[(S15, 10)])), unregistered());
		let terms = TaxpayerTerms { effective: TODAY + 1, ..terms() };
		assert_ok!(Tax::register(authority(), TOWN, D, terms));
		assert_noop!(assess(D, &sale(&[(S15, 10)])), unregistered());
		set_day(TODAY + 1);
		assert_eq!(assess(D, &sale(&[(S15, 100)])), Ok(115));
		// What may be withheld and levied of everybody.
		let sold = Sale { withholdings: bounded(vec![WITHHELD]), ..sale(&[(OUTSIDE, 100)]) };
		let mut invoice = invoice(E, A, &sold);
		assert_eq!(invoice.pay_all().treasury, 5);
		assert_eq!(statement(E).withheld, 5);
	});
}

#[test]
fn zero_codes_need_permission() {
	build_and_execute(|| {
		let allowed = TaxpayerTerms { zero_codes: bounded(vec![ZERO]), ..terms() };
		assert_ok!(Tax::amend_taxpayer(authority(), TOWN, A, allowed));
		assert_eq!(invoice(A, B, &sale(&[(ZERO, 10)])).bill.gross, 10);
		for code in [EXEMPT, REVERSE, EXPORT] {
			refuse(B, &sale(&[(S15, 10), (code, 10)]), Error::CodeNotAllowed);
		}
	});
}

#[test]
fn reverse_charge_needs_a_registered_buyer() {
	build_and_execute(|| {
		refuse(None, &sale(&[(REVERSE, 10)]), Error::BuyerUnknown);
		refuse(D, &sale(&[(REVERSE, 10)]), Error::BuyerNotRegistered);
		assert_eq!(invoice(A, B, &sale(&[(REVERSE, 10)])).bill.gross, 10);
	});
}

#[test]
fn an_export_needs_evidence_and_a_buyer_from_abroad() {
	build_and_execute(|| {
		let export = Sale { evidence: Some([1; 32]), ..sale(&[(EXPORT, 10)]) };
		refuse(None, &export, Error::BuyerUnknown);
		refuse(B, &export, Error::ExportToTaxpayer);
		refuse(D, &sale(&[(EXPORT, 10)]), Error::ExportNeedsEvidence);
		assert_eq!(invoice(A, D, &export).bill.gross, 10);
	});
}

#[test]
fn out_of_scope_needs_permission_of_whoever_is_registered() {
	build_and_execute(|| {
		let allowed = TaxpayerTerms { zero_codes: bounded(vec![ZERO]), ..terms() };
		assert_ok!(Tax::amend_taxpayer(authority(), TOWN, A, allowed));
		refuse(B, &sale(&[(OUTSIDE, 500_000)]), Error::CodeNotAllowed);
		let allowed = TaxpayerTerms { zero_codes: bounded(vec![OUTSIDE]), ..terms() };
		assert_ok!(Tax::amend_taxpayer(authority(), TOWN, A, allowed));
		assert_eq!(invoice(A, B, &sale(&[(OUTSIDE, 500_000)])).bill.gross, 500_000);
		// Whoever isn't can sell nothing else.
		assert_eq!(invoice(D, B, &sale(&[(OUTSIDE, 10)])).bill.gross, 10);
	});
}

#[test]
fn a_tip_is_within_its_share_of_net_and_tax() {
	build_and_execute(|| {
		let tipped = |items: &[(TaxCode, i128)], tip| Sale { tip, ..sale(items) };
		// 20 % of 1,150.
		assert_eq!(invoice(A, B, &tipped(&[(S15, 1_000)], 230)).bill.gross, 1_380);
		refuse(B, &tipped(&[(S15, 1_000)], 231), Error::TipTooHigh);
		refuse(B, &tipped(&[(ZERO, 0)], 1), Error::TipTooHigh);
		let unregistered = |tip| {
			let sold = tipped(&[(OUTSIDE, 100)], tip);
			crate::mock::assess(&trade(D, None), &sold).map(|bill| bill.gross)
		};
		assert_eq!(unregistered(20), Ok(120));
		assert_noop!(unregistered(21), Error::<Test>::TipTooHigh);
		amend(|settings| settings.tip_limit = 0);
		refuse(B, &tipped(&[(S15, 1_000)], 1), Error::TipTooHigh);
		amend(|settings| settings.tip_limit = 1_000_000);
		assert_eq!(invoice(A, B, &tipped(&[(S15, 1_000)], 1_150)).bill.gross, 2_300);
	});
}

#[test]
fn a_sale_is_refused_when_it_makes_no_sense() {
	build_and_execute(|| {
		let base = sale(&[(S15, 1_000)]);
		let levied = |levies: Vec<_>| Sale { levies: bounded(levies), ..base.clone() };
		let withheld = |codes: Vec<_>| Sale { withholdings: bounded(codes), ..base.clone() };
		let max = MAX_AMOUNT as i128;
		for (sold, error) in [
			(sale(&[]), Error::<Test>::NothingSold),
			(sale(&[(7, 1)]), Error::CodeNotFound),
			(sale(&[(S15, 1), (S15, 1)]), Error::DuplicateCode),
			(sale(&[(WITHHELD, 1)]), Error::WrongCodeKind),
			(sale(&[(S15, max + 1)]), Error::TooLarge),
			(sale(&[(ZERO, max), (EXEMPT, 1)]), Error::TooLarge),
			(sale(&[(ZERO, -1)]), Error::NegativeNet),
			(sale(&[(S15, -100), (ZERO, 200)]), Error::NegativeTax),
			(sale(&[(S15, 1_000), (REVERSE, -1)]), Error::NegativeTax),
			(sale(&[(REVERSE, 100), (ZERO, -100)]), Error::NothingToPay),
			(
				Sale {
					levies: bounded(vec![levy(LEVY_IN, S20, 0)]),
					..sale(&[(S15, 9), (S20, -1)])
				},
				Error::LevyOnReturns,
			),
			(Sale { tip: MAX_AMOUNT + 1, ..base.clone() }, Error::TooLarge),
			(levied(vec![levy(S20, S15, 0)]), Error::WrongCodeKind),
			(levied(vec![levy(LEVY_IN, S20, 0)]), Error::LevyOnUnknownItem),
			(levied(vec![levy(LEVY_UNIT, S15, 0)]), Error::QuantityMissing),
			(levied(vec![levy(LEVY_IN, S15, 0); 2]), Error::DuplicateCode),
			(levied(vec![levy(9, S15, 0)]), Error::CodeNotFound),
			(withheld(vec![S15]), Error::WrongCodeKind),
			(withheld(vec![WITHHELD; 2]), Error::DuplicateCode),
		] {
			refuse(B, &sold, error);
		}
		assert_eq!(invoice(A, B, &sale(&[(ZERO, max)])).bill.gross, MAX_AMOUNT);
	});
}

#[test]
fn more_is_never_kept_than_is_paid() {
	build_and_execute(|| {
		for code in [300, 301] {
			let set = Tax::set_code(
				authority(),
				TOWN,
				code,
				text("all"),
				TaxKind::Withholding,
				0,
				1_000_000,
			);
			assert_ok!(set);
		}
		let withheld = |codes| Sale { withholdings: bounded(codes), ..sale(&[(S15, 100)]) };
		refuse(B, &withheld(vec![300, 301]), Error::WithheldBeyondGross);
		refuse(B, &withheld(vec![300, WITHHELD]), Error::TaxBeyondGross);
		assert_eq!(invoice(A, B, &withheld(vec![300])).pay_all().seller, 0);
	});
}

#[test]
fn a_trade_is_refused_when_its_parties_or_money_do_not_fit() {
	build_and_execute(|| {
		let sold = sale(&[(S15, 10)]);
		refuse(A, &sold, Error::SameParty);
		let with = |change: fn(&mut Trade)| {
			let mut trade = trade(A, Some(B));
			change(&mut trade);
			crate::mock::assess(&trade, &sold).map(|_| ())
		};
		let not_accepted = Error::<Test>::CurrencyNotAccepted;
		assert_noop!(with(|trade| trade.currency = FOREIGN_MONEY), not_accepted);
		assert_noop!(with(|trade| trade.jurisdiction = 1), Error::<Test>::JurisdictionNotFound);
		// A levy per unit is an amount of one currency.
		let levied = Sale { levies: bounded(vec![levy(LEVY_UNIT, S15, 1_000)]), ..sold.clone() };
		let mut other = trade(A, Some(B));
		other.currency = OTHER_MONEY;
		let assessed = crate::mock::assess(&other, &levied);
		assert_noop!(assessed, Error::<Test>::LevyInOtherCurrency);
	});
}
