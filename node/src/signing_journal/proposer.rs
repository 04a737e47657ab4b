//! The proposer that BABE gets: the node's own, with the journal in front.
//!
//! This is the right place to guard, not the keystore: the seal signs a hash, which doesn't tell
//! its slot, and a proposer may fail without consequences. Noting the slot before the block is
//! built costs one slot if the node dies in between, and nothing else.

use super::{Journal, LOG_TARGET};
use futures::{
	future::{ready, Either, Ready},
	FutureExt, TryFutureExt,
};
use ourledger_primitives::{Header, OpaqueBlock as Block};
use sp_consensus::{Environment, Proposal, ProposeArgs, Proposer};
use sp_consensus_babe::digests::CompatibleDigestItem;
use std::{future::Future, pin::Pin, sync::Arc};

/// Makes proposers that author at most one block per slot, across restarts.
pub struct GuardedEnvironment<E> {
	inner: E,
	journal: Arc<Journal>,
}

impl<E> GuardedEnvironment<E> {
	/// Guard the proposers of `inner`.
	pub fn new(inner: E, journal: Arc<Journal>) -> Self {
		Self { inner, journal }
	}
}

impl<E> Environment<Block> for GuardedEnvironment<E>
where
	E: Environment<Block>,
{
	type Proposer = GuardedProposer<E::Proposer>;
	type CreateProposer = Pin<Box<dyn Future<Output = Result<Self::Proposer, Self::Error>> + Send>>;
	type Error = E::Error;

	fn init(&mut self, parent_header: &Header) -> Self::CreateProposer {
		let journal = self.journal.clone();
		self.inner.init(parent_header).map_ok(|inner| GuardedProposer { inner, journal }).boxed()
	}
}

/// Proposes a block only for a slot in which it has proposed none.
pub struct GuardedProposer<P> {
	inner: P,
	journal: Arc<Journal>,
}

impl<P> Proposer<Block> for GuardedProposer<P>
where
	P: Proposer<Block>,
{
	type Error = P::Error;
	type Proposal = Either<Ready<Result<Proposal<Block>, P::Error>>, P::Proposal>;

	fn propose(self, args: ProposeArgs<Block>) -> Self::Proposal {
		let slot = args.inherent_digests.logs.iter().find_map(|log| log.as_babe_pre_digest());
		let claim = match slot {
			Some(digest) => self.journal.begin_slot(*digest.slot()),
			None => Err("no slot is claimed".to_owned()),
		};
		match claim {
			Ok(()) => Either::Right(self.inner.propose(args)),
			Err(reason) => {
				log::warn!(target: LOG_TARGET, "Refused to sign: {reason}");
				let error = sp_consensus::Error::Other(reason.into());
				Either::Left(ready(Err(error.into())))
			},
		}
	}
}

#[cfg(test)]
mod tests {
	use super::{
		super::file::tests::{journal_in, TempDir},
		*,
	};
	use futures::executor::block_on;
	use sp_consensus_babe::digests::{PreDigest, SecondaryPlainPreDigest};
	use sp_runtime::{generic::Digest, traits::Header as _, DigestItem};

	/// Proposes an empty block, or rather an error that says that it was asked to.
	struct Asked;

	impl Proposer<Block> for Asked {
		type Error = sp_consensus::Error;
		type Proposal = Ready<Result<Proposal<Block>, Self::Error>>;

		fn propose(self, _: ProposeArgs<Block>) -> Self::Proposal {
			ready(Err(sp_consensus::Error::CannotSign("asked".to_owned())))
		}
	}

	struct AskedEnvironment;

	impl Environment<Block> for AskedEnvironment {
		type Proposer = Asked;
		type CreateProposer = Ready<Result<Asked, Self::Error>>;
		type Error = sp_consensus::Error;

		fn init(&mut self, _: &Header) -> Self::CreateProposer {
			ready(Ok(Asked))
		}
	}

	fn args(slot: Option<u64>) -> ProposeArgs<Block> {
		let logs = slot
			.map(|slot| {
				DigestItem::babe_pre_digest(PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
					authority_index: 0,
					slot: slot.into(),
				}))
			})
			.into_iter()
			.collect();
		ProposeArgs { inherent_digests: Digest { logs }, ..Default::default() }
	}

	/// Whether the proposer behind the journal was asked for a block in `slot`.
	fn reaches_proposer(dir: &TempDir, slot: Option<u64>) -> bool {
		let mut environment = GuardedEnvironment::new(AskedEnvironment, Arc::new(journal_in(dir)));
		let parent = Header::new(
			1,
			Default::default(),
			Default::default(),
			Default::default(),
			Default::default(),
		);
		let proposer = block_on(environment.init(&parent)).expect("makes a proposer");
		let result = block_on(proposer.propose(args(slot)));
		matches!(result, Err(sp_consensus::Error::CannotSign(_)))
	}

	#[test]
	fn slot_is_authored_once_across_restarts() {
		let dir = TempDir::new();
		assert!(reaches_proposer(&dir, Some(5)));
		assert!(!reaches_proposer(&dir, Some(5)));
		assert!(reaches_proposer(&dir, Some(6)));
	}

	#[test]
	fn nothing_is_authored_without_a_slot() {
		assert!(!reaches_proposer(&TempDir::new(), None));
	}
}
