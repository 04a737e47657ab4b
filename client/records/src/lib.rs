#![doc = include_str!("../README.md")]
#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

pub mod book;
pub mod bundle;
pub mod describe;
pub mod journal;
pub mod light;
pub mod proof;
pub mod storage;
pub mod verify;
