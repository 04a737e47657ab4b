//! What is paid for: the footprints behind the deposits.
//!
//! Each is counted as one item of so many bytes, since the SDK's linear price multiplies the bytes
//! by the items. All are at their longest, so that a deposit depends on nothing but the price, and
//! include the keys of the maps but not their hashes.

use crate::*;
use frame::{prelude::*, traits::Footprint};
use ourledger_primitives::{
	name::{Name, Skeleton},
	twin::{Profile, TwinNumber},
};

impl<T: Config> Pallet<T> {
	/// What stays of a twin for ever: its entry without the contents of profile and name, its
	/// number, and the reference that keeps the controller's account.
	pub(crate) fn tombstone_footprint() -> Footprint {
		let entry = TwinNumber::max_encoded_len() + TwinOf::<T>::max_encoded_len()
			- Self::profile_len()
			- Name::max_encoded_len();
		let number = T::AccountId::max_encoded_len() + TwinNumber::max_encoded_len();
		let account = T::AccountId::max_encoded_len()
			+ frame_system::AccountInfo::<T::Nonce, T::AccountData>::max_encoded_len();
		Footprint::from_parts(1, entry + number + account)
	}

	/// What a twin has beyond that while it is active, at its longest.
	pub(crate) fn active_footprint() -> Footprint {
		let endpoints = TwinNumber::max_encoded_len() + EndpointList::max_encoded_len();
		Footprint::from_parts(1, Self::profile_len() + endpoints)
	}

	/// `count` keys of one twin.
	pub(crate) fn keys_footprint(count: usize) -> Footprint {
		let entry = TwinNumber::max_encoded_len() + TwinKeysOf::<T>::max_encoded_len()
			- KeyList::bound() * TwinKey::max_encoded_len();
		Footprint::from_parts(1, entry + count * TwinKey::max_encoded_len())
	}

	/// A name and its place in the twin's entry.
	pub(crate) fn name_footprint() -> Footprint {
		let entry = Skeleton::max_encoded_len() + NameEntryOf::<T>::max_encoded_len();
		Footprint::from_parts(1, entry + Name::max_encoded_len())
	}

	/// What the longest profile has more than an empty one.
	fn profile_len() -> usize {
		Profile::max_encoded_len() - Profile::default().encoded_size()
	}

	pub(crate) fn deposits_today() -> TwinDeposits {
		let price = T::DepositPrice::convert;
		let tombstone = price(Self::tombstone_footprint());
		let key = price(Self::keys_footprint(1));
		TwinDeposits {
			// Saturating: no balance is that high.
			twin: tombstone.saturating_add(price(Self::active_footprint())),
			tombstone,
			key,
			further_key: price(Self::keys_footprint(2)).saturating_sub(key),
			name: price(Self::name_footprint()),
		}
	}
}
