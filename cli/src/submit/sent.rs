//! Transactions whose fate isn't known: what is kept of them on this machine, and asking for it.
//!
//! Before a transaction is sent, a file in the configuration folder says which blocks can hold it.
//! It goes once a final block has decided. So what a cut connection or a crash left open can be
//! asked for by the transaction's hash.

use super::{progress, Sending};
use crate::{
	account::Account,
	bounded,
	call::Call,
	chain::Chain,
	error::{Error, Result},
	new_file,
};
use serde::{Deserialize, Serialize};
use std::{
	fs,
	path::{Path, PathBuf},
};
use subxt::utils::{AccountId32, H256};

/// Marks the layout of the files.
const FORMAT: &str = "ourledger-sent/1";

/// Where they are in the configuration folder.
const FOLDER: &str = "sent";

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
		}
	}

	/// Writes it down.
	pub fn keep(&self, folder: &Path) -> Result<()> {
		let path = path_of(folder, &self.transaction);
		let fail = |error: std::io::Error| {
			Error::input(format!("what is sent can't be kept in {}: {error}", path.display()))
		};
		fs::create_dir_all(folder.join(FOLDER)).map_err(fail)?;
		// Signed again in the same block it is the same transaction.
		let _ = fs::remove_file(&path);
		new_file::write_json(&path, self)
	}

	/// Its fate is known.
	pub fn forget(&self, folder: &Path) {
		let _ = fs::remove_file(path_of(folder, &self.transaction));
	}

	/// What this machine knows of a transaction, if anything.
	pub fn find(folder: &Path, transaction: H256) -> Result<Option<Self>> {
		let path = path_of(folder, &format!("{transaction:?}"));
		if !path.exists() {
			return Ok(None);
		}
		let sent: Self = bounded::read_json(&path, MAX_FILE_BYTES)?;
		if sent.format != FORMAT {
			return Err(Error::input(format!("{} is not {FORMAT:?}", path.display())));
		}
		Ok(Some(sent))
	}
}

fn path_of(folder: &Path, transaction: &str) -> PathBuf {
	folder.join(FOLDER).join(format!("{transaction}.json"))
}

/// What can hold a transaction.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Span {
	/// The first block, and the last one.
	pub blocks: Option<(u64, u64)>,
	/// Whose nonce it uses, and which.
	pub nonce: Option<(AccountId32, u64)>,
}

impl Span {
	/// Of what this machine knows, on this chain.
	pub fn of(sent: &Sent, genesis: H256) -> Result<Self> {
		if sent.genesis != format!("{genesis:?}") {
			return Err(Error::input(format!(
				"the transaction {} was sent to the chain {}, and this one is {genesis:?}",
				sent.transaction, sent.genesis
			)));
		}
		Ok(Self {
			blocks: Some((sent.first_block, sent.last_block)),
			nonce: Some((sent.signer, sent.nonce)),
		})
	}

	/// Of a transaction that was signed at a block, to be valid for so many from it on.
	pub fn signed_at(block: u64, valid_blocks: u64) -> Self {
		let last = block.saturating_add(valid_blocks.saturating_sub(1));
		Self { blocks: Some((block, last)), nonce: None }
	}
}

/// Asks the chain for a transaction: where it is, if it did what it should. Refused means that it
/// failed in a final block, or can never be in one; unknown, that neither is certain.
pub async fn ask(chain: &Chain, transaction: H256, span: Span) -> Result<progress::InBlock> {
	look(chain, transaction, span)
		.await
		.map_err(|error| progress::after_sending(transaction, error))
}

async fn look(chain: &Chain, transaction: H256, span: Span) -> Result<progress::InBlock> {
	let last_final = chain.finalised().await?;
	let (first, last) = span
		.blocks
		.unwrap_or_else(|| (last_final.number().saturating_sub(BLOCKS_BACK), last_final.number()));
	let end = last.min(last_final.number());
	if let Some(block) = chain.find(transaction, first, end).await? {
		return progress::outcome(chain, block, transaction).await;
	}
	let unknown = |why: String, seen| Err(progress::unknown(transaction, &why, seen));
	if span.blocks.is_some() && last_final.number() >= last {
		return Err(Error::refused(format!(
			"the transaction {transaction:?} is in no block from {first} to {last}, and no later one \
			 can hold it: nothing was done, and it can be made anew"
		)));
	}
	if let Some((account, nonce)) = span.nonce {
		let used = u64::from(Account::read(&last_final, account).await?.nonce);
		if used > nonce {
			return Err(Error::refused(format!(
				"the transaction {transaction:?} is in no final block up to {end}, and another one \
				 of {account} has its nonce {nonce}: nothing was done, and it can be made anew"
			)));
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
	use crate::chain::fake::{transaction, Node, LAST, NONCE, PAYER};

	const NOWHERE: H256 = H256([9; 32]);

	fn span(first: u64, last: u64) -> Span {
		Span { blocks: Some((first, last)), nonce: None }
	}

	#[tokio::test]
	async fn transaction_is_found_in_the_blocks_since_it_was_signed() {
		let chain = Node::new().chain().await;
		for span in [span(1, 64), Span::signed_at(1, 64), Span::default()] {
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
