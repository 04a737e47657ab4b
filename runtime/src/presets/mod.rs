//! The genesis of each network, by its preset's name.

mod development;
mod keys;
mod local_testnet;
mod staging;

use crate::{
	AccountId, BabeConfig, Balance, BalancesConfig, CouncilMembershipConfig, GovernanceConfig,
	RuntimeGenesisConfig, SessionConfig, SessionKeys, ValidatorsConfig, BABE_GENESIS_EPOCH_CONFIG,
};
use alloc::{vec, vec::Vec};
use frame_support::build_struct_json_patch;
use keys::PublicKeys;
use ourledger_primitives::{currency::OUR, BlockNumber, Moment};
use serde_json::Value;
use sp_core::crypto::UncheckedInto;
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_keyring::Sr25519Keyring;

/// Name of the preset of the public test network.
pub const STAGING_RUNTIME_PRESET: &str = "staging";

/// A validator at genesis: its account and its session keys.
struct Validator {
	account: AccountId,
	keys: SessionKeys,
}

impl From<PublicKeys> for Validator {
	fn from(keys: PublicKeys) -> Self {
		Self {
			account: keys.account.into(),
			keys: SessionKeys {
				babe: keys.babe.unchecked_into(),
				grandpa: keys.grandpa.unchecked_into(),
				witness: keys.witness.unchecked_into(),
			},
		}
	}
}

/// What differs between networks. Everything else is the pallets' defaults.
struct Genesis {
	balances: Vec<(AccountId, Balance)>,
	validators: Vec<Validator>,
	council: Vec<AccountId>,
	/// Ticks that a queued call waits.
	timelock: BlockNumber,
	/// Length of a slot, in milliseconds; none for the pallet's default.
	slot_millis: Option<Moment>,
	/// Slots of an epoch; none for the pallet's default.
	epoch_slots: Option<u64>,
	/// Sessions that a leaving validator's bond stays held; none for the pallet's default.
	leaving_sessions: Option<u32>,
}

impl Genesis {
	fn into_json(self) -> Value {
		let accounts: Vec<AccountId> =
			self.validators.iter().map(|validator| validator.account.clone()).collect();
		let keys = self
			.validators
			.into_iter()
			.map(|Validator { account, keys }| (account.clone(), account, keys))
			.collect::<Vec<_>>();
		let council = self.council.try_into().expect("a preset's council is within its bound; qed");
		build_struct_json_patch!(RuntimeGenesisConfig {
			balances: BalancesConfig { balances: self.balances },
			babe: BabeConfig { epoch_config: BABE_GENESIS_EPOCH_CONFIG },
			validators: ValidatorsConfig {
				validators: accounts,
				slot_millis: self.slot_millis,
				epoch_slots: self.epoch_slots,
				leaving_sessions: self.leaving_sessions,
			},
			session: SessionConfig { keys },
			council_membership: CouncilMembershipConfig { members: council },
			governance: GovernanceConfig { timelock: self.timelock },
		})
	}
}

/// The well-known development accounts, each with a million OUR.
fn development_balances() -> Vec<(AccountId, Balance)> {
	Sr25519Keyring::well_known().map(|who| (who.to_account_id(), 1_000_000 * OUR)).collect()
}

/// Names of all presets.
pub fn names() -> Vec<PresetId> {
	vec![
		PresetId::from(DEV_RUNTIME_PRESET),
		PresetId::from(LOCAL_TESTNET_RUNTIME_PRESET),
		PresetId::from(STAGING_RUNTIME_PRESET),
	]
}

/// The genesis named `id`, as JSON; `None` if there is no such preset.
pub fn get(id: &PresetId) -> Option<Vec<u8>> {
	let genesis = match id.as_ref() {
		DEV_RUNTIME_PRESET => development::genesis(),
		LOCAL_TESTNET_RUNTIME_PRESET => local_testnet::genesis(),
		STAGING_RUNTIME_PRESET => staging::genesis(),
		_ => return None,
	};
	let json = serde_json::to_vec(&genesis.into_json()).expect("a JSON value serialises; qed");
	Some(json)
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use frame_support::{
		genesis_builder_helper::{build_state, get_preset},
		traits::BuildGenesisConfig,
	};

	/// Puts what a preset says over the defaults, as the node does when it makes a chain spec.
	fn merge(under: &mut Value, over: Value) {
		match (under, over) {
			(Value::Object(under), Value::Object(over)) => {
				for (key, value) in over {
					merge(under.entry(key).or_insert(Value::Null), value);
				}
			},
			(under, over) => *under = over,
		}
	}

	/// State of the chain at the genesis of the preset `name`.
	pub(crate) fn build(name: &str) -> sp_io::TestExternalities {
		let parse = |id: Option<PresetId>| -> Value {
			let json = get_preset::<RuntimeGenesisConfig>(&id, get).expect("the preset exists");
			serde_json::from_slice(&json).expect("it is JSON")
		};
		let mut state = sp_io::TestExternalities::default();
		state.execute_with(|| {
			let mut config = parse(None);
			merge(&mut config, parse(Some(PresetId::from(name))));
			build_state::<RuntimeGenesisConfig>(config.to_string().into_bytes())
				.expect("the preset builds");
		});
		state
	}

	#[test]
	fn every_preset_builds_with_its_validators() {
		for (name, validators, council, slot_millis, epoch_slots) in [
			("development", 1, 1, 1_000, 60),
			("local_testnet", 4, 3, 1_000, 30),
			("staging", 4, 3, 3_000, 1_200),
		] {
			build(name).execute_with(|| {
				assert_eq!(crate::Session::validators().len(), validators, "{name}");
				assert_eq!(crate::Babe::authorities().len(), validators, "{name}");
				assert_eq!(crate::Grandpa::grandpa_authorities().len(), validators, "{name}");
				let members = pallet_collective::Members::<
					crate::Runtime,
					crate::configs::governance::CouncilInstance,
				>::get();
				assert_eq!(members.len(), council, "{name}");
				let epoch =
					<<crate::Runtime as pallet_babe::Config>::EpochDuration as frame_support::traits::Get<
						u64,
					>>::get();
				assert_eq!(epoch, epoch_slots, "{name}");
				assert_eq!(crate::Babe::slot_duration(), slot_millis, "{name}");
				let expected =
					<<crate::Runtime as pallet_babe::Config>::ExpectedBlockTime as frame_support::traits::Get<
						u64,
					>>::get();
				assert_eq!(expected, slot_millis, "{name}");
			});
		}
	}

	#[test]
	fn no_account_is_a_session_key() {
		for name in names() {
			build(&name.to_string()).execute_with(|| {
				let accounts: Vec<AccountId> =
					frame_system::Account::<crate::Runtime>::iter_keys().collect();
				for validator in crate::Session::validators() {
					let keys = pallet_session::NextKeys::<crate::Runtime>::get(&validator);
					let keys = keys.expect("a validator has keys").into_raw_public_keys();
					for (key, kind) in keys {
						let owner =
							accounts.iter().find(|account| key == AsRef::<[u8]>::as_ref(*account));
						assert_eq!(owner, None, "{name:?}: {kind:?}");
					}
				}
			});
		}
	}

	#[test]
	fn unknown_preset_is_none() {
		assert!(get(&PresetId::from("nowhere")).is_none());
	}

	#[test]
	fn default_genesis_builds_on_the_timelock_of_the_pallet() {
		sp_io::TestExternalities::default().execute_with(|| {
			GovernanceConfig::default().build();
			assert_eq!(
				pallet_governance::Timelock::<crate::Runtime>::get(),
				crate::configs::governance::DefaultTimelock::get()
			);
		});
	}
}
