//! Local money, as pallets see it: what a currency is called, and how money in it moves.
//!
//! Amounts are whole numbers of a currency's minor unit.

use crate::{tax::JurisdictionId, Balance, Moment};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{U256, U512};
use sp_runtime::{DispatchError, DispatchResult};

pub use ourledger_trade::{CurrencyId, Day};

/// Length of a day.
pub const DAY_MILLIS: Moment = 86_400_000;

/// Most decimals of a local currency: that many, and thousandths are told apart.
pub const MAX_CURRENCY_DECIMALS: u8 = 3;

/// From here on, ids in pallet-assets are those of shares in ventures, and no currency's.
pub const FIRST_SHARE: CurrencyId = 1 << 31;

/// Day of a moment, by UTC.
pub fn day_of(moment: Moment) -> Day {
	// Days of u64 milliseconds fit far beyond any clock.
	(moment / DAY_MILLIS).try_into().unwrap_or(Day::MAX)
}

/// Money that waits in a pot in its owner's name.
///
/// It is charged for the time that it waits, exactly, however often and on whichever days it came
/// in: by its units. Parts of it are worth together no more than the whole.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Kept {
	/// Minor units that are in the pot.
	pub nominal: Balance,
	/// Each minor unit times the index of demurrage of the day it came in, see
	/// `ourledger_math::demurrage`. Divided by today's index it is what the money is worth.
	pub units: U256,
}

impl Kept {
	/// Put more into the same place.
	pub fn add(&mut self, more: Self) {
		// Neither can be reached: all that waits is part of a supply, which is below 2¹²⁷, and an
		// index is below 2¹²⁸.
		self.nominal = self.nominal.saturating_add(more.nominal);
		self.units = self.units.saturating_add(more.units);
	}

	/// Take `nominal` away, with its share of the units. Nothing, and nothing changes, if there is
	/// less.
	///
	/// The share is rounded down, so what stays is at most a part of a unit dearer.
	pub fn split(&mut self, nominal: Balance) -> Option<Self> {
		let rest = self.nominal.checked_sub(nominal)?;
		let units = if rest == 0 {
			self.units
		} else {
			let share = self.units.full_mul(nominal.into()) / U512::from(self.nominal);
			// A part of 256 bits.
			U256::try_from(share).ok()?
		};
		*self = Self { nominal: rest, units: self.units.checked_sub(units)? };
		Some(Self { nominal, units })
	}

	/// What is left of it once `paid`, as [`LocalMoney::keep`] says it today, has gone out in full:
	/// the demurrage of the whole falls on what is left, and comes to no more than that. So the tax
	/// of a payment that has waited is paid on its nominal. Nothing if there is less.
	pub fn without(self, paid: Self) -> Option<Self> {
		let nominal = self.nominal.checked_sub(paid.nominal)?;
		// Who gets the rest gets nothing if demurrage took more than that.
		Some(Self { nominal, units: self.units.saturating_sub(paid.units) })
	}
}

/// What became of money that a rule owed. The three come to what was owed.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Settled {
	/// Minor units that arrived.
	pub paid: Balance,
	/// Minor units of demurrage, in the currency's pot now.
	pub charged: Balance,
	/// Minor units that the account couldn't hold. They wait for it elsewhere, and are charged when
	/// it takes them.
	pub set_aside: Balance,
}

/// How other pallets move local money: always under its currency's rules.
pub trait LocalMoney<AccountId> {
	/// Whether there is such a currency.
	fn exists(currency: CurrencyId) -> bool;

	/// How many decimals it is told in, at most [`MAX_CURRENCY_DECIMALS`], if there is such a currency.
	fn decimals(currency: CurrencyId) -> Option<u8>;

	/// What `who` has, in minor units, demurrage taken off.
	fn balance(currency: CurrencyId, who: &AccountId) -> Balance;

	/// Pay `amount` from one account to another, under every rule of the currency: membership,
	/// freezes, credit lines, demurrage. Of nothing, does nothing.
	fn pay(
		currency: CurrencyId,
		from: &AccountId,
		to: &AccountId,
		amount: Balance,
	) -> DispatchResult;

	/// As [`Self::pay`], several accounts at once, which may be cheaper.
	fn pay_parts(
		currency: CurrencyId,
		from: &AccountId,
		parts: &[(AccountId, Balance)],
	) -> DispatchResult {
		parts.iter().try_for_each(|(to, amount)| Self::pay(currency, from, to, *amount))
	}

	/// Whether paying in the currency costs no more than moving balances: it is open to all, isn't
	/// made by credit, and knows no demurrage, today or to come.
	fn is_plain(currency: CurrencyId) -> bool;

	/// What `amount` that comes into a pot today is to be kept as. Of nothing, nothing.
	fn keep(currency: CurrencyId, amount: Balance) -> Result<Kept, DispatchError>;

	/// What amounts that have been owed out of a pot since days, by UTC, are to be kept as, together: so that
	/// [`Self::settle`] charges them for the time. Not for days before the present rate began, since no
	/// earlier index is known; and as [`Self::keep`] if a day is still to come. Of nothing, nothing.
	fn kept_since(currency: CurrencyId, parts: &[(Balance, Day)]) -> Result<Kept, DispatchError>;

	/// What demurrage has taken of `kept` by now, rounded down: in parts, no more than of the whole.
	fn demurrage(currency: CurrencyId, kept: &Kept) -> Result<Balance, DispatchError>;

	/// Pay demurrage of `owner` out of the money of `from`, under the rules of a payment by it, into the
	/// currency's pot. Of nothing, does nothing.
	fn pay_demurrage(
		currency: CurrencyId,
		from: &AccountId,
		owner: &AccountId,
		amount: Balance,
	) -> DispatchResult;

	/// Pay what a rule owes from a pot to `owner`, less the demurrage of the time that it waited,
	/// which goes to the currency's pot; to a pot nothing is charged.
	///
	/// It arrives whatever became of the owner: expelled, frozen, no member since the currency has
	/// members. What the account can't hold (it is gone, or was never there) is set aside for it.
	/// So this never fails because of who is paid: only if `pot` isn't a pot or has too little,
	/// which is a bug of the pallet that keeps its books. Of nothing, does nothing.
	///
	/// For benchmarks: whoever is paid in a currency of [`Self::create`] costs more than what is set
	/// aside; in a plain one setting aside takes one entry more.
	fn settle(
		currency: CurrencyId,
		pot: &AccountId,
		owner: &AccountId,
		kept: Kept,
	) -> Result<Settled, DispatchError>;

	/// Pay what a rule owes from an account that is no pot, such as a seller's refund. The rules of
	/// a payment hold for `from`, and none for `owner`, as in [`Self::settle`]; what the owner can't
	/// hold is set aside for it. Of nothing, does nothing.
	fn repay(
		currency: CurrencyId,
		from: &AccountId,
		owner: &AccountId,
		amount: Balance,
	) -> Result<Settled, DispatchError>;

	/// Take `amount` from an account that a pallet acts for into a pot, also if the issuer has expelled
	/// it, or never admitted it: what belongs to many must reach them. A freeze holds. Of nothing, does
	/// nothing.
	///
	/// Fails if there is too little, and draws on no credit line. Not for what is in a pot, which
	/// [`Self::settle`] pays.
	fn collect(
		currency: CurrencyId,
		from: &AccountId,
		pot: &AccountId,
		amount: Balance,
	) -> DispatchResult;

	/// Make `account` a pot: it belongs to a part of the chain, not to a person, so it may hold any
	/// currency, is never charged demurrage, and signs nothing. Makes it exist. Does nothing to one
	/// that is a pot.
	///
	/// Before anybody can have put something there: whoever makes the n-th of its kind opens the
	/// pot of the next, and genesis that of the first.
	fn open_pot(account: &AccountId) -> DispatchResult;

	/// Whether `account` is a pot.
	fn is_pot(account: &AccountId) -> bool;

	/// Whether `account` may be paid by whoever wants to: it is no pot, or one of which nobody keeps
	/// books, which a payment would upset.
	fn is_payee(account: &AccountId) -> bool {
		!Self::is_pot(account)
	}

	/// Make a currency in which everybody can be paid, and that is dear to pay in.
	#[cfg(feature = "runtime-benchmarks")]
	fn create() -> CurrencyId;

	/// Make a plain currency.
	#[cfg(feature = "runtime-benchmarks")]
	fn create_plain() -> CurrencyId;

	/// Give `who` money.
	#[cfg(feature = "runtime-benchmarks")]
	fn mint(currency: CurrencyId, who: &AccountId, amount: Balance);
}

/// What pallets that hold many people's money ask of a currency's policy besides. Reads only.
pub trait CurrencyPolicy<AccountId>: LocalMoney<AccountId> {
	/// Whether demurrage is charged today, or announced. Not if there is no such currency.
	fn has_demurrage(currency: CurrencyId) -> bool;

	/// The jurisdiction whose authority may freeze accounts, if there is one; none, of a currency that
	/// doesn't exist.
	fn jurisdiction_of(currency: CurrencyId) -> Option<JurisdictionId>;

	/// Whether `who` is among the recorded members, and not expelled; whatever the access is today.
	fn is_member(currency: CurrencyId, who: &AccountId) -> bool;

	/// Whether an authority's freeze stops `who` from paying today. It never stops a pot.
	fn is_frozen(currency: CurrencyId, who: &AccountId) -> bool;

	/// Whether `who` may be paid by the currency's rules today: of its access, not whether the account
	/// can hold it. Nobody may in a currency that doesn't exist.
	fn admits(currency: CurrencyId, who: &AccountId) -> bool;

	/// The currency's own pot, into which goes what belongs to nobody.
	fn pot_of(currency: CurrencyId) -> Option<AccountId>;
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn kept(nominal: Balance, units: u128) -> Kept {
		Kept { nominal, units: units.into() }
	}

	#[test]
	fn a_part_takes_its_share_of_the_units_rounded_down() {
		let mut whole = kept(3, 100);
		assert_eq!(whole.split(4), None);
		assert_eq!(whole, kept(3, 100));
		assert_eq!(whole.split(0), Some(kept(0, 0)));
		assert_eq!(whole.split(1), Some(kept(1, 33)));
		assert_eq!(whole, kept(2, 67));
		assert_eq!(whole.split(2), Some(kept(2, 67)));
		assert_eq!(whole, Kept::default());
		assert_eq!(whole.split(0), Some(Kept::default()));
		assert_eq!(whole.split(1), None);
	}

	#[test]
	fn a_part_of_the_largest_is_worked_out() {
		let mut whole = Kept { nominal: Balance::MAX, units: U256::MAX };
		let part = whole.split(Balance::MAX / 2).expect("there is more");
		assert_eq!(whole.units + part.units, U256::MAX);
		assert!(whole.units - part.units <= U256::from(2) << 128);
	}

	/// Stored by pallets, and read by other programs.
	#[test]
	fn what_waits_takes_48_bytes() {
		let units = (U256::from(3) << 128) | U256::from(5);
		let bytes = Kept { nominal: 2, units }.encode();
		assert_eq!(bytes.len(), Kept::max_encoded_len());
		let mut expected = [0; 48];
		(expected[0], expected[16], expected[32]) = (2, 5, 3);
		assert_eq!(bytes, expected);
	}

	#[test]
	fn what_is_paid_in_full_leaves_the_demurrage_to_the_rest() {
		// A unit was worth 10 when it came in, and 11 are needed for one today.
		let whole = kept(100, 1_000);
		assert_eq!(whole.without(kept(20, 220)), Some(kept(80, 780)));
		assert_eq!(whole.without(kept(100, 1_100)), Some(kept(0, 0)));
		assert_eq!(whole.without(kept(95, 1_045)), Some(kept(5, 0)));
		assert_eq!(whole.without(kept(101, 1_111)), None);
	}

	proptest! {
		#[test]
		fn parts_come_to_the_whole_and_are_worth_no_more(
			paid_in in prop::collection::vec((1..1_000_000u128, 1..1_000u128), 1..8),
			parts in prop::collection::vec(1..1_000_000u128, 0..8),
			rise in 0..1_000u128,
		) {
			let index = paid_in.iter().map(|(_, index)| *index).max().unwrap_or(1) + rise;
			let mut rest = Kept::default();
			for (amount, then) in &paid_in {
				rest.add(kept(*amount, amount * then));
			}
			let whole = rest;
			let worth = |kept: Kept| (kept.units / index).as_u128();
			let (mut sum, mut total) = (Kept::default(), 0);
			for nominal in parts {
				if let Some(part) = rest.split(nominal) {
					prop_assert_eq!(part.nominal, nominal);
					// At most what went in, and within a unit of its share.
					prop_assert!(worth(part) <= nominal);
					let share = worth(whole) as f64 * nominal as f64 / whole.nominal as f64;
					prop_assert!((worth(part) as f64 - share).abs() < 2.0);
					total += worth(part);
					sum.add(part);
				}
			}
			prop_assert!(worth(rest) <= rest.nominal);
			prop_assert!(total + worth(rest) <= worth(whole));
			sum.add(rest);
			prop_assert_eq!(sum, whole);
		}
	}

	#[test]
	fn day_begins_at_midnight() {
		assert_eq!(day_of(0), 0);
		assert_eq!(day_of(DAY_MILLIS - 1), 0);
		assert_eq!(day_of(DAY_MILLIS), 1);
		assert_eq!(day_of(u64::MAX), Day::MAX);
	}
}
