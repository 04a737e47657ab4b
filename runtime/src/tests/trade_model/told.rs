//! Credits and claims once more, by what the events of taxes tell: booked in their order, none is
//! ever negative.

use super::snapshot::{CreditKey, Snapshot};
use crate::Runtime;
use ourledger_primitives::{
	tax::{Booking, Ppm},
	Balance,
};
use pallet_tax::{ClaimKey, Decision};
use std::collections::BTreeMap;

pub type TaxEvent = pallet_tax::Event<Runtime>;

/// With what a twin's first dividend begins, in millionths of a unit.
pub const FIRST_REST: Ppm = 500_000;

/// What taxpayers have by what was told.
#[derive(Default)]
pub struct Told {
	credits: BTreeMap<CreditKey, Balance>,
	arrears: BTreeMap<CreditKey, Balance>,
	claims: BTreeMap<ClaimKey, (CreditKey, Balance)>,
	/// Claims that are credit again, and may be appealed.
	denied: BTreeMap<ClaimKey, (CreditKey, Balance)>,
	/// What dividends left of a unit of tax.
	rests: BTreeMap<CreditKey, Ppm>,
}

fn of_seller(booking: &Booking) -> CreditKey {
	(booking.jurisdiction, booking.invoice.seller, booking.currency)
}

fn of_buyer(booking: &Booking) -> Option<CreditKey> {
	Some((booking.jurisdiction, booking.buyer?, booking.currency))
}

impl Told {
	/// Book one event more.
	pub fn follow(&mut self, event: &TaxEvent) {
		match *event {
			TaxEvent::TaxCollected { booking, used, credited, .. } => {
				self.take(of_seller(&booking), used);
				match of_buyer(&booking) {
					Some(buyer) => self.add(buyer, credited),
					None => assert_eq!(credited, 0, "nobody is credited"),
				}
			},
			TaxEvent::ReverseCharged { booking, used, deferred, .. } => {
				let key = of_buyer(&booking).expect("it is known who books");
				self.take(key, used);
				*self.arrears.entry(key).or_default() += deferred;
			},
			TaxEvent::ArrearsSettled {
				jurisdiction, currency, twin, used, remitted, left, ..
			} => {
				let key = (jurisdiction, twin, currency);
				self.take(key, used);
				self.settle(key, used + remitted);
				assert_eq!(self.arrears[&key], left, "what is left of arrears is told");
			},
			TaxEvent::ReverseUndone { booking, returned, .. } => {
				self.add(of_buyer(&booking).expect("it is known who books"), returned);
			},
			TaxEvent::TaxReversed {
				booking,
				returned,
				used,
				reversed,
				credited,
				made_good,
				covered,
				..
			} => {
				self.add(of_seller(&booking), returned);
				self.take(of_seller(&booking), used);
				if let Some(buyer) = of_buyer(&booking) {
					self.add(buyer, credited);
					// Of what came back, nothing is taken that goes against arrears.
					let owed = self.arrears.get(&buyer).copied().unwrap_or(0);
					let there = self.credits[&buyer].saturating_sub(owed);
					let taken = reversed - made_good - covered;
					assert_eq!(taken, reversed.min(there), "credit is taken as far as it goes");
					self.take(buyer, taken);
				}
			},
			TaxEvent::RefundClaimed { jurisdiction, claim, twin, currency, amount, .. } => {
				let key = (jurisdiction, twin, currency);
				self.take(key, amount);
				self.claims.insert((jurisdiction, claim), (key, amount));
			},
			TaxEvent::RefundDenied { jurisdiction, claim, .. } => {
				let (key, amount) = self.end((jurisdiction, claim));
				self.denied.insert((jurisdiction, claim), (key, amount));
				self.add(key, amount);
			},
			TaxEvent::RefundAppealed { jurisdiction, claim, .. } => {
				if let Some((key, amount)) = self.denied.remove(&(jurisdiction, claim)) {
					self.take(key, amount);
					self.claims.insert((jurisdiction, claim), (key, amount));
				}
			},
			TaxEvent::AppealDecided { jurisdiction, claim, decision: Decision::Deny, .. } => {
				let (key, amount) = self.end((jurisdiction, claim));
				self.add(key, amount);
			},
			TaxEvent::RefundPaid { jurisdiction, claim, amount, used, forfeited, .. } => {
				let (key, claimed) = self.end((jurisdiction, claim));
				self.settle(key, used);
				assert_eq!(claimed, amount + used + forfeited, "all of a claim ends with it");
			},
			TaxEvent::TaxWithheld {
				jurisdiction, currency, twin, rate, amount, tax, rest, ..
			} => {
				let before = self.rests.insert((jurisdiction, twin, currency), rest);
				let due =
					amount * Balance::from(rate) + Balance::from(before.unwrap_or(FIRST_REST));
				let told = 1_000_000 * tax + Balance::from(rest);
				assert_eq!(told, due, "nothing of a dividend's tax is lost");
				assert!(rest < 1_000_000, "a whole unit is withheld");
			},
			_ => (),
		}
	}

	/// What was told is what is there.
	pub fn compare(&self, now: &Snapshot) {
		for (key, [credit, pending, arrears]) in &now.credits {
			let told = self.arrears.get(key).copied().unwrap_or(0);
			assert_eq!(*arrears, told, "events tell of the arrears of {key:?}");
			let told = self.credits.get(key).copied().unwrap_or(0);
			assert_eq!(*credit, told, "events tell of the credit of {key:?}");
			let claims = self.claims.values().filter(|(of, _)| of == key);
			let told = claims.map(|(_, amount)| amount).sum::<Balance>();
			assert_eq!(*pending, told, "events tell of the claims of {key:?}");
		}
	}

	fn add(&mut self, key: CreditKey, amount: Balance) {
		*self.credits.entry(key).or_default() += amount;
	}

	fn take(&mut self, key: CreditKey, amount: Balance) {
		let credit = self.credits.entry(key).or_default();
		let left = credit.checked_sub(amount);
		*credit = left.expect("no credit is negative, in the order of the events");
	}

	fn settle(&mut self, key: CreditKey, amount: Balance) {
		if amount > 0 {
			let arrears = self.arrears.get_mut(&key).expect("only arrears are settled");
			*arrears = arrears.checked_sub(amount).expect("no more than there are");
		}
	}

	fn end(&mut self, claim: ClaimKey) -> (CreditKey, Balance) {
		self.claims.remove(&claim).expect("what ends was told to begin")
	}
}
