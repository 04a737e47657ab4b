//! Reports validators that make two blocks for one slot.
//!
//! BABE's own block import in the SDK sees a block when its seal is already taken off, so the proof
//! it makes holds headers without seals, and the runtime refuses it. This import stands around it,
//! where the seal is still at hand, and reports with whole headers. BABE's own reports go to a pool
//! that takes nothing. See docs/design/0008-equivocation-reports.md.

mod reports;

use self::reports::{Chain, Reports};
use super::{parts::InnerBlockImport, Client, Pool, SelectChain};
use async_trait::async_trait;
use ourledger_primitives::{Hash, Header, OpaqueBlock as Block};
use sc_consensus::{BlockCheckParams, BlockImport, BlockImportParams, ImportResult};
use sc_consensus_babe::AuthorityId;
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_api::{ApiExt, ProvideRuntimeApi};
use sp_consensus::{BlockOrigin, Error as ConsensusError, SelectChain as _};
use sp_consensus_babe::{BabeApi, EquivocationProof, OpaqueKeyOwnershipProof, Slot};
use std::sync::Arc;

/// Block import that reports equivocations.
#[derive(Clone)]
pub struct ReportingBlockImport {
	inner: InnerBlockImport,
	reports: Arc<Reports<Runtime>>,
}

impl ReportingBlockImport {
	/// Import through `inner`, and hand reports to `pool`.
	pub fn new(
		inner: InnerBlockImport,
		client: Arc<Client>,
		select_chain: SelectChain,
		pool: Arc<Pool>,
	) -> Self {
		let pool = OffchainTransactionPoolFactory::new(pool);
		Self { inner, reports: Arc::new(Reports::new(Runtime { client, select_chain, pool })) }
	}
}

#[async_trait]
impl BlockImport<Block> for ReportingBlockImport {
	type Error = ConsensusError;

	async fn check_block(
		&self,
		block: BlockCheckParams<Block>,
	) -> Result<ImportResult, Self::Error> {
		self.inner.check_block(block).await
	}

	async fn import_block(
		&self,
		block: BlockImportParams<Block>,
	) -> Result<ImportResult, Self::Error> {
		// What was long ago has been reported then.
		let header = (block.origin != BlockOrigin::NetworkInitialSync).then(|| block.post_header());
		let result = self.inner.import_block(block).await?;
		if let (Some(header), ImportResult::Imported(_)) = (header, &result) {
			self.reports.note(header).await;
		}
		Ok(result)
	}
}

/// The chain as its runtime knows it.
struct Runtime {
	client: Arc<Client>,
	select_chain: SelectChain,
	pool: OffchainTransactionPoolFactory<Block>,
}

#[async_trait]
impl Chain for Runtime {
	async fn best(&self) -> Result<Hash, String> {
		Ok(self.select_chain.best_chain().await.map_err(|e| e.to_string())?.hash())
	}

	fn authors(&self, at: Hash) -> Result<Vec<AuthorityId>, String> {
		let epoch = self.client.runtime_api().current_epoch(at).map_err(|e| e.to_string())?;
		Ok(epoch.authorities.into_iter().map(|(author, _)| author).collect())
	}

	fn prove(
		&self,
		at: Hash,
		slot: Slot,
		key: AuthorityId,
	) -> Result<Option<OpaqueKeyOwnershipProof>, String> {
		let api = self.client.runtime_api();
		api.generate_key_ownership_proof(at, slot, key).map_err(|e| e.to_string())
	}

	fn submit(
		&self,
		at: Hash,
		equivocation: EquivocationProof<Header>,
		ownership: OpaqueKeyOwnershipProof,
	) -> Result<Option<()>, String> {
		let mut api = self.client.runtime_api();
		api.register_extension(self.pool.offchain_transaction_pool(at));
		api.submit_report_equivocation_unsigned_extrinsic(at, equivocation, ownership)
			.map_err(|e| e.to_string())
	}
}
