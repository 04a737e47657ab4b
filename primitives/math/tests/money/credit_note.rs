use ourledger_math::{
	credit_note::{
		is_less, remaining_lines, settle, Buyer, Code, Invoice, Movement, Note, Outcome,
	},
	netting::buyer_credit,
	payment::share,
	rounding::MILLION,
	tax::{totals, Document, Line, Prices, Rounding},
	MathError,
};
use proptest::prelude::*;

fn paid_invoice() -> Invoice {
	let vat = Code { tax: 150, taken: 150, credited: 150, share: MILLION };
	Invoice { gross: 1_150, paid: 1_150, codes: vec![vat] }
}

fn movements(outcome: Outcome) -> Vec<Movement> {
	match outcome {
		Outcome::Settled { movements, .. } => movements,
		Outcome::Waits { missing } => panic!("waits for {missing}"),
	}
}

#[test]
fn used_credit_is_restored_out_of_the_refund() {
	let note = Note { gross: 0, taxes: &[0] };
	let found = settle(&paid_invoice(), &note, &Buyer { credit: 30, cover: 0 });
	let expected = [
		Movement::Excess { code: 0, amount: 150 },
		Movement::Reversed(30),
		Movement::MadeGood(120),
		Movement::Refund(1_030),
	];
	assert_eq!(found.map(movements), Ok(expected.to_vec()));
}

#[test]
fn note_without_effect_moves_nothing() {
	let note = Note { gross: 1_150, taxes: &[150] };
	let found = settle(&paid_invoice(), &note, &Buyer::default());
	assert_eq!(found.map(movements), Ok(vec![]));
}

#[test]
fn note_waits_until_the_buyer_covers_it() {
	// Half paid. The rest of the invoice isn't taxed any more, but no money goes back.
	let vat = Code { tax: 150, taken: 75, credited: 75, share: MILLION };
	let invoice = Invoice { gross: 1_150, paid: 575, codes: vec![vat] };
	let note = Note { gross: 1_000, taxes: &[0] };
	let waits = |cover| settle(&invoice, &note, &Buyer { credit: 10, cover });
	assert_eq!(waits(0), Ok(Outcome::Waits { missing: 65 }));
	assert_eq!(waits(64), Ok(Outcome::Waits { missing: 1 }));
	let expected =
		[Movement::Excess { code: 0, amount: 75 }, Movement::Reversed(10), Movement::Covered(65)];
	assert_eq!(waits(65).map(movements), Ok(expected.to_vec()));
	assert_eq!(waits(1_000).map(movements), Ok(expected.to_vec()));
}

#[test]
fn seller_pays_a_shortfall_and_the_buyer_is_credited() {
	// 575 of 1,150 + 1,000 free of tax are paid; the free part is credited.
	let codes = vec![
		Code { tax: 150, taken: 40, credited: 40, share: MILLION },
		Code { tax: 0, taken: 0, credited: 0, share: 0 },
	];
	let invoice = Invoice { gross: 2_150, paid: 575, codes };
	let note = Note { gross: 1_150, taxes: &[150, 0] };
	let found = settle(&invoice, &note, &Buyer::default());
	let expected = [Movement::Shortfall { code: 0, amount: 35 }, Movement::Credited(35)];
	assert_eq!(found.map(movements), Ok(expected.to_vec()));
}

#[test]
fn notes_that_do_not_fit_are_refused() {
	let invoice = paid_invoice();
	let refused = |invoice: &Invoice, gross, taxes: &[u128]| {
		settle(invoice, &Note { gross, taxes }, &Buyer::default()).err()
	};
	assert_eq!(refused(&invoice, 1_151, &[150]), Some(MathError::NoteRaisesInvoice));
	assert_eq!(refused(&invoice, 1_150, &[151]), Some(MathError::NoteRaisesInvoice));
	assert_eq!(refused(&invoice, 149, &[150]), Some(MathError::TaxBeyondGross));
	assert_eq!(refused(&invoice, 0, &[]), Some(MathError::LengthMismatch));
	let broken = Invoice { paid: 1_151, ..invoice.clone() };
	assert_eq!(refused(&broken, 0, &[0]), Some(MathError::Overpaid));
	let code = invoice.codes[0];
	let broken = |code| Invoice { codes: vec![code], ..invoice.clone() };
	let taken = broken(Code { taken: 151, ..code });
	assert_eq!(refused(&taken, 0, &[0]), Some(MathError::TakenBeyondTax));
	let credited = broken(Code { credited: 151, ..code });
	assert_eq!(refused(&credited, 0, &[0]), Some(MathError::CreditBeyondTax));
	let tax = broken(Code { tax: 1_151, ..code });
	assert_eq!(refused(&tax, 0, &[0]), Some(MathError::TaxBeyondGross));
}

#[test]
fn what_is_left_has_its_sign_and_is_no_larger() {
	for (before, after, less) in [
		(5, 5, true),
		(5, 0, true),
		(5, 6, false),
		(5, -1, false),
		(-5, -5, true),
		(-5, -6, false),
		(-5, 1, false),
		(0, 0, true),
		(0, 1, false),
		(0, -1, false),
		(i128::MIN, i128::MIN, true),
		(i128::MIN, i128::MAX, false),
	] {
		assert_eq!(is_less(before, after), less, "{before} {after}");
	}
}

#[test]
fn lines_that_remain_are_taxed() {
	let left = |was: &[i128], remain: &[i128]| remaining_lines(Prices::Net, was, remain, 150_000);
	// 15 and 7.5, which is 8.
	assert_eq!(left(&[100, 50], &[100, 50]), Ok((150, 23)));
	assert_eq!(left(&[100, 50], &[0, 50]), Ok((50, 8)));
	assert_eq!(left(&[100, -30], &[60, -20]), Ok((40, 6)));
	assert_eq!(left(&[], &[]), Ok((0, 0)));
	let prices = Prices::Gross;
	assert_eq!(remaining_lines(prices, &[115, 23], &[115, 11], 150_000), Ok((126, 16)));
	for (was, remain) in [
		(&[100, 50][..], &[101, 0][..]),
		(&[100, 50], &[-1, 50]),
		(&[100, -30], &[0, -30]),
		(&[100, -30], &[100, 0]),
		(&[100, -30], &[100, -31]),
		(&[0, 50], &[1, 49]),
	] {
		assert_eq!(left(was, remain), Err(MathError::NoteRaisesInvoice), "{was:?} {remain:?}");
	}
	assert_eq!(left(&[100], &[50, 50]), Err(MathError::LengthMismatch));
}

#[test]
fn splitting_lines_takes_no_more_tax_back() {
	// 100 lines of 0.04 of its own choice would take back 1.00 of 10.00 × 15 %; what remains of the
	// line gives 0.60.
	let left = remaining_lines(Prices::Net, &[10_00], &[6_00], 150_000);
	assert_eq!(left, Ok((6_00, 90)));
}

const RATES: [u32; 3] = [150_000, 50_000, 0];

/// Gross and taxes of these nets.
fn terms(nets: [i128; 3]) -> (u128, Vec<u128>) {
	let lines = nets.iter().enumerate();
	let lines = lines.map(|(category, amount)| Line { category, amount: *amount });
	let found = totals(&Document {
		prices: Prices::Net,
		rounding: Rounding::Category,
		rates: &RATES,
		lines: &lines.collect::<Vec<_>>(),
		levies: &[],
		withholdings: &[],
		untaxed: 0,
	});
	let found = found.expect("small amounts");
	(found.gross, found.subtotals.iter().map(|subtotal| subtotal.vat.unsigned_abs()).collect())
}

/// An invoice on these nets, of which a part in a hundred was paid, and what the buyer has left.
fn start(nets: [i128; 3], part: u128, shares: [u32; 3]) -> Invoice {
	let (gross, taxes) = terms(nets);
	let paid = gross * part / 100;
	let taken = share(gross, &taxes, paid).expect("within the gross");
	let codes = taxes.iter().zip(&taken).zip(shares).map(|((tax, taken), share)| Code {
		tax: *tax,
		taken: *taken,
		credited: buyer_credit(0, *taken, share).expect("a share"),
		share,
	});
	Invoice { gross, paid, codes: codes.collect() }
}

/// Sums of what movements do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sums {
	seller_credit: u128,
	shortfall: u128,
	buyer_falls: u128,
	buyer_rises: u128,
	back: u128,
	treasury: i128,
	credits: i128,
}

impl Sums {
	fn add(&mut self, movements: &[Movement]) {
		for movement in movements {
			let amount = movement.amount();
			let signed = amount as i128;
			match movement {
				Movement::Refund(_) => self.back += amount,
				Movement::MadeGood(_) => {
					self.back += amount;
					self.buyer_falls += amount;
					self.treasury += signed;
				},
				Movement::Covered(_) => {
					self.buyer_falls += amount;
					self.treasury += signed;
				},
				Movement::Excess { .. } => {
					self.seller_credit += amount;
					self.credits += signed;
				},
				Movement::Shortfall { .. } => {
					self.shortfall += amount;
					self.treasury += signed;
				},
				Movement::Reversed(_) => {
					self.buyer_falls += amount;
					self.credits -= signed;
				},
				Movement::Credited(_) => {
					self.buyer_rises += amount;
					self.credits += signed;
				},
			}
		}
	}
}

fn kept(invoice: &Invoice) -> i128 {
	invoice.codes.iter().map(|code| (code.taken - code.credited) as i128).sum()
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(3_000))]

	#[test]
	fn notes_keep_the_books_and_splitting_them_gains_nothing(
		nets in prop::array::uniform3(0..100_000i128),
		part in 0..=100u128,
		shares in prop::array::uniform3(prop_oneof![Just(MILLION), Just(0), 0..=MILLION]),
		credits in prop::collection::vec(0..40_000u128, 1..6),
		left in prop::collection::vec(prop::array::uniform3(0..=100i128), 1..6),
	) {
		let first = start(nets, part, shares);
		let mut invoice = first.clone();
		let mut remaining = nets;
		let mut sums = Sums::default();
		for (left, credit) in left.iter().zip(credits.iter().cycle()) {
			for (net, left) in remaining.iter_mut().zip(left) {
				*net = *net * left / 100;
			}
			let (gross, taxes) = terms(remaining);
			let before = kept(&invoice);
			let buyer = Buyer { credit: *credit, cover: u128::MAX };
			let outcome = settle(&invoice, &Note { gross, taxes: &taxes }, &buyer);
			let Ok(Outcome::Settled { movements, invoice: after }) = outcome else {
				panic!("covered: {outcome:?}");
			};
			let mut one = Sums::default();
			one.add(&movements);
			// No credit below zero, money back as stated, and the treasury keeps what it has to.
			prop_assert!(one.credits - one.seller_credit as i128 >= -(*credit as i128));
			prop_assert_eq!(one.back, invoice.paid - after.paid);
			prop_assert_eq!(one.treasury - one.credits, kept(&after) - before);
			prop_assert!(kept(&after) >= 0);
			prop_assert!(after.paid <= after.gross);
			let taken = after.codes.iter().map(|code| code.taken).collect::<Vec<_>>();
			prop_assert_eq!(Ok(taken), share(gross, &taxes, after.paid));
			sums.add(&movements);
			invoice = after;
		}

		// One note for all.
		let (gross, taxes) = terms(remaining);
		let buyer = Buyer { credit: u128::MAX, cover: 0 };
		let outcome = settle(&first, &Note { gross, taxes: &taxes }, &buyer);
		let Ok(Outcome::Settled { movements, invoice: at_once }) = outcome else {
			panic!("has credit: {outcome:?}");
		};
		let mut whole = Sums::default();
		whole.add(&movements);
		prop_assert_eq!(at_once.paid, invoice.paid);
		prop_assert_eq!(sums.back, whole.back);
		for (once, often) in at_once.codes.iter().zip(&invoice.codes) {
			prop_assert_eq!((once.tax, once.taken), (often.tax, often.taken));
		}
		let net = |sums: Sums| sums.seller_credit as i128 - sums.shortfall as i128;
		prop_assert_eq!(net(sums), net(whole));
		let gain = |sums: Sums| sums.buyer_rises as i128 - sums.buyer_falls as i128;
		// Rises after falls are rounded on their own: below a unit per code and note.
		let bound = 3 * left.len() as i128;
		prop_assert!(gain(sums) <= gain(whole) + bound);
		prop_assert!(gain(sums) >= gain(whole) - bound);
		// Of what only falls, several notes never leave more.
		if sums.shortfall == 0 && whole.shortfall == 0 {
			prop_assert!(gain(sums) <= gain(whole));
		}
	}
}
