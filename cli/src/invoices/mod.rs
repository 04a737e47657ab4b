//! Invoices: their documents, what they charge, and what proves them. Nothing here asks a chain.

pub mod assess;
pub mod bill;
pub mod canonical;
pub mod check;
pub mod codes;
pub mod complete;
pub mod decimal;
pub mod document;
pub mod export;
mod fill;
mod fit;
pub mod iso;
pub mod lines;
pub mod note;
pub mod number;
pub mod quote;
pub mod receipt;
pub mod refusal;
pub mod rules;
pub mod sealed;
pub mod ubl;
pub mod x25519;
