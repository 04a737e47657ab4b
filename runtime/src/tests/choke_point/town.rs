//! A town with a currency for members only, and people who may not use it: one who was expelled,
//! one whose account is frozen, one who holds it from before it was closed.

use crate::{
	configs::{currencies::CurrencyKind, monetary::TreasuryAccount},
	tests::{account, signed, Call, Origin},
	AccountId, Assets, Balance, Currencies, Runtime, System, Tax, Twins,
};
use frame_support::{assert_ok, instances::Instance1, traits::fungibles::Inspect};
use ourledger_primitives::{
	currency::OUR,
	money::{CurrencyId, Day, DAY_MILLIS},
	twin::{Profile, TwinKind, TwinNumber},
};
use pallet_asset_conversion::PoolLocator;
use pallet_currencies::{Access, Call as Money, Supply, Terms};
use pallet_twins::ControllerChoice;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve, Ferdie};
use sp_runtime::{traits::Dispatchable, BoundedVec};
use std::collections::BTreeMap;

/// The currency that is for members only.
pub const TOWN: CurrencyId = 0;
/// One that is open to all.
pub const OPEN: CurrencyId = 1;
/// The only jurisdiction.
pub const PLACE: u32 = 0;

/// The day on which everything begins.
pub const FIRST_DAY: Day = 20_000;

/// What somebody is to [`TOWN`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
	Member,
	Expelled,
	Frozen,
	Outsider,
}

impl Role {
	pub const ALL: [Self; 4] = [Self::Member, Self::Expelled, Self::Frozen, Self::Outsider];

	/// Whose key it is.
	pub fn key(self) -> Sr25519Keyring {
		match self {
			Self::Member => Bob,
			Self::Expelled => Charlie,
			Self::Frozen => Dave,
			Self::Outsider => Eve,
		}
	}
}

/// The town, and in which account each key's owner is who it is.
pub struct Town {
	actor: fn(Sr25519Keyring) -> AccountId,
}

/// Issues all currencies, and is the authority.
pub fn issuer() -> AccountId {
	account(Alice)
}

/// Another member, which only receives.
pub fn payee() -> AccountId {
	account(Ferdie)
}

/// The pool of two currencies.
pub fn pool(a: CurrencyKind, b: CurrencyKind) -> AccountId {
	let (first, second) = if a < b { (a, b) } else { (b, a) };
	<Runtime as pallet_asset_conversion::Config>::PoolLocator::pool_address(&first, &second)
		.expect("they differ")
}

pub fn local(currency: CurrencyId) -> CurrencyKind {
	CurrencyKind::WithId(currency)
}

pub const NATIVE: CurrencyKind = CurrencyKind::Native;

pub fn twin_of(account: &AccountId) -> TwinNumber {
	Twins::number_of(account.clone()).expect("everybody has a twin")
}

pub fn terms(access: Access) -> Terms {
	let supply = Supply::Issued { cap: 1_000_000_000 };
	Terms { supply, access, invoice_only: false, demurrage: 0 }
}

pub fn settings(authority: TwinNumber, currencies: &[CurrencyId]) -> pallet_tax::Settings {
	pallet_tax::Settings {
		authority,
		auditors: BoundedVec::new(),
		currencies: BoundedVec::truncate_from(currencies.to_vec()),
		reporting: *b"EUR",
		clock: BoundedVec::truncate_from(vec![pallet_tax::ClockChange {
			from: 0,
			utc_offset_minutes: 0,
		}]),
		rounding: pallet_tax::Rounding::Category,
		supply_bound_days: 0,
		correction_days: 30,
		unpaid_days: 30,
		tip_limit: 200_000,
		least_claim: 0,
		refund_caps: BoundedVec::truncate_from(vec![pallet_tax::RefundCap {
			age_days: 0,
			cap: 1_000_000,
		}]),
		hold_days: 30,
		appeal_days: 14,
		returns_alert: 1_000_000,
		thresholds: BoundedVec::new(),
	}
}

/// Makes it noon of `day`.
pub fn set_day(day: Day) {
	pallet_timestamp::Now::<Runtime>::put(u64::from(day) * DAY_MILLIS + DAY_MILLIS / 2);
}

/// Runs `call` for `who`, who may.
pub fn act(who: &AccountId, call: impl Into<Call>) {
	let call = call.into();
	let done = call.clone().dispatch(signed(who)).map(|_| ()).map_err(|error| error.error);
	assert_eq!(done, Ok(()), "{call:?}");
}

/// Registers a twin with `who` as its controller.
pub fn register(who: &AccountId) {
	let profile = Profile {
		display_name: BoundedVec::truncate_from(b"Somebody".to_vec()),
		logo: None,
		country: None,
	};
	assert_ok!(Twins::register(signed(who), TwinKind::Person, profile, ControllerChoice::Caller));
}

pub fn create(by: &AccountId, symbol: &[u8], terms: Terms) {
	assert_ok!(Currencies::create(
		signed(by),
		BoundedVec::truncate_from(b"Money".to_vec()),
		BoundedVec::truncate_from(symbol.to_vec()),
		2,
		Some(PLACE),
		terms,
		7,
	));
}

/// Makes a pool, and puts money of `by` into it.
pub fn fill_pool(by: &AccountId, [a, b]: [CurrencyKind; 2], [amount_a, amount_b]: [Balance; 2]) {
	act(by, Money::create_pool { a: a.clone(), b: b.clone() });
	act(by, Money::add_liquidity { a, b, amount_a, amount_b, min_a: 1, min_b: 1 });
}

impl Town {
	/// Builds the town, where the owner of each key acts as `actor` of the key.
	pub fn build(actor: fn(Sr25519Keyring) -> AccountId) -> Self {
		let town = Self { actor };
		set_day(FIRST_DAY);
		register(&issuer());
		let name = BoundedVec::truncate_from(b"Town".to_vec());
		let authority = settings(twin_of(&issuer()), &[]);
		assert_ok!(Tax::create_jurisdiction(Origin::root(), name, authority));
		create(&issuer(), b"TOWN", terms(Access::Open));
		create(&issuer(), b"OPEN", terms(Access::Open));
		let settings = settings(twin_of(&issuer()), &[TOWN, OPEN]);
		assert_ok!(Tax::amend_jurisdiction(Origin::root(), PLACE, settings));
		town.endow();
		town.fill_pools();
		town.close();
		town
	}

	pub fn account(&self, role: Role) -> AccountId {
		(self.actor)(role.key())
	}

	/// Gives everybody OUR, a twin and money of both currencies; the treasury, too, money.
	fn endow(&self) {
		register(&payee());
		for currency in [TOWN, OPEN] {
			act(&issuer(), Money::issue { currency, to: issuer(), amount: 10_000_000 });
			let to = TreasuryAccount::get();
			act(&issuer(), Money::issue { currency, to, amount: 10_000 });
		}
		for role in Role::ALL {
			let who = self.account(role);
			let dest = who.clone().into();
			let value = 1_000 * OUR;
			act(&issuer(), pallet_balances::Call::transfer_keep_alive { dest, value });
			register(&who);
			for currency in [TOWN, OPEN] {
				let to = who.clone();
				act(&issuer(), Money::issue { currency, to, amount: 100_000 });
			}
		}
	}

	/// Makes all pools, and everybody an owner of the first.
	fn fill_pools(&self) {
		let (our, town, open) = (1_000 * OUR, 1_000_000, 1_000_000);
		fill_pool(&issuer(), [NATIVE, local(TOWN)], [our, town]);
		fill_pool(&issuer(), [NATIVE, local(OPEN)], [our, open]);
		fill_pool(&issuer(), [local(TOWN), local(OPEN)], [town, open]);
		for role in Role::ALL {
			act(&self.account(role), join_pool(10_000));
		}
	}

	/// Closes the currency to all but its members, expels and freezes.
	fn close(&self) {
		let expelled = self.account(Role::Expelled);
		let admitted = [issuer(), payee(), self.account(Role::Member), self.account(Role::Frozen)];
		for who in admitted.iter().chain([&expelled]) {
			act(&issuer(), Money::admit { currency: TOWN, twin: twin_of(who) });
		}
		act(&issuer(), Money::amend { currency: TOWN, terms: terms(Access::Members) });
		set_day(FIRST_DAY + 8);
		act(&issuer(), Money::expel { currency: TOWN, twin: twin_of(&expelled) });
		let account = self.account(Role::Frozen);
		let until = System::block_number() + 100_000;
		act(&issuer(), Money::freeze { currency: TOWN, account, reason: [1; 32], until });
	}
}

/// The call that puts `amount` of [`TOWN`], and what belongs to it of OUR, into their pool.
pub fn join_pool(amount: Balance) -> Money<Runtime> {
	let (a, b) = (NATIVE, local(TOWN));
	Money::add_liquidity { a, b, amount_a: 100 * OUR, amount_b: amount, min_a: 1, min_b: 1 }
}

/// By how much balances changed.
pub type Changes = BTreeMap<(CurrencyId, AccountId), i128>;

/// All balances in local currencies, and all supplies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balances {
	accounts: BTreeMap<(CurrencyId, AccountId), Balance>,
	supplies: BTreeMap<CurrencyId, Balance>,
}

impl Balances {
	pub fn now() -> Self {
		let stored = pallet_assets::Account::<Runtime, Instance1>::iter();
		let accounts = stored.map(|(id, who, account)| ((id, who), account.balance));
		let currencies = pallet_assets::Asset::<Runtime, Instance1>::iter_keys();
		let supplies = currencies.map(|id| (id, Assets::total_issuance(id)));
		Self { accounts: accounts.collect(), supplies: supplies.collect() }
	}

	/// By currency and account.
	pub fn accounts(&self) -> impl Iterator<Item = (&(CurrencyId, AccountId), &Balance)> {
		self.accounts.iter()
	}

	/// By how much each has changed since.
	pub fn changes(&self) -> Changes {
		let now = Self::now();
		let of = |them: &Self, key| them.accounts.get(key).copied().unwrap_or(0) as i128;
		let keys = self.accounts.keys().chain(now.accounts.keys());
		keys.map(|key| (key.clone(), of(&now, key) - of(self, key)))
			.filter(|(_, change)| *change != 0)
			.collect()
	}
}
