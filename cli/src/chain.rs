//! The connection to a chain, and everything that is read from it.
//!
//! Nothing here knows the runtime: names are looked up in the metadata that the node sends, and
//! values are decoded into any type that derives `DecodeAsType`, which takes the fields that it
//! knows by name and skips the rest. So the tool survives runtime upgrades.
//!
//! ```ignore
//! #[derive(DecodeAsType)]
//! #[decode_as_type(crate_path = "subxt::ext::scale_decode")]
//! struct Account { nonce: u32, data: Data }
//!
//! let state = ctx.state().await?;
//! let account: Option<Account> = state.storage("System", "Account", (account_id,)).await?;
//! let deposit: u128 = state.constant("Balances", "ExistentialDeposit")?;
//! let bond: u128 = state.view("Validators", "bond", ()).await?;
//! ```

#[cfg(test)]
pub mod fake;
pub mod written;

use crate::{
	audit::fields,
	call::Call,
	error::{Error, Result},
	hash::blake2_256,
	value::Typed,
};
use codec::{Compact, Decode, Encode};
use ourledger_primitives::STANDING_BLOCKS;
use serde::de::DeserializeOwned;
use serde_json::{json, Value as Json};
use std::{collections::HashSet, future::Future, path::Path, sync::Arc, time::Duration};
use subxt::{
	backend::LegacyBackend,
	config::{Header as _, RpcConfigFor},
	dynamic,
	error::StorageError,
	ext::{
		frame_decode::storage::{IntoDecodableValues, IntoEncodableValues},
		scale_decode::DecodeAsType,
		scale_encode::EncodeAsFields,
		scale_value::scale,
	},
	lightclient::LightClient,
	rpcs::{methods::LegacyRpcMethods, rpc_params, RpcClient},
	storage::PrefixOf,
	utils::{AccountId32, H256},
	ArcMetadata, OnlineClient, OnlineClientAtBlock, PolkadotConfig,
};
use written::{Fixed, Runtimes};

/// The types that all chains of this kind share: accounts, hashes, signatures, and in what money
/// fees can be paid.
#[derive(Clone, Debug, Default)]
pub struct ChainConfig {
	base: PolkadotConfig,
	/// The one runtime to read by; else that of each block's state.
	fixed: Option<Fixed>,
}

/// Seconds to wait for a node to answer at all: a small and busy machine takes many to describe its
/// runtime.
const CONNECT_SECONDS: u64 = 60;

/// Seconds to wait for a light client to find peers and the finalised block.
const LIGHT_CONNECT_SECONDS: u64 = 120;

/// Blocks without finality beyond which the newer methods aren't asked: nodes let nobody follow a
/// chain by them that has more than 128.
const MAX_FOLLOWED: u64 = 64;

/// Storage entries that are asked for together.
const KEYS_AT_A_TIME: usize = 512;

/// Length of a view function's id, which stands before its arguments.
const VIEW_ID_BYTES: usize = 32;

/// What commands read, and what they wait for.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Head {
	/// What is final.
	#[default]
	Final,
	/// The best block, for a chain whose finality stands.
	Best,
}

/// How far finality is behind.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Lag {
	/// The last final block.
	pub finalised: u64,
	/// Blocks after it on the node's best chain.
	pub blocks: u64,
}

impl Lag {
	/// From the heights of the two blocks.
	pub fn between(finalised: u64, best: u64) -> Self {
		Self { finalised, blocks: best.saturating_sub(finalised) }
	}

	/// Whether finality stands still.
	pub fn stands(&self) -> bool {
		self.blocks >= STANDING_BLOCKS.into()
	}
}

/// A connection to a chain.
#[derive(Clone)]
pub struct Chain {
	client: OnlineClient<ChainConfig>,
	rpc: LegacyRpcMethods<RpcConfigFor<ChainConfig>>,
	raw: RpcClient,
	runtimes: Runtimes,
	head: Head,
	standing: Option<Lag>,
}

impl Chain {
	/// Connects to a node's WebSocket.
	pub async fn connect(url: &str, head: Head) -> Result<Self> {
		let unreachable =
			|why: String| Error::connection(format!("no node can be reached at {url}: {why}"));
		let connecting = async {
			let rpc = RpcClient::from_insecure_url(url)
				.await
				.map_err(|error| unreachable(error.to_string()))?;
			let lag = match head {
				Head::Best => None,
				Head::Final => Some(lag(&rpc).await?),
			};
			let old = lag.is_none_or(|lag| lag.blocks > MAX_FOLLOWED);
			let chain = if old { Self::over_old(rpc).await } else { Self::over(rpc).await };
			let chain = chain.map_err(|error| unreachable(error.to_string()))?;
			Ok(Self { head, standing: lag.filter(Lag::stands), ..chain })
		};
		within(CONNECT_SECONDS, connecting)
			.await
			.unwrap_or_else(|| Err(unreachable(format!("no answer within {CONNECT_SECONDS} s"))))
	}

	/// Reaches a network by a light client, which checks what peers say from the chain
	/// specification on. It ends with the connection.
	pub async fn light(chain_spec: &Path) -> Result<Self> {
		let not_valid = |why: String| {
			Error::input(format!("the chain specification {}: {why}", chain_spec.display()))
		};
		let text = tokio::fs::read_to_string(chain_spec)
			.await
			.map_err(|error| not_valid(error.to_string()))?;
		let (_, rpc) = LightClient::relay_chain(text.as_str())
			.map_err(|error| not_valid(error.to_string()))?;
		let connecting = async {
			let chain = Self::over(RpcClient::from(rpc)).await?;
			// Nothing can be read before a finalised block is known.
			chain.finalised().await?;
			Ok(chain)
		};
		within(LIGHT_CONNECT_SECONDS, connecting).await.unwrap_or_else(|| {
			Err(Error::connection(format!(
				"the light client found no finalised block within {LIGHT_CONNECT_SECONDS} s"
			)))
		})
	}

	async fn over(rpc: RpcClient) -> Result<Self> {
		let client = OnlineClient::from_rpc_client(rpc.clone()).await?;
		Ok(Self::of(client, rpc))
	}

	/// As [`Chain::over`], by methods that go on when finality stands.
	pub(crate) async fn over_old(rpc: RpcClient) -> Result<Self> {
		let backend = LegacyBackend::<ChainConfig>::builder().build(rpc.clone());
		let client = OnlineClient::from_backend(Arc::new(backend)).await?;
		Ok(Self::of(client, rpc))
	}

	fn of(client: OnlineClient<ChainConfig>, raw: RpcClient) -> Self {
		let rpc = LegacyRpcMethods::new(raw.clone());
		let runtimes = Runtimes::default();
		Self { client, rpc, raw, runtimes, head: Head::default(), standing: None }
	}

	/// What commands read, and what they wait for.
	pub fn head(&self) -> Head {
		self.head
	}

	/// How far finality was behind when the connection was made, if it stood and commands read what
	/// is final. A light client doesn't know.
	pub fn standing(&self) -> Option<Lag> {
		self.standing
	}

	/// The state that commands read.
	pub async fn current(&self) -> Result<State> {
		match self.head {
			Head::Final => self.finalised().await,
			Head::Best => self.best().await,
		}
	}

	/// A method of the node's that has no function here.
	pub async fn ask<T: DeserializeOwned>(&self, method: &str) -> Result<T> {
		Ok(self.raw.request(method, rpc_params![]).await?)
	}

	/// The state at the last finalised block: what can't change any more. It does not move on
	/// with the chain; ask again for a newer one.
	pub async fn finalised(&self) -> Result<State> {
		self.state(self.client.at_current_block().await?).await
	}

	/// The state at the best block: newer, but it can still be reverted.
	pub async fn best(&self) -> Result<State> {
		let hash = self
			.rpc
			.chain_get_block_hash(None)
			.await?
			.ok_or_else(|| Error::connection("the node has no best block"))?;
		self.at(hash).await
	}

	/// The state at a block that the node still keeps.
	pub async fn at(&self, hash: H256) -> Result<State> {
		self.state(self.client.at_block(hash).await?).await
	}

	/// The hash of the block of this height on the best chain.
	pub async fn block_hash(&self, number: u64) -> Result<Option<H256>> {
		Ok(self.rpc.chain_get_block_hash(Some(number.into())).await?)
	}

	/// The hash of the first block that holds a transaction, of those from one height to another.
	pub async fn find(&self, transaction: H256, first: u64, last: u64) -> Result<Option<H256>> {
		for number in first..=last {
			let missing = || Error::connection(format!("the node has no block {number}"));
			let hash = self.block_hash(number).await?.ok_or_else(missing)?;
			let block = self.rpc.chain_get_block(Some(hash)).await?.ok_or_else(missing)?.block;
			let is_it = |bytes: &[u8]| H256(blake2_256(bytes)) == transaction;
			if block.extrinsics.iter().any(|bytes| is_it(bytes)) {
				return Ok(Some(hash));
			}
		}
		Ok(None)
	}

	/// The next nonce of an account, counting its transactions that wait in the node's pool.
	pub async fn next_nonce(&self, account: &AccountId32) -> Result<u64> {
		Ok(self.rpc.system_account_next_index(account).await?)
	}

	/// Which of these storage entries a state has, asked for together.
	pub async fn have(&self, state: &State, keys: &[Vec<u8>]) -> Result<Vec<bool>> {
		let mut found = HashSet::new();
		for group in keys.chunks(KEYS_AT_A_TIME) {
			let together = group.iter().map(Vec::as_slice);
			match self.rpc.state_query_storage_at(together, Some(state.hash())).await {
				Ok(answer) => {
					let changes = answer.into_iter().flat_map(|set| set.changes);
					let there = changes.filter(|(_, value)| value.is_some());
					found.extend(there.map(|(key, _)| key.0));
				},
				// Light clients know no such question.
				Err(_) => {
					for key in group {
						match state.inner().storage().fetch_raw(key.clone()).await {
							Ok(_) => _ = found.insert(key.clone()),
							Err(StorageError::NoValueFound) => {},
							Err(error) => return Err(error.into()),
						}
					}
				},
			}
		}
		Ok(keys.iter().map(|key| found.contains(key)).collect())
	}

	/// The hash of the first block, which names the chain.
	pub fn genesis_hash(&self) -> H256 {
		self.client.genesis_hash()
	}

	/// The node's own methods: name, version, peers.
	pub fn node(&self) -> &LegacyRpcMethods<RpcConfigFor<ChainConfig>> {
		&self.rpc
	}

	/// The finalised blocks from now on.
	pub async fn finalised_blocks(&self) -> Result<subxt::client::Blocks<ChainConfig>> {
		Ok(self.client.stream_blocks().await?)
	}
}

/// The chain's state at one block.
#[derive(Clone)]
pub struct State {
	/// By the runtime in the state: it answers whatever the state is asked.
	at: OnlineClientAtBlock<ChainConfig>,
	/// By the runtime that wrote the block. In a block that brings another runtime, they differ.
	written: OnlineClientAtBlock<ChainConfig>,
}

impl State {
	/// Height of the block.
	pub fn number(&self) -> u64 {
		self.at.block_number()
	}

	/// Hash of the block.
	pub fn hash(&self) -> H256 {
		self.at.block_hash()
	}

	/// The block as it stands in results.
	pub fn block_json(&self) -> Json {
		json!({ "number": self.number(), "hash": format!("{:?}", self.hash()) })
	}

	/// What the runtime in this state can do. Not what the block is written by: that is
	/// [`State::dictionary`].
	pub fn metadata(&self) -> ArcMetadata {
		self.at.metadata()
	}

	/// Version of the runtime.
	pub fn spec_version(&self) -> u32 {
		self.at.spec_version()
	}

	/// Version of the calls' encoding.
	pub fn transaction_version(&self) -> u32 {
		self.at.transaction_version()
	}

	/// The client library's view of the state, for what has no function here; not for events,
	/// extrinsics and storage, which it reads by the runtime in the state.
	pub fn inner(&self) -> &OnlineClientAtBlock<ChainConfig> {
		&self.at
	}

	/// Whether the runtime has this view function.
	pub fn has_view(&self, pallet: &str, function: &str) -> bool {
		let pallet = self.at.metadata_ref().pallet_by_name(pallet);
		pallet.is_some_and(|pallet| pallet.view_function_by_name(function).is_some())
	}

	/// Asks a pallet's view function.
	///
	/// ```ignore
	/// let twin: Option<TwinInfo> = state.view("Twins", "twin", (7u64,)).await?;
	/// let page: Vec<TwinInfo> = state.view("Twins", "twins", (1u64, 100u32)).await?;
	/// ```
	///
	/// The library's own `call` sends the arguments without their length, which the runtime API
	/// asks for (seen with 0.51.1), and then waits for ever. So the length is put in here.
	pub async fn view<T: DecodeAsType>(
		&self,
		pallet: &str,
		function: &str,
		arguments: impl IntoEncodableValues,
	) -> Result<T> {
		let (answer, ty) = self.view_bytes(pallet, function, arguments).await?;
		T::decode_as_type(&mut &answer[..], ty, self.at.metadata_ref().types())
			.map_err(|error| unreadable(&format!("{pallet}.{function}"), error))
	}

	/// As [`State::view`], with the type of each part.
	pub async fn view_typed(
		&self,
		pallet: &str,
		function: &str,
		arguments: impl IntoEncodableValues,
	) -> Result<Typed> {
		let (answer, ty) = self.view_bytes(pallet, function, arguments).await?;
		scale::decode_as_type(&mut &answer[..], ty, self.at.metadata_ref().types())
			.map_err(|error| unreadable(&format!("{pallet}.{function}"), error))
	}

	/// The answer of a view function, and its type.
	async fn view_bytes(
		&self,
		pallet: &str,
		function: &str,
		arguments: impl IntoEncodableValues,
	) -> Result<(Vec<u8>, u32)> {
		let name = format!("{pallet}.{function}");
		let metadata = self.at.metadata_ref();
		let output = metadata
			.pallet_by_name(pallet)
			.and_then(|pallet| pallet.view_function_by_name(function))
			.ok_or_else(|| unknown("view function", &name))?
			.output_ty();
		let views = self.at.view_functions();
		let payload = dynamic::view_function_call::<_, dynamic::Value>(pallet, function, arguments);
		let question = with_length(&views.encode_args(payload)?);
		let answer = views.call_raw(Some(&question)).await?;
		let answer = view_answer(&answer)
			.ok_or_else(|| Error::connection(format!("the view function {name} gave no answer")))?;
		Ok((answer, output))
	}

	/// Reads a storage value or an entry of a map; nothing if there is none and it has no default.
	///
	/// ```ignore
	/// let members: Option<Vec<AccountId32>> = state.storage("Council", "Members", ()).await?;
	/// let pin: Option<Pin> = state.storage("Records", "Pinned", (12u64, 5u64)).await?;
	/// ```
	pub async fn storage<T>(
		&self,
		pallet: &str,
		item: &str,
		keys: impl IntoEncodableValues + IntoDecodableValues,
	) -> Result<Option<T>>
	where
		T: DecodeAsType,
	{
		self.ensure_storage(pallet, item)?;
		let value = self.written.storage().try_fetch(dynamic::storage(pallet, item), keys).await?;
		Ok(value.map(|value| value.decode()).transpose()?)
	}

	/// As [`State::storage`], but the bytes as they are: for calls.
	pub async fn storage_bytes(
		&self,
		pallet: &str,
		item: &str,
		keys: impl IntoEncodableValues + IntoDecodableValues,
	) -> Result<Option<Vec<u8>>> {
		self.ensure_storage(pallet, item)?;
		let address = dynamic::storage::<_, dynamic::Value>(pallet, item);
		let value = self.written.storage().try_fetch(address, keys).await?;
		Ok(value.map(|value| value.into_bytes()))
	}

	/// Where a storage value or an entry of a map is.
	pub fn storage_key(
		&self,
		pallet: &str,
		item: &str,
		keys: impl IntoEncodableValues + IntoDecodableValues,
	) -> Result<Vec<u8>> {
		self.ensure_storage(pallet, item)?;
		let address = dynamic::storage::<_, dynamic::Value>(pallet, item);
		Ok(self.written.storage().entry(address)?.fetch_key(keys)?)
	}

	/// Reads the entries of a map, all of them with `()` or those whose keys begin with `first`.
	/// Only for what stays small: it makes the node walk them.
	///
	/// ```ignore
	/// let motions: Vec<((H256,), Votes)> = state.entries("Council", "Voting", ()).await?;
	/// let pins: Vec<((u64, u64), Pin)> = state.entries("Records", "Pinned", (12u64,)).await?;
	/// ```
	pub async fn entries<K, T>(
		&self,
		pallet: &str,
		item: &str,
		first: impl PrefixOf<K>,
	) -> Result<Vec<(K, T)>>
	where
		K: IntoEncodableValues + IntoDecodableValues,
		T: DecodeAsType,
	{
		self.ensure_storage(pallet, item)?;
		let mut stream =
			self.written.storage().iter(dynamic::storage::<K, T>(pallet, item), first).await?;
		let mut entries = Vec::new();
		while let Some(entry) = stream.next().await {
			let entry = entry?;
			entries.push((entry.key()?.decode()?, entry.value().decode()?));
		}
		Ok(entries)
	}

	/// As [`State::entries`], with values as JSON, of a map with these keys.
	pub async fn json_entries<K>(&self, pallet: &str, item: &str) -> Result<Vec<(K, Json)>>
	where
		K: IntoEncodableValues + IntoDecodableValues,
		(): PrefixOf<K>,
	{
		self.ensure_storage(pallet, item)?;
		let address = dynamic::storage::<K, dynamic::Value>(pallet, item);
		let mut stream = self.written.storage().iter(address, ()).await?;
		let metadata = self.dictionary();
		let mut entries = Vec::new();
		while let Some(entry) = stream.next().await {
			let entry = entry?;
			let value = entry.value();
			let typed =
				scale::decode_as_type(&mut value.bytes(), value.type_id(), metadata.types())
					.map_err(|error| unreadable(&format!("{pallet}.{item}"), error))?;
			entries.push((entry.key()?.decode()?, fields::to_json(&typed, &metadata)));
		}
		Ok(entries)
	}

	/// A constant of the runtime.
	///
	/// ```ignore
	/// let deposit: u128 = state.constant("Balances", "ExistentialDeposit")?;
	/// ```
	pub fn constant<T: DecodeAsType>(&self, pallet: &str, constant: &str) -> Result<T> {
		let address = dynamic::constant::<T>(pallet, constant);
		Ok(self.at.constants().entry(address)?)
	}

	/// Asks a runtime API.
	pub async fn runtime_api<T: DecodeAsType>(
		&self,
		api: &str,
		method: &str,
		arguments: impl IntoEncodableValues,
	) -> Result<T> {
		let payload = dynamic::runtime_api_call::<_, T>(api, method, arguments);
		Ok(self.at.runtime_apis().call(payload).await?)
	}

	/// Makes a call, its arguments in their order, or by name in a
	/// [`Composite`](dynamic::Value).
	///
	/// ```ignore
	/// let to = MultiAddress::<_, ()>::Id(account);
	/// let call = state.call("Balances", "transfer_keep_alive", (to, 2_500_000_000_000u128))?;
	/// ```
	pub fn call(&self, pallet: &str, name: &str, arguments: impl EncodeAsFields) -> Result<Call> {
		let full = format!("{pallet}.{name}");
		let metadata = self.metadata();
		let known = metadata
			.pallet_by_name(pallet)
			.is_some_and(|pallet| pallet.call_variant_by_name(name).is_some());
		if !known {
			return Err(unknown("call", &full));
		}
		let payload = dynamic::transaction(pallet, name, arguments);
		let encoded = self.at.transactions().call_data(&payload)?;
		Call::from_parts(pallet, name, &encoded, &metadata).ok_or_else(|| unknown("call", &full))
	}

	fn ensure_storage(&self, pallet: &str, item: &str) -> Result<()> {
		let pallet_metadata = self.written.metadata_ref().pallet_by_name(pallet);
		pallet_metadata
			.and_then(|pallet| pallet.storage())
			.and_then(|storage| storage.entry_by_name(item))
			.map(|_| ())
			.ok_or_else(|| unknown("storage item", &format!("{pallet}.{item}")))
	}
}

/// A question for the view function API: the id, the length of the arguments, the arguments.
fn with_length(question: &[u8]) -> Vec<u8> {
	let (id, arguments) = question.split_at(VIEW_ID_BYTES);
	let mut bytes = id.to_vec();
	Compact(arguments.len() as u32).encode_to(&mut bytes);
	bytes.extend(arguments);
	bytes
}

/// The answer within the API's `Result<Vec<u8>, _>`.
fn view_answer(bytes: &[u8]) -> Option<Vec<u8>> {
	match bytes.split_first()? {
		(0, mut answer) => Vec::decode(&mut answer).ok(),
		_ => None,
	}
}

fn unknown(what: &str, name: &str) -> Error {
	Error::connection(format!("this chain has no {what} {name}"))
}

fn unreadable(name: &str, error: impl std::fmt::Display) -> Error {
	Error::connection(format!("what this chain says of {name} can't be understood: {error}"))
}

/// How far finality is behind on the node's best chain.
async fn lag(rpc: &RpcClient) -> Result<Lag> {
	let methods = LegacyRpcMethods::<RpcConfigFor<ChainConfig>>::new(rpc.clone());
	let finalised = methods.chain_get_finalized_head().await?;
	let finalised = methods.chain_get_header(Some(finalised)).await?;
	let best = methods.chain_get_header(None).await?;
	Ok(match (best, finalised) {
		(Some(best), Some(finalised)) => Lag::between(finalised.number(), best.number()),
		_ => Lag::default(),
	})
}

async fn within<T>(seconds: u64, future: impl Future<Output = T>) -> Option<T> {
	tokio::time::timeout(Duration::from_secs(seconds), future).await.ok()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn finality_stands_when_it_is_ten_blocks_behind() {
		assert_eq!(Lag::between(7, 16), Lag { finalised: 7, blocks: 9 });
		assert!(!Lag::between(7, 16).stands());
		assert!(Lag::between(7, 17).stands());
		// A node that just learned of a block may say so of the wrong one first.
		assert!(!Lag::between(8, 7).stands());
	}

	#[test]
	fn question_has_the_length_of_its_arguments_after_the_id() {
		let id = [7; VIEW_ID_BYTES];
		assert_eq!(with_length(&id), [&id[..], &[0]].concat());
		assert_eq!(
			with_length(&[&id[..], &[1, 2, 3]].concat()),
			[&id[..], &[12, 1, 2, 3]].concat()
		);
		let long = [&id[..], &[9; 64]].concat();
		assert_eq!(with_length(&long), [&id[..], &[1, 1], &[9; 64]].concat());
	}

	#[test]
	fn answer_is_unwrapped() {
		assert_eq!(view_answer(&[0, 8, 5, 6]), Some(vec![5, 6]));
		assert_eq!(view_answer(&[1, 0]), None);
		assert_eq!(view_answer(&[0, 8, 5]), None);
		assert_eq!(view_answer(&[]), None);
	}
}
