//! How amounts are written and summed up.

use super::*;
use crate::invoice::{sum_of, Zigzag};
use codec::{Encode, MaxEncodedLen};

#[test]
fn signed_amounts_are_short_when_they_are_small() {
	for (amount, bytes) in [
		(0, vec![0]),
		(-1, vec![1 << 2]),
		(1, vec![2 << 2]),
		(31, vec![62 << 2]),
		(-32, vec![63 << 2]),
		(32, vec![1, 1]),
	] {
		assert_eq!(Zigzag::from(amount).encode(), bytes, "{amount}");
	}
	for amount in [0, 1, -1, 1 << 100, -(1 << 100), i128::MAX, i128::MIN] {
		assert_eq!(i128::from(Zigzag::from(amount)), amount);
	}
	assert_eq!(Zigzag::from(i128::MIN).encode().len(), Zigzag::max_encoded_len());
}

#[test]
fn lines_are_summed_up() {
	assert_eq!(sum_of(&lines(&[5, -7])), Some(-2));
	assert_eq!(sum_of(&lines(&[i128::MAX, 1])), None);
}

#[test]
fn lines_are_hashed_with_their_codes() {
	let bytes = [&[2 << 2][..], &[1, 0], &[2 << 2, 2 << 2, 3 << 2], &[7, 0], &[0]].concat();
	let (one, none) = (lines(&[1, -2]), lines(&[]));
	assert_eq!(hash_lines([(1, &one), (7, &none)], blake2), blake2(&bytes));
}
