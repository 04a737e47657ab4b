//! Tax, as pallets and clients see it: what commerce asks of tax. What its words mean is of
//! [`ourledger_trade`].

pub use ourledger_trade::tax::*;

use crate::{
	invoice::{Bill, InvoiceId, Note, Payer, Remainder, Sale},
	money::{CurrencyId, Day, Kept},
	twin::TwinNumber,
	Balance,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{DispatchError, DispatchResult};

/// Where the tax of an invoice is booked, and whose it is.
#[derive(
	Clone,
	Copy,
	Debug,
	Eq,
	PartialEq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Booking {
	/// Place of supply, in whose books it is.
	pub jurisdiction: JurisdictionId,
	/// What is paid in.
	pub currency: CurrencyId,
	/// The period in which it is booked: not always that of the supply.
	pub period: Period,
	/// Which invoice.
	pub invoice: InvoiceId,
	/// Its buyer, if it is known. Of what a buyer books itself it always is.
	pub buyer: Option<TwinNumber>,
}

impl Booking {
	/// What is booked of `trade` in `period`.
	pub fn of(trade: &Trade, period: Period) -> Self {
		let Trade { seller, number, buyer, jurisdiction, currency, .. } = *trade;
		let invoice = InvoiceId { seller, number };
		Self { jurisdiction, currency, period, invoice, buyer }
	}
}

/// Where a payment comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Source<'a, AccountId> {
	/// Somebody's account. What the buyer owes under reverse charge it pays at once, or all fails.
	Account(&'a AccountId),
	/// A pot in which the money waited. What the buyer owes under reverse charge and can't pay
	/// becomes arrears, whole: it never holds up the seller.
	Pot {
		/// The pot.
		pot: &'a AccountId,
		/// What is released, all of it.
		kept: Kept,
	},
}

/// What became of a payment, in minor units. Seller, treasury and what was charged sum to the
/// payment.
#[derive(
	Clone, Copy, Debug, Default, Eq, PartialEq, Encode, Decode, DecodeWithMemTracking, TypeInfo,
)]
pub struct PaymentSplit {
	/// What is the seller's, VAT set against its credit included. It reached its account, but for
	/// what was set aside.
	pub seller: Balance,
	/// Of that, what its account couldn't hold.
	pub set_aside: Balance,
	/// What reached the treasury: VAT remitted, levies, withholding.
	pub treasury: Balance,
	/// Demurrage that the seller bears: of the time that the payment waited, and of the credit that was
	/// set against its VAT. The tax is on all of it nevertheless.
	pub charged: Balance,
	/// VAT that was set against the seller's credit: the seller kept the money.
	pub used: Balance,
	/// What the buyer was credited.
	pub credited: Balance,
}

/// What became of a credit note.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum NoteOutcome {
	/// It took effect; `refund` is still to be paid by the seller to whoever had paid.
	Settled {
		/// Minor units.
		refund: Balance,
	},
	/// The buyer has to cover this much first; nothing moved. Reverse charge that the note makes due
	/// never is a part of it: what the buyer doesn't cover becomes its arrears, whole.
	Waits {
		/// Minor units.
		missing: Balance,
	},
}

/// What pallets that register trade ask of tax.
///
/// Every function that moves money books it in the tax ledgers and emits an event from which they
/// can be rebuilt. What it refuses, also that there is no such jurisdiction, it refuses with errors
/// of its own, which callers pass on.
pub trait TaxRules<AccountId> {
	/// Today, by the jurisdiction's clock.
	fn today(jurisdiction: JurisdictionId) -> Result<Day, DispatchError>;

	/// The account that its tax goes to.
	fn treasury(jurisdiction: JurisdictionId) -> Option<AccountId>;

	/// For how many days after its supply an invoice can be corrected: days of the calendar.
	fn correction_days(jurisdiction: JurisdictionId) -> Result<u32, DispatchError>;

	/// After how many days the tax of an accepted, unpaid business invoice falls due. A wait of at
	/// least so many times 24 hours: it is over on the day that comes one later.
	fn unpaid_days(jurisdiction: JurisdictionId) -> Result<u32, DispatchError>;

	/// Refuse a buyer that owes the treasury, in `currency`, what it couldn't pay of reverse
	/// charge. While it does, nothing is sold to it under reverse charge ([`Self::assess`] sees to
	/// that), and nothing is paid into escrow for it.
	fn ensure_no_arrears(
		jurisdiction: JurisdictionId,
		buyer: TwinNumber,
		currency: CurrencyId,
	) -> DispatchResult;

	/// How many minor units of the reporting currency one minor unit is worth, as last published:
	/// a fraction, numerator first. A missing rate never stops trade.
	fn reporting_rate(jurisdiction: JurisdictionId, currency: CurrencyId) -> Option<(u64, u64)>;

	/// Work out the taxes of a sale, and refuse one that breaks the jurisdiction's rules, or is in
	/// a currency that it doesn't accept. Reads only.
	fn assess(trade: &Trade, sale: &Sale) -> Result<Bill, DispatchError>;

	/// Book what is due though nothing is to be paid: of a bill of gross 0, all. To be called once, at
	/// issue, for every bill; does nothing to any other.
	fn book_issue(trade: &Trade, bill: &mut Bill) -> Result<(), DispatchError>;

	/// Move a payment of `amount` to the seller and the treasury, the taxes being split off; net them
	/// against the seller's credit, and credit the buyer.
	fn collect(
		trade: &Trade,
		bill: &mut Bill,
		from: Source<'_, AccountId>,
		amount: Balance,
	) -> Result<PaymentSplit, DispatchError>;

	/// Take from the seller all tax that the bill still owes, since it stayed unpaid too long.
	fn collect_unpaid(trade: &Trade, bill: &mut Bill) -> Result<PaymentSplit, DispatchError>;

	/// What `note` leaves of the bill, if it takes back what is there and nothing else. Reads nothing.
	/// It stays right until the next note takes effect, whatever is paid meanwhile.
	fn remainder(bill: &Bill, note: &Note) -> Result<Remainder, DispatchError>;

	/// Take the bill down to what a note leaves of it, recompute its taxes at its own rates, and move
	/// taxes and credits. Refunding the payers out of the seller's money is the caller's part.
	///
	/// `cover` is what the buyer is ready to add from its own account: for credit that it lacks, then
	/// for reverse charge that the note makes due, if it suffices for all of that; else that becomes
	/// its arrears.
	fn credit(
		trade: &Trade,
		bill: &mut Bill,
		left: &Remainder,
		cover: Balance,
	) -> Result<NoteOutcome, DispatchError>;

	/// Make a jurisdiction that accepts `currency`, in which `seller` and `buyer` are registered and
	/// have credit and long books, and whose treasury has money. It rounds per line, or per code; of
	/// dividends, a tax is withheld.
	#[cfg(feature = "runtime-benchmarks")]
	fn prepare(
		currency: CurrencyId,
		seller: TwinNumber,
		buyer: TwinNumber,
		per_line: bool,
	) -> (JurisdictionId, BenchmarkCodes);

	/// Give `twin` long books, and a little credit of as many months as there can be, once more.
	#[cfg(feature = "runtime-benchmarks")]
	fn fill_books(jurisdiction: JurisdictionId, currency: CurrencyId, twin: TwinNumber);
}

/// What pallets that act for a twin ask of tax besides, where the twin has its seat. What it refuses, it
/// refuses as [`TaxRules`] does.
pub trait SeatTax<AccountId>: TaxRules<AccountId> {
	/// Whether it accepts `currency`; nothing, if there is no such jurisdiction.
	fn accepts(jurisdiction: JurisdictionId, currency: CurrencyId) -> bool;

	/// Pay what `twin` owes of reverse charge, as far as `account` has it: for a pallet that acts for
	/// the account. Also out of one that the issuer has expelled, and not out of a frozen one. Returns
	/// what was paid, in minor units; nothing may be.
	fn pay_arrears(
		jurisdiction: JurisdictionId,
		twin: TwinNumber,
		currency: CurrencyId,
		account: &AccountId,
	) -> Result<Balance, DispatchError>;

	/// Withhold the tax on a dividend of `amount` that the twin `payer` pays out of `account`, by the
	/// code that the jurisdiction's authority has chosen for dividends and its rate of today; none
	/// chosen, none withheld. It goes to the treasury in this step. Also out of an account that the
	/// issuer has expelled, and not out of a frozen one. Returns the tax, in minor units.
	///
	/// `rest` is what earlier ones left of a unit, in millionths; the first has 500,000. A payer has one
	/// for each jurisdiction and currency, so that many small dividends are taxed as one large one is. It
	/// changes with success alone.
	fn withhold(
		jurisdiction: JurisdictionId,
		payer: TwinNumber,
		account: &AccountId,
		currency: CurrencyId,
		amount: Balance,
		rest: &mut Ppm,
	) -> Result<Balance, DispatchError>;
}

/// As many codes as an invoice can have, so that each further one is the dearest of its kind.
#[cfg(feature = "runtime-benchmarks")]
pub struct BenchmarkCodes {
	/// VAT of 15 %; all but the first under reverse charge.
	pub vat: alloc::vec::Vec<TaxCode>,
	/// On the net.
	pub levies: alloc::vec::Vec<TaxCode>,
	/// Withholdings.
	pub withholdings: alloc::vec::Vec<TaxCode>,
}

/// What pallets that hold money ask about jurisdictions.
pub trait Jurisdictions {
	/// The twin that is its authority, or tax's error if there is no such jurisdiction.
	fn authority_of(jurisdiction: JurisdictionId) -> Result<TwinNumber, DispatchError>;

	/// Whether `twin` is registered as a taxpayer there: a business.
	fn is_business(jurisdiction: JurisdictionId, twin: TwinNumber) -> bool;

	/// Make a jurisdiction with this authority.
	#[cfg(feature = "runtime-benchmarks")]
	fn create(authority: TwinNumber) -> JurisdictionId;
}

/// Refunds of a credit note, newest payment first: who gets how much of `amount` minor units, of what
/// has arrived.
pub fn refunds<AccountId: Clone>(
	payers: &mut Vec<Payer<AccountId>>,
	amount: Balance,
) -> Vec<(AccountId, Balance)> {
	let mut left = amount;
	let mut shares = Vec::new();
	for payer in payers.iter_mut().rev() {
		let share = payer.paid.min(left);
		if share > 0 {
			shares.push((payer.account.clone(), share));
		}
		payer.paid -= share;
		left -= share;
	}
	payers.retain(|payer| payer.paid > 0 || payer.kept.nominal > 0);
	shares
}
