//! Events of a chain's final blocks, several blocks read at a time.

use crate::{
	columns,
	manifest::{BlockId, Head},
	row::{Field, Row, PLACE_COLUMNS},
	source::{Block, Source, PALLETS},
};
use ourledger_client::{
	chain::{written::RuntimeId, Chain, State},
	error::{Error, Result},
	errors_of_chain,
};
use ourledger_documents::on_chain::InvoiceId;
use std::collections::VecDeque;
use subxt::{
	events::Phase,
	ext::{scale_decode::DecodeAsType, scale_value::Composite},
};
use tokio::task::JoinHandle;

/// Blocks that are read at a time.
const AT_A_TIME: usize = 16;

/// A range of a chain's final blocks.
pub struct ChainSource {
	chain: Chain,
	/// The state before the range; none if it begins with the first block.
	before: Option<State>,
	first: State,
	last: State,
	next: u64,
	reading: VecDeque<JoinHandle<Result<Block>>>,
}

impl ChainSource {
	/// The blocks from `from` to `to`, which have to be final; without an end up to the newest
	/// that is.
	pub async fn open(chain: &Chain, from: u64, to: Option<u64>) -> Result<Self> {
		let finalised = chain.finalised().await?;
		let to = to.unwrap_or_else(|| finalised.number());
		if from > to {
			return Err(Error::input(format!("a range does not go from block {from} to {to}")));
		}
		if to > finalised.number() {
			return Err(Error::input(format!(
				"block {to} isn't final yet; the newest that is has the number {}",
				finalised.number()
			)));
		}
		let before = match from.checked_sub(1) {
			Some(number) => Some(archived(chain, number).await?.0),
			None => None,
		};
		let (first, _) = archived(chain, from).await?;
		let (last, _) = archived(chain, to).await?;
		let (next, reading) = (from, VecDeque::new());
		Ok(Self { chain: chain.clone(), before, first, last, next, reading })
	}

	/// How many blocks there are.
	pub fn blocks(&self) -> u64 {
		self.last.number() - self.first.number() + 1
	}

	/// The state before the range.
	pub fn before(&self) -> Option<&State> {
		self.before.as_ref()
	}

	/// The state that the events of the range change: that before it, or the chain's first.
	pub fn start(&self) -> &State {
		self.before.as_ref().unwrap_or(&self.first)
	}

	/// The state after the last block.
	pub fn last(&self) -> &State {
		&self.last
	}

	/// What a manifest says of the range.
	pub async fn head(
		&self,
		chain: &Chain,
		jurisdiction: Option<u32>,
		currencies: Option<Vec<u32>>,
	) -> Result<Head> {
		let id =
			|state: &State| BlockId { number: state.number(), hash: format!("{:?}", state.hash()) };
		let header = self.last.inner().block_header().await?;
		Ok(Head {
			genesis: format!("{:?}", chain.genesis_hash()),
			first: id(&self.first),
			last: id(&self.last),
			state_root: format!("{:?}", header.state_root),
			spec_version: self.last.spec_version(),
			// Known when all blocks are read.
			runtimes: Vec::new(),
			jurisdiction,
			currencies,
		})
	}
}

impl Source for ChainSource {
	async fn next(&mut self) -> Result<Option<Block>> {
		while self.reading.len() < AT_A_TIME && self.next <= self.last.number() {
			self.reading.push_back(tokio::spawn(read(self.chain.clone(), self.next)));
			self.next += 1;
		}
		let Some(reading) = self.reading.pop_front() else { return Ok(None) };
		let block = reading
			.await
			.map_err(|error| Error::connection(format!("reading a block broke off: {error}")))?;
		block.map(Some)
	}

	async fn jurisdiction_of(&mut self, at: InvoiceId) -> Result<Option<u32>> {
		#[derive(DecodeAsType)]
		#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
		struct Invoice {
			jurisdiction: u32,
		}
		let Some(before) = &self.before else { return Ok(None) };
		let invoice: Option<Invoice> =
			before.storage("Commerce", "Invoices", (at.seller, at.number)).await?;
		Ok(invoice.map(|invoice| invoice.jurisdiction))
	}
}

/// Nobody waits for what wasn't read yet.
impl Drop for ChainSource {
	fn drop(&mut self) {
		for reading in &self.reading {
			reading.abort();
		}
	}
}

/// A block's state, and the runtime that wrote the block.
async fn archived(chain: &Chain, number: u64) -> Result<(State, RuntimeId)> {
	chain.archived(number).await.map_err(|error| {
		Error::connection(format!(
			"block {number} can't be read, for which an archive node is needed: {error}"
		))
	})
}

/// The events of a block.
async fn read(chain: Chain, number: u64) -> Result<Block> {
	let (state, runtime) = archived(&chain, number).await?;
	let events = state.events().await.map_err(|error| {
		Error::connection(format!(
			"the events of block {number} can't be read, for which an archive node is needed: {error}"
		))
	})?;
	let metadata = state.dictionary();
	let mut rows = Vec::new();
	for event in events.iter() {
		let event = event?;
		if !PALLETS.contains(&event.pallet_name()) {
			continue;
		}
		let Composite::Named(parts) = errors_of_chain::fields_of(&event, &metadata)? else {
			continue;
		};
		let fields = parts.iter().flat_map(|(name, value)| columns::of(name, value, &metadata));
		let fields = fields.map(|field| Field { name: own_name(field.name), ..field });
		rows.push(Row {
			block: number,
			time: None,
			extrinsic: match event.phase() {
				Phase::ApplyExtrinsic(index) => Some(index),
				Phase::Initialization | Phase::Finalization => None,
			},
			event: event.index(),
			pallet: event.pallet_name().into(),
			name: event.event_name().into(),
			fields: fields.collect(),
		});
	}
	if !rows.is_empty() {
		let time: Option<u64> = state.storage("Timestamp", "Now", ()).await?;
		// Before the first block there is no time.
		let time = time.filter(|time| *time > 0);
		rows.iter_mut().for_each(|row| row.time = time);
	}
	Ok(Block { number, runtime, rows })
}

/// A field's name, told apart from the columns before it.
fn own_name(name: String) -> String {
	match PLACE_COLUMNS.contains(&name.as_str()) {
		true => format!("{name}_"),
		false => name,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_client::chain::fake::{Node, AMOUNT, LAST};

	#[tokio::test]
	async fn block_that_brings_a_runtime_is_read_by_the_one_before() {
		let chain = Node::new().chain().await;
		let mut source = ChainSource::open(&chain, 1, None).await.expect("can be read");
		assert_eq!((source.start().number(), source.last().number()), (0, LAST));
		let mut paid = Vec::new();
		while let Some(block) = source.next().await.expect("can be read") {
			let rows = block.rows.iter().filter(|row| row.is("Currencies", "Transferred"));
			paid.extend(
				rows.map(|row| (row.block, row.get("amount").cloned(), row.time.is_some())),
			);
		}
		let amount = Some(AMOUNT.to_string().into());
		assert_eq!(paid, (1..=LAST).map(|it| (it, amount.clone(), true)).collect::<Vec<_>>());
	}

	#[test]
	fn fields_never_have_the_name_of_a_place() {
		assert_eq!(own_name("amount".into()), "amount");
		assert_eq!(own_name("time".into()), "time_");
	}
}
