//! What has been tried against the rules: each attack has to fail, and to leave others' ways open.
//!
//! Whether anybody ends with more than trade gave it is looked at after every operation, as always.

use super::{
	super::Call,
	actions::{is_registered, of, Trade},
	sales::compact,
	town::*,
	trace::{self, row},
	world::{name_of, Operation, World},
};
use crate::{AccountId, Commerce, Currencies, Runtime, Tax};
use ourledger_primitives::{
	invoice::{Amounts, Change, Conditions, Note, NotePart, Prices, Sale, SaleItem, Settlement},
	money::{CurrencyId, LocalMoney},
	tax::{JurisdictionId, TaxCode},
	twin::TwinNumber,
	Balance,
};
use pallet_commerce::{InvoiceId, InvoiceState};
use pallet_tax::Rounding;
use serde_json::json;
use sp_runtime::BoundedVec;

type Taxes = pallet_tax::Call<Runtime>;
type Money = pallet_currencies::Call<Runtime>;

/// Refusals that have their reason in the payer itself, or in what is around the trade.
const OWN_AFFAIRS: [&str; 4] = ["BalanceTooLow", "AccountFrozen", "NotMember", "CorrectionOver"];

/// What is agreed on.
#[derive(Clone)]
struct Deal {
	seller: TwinNumber,
	buyer: TwinNumber,
	jurisdiction: JurisdictionId,
	currency: CurrencyId,
	sale: Sale,
	/// Days of an escrow.
	escrow: Option<u16>,
	delivery: bool,
}

impl World {
	/// Let somebody try something.
	pub(super) fn attack(&mut self) {
		// Who lacks a fee proves nothing.
		self.free = true;
		self.attack_somehow();
		self.free = false;
	}

	fn attack_somehow(&mut self) {
		match self.dice.below(18) {
			0 => self.tip_instead_of_a_price(),
			1 | 2 => self.invent_lines(),
			3 | 4 => self.pay_one_part_with_another(),
			5 => self.let_money_wait(),
			6 => self.cancel_after_delivery(),
			7 => self.accept_own_bill(),
			8 => self.crowd_out_the_buyer(),
			9 | 10 => self.be_unpayable(),
			11 | 12 => self.hold_up_the_seller(),
			13 => self.count_midnights(),
			14 => self.scatter_dust(),
			15 => self.bring_back_what_was_never_sold(),
			16 => self.renew_credit(),
			_ => self.leave_the_books(),
		}
	}

	/// Nearly all of a price is called a tip: no tax, no turnover.
	fn tip_instead_of_a_price(&mut self) {
		let Some(deal) = self.deal(&[(ZERO, 1)]) else { return };
		let mut all = deal.clone();
		all.sale.tip = 500_000;
		assert!(self.enter(all).is_err(), "a price is called a tip");
		// As much as may be, and then what it was for is taken back.
		let limit = Tax::jurisdiction(deal.jurisdiction).expect("it exists").settings.tip_limit;
		let mut most = deal.clone();
		most.sale = sale(&[(ZERO, 10_000)]);
		most.sale.tip = 10_000 * Balance::from(limit) / 1_000_000;
		let mut more = most.clone();
		more.sale.tip += 1;
		assert!(self.enter(more).is_err(), "a tip is beyond its share");
		let tips = most.sale.tip > 0;
		if let Ok(id) = self.enter(most) {
			let refused = !self.note_on(id, note(&[(ZERO, 9_999)]));
			assert!(refused || !tips, "a note leaves a tip without what it was for");
		}
	}

	/// Lines that were chosen for their rounding, and notes with lines of their own choice.
	fn invent_lines(&mut self) {
		let Some(mut deal) = self.deal(&[(STANDARD[0], 1)]) else { return };
		let settings = Tax::jurisdiction(deal.jurisdiction).expect("it exists").settings;
		if settings.rounding != Rounding::Line {
			return;
		}
		let line = self.dice.between(1, 4) as i128;
		// One more has to fit.
		let many = vec![line; self.dice.between(2, 127) as usize];
		let amounts = Amounts::Lines(compact(&many));
		deal.sale.items[0].amounts = amounts;
		let buyer = deal.buyer;
		let Ok(id) = self.enter(deal) else { return };
		self.lines.insert(id, [(STANDARD[0], many.clone())].into());
		self.pay_invoice(id, self.town.account_of(buyer), None);
		let (mut more, mut longer) = (many.clone(), many.clone());
		more[0] += 1;
		longer.push(0);
		let mut past = many.clone();
		past[0] = -1;
		let one = vec![many.iter().sum::<i128>()];
		for (was, remain) in [
			(&many, &more),
			(&many, &past),
			(&many, &longer),
			(&longer, &longer),
			(&one, &vec![0]),
			(&more, &many),
		] {
			let note = of_lines(STANDARD[0], was, remain);
			assert!(!self.note_on(id, note), "lines that never were, are taken back");
		}
		let less = note(&[(STANDARD[0], line)]);
		assert!(!self.note_on(id, less), "a note says nothing of lines");
		// What remains is taxed, whatever is taken.
		let mut rest = many.clone();
		for line in rest.iter_mut() {
			*line -= self.dice.below(*line as u64 + 1) as i128;
		}
		self.note_on(id, of_lines(STANDARD[0], &many, &rest));
	}

	/// A note that takes back what is taxed, and gives of what isn't.
	fn pay_one_part_with_another(&mut self) {
		let Some(deal) = self.deal(&[(STANDARD[0], 10_000), (ZERO, 1)]) else { return };
		let buyer = deal.buyer;
		let Ok(id) = self.enter(deal) else { return };
		self.pay_invoice(id, self.town.account_of(buyer), None);
		let lines = self.lines_of(id);
		let wrong = [(10_000, -11_500), (-1, 1), (10_001, 0), (0, 2), (0, -1)];
		for (taxed, free) in wrong {
			let mut note = note(&[(STANDARD[0], taxed), (ZERO, free)]);
			if let Some(was) = lines.get(&STANDARD[0]) {
				let mut remain = was.clone();
				remain[0] -= taxed;
				note.parts[0] = of_lines(STANDARD[0], was, &remain).parts[0].clone();
			}
			assert!(!self.note_on(id, note), "a part of a note passes zero: {taxed}, {free}");
		}
	}

	/// Money that waits in an escrow, so that no demurrage is charged; a unit more just before it
	/// comes back.
	fn let_money_wait(&mut self) {
		let Some(mut deal) = self.deal(&[(ZERO, 100_000)]) else { return };
		deal.escrow = Some(30);
		let (seller, payer) = (deal.seller, self.town.account_of(deal.buyer));
		let currency = deal.currency;
		let Ok(id) = self.enter(deal) else { return };
		let index = |amount: Balance| {
			Currencies::keep(currency, amount).expect("it exists").units.as_u128() / amount
		};
		let mut units = 0u128;
		for (amount, days) in [(60_000, 200), (1, 0)] {
			if self.pay_invoice(id, payer.clone(), Some(amount)) {
				// Of 80 bits after the point these suffice.
				units += amount * (index(1) >> 60);
			}
			self.pass(days * DAY_MINUTES, false);
		}
		let paid = Commerce::invoice(id.seller, id.number).expect("it is open").escrowed;
		let before = Currencies::balance(currency, &payer);
		assert!(self.cancel_by(id, seller), "nothing stops a seller from cancelling");
		let back = Currencies::balance(currency, &payer) - before;
		let worth = units / (index(1) >> 60);
		assert!(back <= paid && back.abs_diff(worth) <= 1, "what waited is charged for its wait");
	}

	/// Tax on what is sold goes down by returns at a higher rate, which nobody ever bought.
	fn bring_back_what_was_never_sold(&mut self) {
		let back = self.dice.pick(&[-20_000, -16_000, -12_000]);
		let Some(deal) = self.deal(&[(STANDARD[1], 80_000), (STANDARD[0], back)]) else { return };
		let Ok(id) = self.enter(deal) else { return };
		let bill = Commerce::invoice(id.seller, id.number).expect("it was issued").bill;
		let [low, high] = [&bill.subtotals[0], &bill.subtotals[1]];
		let is_little = 3 * (low.vat + high.vat) >= low.vat;
		assert!(is_little || high.rate <= low.rate, "returns leave less than a third");
	}

	/// Credit that has waited in a treasury becomes a sister's, by a sale to it. What it is charged, the
	/// model says.
	fn renew_credit(&mut self) {
		let Some(deal) = self.deal(&[(STANDARD[0], 100_000)]) else { return };
		let back = Deal { seller: deal.buyer, buyer: deal.seller, ..deal.clone() };
		let (first, second) = (self.town.account_of(deal.seller), self.town.account_of(deal.buyer));
		for (deal, payer) in [(deal, second), (back, first)] {
			let Ok(id) = self.enter(deal) else { return };
			if !self.pay_invoice(id, payer, None) {
				return;
			}
			self.pass(100 * DAY_MINUTES, false);
		}
	}

	/// The seller asks to cancel, is paid, delivers; and the buyer cancels alone.
	fn cancel_after_delivery(&mut self) {
		let Some(mut deal) = self.deal(&[(ZERO, 5_000)]) else { return };
		(deal.escrow, deal.delivery) = (Some(9), true);
		let (seller, buyer) = (deal.seller, deal.buyer);
		let payer = self.town.account_of(buyer);
		let Ok(id) = self.enter(deal) else { return };
		assert!(self.accept(id, payer.clone()), "a buyer can accept");
		assert!(self.cancel_by(id, seller), "a seller can ask to cancel");
		if !self.pay_invoice(id, payer, None) {
			return;
		}
		if self.dice.chance(50) {
			self.deliver(id);
		}
		self.cancel_by(id, buyer);
		let invoice = Commerce::invoice(id.seller, id.number).expect("it is there");
		let cancelled = invoice.state == InvoiceState::Cancelled;
		assert!(!cancelled, "a request outlives what was done after it");
	}

	/// A buyer bills itself and accepts in the seller's name, so that the seller pays the tax.
	fn accept_own_bill(&mut self) {
		let Some(deal) = self.deal(&[(ZERO, 5_000)]) else { return };
		let (seller, buyer) = (deal.seller, deal.buyer);
		let objection = self.dice.pick(&[None, Some(3)]);
		let until = utc_today();
		let arguments =
			json!({ "seller": seller, "buyer": buyer, "until": until, "objection": objection });
		let call = Trade::allow_self_billing { buyer, until, objection };
		let by = self.town.account_of(seller);
		self.trade(by.clone(), call, Some(row("allow_self_billing", arguments)), None);
		let Ok(id) = self.enter_by(deal, buyer) else { return };
		let own = self.town.account_of(buyer);
		assert!(!self.accept(id, own.clone()), "a buyer accepts its own bill");
		self.pass(2 * DAY_MINUTES, false);
		assert!(!self.accept(id, own.clone()), "days of silence are counted by midnights");
		if objection.is_some() && self.dice.chance(50) {
			self.pass(3 * DAY_MINUTES, false);
			assert!(self.accept(id, own), "silence is as good as a word");
		} else {
			assert!(self.cancel_by(id, seller), "a seller objects");
		}
	}

	/// Strangers pay a unit each, so that the buyer can neither pay nor reject.
	fn crowd_out_the_buyer(&mut self) {
		let Some(mut deal) = self.deal(&[(STANDARD[0], 5_000)]) else { return };
		deal.escrow = [None, Some(5)][self.dice.below(2) as usize];
		let buyer = self.town.account_of(deal.buyer);
		let Ok(id) = self.enter(deal) else { return };
		for stranger in self.town.parties.clone() {
			if stranger.account != buyer {
				let paid = self.pay_invoice(id, stranger.account, Some(1));
				assert!(!paid, "a stranger pays a part");
			}
		}
		let InvoiceId { seller, number } = id;
		let call = Trade::reject { seller, number };
		let rejected = self.trade(buyer, call, Some(of("reject", id)), Some(id));
		assert!(rejected, "strangers keep a buyer from rejecting");
	}

	/// Whoever paid can't be paid back: it is gone, frozen, expelled.
	fn be_unpayable(&mut self) {
		let Some(mut deal) = self.deal(&[(ZERO, 3_000)]) else { return };
		deal.escrow = if self.dice.chance(60) { Some(9) } else { None };
		let (seller, buyer, currency) = (deal.seller, deal.buyer, deal.currency);
		let escrow = deal.escrow.is_some();
		let Ok(id) = self.enter(deal) else { return };
		let payer = if self.dice.chance(60) {
			self.dice.pick(&self.town.guests.clone())
		} else {
			self.anybody()
		};
		if !self.pay_invoice(id, payer.clone(), None) {
			return;
		}
		self.shut_out(currency, &payer);
		let number = id.number;
		if !escrow {
			let result = self.try_note(id, note(&[(ZERO, 3_000)]));
			let own = result.is_err_and(|it| !OWN_AFFAIRS.contains(&&*it));
			assert!(!own, "who can't be paid stops a note");
			return;
		}
		let settled = match self.dice.below(3) {
			0 => self.cancel_by(id, seller),
			1 => {
				let by = self.town.account_of(buyer);
				let call = Trade::reject { seller, number };
				self.trade(by, call, Some(of("reject", id)), Some(id))
			},
			_ => {
				let mut row = of("resolve", id);
				row["to_buyer"] = 2_000.into();
				let by = self.town.account_of(self.town.arbiter);
				let call = Trade::resolve { seller, number, to_buyer: 2_000, reason: [2; 32] };
				self.trade(by, call, Some(row), Some(id))
			},
		};
		assert!(settled, "who can't be paid stops everybody's settlement");
	}

	/// An exempt buyer takes the goods, and can't pay the tax that it books itself.
	fn hold_up_the_seller(&mut self) {
		let Some(mut deal) = self.deal(&[(REVERSE[0], 9_000)]) else { return };
		deal.escrow = Some(1);
		let Deal { seller, buyer, jurisdiction, currency, .. } = deal;
		self.exempt(jurisdiction, buyer);
		let payer = self.town.account_of(buyer);
		let again = deal.clone();
		let Ok(id) = self.enter(deal) else { return };
		if !self.pay_invoice(id, payer.clone(), None) {
			return;
		}
		let rest = Currencies::balance(currency, &payer) as u64;
		if rest > 0 && self.dice.chance(50) {
			let to = self.town.account_of(seller);
			self.transfer(payer.clone(), currency, to, rest);
		} else {
			self.shut_out(currency, &payer);
		}
		if self.dice.chance(30) {
			self.shut_out(currency, &self.town.account_of(seller));
		}
		self.pass(2 * DAY_MINUTES, false);
		let InvoiceId { seller, number } = id;
		let call = Trade::release { seller, number };
		let by = self.anybody();
		let released = self.trade(by, call, Some(of("release", id)), Some(id));
		assert!(released, "a buyer that can't pay its tax holds up the seller");
		if Tax::account(jurisdiction, buyer, currency).arrears > 0 {
			assert!(self.enter(again).is_err(), "who is in arrears goes on");
			self.pay_arrears();
		}
	}

	/// A wait that begins a minute before midnight.
	fn count_midnights(&mut self) {
		let Some(mut deal) = self.deal(&[(ZERO, 3_000)]) else { return };
		let days = self.dice.below(3);
		deal.escrow = Some(days as u16);
		let payer = self.town.account_of(deal.buyer);
		let Ok(id) = self.enter(deal) else { return };
		self.pass(DAY_MINUTES - minutes() % DAY_MINUTES - 1, false);
		if !self.pay_invoice(id, payer, None) {
			return;
		}
		let InvoiceId { seller, number } = id;
		let release = |world: &mut Self, wait: u64| {
			world.pass(wait, false);
			let call = Trade::release { seller, number };
			let by = world.anybody();
			world.trade(by, call, Some(of("release", id)), Some(id))
		};
		if days > 0 {
			assert!(!release(self, 2), "a day lasted two minutes");
			assert!(!release(self, days * DAY_MINUTES - 3), "days lasted less than 24 hours");
			assert!(release(self, 2), "the wait is over");
		} else {
			assert!(release(self, 1), "the wait is over");
		}
	}

	/// A unit of money that somebody doesn't want.
	fn scatter_dust(&mut self) {
		let currency = self.place().1;
		let (from, to) = (self.anybody(), self.anybody());
		self.transfer(from, currency, to.clone(), 1);
		let balance = Currencies::balance(currency, &to);
		let frozen = self.frozen.iter().any(|(of, who, _)| *of == currency && *who == to);
		if balance > 0 && balance < 5_000 {
			let by = self.town.name_of(&to);
			let row = row("discard", json!({ "currency": currency, "account": by }));
			self.holder(to.clone(), Money::discard { currency }, row);
			let rid = Currencies::balance(currency, &to) == 0;
			assert!(rid || frozen || currency == HOURS, "nobody has to keep dust");
		}
	}

	/// Sales out of the scope of VAT by who is registered, and a treasury that is swept to itself.
	fn leave_the_books(&mut self) {
		if let Some(mut deal) = self.deal(&[(OUT_OF_SCOPE, 500_000)]) {
			let taxpayer = Tax::taxpayer(deal.jurisdiction, deal.seller).expect("it is registered");
			if !taxpayer.zero_codes.contains(&OUT_OF_SCOPE) {
				deal.sale.tip = 0;
				assert!(self.enter(deal).is_err(), "a taxpayer sells out of scope");
			}
		}
		let (jurisdiction, currency) = self.place();
		let treasury = Tax::jurisdiction(jurisdiction).expect("it exists").treasury;
		let row = row(
			"sweep",
			json!({
				"jurisdiction": jurisdiction, "currency": currency, "amount": 1,
				"to": format!("treasury/{jurisdiction}"),
			}),
		);
		let call = Taxes::sweep { jurisdiction, currency, amount: 1, to: treasury };
		let by = self.town.account_of(self.town.authority);
		assert!(!self.tax(Some(by), call, row), "a treasury is swept to itself");
	}

	// ---- internal ----------------------------------------------------------------------------

	/// A deal of two firms that are registered, if there are such.
	fn deal(&mut self, items: &[(TaxCode, i128)]) -> Option<Deal> {
		let (jurisdiction, currency) = self.place();
		let firms = [3, 4, 5, 6].into_iter().filter(|it| is_registered(jurisdiction, *it));
		let firms = self.dice.shuffled(&firms.collect::<Vec<_>>());
		let [seller, buyer, ..] = *firms else { return None };
		let mut sale = sale(items);
		let settings = Tax::jurisdiction(jurisdiction).expect("it exists").settings;
		for item in &mut sale.items {
			if let (true, Amounts::Sum(amount)) =
				(settings.rounding == Rounding::Line, &item.amounts)
			{
				if STANDARD.contains(&item.code) {
					item.amounts = Amounts::Lines(compact(&[*amount]));
				}
			}
		}
		Some(Deal { seller, buyer, jurisdiction, currency, sale, escrow: None, delivery: false })
	}

	fn enter(&mut self, deal: Deal) -> Result<InvoiceId, String> {
		let seller = deal.seller;
		self.enter_by(deal, seller)
	}

	/// Issue an invoice, by its seller or by its buyer.
	fn enter_by(&mut self, deal: Deal, by: TwinNumber) -> Result<InvoiceId, String> {
		let Deal { seller, buyer, jurisdiction, currency, sale, escrow, delivery } = deal;
		let arbiter = self.town.arbiter;
		let op = if by == seller { "issue" } else { "self_bill" };
		let mut row = row(
			op,
			json!({
				"seller": seller, "buyer": buyer, "jurisdiction": jurisdiction,
				"currency": currency, "sale": trace::sale(&sale),
				"document": trace::hex(&[1; 32]),
			}),
		);
		if let Some(days) = escrow {
			row["escrow"] = json!([arbiter, days]);
		}
		let settlement = match escrow {
			Some(days) => Settlement::Escrow { arbiter, days },
			None => Settlement::Direct,
		};
		let lines = super::sales::lines_by_code(&sale);
		let conditions = Conditions {
			jurisdiction,
			currency,
			supply: None,
			due_days: 0,
			settlement,
			delivery,
			document: [1; 32],
		};
		let call = if by == seller {
			Trade::issue { buyer: Some(buyer), conditions, sale }
		} else {
			Trade::self_bill { seller, conditions, sale }
		};
		let id = self.next_id(seller);
		let (by, call) = (Some(self.town.account_of(by)), Call::Commerce(call));
		let operation = Operation { by, call, row: Some(row), invoice: Some(id), stage: false };
		self.perform(operation).map_err(name_of)?;
		self.lines.insert(id, lines);
		Ok(id)
	}

	fn try_note(&mut self, id: InvoiceId, note: Note) -> Result<(), String> {
		let mut row = of("credit_note", id);
		row["note"] = trace::note(&note);
		let (number, document) = (id.number, [3; 32]);
		row["document"] = trace::hex(&document).into();
		let call = Call::Commerce(Trade::credit_note { number, note, document });
		let by = Some(self.town.account_of(id.seller));
		let operation = Operation { by, call, row: Some(row), invoice: Some(id), stage: false };
		self.perform(operation).map_err(name_of)
	}

	/// Let an account be unable to be paid, in some way.
	fn shut_out(&mut self, currency: CurrencyId, account: &AccountId) {
		let guest = self.town.guests.contains(account);
		let twin = self.town.party_of(account).and_then(|it| it.twin);
		match (guest, twin) {
			(true, _) => self.leave(account.clone()),
			(false, Some(twin)) if self.dice.chance(60) => self.expel(currency, twin),
			_ => self.freeze_account(currency, account.clone()),
		}
	}
}

fn sale(items: &[(TaxCode, i128)]) -> Sale {
	let items =
		items.iter().map(|(code, amount)| SaleItem { code: *code, amounts: Amounts::Sum(*amount) });
	Sale {
		prices: Prices::Net,
		items: BoundedVec::truncate_from(items.collect()),
		levies: BoundedVec::new(),
		withholdings: BoundedVec::new(),
		tip: 0,
		evidence: None,
	}
}

fn note(parts: &[(TaxCode, i128)]) -> Note {
	let parts =
		parts.iter().map(|(code, amount)| NotePart { code: *code, change: Change::Less(*amount) });
	Note { parts: BoundedVec::truncate_from(parts.collect()), levies: BoundedVec::new(), tip: 0 }
}

fn of_lines(code: TaxCode, was: &[i128], remain: &[i128]) -> Note {
	let (was, remain) = (compact(was), compact(remain));
	let part = NotePart { code, change: Change::Lines { was, remain } };
	Note { parts: BoundedVec::truncate_from(vec![part]), levies: BoundedVec::new(), tip: 0 }
}
