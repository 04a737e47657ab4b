//! What is gathered.

use crate::Config;
use frame::{prelude::*, traits::NoDrop};

/// An amount of what fees are paid in, in base units.
pub type BalanceOf<T> =
	<<T as Config>::Currency as fungible::Inspect<<T as frame_system::Config>::AccountId>>::Balance;

/// Money on its way from one account to others.
pub type CreditOf<T> =
	fungible::Credit<<T as frame_system::Config>::AccountId, <T as Config>::Currency>;

/// Fees and tips apart: only fees are shared.
// Whatever is written to the state or read from it is dropped afterwards, and credit burns by that.
#[derive(Decode, Default, Encode, MaxEncodedLen, TypeInfo)]
pub struct FeesAndTips<Credit: Default> {
	/// What transactions cost.
	pub fees: NoDrop<Credit>,
	/// What they offered on top.
	pub tips: NoDrop<Credit>,
}

/// Names the author in benchmarks, whose blocks have none.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper<AccountId> {
	/// Makes this account the one that [`Config::Author`] tells.
	fn set_author(author: &AccountId);
}
