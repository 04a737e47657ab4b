//! What changes around the trade: terms, settings, members, freezes, and who is there.

use super::{
	super::Call,
	stage::{of_settings, of_terms, OFFSETS},
	town::*,
	trace::row,
	world::{Operation, World},
};
use crate::{AccountId, Balances, Currencies, Runtime, System, Tax, Twins};
use frame_support::{traits::fungible::Inspect, BoundedVec};
use ourledger_primitives::{
	currency::OUR,
	money::{CurrencyId, LocalMoney},
	tax::JurisdictionId,
	twin::TwinNumber,
	Balance,
};
use pallet_currencies::{Access, CreditLines, SetAside, Terms};
use pallet_tax::{ClockChange, RefundCap, Rounding, Settings};
use serde_json::{json, Value};

type Money = pallet_currencies::Call<Runtime>;
type Our = pallet_balances::Call<Runtime>;

impl World {
	/// Let something change.
	pub(super) fn weather(&mut self) {
		match self.dice.below(24) {
			0..2 => self.amend_terms(),
			2..4 => self.amend_settings(),
			4..7 => self.freeze(),
			7..11 => self.admit_or_expel(),
			11 => self.issue_money(),
			12 => self.redeem(),
			13 => self.lend(),
			14 => self.repay(),
			15 => self.use_pot(),
			16..19 => self.come_or_go(),
			19..22 => self.take(),
			22 => self.discard(),
			_ => self.leave_for_ever(),
		}
	}

	/// The bank announces other terms of a currency.
	fn amend_terms(&mut self) {
		let currency = self.place().1;
		let now = Currencies::currency(currency).expect("it exists").terms;
		let terms = Terms {
			supply: now.supply,
			access: if self.dice.chance(30) { Access::Members } else { Access::Open },
			invoice_only: self.dice.chance(25),
			demurrage: self.dice.pick(&[0, 1, 500, 10_000]),
		};
		let row = of_terms("amend", currency, &terms);
		self.money(self.town.bank, Money::amend { currency, terms }, row);
	}

	/// Governance changes how a jurisdiction works.
	fn amend_settings(&mut self) {
		let jurisdiction = self.place().0;
		let mut settings = Tax::jurisdiction(jurisdiction).expect("both exist").settings;
		let window = settings.correction_days;
		self.change(jurisdiction, &mut settings);
		let row = of_settings("amend_jurisdiction", jurisdiction, &settings);
		let longer = settings.correction_days > window;
		let call = Call::Tax(pallet_tax::Call::amend_jurisdiction { jurisdiction, settings });
		let stage = true;
		// What was free when it was swept may be needed again.
		if longer {
			self.wealth.short.push(jurisdiction);
		}
		// A day that has begun isn't changed.
		let _ = self.perform(Operation { by: None, call, row: Some(row), invoice: None, stage });
	}

	fn change(&mut self, jurisdiction: JurisdictionId, settings: &mut Settings) {
		let days = self.dice.between(0, 12) as u16;
		match self.dice.below(11) {
			0..3 => {
				// One more change of the clock, or another than was planned.
				let from = today_in(jurisdiction) + self.dice.between(0, 9) as u32;
				let utc_offset_minutes = self.dice.pick(&OFFSETS);
				let mut clock = settings.clock.to_vec();
				clock.retain(|it| it.from < from);
				let past = clock.len().saturating_sub(4);
				clock.drain(..past);
				clock.push(ClockChange { from, utc_offset_minutes });
				settings.clock = BoundedVec::truncate_from(clock);
			},
			3 => settings.unpaid_days = days,
			4 => settings.hold_days = days * 2,
			5 => settings.appeal_days = days,
			6 => settings.supply_bound_days = days,
			7 => {
				settings.rounding = match settings.rounding {
					Rounding::Line => Rounding::Category,
					Rounding::Category => Rounding::Line,
				}
			},
			8 => {
				let caps = [self.dice.below(50), self.dice.below(500)];
				let [first, second] = caps.map(Balance::from);
				settings.refund_caps = BoundedVec::truncate_from(vec![
					RefundCap { age_days: days, cap: first },
					RefundCap { age_days: days + 10, cap: second },
				]);
				settings.returns_alert = self.dice.pick(&[0, 100_000, 400_000, 1_000_000]);
				settings.least_claim = self.dice.pick(&[0, 1, 5]);
				settings.tip_limit = self.dice.pick(&[0, 50_000, 200_000, 1_000_000]);
			},
			9 => {
				// One isn't accepted for a while.
				let all = settings.currencies.len() == CURRENCIES.len();
				let kept =
					if all { vec![self.dice.pick(&CURRENCIES)] } else { CURRENCIES.to_vec() };
				settings.currencies = BoundedVec::truncate_from(kept);
			},
			_ if self.dice.chance(15) => settings.correction_days += days,
			_ => settings.correction_days = settings.correction_days.saturating_sub(3).max(5),
		}
	}

	/// The authority freezes an account for a while, or lifts a freeze.
	fn freeze(&mut self) {
		if !self.frozen.is_empty() && self.dice.chance(25) {
			let place = self.dice.below(self.frozen.len() as u64) as usize;
			let (currency, account, _) = self.frozen[place].clone();
			let row = of_account("thaw", currency, &self.town.name_of(&account));
			let thaw = Money::unfreeze { currency, account: account.clone() };
			if self.money(self.town.authority, thaw, row) {
				// Time may have passed meanwhile, and thawed some.
				self.frozen.retain(|(of, who, _)| (*of, who) != (currency, &account));
			}
			return;
		}
		let (currency, account) = (self.place().1, self.anybody());
		self.freeze_account(currency, account);
	}

	pub(super) fn freeze_account(&mut self, currency: CurrencyId, account: AccountId) {
		// As many ticks as operations.
		let until = System::block_number() + self.dice.between(3, 90) as u32;
		let row = of_account("freeze", currency, &self.town.name_of(&account));
		let call = Money::freeze { currency, account: account.clone(), reason: [6; 32], until };
		if self.money(self.town.authority, call, row) {
			self.frozen.push((currency, account, until));
		}
	}

	/// The bank expels a member, or admits it again; mostly the latter.
	fn admit_or_expel(&mut self) {
		let currency = self.place().1;
		let twins = self.town.parties.iter().filter_map(|it| it.twin).collect::<Vec<_>>();
		let out = twins.iter().filter(|twin| !self.members.contains(&(currency, **twin)));
		let out = out.copied().collect::<Vec<_>>();
		let admit = !out.is_empty() && self.dice.chance(25 + 25 * out.len() as u64);
		if !admit {
			let twin = self.dice.pick(&twins);
			self.expel(currency, twin);
			return;
		}
		let twin = self.dice.pick(&out);
		let row = of_account("admit", currency, &self.town.name_of(&self.town.account_of(twin)));
		if self.money(self.town.bank, Money::admit { currency, twin }, row) {
			self.members.insert((currency, twin));
		}
	}

	pub(super) fn expel(&mut self, currency: CurrencyId, twin: TwinNumber) {
		let row = of_account("expel", currency, &self.town.name_of(&self.town.account_of(twin)));
		if self.money(self.town.bank, Money::expel { currency, twin }, row) {
			self.members.remove(&(currency, twin));
		}
	}

	/// The bank makes coins for somebody.
	fn issue_money(&mut self) {
		let (to, amount) = (self.dice.pick(&self.town.parties), self.dice.between(1, 900_000));
		let arguments = json!({ "currency": COINS, "account": to.name, "amount": amount });
		let (to, amount) = (to.account, amount.into());
		let call = Money::issue { currency: COINS, to, amount };
		self.money(self.town.bank, call, row("mint", arguments));
	}

	fn redeem(&mut self) {
		let by = self.dice.pick(&self.town.parties);
		let amount = self.part_of(COINS, &by.account, 10);
		let arguments = json!({ "currency": COINS, "account": by.name, "amount": amount });
		let (amount, reference) = (amount.into(), [5; 32]);
		let call = Money::redeem { currency: COINS, amount, reference };
		self.holder(by.account, call, row("redeem", arguments));
	}

	/// The bank sets how far somebody may go below zero.
	fn lend(&mut self) {
		let twin = self.dice.pick(&self.town.buyers);
		let limit = self.dice.pick(&[1_000, 60_000, 900_000u64]);
		let name = self.town.name_of(&self.town.account_of(twin));
		let arguments = json!({ "currency": HOURS, "account": name, "limit": limit });
		let call = Money::set_credit_line { currency: HOURS, twin, limit: limit.into() };
		self.money(self.town.bank, call, row("credit_line", arguments));
	}

	fn repay(&mut self) {
		let by = self.dice.pick(&self.town.parties);
		let debt = CreditLines::<Runtime>::get(HOURS, &by.account).map_or(0, |line| line.debt);
		let most = (debt.min(Currencies::balance(HOURS, &by.account)) as u64).max(1);
		let amount = self.dice.between(1, most + most / 20 + 1);
		let arguments = json!({ "currency": HOURS, "account": by.name, "amount": amount });
		let call = Money::repay { currency: HOURS, amount: amount.into() };
		self.holder(by.account, call, row("repay", arguments));
	}

	/// The bank spends what demurrage brought, or writes a debt off with it; or anybody has an
	/// account charged.
	fn use_pot(&mut self) {
		let (currency, party) = (self.place().1, self.dice.pick(&self.town.parties));
		let pot = Currencies::pot_of(currency);
		let amount = self.part_of(currency, &pot, 2);
		let mut arguments = json!({ "currency": currency, "account": party.name });
		match self.dice.below(3) {
			0 => {
				let (account, by) = (party.account, self.dice.pick(&self.town.parties).account);
				self.holder(by, Money::charge { currency, account }, row("charge", arguments));
			},
			1 => {
				arguments["amount"] = amount.into();
				let (to, amount, reference) = (party.account, amount.into(), [5; 32]);
				let call = Money::spend_pot { currency, to, amount, reference };
				self.money(self.town.bank, call, row("spend_pot", arguments));
			},
			_ => {
				let Some(twin) = party.twin else { return };
				arguments["amount"] = amount.into();
				let call = Money::write_off { currency, twin, amount: amount.into() };
				self.money(self.town.bank, call, row("write_off", arguments));
			},
		}
	}

	/// Somebody takes what is set aside for an account, mostly one that is there.
	fn take(&mut self) {
		let currency = self.place().1;
		let mut owners = self.town.parties.clone();
		owners.retain(|it| SetAside::<Runtime>::contains_key(currency, &it.account));
		let owner = match owners.is_empty() {
			true if self.dice.chance(90) => return,
			true => self.dice.pick(&self.town.parties),
			false => self.dice.pick(&owners),
		};
		let row = row("take", json!({ "currency": currency, "owner": owner.name }));
		let by = self.anybody();
		self.holder(by, Money::take { currency, owner: owner.account }, row);
	}

	/// Somebody gives up all it has, which mostly isn't much.
	fn discard(&mut self) {
		let currency = self.place().1;
		let by = self.dice.pick(&self.town.parties);
		if Currencies::balance(currency, &by.account) < 1_000 || self.dice.chance(5) {
			let row = of_account("discard", currency, by.name);
			self.holder(by.account, Money::discard { currency }, row);
		}
	}

	/// A guest gives all it has away and vanishes, or is given OUR and is there again.
	fn come_or_go(&mut self) {
		let guest = self.dice.pick(&self.town.guests.clone());
		if self.gone.contains(&guest) {
			let call = Our::transfer_keep_alive { dest: guest.into(), value: 5 * OUR };
			let by = self.town.account_of(self.town.authority);
			self.our(by, call);
			return;
		}
		self.leave(guest);
	}

	pub(super) fn leave(&mut self, guest: AccountId) {
		for currency in CURRENCIES {
			let amount = Currencies::balance(currency, &guest);
			if amount > 0 {
				let to = self.dice.pick(&self.town.parties);
				self.transfer(guest.clone(), currency, to.account, amount as u64);
			}
		}
		if Balances::balance(&guest) > 0 {
			let dest = self.town.account_of(self.town.authority).into();
			self.our(guest, Our::transfer_all { dest, keep_alive: false });
		}
	}

	/// A twin is given up; what it has stays its controller's.
	fn leave_for_ever(&mut self) {
		let twin = self.dice.pick(&self.town.leavers);
		if self.done_a_while() && Twins::twin(twin).is_some() {
			let by = self.town.account_of(twin);
			let row = Some(row("deactivate", json!({ "twin": twin })));
			let call = Call::Twins(pallet_twins::Call::deactivate {});
			let operation = Operation { by: Some(by), call, row, invoice: None, stage: true };
			let _ = self.perform(operation);
		}
	}

	/// A part of a balance, mostly; seldom more than all.
	pub(super) fn part_of(&mut self, currency: CurrencyId, who: &AccountId, parts: u64) -> u64 {
		let balance = Currencies::balance(currency, who) as u64;
		match self.dice.below(20) {
			0 => balance + 1,
			1 => balance.max(1),
			_ => self.dice.between(1, balance / parts + 1),
		}
	}

	/// What the bank or the authority does with a currency; whether it could.
	fn money(&mut self, by: u64, call: Money, row: Value) -> bool {
		let (by, call) = (Some(self.town.account_of(by)), Call::Currencies(call));
		let operation = Operation { by, call, row: Some(row), invoice: None, stage: true };
		self.perform(operation).is_ok()
	}

	/// What holders do; the model has to refuse the same.
	pub(super) fn holder(&mut self, by: AccountId, call: Money, row: Value) {
		let (by, call) = (Some(by), Call::Currencies(call));
		let operation = Operation { by, call, row: Some(row), invoice: None, stage: false };
		// As it may be refused, like anything.
		let _ = self.perform(operation);
	}

	fn our(&mut self, by: AccountId, call: Our) {
		let (by, call) = (Some(by), Call::Balances(call));
		let operation = Operation { by, call, row: None, invoice: None, stage: true };
		let _ = self.perform(operation);
	}
}

fn of_account(op: &str, currency: CurrencyId, account: &str) -> Value {
	row(op, json!({ "currency": currency, "account": account }))
}
