#![doc = include_str!("../README.md")]
#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

pub mod address;
pub mod append;
pub mod book;
pub mod bundle;
pub mod calls;
pub mod describe;
pub mod errors;
pub mod journal;
pub mod light;
pub mod node_spec;
pub mod on_chain;
pub mod proof;
pub mod restore;
pub mod settle;
pub mod storage;
pub mod verify;
