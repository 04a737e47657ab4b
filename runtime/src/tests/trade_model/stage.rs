//! What is there before the trade begins: jurisdictions, currencies, pools, codes, taxpayers.

use super::{
	super::{account, signed, Origin},
	dice::Dice,
	snapshot::stored,
	town::*,
	trace::{row, Trace},
};
use crate::{Commerce, Currencies, Tax};
use frame_support::{assert_ok, traits::fungible::NativeOrWithId, BoundedVec};
use ourledger_primitives::{
	currency::OUR,
	money::CurrencyId,
	tax::{JurisdictionId, TaxCode, TaxKind, VatCategory},
	twin::TwinNumber,
	Balance,
};
use pallet_currencies::{Access, Supply, Terms};
use pallet_tax::{ClockChange, RefundCap, Rounding, Settings};
use serde_json::{json, Value};
use sp_keyring::Sr25519Keyring::*;

/// Minor units of one unit of a currency.
const UNIT: Balance = 100;

/// Days between an amendment of a currency's terms and its effect.
const NOTICE: u16 = 7;

/// Distances of clocks from UTC, in minutes, from one end of the world to the other.
pub const OFFSETS: [i16; 6] = [-720, -210, 0, 60, 345, 840];

impl Town {
	/// Jurisdictions, with their treasuries. They accept currencies once there are some.
	pub(super) fn places(&mut self, trace: &mut Trace, dice: &mut Dice) {
		for jurisdiction in JURISDICTIONS {
			let mut settings = settings(jurisdiction, self.authority);
			let utc_offset_minutes = dice.pick(&OFFSETS);
			let always = vec![ClockChange { from: 0, utc_offset_minutes }];
			settings.clock = BoundedVec::truncate_from(always);
			let name = BoundedVec::truncate_from(b"Somewhere".to_vec());
			let mut row = of_settings("jurisdiction", jurisdiction, &settings);
			row["authority"] = self.authority.into();
			assert_ok!(Tax::create_jurisdiction(Origin::root(), name, settings));
			trace.write(row);
			let treasury = Tax::jurisdiction(jurisdiction).expect("just created").treasury;
			self.pots.push((format!("treasury/{jurisdiction}"), treasury));
		}
	}

	pub(super) fn money(&mut self, trace: &mut Trace, dice: &mut Dice) {
		let bank = signed(&account(AliceStash));
		let supplies = [Supply::Issued { cap: 1 << 60 }, Supply::MutualCredit];
		for (currency, symbol) in CURRENCIES.into_iter().zip([b"COIN", b"HOUR"]) {
			let name = BoundedVec::truncate_from(symbol.to_vec());
			let symbol = BoundedVec::truncate_from(symbol.to_vec());
			let terms = Terms {
				supply: supplies[currency as usize],
				access: if dice.chance(25) { Access::Members } else { Access::Open },
				invoice_only: dice.chance(10),
				demurrage: dice.pick(&[0, 0, 200, 10_000]),
			};
			let by = bank.clone();
			assert_ok!(Currencies::create(by, name, symbol, 2, Some(CITY), terms, NOTICE));
			let mut row = of_terms("currency", currency, &terms);
			row["kind"] = if currency == COINS { "issued" } else { "mutual" }.into();
			row["jurisdiction"] = CITY.into();
			row["notice_days"] = NOTICE.into();
			trace.write(row);
			self.pots.push((format!("pot/{currency}"), Currencies::pot_of(currency)));
		}
		for jurisdiction in JURISDICTIONS {
			let mut settings = Tax::jurisdiction(jurisdiction).expect("it exists").settings;
			settings.currencies = BoundedVec::truncate_from(CURRENCIES.to_vec());
			settings.thresholds = BoundedVec::truncate_from(vec![(COINS, 100_000)]);
			let row = of_settings("amend_jurisdiction", jurisdiction, &settings);
			assert_ok!(Tax::amend_jurisdiction(Origin::root(), jurisdiction, settings));
			trace.write(row);
		}
		self.pots.push(("escrow".into(), Commerce::escrow()));
		self.pots.push(("set_aside".into(), Currencies::set_aside_pot()));
		for (place, party) in self.parties.clone().into_iter().enumerate() {
			if let Some(twin) = party.twin {
				for currency in CURRENCIES {
					assert_ok!(Currencies::admit(bank.clone(), currency, twin));
					let arguments = json!({ "currency": currency, "account": party.name });
					trace.write(row("admit", arguments));
				}
			}
			// The last is poor, and some have little. Who isn't a member, may get nothing.
			let amount = [4_000_000, 900_000, 60_000][place % 3];
			let to = party.account.clone();
			if Currencies::issue(bank.clone(), COINS, to, amount).is_ok() {
				mint(trace, party.name, amount);
			}
			if let Some(twin) = party.twin {
				// The bank is to fill the pool.
				let line = if party.name == "bank" { 4_000_000 } else { amount / 2 };
				self.credit_line(trace, twin, line);
			}
		}
		self.pool(trace, NativeOrWithId::Native, "pool/our", [1_000 * OUR, 1_000_000]);
		self.pool(trace, NativeOrWithId::WithId(HOURS), "pool/hours", [1_000_000, 1_000_000]);
	}

	fn credit_line(&self, trace: &mut Trace, twin: TwinNumber, limit: Balance) {
		let bank = signed(&account(AliceStash));
		assert_ok!(Currencies::set_credit_line(bank, HOURS, twin, limit));
		let name = self.name_of(&self.account_of(twin));
		let arguments = json!({ "currency": HOURS, "account": name, "limit": limit as u64 });
		trace.write(row("credit_line", arguments));
	}

	/// A pool of coins and another currency, to which the bank gives its liquidity.
	fn pool(
		&mut self,
		trace: &mut Trace,
		other: NativeOrWithId<CurrencyId>,
		name: &str,
		[amount, coins]: [Balance; 2],
	) {
		let (bank, coin) = (account(AliceStash), NativeOrWithId::WithId(COINS));
		assert_ok!(Currencies::create_pool(signed(&bank), other.clone(), coin.clone()));
		let pool =
			crate::System::events().into_iter().rev().find_map(|record| match record.event {
				crate::RuntimeEvent::Currencies(pallet_currencies::Event::PoolCreated {
					account,
					..
				}) => Some(account),
				_ => None,
			});
		let pool = pool.expect("a pool was created a line above");
		self.pots.push((name.into(), pool.clone()));
		let issuer = signed(&bank);
		assert_ok!(Currencies::issue(issuer.clone(), COINS, bank.clone(), coins));
		mint(trace, "bank", coins);
		// It draws on its credit for the other currency.
		let drawn = if other == NativeOrWithId::Native { 0 } else { amount };
		assert_ok!(Currencies::add_liquidity(issuer, other, coin, amount, coins, 1, 1));
		assert_eq!(stored(HOURS, &pool), drawn);
		let mut moves = vec![json!([COINS, "bank", name, coins as u64])];
		if drawn > 0 {
			moves.push(json!([HOURS, "bank", name, drawn as u64]));
		}
		trace.write(row("exchange", json!({ "moves": moves, "keep": 1 })));
		self.pools.push((name.into(), pool));
	}

	pub(super) fn taxes(&mut self, trace: &mut Trace) {
		for jurisdiction in JURISDICTIONS {
			for (code, kind, rate) in codes() {
				self.code(trace, jurisdiction, code, kind, rate);
			}
			let by = signed(&self.account_of(self.authority));
			assert_ok!(Tax::set_dividend_code(by, jurisdiction, Some(DIVIDENDS)));
			let arguments = json!({ "jurisdiction": jurisdiction, "code": DIVIDENDS });
			trace.write(row("dividend_code", arguments));
			for twin in self.firms.clone() {
				// Eve has nothing to do with the valley.
				if (jurisdiction, twin) != (VALLEY, 6) {
					let shares = shares_of(twin);
					let terms = terms(jurisdiction, &ZERO_CODES, &shares);
					let by = signed(&self.account_of(self.authority));
					assert_ok!(Tax::register(by, jurisdiction, twin, terms));
					let arguments = json!({
						"jurisdiction": jurisdiction, "twin": twin, "zero_codes": ZERO_CODES,
						"deductible": by_code(&shares),
					});
					trace.write(row("register", arguments));
				}
			}
		}
	}

	fn code(
		&self,
		trace: &mut Trace,
		jurisdiction: JurisdictionId,
		code: TaxCode,
		kind: TaxKind,
		rate: Balance,
	) {
		let by = signed(&self.account_of(self.authority));
		let name = BoundedVec::truncate_from(b"Tax".to_vec());
		// A supply may be of some days before the first.
		let from = FIRST_DAY - 2;
		assert_ok!(Tax::set_code(by, jurisdiction, code, name, kind, from, rate));
		let arguments = json!({
			"jurisdiction": jurisdiction, "code": code, "since": from, "rate": rate as u64,
			"kind": name_of(kind),
		});
		trace.write(row("rate", arguments));
	}
}

/// Tell the trace of coins that the bank makes.
pub fn mint(trace: &mut Trace, account: &str, amount: Balance) {
	let arguments = json!({ "currency": COINS, "account": account, "amount": amount as u64 });
	trace.write(row("mint", arguments));
}

/// A row on a currency's terms.
pub fn of_terms(op: &str, currency: CurrencyId, terms: &Terms) -> Value {
	row(
		op,
		json!({
			"currency": currency, "demurrage": terms.demurrage,
			"access": if terms.access == Access::Open { "open" } else { "members" },
			"invoice_only": terms.invoice_only,
		}),
	)
}

/// A row on a jurisdiction's settings, but for its authority.
pub fn of_settings(op: &str, jurisdiction: JurisdictionId, settings: &Settings) -> Value {
	let caps = settings.refund_caps.iter();
	let caps = caps.map(|it| json!([it.age_days, (it.cap * UNIT) as u64]));
	let clock = settings.clock.iter().map(|it| json!([it.from, it.utc_offset_minutes]));
	row(
		op,
		json!({
			"id": jurisdiction,
			"currencies": settings.currencies.to_vec(),
			"clock": clock.collect::<Vec<_>>(),
			"per_line": settings.rounding == Rounding::Line,
			"tip_limit": settings.tip_limit,
			"least_claim": (settings.least_claim * UNIT) as u64,
			"supply_bound": settings.supply_bound_days,
			"correction_days": settings.correction_days,
			"unpaid_days": settings.unpaid_days,
			"refund_caps": caps.collect::<Vec<_>>(),
			"hold_days": settings.hold_days,
			"appeal_days": settings.appeal_days,
			"returns_alert": settings.returns_alert,
		}),
	)
}

fn settings(jurisdiction: JurisdictionId, authority: TwinNumber) -> Settings {
	let valley = jurisdiction == VALLEY;
	let caps = [RefundCap { age_days: 0, cap: 30 }, RefundCap { age_days: 30, cap: 200 }];
	Settings {
		authority,
		auditors: BoundedVec::new(),
		currencies: BoundedVec::new(),
		reporting: *b"EUR",
		clock: BoundedVec::new(),
		tip_limit: if valley { 50_000 } else { 200_000 },
		least_claim: if valley { 0 } else { 1 },
		rounding: if valley { Rounding::Line } else { Rounding::Category },
		supply_bound_days: SUPPLY_BOUND,
		correction_days: if valley { 14 } else { 40 },
		unpaid_days: if valley { 3 } else { 10 },
		refund_caps: if valley {
			BoundedVec::new()
		} else {
			BoundedVec::truncate_from(caps.to_vec())
		},
		hold_days: 15,
		appeal_days: 5,
		returns_alert: 400_000,
		thresholds: BoundedVec::new(),
	}
}

/// Codes of both jurisdictions, their kinds and first rates.
fn codes() -> Vec<(TaxCode, TaxKind, Balance)> {
	let vat = TaxKind::Vat;
	let [goods, food] = STANDARD;
	let [inside, outside] = LEVIES_ON_NET;
	let [services, metal] = REVERSE;
	let [by_coin, by_hour] = LEVIES_PER_UNIT;
	let [wages, rent] = WITHHOLDING;
	vec![
		(goods, vat(VatCategory::Standard), 210_000),
		(food, vat(VatCategory::Standard), 63_500),
		(ZERO, vat(VatCategory::Zero), 0),
		(services, vat(VatCategory::ReverseCharge), 150_000),
		(metal, vat(VatCategory::ReverseCharge), 210_000),
		(EXPORT, vat(VatCategory::Export), 0),
		(OUT_OF_SCOPE, vat(VatCategory::OutOfScope), 0),
		(EXEMPT, vat(VatCategory::Exempt), 0),
		(inside, TaxKind::LevyOnNet { in_vat_base: true }, 15_000),
		(outside, TaxKind::LevyOnNet { in_vat_base: false }, 3_333),
		(by_coin, TaxKind::LevyPerUnit { in_vat_base: true, currency: COINS }, 250),
		(by_hour, TaxKind::LevyPerUnit { in_vat_base: false, currency: HOURS }, 40),
		(wages, TaxKind::Withholding, 30_000),
		(rent, TaxKind::Withholding, 100_000),
		(DIVIDENDS, TaxKind::Withholding, 125_003),
	]
}

fn name_of(kind: TaxKind) -> &'static str {
	match kind {
		TaxKind::Vat(category) => category.letter(),
		TaxKind::LevyOnNet { in_vat_base: false } => "levy",
		TaxKind::LevyOnNet { in_vat_base: true } => "levy_in_base",
		TaxKind::LevyPerUnit { in_vat_base: false, .. } => "unit",
		TaxKind::LevyPerUnit { in_vat_base: true, .. } => "unit_in_base",
		TaxKind::Withholding => "withholding",
	}
}

/// What a firm may deduct at first, of which codes: some firms not all.
fn shares_of(twin: TwinNumber) -> Vec<(TaxCode, u32)> {
	match twin {
		4 => vec![(REVERSE[0], 0), (REVERSE[1], 333_333)],
		5 => vec![(STANDARD[0], 500_001), (REVERSE[0], 250_000)],
		_ => vec![],
	}
}
