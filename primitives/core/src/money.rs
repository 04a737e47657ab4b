//! Local money, as pallets see it: what a currency is called, and how money in it moves.
//!
//! Amounts are whole numbers of a currency's minor unit.

use crate::{Balance, Moment};
use sp_runtime::DispatchResult;

/// Id of a local currency. Sequential, never reused.
pub type CurrencyId = u32;

/// Days since the Unix epoch.
pub type Day = u32;

/// Length of a day.
pub const DAY_MILLIS: Moment = 86_400_000;

/// Most decimals of a local currency: that many, and thousandths are told apart.
pub const MAX_CURRENCY_DECIMALS: u8 = 3;

/// Day of a moment, by UTC.
pub fn day_of(moment: Moment) -> Day {
	// Days of u64 milliseconds fit far beyond any clock.
	(moment / DAY_MILLIS).try_into().unwrap_or(Day::MAX)
}

/// How other pallets move local money: always under its currency's rules.
pub trait LocalMoney<AccountId> {
	/// Whether there is such a currency.
	fn exists(currency: CurrencyId) -> bool;

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

	/// Give money back from a pot to its owner, whatever became of the owner's membership, and
	/// charge demurrage for the time since the day on which it was taken. Of nothing, does nothing.
	fn give_back(
		currency: CurrencyId,
		pot: &AccountId,
		owner: &AccountId,
		amount: Balance,
		since: Day,
	) -> DispatchResult;

	/// Make `account` a pot: it belongs to a part of the chain, not to a person, so it may hold any
	/// currency and is never charged demurrage. Makes it exist. Happens once per account.
	fn open_pot(account: &AccountId) -> DispatchResult;

	/// Whether `account` is a pot.
	fn is_pot(account: &AccountId) -> bool;

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

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn day_begins_at_midnight() {
		assert_eq!(day_of(0), 0);
		assert_eq!(day_of(DAY_MILLIS - 1), 0);
		assert_eq!(day_of(DAY_MILLIS), 1);
		assert_eq!(day_of(u64::MAX), Day::MAX);
	}
}
