//! What taxpayers and their authority do: claims, sweeps, registrations, rates.

use super::{
	super::Call,
	told::FIRST_REST,
	town::*,
	trace::{self, row},
	world::{Operation, World},
};
use crate::{Runtime, Tax};
use ourledger_primitives::{
	money::CurrencyId,
	tax::{JurisdictionId, SeatTax},
	twin::TwinNumber,
};
use pallet_tax::{ClaimState, Decision, TaxpayerState};
use serde_json::json;

type Taxes = pallet_tax::Call<Runtime>;

impl World {
	pub(super) fn claim(&mut self, twin: Option<TwinNumber>) {
		let (mut twin, mut place) = (twin, self.place());
		// Look for credit, mostly with success.
		for _ in 0..10 {
			twin = twin.or_else(|| Some(self.dice.pick(&self.town.buyers)));
			place = self.place();
			let found = twin.filter(|it| Tax::account(place.0, *it, place.1).credit > 0);
			if found.is_some() {
				break;
			}
		}
		let Some(twin) = twin else { return };
		let (jurisdiction, currency) = place;
		let credit = Tax::account(jurisdiction, twin, currency).credit as u64;
		let amount = match self.dice.below(20) {
			0 => credit + 1,
			1 => 0,
			2..8 => self.dice.below(credit + 1),
			_ => credit,
		};
		self.claim_so_much(twin, place, amount);
	}

	pub(super) fn claim_so_much(
		&mut self,
		twin: TwinNumber,
		(jurisdiction, currency): (JurisdictionId, CurrencyId),
		amount: u64,
	) {
		let row = row(
			"claim_refund",
			json!({
				"jurisdiction": jurisdiction, "number": pallet_tax::NextClaim::<Runtime>::get(jurisdiction),
				"twin": twin, "currency": currency, "amount": amount,
			}),
		);
		let call = Taxes::claim_refund { jurisdiction, currency, amount: amount.into() };
		self.tax(Some(self.town.account_of(twin)), call, row);
	}

	pub(super) fn decide_claim(&mut self) {
		if self.claims.is_empty() {
			return self.claim(None);
		}
		// What was denied is forgotten some day.
		self.claims.retain(|(jurisdiction, claim)| Tax::claim(*jurisdiction, *claim).is_some());
		if self.claims.is_empty() {
			return;
		}
		let (jurisdiction, claim) = self.dice.pick(&self.claims);
		let entry = Tax::claim(jurisdiction, claim).expect("it is still known");
		let authority = self.town.account_of(self.town.authority);
		let forfeited = self.dice.below(entry.amount as u64 + 1 + entry.amount as u64 / 10);
		let reason = [4; 32];
		let mut row = row("", json!({ "jurisdiction": jurisdiction, "number": claim }));
		// What may be done depends on what was; now and then something else is tried.
		let action = match entry.state {
			_ if self.dice.chance(10) => self.dice.below(12),
			ClaimState::Assessed { .. } => self.dice.between(5, 6),
			ClaimState::Denied { .. } => self.dice.pick(&[6, 6, 6, 9]),
			ClaimState::Appealed { .. } | ClaimState::DenialAppealed => self.dice.between(7, 8),
			ClaimState::Ready | ClaimState::Held { .. } => self.dice.pick(&[0, 2, 3, 4, 9, 10]),
		};
		let (op, by, call) = match action {
			0..2 => {
				let days = self.dice.below(18) as u16;
				row["days"] = days.into();
				let call = Taxes::hold_refund { jurisdiction, claim, days, reason };
				("hold_refund", Some(authority), call)
			},
			2 => {
				let call = Taxes::deny_refund { jurisdiction, claim, reason };
				("deny_refund", Some(authority), call)
			},
			3..5 => {
				row["forfeited"] = forfeited.into();
				let forfeited = forfeited.into();
				let call = Taxes::assess_refund { jurisdiction, claim, forfeited, reason };
				("assess_refund", Some(authority), call)
			},
			5..7 => {
				let by = self.town.account_of(entry.twin);
				("appeal", Some(by), Taxes::appeal { jurisdiction, claim, reason })
			},
			7..9 => {
				let decision = if self.dice.chance(30) {
					row["deny"] = true.into();
					Decision::Deny
				} else {
					row["forfeited"] = forfeited.into();
					Decision::Pay { forfeited: forfeited.into() }
				};
				("decide_appeal", None, Taxes::decide_appeal { jurisdiction, claim, decision })
			},
			_ => {
				let by = self.dice.pick(&self.town.parties).account;
				("pay_refund", Some(by), Taxes::pay_refund { jurisdiction, claim })
			},
		};
		row["op"] = op.into();
		self.tax(by, call, row);
	}

	pub(super) fn sweep_or_give(&mut self) {
		let (jurisdiction, currency) = self.place();
		if self.dice.chance(25) {
			let by = self.dice.pick(&self.town.parties);
			let amount = self.dice.below(500);
			let row = row(
				"give",
				json!({
					"jurisdiction": jurisdiction, "currency": currency, "amount": amount,
					"source": by.name,
				}),
			);
			let call = Taxes::give { jurisdiction, currency, amount: amount.into() };
			self.tax(Some(by.account), call, row);
			return;
		}
		let wish = self.dice.below(6);
		self.sweep((jurisdiction, currency), wish);
	}

	/// Somebody pays a part of what a twin owes of reverse charge.
	pub(super) fn pay_arrears(&mut self) {
		for _ in 0..30 {
			let (twin, place) = (self.dice.pick(&self.town.buyers), self.place());
			let arrears = Tax::account(place.0, twin, place.1).arrears as u64;
			if arrears > 0 {
				let amount = self.dice.between(1, arrears + arrears / 10);
				self.pay_so_much_of_arrears(twin, place, amount);
				return;
			}
		}
	}

	fn pay_so_much_of_arrears(
		&mut self,
		twin: TwinNumber,
		(jurisdiction, currency): (JurisdictionId, CurrencyId),
		amount: u64,
	) {
		let own = self.town.account_of(twin);
		let by = if self.dice.chance(60) { own } else { self.anybody() };
		let row = row(
			"pay_arrears",
			json!({
				"jurisdiction": jurisdiction, "twin": twin, "currency": currency,
				"source": self.town.name_of(&by), "amount": amount,
			}),
		);
		let amount = amount.into();
		let call = Taxes::pay_arrears { jurisdiction, twin, currency, amount };
		self.tax(Some(by), call, row);
	}

	/// Sweep all that is free; by some wishes more or less of it.
	pub(super) fn sweep(
		&mut self,
		(jurisdiction, currency): (JurisdictionId, CurrencyId),
		wish: u64,
	) {
		let free = Tax::treasury(jurisdiction, currency).expect("both exist").free as u64;
		let amount = match wish {
			1 => free + 1,
			2 => self.dice.below(free + 1),
			_ => free,
		};
		let by = self.town.account_of(self.town.authority);
		let row = row(
			"sweep",
			json!({
				"jurisdiction": jurisdiction, "currency": currency, "amount": amount, "to": "authority",
			}),
		);
		let call = Taxes::sweep { jurisdiction, currency, amount: amount.into(), to: by.clone() };
		self.tax(Some(by), call, row);
	}

	/// A firm pays a dividend, tax included; or the authority chooses by which code it is taxed.
	pub(super) fn dividend(&mut self) {
		let (jurisdiction, currency) = self.place();
		if self.dice.chance(15) {
			return self.choose_dividend_code(jurisdiction);
		}
		let twin = self.dice.pick(&self.town.firms);
		let by = self.town.account_of(twin);
		let amount = match self.dice.below(8) {
			0..3 => self.dice.between(0, 9),
			// Mostly more tax than there is money.
			3 => 20 * self.part_of(currency, &by, 1),
			_ => self.part_of(currency, &by, 4),
		};
		let row = row(
			"withhold",
			json!({
				"jurisdiction": jurisdiction, "twin": twin, "currency": currency,
				"source": self.town.name_of(&by), "amount": amount,
			}),
		);
		let key = (jurisdiction, twin, currency);
		let mut rest = self.rests.get(&key).copied().unwrap_or(FIRST_REST);
		let account = by.clone();
		let withhold = || {
			let amount = amount.into();
			let tax = Tax::withhold(jurisdiction, twin, &account, currency, amount, &mut rest);
			tax.map(|_| ())
		};
		// It may be refused, as anything.
		if self.perform_for(by, row, withhold).is_ok() {
			self.rests.insert(key, rest);
		}
	}

	fn choose_dividend_code(&mut self, jurisdiction: JurisdictionId) {
		let code = self.dice.pick(&[Some(DIVIDENDS), Some(WITHHOLDING[0]), None]);
		let row = row("dividend_code", json!({ "jurisdiction": jurisdiction, "code": code }));
		let by = self.town.account_of(self.town.authority);
		self.tax(Some(by), Taxes::set_dividend_code { jurisdiction, code }, row);
	}

	pub(super) fn register_or_rate(&mut self) {
		if self.dice.chance(50) {
			self.register();
		} else {
			self.set_rate();
		}
	}

	fn register(&mut self) {
		let jurisdiction = self.place().0;
		let twin = self.dice.pick(&self.town.firms);
		let by = self.town.account_of(self.town.authority);
		let mut zero_codes = ZERO_CODES.to_vec();
		zero_codes.retain(|_| self.dice.chance(90));
		let mut deductible = Vec::new();
		for code in [STANDARD, REVERSE].concat() {
			if self.dice.chance(45) {
				deductible.push((code, self.dice.pick(&[0, 333_333, 500_001, 1_000_000])));
			}
		}
		let mut terms = terms(jurisdiction, &zero_codes, &deductible);
		if self.dice.chance(15) {
			terms.effective += self.dice.below(10) as u32;
		}
		let mut row = row(
			"register",
			json!({
				"jurisdiction": jurisdiction, "twin": twin, "effective": terms.effective,
				"zero_codes": zero_codes,
				"deductible": by_code(&deductible),
			}),
		);
		let call = match Tax::taxpayer(jurisdiction, twin).map(|it| it.state) {
			Some(TaxpayerState::Registered) if self.dice.chance(25) => {
				row = trace::row(
					"deregister",
					json!({
						"jurisdiction": jurisdiction, "twin": twin,
					}),
				);
				Taxes::deregister { jurisdiction, twin }
			},
			Some(TaxpayerState::Registered) => Taxes::amend_taxpayer { jurisdiction, twin, terms },
			_ => Taxes::register { jurisdiction, twin, terms },
		};
		self.tax(Some(by), call, row);
	}

	/// The authority lets a taxpayer deduct nothing of reverse charge.
	pub(super) fn exempt(&mut self, jurisdiction: JurisdictionId, twin: TwinNumber) {
		let deductible = REVERSE.map(|code| (code, 0));
		let terms = terms(jurisdiction, &ZERO_CODES, &deductible);
		let row = row(
			"register",
			json!({
				"jurisdiction": jurisdiction, "twin": twin, "effective": terms.effective,
				"zero_codes": ZERO_CODES, "deductible": by_code(&deductible),
			}),
		);
		let by = self.town.account_of(self.town.authority);
		self.tax(Some(by), Taxes::amend_taxpayer { jurisdiction, twin, terms }, row);
	}

	fn set_rate(&mut self) {
		let jurisdiction = self.place().0;
		let mut codes = [STANDARD, REVERSE, LEVIES_ON_NET].concat();
		codes.push(DIVIDENDS);
		let code = self.dice.pick(&codes);
		let rate = self.dice.pick(&[0, 21_000, 60_000, 190_000, 210_000, 250_001]);
		let from = today_in(jurisdiction) + self.dice.between(1, 6) as u32;
		let row = row(
			"rate",
			json!({
				"jurisdiction": jurisdiction, "code": code, "since": from, "rate": rate as u64,
			}),
		);
		let by = self.town.account_of(self.town.authority);
		let call = Call::Tax(Taxes::set_rate { jurisdiction, code, from, rate });
		let operation =
			Operation { by: Some(by), call, row: Some(row), invoice: None, stage: true };
		// Refused once there are too many.
		let _ = self.perform(operation);
	}
}
