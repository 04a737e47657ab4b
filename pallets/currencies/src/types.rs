//! What is stored of a currency and of those who use it.

use crate::Config;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame::{prelude::*, traits::fungible::NativeOrWithId};
use ourledger_math::{
	demurrage::{Index, Schedule},
	MathError,
};
use ourledger_primitives::{
	money::{CurrencyId, Day},
	tax::{JurisdictionId, Ppm},
	twin::TwinNumber,
	Balance,
};

/// Longest name of a currency, in bytes of UTF-8. What pallet-assets takes must not be shorter.
pub const MAX_NAME: u32 = 50;

/// Longest symbol of a currency.
pub const MAX_SYMBOL: u32 = 12;

/// Shortest symbol of a currency.
pub const MIN_SYMBOL: u32 = 2;

/// Highest demurrage, in parts per million a day: 1 %, and so 97 % a year.
pub const MAX_DEMURRAGE: Ppm = 10_000;

/// Most minor units that there can ever be of one currency, whatever its cap or its credit lines.
/// Half of what fits, since pallet-assets adds what moves to the supply before it looks.
pub const MAX_SUPPLY: Balance = Balance::MAX / 2;

/// Longest way of a swap, in currencies.
pub const MAX_PATH: u32 = 4;

/// Most currencies on one page of [`crate::Pallet::currencies`].
pub const MAX_PAGE: u32 = 100;

/// BLAKE2b-256 of something kept off the chain, or any 32 bytes.
pub type Hash32 = [u8; 32];

/// Either OUR or a local currency.
pub type CurrencyKind = NativeOrWithId<CurrencyId>;

/// Name of a currency.
pub type CurrencyName = BoundedVec<u8, ConstU32<MAX_NAME>>;

/// Symbol of a currency.
pub type CurrencySymbol = BoundedVec<u8, ConstU32<MAX_SYMBOL>>;

/// Way of a swap: each currency is changed into the next.
pub type SwapPath = BoundedVec<CurrencyKind, ConstU32<MAX_PATH>>;

/// [`Currency`] with the runtime's deposit.
pub type CurrencyOf<T> = Currency<<T as Config>::CurrencyDeposit>;

/// [`Member`] with the runtime's deposit.
pub type MemberOf<T> = Member<<T as Config>::MemberDeposit>;

/// [`CreditLine`] with the runtime's deposit.
pub type CreditLineOf<T> = CreditLine<<T as Config>::CreditLineDeposit>;

/// [`Freeze`] with the runtime's block number and deposit.
pub type FreezeOf<T> = Freeze<BlockNumberFor<T>, <T as Config>::FreezeDeposit>;

/// [`CurrencyInfo`] with the runtime's accounts.
pub type CurrencyInfoOf<T> = CurrencyInfo<<T as frame_system::Config>::AccountId>;

/// [`HoldingInfo`] with the runtime's block number.
pub type HoldingInfoOf<T> = HoldingInfo<BlockNumberFor<T>>;

/// How a currency comes into being. Never changes its kind.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Supply {
	/// The issuer makes it, and holders redeem it.
	#[codec(index = 0)]
	Issued {
		/// Minor units beyond which no more is issued. Lower than what there is, it only stops that.
		cap: Balance,
	},
	/// Members make it when they pay more than they have, and unmake it when they repay.
	#[codec(index = 1)]
	MutualCredit,
}

impl Supply {
	/// Whether this is the same kind as `other`, whatever the cap.
	pub fn is_like(&self, other: &Self) -> bool {
		matches!(
			(self, other),
			(Self::Issued { .. }, Self::Issued { .. }) | (Self::MutualCredit, Self::MutualCredit)
		)
	}
}

/// Who may use a currency.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Access {
	/// Everybody.
	#[codec(index = 0)]
	Open,
	/// Whoever the issuer admitted.
	#[codec(index = 1)]
	Members,
}

/// What the issuer may amend, with notice.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Terms {
	/// How it comes into being.
	pub supply: Supply,
	/// Who may use it.
	pub access: Access,
	/// Whether a business of the currency's jurisdiction may be paid by invoice alone.
	pub invoice_only: bool,
	/// What balances lose, in parts per million a day.
	pub demurrage: Ppm,
}

/// A currency.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Currency<Ticket> {
	/// The twin that made it.
	pub issuer: TwinNumber,
	/// Whose authority may freeze accounts in it.
	pub jurisdiction: Option<JurisdictionId>,
	/// Digits after the point.
	pub decimals: u8,
	/// What holds until a pending amendment takes effect.
	pub terms: Terms,
	/// Days between an amendment and its effect.
	pub notice_days: u16,
	/// What will hold, and from which day.
	pub pending: Option<(Terms, Day)>,
	/// Index of demurrage on the day `since`, in 2⁻⁸⁰.
	pub index: u128,
	/// The day from which the demurrage of `terms` is charged.
	pub since: Day,
	/// The deposit, held on the issuer's controller.
	pub ticket: Ticket,
}

impl Terms {
	/// Whether a payment under them only moves balances.
	fn are_plain(&self) -> bool {
		let issued = matches!(self.supply, Supply::Issued { .. });
		issued && self.access == Access::Open && self.demurrage == 0
	}
}

impl<Ticket> Currency<Ticket> {
	/// Whether a payment in it only moves balances, today and under what is to come.
	pub fn is_plain(&self) -> bool {
		let to_come = self.pending.map(|(terms, _)| terms);
		let index = self.index == Index::ONE.to_bits();
		index && self.terms.are_plain() && to_come.is_none_or(|terms| terms.are_plain())
	}

	/// Whether demurrage is charged, or announced.
	pub fn has_demurrage(&self) -> bool {
		let to_come = self.pending.map(|(terms, _)| terms);
		self.terms.demurrage > 0 || to_come.is_some_and(|terms| terms.demurrage > 0)
	}

	/// As it is on `day`: with an amendment in effect whose day has come.
	pub fn on(mut self, day: Day) -> Result<Self, MathError> {
		let Some((terms, effective)) = self.pending.filter(|(_, effective)| *effective <= day)
		else {
			return Ok(self);
		};
		// The same rate goes on from where it began, for the sake of `index_of`.
		if terms.demurrage != self.terms.demurrage {
			self.index = self.index_of(effective)?.to_bits();
			self.since = effective;
		}
		self.terms = terms;
		self.pending = None;
		Ok(self)
	}

	/// Index of demurrage on `day`; that of the day `since` for any day before it, whose own isn't
	/// kept.
	pub fn index_of(&self, day: Day) -> Result<Index, MathError> {
		let start = Index::from_bits(self.index).ok_or(MathError::Overflow)?;
		if self.terms.demurrage == 0 {
			return Ok(start);
		}
		Schedule::new(start, self.since, self.terms.demurrage)?.index(day.max(self.since))
	}
}

/// Somebody who is admitted to a currency, or was.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Member<Ticket> {
	/// Whether the issuer expelled it. The entry stays for as long as there is a balance.
	pub expelled: bool,
	/// The deposit, held on the issuer's controller.
	pub ticket: Ticket,
}

/// How far somebody may go below zero.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct CreditLine<Ticket> {
	/// Minor units beyond which nothing more is drawn. Lower than the debt, it only stops that.
	pub limit: Balance,
	/// Minor units drawn and not repaid.
	pub debt: Balance,
	/// The deposit, held on the issuer's controller.
	pub ticket: Ticket,
}

/// An account that can't pay in a currency for a while.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Freeze<BlockNumber, Ticket> {
	/// The first tick in which it can pay again.
	pub until: BlockNumber,
	/// Hash of what the authority has to say about it.
	pub reason: Hash32,
	/// The deposit, held on the controller of `authority`.
	pub ticket: Ticket,
	/// The twin that froze it. Another may be the jurisdiction's authority by now.
	pub authority: TwinNumber,
}

/// What there is to know of a currency, as it is today.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct CurrencyInfo<AccountId> {
	/// The twin that made it.
	pub issuer: TwinNumber,
	/// Whose authority may freeze accounts in it.
	pub jurisdiction: Option<JurisdictionId>,
	/// Name, UTF-8.
	pub name: CurrencyName,
	/// Symbol, capitals and digits.
	pub symbol: CurrencySymbol,
	/// Digits after the point.
	pub decimals: u8,
	/// What holds today.
	pub terms: Terms,
	/// What will hold, and from which day.
	pub pending: Option<(Terms, Day)>,
	/// Days between an amendment and its effect.
	pub notice_days: u16,
	/// Minor units that there are.
	pub supply: Balance,
	/// Minor units that members owe; all there are, in mutual credit.
	pub debts: Balance,
	/// The account that demurrage goes to.
	pub pot: AccountId,
}

/// What there is to know of an account in a currency, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct HoldingInfo<BlockNumber> {
	/// Minor units, demurrage taken off.
	pub balance: Balance,
	/// What it can pay, its credit line included; nothing if it is frozen or no member.
	pub spendable: Balance,
	/// The first tick in which it can pay again, if it is frozen.
	pub frozen_until: Option<BlockNumber>,
	/// Its credit line.
	pub credit_limit: Balance,
	/// What it owes.
	pub debt: Balance,
	/// Whether it was expelled, if it is or was a member.
	pub member: Option<bool>,
	/// Whether it can be paid.
	pub may_receive: bool,
	/// What [`take`](crate::Pallet::take) would pay it: minor units that were set aside for it,
	/// demurrage taken off. Not in its balance.
	pub set_aside: Balance,
}

/// What is set aside for somebody in a currency, as it is today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct SetAsideInfo {
	/// Minor units that were set aside.
	pub nominal: Balance,
	/// Minor units that are left of it, demurrage taken off.
	pub payable: Balance,
}

/// What is held today, in base units of OUR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct CurrencyDeposits {
	/// For a currency, from its issuer.
	pub currency: Balance,
	/// For a member, from the issuer.
	pub member: Balance,
	/// For a credit line, from the issuer.
	pub credit_line: Balance,
	/// For a freeze, from the authority's controller.
	pub freeze: Balance,
}
