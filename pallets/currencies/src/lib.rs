//! Local currencies: their policy, and the one door to every balance in them.
#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod exchange;
mod holder;
pub mod impl_fungibles;
mod impl_local_money;
mod issuer;
mod ledger;
pub mod migrations;
#[cfg(test)]
mod mock;
mod pots;
mod reads;
mod rules;
mod set_aside;
#[cfg(test)]
mod tests;
mod try_state;
pub mod types;
pub mod weights;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

#[frame::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use exchange::Side;
	use frame::{
		deps::sp_core::U256,
		prelude::*,
		traits::{
			fungible,
			fungibles::{self, metadata},
			AccountTouch, Consideration, Footprint, Time,
		},
	};
	use issuer::Plan;
	use ourledger_primitives::{
		money::{CurrencyId, Day, Kept},
		tax::{JurisdictionId, Jurisdictions},
		twin::{TwinNumber, Twins},
		Balance, Moment,
	};
	use pallet_asset_conversion::{MutateLiquidity, PoolLocator, Swap};

	/// Layout of the storage below.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(2);

	/// The pallet: see the [crate].
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the runtime decides.
	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// Where balances are: pallet-assets, which has no calls in the runtime, takes names of
		/// [`MAX_NAME`] bytes, and asks no deposit for metadata, since pots have no OUR.
		type Assets: fungibles::Inspect<Self::AccountId, AssetId = CurrencyId, Balance = Balance>
			+ fungibles::Mutate<Self::AccountId>
			+ fungibles::Balanced<Self::AccountId>
			+ fungibles::Create<Self::AccountId>
			+ metadata::Inspect<Self::AccountId>
			+ metadata::Mutate<Self::AccountId>
			+ AccountTouch<CurrencyId, Self::AccountId, Balance = Balance>
			+ fungibles::Refund<Self::AccountId, AssetId = CurrencyId>;

		/// OUR.
		type Native: fungible::Mutate<Self::AccountId, Balance = Balance>;

		/// Exchange, over OUR and this very pallet.
		type Conversion: Swap<Self::AccountId, Balance = Balance, AssetKind = CurrencyKind>
			+ MutateLiquidity<Self::AccountId, Balance = Balance, AssetKind = CurrencyKind>;

		/// The accounts of pools: what conversion itself uses.
		type PoolLocator: PoolLocator<
			Self::AccountId,
			CurrencyKind,
			<Self::Conversion as MutateLiquidity<Self::AccountId>>::PoolId,
		>;

		/// The phonebook: who controls which twin.
		type Twins: Twins<Self::AccountId>;

		/// Whose authority freezes, and who is a business.
		type Jurisdictions: Jurisdictions;

		/// The clock, for days of notice and of demurrage.
		type Time: Time<Moment = Moment>;

		/// What an issuer puts down for a currency, under [`HoldReason::Currency`].
		type CurrencyDeposit: Consideration<Self::AccountId, Footprint>;

		/// What an issuer puts down for a member, under [`HoldReason::Member`].
		type MemberDeposit: Consideration<Self::AccountId, Footprint>;

		/// What an issuer puts down for a credit line, under [`HoldReason::CreditLine`].
		type CreditLineDeposit: Consideration<Self::AccountId, Footprint>;

		/// What an authority puts down for a freeze, under [`HoldReason::Freeze`].
		type FreezeDeposit: Consideration<Self::AccountId, Footprint>;

		/// What these deposits take for a footprint, in base units; for [`Pallet::deposits`] to
		/// tell. Must be the price behind them.
		type DepositPrice: Convert<Footprint, Balance>;

		/// From which the accounts of pots derive. Changing it loses the pots.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// The chain's treasury: a pot to which everybody may give, since nobody keeps books of it.
		type Treasury: Get<Self::AccountId>;

		/// Accounts that will be pots of other pallets, and that anybody can work out before: the
		/// escrow, the treasury of the next jurisdiction. They are opened at genesis, so that nobody
		/// can fill them first. Must not have a key.
		type StandingPots: Get<Vec<Self::AccountId>>;

		/// Least notice of an amendment, in days, that a currency may promise. With 0, an issuer
		/// may change terms from one block to the next.
		#[pallet::constant]
		type MinNoticeDays: Get<u16>;

		/// What spans are counted by: ticks, so that they take the same time however many blocks there
		/// are. Its numbers never fall.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumberFor<Self>>;

		/// Longest freeze, in ticks.
		#[pallet::constant]
		type MaxFreezeTicks: Get<BlockNumberFor<Self>>;

		/// Measured weights.
		type WeightInfo: WeightInfo;
	}

	/// Why money is held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The room that a currency takes.
		#[codec(index = 0)]
		Currency,
		/// The room that a member takes, until it leaves with nothing.
		#[codec(index = 1)]
		Member,
		/// The room that a credit line takes, until it is closed and repaid.
		#[codec(index = 2)]
		CreditLine,
		/// The room that a freeze takes, until it is lifted.
		#[codec(index = 3)]
		Freeze,
	}

	/// The next currency's id. Invariant: all below are taken, none is given twice, and none comes to
	/// [`FIRST_SHARE`](ourledger_primitives::money::FIRST_SHARE).
	#[pallet::storage]
	pub type NextCurrency<T: Config> = StorageValue<_, CurrencyId, ValueQuery>;

	/// Id → currency. Each is paid for by a deposit, and stays. An announced amendment is put in
	/// place when the next is announced; until then it is read by day, see [`Currency::on`].
	// Twox64: ids are given in order, so nobody can grind collisions.
	#[pallet::storage]
	pub type Currencies<T: Config> = StorageMap<_, Twox64Concat, CurrencyId, CurrencyOf<T>>;

	/// Currency, account → member. By account, so that a payment looks up each side in one read.
	/// Each is paid for by a deposit; no loop over them.
	#[pallet::storage]
	pub type Members<T: Config> =
		StorageDoubleMap<_, Twox64Concat, CurrencyId, Blake2_128Concat, T::AccountId, MemberOf<T>>;

	/// Currency, account → credit line. Invariant: its limit or its debt isn't 0, and the currency
	/// is a mutual credit. Each is paid for by a deposit; no loop over them.
	#[pallet::storage]
	pub type CreditLines<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		CurrencyId,
		Blake2_128Concat,
		T::AccountId,
		CreditLineOf<T>,
	>;

	/// Currency → sum of debts. Invariant: that of its credit lines; and a mutual credit's supply.
	#[pallet::storage]
	pub type Debts<T: Config> = StorageMap<_, Twox64Concat, CurrencyId, Balance, ValueQuery>;

	/// Currency, account → freeze, also one that has expired and wasn't lifted. Each is paid for by
	/// a deposit; no loop over them.
	#[pallet::storage]
	pub type Freezes<T: Config> =
		StorageDoubleMap<_, Twox64Concat, CurrencyId, Blake2_128Concat, T::AccountId, FreezeOf<T>>;

	/// Currency, account → what it holds, times the index of the day it came in: upper and lower
	/// 128 bits, see [`ourledger_math::demurrage`]. Nobody has an entry before a currency's index
	/// rises; later, whoever has none has held its balance since before. Invariant: it comes to no
	/// more than the balance in pallet-assets; the difference is owed to the pot.
	#[pallet::storage]
	pub type Holdings<T: Config> =
		StorageDoubleMap<_, Twox64Concat, CurrencyId, Blake2_128Concat, T::AccountId, (u128, u128)>;

	/// Accounts that belong to a part of the chain. Invariant: they exist, and stay.
	#[pallet::storage]
	pub type Pots<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, ()>;

	/// Currency, owner → what is set aside for it, since its account couldn't hold it when it was
	/// paid. Invariant: their nominals sum to [`SetAsideTotals`], and that is what the pot of all
	/// that is set aside has of the currency. No deposit: it would stop the settlement. An entry
	/// goes when it is taken, by anybody's call.
	#[pallet::storage]
	pub type SetAside<T: Config> =
		StorageDoubleMap<_, Twox64Concat, CurrencyId, Blake2_128Concat, T::AccountId, Kept>;

	/// Currency → minor units that are set aside. Invariant: as of [`SetAside`].
	#[pallet::storage]
	pub type SetAsideTotals<T: Config> =
		StorageMap<_, Twox64Concat, CurrencyId, Balance, ValueQuery>;

	/// Opens the pots that will be needed.
	#[pallet::genesis_config]
	#[derive(DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		#[serde(skip)]
		#[doc(hidden)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			Pallet::<T>::open_known_pots();
		}
	}

	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A twin made a currency.
		CurrencyCreated {
			/// Its id.
			currency: CurrencyId,
			/// Who made it.
			issuer: TwinNumber,
			/// Whose authority may freeze accounts in it.
			jurisdiction: Option<JurisdictionId>,
			/// Its name.
			name: CurrencyName,
			/// Its symbol.
			symbol: CurrencySymbol,
			/// Digits after the point.
			decimals: u8,
			/// What holds from now on.
			terms: Terms,
			/// Days between an amendment and its effect.
			notice_days: u16,
			/// The account that its demurrage goes to.
			pot: T::AccountId,
		},
		/// An issuer announced other terms.
		TermsAnnounced {
			/// Of which currency.
			currency: CurrencyId,
			/// What will hold.
			terms: Terms,
			/// From which day.
			effective: Day,
		},
		/// An issuer admitted a twin.
		MemberAdmitted {
			/// To which currency.
			currency: CurrencyId,
			/// Who.
			twin: TwinNumber,
			/// Its account.
			account: T::AccountId,
		},
		/// An issuer expelled a member.
		MemberExpelled {
			/// From which currency.
			currency: CurrencyId,
			/// Who.
			twin: TwinNumber,
			/// Its account.
			account: T::AccountId,
		},
		/// An issuer made money.
		Issued {
			/// In which currency.
			currency: CurrencyId,
			/// Who got it.
			to: T::AccountId,
			/// Minor units.
			amount: Balance,
		},
		/// A holder gave money up, for what the issuer promised for it.
		Redeemed {
			/// In which currency.
			currency: CurrencyId,
			/// Who.
			from: T::AccountId,
			/// Minor units.
			amount: Balance,
			/// What the holder says about it.
			reference: Hash32,
		},
		/// Somebody paid somebody.
		Transferred {
			/// In which currency.
			currency: CurrencyId,
			/// Who paid.
			from: T::AccountId,
			/// Who was paid.
			to: T::AccountId,
			/// Minor units.
			amount: Balance,
			/// What the payer says about it.
			reference: Hash32,
		},
		/// An issuer set how far a twin may go below zero.
		CreditLineSet {
			/// In which currency.
			currency: CurrencyId,
			/// Who.
			twin: TwinNumber,
			/// Its account.
			account: T::AccountId,
			/// Minor units that it may owe.
			limit: Balance,
			/// Minor units that it owes.
			debt: Balance,
		},
		/// A payment made money on the payer's credit line.
		CreditDrawn {
			/// In which currency.
			currency: CurrencyId,
			/// Whose line.
			account: T::AccountId,
			/// Minor units.
			amount: Balance,
			/// Minor units that it owes now.
			debt: Balance,
		},
		/// A debtor repaid.
		Repaid {
			/// In which currency.
			currency: CurrencyId,
			/// Who.
			account: T::AccountId,
			/// Minor units.
			amount: Balance,
			/// Minor units that it still owes.
			debt: Balance,
		},
		/// An issuer gave up on a debt. The pot paid it.
		WrittenOff {
			/// In which currency.
			currency: CurrencyId,
			/// Whose debt.
			twin: TwinNumber,
			/// Its account.
			account: T::AccountId,
			/// Minor units.
			amount: Balance,
			/// Minor units that it still owes.
			debt: Balance,
		},
		/// An authority froze an account in a currency.
		AccountFrozen {
			/// Which currency.
			currency: CurrencyId,
			/// Which account.
			account: T::AccountId,
			/// Hash of the reason.
			reason: Hash32,
			/// The first tick in which it can pay again.
			until: BlockNumberFor<T>,
		},
		/// A freeze was lifted, or had expired and was cleared away.
		AccountUnfrozen {
			/// Which currency.
			currency: CurrencyId,
			/// Which account.
			account: T::AccountId,
		},
		/// What an account had lost to demurrage went to the pot.
		DemurrageCharged {
			/// Which currency.
			currency: CurrencyId,
			/// Which account.
			account: T::AccountId,
			/// Minor units.
			amount: Balance,
		},
		/// An issuer spent from the pot.
		PotSpent {
			/// Of which currency.
			currency: CurrencyId,
			/// Who was paid.
			to: T::AccountId,
			/// Minor units.
			amount: Balance,
			/// What the issuer says about it.
			reference: Hash32,
		},
		/// Somebody exchanged money.
		Swapped {
			/// Who.
			who: T::AccountId,
			/// What was changed into what.
			path: SwapPath,
			/// Minor units given, of the first.
			amount_in: Balance,
			/// Minor units received, of the last.
			amount_out: Balance,
		},
		/// There is a pool for two currencies.
		PoolCreated {
			/// One of them.
			a: CurrencyKind,
			/// The other.
			b: CurrencyKind,
			/// The pool's account, a pot.
			account: T::AccountId,
		},
		/// Somebody put money into a pool.
		LiquidityAdded {
			/// Who.
			who: T::AccountId,
			/// One currency of the pool.
			a: CurrencyKind,
			/// The other.
			b: CurrencyKind,
			/// Minor units of `a`.
			amount_a: Balance,
			/// Minor units of `b`.
			amount_b: Balance,
			/// Shares in the pool received.
			shares: Balance,
		},
		/// Somebody took money out of a pool.
		LiquidityRemoved {
			/// Who.
			who: T::AccountId,
			/// One currency of the pool.
			a: CurrencyKind,
			/// The other.
			b: CurrencyKind,
			/// Minor units of `a`.
			amount_a: Balance,
			/// Minor units of `b`.
			amount_b: Balance,
			/// Shares in the pool given up.
			shares: Balance,
		},
		/// An account became a pot.
		PotOpened {
			/// Which.
			account: T::AccountId,
		},
		/// An account couldn't hold what it was owed, so it waits for it.
		SetAside {
			/// In which currency.
			currency: CurrencyId,
			/// For whom.
			owner: T::AccountId,
			/// Minor units.
			nominal: Balance,
			/// Each times the index of the day from which it is charged.
			units: U256,
		},
		/// What was set aside for somebody reached it.
		Taken {
			/// In which currency.
			currency: CurrencyId,
			/// Whom.
			owner: T::AccountId,
			/// Minor units that were set aside.
			nominal: Balance,
			/// Those of them that went to the currency's pot, for the time that they waited.
			charge: Balance,
		},
		/// A holder gave all that it had to the currency's pot.
		Discarded {
			/// In which currency.
			currency: CurrencyId,
			/// Who.
			from: T::AccountId,
			/// Minor units.
			amount: Balance,
		},
	}

	/// What stands in the way of a call.
	#[pallet::error]
	pub enum Error<T> {
		/// There is no such currency.
		CurrencyNotFound,
		/// The caller's twin isn't the issuer.
		NotIssuer,
		/// The currency has no jurisdiction, so nobody can freeze, and nobody is a business.
		NoAuthority,
		/// The caller's twin isn't the authority of the currency's jurisdiction.
		NotAuthority,
		/// The name isn't UTF-8, shows nothing, or has characters that control the display.
		NameMalformed,
		/// The symbol isn't 2 to 12 capitals and digits.
		SymbolMalformed,
		/// There are more than three digits after the point.
		TooManyDecimals,
		/// The notice is shorter than the chain allows.
		NoticeTooShort,
		/// Demurrage is above 1 % a day.
		DemurrageTooHigh,
		/// An issued currency can't become a mutual credit, nor the reverse.
		SupplyKindFixed,
		/// The twin is a member already.
		AlreadyMember,
		/// Who would pay, or be given credit, isn't a member.
		NotMember,
		/// Who would be paid isn't a member.
		NotAdmitted,
		/// This isn't for currencies of this kind of supply.
		WrongSupply,
		/// There would be more than the cap.
		CapExceeded,
		/// There is nothing to move.
		AmountZero,
		/// There is too little, credit line included where it counts.
		BalanceTooLow,
		/// The account is frozen: nothing leaves it.
		AccountFrozen,
		/// The account is frozen already.
		AlreadyFrozen,
		/// The account isn't frozen.
		NotFrozen,
		/// The freeze would end in the past, or too far in the future.
		FreezeTooLong,
		/// The twin has no credit line, nor a debt.
		NoCreditLine,
		/// The debt is less.
		DebtTooLow,
		/// The pot has less.
		PotTooLow,
		/// A business is paid by invoice in this currency.
		InvoiceNeeded,
		/// A pot is paid only by the part of the chain that it belongs to, and can't be frozen.
		ToPot,
		/// The account doesn't exist on the chain: it has neither a twin nor OUR.
		NoSuchAccount,
		/// The account has no room for another currency.
		ReceiverCantHold,
		/// Nothing is set aside for the account.
		NothingSetAside,
		/// The caller owes in this currency: what it has can repay.
		InDebt,
		/// The caller is a pot, which signs nothing.
		PotSigns,
		/// All ids of currencies are given: the next would be that of a share.
		TooManyCurrencies,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		#[cfg(feature = "try-runtime")]
		fn try_state(
			_now: BlockNumberFor<T>,
		) -> Result<(), frame::deps::sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = <T as Config>::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Make a currency.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of an active twin, which becomes the issuer.
		///
		/// ## Details
		/// Gets the next id. Holds a deposit, which doesn't come back. `notice_days` is the promise
		/// how long amendments wait, and can't change. O(1). Emits [`Event::CurrencyCreated`] and
		/// [`Event::PotOpened`].
		///
		/// ## Errors
		/// [`Error::PotSigns`], [`Error::NameMalformed`], [`Error::SymbolMalformed`],
		/// [`Error::TooManyDecimals`], [`Error::NoticeTooShort`], [`Error::DemurrageTooHigh`],
		/// [`Error::NoAuthority`], [`Error::TooManyCurrencies`], those of the phonebook and the
		/// taxes, or the currency's if the deposit can't be held.
		#[pallet::call_index(0)]
		pub fn create(
			origin: OriginFor<T>,
			name: CurrencyName,
			symbol: CurrencySymbol,
			decimals: u8,
			jurisdiction: Option<JurisdictionId>,
			terms: Terms,
			notice_days: u16,
		) -> DispatchResult {
			let plan = Plan { name, symbol, decimals, jurisdiction, terms, notice_days };
			Self::do_create(Self::ensure_person(origin)?, plan)
		}

		/// Announce other terms.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the issuer.
		///
		/// ## Details
		/// They hold when the notice of the currency is over. Replaces what was announced before
		/// and isn't in effect, and starts its notice anew. Lower than what there is, a cap only
		/// stops further issue. O(1). Emits [`Event::TermsAnnounced`].
		///
		/// ## Errors
		/// [`Error::PotSigns`], [`Error::CurrencyNotFound`], [`Error::NotIssuer`],
		/// [`Error::SupplyKindFixed`], [`Error::DemurrageTooHigh`], [`Error::NoAuthority`], or
		/// those of the phonebook.
		#[pallet::call_index(1)]
		pub fn amend(origin: OriginFor<T>, currency: CurrencyId, terms: Terms) -> DispatchResult {
			Self::do_amend(Self::ensure_person(origin)?, currency, terms)
		}

		/// Make a twin a member, again if it was expelled.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the issuer.
		///
		/// ## Details
		/// Holds a deposit on the issuer. Members of an open currency are remembered for when it
		/// opens no longer. O(1). Emits [`Event::MemberAdmitted`].
		///
		/// ## Errors
		/// [`Error::PotSigns`], [`Error::CurrencyNotFound`], [`Error::NotIssuer`],
		/// [`Error::AlreadyMember`], those of the phonebook, or the currency's if the deposit can't
		/// be held.
		#[pallet::call_index(2)]
		pub fn admit(
			origin: OriginFor<T>,
			currency: CurrencyId,
			twin: TwinNumber,
		) -> DispatchResult {
			Self::do_admit(Self::ensure_person(origin)?, currency, twin)
		}

		/// End a membership.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the issuer.
		///
		/// ## Details
		/// Its balance stays, and it may redeem or repay or, of a mutual credit, spend it. The deposit
		/// comes back once there is no balance: now, with the last that it redeems, repays or pays, or
		/// with another `expel`. O(1).
		/// Emits [`Event::MemberExpelled`].
		///
		/// ## Errors
		/// [`Error::PotSigns`], [`Error::CurrencyNotFound`], [`Error::NotIssuer`],
		/// [`Error::NotMember`], or those of the phonebook.
		#[pallet::call_index(3)]
		pub fn expel(
			origin: OriginFor<T>,
			currency: CurrencyId,
			twin: TwinNumber,
		) -> DispatchResult {
			Self::do_expel(Self::ensure_person(origin)?, currency, twin)
		}

		/// Make money.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the issuer.
		///
		/// ## Details
		/// For issued currencies, up to the cap. O(1). Emits [`Event::Issued`].
		///
		/// ## Errors
		/// [`Error::PotSigns`], [`Error::CurrencyNotFound`], [`Error::NotIssuer`],
		/// [`Error::WrongSupply`], [`Error::AmountZero`], [`Error::ToPot`], [`Error::NotAdmitted`],
		/// [`Error::CapExceeded`], [`Error::NoSuchAccount`], [`Error::ReceiverCantHold`], or those
		/// of the phonebook.
		#[pallet::call_index(4)]
		pub fn issue(
			origin: OriginFor<T>,
			currency: CurrencyId,
			to: T::AccountId,
			amount: Balance,
		) -> DispatchResult {
			Self::do_issue(Self::ensure_person(origin)?, currency, to, amount)
		}

		/// Give money up, for what the issuer promised for it.
		///
		/// ## Dispatch Origin
		/// Signed by the holder, member or not.
		///
		/// ## Details
		/// For issued currencies. The money is gone; what it is worth changes hands off the chain.
		/// O(1). Emits [`Event::Redeemed`].
		///
		/// ## Errors
		/// [`Error::PotSigns`], [`Error::CurrencyNotFound`], [`Error::WrongSupply`],
		/// [`Error::AmountZero`], [`Error::AccountFrozen`], [`Error::BalanceTooLow`].
		#[pallet::call_index(5)]
		pub fn redeem(
			origin: OriginFor<T>,
			currency: CurrencyId,
			amount: Balance,
			reference: Hash32,
		) -> DispatchResult {
			Self::do_redeem(Self::ensure_person(origin)?, currency, amount, reference)
		}

		/// Pay somebody.
		///
		/// ## Dispatch Origin
		/// Signed by the payer.
		///
		/// ## Details
		/// Draws on the payer's credit line for what is missing. O(1). Emits
		/// [`Event::Transferred`], and [`Event::CreditDrawn`] and [`Event::DemurrageCharged`] where
		/// that happens.
		///
		/// ## Errors
		/// [`Error::PotSigns`], [`Error::CurrencyNotFound`], [`Error::AmountZero`],
		/// [`Error::ToPot`], [`Error::NotAdmitted`], [`Error::InvoiceNeeded`],
		/// [`Error::AccountFrozen`], [`Error::NotMember`], [`Error::BalanceTooLow`],
		/// [`Error::NoSuchAccount`], [`Error::ReceiverCantHold`].
		#[pallet::call_index(6)]
		pub fn transfer(
			origin: OriginFor<T>,
			currency: CurrencyId,
			to: T::AccountId,
			amount: Balance,
			reference: Hash32,
		) -> DispatchResult {
			Self::do_transfer(Self::ensure_person(origin)?, currency, to, amount, reference)
		}

		/// Set how far a twin may go below zero.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the issuer.
		///
		/// ## Details
		/// For mutual credit. Holds a deposit on the issuer for a new line; a limit of 0 closes it,
		/// and the deposit comes back when nothing is owed. Lower than the debt, it only stops new
		/// draws. O(1). Emits [`Event::CreditLineSet`].
		///
		/// ## Errors
		/// [`Error::PotSigns`], [`Error::CurrencyNotFound`], [`Error::NotIssuer`],
		/// [`Error::WrongSupply`], [`Error::NotMember`], [`Error::NoCreditLine`], those of the
		/// phonebook, or the currency's if the deposit can't be held.
		#[pallet::call_index(7)]
		pub fn set_credit_line(
			origin: OriginFor<T>,
			currency: CurrencyId,
			twin: TwinNumber,
			limit: Balance,
		) -> DispatchResult {
			Self::do_set_credit_line(Self::ensure_person(origin)?, currency, twin, limit)
		}

		/// Repay what one has drawn.
		///
		/// ## Dispatch Origin
		/// Signed by the debtor, frozen, expelled or not.
		///
		/// ## Details
		/// For mutual credit. The money is gone, and so is the debt. O(1). Emits [`Event::Repaid`].
		///
		/// ## Errors
		/// [`Error::PotSigns`], [`Error::CurrencyNotFound`], [`Error::WrongSupply`],
		/// [`Error::AmountZero`], [`Error::NoCreditLine`], [`Error::DebtTooLow`],
		/// [`Error::BalanceTooLow`].
		#[pallet::call_index(8)]
		pub fn repay(
			origin: OriginFor<T>,
			currency: CurrencyId,
			amount: Balance,
		) -> DispatchResult {
			Self::do_repay(Self::ensure_person(origin)?, currency, amount)
		}

		/// Give up on a debt, at the cost of the pot.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the issuer.
		///
		/// ## Details
		/// For mutual credit. The pot loses as much as the debt. O(1). Emits [`Event::WrittenOff`].
		///
		/// ## Errors
		/// [`Error::PotSigns`], [`Error::CurrencyNotFound`], [`Error::NotIssuer`],
		/// [`Error::WrongSupply`], [`Error::AmountZero`], [`Error::PotTooLow`],
		/// [`Error::NoCreditLine`], [`Error::DebtTooLow`], or those of the phonebook.
		#[pallet::call_index(9)]
		pub fn write_off(
			origin: OriginFor<T>,
			currency: CurrencyId,
			twin: TwinNumber,
			amount: Balance,
		) -> DispatchResult {
			Self::do_write_off(Self::ensure_person(origin)?, currency, twin, amount)
		}

		/// Stop an account from paying in a currency, for a while.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the authority of the currency's jurisdiction.
		///
		/// ## Details
		/// Money still arrives, and debts can be repaid. Ends by itself. Holds a deposit on the
		/// authority. O(1). Emits [`Event::AccountFrozen`].
		///
		/// ## Errors
		/// [`Error::PotSigns`], [`Error::CurrencyNotFound`], [`Error::NoAuthority`],
		/// [`Error::NotAuthority`], [`Error::ToPot`], [`Error::AlreadyFrozen`],
		/// [`Error::FreezeTooLong`], those of the phonebook, or the currency's if the deposit can't
		/// be held.
		#[pallet::call_index(10)]
		pub fn freeze(
			origin: OriginFor<T>,
			currency: CurrencyId,
			account: T::AccountId,
			reason: Hash32,
			until: BlockNumberFor<T>,
		) -> DispatchResult {
			Self::do_freeze(Self::ensure_person(origin)?, currency, account, reason, until)
		}

		/// Lift a freeze.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the authority of the currency's jurisdiction; by anyone once
		/// the freeze has expired.
		///
		/// ## Details
		/// The deposit goes back to the authority that froze, whoever calls. O(1). Emits
		/// [`Event::AccountUnfrozen`].
		///
		/// ## Errors
		/// [`Error::PotSigns`], [`Error::NotFrozen`], [`Error::NoAuthority`],
		/// [`Error::NotAuthority`], or those of the phonebook.
		#[pallet::call_index(11)]
		pub fn unfreeze(
			origin: OriginFor<T>,
			currency: CurrencyId,
			account: T::AccountId,
		) -> DispatchResult {
			Self::do_unfreeze(Self::ensure_person(origin)?, currency, account)
		}

		/// Change an exact amount of one currency into another.
		///
		/// ## Dispatch Origin
		/// Signed; the caller pays and receives.
		///
		/// ## Details
		/// Through the pool of each two neighbours on the path. The caller is admitted to all of
		/// them. `min_out` of 0 takes whatever comes. Emits [`Event::Swapped`].
		///
		/// ## Errors
		/// [`Error::PotSigns`], [`Error::CurrencyNotFound`], [`Error::AccountFrozen`],
		/// [`Error::NotMember`], [`Error::NotAdmitted`], [`Error::NoSuchAccount`],
		/// [`Error::ReceiverCantHold`], or conversion's.
		#[pallet::call_index(12)]
		#[pallet::weight(<T as Config>::WeightInfo::swap(path.len() as u32))]
		pub fn swap(
			origin: OriginFor<T>,
			path: SwapPath,
			amount_in: Balance,
			min_out: Balance,
		) -> DispatchResult {
			Self::do_swap(Self::ensure_person(origin)?, path, amount_in, min_out)
		}

		/// Change one currency into an exact amount of another.
		///
		/// ## Dispatch Origin
		/// Signed; the caller pays and receives.
		///
		/// ## Details
		/// As [`Pallet::swap`].
		///
		/// ## Errors
		/// [`Error::PotSigns`], [`Error::CurrencyNotFound`], [`Error::AccountFrozen`],
		/// [`Error::NotMember`], [`Error::NotAdmitted`], [`Error::NoSuchAccount`],
		/// [`Error::ReceiverCantHold`], or conversion's.
		#[pallet::call_index(13)]
		#[pallet::weight(<T as Config>::WeightInfo::swap_for(path.len() as u32))]
		pub fn swap_for(
			origin: OriginFor<T>,
			path: SwapPath,
			amount_out: Balance,
			max_in: Balance,
		) -> DispatchResult {
			Self::do_swap_for(Self::ensure_person(origin)?, path, amount_out, max_in)
		}

		/// Make the pool of two currencies.
		///
		/// ## Dispatch Origin
		/// Signed by anyone.
		///
		/// ## Details
		/// The caller pays conversion's fee; the pool belongs to nobody and stays. Its account
		/// becomes a pot. O(1). Emits [`Event::PotOpened`] and [`Event::PoolCreated`].
		///
		/// ## Errors
		/// [`Error::PotSigns`], [`Error::CurrencyNotFound`], or conversion's.
		#[pallet::call_index(14)]
		pub fn create_pool(
			origin: OriginFor<T>,
			a: CurrencyKind,
			b: CurrencyKind,
		) -> DispatchResult {
			Self::do_create_pool(Self::ensure_person(origin)?, a, b)
		}

		/// Put money into a pool, for shares in it.
		///
		/// ## Dispatch Origin
		/// Signed; the caller pays and gets the shares.
		///
		/// ## Details
		/// At most `amount_a` and `amount_b`, in the proportion of what is in the pool. O(1). Emits
		/// [`Event::LiquidityAdded`].
		///
		/// ## Errors
		/// [`Error::PotSigns`], [`Error::CurrencyNotFound`], [`Error::AccountFrozen`],
		/// [`Error::NotMember`], [`Error::BalanceTooLow`], or conversion's.
		#[pallet::call_index(15)]
		pub fn add_liquidity(
			origin: OriginFor<T>,
			a: CurrencyKind,
			b: CurrencyKind,
			amount_a: Balance,
			amount_b: Balance,
			min_a: Balance,
			min_b: Balance,
		) -> DispatchResult {
			let a = Side { kind: a, amount: amount_a, min: min_a };
			let b = Side { kind: b, amount: amount_b, min: min_b };
			Self::do_add_liquidity(Self::ensure_person(origin)?, a, b)
		}

		/// Take money out of a pool, for shares in it.
		///
		/// ## Dispatch Origin
		/// Signed; the caller gives the shares and gets the money, member or not.
		///
		/// ## Details
		/// Emits [`Event::LiquidityRemoved`]. O(1).
		///
		/// ## Errors
		/// [`Error::PotSigns`], [`Error::CurrencyNotFound`], [`Error::NoSuchAccount`],
		/// [`Error::ReceiverCantHold`], or conversion's.
		#[pallet::call_index(16)]
		pub fn remove_liquidity(
			origin: OriginFor<T>,
			a: CurrencyKind,
			b: CurrencyKind,
			shares: Balance,
			min_a: Balance,
			min_b: Balance,
		) -> DispatchResult {
			Self::do_remove_liquidity(Self::ensure_person(origin)?, a, b, shares, min_a, min_b)
		}

		/// Collect what an account owes of demurrage.
		///
		/// ## Dispatch Origin
		/// Signed by anyone.
		///
		/// ## Details
		/// Changes what wallets show, not what the account has. O(1). Emits
		/// [`Event::DemurrageCharged`], if there is anything.
		///
		/// ## Errors
		/// [`Error::PotSigns`], [`Error::CurrencyNotFound`].
		#[pallet::call_index(17)]
		pub fn charge(
			origin: OriginFor<T>,
			currency: CurrencyId,
			account: T::AccountId,
		) -> DispatchResult {
			Self::ensure_person(origin)?;
			Self::do_charge(currency, account)
		}

		/// Pay from the currency's pot.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the issuer.
		///
		/// ## Details
		/// The pot has what demurrage brought. O(1). Emits [`Event::PotSpent`].
		///
		/// ## Errors
		/// [`Error::PotSigns`], [`Error::CurrencyNotFound`], [`Error::NotIssuer`],
		/// [`Error::AmountZero`], [`Error::ToPot`], [`Error::NotAdmitted`],
		/// [`Error::InvoiceNeeded`], [`Error::PotTooLow`], [`Error::NoSuchAccount`],
		/// [`Error::ReceiverCantHold`], or those of the phonebook.
		#[pallet::call_index(18)]
		pub fn spend_pot(
			origin: OriginFor<T>,
			currency: CurrencyId,
			to: T::AccountId,
			amount: Balance,
			reference: Hash32,
		) -> DispatchResult {
			Self::do_spend_pot(Self::ensure_person(origin)?, currency, to, amount, reference)
		}

		/// Pay somebody what is set aside for it.
		///
		/// ## Dispatch Origin
		/// Signed by anyone.
		///
		/// ## Details
		/// Reaches `owner` alone, also if it was expelled or is frozen, less the demurrage of the time
		/// that it waited, which goes to the currency's pot. If nothing is left of it, all goes there.
		/// O(1). Emits [`Event::Taken`], and [`Event::DemurrageCharged`] if something was due.
		///
		/// ## Errors
		/// [`Error::PotSigns`], [`Error::CurrencyNotFound`], [`Error::NothingSetAside`],
		/// [`Error::NoSuchAccount`], [`Error::ReceiverCantHold`].
		#[pallet::call_index(19)]
		pub fn take(
			origin: OriginFor<T>,
			currency: CurrencyId,
			owner: T::AccountId,
		) -> DispatchResult {
			Self::ensure_person(origin)?;
			Self::do_take(currency, owner)
		}

		/// Give all that one has to the currency's pot.
		///
		/// ## Dispatch Origin
		/// Signed by the holder, member or not.
		///
		/// ## Details
		/// For what can't be spent nor redeemed, such as the dust of a mutual credit. Who owes
		/// repays instead. O(1). Emits [`Event::Discarded`], and [`Event::DemurrageCharged`] if
		/// something was due.
		///
		/// ## Errors
		/// [`Error::PotSigns`], [`Error::CurrencyNotFound`], [`Error::AccountFrozen`],
		/// [`Error::InDebt`], [`Error::AmountZero`].
		#[pallet::call_index(20)]
		pub fn discard(origin: OriginFor<T>, currency: CurrencyId) -> DispatchResult {
			Self::do_discard(Self::ensure_person(origin)?, currency)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// The currency of this id, as it is today.
		pub fn currency(currency: CurrencyId) -> Option<CurrencyInfoOf<T>> {
			Self::read_currency(currency)
		}

		/// Currencies from this id on, at most [`MAX_PAGE`].
		pub fn currencies(from: CurrencyId, limit: u32) -> Vec<(CurrencyId, CurrencyInfoOf<T>)> {
			Self::read_currencies(from, limit)
		}

		/// What an account has and may do in a currency; nothing, in one that doesn't exist.
		pub fn holding(currency: CurrencyId, account: T::AccountId) -> HoldingInfoOf<T> {
			Self::read_holding(currency, &account)
		}

		/// What is set aside for an account in a currency.
		pub fn set_aside(currency: CurrencyId, owner: T::AccountId) -> Option<SetAsideInfo> {
			Self::read_set_aside(currency, &owner)
		}

		/// The account of a currency's pot, also of one that doesn't exist yet.
		pub fn pot_of(currency: CurrencyId) -> T::AccountId {
			Self::pot_account(currency)
		}

		/// The id that the next currency gets.
		pub fn next_currency() -> CurrencyId {
			NextCurrency::<T>::get()
		}

		/// What is held today, in base units of OUR.
		pub fn deposits() -> CurrencyDeposits {
			Self::read_deposits()
		}
	}
}
