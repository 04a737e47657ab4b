//! Records: what is known of them off chain, and how to check it without trusting anybody.

pub mod book;
pub mod bundle;
pub mod describe;
pub mod journal;
pub mod light;
pub mod proof;
pub mod storage;
pub mod verify;
