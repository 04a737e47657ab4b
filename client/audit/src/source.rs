//! Where events come from.

use super::row::Row;
use ourledger_client::{chain::written::RuntimeId, error::Result};
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

/// A range of final blocks.
pub trait Source {
	/// The next block, if the range isn't over.
	fn next(&mut self) -> impl Future<Output = Result<Option<Block>>>;

	/// The jurisdiction of an invoice that was issued before the range.
	fn jurisdiction_of(
		&mut self,
		seller: u64,
		number: u64,
	) -> impl Future<Output = Result<Option<u32>>>;
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
		pub invoices: BTreeMap<(u64, u64), u32>,
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

		async fn jurisdiction_of(&mut self, seller: u64, number: u64) -> Result<Option<u32>> {
			Ok(self.invoices.get(&(seller, number)).copied())
		}
	}
}
