//! What every command that touches the chain needs, from the database to the import queue.

use super::{
	equivocation::ReportingBlockImport,
	executor::{Executor, Executors},
	genesis, trouble,
};
use crate::signing_journal::{self, Gate, GuardedKeystore, Journal, VotedBlocks};
use ourledger_primitives::OpaqueBlock as Block;
use ourledger_runtime::apis::RuntimeApi;
use sc_client_api::Backend as _;
use sc_consensus::{DefaultImportQueue, LongestChain};
use sc_consensus_babe::{
	BabeBlockImport, BabeLink, BabeVerifier, BabeWorkerHandle, BuildVerifierParams,
	ImportQueueParams,
};
use sc_consensus_grandpa::{GrandpaBlockImport, GrandpaPruningFilter, LinkHalf};
use sc_service::{
	error::Error, Configuration, GenesisBlockBuilder, TFullBackend, TFullClient, TaskManager,
};
use sc_telemetry::{Telemetry, TelemetryWorker};
use sc_transaction_pool::TransactionPoolHandle;
use sc_transaction_pool_api::{OffchainTransactionPoolFactory, RejectAllTxPool};
use sp_blockchain::HeaderBackend;
use sp_inherents::CreateInherentDataProviders;
use sp_keystore::KeystorePtr;
use std::sync::Arc;

/// The chain and its runtime.
pub type Client = TFullClient<Block, RuntimeApi, Executor>;

/// The database.
pub type Backend = TFullBackend<Block>;

/// The fork choice: the longest chain. BABE decides what that is when it imports a block.
pub type SelectChain = LongestChain<Backend, Block>;

/// Transactions that wait for a block.
pub type Pool = TransactionPoolHandle<Block, Client>;

/// Gives a new block its time and slot, and checks those of others.
pub type InherentProviders = Arc<
	dyn CreateInherentDataProviders<
		Block,
		(),
		InherentDataProviders = (
			sp_consensus_babe::inherents::InherentDataProvider,
			sp_timestamp::InherentDataProvider,
		),
	>,
>;

/// The way of a block into the database: BABE checks it, then GRANDPA, then the client executes it.
pub type InnerBlockImport = BabeBlockImport<
	Block,
	Client,
	GrandpaBlockImport<Backend, Block, Client, SelectChain>,
	InherentProviders,
	SelectChain,
>;

/// What connects GRANDPA's import with its voter.
pub type GrandpaLink = LinkHalf<Block, Client, SelectChain>;

/// The least number of blocks between two justifications that are stored, other than those of a
/// new authority set. Each proves all blocks before it, so more would only take space.
pub const JUSTIFICATION_PERIOD_BLOCKS: u32 = 512;

/// The parts of BABE.
pub struct BabeParts {
	pub block_import: ReportingBlockImport,
	pub link: BabeLink<Block>,
	pub worker: BabeWorkerHandle<Block>,
	pub inherents: InherentProviders,
}

impl BabeParts {
	/// BABE's checks of a block, as the import queue makes them.
	pub fn verifier(&self, client: Arc<Client>) -> BabeVerifier<Block, Client> {
		sc_consensus_babe::build_verifier(BuildVerifierParams {
			client,
			slot_duration: self.link.config().slot_duration(),
			config: self.link.config().clone(),
			epoch_changes: self.link.epoch_changes().clone(),
			telemetry: None,
		})
	}
}

/// What keeps a validator from signing twice.
pub struct Guard {
	/// For BABE.
	pub journal: Arc<Journal>,
	/// For GRANDPA.
	pub keystore: KeystorePtr,
	/// What may have to be put back into the database.
	pub blocks: Arc<VotedBlocks>,
	/// Tells whether the node may vote.
	pub gate: Arc<Gate>,
}

/// The parts of a node that every command shares.
pub struct Parts {
	pub client: Arc<Client>,
	pub backend: Arc<Backend>,
	pub task_manager: TaskManager,
	pub keystore: KeystorePtr,
	pub select_chain: SelectChain,
	pub pool: Arc<Pool>,
	pub import_queue: DefaultImportQueue<Block>,
	pub babe: BabeParts,
	pub grandpa: GrandpaLink,
	/// Of a validator only.
	pub guard: Option<Guard>,
	pub telemetry: Option<Telemetry>,
}

impl Parts {
	/// Open the database and build everything on it.
	pub fn new(config: &Configuration) -> Result<Self, Error> {
		// Without `--telemetry-url` there are no endpoints, and nothing is sent.
		let telemetry = config
			.telemetry_endpoints
			.clone()
			.filter(|endpoints| !endpoints.is_empty())
			.map(|endpoints| -> Result<_, sc_telemetry::Error> {
				let worker = TelemetryWorker::new(16)?;
				let telemetry = worker.handle().new_telemetry(endpoints);
				Ok((worker, telemetry))
			})
			.transpose()?;

		let executor = Executors::new(config).make();
		let explain = |e: Error| trouble::explain(config, e);
		let backend = open_database(config).map_err(explain)?;
		let storage = genesis::storage_of(&*config.chain_spec)?;
		genesis::refuse_other(config, &storage, backend.blockchain().info().genesis_hash)?;
		let genesis_block = GenesisBlockBuilder::new_with_storage(
			storage,
			!config.no_genesis(),
			backend.clone(),
			executor.clone(),
		)?;
		let (client, backend, keystore_container, task_manager) =
			sc_service::new_full_parts_with_genesis_builder::<Block, RuntimeApi, _, _>(
				config,
				telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()),
				executor,
				backend,
				genesis_block,
				false,
			)
			.map_err(explain)?;
		let client = Arc::new(client);
		let keystore = keystore_container.keystore();

		let telemetry = telemetry.map(|(worker, telemetry)| {
			task_manager.spawn_handle().spawn("telemetry", None, worker.run());
			telemetry
		});
		let telemetry_handle = telemetry.as_ref().map(|telemetry| telemetry.handle());

		let select_chain = LongestChain::new(backend.clone());
		let pool = Arc::new(
			sc_transaction_pool::Builder::new(
				task_manager.spawn_essential_handle(),
				client.clone(),
				config.role.is_authority().into(),
			)
			.with_options(config.transaction_pool.clone())
			.with_prometheus(config.prometheus_registry())
			.build(),
		);

		// Before GRANDPA reads its state, since this may repair it.
		let guard = config
			.role
			.is_authority()
			.then(|| open_guard(config, &client, keystore.clone()))
			.transpose()?;

		let (grandpa_import, grandpa) = sc_consensus_grandpa::block_import(
			client.clone(),
			JUSTIFICATION_PERIOD_BLOCKS,
			&client,
			select_chain.clone(),
			telemetry_handle.clone(),
		)?;

		let babe_config = sc_consensus_babe::configuration(&*client)?;
		let slot_duration = babe_config.slot_duration();
		let inherents: InherentProviders = Arc::new(move |_parent, ()| async move {
			let timestamp = sp_timestamp::InherentDataProvider::from_system_time();
			let slot =
				sp_consensus_babe::inherents::InherentDataProvider::from_timestamp_and_slot_duration(
					*timestamp,
					slot_duration,
				);
			Ok((slot, timestamp))
		});
		let (block_import, link) = sc_consensus_babe::block_import(
			babe_config,
			grandpa_import.clone(),
			client.clone(),
			inherents.clone(),
			select_chain.clone(),
			// Its own reports would be void; see `ReportingBlockImport`.
			OffchainTransactionPoolFactory::new(RejectAllTxPool::default()),
		)?;
		let block_import = ReportingBlockImport::new(
			block_import,
			client.clone(),
			select_chain.clone(),
			pool.clone(),
		);
		let (import_queue, worker) = sc_consensus_babe::import_queue(ImportQueueParams {
			link: link.clone(),
			block_import: block_import.clone(),
			justification_import: Some(Box::new(grandpa_import)),
			client: client.clone(),
			slot_duration,
			spawner: &task_manager.spawn_essential_handle(),
			registry: config.prometheus_registry(),
			telemetry: telemetry_handle,
		})?;

		Ok(Self {
			client,
			backend,
			task_manager,
			keystore,
			select_chain,
			pool,
			import_queue,
			babe: BabeParts { block_import, link, worker, inherents },
			grandpa,
			guard,
			telemetry,
		})
	}
}

fn open_database(config: &Configuration) -> Result<Arc<Backend>, Error> {
	let mut settings = config.db_config();
	// Pruning keeps the blocks that prove a change of authorities: warp sync serves them to others.
	settings.pruning_filters = vec![Arc::new(GrandpaPruningFilter)];
	Ok(sc_service::new_db_backend(settings)?)
}

fn open_guard(
	config: &Configuration,
	client: &Arc<Client>,
	keystore: KeystorePtr,
) -> Result<Guard, Error> {
	let application = |e: String| Error::Application(e.into());
	let chain_dir = &config.data_path;
	let genesis = client.info().genesis_hash;
	let journal = Journal::open(&signing_journal::path_in(chain_dir), genesis);
	let journal = Arc::new(journal.map_err(application)?);
	let blocks = Arc::new(VotedBlocks::open(signing_journal::blocks_path_in(chain_dir))?);
	let gate = Gate::recover(&journal, &blocks, client.clone()).map_err(application)?;
	let gate = Arc::new(gate);
	let keystore = Arc::new(GuardedKeystore::new(
		keystore,
		journal.clone(),
		blocks.clone(),
		client.clone(),
		gate.clone(),
	));
	Ok(Guard { journal, keystore, blocks, gate })
}
