//! The stage: two jurisdictions, two currencies that can be exchanged, and all who trade in them.

use super::{
	super::{account, signed, Origin},
	snapshot::purse,
	trace::{row, Trace},
};
use crate::{AccountId, Commerce, Currencies, Runtime, Tax, Twins};
use frame_support::{assert_ok, traits::fungible::NativeOrWithId, BoundedVec};
use ourledger_primitives::{
	currency::OUR,
	money::{CurrencyId, Day, DAY_MILLIS},
	tax::{JurisdictionId, TaxCode, TaxKind, VatCategory},
	twin::{Profile, TwinKind, TwinNumber},
	Balance,
};
use pallet_currencies::{Access, Supply, Terms};
use pallet_tax::{RefundCap, Rounding, Settings, TaxpayerTerms};
use pallet_twins::ControllerChoice;
use serde_json::{json, Value};
use sp_keyring::Sr25519Keyring::{self, *};

/// Issued by the bank.
pub const COINS: CurrencyId = 0;
/// Mutual credit.
pub const HOURS: CurrencyId = 1;
pub const CURRENCIES: [CurrencyId; 2] = [COINS, HOURS];

/// Rounds once per code.
pub const CITY: JurisdictionId = 0;
/// Rounds per line, and refunds nothing without a look at it.
pub const VALLEY: JurisdictionId = 1;
pub const JURISDICTIONS: [JurisdictionId; 2] = [CITY, VALLEY];

/// The first day of each trace.
pub const FIRST_DAY: Day = 20_500;
/// Days for which supplies may be dated back.
pub const SUPPLY_BOUND: u16 = 5;

pub const STANDARD: [TaxCode; 2] = [1, 2];
pub const ZERO: TaxCode = 3;
pub const REVERSE: [TaxCode; 2] = [4, 8];
pub const EXPORT: TaxCode = 5;
pub const OUT_OF_SCOPE: TaxCode = 6;
pub const EXEMPT: TaxCode = 7;
pub const LEVIES_ON_NET: [TaxCode; 2] = [10, 11];
/// What every firm may sell without tax, at first.
pub const ZERO_CODES: [TaxCode; 5] = [ZERO, REVERSE[0], REVERSE[1], EXPORT, EXEMPT];
/// One of each currency.
pub const LEVIES_PER_UNIT: [TaxCode; 2] = [12, 13];
pub const WITHHOLDING: [TaxCode; 2] = [20, 21];

/// Who trades: an account, and the twin it controls if it has one.
#[derive(Clone)]
pub struct Party {
	pub name: &'static str,
	pub account: AccountId,
	pub twin: Option<TwinNumber>,
}

/// Who is who.
pub struct Town {
	pub parties: Vec<Party>,
	/// The authority of both jurisdictions; what it sweeps, it has.
	pub authority: TwinNumber,
	/// The twin that decides disputes.
	pub arbiter: TwinNumber,
	/// Registered where they trade, now and then not.
	pub firms: Vec<TwinNumber>,
	/// All who sell.
	pub sellers: Vec<TwinNumber>,
	/// All who buy under their names.
	pub buyers: Vec<TwinNumber>,
	/// Accounts of the chain, with their names in the trace.
	pub pots: Vec<(String, AccountId)>,
	/// Pools, which are some of the pots.
	pub pools: Vec<(String, AccountId)>,
	/// All who have local money, with their names in the trace: parties first, then pots.
	pub accounts: Vec<(String, AccountId)>,
}

const TWINS: [(Sr25519Keyring, &str); 9] = [
	(Alice, "authority"),
	(AliceStash, "bank"),
	(Bob, "bob"),
	(Charlie, "charlie"),
	(Dave, "dave"),
	(Eve, "eve"),
	(Ferdie, "ferdie"),
	(BobStash, "grace"),
	(CharlieStash, "arbiter"),
];

/// Accounts without twins: who pays for others.
const PURSES: [(Sr25519Keyring, &str); 3] =
	[(DaveStash, "purse"), (EveStash, "till_money"), (FerdieStash, "pauper")];

/// Whose key each till has.
pub const TILL_KEY: Sr25519Keyring = One;

impl Town {
	/// Build the stage, and write it down.
	pub fn build(trace: &mut Trace) -> Self {
		set_day(FIRST_DAY);
		trace.write(row("day", json!({ "day": FIRST_DAY })));
		let mut town = Self::people(trace);
		town.money(trace);
		town.taxes(trace);
		town.room();
		let parties = town.parties.iter().map(|it| (it.name.to_string(), it.account.clone()));
		town.accounts = parties.chain(town.pots.iter().cloned()).collect();
		town
	}

	fn people(trace: &mut Trace) -> Self {
		let mut parties = Vec::new();
		for (key, name) in TWINS {
			let display_name = name.as_bytes().to_vec().try_into().expect("a short name");
			let profile = Profile { display_name, logo: None, country: None };
			let by = signed(&account(key));
			assert_ok!(Twins::register(by, TwinKind::Person, profile, ControllerChoice::Caller));
			let twin = Twins::count();
			trace.write(row("twin", json!({ "twin": twin, "account": name })));
			parties.push(Party { name, account: account(key), twin: Some(twin) });
		}
		for (key, name) in PURSES {
			parties.push(Party { name, account: account(key), twin: None });
		}
		Self {
			parties,
			authority: 1,
			arbiter: 9,
			firms: vec![3, 4, 5, 6],
			sellers: vec![3, 4, 5, 6, 3, 4, 5, 6, 7],
			buyers: vec![3, 4, 5, 6, 3, 4, 5, 6, 7, 8],
			pots: Vec::new(),
			pools: Vec::new(),
			accounts: Vec::new(),
		}
	}

	fn money(&mut self, trace: &mut Trace) {
		let bank = signed(&account(AliceStash));
		let supplies = [Supply::Issued { cap: 1 << 60 }, Supply::MutualCredit];
		for (supply, symbol) in supplies.into_iter().zip([b"COIN", b"HOUR"]) {
			let name = BoundedVec::truncate_from(symbol.to_vec());
			let symbol = BoundedVec::truncate_from(symbol.to_vec());
			let terms = Terms { supply, access: Access::Open, invoice_only: false, demurrage: 0 };
			assert_ok!(Currencies::create(bank.clone(), name, symbol, 2, None, terms, 7));
		}
		for (place, party) in self.parties.clone().into_iter().enumerate() {
			// The last is poor, and some have little.
			let amount = [4_000_000, 900_000, 60_000][place % 3];
			assert_ok!(Currencies::issue(bank.clone(), COINS, party.account.clone(), amount));
			let minted =
				json!({ "currency": COINS, "account": party.name, "amount": amount as u64 });
			trace.write(row("mint", minted));
			if let Some(twin) = party.twin {
				// The bank is to fill the pool.
				let line = if party.name == "bank" { 4_000_000 } else { amount / 2 };
				assert_ok!(Currencies::set_credit_line(bank.clone(), HOURS, twin, line));
				mint(trace, HOURS, party.name, line);
			}
		}
		self.pool(trace, NativeOrWithId::Native, "pool/our", [1_000 * OUR, 1_000_000]);
		self.pool(trace, NativeOrWithId::WithId(HOURS), "pool/hours", [1_000_000, 1_000_000]);
		for currency in CURRENCIES {
			let pot = Currencies::pot_of(currency);
			self.pots.push((format!("pot/{currency}"), pot));
		}
		self.pots.push(("escrow".into(), Commerce::escrow()));
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
		let issuer = signed(&bank);
		assert_ok!(Currencies::issue(issuer.clone(), COINS, bank.clone(), coins));
		// It draws on its credit for the other currency.
		let drawn = if other == NativeOrWithId::Native { 0 } else { amount };
		let purse_before = purse(HOURS, &bank);
		assert_ok!(Currencies::add_liquidity(issuer, other, coin, amount, coins, 1, 1));
		assert_eq!(purse_before - purse(HOURS, &bank), drawn);
		mint(trace, COINS, name, coins);
		if drawn > 0 {
			let arguments = json!({
				"currency": HOURS, "source": "bank", "target": name, "amount": drawn as u64,
			});
			trace.write(row("transfer", arguments));
		}
		self.pools.push((name.into(), pool.clone()));
		self.pots.push((name.into(), pool));
	}

	fn taxes(&mut self, trace: &mut Trace) {
		for jurisdiction in JURISDICTIONS {
			let settings = settings(jurisdiction, self.authority);
			let caps = settings.refund_caps.iter().map(|it| json!([it.age_days, it.cap as u64]));
			let arguments = json!({
				"id": jurisdiction,
				"authority": self.authority,
				"correction_days": settings.correction_days,
				"unpaid_days": settings.unpaid_days,
				"refund_caps": caps.collect::<Vec<_>>(),
				"hold_days": settings.hold_days,
				"appeal_days": settings.appeal_days,
				"returns_alert": settings.returns_alert,
			});
			let name = BoundedVec::truncate_from(b"Somewhere".to_vec());
			assert_ok!(Tax::create_jurisdiction(Origin::root(), name, settings));
			trace.write(row("jurisdiction", arguments));
			let treasury = Tax::jurisdiction(jurisdiction).expect("just created").treasury;
			self.pots.push((format!("treasury/{jurisdiction}"), treasury));
			for (code, kind, rate) in codes() {
				self.code(trace, jurisdiction, code, kind, rate);
			}
			for twin in self.firms.clone() {
				// Eve has nothing to do with the valley.
				if (jurisdiction, twin) != (VALLEY, 6) {
					let shares = shares_of(twin);
					let terms = terms(&ZERO_CODES, &shares);
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

	/// Every seller has room, with a sponsor for some of it.
	fn room(&self) {
		for seller in [3, 4, 5, 6, 7] {
			let by = signed(&self.account_of(seller));
			assert_ok!(Commerce::add_room(by.clone(), seller, 300));
			assert_ok!(Commerce::add_room(signed(&account(DaveStash)), seller, 20));
			let key = TILL_KEY.to_account_id();
			assert_ok!(Commerce::set_till(by, 1, key, 1_000_000));
		}
	}

	pub fn account_of(&self, twin: TwinNumber) -> AccountId {
		let party = self.parties.iter().find(|it| it.twin == Some(twin));
		party.expect("every twin is a party").account.clone()
	}

	pub fn name_of(&self, account: &AccountId) -> String {
		let party = self.parties.iter().find(|it| it.account == *account);
		party.expect("nobody else trades").name.into()
	}
}

/// Tell the trace of money that it doesn't know whence it is.
fn mint(trace: &mut Trace, currency: CurrencyId, account: &str, amount: Balance) {
	let arguments = json!({ "currency": currency, "account": account, "amount": amount as u64 });
	trace.write(row("mint", arguments));
}

/// Make it noon of `day`.
pub fn set_day(day: Day) {
	pallet_timestamp::Now::<Runtime>::put(u64::from(day) * DAY_MILLIS + DAY_MILLIS / 2);
}

fn settings(jurisdiction: JurisdictionId, authority: TwinNumber) -> Settings {
	let valley = jurisdiction == VALLEY;
	let caps = [RefundCap { age_days: 0, cap: 3_000 }, RefundCap { age_days: 30, cap: 20_000 }];
	Settings {
		authority,
		auditors: BoundedVec::new(),
		currencies: BoundedVec::truncate_from(CURRENCIES.to_vec()),
		reporting: *b"EUR",
		utc_offset_minutes: 0,
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
		thresholds: BoundedVec::truncate_from(vec![(COINS, 100_000)]),
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

/// Deductible shares, as a trace has them.
pub fn by_code(shares: &[(TaxCode, u32)]) -> Value {
	shares.iter().map(|(code, share)| (code.to_string(), Value::from(*share))).collect()
}

/// Terms of a taxpayer that is registered from today on.
pub fn terms(zero_codes: &[TaxCode], deductible: &[(TaxCode, u32)]) -> TaxpayerTerms {
	TaxpayerTerms {
		tax_number: BoundedVec::truncate_from(b"BE-1".to_vec()),
		effective: today(),
		zero_codes: BoundedVec::truncate_from(zero_codes.to_vec()),
		deductible: BoundedVec::truncate_from(deductible.to_vec()),
	}
}

pub fn today() -> Day {
	Tax::today(CITY).expect("the city exists")
}
