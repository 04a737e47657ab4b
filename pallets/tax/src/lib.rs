//! Jurisdictions, tax codes and taxpayers; tax split off payments, netted and refunded.
#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

extern crate alloc;

mod assess;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod books;
mod calendar;
mod codes;
mod collect;
mod dividends;
mod impl_tax_rules;
mod limits;
pub mod migrations;
#[cfg(test)]
mod mock;
mod note;
mod reads;
mod refunds;
mod refusal;
mod reverse;
mod settings;
mod taxpayers;
#[cfg(test)]
mod tests;
mod try_state;
mod turnover;
pub mod types;
pub mod weights;

pub use limits::*;
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

/// Target of this pallet's log lines.
pub(crate) const LOG_TARGET: &str = "runtime::tax";

#[frame::pallet]
pub mod pallet {
	use super::{types::Account, *};
	use alloc::vec::Vec;
	use frame::{
		deps::frame_support::weights::WeightMeter,
		prelude::*,
		traits::{Consideration, Convert, EnsureOrigin, Footprint, Time},
	};
	use ourledger_primitives::{
		invoice::{Bill, Sale},
		money::{CurrencyId, Day, LocalMoney},
		tax::{Booking, JurisdictionId, Period, Ppm, TaxCode, TaxKind, Trade},
		twin::{TwinNumber, Twins},
		Balance, Moment,
	};

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

		/// The phonebook: who controls which twin.
		type Twins: Twins<Self::AccountId>;

		/// Local money: what is paid and taxed.
		type Money: LocalMoney<Self::AccountId>;

		/// The clock, in milliseconds since the Unix epoch.
		type Time: Time<Moment = Moment>;

		/// Who makes jurisdictions and decides appeals.
		type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// What an applicant, or the authority, puts down for a registration, under
		/// [`HoldReason::Taxpayer`].
		type TaxpayerDeposit: Consideration<Self::AccountId, Footprint>;

		/// What this deposit takes for a footprint, in base units; for [`Pallet::deposits`] to tell.
		/// Must be the price behind it.
		type DepositPrice: Convert<Footprint, Balance>;

		/// From which the treasuries' accounts derive. Never change it: the money would be lost.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// Measured weights.
		type WeightInfo: WeightInfo;
	}

	/// Why money is held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The room that a registration takes, until it ends.
		#[codec(index = 0)]
		Taxpayer,
	}

	/// Id of the next jurisdiction.
	#[pallet::storage]
	pub type NextJurisdiction<T: Config> = StorageValue<_, JurisdictionId, ValueQuery>;

	/// Jurisdiction → how it works. Invariant: exactly the ids below [`NextJurisdiction`].
	/// Governance makes them; no loop over them.
	// Twox64: keys are numbers given in order, so nobody can grind collisions.
	#[pallet::storage]
	pub type Jurisdictions<T: Config> =
		StorageMap<_, Twox64Concat, JurisdictionId, JurisdictionOf<T>, OptionQuery>;

	/// Jurisdiction, code → its kind and rates. Invariant: rates ascend by day, at least one. At
	/// most [`MAX_CODES`] of a jurisdiction; never removed.
	// Twox64: the authority chooses codes among 2¹⁶, and slows down nobody but its own taxpayers.
	#[pallet::storage]
	pub type Codes<T: Config> =
		StorageDoubleMap<_, Twox64Concat, JurisdictionId, Twox64Concat, TaxCode, Code, OptionQuery>;

	/// Jurisdiction → how many entries it has in [`Codes`].
	#[pallet::storage]
	pub type CodeCounts<T: Config> = StorageMap<_, Twox64Concat, JurisdictionId, u32, ValueQuery>;

	/// Jurisdiction → the code by which tax is withheld of dividends; none, if nothing is. Invariant: one
	/// of its own, of withholding, that has a rate today.
	// Twox64: keys are numbers given in order.
	#[pallet::storage]
	pub type DividendCodes<T: Config> =
		StorageMap<_, Twox64Concat, JurisdictionId, TaxCode, OptionQuery>;

	/// Jurisdiction, twin → its registration. Invariant: has a deposit unless it has ended. Each is
	/// paid for by a deposit; no loop over them.
	// Twox64: keys are numbers given in order.
	#[pallet::storage]
	pub type Taxpayers<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		JurisdictionId,
		Twox64Concat,
		TwinNumber,
		TaxpayerOf<T>,
		OptionQuery,
	>;

	/// Jurisdiction, twin, currency → its credit, its claims, and what it owes. Invariant: periods
	/// ascend, no credit is zero or beside arrears, and no entry is empty. Arises from trade that took place; no loop over them.
	// Twox64: as for `Taxpayers`.
	#[pallet::storage]
	pub type Accounts<T: Config> = StorageNMap<
		_,
		(
			NMapKey<Twox64Concat, JurisdictionId>,
			NMapKey<Twox64Concat, TwinNumber>,
			NMapKey<Twox64Concat, CurrencyId>,
		),
		Account,
		ValueQuery,
	>;

	/// Jurisdiction, twin, currency, period → what was sold, bought and taxed. Invariant: over all
	/// twins and periods they sum up to the treasury's book. Never removed; no loop over them.
	// Twox64: as for `Taxpayers`.
	#[pallet::storage]
	pub type Statements<T: Config> = StorageNMap<
		_,
		(
			NMapKey<Twox64Concat, JurisdictionId>,
			NMapKey<Twox64Concat, TwinNumber>,
			NMapKey<Twox64Concat, CurrencyId>,
			NMapKey<Twox64Concat, Period>,
		),
		Statement,
		ValueQuery,
	>;

	/// Jurisdiction, currency → what went through its treasury. Invariants: in the README.
	// Twox64: keys are numbers given in order.
	#[pallet::storage]
	pub type Treasuries<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		JurisdictionId,
		Twox64Concat,
		CurrencyId,
		TreasuryBook,
		ValueQuery,
	>;

	/// Owner, year, jurisdiction, currency → turnover out of scope of VAT, its own and of the sellers
	/// that it owns, in minor units. Loops over one owner's of one year are bounded by
	/// [`MAX_TURNOVER_PLACES`].
	// Twox64: as for `Taxpayers`.
	#[pallet::storage]
	pub type Turnovers<T: Config> = StorageNMap<
		_,
		(
			NMapKey<Twox64Concat, TwinNumber>,
			NMapKey<Twox64Concat, Year>,
			NMapKey<Twox64Concat, JurisdictionId>,
			NMapKey<Twox64Concat, CurrencyId>,
		),
		Balance,
		ValueQuery,
	>;

	/// Twin → the twin that it says owns it, as long as that hasn't agreed. Nothing follows from it.
	// Twox64: keys are numbers given in order.
	#[pallet::storage]
	pub type DeclaredOwners<T: Config> =
		StorageMap<_, Twox64Concat, TwinNumber, TwinNumber, OptionQuery>;

	/// Twin → the twin that owns it, as both say. Invariant: no owner has one.
	// Twox64: keys are numbers given in order.
	#[pallet::storage]
	pub type Owners<T: Config> = StorageMap<_, Twox64Concat, TwinNumber, TwinNumber, OptionQuery>;

	/// Owner → how many entries of [`Owners`] name it.
	#[pallet::storage]
	pub type OwnedCounts<T: Config> = StorageMap<_, Twox64Concat, TwinNumber, u32, ValueQuery>;

	/// Jurisdiction, currency → minor units of the reporting currency for one minor unit, as a
	/// fraction; as last published.
	// Twox64: keys are numbers given in order.
	#[pallet::storage]
	pub type Rates<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		JurisdictionId,
		Twox64Concat,
		CurrencyId,
		(u64, u64),
		OptionQuery,
	>;

	/// Jurisdiction → number of its next claim.
	#[pallet::storage]
	pub type NextClaim<T: Config> =
		StorageMap<_, Twox64Concat, JurisdictionId, ClaimId, ValueQuery>;

	/// Jurisdiction, claim → what is claimed. Invariant: the claims of a taxpayer in a currency, but
	/// for denied ones, sum up to its account's pending. Gone once paid, or denied for good.
	// Twox64: keys are numbers given in order.
	#[pallet::storage]
	pub type Claims<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		JurisdictionId,
		Twox64Concat,
		ClaimId,
		Claim,
		OptionQuery,
	>;

	/// Jurisdiction, claim → what it waits as: the credit that it is of has waited since the ends of
	/// its periods. Invariant: of a claim that is pending, and of its amount; one that was made before
	/// there was this has none, and is charged nothing. Gone with its claim, or once that is denied.
	// Twox64: as for `Claims`.
	#[pallet::storage]
	pub type Waiting<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		JurisdictionId,
		Twox64Concat,
		ClaimId,
		Waits,
		OptionQuery,
	>;

	/// Day by UTC, claim → to be looked at on that day. Invariant: every claim that isn't before
	/// governance is there, on [`DueCursor`] or later. May name claims that are done with. `on_idle`
	/// lists those of a day once.
	// Twox64: as for `Claims`.
	#[pallet::storage]
	pub type Due<T: Config> =
		StorageDoubleMap<_, Twox64Concat, Day, Twox64Concat, ClaimKey, (), OptionQuery>;

	/// The day of [`Due`] that `on_idle` is at. Never beyond today.
	#[pallet::storage]
	pub type DueCursor<T: Config> = StorageValue<_, Day, OptionQuery>;

	/// What happened. The books can be rebuilt from these alone.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Governance made a jurisdiction.
		JurisdictionCreated {
			/// Its id.
			jurisdiction: JurisdictionId,
			/// What people call it.
			name: JurisdictionName,
			/// How it works.
			settings: Settings,
			/// Where its taxes are.
			treasury: T::AccountId,
		},
		/// Governance changed how a jurisdiction works.
		JurisdictionAmended {
			/// Which.
			jurisdiction: JurisdictionId,
			/// How it works now.
			settings: Settings,
		},
		/// An authority made a tax code.
		CodeSet {
			/// Where.
			jurisdiction: JurisdictionId,
			/// Its number.
			code: TaxCode,
			/// What people call it.
			name: CodeName,
			/// What it charges.
			kind: TaxKind,
		},
		/// An authority gave a code a rate.
		RateSet {
			/// Where.
			jurisdiction: JurisdictionId,
			/// Which code.
			code: TaxCode,
			/// The first day of the rate.
			from: Day,
			/// See [`TaxKind`] for the unit.
			rate: Balance,
		},
		/// A twin asked to be registered.
		TaxpayerApplied {
			/// Where.
			jurisdiction: JurisdictionId,
			/// Which twin.
			twin: TwinNumber,
			/// Under which tax number.
			tax_number: TaxNumber,
		},
		/// An authority registered a taxpayer.
		TaxpayerRegistered {
			/// Where.
			jurisdiction: JurisdictionId,
			/// Which twin.
			twin: TwinNumber,
			/// As what.
			terms: TaxpayerTerms,
		},
		/// An authority changed what is registered of a taxpayer.
		TaxpayerAmended {
			/// Where.
			jurisdiction: JurisdictionId,
			/// Which twin.
			twin: TwinNumber,
			/// As what.
			terms: TaxpayerTerms,
		},
		/// A registration or a request ended.
		TaxpayerDeregistered {
			/// Where.
			jurisdiction: JurisdictionId,
			/// Which twin.
			twin: TwinNumber,
		},
		/// An authority said what a currency is worth in its reporting currency.
		RatePublished {
			/// Where.
			jurisdiction: JurisdictionId,
			/// Which currency.
			currency: CurrencyId,
			/// Minor units of the reporting currency …
			numerator: u64,
			/// … for so many of the currency.
			denominator: u64,
		},
		/// A twin said who owns it. Nothing follows from it until that confirms it.
		OwnerDeclared {
			/// Which twin.
			twin: TwinNumber,
			/// Its owner.
			owner: TwinNumber,
		},
		/// The owner confirmed it: turnover of both counts together.
		OwnerConfirmed {
			/// Which twin.
			twin: TwinNumber,
			/// Its owner.
			owner: TwinNumber,
		},
		/// Turnover out of scope of VAT reached what one has to register from.
		ThresholdCrossed {
			/// Where.
			jurisdiction: JurisdictionId,
			/// Who has to register: whoever owns the sellers.
			owner: TwinNumber,
			/// In which currency.
			currency: CurrencyId,
			/// In which calendar year.
			year: Year,
			/// How much it is, in minor units.
			turnover: Balance,
		},
		/// Taxes were taken: of a payment or, of an unpaid invoice, from its seller.
		TaxCollected {
			/// Where it is booked, and of which invoice. If the buyer is registered, its statement has
			/// the purchase.
			booking: Booking,
			/// Whether the buyer buys as a business: else its statement has nothing of it.
			business: bool,
			/// Whose money it was. Of an invoice of nothing, the seller.
			payer: T::AccountId,
			/// What was paid; of an unpaid invoice, the taxes alone; of an invoice of nothing, which is
			/// booked at issue, zero.
			amount: Balance,
			/// Its parts by code.
			items: BoundedVec<Item, ConstU32<MAX_CHARGES>>,
			/// How much of it was tip.
			tip: i128,
			/// VAT that was set against the seller's credit. With what was remitted it is the output.
			used: Balance,
			/// VAT that went to the treasury.
			remitted: Balance,
			/// What the buyer was credited.
			credited: Balance,
			/// Demurrage that the seller bears: of the time that the payment waited, and of the credit
			/// that was used. Of an unpaid invoice the seller pays it besides.
			charged: Balance,
			/// Of the seller's part, what its account couldn't hold.
			set_aside: Balance,
		},
		/// A buyer booked the tax of a reverse charge.
		ReverseCharged {
			/// Where it is booked, and of which invoice. It is the buyer's tax.
			booking: Booking,
			/// Period of the supply, if a note made it due: credit from then on was used first.
			supply: Option<Period>,
			/// Under which code.
			code: TaxCode,
			/// The tax.
			output: Balance,
			/// What of it cancelled at once. The books have it as credited and used.
			input: Balance,
			/// What of it was set against the buyer's credit besides.
			used: Balance,
			/// What of it the buyer paid.
			remitted: Balance,
			/// What of it the buyer owes: its arrears rose by it.
			deferred: Balance,
		},
		/// Arrears fell: by credit that has just arisen, or by a payment.
		ArrearsSettled {
			/// Where.
			jurisdiction: JurisdictionId,
			/// In what.
			currency: CurrencyId,
			/// In which period it is booked.
			period: Period,
			/// Whose arrears.
			twin: TwinNumber,
			/// Who paid; nobody, if it was credit.
			payer: Option<T::AccountId>,
			/// Credit that went against them.
			used: Balance,
			/// What was paid.
			remitted: Balance,
			/// What is left of them.
			left: Balance,
		},
		/// A credit note took effect.
		TaxReversed {
			/// Where it is booked, and of which invoice.
			booking: Booking,
			/// Period of the supply: of that is all credit which the note gives.
			supply: Period,
			/// Whether the buyer bought as a business.
			business: bool,
			/// Changes by code.
			items: BoundedVec<NoteItem, ConstU32<MAX_CHARGES>>,
			/// Change of the tip that counts as paid.
			tip: i128,
			/// Tax that became the seller's credit: the sum of what fell, VAT that is taken as one
			/// counting as one.
			returned: Balance,
			/// Of VAT that rose, what was set against the seller's credit.
			used: Balance,
			/// Of VAT that rose, what the seller paid.
			remitted: Balance,
			/// What the buyer's input fell by. Its credit fell by that less what was made good
			/// and covered.
			reversed: Balance,
			/// What the buyer was credited.
			credited: Balance,
			/// What the seller paid in, out of the money going back.
			made_good: Balance,
			/// What the buyer paid in.
			covered: Balance,
			/// Demurrage of the credit that the seller used, which it paid besides.
			charged: Balance,
		},
		/// A credit note took back what a buyer had booked under reverse charge. Comes before
		/// [`Event::TaxReversed`], which may take of what was returned.
		ReverseUndone {
			/// Where it is booked, and of which invoice. It was the buyer's tax.
			booking: Booking,
			/// Period of the supply: of that is the credit.
			supply: Period,
			/// Under which code.
			code: TaxCode,
			/// How much of the tax.
			output: Balance,
			/// How much of it had cancelled.
			input: Balance,
			/// The difference, which became the buyer's credit.
			returned: Balance,
		},
		/// Turnover out of scope of VAT was counted.
		TurnoverCounted {
			/// Where.
			jurisdiction: JurisdictionId,
			/// Whose it is: the seller's owner, or the seller.
			owner: TwinNumber,
			/// In what.
			currency: CurrencyId,
			/// Of which calendar year.
			year: Year,
			/// How much more, or less, in minor units.
			amount: i128,
			/// What it comes to, in minor units.
			turnover: Balance,
		},
		/// Turnover of a twin counts for whoever it said owns it.
		TurnoverMoved {
			/// Where.
			jurisdiction: JurisdictionId,
			/// Whose it was; it has none left of this year.
			from: TwinNumber,
			/// Its owner.
			to: TwinNumber,
			/// In what.
			currency: CurrencyId,
			/// Of which calendar year.
			year: Year,
			/// How much, in minor units.
			amount: Balance,
			/// What the owner's comes to, in minor units.
			turnover: Balance,
		},
		/// A taxpayer asked for credit to be paid out.
		RefundClaimed {
			/// Where.
			jurisdiction: JurisdictionId,
			/// Number of the claim.
			claim: ClaimId,
			/// Whose it is.
			twin: TwinNumber,
			/// In what.
			currency: CurrencyId,
			/// How much, in minor units.
			amount: Balance,
			/// Of which periods' credit.
			from: Credits,
			/// Where it stands.
			state: ClaimState,
		},
		/// An authority held a claim.
		RefundHeld {
			/// Where.
			jurisdiction: JurisdictionId,
			/// Which claim.
			claim: ClaimId,
			/// The day on which it is paid by itself.
			until: Day,
			/// Hash of the reasons.
			reason: Reason,
		},
		/// An authority turned a claim into credit again.
		RefundDenied {
			/// Where.
			jurisdiction: JurisdictionId,
			/// Which claim.
			claim: ClaimId,
			/// Which credit it is now: that of which it was made.
			to: Credits,
			/// The first day on which it can't be appealed any more.
			final_on: Day,
			/// Hash of the reasons.
			reason: Reason,
		},
		/// An authority said which part of a claim is forfeited.
		RefundAssessed {
			/// Where.
			jurisdiction: JurisdictionId,
			/// Which claim.
			claim: ClaimId,
			/// Minor units.
			forfeited: Balance,
			/// The first day on which it can't be appealed any more.
			final_on: Day,
			/// Hash of the reasons.
			reason: Reason,
		},
		/// A taxpayer asked governance to decide.
		RefundAppealed {
			/// Where.
			jurisdiction: JurisdictionId,
			/// Which claim.
			claim: ClaimId,
			/// Hash of the reasons.
			reason: Reason,
			/// Of which periods' credit it is claimed again, if it had been denied.
			from: Credits,
		},
		/// Governance decided an appeal.
		AppealDecided {
			/// Where.
			jurisdiction: JurisdictionId,
			/// Which claim.
			claim: ClaimId,
			/// What it decided.
			decision: Decision,
			/// Which credit it is now; none, if it is to be paid.
			to: Credits,
		},
		/// A claim was paid. It is done with.
		RefundPaid {
			/// Where.
			jurisdiction: JurisdictionId,
			/// Which claim.
			claim: ClaimId,
			/// Whose it was.
			twin: TwinNumber,
			/// In what.
			currency: CurrencyId,
			/// What was paid, in minor units, demurrage included.
			amount: Balance,
			/// What was forfeited, in minor units.
			forfeited: Balance,
			/// What went against arrears instead, in minor units.
			used: Balance,
			/// Demurrage of what was paid, since the end of the months that its credit was from.
			charged: Balance,
			/// Of what was paid, what the account couldn't hold.
			set_aside: Balance,
		},
		/// A claim is due, but the treasury lacks the money.
		RefundQueued {
			/// Where.
			jurisdiction: JurisdictionId,
			/// Which claim.
			claim: ClaimId,
			/// What is to be paid, in minor units.
			amount: Balance,
		},
		/// An authority took money out of its treasury.
		Swept {
			/// Where.
			jurisdiction: JurisdictionId,
			/// In what.
			currency: CurrencyId,
			/// Minor units.
			amount: Balance,
			/// Who got it.
			to: T::AccountId,
		},
		/// Somebody gave a treasury money.
		GiftReceived {
			/// Where.
			jurisdiction: JurisdictionId,
			/// In what.
			currency: CurrencyId,
			/// Who.
			from: T::AccountId,
			/// Minor units.
			amount: Balance,
		},
		/// An authority chose by which code tax is withheld of dividends.
		DividendCodeSet {
			/// Where.
			jurisdiction: JurisdictionId,
			/// The code; nothing is withheld, if there is none.
			code: Option<TaxCode>,
		},
		/// Tax on a dividend was withheld: all whole units of it and of what earlier ones left.
		TaxWithheld {
			/// Where it is booked.
			jurisdiction: JurisdictionId,
			/// In what.
			currency: CurrencyId,
			/// In which period it is booked.
			period: Period,
			/// Which twin pays the dividend: its statement has the tax.
			twin: TwinNumber,
			/// Whose money it was.
			payer: T::AccountId,
			/// Under which code.
			code: TaxCode,
			/// The code's rate of the day, in millionths.
			rate: Ppm,
			/// The dividend, tax included, in minor units.
			amount: Balance,
			/// The tax, in minor units; it went to the treasury. Nothing, if there was less than a unit.
			tax: Balance,
			/// What is left of a unit, in millionths: it is due with the twin's next one. The first began
			/// with 500,000.
			rest: Ppm,
		},
	}

	/// What stands in the way of a call.
	#[pallet::error]
	pub enum Error<T> {
		/// There is no such jurisdiction.
		JurisdictionNotFound,
		/// The caller's twin isn't the jurisdiction's authority.
		NotAuthority,
		/// Settings repeat something, are out of order, or beyond a bound.
		SettingsInvalid,
		/// There is no such currency.
		CurrencyNotFound,
		/// The name can't be shown.
		NameMalformed,
		/// There is a code of this number already.
		CodeExists,
		/// There is no such code: in the jurisdiction or, for a note, on the invoice.
		CodeNotFound,
		/// The number stands for all other codes in statements.
		CodeReserved,
		/// The jurisdiction has 64 codes.
		TooManyCodes,
		/// A rate or share is above the whole, isn't zero where tax is zero, or has a zero in its
		/// fraction.
		RateInvalid,
		/// A rate can change tomorrow at the earliest.
		RateInPast,
		/// The code has had 32 rates.
		TooManyRates,
		/// A tax number is letters, digits, `-`, `.` and `/`.
		TaxNumberMalformed,
		/// The twin is registered already, or has asked.
		AlreadyTaxpayer,
		/// The twin isn't registered, or the claim isn't its own.
		NotTaxpayer,
		/// A registration in force is only the authority's to end.
		NotRequested,
		/// That twin can't be the owner: it has one itself, can't act, or is the caller's; or the
		/// caller's owns others.
		OwnerInvalid,
		/// The twin has an owner.
		AlreadyOwned,
		/// That twin doesn't say that the caller's owns it.
		NotDeclared,
		/// The amount is zero.
		AmountZero,
		/// There is less credit.
		CreditTooLow,
		/// A claim is at least what the jurisdiction says.
		ClaimTooSmall,
		/// There is no such claim, or it is done with.
		ClaimNotFound,
		/// The claim isn't due yet.
		ClaimNotReady,
		/// The claim has been decided about.
		ClaimClosed,
		/// A claim can't be held for so long.
		HoldTooLong,
		/// More would be forfeited than was claimed.
		ForfeitTooHigh,
		/// The decision is final.
		AppealTooLate,
		/// Nothing was assessed or denied.
		NothingToAppeal,
		/// Nobody appealed.
		NotAppealed,
		/// The treasury needs that for credits, claims and corrections.
		TreasuryReserved,
		/// That is the treasury itself, or another pot whose books know nothing of it.
		ToPot,
		/// There are less arrears.
		ArrearsLower,
		/// A day that has begun keeps its clock.
		ClockInPast,
		/// The twin has sold out of scope of VAT in more than 16 places this year.
		TooManyPlaces,
		/// The jurisdiction doesn't accept this currency.
		CurrencyNotAccepted,
		/// The supply was too long ago to be invoiced.
		SupplyOutsideBound,
		/// The supply is in the future.
		SupplyInFuture,
		/// There is nothing on the invoice, or on the note.
		NothingSold,
		/// An amount is beyond 2¹⁰⁰.
		TooLarge,
		/// A code is there twice.
		DuplicateCode,
		/// A seller that isn't registered can only sell what is out of scope of VAT.
		SellerNotRegistered,
		/// The seller, being registered, isn't allowed this code of zero tax.
		CodeNotAllowed,
		/// What is out of scope of VAT needs an invoice of its own.
		OutOfScopeAlone,
		/// A reverse charge needs a registered buyer, who buys as a business.
		BuyerNotRegistered,
		/// The buyer still owes tax of an earlier reverse charge in this currency: until that is
		/// paid, nothing is sold to it under reverse charge, and nothing is paid into escrow for it.
		BuyerInArrears,
		/// The buyer may deduct different shares of the codes: a return of one of them needs a credit
		/// note on its own invoice.
		SharesDiffer,
		/// Returns that are taxed higher than what is sold against them take off more than two thirds of
		/// the VAT on what is sold: credit the return on its own invoice.
		ReturnsTaxedHigher,
		/// A reverse charge is booked as it is paid for: there has to be something to pay.
		NothingToPay,
		/// A tip is at most the jurisdiction's share of net and tax, also in what a note leaves.
		TipTooHigh,
		/// A reverse charge or an export needs a known buyer.
		BuyerUnknown,
		/// An export needs evidence.
		ExportNeedsEvidence,
		/// An export can't go to a taxpayer of the jurisdiction.
		ExportToTaxpayer,
		/// The code had no rate on the day of supply or, to be that of dividends, has none today.
		NoRateYet,
		/// The code is of another kind.
		WrongCodeKind,
		/// The levy is on something that isn't there.
		LevyOnUnknownItem,
		/// A levy per unit needs a quantity.
		QuantityMissing,
		/// The levy is set in another currency.
		LevyInOtherCurrency,
		/// VAT is rounded per line: the lines of standard rates are needed.
		LinesMissing,
		/// VAT isn't rounded per line, or not that of this code.
		LinesUnexpected,
		/// The invoice has other lines, or the note lacks some of its codes.
		LinesDiffer,
		/// A sale has at most 128 lines.
		TooManyLines,
		/// Seller and buyer are the same twin.
		SameParty,
		/// The note takes back what isn't there, or raises something: each part, and each line, goes
		/// towards zero and not past it.
		NoteTooLarge,
		/// A result is too large.
		Overflow,
		/// The total net is negative.
		NegativeNet,
		/// The VAT in all is negative, or a reverse charge.
		NegativeTax,
		/// Where returns outweigh, there can't be a levy.
		LevyOnReturns,
		/// Levies can't be within prices that are taxed per line.
		LevyWithinLinePrices,
		/// More would be withheld than is to be paid.
		WithheldBeyondGross,
		/// The taxes are more than is to be paid.
		TaxBeyondGross,
		/// More would be paid than is open.
		Overpaid,
		/// The bill isn't one that this pallet made.
		BillMalformed,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_idle(_now: BlockNumberFor<T>, limit: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(limit);
			Self::pay_due(&mut meter);
			meter.consumed()
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(
			_now: BlockNumberFor<T>,
		) -> Result<(), frame::deps::sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = <T as Config>::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Make a jurisdiction and open its treasury.
		///
		/// ## Dispatch Origin
		/// Governance.
		///
		/// ## Details
		/// The treasury is an account without a key. Jurisdictions get numbers from 0. The next one's
		/// treasury is opened with it, before anybody can put something there. Emits
		/// [`Event::JurisdictionCreated`].
		///
		/// ## Errors
		/// [`Error::NameMalformed`], [`Error::CurrencyNotFound`], [`Error::SettingsInvalid`], those
		/// of the phonebook, or a bad origin.
		#[pallet::call_index(0)]
		pub fn create_jurisdiction(
			origin: OriginFor<T>,
			name: JurisdictionName,
			settings: Settings,
		) -> DispatchResult {
			T::GovernanceOrigin::ensure_origin(origin)?;
			Self::do_create_jurisdiction(name, settings)
		}

		/// Change how a jurisdiction works.
		///
		/// ## Dispatch Origin
		/// Governance.
		///
		/// ## Details
		/// From now on: what is invoiced stays as it is. The clock can only change for days to come.
		/// Emits [`Event::JurisdictionAmended`].
		///
		/// ## Errors
		/// [`Error::JurisdictionNotFound`], [`Error::CurrencyNotFound`],
		/// [`Error::SettingsInvalid`], [`Error::ClockInPast`], those of the phonebook, or a bad
		/// origin.
		#[pallet::call_index(1)]
		pub fn amend_jurisdiction(
			origin: OriginFor<T>,
			jurisdiction: JurisdictionId,
			settings: Settings,
		) -> DispatchResult {
			T::GovernanceOrigin::ensure_origin(origin)?;
			Self::do_amend_jurisdiction(jurisdiction, settings)
		}

		/// Make a tax code with its first rate.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the authority.
		///
		/// ## Details
		/// A code's kind never changes. Its first rate may lie in the past: nobody has been taxed
		/// by it yet. Emits [`Event::CodeSet`] and [`Event::RateSet`].
		///
		/// ## Errors
		/// [`Error::JurisdictionNotFound`], [`Error::NotAuthority`], [`Error::CodeReserved`],
		/// [`Error::NameMalformed`], [`Error::CodeExists`], [`Error::TooManyCodes`],
		/// [`Error::CurrencyNotFound`], [`Error::RateInvalid`], or those of the phonebook.
		#[pallet::call_index(2)]
		pub fn set_code(
			origin: OriginFor<T>,
			jurisdiction: JurisdictionId,
			code: TaxCode,
			name: CodeName,
			kind: TaxKind,
			from: Day,
			rate: Balance,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_set_code(&caller, jurisdiction, code, name, kind, from, rate)
		}

		/// Give a code another rate from a future day on.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the authority.
		///
		/// ## Details
		/// Tomorrow at the earliest, by the jurisdiction's clock. Replaces a rate that was set
		/// for the same day. O(rates). Emits [`Event::RateSet`].
		///
		/// ## Errors
		/// [`Error::JurisdictionNotFound`], [`Error::NotAuthority`], [`Error::RateInPast`],
		/// [`Error::CodeNotFound`], [`Error::RateInvalid`], [`Error::TooManyRates`], or those of
		/// the phonebook.
		#[pallet::call_index(3)]
		pub fn set_rate(
			origin: OriginFor<T>,
			jurisdiction: JurisdictionId,
			code: TaxCode,
			from: Day,
			rate: Balance,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_set_rate(&caller, jurisdiction, code, from, rate)
		}

		/// Ask to be registered as a taxpayer.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of an active twin, which pays the deposit.
		///
		/// ## Details
		/// Counts for nothing until the authority registers the twin. Emits
		/// [`Event::TaxpayerApplied`].
		///
		/// ## Errors
		/// [`Error::JurisdictionNotFound`], [`Error::TaxNumberMalformed`],
		/// [`Error::AlreadyTaxpayer`], those of the phonebook, or the currency's if the deposit
		/// can't be held.
		#[pallet::call_index(4)]
		pub fn apply(
			origin: OriginFor<T>,
			jurisdiction: JurisdictionId,
			tax_number: TaxNumber,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_apply(caller, jurisdiction, tax_number)
		}

		/// Register a taxpayer, whether it asked or not.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the authority, which pays the deposit of a twin that
		/// didn't ask.
		///
		/// ## Details
		/// Emits [`Event::TaxpayerRegistered`].
		///
		/// ## Errors
		/// [`Error::JurisdictionNotFound`], [`Error::NotAuthority`], [`Error::TaxNumberMalformed`],
		/// [`Error::DuplicateCode`], [`Error::CodeNotFound`], [`Error::WrongCodeKind`],
		/// [`Error::RateInvalid`], [`Error::AlreadyTaxpayer`], those of the phonebook, or the
		/// currency's if the deposit can't be held.
		#[pallet::call_index(5)]
		pub fn register(
			origin: OriginFor<T>,
			jurisdiction: JurisdictionId,
			twin: TwinNumber,
			terms: TaxpayerTerms,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_register(caller, jurisdiction, twin, terms)
		}

		/// Change what is registered of a taxpayer.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the authority.
		///
		/// ## Details
		/// From now on: what is invoiced stays as it is. Emits [`Event::TaxpayerAmended`].
		///
		/// ## Errors
		/// [`Error::JurisdictionNotFound`], [`Error::NotAuthority`], [`Error::TaxNumberMalformed`],
		/// [`Error::DuplicateCode`], [`Error::CodeNotFound`], [`Error::WrongCodeKind`],
		/// [`Error::RateInvalid`], [`Error::NotTaxpayer`], or those of the phonebook.
		#[pallet::call_index(6)]
		pub fn amend_taxpayer(
			origin: OriginFor<T>,
			jurisdiction: JurisdictionId,
			twin: TwinNumber,
			terms: TaxpayerTerms,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_amend_taxpayer(&caller, jurisdiction, twin, terms)
		}

		/// End a registration, or turn a request down.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the authority, or of the twin as long as it has only
		/// asked.
		///
		/// ## Details
		/// The deposit goes back to whoever paid it. Credit stays and can be claimed. Emits
		/// [`Event::TaxpayerDeregistered`].
		///
		/// ## Errors
		/// [`Error::JurisdictionNotFound`], [`Error::NotAuthority`], [`Error::NotTaxpayer`],
		/// [`Error::NotRequested`], or those of the phonebook.
		#[pallet::call_index(7)]
		pub fn deregister(
			origin: OriginFor<T>,
			jurisdiction: JurisdictionId,
			twin: TwinNumber,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_deregister(&caller, jurisdiction, twin)
		}

		/// Say how many minor units of the reporting currency one minor unit is worth.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the authority.
		///
		/// ## Details
		/// A fraction. Invoices note it; it decides nothing. Emits [`Event::RatePublished`].
		///
		/// ## Errors
		/// [`Error::JurisdictionNotFound`], [`Error::NotAuthority`],
		/// [`Error::CurrencyNotAccepted`], [`Error::RateInvalid`], or those of the phonebook.
		#[pallet::call_index(8)]
		pub fn publish_rate(
			origin: OriginFor<T>,
			jurisdiction: JurisdictionId,
			currency: CurrencyId,
			numerator: u64,
			denominator: u64,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_publish_rate(&caller, jurisdiction, currency, numerator, denominator)
		}

		/// Say which twin owns the caller's, so that their turnover counts together once that agrees.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of an active twin.
		///
		/// ## Details
		/// There is one level: an owner has no owner. Nothing follows from it before the owner's
		/// [`Pallet::confirm_owner`]; until then another one can be said. Emits
		/// [`Event::OwnerDeclared`].
		///
		/// ## Errors
		/// [`Error::AlreadyOwned`], [`Error::OwnerInvalid`], or those of the phonebook.
		#[pallet::call_index(9)]
		pub fn declare_owner(origin: OriginFor<T>, owner: TwinNumber) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_declare_owner(&caller, owner)
		}

		/// Ask for credit to be paid out.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of a twin that is a taxpayer or has credit.
		///
		/// ## Details
		/// Oldest credit first. Paid at once if it is within the cap for the time since the
		/// registration, with all other claims and what was paid in this period and the one before,
		/// and not too much of the sales was taken back; else held, and then paid by itself. What the
		/// caller owes of reverse charge by then is settled first; what its account can't hold is set
		/// aside. Demurrage comes off for the time since the end of each month that the credit is from. Emits [`Event::RefundClaimed`], and [`Event::RefundPaid`] or [`Event::RefundQueued`].
		///
		/// ## Errors
		/// [`Error::JurisdictionNotFound`], [`Error::AmountZero`], [`Error::NotTaxpayer`],
		/// [`Error::CreditTooLow`], [`Error::ClaimTooSmall`], or those of the phonebook.
		#[pallet::call_index(10)]
		pub fn claim_refund(
			origin: OriginFor<T>,
			jurisdiction: JurisdictionId,
			currency: CurrencyId,
			amount: Balance,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_claim_refund(&caller, jurisdiction, currency, amount)
		}

		/// Hold a claim for some days from today.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the authority.
		///
		/// ## Details
		/// For so many times 24 hours, at least. In all for no longer than the jurisdiction's settings
		/// say, counted from the claim.
		/// Emits [`Event::RefundHeld`].
		///
		/// ## Errors
		/// [`Error::JurisdictionNotFound`], [`Error::NotAuthority`], [`Error::ClaimNotFound`],
		/// [`Error::ClaimClosed`], [`Error::HoldTooLong`], or those of the phonebook.
		#[pallet::call_index(11)]
		pub fn hold_refund(
			origin: OriginFor<T>,
			jurisdiction: JurisdictionId,
			claim: ClaimId,
			days: u16,
			reason: Reason,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_hold_refund(&caller, jurisdiction, claim, days, reason)
		}

		/// Turn a claim into credit again.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the authority.
		///
		/// ## Details
		/// The credit is then of the period of the claim; what is owed of reverse charge comes off it.
		/// The taxpayer can appeal in time. Emits [`Event::RefundDenied`] and perhaps
		/// [`Event::ArrearsSettled`].
		///
		/// ## Errors
		/// [`Error::JurisdictionNotFound`], [`Error::NotAuthority`], [`Error::ClaimNotFound`],
		/// [`Error::ClaimClosed`], or those of the phonebook.
		#[pallet::call_index(12)]
		pub fn deny_refund(
			origin: OriginFor<T>,
			jurisdiction: JurisdictionId,
			claim: ClaimId,
			reason: Reason,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_deny_refund(&caller, jurisdiction, claim, reason)
		}

		/// Say which part of a claim is forfeited, unless the taxpayer appeals in time.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the authority.
		///
		/// ## Details
		/// The rest is paid when the assessment is final. Emits [`Event::RefundAssessed`].
		///
		/// ## Errors
		/// [`Error::JurisdictionNotFound`], [`Error::NotAuthority`], [`Error::ClaimNotFound`],
		/// [`Error::ClaimClosed`], [`Error::ForfeitTooHigh`], or those of the phonebook.
		#[pallet::call_index(13)]
		pub fn assess_refund(
			origin: OriginFor<T>,
			jurisdiction: JurisdictionId,
			claim: ClaimId,
			forfeited: Balance,
			reason: Reason,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_assess_refund(&caller, jurisdiction, claim, forfeited, reason)
		}

		/// Ask governance to decide about an assessment or a denial.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the twin whose claim it is.
		///
		/// ## Details
		/// What was denied is claimed again, so the credit has to be there still. Emits
		/// [`Event::RefundAppealed`].
		///
		/// ## Errors
		/// [`Error::JurisdictionNotFound`], [`Error::ClaimNotFound`], [`Error::NotTaxpayer`],
		/// [`Error::NothingToAppeal`], [`Error::AppealTooLate`], [`Error::CreditTooLow`], or those
		/// of the phonebook.
		#[pallet::call_index(14)]
		pub fn appeal(
			origin: OriginFor<T>,
			jurisdiction: JurisdictionId,
			claim: ClaimId,
			reason: Reason,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_appeal(&caller, jurisdiction, claim, reason)
		}

		/// Decide an appeal: the claim is paid, less what is forfeited, or credit again.
		///
		/// ## Dispatch Origin
		/// Governance.
		///
		/// ## Details
		/// Final at once. Emits [`Event::AppealDecided`], and [`Event::RefundPaid`] or
		/// [`Event::RefundQueued`], or perhaps [`Event::ArrearsSettled`].
		///
		/// ## Errors
		/// [`Error::JurisdictionNotFound`], [`Error::ClaimNotFound`], [`Error::NotAppealed`],
		/// [`Error::ForfeitTooHigh`], or a bad origin.
		#[pallet::call_index(15)]
		pub fn decide_appeal(
			origin: OriginFor<T>,
			jurisdiction: JurisdictionId,
			claim: ClaimId,
			decision: Decision,
		) -> DispatchResult {
			T::GovernanceOrigin::ensure_origin(origin)?;
			Self::do_decide_appeal(jurisdiction, claim, decision)
		}

		/// Pay a claim that is due.
		///
		/// ## Dispatch Origin
		/// Signed, by anyone.
		///
		/// ## Details
		/// What `on_idle` does in time; needed where it doesn't run. Succeeds, too, if the
		/// treasury lacks the money: the claim then stays. Emits [`Event::RefundPaid`] or
		/// [`Event::RefundQueued`].
		///
		/// ## Errors
		/// [`Error::JurisdictionNotFound`], [`Error::ClaimNotFound`], [`Error::ClaimNotReady`],
		/// [`Error::ClaimClosed`].
		#[pallet::call_index(16)]
		pub fn pay_refund(
			origin: OriginFor<T>,
			jurisdiction: JurisdictionId,
			claim: ClaimId,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_pay_refund(jurisdiction, claim)
		}

		/// Take money out of the treasury.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the authority.
		///
		/// ## Details
		/// Only what no credit, no claim and no correction can need. Emits [`Event::Swept`].
		///
		/// ## Errors
		/// [`Error::JurisdictionNotFound`], [`Error::NotAuthority`], [`Error::AmountZero`],
		/// [`Error::ToPot`], [`Error::TreasuryReserved`], those of the phonebook, or the
		/// currency's.
		#[pallet::call_index(17)]
		pub fn sweep(
			origin: OriginFor<T>,
			jurisdiction: JurisdictionId,
			currency: CurrencyId,
			amount: Balance,
			to: T::AccountId,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_sweep(&caller, jurisdiction, currency, amount, to)
		}

		/// Give money to a treasury, in a currency that its jurisdiction accepts.
		///
		/// ## Dispatch Origin
		/// Signed, by anyone.
		///
		/// ## Details
		/// Emits [`Event::GiftReceived`].
		///
		/// ## Errors
		/// [`Error::JurisdictionNotFound`], [`Error::CurrencyNotAccepted`], [`Error::AmountZero`],
		/// or the currency's.
		#[pallet::call_index(18)]
		pub fn give(
			origin: OriginFor<T>,
			jurisdiction: JurisdictionId,
			currency: CurrencyId,
			amount: Balance,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_give(caller, jurisdiction, currency, amount)
		}

		/// Pay what a twin owes of reverse charge, or a part of it.
		///
		/// ## Dispatch Origin
		/// Signed, by anyone.
		///
		/// ## Details
		/// Emits [`Event::ArrearsSettled`].
		///
		/// ## Errors
		/// [`Error::JurisdictionNotFound`], [`Error::AmountZero`], [`Error::ArrearsLower`], or the
		/// currency's.
		#[pallet::call_index(19)]
		pub fn pay_arrears(
			origin: OriginFor<T>,
			jurisdiction: JurisdictionId,
			twin: TwinNumber,
			currency: CurrencyId,
			amount: Balance,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_pay_arrears(caller, jurisdiction, twin, currency, amount)
		}

		/// Agree that the caller's twin owns another, which says so: their turnover counts together.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the owner.
		///
		/// ## Details
		/// For ever. What the other has sold this year moves to the owner's turnover: O(places), at
		/// most [`MAX_TURNOVER_PLACES`]. Emits [`Event::OwnerConfirmed`], and for each place
		/// [`Event::TurnoverMoved`] and perhaps [`Event::ThresholdCrossed`].
		///
		/// ## Errors
		/// [`Error::NotDeclared`], [`Error::AlreadyOwned`], [`Error::OwnerInvalid`],
		/// [`Error::TooManyPlaces`], or those of the phonebook.
		#[pallet::call_index(20)]
		pub fn confirm_owner(origin: OriginFor<T>, twin: TwinNumber) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_confirm_owner(&caller, twin)
		}

		/// Choose the code by which tax is withheld of dividends, or none.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the authority.
		///
		/// ## Details
		/// A code of withholding that has a rate today. Of dividends that those pay from now on who have
		/// their seat here, so much is withheld as the rate of their day says. Emits
		/// [`Event::DividendCodeSet`].
		///
		/// ## Errors
		/// [`Error::JurisdictionNotFound`], [`Error::NotAuthority`], [`Error::CodeNotFound`],
		/// [`Error::WrongCodeKind`], [`Error::NoRateYet`], or those of the phonebook.
		#[pallet::call_index(21)]
		pub fn set_dividend_code(
			origin: OriginFor<T>,
			jurisdiction: JurisdictionId,
			code: Option<TaxCode>,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_set_dividend_code(&caller, jurisdiction, code)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// How jurisdiction `jurisdiction` works, and where its treasury is.
		pub fn jurisdiction(jurisdiction: JurisdictionId) -> Option<JurisdictionOf<T>> {
			Jurisdictions::<T>::get(jurisdiction)
		}

		/// Up to `limit` jurisdictions, and never more than [`MAX_PAGE`], with ids from `from` on.
		pub fn jurisdictions(
			from: JurisdictionId,
			limit: u32,
		) -> Vec<(JurisdictionId, JurisdictionOf<T>)> {
			Self::page(from, limit)
		}

		/// Kind and rates of a code.
		pub fn code(jurisdiction: JurisdictionId, code: TaxCode) -> Option<Code> {
			Codes::<T>::get(jurisdiction, code)
		}

		/// All codes of a jurisdiction, by number.
		pub fn codes(jurisdiction: JurisdictionId) -> Vec<(TaxCode, Code)> {
			Self::codes_of(jurisdiction)
		}

		/// Rate of a code on `day`; see [`TaxKind`] for the unit.
		pub fn rate_on(jurisdiction: JurisdictionId, code: TaxCode, day: Day) -> Option<Balance> {
			Codes::<T>::get(jurisdiction, code)?.rate_on(day)
		}

		/// The code by which tax is withheld of dividends, if the authority has chosen one.
		pub fn dividend_code(jurisdiction: JurisdictionId) -> Option<TaxCode> {
			DividendCodes::<T>::get(jurisdiction)
		}

		/// What a sale would be charged if it were registered now, or why it would be refused. The
		/// number of the invoice doesn't matter. Nothing is written.
		pub fn assessment(trade: Trade, sale: Sale) -> Result<Bill, DispatchError> {
			Self::do_assess(&trade, &sale)
		}

		/// Registration of `twin`.
		pub fn taxpayer(jurisdiction: JurisdictionId, twin: TwinNumber) -> Option<TaxpayerInfo> {
			Taxpayers::<T>::get(jurisdiction, twin).map(Taxpayer::info)
		}

		/// Credit, claims and arrears of `twin`.
		pub fn account(
			jurisdiction: JurisdictionId,
			twin: TwinNumber,
			currency: CurrencyId,
		) -> AccountInfo {
			Self::account_info(jurisdiction, twin, currency)
		}

		/// What `twin` sold and bought in a period, and the taxes.
		pub fn statement(
			jurisdiction: JurisdictionId,
			twin: TwinNumber,
			currency: CurrencyId,
			period: Period,
		) -> Statement {
			Statements::<T>::get((jurisdiction, twin, currency, period))
		}

		/// Book, balance and reserves of a treasury.
		pub fn treasury(
			jurisdiction: JurisdictionId,
			currency: CurrencyId,
		) -> Option<TreasuryInfo> {
			let place = Self::place(jurisdiction).ok()?;
			Some(Self::treasury_info(&place, jurisdiction, currency))
		}

		/// A claim that isn't done with.
		pub fn claim(jurisdiction: JurisdictionId, claim: ClaimId) -> Option<Claim> {
			Claims::<T>::get(jurisdiction, claim)
		}

		/// Today, by the jurisdiction's clock.
		pub fn today(jurisdiction: JurisdictionId) -> Option<Day> {
			Jurisdictions::<T>::get(jurisdiction).map(|it| Self::local_today(&it.settings))
		}

		/// The period that `day` is in, by the jurisdiction's calendar.
		pub fn period_of(jurisdiction: JurisdictionId, day: Day) -> Option<Period> {
			Jurisdictions::<T>::contains_key(jurisdiction).then(|| calendar::period_of(day))
		}

		/// What is held today, in base units of OUR.
		pub fn deposits() -> TaxDeposits {
			Self::read_deposits()
		}
	}
}
