//! A chain with balances for deposits, a phonebook, local money and a clock that tests write, and
//! this pallet.

use crate::{self as pallet_tax, types::Account, types::Rounding, *};
use frame::{
	deps::frame_support::storage::with_storage_layer,
	testing_prelude::*,
	traits::{
		fungible::{HoldConsideration, InspectHold},
		IdentityLookup, LinearStoragePrice, Time,
	},
};
use ourledger_primitives::{
	invoice::{
		Amounts, Bill, Change, InvoiceId, Lines, Note, NotePart, Prices, Sale, SaleItem, SaleLevy,
		Zigzag,
	},
	money::{CurrencyId, Day, Kept, LocalMoney, Settled, DAY_MILLIS},
	tax::{
		Booking, JurisdictionId, NoteOutcome, PaymentSplit, Period, Source, TaxCode, TaxKind,
		TaxRules, Trade, VatCategory,
	},
	twin::{TwinNumber, Twins},
};

mod invoices;
mod money;

pub use invoices::*;
pub use money::*;

// Wide enough for the sub-accounts of a pallet to differ.
pub type AccountId = u128;
pub type Balance = u128;

/// The authority's twin.
pub const AUTHORITY: TwinNumber = 1;
/// Registered.
pub const A: TwinNumber = 2;
/// Registered.
pub const B: TwinNumber = 3;
/// Registered.
pub const C: TwinNumber = 4;
/// Not registered.
pub const D: TwinNumber = 5;
/// Not registered.
pub const E: TwinNumber = 6;
/// How many twins there are.
pub const TWINS: TwinNumber = 6;
/// An account without a twin.
pub const STRANGER: AccountId = 99;
/// In which escrowed money waits.
pub const ESCROW: AccountId = 98;
/// Where demurrage goes.
pub const POT: AccountId = 97;
/// Where money is that its owner can't hold.
pub const SET_ASIDE: AccountId = 96;

/// What is traded in.
pub const MONEY: CurrencyId = 0;
/// Another currency that is accepted.
pub const OTHER_MONEY: CurrencyId = 1;
/// A currency that isn't.
pub const FOREIGN_MONEY: CurrencyId = 2;
/// What each account has of each.
pub const PURSE: Balance = 1_000_000;
/// Native balance of each account.
pub const ENDOWMENT: Balance = 1_000_000;

/// The jurisdiction that tests are in.
pub const TOWN: JurisdictionId = 0;
/// The day on which tests begin: 4 October 2024.
pub const TODAY: Day = 20_000;
/// Its month.
pub const OCTOBER: Period = 2024 * 12 + 9;

/// S at 15 %.
pub const S15: TaxCode = 1;
/// S at 20 %.
pub const S20: TaxCode = 2;
pub const ZERO: TaxCode = 10;
pub const EXEMPT: TaxCode = 11;
/// AE at 20 %.
pub const REVERSE: TaxCode = 12;
pub const EXPORT: TaxCode = 13;
pub const OUTSIDE: TaxCode = 14;
/// 10 % of the net, in the base of VAT.
pub const LEVY_IN: TaxCode = 20;
/// 1 % of the net, not in the base of VAT.
pub const LEVY_OUT: TaxCode = 21;
/// 25 a unit, not in the base of VAT.
pub const LEVY_UNIT: TaxCode = 22;
/// 5 % of the net.
pub const WITHHELD: TaxCode = 30;

#[frame_construct_runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(61)]
	pub type Tax = pallet_tax;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = MockBlock<Test>;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<1>;
}

parameter_types! {
	/// Twins that were deactivated.
	pub static Deactivated: Vec<TwinNumber> = vec![];
	/// Controllers beyond the twins that every test has.
	pub static MoreTwins: Vec<AccountId> = vec![];
	/// Milliseconds since the epoch.
	pub static Now: u64 = 0;
	/// Accounts that are gone: they can't hold anything.
	pub static Gone: Vec<AccountId> = vec![];
	/// Accounts that are frozen: they don't pay, and nobody pays them but by a rule.
	pub static Frozen: Vec<AccountId> = vec![];
	/// The latest currency.
	pub static LatestMoney: CurrencyId = FOREIGN_MONEY;
	/// Decimals of every currency.
	pub static Decimals: u8 = 0;
	/// Units of a minor unit today: what demurrage has made of them.
	pub static Index: u128 = 100;
	/// Days from which on there were so many before; none means always as many as today.
	pub static Past: Vec<(Day, u128)> = vec![];
	pub const TaxpayerReason: RuntimeHoldReason = RuntimeHoldReason::Tax(HoldReason::Taxpayer);
	pub const ItemPrice: Balance = 100;
	pub const BytePrice: Balance = 1;
	pub const TaxPalletId: PalletId = PalletId(*b"our/taxs");
}

/// What the phonebook says of an account that acts for no twin.
pub const NOT_ACTING: DispatchError = DispatchError::Other("mock: acts for no twin");
/// What it says of a twin that there isn't, or that can't act.
pub const NO_SUCH_TWIN: DispatchError = DispatchError::Other("mock: no such twin");

/// Stands in for the phonebook, which isn't under test.
pub struct MockTwins;

impl Twins<AccountId> for MockTwins {
	fn acting(account: &AccountId) -> Result<TwinNumber, DispatchError> {
		let more = MoreTwins::get().len() as TwinNumber;
		(1..=TWINS + more)
			.find(|twin| Self::controller_of(*twin) == Some(*account))
			.filter(|twin| Self::is_active(*twin))
			.ok_or(NOT_ACTING)
	}

	fn controller_of(number: TwinNumber) -> Option<AccountId> {
		match number {
			0 => None,
			1..=TWINS => Some(controller(number)),
			_ => MoreTwins::get().get((number - TWINS - 1) as usize).copied(),
		}
	}

	fn is_active(number: TwinNumber) -> bool {
		Self::controller_of(number).is_some() && !Deactivated::get().contains(&number)
	}

	fn not_found() -> DispatchError {
		NO_SUCH_TWIN
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn register(account: AccountId) -> TwinNumber {
		Self::number_of(&account).unwrap_or_else(|| {
			MoreTwins::mutate(|twins| {
				twins.push(account);
				TWINS + twins.len() as TwinNumber
			})
		})
	}
}

/// Stands in for the clock.
pub struct Clock;

impl Time for Clock {
	type Moment = u64;

	fn now() -> u64 {
		Now::get()
	}
}

type Price = LinearStoragePrice<ItemPrice, BytePrice, Balance>;

impl Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Twins = MockTwins;
	type Money = MockMoney;
	type Time = Clock;
	type GovernanceOrigin = EnsureRoot<AccountId>;
	type TaxpayerDeposit = HoldConsideration<AccountId, Balances, TaxpayerReason, Price>;
	type DepositPrice = Price;
	type PalletId = TaxPalletId;
	type WeightInfo = ();
}

/// The account that acts for a twin.
pub fn controller(twin: TwinNumber) -> AccountId {
	100 + AccountId::from(twin)
}

/// A town with codes and three taxpayers, on the first of its days, 12:00 UTC.
pub fn state() -> TestState {
	Deactivated::set(vec![]);
	MoreTwins::set(vec![]);
	Gone::set(vec![]);
	Frozen::set(vec![]);
	Decimals::set(0);
	Index::set(100);
	Past::set(vec![]);
	let accounts = (1..=TWINS).map(controller).chain([STRANGER]).collect::<Vec<_>>();
	let balances = accounts.iter().map(|account| (*account, ENDOWMENT)).collect();
	let mut state: TestState = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
		..Default::default()
	}
	.build_storage()
	.expect("the genesis of a test can be built")
	.into();
	state.execute_with(|| {
		// Block 0 has no events.
		System::set_block_number(1);
		set_day(TODAY);
		for account in accounts {
			for currency in [MONEY, OTHER_MONEY, FOREIGN_MONEY] {
				Purses::insert(currency, account, PURSE);
			}
		}
		// As the money's own pallet does at genesis.
		for pot in [Tax::treasury_of(TOWN), ESCROW, POT, SET_ASIDE] {
			assert_ok!(MockMoney::open_pot(&pot));
		}
		found_town();
		System::reset_events();
	});
	state
}

fn found_town() {
	assert_ok!(Tax::create_jurisdiction(RuntimeOrigin::root(), text("Our Town"), settings()));
	let vat = |category| TaxKind::Vat(category);
	for (code, kind, rate) in [
		(S15, vat(VatCategory::Standard), 150_000),
		(S20, vat(VatCategory::Standard), 200_000),
		(ZERO, vat(VatCategory::Zero), 0),
		(EXEMPT, vat(VatCategory::Exempt), 0),
		(REVERSE, vat(VatCategory::ReverseCharge), 200_000),
		(EXPORT, vat(VatCategory::Export), 0),
		(OUTSIDE, vat(VatCategory::OutOfScope), 0),
		(LEVY_IN, TaxKind::LevyOnNet { in_vat_base: true }, 100_000),
		(LEVY_OUT, TaxKind::LevyOnNet { in_vat_base: false }, 10_000),
		(LEVY_UNIT, TaxKind::LevyPerUnit { in_vat_base: false, currency: MONEY }, 25),
		(WITHHELD, TaxKind::Withholding, 50_000),
	] {
		assert_ok!(Tax::set_code(authority(), TOWN, code, text("code"), kind, 19_000, rate));
	}
	for twin in [A, B, C] {
		assert_ok!(Tax::register(authority(), TOWN, twin, terms()));
	}
}

/// Run `test`, then check that the invariants hold.
pub fn build_and_execute(test: impl FnOnce()) {
	state().execute_with(|| {
		test();
		check_invariants();
	});
}

/// Every invariant, and two that the mock's money makes exact: nobody pays a treasury past its
/// book, and what is owed is there.
pub fn check_invariants() {
	Tax::do_try_state().expect("every invariant holds");
	for (jurisdiction, currency, book) in Treasuries::<Test>::iter() {
		let money = purse(currency, Tax::treasury_of(jurisdiction));
		assert_eq!(book.balance(), Some(money));
		assert!(money >= book.credits + book.pending, "a treasury owes more than it has");
	}
}

pub fn signed(account: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(account)
}

pub fn by(twin: TwinNumber) -> RuntimeOrigin {
	signed(controller(twin))
}

pub fn authority() -> RuntimeOrigin {
	by(AUTHORITY)
}

/// 12:00 UTC of a day.
pub fn set_day(day: Day) {
	Now::set(u64::from(day) * DAY_MILLIS + DAY_MILLIS / 2);
}

pub fn text<const N: u32>(text: &str) -> BoundedVec<u8, ConstU32<N>> {
	bounded(text.as_bytes().to_vec())
}

pub fn bounded<T, const N: u32>(items: Vec<T>) -> BoundedVec<T, ConstU32<N>> {
	BoundedVec::try_from(items).unwrap_or_else(|_| panic!("a test stays within {N}"))
}

pub fn settings() -> Settings {
	Settings {
		authority: AUTHORITY,
		auditors: bounded(vec![]),
		currencies: bounded(vec![MONEY, OTHER_MONEY]),
		reporting: *b"EUR",
		clock: clock(&[(0, 0)]),
		rounding: Rounding::Category,
		supply_bound_days: 60,
		correction_days: 90,
		unpaid_days: 30,
		tip_limit: 200_000,
		least_claim: 0,
		refund_caps: bounded(vec![
			RefundCap { age_days: 0, cap: 200 },
			RefundCap { age_days: 30, cap: 1_000 },
		]),
		hold_days: 20,
		appeal_days: 10,
		returns_alert: 200_000,
		thresholds: bounded(vec![(MONEY, 10_000)]),
	}
}

/// Distances from UTC in minutes, from days on.
pub fn clock(changes: &[(Day, i16)]) -> BoundedVec<ClockChange, ConstU32<MAX_CLOCK_CHANGES>> {
	let change = |(from, utc_offset_minutes): &(Day, i16)| ClockChange {
		from: *from,
		utc_offset_minutes: *utc_offset_minutes,
	};
	bounded(changes.iter().map(change).collect())
}

/// Let the town have had another clock all along, which no call could do.
pub fn set_clock(changes: &[(Day, i16)]) {
	Jurisdictions::<Test>::mutate(TOWN, |town| {
		town.as_mut().expect("the town was founded").settings.clock = clock(changes);
	});
}

/// Change the town's settings.
pub fn amend(change: impl FnOnce(&mut Settings)) {
	let mut settings = Jurisdictions::<Test>::get(TOWN).expect("the town was founded").settings;
	change(&mut settings);
	assert_ok!(Tax::amend_jurisdiction(RuntimeOrigin::root(), TOWN, settings));
}

pub fn terms() -> TaxpayerTerms {
	TaxpayerTerms {
		tax_number: text("T-1"),
		effective: 0,
		zero_codes: bounded(vec![ZERO, EXEMPT, REVERSE, EXPORT, OUTSIDE]),
		deductible: bounded(vec![]),
	}
}

/// Let a taxpayer deduct only a part of a code's VAT.
pub fn deduct(twin: TwinNumber, code: TaxCode, share: u32) {
	let terms = TaxpayerTerms { deductible: bounded(vec![(code, share)]), ..terms() };
	assert_ok!(Tax::amend_taxpayer(authority(), TOWN, twin, terms));
}

pub fn purse(currency: CurrencyId, account: AccountId) -> Balance {
	Purses::get(currency, account)
}

/// Money of a twin.
pub fn money(twin: TwinNumber) -> Balance {
	purse(MONEY, controller(twin))
}

/// Money in the town's treasury.
pub fn treasury() -> Balance {
	purse(MONEY, Tax::treasury_of(TOWN))
}

pub fn set_money(account: AccountId, amount: Balance) {
	Purses::insert(MONEY, account, amount);
}

pub fn book() -> TreasuryBook {
	Treasuries::<Test>::get(TOWN, MONEY)
}

pub fn arrears(twin: TwinNumber) -> Balance {
	Tax::account(TOWN, twin, MONEY).arrears
}

pub fn credit(twin: TwinNumber) -> Balance {
	Tax::account(TOWN, twin, MONEY).credit
}

pub fn account(twin: TwinNumber) -> Account {
	Accounts::<Test>::get((TOWN, twin, MONEY))
}

/// Of this month.
pub fn statement(twin: TwinNumber) -> Statement {
	let today = Tax::today(TOWN).expect("the town was founded");
	Tax::statement(TOWN, twin, MONEY, calendar::period_of(today))
}

pub fn claim(number: ClaimId) -> Option<Claim> {
	Tax::claim(TOWN, number)
}

pub fn claim_refund(twin: TwinNumber, amount: Balance) -> DispatchResult {
	Tax::claim_refund(by(twin), TOWN, MONEY, amount)
}

/// Let a twin have an owner, as both say.
pub fn own(twin: TwinNumber, owner: TwinNumber) -> DispatchResult {
	Tax::declare_owner(by(twin), owner)?;
	Tax::confirm_owner(by(owner), twin)
}

/// Let a block be idle.
pub fn idle() -> Weight {
	Tax::on_idle(System::block_number(), Weight::MAX)
}

pub fn held(twin: TwinNumber) -> Balance {
	Balances::balance_on_hold(&TaxpayerReason::get(), &controller(twin))
}

/// This pallet's events.
pub fn events() -> Vec<Event<Test>> {
	System::read_events_for_pallet::<Event<Test>>()
}

pub fn last_event() -> Option<Event<Test>> {
	events().pop()
}
