//! What colluding parties have agreed on: a few steps, one after another.

use super::{
	actions::{of, Trade},
	sales::{note, note_on_codes},
	town::*,
	world::World,
};
use crate::Tax;
use ourledger_primitives::twin::TwinNumber;
use pallet_commerce::InvoiceId;

/// A part of a plan. Where it names a seller, it is about its newest invoice.
#[derive(Clone, Copy)]
pub enum Step {
	/// One sells to another.
	Issue(TwinNumber, TwinNumber),
	/// One sells to another what is taxed, what isn't, and what the buyer books the tax of.
	IssueMixed(TwinNumber, TwinNumber),
	/// The buyer owes it.
	Accept(TwinNumber),
	/// The buyer pays all of it.
	Pay(TwinNumber),
	/// The buyer pays a part of it.
	PayPart(TwinNumber),
	/// Nobody pays for so many days.
	Wait(u64),
	/// The seller pays the tax that the buyer hasn't.
	CollectUnpaid(TwinNumber),
	/// A note on it.
	Note(TwinNumber),
	/// A note on all of some of its codes, which moves tax to the others.
	NoteOnCodes(TwinNumber),
	/// The buyer covers what a note lacks, or the seller thinks better of it.
	Answer(TwinNumber),
	/// The buyer claims all the credit that it has in the same place.
	Spend(TwinNumber),
	/// A twin claims credit.
	Claim(TwinNumber),
	/// The authority takes all it may.
	Sweep,
}

impl World {
	/// What some firms and their authority have agreed on, or most of it.
	pub(super) fn make_plan(&mut self) {
		let mut firms = self.town.firms.clone();
		let first = firms.remove(self.dice.below(firms.len() as u64) as usize);
		let second = firms.remove(self.dice.below(firms.len() as u64) as usize);
		let third = self.dice.pick(&firms);
		// The window of corrections may pass meanwhile, or not.
		let days = self.dice.pick(&[12, 20, 50]);
		let steps = match self.dice.below(6) {
			// A ring: sale, resale, note on the first sale, refund.
			0 => vec![
				Step::Issue(first, second),
				Step::Pay(first),
				Step::Issue(second, third),
				Step::Pay(second),
				Step::Claim(third),
				Step::Note(first),
				Step::Note(second),
				Step::Claim(second),
				Step::Claim(first),
			],
			// Credit that is spent before a note would take it back.
			1 | 2 => vec![
				Step::Issue(first, second),
				Step::PayPart(first),
				Step::Spend(first),
				Step::Note(first),
				Step::Answer(first),
				Step::PayPart(first),
				Step::Spend(first),
				Step::Note(first),
				Step::Answer(first),
				Step::Claim(first),
			],
			// The same, of an invoice of many kinds: little money goes back, so that notes wait; and
			// one note gives the buyer credit and asks for some.
			3 | 4 => vec![
				Step::IssueMixed(first, second),
				Step::PayPart(first),
				Step::Spend(first),
				Step::NoteOnCodes(first),
				Step::Answer(first),
				Step::PayPart(first),
				Step::Spend(first),
				Step::NoteOnCodes(first),
				Step::Answer(first),
				Step::Answer(first),
			],
			// Tax ahead of payment, which comes when the treasury has been swept.
			_ => vec![
				Step::Issue(first, second),
				Step::Accept(first),
				Step::PayPart(first),
				Step::Wait(25),
				Step::CollectUnpaid(first),
				Step::PayPart(first),
				Step::Note(first),
				Step::Wait(days),
				Step::Sweep,
				Step::Pay(first),
				Step::Claim(second),
			],
		};
		let steps = steps.into_iter().filter(|_| self.dice.chance(88)).collect::<Vec<_>>();
		self.plan.extend(steps);
	}

	pub(super) fn follow_plan(&mut self, step: Step) {
		match step {
			Step::Issue(seller, buyer) => self.issue(Some((seller, buyer)), false),
			Step::IssueMixed(seller, buyer) => self.issue(Some((seller, buyer)), true),
			Step::Wait(days) => self.pass(days * DAY_MINUTES, false),
			Step::Claim(twin) => self.claim(Some(twin)),
			Step::Sweep => {
				for jurisdiction in JURISDICTIONS {
					for currency in CURRENCIES {
						self.sweep((jurisdiction, currency), 0);
					}
				}
			},
			Step::Accept(seller)
			| Step::Pay(seller)
			| Step::PayPart(seller)
			| Step::CollectUnpaid(seller)
			| Step::Spend(seller)
			| Step::Note(seller)
			| Step::NoteOnCodes(seller)
			| Step::Answer(seller) => {
				let newest = self.invoices.iter().rev().find(|id| id.seller == seller);
				if let Some(id) = newest.copied() {
					self.follow_plan_on(id, step);
				}
			},
		}
	}

	fn follow_plan_on(&mut self, id: InvoiceId, step: Step) {
		let Some(invoice) = self.invoice_of(id) else { return };
		let buyer = invoice.buyer.map(|buyer| self.town.account_of(buyer));
		let buyer = buyer.unwrap_or_else(|| self.dice.pick(&self.town.parties).account);
		let InvoiceId { seller, number } = id;
		match step {
			Step::Accept(_) => {
				self.accept(id, buyer);
			},
			Step::PayPart(_) => {
				let most = (invoice.outstanding() as u64).max(1);
				let part = self.dice.between(1, most).into();
				self.pay_invoice(id, buyer, Some(part));
			},
			Step::CollectUnpaid(_) => {
				let call = Trade::collect_unpaid { seller, number };
				self.trade(buyer, call, Some(of("collect_unpaid", id)), Some(id));
			},
			Step::Spend(_) => {
				let place = (invoice.jurisdiction, invoice.currency);
				if let Some(buyer) = invoice.buyer {
					let credit = Tax::account(place.0, buyer, place.1).credit as u64;
					self.claim_so_much(buyer, place, credit);
				}
			},
			Step::Note(_) => {
				let lines = self.lines_of(id);
				let note = note(&mut self.dice, &invoice.bill, &lines);
				self.note_on(id, note);
			},
			Step::NoteOnCodes(_) => {
				let lines = self.lines_of(id);
				let note = note_on_codes(&mut self.dice, &invoice.bill, &lines);
				self.note_on(id, note);
			},
			Step::Answer(_) => self.answer_note(id, &invoice),
			_ => {
				self.pay_invoice(id, buyer, None);
			},
		}
	}
}
