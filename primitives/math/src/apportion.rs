//! Sharing an amount over weights, to the last unit.
//!
//! Both ways give each weight at least the floor of its exact share, and differ in who gets the
//! units that remain, of which there are fewer than weights. A weight of zero gets nothing.

use crate::{rounding::total, wide::Wide, MathError};
use alloc::vec::Vec;

/// Floor shares and, for each, the remainder of its division.
fn floors(amount: u128, weights: &[u128]) -> Result<(Vec<u128>, Vec<u128>), MathError> {
	let sum = total(weights.iter().copied())?;
	if sum == 0 && amount > 0 {
		return Err(MathError::NoWeight);
	}
	let share = |weight: &u128| {
		// A weight is at most the sum, so its share is at most the amount: it fits.
		Wide::product(amount, *weight).div_rem(sum.max(1)).ok_or(MathError::Overflow)
	};
	weights.iter().map(share).collect::<Result<Vec<_>, _>>().map(|pairs| pairs.into_iter().unzip())
}

/// Shares `amount` by largest remainder: what the floors leave goes, one unit each, to the
/// largest fractions; of equal ones to the earlier.
///
/// The shares sum to `amount`. Each is less than 1 from its exact share, above or below.
///
/// Source: the method of Hamilton.
pub fn largest_remainder(amount: u128, weights: &[u128]) -> Result<Vec<u128>, MathError> {
	let (mut shares, rests) = floors(amount, weights)?;
	let mut order = (0..weights.len()).collect::<Vec<_>>();
	order.sort_by_key(|place| (core::cmp::Reverse(rests[*place]), *place));
	give_one_each(amount, &mut shares, order)?;
	Ok(shares)
}

/// Shares `amount` by floors; what they leave goes, one unit each, to the earliest weights that
/// aren't zero.
///
/// The shares sum to `amount`. Each is less than 1 below its exact share and at most 1 above it;
/// the early ones gain.
pub fn floor_then_order(amount: u128, weights: &[u128]) -> Result<Vec<u128>, MathError> {
	let (mut shares, _) = floors(amount, weights)?;
	let order = (0..weights.len()).filter(|place| weights[*place] > 0).collect();
	give_one_each(amount, &mut shares, order)?;
	Ok(shares)
}

/// Adds what `amount` has over the shares, one unit each in this order.
///
/// The exact shares sum to the amount, so fewer units are left than there are fractions.
fn give_one_each(amount: u128, shares: &mut [u128], order: Vec<usize>) -> Result<(), MathError> {
	let mut left = amount.checked_sub(total(shares.iter().copied())?).ok_or(MathError::Overflow)?;
	for place in order {
		if left == 0 {
			break;
		}
		shares[place] = shares[place].checked_add(1).ok_or(MathError::Overflow)?;
		left -= 1;
	}
	Ok(())
}
