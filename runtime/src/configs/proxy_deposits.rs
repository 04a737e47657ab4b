//! What proxies and announcements set aside, told apart from everything else an account has set
//! aside.
//!
//! The proxy pallet reserves the deposit of a pure account's first proxy on whoever makes the
//! account, but asks the account itself for it when its last proxy goes. Were the reserve nameless,
//! it would come out of the account's other reserves and holds. Under a name of its own, nothing
//! comes free that wasn't reserved for proxies:
//!
//! | Call | Reserves | Frees, at most what is reserved under the name |
//! |---|---|---|
//! | `create_pure` | base and one proxy, of the maker | |
//! | `add_proxy` | one proxy, of the account; the base too if it is the first | |
//! | `remove_proxy` | | one proxy, of the account; the base too if it was the last |
//! | `remove_proxies` | | base and all proxies, of the account |
//! | `kill_pure` | | base and all proxies, of the maker |
//! | `announce` | one announcement, of the proxy; the base too if it is the first | |
//! | `remove_announcement`, `reject_announcement`, `proxy_announced` | | likewise, of the proxy |
//! | `poke_deposit` | what a dearer price lacks, of the account | what a cheaper price leaves over |
//!
//! An account that made no pure account and is none gets back exactly what it put down. The name
//! can't tell apart the deposits of one account, so with pure accounts this is left:
//!
//! - When its last proxy goes, a pure account gets nothing of what its maker put down, which stays
//!   reserved on the maker. If it has deposits under the name itself, for announcements or for pure
//!   accounts that it made, these come free instead.
//! - If it is killed with more than one proxy, what the others took stays reserved on it, out of
//!   reach. Its maker gets back as much of its own other deposits under the name, if it has any.
//!
//! Each call that reserves raises the recorded deposits by as much, and each that frees lowers them
//! by as much or more. So all that is reserved under the name is never less than all that is
//! recorded: nobody occupies state for free.

use crate::{AccountId, Balances, Runtime};
use frame_support::{
	parameter_types, traits::tokens::currency::ReservableWithName, weights::Weight,
};

parameter_types! {
	/// Name of what proxies and announcements reserve. Changing it leaves all that is reserved
	/// under the old one where it is, for ever.
	pub const ProxyReserve: [u8; 8] = *b"our/prxy";
}

/// OUR, where to reserve means to reserve for proxies.
pub type ProxyCurrency = ReservableWithName<Balances, ProxyReserve, AccountId>;

type Stock = pallet_proxy::weights::SubstrateWeight<Runtime>;

/// The SDK's weights, which know of nameless reserves, with the access to the named ones of one
/// account.
pub struct ProxyWeight;

impl ProxyWeight {
	fn reserving(call: Weight) -> Weight {
		let price = <Runtime as frame_system::Config>::DbWeight::get();
		call.saturating_add(price.reads_writes(1, 1))
	}
}

impl pallet_proxy::WeightInfo for ProxyWeight {
	fn proxy(p: u32) -> Weight {
		Stock::proxy(p)
	}

	fn proxy_announced(a: u32, p: u32) -> Weight {
		Self::reserving(Stock::proxy_announced(a, p))
	}

	fn remove_announcement(a: u32, p: u32) -> Weight {
		Self::reserving(Stock::remove_announcement(a, p))
	}

	fn reject_announcement(a: u32, p: u32) -> Weight {
		Self::reserving(Stock::reject_announcement(a, p))
	}

	fn announce(a: u32, p: u32) -> Weight {
		Self::reserving(Stock::announce(a, p))
	}

	fn add_proxy(p: u32) -> Weight {
		Self::reserving(Stock::add_proxy(p))
	}

	fn remove_proxy(p: u32) -> Weight {
		Self::reserving(Stock::remove_proxy(p))
	}

	fn remove_proxies(p: u32) -> Weight {
		Self::reserving(Stock::remove_proxies(p))
	}

	fn create_pure(p: u32) -> Weight {
		Self::reserving(Stock::create_pure(p))
	}

	fn kill_pure(p: u32) -> Weight {
		Self::reserving(Stock::kill_pure(p))
	}

	fn poke_deposit() -> Weight {
		Self::reserving(Stock::poke_deposit())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use pallet_proxy::WeightInfo as _;

	#[test]
	fn the_name_is_pinned() {
		assert_eq!(ProxyReserve::get(), *b"our/prxy");
	}

	#[test]
	fn the_named_reserve_is_priced() {
		let access = Weight::from_parts(58_000_000, 0);
		assert_eq!(ProxyWeight::add_proxy(3), Stock::add_proxy(3) + access);
		assert_eq!(ProxyWeight::poke_deposit(), Stock::poke_deposit() + access);
		assert_eq!(ProxyWeight::proxy(3), Stock::proxy(3));
	}
}
