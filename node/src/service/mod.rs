//! A running node: its parts, and how they fit together.
//!
//! - `parts`: what every command that touches the chain needs, from database to import queue;
//! - `consensus`: the tasks that make blocks and finality, with their timing;
//! - `equivocation`: reports of validators that make two blocks for one slot;
//! - `executor`: what runs the runtime;
//! - `genesis`: whether the database is of the chain that the node is told to follow;
//! - `trouble`: what errors of files mean;
//! - `upgrade`: compiles the code of an upgrade before the chain runs it.

mod consensus;
mod equivocation;
mod executor;
pub mod genesis;
mod parts;
pub mod trouble;
mod upgrade;

pub use parts::{Backend, Client, Parts, Pool, SelectChain};

use crate::{rpc, signing_journal};
use futures::FutureExt;
use ourledger_primitives::{Hash, OpaqueBlock as Block};
use sc_client_api::{Backend as _, BlockBackend, BlockchainEvents};
use sc_consensus_grandpa::{
	grandpa_peers_set_config, protocol_standard_name, warp_proof::NetworkProvider,
	FinalityProofProvider, SharedVoterState,
};
use sc_network::{
	config::{FullNetworkConfiguration, NetworkBackendType},
	multiaddr::{Multiaddr, Protocol},
	Litep2pNetworkBackend, NetworkBackend, NetworkWorker,
};
use sc_offchain::{OffchainWorkerOptions, OffchainWorkers};
use sc_service::{
	build_network, error::Error, spawn_tasks, BuildNetworkParams, Configuration, SpawnTasksParams,
	TaskManager, WarpSyncConfig,
};
use sc_storage_monitor::{StorageMonitorParams, StorageMonitorService};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use std::{
	net::{IpAddr, SocketAddr, TcpListener},
	sync::Arc,
};

/// Start a node over the network backend that the configuration names.
pub async fn start(
	config: Configuration,
	storage_monitor: StorageMonitorParams,
) -> Result<TaskManager, Error> {
	match config.network.network_backend {
		NetworkBackendType::Litep2p => {
			start_over::<Litep2pNetworkBackend>(config, storage_monitor).await
		},
		NetworkBackendType::Libp2p => {
			start_over::<NetworkWorker<Block, Hash>>(config, storage_monitor).await
		},
	}
}

async fn start_over<Network: NetworkBackend<Block, Hash>>(
	mut config: Configuration,
	storage_monitor: StorageMonitorParams,
) -> Result<TaskManager, Error> {
	refuse_taken_ports(&mut config)?;
	trouble::refuse_bad_network_key(&config.network.node_key)?;
	let database_path = config.database.path().map(ToOwned::to_owned);
	let Parts {
		client,
		backend,
		mut task_manager,
		keystore,
		select_chain,
		pool,
		import_queue,
		mut babe,
		grandpa,
		guard,
		mut telemetry,
	} = Parts::new(&config)?;

	if let Some(path) = database_path {
		StorageMonitorService::try_spawn(
			storage_monitor,
			path,
			&task_manager.spawn_essential_handle(),
		)
		.map_err(|e| Error::Application(e.into()))?;
	}

	if let Some(guard) = &guard {
		// Before anyone can ask for them, or build on what was before them.
		let checks = babe.verifier(client.clone());
		signing_journal::restore_blocks(&guard.blocks, &*client, &mut babe.block_import, &checks)
			.await;
		task_manager.spawn_essential_handle().spawn(
			"signing-journal",
			None,
			signing_journal::restart::watch(
				guard.gate.clone(),
				client.import_notification_stream(),
			),
		);
	}

	task_manager.spawn_handle().spawn(
		"upgrades",
		None,
		upgrade::watch(
			client.clone(),
			executor::Executors::new(&config),
			task_manager.spawn_handle(),
		),
	);

	let registry = config.prometheus_registry().cloned();
	let mut net_config =
		FullNetworkConfiguration::<Block, Hash, Network>::new(&config.network, registry.clone());
	let metrics = Network::register_notification_metrics(registry.as_ref());
	let genesis = client.block_hash(0)?.expect("every database holds its genesis block; qed");
	let grandpa_protocol = protocol_standard_name(&genesis, &config.chain_spec);
	let (grandpa_notifications, grandpa_service) = grandpa_peers_set_config::<Block, Network>(
		grandpa_protocol.clone(),
		metrics.clone(),
		net_config.peer_store_handle(),
	);
	net_config.add_notification_protocol(grandpa_notifications);

	let authority_set = grandpa.shared_authority_set().clone();
	let warp_sync = NetworkProvider::new(backend.clone(), authority_set.clone(), Vec::new());
	let (network, system_rpc_tx, tx_handler_controller, sync_service, _) =
		build_network(BuildNetworkParams {
			config: &config,
			net_config,
			client: client.clone(),
			transaction_pool: pool.clone(),
			spawn_handle: task_manager.spawn_handle(),
			spawn_essential_handle: task_manager.spawn_essential_handle(),
			import_queue,
			block_announce_validator_builder: None,
			warp_sync_config: Some(WarpSyncConfig::WithProvider(Arc::new(warp_sync))),
			block_relay: None,
			metrics,
			gap_sync_body_policy: None,
		})?;

	if config.offchain_worker.enabled {
		let workers = OffchainWorkers::new(OffchainWorkerOptions {
			runtime_api_provider: client.clone(),
			keystore: Some(keystore.clone()),
			offchain_db: backend.offchain_storage(),
			transaction_pool: Some(OffchainTransactionPoolFactory::new(pool.clone())),
			network_provider: Arc::new(network.clone()),
			is_validator: config.role.is_authority(),
			enable_http_requests: true,
			custom_extensions: |_| Vec::new(),
		})?;
		task_manager.spawn_handle().spawn(
			"offchain-workers-runner",
			"offchain-worker",
			workers.run(client.clone(), task_manager.spawn_handle()).boxed(),
		);
	}

	let voter_state = SharedVoterState::empty();
	let rpc_parts = rpc::Parts {
		client: client.clone(),
		pool: pool.clone(),
		select_chain: select_chain.clone(),
		chain_spec: config.chain_spec.cloned_box(),
		keystore: keystore.clone(),
		babe: babe.worker.clone(),
		authority_set: authority_set.clone(),
		voter_state: voter_state.clone(),
		justifications: grandpa.justification_stream(),
		finality_proofs: FinalityProofProvider::new_for_service(
			backend.clone(),
			Some(authority_set),
		),
	};

	let role = config.role;
	let force_authoring = config.force_authoring;
	let runs_grandpa = !config.disable_grandpa;
	// As the chain's runtime says, which has it from genesis.
	let slot = babe.link.config().slot_duration();
	let node_name = config.network.node_name.clone();

	spawn_tasks(SpawnTasksParams {
		config,
		client: client.clone(),
		backend,
		task_manager: &mut task_manager,
		keystore: keystore.clone(),
		transaction_pool: pool.clone(),
		rpc_builder: Box::new(move |executor| rpc::build(&rpc_parts, executor)),
		network: network.clone(),
		system_rpc_tx,
		tx_handler_controller,
		sync_service: sync_service.clone(),
		telemetry: telemetry.as_mut(),
		tracing_execute_block: None,
	})?;

	let shared = consensus::Shared {
		task_manager: &task_manager,
		client,
		pool,
		keystore,
		guard,
		sync_service,
		registry,
		telemetry: telemetry.as_ref().map(|telemetry| telemetry.handle()),
	};
	if role.is_authority() {
		consensus::start_authoring(&shared, babe, select_chain, force_authoring)?;
	}
	if runs_grandpa {
		consensus::start_finality(
			&shared,
			grandpa,
			voter_state,
			consensus::FinalityNetwork {
				role,
				node_name,
				network,
				protocol: grandpa_protocol,
				notifications: grandpa_service,
				slot,
			},
		)?;
	}
	Ok(task_manager)
}

/// Make a taken port an error.
///
/// For RPC, the SDK would listen on a random port instead, and whoever asks the usual one would
/// talk to another node without noticing. For the network, both nodes would listen on the same
/// port, and peers would reach either.
fn refuse_taken_ports(config: &mut Configuration) -> Result<(), Error> {
	for endpoint in config.rpc.addr.iter_mut().flatten() {
		endpoint.retry_random_port = false;
		if !endpoint.is_optional {
			refuse_taken(endpoint.listen_addr, "--rpc-port")?;
		}
	}
	config
		.network
		.listen_addresses
		.iter()
		.filter_map(tcp_address)
		.filter(SocketAddr::is_ipv4) // IPv6 may be missing from the system altogether.
		.try_for_each(|address| refuse_taken(address, "--port"))
}

fn refuse_taken(address: SocketAddr, flag: &str) -> Result<(), Error> {
	TcpListener::bind(address).map(drop).map_err(|e| {
		let sentence = format!(
			"Can't listen on {address}: {e}. Is another node running? Choose another port with \
			 {flag}.",
		);
		Error::Application(sentence.into())
	})
}

/// The address as the system knows it, if it is one for TCP.
fn tcp_address(address: &Multiaddr) -> Option<SocketAddr> {
	let mut parts = address.iter();
	let ip = match parts.next()? {
		Protocol::Ip4(ip) => IpAddr::V4(ip),
		Protocol::Ip6(ip) => IpAddr::V6(ip),
		_ => return None,
	};
	match parts.next()? {
		Protocol::Tcp(port) => Some(SocketAddr::new(ip, port)),
		_ => None,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn taken_port_is_refused_in_one_sentence() {
		let listener = TcpListener::bind("127.0.0.1:0").expect("some port is free");
		let address = listener.local_addr().expect("it is bound");
		let refused = refuse_taken(address, "--rpc-port").expect_err("it is taken").to_string();
		assert!(refused.contains(&address.to_string()), "{refused}");
		assert!(refused.contains("--rpc-port"), "{refused}");
		drop(listener);
		assert!(refuse_taken(address, "--rpc-port").is_ok());
	}

	#[test]
	fn tcp_addresses_are_recognised() {
		let parsed = |text: &str| tcp_address(&text.parse().expect("is an address"));
		assert_eq!(parsed("/ip4/0.0.0.0/tcp/30333"), Some(([0, 0, 0, 0], 30333).into()));
		assert_eq!(parsed("/ip4/0.0.0.0/tcp/30333/ws"), Some(([0, 0, 0, 0], 30333).into()));
		assert_eq!(parsed("/ip4/0.0.0.0/udp/30333/quic-v1"), None);
		assert_eq!(parsed("/dns/node.example/tcp/30333"), None);
	}
}
