//! `development`: one validator, a council of one and no delay, so that one person can try
//! everything. Never for a network that anyone relies on.

use super::{development_balances, keys::WELL_KNOWN, Genesis, Validator};
use alloc::vec;
use sp_keyring::Sr25519Keyring;

pub(super) fn genesis() -> Genesis {
	Genesis {
		balances: development_balances(),
		validators: WELL_KNOWN.into_iter().take(1).map(Validator::from).collect(),
		council: vec![Sr25519Keyring::Alice.to_account_id()],
		timelock: 0,
		// What is written is final after three seconds or so.
		slot_millis: Some(1_000),
		// A minute, so that a session can be watched going by.
		epoch_slots: Some(60),
		leaving_sessions: Some(4),
	}
}
