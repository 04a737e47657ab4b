//! `local_testnet`: four validators and a council of three on one machine, with the well-known
//! development keys and short durations.

use super::{development_balances, Genesis, Validator};
use alloc::vec;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

pub(super) fn genesis() -> Genesis {
	Genesis {
		balances: development_balances(),
		validators: vec![
			Validator::development(Sr25519Keyring::Alice, Ed25519Keyring::Alice),
			Validator::development(Sr25519Keyring::Bob, Ed25519Keyring::Bob),
			Validator::development(Sr25519Keyring::Charlie, Ed25519Keyring::Charlie),
			Validator::development(Sr25519Keyring::Dave, Ed25519Keyring::Dave),
		],
		council: vec![
			Sr25519Keyring::Alice.to_account_id(),
			Sr25519Keyring::Bob.to_account_id(),
			Sr25519Keyring::Charlie.to_account_id(),
		],
		// Long enough for a veto in a test.
		timelock: 4,
		epoch_slots: Some(20),
		leaving_sessions: Some(4),
	}
}
