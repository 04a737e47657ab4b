//! Transactions whose fate isn't known: what is kept of them on this machine, and asking for it.
//!
//! Before a transaction is sent, a file in the configuration folder says which blocks can hold it.
//! It goes once a final block has decided. So what a cut connection or a crash left open can be
//! asked for by the transaction's hash.

use super::{
	inner::{self, Inner},
	progress, Sending, VALID_BLOCKS,
};
use crate::{
	account::Account,
	bounded,
	call::Call,
	chain::Chain,
	error::{Error, Result},
	outcome::InBlock,
	private,
};
use serde::{Deserialize, Serialize};
use std::{
	fs, io,
	path::{Path, PathBuf},
};
use subxt::utils::{AccountId32, H256};

/// Marks the layout of the files.
const FORMAT: &str = "ourledger-sent/1";

/// Where they are in the configuration folder.
const FOLDER: &str = "sent";

const EXTENSION: &str = "json";

/// Longest file that is read.
const MAX_FILE_BYTES: u64 = 64 * 1024;

/// Blocks that are looked through for a transaction of which nothing is known but its hash.
const BLOCKS_BACK: u64 = 256;

/// What is known of a transaction that was sent.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sent {
	format: String,
	genesis: String,
	transaction: String,
	signer: AccountId32,
	nonce: u64,
	/// The first block that can hold it.
	first_block: u64,
	/// The last one.
	last_block: u64,
	/// The name of its call.
	call: String,
	/// The signed call that it carries, if it carries one.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	inner: Option<Inner>,
}

impl Sent {
	/// Of a transaction that is about to be sent.
	pub fn new(genesis: H256, transaction: H256, sending: &Sending, call: &Call) -> Self {
		Self {
			format: FORMAT.into(),
			genesis: format!("{genesis:?}"),
			transaction: format!("{transaction:?}"),
			signer: sending.account,
			nonce: sending.nonce,
			first_block: sending.first_block(),
			last_block: sending.last_block,
			call: format!("{}.{}", call.pallet(), call.name()),
			inner: sending.inner,
		}
	}

	/// Writes it down, so that it outlasts a power cut.
	pub fn keep(&self, folder: &Path) -> Result<()> {
		let path = path_of(folder, &self.transaction);
		let text = serde_json::to_string_pretty(self).expect("all its keys are strings; qed");
		private::replace(&path, text.as_bytes()).map_err(|error| {
			Error::input(format!("what is sent can't be kept in {}: {error}", path.display()))
		})
	}

	/// Its fate is known.
	pub fn forget(&self, folder: &Path) {
		let _ = fs::remove_file(path_of(folder, &self.transaction));
	}

	/// What this machine knows of a transaction, if anything.
	pub fn find(folder: &Path, transaction: H256) -> Result<Option<Self>> {
		Self::read(&path_of(folder, &format!("{transaction:?}")))
	}

	/// All that this machine knows of, on a chain, in the order in which their time is over.
	pub fn all(folder: &Path, genesis: H256) -> Result<Vec<Self>> {
		let folder = folder.join(FOLDER);
		let unreadable =
			|error: io::Error| Error::input(format!("{} can't be read: {error}", folder.display()));
		let entries = match fs::read_dir(&folder) {
			Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
			entries => entries.map_err(unreadable)?,
		};
		let mut all = Vec::new();
		for entry in entries {
			let path = entry.map_err(unreadable)?.path();
			if path.extension().is_some_and(|extension| extension == EXTENSION) {
				all.extend(Self::read(&path)?);
			}
		}
		all.retain(|sent| sent.genesis == format!("{genesis:?}"));
		all.sort_by_key(|sent| (sent.last_block, sent.nonce));
		Ok(all)
	}

	fn read(path: &Path) -> Result<Option<Self>> {
		// Another program may have learned of its fate in the meantime.
		if !path.exists() {
			return Ok(None);
		}
		let sent: Self = bounded::read_json(path, MAX_FILE_BYTES)?;
		if sent.format != FORMAT {
			return Err(Error::input(format!("{} is not {FORMAT:?}", path.display())));
		}
		Ok(Some(sent))
	}

	/// Its hash.
	pub fn hash(&self) -> Result<H256> {
		parse_hash(&self.transaction)
	}

	/// The name of its call, as `Balances.transfer_keep_alive`.
	pub fn call(&self) -> &str {
		&self.call
	}

	/// Whose nonce it uses.
	pub fn signer(&self) -> AccountId32 {
		self.signer
	}

	/// Asks the chain for it, as [`ask`].
	async fn ask(&self, chain: &Chain) -> Result<Result<InBlock>> {
		let span = Span::of(self, chain.genesis_hash())?;
		Ok(ask(chain, self.hash()?, span).await)
	}

	/// Asks the chain for it, as [`ask`]. If its fate is certain, nothing is kept of it any more.
	pub async fn settle(&self, chain: &Chain, folder: &Path) -> Result<InBlock> {
		let asked = self.ask(chain).await?;
		if !matches!(asked, Err(Error::Unknown { .. })) {
			self.forget(folder);
		}
		asked
	}
}

/// A transaction's hash, as people write it.
pub fn parse_hash(text: &str) -> Result<H256> {
	let mut bytes = [0; 32];
	let digits = text.strip_prefix("0x").unwrap_or(text);
	hex::decode_to_slice(digits, &mut bytes)
		.map(|()| H256(bytes))
		.map_err(|_| Error::input("a hash is 32 bytes in hexadecimal"))
}

/// What to know before these accounts sign: sentences on their earlier transactions whose fate was
/// not known. Those whose time is over are asked for. With them those of which all is certain now:
/// they can be forgotten once that has been shown.
pub async fn earlier(
	chain: &Chain,
	folder: &Path,
	accounts: &[AccountId32],
) -> Result<(Vec<String>, Vec<Sent>)> {
	let (mut sentences, mut settled) = (Vec::new(), Vec::new());
	let all = Sent::all(folder, chain.genesis_hash())?;
	let own: Vec<_> = all.into_iter().filter(|sent| accounts.contains(&sent.signer)).collect();
	if own.is_empty() {
		return Ok((sentences, settled));
	}
	let last_final = chain.finalised().await?.number();
	for sent in own {
		let name = format!("the earlier transaction {} ({})", sent.transaction, sent.call);
		let fate = match sent.last_block <= last_final {
			true => Some(sent.ask(chain).await?),
			false => None,
		};
		let is_certain = matches!(fate, Some(Ok(_) | Err(Error::Refused(_))));
		sentences.push(match fate {
			Some(Ok(done)) => format!("{name} is done, in block {}", done.number),
			Some(Err(Error::Refused(why))) => format!("{name} was not done: {why}"),
			_ => format!(
				"what became of {name} is not known: \"ourledger submit status\" asks for it"
			),
		});
		if is_certain {
			settled.push(sent);
		}
	}
	Ok((sentences, settled))
}

fn path_of(folder: &Path, transaction: &str) -> PathBuf {
	folder.join(FOLDER).join(format!("{transaction}.{EXTENSION}"))
}

/// What can hold a transaction.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Span {
	/// The first block, and the last one.
	blocks: Option<(u64, u64)>,
	/// Whose nonce it uses, and which.
	nonce: Option<(AccountId32, u64)>,
	/// The signed call that it carries, if it carries one.
	inner: Option<Inner>,
	/// Whether a person says so, and may be wrong.
	is_told: bool,
}

impl Span {
	/// Of what this machine knows, on this chain.
	fn of(sent: &Sent, genesis: H256) -> Result<Self> {
		if sent.genesis != format!("{genesis:?}") {
			return Err(Error::input(format!(
				"the transaction {} was sent to the chain {}, and this one is {genesis:?}",
				sent.transaction, sent.genesis
			)));
		}
		Ok(Self {
			blocks: Some((sent.first_block, sent.last_block)),
			nonce: Some((sent.signer, sent.nonce)),
			inner: sent.inner,
			is_told: false,
		})
	}

	/// Of a transaction of which a person says that it was signed at a block.
	fn signed_at(block: u64) -> Self {
		let last = block.saturating_add(VALID_BLOCKS - 1);
		Self { blocks: Some((block, last)), is_told: true, ..Self::default() }
	}
}

/// What became of a transaction, by what this machine keeps of it; else by the block at which a person
/// says that it was signed, if one does.
pub async fn status(
	chain: &Chain,
	folder: &Path,
	transaction: H256,
	signed_at: Option<u64>,
) -> Result<InBlock> {
	match Sent::find(folder, transaction)? {
		Some(sent) => sent.settle(chain, folder).await,
		None => {
			let span = signed_at.map_or_else(Span::default, Span::signed_at);
			ask(chain, transaction, span).await
		},
	}
}

/// Asks the chain for a transaction: where it is, if it did what it should. Refused means that it
/// failed in a final block, or can never be in one; unknown, that neither is certain, or that a signed
/// call within it can be done by others.
async fn ask(chain: &Chain, transaction: H256, span: Span) -> Result<InBlock> {
	look(chain, transaction, span)
		.await
		.map_err(|error| progress::after_sending(transaction, error))
}

async fn look(chain: &Chain, transaction: H256, span: Span) -> Result<InBlock> {
	let last_final = chain.finalised().await?;
	let (first, last) = span
		.blocks
		.unwrap_or_else(|| (last_final.number().saturating_sub(BLOCKS_BACK), last_final.number()));
	let end = last.min(last_final.number());
	if let Some(block) = chain.find(transaction, first, end).await? {
		return progress::outcome(chain, block, transaction, span.inner).await;
	}
	let unknown = |why: String, seen| Err(progress::unknown(transaction, &why, seen));
	let refused = |why: String| async move {
		match inner::judged(span.inner, chain, transaction, Error::refused(why)).await {
			Error::Refused(why) => {
				Error::refused(format!("{why}: nothing was done, and it can be made anew"))
			},
			other => other,
		}
	};
	if span.blocks.is_some() && last_final.number() >= last {
		if span.is_told {
			return unknown(
				format!(
					"it is in no block from {first} to {last}, the only ones that can hold it if it \
					 was signed at block {first}"
				),
				None,
			);
		}
		let why = format!(
			"the transaction {transaction:?} is in no block from {first} to {last}, and no later one \
			 can hold it"
		);
		return Err(refused(why).await);
	}
	if let Some((account, nonce)) = span.nonce {
		let used = u64::from(Account::read(&last_final, account).await?.nonce);
		if used > nonce {
			let why = format!(
				"the transaction {transaction:?} is in no final block up to {end}, and another one \
				 of {account} has its nonce {nonce}"
			);
			return Err(refused(why).await);
		}
	}
	let best = chain.best().await?;
	let newest = match span.blocks {
		Some((_, last)) => last.min(best.number()),
		None => best.number(),
	};
	let from = (end + 1).max(first);
	if from <= newest {
		if let Some(block) = chain.find(transaction, from, newest).await? {
			let number = chain.at(block).await?.number();
			return unknown(format!("block {end} is the last final one"), Some(number));
		}
	}
	match span.blocks {
		Some((_, last)) => unknown(
			format!(
				"it is in no block from {first} to {newest}, and blocks up to {last} can hold it"
			),
			None,
		),
		None => unknown(
			format!(
				"it is in none of the blocks {first} to {newest}, and this machine knows no more of \
				 it; --signed-at BLOCK says where to look"
			),
			None,
		),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain::fake::{transaction, Conduct, Node, LAST, NONCE, PAYER};

	const NOWHERE: H256 = H256([9; 32]);

	fn span(first: u64, last: u64) -> Span {
		Span { blocks: Some((first, last)), ..Span::default() }
	}

	#[tokio::test]
	async fn transaction_is_found_in_the_blocks_since_it_was_signed() {
		let chain = Node::new().chain().await;
		for span in [span(1, 64), Span::signed_at(1), Span::default()] {
			let found = ask(&chain, transaction(2), span).await.expect("is in a final block");
			assert_eq!(found.number, 2);
		}
	}

	#[tokio::test]
	async fn transaction_that_no_block_can_hold_any_more_is_refused() {
		let chain = Node::new().chain().await;
		let error = ask(&chain, NOWHERE, span(1, LAST)).await.err().expect("its time is over");
		assert_eq!(error.code(), 1, "{error}");
		assert!(error.to_string().contains("no later one can hold it"), "{error}");
		// One block more, and it could still come.
		let error = ask(&chain, NOWHERE, span(1, LAST + 1)).await.err().expect("can still come");
		assert_eq!(error.code(), 9, "{error}");
		assert!(error.to_string().contains(&format!("{NOWHERE:?}")), "{error}");
	}

	#[tokio::test]
	async fn transaction_whose_nonce_another_one_has_is_refused() {
		let chain = Node::new().chain().await;
		let of = |nonce| Span { nonce: Some((AccountId32(PAYER), nonce)), ..span(1, 64) };
		let error = ask(&chain, NOWHERE, of(NONCE - 1)).await.err().expect("is another's");
		assert_eq!(error.code(), 1, "{error}");
		let error = ask(&chain, NOWHERE, of(NONCE)).await.err().expect("can still come");
		assert_eq!(error.code(), 9, "{error}");
	}

	#[tokio::test]
	async fn of_what_only_the_hash_is_known_nothing_is_said_to_be_impossible() {
		let chain = Node::new().chain().await;
		let error = ask(&chain, NOWHERE, Span::default()).await.err().expect("nobody knows");
		assert_eq!(error.code(), 9, "{error}");
		assert!(error.to_string().contains("--signed-at"), "{error}");
	}

	/// What is kept of a transaction that the payer sent.
	fn kept(chain: &Chain, transaction: H256, last_block: u64, inner: Option<Inner>) -> Sent {
		Sent {
			format: FORMAT.into(),
			genesis: format!("{:?}", chain.genesis_hash()),
			transaction: format!("{transaction:?}"),
			signer: AccountId32(PAYER),
			nonce: NONCE,
			first_block: 1,
			last_block,
			call: "System.remark".into(),
			inner,
		}
	}

	#[tokio::test]
	async fn what_this_machine_knows_goes_before_what_a_person_says() {
		let folder = tempfile::tempdir().expect("a folder");
		let chain = Node::new().chain().await;
		let asked = |transaction, signed_at| status(&chain, folder.path(), transaction, signed_at);
		// By another block than the one at which it was signed, it is not found.
		kept(&chain, transaction(2), 64, None).keep(folder.path()).expect("there is room");
		let found = asked(transaction(2), Some(3)).await.expect("is in a final block");
		assert_eq!(found.number, 2);
		assert_eq!(Sent::find(folder.path(), transaction(2)), Ok(None));

		kept(&chain, NOWHERE, LAST, None).keep(folder.path()).expect("there is room");
		let error = asked(NOWHERE, Some(LAST)).await.err().expect("its time is over");
		assert_eq!(error.code(), 1, "{error}");
		assert_eq!(Sent::find(folder.path(), NOWHERE), Ok(None));
	}

	#[tokio::test]
	async fn by_what_a_person_says_nothing_is_said_to_be_impossible() {
		let chain = Node::new().chain().await;
		let told = Span { is_told: true, ..span(1, LAST) };
		let error = ask(&chain, NOWHERE, told).await.err().expect("the person may be wrong");
		assert_eq!(error.code(), 9, "{error}");
		assert!(error.to_string().contains("if it was signed at block 1"), "{error}");
	}

	#[tokio::test]
	async fn failed_transaction_is_unknown_while_the_signed_call_in_it_can_be_done() {
		let folder = tempfile::tempdir().expect("a folder");
		let fails = Conduct { includes: true, fails: true, ..Conduct::default() };
		let chain = Node::new().conducting(fails).holding(9).chain().await;
		let sent = transaction(9);
		let of = |nonce, last_block| {
			let inner = Inner { signer: AccountId32(PAYER), nonce, last_block };
			kept(&chain, sent, 64, Some(inner)).keep(folder.path()).expect("there is room");
			let (chain, folder) = (&chain, folder.path());
			async move {
				let asked = status(chain, folder, sent, None).await;
				let is_kept = Sent::find(folder, sent).expect("can be read").is_some();
				(asked.err().expect("it failed").code(), is_kept)
			}
		};
		assert_eq!(of(LAST + 1, LAST + 2).await, (9, true));
		assert_eq!(of(LAST, LAST + 1).await, (9, true));
		// Its time is over, and its nonce unused.
		assert_eq!(of(LAST + 1, LAST + 1).await, (1, false));
	}

	#[tokio::test]
	async fn whoever_signs_is_told_of_what_was_sent_before() {
		let folder = tempfile::tempdir().expect("a folder");
		let chain = Node::new().chain().await;
		let keep = |sent: Sent| sent.keep(folder.path()).expect("there is room");
		let told = |account| {
			let (chain, folder) = (&chain, folder.path());
			async move { earlier(chain, folder, &[account]).await.expect("can be read") }
		};
		keep(kept(&chain, transaction(2), LAST, None));
		keep(kept(&chain, NOWHERE, LAST, None));
		keep(kept(&chain, H256([8; 32]), LAST + 1, None));
		let elsewhere = "0x00".into();
		keep(Sent { genesis: elsewhere, ..kept(&chain, H256([7; 32]), LAST, None) });
		assert_eq!(told(AccountId32([2; 32])).await, (vec![], vec![]));
		let (sentences, settled) = told(AccountId32(PAYER)).await;
		assert_eq!(sentences.len(), 3, "{sentences:?}");
		for (hash, outcome) in [
			(transaction(2), "is done, in block 2"),
			(NOWHERE, "was not done"),
			(H256([8; 32]), "is not known"),
		] {
			let hash = format!("{hash:?}");
			let is_it = |it: &String| it.contains(&hash) && it.contains(outcome);
			assert!(sentences.iter().any(is_it), "{outcome} in {sentences:?}");
		}
		// Until somebody has seen it, nothing is forgotten.
		assert_eq!(told(AccountId32(PAYER)).await.0, sentences);
		settled.iter().for_each(|sent| sent.forget(folder.path()));
		assert_eq!(told(AccountId32(PAYER)).await.0.len(), 1);
		let left = Sent::all(folder.path(), chain.genesis_hash()).expect("can be read");
		assert_eq!(left, [kept(&chain, H256([8; 32]), LAST + 1, None)]);
	}

	#[tokio::test]
	async fn what_was_sent_is_kept_until_its_fate_is_known() {
		let folder = tempfile::tempdir().expect("a folder");
		let chain = Node::new().chain().await;
		let state = chain.finalised().await.expect("is there");
		let call = state.call("System", "remark", (Vec::<u8>::new(),)).expect("is known");
		let sending = Sending::new(&state, AccountId32(PAYER), 7, 64);
		let sent = Sent::new(chain.genesis_hash(), NOWHERE, &sending, &call);
		assert_eq!(Sent::find(folder.path(), NOWHERE), Ok(None));
		for _ in 0..2 {
			sent.keep(folder.path()).expect("there is room");
		}
		let found = Sent::find(folder.path(), NOWHERE).expect("can be read");
		assert_eq!(found, Some(sent.clone()));
		let span = Span::of(&sent, chain.genesis_hash()).expect("is of this chain");
		assert_eq!(span.blocks, Some((LAST + 1, LAST + 63)));
		assert_eq!(span.nonce, Some((AccountId32(PAYER), 7)));
		assert_eq!(Span::of(&sent, H256([7; 32])).map_err(|error| error.code()), Err(4));
		sent.forget(folder.path());
		assert_eq!(Sent::find(folder.path(), NOWHERE), Ok(None));
	}
}
