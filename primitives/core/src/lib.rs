//! The types and constants that the runtime, the node and the pallets share.
//!
//! Every basic type of the chain has its one home here, so that a client and the runtime can't
//! disagree about its width. Those of trade are of [`ourledger_trade`], which needs no part of the SDK,
//! and are found here, too.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

mod blanks;
pub mod currency;
pub mod invoice;
pub mod migration;
pub mod money;
pub mod name;
pub mod receipt;
pub mod record;
pub mod signing;
pub mod tax;
pub mod text;
pub mod time;
pub mod twin;
pub mod witness;

use sp_runtime::{
	generic,
	traits::{BlakeTwo256, IdentifyAccount, Verify},
	MultiAddress, MultiSignature, OpaqueExtrinsic,
};

/// Number of a block. `u32` lasts 136 years at a block per second.
pub type BlockNumber = u32;

/// Blocks without finality from which on it is said to stand, by the node and by clients alike. Four
/// are usual.
pub const STANDING_BLOCKS: BlockNumber = 10;

/// Signature of a transaction: sr25519, ed25519 or ECDSA.
pub type Signature = MultiSignature;

/// Account id: the public key (or its hash) behind a [`Signature`], 32 bytes.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;

/// How a transaction names an account.
pub type Address = MultiAddress<AccountId, ()>;

/// Amount of OUR, in its base unit of 10⁻¹² OUR (see [`currency`]), or of a local currency.
pub use ourledger_trade::Balance;

/// Number of transactions an account has sent.
pub type Nonce = u32;

/// Hash of a block or of state: BLAKE2b, 256 bits.
pub type Hash = sp_core::H256;

/// Hash function behind [`Hash`].
pub type Hashing = BlakeTwo256;

/// Milliseconds since the Unix epoch.
pub type Moment = u64;

/// Header of a block.
pub type Header = generic::Header<BlockNumber, Hashing>;

/// Block whose transactions are opaque bytes, as the node handles it.
pub type OpaqueBlock = generic::Block<Header, OpaqueExtrinsic>;

/// SS58 prefix of addresses. 42 is the generic one, until a prefix of our own is registered.
pub const SS58_PREFIX: u16 = 42;
