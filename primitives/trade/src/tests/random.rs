//! Random invoices, payments and notes: what must hold of every plan.

use super::*;
use crate::{
	books::Delta,
	note::{reduce, remainder, Outcome},
	payment::Plan,
};
use proptest::prelude::*;

/// A treasury, a seller and a buyer, as their books would have them.
#[derive(Default)]
struct Town {
	/// Money of the treasury.
	money: i128,
	seller: i128,
	buyer: i128,
	owed: i128,
}

impl Town {
	fn credit(amount: i128) -> Balance {
		amount.try_into().expect("no credit is negative")
	}

	/// Enter what changes for a party; the money is the caller's.
	fn book(credit: &mut i128, delta: &Delta) {
		*credit += delta.rise().expect("is small") as i128;
		*credit -= delta.fall().expect("is small") as i128;
		assert!(*credit >= 0, "a credit is negative");
		// All output is cancelled, used, paid in, or owed.
		assert_eq!(delta.output, delta.cancelled + delta.used + delta.remitted + delta.deferred);
	}

	/// The treasury has what it would have to pay, but for what it is owed.
	fn ensure_solvent(&self) {
		assert!(self.money + self.owed >= self.seller + self.buyer, "the treasury owes too much");
	}
}

proptest! {
	#[test]
	fn no_credit_is_negative_and_the_treasury_is_solvent(
		amounts in prop::collection::vec(0..100_000i128, 4),
		registered in any::<bool>(),
		share in 0..=1_000_000u32,
		payments in prop::collection::vec((0..40_000u128, any::<bool>()), 0..5),
		taken_back in prop::collection::vec(0..=100i128, 4),
		spent in 0..=100i128,
		cover in 0..20_000u128,
	) {
		let codes = [STANDARD, REDUCED, REVERSE, EXPORT];
		let items = codes.into_iter().zip(amounts.iter().copied()).collect::<Vec<_>>();
		let shares = [(STANDARD, share), (REVERSE, share)];
		let deductible: Deductible<'_> = registered.then_some(&shares[..]);
		let Ok(mut bill) = assessed(&sale(&items), terms()) else { return Ok(()) };
		let mut town = Town::default();
		for (amount, can_pay) in payments {
			let amount = amount.min(bill.open());
			let having = parties(Town::credit(town.seller), Town::credit(town.buyer), deductible);
			let mut plan = Plan::of_payment(&bill, amount, MONEY, &having).expect("can be paid");
			if !can_pay {
				plan.defer();
			}
			// Nothing is lost on the way.
			let to_treasury = plan.taken.to_treasury();
			prop_assert_eq!(plan.to_seller(amount), Ok(amount - to_treasury));
			prop_assert_eq!(plan.bill.paid, bill.paid + amount);
			town.money += (to_treasury + plan.reverse_paid().expect("is small")) as i128;
			town.owed += plan.deferred().expect("is small") as i128;
			Town::book(&mut town.seller, &plan.of_seller().expect("is small"));
			if let Some(delta) = plan.of_buyer().expect("is small") {
				Town::book(&mut town.buyer, &delta);
			}
			town.ensure_solvent();
			bill = plan.bill;
		}
		// Some of the credit is paid out.
		let out = town.buyer * spent / 100;
		let out = out.min(town.money);
		(town.buyer, town.money) = (town.buyer - out, town.money - out);
		let parts = items.iter().zip(taken_back).map(|((code, amount), percent)| (*code, amount * percent / 100));
		let note = note(&parts.collect::<Vec<_>>());
		let Ok(left) = remainder(&bill, &note, blake2) else { return Ok(()) };
		let Ok(rest) = reduce(&bill, &left) else { return Ok(()) };
		let having = parties(Town::credit(town.seller), Town::credit(town.buyer), deductible);
		let outcome = Outcome::of(&bill, rest, MONEY, &having, cover).expect("is fine");
		let Outcome::Settles(plan) = outcome else { return Ok(()) };
		// What was paid beyond the rest goes back, or makes good what the buyer has used.
		let back = bill.paid - plan.bill.paid;
		prop_assert_eq!(plan.buyers.refund + plan.buyers.made_good, back);
		let own = plan.buyers.covered + plan.reverse.paid().expect("is small");
		prop_assert!(own <= cover);
		town.money += (plan.seller_to_treasury().expect("is small") + own) as i128;
		town.owed += plan.reverse.deferred().expect("is small") as i128;
		Town::book(&mut town.seller, &plan.of_seller());
		if let Some(delta) = plan.of_buyer().expect("is small") {
			Town::book(&mut town.buyer, &delta);
		}
		town.ensure_solvent();
	}

	#[test]
	fn parts_of_a_payment_come_to_the_whole(
		amounts in prop::collection::vec(1..100_000i128, 3),
		parts in prop::collection::vec(1..50_000u128, 1..6),
		share in 0..=1_000_000u32,
	) {
		let codes = [STANDARD, REDUCED, EXPORT];
		let items = codes.into_iter().zip(amounts).collect::<Vec<_>>();
		let shares = [(STANDARD, share)];
		let having = parties(0, 0, Some(&shares));
		let whole = bill(&items, Some(&shares));
		let (mut bill, mut taxes, mut credited) = (whole.clone(), 0, 0);
		for part in parts.into_iter().chain([u128::MAX]) {
			let part = part.min(bill.open());
			let plan = Plan::of_payment(&bill, part, MONEY, &having).expect("can be paid");
			taxes += plan.taken.to_treasury();
			credited += plan.credited;
			bill = plan.bill;
		}
		let at_once = Plan::of_payment(&whole, whole.gross, MONEY, &having).expect("can be paid");
		prop_assert_eq!(taxes, at_once.taken.to_treasury());
		prop_assert_eq!(credited, at_once.credited);
		prop_assert_eq!(bill, at_once.bill);
	}
}
