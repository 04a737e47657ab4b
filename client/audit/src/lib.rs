#![doc = include_str!("../README.md")]
#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

pub mod auditor;
pub mod books;
pub mod chain_source;
mod columns;
pub mod conserved;
pub mod difference;
pub mod export;
pub mod ledgers;
pub mod manifest;
pub mod row;
pub mod runtimes;
pub mod scope;
pub mod source;
pub mod spreadsheet;
pub mod state;
pub mod tables;
pub mod trace;
pub mod verify;
