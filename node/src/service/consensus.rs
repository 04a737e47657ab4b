//! The tasks that make blocks (BABE) and finality (GRANDPA), with their timing.

use super::{
	parts::{BabeParts, GrandpaLink, Guard, JUSTIFICATION_PERIOD_BLOCKS},
	Client, Pool, SelectChain,
};
use crate::signing_journal::GuardedEnvironment;
use ourledger_primitives::{BlockNumber, OpaqueBlock as Block};
use sc_basic_authorship::ProposerFactory;
use sc_consensus_babe::{BabeParams, SlotProportion};
use sc_consensus_grandpa::{
	run_grandpa_voter, BeforeBestBlockBy, GrandpaParams, SharedVoterState,
	ThreeQuartersOfTheUnfinalizedChain, VotingRulesBuilder,
};
use sc_consensus_slots::BackoffAuthoringOnFinalizedHeadLagging;
use sc_network::{service::traits::NetworkService, types::ProtocolName, NotificationService};
use sc_network_sync::SyncingService;
use sc_service::{config::Role, error::Error, TaskManager};
use sc_telemetry::TelemetryHandle;
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_consensus_babe::SlotDuration;
use sp_keystore::KeystorePtr;
use std::{sync::Arc, time::Duration};
use substrate_prometheus_endpoint::Registry;

/// Part of a slot that building a block may take: 1.5 s of 3 s, and half a second of one. The rest is
/// for the others to fetch and execute it before the next slot begins.
const PROPOSAL_SLOT_PORTION: f32 = 0.5;

/// How long a message is expected to take through the network: a tenth of a slot, 300 ms of 3 s.
/// GRANDPA waits for twice as long before it prevotes and four times before it precommits, so a round
/// takes less than half a slot, and finality follows within half a block of what the voting rule
/// allows. Lower values save little and cost extra rounds on slow links; at a third of a slot,
/// finality would trail by four blocks.
fn gossip_period(slot: SlotDuration) -> Duration {
	slot.as_duration() / 10
}

/// When finality lags, authors skip slots, so that what isn't final grows more slowly.
///
/// - Up to 50 unfinalised blocks (2.5 minutes of 3 s) nothing changes: short outages pass unnoticed.
/// - Each two further blocks make authors wait one more slot after the last block, so that the full
///   wait is reached at 70.
/// - They never wait more than 10 slots (30 s of 3 s). The chain has to keep moving, since only its council
///   can restore finality, by motions that take some blocks each. And an epoch has to have a block:
///   the shortest, of tests, is 30 slots. At that rate a day adds 2,600 blocks, nearly all empty.
const BACKOFF: BackoffAuthoringOnFinalizedHeadLagging<BlockNumber> =
	BackoffAuthoringOnFinalizedHeadLagging {
		unfinalized_slack: 50,
		authoring_bias: 2,
		max_interval: 10,
	};

/// What both tasks need.
pub struct Shared<'a> {
	pub task_manager: &'a TaskManager,
	pub client: Arc<Client>,
	pub pool: Arc<Pool>,
	/// The node's own keys, unguarded.
	pub keystore: KeystorePtr,
	pub guard: Option<Guard>,
	pub sync_service: Arc<SyncingService<Block>>,
	pub registry: Option<Registry>,
	pub telemetry: Option<TelemetryHandle>,
}

/// What GRANDPA needs to talk to others.
pub struct FinalityNetwork {
	pub role: Role,
	pub node_name: String,
	pub network: Arc<dyn NetworkService>,
	pub protocol: ProtocolName,
	pub notifications: Box<dyn NotificationService>,
	/// Length of the chain's slots.
	pub slot: SlotDuration,
}

/// Author blocks in the slots that fall to this node's keys.
pub fn start_authoring(
	shared: &Shared<'_>,
	babe: BabeParts,
	select_chain: SelectChain,
	force_authoring: bool,
) -> Result<(), Error> {
	let guard = shared
		.guard
		.as_ref()
		.ok_or_else(|| Error::Application("A validator needs its signing journal".into()))?;
	let proposers = ProposerFactory::new(
		shared.task_manager.spawn_handle(),
		shared.client.clone(),
		shared.pool.clone(),
		shared.registry.as_ref(),
		shared.telemetry.clone(),
	);
	let worker = sc_consensus_babe::start_babe(BabeParams {
		// Claiming a slot and sealing a block are safe by themselves; the slot is guarded in the
		// environment.
		keystore: shared.keystore.clone(),
		client: shared.client.clone(),
		select_chain,
		env: GuardedEnvironment::new(proposers, guard.journal.clone()),
		block_import: babe.block_import,
		sync_oracle: shared.sync_service.clone(),
		justification_sync_link: shared.sync_service.clone(),
		create_inherent_data_providers: babe.inherents,
		force_authoring,
		backoff_authoring_blocks: Some(BACKOFF),
		babe_link: babe.link,
		block_proposal_slot_portion: SlotProportion::new(PROPOSAL_SLOT_PORTION),
		// After empty slots a block may take longer, without a limit of its own: a chain that
		// has to get through one heavy block must be able to.
		max_block_proposal_slot_portion: None,
		telemetry: shared.telemetry.clone(),
	})?;
	// Blocking: it builds blocks, and syncs the journal to disk.
	shared.task_manager.spawn_essential_handle().spawn_blocking(
		"babe-proposer",
		Some("block-authoring"),
		worker,
	);
	Ok(())
}

/// Vote for finality, or follow the votes of others.
///
/// A node that isn't a validator runs the same voter without a key: it listens, checks and passes
/// on. The SDK's separate observer does less and isn't meant for many nodes.
pub fn start_finality(
	shared: &Shared<'_>,
	link: GrandpaLink,
	voter_state: SharedVoterState,
	with: FinalityNetwork,
) -> Result<(), Error> {
	let config = sc_consensus_grandpa::Config {
		gossip_duration: gossip_period(with.slot),
		justification_generation_period: JUSTIFICATION_PERIOD_BLOCKS,
		name: Some(with.node_name),
		observer_enabled: false,
		keystore: shared.guard.as_ref().map(|guard| guard.keystore.clone()),
		local_role: with.role,
		telemetry: shared.telemetry.clone(),
		protocol_name: with.protocol,
	};
	let voter = run_grandpa_voter(GrandpaParams {
		config,
		link,
		network: with.network,
		sync: shared.sync_service.clone(),
		notification_service: with.notifications,
		// One block behind the best one, where the SDK stays two behind: at a till people wait for
		// finality. Where the two last blocks compete, a round more may be needed; where they don't,
		// as nearly always, everything is final a block sooner. The signing journal keeps the block of
		// each vote, however short a time it has been in the database.
		voting_rule: VotingRulesBuilder::new()
			.add(BeforeBestBlockBy(1))
			.add(ThreeQuartersOfTheUnfinalizedChain)
			.build(),
		prometheus_registry: shared.registry.clone(),
		shared_voter_state: voter_state,
		telemetry: shared.telemetry.clone(),
		// Reports of equivocations go to the runtime through this.
		offchain_tx_pool_factory: OffchainTransactionPoolFactory::new(shared.pool.clone()),
	})?;
	// Blocking: it syncs the journal to disk.
	shared.task_manager.spawn_essential_handle().spawn_blocking("grandpa-voter", None, voter);
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use sc_consensus_slots::BackoffAuthoringBlocksStrategy;

	/// Slots after the last block in which nobody makes one, with this many blocks not final.
	fn skipped(unfinalised: BlockNumber) -> u64 {
		let waits = |slots: &u64| {
			BACKOFF.should_backoff(unfinalised, 1_000u64.into(), 0, (1_000 + slots).into(), "test")
		};
		(1..).take_while(waits).count() as u64
	}

	#[test]
	fn authors_wait_ever_longer_but_ten_slots_at_most() {
		for (unfinalised, slots) in
			[(0, 0), (50, 0), (51, 0), (52, 1), (60, 5), (70, 10), (72, 10), (1_000_000, 10)]
		{
			assert_eq!(skipped(unfinalised), slots, "{unfinalised} blocks");
		}
	}

	#[test]
	fn votes_are_gossiped_ten_times_in_a_slot() {
		for (slot, period) in [(1_000, 100), (3_000, 300)] {
			let gossiped = gossip_period(SlotDuration::from_millis(slot));
			assert_eq!(gossiped, Duration::from_millis(period));
		}
	}
}
