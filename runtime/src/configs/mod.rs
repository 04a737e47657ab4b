//! The configuration of every pallet, by topic. Each constant stands directly above the pallet it
//! feeds, with its unit and reason; each topic ends with tests that pin its values.

pub mod accounts;
pub mod brakes;
pub mod carriers;
pub mod consensus;
pub mod currencies;
pub mod governance;
pub mod limits;
pub mod monetary;
pub mod operations;
pub mod phonebook;
pub mod proxy_deposits;
pub mod system;
pub mod time;
pub mod trade;
