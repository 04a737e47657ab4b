//! The runtime API by which the chain says what a call would do (design note 0021).
//!
//! Whatever else a client asks is a view function of a pallet, or an API of the SDK.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

use alloc::{string::String, vec::Vec};
use codec::{Codec, Decode, Encode};
use ourledger_primitives::Balance;
use scale_info::TypeInfo;
use sp_runtime::{transaction_validity::TransactionValidityError, DispatchError};
use sp_weights::Weight;

/// What a call would do.
#[derive(Clone, Debug, Eq, PartialEq, Encode, Decode, TypeInfo)]
pub struct DryRun<Event> {
	/// What becomes of the call.
	pub outcome: Outcome,
	/// What it weighs after it has run, the transaction's extensions included; nothing if it doesn't
	/// run.
	pub weight: Weight,
	/// The transaction's fee with its tip, in base units of OUR: what is left to pay after it has
	/// run. If it is not valid, what would be asked for beforehand; if no account signs, nothing.
	pub fee: Balance,
	/// What is paid for that, in units of the asset that was named.
	pub paid: Option<Balance>,
	/// All events of the transaction, in their order: those of its fee, too, and that it succeeded
	/// or failed. If no account signs, those of the call.
	pub events: Vec<Event>,
}

/// What becomes of a call.
#[derive(Clone, Debug, Eq, PartialEq, Encode, Decode, TypeInfo)]
pub enum Outcome {
	/// It succeeds. A call within it can have failed all the same: an event says so.
	#[codec(index = 0)]
	Done,
	/// It fails and changes nothing, but its fee is paid.
	#[codec(index = 1)]
	Failed {
		/// The error.
		error: DispatchError,
		/// Its name, if it is a pallet's.
		name: Option<ErrorName>,
	},
	/// No block would hold the transaction, so it costs nothing.
	#[codec(index = 2)]
	Invalid(TransactionValidityError),
}

/// The name of a pallet's error.
#[derive(Clone, Debug, Eq, PartialEq, Encode, Decode, TypeInfo)]
pub struct ErrorName {
	/// Name of the pallet.
	pub pallet: String,
	/// Name of the error within the pallet.
	pub error: String,
}

/// Why a call was not tried out.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Encode, Decode, TypeInfo)]
pub enum NotRun {
	/// The bytes are not one call of this runtime, or it holds calls within calls without end.
	#[codec(index = 0)]
	NotACall,
	/// The encoded call is longer than a block; or, if no account signs, than what may be queued.
	#[codec(index = 1)]
	TooLong,
	/// The call declares more weight than a block has for one; or, if no account signs, than what
	/// may be queued.
	#[codec(index = 2)]
	TooHeavy,
	/// No account signs, and the call, or one that it carries, takes its weight from its caller.
	#[codec(index = 3)]
	NotWeighed,
}

sp_api::decl_runtime_apis! {
	/// What calls would do.
	// Not `DryRunApi`: the SDK has one by that name, and an API's id is the hash of its name.
	pub trait PreviewApi<Origin, Asset, Event>
	where
		Origin: Codec,
		Asset: Codec,
		Event: Codec,
	{
		/// What the encoded `call` would do as the first of the next block. Nothing of it is kept.
		///
		/// An account's call is tried as the transaction that it would sign: mortal, with its next
		/// nonce, `length` bytes long, and with `tip`, the fee of which is paid in `asset`, or in
		/// OUR. With any other origin, there is no transaction: the call alone is dispatched.
		///
		/// If `call` is `MetaTx.dispatch`, what it carries is run as its signer, whose signature
		/// isn't looked at: it may not be there yet.
		fn dry_run(
			origin: Origin,
			call: Vec<u8>,
			asset: Option<Asset>,
			tip: Balance,
			length: u32,
		) -> Result<DryRun<Event>, NotRun>;
	}
}
