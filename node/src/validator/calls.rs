//! What has to be submitted for an account to validate, as people and as wallets read it.

use super::{address, hex, keys::Prepared};
use crate::output;
use codec::Encode;
use ourledger_primitives::AccountId;
use ourledger_runtime::RuntimeCall;
use sc_cli::Result;

/// The steps on chain.
pub struct Submission {
	account: AccountId,
	prepared: Prepared,
	set_keys: RuntimeCall,
	apply: RuntimeCall,
	approve: RuntimeCall,
}

impl Submission {
	/// The steps for `account` with its session keys.
	pub fn new(account: &AccountId, prepared: Prepared) -> Self {
		Self {
			account: account.clone(),
			set_keys: RuntimeCall::Session(pallet_session::Call::set_keys {
				keys: prepared.keys.clone(),
				proof: prepared.proof.clone(),
			}),
			apply: RuntimeCall::Validators(pallet_validators::Call::apply {}),
			approve: RuntimeCall::Validators(pallet_validators::Call::approve {
				candidate: account.clone(),
			}),
			prepared,
		}
	}

	/// Print them.
	pub fn print(&self, json: bool) -> Result<()> {
		if json {
			output::line(format_args!("{:#}", self.to_json()))
		} else {
			output::line(self.to_text())
		}
	}

	fn to_json(&self) -> serde_json::Value {
		serde_json::json!({
			"account": address(&self.account),
			"keys": hex(self.prepared.keys.encode()),
			"proof": hex(&self.prepared.proof),
			"calls": {
				"session.setKeys": hex(self.set_keys.encode()),
				"validators.apply": hex(self.apply.encode()),
				"validators.approve": hex(self.approve.encode()),
			},
		})
	}

	fn to_text(&self) -> String {
		let keys = &self.prepared.keys;
		format!(
			"Session keys of {account}
  babe     {babe}
  grandpa  {grandpa}
  witness  {witness}

The secrets are in the node's keystore. Never copy them to a second running node: both would
sign, which costs the bond.

Submit, signed by {account}:

1. session.setKeys(keys, proof)    registers the keys for the account, against a deposit
   keys   {all}
   proof  {proof}
   call   {set_keys}

2. validators.apply()              applies, and holds the bond
   call   {apply}

Then the council approves, by a motion of its own:

3. validators.approve({account})
   call   {approve}

The account validates from the second session after the approval. \"call\" is the whole call,
encoded; wallets and explorers decode it. To change keys later, only step 1 is needed.
To see how far it has come: validator check --account {account}",
			account = address(&self.account),
			babe = hex(&keys.babe),
			grandpa = hex(&keys.grandpa),
			witness = hex(&keys.witness),
			all = hex(keys.encode()),
			proof = hex(&self.prepared.proof),
			set_keys = hex(self.set_keys.encode()),
			apply = hex(self.apply.encode()),
			approve = hex(self.approve.encode()),
		)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::DecodeAll;
	use ourledger_runtime::SessionKeys;
	use sp_core::crypto::UncheckedFrom;
	use sp_keyring::Sr25519Keyring;

	fn submission() -> Submission {
		let keys = SessionKeys {
			babe: UncheckedFrom::unchecked_from([1; 32]),
			grandpa: UncheckedFrom::unchecked_from([2; 32]),
			witness: UncheckedFrom::unchecked_from([3; 32]),
		};
		Submission::new(
			&Sr25519Keyring::Alice.to_account_id(),
			Prepared { keys, proof: vec![7; 192] },
		)
	}

	#[test]
	fn calls_decode_to_what_they_are_called() {
		let json = submission().to_json();
		let call = |name: &str| {
			let hex = json["calls"][name].as_str().expect("is there");
			let bytes = sp_core::bytes::from_hex(hex).expect("is hex");
			RuntimeCall::decode_all(&mut &bytes[..]).expect("is a call")
		};
		let alice = Sr25519Keyring::Alice.to_account_id();
		assert!(matches!(
			call("session.setKeys"),
			RuntimeCall::Session(pallet_session::Call::set_keys { proof, .. }) if proof == [7; 192]
		));
		assert!(matches!(
			call("validators.apply"),
			RuntimeCall::Validators(pallet_validators::Call::apply {})
		));
		assert!(matches!(
			call("validators.approve"),
			RuntimeCall::Validators(pallet_validators::Call::approve { candidate })
				if candidate == alice
		));
	}

	#[test]
	fn text_holds_all_that_has_to_be_pasted() {
		let submission = submission();
		let (text, json) = (submission.to_text(), submission.to_json());
		for value in [
			&json["account"],
			&json["keys"],
			&json["proof"],
			&json["calls"]["session.setKeys"],
			&json["calls"]["validators.apply"],
			&json["calls"]["validators.approve"],
		] {
			assert!(text.contains(value.as_str().expect("is text")));
		}
	}
}
