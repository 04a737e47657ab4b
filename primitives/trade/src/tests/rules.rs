//! Who may sell what to whom, and when.

use super::*;
use crate::{invoice::Subtotal, rules::*};

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
fn returns_that_are_taxed_higher_leave_a_third() {
	let of = |parts: &[(TaxCode, u32, i128)]| {
		let subtotals = parts.iter().map(|(code, rate, net)| Subtotal {
			code: *code,
			rate: *rate,
			net: *net,
			vat: net * i128::from(*rate) / 1_000_000,
			..sold(&[if *code == REVERSE { REVERSE } else { STANDARD }])[0].clone()
		});
		ensure_returns(&subtotals.collect::<Vec<_>>())
	};
	let refused = |code| Err(Refusal::ReturnsTaxedHigher(code));
	assert_eq!(of(&[(STANDARD, 77_000, 10_000), (REDUCED, 25_000, -5_000)]), Ok(()));
	// 2,000 at 2.5 %: of these, 1,333 may come back at 20 %.
	assert_eq!(of(&[(REDUCED, 25_000, 80_000), (STANDARD, 200_000, -6_665)]), Ok(()));
	assert_eq!(of(&[(REDUCED, 25_000, 80_000), (STANDARD, 200_000, -6_670)]), refused(STANDARD));
	// Against as much of their rate or a higher one, all may.
	let beside = |back| of(&[(91, 200_000, 1_000), (REDUCED, 25_000, 800), (92, 200_000, back)]);
	assert_eq!((beside(-1_000), beside(-1_005)), (Ok(()), refused(92)));
	// So may two returns, against what is above the lower of them.
	let both = |third| of(&[(91, 200_000, 5_000), (92, 150_000, -4_000), (93, 100_000, third)]);
	assert_eq!((both(-1_000), both(-1_010)), (Ok(()), refused(93)));
	// What is taxed at nothing takes nothing off; what the buyer books is no tax of this bill.
	assert_eq!(of(&[(91, 0, -5), (OUTSIDE, 0, 5)]), Ok(()));
	let reverse = [(REVERSE, 200_000, 5_000), (REDUCED, 25_000, 800), (STANDARD, 150_000, -100)];
	assert_eq!(of(&reverse), refused(STANDARD));
}
