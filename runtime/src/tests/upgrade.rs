//! An upgrade: authorised by the council, applied by anyone.

use super::{chain, check_state};
use crate::{Executive, RuntimeOrigin, System};
use frame_support::assert_ok;
use sp_core::H256;
use sp_keyring::Sr25519Keyring::Dave;

#[test]
fn migrations_leave_every_invariant_intact() {
	for preset in ["development", "local_testnet", "staging"] {
		chain(preset).execute_with(|| {
			Executive::execute_on_runtime_upgrade();
			check_state();
		});
	}
}

#[test]
fn code_that_nobody_authorised_is_refused() {
	chain("local_testnet").execute_with(|| {
		let dave = RuntimeOrigin::signed(Dave.to_account_id());
		assert!(System::apply_authorized_upgrade(dave.clone(), vec![0; 100]).is_err());
		assert_ok!(System::authorize_upgrade(RuntimeOrigin::root(), H256::repeat_byte(1)));
		assert!(System::apply_authorized_upgrade(dave, vec![0; 100]).is_err());
	});
}
