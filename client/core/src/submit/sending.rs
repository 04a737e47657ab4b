//! Signs a transaction, sends it, and follows it; once more with the next nonce where another
//! program that uses the same key was first.
//!
//! A transaction is signed anew only when the one before can never be in a block: its nonce is used
//! by another one in a block that is final. That a node says that it doesn't take it is not enough.
//! But which blocks are final, and what is in them, is the node's word, too, unless a light client
//! is used: a node that hides the block with a payment can have the payment made again.

use super::{
	inner::{self, Inner},
	person::{Person, Step},
	progress::{self, Outcome},
	sent::Sent,
	shown::Shown,
	Wallet, VALID_BLOCKS,
};
use crate::{
	account::Account,
	call::Call,
	chain::{signing, Chain, Head, Params, State},
	error::{Error, Result},
	errors_of_chain,
	keys::Key,
	money::Kind,
	outcome::InBlock,
};
use std::{path::Path, time::Duration};
use subxt::utils::{AccountId32, H256};

/// How often a transaction is signed at most.
const TRIES: u32 = 8;

/// How long to wait before it is signed anew, once more for each time before.
const PAUSE: Duration = Duration::from_millis(if cfg!(test) { 1 } else { 200 });

/// A transaction that is signed and about to be submitted, or to be handed to a sponsor.
#[derive(Clone, Copy, Debug)]
pub struct Sending {
	/// The last block that can still hold it.
	pub last_block: u64,
	/// Whose nonce it uses.
	pub account: AccountId32,
	/// The nonce.
	pub nonce: u64,
	/// The signed call that it carries, if it carries one.
	pub inner: Option<Inner>,
}

impl Sending {
	/// Signed at the block of `state`.
	pub fn new(state: &State, account: AccountId32, nonce: u64, valid_blocks: u64) -> Self {
		Self { last_block: state.number() + valid_blocks - 1, account, nonce, inner: None }
	}

	/// Whose nonce is used once it has done what it should, and which.
	pub fn uses(&self) -> (AccountId32, u64) {
		self.inner.map_or((self.account, self.nonce), |inner| (inner.signer, inner.nonce))
	}

	/// The first block that can hold it.
	pub fn first_block(&self) -> u64 {
		(self.last_block + 2).saturating_sub(VALID_BLOCKS)
	}

	/// What is certain of a transaction that a node let go of, if anything is, by a final block and
	/// the account's nonce there.
	fn fate(&self, block: u64, nonce: u64) -> Option<Fate> {
		if nonce > self.nonce {
			Some(Fate::NonceUsed)
		} else if block >= self.last_block {
			Some(Fate::Expired)
		} else {
			None
		}
	}
}

/// What is certain of a transaction that a node let go of, if no final block holds it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fate {
	/// Another transaction has its nonce.
	NonceUsed,
	/// No block can hold it any more.
	Expired,
}

/// How a try ended.
enum Try {
	Done(Box<InBlock>),
	/// Another transaction has its nonce, and it can never be in a block.
	NonceUsed,
}

/// How a transaction is made. Its signature is for this digest of the metadata, if for any.
pub fn params(nonce: u64, paid_in: Kind, digest: Option<[u8; 32]>) -> Params {
	let tip_in = match paid_in {
		Kind::Native => None,
		currency => Some(currency),
	};
	signing::params(nonce, VALID_BLOCKS, tip_in, digest)
}

/// Who signs, in what the fee is paid, and what was shown.
pub struct Terms<'a> {
	/// Who is told of its progress.
	pub person: &'a dyn Person,
	/// The folder in which what was sent is kept until its fate is known.
	pub folder: &'a Path,
	/// The key.
	pub signer: &'a Key,
	/// What the fee is paid in.
	pub paid_in: Kind,
	/// By what runtime the person was shown what is signed.
	pub shown: Shown,
	/// The signed call that the transaction carries, if it carries one.
	pub inner: Option<Inner>,
}

impl<'a> Terms<'a> {
	/// Of a transaction that `signer` signs for a wallet.
	pub fn of(wallet: &Wallet<'a>, signer: &'a Key, paid_in: Kind, shown: Shown) -> Self {
		let Wallet { person, folder, .. } = *wallet;
		Self { person, folder, signer, paid_in, shown, inner: None }
	}

	/// Of a transaction that carries this signed call.
	pub fn carrying(self, inner: Inner) -> Self {
		Self { inner: Some(inner), ..self }
	}
}

/// Signs a call at the block of now, submits it and follows it until it is final. `note` is told of
/// each transaction before it is sent; of those before it, none can be in a block.
pub async fn send(
	chain: &Chain,
	call: &Call,
	terms: &Terms<'_>,
	note: impl FnMut(Sending) -> Result<()>,
) -> Result<InBlock> {
	let mut open = None;
	let ended = tries(chain, call, terms, &mut open, note).await;
	match (ended, open) {
		(Err(error), Some((hash, sent))) if !matches!(error, Error::Unknown { .. }) => {
			let error = inner::judged(terms.inner, chain, hash, error).await;
			if !matches!(error, Error::Unknown { .. }) {
				sent.forget(terms.folder);
			}
			Err(error)
		},
		(ended, _) => ended,
	}
}

/// A transaction that was sent, and what is kept of it.
type Open = Option<(H256, Sent)>;

async fn tries(
	chain: &Chain,
	call: &Call,
	terms: &Terms<'_>,
	open: &mut Open,
	mut note: impl FnMut(Sending) -> Result<()>,
) -> Result<InBlock> {
	for before in 0..TRIES {
		tokio::time::sleep(PAUSE * before).await;
		match once(chain, call, terms, open, &mut note).await? {
			Try::Done(in_block) => return Ok(*in_block),
			Try::NonceUsed => {},
		}
	}
	Err(Error::refused(format!(
		"other programs sign with the key of {} at the same time: they were first {TRIES} times, \
		 and nothing was done",
		terms.signer.account()
	)))
}

/// Tries it once. `open` is the transaction that was sent last, unless all is certain of it and of
/// the signed call that it carries.
async fn once(
	chain: &Chain,
	call: &Call,
	terms: &Terms<'_>,
	open: &mut Open,
	note: &mut impl FnMut(Sending) -> Result<()>,
) -> Result<Try> {
	let signer = terms.signer;
	let state = chain.current().await?;
	terms.shown.ensure_still(&state)?;
	let nonce = chain.next_nonce(&signer.account()).await?;
	// At the best block: the last transaction of the account may not be final yet. Asked before
	// anything is signed: whatever a node says of a signed transaction, it can have it included.
	let used = Account::read(&chain.best().await?, signer.account()).await?.nonce;
	if u64::from(used) > nonce {
		return Ok(Try::NonceUsed);
	}
	let mut transactions = state.inner().transactions();
	let params = params(nonce, terms.paid_in, terms.shown.digest);
	let transaction = transactions.create_signed(call, &signer.pair, params).await?;
	let hash = transaction.hash();
	let sending = Sending::new(&state, signer.account(), nonce, VALID_BLOCKS);
	let sending = Sending { inner: terms.inner, ..sending };
	note(sending)?;
	let sent = Sent::new(chain.genesis_hash(), hash, &sending, call);
	if let Err(error) = sent.keep(terms.folder) {
		terms.person.warn(&format!("{error}; the transaction is {hash:?}"));
	}
	if let Some((before, old)) = open.replace((hash, sent.clone())) {
		// The new one carries the same.
		if before != hash {
			old.forget(terms.folder);
		}
	}
	terms.person.follow(Step::Sent(hash));
	let followed = progress::follow(terms.person, &transaction, chain, terms.inner).await;
	terms.person.follow(Step::Over);
	let ended = match followed {
		Ok(Outcome::Done(in_block)) => Ok(Try::Done(in_block)),
		Ok(Outcome::NotTaken(why)) if !another_was_first(&why) => {
			// The node explains itself better when it is asked to check the transaction.
			let validity = transaction.validate().await;
			let payer = signer.account().to_string();
			let said = validity.ok().and_then(|it| errors_of_chain::why_invalid(&it, &payer));
			let why = said.unwrap_or(why);
			Err(progress::unknown(hash, &format!("the node does not take it: {why}"), None))
		},
		Ok(Outcome::NotTaken(why) | Outcome::LetGo(why)) => {
			settle(chain, sending, hash, &why).await
		},
		Err(error) => Err(error),
	};
	let ended = ended.map_err(|error| progress::after_sending(hash, error));
	let is_certain = match &ended {
		Err(Error::Unknown { .. }) => false,
		// What it carries can still be done by others.
		Ok(Try::NonceUsed) => terms.inner.is_none(),
		_ => true,
	};
	if is_certain && chain.head() == Head::Final {
		sent.forget(terms.folder);
		*open = None;
	}
	ended
}

/// Whether a node refuses a transaction because it has another one, or had one, with its nonce.
fn another_was_first(why: &str) -> bool {
	let why = why.to_lowercase();
	// In the words of both ways to submit: two that wait, and one that is in a block already.
	(why.contains("priority") && why.contains("too low")) || why.contains("outdated")
}

/// Waits until it is certain what became of a transaction that the node took and let go of. Other
/// nodes may still have it.
async fn settle(chain: &Chain, sending: Sending, hash: H256, why: &str) -> Result<Try> {
	let fate = wait_for_fate(chain, sending, hash, why).await;
	fate.map_err(|error| progress::after_sending(hash, error))
}

async fn wait_for_fate(chain: &Chain, sending: Sending, hash: H256, why: &str) -> Result<Try> {
	if chain.head() == Head::Best {
		// Nothing is certain there.
		return Err(progress::unknown(hash, why, None));
	}
	let lost = |why: String| progress::unknown(hash, &why, None);
	let mut blocks = None;
	loop {
		let state = chain.finalised().await?;
		let nonce = Account::read(&state, sending.account).await?.nonce;
		if let Some(fate) = sending.fate(state.number(), nonce.into()) {
			let last = state.number().min(sending.last_block);
			if let Some(block) = chain.find(hash, sending.first_block(), last).await? {
				let in_block = progress::outcome(chain, block, hash, sending.inner).await?;
				return Ok(Try::Done(Box::new(in_block)));
			}
			if fate == Fate::NonceUsed {
				return Ok(Try::NonceUsed);
			}
			let refusal =
				Error::refused(format!("the transaction was dropped and has expired: {why}"));
			return Err(inner::judged(sending.inner, chain, hash, refusal).await);
		}
		let blocks = match &mut blocks {
			Some(blocks) => blocks,
			none => none.insert(chain.finalised_blocks().await?),
		};
		let next = tokio::time::timeout(progress::SILENCE, blocks.next()).await;
		next.map_err(|_| lost(format!("{why}, and no block became final since")))?
			.ok_or_else(|| lost(format!("{why}, and the node sends no more blocks")))?
			.map_err(|error| lost(format!("{why}: {error}")))?;
	}
}

#[cfg(test)]
mod tests {
	use super::{super::Summary, *};
	use crate::{
		chain::fake::{
			hash, signer, transaction, Conduct, Given, Node, LAST, NONCE, PAYER, SPEC_VERSION,
		},
		submit::Unattended,
	};

	fn sending() -> Sending {
		Sending { last_block: 163, account: AccountId32([1; 32]), nonce: 7, inner: None }
	}

	#[test]
	fn nonce_is_taken_by_whoever_was_first() {
		for why in [
			"The priority of the transaction is too low (pool 4 > current 3)",
			"User error: Priority is too low: (4 vs 3) (1014)",
			"Invalid transaction: Transaction is outdated",
			"Invalid Transaction: \"Transaction is outdated\" (1010)",
		] {
			assert!(another_was_first(why), "{why}");
		}
		// Whoever is told this may have been the first.
		for why in [
			"Transaction is already imported",
			"Transaction is temporarily banned",
			"Invalid transaction: Inability to pay some fees (e.g. account balance too low)",
			"Extrinsic was rendered invalid by another extrinsic",
			"the connection was lost",
		] {
			assert!(!another_was_first(why), "{why}");
		}
	}

	#[test]
	fn nothing_is_certain_before_the_nonce_is_used_or_the_time_is_over() {
		let sending = sending();
		assert_eq!(sending.first_block(), 101);
		assert_eq!(sending.fate(120, 7), None);
		assert_eq!(sending.fate(162, 7), None);
		assert_eq!(sending.fate(163, 7), Some(Fate::Expired));
		assert_eq!(sending.fate(120, 8), Some(Fate::NonceUsed));
		assert_eq!(sending.fate(170, 8), Some(Fate::NonceUsed));
	}

	#[tokio::test]
	async fn transaction_in_a_block_is_found_there() {
		let chain = Node::new().chain().await;
		assert_eq!(chain.find(transaction(2), 1, 3).await, Ok(Some(hash(2))));
		assert_eq!(chain.find(transaction(2), 3, 3).await, Ok(None));
		assert_eq!(chain.find(transaction(9), 1, 3).await, Ok(None));
	}

	#[tokio::test]
	async fn transaction_that_was_let_go_of_is_sent_again_only_if_it_is_in_no_block() {
		let account = AccountId32(PAYER);
		let sent = |nonce| Sending { last_block: 64, account, nonce, inner: None };
		let settled = |hash: H256, nonce| async move {
			let chain = Node::new().chain().await;
			settle(&chain, sent(nonce), hash, "usurped").await
		};
		match settled(transaction(2), 1).await {
			Ok(Try::Done(in_block)) => assert_eq!(in_block.number, 2),
			_ => panic!("it is in block 2"),
		}
		assert!(matches!(settled(transaction(9), 1).await, Ok(Try::NonceUsed)));
		// Its nonce is still free, and the node says no more.
		let error = settled(transaction(9), NONCE).await.err().expect("nobody knows");
		assert_eq!(error.code(), 9);
	}

	/// How sending to a node of this conduct ends, the transactions that it was given, and whether
	/// what was sent is still kept.
	async fn sent_to(conduct: Conduct) -> (Result<u64>, Vec<H256>, bool) {
		carrying(None, conduct).await
	}

	/// As [`sent_to`], of a transaction that carries a signed call.
	async fn carrying(inner: Option<Inner>, conduct: Conduct) -> (Result<u64>, Vec<H256>, bool) {
		told(&Unattended, inner, conduct).await
	}

	/// As [`carrying`], and somebody is told.
	async fn told(
		person: &dyn Person,
		inner: Option<Inner>,
		conduct: Conduct,
	) -> (Result<u64>, Vec<H256>, bool) {
		let node = Node::new().conducting(conduct);
		let given: Given = node.given();
		let chain = node.chain().await;
		let folder = tempfile::tempdir().expect("a folder");
		let key = Key { pair: signer() };
		let state = chain.finalised().await.expect("is there");
		let call = state.call("System", "remark", (b"hello".to_vec(),)).expect("is known");
		let terms = Terms {
			person,
			folder: folder.path(),
			signer: &key,
			paid_in: Kind::Native,
			shown: Shown {
				spec_version: SPEC_VERSION + 1,
				transaction_version: state.transaction_version(),
				digest: Some([5; 32]),
			},
			inner,
		};
		let mut noted = 0;
		let ended = send(&chain, &call, &terms, |_| {
			// Before the node has it.
			assert_eq!(given.lock().expect("is whole").len(), noted);
			noted += 1;
			Ok(())
		});
		let ended = ended.await.map(|in_block| in_block.number);
		let given = given.lock().expect("is whole").clone();
		let given: Vec<_> = given.iter().map(|it| H256(crate::hash::blake2_256(it))).collect();
		let is_kept = given.iter().any(|hash| {
			let found = Sent::find(folder.path(), *hash).expect("can be read");
			found.is_some()
		});
		(ended, given, is_kept)
	}

	/// Remembers what it was told.
	#[derive(Default)]
	struct Steps(std::sync::Mutex<Vec<Step>>);

	impl Person for Steps {
		fn show(&self, _summary: &Summary) -> Result<bool> {
			Ok(true)
		}

		fn agree(&self) -> Result<()> {
			Ok(())
		}

		fn warn(&self, _text: &str) {}

		fn follow(&self, step: Step) {
			self.0.lock().expect("is whole").push(step);
		}
	}

	#[tokio::test]
	async fn whoever_follows_hears_that_it_is_over() {
		let ready = Conduct { statuses: vec!["ready"], ..Conduct::default() };
		for conduct in [
			Conduct { refusal: Some("User error: 1014: Priority is too low"), ..ready.clone() },
			Conduct { is_cut: true, ..ready.clone() },
			Conduct { statuses: vec!["ready", "invalid"], ..ready.clone() },
			Conduct { statuses: vec!["ready", "inBlock", "finalized"], includes: true, ..ready },
		] {
			let steps = Steps::default();
			let _ = told(&steps, None, conduct).await;
			let steps = steps.0.lock().expect("is whole");
			assert_eq!(steps.last(), Some(&Step::Over), "{steps:?}");
		}
	}

	#[tokio::test]
	async fn transaction_in_a_final_block_is_done_or_refused_by_what_it_did_there() {
		let conduct = Conduct {
			statuses: vec!["ready", "inBlock", "finalized"],
			includes: true,
			..Conduct::default()
		};
		let (ended, given, is_kept) = sent_to(conduct.clone()).await;
		assert_eq!((ended, given.len(), is_kept), (Ok(LAST + 1), 1, false));
		let (ended, given, is_kept) = sent_to(Conduct { fails: true, ..conduct }).await;
		let error = ended.expect_err("it failed");
		assert_eq!((error.code(), given.len(), is_kept), (1, 1, false), "{error}");
		assert!(error.to_string().contains("BadOrigin"), "{error}");
	}

	#[tokio::test]
	async fn failure_of_what_carries_a_signed_call_leaves_it_to_others() {
		let conduct = Conduct {
			statuses: vec!["ready", "inBlock", "finalized"],
			includes: true,
			fails: true,
			..Conduct::default()
		};
		// In the block that holds the transaction, the payer's nonce is its number.
		let inner =
			|nonce, last_block| Some(Inner { signer: AccountId32(PAYER), nonce, last_block });
		for (what, inner) in [
			("can still be done", inner(LAST + 1, LAST + 2)),
			("may be done", inner(LAST, LAST + 2)),
			("may be done, in time", inner(LAST, LAST)),
		] {
			let (ended, given, is_kept) = carrying(inner, conduct.clone()).await;
			let error = ended.expect_err(what);
			assert_eq!((error.code(), given.len(), is_kept), (9, 1, true), "{what}: {error}");
			for part in ["BadOrigin", &format!("{:?}", given[0])] {
				assert!(error.to_string().contains(part), "{what}: {part} in {error}");
			}
		}
		// Its time is over.
		let (ended, _, is_kept) = carrying(inner(LAST + 1, LAST + 1), conduct.clone()).await;
		assert_eq!((ended.map_err(|error| error.code()), is_kept), (Err(1), false));
		// It ran, and failed: it never will again.
		let conduct = Conduct { fails: false, runs_inner: true, ..conduct };
		let (ended, _, is_kept) = carrying(inner(LAST, LAST + 2), conduct).await;
		assert_eq!((ended.map_err(|error| error.code()), is_kept), (Err(1), false));
	}

	#[tokio::test]
	async fn signed_call_that_was_sent_is_not_refused_when_others_were_first() {
		// Its nonce is used by the transaction of the block, which is not the one that was given.
		let conduct = Conduct {
			refusal: Some("User error: Priority is too low: (4 vs 3) (1014)"),
			is_passed_over: true,
			..Conduct::default()
		};
		let inner =
			|last_block| Some(Inner { signer: AccountId32(PAYER), nonce: LAST + 9, last_block });
		let (ended, given, is_kept) = carrying(inner(64), conduct.clone()).await;
		let error = ended.expect_err("others were first");
		assert_eq!((error.code(), given.len(), is_kept), (9, TRIES as usize, true), "{error}");
		let last = given.last().expect("is there");
		assert!(error.to_string().contains(&format!("{last:?}")), "{error}");
		let (ended, _, is_kept) = carrying(None, conduct).await;
		assert_eq!((ended.map_err(|error| error.code()), is_kept), (Err(1), false));
	}

	#[tokio::test]
	async fn whatever_a_node_says_of_what_it_has_is_no_refusal() {
		let said = |statuses: &[&'static str]| Conduct {
			statuses: statuses.into(),
			falls_silent: true,
			..Conduct::default()
		};
		let refusing = |refusal| Conduct { refusal: Some(refusal), ..said(&[]) };
		let cut = |statuses| Conduct { is_cut: true, ..said(statuses) };
		for (what, conduct) in [
			("cut at the answer", refusing("the connection was closed")),
			("refused", refusing("User error: Invalid Transaction (1010)")),
			("refused for its nonce", refusing("User error: Priority is too low: (4 vs 3) (1014)")),
			("said nothing", said(&[])),
			("cut at once", cut(&[])),
			("cut when taken", cut(&["ready"])),
			("cut when in a block", cut(&["ready", "inBlock"])),
			("dropped", said(&["dropped"])),
			("dropped when taken", said(&["ready", "dropped"])),
			("invalid", said(&["invalid"])),
			("final, and cut at its events", said(&["ready", "finalized"])),
		] {
			for includes in [false, true] {
				let conduct = Conduct { includes, ..conduct.clone() };
				let (ended, given, is_kept) = sent_to(conduct).await;
				let error = ended.expect_err(what);
				assert_eq!(error.code(), 9, "{what}: {error}");
				assert_eq!((given.len(), is_kept), (1, true), "{what}");
				assert!(error.to_string().contains(&format!("{:?}", given[0])), "{what}: {error}");
			}
		}
	}

	#[tokio::test]
	async fn what_is_in_a_final_block_is_done_whatever_the_node_said_before() {
		let included = |conduct: Conduct| Conduct { includes: true, ..conduct };
		let refusing = |refusal| Conduct { refusal: Some(refusal), ..Conduct::default() };
		let said =
			|statuses: &[&'static str]| Conduct { statuses: statuses.into(), ..Conduct::default() };
		for (what, conduct) in [
			("cut at the answer", refusing("the connection was closed")),
			// The lie that has a payment made twice.
			("refused for its nonce", refusing("User error: Priority is too low: (4 vs 3) (1014)")),
			("dropped", said(&["ready", "dropped"])),
			("invalid", said(&["ready", "invalid"])),
		] {
			let (ended, given, is_kept) = sent_to(included(conduct)).await;
			assert_eq!((ended, given.len(), is_kept), (Ok(LAST + 1), 1, false), "{what}");
		}
	}

	#[tokio::test]
	async fn signature_is_for_the_digest_of_what_was_shown() {
		use codec::{Compact, Encode};
		use subxt_signer::sr25519;

		let node = Node::new().conducting(Conduct::default());
		let given = node.given();
		let chain = node.chain().await;
		let folder = tempfile::tempdir().expect("a folder");
		let key = Key { pair: signer() };
		let state = chain.finalised().await.expect("is there");
		let call = state.call("System", "remark", (b"hello".to_vec(),)).expect("is known");
		let (spec_version, transaction_version) =
			(state.spec_version(), state.transaction_version());
		let shown = Shown { spec_version, transaction_version, digest: Some([5; 32]) };
		let (person, paid_in) = (&Unattended, Kind::Native);
		let terms =
			Terms { person, folder: folder.path(), signer: &key, paid_in, shown, inner: None };
		assert!(send(&chain, &call, &terms, |_| Ok(())).await.is_err());

		let given = given.lock().expect("is whole")[0].clone();
		let mut rest = &given[..];
		let _: Compact<u32> = codec::Decode::decode(&mut rest).expect("has a length");
		// Version and address, signature, extensions, call.
		let (head, rest) = rest.split_at(2 + 32 + 1);
		assert_eq!((head[0], &head[2..34]), (0x84, &key.pair.public_key().0[..]));
		let signature = sr25519::Signature(rest[..64].try_into().expect("has a signature"));
		let extra = [&Compact(NONCE).encode()[..], &[1]].concat();
		assert_eq!(rest[64..], [&extra[..], &call.encode()].concat());
		let signed = |digest: [u8; 32]| {
			let implicit = [&spec_version.to_le_bytes()[..], &[1], &digest].concat();
			let payload = [&call.encode()[..], &extra, &implicit].concat();
			sr25519::verify(&signature, payload, &key.pair.public_key())
		};
		assert!(signed([5; 32]));
		assert!(!signed([6; 32]));
	}

	#[tokio::test]
	async fn nothing_is_signed_when_the_runtime_changed_since_it_was_shown() {
		let node = Node::new().conducting(Conduct::default());
		let given = node.given();
		let chain = node.chain().await;
		let folder = tempfile::tempdir().expect("a folder");
		let key = Key { pair: signer() };
		let before = chain.at(hash(1)).await.expect("is there");
		let call = before.call("System", "remark", (b"hello".to_vec(),)).expect("is known");
		let shown = Shown {
			spec_version: before.spec_version(),
			transaction_version: before.transaction_version(),
			digest: None,
		};
		let (person, paid_in) = (&Unattended, Kind::Native);
		let terms =
			Terms { person, folder: folder.path(), signer: &key, paid_in, shown, inner: None };
		let ended = send(&chain, &call, &terms, |_| Ok(())).await;
		assert_eq!(ended.map(|_| ()).map_err(|error| error.code()), Err(1));
		assert!(given.lock().expect("is whole").is_empty());
	}
}
