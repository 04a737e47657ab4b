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
	money: Balance,
	/// Credits.
	seller: Balance,
	buyer: Balance,
	/// What the buyer owes of reverse charge.
	owed: Balance,
}

impl Town {
	fn parties<'a>(&self, deductible: Deductible<'a>) -> Parties<'a> {
		let buyer = Buyer { credit: self.buyer, arrears: self.owed, deductible };
		Parties { seller_credit: self.seller, buyer: Some(buyer) }
	}

	/// What is there of a credit once this has changed.
	fn booked(credit: Balance, delta: &Delta) -> Balance {
		// All output is cancelled, used, paid in, or owed.
		assert_eq!(delta.output, delta.cancelled + delta.used + delta.remitted + delta.deferred);
		let risen = credit + delta.rise().expect("is small");
		risen.checked_sub(delta.fall().expect("is small")).expect("no credit is negative")
	}

	/// Enter what changes for each; the money is the caller's.
	fn book(&mut self, seller: &Delta, buyer: Option<&Delta>) {
		self.seller = Self::booked(self.seller, seller);
		let Some(delta) = buyer else { return };
		let settled = delta.settled(self.buyer, self.owed).expect("is small");
		self.buyer = Self::booked(self.buyer, delta) - settled;
		self.owed = self.owed + delta.deferred - settled;
		assert!(self.buyer == 0 || self.owed == 0, "nobody has credit beside arrears");
	}

	/// The treasury has what it would have to pay. What it is owed is no money: it may never come.
	fn ensure_solvent(&self) {
		assert!(self.money >= self.seller + self.buyer, "the treasury owes too much");
	}
}

/// All, nothing, or something between.
fn part(whole: u32) -> impl Strategy<Value = u32> {
	prop_oneof![Just(0), Just(whole), 0..=whole]
}

/// What a buyer may deduct, if it is registered.
fn shares() -> impl Strategy<Value = Option<[(TaxCode, Ppm); 3]>> {
	let some = [part(1_000_000), part(1_000_000), part(1_000_000)];
	let shares = prop_oneof![Just([0; 3]), Just([1_000_000; 3]), some];
	prop::option::of(shares.prop_map(|[standard, reverse, services]| {
		[(STANDARD, standard), (REVERSE, reverse), (SERVICES, services)]
	}))
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(2_000))]

	#[test]
	fn no_credit_is_negative_and_the_treasury_is_solvent(
		amounts in prop::collection::vec(0..100_000i128, 5),
		// Which part of the gross, by whom, and which part of its credit the buyer has paid out then.
		payments in prop::collection::vec((0..=100u32, any::<bool>(), shares(), part(100)), 0..5),
		taken_back in prop_oneof![Just(vec![100; 5]), prop::collection::vec(part(100), 5)],
		at_last in shares(),
		elsewhere in part(2_000),
		cover in 0..20_000u128,
	) {
		let codes = [STANDARD, REDUCED, REVERSE, SERVICES, EXPORT];
		let items = codes.into_iter().zip(amounts.iter().copied()).collect::<Vec<_>>();
		let Ok(mut bill) = assessed(&sale(&items), terms()) else { return Ok(()) };
		// Of another invoice, it owes something already.
		let mut town = Town { owed: elsewhere.into(), ..Town::default() };
		for (percent, can_pay, deductible, spent) in payments {
			let amount = (bill.gross * Balance::from(percent) / 100).min(bill.open());
			let having = town.parties(deductible.as_ref().map(|it| &it[..]));
			let mut plan = Plan::of_payment(&bill, amount, MONEY, &having).expect("can be paid");
			if !can_pay {
				plan.defer();
			}
			// Nothing is lost on the way.
			let to_treasury = plan.taken.to_treasury();
			prop_assert_eq!(plan.to_seller(amount), Ok(amount - to_treasury));
			prop_assert_eq!(plan.bill.paid, bill.paid + amount);
			town.money += to_treasury + plan.reverse_paid().expect("is small");
			let (seller, buyer) = (plan.of_seller(), plan.of_buyer().expect("is small"));
			town.book(&seller.expect("is small"), buyer.as_ref());
			town.ensure_solvent();
			let out = town.buyer * Balance::from(spent) / 100;
			(town.buyer, town.money) = (town.buyer - out, town.money - out);
			bill = plan.bill;
		}
		let parts = items.iter().zip(taken_back);
		let parts = parts.map(|((code, amount), percent)| (*code, amount * i128::from(percent) / 100));
		let note = note(&parts.collect::<Vec<_>>());
		let Ok(left) = remainder(&bill, &note, blake2) else { return Ok(()) };
		let Ok(rest) = reduce(&bill, &left) else { return Ok(()) };
		let having = town.parties(at_last.as_ref().map(|it| &it[..]));
		let outcome = Outcome::of(&bill, rest, MONEY, &having, cover).expect("is fine");
		let Outcome::Settles(plan) = outcome else { return Ok(()) };
		// What was paid beyond the rest goes back, or makes good what the buyer has used.
		let back = bill.paid - plan.bill.paid;
		prop_assert_eq!(plan.buyers.refund + plan.buyers.made_good, back);
		let own = plan.buyers.covered + plan.reverse.paid().expect("is small");
		prop_assert!(own <= cover);
		town.money += plan.seller_to_treasury().expect("is small") + own;
		town.book(&plan.of_seller(), plan.of_buyer().expect("is small").as_ref());
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
