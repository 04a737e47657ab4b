//! Who may sell what to whom, and when.

use super::*;
use crate::{
	books::{CodeTotal, OTHER_CODES, STATEMENT_CODES},
	invoice::Subtotal,
	rules::*,
};

fn sold(codes: &[TaxCode]) -> Vec<Subtotal> {
	let items = codes.iter().map(|code| (*code, 100)).collect::<Vec<_>>();
	let sale = sale(&items);
	let rated = Rated::of(&sale, terms(), rate_of).expect("is fine");
	rated.subtotals().to_vec()
}

#[test]
fn supply_is_today_or_a_little_before() {
	for (supply, refusal) in [
		(100, None),
		(101, Some(Refusal::SupplyInFuture)),
		(40, None),
		(39, Some(Refusal::SupplyOutsideBound { first: 40 })),
	] {
		assert_eq!(ensure_supply(supply, 100, 60).err(), refusal, "{supply}");
	}
	assert_eq!(ensure_supply(0, 3, 60), Ok(()));
}

#[test]
fn nobody_sells_to_itself() {
	assert_eq!(ensure_parties(2, Some(3)), Ok(()));
	assert_eq!(ensure_parties(2, None), Ok(()));
	assert_eq!(ensure_parties(2, Some(2)), Err(Refusal::SameParty));
}

#[test]
fn what_is_out_of_scope_stands_alone() {
	assert_eq!(ensure_scope(&sold(&[OUTSIDE])), Ok(()));
	assert_eq!(ensure_scope(&sold(&[STANDARD, REVERSE])), Ok(()));
	let refusal = Refusal::OutOfScopeAlone(OUTSIDE);
	assert_eq!(ensure_scope(&sold(&[STANDARD, OUTSIDE])), Err(refusal));
}

#[test]
fn seller_uses_what_it_may() {
	let allowed: &[_] = &[OUTSIDE];
	for (code, terms, refusal) in [
		(STANDARD, Some(&[][..]), None),
		(STANDARD, None, Some(Refusal::SellerNotRegistered(STANDARD))),
		(OUTSIDE, None, None),
		(OUTSIDE, Some(&[]), Some(Refusal::CodeNotAllowed(OUTSIDE))),
		(OUTSIDE, Some(allowed), None),
		(REVERSE, Some(allowed), Some(Refusal::CodeNotAllowed(REVERSE))),
		(EXPORT, Some(allowed), Some(Refusal::CodeNotAllowed(EXPORT))),
	] {
		assert_eq!(ensure_seller(&sold(&[code]), terms).err(), refusal, "{code} {terms:?}");
	}
}

#[test]
fn reverse_charge_needs_a_business_without_arrears() {
	let of = |code, buyer| ensure_reverse(&sold(&[code]), || buyer);
	let buyer = |registered, arrears| Some(Standing { registered, arrears });
	assert_eq!(of(REVERSE, buyer(true, 0)), Ok(()));
	assert_eq!(of(REVERSE, None), Err(Refusal::BuyerUnknown(REVERSE)));
	assert_eq!(of(REVERSE, buyer(false, 1)), Err(Refusal::BuyerNotRegistered(REVERSE)));
	let refusal = Refusal::BuyerInArrears { code: REVERSE, arrears: 1 };
	assert_eq!(of(REVERSE, buyer(true, 1)), Err(refusal));
	// Nobody is asked about what is sold otherwise.
	assert_eq!(ensure_reverse(&sold(&[STANDARD]), || panic!("isn't needed")), Ok(()));
}

#[test]
fn export_goes_abroad_with_evidence() {
	let of = |has_evidence, at_home| ensure_export(&sold(&[EXPORT]), has_evidence, || at_home);
	assert_eq!(of(true, Some(false)), Ok(()));
	assert_eq!(of(true, None), Err(Refusal::BuyerUnknown(EXPORT)));
	assert_eq!(of(false, Some(true)), Err(Refusal::ExportNeedsEvidence(EXPORT)));
	assert_eq!(of(true, Some(true)), Err(Refusal::ExportToTaxpayer(EXPORT)));
	assert_eq!(ensure_export(&sold(&[STANDARD]), false, || panic!("isn't needed")), Ok(()));
}

#[test]
fn returns_were_sold_in_two_months() {
	let month = |tax| [CodeTotal { code: REDUCED, net: 0, tax }];
	let returns = || [(REDUCED, -1_500)];
	assert_eq!(ensure_sold(returns(), &month(1_000), &month(500)), Ok(()));
	let refusal = Refusal::ReturnsUnsold { code: REDUCED, tax: -1_500, sold: 1_499 };
	assert_eq!(ensure_sold(returns(), &month(1_000), &month(499)), Err(refusal));
	// A statement without room for the code doesn't tell what was sold under it.
	let other = |code| CodeTotal { code, net: 0, tax: 0 };
	let mut full = (100..).map(other).take(STATEMENT_CODES as usize - 1).collect::<Vec<_>>();
	full.push(other(OTHER_CODES));
	let refusal = Refusal::ReturnsUnsold { code: REDUCED, tax: -1_500, sold: 0 };
	assert_eq!(ensure_sold(returns(), &month(1_500), &full), Err(refusal));
	full[3] = CodeTotal { code: REDUCED, net: 0, tax: 1_500 };
	assert_eq!(ensure_sold(returns(), &[], &full), Ok(()));
	full.truncate(STATEMENT_CODES as usize - 2);
	full[3] = other(300);
	assert_eq!(ensure_sold(returns(), &month(1_500), &full), Ok(()));
}
