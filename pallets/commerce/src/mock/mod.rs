//! A chain with balances and this pallet. Signatures are real.

use crate::{self as pallet_commerce, *};
use frame::{
	deps::{
		frame_support::{traits::Time, PalletId},
		sp_runtime::{AccountId32, MultiSignature},
	},
	testing_prelude::*,
	traits::{
		fungible::{HoldConsideration, InspectHold},
		Footprint, IdentityLookup, Verify,
	},
};
use ourledger_primitives::{
	invoice::{
		Amounts, Change, InvoiceNumber, Lines, Note, NotePart, Prices, Quote, Sale, SaleItem,
		Settlement, TillNumber, Zigzag,
	},
	money::{CurrencyId, Day, LocalMoney, DAY_MILLIS},
	tax::{JurisdictionId, TaxCode},
	twin::{TwinNumber, Twins},
	Moment,
};

mod ledgers;

pub use ledgers::{
	aside_pot, ledger, Arrears, Credits, MockMoney, MockTax, SetAside, IN_ARREARS, NOT_ACCEPTED,
	NO_SUCH_PLACE,
};
pub use Sr25519Keyring::{Alice, Bob, Charlie, Dave, Eve, Ferdie};

pub type AccountId = AccountId32;
pub type Balance = u128;

/// Twin of Alice, a business.
pub const SELLER: TwinNumber = 1;
/// Twin of Bob, a business.
pub const BUYER: TwinNumber = 2;
/// Twin of Charlie, no business.
pub const ARBITER: TwinNumber = 3;
/// The only jurisdiction.
pub const TOWN: JurisdictionId = 0;
/// A currency that the jurisdiction accepts.
pub const MONEY: CurrencyId = 0;
/// A currency that it doesn't accept.
pub const FOREIGN: CurrencyId = 1;
/// Its code at 15 %.
pub const VAT: TaxCode = 15;
/// Its code at zero.
pub const ZERO: TaxCode = 0;
/// At zero, too.
pub const OTHER_ZERO: TaxCode = 1;
/// At 15 %, too.
pub const OTHER_VAT: TaxCode = 17;
/// VAT of as much as the net.
pub const DOUBLE: TaxCode = 18;
/// Its code at 15 % under reverse charge.
pub const REVERSE: TaxCode = 16;
/// What Alice to Eve have of [`MONEY`], and of the native token.
pub const ENDOWMENT: Balance = 1_000_000;
/// Smallest balance of an account.
pub const EXISTENTIAL_DEPOSIT: Balance = 10;
/// Places that Alice's tills take.
pub const TILLS: u32 = 2;
/// Deposit per invoice of room, unless a test changes it.
pub const PER_INVOICE: Balance = 500;
/// The day on which tests begin.
pub const START: Day = 20_000;
/// Days in which an invoice can be corrected, unless a test changes them.
pub const CORRECTION: u32 = 90;
/// Days of grace of an unpaid invoice.
pub const UNPAID: u32 = 60;
/// Days of retention.
pub const RETENTION: u16 = 30;
/// Days that an arbiter has.
pub const DISPUTE: u16 = 90;
/// How far ahead a quote may expire.
pub const MAX_QUOTE_TICKS: u64 = 100;
/// The document of every invoice.
pub const DOCUMENT: Hash32 = [0xd0; 32];

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
	#[runtime::pallet_index(62)]
	pub type Commerce = pallet_commerce;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type DbWeight = frame::deps::frame_support::weights::constants::ParityDbWeight;
	type Block = MockBlock<Test>;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
}

parameter_types! {
	/// Ticks in which there was no block.
	pub static Blockless: u64 = 0;
	/// Controller of twin 1, of twin 2, and so on, and whether the twin is active.
	pub static Phonebook: Vec<(AccountId, bool)> = Vec::new();
	/// The clock.
	pub static Now: Moment = 0;
	/// How far the jurisdiction's clock is ahead of UTC.
	pub static OffsetMillis: Moment = 0;
	pub static CorrectionDays: u32 = CORRECTION;
	pub static InvoicePrice: Balance = PER_INVOICE;
	pub static ReportingRate: Option<(u64, u64)> = Some((3, 2));
	/// Whether the jurisdiction rounds per line.
	pub static PerLine: bool = false;
	/// How many units a minor unit of the local money is today: it only rises, by demurrage.
	pub static DemurrageIndex: u128 = 1_000;
	pub const RoomReason: RuntimeHoldReason = RuntimeHoldReason::Commerce(HoldReason::Room);
	pub const ConsentReason: RuntimeHoldReason = RuntimeHoldReason::Commerce(HoldReason::Consent);
	pub const EscrowId: PalletId = PalletId(*b"our/escr");
}

pub struct MockTime;

impl Time for MockTime {
	type Moment = Moment;

	fn now() -> Moment {
		Now::get()
	}
}

/// What the phonebook says of an account that acts for no twin.
pub const NOT_ACTING: DispatchError = DispatchError::Other("mock: acts for no twin");
/// What it says of a twin that there isn't, or that can't act.
pub const NO_SUCH_TWIN: DispatchError = DispatchError::Other("mock: no such twin");

/// Stands in for the phonebook, which isn't under test.
pub struct MockTwins;

impl Twins<AccountId> for MockTwins {
	fn acting(account: &AccountId) -> Result<TwinNumber, DispatchError> {
		let place = Phonebook::get().into_iter().position(|twin| twin == (account.clone(), true));
		place.map(|place| place as TwinNumber + 1).ok_or(NOT_ACTING)
	}

	fn controller_of(number: TwinNumber) -> Option<AccountId> {
		let place = usize::try_from(number).ok()?.checked_sub(1)?;
		Phonebook::get().get(place).map(|(controller, _)| controller.clone())
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
		Self::number_of(&account).unwrap_or_else(|| {
			Phonebook::mutate(|twins| {
				twins.push((account, true));
				twins.len() as TwinNumber
			})
		})
	}
}

/// So much for each invoice, whatever its size.
pub struct PerInvoice;

impl Convert<Footprint, Balance> for PerInvoice {
	fn convert(footprint: Footprint) -> Balance {
		InvoicePrice::get() * Balance::from(footprint.count)
	}
}

/// Signs as Ferdie.
#[cfg(feature = "runtime-benchmarks")]
pub struct Helper;

#[cfg(feature = "runtime-benchmarks")]
impl BenchmarkHelper<AccountId, MultiSignature> for Helper {
	fn sign(payload: &[u8]) -> (AccountId, MultiSignature) {
		(id(Ferdie), Ferdie.sign(payload).into())
	}

	fn set_day(day: Day) {
		set_day(day);
	}
}

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
	type Twins = MockTwins;
	type Money = MockMoney;
	type Tax = MockTax;
	type Time = MockTime;
	type Signature = MultiSignature;
	type Signer = <MultiSignature as Verify>::Signer;
	type RoomDeposit = HoldConsideration<AccountId, Balances, RoomReason, PerInvoice>;
	type ConsentDeposit = HoldConsideration<AccountId, Balances, ConsentReason, PerInvoice>;
	type DepositPrice = PerInvoice;
	type BlockNumberProvider = Clock;
	type MaxQuoteTicks = ConstU64<MAX_QUOTE_TICKS>;
	type RetentionDays = ConstU16<RETENTION>;
	type DisputeDays = ConstU16<DISPUTE>;
	type EscrowPalletId = EscrowId;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Helper;
}

/// Genesis: Alice to Eve have money, Alice to Charlie a twin; Alice has room for a hundred invoices
/// and, paid for by Charlie, two tills, the keys of which are Ferdie's and Eve's.
pub fn state() -> TestState {
	Phonebook::set([Alice, Bob, Charlie].map(|who| (id(who), true)).to_vec());
	OffsetMillis::set(0);
	CorrectionDays::set(CORRECTION);
	InvoicePrice::set(PER_INVOICE);
	ReportingRate::set(Some((3, 2)));
	PerLine::set(false);
	DemurrageIndex::set(1_000);
	let rich = [Alice, Bob, Charlie, Dave, Eve].map(|who| (id(who), ENDOWMENT)).to_vec();
	let mut state: TestState = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig { balances: rich.clone(), ..Default::default() },
		..Default::default()
	}
	.build_storage()
	.expect("the genesis of a test can be built")
	.into();
	state.execute_with(|| {
		System::set_block_number(1);
		set_day(START);
		for (account, amount) in rich {
			ledger::Money::insert((MONEY, account), amount);
		}
		assert_ok!(MockMoney::open_pot(&Commerce::escrow()));
		assert_ok!(Commerce::add_room(signed(Alice), SELLER, 100));
		assert_ok!(Commerce::add_room(signed(Charlie), SELLER, TILLS));
		for (till, key) in [(1, Ferdie), (2, Eve)] {
			assert_ok!(Commerce::set_till(signed(Alice), till, id(key), 1_000));
		}
		System::reset_events();
	});
	state
}

/// Run `test`, then check that the invariants hold.
pub fn build_and_execute(test: impl FnOnce()) {
	state().execute_with(|| {
		test();
		check_invariants();
	});
}

/// Genesis for the benchmarks, which build their own state.
#[cfg(feature = "runtime-benchmarks")]
pub fn benchmark_state() -> TestState {
	state()
}

pub fn check_invariants() {
	Commerce::do_try_state().expect("every invariant holds");
}

pub fn id(who: Sr25519Keyring) -> AccountId {
	who.to_account_id()
}

pub fn signed(who: Sr25519Keyring) -> RuntimeOrigin {
	RuntimeOrigin::signed(id(who))
}

/// Where tax goes.
pub fn treasury_account() -> AccountId {
	AccountId::new([0x77; 32])
}

/// Make it noon of `day`.
pub fn set_day(day: Day) {
	Now::set(Moment::from(day) * DAY_MILLIS + DAY_MILLIS / 2);
}

/// Let blocks be idle, with as much weight as `millis` weigh, until nothing happens any more.
pub fn idle(millis: u64) -> Weight {
	let limit = Weight::from_parts(millis * 1_000_000_000, 1 << 20);
	Commerce::on_idle(System::block_number(), limit)
}

/// What only ever happens in the phonebook.
pub fn deactivate(twin: TwinNumber) {
	Phonebook::mutate(|twins| twins[twin as usize - 1].1 = false);
}

/// Let `who` neither pay nor be paid any more, or again, as if expelled or frozen.
pub fn set_expelled(who: Sr25519Keyring, expelled: bool) {
	if expelled {
		ledger::Expelled::insert(id(who), ());
	} else {
		ledger::Expelled::remove(id(who));
	}
}

/// Let the account of `who` be unable to hold anything, as if it didn't exist, or again not.
pub fn set_gone(who: Sr25519Keyring, gone: bool) {
	if gone {
		ledger::Gone::insert(id(who), ());
	} else {
		ledger::Gone::remove(id(who));
	}
}

/// Let money lose a part of its value: of `from` units it was, `to` are needed now.
pub fn lose(from: u128, to: u128) {
	DemurrageIndex::mutate(|index| *index = *index * to / from);
}

/// What is set aside for `who`.
pub fn set_aside(who: Sr25519Keyring) -> Balance {
	SetAside::get((MONEY, id(who))).nominal
}

/// What demurrage brought in.
pub fn charged() -> Balance {
	MockMoney::balance(MONEY, &ledgers::currency_pot())
}

pub fn money(who: Sr25519Keyring) -> Balance {
	MockMoney::balance(MONEY, &id(who))
}

pub fn set_money(who: Sr25519Keyring, amount: Balance) {
	ledger::Money::insert((MONEY, id(who)), amount);
}

pub fn treasury() -> Balance {
	MockMoney::balance(MONEY, &treasury_account())
}

pub fn in_escrow() -> Balance {
	MockMoney::balance(MONEY, &Commerce::escrow())
}

pub fn credit_of(twin: TwinNumber) -> Balance {
	Credits::get((MONEY, twin))
}

pub fn held(reason: HoldReason, who: Sr25519Keyring) -> Balance {
	Balances::balance_on_hold(&reason.into(), &id(who))
}

/// A sale of these amounts by code.
pub fn sale_of(prices: Prices, amounts: &[(TaxCode, i128)], tip: Balance) -> Sale {
	let items = amounts
		.iter()
		.map(|(code, amount)| SaleItem { code: *code, amounts: Amounts::Sum(*amount) });
	Sale {
		prices,
		items: BoundedVec::truncate_from(items.collect()),
		levies: BoundedVec::new(),
		withholdings: BoundedVec::new(),
		tip,
		evidence: None,
	}
}

/// A sale of so much without tax, at 15 %.
pub fn net(amount: i128) -> Sale {
	sale_of(Prices::Net, &[(VAT, amount)], 0)
}

/// A note that takes back these amounts by code.
pub fn note_of(amounts: &[(TaxCode, i128)], tip: Balance) -> Note {
	let parts = amounts
		.iter()
		.map(|(code, amount)| NotePart { code: *code, change: Change::Less(*amount) });
	Note { parts: BoundedVec::truncate_from(parts.collect()), levies: BoundedVec::new(), tip }
}

pub fn lines(amounts: &[i128]) -> Lines {
	Lines::truncate_from(amounts.iter().map(|it| Zigzag::from(*it)).collect())
}

pub const ESCROW: Settlement = Settlement::Escrow { arbiter: ARBITER, days: 10 };

/// What invoices say unless a test has something else in mind: due in 30 days, paid directly, with
/// nothing to deliver.
pub const CONDITIONS: Conditions = Conditions {
	jurisdiction: TOWN,
	currency: MONEY,
	supply: None,
	due_days: 30,
	settlement: Settlement::Direct,
	delivery: false,
	document: DOCUMENT,
};

/// Alice's invoice of this number.
pub fn invoice_id(number: InvoiceNumber) -> InvoiceId {
	InvoiceId { seller: SELLER, number }
}

/// Let Alice issue an invoice to `buyer`, due in 30 days.
pub fn issue_as(
	buyer: Option<TwinNumber>,
	sale: Sale,
	settlement: Settlement,
	delivery: bool,
) -> DispatchResult {
	let conditions = Conditions { settlement, delivery, ..CONDITIONS };
	let issued = Commerce::issue(signed(Alice), buyer, conditions, sale);
	issued.map(|_| ()).map_err(|error| error.error)
}

/// Let Alice issue an invoice to Bob; its number.
pub fn issue(amount: i128, settlement: Settlement) -> InvoiceNumber {
	let number = Commerce::book(SELLER).next;
	assert_ok!(issue_as(Some(BUYER), net(amount), settlement, false));
	number
}

/// Let Bob accept Alice's invoice.
pub fn accept(number: InvoiceNumber) {
	assert_ok!(Commerce::accept(signed(Bob), SELLER, number));
}

pub fn pay(who: Sr25519Keyring, number: InvoiceNumber, amount: Option<Balance>) -> DispatchResult {
	Commerce::pay(signed(who), SELLER, number, amount, true)
}

/// Let Alice take so much net back.
pub fn credit_note(number: InvoiceNumber, amount: i128) -> DispatchResult {
	Commerce::credit_note(signed(Alice), number, note_of(&[(VAT, amount)], 0), [0xcd; 32])
}

/// What a till of Alice offers to anybody, good for ten ticks.
pub fn quote(till: TillNumber, nonce: u8, sale: Sale) -> Quote {
	Quote {
		seller: SELLER,
		till,
		nonce: [nonce; 16],
		jurisdiction: TOWN,
		currency: MONEY,
		buyer: None,
		sale,
		expires: System::block_number() as u32 + 10,
	}
}

pub fn payload(quote: &Quote) -> Vec<u8> {
	quote.payload(System::block_hash(0))
}

/// Let `who` take `quote`, signed by `key`, as a business.
pub fn sell(who: Sr25519Keyring, quote: Quote, key: Sr25519Keyring) -> DispatchResultWithPostInfo {
	let signature = key.sign(&payload(&quote)).into();
	Commerce::sell(signed(who), quote, signature, true)
}

pub fn invoice(number: InvoiceNumber) -> InvoiceOf<Test> {
	Commerce::invoice(SELLER, number).expect("the invoice is in the state")
}

/// Who paid how much, in the order of the invoice, escrowed money included.
pub fn payers(number: InvoiceNumber) -> Vec<(AccountId, Balance)> {
	let payers = invoice(number).payers.into_iter();
	payers.map(|payer| (payer.account, payer.paid + payer.kept.nominal)).collect()
}

/// Events of this pallet since the last look.
pub fn events() -> Vec<Event<Test>> {
	let events = System::read_events_for_pallet::<Event<Test>>();
	System::reset_events();
	events
}
