//! The networks a node can join, by name or by file.
//!
//! What a network's genesis holds is decided in the runtime (`runtime/src/presets`); here each
//! preset gets the name, the identifiers and the token properties that nodes and wallets show.

use ourledger_primitives::{
	currency::{DECIMALS, SYMBOL},
	OpaqueBlock as Block, SS58_PREFIX,
};
use sc_chain_spec::ChainSpecExtension;
use sc_service::{ChainType, GenericChainSpec, Properties};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What our chain specs carry beside the standard fields.
#[derive(Clone, Debug, Default, ChainSpecExtension, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Extensions {
	/// Blocks that must be part of the chain, by number: chosen by people after a fork.
	pub fork_blocks: sc_client_api::ForkBlocks<Block>,
	/// Blocks that must not be imported.
	pub bad_blocks: sc_client_api::BadBlocks<Block>,
	/// State from which a light client starts; filled in by the `sync_state_genSyncSpec` method.
	pub light_sync_state: sc_sync_state_rpc::LightSyncStateExtension,
}

/// The chain spec of an OurLedger network.
pub type ChainSpec = GenericChainSpec<Extensions>;

/// A network whose genesis is a preset of the runtime.
struct Network {
	/// Names under which `--chain` knows it.
	names: &'static [&'static str],
	/// The runtime's name for its genesis.
	preset: &'static str,
	/// What people see.
	title: &'static str,
	/// Name of its folder in the base path. Nodes of different networks can share a base path.
	id: &'static str,
	/// Prefix of its network protocols, so that nodes of different networks don't talk.
	protocol: &'static str,
	kind: ChainType,
}

const NETWORKS: [Network; 3] = [
	Network {
		names: &["dev", "development"],
		preset: sp_genesis_builder::DEV_RUNTIME_PRESET,
		title: "OurLedger Development",
		id: "ourledger_dev",
		protocol: "our-dev",
		kind: ChainType::Development,
	},
	Network {
		names: &["local", "local_testnet"],
		preset: sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET,
		title: "OurLedger Local Testnet",
		id: "ourledger_local_testnet",
		protocol: "our-local",
		kind: ChainType::Local,
	},
	Network {
		names: &["staging"],
		preset: "staging",
		title: "OurLedger Staging",
		id: "ourledger_staging",
		protocol: "our-staging",
		kind: ChainType::Live,
	},
];

/// The chain spec behind the value of `--chain`: the name of a network, or a file.
pub fn load(name: &str) -> Result<ChainSpec, String> {
	if name.is_empty() {
		// No network is the obvious one yet, and commands such as `purge-chain` must not guess.
		return Err(
			"Say which chain: --dev, or --chain with dev, local, staging or the file of a \
		            chain spec."
				.into(),
		);
	}
	match NETWORKS.iter().find(|network| network.names.contains(&name)) {
		Some(network) => build(network),
		None => {
			let file = PathBuf::from(name);
			if !file.exists() {
				return Err(format!(
					"There is no chain \"{name}\": neither dev, local or staging nor a file.",
				));
			}
			ChainSpec::from_json_file(file)
		},
	}
}

fn build(network: &Network) -> Result<ChainSpec, String> {
	let code = ourledger_runtime::WASM_BINARY.ok_or_else(|| {
		"This node was built without a runtime (SKIP_WASM_BUILD). Build it again, or pass the \
		 file of a chain spec."
			.to_owned()
	})?;
	Ok(ChainSpec::builder(code, Extensions::default())
		.with_name(network.title)
		.with_id(network.id)
		.with_protocol_id(network.protocol)
		.with_chain_type(network.kind.clone())
		.with_properties(properties())
		.with_genesis_config_preset_name(network.preset)
		.build())
}

/// Whether a chain of this kind is over when its database is: nobody else goes on with it, or
/// remembers what was signed on it.
// Names the kinds that are; of any other, also one that somebody else made up, nothing is known.
pub fn starts_anew(kind: &ChainType) -> bool {
	matches!(kind, ChainType::Development | ChainType::Local)
}

/// Whether the specification holds what the chain begins with, so that nothing has to be run to
/// know it.
pub fn is_raw(spec: &dyn sc_service::ChainSpec) -> bool {
	let json = spec.as_json(false).unwrap_or_default();
	serde_json::from_str::<serde_json::Value>(&json)
		.is_ok_and(|spec| spec["genesis"]["raw"].is_object())
}

/// How wallets show the native token and addresses.
fn properties() -> Properties {
	let mut properties = Properties::new();
	properties.insert("tokenSymbol".into(), SYMBOL.into());
	properties.insert("tokenDecimals".into(), DECIMALS.into());
	properties.insert("ss58Format".into(), SS58_PREFIX.into());
	properties
}

#[cfg(test)]
mod tests {
	use super::*;
	use sc_chain_spec::{get_extension, ChainSpec as _};
	use std::collections::BTreeSet;

	#[test]
	fn every_network_builds_its_genesis() {
		if ourledger_runtime::WASM_BINARY.is_none() {
			eprintln!("skipped: built without a runtime");
			return;
		}
		for network in &NETWORKS {
			for name in network.names {
				let spec = load(name).expect("is known");
				assert_eq!(spec.id(), network.id);
				let genesis = spec.as_storage_builder().build_storage().expect("builds");
				assert!(genesis.top.contains_key(&b":code"[..]), "{name}");
			}
		}
	}

	#[test]
	fn networks_share_no_name_or_identifier() {
		let all = |f: fn(&Network) -> Vec<&'static str>| {
			let values: Vec<_> = NETWORKS.iter().flat_map(f).collect();
			let different: BTreeSet<_> = values.iter().copied().collect();
			assert_eq!(values.len(), different.len(), "{values:?}");
		};
		all(|network| network.names.to_vec());
		all(|network| vec![network.id]);
		all(|network| vec![network.protocol]);
		all(|network| vec![network.preset]);
	}

	#[test]
	fn light_clients_find_their_extension() {
		if ourledger_runtime::WASM_BINARY.is_none() {
			eprintln!("skipped: built without a runtime");
			return;
		}
		let spec: Box<dyn sc_service::ChainSpec> = Box::new(load("dev").expect("is known"));
		assert!(get_extension::<sc_sync_state_rpc::LightSyncStateExtension>(spec.extensions())
			.is_some());
	}

	#[test]
	fn raw_specifications_are_told_from_others() {
		if ourledger_runtime::WASM_BINARY.is_none() {
			eprintln!("skipped: built without a runtime");
			return;
		}
		let plain = load("staging").expect("is known");
		assert!(!is_raw(&plain));
		let json = plain.as_json(true).expect("builds");
		assert!(is_raw(&ChainSpec::from_json_bytes(json.into_bytes()).expect("is read")));
	}

	#[test]
	fn properties_are_pinned() {
		let properties = properties();
		assert_eq!(properties["tokenSymbol"], "OUR");
		assert_eq!(properties["tokenDecimals"], 12);
		assert_eq!(properties["ss58Format"], 42);
	}

	#[test]
	fn missing_or_unknown_chain_is_explained() {
		let none = load("").err().expect("is refused");
		assert!(none.contains("--chain"), "{none}");
		let unknown = load("no-such-chain").err().expect("is refused");
		assert!(unknown.contains("no-such-chain"), "{unknown}");
	}
}
