//! Brings a record book in accord with the chain.

use crate::{
	book::{Book, BookError, Settled},
	on_chain::{height, index_of},
	proof::Index,
};
use ourledger_client::{Chain, Error, Result, State};
use std::time::Duration;

/// Time between two looks at the chain while something is waited for.
const LOOK: Duration = Duration::from_secs(1);

/// Finds out what became of a batch that an interrupted run left behind, and waits for it if need be.
/// Returns what the twin has on the chain. `tell` is given sentences on what is found.
pub async fn settle(chain: &Chain, book: &mut Book, tell: impl FnMut(String)) -> Result<Index> {
	match settle_or_diverge(chain, book, tell).await? {
		(_, index, None) => Ok(index),
		(_, _, Some(difference)) => Err(difference),
	}
}

/// As [`settle`], but returns the state, too, and why the book doesn't go with the chain, if it
/// doesn't.
pub async fn settle_or_diverge(
	chain: &Chain,
	book: &mut Book,
	mut tell: impl FnMut(String),
) -> Result<(State, Index, Option<Error>)> {
	let twin = book.twin();
	let mut is_told = false;
	loop {
		let state = chain.current().await?;
		let index = index_of(&state, twin).await?;
		match book.settle(&index, height(&state)) {
			Ok(Settled::Nothing) => return Ok((state, index, None)),
			Ok(Settled::Committed { first, count }) => tell(format!(
				"An interrupted run had appended {count} record(s), from {twin}:{first} on."
			)),
			Ok(Settled::Dropped(descriptors)) => tell(format!(
				"The {} record(s) of an interrupted run are not on the chain, and won't be.",
				descriptors.len()
			)),
			Ok(Settled::InFlight { valid_until }) => {
				if !is_told {
					tell(format!(
						"The transaction of an interrupted run may still get into a block: waiting \
						 until it is final, or until block {valid_until}."
					));
					is_told = true;
				}
				tokio::time::sleep(LOOK).await;
			},
			Err(error @ BookError::Diverged { .. }) => {
				let path = book.path().display();
				let difference = Error::input(format!(
					"{error}; \"ourledger record restore\" reads them from the chain (the book: {path})"
				));
				return Ok((state, index, Some(difference)));
			},
			Err(error) => {
				return Err(Error::input(format!("{error} (the book: {})", book.path().display())))
			},
		}
	}
}
