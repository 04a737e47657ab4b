//! Pages of numbered entries, some of whose numbers are missing.

use crate::error::Result;
use std::{future::Future, ops::Range};

/// Numbers on one page, as many as the chain looks at for one question.
const PAGE: u32 = 100;

/// Most pages of one list. A long row that leads to nothing doesn't keep anybody waiting: the list
/// then says where it goes on.
const MAX_PAGES: usize = 100;

/// Entries with their numbers, and where the list goes on if it isn't at the end.
#[derive(Debug, Eq, PartialEq)]
pub struct Found<T> {
	/// In order of their numbers.
	pub entries: Vec<(u64, T)>,
	/// The first number that wasn't looked at or shown.
	pub next: Option<u64>,
}

impl<T> Found<T> {
	/// Whether a number from `first` to the end of what was looked at, which is before `end` unless the
	/// list goes on, leads to nothing.
	pub fn has_gaps(&self, first: u64, end: u64) -> bool {
		let looked_at = self.next.unwrap_or(end).saturating_sub(first);
		(self.entries.len() as u64) < looked_at
	}
}

/// Up to `limit` entries with these numbers. `ask` is given a number, and how many from it on to look
/// at: a page without an entry isn't the last one.
pub async fn found<T, F>(
	numbers: Range<u64>,
	limit: usize,
	mut ask: impl FnMut(u64, u32) -> F,
) -> Result<Found<T>>
where
	F: Future<Output = Result<Vec<(u64, T)>>>,
{
	let Range { start: mut next, end } = numbers;
	let mut entries = Vec::new();
	for _ in 0..MAX_PAGES {
		if next >= end || entries.len() >= limit {
			break;
		}
		entries.extend(ask(next, PAGE).await?);
		next = next.saturating_add(PAGE.into());
	}
	if let Some((first_more, _)) = entries.get(limit) {
		next = *first_more;
		entries.truncate(limit);
	}
	Ok(Found { entries, next: (next < end).then_some(next) })
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::future::ready;

	/// What is shown of numbers that lead to something, where the next number is `end`.
	async fn shown(there: &[u64], from: u64, end: u64, limit: usize) -> (Vec<u64>, Option<u64>) {
		// As the chain's `page` in pallets/commerce/src/series.rs.
		let ask = |first: u64, wanted: u32| {
			let page = first..(first + u64::from(wanted)).min(end);
			let page = there.iter().filter(|number| page.contains(number));
			ready(Ok(page.map(|number| (*number, ())).collect()))
		};
		let found = found(from..end, limit, ask).await.expect("is answered");
		(found.entries.into_iter().map(|(number, ())| number).collect(), found.next)
	}

	fn numbers(of: Range<u64>) -> Vec<u64> {
		of.collect()
	}

	#[tokio::test]
	async fn pages_without_an_entry_are_not_the_last() {
		// The first 20 are pruned, with 30 after them.
		assert_eq!(shown(&numbers(21..51), 1, 51, 20).await, (numbers(21..41), Some(41)));
		// The twentieth is a credit note.
		let there = [numbers(1..20), numbers(21..31)].concat();
		assert_eq!(shown(&there, 1, 31, 20).await, ([&there[..20]].concat(), Some(22)));
		// Whole pages lead to nothing.
		assert_eq!(shown(&[1, 350], 1, 400, 20).await, (vec![1, 350], None));
		assert_eq!(shown(&[1, 350, 351], 2, 400, 1).await, (vec![350], Some(351)));
		assert_eq!(shown(&[], 1, 400, 20).await, (vec![], None));
	}

	#[tokio::test]
	async fn list_ends_where_the_numbers_do() {
		let there = numbers(1..101);
		assert_eq!(shown(&there, 1, 101, 100).await, (there.clone(), None));
		assert_eq!(shown(&there, 1, 102, 100).await, (there.clone(), Some(101)));
		assert_eq!(shown(&there, 101, 101, 100).await, (vec![], None));
		assert_eq!(shown(&there, u64::MAX, 101, 100).await, (vec![], None));
		assert_eq!(shown(&there, 1, 101, 0).await, (vec![], Some(1)));
	}

	#[tokio::test]
	async fn long_gap_is_told_and_not_waited_for() {
		assert_eq!(shown(&[20_000], 1, 20_001, 20).await, (vec![], Some(10_001)));
		assert_eq!(shown(&[20_000], 10_001, 20_001, 20).await, (vec![20_000], None));
	}

	#[test]
	fn gaps_are_seen_at_both_ends() {
		let found = |numbers: Range<u64>, next| Found {
			entries: numbers.map(|number| (number, ())).collect(),
			next,
		};
		assert!(!found(1..5, None).has_gaps(1, 5));
		assert!(found(2..5, None).has_gaps(1, 5));
		assert!(found(1..4, None).has_gaps(1, 5));
		assert!(!found(1..4, Some(4)).has_gaps(1, 5));
		assert!(!found(1..1, None).has_gaps(9, 5));
	}
}
