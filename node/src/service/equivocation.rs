//! Reports validators that make two blocks for one slot.
//!
//! BABE's own block import in the SDK sees a block when its seal is already taken off, so the proof
//! it makes holds headers without seals, and the runtime refuses it. This import stands around it,
//! where the seal is still at hand, and reports with whole headers. BABE's own reports go to a pool
//! that takes nothing. See docs/design/0008-equivocation-reports.md.

use super::{parts::InnerBlockImport, Client, Pool, SelectChain};
use async_trait::async_trait;
use ourledger_primitives::{Hash, Header, OpaqueBlock as Block};
use sc_consensus::{BlockCheckParams, BlockImport, BlockImportParams, ImportResult};
use sc_consensus_babe::{find_pre_digest, AuthorityId};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_api::{ApiExt, ProvideRuntimeApi};
use sp_consensus::{BlockOrigin, Error as ConsensusError, SelectChain as _};
use sp_consensus_babe::{
	digests::CompatibleDigestItem, AuthorityPair, BabeApi, EquivocationProof, Slot,
};
use sp_core::Pair;
use sp_runtime::{traits::Header as _, DigestItem};
use std::{
	collections::BTreeMap,
	sync::{Arc, Mutex, PoisonError},
};

/// Log target of everything here.
const LOG_TARGET: &str = "equivocation";

/// Blocks that are remembered: at a block per 3 s, 50 minutes. A second block for an older slot
/// is no longer told from the first; it loses against the finalised chain all the same.
const MAX_REMEMBERED: usize = 1_000;

/// Block import that reports equivocations.
#[derive(Clone)]
pub struct ReportingBlockImport {
	inner: InnerBlockImport,
	client: Arc<Client>,
	select_chain: SelectChain,
	reports: OffchainTransactionPoolFactory<Block>,
	seen: Arc<Mutex<Seen>>,
}

impl ReportingBlockImport {
	/// Import through `inner`, and hand reports to `pool`.
	pub fn new(
		inner: InnerBlockImport,
		client: Arc<Client>,
		select_chain: SelectChain,
		pool: Arc<Pool>,
	) -> Self {
		let reports = OffchainTransactionPoolFactory::new(pool);
		Self { inner, client, select_chain, reports, seen: Default::default() }
	}

	/// Tell the runtime of two blocks for one slot.
	async fn report(&self, first: Header, second: Header) -> Result<(), String> {
		let slot = slot_and_author(&first).ok_or("a block without a slot")?.0;
		let offender = self.author(&first)?.ok_or("the author is in no known epoch")?;
		log::warn!(
			target: LOG_TARGET,
			"Validator {offender:?} made two blocks for slot {slot}: {:?} and {:?}",
			first.hash(),
			second.hash(),
		);
		let best = self.select_chain.best_chain().await.map_err(|e| e.to_string())?.hash();
		// At the parent the session is the offender's for certain, unless the block opened it.
		let prove = |at: Hash| {
			let api = self.client.runtime_api();
			api.generate_key_ownership_proof(at, slot, offender.clone()).map_err(|e| e.to_string())
		};
		let ownership = match prove(*first.parent_hash())? {
			Some(proof) => proof,
			None => prove(best)?.ok_or("the offender's key can't be tied to a validator")?,
		};
		let proof =
			EquivocationProof { offender, slot, first_header: first, second_header: second };
		let mut api = self.client.runtime_api();
		api.register_extension(self.reports.offchain_transaction_pool(best));
		api.submit_report_equivocation_unsigned_extrinsic(best, proof, ownership)
			.map_err(|e| e.to_string())?
			.ok_or_else(|| "the pool refused the report".into())
	}

	/// The key that sealed a block, among those of its index in the epochs it can belong to.
	fn author(&self, header: &Header) -> Result<Option<AuthorityId>, String> {
		let Some((_, index)) = slot_and_author(header) else { return Ok(None) };
		let api = self.client.runtime_api();
		let parent = *header.parent_hash();
		let current = api.current_epoch(parent).map_err(|e| e.to_string())?;
		let next = api.next_epoch(parent).map_err(|e| e.to_string())?;
		Ok([current, next]
			.iter()
			.filter_map(|epoch| epoch.authorities.get(index as usize))
			.map(|(author, _)| author.clone())
			.find(|author| is_sealed_by(header, author)))
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
		let (Some(header), ImportResult::Imported(_)) = (header, &result) else {
			return Ok(result);
		};
		let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).note(header.clone());
		if let Some(first) = seen {
			if let Err(reason) = self.report(first, header).await {
				log::error!(target: LOG_TARGET, "Can't report an equivocation: {reason}");
			}
		}
		Ok(result)
	}
}

/// The newest blocks by slot and author.
#[derive(Default)]
struct Seen(BTreeMap<(Slot, u32), Header>);

impl Seen {
	/// Remember a block; returns another one by the same author for the same slot.
	fn note(&mut self, header: Header) -> Option<Header> {
		let key = slot_and_author(&header)?;
		if let Some(first) = self.0.get(&key) {
			return (first.hash() != header.hash()).then(|| first.clone());
		}
		self.0.insert(key, header);
		if self.0.len() > MAX_REMEMBERED {
			self.0.pop_first();
		}
		None
	}
}

/// Slot of a block, and the index of its author in its epoch.
fn slot_and_author(header: &Header) -> Option<(Slot, u32)> {
	// The genesis block has neither, and would look like slot 0.
	if *header.number() == 0 {
		return None;
	}
	let digest = find_pre_digest::<Block>(header).ok()?;
	Some((digest.slot(), digest.authority_index()))
}

/// Whether a block's seal is by `author`.
fn is_sealed_by(header: &Header, author: &AuthorityId) -> bool {
	let mut unsealed = header.clone();
	let seal = unsealed.digest_mut().pop();
	seal.as_ref()
		.and_then(<DigestItem as CompatibleDigestItem>::as_babe_seal)
		.is_some_and(|seal| AuthorityPair::verify(&seal, unsealed.hash(), author))
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_consensus_babe::digests::{PreDigest, SecondaryPlainPreDigest};
	use sp_runtime::Digest;

	fn pair(seed: u8) -> AuthorityPair {
		AuthorityPair::from_seed(&[seed; 32])
	}

	fn sealed(slot: u64, authority_index: u32, state: u8, by: &AuthorityPair) -> Header {
		let digest = PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
			slot: slot.into(),
			authority_index,
		});
		let logs = vec![<DigestItem as CompatibleDigestItem>::babe_pre_digest(digest)];
		let state = Hash::repeat_byte(state);
		let mut header = Header::new(1, state, state, Hash::zero(), Digest { logs });
		let seal = by.sign(header.hash().as_ref());
		header.digest_mut().push(<DigestItem as CompatibleDigestItem>::babe_seal(seal));
		header
	}

	#[test]
	fn second_block_for_a_slot_is_told_from_the_first() {
		let mut seen = Seen::default();
		let first = sealed(7, 0, 1, &pair(1));
		assert_eq!(seen.note(first.clone()), None);
		assert_eq!(seen.note(sealed(7, 0, 2, &pair(1))), Some(first));
	}

	#[test]
	fn same_block_twice_and_other_authors_are_honest() {
		let mut seen = Seen::default();
		let block = sealed(7, 0, 1, &pair(1));
		assert_eq!(seen.note(block.clone()), None);
		assert_eq!(seen.note(block), None);
		assert_eq!(seen.note(sealed(7, 1, 1, &pair(2))), None);
		assert_eq!(seen.note(sealed(8, 0, 1, &pair(1))), None);
	}

	#[test]
	fn oldest_slots_are_forgotten_first() {
		let mut seen = Seen::default();
		let author = pair(1);
		for slot in 0..=MAX_REMEMBERED as u64 {
			assert_eq!(seen.note(sealed(slot, 0, 1, &author)), None);
		}
		assert_eq!(seen.0.len(), MAX_REMEMBERED);
		assert!(seen.note(sealed(MAX_REMEMBERED as u64, 0, 2, &author)).is_some());
		assert_eq!(seen.note(sealed(0, 0, 2, &author)), None);
	}

	#[test]
	fn seal_names_its_author() {
		let (author, other) = (pair(1), pair(2));
		let header = sealed(7, 0, 1, &author);
		assert!(is_sealed_by(&header, &author.public()));
		assert!(!is_sealed_by(&header, &other.public()));
		let mut unsealed = header;
		unsealed.digest_mut().pop();
		assert!(!is_sealed_by(&unsealed, &author.public()));
	}
}
