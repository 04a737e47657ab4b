//! Who trades, under which codes, and what day it is.

use super::{
	super::{account, signed},
	dice::Dice,
	trace::{row, Trace},
};
use crate::{AccountId, Balances, Commerce, Runtime, Tax, Twins};
use frame_support::{assert_ok, BoundedVec};
use ourledger_primitives::{
	currency::OUR,
	money::{day_of, CurrencyId, Day},
	tax::{JurisdictionId, TaxCode},
	twin::{Profile, TwinKind, TwinNumber},
};
use pallet_tax::TaxpayerTerms;
use pallet_twins::ControllerChoice;
use serde_json::{json, Value};
use sp_keyring::Sr25519Keyring::{self, *};

/// Issued by the bank.
pub const COINS: CurrencyId = 0;
/// Mutual credit.
pub const HOURS: CurrencyId = 1;
pub const CURRENCIES: [CurrencyId; 2] = [COINS, HOURS];

/// Rounds once per code, at first. Whose authority may freeze accounts.
pub const CITY: JurisdictionId = 0;
/// Rounds per line, at first, and refunds nothing without a look at it.
pub const VALLEY: JurisdictionId = 1;
pub const JURISDICTIONS: [JurisdictionId; 2] = [CITY, VALLEY];

/// The first day of each trace.
pub const FIRST_DAY: Day = 20_500;
/// Minutes of a day.
pub const DAY_MINUTES: u64 = 1_440;
/// Days for which supplies may be dated back, at first.
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
/// The code of dividends, at first; no invoice has it.
pub const DIVIDENDS: TaxCode = 22;

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
	/// The issuer of both currencies.
	pub bank: TwinNumber,
	/// The twin that decides disputes.
	pub arbiter: TwinNumber,
	/// Registered where they trade, now and then not.
	pub firms: Vec<TwinNumber>,
	/// All who sell.
	pub sellers: Vec<TwinNumber>,
	/// All who buy under their names.
	pub buyers: Vec<TwinNumber>,
	/// Twins that are given up in the course of a trace.
	pub leavers: Vec<TwinNumber>,
	/// Accounts that vanish and come back: they have no twin, so nothing but OUR keeps them alive.
	pub guests: Vec<AccountId>,
	/// Accounts of the chain, with their names in the trace.
	pub pots: Vec<(String, AccountId)>,
	/// Pools, which are some of the pots: that of coins and OUR, and that of coins and hours.
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

/// Twins that leave, and guests: accounts without a known key.
const LEAVERS: [(u8, &str); 3] = [(101, "heidi"), (102, "ivan"), (103, "judy")];
const GUESTS: [(u8, &str); 2] = [(111, "kim"), (112, "leo")];

/// Accounts without twins: who pays for others.
const PURSES: [(Sr25519Keyring, &str); 3] =
	[(DaveStash, "purse"), (EveStash, "till_money"), (FerdieStash, "pauper")];

/// Whose key each till has.
pub const TILL_KEY: Sr25519Keyring = One;

impl Town {
	/// Build the stage, and write it down.
	pub fn build(trace: &mut Trace, dice: &mut Dice) -> Self {
		set_clock(u64::from(FIRST_DAY) * DAY_MINUTES + DAY_MINUTES / 2);
		trace.write(clock());
		let mut town = Self::people(trace);
		town.places(trace, dice);
		town.money(trace, dice);
		town.taxes(trace);
		town.room();
		let parties = town.parties.iter().map(|it| (it.name.to_string(), it.account.clone()));
		town.accounts = parties.chain(town.pots.iter().cloned()).collect();
		town
	}

	fn people(trace: &mut Trace) -> Self {
		let mut parties = Vec::new();
		let known = TWINS.map(|(key, name)| (account(key), name));
		let leavers = LEAVERS.map(|(id, name)| (AccountId::from([id; 32]), name));
		let guests = GUESTS.map(|(id, name)| (AccountId::from([id; 32]), name));
		for (account, _) in leavers.iter().chain(&guests) {
			give_our(account, 100 * OUR);
		}
		for (account, name) in known.into_iter().chain(leavers) {
			let display_name = name.as_bytes().to_vec().try_into().expect("a short name");
			let profile = Profile { display_name, logo: None, country: None };
			let by = signed(&account);
			assert_ok!(Twins::register(by, TwinKind::Person, profile, ControllerChoice::Caller));
			let twin = Twins::count();
			trace.write(row("twin", json!({ "twin": twin, "account": name })));
			parties.push(Party { name, account, twin: Some(twin) });
		}
		for (key, name) in PURSES {
			parties.push(Party { name, account: account(key), twin: None });
		}
		for (account, name) in guests.clone() {
			parties.push(Party { name, account, twin: None });
		}
		Self {
			parties,
			authority: 1,
			bank: 2,
			arbiter: 9,
			firms: vec![3, 4, 5, 6, 10],
			sellers: vec![3, 4, 5, 6, 3, 4, 5, 6, 7, 10],
			buyers: vec![3, 4, 5, 6, 3, 4, 5, 6, 7, 8, 10, 11, 12],
			leavers: vec![10, 11, 12],
			guests: guests.map(|(account, _)| account).to_vec(),
			pots: Vec::new(),
			pools: Vec::new(),
			accounts: Vec::new(),
		}
	}

	/// Every seller has room, with a sponsor for some of it.
	fn room(&self) {
		for seller in [3, 4, 5, 6, 7, 10] {
			let by = signed(&self.account_of(seller));
			assert_ok!(Commerce::add_room(signed(&account(Alice)), seller, 300));
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
		self.party_of(account).expect("nobody else trades").name.into()
	}

	/// The party of an account that isn't the chain's.
	pub fn party_of(&self, account: &AccountId) -> Option<&Party> {
		self.parties.iter().find(|it| it.account == *account)
	}
}

/// Give somebody OUR, of those of the authority.
fn give_our(to: &AccountId, amount: u128) {
	let by = signed(&account(Alice));
	assert_ok!(Balances::transfer_keep_alive(by, to.clone().into(), amount));
}

/// Make it so many minutes since the beginning of 1970.
pub fn set_clock(minutes: u64) {
	pallet_timestamp::Now::<Runtime>::put(minutes * 60_000);
}

/// Minutes since the beginning of 1970.
pub fn minutes() -> u64 {
	pallet_timestamp::Now::<Runtime>::get() / 60_000
}

/// What the clock shows, as a trace has it.
pub fn clock() -> Value {
	let now = minutes();
	row("day", json!({ "day": now / DAY_MINUTES, "minute": now % DAY_MINUTES }))
}

/// Today, by UTC.
pub fn utc_today() -> Day {
	day_of(pallet_timestamp::Now::<Runtime>::get())
}

/// Today, by a jurisdiction's clock.
pub fn today_in(jurisdiction: JurisdictionId) -> Day {
	Tax::today(jurisdiction).expect("both exist")
}

/// Deductible shares, as a trace has them.
pub fn by_code(shares: &[(TaxCode, u32)]) -> Value {
	shares.iter().map(|(code, share)| (code.to_string(), Value::from(*share))).collect()
}

/// Terms of a taxpayer that is registered from today on.
pub fn terms(
	jurisdiction: JurisdictionId,
	zero_codes: &[TaxCode],
	deductible: &[(TaxCode, u32)],
) -> TaxpayerTerms {
	TaxpayerTerms {
		tax_number: BoundedVec::truncate_from(b"BE-1".to_vec()),
		effective: today_in(jurisdiction),
		zero_codes: BoundedVec::truncate_from(zero_codes.to_vec()),
		deductible: BoundedVec::truncate_from(deductible.to_vec()),
	}
}
