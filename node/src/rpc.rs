//! What clients may ask this node over JSON-RPC.
//!
//! Only the methods that the SDK's service doesn't add by itself are put together here: accounts,
//! fees, BABE, GRANDPA and light clients. The service adds `chainHead_v1`, `transaction_v1`,
//! `chainSpec_v1`, on an archive node (`--state-pruning archive`) `archive_v1`, and the older
//! `author`, `chain`, `state` and `system`. There are no methods of our own: state is read through
//! runtime APIs and view functions, which every library knows how to call.

use crate::service::{Backend, Client, Pool, SelectChain};
use jsonrpsee::RpcModule;
use ourledger_primitives::{BlockNumber, Hash, OpaqueBlock as Block};
use sc_consensus_babe::BabeWorkerHandle;
use sc_consensus_babe_rpc::{Babe, BabeApiServer};
use sc_consensus_grandpa::{
	FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState,
};
use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
use sc_rpc::SubscriptionTaskExecutor;
use sc_sync_state_rpc::{SyncState, SyncStateApiServer};
use sp_keystore::KeystorePtr;
use std::sync::Arc;
use substrate_frame_rpc_system::{System, SystemApiServer};

/// What the methods are answered from.
pub struct Parts {
	/// The chain.
	pub client: Arc<Client>,
	/// Transactions that wait for a block.
	pub pool: Arc<Pool>,
	/// What is the best chain.
	pub select_chain: SelectChain,
	/// The chain spec, for light clients.
	pub chain_spec: Box<dyn sc_service::ChainSpec>,
	/// The node's keys: BABE's method tells its own slots.
	pub keystore: KeystorePtr,
	/// BABE's epochs.
	pub babe: BabeWorkerHandle<Block>,
	/// GRANDPA's authorities.
	pub authority_set: SharedAuthoritySet<Hash, BlockNumber>,
	/// GRANDPA's rounds.
	pub voter_state: SharedVoterState,
	/// GRANDPA's justifications, as they come.
	pub justifications: GrandpaJustificationStream<Block>,
	/// Proofs that blocks are final.
	pub finality_proofs: Arc<FinalityProofProvider<Backend, Block>>,
}

/// Put the methods together.
pub fn build(
	parts: &Parts,
	executor: SubscriptionTaskExecutor,
) -> Result<RpcModule<()>, sc_service::Error> {
	let mut module = RpcModule::new(());

	let system = System::new(parts.client.clone(), parts.pool.clone());
	module.merge(system.into_rpc()).map_err(other)?;

	{
		use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
		let payment = TransactionPayment::new(parts.client.clone());
		module.merge(payment.into_rpc()).map_err(other)?;
	}

	let babe = Babe::new(
		parts.client.clone(),
		parts.babe.clone(),
		parts.keystore.clone(),
		parts.select_chain.clone(),
	);
	module.merge(babe.into_rpc()).map_err(other)?;

	let grandpa = Grandpa::new(
		executor,
		parts.authority_set.clone(),
		parts.voter_state.clone(),
		parts.justifications.clone(),
		parts.finality_proofs.clone(),
	);
	module.merge(grandpa.into_rpc()).map_err(other)?;

	let sync_state = SyncState::new(
		parts.chain_spec.cloned_box(),
		parts.client.clone(),
		parts.authority_set.clone(),
		parts.babe.clone(),
	)
	.map_err(other)?;
	module.merge(sync_state.into_rpc()).map_err(other)?;

	Ok(module)
}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> sc_service::Error {
	sc_service::Error::Application(Box::new(error))
}
