//! What a note leaves, and what moves.

use super::*;
use crate::{
	books::Reserve,
	invoice::{Remainder, MAX_AMOUNT},
	note::{reduce, remainder, Buyers, Outcome, Plan},
	payment,
	reverse::{Reverse, Undone},
};

fn left(bill: &Bill, note: &Note) -> Result<Bill, Refusal> {
	reduce(bill, &remainder(bill, note, blake2)?)
}

fn outcome(bill: &Bill, note: &Note, parties: &Parties<'_>, cover: Balance) -> Outcome {
	let rest = left(bill, note).expect("takes back what is there");
	Outcome::of(bill, rest, MONEY, parties, cover).expect("is fine")
}

fn settled(bill: &Bill, note: &Note, parties: &Parties<'_>, cover: Balance) -> Plan {
	match outcome(bill, note, parties, cover) {
		Outcome::Settles(plan) => *plan,
		waits => panic!("{waits:?}"),
	}
}

/// A bill that was paid so much.
fn paid(items: &[(TaxCode, i128)], amount: Balance, deductible: Deductible<'_>) -> Bill {
	let bill = bill(items, deductible);
	let plan = payment::Plan::of_payment(&bill, amount, MONEY, &parties(0, 0, deductible));
	plan.expect("can be paid").bill
}

/// A buyer that owes so much, and has no credit.
fn in_arrears(arrears: Balance, deductible: Deductible<'_>) -> Parties<'_> {
	Parties { seller_credit: 0, buyer: Some(Buyer { credit: 0, arrears, deductible }) }
}

#[test]
fn note_leaves_what_is_charged_on_the_rest() {
	// 0.03 at 15 % is 0.0045, twice 0.009: by difference the second note takes the cent.
	let bill = bill(&[(STANDARD, 6)], None);
	let rest = left(&bill, &note(&[(STANDARD, 3)])).expect("is fine");
	assert_eq!((bill.gross, rest.gross, rest.subtotals[0].vat), (7, 3, 0));
}

#[test]
fn note_goes_towards_zero_and_not_past_it() {
	let bill = bill(&[(STANDARD, 10_000), (REDUCED, -100)], WHOLE);
	for parts in [
		&[(STANDARD, 10_001)][..],
		&[(STANDARD, -1)],
		&[(REDUCED, -101)],
		&[(REDUCED, 1)],
		&[(STANDARD, 100), (REDUCED, 100)],
	] {
		assert_eq!(left(&bill, &note(parts)), Err(Refusal::NoteTooLarge), "{parts:?}");
	}
	let all = left(&bill, &note(&[(STANDARD, 10_000), (REDUCED, -100)])).expect("is fine");
	assert_eq!((all.gross, all.net()), (0, 0));
}

#[test]
fn note_is_refused_for_what_is_wrong_with_it() {
	let mut sale = sale(&[(STANDARD, 10_000), (REDUCED, 100)]);
	sale = levied(levied(sale, DEPOSIT, STANDARD, 2_000), TOURISM, STANDARD, 0);
	sale.tip = 100;
	let bill = assessed(&sale, terms()).expect("is fine");
	let levy = |code, on, thousandths| {
		let levy = SaleLevy { code, on, thousandths };
		Note { levies: BoundedVec::truncate_from([levy].to_vec()), ..note(&[]) }
	};
	let lines_of = |code| {
		let change = Change::Lines { was: lines(&[1]), remain: lines(&[1]) };
		let parts = BoundedVec::truncate_from([NotePart { code, change }].to_vec());
		Note { parts, ..note(&[]) }
	};
	for (note, refusal) in [
		(note(&[]), Refusal::NothingSold),
		(note(&[(STANDARD, 1), (STANDARD, 1)]), Refusal::DuplicateCode),
		(note(&[(OUTSIDE, 1)]), Refusal::CodeNotFound(OUTSIDE)),
		(note(&[(STANDARD, (MAX_AMOUNT + 1) as i128)]), Refusal::TooLarge),
		(lines_of(STANDARD), Refusal::LinesUnexpected(STANDARD)),
		(levy(DEPOSIT, OUTSIDE, 1), Refusal::LevyOnUnknownItem { levy: DEPOSIT, on: OUTSIDE }),
		(levy(DEPOSIT, REDUCED, 1), Refusal::LevyNotFound { levy: DEPOSIT, on: REDUCED }),
		(levy(DEPOSIT, STANDARD, 2_001), Refusal::NoteTooLarge),
		(Note { tip: 101, ..note(&[]) }, Refusal::NoteTooLarge),
	] {
		assert_eq!(left(&bill, &note), Err(refusal), "{note:?}");
	}
	let rest = left(&bill, &levy(DEPOSIT, STANDARD, 2_000)).expect("takes all of it");
	assert_eq!(rest.levies[0].tax, 0);
	let rest = left(&bill, &Note { tip: 100, ..note(&[]) }).expect("takes all of it");
	assert_eq!((rest.tip, rest.gross), (0, bill.gross - 100));
	// What is left has to bear the tip.
	let refusal = left(&bill, &note(&[(STANDARD, 10_000), (REDUCED, 50)])).err();
	assert!(matches!(refusal, Some(Refusal::TipTooHigh { tip: 100, .. })), "{refusal:?}");
}

#[test]
fn lines_are_those_of_the_invoice() {
	let bill = assessed(&lined(&[(STANDARD, &[4; 100])]), per_line()).expect("is fine");
	let of_lines = |was: &[i128], remain: &[i128]| {
		let change = Change::Lines { was: lines(was), remain: lines(remain) };
		let parts = BoundedVec::truncate_from([NotePart { code: STANDARD, change }].to_vec());
		Note { parts, ..note(&[]) }
	};
	// The tax of what remains: 0.60 on the sum would leave 0.40 to be kept.
	let rest = left(&bill, &of_lines(&[4; 100], &[0; 100])).expect("is fine");
	assert_eq!(rest.gross, 0);
	assert_eq!(rest.lines, Some(hash_lines([(STANDARD, &lines(&[0; 100]))], blake2)));
	let mut remain = [4; 100];
	remain[0] = 1;
	let rest = left(&bill, &of_lines(&[4; 100], &remain)).expect("is fine");
	assert_eq!((rest.gross, rest.subtotals[0].vat), (496, 99));
	for (note, refusal) in [
		(note(&[(STANDARD, 4)]), Refusal::LinesMissing(STANDARD)),
		(of_lines(&[4; 99], &[4; 99]), Refusal::LinesDiffer),
		(of_lines(&[4; 100], &[4; 99]), Refusal::LinesDiffer),
		(of_lines(&[4; 100], &[5; 100]), Refusal::NoteTooLarge),
		(of_lines(&[4; 100], &[-1; 100]), Refusal::NoteTooLarge),
	] {
		assert_eq!(left(&bill, &note), Err(refusal), "{note:?}");
	}
}

#[test]
fn what_is_left_of_another_bill_is_refused() {
	let bill = bill(&[(STANDARD, 100)], None);
	let right = remainder(&bill, &note(&[(STANDARD, 1)]), blake2).expect("is fine");
	assert!(reduce(&bill, &right).is_ok());
	let mut more = right.clone();
	more.amounts.try_push((0, 0)).expect("has room");
	let mut levied = right.clone();
	levied.thousandths.try_push(1).expect("has room");
	let lined = Remainder { lines: Some([7; 32]), ..right.clone() };
	for wrong in [more, levied, lined] {
		assert_eq!(reduce(&bill, &wrong), Err(Refusal::BillMalformed));
	}
	for wrong in [
		Remainder { tip: 1, ..right.clone() },
		Remainder { amounts: BoundedVec::truncate_from([(101, 0)].to_vec()), ..right },
	] {
		assert_eq!(reduce(&bill, &wrong), Err(Refusal::NoteTooLarge));
	}
}

#[test]
fn tax_becomes_the_sellers_credit_and_the_buyers_falls() {
	let bill = paid(&[(STANDARD, 10_000)], 11_500, WHOLE);
	let plan = settled(&bill, &note(&[(STANDARD, 1_200)]), &parties(0, 1_500, WHOLE), 0);
	assert_eq!(plan.buyers, Buyers { from_credit: 180, refund: 1_380, ..Buyers::default() });
	assert_eq!((plan.returned, plan.taken.to_treasury(), plan.turnover()), (180, 0, -1_200));
	assert_eq!((plan.items[0].net, plan.items[0].tax), (-1_200, -180));
	let (seller, buyer) = (plan.of_seller(), plan.of_buyer().expect("is small"));
	let buyer = buyer.expect("is registered");
	assert_eq!((seller.returned, seller.sales[0].net), (180, -1_200));
	assert_eq!((buyer.reversed, buyer.made_good, buyer.purchases[0].tax), (180, 0, -180));
	assert_eq!(seller.settled(0, 100), Ok(100));
	assert_eq!((plan.bill.paid, plan.bill.subtotals[0].taken), (10_120, 1_320));
}

#[test]
fn credit_that_was_used_comes_from_the_money_going_back() {
	let bill = paid(&[(STANDARD, 10_000)], 11_500, WHOLE);
	let plan = settled(&bill, &note(&[(STANDARD, 1_200)]), &parties(0, 30, WHOLE), 0);
	let buyers = Buyers { from_credit: 30, made_good: 150, refund: 1_230, ..Buyers::default() };
	assert_eq!((plan.buyers, plan.seller_to_treasury()), (buyers, Ok(150)));
	let buyer = plan.of_buyer().expect("is small").expect("is registered");
	assert_eq!((buyer.reversed, buyer.made_good, buyer.fall()), (180, 150, Ok(30)));
}

#[test]
fn note_waits_for_credit_that_the_buyer_lacks_until_it_is_covered() {
	// The taxed half is taken back, while what is paid covers no more than the untaxed one.
	let bill = paid(&[(STANDARD, 10_000), (EXPORT, 10_000)], 10_000, WHOLE);
	let credited = bill.subtotals[0].credited;
	assert_eq!(credited, 698);
	let all = note(&[(STANDARD, 10_000)]);
	let having = parties(0, 98, WHOLE);
	for (cover, missing) in [(0, 600), (599, 1)] {
		assert_eq!(outcome(&bill, &all, &having, cover), Outcome::Waits { missing });
	}
	for cover in [600, 1_000] {
		let plan = settled(&bill, &all, &having, cover);
		assert_eq!((plan.buyers.covered, plan.buyers.from_credit), (600, 98));
		let buyer = plan.of_buyer().expect("is small").expect("is registered");
		assert_eq!((buyer.reversed, buyer.made_good), (698, 600));
	}
}

#[test]
fn seller_owes_what_was_not_taken_and_sets_its_credit_against_it() {
	// Half is paid; the note leaves the taxed part, which then is paid whole.
	let bill = paid(&[(STANDARD, 10_000), (EXPORT, 11_500)], 11_500, None);
	let taken = bill.subtotals[0].taken;
	assert_eq!(taken, 750);
	let plan = settled(&bill, &note(&[(EXPORT, 11_500)]), &parties(100, 0, None), 0);
	assert_eq!((plan.taken.vat, plan.taken.used, plan.taken.to_treasury()), (750, 100, 650));
	assert_eq!(plan.of_buyer(), Ok(None));
	assert_eq!(plan.reserve, Reserve { uncredited: (750, 1_500), ahead: (0, 0) });
}

#[test]
fn tax_that_was_taken_ahead_comes_back_first() {
	let bill = bill(&[(STANDARD, 10_000)], WHOLE);
	let ahead = payment::Plan::of_unpaid(&bill, MONEY, 0).expect("is fine").expect("owes");
	let plan = settled(&ahead.bill, &note(&[(STANDARD, 10_000)]), &parties(0, 0, WHOLE), 0);
	assert_eq!((plan.returned, plan.buyers), (1_500, Buyers::default()));
	assert_eq!(plan.reserve, Reserve { uncredited: (1_500, 0), ahead: (1_500, 0) });
}

#[test]
fn reverse_charge_comes_back_to_the_buyer() {
	let part: &[_] = &[(REVERSE, 600_000)];
	let bill = paid(&[(REVERSE, 10_000)], 10_000, Some(part));
	let plan = settled(&bill, &note(&[(REVERSE, 5_000)]), &parties(0, 0, Some(part)), 0);
	assert_eq!(plan.reverse.undone, [Undone { code: REVERSE, output: 750, input: 450 }]);
	assert_eq!((plan.reverse.returned(), plan.buyers.refund), (Ok(300), 5_000));
	let buyer = plan.of_buyer().expect("is small").expect("books it");
	assert_eq!((buyer.returned, buyer.settled(0, 200)), (300, Ok(200)));
}

#[test]
fn what_comes_back_goes_against_arrears_before_the_note_takes_credit() {
	let shares: &[_] = &[(REVERSE, 0)];
	let bill = paid(&[(REVERSE, 10_000), (STANDARD, 10_000)], 21_500, Some(shares));
	let all = note(&[(REVERSE, 10_000), (STANDARD, 10_000)]);
	for (arrears, from_credit) in [(0, 1_500), (400, 1_100), (1_500, 0), (9_000, 0)] {
		let having = in_arrears(arrears, Some(shares));
		let plan = settled(&bill, &all, &having, 0);
		assert_eq!(plan.reverse.returned(), Ok(1_500));
		let made_good = 1_500 - from_credit;
		let refund = 21_500 - made_good;
		assert_eq!(plan.buyers, Buyers { from_credit, made_good, refund, ..Buyers::default() });
		let buyer = plan.of_buyer().expect("is small").expect("books it");
		assert_eq!(buyer.settled(0, arrears), Ok(arrears.min(1_500)), "{arrears}");
	}
}

#[test]
fn what_comes_back_goes_against_arrears_before_the_note_makes_more_due() {
	let bill = paid(&[(REVERSE, 10_000), (SERVICES, 10_000)], 10_000, None);
	assert_eq!((bill.subtotals[0].taken, bill.subtotals[1].taken), (750, 1_000));
	let note = note(&[(REVERSE, 10_000)]);
	for (arrears, used, settled_of_it, deferred) in
		[(0, 750, 0, 250), (500, 250, 500, 750), (1_500, 0, 750, 1_000)]
	{
		let plan = settled(&bill, &note, &in_arrears(arrears, None), 0);
		assert_eq!(plan.reverse.undone, [Undone { code: REVERSE, output: 750, input: 0 }]);
		let remitted = 0;
		let due = Reverse { code: SERVICES, output: 1_000, input: 0, used, remitted, deferred };
		assert_eq!(plan.reverse.booked, [due]);
		let buyer = plan.of_buyer().expect("is small").expect("books it");
		assert_eq!(buyer.settled(0, arrears), Ok(settled_of_it));
	}
}

#[test]
fn reverse_charge_that_a_note_makes_due_is_paid_whole_or_owed_whole() {
	let bill = paid(&[(REVERSE, 10_000), (REDUCED, 10_000)], 10_000, None);
	assert_eq!((bill.subtotals[0].taken, bill.subtotals[1].taken), (732, 244));
	let all = note(&[(REDUCED, 10_000)]);
	for (cover, deferred, remitted) in [(0, 760, 0), (759, 760, 0), (760, 0, 760), (900, 0, 760)] {
		let plan = settled(&bill, &all, &parties(0, 8, None), cover);
		let reverse = Reverse { code: REVERSE, output: 768, input: 0, used: 8, remitted, deferred };
		assert_eq!(plan.reverse.booked, [reverse], "{cover}");
		assert_eq!((plan.reverse.paid(), plan.reverse.deferred()), (Ok(remitted), Ok(deferred)));
		assert_eq!((plan.reverse.output(), plan.returned), (Ok(768), 244));
	}
}

#[test]
fn vat_of_both_signs_is_one_code() {
	let bill = paid(&[(STANDARD, 10_000), (REDUCED, -2_000)], 9_400, WHOLE);
	assert_eq!(bill.as_one.map(|it| (it.taken, it.credited)), Some((1_400, 1_400)));
	let all = note(&[(STANDARD, 10_000), (REDUCED, -2_000)]);
	let plan = settled(&bill, &all, &parties(0, 1_400, WHOLE), 0);
	let buyers = Buyers { from_credit: 1_400, refund: 9_400, ..Buyers::default() };
	assert_eq!((plan.returned, plan.buyers), (1_400, buyers));
}
