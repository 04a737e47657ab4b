use crate::model::{amount, exact};
use num_traits::One;
use ourledger_math::{
	apportion::{floor_then_order, largest_remainder},
	MathError,
};
use proptest::prelude::*;

#[test]
fn largest_fractions_get_what_is_left() {
	assert_eq!(largest_remainder(100, &[1, 1, 1]), Ok(vec![34, 33, 33]));
	assert_eq!(largest_remainder(10, &[5, 3, 3]), Ok(vec![4, 3, 3]));
	assert_eq!(largest_remainder(10, &[1, 5, 8]), Ok(vec![1, 3, 6]));
	assert_eq!(largest_remainder(1, &[0, 1, 1]), Ok(vec![0, 1, 0]));
	assert_eq!(largest_remainder(0, &[0, 0]), Ok(vec![0, 0]));
	assert_eq!(largest_remainder(u128::MAX, &[1, 0]), Ok(vec![u128::MAX, 0]));
}

#[test]
fn earliest_weights_get_what_is_left() {
	assert_eq!(floor_then_order(10, &[1, 5, 8]), Ok(vec![1, 4, 5]));
	assert_eq!(floor_then_order(2, &[0, 1, 1, 1]), Ok(vec![0, 1, 1, 0]));
	assert_eq!(floor_then_order(0, &[]), Ok(vec![]));
}

#[test]
fn nothing_is_shared_over_nothing() {
	assert_eq!(largest_remainder(1, &[]), Err(MathError::NoWeight));
	assert_eq!(floor_then_order(1, &[0, 0]), Err(MathError::NoWeight));
	assert_eq!(largest_remainder(1, &[u128::MAX, 1]), Err(MathError::Overflow));
}

proptest! {
	#[test]
	fn shares_sum_and_stay_within_a_unit(
		whole in amount(),
		weights in prop::collection::vec(prop_oneof![1 => Just(0), 6 => amount()], 1..9),
	) {
		let sum = weights.iter().sum::<u128>();
		prop_assume!(sum > 0);
		for way in [largest_remainder, floor_then_order] {
			let shares = way(whole, &weights).expect("something to share over");
			prop_assert_eq!(shares.iter().sum::<u128>(), whole);
			for (share, weight) in shares.iter().zip(&weights) {
				let fair = exact(whole) * exact(*weight) / exact(sum);
				prop_assert!(exact(*share) - &fair <= One::one());
				prop_assert!(fair - exact(*share) < One::one());
				prop_assert!(*weight > 0 || *share == 0);
			}
		}
	}

	#[test]
	fn no_transfer_of_a_unit_comes_closer(
		whole in 0..1_000u128,
		weights in prop::collection::vec(1..50u128, 1..6),
	) {
		let sum = weights.iter().sum::<u128>();
		let shares = largest_remainder(whole, &weights).expect("something to share over");
		let fair = |place: usize| exact(whole) * exact(weights[place]) / exact(sum);
		let over = |place: usize| exact(shares[place]) - fair(place);
		for one in 0..weights.len() {
			for other in 0..weights.len() {
				// Moving a unit from one to the other would cost as much or more.
				prop_assert!(over(one) - over(other) <= One::one());
			}
		}
	}
}
