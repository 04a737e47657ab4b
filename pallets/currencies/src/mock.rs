//! A chain with balances, assets and exchange, wired as in the runtime; the phonebook, the
//! jurisdictions and the clock are written by tests.

use crate::{self as pallet_currencies, *};
use frame::{
	deps::sp_core::U256,
	testing_prelude::*,
	traits::{
		fungible::{HoldConsideration, InspectHold, NativeFromLeft, NativeOrWithId, UnionOf},
		tokens::imbalance::ResolveAssetTo,
		AsEnsureOriginWithArg, IdentityLookup, LinearStoragePrice, Time,
	},
};
use ourledger_primitives::{
	money::{CurrencyId, Day, DAY_MILLIS},
	tax::{JurisdictionId, Jurisdictions},
	twin::{TwinNumber, Twins},
};
use pallet_asset_conversion::{AccountIdConverter, Ascending, Chain, WithFirstAsset};

// Wide enough for the accounts of pots to differ.
pub type AccountId = u128;
pub type Balance = u128;

/// Controller of twin 1, which issues.
pub const ISSUER: AccountId = 11;
/// Controllers of twins 2 to 4.
pub const ALICE: AccountId = 12;
pub const BOB: AccountId = 13;
pub const CAROL: AccountId = 14;
/// Controller of twin 5, the authority of [`TOWN`].
pub const AUTHORITY: AccountId = 15;
/// Exists, and controls nothing.
pub const DAVE: AccountId = 16;
/// Doesn't exist.
pub const NOBODY: AccountId = 17;
/// Free balance of all who exist, before any deposit.
pub const ENDOWMENT: Balance = 1_000_000_000;
/// The one jurisdiction.
pub const TOWN: JurisdictionId = 7;
/// The chain's treasury, where pools' fees go.
pub const TREASURY: AccountId = 99;
/// A pot of another part of the chain, from genesis on.
pub const STANDING: AccountId = 98;
/// What currencies of tests promise.
pub const NOTICE: u16 = 10;
/// Longest freeze.
pub const MAX_FREEZE: u64 = 100;
/// The first day of a test.
pub const DAY_ONE: Day = 20_000;
pub const POOL_FEE: Balance = 100;
pub const OUR: CurrencyKind = NativeOrWithId::Native;
pub const REFERENCE: Hash32 = [9; 32];

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
	#[runtime::pallet_index(2)]
	pub type Assets = pallet_assets::Pallet<Test, Instance1>;
	#[runtime::pallet_index(3)]
	pub type PoolAssets = pallet_assets::Pallet<Test, Instance2>;
	#[runtime::pallet_index(4)]
	pub type AssetConversion = pallet_asset_conversion;
	#[runtime::pallet_index(60)]
	pub type Currencies = pallet_currencies;
}

use frame::deps::frame_support::instances::{Instance1, Instance2};

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
	type ExistentialDeposit = ConstU128<10>;
}

impl pallet_assets::Config<Instance1> for Test {
	type RuntimeEvent = RuntimeEvent;
	type Balance = Balance;
	type RemoveItemsLimit = ConstU32<1_000>;
	type AssetId = CurrencyId;
	type AssetIdParameter = CurrencyId;
	type ReserveData = ();
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<EnsureNever<AccountId>>;
	type ForceOrigin = EnsureRoot<AccountId>;
	type AssetDeposit = ConstU128<100>;
	type AssetAccountDeposit = ConstU128<100>;
	// Pots have no OUR.
	type MetadataDepositBase = ConstU128<0>;
	type MetadataDepositPerByte = ConstU128<0>;
	type ApprovalDeposit = ConstU128<100>;
	type StringLimit = ConstU32<MAX_NAME>;
	type Freezer = ();
	type Holder = ();
	type Extra = ();
	type CallbackHandle = ();
	type AssetIdAllocator = ();
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}

impl pallet_assets::Config<Instance2> for Test {
	type RuntimeEvent = RuntimeEvent;
	type Balance = Balance;
	type RemoveItemsLimit = ConstU32<1_000>;
	type AssetId = u32;
	type AssetIdParameter = u32;
	type ReserveData = ();
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<EnsureNever<AccountId>>;
	type ForceOrigin = EnsureRoot<AccountId>;
	type AssetDeposit = ConstU128<0>;
	type AssetAccountDeposit = ConstU128<100>;
	type MetadataDepositBase = ConstU128<0>;
	type MetadataDepositPerByte = ConstU128<0>;
	type ApprovalDeposit = ConstU128<100>;
	type StringLimit = ConstU32<50>;
	type Freezer = ();
	type Holder = ();
	type Extra = ();
	type CallbackHandle = ();
	type AssetIdAllocator = ();
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}

/// OUR and all local currencies: what conversion and fees work with, here as in the runtime.
pub type Union = UnionOf<Balances, Currencies, NativeFromLeft, CurrencyKind, AccountId>;

type PoolAccounts = AccountIdConverter<ConversionPalletId, (CurrencyKind, CurrencyKind)>;
pub type Locator = Chain<
	WithFirstAsset<Native, AccountId, CurrencyKind, PoolAccounts>,
	Ascending<AccountId, CurrencyKind, PoolAccounts>,
>;

parameter_types! {
	pub const ConversionPalletId: PalletId = PalletId(*b"our/conv");
	pub const Native: CurrencyKind = NativeOrWithId::Native;
	pub const SwapFee: Permill = Permill::from_parts(3_000);
	pub const NoFee: Permill = Permill::zero();
	pub const TreasuryAccount: AccountId = TREASURY;
}

impl pallet_asset_conversion::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type Balance = Balance;
	type HigherPrecisionBalance = U256;
	type AssetKind = CurrencyKind;
	type Assets = Union;
	type PoolId = (CurrencyKind, CurrencyKind);
	type PoolLocator = Locator;
	type PoolAssetId = u32;
	type PoolAssets = PoolAssets;
	type LPFee = SwapFee;
	type AdminOrigin = EnsureRoot<AccountId>;
	type MaxSwapFee = SwapFee;
	type PoolSetupFee = ConstU128<POOL_FEE>;
	type PoolSetupFeeAsset = Native;
	type PoolSetupFeeTarget = ResolveAssetTo<TreasuryAccount, Union>;
	type LiquidityWithdrawalFee = NoFee;
	type MintMinLiquidity = ConstU128<100>;
	type MaxSwapPathLength = ConstU32<MAX_PATH>;
	type PalletId = ConversionPalletId;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = pallet_asset_conversion::NativeOrWithIdFactory<CurrencyId>;
}

parameter_types! {
	/// Ticks in which there was no block.
	pub static Blockless: u64 = 0;
	/// Controller of twin 1, of twin 2, and so on, and whether the twin is active.
	pub static Phonebook: Vec<(AccountId, bool)> = Vec::new();
	/// Jurisdiction and its authority.
	pub static Authorities: Vec<(JurisdictionId, TwinNumber)> = Vec::new();
	/// Twins that are businesses, wherever.
	pub static Businesses: Vec<TwinNumber> = Vec::new();
	pub static Today: Day = DAY_ONE;
	pub const PotsPalletId: PalletId = PalletId(*b"our/curr");
	pub StandingPots: Vec<AccountId> = vec![STANDING];
	pub const ItemPrice: Balance = 1_000;
	pub const BytePrice: Balance = 1;
	pub const CurrencyReason: RuntimeHoldReason =
		RuntimeHoldReason::Currencies(HoldReason::Currency);
	pub const MemberReason: RuntimeHoldReason = RuntimeHoldReason::Currencies(HoldReason::Member);
	pub const LineReason: RuntimeHoldReason =
		RuntimeHoldReason::Currencies(HoldReason::CreditLine);
	pub const FreezeReason: RuntimeHoldReason = RuntimeHoldReason::Currencies(HoldReason::Freeze);
}

/// What the phonebook says of an account that acts for no twin.
pub const NOT_ACTING: DispatchError = DispatchError::Other("mock: acts for no twin");
/// What it says of a twin that there isn't, or that can't act.
pub const NO_SUCH_TWIN: DispatchError = DispatchError::Other("mock: no such twin");

/// Stands in for the phonebook, which isn't under test.
pub struct MockTwins;

impl Twins<AccountId> for MockTwins {
	fn acting(account: &AccountId) -> Result<TwinNumber, DispatchError> {
		let place = Phonebook::get().into_iter().position(|twin| twin == (*account, true));
		place.map(|place| place as TwinNumber + 1).ok_or(NOT_ACTING)
	}

	fn controller_of(number: TwinNumber) -> Option<AccountId> {
		let place = usize::try_from(number).ok()?.checked_sub(1)?;
		Phonebook::get().get(place).map(|(controller, _)| *controller)
	}

	fn is_active(number: TwinNumber) -> bool {
		Self::controller_of(number)
			.is_some_and(|controller| Self::number_of(&controller) == Some(number))
	}

	fn not_found() -> DispatchError {
		NO_SUCH_TWIN
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn register(account: AccountId) -> TwinNumber {
		// A benchmark starts over with new storage, but this isn't in storage.
		if !System::account_exists(&account) {
			System::inc_providers(&account);
		}
		Self::number_of(&account).unwrap_or_else(|| {
			Phonebook::mutate(|twins| {
				twins.push((account, true));
				twins.len() as TwinNumber
			})
		})
	}
}

/// What tax says of another jurisdiction.
pub const NO_SUCH_PLACE: DispatchError = DispatchError::Other("mock: no such jurisdiction");

/// Stands in for tax, which isn't under test.
pub struct MockJurisdictions;

impl Jurisdictions for MockJurisdictions {
	fn authority_of(jurisdiction: JurisdictionId) -> Result<TwinNumber, DispatchError> {
		let found = Authorities::get().into_iter().find(|(place, _)| *place == jurisdiction);
		found.map(|(_, authority)| authority).ok_or(NO_SUCH_PLACE)
	}

	fn is_business(_: JurisdictionId, twin: TwinNumber) -> bool {
		Businesses::get().contains(&twin)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn create(authority: TwinNumber) -> JurisdictionId {
		Authorities::mutate(|all| {
			let place = 100 + all.len() as JurisdictionId;
			all.push((place, authority));
			place
		})
	}
}

/// It is always noon.
pub struct Noon;

impl Time for Noon {
	type Moment = u64;

	fn now() -> u64 {
		u64::from(Today::get()) * DAY_MILLIS + DAY_MILLIS / 2
	}
}

type Price = LinearStoragePrice<ItemPrice, BytePrice, Balance>;

/// Ticks: as many as blocks, and those in which there was none.
pub struct Clock;

impl BlockNumberProvider for Clock {
	type BlockNumber = u64;

	fn current_block_number() -> u64 {
		System::block_number() + Blockless::get()
	}

	fn set_block_number(tick: u64) {
		System::set_block_number(tick - Blockless::get());
	}
}

impl Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Assets = Assets;
	type Native = Balances;
	type Conversion = AssetConversion;
	type PoolLocator = Locator;
	type Twins = MockTwins;
	type Jurisdictions = MockJurisdictions;
	type Time = Noon;
	type CurrencyDeposit = HoldConsideration<AccountId, Balances, CurrencyReason, Price>;
	type MemberDeposit = HoldConsideration<AccountId, Balances, MemberReason, Price>;
	type CreditLineDeposit = HoldConsideration<AccountId, Balances, LineReason, Price>;
	type FreezeDeposit = HoldConsideration<AccountId, Balances, FreezeReason, Price>;
	type DepositPrice = Price;
	type PalletId = PotsPalletId;
	type Treasury = TreasuryAccount;
	type StandingPots = StandingPots;
	type MinNoticeDays = ConstU16<1>;
	type BlockNumberProvider = Clock;
	type MaxFreezeTicks = ConstU64<MAX_FREEZE>;
	type WeightInfo = ();
}

/// Genesis: six accounts with money, five of which have a twin.
pub fn state() -> TestState {
	let twins = [ISSUER, ALICE, BOB, CAROL, AUTHORITY];
	Phonebook::set(twins.map(|account| (account, true)).to_vec());
	Authorities::set(vec![(TOWN, 5)]);
	Businesses::set(vec![]);
	Today::set(DAY_ONE);
	let all = [ISSUER, ALICE, BOB, CAROL, AUTHORITY, DAVE, TREASURY];
	let balances = all.map(|account| (account, ENDOWMENT)).to_vec();
	let mut state: TestState = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
		..Default::default()
	}
	.build_storage()
	.expect("the genesis of a test can be built")
	.into();
	// Block 0 has no events.
	state.execute_with(|| System::set_block_number(1));
	state
}

/// Run `test`, then check that the invariants hold.
pub fn build_and_execute(test: impl FnOnce()) {
	state().execute_with(|| {
		test();
		check_invariants();
	});
}

/// This pallet's own, and that pallet-assets, below it, agrees with every balance.
pub fn check_invariants() {
	Currencies::do_try_state().expect("every invariant holds");
	for id in 0..NextCurrency::<Test>::get() {
		let stored = pallet_assets::Account::<Test, Instance1>::iter_prefix(id);
		let sum: Balance = stored.map(|(_, account)| account.balance).sum();
		assert_eq!(sum, supply(id), "balances of currency {id} sum to its supply");
		let accounts: Vec<_> =
			pallet_assets::Account::<Test, Instance1>::iter_key_prefix(id).collect();
		let net: Balance = accounts.iter().map(|who| balance(id, *who)).sum();
		assert!(net <= sum, "nobody has more than there is");
	}
}

pub fn signed(account: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(account)
}

pub fn bounded<T, const N: u32>(items: Vec<T>) -> BoundedVec<T, ConstU32<N>> {
	BoundedVec::try_from(items).unwrap_or_else(|_| panic!("a test stays within {N}"))
}

/// Issued, open, without demurrage.
pub const PLAIN: Terms = Terms {
	supply: Supply::Issued { cap: 1_000_000_000_000 },
	access: Access::Open,
	invoice_only: false,
	demurrage: 0,
};

/// Mutual credit, else the same.
pub const MUTUAL: Terms = Terms { supply: Supply::MutualCredit, ..PLAIN };

/// For members alone.
pub const fn closed(terms: Terms) -> Terms {
	Terms { access: Access::Members, ..terms }
}

/// Losing so much a day.
pub const fn losing(ppm: u32, terms: Terms) -> Terms {
	Terms { demurrage: ppm, ..terms }
}

/// A currency of [`ISSUER`], in [`TOWN`].
pub fn currency(terms: Terms) -> CurrencyId {
	let id = NextCurrency::<Test>::get();
	assert_ok!(Currencies::create(
		signed(ISSUER),
		bounded(b"Town money".to_vec()),
		bounded(b"TOWN".to_vec()),
		2,
		Some(TOWN),
		terms,
		NOTICE,
	));
	id
}

pub fn kind(id: CurrencyId) -> CurrencyKind {
	NativeOrWithId::WithId(id)
}

/// Twin that `account` controls.
pub fn twin(account: AccountId) -> TwinNumber {
	MockTwins::number_of(&account).expect("a test asks for twins")
}

pub fn admit(id: CurrencyId, account: AccountId) {
	assert_ok!(Currencies::admit(signed(ISSUER), id, twin(account)));
}

pub fn issue(id: CurrencyId, to: AccountId, amount: Balance) {
	assert_ok!(Currencies::issue(signed(ISSUER), id, to, amount));
}

pub fn set_line(id: CurrencyId, account: AccountId, limit: Balance) {
	assert_ok!(Currencies::set_credit_line(signed(ISSUER), id, twin(account), limit));
}

pub fn transfer(id: CurrencyId, from: AccountId, to: AccountId, amount: Balance) -> DispatchResult {
	Currencies::transfer(signed(from), id, to, amount, REFERENCE)
}

pub fn freeze(id: CurrencyId, account: AccountId) {
	assert_ok!(Currencies::freeze(signed(AUTHORITY), id, account, REFERENCE, 50));
}

/// What an account has, as this pallet says.
pub fn balance(id: CurrencyId, account: AccountId) -> Balance {
	Currencies::holding(id, account).balance
}

/// What an account has, as wallets see it.
pub fn stored(id: CurrencyId, account: AccountId) -> Balance {
	Assets::balance(id, account)
}

pub fn supply(id: CurrencyId) -> Balance {
	Assets::total_supply(id)
}

/// What of it `take` would pay, as this pallet says.
pub fn set_aside(id: CurrencyId, account: AccountId) -> Balance {
	Currencies::holding(id, account).set_aside
}

/// Let an account exist that has neither a twin nor OUR, or let it be gone.
pub fn appear(account: AccountId) {
	System::inc_providers(&account);
}

pub fn vanish(account: AccountId) {
	System::dec_providers(&account).expect("it holds nothing");
}

/// Use up what an account has for holding currencies, as on a chain where that is scarce.
pub fn fill(account: AccountId) {
	while System::inc_consumers(&account).is_ok() {}
}

pub fn debt(id: CurrencyId, account: AccountId) -> Balance {
	Currencies::holding(id, account).debt
}

pub fn pot(id: CurrencyId) -> AccountId {
	Currencies::pot_of(id)
}

pub fn pass_days(days: Day) {
	Today::mutate(|day| *day += days);
}

pub fn held(reason: RuntimeHoldReason, account: AccountId) -> Balance {
	Balances::balance_on_hold(&reason, &account)
}

pub fn free(account: AccountId) -> Balance {
	Balances::free_balance(account)
}

/// What only ever happens in the phonebook.
pub fn deactivate(account: AccountId) {
	let place = twin(account) as usize - 1;
	Phonebook::mutate(|twins| twins[place].1 = false);
}

/// This pallet's events.
pub fn events() -> Vec<Event<Test>> {
	System::read_events_for_pallet::<Event<Test>>()
}

pub fn last_event() -> Option<Event<Test>> {
	events().pop()
}
