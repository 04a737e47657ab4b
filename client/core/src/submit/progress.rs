//! Follows a transaction until it is final, and tells how far it is.

use super::{
	inner::{self, Inner},
	person::{Person, Step},
};
use crate::{
	chain::{Chain, ChainConfig, Head},
	error::{Error, Result},
	errors_of_chain,
	outcome::InBlock,
};
use std::time::Duration;
use subxt::{
	client::OnlineClientAtBlockT,
	transactions::{SubmittableTransaction, TransactionInBlock, TransactionStatus},
	utils::H256,
};

/// How long a node may say nothing of a transaction. Blocks come every few seconds, so either
/// finality has stopped (see `chain finality`) or the connection is dead without knowing it.
pub const SILENCE: Duration = Duration::from_secs(300);

/// What became of a transaction.
pub enum Outcome {
	/// It is in a block, and did what it should.
	Done(Box<InBlock>),
	/// The node says that it doesn't take it, for this reason. It has seen it all the same.
	NotTaken(String),
	/// The node took it, and let go of it, for this reason. It may be in a block all the same, or
	/// get into one.
	LetGo(String),
}

/// Submits, and waits until it is final, or with [`Head::Best`] until it is in a block. Fails as
/// *refused* only if the transaction, or a call that it carries, failed in a final block, and the
/// signed call within it, if there is one, can't be done by others. Whatever else goes wrong leaves
/// its fate unknown.
pub async fn follow<Client>(
	person: &dyn Person,
	transaction: &SubmittableTransaction<ChainConfig, Client>,
	chain: &Chain,
	inner: Option<Inner>,
) -> Result<Outcome>
where
	Client: OnlineClientAtBlockT<ChainConfig>,
{
	person.follow(Step::Submitted);
	let mut progress = match transaction.submit_and_watch().await {
		Ok(progress) => progress,
		Err(error) => {
			let why = error.to_string();
			return Ok(match refuses(&why) {
				true => Outcome::NotTaken(why),
				false => Outcome::LetGo(why),
			});
		},
	};
	let mut seen = None;
	let mut is_taken = false;
	let lost = |why: String, seen: Option<u64>| unknown(transaction.hash(), &why, seen);
	loop {
		let status = tokio::time::timeout(SILENCE, progress.next())
			.await
			.map_err(|_| lost(format!("the node said nothing for {} s", SILENCE.as_secs()), seen))?
			.ok_or_else(|| lost("the node says no more of it".into(), seen))?
			.map_err(|error| lost(error.to_string(), seen))?;
		match status {
			TransactionStatus::Validated => is_taken = true,
			TransactionStatus::Broadcasted => person.follow(Step::Broadcast),
			TransactionStatus::NoLongerInBestBlock => {
				seen = None;
				person.follow(Step::Reverted);
			},
			TransactionStatus::InBestBlock(block) if chain.head() == Head::Best => {
				return done(chain, &block, inner, false).await;
			},
			TransactionStatus::InBestBlock(block) => {
				let number = block.at().await.map(|at| at.block_number()).unwrap_or_default();
				seen = Some(number);
				person.follow(Step::InBlock(number));
			},
			TransactionStatus::InFinalizedBlock(block) => {
				return done(chain, &block, inner, true).await;
			},
			TransactionStatus::Error { message } => return Err(lost(message, seen)),
			TransactionStatus::Invalid { message } | TransactionStatus::Dropped { message } => {
				return Ok(match !is_taken && is_of_what_comes_in(&message) {
					true => Outcome::NotTaken(message),
					false => Outcome::LetGo(message),
				});
			},
		}
	}
}

/// Whether a node answered that it doesn't take a transaction. Otherwise nothing was answered, or it
/// was asked twice.
fn refuses(answer: &str) -> bool {
	answer.contains("User error") && !answer.to_lowercase().contains("already imported")
}

/// Whether nodes say this of transactions that come in, and not of those that wait: then it isn't
/// among them. That they took one they may leave out to say.
fn is_of_what_comes_in(message: &str) -> bool {
	const SAID: [&str; 9] = [
		"The priority of the transaction",
		"Invalid transaction",
		"Unknown transaction validity",
		"Transaction is temporarily banned",
		"The transaction could not enter the pool",
		"Transaction cannot be propagated",
		"Transaction does not provide any tags",
		"The pool is not accepting",
		"Verification error",
	];
	SAID.iter().any(|said| message.starts_with(said))
}

async fn done<Client>(
	chain: &Chain,
	block: &TransactionInBlock<ChainConfig, Client>,
	inner: Option<Inner>,
	is_final: bool,
) -> Result<Outcome> {
	let ended = outcome(chain, block.block_hash(), block.extrinsic_hash(), inner).await;
	match ended {
		Ok(in_block) => Ok(Outcome::Done(Box::new(in_block))),
		Err(Error::Refused(why)) if !is_final => {
			Err(unknown(block.extrinsic_hash(), &format!("{why}, which is not final"), None))
		},
		Err(error) => Err(error),
	}
}

/// Nobody knows what becomes of a transaction. `seen` is the block that held it last.
pub fn unknown(hash: H256, why: &str, seen: Option<u64>) -> Error {
	let seen = match seen {
		Some(number) => format!("; it was in block {number}, which was not final"),
		None => String::new(),
	};
	Error::unknown(
		hash,
		format!(
			"the transaction {hash:?} was sent, but what became of it is not known: {why}{seen}. \
			 Don't send it again before \"ourledger submit status {hash:?}\" says that it can \
			 never be"
		),
	)
}

/// What an error means for a transaction that was sent: only what failed in a final block is
/// refused, and all else unknown.
pub fn after_sending(hash: H256, error: Error) -> Error {
	match error {
		Error::Refused(_) | Error::Unknown { .. } => error,
		error => unknown(hash, &error.to_string(), None),
	}
}

/// What a transaction came to in a block. Fails if it, or a call that it carries, failed; as
/// *unknown* if the signed call within it didn't run there, and others can submit that.
pub async fn outcome(
	chain: &Chain,
	block: H256,
	transaction: H256,
	inner: Option<Inner>,
) -> Result<InBlock> {
	let state = chain.at(block).await?;
	let events = state.events_of(transaction).await?;
	let dictionary = state.dictionary();
	if let Some(failure) = errors_of_chain::failure(&events, &dictionary)? {
		let refusal = Error::refused(format!("{failure}; in block {}", state.number()));
		return Err(match Inner::ran(&events)? {
			true => refusal,
			false => inner::judged(inner, chain, transaction, refusal).await,
		});
	}
	let (number, hash) = (state.number(), state.hash());
	Ok(InBlock { transaction, number, hash, dictionary, events })
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_waited_in_a_node_is_not_said_to_be_untaken() {
		for message in [
			"Extrinsic was rendered invalid by another extrinsic",
			"Extrinsic marked as invalid",
			"Extrinsic dropped from the pool due to exceeding limits",
			"Maximum number of finality watchers has been reached",
		] {
			assert!(!is_of_what_comes_in(message), "{message}");
		}
		for message in [
			"The priority of the transaction is too low (pool 4 > current 3)",
			"Invalid transaction: Transaction is outdated",
		] {
			assert!(is_of_what_comes_in(message), "{message}");
		}
		// Perhaps by this very one.
		assert!(!is_of_what_comes_in("Transaction is already imported"));
		assert!(!refuses("RPC error: User error: Transaction Already Imported (1013)"));
		assert!(refuses("RPC error: User error: Priority is too low: (4 vs 3) (1014)"));
		assert!(!refuses("RPC error: client error: the connection was closed"));
	}

	#[test]
	fn unknown_fate_names_the_transaction_and_warns_of_sending_again() {
		let why = |seen| unknown(H256([1; 32]), "silence", seen);
		assert!(why(Some(12)).to_string().contains("in block 12, which was not final"));
		assert!(!why(None).to_string().contains("in block"));
		assert!(why(None).to_string().contains("Don't send it again"), "{}", why(None));
		assert!(why(None).to_string().contains(&format!("status 0x{}", "01".repeat(32))));
		assert_eq!(why(None).code(), 9);
	}

	#[test]
	fn what_goes_wrong_after_sending_is_no_refusal() {
		let hash = H256([1; 32]);
		for error in [Error::connection("cut"), Error::input("odd"), Error::not_found("gone")] {
			assert_eq!(after_sending(hash, error).code(), 9);
		}
		assert_eq!(after_sending(hash, Error::refused("failed; in block 7")).code(), 1);
	}
}
