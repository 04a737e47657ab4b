#![doc = include_str!("../README.md")]
#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

pub mod assess;
pub mod bill;
pub mod canonical;
pub mod check;
pub mod codes;
pub mod complete;
pub mod decimal;
pub mod document;
pub mod exchange_rate;
pub mod export;
mod fill;
mod fit;
pub mod iso;
pub mod lines;
pub mod notation;
pub mod note;
pub mod number;
pub mod on_chain;
pub mod quote;
pub mod receipt;
pub mod refusal;
pub mod rules;
pub mod sealed;
pub mod ubl;
pub mod x25519;
