use num_bigint::BigUint;
use num_traits::ToPrimitive;
use ourledger_math::{
	rounding::MILLION,
	shares::{withheld, FIRST_REST, MAX_DECLARED},
	MathError,
};
use proptest::prelude::*;

/// What is withheld of amounts one after the other, each at its rate, and the rest at the end.
fn one_by_one(steps: &[(u128, u32)], rest: u32) -> (Vec<u128>, u32) {
	let mut left = rest;
	let mut taxes = Vec::new();
	for (amount, rate) in steps {
		let (tax, rest) = withheld(*amount, *rate, left).expect("a rate");
		taxes.push(tax);
		left = rest;
	}
	(taxes, left)
}

#[test]
fn dividends_of_the_issue_are_withheld_to_the_unit() {
	assert_eq!(FIRST_REST, 500_000);
	assert_eq!(withheld(123_457, 100_000, FIRST_REST), Ok((12_346, 200_000)));
	assert_eq!(withheld(100_001, 100_000, 200_000), Ok((10_000, 300_000)));
}

#[test]
fn a_thousand_small_dividends_pay_what_one_large_does() {
	let (taxes, rest) = one_by_one(&[(4, 100_000); 1_000], FIRST_REST);
	assert_eq!((taxes.iter().sum::<u128>(), rest), (400, FIRST_REST));
	assert_eq!(withheld(4_000, 100_000, FIRST_REST), Ok((400, FIRST_REST)));
	// After the others of the issue, too.
	let (taxes, rest) = one_by_one(&[(4, 100_000); 1_000], 300_000);
	assert_eq!((taxes.iter().sum::<u128>(), rest), (400, 300_000));
	// Without what is carried, each would pay nothing.
	assert_eq!(withheld(4, 100_000, FIRST_REST), Ok((0, 900_000)));
	assert_eq!(withheld(4, 100_000, 900_000), Ok((1, 300_000)));
}

#[test]
fn rates_and_rests_have_bounds() {
	assert_eq!(withheld(1, MILLION + 1, 0), Err(MathError::ShareAboveWhole));
	assert_eq!(withheld(1, 0, MILLION), Err(MathError::ShareAboveWhole));
	assert_eq!(withheld(1, MILLION, MILLION - 1), Ok((1, MILLION - 1)));
	assert_eq!(withheld(1, 1, MILLION - 1), Ok((1, 0)));
	assert_eq!(withheld(0, MILLION, MILLION - 1), Ok((0, MILLION - 1)));
	assert_eq!(withheld(MAX_DECLARED, MILLION, MILLION - 1), Ok((MAX_DECLARED, MILLION - 1)));
	assert_eq!(withheld(u128::MAX, MILLION, MILLION - 1), Ok((u128::MAX, MILLION - 1)));
	assert_eq!(withheld(u128::MAX, 0, 1), Ok((0, 1)));
}

proptest! {
	#[test]
	fn tax_is_exact(
		(amount, shift) in (any::<u128>(), 0..128u32),
		rate in 0..=MILLION,
		rest in 0..MILLION,
	) {
		let amount = amount >> shift;
		let owed = BigUint::from(amount) * rate + rest;
		let (tax, left) = withheld(amount, rate, rest).expect("a rate");
		prop_assert!(tax <= amount);
		prop_assert_eq!(Some(tax), (&owed / MILLION).to_u128());
		prop_assert_eq!(Some(left), (&owed % MILLION).to_u32());
	}

	#[test]
	fn parts_are_withheld_what_the_whole_is(
		amounts in prop::collection::vec(0..=MAX_DECLARED / 1_000, 1..=1_000),
		rate in 0..=MILLION,
		rest in 0..MILLION,
	) {
		let steps = amounts.iter().map(|amount| (*amount, rate)).collect::<Vec<_>>();
		let (taxes, left) = one_by_one(&steps, rest);
		let whole = withheld(amounts.iter().sum::<u128>(), rate, rest);
		prop_assert_eq!(whole, Ok((taxes.iter().sum::<u128>(), left)));
	}

	#[test]
	fn all_that_was_withheld_is_at_most_half_a_unit_off(
		steps in prop::collection::vec(
			(prop_oneof![0..20u128, 0..=MAX_DECLARED / 64], 0..=MILLION),
			1..=64,
		),
	) {
		let (taxes, _) = one_by_one(&steps, FIRST_REST);
		// At any time, at whatever rates: in millionths.
		let (mut paid, mut exact) = (0u128, 0u128);
		for (tax, (amount, rate)) in taxes.iter().zip(&steps) {
			paid += tax * u128::from(MILLION);
			exact += amount * u128::from(*rate);
			prop_assert!(paid.abs_diff(exact) <= u128::from(FIRST_REST));
		}
	}
}
