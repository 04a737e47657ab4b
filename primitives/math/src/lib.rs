//! Pure integer arithmetic and proofs, shared by the runtime and its clients.
//!
//! No dependency on the SDK: a program that only checks a proof needs nothing else. The runtime
//! brings the node's hash function; others enable the feature `blake2`.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

extern crate alloc;

pub mod mmr;
