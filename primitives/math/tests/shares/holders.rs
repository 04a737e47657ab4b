use crate::book::Book;
use num_bigint::BigInt;
use num_rational::BigRational;
use ourledger_math::shares::{split, MAX_DISTRIBUTED, MAX_SHARES};
use proptest::prelude::*;

/// Kind, two holders, and an amount or a number of shares.
type Step = (u8, usize, usize, u64);

/// Most steps of a sequence. Each distributes less than 2⁵⁸, so all keep below 2⁶³.
const MOST: usize = 32;

fn steps() -> impl Strategy<Value = Vec<Step>> {
	let number = (any::<u64>(), 6..64u32).prop_map(|(number, shift)| number >> shift);
	prop::collection::vec((0..8u8, any::<usize>(), any::<usize>(), number), 1..=MOST)
}

/// Holdings of up to 2³⁷ each, and fewer than eight, so that there are at most 2⁴⁰ shares.
fn holdings() -> impl Strategy<Value = Vec<u64>> {
	let holding = (0..=MAX_SHARES / 8, 0..40u32).prop_map(|(shares, shift)| shares >> shift);
	prop::collection::vec(holding, 1..8)
}

/// A part of what is held, quite often all.
fn some(held: u64, number: u64) -> u64 {
	if number.is_multiple_of(3) {
		held
	} else {
		number % (held + 1)
	}
}

/// Any step of a life: distributions, transfers, claims, exits.
fn take(book: &mut Book, (kind, one, other, number): Step) {
	let count = book.entries.len();
	let (one, other) = (one % count, other % count);
	let shares = some(book.entries[one].shares, number);
	match kind {
		0..=2 => book.distribute(number.into()),
		3..=5 => book.transfer(one, other, shares),
		6 => {
			book.claim(one);
		},
		// One share is left at least.
		_ => book.give_up(one, shares.min(book.shares() - 1)),
	}
}

fn whole(number: impl Into<BigInt>) -> BigRational {
	BigRational::from_integer(number.into())
}

/// What so many distributions may move between holders by rounding, in minor units: each less than
/// 2⁻⁶⁴ per share.
fn slack(distributions: usize) -> BigRational {
	BigRational::new(BigInt::from(distributions) * MAX_SHARES, BigInt::from(1) << 64u32)
}

#[test]
fn fractions_stay_with_their_holder() {
	// Three times a third of a unit, claimed each time, is a unit.
	let mut book = Book::new(&[1, 2]);
	let mut claims = [0; 3];
	for claim in &mut claims {
		book.distribute(1);
		*claim = book.claim(0);
		assert!(book.is_conserved());
	}
	assert_eq!((claims, book.claim(1)), ([0, 0, 1], 2));
	assert_eq!(book.per_share.rest, 0);
}

#[test]
fn shares_that_were_sold_leave_what_they_earned() {
	let mut book = Book::new(&[10, 0, 10]);
	book.distribute(100);
	book.transfer(0, 1, 10);
	book.distribute(20);
	assert_eq!([0, 1, 2].map(|holder| book.claim(holder)), [50, 10, 60]);
	assert!(book.is_conserved());
}

#[test]
fn who_sells_out_leaves_its_fraction_to_all_others() {
	let mut book = Book::new(&[1, 1, 1]);
	book.distribute(1);
	// A third of a unit each. Two sell out to the last, who has all of it with the next.
	book.transfer(0, 2, 1);
	book.transfer(1, 2, 1);
	assert_eq!((book.entries[0].left, book.entries[1].left), (1, 1));
	book.distribute(1);
	assert_eq!([0, 1, 2].map(|holder| book.claim(holder)), [0, 0, 2]);
	assert_eq!(book.per_share.rest, 0);
	assert!(book.is_conserved());
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(2_000))]

	#[test]
	fn all_accruals_and_the_rest_come_to_what_is_unclaimed(
		holdings in holdings(),
		steps in steps(),
	) {
		prop_assume!(holdings.iter().any(|shares| *shares > 0));
		let mut book = Book::new(&holdings);
		for step in steps {
			take(&mut book, step);
			prop_assert!(book.is_conserved());
		}
		for holder in 0..holdings.len() {
			book.claim(holder);
		}
		prop_assert!(book.is_conserved());
	}

	#[test]
	fn holders_get_their_part_of_every_distribution(holdings in holdings(), steps in steps()) {
		prop_assume!(holdings.iter().any(|shares| *shares > 0));
		let mut book = Book::new(&holdings);
		let slack = slack(steps.len());
		for step in steps {
			take(&mut book, step);
		}
		// Less than a unit less, each time that it sold out. More only by what others left so.
		let left = book.entries.iter().map(|entry| entry.left).sum::<u32>();
		for entry in &book.entries {
			let gain = book.got(entry) - &entry.fair;
			prop_assert!(gain >= -(whole(entry.left) + &slack), "{:?}", entry);
			prop_assert!(gain <= whole(left) + &slack, "{:?}", entry);
		}
	}

	#[test]
	fn a_coalition_in_pieces_gains_at_most_a_unit(
		coalition in 1..=MAX_SHARES / 8,
		others in holdings(),
		steps in steps(),
	) {
		// Once with one account, once with four among which it moves its shares at will. In the
		// latter case it makes everybody claim at any time, too.
		const ACCOUNTS: usize = 4;
		let holdings = [coalition, 0, 0, 0].into_iter().chain(others).collect::<Vec<_>>();
		let mut told_whole = Book::new(&holdings);
		let mut told_in_pieces = told_whole.clone();
		for (kind, one, other, number) in steps {
			let pieces = &mut told_in_pieces;
			match kind {
				0..=2 => {
					told_whole.distribute(number.into());
					pieces.distribute(number.into());
				},
				3..=6 => {
					let (one, other) = (one % ACCOUNTS, other % ACCOUNTS);
					pieces.transfer(one, other, some(pieces.entries[one].shares, number));
				},
				_ => {
					pieces.claim(one % holdings.len());
				},
			}
			prop_assert!(told_in_pieces.is_conserved());
		}
		for holder in 0..holdings.len() {
			told_whole.claim(holder);
			told_in_pieces.claim(holder);
		}
		let of_coalition = |book: &Book| {
			book.entries[..ACCOUNTS].iter().map(|entry| entry.paid).sum::<u128>()
		};
		prop_assert!(of_coalition(&told_in_pieces) <= of_coalition(&told_whole) + 1);
		// Others never sold out, and lose nothing.
		let others = told_whole.entries.iter().zip(&told_in_pieces.entries).skip(ACCOUNTS);
		for (once, often) in others {
			prop_assert!(often.paid >= once.paid);
		}
	}

	#[test]
	fn all_that_can_be_distributed_fits(
		shares in prop_oneof![1 => Just(1u64), 1 => Just(MAX_SHARES), 4 => 1..=MAX_SHARES],
		mut cuts in prop::collection::vec(0..=MAX_DISTRIBUTED, 0..8),
		numbers in prop::collection::vec(any::<u64>(), 9),
	) {
		// To the last unit, in any parts, while shares are moved and given up.
		cuts.extend([0, MAX_DISTRIBUTED]);
		cuts.sort_unstable();
		let mut book = Book::new(&[shares, 0]);
		for (cut, number) in cuts.windows(2).zip(numbers) {
			book.distribute(cut[1] - cut[0]);
			prop_assert!(book.is_conserved());
			book.transfer(0, 1, some(book.entries[0].shares, number));
			if number.is_multiple_of(2) {
				let some = some(book.entries[1].shares, number >> 1);
				book.give_up(1, some.min(book.shares() - 1));
			}
			prop_assert!(book.is_conserved());
		}
		book.claim(0);
		book.claim(1);
		prop_assert!(book.is_conserved());
		// What isn't paid is less than a unit of each, and the rest.
		let (open, _) = split(book.per_share.rest);
		prop_assert!(MAX_DISTRIBUTED - book.paid() <= open + 2);
	}
}
