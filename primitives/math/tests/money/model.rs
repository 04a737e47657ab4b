//! Exact fractions.

use num_bigint::BigInt;
pub use num_rational::BigRational as Exact;
use num_traits::{Signed, ToPrimitive};
use proptest::prelude::*;

pub fn exact(number: impl Into<BigInt>) -> Exact {
	Exact::from_integer(number.into())
}

pub fn ratio(numerator: impl Into<BigInt>, denominator: impl Into<BigInt>) -> Exact {
	Exact::new(numerator.into(), denominator.into())
}

/// A share of parts per million.
pub fn ppm(rate: u32) -> Exact {
	ratio(rate, 1_000_000)
}

/// To the nearest whole number, a half away from zero.
pub fn near(value: &Exact) -> BigInt {
	let size = (value.abs() + ratio(1, 2)).floor().to_integer();
	if value.is_negative() {
		-size
	} else {
		size
	}
}

pub fn fits(value: &BigInt) -> Option<u128> {
	value.to_u128()
}

/// Numbers of every length, with the ends of the range among them.
pub fn number() -> impl Strategy<Value = u128> {
	prop_oneof![
		8 => (any::<u128>(), 0..128u32).prop_map(|(number, shift)| number >> shift),
		1 => Just(0),
		1 => Just(u128::MAX),
		1 => (0..128u32).prop_map(|bit| 1 << bit),
	]
}

/// Amounts of money, most of them small.
pub fn amount() -> impl Strategy<Value = u128> {
	(any::<u128>(), 32..128u32).prop_map(|(number, shift)| number >> shift)
}
