//! What parties do, by chance: mostly what makes sense, now and then what is refused.

use super::{
	super::Call,
	sales::{lines_by_code, lines_left, note, sale, Scene},
	town::*,
	trace::{self, row},
	world::{LinesByCode, Operation, World},
};
use crate::{AccountId, Commerce, Runtime, Signature, System, Tax};
use frame_support::{traits::fungible::NativeOrWithId, BoundedVec};
use ourledger_primitives::{
	invoice::{Conditions, Note, Quote, Settlement},
	money::{CurrencyId, LocalMoney},
	tax::JurisdictionId,
	twin::TwinNumber,
	Balance,
};
use pallet_commerce::{InvoiceId, InvoiceOf, InvoiceState, Writer};
use pallet_tax::{Rounding, TaxpayerState};
use serde_json::{json, Value};

pub(super) type Trade = pallet_commerce::Call<Runtime>;
type Taxes = pallet_tax::Call<Runtime>;
type Money = pallet_currencies::Call<Runtime>;
type Invoice = InvoiceOf<Runtime>;

impl World {
	/// Let somebody do something.
	pub fn act(&mut self) {
		if let Some(step) = self.plan.pop_front() {
			return self.follow_plan(step);
		}
		match self.dice.below(100) {
			0..14 => self.issue(None, false),
			14..19 => self.sell(),
			19..43 => self.pay(),
			43..48 => self.answer(),
			48..56 => self.settle_escrow(),
			56..64 => self.credit_note(),
			64..67 => self.waiting_note(),
			67..69 => self.cancel(),
			69..71 => self.collect_unpaid(),
			71..75 => self.claim(None),
			75..80 => self.decide_claim(),
			80..82 => self.sweep_or_give(),
			82 => self.dividend(),
			83..85 => self.move_money(),
			85 => self.pay_arrears(),
			86..88 => self.register_or_rate(),
			88..92 => self.weather(),
			92..94 => self.attack(),
			94..97 => self.make_plan(),
			_ => self.day(),
		}
	}

	fn day(&mut self) {
		// Any time of the day, so that places are seen on both sides of midnight; and one that is just
		// before or after it.
		let days = match self.dice.below(100) {
			0..12 => self.dice.between(15, 45),
			12..40 => 0,
			_ => self.dice.between(1, 4),
		};
		let minutes = if self.dice.chance(20) {
			DAY_MINUTES - minutes() % DAY_MINUTES - self.dice.below(2)
		} else {
			self.dice.between(1, DAY_MINUTES)
		};
		let idle = self.dice.chance(70);
		self.pass(days * DAY_MINUTES + minutes, idle);
	}

	// ---- invoices ----------------------------------------------------------------------------

	fn scene(&mut self, seller: TwinNumber, buyer: Option<TwinNumber>) -> Scene {
		let jurisdiction = if self.dice.chance(70) { CITY } else { VALLEY };
		let currency = if self.dice.chance(75) { COINS } else { HOURS };
		let back =
			if self.dice.chance(15) { self.dice.below(u64::from(SUPPLY_BOUND) + 1) } else { 0 };
		let registered = |twin| is_registered(jurisdiction, twin);
		Scene {
			jurisdiction,
			currency,
			supply: today_in(jurisdiction) - back as u32,
			by_line: by_line(jurisdiction),
			seller_registered: registered(seller),
			buyer_known: buyer.is_some(),
			buyer_registered: buyer.is_some_and(registered),
			mixed: false,
		}
	}

	pub(super) fn issue(&mut self, parties: Option<(TwinNumber, TwinNumber)>, mixed: bool) {
		let seller = parties.map_or_else(|| self.dice.pick(&self.town.sellers), |it| it.0);
		let buyer = match parties {
			Some((_, buyer)) => Some(buyer),
			None if self.dice.chance(10) => None,
			None => Some(self.dice.pick(&self.town.buyers)),
		};
		// Oneself, once in a while.
		let buyer = buyer.filter(|it| *it != seller || self.dice.chance(10));
		let scene = Scene { mixed, ..self.scene(seller, buyer) };
		let goods = sale(&mut self.dice, &scene);
		let escrow = buyer.is_some() && parties.is_none() && self.dice.chance(25);
		let days = self.dice.below(8) as u16;
		let arbiter = self.town.arbiter;
		let settlement =
			if escrow { Settlement::Escrow { arbiter, days } } else { Settlement::Direct };
		let due_days = self.dice.below(12) as u16;
		let Scene { jurisdiction, currency, supply, .. } = scene;
		let mut row = row(
			"issue",
			json!({
				"seller": seller, "buyer": buyer, "jurisdiction": jurisdiction, "currency": currency,
				"sale": trace::sale(&goods), "supply": supply, "due_days": due_days,
			}),
		);
		if escrow {
			row["escrow"] = json!([arbiter, days]);
		}
		let delivery = self.dice.chance(30);
		row["document"] = trace::hex(&[1; 32]).into();
		let lines = lines_by_code(&goods);
		let conditions = Conditions {
			jurisdiction,
			currency,
			supply: Some(supply),
			due_days,
			settlement,
			delivery,
			document: [1; 32],
		};
		let id = self.next_id(seller);
		let (by, call) = match buyer {
			Some(buyer) if self.dice.chance(5) && buyer != seller => {
				self.consent(seller, buyer);
				row["op"] = "self_bill".into();
				(buyer, Trade::self_bill { seller, conditions, sale: goods })
			},
			_ => (seller, Trade::issue { buyer, conditions, sale: goods }),
		};
		let by = self.town.account_of(by);
		if !self.trade(by, call, Some(row), Some(id)) {
			return;
		}
		self.lines.insert(id, lines);
		if delivery && self.dice.chance(70) {
			self.deliver(id);
		}
	}

	pub(super) fn deliver(&mut self, id: InvoiceId) {
		let InvoiceId { seller, number } = id;
		let by = self.town.account_of(seller);
		let call = Trade::deliver { seller, number };
		self.trade(by, call, Some(of("deliver", id)), Some(id));
	}

	/// The seller lets a buyer bill itself today; for some, silence is as good as its word.
	pub(super) fn consent(&mut self, seller: TwinNumber, buyer: TwinNumber) {
		let until = utc_today();
		let objection = self.dice.pick(&[None, Some(2), Some(9)]);
		let row = row(
			"allow_self_billing",
			json!({ "seller": seller, "buyer": buyer, "until": until, "objection": objection }),
		);
		let call = Trade::allow_self_billing { buyer, until, objection };
		self.trade(self.town.account_of(seller), call, Some(row), None);
	}

	fn sell(&mut self) {
		if self.dice.chance(8) {
			if let Some(call) = self.used_quote.clone() {
				let by = self.dice.pick(&self.town.parties).account;
				// Refused by its nonce or its age, before anything else.
				let again = Operation { by: Some(by), call, row: None, invoice: None, stage: true };
				assert!(self.perform(again).is_err(), "a quote was used twice");
				return;
			}
		}
		let seller = self.dice.pick(&self.town.sellers);
		let payer = self.dice.pick(&self.town.parties);
		let mut scene = self.scene(seller, payer.twin);
		scene.supply = today_in(scene.jurisdiction);
		let goods = sale(&mut self.dice, &scene);
		let business = self.dice.chance(75);
		let lines = lines_by_code(&goods);
		let Scene { jurisdiction, currency, supply, .. } = scene;
		let mut row = row(
			"sell",
			json!({
				"payer": payer.name, "seller": seller, "buyer": payer.twin,
				"jurisdiction": jurisdiction, "currency": currency, "sale": trace::sale(&goods),
				"supply": supply, "business": business,
			}),
		);
		let mut nonce = [0; 16];
		nonce[..8].copy_from_slice(&self.dice.below(u64::MAX).to_le_bytes());
		let quote = Quote {
			seller,
			till: 1,
			nonce,
			jurisdiction,
			currency,
			buyer: payer.twin.filter(|_| self.dice.chance(30)),
			sale: goods,
			expires: System::block_number() + self.dice.between(2, 1_000) as u32,
		};
		let payload = quote.payload(System::block_hash(0));
		let signature = Signature::Sr25519(TILL_KEY.sign(&payload));
		let id = self.next_id(seller);
		row["document"] = trace::hex(&quote.document()).into();
		let call = Trade::sell { quote, signature, business };
		if self.trade(payer.account, call.clone(), Some(row), Some(id)) {
			self.used_quote = Some(Call::Commerce(call));
			self.lines.insert(id, lines);
		}
	}

	fn pay(&mut self) {
		let Some((id, invoice)) = self.find(|it| it.is_open() && it.outstanding() > 0) else {
			return;
		};
		let buyer = invoice.buyer.filter(|_| self.dice.chance(70));
		let payer = match buyer {
			Some(buyer) => self.town.account_of(buyer),
			None => self.dice.pick(&self.town.parties).account,
		};
		let open = invoice.outstanding().max(1) as u64;
		// Strangers pay all that is open, or are refused.
		let own = invoice.buyer.is_some_and(|it| self.town.account_of(it) == payer);
		let amount = match self.dice.below(40) {
			0 => Some(0),
			1 => Some(open + 1),
			2 | 3 => Some(1),
			4..18 if !own && self.dice.chance(85) => None,
			4..18 => Some(self.dice.between(1, open)),
			_ => None,
		};
		self.pay_invoice(id, payer, amount.map(Balance::from));
	}

	pub(super) fn pay_invoice(
		&mut self,
		id: InvoiceId,
		payer: AccountId,
		amount: Option<Balance>,
	) -> bool {
		let InvoiceId { seller, number } = id;
		let business = self.dice.chance(92);
		let row = row(
			"pay",
			json!({
				"seller": seller, "number": number, "payer": self.town.name_of(&payer),
				"amount": amount.map(trace::number), "business": business,
			}),
		);
		let call = Trade::pay { seller, number, amount, business };
		self.trade(payer, call, Some(row), Some(id))
	}

	/// The buyer accepts or rejects; what it wrote itself, the seller accepts.
	fn answer(&mut self) {
		let Some((id, invoice)) = self.find(|it| it.state == InvoiceState::Issued) else { return };
		if self.dice.chance(80) {
			let writer = match invoice.writer {
				Writer::Seller => invoice.buyer,
				Writer::Buyer { .. } => Some(id.seller).filter(|_| self.dice.chance(50)),
			};
			let by = self.mostly(writer);
			self.accept(id, by);
			return;
		}
		let by = self.mostly(invoice.buyer);
		let InvoiceId { seller, number } = id;
		self.trade(by, Trade::reject { seller, number }, Some(of("reject", id)), Some(id));
	}

	pub(super) fn accept(&mut self, id: InvoiceId, by: AccountId) -> bool {
		let InvoiceId { seller, number } = id;
		let mut row = of("accept", id);
		row["by"] = self.town.name_of(&by).into();
		self.trade(by, Trade::accept { seller, number }, Some(row), Some(id))
	}

	fn settle_escrow(&mut self) {
		let Some((id, invoice)) = self.find(|it| it.escrowed > 0) else { return };
		let InvoiceId { seller, number } = id;
		let reason = [2; 32];
		let (op, by, call) = match self.dice.below(10) {
			0..4 => ("confirm", invoice.buyer, Trade::confirm { seller, number }),
			4..6 => ("dispute", invoice.buyer, Trade::dispute { seller, number, reason }),
			6..9 => {
				let most = invoice.escrowed as u64;
				let to_buyer = match self.dice.below(6) {
					0 => most + 1,
					1 => most,
					2 => 0,
					_ => self.dice.below(most + 1),
				};
				let mut row = of("resolve", id);
				row["to_buyer"] = to_buyer.into();
				let to_buyer = to_buyer.into();
				let call = Trade::resolve { seller, number, to_buyer, reason };
				let by = self.mostly(Some(self.town.arbiter));
				self.trade(by, call, Some(row), Some(id));
				return;
			},
			_ => ("release", None, Trade::release { seller, number }),
		};
		let by = self.mostly(by);
		self.trade(by, call, Some(of(op, id)), Some(id));
	}

	// ---- corrections -------------------------------------------------------------------------

	fn credit_note(&mut self) {
		if let Some((id, invoice)) = self.find(|it| it.bill.paid > 0 || it.is_open()) {
			let lines = self.lines_of(id);
			let note = note(&mut self.dice, &invoice.bill, &lines);
			self.note_on(id, note);
		}
	}

	pub(super) fn lines_of(&self, id: InvoiceId) -> LinesByCode {
		self.lines.get(&id).cloned().unwrap_or_default()
	}

	pub(super) fn note_on(&mut self, id: InvoiceId, note: Note) -> bool {
		let InvoiceId { seller, number } = id;
		let mut row = of("credit_note", id);
		row["note"] = trace::note(&note);
		row["document"] = trace::hex(&[3; 32]).into();
		let left = lines_left(&note);
		let call = Trade::credit_note { number, note, document: [3; 32] };
		let done = self.trade(self.town.account_of(seller), call, Some(row), Some(id));
		if done && !left.is_empty() {
			self.lines_left.insert(id, left);
			self.settle_lines(id);
		}
		done
	}

	/// Lines are what a note left of them, unless it waits.
	fn settle_lines(&mut self, id: InvoiceId) {
		if self.invoice_of(id).is_some_and(|it| it.note.is_none()) {
			if let Some(left) = self.lines_left.remove(&id) {
				self.lines.insert(id, left);
			}
		}
	}

	fn waiting_note(&mut self) {
		// Few wait, so that all are looked through; sometimes one is answered that isn't there.
		let waits = |id: &&InvoiceId| self.invoice_of(**id).is_some_and(|it| it.note.is_some());
		let waiting = self.invoices.iter().filter(waits).copied().collect::<Vec<_>>();
		let ids = if waiting.is_empty() { &self.invoices } else { &waiting };
		if ids.is_empty() {
			return;
		}
		let id = self.dice.pick(&ids.clone());
		if let Some(invoice) = self.invoice_of(id) {
			self.answer_note(id, &invoice);
		}
	}

	pub(super) fn answer_note(&mut self, id: InvoiceId, invoice: &Invoice) {
		let InvoiceId { seller, number } = id;
		if self.dice.chance(25) {
			let by = self.town.account_of(seller);
			let call = Trade::withdraw_note { number };
			if self.trade(by, call, Some(of("withdraw_note", id)), Some(id)) {
				self.lines_left.remove(&id);
			}
			return;
		}
		let max = self.dice.pick(&[1, 1_000, 1_000_000_000u64]);
		let mut row = of("cover_note", id);
		row["most"] = max.into();
		let call = Trade::cover_note { seller, number, max: max.into() };
		let by = self.mostly(invoice.buyer);
		if self.trade(by, call, Some(row), Some(id)) {
			self.settle_lines(id);
		}
	}

	fn cancel(&mut self) {
		let Some((id, invoice)) = self.find(|it| it.is_open() && it.bill.paid == 0) else { return };
		let InvoiceId { seller, number } = id;
		let by_buyer = invoice.buyer.is_some() && self.dice.chance(50);
		let by = invoice.buyer.filter(|_| by_buyer).unwrap_or(seller);
		let withdraw = if invoice.cancel.is_some() { 40 } else { 4 };
		if self.dice.chance(withdraw) {
			let mut row = of("withdraw_cancel", id);
			row["by"] = if by_buyer { "buyer" } else { "seller" }.into();
			let call = Trade::withdraw_cancel { seller, number };
			self.trade(self.town.account_of(by), call, Some(row), Some(id));
			return;
		}
		self.cancel_by(id, by);
	}

	pub(super) fn cancel_by(&mut self, id: InvoiceId, by: TwinNumber) -> bool {
		let InvoiceId { seller, number } = id;
		let mut row = of("cancel", id);
		row["by"] = if by == seller { "seller" } else { "buyer" }.into();
		let call = Trade::cancel { seller, number };
		self.trade(self.town.account_of(by), call, Some(row), Some(id))
	}

	fn collect_unpaid(&mut self) {
		let wanted = |it: &Invoice| {
			it.state == InvoiceState::Accepted && it.due + 3 < today_in(it.jurisdiction)
		};
		let Some((id, _)) = self.find(wanted) else { return };
		let InvoiceId { seller, number } = id;
		let by = self.anybody();
		let call = Trade::collect_unpaid { seller, number };
		self.trade(by, call, Some(of("collect_unpaid", id)), Some(id));
	}

	// ---- money -------------------------------------------------------------------------------

	fn move_money(&mut self) {
		let by = self.dice.pick(&self.town.parties);
		let currency = self.place().1;
		let balance = <crate::Currencies as LocalMoney<_>>::balance(currency, &by.account) as u64;
		let amount = self.dice.between(1, balance / 5 + 10);
		if self.dice.chance(50) {
			let to = self.dice.pick(&self.town.parties);
			self.transfer(by.account, currency, to.account, amount);
			return;
		}
		let (our, coin, hour) =
			(NativeOrWithId::Native, NativeOrWithId::WithId(COINS), NativeOrWithId::WithId(HOURS));
		let path = match (currency, self.dice.below(3)) {
			(HOURS, 0) => vec![hour, coin, our],
			(HOURS, _) => vec![hour, coin],
			(_, 0) => vec![our, coin, hour],
			(_, 1) => vec![coin, hour],
			_ => vec![coin, our],
		};
		let amount = if path[0] == NativeOrWithId::Native { 1_000_000_000 } else { amount.into() };
		let (path, amount_in) = (BoundedVec::truncate_from(path), amount);
		let call = Call::Currencies(Money::swap { path, amount_in, min_out: 1 });
		let operation =
			Operation { by: Some(by.account), call, row: None, invoice: None, stage: true };
		// As it may be refused, like anything.
		let _ = self.perform(operation);
	}

	pub(super) fn transfer(
		&mut self,
		by: AccountId,
		currency: CurrencyId,
		to: AccountId,
		amount: u64,
	) {
		let row = row(
			"transfer",
			json!({
				"currency": currency, "source": self.town.name_of(&by),
				"target": self.town.name_of(&to), "amount": amount,
			}),
		);
		let (amount, reference) = (amount.into(), [5; 32]);
		self.holder(by, Money::transfer { currency, to, amount, reference }, row);
	}

	// ---- internal ----------------------------------------------------------------------------

	pub(super) fn trade(
		&mut self,
		by: AccountId,
		call: Trade,
		row: Option<Value>,
		invoice: Option<InvoiceId>,
	) -> bool {
		let (by, call) = (Some(by), Call::Commerce(call));
		self.perform(Operation { by, call, row, invoice, stage: false }).is_ok()
	}

	pub(super) fn tax(&mut self, by: Option<AccountId>, call: Taxes, row: Value) -> bool {
		let (call, row) = (Call::Tax(call), Some(row));
		self.perform(Operation { by, call, row, invoice: None, stage: false }).is_ok()
	}

	/// An invoice that is wanted, mostly a new one; any other, if none is found.
	fn find(&mut self, wanted: impl Fn(&Invoice) -> bool) -> Option<(InvoiceId, Invoice)> {
		let count = self.invoices.len() as u64;
		if count == 0 {
			return None;
		}
		let mut found = None;
		for _ in 0..16 {
			let last = if self.dice.chance(60) { 40.min(count) } else { count };
			let id = self.invoices[(count - 1 - self.dice.below(last)) as usize];
			let Some(invoice) = self.invoice_of(id) else { continue };
			let is_wanted = wanted(&invoice);
			found = Some((id, invoice));
			if is_wanted && !self.dice.chance(2) {
				break;
			}
		}
		found
	}

	pub(super) fn invoice_of(&self, id: InvoiceId) -> Option<Invoice> {
		Commerce::invoice(id.seller, id.number)
	}

	/// The seller's next invoice.
	pub(super) fn next_id(&self, seller: TwinNumber) -> InvoiceId {
		InvoiceId { seller, number: Commerce::book(seller).next }
	}

	/// The account of anybody.
	pub(super) fn anybody(&mut self) -> AccountId {
		self.dice.pick(&self.town.parties).account
	}

	/// The account of who should do it, mostly; else of anybody.
	fn mostly(&mut self, twin: Option<TwinNumber>) -> AccountId {
		match twin {
			Some(twin) if self.dice.chance(97) => self.town.account_of(twin),
			_ => self.dice.pick(&self.town.parties).account,
		}
	}

	pub(super) fn place(&mut self) -> (JurisdictionId, CurrencyId) {
		(self.dice.pick(&JURISDICTIONS), self.dice.pick(&CURRENCIES))
	}
}

/// A row about an invoice.
pub(super) fn of(op: &str, InvoiceId { seller, number }: InvoiceId) -> Value {
	row(op, json!({ "seller": seller, "number": number }))
}

pub(super) fn is_registered(jurisdiction: JurisdictionId, twin: TwinNumber) -> bool {
	let taxpayer = Tax::taxpayer(jurisdiction, twin);
	let today = today_in(jurisdiction);
	taxpayer.is_some_and(|it| it.state == TaxpayerState::Registered && it.effective <= today)
}

/// Whether VAT is rounded per line there, now.
fn by_line(jurisdiction: JurisdictionId) -> bool {
	let place = Tax::jurisdiction(jurisdiction).expect("both exist");
	place.settings.rounding == Rounding::Line
}
