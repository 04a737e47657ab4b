use crate::model::{exact, fits, near, number, ratio};
use num_bigint::BigUint;
use num_traits::ToPrimitive;
use ourledger_math::{
	rounding::{
		div_half, mul_div_down, mul_div_half, mul_div_up, share_down, share_up, signed_div_half,
		signed_mul_div_half, MILLION,
	},
	MathError,
};
use proptest::prelude::*;

#[test]
fn halves_go_away_from_zero() {
	let cases = [(5, 2, 3), (-5, 2, -3), (7, 2, 4), (-7, 2, -4), (4, 3, 1), (5, 3, 2), (-1, 3, 0)];
	for (a, divisor, expected) in cases {
		assert_eq!(signed_div_half(a, divisor), Ok(expected), "{a} / {divisor}");
		assert_eq!(signed_div_half(-a, -divisor), Ok(expected), "{} / {}", -a, -divisor);
	}
	assert_eq!(div_half(u128::MAX, 2), Ok(1 << 127));
	assert_eq!(div_half(u128::MAX, u128::MAX), Ok(1));
}

#[test]
fn smallest_and_largest_numbers_are_handled() {
	assert_eq!(signed_div_half(i128::MIN, 1), Ok(i128::MIN));
	assert_eq!(signed_div_half(i128::MIN, -1), Err(MathError::Overflow));
	assert_eq!(signed_mul_div_half(i128::MIN, u128::MAX, u128::MAX), Ok(i128::MIN));
	assert_eq!(signed_mul_div_half(i128::MAX, 2, 1), Err(MathError::Overflow));
	assert_eq!(mul_div_down(u128::MAX, u128::MAX, u128::MAX), Ok(u128::MAX));
	assert_eq!(mul_div_up(u128::MAX, 3, 3), Ok(u128::MAX));
	assert_eq!(mul_div_up(u128::MAX, u128::MAX, u128::MAX - 1), Err(MathError::Overflow));
	assert_eq!(mul_div_half(1, 1, 0), Err(MathError::DivisionByZero));
	assert_eq!(signed_div_half(1, 0), Err(MathError::DivisionByZero));
}

#[test]
fn products_of_awkward_halves_divide_as_whole_numbers() {
	// Every pair of these halves: what makes a guessed digit of the quotient wrong.
	const HALVES: [u64; 7] = [0, 1, 2, 1 << 63, (1 << 63) - 1, u64::MAX, u64::MAX - 1];
	let numbers = HALVES.iter().flat_map(|high| {
		HALVES.iter().map(move |low| (u128::from(*high) << 64) | u128::from(*low))
	});
	let numbers = numbers.collect::<Vec<_>>();
	for a in &numbers {
		for b in &numbers {
			let product = BigUint::from(*a) * *b;
			for divisor in numbers.iter().filter(|divisor| **divisor > 0) {
				let expected = (&product / *divisor).to_u128();
				assert_eq!(mul_div_down(*a, *b, *divisor).ok(), expected, "{a} × {b} / {divisor}");
			}
		}
	}
}

#[test]
fn shares_above_the_whole_are_refused() {
	assert_eq!(share_down(7, MILLION), Ok(7));
	assert_eq!(share_down(7, MILLION + 1), Err(MathError::ShareAboveWhole));
	assert_eq!(share_up(7, MILLION + 1), Err(MathError::ShareAboveWhole));
	assert_eq!((share_down(7, 500_000), share_up(7, 500_000)), (Ok(3), Ok(4)));
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(4_000))]

	#[test]
	fn products_divide_as_exact_fractions(a in number(), b in number(), divisor in number()) {
		prop_assume!(divisor > 0);
		let value = exact(a) * exact(b) / exact(divisor);
		let is = |found: Result<u128, MathError>, value| match fits(&value) {
			Some(value) => found == Ok(value),
			None => found == Err(MathError::Overflow),
		};
		prop_assert!(is(mul_div_down(a, b, divisor), value.floor().to_integer()));
		prop_assert!(is(mul_div_up(a, b, divisor), value.ceil().to_integer()));
		prop_assert!(is(mul_div_half(a, b, divisor), near(&value)));
	}

	#[test]
	fn close_quotients_divide_as_exact_fractions(
		divisor in number(),
		quotient in number(),
		off in 0..3u128,
	) {
		// Just below and above a whole number, or a half.
		prop_assume!(divisor > 0);
		let a = quotient.saturating_add(off).saturating_sub(1);
		let value = exact(a) * exact(divisor) / exact(divisor);
		prop_assert_eq!(mul_div_half(a, divisor, divisor).ok(), fits(&near(&value)));
		let half = ratio(a, 2);
		prop_assert_eq!(div_half(a, 2).ok(), fits(&near(&half)));
	}

	#[test]
	fn signed_products_divide_as_exact_fractions(
		size in number(),
		negative: bool,
		b in number(),
		divisor in number(),
	) {
		prop_assume!(divisor > 0);
		let a = (size >> 1) as i128 * if negative { -1 } else { 1 };
		let value = near(&(exact(a) * exact(b) / exact(divisor)));
		let found = signed_mul_div_half(a, b, divisor);
		match value.to_i128() {
			Some(value) => prop_assert_eq!(found, Ok(value)),
			None => prop_assert_eq!(found, Err(MathError::Overflow)),
		}
	}

	#[test]
	fn shares_are_exact_to_the_unit(amount in number(), share in 0..=MILLION) {
		let value = exact(amount) * ratio(share, MILLION);
		let down = share_down(amount, share).ok();
		prop_assert_eq!(down, fits(&value.floor().to_integer()));
		prop_assert_eq!(share_up(amount, share).ok(), fits(&value.ceil().to_integer()));
	}
}
