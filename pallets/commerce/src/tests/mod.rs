//! Tests, by topic. Every one ends with a check of all invariants.

mod agenda;
mod cancel;
mod creditors;
mod escrow;
mod invariants;
mod issue;
mod migrations;
mod note;
mod pay;
mod random;
mod receipts;
mod room;
mod self_bill;
mod sell;
mod unpaid;
mod views;
