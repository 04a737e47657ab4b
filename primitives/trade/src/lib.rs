#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

extern crate alloc;

pub mod assess;
pub mod books;
pub mod charges;
pub mod invoice;
pub mod note;
pub mod payment;
mod refusal;
pub mod reverse;
pub mod rules;
pub mod tax;
#[cfg(test)]
mod tests;

pub use refusal::Refusal;

/// An amount, in minor units of its currency.
pub type Balance = u128;

/// Id of a local currency. Sequential, never reused.
pub type CurrencyId = u32;

/// Days since the Unix epoch.
pub type Day = u32;

/// Number of a twin. Given in order from 1 and never given twice.
pub type TwinNumber = u64;
