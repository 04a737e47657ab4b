//! The story of the guide `docs/guides/co-ownership.md`, from the first dividend to the last claim.

use crate::book::Book;
use ourledger_math::shares::{split, withheld, FIRST_REST};

/// Withheld of dividends, in parts per million.
const RATE: u32 = 100_000;

/// A venture and what its withholding carries.
struct Venture {
	book: Book,
	rest: u32,
}

impl Venture {
	/// The i-th of fifty has 2 + (i mod 10) shares; number 7 has left.
	fn new() -> Self {
		let mut holdings = (1..=50u64).map(|number| 2 + number % 10).collect::<Vec<_>>();
		holdings[6] = 0;
		Self { book: Book::new(&holdings), rest: FIRST_REST }
	}

	/// Declares a dividend, and returns what is withheld.
	fn declare(&mut self, amount: u128) -> u128 {
		let (tax, rest) = withheld(amount, RATE, self.rest).expect("a rate");
		self.rest = rest;
		self.book.distribute(amount - tax);
		tax
	}

	/// What these numbers claim.
	fn claim<const N: usize>(&mut self, numbers: [usize; N]) -> [u128; N] {
		numbers.map(|number| self.book.claim(number - 1))
	}
}

#[test]
fn every_figure_of_the_story_is_to_the_unit() {
	let mut venture = Venture::new();
	assert_eq!(venture.book.shares(), 316);

	assert_eq!(venture.declare(123_457), 12_346);
	assert_eq!(venture.book.per_share.sum, 6_486_190_445_487_158_194_953);
	// Number 3 gives number 12 two of its five shares.
	assert_eq!(venture.book.entries[2].shares, 5);
	venture.book.transfer(2, 11, 2);
	assert_eq!(venture.declare(100_001), 10_000);
	let taxes = (0..1_000).map(|_| venture.declare(4)).sum::<u128>();
	assert_eq!(taxes, 400);
	assert_eq!(venture.claim([3, 12, 10, 9]), [2_646, 3_183, 1_295, 7_126]);

	// The wind-up: what is in the own account is capital, and untaxed.
	venture.book.distribute(200_000);
	assert_eq!(venture.claim([3, 12]), [1_899, 3_798]);
	assert!(venture.book.is_conserved());

	// All others claim all they have at once, and give their shares up.
	for holder in 0..50 {
		venture.book.claim(holder);
		let shares = venture.book.entries[holder].shares;
		venture.book.give_up(holder, shares);
	}
	assert_eq!(venture.book.shares(), 0);
	assert!(venture.book.is_conserved());
	// Every unit is accounted for: paid, withheld, and what rounding left to the seat's treasury.
	assert_eq!(venture.book.paid(), 404_690);
	assert_eq!(split(venture.book.per_share.rest), (22, 0));
	assert_eq!(404_690 + 22 + 12_346 + 10_000 + 400, 123_457 + 100_001 + 4_000 + 200_000);
}

#[test]
fn story_ends_alike_in_whatever_order_all_claim() {
	let mut venture = Venture::new();
	venture.declare(123_457);
	venture.book.transfer(2, 11, 2);
	for amount in [100_001, 4_000] {
		venture.declare(amount);
	}
	venture.book.distribute(200_000);
	for holder in (0..50).rev() {
		venture.book.claim(holder);
	}
	assert_eq!(venture.book.paid(), 404_690);
	assert_eq!((venture.book.entries[2].paid, venture.book.entries[11].paid), (4_545, 6_981));
}
