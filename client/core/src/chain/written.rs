//! In whose words a block is written.
//!
//! Block N is made by the runtime that stands in the state of its **parent**. Its extrinsics, its
//! events and all else in the state after it are encoded as that runtime says. Where block N brings
//! a new runtime, the state after it is still in the old one's words: the new one's migrations come
//! with block N + 1. Only what the state is *asked* is the new one's: calls, views, runtime APIs,
//! constants.
//!
//! The client library reads everything of a block by the runtime in the state after it, which is
//! another one in each block that brings an upgrade. So [`State`] has both, and whatever reads
//! events, extrinsics or storage goes through it.

use super::{Chain, ChainConfig, State};
use crate::{
	error::{Error, Result},
	nesting,
};
use std::{collections::HashMap, sync::Arc};
use subxt::{
	backend::{BlockRef, LegacyBackend},
	client::OnlineClientAtBlockImpl,
	config::{substrate::DigestItem, Config},
	events::{Event, Events, Phase},
	extrinsics::Extrinsics,
	rpcs::{rpc_params, RpcClient},
	utils::H256,
	ArcMetadata, OnlineClient, OnlineClientAtBlock,
};
use tokio::sync::Mutex;

/// Where a state has its runtime.
const CODE_KEY: &str = "0x3a636f6465";

/// One runtime to read by, whatever block is read.
#[derive(Clone, Debug)]
pub(super) struct Fixed {
	/// The hash of the first block.
	pub genesis: H256,
	/// Versions of the runtime and of its transactions.
	pub versions: (u32, u32),
	/// What it says of its types.
	pub metadata: ArcMetadata,
}

/// Which runtime wrote a block.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct RuntimeId {
	/// Its version.
	pub spec_version: u32,
	/// BLAKE2b-256 of its code, as the state has it.
	pub code: H256,
	/// BLAKE2b-256 of its metadata, as the node's `state_getMetadata` answers.
	pub metadata: H256,
}

/// A runtime by which blocks can be read.
struct Runtime {
	id: RuntimeId,
	reader: OnlineClient<ChainConfig>,
}

/// The runtimes of a chain, by the hash of their code: what has the same version can still be
/// another one.
#[derive(Clone, Default)]
pub(super) struct Runtimes(Arc<Mutex<HashMap<H256, Arc<Runtime>>>>);

impl Runtimes {
	/// The runtime in the state after a block.
	async fn after(&self, chain: &Chain, block: H256, number: u64) -> Result<Arc<Runtime>> {
		let code = chain.code_hash(block).await?.ok_or_else(|| {
			Error::connection(format!("the state of block {number} has no runtime"))
		})?;
		// While one reads it, the others wait: it is long.
		let mut known = self.0.lock().await;
		if let Some(runtime) = known.get(&code) {
			return Ok(runtime.clone());
		}
		let (reader, spec_version) = chain.reader(block, number).await?;
		let metadata = chain.metadata_hash(block).await?;
		let id = RuntimeId { spec_version, code, metadata };
		let runtime = Arc::new(Runtime { id, reader });
		known.insert(code, runtime.clone());
		Ok(runtime)
	}
}

impl Chain {
	/// The state after a block. Reads it by the runtime that wrote it.
	pub(super) async fn state(&self, at: OnlineClientAtBlock<ChainConfig>) -> Result<State> {
		let header = at.block_header().await?;
		let number = at.block_number();
		// Whoever replaces the runtime by the calls that are there for it leaves this in the
		// header.
		let replaces = header.digest.logs.contains(&DigestItem::RuntimeEnvironmentUpdated);
		let written = match number.checked_sub(1).filter(|_| replaces) {
			Some(before) => {
				let (reader, _) = self.reader(header.parent_hash, before).await?;
				let block = BlockRef::from_hash(at.block_hash());
				reader.at_block_hash_and_number(block, number).await?
			},
			None => at.clone(),
		};
		Ok(State { at, written })
	}

	/// The state after a block of an archive node, and the runtime that wrote the block: that of
	/// its parent's state, by its code, whatever the header says.
	pub async fn archived(&self, number: u64) -> Result<(State, RuntimeId)> {
		let missing = || Error::connection(format!("the node has no block {number}"));
		let hash = self.block_hash(number).await?.ok_or_else(missing)?;
		let header = self.rpc.chain_get_header(Some(hash)).await?.ok_or_else(missing)?;
		// Nobody made the first block; its own runtime reads it.
		let parent = number.checked_sub(1).map_or((hash, number), |it| (header.parent_hash, it));
		let wrote = self.runtimes.after(self, parent.0, parent.1).await?;
		let runs = self.runtimes.after(self, hash, number).await?;
		let read = |runtime: Arc<Runtime>| async move {
			runtime.reader.at_block_hash_and_number(BlockRef::from_hash(hash), number).await
		};
		Ok((State { at: read(runs).await?, written: read(wrote.clone()).await? }, wrote.id))
	}

	/// BLAKE2b-256 of the code in the state after a block.
	pub async fn code_hash(&self, block: H256) -> Result<Option<H256>> {
		Ok(self.raw.request("state_getStorageHash", rpc_params![CODE_KEY, block]).await?)
	}

	/// BLAKE2b-256 of the metadata in the state after a block, in its plainest form, which every
	/// client can ask for.
	pub async fn metadata_hash(&self, block: H256) -> Result<H256> {
		let text: String = self.raw.request("state_getMetadata", rpc_params![block]).await?;
		let bytes = text.strip_prefix("0x").and_then(|text| hex::decode(text).ok());
		let bytes = bytes.ok_or_else(|| Error::connection("the node's metadata is no bytes"))?;
		Ok(H256(crate::hash::blake2_256(&bytes)))
	}

	/// A client that reads any block by the runtime in the state after this one, and that runtime's
	/// version.
	async fn reader(&self, block: H256, number: u64) -> Result<(OnlineClient<ChainConfig>, u32)> {
		let at = client(&self.raw, ChainConfig::default())
			.await?
			.at_block_hash_and_number(BlockRef::from_hash(block), number)
			.await?;
		let fixed = Fixed {
			genesis: self.genesis_hash(),
			versions: (at.spec_version(), at.transaction_version()),
			metadata: at.metadata(),
		};
		let config = ChainConfig { fixed: Some(fixed), ..ChainConfig::default() };
		Ok((client(&self.raw, config).await?, at.spec_version()))
	}
}

/// A client that keeps nothing of others.
async fn client(rpc: &RpcClient, config: ChainConfig) -> Result<OnlineClient<ChainConfig>> {
	let backend = LegacyBackend::<ChainConfig>::builder().build(rpc.clone());
	Ok(OnlineClient::from_backend_with_config(config, Arc::new(backend)).await?)
}

impl State {
	/// What the block's extrinsics and events, and the storage after it, are written by. Not what
	/// it can be asked: that is [`State::metadata`].
	pub fn dictionary(&self) -> ArcMetadata {
		self.written.metadata()
	}

	/// The block's events. Refuses those that nest so deep that reading them would overflow the stack.
	pub async fn events(&self) -> Result<Events<ChainConfig>> {
		let events = self.written.events().fetch().await?;
		nesting::ensure_shallow_events(events.bytes(), &self.dictionary()).map_err(|why| {
			Error::connection(format!("an event of block {} can't be read: {why}", self.number()))
		})?;
		Ok(events)
	}

	/// The block's extrinsics. Their events are in [`State::events`].
	pub async fn extrinsics(
		&self,
	) -> Result<Extrinsics<'_, ChainConfig, OnlineClientAtBlockImpl<ChainConfig>>> {
		Ok(self.written.extrinsics().fetch().await?)
	}

	/// The events of one of the block's extrinsics.
	pub async fn events_of(&self, extrinsic: H256) -> Result<ExtrinsicEvents> {
		let extrinsics = self.extrinsics().await?;
		// What isn't ours need not be understood.
		let place = extrinsics.iter().flatten().find(|it| it.hash() == extrinsic);
		let place = place.ok_or_else(|| {
			Error::connection(format!(
				"the extrinsic {extrinsic:?} isn't in block {}",
				self.number()
			))
		})?;
		Ok(ExtrinsicEvents { index: place.index(), all: self.events().await? })
	}
}

/// The events of one extrinsic.
pub struct ExtrinsicEvents {
	index: usize,
	all: Events<ChainConfig>,
}

impl ExtrinsicEvents {
	/// Its place in the block.
	pub fn index(&self) -> usize {
		self.index
	}

	/// One after the other.
	pub fn iter(&self) -> impl Iterator<Item = Result<Event<'_, ChainConfig>>> {
		self.all.iter().map(|event| Ok(event?)).filter(|event| {
			let of_it = |event: &Event<'_, ChainConfig>| belongs(event.phase(), self.index);
			event.as_ref().map_or(true, of_it)
		})
	}
}

/// Whether what happened in this phase is the doing of an extrinsic.
pub fn belongs(phase: Phase, extrinsic: usize) -> bool {
	matches!(phase, Phase::ApplyExtrinsic(index) if u64::from(index) == extrinsic as u64)
}

impl Config for ChainConfig {
	type AccountId = <subxt::PolkadotConfig as Config>::AccountId;
	type Address = <subxt::PolkadotConfig as Config>::Address;
	type Signature = <subxt::PolkadotConfig as Config>::Signature;
	type Header = <subxt::PolkadotConfig as Config>::Header;
	type Hasher = <subxt::PolkadotConfig as Config>::Hasher;
	type TransactionExtensions = super::signing::Extensions;
	type AssetId = super::Kind;

	fn genesis_hash(&self) -> Option<H256> {
		self.fixed.as_ref().map(|fixed| fixed.genesis)
	}

	fn spec_and_transaction_version_for_block_number(&self, _block: u64) -> Option<(u32, u32)> {
		self.fixed.as_ref().map(|fixed| fixed.versions)
	}

	// Without these two, the metadata would be fetched for every block anew.
	fn metadata_for_spec_version(&self, spec_version: u32) -> Option<ArcMetadata> {
		match &self.fixed {
			Some(fixed) => Some(fixed.metadata.clone()),
			None => self.base.metadata_for_spec_version(spec_version),
		}
	}

	fn set_metadata_for_spec_version(&self, spec_version: u32, metadata: ArcMetadata) {
		self.base.set_metadata_for_spec_version(spec_version, metadata)
	}
}

#[cfg(test)]
mod tests {
	use super::{
		super::fake::{
			hash, transaction, Conduct, Node, AMOUNT, LAST, SPEC_VERSION, SUPPLY, UPGRADED,
		},
		*,
	};
	use subxt::ext::scale_decode::DecodeAsType;

	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Transferred {
		amount: u128,
	}

	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Asset {
		supply: u128,
	}

	/// What the last transaction of a block paid, and the currency's supply after it.
	async fn read(state: &State, number: u64) -> (u128, u128) {
		let events = state.events_of(transaction(number)).await.expect("is in the block");
		assert_eq!(events.index(), 1);
		let events: Vec<_> = events.iter().map(|event| event.expect("is known")).collect();
		assert_eq!(events.len(), 2);
		let paid: Transferred = events[1].decode_fields_unchecked_as().expect("is known");
		let assets: Vec<((u32,), Asset)> =
			state.entries("Assets", "Asset", ()).await.expect("can be read");
		(paid.amount, assets[0].1.supply)
	}

	#[tokio::test]
	async fn block_is_read_by_the_runtime_of_its_parent() {
		for node in [Node::new(), Node::new().of_one_version(), Node::new().unannounced()] {
			let chain = node.chain().await;
			for number in 1..=LAST {
				let (state, wrote) = chain.archived(number).await.expect("is there");
				assert_eq!(read(&state, number).await, (AMOUNT, SUPPLY), "block {number}");
				let parents = chain.metadata_hash(hash(number - 1)).await.expect("is there");
				assert_eq!(wrote.metadata, parents, "block {number}");
			}
		}
	}

	#[tokio::test]
	async fn state_is_read_by_the_runtime_that_wrote_it_and_asked_by_its_own() {
		let chain = Node::new().chain().await;
		for number in 1..=LAST {
			let state = chain.at(hash(number)).await.expect("is there");
			assert_eq!(read(&state, number).await, (AMOUNT, SUPPLY), "block {number}");
			let runs = SPEC_VERSION + u32::from(number >= UPGRADED);
			assert_eq!(state.spec_version(), runs);
		}
		let state = chain.finalised().await.expect("is there");
		assert_eq!((state.number(), read(&state, LAST).await), (LAST, (AMOUNT, SUPPLY)));
	}

	#[tokio::test]
	async fn first_block_is_read_by_its_own_runtime() {
		let (state, wrote) = Node::new().chain().await.archived(0).await.expect("is there");
		assert_eq!((state.number(), wrote.spec_version), (0, SPEC_VERSION));
		assert_eq!(state.events().await.expect("can be read").len(), 0);
	}

	#[tokio::test]
	async fn events_that_nest_without_end_are_refused() {
		let conduct = Conduct { includes: true, nests: true, ..Conduct::default() };
		let chain = Node::new().conducting(conduct).holding(LAST + 1).chain().await;
		let error = chain.at(hash(LAST + 1)).await.expect("is there").events().await;
		let error = error.expect_err("are too deep");
		assert_eq!(error.code(), 3);
		assert!(error.to_string().contains("nested"), "{error}");
	}

	#[tokio::test]
	async fn transaction_of_another_block_is_not_found() {
		let state = Node::new().chain().await.at(hash(1)).await.expect("is there");
		assert!(state.events_of(transaction(2)).await.is_err());
	}
}
