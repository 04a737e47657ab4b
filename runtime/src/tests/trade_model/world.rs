//! Runs operations on the chain, with their fees, and writes down what comes of them.

use super::{
	super::{signed, Call, Origin},
	actions::of,
	dice::Dice,
	exchange,
	plans::Step,
	snapshot::{CreditKey, Snapshot},
	town::*,
	trace::{row, Trace},
	wealth::{TaxEvent, Wealth},
};
use crate::{AccountId, Commerce, Runtime, RuntimeEvent, System, Tax};
use codec::Encode;
use frame_support::{
	dispatch::GetDispatchInfo,
	storage::with_storage_layer,
	traits::{fungible::NativeOrWithId, Hooks},
	weights::Weight,
};
use ourledger_primitives::{
	money::CurrencyId,
	tax::{Ppm, TaxCode},
	twin::TwinNumber,
	BlockNumber,
};
use pallet_asset_conversion_tx_payment::ChargeAssetTxPayment;
use pallet_commerce::{InvoiceId, Release};
use pallet_tax::ClaimKey;
use serde_json::{json, Value};
use sp_runtime::{
	traits::{DispatchTransaction, Dispatchable},
	DispatchError, DispatchResult,
};
use std::{
	collections::{BTreeMap, BTreeSet, VecDeque},
	path::PathBuf,
};

type CommerceEvent = pallet_commerce::Event<Runtime>;

/// Lines by VAT code.
pub type LinesByCode = BTreeMap<TaxCode, Vec<i128>>;

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
	/// Accounts that can't pay until a tick.
	pub frozen: Vec<(CurrencyId, AccountId, BlockNumber)>,
	/// Members of currencies, open ones included.
	pub members: BTreeSet<(CurrencyId, TwinNumber)>,
	/// Guests that aren't there.
	pub gone: BTreeSet<AccountId>,
	/// Each line of invoices whose VAT is rounded per line, by code; and what a note that waits
	/// leaves of them.
	pub lines: BTreeMap<InvoiceId, LinesByCode>,
	pub lines_left: BTreeMap<InvoiceId, LinesByCode>,
	/// What dividends left of a unit of tax, in millionths.
	pub rests: BTreeMap<CreditKey, Ppm>,
	pub wealth: Wealth,
	/// Whether fees are left out for now.
	pub free: bool,
	done: u64,
}

impl World {
	pub fn new(mut dice: Dice, mut trace: Trace) -> Self {
		let town = Town::build(&mut trace, &mut dice);
		let twins = town.parties.iter().filter_map(|it| it.twin);
		let members = twins.flat_map(|twin| CURRENCIES.map(|currency| (currency, twin)));
		Self {
			dice,
			members: members.collect(),
			wealth: Wealth::of(&town, &Snapshot::take(&town)),
			town,
			trace,
			invoices: Vec::new(),
			claims: Vec::new(),
			plan: VecDeque::new(),
			used_quote: None,
			frozen: Vec::new(),
			gone: BTreeSet::new(),
			lines: BTreeMap::new(),
			lines_left: BTreeMap::new(),
			rests: BTreeMap::new(),
			free: false,
			done: 0,
		}
	}

	pub fn finish(self) -> PathBuf {
		self.trace.finish()
	}

	/// Does an operation, writes it down, and looks whether all is as it has to be.
	pub fn perform(&mut self, operation: Operation) -> DispatchResult {
		self.begin();
		let Operation { by, call, row, invoice, stage } = operation;
		let Some(result) = self.dispatch(&by, call) else {
			self.wealth.audit(&self.town, &Snapshot::take(&self.town));
			return Err(DispatchError::Other("the fee couldn't be paid"));
		};
		self.conclude(result, by, row.map(|row| (row, stage)), invoice)
	}

	/// The same of what a pallet does that acts for `by`: no call of its own does it, and it costs no
	/// fee.
	pub fn perform_for(
		&mut self,
		by: AccountId,
		row: Value,
		act: impl FnOnce() -> DispatchResult,
	) -> DispatchResult {
		self.begin();
		let result = with_storage_layer(act);
		self.conclude(result, Some(by), Some((row, false)), None)
	}

	/// It is the next block.
	fn begin(&mut self) {
		System::reset_events();
		crate::tests::set_block(System::block_number() + 1);
		self.thaw();
	}

	/// Writes down what came of an operation: its row, which the trace may leave out if it is refused,
	/// and what happened besides.
	fn conclude(
		&mut self,
		result: DispatchResult,
		by: Option<AccountId>,
		row: Option<(Value, bool)>,
		invoice: Option<InvoiceId>,
	) -> DispatchResult {
		let events = events();
		let (mut rows, mut after) = exchange::rows(&self.town, &events, by.as_ref());
		rows.extend(self.follow(&events, by.as_ref(), by.is_none()));
		if let Some((mut row, stage)) = row {
			let refusal = result.err().map(name_of);
			let told = refusal.as_deref().is_none_or(|it| !stage && !UNTOLD.contains(&it));
			if told {
				row["error"] = refusal.into();
				rows.push(row);
			}
		}
		rows.append(&mut after);
		rows.extend(self.who_is_there());
		self.recount(invoice, &events);
		let snapshot = Snapshot::take(&self.town);
		self.write(rows, &snapshot, invoice);
		self.wealth.audit(&self.town, &snapshot);
		result
	}

	/// Time passes, and what is due by itself happens, unless blocks are full.
	pub fn pass(&mut self, more: u64, idle: bool) {
		set_clock(minutes() + more);
		self.trace.write(clock());
		if !idle {
			return;
		}
		System::reset_events();
		Commerce::on_idle(System::block_number(), Weight::MAX);
		Tax::on_idle(System::block_number(), Weight::MAX);
		let events = events();
		let rows = self.follow(&events, None, true);
		let mut touched = Vec::new();
		for event in &events {
			if let RuntimeEvent::Commerce(
				CommerceEvent::EscrowReleased { invoice, .. }
				| CommerceEvent::DisputeLapsed { invoice },
			) = event
			{
				self.recount(Some(*invoice), &events);
				touched.push(*invoice);
			}
		}
		let snapshot = Snapshot::take(&self.town);
		self.trace.write_all(rows, &self.town, &snapshot, &touched, false);
		self.invoices.retain(|id| Commerce::invoice(id.seller, id.number).is_some());
		self.wealth.forget_pruned();
		self.wealth.audit(&self.town, &snapshot);
	}

	/// Run a call, mostly with its fee; nothing if that can't be paid.
	fn dispatch(&mut self, by: &Option<AccountId>, call: Call) -> Option<DispatchResult> {
		let Some(by) = by else {
			return Some(call.dispatch(Origin::root()).map(|_| ()).map_err(|it| it.error));
		};
		let currency = match self.dice.below(10) {
			_ if self.free => {
				return Some(call.dispatch(signed(by)).map(|_| ()).map_err(|it| it.error));
			},
			0..4 => return Some(call.dispatch(signed(by)).map(|_| ()).map_err(|it| it.error)),
			4..8 => None,
			_ => Some(NativeOrWithId::WithId(COINS)),
		};
		let extension = ChargeAssetTxPayment::<Runtime>::from(0, currency);
		let (info, length) = (call.get_dispatch_info(), call.encoded_size() + 110);
		let result = extension.dispatch_transaction(signed(by), call, &info, length, 0);
		Some(result.ok()?.map(|_| ()).map_err(|it| it.error))
	}

	/// Books what events tell, and says what happened by itself.
	fn follow(
		&mut self,
		events: &[RuntimeEvent],
		by: Option<&AccountId>,
		idle: bool,
	) -> Vec<Value> {
		let decided = events
			.iter()
			.any(|event| matches!(event, RuntimeEvent::Tax(TaxEvent::AppealDecided { .. })));
		let mut rows = Vec::new();
		for event in events {
			self.wealth.follow(&self.town, event, by);
			match event {
				RuntimeEvent::Commerce(
					CommerceEvent::EscrowReleased { invoice, by: Release::Deadline, .. }
					| CommerceEvent::DisputeLapsed { invoice },
				) if idle => rows.push(of("release", *invoice)),
				RuntimeEvent::Tax(event) => {
					let claim = self.follow_claims(event);
					// Governance's decisions pay, too; they have a row of their own.
					if let Some((jurisdiction, claim)) = claim.filter(|_| idle && !decided) {
						let arguments = json!({ "jurisdiction": jurisdiction, "number": claim });
						rows.push(row("pay_refund", arguments));
					}
				},
				_ => (),
			}
		}
		rows
	}

	/// The claim that was to be paid, if one was.
	fn follow_claims(&mut self, event: &TaxEvent) -> Option<ClaimKey> {
		match *event {
			TaxEvent::RefundClaimed { jurisdiction, claim, .. } => {
				self.claims.push((jurisdiction, claim));
				None
			},
			TaxEvent::RefundPaid { jurisdiction, claim, .. } => {
				self.claims.retain(|it| *it != (jurisdiction, claim));
				Some((jurisdiction, claim))
			},
			TaxEvent::RefundQueued { jurisdiction, claim, .. } => Some((jurisdiction, claim)),
			_ => None,
		}
	}

	/// Freezes that are over.
	fn thaw(&mut self) {
		let now = System::block_number();
		let (over, frozen) = self.frozen.drain(..).partition(|(_, _, until)| *until <= now);
		self.frozen = frozen;
		let over: Vec<_> = over;
		for (currency, account, _) in over {
			let account = self.town.name_of(&account);
			self.trace.write(row("thaw", json!({ "currency": currency, "account": account })));
		}
	}

	/// Guests that came or left.
	fn who_is_there(&mut self) -> Vec<Value> {
		let mut rows = Vec::new();
		for guest in &self.town.guests {
			let exists = System::account_exists(guest);
			let changed =
				if exists { self.gone.remove(guest) } else { self.gone.insert(guest.clone()) };
			if changed {
				let account = self.town.name_of(guest);
				rows.push(row("exists", json!({ "account": account, "exists": exists })));
			}
		}
		rows
	}

	/// Account for what became of an invoice.
	fn recount(&mut self, invoice: Option<InvoiceId>, events: &[RuntimeEvent]) {
		let Some(id) = invoice else { return };
		if self.wealth.recount(&self.town, id, events) {
			self.invoices.push(id);
		}
	}

	/// Whether trade has been going on for a while.
	pub fn done_a_while(&self) -> bool {
		self.done > 300
	}

	fn write(&mut self, rows: Vec<Value>, snapshot: &Snapshot, invoice: Option<InvoiceId>) {
		self.done += 1;
		let all = self.done.is_multiple_of(ALL_FIGURES);
		let invoices = if all { self.invoices.clone() } else { invoice.into_iter().collect() };
		self.trace.write_all(rows, &self.town, snapshot, &invoices, all);
	}
}

fn events() -> Vec<RuntimeEvent> {
	System::events().into_iter().map(|record| record.event).collect()
}

/// The error's name.
pub fn name_of(error: DispatchError) -> String {
	match error {
		DispatchError::Module(error) => error.message.unwrap_or("Unknown").into(),
		other => format!("{other:?}"),
	}
}
