//! Pure integer arithmetic and proofs, shared by the runtime and its clients.
//!
//! No dependency on the SDK: a program that only checks a proof needs nothing else. The runtime
//! brings the node's hash function; others enable the feature `blake2`.
//!
//! Money is whole numbers of a currency's minor unit, in `u128`, or `i128` where it may be
//! negative. Every function says how it rounds and who loses by it; none wraps.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

extern crate alloc;

pub mod apportion;
pub mod credit_note;
pub mod demurrage;
mod error;
pub mod mmr;
pub mod netting;
pub mod payment;
pub mod rounding;
pub mod shares;
pub mod tax;
mod wide;

pub use error::MathError;
