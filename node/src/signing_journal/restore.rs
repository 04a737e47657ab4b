//! At start: the blocks that this node has voted for and the database has lost are put back.

use super::{database::Database, VotedBlocks, LOG_TARGET};
use ourledger_primitives::OpaqueBlock as Block;
use sc_consensus::{
	import_queue::{import_single_block, BlockImportStatus, IncomingBlock},
	BlockImport, Verifier,
};
use sp_consensus::BlockOrigin;
use sp_runtime::traits::Block as _;

/// Import what is missing, through the same checks as a block from the network.
///
/// A block that can't be imported is no reason not to start: peers may have what it lacks.
pub async fn restore_blocks<Import, Checks>(
	blocks: &VotedBlocks,
	database: &dyn Database,
	import: &mut Import,
	checks: &Checks,
) where
	Import: BlockImport<Block, Error = sp_consensus::Error>,
	Checks: Verifier<Block>,
{
	let mut restored = 0;
	for (hash, block) in blocks.missing(database) {
		let (header, body) = block.deconstruct();
		let number = header.number;
		let incoming = IncomingBlock {
			hash,
			header: Some(header),
			body: Some(body),
			indexed_body: None,
			justifications: None,
			origin: None,
			allow_missing_state: false,
			skip_execution: false,
			import_existing: false,
			state: None,
		};
		match import_single_block(import, BlockOrigin::File, incoming, checks).await {
			Ok(BlockImportStatus::ImportedUnknown(..)) => restored += 1,
			Ok(BlockImportStatus::ImportedKnown(..)) => {},
			Err(e) => log::debug!(target: LOG_TARGET, "Block #{number} ({hash:?}) stays lost: {e}"),
		}
	}
	if restored > 0 {
		log::info!(
			target: LOG_TARGET,
			"Restored {restored} block(s) which this node had voted for and the database had lost.",
		);
	}
}
