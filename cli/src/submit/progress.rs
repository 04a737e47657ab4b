//! Follows a transaction until it is final, with a line on the terminal.

use crate::{
	chain::{written::ExtrinsicEvents, Chain, ChainConfig, Head},
	error::{Error, Result},
	errors_of_chain,
	output::Output,
};
use indicatif::{ProgressBar, ProgressStyle};
use std::{io::IsTerminal, time::Duration};
use subxt::{
	client::OnlineClientAtBlockT,
	transactions::{SubmittableTransaction, TransactionInBlock, TransactionStatus},
	utils::H256,
	ArcMetadata,
};

/// How long a node may say nothing of a transaction. Blocks come every few seconds, so either
/// finality has stopped (see `chain finality`) or the connection is dead without knowing it.
pub const SILENCE: Duration = Duration::from_secs(300);

/// A transaction in a final block.
pub struct InBlock {
	/// Height of the block.
	pub number: u64,
	/// Hash of the block.
	pub hash: H256,
	/// What the block's events are written by.
	pub dictionary: ArcMetadata,
	/// The transaction's events.
	pub events: ExtrinsicEvents,
}

/// What became of a transaction.
pub enum Outcome {
	/// It is in a block, and did what it should.
	Done(Box<InBlock>),
	/// The node didn't take it, for this reason: nobody else knows of it.
	NotTaken(String),
	/// The node took it, and let go of it, for this reason. It may be in a block all the same, or
	/// get into one.
	LetGo(String),
}

/// Submits, and waits until it is final, or with [`Head::Best`] until it is in a block. Fails if
/// the transaction, or a call that it carries, failed.
pub async fn follow<Client>(
	out: &Output,
	transaction: &SubmittableTransaction<ChainConfig, Client>,
	chain: &Chain,
) -> Result<Outcome>
where
	Client: OnlineClientAtBlockT<ChainConfig>,
{
	let line = line(out);
	line.set_message("submitted");
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
			TransactionStatus::Broadcasted => line.set_message("broadcast"),
			TransactionStatus::NoLongerInBestBlock => {
				seen = None;
				line.set_message("its block was reverted; waiting for another");
			},
			TransactionStatus::InBestBlock(block) if chain.head() == Head::Best => {
				line.finish_and_clear();
				return done(chain, &block).await;
			},
			TransactionStatus::InBestBlock(block) => {
				let number = block.at().await.map(|at| at.block_number()).unwrap_or_default();
				seen = Some(number);
				line.set_message(format!("in block {number}; waiting until it is final"));
			},
			TransactionStatus::InFinalizedBlock(block) => {
				line.finish_and_clear();
				return done(chain, &block).await;
			},
			TransactionStatus::Error { message } => return Err(lost(message, seen)),
			TransactionStatus::Invalid { message } | TransactionStatus::Dropped { message } => {
				line.finish_and_clear();
				return Ok(match !is_taken && is_of_what_comes_in(&message) {
					true => Outcome::NotTaken(message),
					false => Outcome::LetGo(message),
				});
			},
		}
	}
}

/// Whether a node answered that it doesn't take a transaction. Otherwise it may have it: nothing
/// was answered, or it was asked twice.
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
) -> Result<Outcome> {
	let in_block = outcome(chain, block.block_hash(), block.extrinsic_hash()).await?;
	Ok(Outcome::Done(Box::new(in_block)))
}

/// Nobody knows what becomes of a transaction. `seen` is the block that held it last.
pub fn unknown(hash: H256, why: &str, seen: Option<u64>) -> Error {
	let where_it_was = match seen {
		Some(number) => format!("it was in block {number}, which was not final"),
		None => "it was in no block".into(),
	};
	Error::connection(format!(
		"the transaction {hash:?} was submitted, but its fate is not known: {why}; {where_it_was}. \
		 Don't send it again before you have looked"
	))
}

/// What a transaction came to in a block. Fails if it, or a call that it carries, failed.
pub async fn outcome(chain: &Chain, block: H256, transaction: H256) -> Result<InBlock> {
	let state = chain.at(block).await?;
	let events = state.events_of(transaction).await?;
	let dictionary = state.dictionary();
	if let Some(failure) = errors_of_chain::failure(&events, &dictionary)? {
		return Err(Error::refused(format!("{failure}; in block {}", state.number())));
	}
	Ok(InBlock { number: state.number(), hash: state.hash(), dictionary, events })
}

/// A line on standard error that tells how far something is; hidden where nobody looks.
pub fn line(out: &Output) -> ProgressBar {
	if out.is_json() || !std::io::stderr().is_terminal() {
		return ProgressBar::hidden();
	}
	let line = ProgressBar::new_spinner();
	let style =
		ProgressStyle::with_template("{spinner} {msg}").expect("the template is valid; qed");
	line.set_style(style);
	line.enable_steady_tick(Duration::from_millis(120));
	line
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
	fn unknown_fate_names_the_block_and_warns_of_sending_again() {
		let why = |seen| unknown(H256([1; 32]), "silence", seen).to_string();
		assert!(why(Some(12)).contains("it was in block 12"), "{}", why(Some(12)));
		assert!(why(None).contains("it was in no block"), "{}", why(None));
		assert!(why(None).contains("Don't send it again"), "{}", why(None));
	}
}
