//! `local_testnet`: four validators and a council of three on one machine, with the well-known
//! development keys and short durations.

use super::{development_balances, keys::WELL_KNOWN, Genesis, Validator};
use alloc::vec;
use sp_keyring::Sr25519Keyring;

pub(super) fn genesis() -> Genesis {
	Genesis {
		balances: development_balances(),
		validators: WELL_KNOWN.into_iter().map(Validator::from).collect(),
		council: vec![
			Sr25519Keyring::Alice.to_account_id(),
			Sr25519Keyring::Bob.to_account_id(),
			Sr25519Keyring::Charlie.to_account_id(),
		],
		// Long enough for a veto in a test: 12 s.
		timelock: 4,
		// Tests wait for blocks most of their time.
		slot_millis: Some(1_000),
		epoch_slots: Some(30),
		leaving_sessions: Some(4),
	}
}
