#![doc = include_str!("../README.md")]
#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

pub mod account;
pub mod amount;
pub mod bounded;
pub mod call;
pub mod chain;
mod draft;
pub mod error;
pub mod errors_of_chain;
pub mod escape;
pub mod exchange;
pub mod governance;
pub mod hash;
pub mod keys;
pub mod money;
pub mod nesting;
pub mod new_file;
pub mod outcome;
pub mod paging;
pub mod private;
pub mod proxies;
pub mod recovery;
pub mod runtime_code;
pub mod spec;
pub mod submit;
pub mod tax;
pub mod texts;
pub mod ticks;
pub mod twin;
pub mod value;
pub mod words;

pub use chain::{Chain, State};
pub use draft::Draft;
pub use error::{Error, Result};
pub use twin::{did, party};
