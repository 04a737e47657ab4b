//! Where events come from.

use crate::row::Row;
use ourledger_client::{chain::written::RuntimeId, error::Result};
use ourledger_documents::on_chain::InvoiceId;
use serde::{Deserialize, Serialize};
use std::future::Future;

/// The pallet that keeps the balances of currencies: its assets have their ids.
pub const BALANCES: &str = "Assets";

/// Whose events are read.
pub const PALLETS: [&str; 4] = [BALANCES, "Currencies", "Tax", "Commerce"];

/// The events of one block, of the pallets that are read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Block {
	/// Height.
	pub number: u64,
	/// The runtime that wrote them, by whose words they were read.
	pub runtime: RuntimeId,
	/// Events, in their order.
	pub rows: Vec<Row>,
}

/// Which runtime wrote the blocks from one on, up to the next entry's: their events are read as
/// that runtime's metadata says. It is the runtime in the state of each block's *parent*.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Wrote {
	/// The first block.
	pub from: u64,
	/// Version of the runtime.
	pub spec_version: u32,
	/// BLAKE2b-256 of its code, as the state has it.
	pub code: String,
	/// BLAKE2b-256 of its metadata, as a node's `state_getMetadata` answers.
	pub metadata: String,
}

impl Wrote {
	/// From a block on.
	pub fn of(from: u64, runtime: &RuntimeId) -> Self {
		Self {
			from,
			spec_version: runtime.spec_version,
			code: format!("{:?}", runtime.code),
			metadata: format!("{:?}", runtime.metadata),
		}
	}

	/// Adds an entry if another runtime wrote this block than those before it.
	pub fn note(all: &mut Vec<Self>, block: &Block) {
		let new = Self::of(block.number, &block.runtime);
		let known = all.last().is_some_and(|last| Self { from: new.from, ..last.clone() } == new);
		if !known {
			all.push(new);
		}
	}
}

/// A range of final blocks.
pub trait Source {
	/// The next block, if the range isn't over.
	fn next(&mut self) -> impl Future<Output = Result<Option<Block>>>;

	/// The jurisdiction of an invoice that was issued before the range.
	fn jurisdiction_of(&mut self, invoice: InvoiceId) -> impl Future<Output = Result<Option<u32>>>;
}

/// Blocks to test with.
#[cfg(test)]
pub mod example {
	use super::*;
	use std::collections::{BTreeMap, VecDeque};

	/// Blocks that are given, and invoices of before.
	#[derive(Clone, Default)]
	pub struct Given {
		/// What is still to come.
		pub blocks: VecDeque<Block>,
		/// Jurisdictions of older invoices.
		pub invoices: BTreeMap<InvoiceId, u32>,
	}

	impl Given {
		/// Blocks that have these rows.
		pub fn of(rows: impl IntoIterator<Item = Row>) -> Self {
			let mut blocks: BTreeMap<u64, Vec<Row>> = BTreeMap::new();
			for row in rows {
				blocks.entry(row.block).or_default().push(row);
			}
			let blocks = blocks.into_iter().map(|(number, rows)| {
				let runtime = RuntimeId::default();
				Block { number, runtime, rows }
			});
			Self { blocks: blocks.collect(), invoices: BTreeMap::new() }
		}
	}

	impl Source for Given {
		async fn next(&mut self) -> Result<Option<Block>> {
			Ok(self.blocks.pop_front())
		}

		async fn jurisdiction_of(&mut self, invoice: InvoiceId) -> Result<Option<u32>> {
			Ok(self.invoices.get(&invoice).copied())
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn runtimes_have_an_entry_where_another_one_wrote() {
		let one = RuntimeId { spec_version: 1, ..RuntimeId::default() };
		let two = RuntimeId { spec_version: 2, ..RuntimeId::default() };
		let mut all = Vec::new();
		for (number, runtime) in [(4, one), (5, one), (6, two), (7, one), (8, one)] {
			Wrote::note(&mut all, &Block { number, runtime, rows: Vec::new() });
		}
		assert_eq!(all, [Wrote::of(4, &one), Wrote::of(6, &two), Wrote::of(7, &one)]);
	}
}
