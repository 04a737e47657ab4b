//! Invoices: issued, sold at tills, paid, escrowed, credited; gapless series and receipts.
#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

extern crate alloc;

mod agenda;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod escrow;
mod functions;
mod impl_creditors;
mod issue;
pub mod migrations;
#[cfg(test)]
mod mock;
mod note;
mod payers;
mod payment;
mod room;
mod self_billing;
mod sell;
mod series;
#[cfg(test)]
mod tests;
mod try_state;
pub mod types;
pub mod weights;

use ourledger_primitives::invoice::MAX_PAYERS;

pub use ourledger_primitives::invoice::MAX_DAYS;
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

/// Target of this pallet's log lines.
pub const LOG_TARGET: &str = "runtime::commerce";

/// Accounts that may get their first of a currency when an escrow is released: the seller, the
/// treasury, and the currency's pot.
pub(crate) const RELEASED: u64 = 3;

/// Accounts that may get their first of a currency when money goes back: every payer, and the
/// treasury or the currency's pot.
pub(crate) const BACK: u64 = MAX_PAYERS as u64 + 1;

/// Most invoices that one page of [`Pallet::invoices`] holds.
pub const MAX_PAGE: u32 = 100;

#[frame::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use frame::{
		deps::frame_support::{traits::Time, weights::WeightMeter, PalletId},
		prelude::*,
		traits::{Consideration, Footprint, Verify},
	};
	use ourledger_primitives::{
		invoice::{InvoiceNumber, Note, Quote, Sale, TillNumber},
		money::{CurrencyId, Day, LocalMoney},
		receipt::{Link, Totals},
		tax::{JurisdictionId, TaxRules},
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

		/// The phonebook: who sells, buys and decides.
		type Twins: Twins<Self::AccountId>;

		/// Local money, under its currencies' rules.
		type Money: LocalMoney<Self::AccountId>;

		/// The jurisdictions and their taxes.
		type Tax: TaxRules<Self::AccountId>;

		/// The clock, in milliseconds since the Unix epoch.
		type Time: Time<Moment = Moment>;

		/// A till's signature under a quote.
		type Signature: Verify<Signer = Self::Signer> + Parameter;

		/// Whom such a signature identifies.
		type Signer: IdentifyAccount<AccountId = Self::AccountId>;

		/// Deposit for room: of as many items as invoices, and of the size of one. The price has to
		/// be in proportion to the number of items.
		type RoomDeposit: Consideration<Self::AccountId, Footprint>;

		/// Deposit for a consent to self-billing: of one item.
		type ConsentDeposit: Consideration<Self::AccountId, Footprint>;

		/// What these hold for a footprint, in base units. Only reads use it: if it differs from
		/// what is held, wallets show a wrong deposit.
		type DepositPrice: Convert<Footprint, Balance>;

		/// What spans are counted by: ticks, so that they take the same time however many blocks there
		/// are. Its numbers never fall.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumberFor<Self>>;

		/// How far ahead a quote may expire, in ticks. At least 1; safe is an hour. All used quotes
		/// of that time are in the state.
		#[pallet::constant]
		type MaxQuoteTicks: Get<BlockNumberFor<Self>>;

		/// How many days an invoice stays in the state once its state is final and, if it was paid,
		/// its jurisdiction's days of correction have passed. At least 2, so that no time zone's
		/// midnight cuts those short. Changes touch only invoices that become final later.
		#[pallet::constant]
		type RetentionDays: Get<u16>;

		/// How many days a dispute waits for a decision. After that what is in escrow goes back.
		#[pallet::constant]
		type DisputeDays: Get<u16>;

		/// Account id of the escrow, which [`Config::Money`] has made a pot from the start. Never change
		/// it: the escrowed money is there.
		#[pallet::constant]
		type EscrowPalletId: Get<PalletId>;

		/// Measured weights.
		type WeightInfo: WeightInfo;

		/// Signs and sets the clock in benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper<Self::AccountId, Self::Signature>;
	}

	/// Why money is held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// For room for invoices and tills, from the seller or a sponsor.
		#[codec(index = 0)]
		Room,
		/// For a consent to self-billing, from the seller.
		#[codec(index = 1)]
		Consent,
	}

	/// Seller → book. Invariant: as many places are taken as there are entries in [`Invoices`] and
	/// [`Tills`], and no more than there is room for; the room is the sum of [`Rooms`]. Stays for ever, one per twin at most.
	// Twox64, here and below: the chain gives these numbers, so nobody can grind collisions.
	#[pallet::storage]
	pub type Books<T: Config> = StorageMap<_, Twox64Concat, TwinNumber, Book, ValueQuery>;

	/// Seller and payer → room that the payer pays for. Invariant: for at least one invoice.
	// Blake2: anyone may bring an account, so keys can be ground.
	#[pallet::storage]
	pub type Rooms<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		TwinNumber,
		Blake2_128Concat,
		T::AccountId,
		RoomOf<T>,
		OptionQuery,
	>;

	/// Seller and number → invoice. Invariants: net + tax + tip = gross, paid + escrowed ≤ gross,
	/// what is paid is what of the payers' money has arrived, and what is escrowed is what of it waits.
	/// Each takes a place of the room.
	#[pallet::storage]
	pub type Invoices<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		TwinNumber,
		Twox64Concat,
		InvoiceNumber,
		InvoiceOf<T>,
		OptionQuery,
	>;

	/// Seller and number → till.
	// Twox64: the seller chooses the second number, of two bytes, among its own alone.
	#[pallet::storage]
	pub type Tills<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		TwinNumber,
		Twox64Concat,
		TillNumber,
		TillOf<T>,
		OptionQuery,
	>;

	/// Last tick and quote → number of the invoice that it became. Invariant: none before
	/// [`QuoteCursor`].
	// Blake2: a till chooses its nonces, so keys can be ground.
	#[pallet::storage]
	pub type Quotes<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		BlockNumberFor<T>,
		Blake2_128Concat,
		QuoteId,
		InvoiceNumber,
		OptionQuery,
	>;

	/// How far used quotes have been forgotten. Exists since the first till.
	#[pallet::storage]
	pub type QuoteCursor<T: Config> = StorageValue<_, CursorOf<T>, OptionQuery>;

	/// Seller and buyer → consent that the buyer bills itself in the seller's name. Its deposit is
	/// held until it is ended.
	#[pallet::storage]
	pub type SelfBilling<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		TwinNumber,
		Twox64Concat,
		TwinNumber,
		ConsentOf<T>,
		OptionQuery,
	>;

	/// Day, by UTC, and invoice → its escrow is released, or it leaves the state. Invariant: it is
	/// what the invoice says itself; none is of a day before [`AgendaCursor`].
	#[pallet::storage]
	pub type Agenda<T: Config> =
		StorageDoubleMap<_, Twox64Concat, Day, Twox64Concat, InvoiceId, (), OptionQuery>;

	/// The day whose agenda is worked off next. Exists since the first room.
	#[pallet::storage]
	pub type AgendaCursor<T: Config> = StorageValue<_, Day, OptionQuery>;

	/// What happened. With those of the money and the taxes, the state can be rebuilt from these.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An invoice was entered in its seller's series: the receipt, from which anyone who has
		/// the one before can compute the link.
		InvoiceIssued {
			/// Which invoice.
			invoice: InvoiceId,
			/// Who buys, if it is known.
			buyer: Option<TwinNumber>,
			/// Place of supply.
			jurisdiction: JurisdictionId,
			/// What it is paid in.
			currency: CurrencyId,
			/// Day of supply, by the jurisdiction's clock.
			supply: Day,
			/// Minor units without tax.
			net: Balance,
			/// VAT that the seller charges, and levies.
			tax: Balance,
			/// The tip, which isn't taxed, in minor units.
			tip: Balance,
			/// Net + tax + tip.
			gross: Balance,
			/// Hash of the document; of a sale at a till, of its quote.
			document: Hash32,
			/// The new end of the seller's chain of receipts.
			receipt: Hash32,
			/// The till that sold it.
			till: Option<TillNumber>,
			/// Minor units of the reporting currency for one of its own: a fraction.
			reporting: Option<(u64, u64)>,
		},
		/// The buyer owes an invoice: whoever didn't write it agrees.
		InvoiceAccepted {
			/// Which invoice.
			invoice: InvoiceId,
		},
		/// The buyer doesn't owe an invoice.
		InvoiceRejected {
			/// Which invoice.
			invoice: InvoiceId,
		},
		/// An account paid an invoice, or a part of it.
		PaymentReceived {
			/// Which invoice.
			invoice: InvoiceId,
			/// The account that paid.
			payer: T::AccountId,
			/// How much, in minor units.
			amount: Balance,
			/// What the seller received, VAT set against its credit included.
			to_seller: Balance,
			/// What the treasury received.
			to_treasury: Balance,
			/// VAT that was set against the seller's credit.
			used: Balance,
			/// What the buyer was credited.
			credited: Balance,
			/// Demurrage of the credit that was used, which the seller bears.
			charged: Balance,
			/// Whether all of it went into escrow; the rest comes with [`Event::EscrowReleased`].
			escrowed: bool,
			/// What is paid by now in all, escrowed money included.
			paid: Balance,
			/// What there is to pay in all.
			gross: Balance,
		},
		/// Escrowed money went to the seller, its taxes to the treasury.
		EscrowReleased {
			/// Which invoice.
			invoice: InvoiceId,
			/// How much, in minor units.
			amount: Balance,
			/// What the seller received, VAT set against its credit included.
			to_seller: Balance,
			/// What the treasury received.
			to_treasury: Balance,
			/// VAT that was set against the seller's credit.
			used: Balance,
			/// What the buyer was credited.
			credited: Balance,
			/// Demurrage for its time in escrow, which the seller bore.
			charged: Balance,
			/// What of the seller's part its account couldn't hold: it can be taken.
			set_aside: Balance,
			/// What released the money.
			by: Release,
		},
		/// Escrowed money went back to whoever had paid it, less demurrage for its time in escrow.
		EscrowReturned {
			/// Which invoice.
			invoice: InvoiceId,
			/// The account that gets it back.
			payer: T::AccountId,
			/// Minor units, demurrage included.
			amount: Balance,
			/// The demurrage that was taken off it, in minor units.
			charged: Balance,
			/// What of it the account couldn't hold: it can be taken.
			set_aside: Balance,
		},
		/// The seller says that it has delivered.
		Delivered {
			/// Which invoice.
			invoice: InvoiceId,
		},
		/// The buyer is content. A dispute ends, and the invoice counts as accepted.
		DeliveryConfirmed {
			/// Which invoice.
			invoice: InvoiceId,
		},
		/// The buyer calls for the arbiter: nothing is released until it has decided.
		Disputed {
			/// Which invoice.
			invoice: InvoiceId,
			/// The hash of the reasons.
			reason: Hash32,
		},
		/// The arbiter decided. The invoice counts as not yet accepted.
		Resolved {
			/// Which invoice.
			invoice: InvoiceId,
			/// Minor units that went back to the payers.
			to_buyer: Balance,
			/// Minor units that were released.
			to_seller: Balance,
			/// The hash of the reasons.
			reason: Hash32,
		},
		/// A dispute was over without a decision. What was in escrow goes back to whoever paid, and the
		/// invoice counts as not yet accepted.
		DisputeLapsed {
			/// Which invoice.
			invoice: InvoiceId,
		},
		/// A credit note took effect, and was entered in its seller's series: the receipt, from which
		/// anyone who has the one before can compute the link.
		CreditNoteIssued {
			/// Which invoice.
			invoice: InvoiceId,
			/// The note's own number in the seller's series.
			note: InvoiceNumber,
			/// Today, by the jurisdiction's clock.
			day: Day,
			/// What it took of the invoice.
			taken: Totals,
			/// What it left of the invoice: the gross is what is to pay in all.
			left: Totals,
			/// Hash of the note's document.
			document: Hash32,
			/// What went back to the payers.
			refund: Balance,
			/// The new end of the seller's chain of receipts.
			receipt: Hash32,
		},
		/// A credit note waits: the buyer no longer has the credit that it would lose.
		CreditNoteWaits {
			/// Which invoice.
			invoice: InvoiceId,
			/// Hash of the note's document. It gets its number when it takes effect.
			document: Hash32,
			/// Minor units that the buyer has to add.
			missing: Balance,
		},
		/// A waiting credit note was withdrawn.
		CreditNoteWithdrawn {
			/// Which invoice.
			invoice: InvoiceId,
		},
		/// The seller paid an account back.
		Refunded {
			/// Which invoice.
			invoice: InvoiceId,
			/// The account that paid.
			payer: T::AccountId,
			/// How much, in minor units.
			amount: Balance,
			/// What of it the account couldn't hold: it can be taken.
			set_aside: Balance,
		},
		/// A buyer may bill itself in the seller's name.
		SelfBillingAllowed {
			/// The seller, in whose name bills are written.
			seller: TwinNumber,
			/// The buyer, which may write them.
			buyer: TwinNumber,
			/// The last day, by UTC.
			until: Day,
			/// For how many days the seller can object to each invoice, if its silence is as good as
			/// its word.
			objection: Option<u16>,
		},
		/// A buyer may no longer bill itself in the seller's name.
		SelfBillingEnded {
			/// The seller, in whose name bills are written.
			seller: TwinNumber,
			/// The buyer, which may write no more of them.
			buyer: TwinNumber,
		},
		/// One party wants to cancel an invoice; the other has to do the same. The next event of the
		/// invoice ends that.
		CancelRequested {
			/// Which invoice.
			invoice: InvoiceId,
			/// The party that says so.
			by: TwinNumber,
		},
		/// A party no longer wants to cancel an invoice.
		CancelWithdrawn {
			/// Which invoice.
			invoice: InvoiceId,
			/// The party that says so.
			by: TwinNumber,
		},
		/// An invoice is void.
		InvoiceCancelled {
			/// Which invoice.
			invoice: InvoiceId,
		},
		/// The seller paid the tax of an invoice that stayed unpaid.
		UnpaidTaxCollected {
			/// Which invoice.
			invoice: InvoiceId,
			/// Minor units, what was set against the seller's credit included.
			amount: Balance,
		},
		/// Nothing is left of an invoice to pay or to release.
		InvoiceClosed {
			/// Which invoice.
			invoice: InvoiceId,
		},
		/// An invoice left the state. Its receipt stays provable.
		InvoicePruned {
			/// Which invoice.
			invoice: InvoiceId,
		},
		/// A till may sell, or does so with another key or until another tick.
		TillSet {
			/// The seller for whom it sells.
			seller: TwinNumber,
			/// Its number among the seller's.
			till: TillNumber,
			/// Whose signature makes a quote.
			key: T::AccountId,
			/// The last tick in which it may sell.
			expires: BlockNumberFor<T>,
		},
		/// A till may no longer sell.
		TillRemoved {
			/// The seller for whom it sold.
			seller: TwinNumber,
			/// Its number among the seller's.
			till: TillNumber,
		},
		/// A seller has more room.
		RoomAdded {
			/// The seller that has the room.
			seller: TwinNumber,
			/// Who pays for it.
			payer: T::AccountId,
			/// For how many invoices more.
			invoices: u32,
		},
		/// A seller has less room.
		RoomRemoved {
			/// The seller that has the room.
			seller: TwinNumber,
			/// Who paid for it.
			payer: T::AccountId,
			/// For how many invoices less.
			invoices: u32,
		},
	}

	/// What stands in the way of a call.
	#[pallet::error]
	pub enum Error<T> {
		/// The seller has no such invoice in the state.
		InvoiceNotFound,
		/// The caller's twin isn't the invoice's buyer.
		NotBuyer,
		/// The caller's twin isn't the seller or, where both can act, neither party.
		NotSeller,
		/// The caller's twin isn't the invoice's arbiter.
		NotArbiter,
		/// The arbiter has to be neither seller nor buyer.
		ArbiterIsParty,
		/// The arbiter isn't an active twin.
		ArbiterNotFound,
		/// There is no room for another invoice, or the caller doesn't pay for that much.
		NoRoom,
		/// Invoices take up the room.
		RoomInUse,
		/// The amount, or the number, is zero.
		AmountZero,
		/// More than is left to pay, or than is in escrow.
		PaymentTooLarge,
		/// As many accounts as can pay an invoice have done so, but for the buyer.
		TooManyPayers,
		/// Whoever isn't the buyer pays all that is outstanding, or nothing.
		PartByStranger,
		/// An earlier payment says whether the buyer buys as a business; or its VAT is under reverse
		/// charge, which only a business books.
		PurposeFixed,
		/// The invoice's state forbids it.
		NotOpen,
		/// The invoice has been accepted.
		AlreadyAccepted,
		/// The buyer hasn't accepted the invoice. Under reverse charge nobody else may pay it before,
		/// since a payment makes the buyer owe tax; nor does a pallet that acts for the buyer pay any.
		NotAccepted,
		/// The invoice, a part of it or its tax has been paid.
		AlreadyPaid,
		/// No money of the invoice is in escrow.
		NothingEscrowed,
		/// The day, or the tick, isn't over yet.
		NotDue,
		/// The seller hasn't delivered.
		NotDelivered,
		/// Nothing is to be delivered, or to be confirmed.
		NothingToDeliver,
		/// All of the invoice's money is in escrow, or the arbiter has to decide about it.
		InEscrow,
		/// The jurisdiction's days of correction have passed since the supply.
		CorrectionOver,
		/// A credit note waits, and what the buyer covers isn't enough.
		NoteWaiting,
		/// No credit note waits.
		NoNoteWaiting,
		/// The seller hasn't consented, or no longer.
		NoConsent,
		/// The caller's twin hasn't asked to cancel the invoice, or something was done with it since.
		NoCancelRequest,
		/// A span is longer than [`MAX_DAYS`].
		TooManyDays,
		/// An invoice in escrow needs a known buyer, who can confirm and dispute.
		BuyerNeeded,
		/// At most half of what waits in escrow may be tax.
		EscrowMostlyTax,
		/// The seller has no such till.
		TillUnknown,
		/// The till's last tick is over.
		TillExpired,
		/// The quote's last tick is over.
		QuoteExpired,
		/// The quote expires later than [`Config::MaxQuoteTicks`] from now.
		QuoteTooLong,
		/// The quote has been used.
		QuoteUsed,
		/// The quote is for another twin.
		WrongBuyer,
		/// The till's key didn't sign this quote for this chain.
		BadSignature,
		/// The invoice has to stay in the state for longer.
		RetentionRunning,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// Works off the agenda and forgets expired quotes, as far as there is weight.
		fn on_idle(_now: BlockNumberFor<T>, remaining: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(remaining);
			Self::work_off(&mut meter);
			meter.consumed()
		}

		fn integrity_test() {
			assert!(!T::MaxQuoteTicks::get().is_zero(), "`MaxQuoteTicks` must leave time to pay");
			assert!(T::RetentionDays::get() >= 2, "`RetentionDays` must outlast any midnight");
			assert!(T::DisputeDays::get() > 0, "`DisputeDays` must leave time to decide");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(
			_now: BlockNumberFor<T>,
		) -> Result<(), frame::deps::sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	// Calls and views name an invoice by two arguments, which people type.
	#[pallet::call(weight = <T as Config>::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Issue an invoice.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of an active twin, the seller.
		///
		/// ## Details
		/// It gets the seller's next number and a place of its room. O(tax codes + lines). If it may
		/// come to nothing, since some code does or is negative, it is declared to cost as much more as
		/// booking that does; what wasn't needed comes back. Emits [`Event::InvoiceIssued`].
		///
		/// ## Errors
		/// [`Error::TooManyDays`], [`Error::NoRoom`], [`Error::BuyerNeeded`],
		/// [`Error::ArbiterIsParty`], [`Error::ArbiterNotFound`], [`Error::EscrowMostlyTax`], or
		/// those of the phonebook and the taxes.
		#[pallet::call_index(0)]
		#[pallet::weight(
			<T as Config>::WeightInfo::issue(sale.codes(), sale.lines())
				.saturating_add(Pallet::<T>::weight_of_nothing(sale))
		)]
		pub fn issue(
			origin: OriginFor<T>,
			buyer: Option<TwinNumber>,
			conditions: Conditions,
			sale: Sale,
		) -> DispatchResultWithPostInfo {
			let seller = T::Twins::acting(&ensure_signed(origin)?)?;
			if let Some(buyer) = buyer {
				T::Twins::ensure_active(buyer)?;
			}
			let weight = <T as Config>::WeightInfo::issue(sale.codes(), sale.lines());
			let is_nothing = Self::do_issue(seller, buyer, Writer::Seller, conditions, &sale)?;
			// What wasn't needed comes back.
			Ok((!is_nothing).then_some(weight).into())
		}

		/// Accept an invoice: from now on it is owed, and only both parties can cancel it.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the buyer. What the buyer wrote itself, by that of the seller;
		/// or by anyone once the seller hasn't cancelled it for as many days as its consent says, if it
		/// says so and nothing was done from the buyer's side.
		///
		/// ## Details
		/// If it stays unpaid for long, its tax falls due all the same. O(1). Emits
		/// [`Event::InvoiceAccepted`].
		///
		/// ## Errors
		/// [`Error::InvoiceNotFound`], [`Error::NotBuyer`], [`Error::NotSeller`],
		/// [`Error::AlreadyAccepted`], [`Error::NotOpen`], or those of the phonebook.
		#[pallet::call_index(1)]
		pub fn accept(
			origin: OriginFor<T>,
			seller: TwinNumber,
			number: InvoiceNumber,
		) -> DispatchResult {
			Self::do_accept(ensure_signed(origin)?, InvoiceId { seller, number })
		}

		/// Reject an invoice that was neither accepted nor paid.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the buyer.
		///
		/// ## Details
		/// Money in escrow goes back to whoever paid it. O(payers). Emits
		/// [`Event::EscrowReturned`] and [`Event::InvoiceRejected`].
		///
		/// ## Errors
		/// [`Error::InvoiceNotFound`], [`Error::NotBuyer`], [`Error::AlreadyAccepted`],
		/// [`Error::NotOpen`], [`Error::AlreadyPaid`], or those of the phonebook.
		#[pallet::call_index(2)]
		#[pallet::weight(<T as Config>::WeightInfo::reject().saturating_add(Pallet::<T>::newcomers(BACK)))]
		pub fn reject(
			origin: OriginFor<T>,
			seller: TwinNumber,
			number: InvoiceNumber,
		) -> DispatchResult {
			Self::do_reject(ensure_signed(origin)?, InvoiceId { seller, number })
		}

		/// Pay an invoice or a part of it, whoever's it is.
		///
		/// ## Dispatch Origin
		/// Signed; the caller pays.
		///
		/// ## Details
		/// No amount means all that is open; whoever isn't the buyer pays all of it. Directly, the taxes
		/// are split off and netted at once; into escrow, all of it waits, and with the last part the
		/// deadline begins to run. At most four accounts pay an invoice, the buyer among them.
		/// `business` is whether the buyer buys as a business: its own first payment says so, and from
		/// others it means nothing. O(tax codes). Emits [`Event::PaymentReceived`] and, with the last
		/// direct part, [`Event::InvoiceClosed`].
		///
		/// ## Errors
		/// [`Error::InvoiceNotFound`], [`Error::AlreadyPaid`], [`Error::NotOpen`],
		/// [`Error::AmountZero`], [`Error::PaymentTooLarge`], [`Error::PartByStranger`],
		/// [`Error::NotAccepted`], [`Error::PurposeFixed`], [`Error::TooManyPayers`], or those of
		/// the money and the taxes.
		#[pallet::call_index(3)]
		#[pallet::weight(<T as Config>::WeightInfo::pay().saturating_add(Pallet::<T>::newcomers(2)))]
		pub fn pay(
			origin: OriginFor<T>,
			seller: TwinNumber,
			number: InvoiceNumber,
			amount: Option<Balance>,
			business: bool,
		) -> DispatchResult {
			Self::do_pay(ensure_signed(origin)?, InvoiceId { seller, number }, amount, business)
		}

		/// Take a till's offer, and pay it.
		///
		/// ## Dispatch Origin
		/// Signed; the caller pays. If it controls a twin, that is the buyer.
		///
		/// ## Details
		/// `signature` is the till's under [`Quote::payload`]. The supply is today, and the document
		/// is the quote. `business` is whether the caller buys as a business: else it is credited with
		/// nothing. O(tax codes + lines), with one check of a signature. It costs more in a currency
		/// that isn't plain, and if the seller or the treasury had nothing in it before: that is what
		/// is declared, and what wasn't needed comes back. Emits [`Event::InvoiceIssued`],
		/// [`Event::PaymentReceived`] and [`Event::InvoiceClosed`].
		///
		/// ## Errors
		/// In this order: [`Error::TillUnknown`], [`Error::TillExpired`], [`Error::QuoteExpired`],
		/// [`Error::QuoteTooLong`], [`Error::QuoteUsed`], [`Error::WrongBuyer`],
		/// [`Error::BadSignature`], [`Error::NoRoom`], or those of the phonebook, the money and the
		/// taxes.
		#[pallet::call_index(4)]
		#[pallet::weight(Pallet::<T>::weight_of(&quote.sale))]
		pub fn sell(
			origin: OriginFor<T>,
			quote: Quote,
			signature: T::Signature,
			business: bool,
		) -> DispatchResultWithPostInfo {
			let payer = ensure_signed(origin)?;
			// Before the sale: it makes accounts known to the currency.
			let weight = Self::plain_weight_of(&quote);
			Self::do_sell(payer, &quote, &signature, business)?;
			Ok(weight.into())
		}

		/// Say that what was sold is delivered.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the seller.
		///
		/// ## Details
		/// Possible before and after payment. O(1). Emits [`Event::Delivered`].
		///
		/// ## Errors
		/// [`Error::InvoiceNotFound`], [`Error::NotSeller`], [`Error::NotOpen`],
		/// [`Error::NothingToDeliver`], or those of the phonebook.
		#[pallet::call_index(5)]
		pub fn deliver(
			origin: OriginFor<T>,
			seller: TwinNumber,
			number: InvoiceNumber,
		) -> DispatchResult {
			Self::do_deliver(ensure_signed(origin)?, InvoiceId { seller, number })
		}

		/// Be content with what was delivered. Money in escrow goes to the seller.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the buyer.
		///
		/// ## Details
		/// Ends a dispute, too. O(tax codes). Emits [`Event::DeliveryConfirmed`] and, if money was in
		/// escrow, [`Event::EscrowReleased`].
		///
		/// ## Errors
		/// [`Error::InvoiceNotFound`], [`Error::NotBuyer`], [`Error::NotOpen`],
		/// [`Error::NotDelivered`], [`Error::NothingToDeliver`], or those of the phonebook, the
		/// money and the taxes.
		#[pallet::call_index(6)]
		#[pallet::weight(<T as Config>::WeightInfo::confirm().saturating_add(Pallet::<T>::newcomers(RELEASED)))]
		pub fn confirm(
			origin: OriginFor<T>,
			seller: TwinNumber,
			number: InvoiceNumber,
		) -> DispatchResult {
			Self::do_confirm(ensure_signed(origin)?, InvoiceId { seller, number })
		}

		/// Object while money is in escrow: it waits until the arbiter has decided.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the buyer.
		///
		/// ## Details
		/// `reason` is a hash of why. If nobody decides within [`Config::DisputeDays`], what is in escrow
		/// goes back. O(1). Emits [`Event::Disputed`].
		///
		/// ## Errors
		/// [`Error::InvoiceNotFound`], [`Error::NotBuyer`], [`Error::NotOpen`],
		/// [`Error::NothingEscrowed`], or those of the phonebook.
		#[pallet::call_index(7)]
		pub fn dispute(
			origin: OriginFor<T>,
			seller: TwinNumber,
			number: InvoiceNumber,
			reason: Hash32,
		) -> DispatchResult {
			Self::do_dispute(ensure_signed(origin)?, InvoiceId { seller, number }, reason)
		}

		/// Decide who gets what is in escrow, disputed or not.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the invoice's arbiter.
		///
		/// ## Details
		/// `to_buyer` minor units go back to whoever paid, newest payment first, and the rest to the
		/// seller. What went back is open again, and the invoice counts as not accepted. O(payers +
		/// tax codes). Emits [`Event::Resolved`], [`Event::EscrowReturned`] and
		/// [`Event::EscrowReleased`].
		///
		/// ## Errors
		/// [`Error::InvoiceNotFound`], [`Error::NotArbiter`], [`Error::NothingEscrowed`],
		/// [`Error::PaymentTooLarge`], or those of the phonebook, the money and the taxes.
		#[pallet::call_index(8)]
		#[pallet::weight(<T as Config>::WeightInfo::resolve().saturating_add(Pallet::<T>::newcomers(BACK + RELEASED)))]
		pub fn resolve(
			origin: OriginFor<T>,
			seller: TwinNumber,
			number: InvoiceNumber,
			to_buyer: Balance,
			reason: Hash32,
		) -> DispatchResult {
			Self::do_resolve(ensure_signed(origin)?, InvoiceId { seller, number }, to_buyer, reason)
		}

		/// Take a part of an own invoice back, or all of it.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the seller.
		///
		/// ## Details
		/// The note gets the next number of the seller's series when it takes effect, and needs no
		/// room. The taxes of what remains are recomputed at the invoice's rates. A part that waits in
		/// escrow goes back first, as long as no deadline runs and nothing is disputed. What was paid
		/// beyond what remains goes back to whoever paid, newest payment first. The buyer may have spent
		/// the credit that it would lose, or owe tax that it went against; that is made good out of
		/// the money going back, and if this isn't enough the note waits and nothing moves.
		/// O(payers + tax codes + lines). Emits [`Event::CreditNoteIssued`],
		/// [`Event::EscrowReturned`] and [`Event::Refunded`], or [`Event::CreditNoteWaits`].
		///
		/// ## Errors
		/// [`Error::InvoiceNotFound`], [`Error::NotOpen`], [`Error::InEscrow`],
		/// [`Error::CorrectionOver`], [`Error::NoteWaiting`], or those of the phonebook, the money
		/// and the taxes.
		#[pallet::call_index(9)]
		#[pallet::weight(Pallet::<T>::weight_of_note(note))]
		pub fn credit_note(
			origin: OriginFor<T>,
			number: InvoiceNumber,
			note: Note,
			document: Hash32,
		) -> DispatchResult {
			Self::do_credit_note(ensure_signed(origin)?, number, &note, document)
		}

		/// Add what a waiting credit note lacks, so that it takes effect.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the buyer.
		///
		/// ## Details
		/// At most `max` minor units are taken, and only what is missing now. O(payers + tax codes).
		/// A part that waits in escrow goes back first, as with [`Pallet::credit_note`]. Emits
		/// [`Event::CreditNoteIssued`], [`Event::EscrowReturned`] and [`Event::Refunded`].
		///
		/// ## Errors
		/// [`Error::InvoiceNotFound`], [`Error::NotBuyer`], [`Error::NoNoteWaiting`],
		/// [`Error::NotOpen`], [`Error::InEscrow`], [`Error::CorrectionOver`],
		/// [`Error::NoteWaiting`] if more than `max` is missing, or those of the phonebook, the
		/// money and the taxes.
		#[pallet::call_index(10)]
		#[pallet::weight(Pallet::<T>::weight_of_cover())]
		pub fn cover_note(
			origin: OriginFor<T>,
			seller: TwinNumber,
			number: InvoiceNumber,
			max: Balance,
		) -> DispatchResult {
			Self::do_cover_note(ensure_signed(origin)?, InvoiceId { seller, number }, max)
		}

		/// Withdraw a credit note that waits.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the seller.
		///
		/// ## Details
		/// O(1). Emits [`Event::CreditNoteWithdrawn`].
		///
		/// ## Errors
		/// [`Error::InvoiceNotFound`], [`Error::NoNoteWaiting`], or those of the phonebook.
		#[pallet::call_index(11)]
		pub fn withdraw_note(origin: OriginFor<T>, number: InvoiceNumber) -> DispatchResult {
			Self::do_withdraw_note(ensure_signed(origin)?, number)
		}

		/// Issue an invoice to oneself in the name of a seller that has consented.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of an active twin, the buyer.
		///
		/// ## Details
		/// As [`Pallet::issue`], in the seller's series and room. The seller accepts it, as its consent
		/// says; until then the seller can cancel it alone. Once anything of it is paid, disputed or
		/// confirmed, the seller's word alone accepts it. O(tax codes + lines). Emits
		/// [`Event::InvoiceIssued`].
		///
		/// ## Errors
		/// [`Error::NoConsent`], or those of [`Pallet::issue`].
		#[pallet::call_index(12)]
		#[pallet::weight(
			<T as Config>::WeightInfo::self_bill(sale.codes(), sale.lines())
				.saturating_add(Pallet::<T>::weight_of_nothing(sale))
		)]
		pub fn self_bill(
			origin: OriginFor<T>,
			seller: TwinNumber,
			conditions: Conditions,
			sale: Sale,
		) -> DispatchResultWithPostInfo {
			let buyer = T::Twins::acting(&ensure_signed(origin)?)?;
			T::Twins::ensure_active(seller)?;
			let writer = Self::ensure_consent(seller, buyer)?;
			let weight = <T as Config>::WeightInfo::self_bill(sale.codes(), sale.lines());
			let is_nothing = Self::do_issue(seller, Some(buyer), writer, conditions, &sale)?;
			// What wasn't needed comes back.
			Ok((!is_nothing).then_some(weight).into())
		}

		/// Let a buyer bill itself in one's name.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of an active twin, the seller, which pays the deposit.
		///
		/// ## Details
		/// `until` is the last day, by UTC. With `objection`, what the seller hasn't cancelled within so
		/// many days of its issue can be accepted in its name; without, it accepts each invoice itself.
		/// Takes the place of an earlier consent to this buyer, for invoices from now on. O(1). Emits
		/// [`Event::SelfBillingAllowed`].
		///
		/// ## Errors
		/// [`Error::NoConsent`] if `until` is over, [`Error::AmountZero`], [`Error::TooManyDays`],
		/// those of the phonebook, or the currency's if the deposit can't be held.
		#[pallet::call_index(13)]
		pub fn allow_self_billing(
			origin: OriginFor<T>,
			buyer: TwinNumber,
			until: Day,
			objection: Option<u16>,
		) -> DispatchResult {
			Self::do_allow_self_billing(ensure_signed(origin)?, buyer, until, objection)
		}

		/// Cancel an invoice of which nothing has been paid.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the seller. Once the invoice is accepted, or during a dispute,
		/// by that of either party, and then by that of the other.
		///
		/// ## Details
		/// Whatever is done with the invoice meanwhile ends the request of the first, which can also
		/// withdraw it. Money in escrow goes back to whoever paid it. O(payers). Emits
		/// [`Event::CancelRequested`], or [`Event::EscrowReturned`] and [`Event::InvoiceCancelled`].
		///
		/// ## Errors
		/// [`Error::InvoiceNotFound`], [`Error::NotSeller`], [`Error::NotOpen`],
		/// [`Error::AlreadyPaid`], or those of the phonebook and the money.
		#[pallet::call_index(14)]
		#[pallet::weight(<T as Config>::WeightInfo::cancel().saturating_add(Pallet::<T>::newcomers(BACK)))]
		pub fn cancel(
			origin: OriginFor<T>,
			seller: TwinNumber,
			number: InvoiceNumber,
		) -> DispatchResult {
			Self::do_cancel(ensure_signed(origin)?, InvoiceId { seller, number })
		}

		/// Release an escrow whose deadline has come. If it is disputed, it goes back to whoever paid.
		///
		/// ## Dispatch Origin
		/// Signed by anyone.
		///
		/// ## Details
		/// Happens in idle time by itself. O(tax codes). Emits [`Event::EscrowReleased`] and
		/// [`Event::InvoiceClosed`]; of a dispute, [`Event::DisputeLapsed`] and
		/// [`Event::EscrowReturned`].
		///
		/// ## Errors
		/// [`Error::InvoiceNotFound`], [`Error::NothingEscrowed`], [`Error::NotDue`], or those of the
		/// money and the taxes.
		#[pallet::call_index(15)]
		#[pallet::weight(<T as Config>::WeightInfo::release().max(<T as Config>::WeightInfo::lapse()).saturating_add(Pallet::<T>::newcomers(BACK)))]
		pub fn release(
			origin: OriginFor<T>,
			seller: TwinNumber,
			number: InvoiceNumber,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_release(InvoiceId { seller, number })
		}

		/// Collect the tax of an accepted invoice that has stayed unpaid for too long.
		///
		/// ## Dispatch Origin
		/// Signed by anyone; the seller pays.
		///
		/// ## Details
		/// Later payments give no more tax. O(tax codes). Emits [`Event::UnpaidTaxCollected`].
		///
		/// ## Errors
		/// [`Error::InvoiceNotFound`], [`Error::NotOpen`] unless it is accepted,
		/// [`Error::AlreadyPaid`] if nothing is open or no tax is owed, [`Error::NotDue`], or those
		/// of the money and the taxes.
		#[pallet::call_index(16)]
		#[pallet::weight(<T as Config>::WeightInfo::collect_unpaid().saturating_add(Pallet::<T>::newcomers(2)))]
		pub fn collect_unpaid(
			origin: OriginFor<T>,
			seller: TwinNumber,
			number: InvoiceNumber,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_collect_unpaid(InvoiceId { seller, number })
		}

		/// Let a till sell, or change its key or its last tick.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of an active twin, the seller.
		///
		/// ## Details
		/// The key can sign quotes and nothing else. A new till takes a place of the seller's room.
		/// O(1). Emits [`Event::TillSet`].
		///
		/// ## Errors
		/// [`Error::TillExpired`], [`Error::NoRoom`], or those of the phonebook.
		#[pallet::call_index(17)]
		pub fn set_till(
			origin: OriginFor<T>,
			till: TillNumber,
			key: T::AccountId,
			expires: BlockNumberFor<T>,
		) -> DispatchResult {
			Self::do_set_till(ensure_signed(origin)?, till, key, expires)
		}

		/// Take a till out of service. Its open quotes can't be used any more.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the seller.
		///
		/// ## Details
		/// Its place in the room is free again. O(1). Emits [`Event::TillRemoved`].
		///
		/// ## Errors
		/// [`Error::TillUnknown`], or those of the phonebook.
		#[pallet::call_index(18)]
		pub fn remove_till(origin: OriginFor<T>, till: TillNumber) -> DispatchResult {
			Self::do_remove_till(ensure_signed(origin)?, till)
		}

		/// Pay for room for a seller's invoices.
		///
		/// ## Dispatch Origin
		/// Signed by anyone, the seller itself or a sponsor; the caller pays the deposit.
		///
		/// ## Details
		/// The deposit for all room of this seller that the caller pays for is reckoned at today's
		/// price. O(1). Emits [`Event::RoomAdded`].
		///
		/// ## Errors
		/// [`Error::AmountZero`], those of the phonebook, or the currency's if the deposit can't be
		/// held.
		#[pallet::call_index(19)]
		pub fn add_room(origin: OriginFor<T>, seller: TwinNumber, invoices: u32) -> DispatchResult {
			Self::do_add_room(ensure_signed(origin)?, seller, invoices)
		}

		/// Take room back that no invoice needs.
		///
		/// ## Dispatch Origin
		/// Signed by whoever paid for it, which gets the deposit back.
		///
		/// ## Details
		/// The deposit for what remains is reckoned at today's price. O(1). Emits
		/// [`Event::RoomRemoved`].
		///
		/// ## Errors
		/// [`Error::AmountZero`], [`Error::NoRoom`], [`Error::RoomInUse`], or the currency's if the
		/// price has risen and what remains can't be held.
		#[pallet::call_index(20)]
		pub fn remove_room(
			origin: OriginFor<T>,
			seller: TwinNumber,
			invoices: u32,
		) -> DispatchResult {
			Self::do_remove_room(ensure_signed(origin)?, seller, invoices)
		}

		/// Take an invoice out of the state after its retention.
		///
		/// ## Dispatch Origin
		/// Signed by anyone.
		///
		/// ## Details
		/// Happens in idle time by itself. Frees a place of the seller's room. O(1). Emits
		/// [`Event::InvoicePruned`].
		///
		/// ## Errors
		/// [`Error::InvoiceNotFound`], [`Error::NotOpen`] if its state isn't final,
		/// [`Error::RetentionRunning`].
		#[pallet::call_index(21)]
		pub fn prune(
			origin: OriginFor<T>,
			seller: TwinNumber,
			number: InvoiceNumber,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_prune(InvoiceId { seller, number })
		}

		/// Forget up to `limit` used quotes whose last tick is over, from the oldest on.
		///
		/// ## Dispatch Origin
		/// Signed by anyone.
		///
		/// ## Details
		/// Happens in idle time by itself. A tick that is passed counts as a quote. O(`limit`), whatever
		/// was forgotten before. No event: an expired quote is refused whether it was used or not.
		///
		/// ## Errors
		/// [`Error::NotDue`].
		#[pallet::call_index(22)]
		#[pallet::weight(<T as Config>::WeightInfo::prune_quotes(*limit))]
		pub fn prune_quotes(origin: OriginFor<T>, limit: u32) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let used = Self::do_prune_quotes(limit)?;
			Ok(Some(<T as Config>::WeightInfo::prune_quotes(used)).into())
		}

		/// Withdraw a request to cancel an invoice.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the party that asked.
		///
		/// ## Details
		/// O(1). Emits [`Event::CancelWithdrawn`].
		///
		/// ## Errors
		/// [`Error::InvoiceNotFound`], [`Error::NoCancelRequest`], or those of the phonebook.
		#[pallet::call_index(23)]
		pub fn withdraw_cancel(
			origin: OriginFor<T>,
			seller: TwinNumber,
			number: InvoiceNumber,
		) -> DispatchResult {
			Self::do_withdraw_cancel(ensure_signed(origin)?, InvoiceId { seller, number })
		}

		/// Let a buyer no longer bill itself in a seller's name.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the seller, or by whoever paid the deposit; by anyone once the
		/// consent has run out.
		///
		/// ## Details
		/// What is issued by then stays as it is. The deposit goes back. O(1). Emits
		/// [`Event::SelfBillingEnded`].
		///
		/// ## Errors
		/// [`Error::NoConsent`] if there is none to end, [`Error::NotSeller`], or those of the
		/// phonebook.
		#[pallet::call_index(24)]
		pub fn end_self_billing(
			origin: OriginFor<T>,
			seller: TwinNumber,
			buyer: TwinNumber,
		) -> DispatchResult {
			Self::do_end_self_billing(ensure_signed(origin)?, seller, buyer)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// An invoice that is in the state.
		pub fn invoice(seller: TwinNumber, number: InvoiceNumber) -> Option<InvoiceOf<T>> {
			Invoices::<T>::get(seller, number)
		}

		/// Of the seller's `limit` numbers from `from` on, and never more than [`MAX_PAGE`], the
		/// invoices that are in the state.
		pub fn invoices(
			seller: TwinNumber,
			from: InvoiceNumber,
			limit: u32,
		) -> Vec<(InvoiceNumber, InvoiceOf<T>)> {
			Self::page(seller, from, limit)
		}

		/// A seller's series, and its room.
		pub fn book(seller: TwinNumber) -> Book {
			Books::<T>::get(seller)
		}

		/// A seller's till.
		pub fn till(seller: TwinNumber, till: TillNumber) -> Option<TillOf<T>> {
			Tills::<T>::get(seller, till)
		}

		/// Whether a quote was used. Forgotten some time after its last tick.
		pub fn quote_used(
			expires: BlockNumberFor<T>,
			seller: TwinNumber,
			till: TillNumber,
			nonce: QuoteNonce,
		) -> bool {
			Quotes::<T>::contains_key(expires, (seller, till, nonce))
		}

		/// For how many of a seller's invoices an account pays the room.
		pub fn room(seller: TwinNumber, payer: T::AccountId) -> u32 {
			Rooms::<T>::get(seller, payer).map_or(0, |room| room.invoices)
		}

		/// What room for so many invoices holds today, in base units.
		pub fn room_deposit(invoices: u32) -> Balance {
			T::DepositPrice::convert(Self::room_footprint(invoices))
		}

		/// A seller's consent that a buyer bills itself in its name.
		pub fn self_billing(seller: TwinNumber, buyer: TwinNumber) -> Option<ConsentOf<T>> {
			SelfBilling::<T>::get(seller, buyer)
		}

		/// What such a consent holds today, in base units.
		pub fn self_billing_deposit() -> Balance {
			T::DepositPrice::convert(Self::consent_footprint())
		}

		/// What is left of an invoice, as far as these links of its seller's chain prove it: from the
		/// invoice itself to the latest, without gaps. `previous` is the receipt before the first.
		/// Nothing if they don't lead to the seller's last receipt. It is final after
		/// [`Pallet::correctable_until`], unless the jurisdiction lengthens its days of correction
		/// while the invoice is still in the state.
		pub fn proven(previous: Hash32, links: Vec<Link>) -> Option<Totals> {
			Self::check_proof(previous, &links)
		}

		/// The last day, by the jurisdiction's clock, on which a credit note can take effect on what
		/// was supplied on `supply`: a proof of its invoice runs to the last link of that day. By the
		/// days of correction of now: a jurisdiction that lengthens them brings back a day that has
		/// passed, for invoices that are still in the state.
		pub fn correctable_until(jurisdiction: JurisdictionId, supply: Day) -> Option<Day> {
			Self::last_correction(jurisdiction, supply).ok()
		}

		/// The pot in which escrowed money waits.
		pub fn escrow() -> T::AccountId {
			Self::escrow_account()
		}
	}
}
