//! Follows a transaction until it is final, with a line on the terminal.

use crate::{
	chain::{ChainConfig, Head, State},
	error::{Error, Result},
	errors_of_chain,
	output::Output,
};
use indicatif::{ProgressBar, ProgressStyle};
use std::{io::IsTerminal, time::Duration};
use subxt::{
	client::OnlineClientAtBlockT,
	extrinsics::ExtrinsicEvents,
	transactions::{SubmittableTransaction, TransactionInBlock, TransactionStatus},
	utils::H256,
	ArcMetadata,
};

/// How long a node may say nothing of a transaction. Blocks come every few seconds, so either
/// finality has stopped (see `chain finality`) or the connection is dead without knowing it.
const SILENCE: Duration = Duration::from_secs(300);

/// A transaction in a final block.
pub struct InBlock {
	/// Height of the block.
	pub number: u64,
	/// Hash of the block.
	pub hash: H256,
	/// What the block's events are made of.
	pub metadata: ArcMetadata,
	/// The transaction's events.
	pub events: ExtrinsicEvents<ChainConfig>,
}

/// Submits, and waits until it is final, or with [`Head::Best`] until it is in a block. Fails if the
/// transaction, or a call that it carries, failed.
pub async fn follow<Client>(
	out: &Output,
	transaction: &SubmittableTransaction<ChainConfig, Client>,
	head: Head,
) -> Result<InBlock>
where
	Client: OnlineClientAtBlockT<ChainConfig>,
{
	let line = line(out);
	line.set_message("submitted");
	let mut progress = transaction.submit_and_watch().await.map_err(|error| {
		Error::refused(format!("the node does not take the transaction: {error}"))
	})?;
	let mut seen = None;
	let lost = |why: String, seen: Option<u64>| unknown(transaction.hash(), &why, seen);
	loop {
		let status = tokio::time::timeout(SILENCE, progress.next())
			.await
			.map_err(|_| lost(format!("the node said nothing for {} s", SILENCE.as_secs()), seen))?
			.ok_or_else(|| lost("the node says no more of it".into(), seen))?
			.map_err(|error| lost(error.to_string(), seen))?;
		match status {
			TransactionStatus::Validated => {},
			TransactionStatus::Broadcasted => line.set_message("broadcast"),
			TransactionStatus::NoLongerInBestBlock => {
				seen = None;
				line.set_message("its block was reverted; waiting for another");
			},
			TransactionStatus::InBestBlock(block) if head == Head::Best => {
				line.finish_and_clear();
				return outcome(&block).await;
			},
			TransactionStatus::InBestBlock(block) => {
				let number = block.at().await.map(|at| at.block_number()).unwrap_or_default();
				seen = Some(number);
				line.set_message(format!("in block {number}; waiting until it is final"));
			},
			TransactionStatus::InFinalizedBlock(block) => {
				line.finish_and_clear();
				return outcome(&block).await;
			},
			TransactionStatus::Error { message } => return Err(lost(message, seen)),
			TransactionStatus::Invalid { message } | TransactionStatus::Dropped { message } => {
				return Err(Error::refused(format!("the transaction was dropped: {message}")));
			},
		}
	}
}

/// Nobody knows what becomes of a transaction. `seen` is the block that held it last.
fn unknown(hash: H256, why: &str, seen: Option<u64>) -> Error {
	let where_it_was = match seen {
		Some(number) => format!("it was in block {number}, which was not final"),
		None => "it was in no block".into(),
	};
	Error::connection(format!(
		"the transaction {hash:?} was submitted, but its fate is not known: {why}; {where_it_was}. \
		 Don't send it again before you have looked"
	))
}

/// What the transaction came to.
async fn outcome<Client>(block: &TransactionInBlock<ChainConfig, Client>) -> Result<InBlock>
where
	Client: OnlineClientAtBlockT<ChainConfig>,
{
	let at = State::from(block.at().await?);
	let events = block.fetch_events().await?;
	let metadata = at.metadata();
	if let Some(failure) = errors_of_chain::failure(&events, &metadata)? {
		return Err(Error::refused(format!("{failure}; in block {}", at.number())));
	}
	Ok(InBlock { number: at.number(), hash: at.hash(), metadata, events })
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
	fn unknown_fate_names_the_block_and_warns_of_sending_again() {
		let why = |seen| unknown(H256([1; 32]), "silence", seen).to_string();
		assert!(why(Some(12)).contains("it was in block 12"), "{}", why(Some(12)));
		assert!(why(None).contains("it was in no block"), "{}", why(None));
		assert!(why(None).contains("Don't send it again"), "{}", why(None));
	}
}
