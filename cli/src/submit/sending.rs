//! Signs a transaction, sends it, and follows it; once more with the next nonce where another
//! program that uses the same key was first.
//!
//! A transaction is signed anew only when the one before can never be in a block: the node never
//! took it, or its nonce is used by another one in a block that is final.

use super::{
	progress::{self, InBlock, Outcome},
	VALID_BLOCKS,
};
use crate::{
	account::Account,
	call::Call,
	chain::{Chain, ChainConfig, Head, State},
	commands::Context,
	error::{Error, Result},
	errors_of_chain,
	keys::Key,
	money::Kind,
};
use std::time::Duration;
use subxt::{
	client::OfflineClientAtBlockT,
	config::{DefaultExtrinsicParams, DefaultExtrinsicParamsBuilder},
	transactions::{SubmittableTransaction, TransactionInvalid, ValidationResult},
	utils::{AccountId32, H256},
};

/// How often a transaction is signed at most.
const TRIES: u32 = 8;

/// How long to wait before it is signed anew, once more for each time before.
const PAUSE: Duration = Duration::from_millis(200);

/// A transaction that is signed and about to be submitted, or to be handed to a sponsor.
#[derive(Clone, Copy, Debug)]
pub struct Sending {
	/// The last block that can still hold it.
	pub last_block: u64,
	/// Whose nonce it uses.
	pub account: AccountId32,
	/// The nonce.
	pub nonce: u64,
}

impl Sending {
	/// Signed at the block of `state`.
	pub fn new(state: &State, account: AccountId32, nonce: u64, valid_blocks: u64) -> Self {
		Self { last_block: state.number() + valid_blocks - 1, account, nonce }
	}

	/// The first block that can hold it.
	fn first_block(&self) -> u64 {
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

/// How a transaction is made.
pub fn params(nonce: u64, paid_in: Kind) -> DefaultExtrinsicParams<ChainConfig> {
	let params = DefaultExtrinsicParamsBuilder::new().nonce(nonce).mortal(VALID_BLOCKS);
	match paid_in {
		Kind::Native => params.build(),
		currency => params.tip_of(0, currency).build(),
	}
}

/// Signs a call at the block of now, submits it and follows it until it is final. `note` is told of
/// each transaction before it is sent; of those before it, none can be in a block.
pub async fn send(
	ctx: &Context,
	chain: &Chain,
	call: &Call,
	signer: &Key,
	paid_in: Kind,
	mut note: impl FnMut(Sending) -> Result<()>,
) -> Result<InBlock> {
	for before in 0..TRIES {
		tokio::time::sleep(PAUSE * before).await;
		match once(ctx, chain, call, signer, paid_in, &mut note).await? {
			Try::Done(in_block) => return Ok(*in_block),
			Try::NonceUsed => {},
		}
	}
	Err(Error::refused(format!(
		"other programs sign with the key of {} at the same time: they were first {TRIES} times, \
		 and nothing was sent",
		signer.account()
	)))
}

async fn once(
	ctx: &Context,
	chain: &Chain,
	call: &Call,
	signer: &Key,
	paid_in: Kind,
	note: &mut impl FnMut(Sending) -> Result<()>,
) -> Result<Try> {
	let state = chain.current().await?;
	let nonce = chain.next_nonce(&signer.account()).await?;
	let mut transactions = state.inner().transactions();
	let transaction =
		transactions.create_signed(call, &signer.pair, params(nonce, paid_in)).await?;
	if !is_next(chain, &transaction, signer.account()).await? {
		return Ok(Try::NonceUsed);
	}
	let sending = Sending::new(&state, signer.account(), nonce, VALID_BLOCKS);
	note(sending)?;
	match progress::follow(&ctx.out, &transaction, chain).await? {
		Outcome::Done(in_block) => Ok(Try::Done(in_block)),
		Outcome::NotTaken(why) if another_was_first(&why) => Ok(Try::NonceUsed),
		Outcome::NotTaken(why) => {
			Err(Error::refused(format!("the node does not take the transaction: {why}")))
		},
		Outcome::LetGo(why) => settle(chain, sending, transaction.hash(), &why).await,
	}
}

/// Whether a node refuses a transaction because it has another one, or had one, with its nonce.
fn another_was_first(why: &str) -> bool {
	let why = why.to_lowercase();
	// In the words of both ways to submit: two that wait, and one that is in a block already.
	(why.contains("priority") && why.contains("too low")) || why.contains("outdated")
}

/// Asks the node beforehand, since it explains itself better then: whether the transaction's nonce
/// is still free. Fails if it isn't valid for another reason.
async fn is_next<Client>(
	chain: &Chain,
	transaction: &SubmittableTransaction<ChainConfig, Client>,
	payer: AccountId32,
) -> Result<bool>
where
	Client: OfflineClientAtBlockT<ChainConfig>,
{
	// At the best block: the last transaction of the account may not be final yet.
	let best = chain.best().await?;
	let transactions = best.inner().transactions();
	let validity = transactions.from_bytes(transaction.encoded().to_vec()).validate().await?;
	match validity {
		ValidationResult::Invalid(TransactionInvalid::Future) => Ok(true),
		ValidationResult::Invalid(TransactionInvalid::Stale) => Ok(false),
		validity => match errors_of_chain::why_invalid(&validity, &payer.to_string()) {
			Some(why) => Err(Error::refused(why)),
			None => Ok(true),
		},
	}
}

/// Waits until it is certain what became of a transaction that the node took and let go of. Other
/// nodes may still have it.
async fn settle(chain: &Chain, sending: Sending, hash: H256, why: &str) -> Result<Try> {
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
				return Ok(Try::Done(Box::new(progress::outcome(chain, block, hash).await?)));
			}
			return match fate {
				Fate::NonceUsed => Ok(Try::NonceUsed),
				Fate::Expired => Err(Error::refused(format!(
					"the transaction was dropped and has expired: {why}"
				))),
			};
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
	use super::*;
	use crate::chain::fake::{hash, transaction, Node, NONCE, PAYER};

	fn sending() -> Sending {
		Sending { last_block: 163, account: AccountId32([1; 32]), nonce: 7 }
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
		let sent = |nonce| Sending { last_block: 64, account: AccountId32(PAYER), nonce };
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
		assert_eq!(error.code(), 3);
	}
}
