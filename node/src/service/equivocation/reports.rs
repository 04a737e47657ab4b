//! Tells two blocks for one slot from others, and reports them until the report is taken.

use async_trait::async_trait;
use ourledger_primitives::{Hash, Header, OpaqueBlock as Block};
use sc_consensus_babe::{find_pre_digest, AuthorityId};
use sp_consensus_babe::{
	digests::CompatibleDigestItem, AuthorityPair, EquivocationProof, OpaqueKeyOwnershipProof, Slot,
};
use sp_core::Pair;
use sp_runtime::{traits::Header as _, DigestItem};
use std::{
	collections::BTreeMap,
	mem,
	sync::{Mutex, MutexGuard, PoisonError},
};

/// Log target of everything here.
const LOG_TARGET: &str = "equivocation";

/// Blocks that are remembered: at a block per 3 s, 50 minutes. A second block for an older slot
/// is no longer told from the first; it loses against the finalised chain all the same.
const MAX_REMEMBERED: usize = 1_000;

/// Reports that wait to be tried again. Further ones are left to other nodes.
const MAX_WAITING: usize = 100;

/// How often a report is tried, once per block that comes in: as long as a fork may last. Two blocks
/// that open a session can be reported on no chain that hasn't got to that session.
const MAX_TRIES: u32 = 20;

/// What a report needs of the chain.
#[async_trait]
pub trait Chain {
	/// The best block, in whose state a report is checked.
	async fn best(&self) -> Result<Hash, String>;

	/// The keys of all who may make blocks in the epoch of block `at`, by index.
	fn authors(&self, at: Hash) -> Result<Vec<AuthorityId>, String>;

	/// Proof, from the state after block `at`, of who used `key` when `slot` was.
	fn prove(
		&self,
		at: Hash,
		slot: Slot,
		key: AuthorityId,
	) -> Result<Option<OpaqueKeyOwnershipProof>, String>;

	/// Hand a report to the pool, which checks it in the state after block `at`; none if the pool
	/// doesn't take it.
	fn submit(
		&self,
		at: Hash,
		equivocation: EquivocationProof<Header>,
		ownership: OpaqueKeyOwnershipProof,
	) -> Result<Option<()>, String>;
}

/// What has been seen, and what is still to be reported.
pub struct Reports<C> {
	chain: C,
	state: Mutex<State>,
}

#[derive(Default)]
struct State {
	seen: Seen,
	waiting: Vec<Pending>,
}

/// Two blocks for one slot, not reported yet.
struct Pending {
	first: Header,
	second: Header,
	tries: u32,
}

impl<C: Chain> Reports<C> {
	/// Nothing seen, nothing to report.
	pub fn new(chain: C) -> Self {
		Self { chain, state: Default::default() }
	}

	/// Take note of a block that was just imported. Reports it if its author made another for its
	/// slot, and tries again what couldn't be reported before.
	pub async fn note(&self, header: Header) {
		let due = {
			let mut state = self.state();
			if let Some(first) = state.seen.note(header.clone()) {
				state.waiting.push(Pending { first, second: header, tries: 0 });
			}
			mem::take(&mut state.waiting)
		};
		for mut pending in due {
			let Err(reason) = self.report(&pending).await else { continue };
			pending.tries += 1;
			let mut state = self.state();
			if pending.tries == MAX_TRIES || state.waiting.len() == MAX_WAITING {
				log::error!(target: LOG_TARGET, "Can't report an equivocation: {reason}");
			} else {
				log::debug!(target: LOG_TARGET, "An equivocation waits to be reported: {reason}");
				state.waiting.push(pending);
			}
		}
	}

	/// Tell the runtime of two blocks for one slot.
	async fn report(&self, Pending { first, second, tries }: &Pending) -> Result<(), String> {
		// Of both states this one is there for certain: the block was imported a moment ago. Not
		// that of a parent: it is in the session before, if the blocks opened one.
		let (proof, ownership) = match self.evidence(first, second, second.hash()) {
			Ok(evidence) => evidence,
			Err(_) => self.evidence(first, second, first.hash())?,
		};
		if *tries == 0 {
			log::warn!(
				target: LOG_TARGET,
				"Validator {:?} made two blocks for slot {}: {:?} and {:?}",
				proof.offender,
				proof.slot,
				first.hash(),
				second.hash(),
			);
		}
		let best = self.chain.best().await?;
		self.chain
			.submit(best, proof, ownership)?
			.ok_or_else(|| "the pool refused the report; somebody else's may be on chain".into())
	}

	/// The report's two parts, from the state after block `at`, which is in the blocks' epoch.
	fn evidence(
		&self,
		first: &Header,
		second: &Header,
		at: Hash,
	) -> Result<(EquivocationProof<Header>, OpaqueKeyOwnershipProof), String> {
		let (slot, index) = slot_and_author(first).ok_or("a block without a slot")?;
		let offender = self
			.chain
			.authors(at)?
			.into_iter()
			.nth(index as usize)
			.filter(|author| is_sealed_by(first, author) && is_sealed_by(second, author))
			.ok_or("the author isn't in the epoch")?;
		let ownership = self
			.chain
			.prove(at, slot, offender.clone())?
			.ok_or("the offender's key can't be tied to a validator")?;
		let (first_header, second_header) = (first.clone(), second.clone());
		Ok((EquivocationProof { offender, slot, first_header, second_header }, ownership))
	}

	fn state(&self) -> MutexGuard<'_, State> {
		lock(&self.state)
	}
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
	mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The newest blocks by slot and author.
#[derive(Default)]
struct Seen(BTreeMap<(Slot, u32), Known>);

/// What one author made for one slot.
struct Known {
	first: Header,
	/// Whether another has been seen, too. One report tells all: a third block adds nothing.
	twice: bool,
}

impl Seen {
	/// Remember a block; returns the author's other one for the slot, if this is the second.
	fn note(&mut self, header: Header) -> Option<Header> {
		let key = slot_and_author(&header)?;
		if let Some(known) = self.0.get_mut(&key) {
			let second = known.first.hash() != header.hash() && !known.twice;
			known.twice |= second;
			return second.then(|| known.first.clone());
		}
		self.0.insert(key, Known { first: header, twice: false });
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
	use codec::Encode;
	use futures::executor::block_on;
	use sp_consensus_babe::digests::{PreDigest, SecondaryPlainPreDigest};
	use sp_runtime::Digest;

	/// Slots of a session of the chain below.
	const SESSION_SLOTS: u64 = 20;

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
		let mut header = Header::new(1, state, state, parent(), Digest { logs });
		let seal = by.sign(header.hash().as_ref());
		header.digest_mut().push(<DigestItem as CompatibleDigestItem>::babe_seal(seal));
		header
	}

	/// Of all blocks here; it is in session 0.
	fn parent() -> Hash {
		Hash::zero()
	}

	fn session_of(slot: Slot) -> u64 {
		*slot / SESSION_SLOTS
	}

	/// A chain that proves as the SDK describes it: from a block's state, for that block's session.
	struct TestChain {
		sessions: Mutex<BTreeMap<Hash, u64>>,
		best: Mutex<Hash>,
		reported: Mutex<Vec<EquivocationProof<Header>>>,
		refused: Mutex<u32>,
	}

	fn reports() -> Reports<TestChain> {
		Reports::new(TestChain {
			sessions: Mutex::new(BTreeMap::from([(parent(), 0)])),
			best: Mutex::new(parent()),
			reported: Mutex::default(),
			refused: Mutex::default(),
		})
	}

	#[async_trait]
	impl Chain for TestChain {
		async fn best(&self) -> Result<Hash, String> {
			Ok(*lock(&self.best))
		}

		fn authors(&self, at: Hash) -> Result<Vec<AuthorityId>, String> {
			// Other keys in each session.
			let session = self.session_at(at)? as u8;
			Ok(vec![pair(2 * session + 1).public(), pair(2 * session + 2).public()])
		}

		fn prove(
			&self,
			at: Hash,
			_: Slot,
			key: AuthorityId,
		) -> Result<Option<OpaqueKeyOwnershipProof>, String> {
			let proof = OpaqueKeyOwnershipProof::new(self.session_at(at)?.encode());
			Ok(self.authors(at)?.contains(&key).then_some(proof))
		}

		fn submit(
			&self,
			at: Hash,
			equivocation: EquivocationProof<Header>,
			ownership: OpaqueKeyOwnershipProof,
		) -> Result<Option<()>, String> {
			let ownership = ownership.decode::<u64>().expect("made above");
			let session = session_of(equivocation.slot);
			if ownership != session || session > self.session_at(at)? {
				*lock(&self.refused) += 1;
				return Ok(None);
			}
			lock(&self.reported).push(equivocation);
			Ok(Some(()))
		}
	}

	impl TestChain {
		fn session_at(&self, at: Hash) -> Result<u64, String> {
			lock(&self.sessions).get(&at).copied().ok_or_else(|| "no such state".into())
		}
	}

	impl Reports<TestChain> {
		/// Import a block; it becomes the best one, or stays on a fork.
		fn import(&self, header: &Header, best: bool) {
			let (slot, _) = slot_and_author(header).expect("a block of these tests has a slot");
			lock(&self.chain.sessions).insert(header.hash(), session_of(slot));
			if best {
				*lock(&self.chain.best) = header.hash();
			}
			block_on(self.note(header.clone()));
		}

		fn reported(&self) -> Vec<(Hash, Hash)> {
			let reported = lock(&self.chain.reported);
			let hashes =
				|it: &EquivocationProof<Header>| (it.first_header.hash(), it.second_header.hash());
			reported.iter().map(hashes).collect()
		}
	}

	/// The key of the author `index` in a session.
	fn author(session: u64, index: u32) -> AuthorityPair {
		pair(2 * session as u8 + index as u8 + 1)
	}

	#[test]
	fn two_blocks_within_a_session_are_reported() {
		let reports = reports();
		let (first, second) = (sealed(7, 1, 1, &author(0, 1)), sealed(7, 1, 2, &author(0, 1)));
		reports.import(&first, true);
		assert_eq!(reports.reported(), []);
		reports.import(&second, false);
		assert_eq!(reports.reported(), [(first.hash(), second.hash())]);
	}

	#[test]
	fn two_blocks_that_open_a_session_are_reported() {
		let reports = reports();
		let (first, second) = (sealed(20, 0, 1, &author(1, 0)), sealed(20, 0, 2, &author(1, 0)));
		reports.import(&first, true);
		reports.import(&second, false);
		assert_eq!(reports.reported(), [(first.hash(), second.hash())]);
	}

	#[test]
	fn two_blocks_of_an_earlier_session_are_reported() {
		let reports = reports();
		let (first, second) = (sealed(19, 0, 1, &author(0, 0)), sealed(19, 0, 2, &author(0, 0)));
		reports.import(&first, true);
		reports.import(&sealed(45, 1, 3, &author(2, 1)), true);
		reports.import(&second, false);
		assert_eq!(reports.reported(), [(first.hash(), second.hash())]);
	}

	#[test]
	fn a_refused_report_is_tried_again_when_the_best_chain_gets_to_the_session() {
		let reports = reports();
		let (first, second) = (sealed(20, 0, 1, &author(1, 0)), sealed(20, 0, 2, &author(1, 0)));
		// Both are on forks: the best chain has a block of the slot before.
		reports.import(&sealed(19, 1, 3, &author(0, 1)), true);
		reports.import(&first, false);
		reports.import(&second, false);
		assert_eq!(reports.reported(), []);

		reports.import(&sealed(21, 1, 4, &author(1, 1)), true);
		assert_eq!(reports.reported(), [(first.hash(), second.hash())]);
		reports.import(&sealed(22, 1, 5, &author(1, 1)), true);
		assert_eq!(reports.reported().len(), 1);
	}

	#[test]
	fn a_report_that_is_never_taken_is_given_up() {
		let reports = reports();
		reports.import(&sealed(20, 0, 1, &author(1, 0)), false);
		for state in 2..100 {
			reports.import(&sealed(20 + u64::from(state), 1, state, &author(1, 1)), false);
			if state == 2 {
				reports.import(&sealed(20, 0, state, &author(1, 0)), false);
			}
		}
		assert_eq!(*lock(&reports.chain.refused), MAX_TRIES);
		assert_eq!(reports.state().waiting.len(), 0);
	}

	#[test]
	fn reports_that_wait_are_bounded() {
		let reports = reports();
		for slot in 0..2 * MAX_WAITING as u64 {
			// All at once: the chain answers nothing in between.
			let mut state = reports.state();
			let first = sealed(slot, 0, 1, &author(9, 0));
			let second = sealed(slot, 0, 2, &author(9, 0));
			state.waiting.push(Pending { first, second, tries: 0 });
		}
		reports.import(&sealed(1_000, 1, 1, &author(50, 1)), false);
		assert_eq!(reports.state().waiting.len(), MAX_WAITING);
	}

	#[test]
	fn a_third_block_for_a_slot_is_not_reported_again() {
		let reports = reports();
		for state in 1..10 {
			reports.import(&sealed(7, 0, state, &author(0, 0)), false);
		}
		assert_eq!(reports.reported().len(), 1);
	}

	#[test]
	fn blocks_of_two_keys_are_no_equivocation() {
		let reports = reports();
		reports.import(&sealed(7, 0, 1, &author(0, 0)), true);
		// A fork long enough to have other authors.
		reports.import(&sealed(7, 0, 2, &author(1, 0)), false);
		assert_eq!(reports.reported(), []);
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
