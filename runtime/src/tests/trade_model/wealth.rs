//! What everybody has to have: by invoices, transfers and exchanges, and by nothing else.

use super::{
	snapshot::Snapshot,
	told::Told,
	town::*,
	trace::{charges, Charge},
};
use crate::{AccountId, Assets, Balances, Commerce, Runtime, RuntimeEvent};
use frame_support::traits::{
	fungible::{Inspect, NativeOrWithId},
	fungibles::Inspect as InspectAll,
};
use ourledger_primitives::{money::CurrencyId, tax::JurisdictionId, twin::TwinNumber, Balance};
use pallet_commerce::{InvoiceId, InvoiceOf};
use std::collections::BTreeMap;

pub type TaxEvent = pallet_tax::Event<Runtime>;
type CommerceEvent = pallet_commerce::Event<Runtime>;
type CurrencyEvent = pallet_currencies::Event<Runtime>;
type ConversionEvent = pallet_asset_conversion::Event<Runtime>;
type OurEvent = pallet_balances::Event<Runtime>;
type FeeEvent = pallet_transaction_payment::Event<Runtime>;

/// Where a treasury's money is from, or who has it.
type Sums<K> = BTreeMap<K, i128>;

/// What everybody has to have.
pub struct Wealth {
	known: BTreeMap<InvoiceId, InvoiceOf<Runtime>>,
	/// What each party has to have: balance less debt, credit and claims. Demurrage counts when it
	/// is collected.
	parties: Sums<(CurrencyId, AccountId)>,
	our: Sums<AccountId>,
	/// What each treasury has to have beyond credits and claims.
	surplus: Sums<(JurisdictionId, CurrencyId)>,
	/// What was issued and not redeemed.
	issued: i128,
	our_issuance: Balance,
	/// Credits and claims, by the events.
	told: Told,
	/// Jurisdictions whose treasuries may lack money, since notes are possible for longer than when
	/// they were swept.
	pub short: Vec<JurisdictionId>,
}

impl Wealth {
	/// As it is before the trade begins.
	pub fn of(town: &Town, now: &Snapshot) -> Self {
		let mut wealth = Self {
			known: BTreeMap::new(),
			parties: Sums::new(),
			our: Sums::new(),
			surplus: Sums::new(),
			issued: Assets::total_issuance(COINS) as i128,
			our_issuance: Balances::total_issuance(),
			told: Told::default(),
			short: Vec::new(),
		};
		for (place, party) in town.parties.iter().enumerate() {
			wealth.our.insert(party.account.clone(), our_of(&party.account));
			for currency in CURRENCIES {
				let has = wealth_of(now, currency, place, party);
				wealth.parties.insert((currency, party.account.clone()), has);
			}
		}
		wealth
	}

	/// Book what an event tells, as far as it is no invoice.
	pub fn follow(&mut self, town: &Town, event: &RuntimeEvent, by: Option<&AccountId>) {
		match event {
			RuntimeEvent::Balances(OurEvent::Transfer { from, to, amount }) => {
				self.move_our(town, from, to, *amount);
			},
			RuntimeEvent::TransactionPayment(FeeEvent::TransactionFeePaid {
				who,
				actual_fee,
				..
			}) => *self.our.entry(who.clone()).or_default() -= *actual_fee as i128,
			RuntimeEvent::AssetConversion(event) => self.follow_fee(event, by),
			RuntimeEvent::Currencies(event) => self.follow_money(town, event),
			RuntimeEvent::Tax(event) => {
				self.told.follow(event);
				self.follow_tax(town, event);
			},
			_ => (),
		}
	}

	fn move_our(&mut self, town: &Town, from: &AccountId, to: &AccountId, amount: Balance) {
		for (who, sign) in [(from, -1), (to, 1)] {
			if town.party_of(who).is_some() {
				*self.our.entry(who.clone()).or_default() += sign * amount as i128;
			}
		}
	}

	/// Fees in coins, and what comes back of them.
	fn follow_fee(&mut self, event: &ConversionEvent, by: Option<&AccountId>) {
		let ConversionEvent::SwapCreditExecuted { path, .. } = event else { return };
		let by = by.expect("nothing is exchanged by itself");
		for ((kind, amount), sign) in
			path.first().into_iter().zip([-1]).chain(path.last().into_iter().zip([1]))
		{
			if let NativeOrWithId::WithId(currency) = kind {
				self.give(*currency, by, sign * *amount as i128);
			}
		}
	}

	fn follow_money(&mut self, town: &Town, event: &CurrencyEvent) {
		let amounts: Vec<(CurrencyId, &AccountId, i128)> = match event {
			CurrencyEvent::Issued { currency, to, amount } => {
				self.issued += *amount as i128;
				vec![(*currency, to, *amount as i128)]
			},
			CurrencyEvent::Redeemed { currency, from, amount, .. } => {
				self.issued -= *amount as i128;
				vec![(*currency, from, -(*amount as i128))]
			},
			CurrencyEvent::Transferred { currency, from, to, amount, .. } => {
				let amount = *amount as i128;
				vec![(*currency, from, -amount), (*currency, to, amount)]
			},
			CurrencyEvent::PotSpent { currency, to, amount, .. } => {
				vec![(*currency, to, *amount as i128)]
			},
			// Less is owed.
			CurrencyEvent::WrittenOff { currency, account, amount, .. } => {
				vec![(*currency, account, *amount as i128)]
			},
			CurrencyEvent::DemurrageCharged { currency, account, amount } => {
				vec![(*currency, account, -(*amount as i128))]
			},
			CurrencyEvent::Discarded { currency, from, amount } => {
				vec![(*currency, from, -(*amount as i128))]
			},
			CurrencyEvent::Swapped { who, path, amount_in, amount_out } => {
				let ends =
					[(path.first(), -(*amount_in as i128)), (path.last(), *amount_out as i128)];
				for (kind, amount) in ends {
					match kind {
						Some(NativeOrWithId::Native) => {
							*self.our.entry(who.clone()).or_default() += amount;
						},
						Some(NativeOrWithId::WithId(currency)) => {
							self.give(*currency, who, amount);
						},
						None => (),
					}
				}
				return;
			},
			_ => return,
		};
		for (currency, who, amount) in amounts {
			if town.party_of(who).is_some() {
				self.give(currency, who, amount);
			}
		}
	}

	fn follow_tax(&mut self, town: &Town, event: &TaxEvent) {
		match event {
			TaxEvent::RefundPaid { jurisdiction, twin, currency, forfeited, .. } => {
				let forfeited = *forfeited as i128;
				self.give(*currency, &town.account_of(*twin), -forfeited);
				*self.surplus.entry((*jurisdiction, *currency)).or_default() += forfeited;
			},
			TaxEvent::ArrearsSettled { twin, currency, payer: Some(payer), remitted, .. } => {
				self.give(*currency, payer, -(*remitted as i128));
				self.give(*currency, &town.account_of(*twin), *remitted as i128);
			},
			TaxEvent::GiftReceived { jurisdiction, currency, from, amount } => {
				self.give(*currency, from, -(*amount as i128));
				*self.surplus.entry((*jurisdiction, *currency)).or_default() += *amount as i128;
			},
			TaxEvent::TaxWithheld { jurisdiction, currency, payer, tax, .. } => {
				self.give(*currency, payer, -(*tax as i128));
				*self.surplus.entry((*jurisdiction, *currency)).or_default() += *tax as i128;
			},
			TaxEvent::Swept { jurisdiction, currency, amount, to } => {
				self.give(*currency, to, *amount as i128);
				*self.surplus.entry((*jurisdiction, *currency)).or_default() -= *amount as i128;
			},
			_ => (),
		}
	}

	/// Account for what became of an invoice. Says whether it is new.
	pub fn recount(&mut self, town: &Town, id: InvoiceId, events: &[RuntimeEvent]) -> bool {
		let Some(now) = Commerce::invoice(id.seller, id.number) else { return false };
		let before = self.known.insert(id, now.clone());
		if let Some(before) = &before {
			self.share_out(town, id.seller, before, -1);
			self.made_good(town, before, &now, events);
		}
		self.share_out(town, id.seller, &now, 1);
		before.is_none()
	}

	/// Invoices that left the state change no more.
	pub fn forget_pruned(&mut self) {
		self.known.retain(|id, _| Commerce::invoice(id.seller, id.number).is_some());
	}

	/// What an invoice gives those who have to do with it, as it stands.
	fn share_out(
		&mut self,
		town: &Town,
		seller: TwinNumber,
		invoice: &InvoiceOf<Runtime>,
		sign: i128,
	) {
		let (jurisdiction, currency) = (invoice.jurisdiction, invoice.currency);
		let (mut kept, mut own, mut uncredited) = (0, 0, 0);
		for charge in charges(&invoice.bill) {
			let Charge { taken, credited, .. } = charge;
			uncredited += taken - credited;
			own += if charge.reverse { credited - taken } else { credited };
			kept += if charge.reverse { 0 } else { taken };
		}
		// VAT that is taken as one is credited as one, too.
		let credited = invoice.bill.as_one.map_or(0, |it| it.credited as i128);
		(own, uncredited) = (own + credited, uncredited - credited);
		let seller = town.account_of(seller);
		self.give(currency, &seller, sign * (invoice.bill.paid as i128 - kept));
		for payer in &invoice.payers {
			let paid = payer.paid + payer.kept.nominal;
			self.give(currency, &payer.account, -sign * paid as i128);
		}
		match invoice.buyer {
			Some(buyer) => self.give(currency, &town.account_of(buyer), sign * own),
			None => assert_eq!(own, 0, "nobody is credited"),
		}
		*self.surplus.entry((jurisdiction, currency)).or_default() += sign * uncredited;
	}

	/// What a note kept from payers since the buyer had spent its credit: the buyer keeps that.
	fn made_good(
		&mut self,
		town: &Town,
		before: &InvoiceOf<Runtime>,
		now: &InvoiceOf<Runtime>,
		events: &[RuntimeEvent],
	) {
		let noted = |event: &RuntimeEvent| {
			matches!(event, RuntimeEvent::Commerce(CommerceEvent::CreditNoteIssued { .. }))
		};
		if !events.iter().any(noted) {
			return;
		}
		for payer in &before.payers {
			let left = now.payers.iter().find(|it| it.account == payer.account);
			// Nothing waits while a note takes effect.
			let mut lost = payer.paid as i128 - left.map_or(0, |it| it.paid as i128);
			for event in events {
				if let RuntimeEvent::Commerce(CommerceEvent::Refunded {
					payer: refunded,
					amount,
					..
				}) = event
				{
					lost -= if *refunded == payer.account { *amount as i128 } else { 0 };
				}
			}
			if lost != 0 {
				let buyer = now.buyer.expect("somebody spent the credit");
				self.give(now.currency, &payer.account, -lost);
				self.give(now.currency, &town.account_of(buyer), lost);
			}
		}
	}

	fn give(&mut self, currency: CurrencyId, party: &AccountId, amount: i128) {
		*self.parties.entry((currency, party.clone())).or_default() += amount;
	}

	/// Everybody has what trade gave it, and nothing was made or lost.
	pub fn audit(&self, town: &Town, now: &Snapshot) {
		self.told.compare(now);
		assert_eq!(Balances::total_issuance(), self.our_issuance, "OUR were made or lost");
		for party in &town.parties {
			let expected = self.our[&party.account];
			assert_eq!(our_of(&party.account), expected, "{} has its OUR", party.name);
		}
		assert_eq!(now.total(COINS) as i128, self.issued, "all coins are there");
		assert_eq!(now.total(HOURS), now.owed(HOURS), "all hours are owed");
		for currency in CURRENCIES {
			for (place, party) in town.parties.iter().enumerate() {
				let expected = self.parties[&(currency, party.account.clone())];
				let found = wealth_of(now, currency, place, party);
				assert_eq!(found, expected, "{} has what trade gave it of {currency}", party.name);
			}
			for jurisdiction in JURISDICTIONS {
				self.audit_treasury(town, now, jurisdiction, currency);
			}
		}
	}

	fn audit_treasury(
		&self,
		town: &Town,
		now: &Snapshot,
		jurisdiction: JurisdictionId,
		currency: CurrencyId,
	) {
		let name = format!("treasury/{jurisdiction}");
		let place = town.accounts.iter().position(|it| it.0 == name);
		let money = now.purses[&(currency, place.expect("it has an account"))];
		let book = &now.treasuries[&(jurisdiction, currency)];
		// What it is owed is its own as well.
		let owes = (book.credits + book.pending) as i128;
		let found = (money + book.arrears) as i128 - owes;
		let expected = self.surplus.get(&(jurisdiction, currency)).copied().unwrap_or(0);
		assert_eq!(found, expected, "{name} has what is its own of {currency}");
		let covers = money as i128 >= owes || self.short.contains(&jurisdiction);
		assert!(covers, "{name} covers credits and claims in {currency}");
	}
}

/// Balance less debt, credit and claims of a party.
fn wealth_of(now: &Snapshot, currency: CurrencyId, place: usize, party: &Party) -> i128 {
	let own = now
		.credits
		.iter()
		.filter(|((_, twin, of), _)| Some(*twin) == party.twin && *of == currency);
	let credits =
		own.map(|(_, [credit, pending, arrears])| (credit + pending) as i128 - *arrears as i128);
	now.worth(currency, place) + credits.sum::<i128>()
}

/// Deposits included.
fn our_of(account: &AccountId) -> i128 {
	Balances::total_balance(account) as i128
}
