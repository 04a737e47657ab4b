//! Runs operations on the chain, with their fees, and accounts for what everybody has to have.

use super::{
	super::{signed, Call, Origin},
	dice::Dice,
	plans::Step,
	snapshot::{purse, Snapshot},
	told::{TaxEvent, Told},
	town::*,
	trace::{charges, number, row, Trace},
};
use crate::{AccountId, Balances, Commerce, Runtime, RuntimeEvent, System, Tax};
use codec::Encode;
use frame_support::{
	dispatch::GetDispatchInfo,
	traits::{
		fungible::{Inspect, NativeOrWithId},
		fungibles::Inspect as InspectAll,
		Hooks,
	},
	weights::Weight,
};
use ourledger_primitives::{money::CurrencyId, tax::JurisdictionId, twin::TwinNumber, Balance};
use pallet_asset_conversion_tx_payment::ChargeAssetTxPayment;
use pallet_commerce::{InvoiceId, InvoiceOf, Release};
use pallet_tax::ClaimKey;
use serde_json::{json, Value};
use sp_runtime::{
	traits::{DispatchTransaction, Dispatchable},
	DispatchError, DispatchResult,
};
use std::{
	collections::{BTreeMap, VecDeque},
	path::PathBuf,
};

type CommerceEvent = pallet_commerce::Event<Runtime>;
type CurrencyEvent = pallet_currencies::Event<Runtime>;

/// After so many operations all figures are written, not just those that changed.
const ALL_FIGURES: u64 = 100;

/// Refusals that say nothing of trade: the model doesn't hear of them.
const UNTOLD: [&str; 5] =
	["QuoteUsed", "QuoteExpired", "WrongBuyer", "BadSignature", "TooManyRates"];

/// What somebody does.
pub struct Operation {
	/// Whoever signs it; governance, if nobody.
	pub by: Option<AccountId>,
	pub call: Call,
	/// As the trace has it; nothing, of what the model needn't know.
	pub row: Option<Value>,
	/// The invoice it is about.
	pub invoice: Option<InvoiceId>,
	/// Whether the trace leaves it out if it is refused.
	pub stage: bool,
}

/// Where a treasury's money is from, or who has it.
type Sums<K> = BTreeMap<K, i128>;

/// The chain, and all that has to be so.
pub struct World {
	pub dice: Dice,
	pub town: Town,
	pub trace: Trace,
	/// In the state, oldest first.
	pub invoices: Vec<InvoiceId>,
	/// Still to be paid or decided.
	pub claims: Vec<ClaimKey>,
	/// What is planned, before chance has its way again.
	pub plan: VecDeque<Step>,
	/// A quote that was used, to be tried again.
	pub used_quote: Option<Call>,
	done: u64,
	known: BTreeMap<InvoiceId, InvoiceOf<Runtime>>,
	/// What each party has to have: balance, credit and claims.
	wealth: Sums<(CurrencyId, AccountId)>,
	our: Sums<AccountId>,
	/// What each treasury has to have beyond credits and claims.
	surplus: Sums<(JurisdictionId, CurrencyId)>,
	our_issuance: Balance,
	/// Credits and claims, by the events.
	told: Told,
	/// All money there is; of mutual credit, with what can be drawn.
	total: BTreeMap<CurrencyId, Balance>,
}

impl World {
	pub fn new(dice: Dice, mut trace: Trace) -> Self {
		let town = Town::build(&mut trace);
		let mut world = Self {
			dice,
			town,
			trace,
			invoices: Vec::new(),
			claims: Vec::new(),
			plan: VecDeque::new(),
			used_quote: None,
			done: 0,
			known: BTreeMap::new(),
			wealth: Sums::new(),
			our: Sums::new(),
			surplus: Sums::new(),
			our_issuance: Balances::total_issuance(),
			told: Told::default(),
			total: BTreeMap::new(),
		};
		let now = Snapshot::take(&world.town);
		for (place, party) in world.town.parties.iter().enumerate() {
			world.our.insert(party.account.clone(), our_of(&party.account));
			for currency in CURRENCIES {
				let wealth = wealth_of(&now, currency, place, party);
				world.wealth.insert((currency, party.account.clone()), wealth);
			}
		}
		world.total = CURRENCIES.map(|currency| (currency, now.total(currency))).into();
		assert_eq!(world.total[&COINS], crate::Assets::total_issuance(COINS), "nobody is missing");
		world
	}

	pub fn finish(self) -> PathBuf {
		self.trace.finish()
	}

	/// Does an operation, writes it down, and looks whether all is as it has to be.
	pub fn perform(&mut self, operation: Operation) -> DispatchResult {
		System::reset_events();
		crate::tests::set_block(System::block_number() + 1);
		let pools = self.pools();
		let Operation { by, call, row, invoice, stage } = operation;
		let Some(result) = self.dispatch(&by, call) else {
			self.audit(&Snapshot::take(&self.town));
			return Err(DispatchError::Other("the fee couldn't be paid"));
		};
		let events = events();
		let mut rows = self.follow(&events, by.as_ref(), pools);
		if let Some(mut row) = row {
			let refusal = result.err().map(name_of);
			let told = refusal.as_deref().is_none_or(|it| !stage && !UNTOLD.contains(&it));
			if result.is_ok() {
				self.book(&row);
			}
			if told {
				row["error"] = refusal.into();
				rows.push(row);
			}
		}
		self.recount(invoice, &events);
		let snapshot = Snapshot::take(&self.town);
		self.write(rows, &snapshot, invoice);
		self.audit(&snapshot);
		result
	}

	/// A day comes, and what is due by itself happens, unless blocks are full.
	pub fn next_day(&mut self, days: u64, idle: bool) {
		let day = today() + days as u32;
		set_day(day);
		self.trace.write(row("day", json!({ "day": day })));
		if !idle {
			return;
		}
		System::reset_events();
		let pools = self.pools();
		Commerce::on_idle(System::block_number(), Weight::MAX);
		Tax::on_idle(System::block_number(), Weight::MAX);
		let events = events();
		let rows = self.follow(&events, None, pools);
		let mut touched = Vec::new();
		for event in &events {
			if let RuntimeEvent::Commerce(CommerceEvent::EscrowReleased {
				seller, number, ..
			}) = event
			{
				self.recount(Some((*seller, *number)), &[]);
				touched.push((*seller, *number));
			}
		}
		let snapshot = Snapshot::take(&self.town);
		self.trace.write_all(rows, &self.town, &snapshot, &touched, false);
		self.invoices.retain(|(seller, number)| Commerce::invoice(*seller, *number).is_some());
		self.known.retain(|(seller, number), _| Commerce::invoice(*seller, *number).is_some());
		self.audit(&snapshot);
	}

	/// Run a call, mostly with its fee; nothing if that can't be paid.
	fn dispatch(&mut self, by: &Option<AccountId>, call: Call) -> Option<DispatchResult> {
		let Some(by) = by else {
			return Some(call.dispatch(Origin::root()).map(|_| ()).map_err(|it| it.error));
		};
		let currency = match self.dice.below(10) {
			0..4 => return Some(call.dispatch(signed(by)).map(|_| ()).map_err(|it| it.error)),
			4..8 => None,
			_ => Some(NativeOrWithId::WithId(COINS)),
		};
		let extension = ChargeAssetTxPayment::<Runtime>::from(0, currency);
		let (info, length) = (call.get_dispatch_info(), call.encoded_size() + 110);
		let result = extension.dispatch_transaction(signed(by), call, &info, length, 0);
		Some(result.ok()?.map(|_| ()).map_err(|it| it.error))
	}

	/// Money that the model has to be told of, and what happened by itself; books it all.
	fn follow(
		&mut self,
		events: &[RuntimeEvent],
		by: Option<&AccountId>,
		pools: Vec<(CurrencyId, String, Balance)>,
	) -> Vec<Value> {
		let mut rows = Vec::new();
		for event in events {
			match event {
				RuntimeEvent::Currencies(CurrencyEvent::Swapped {
					who,
					path,
					amount_in,
					amount_out,
				}) => {
					let our = Some(&NativeOrWithId::Native);
					let paid = if path.first() == our { *amount_in as i128 } else { 0 };
					let received = if path.last() == our { *amount_out as i128 } else { 0 };
					*self.our.entry(who.clone()).or_default() += received - paid;
				},
				RuntimeEvent::TransactionPayment(
					pallet_transaction_payment::Event::TransactionFeePaid {
						who, actual_fee, ..
					},
				) => *self.our.entry(who.clone()).or_default() -= *actual_fee as i128,
				RuntimeEvent::Commerce(CommerceEvent::EscrowReleased {
					seller,
					number,
					by: Release::Deadline,
					..
				}) if by.is_none() => {
					rows.push(row("release", json!({ "seller": seller, "number": number })));
				},
				RuntimeEvent::Tax(event) => {
					self.told.follow(event);
					rows.extend(self.follow_tax(event, by.is_none()));
				},
				_ => (),
			}
		}
		rows.extend(self.follow_pools(by, pools));
		rows
	}

	fn follow_tax(&mut self, event: &TaxEvent, idle: bool) -> Option<Value> {
		let (jurisdiction, claim) = match *event {
			TaxEvent::RefundClaimed { jurisdiction, claim, .. } => {
				self.claims.push((jurisdiction, claim));
				return None;
			},
			TaxEvent::RefundPaid { jurisdiction, claim, twin, currency, forfeited, .. } => {
				self.forget_claim((jurisdiction, claim));
				self.give(currency, &self.town.account_of(twin), -(forfeited as i128));
				*self.surplus.entry((jurisdiction, currency)).or_default() += forfeited as i128;
				(jurisdiction, claim)
			},
			TaxEvent::RefundDenied { jurisdiction, claim, .. } => {
				self.forget_claim((jurisdiction, claim));
				return None;
			},
			TaxEvent::RefundQueued { jurisdiction, claim, .. } => (jurisdiction, claim),
			_ => return None,
		};
		// Governance's decisions pay, too; they have a row of their own.
		let by_itself = idle
			&& !System::events()
				.iter()
				.any(|it| matches!(it.event, RuntimeEvent::Tax(TaxEvent::AppealDecided { .. })));
		let arguments = json!({ "jurisdiction": jurisdiction, "number": claim });
		by_itself.then(|| row("pay_refund", arguments))
	}

	/// Fees and swaps: what pools gave and took, through whoever did it.
	fn follow_pools(
		&mut self,
		by: Option<&AccountId>,
		before: Vec<(CurrencyId, String, Balance)>,
	) -> Vec<Value> {
		let mut moves = Vec::new();
		for ((currency, pool, before), (.., after)) in before.into_iter().zip(self.pools()) {
			let rise = after as i128 - before as i128;
			if rise != 0 {
				moves.push((rise, currency, pool));
			}
		}
		// What they gave comes first, since it may be paid to the next.
		moves.sort();
		let rows = moves.into_iter().map(|(rise, currency, pool)| {
			let by = by.expect("nothing is exchanged by itself");
			self.give(currency, by, -rise);
			let who = self.town.name_of(by);
			let (source, target) = if rise < 0 { (pool, who) } else { (who, pool) };
			let amount = number(rise.unsigned_abs());
			row(
				"transfer",
				json!({
					"currency": currency, "source": source, "target": target, "amount": amount,
				}),
			)
		});
		rows.collect()
	}

	/// What a successful operation gave whom, as far as it is no invoice.
	fn book(&mut self, row: &Value) {
		let amount = i128::from(row["amount"].as_u64().unwrap_or(0));
		let currency = row["currency"].as_u64().unwrap_or(0) as CurrencyId;
		let jurisdiction = row["jurisdiction"].as_u64().unwrap_or(0) as JurisdictionId;
		let party = |field: &str| {
			let name = row[field].as_str().expect("every such row has it");
			let party = self.town.parties.iter().find(|it| it.name == name);
			party.expect("only parties move money").account.clone()
		};
		match row["op"].as_str() {
			Some("transfer") => {
				let (source, target) = (party("source"), party("target"));
				self.give(currency, &source, -amount);
				self.give(currency, &target, amount);
			},
			Some("give") => {
				let source = party("source");
				self.give(currency, &source, -amount);
				*self.surplus.entry((jurisdiction, currency)).or_default() += amount;
			},
			Some("sweep") => {
				let to = party("to");
				self.give(currency, &to, amount);
				*self.surplus.entry((jurisdiction, currency)).or_default() -= amount;
			},
			_ => (),
		}
	}

	/// Account for what became of an invoice.
	fn recount(&mut self, invoice: Option<InvoiceId>, events: &[RuntimeEvent]) {
		let Some(id) = invoice else { return };
		let Some(now) = Commerce::invoice(id.0, id.1) else { return };
		let before = self.known.insert(id, now.clone());
		if before.is_none() {
			self.invoices.push(id);
		}
		if let Some(before) = &before {
			self.share_out(id.0, before, -1);
			self.made_good(before, &now, events);
		}
		self.share_out(id.0, &now, 1);
	}

	/// What an invoice gives those who have to do with it, as it stands.
	fn share_out(&mut self, seller: TwinNumber, invoice: &InvoiceOf<Runtime>, sign: i128) {
		let (jurisdiction, currency) = (invoice.jurisdiction, invoice.currency);
		let (mut kept, mut own, mut uncredited) = (0, 0, 0);
		for charge in charges(&invoice.bill) {
			let (taken, credited) = (charge.taken as i128, charge.credited as i128);
			uncredited += taken - credited;
			own += if charge.reverse { credited - taken } else { credited };
			kept += if charge.reverse { 0 } else { taken };
		}
		let seller = self.town.account_of(seller);
		self.give(currency, &seller, sign * (invoice.bill.paid as i128 - kept));
		for payer in &invoice.payers {
			self.give(currency, &payer.account, -sign * payer.paid as i128);
		}
		match invoice.buyer {
			Some(buyer) => self.give(currency, &self.town.account_of(buyer), sign * own),
			None => assert_eq!(own, 0, "nobody is credited"),
		}
		*self.surplus.entry((jurisdiction, currency)).or_default() += sign * uncredited;
	}

	/// What a note kept from payers since the buyer had spent its credit: the buyer keeps that.
	fn made_good(
		&mut self,
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
				self.give(now.currency, &self.town.account_of(buyer), lost);
			}
		}
	}

	fn write(&mut self, rows: Vec<Value>, snapshot: &Snapshot, invoice: Option<InvoiceId>) {
		self.done += 1;
		let all = self.done.is_multiple_of(ALL_FIGURES);
		let invoices = if all { self.invoices.clone() } else { invoice.into_iter().collect() };
		self.trace.write_all(rows, &self.town, snapshot, &invoices, all);
	}

	fn give(&mut self, currency: CurrencyId, party: &AccountId, amount: i128) {
		*self.wealth.entry((currency, party.clone())).or_default() += amount;
	}

	fn forget_claim(&mut self, claim: ClaimKey) {
		self.claims.retain(|it| *it != claim);
	}

	/// What each pool has of each currency.
	fn pools(&self) -> Vec<(CurrencyId, String, Balance)> {
		let of = |currency| {
			let pools = self.town.pools.iter();
			pools.map(move |(name, pool)| (currency, name.clone(), purse(currency, pool)))
		};
		CURRENCIES.into_iter().flat_map(of).collect()
	}

	/// Everybody has what trade gave it, and nothing was made or lost.
	fn audit(&self, now: &Snapshot) {
		self.told.compare(now);
		assert_eq!(Balances::total_issuance(), self.our_issuance, "OUR were made or lost");
		for party in &self.town.parties {
			let expected = self.our[&party.account];
			assert_eq!(our_of(&party.account), expected, "{} has its OUR", party.name);
		}
		for currency in CURRENCIES {
			assert_eq!(now.total(currency), self.total[&currency], "all of {currency} is there");
			for (place, party) in self.town.parties.iter().enumerate() {
				let expected = self.wealth[&(currency, party.account.clone())];
				let found = wealth_of(now, currency, place, party);
				assert_eq!(found, expected, "{} has what trade gave it of {currency}", party.name);
			}
			for jurisdiction in JURISDICTIONS {
				self.audit_treasury(now, jurisdiction, currency);
			}
		}
	}

	fn audit_treasury(&self, now: &Snapshot, jurisdiction: JurisdictionId, currency: CurrencyId) {
		let name = format!("treasury/{jurisdiction}");
		let place = self.town.accounts.iter().position(|it| it.0 == name);
		let money = now.purses[&(currency, place.expect("it has an account"))];
		let book = &now.treasuries[&(jurisdiction, currency)];
		let found = money as i128 - (book.credits + book.pending) as i128;
		let expected = self.surplus.get(&(jurisdiction, currency)).copied().unwrap_or(0);
		assert_eq!(found, expected, "{name} has what is its own of {currency}");
		assert!(found >= 0, "{name} covers credits and claims in {currency}");
	}
}

/// Balance, credit and claims of a party.
fn wealth_of(now: &Snapshot, currency: CurrencyId, place: usize, party: &Party) -> i128 {
	let own = now
		.credits
		.iter()
		.filter(|((_, twin, of), _)| Some(*twin) == party.twin && *of == currency);
	let credits = own.map(|(_, (credit, pending))| credit + pending).sum::<Balance>();
	(now.purses[&(currency, place)] + credits) as i128
}

/// Deposits included.
fn our_of(account: &AccountId) -> i128 {
	Balances::total_balance(account) as i128
}

fn events() -> Vec<RuntimeEvent> {
	System::events().into_iter().map(|record| record.event).collect()
}

/// The error's name.
fn name_of(error: DispatchError) -> String {
	match error {
		DispatchError::Module(error) => error.message.unwrap_or("Unknown").into(),
		other => format!("{other:?}"),
	}
}
