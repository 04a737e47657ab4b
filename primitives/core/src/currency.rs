//! The native token OUR and its units.

use crate::Balance;

/// Symbol of the native token.
pub const SYMBOL: &str = "OUR";

/// Decimals of the native token.
pub const DECIMALS: u8 = 12;

/// One OUR, in base units.
pub const OUR: Balance = 10u128.pow(DECIMALS as u32);

/// One thousandth of an OUR, in base units.
pub const MILLI_OUR: Balance = OUR / 1_000;

/// One millionth of an OUR, in base units.
pub const MICRO_OUR: Balance = MILLI_OUR / 1_000;

/// Least balance an account may keep, in base units: 0.001 OUR. An account that falls below it is
/// removed, so that dust does not stay in everyone's state for ever.
pub const EXISTENTIAL_DEPOSIT: Balance = MILLI_OUR;

/// Refundable deposit for state kept on somebody's behalf, in base units: 0.01 OUR per item and
/// 0.0001 OUR per byte, so a gigabyte of such state costs 100,000 OUR and more to occupy. A bare
/// account puts down [`EXISTENTIAL_DEPOSIT`] alone: docs/design/0002-money-and-fees.md says what
/// follows.
pub const fn deposit(items: u32, bytes: u32) -> Balance {
	items as Balance * 10 * MILLI_OUR + bytes as Balance * 100 * MICRO_OUR
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn units_are_pinned() {
		assert_eq!(OUR, 1_000_000_000_000);
		assert_eq!(EXISTENTIAL_DEPOSIT, 1_000_000_000);
	}

	#[test]
	fn deposit_counts_items_and_bytes() {
		assert_eq!(deposit(0, 0), 0);
		assert_eq!(deposit(1, 0), OUR / 100);
		assert_eq!(deposit(0, 100), OUR / 100);
		assert_eq!(deposit(2, 50), OUR / 100 * 2 + OUR / 200);
	}
}
