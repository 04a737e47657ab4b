use ourledger_math::{
	shares::{part_of, MAX_RAISED, MAX_SHARES},
	MathError,
};
use proptest::prelude::*;

#[test]
fn raised_money_of_the_issue_goes_to_its_last_unit() {
	let all = (1..=50u128).map(|number| 2 + number % 10).sum::<u128>();
	let mut unspent = all * 25_000;
	assert_eq!((all, unspent), (325, 8_125_000));
	let mut take = |part, whole, expected| {
		assert_eq!(part_of(unspent, part, whole), Ok(expected));
		unspent -= expected;
	};
	take(250_000, 1_000_000, 2_031_250);
	// Number 7 leaves with its 9 shares.
	take(9, 325, 168_750);
	take(500_000, 750_000, 3_950_000);
	take(250_000, 250_000, 1_975_000);
	assert_eq!(unspent, 0);
}

#[test]
fn parts_are_rounded_down_and_have_bounds() {
	assert_eq!(part_of(1, 1, 2), Ok(0));
	assert_eq!(part_of(3, 1, 2), Ok(1));
	assert_eq!(part_of(7, 0, 3), Ok(0));
	assert_eq!(part_of(7, 3, 3), Ok(7));
	assert_eq!(part_of(7, 4, 3), Err(MathError::ShareAboveWhole));
	assert_eq!(part_of(7, 0, 0), Err(MathError::DivisionByZero));
	assert_eq!(part_of(u128::MAX, u128::MAX, u128::MAX), Ok(u128::MAX));
	assert_eq!(part_of(u128::MAX, u128::MAX - 1, u128::MAX), Ok(u128::MAX - 1));
}

proptest! {
	#[test]
	fn nobody_gains_by_leaving_in_pieces(
		unspent in prop_oneof![0..1_000u128, 0..=MAX_RAISED],
		pieces in prop::collection::vec(0..=MAX_SHARES / 32, 1..16),
		others in 1..=MAX_SHARES / 2,
	) {
		let leaving = pieces.iter().copied().map(u128::from).sum::<u128>();
		let others = u128::from(others);
		let at_once = part_of(unspent, leaving, leaving + others).expect("a part");
		let (mut left, mut all) = (unspent, leaving + others);
		for piece in pieces {
			let paid = part_of(left, piece.into(), all).expect("a part");
			left -= paid;
			all -= u128::from(piece);
		}
		prop_assert_eq!(all, others);
		prop_assert!(unspent - left <= at_once);
		// Nor do the others lose: each has at least what it would have had before.
		prop_assert!(left * (leaving + others) >= unspent * others);
	}

	#[test]
	fn nobody_gets_less_for_leaving_later(
		unspent in prop_oneof![0..1_000u128, 0..=MAX_RAISED],
		mine in 0..=MAX_SHARES / 2,
		earlier in 0..=MAX_SHARES / 2,
		stay in any::<bool>(),
	) {
		let (mine, earlier) = (u128::from(mine), u128::from(earlier));
		let all = mine + earlier + u128::from(stay);
		prop_assume!(mine + u128::from(stay) > 0);
		let now = part_of(unspent, mine, all).expect("a part");
		let left = unspent - part_of(unspent, earlier, all).expect("a part");
		let later = part_of(left, mine, all - earlier).expect("a part");
		prop_assert!(later >= now);
	}

	#[test]
	fn last_release_takes_all(
		raised in prop_oneof![0..1_000u128, 0..=MAX_RAISED],
		parts in prop::collection::vec(1..1_000_000u128, 1..9),
	) {
		let (mut unspent, mut left) = (raised, parts.iter().sum::<u128>());
		for part in parts {
			unspent -= part_of(unspent, part, left).expect("a part");
			left -= part;
		}
		prop_assert_eq!(unspent, 0);
	}
}
