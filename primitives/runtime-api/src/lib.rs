//! Runtime APIs: what the node and light clients may ask the runtime about the phonebook.
//!
//! Each question is also a view function of its pallet, which wallets find in the metadata. These
//! are for callers that know the types at compile time.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

use alloc::vec::Vec;
use codec::Codec;
use ourledger_primitives::{
	record::{Descriptor, RecordNumber},
	twin::TwinNumber,
};
use pallet_records::Index;
use pallet_twins::TwinInfo;

sp_api::decl_runtime_apis! {
	/// The phonebook.
	pub trait TwinsApi<AccountId, BlockNumber>
	where
		AccountId: Codec,
		BlockNumber: Codec,
	{
		/// Number of the twin that was registered last; 0 if there is none.
		fn count() -> TwinNumber;

		/// Twin `number`.
		fn twin(number: TwinNumber) -> Option<TwinInfo<AccountId, BlockNumber>>;

		/// Number of the twin, active or not, whose controller is `account`.
		fn number_of(account: AccountId) -> Option<TwinNumber>;

		/// The twin that has this name, in capitals or not.
		fn twin_named(name: Vec<u8>) -> Option<TwinInfo<AccountId, BlockNumber>>;

		/// Twins in order of number, beginning with `from`: `limit` of them, and
		/// [`pallet_twins::MAX_PAGE`] at most.
		fn twins(from: TwinNumber, limit: u32) -> Vec<TwinInfo<AccountId, BlockNumber>>;
	}

	/// Records.
	pub trait RecordsApi {
		/// Count and peaks of the records of `twin`; a count of 0 if it has none.
		fn index_of(twin: TwinNumber) -> Index;

		/// Descriptor of record `number` of `twin`, if it is pinned.
		fn pinned(twin: TwinNumber, number: RecordNumber) -> Option<Descriptor>;
	}
}
