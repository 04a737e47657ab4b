//! `staging`: a rehearsal of a public network, with the durations of a real one.
//!
//! Its keys derive from the development phrase, at `//Staging//1` to `//Staging//4` and below for
//! the validators (see `keys`) and at `//Staging//Council//1` to `3` for the council, so that anyone
//! can rehearse with it. A network with people's money on it needs a preset with keys that only
//! their owners know.

use super::{keys::STAGING, Genesis, Validator};
use crate::configs::governance::DefaultTimelock;
use alloc::vec::Vec;
use hex_literal::hex;
use ourledger_primitives::{currency::OUR, AccountId};

/// Accounts of the council.
const COUNCIL: [[u8; 32]; 3] = [
	hex!("46ef5f7c2484c4b29af1fda1a04f89c96c3d413aa2f1681b2c43a827af37416f"),
	hex!("6cd266084944415d0ead37576acc62852cb27c0e79b7290513669f177599cf0c"),
	hex!("46ed0e56dec05c80bc5450861dac9e2b6638d94608a1a783d728cc8516e0a004"),
];

pub(super) fn genesis() -> Genesis {
	let validators: Vec<Validator> = STAGING.into_iter().map(Validator::from).collect();
	let council: Vec<AccountId> = COUNCIL.iter().map(|account| (*account).into()).collect();
	let accounts = validators.iter().map(|validator| validator.account.clone());
	Genesis {
		balances: accounts
			.chain(council.iter().cloned())
			.map(|who| (who, 1_000_000 * OUR))
			.collect(),
		validators,
		council,
		timelock: DefaultTimelock::get(),
		slot_millis: None,
		epoch_slots: None,
		leaving_sessions: None,
	}
}
