//! The connection to a chain, and everything that is read from it.
//!
//! Nothing here knows the runtime: names are looked up in the metadata that the node sends, and
//! values are decoded into any type that derives `DecodeAsType`, which takes the fields that it
//! knows by name and skips the rest. So a program outlives upgrades of the runtime.
//!
//! ```no_run
//! use ourledger_client::chain::{Chain, Head};
//! use subxt::{ext::scale_decode::DecodeAsType, utils::AccountId32};
//!
//! #[derive(DecodeAsType)]
//! #[decode_as_type(crate_path = "subxt::ext::scale_decode")]
//! struct Account {
//!     nonce: u32,
//! }
//!
//! # async fn example(alice: AccountId32) -> ourledger_client::Result<()> {
//! let chain = Chain::connect("ws://127.0.0.1:9944", Head::Final).await?;
//! let state = chain.current().await?;
//! let account: Option<Account> = state.storage("System", "Account", (alice,)).await?;
//! let deposit: u128 = state.constant("Balances", "ExistentialDeposit")?;
//! let bond: u128 = state.view("Validators", "bond", ()).await?;
//! # Ok(())
//! # }
//! ```

mod digest;
#[cfg(any(test, feature = "testing"))]
pub mod fake;
pub mod signing;
mod state;
pub mod written;

pub use signing::{Kind, Params};
pub use state::State;

use crate::{
	bounded,
	error::{Error, Result},
	hash::blake2_256,
	spec,
};
use ourledger_primitives::STANDING_BLOCKS;
use serde::de::DeserializeOwned;
use std::{
	collections::{HashMap, HashSet},
	future::Future,
	path::Path,
	sync::Arc,
	time::{Duration, Instant, SystemTime},
};
use subxt::{
	backend::LegacyBackend,
	config::{Header as _, RpcConfigFor},
	error::StorageError,
	lightclient::LightClient,
	rpcs::{methods::LegacyRpcMethods, rpc_params, RpcClient},
	utils::{AccountId32, H256},
	OnlineClient, PolkadotConfig,
};
use tokio::sync::Mutex;
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

/// Seconds of age, by this machine's clock, up to which a final block is the present. A light client
/// that is told of none newer may be kept from them.
pub const MAX_AGE_SECONDS: u64 = 120;

/// How long to wait before a light client is asked again for something newer.
const PAUSE: Duration = Duration::from_secs(1);

/// Blocks without finality beyond which the newer methods aren't asked: nodes let nobody follow a
/// chain by them that has more than 128.
const MAX_FOLLOWED: u64 = 64;

/// Storage entries that are asked for together.
const KEYS_AT_A_TIME: usize = 512;

/// Which block is read by default, and how far a transaction is followed.
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
	/// Digests of metadata, by the runtime's version.
	digests: Arc<Mutex<HashMap<u32, [u8; 32]>>>,
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
		let text = bounded::read_text(chain_spec, spec::MAX_SPEC_BYTES)
			.map_err(|error| not_valid(error.to_string()))?;
		let (_, rpc) = LightClient::relay_chain(text.as_str())
			.map_err(|error| not_valid(error.to_string()))?;
		let connecting = async {
			let chain = Self::over(RpcClient::from(rpc)).await?;
			// Nothing can be read before a finalised block is known.
			chain.finalised().await?;
			Ok::<_, Error>(chain)
		};
		let late = || {
			Err(Error::connection(format!(
				"the light client found no finalised block within {LIGHT_CONNECT_SECONDS} s"
			)))
		};
		let chain = within(LIGHT_CONNECT_SECONDS, connecting).await.unwrap_or_else(late)?;
		chain.reach_the_present(LIGHT_CONNECT_SECONDS).await?;
		Ok(chain)
	}

	/// Waits until the last final block is of the present.
	async fn reach_the_present(&self, seconds: u64) -> Result<()> {
		let until = Instant::now() + Duration::from_secs(seconds);
		loop {
			let state = self.finalised().await?;
			let made_at: Option<u64> = state.storage("Timestamp", "Now", ()).await?;
			let age = age(made_at.unwrap_or_default(), SystemTime::now());
			if age <= Duration::from_secs(MAX_AGE_SECONDS) {
				return Ok(());
			}
			if Instant::now() >= until {
				return Err(Error::connection(format!(
					"the newest final block that the light client is told of, {}, is {} s old: \
					 finality stands, or its peers hide newer ones, or this machine's clock is wrong",
					state.number(),
					age.as_secs()
				)));
			}
			tokio::time::sleep(PAUSE).await;
		}
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
		let (runtimes, digests) = Default::default();
		Self { client, rpc, raw, runtimes, digests, head: Head::default(), standing: None }
	}

	/// Which block is read by default, and how far a transaction is followed.
	pub fn head(&self) -> Head {
		self.head
	}

	/// How far finality was behind when the connection was made, if it stood and [`Chain::current`]
	/// reads what is final. A light client doesn't know.
	pub fn standing(&self) -> Option<Lag> {
		self.standing
	}

	/// The state at the block that [`Chain::head`] says.
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

	/// What the node calls the chain. Only its genesis is certain.
	pub async fn name(&self) -> String {
		self.rpc.system_chain().await.unwrap_or_else(|_| "of no name".into())
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

/// Time since a block was made, which says when in milliseconds since 1970. One of the future is as
/// new as can be: clocks differ by a little.
fn age(made_at: u64, now: SystemTime) -> Duration {
	let made_at = SystemTime::UNIX_EPOCH + Duration::from_millis(made_at);
	now.duration_since(made_at).unwrap_or_default()
}

async fn within<T>(seconds: u64, future: impl Future<Output = T>) -> Option<T> {
	tokio::time::timeout(Duration::from_secs(seconds), future).await.ok()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn age_is_what_this_machines_clock_says() {
		let at = |millis| SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
		assert_eq!(age(1_000, at(121_000)), Duration::from_secs(MAX_AGE_SECONDS));
		assert!(age(1_000, at(121_001)) > Duration::from_secs(MAX_AGE_SECONDS));
		assert_eq!(age(5_000, at(1_000)), Duration::ZERO);
	}

	#[tokio::test]
	async fn old_block_is_not_the_present() {
		// Its blocks are of 2026, and no newer ones come.
		let chain = fake::Node::new().chain().await;
		let old = chain.reach_the_present(0).await;
		let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("is later");
		let made = fake::TIME_MILLIS + fake::LAST * 3_000;
		match u128::from(made) + 120_000 < now.as_millis() {
			true => assert_eq!(old.map_err(|error| error.code()), Err(3)),
			false => assert_eq!(old, Ok(())),
		}
	}

	#[test]
	fn finality_stands_when_it_is_ten_blocks_behind() {
		assert_eq!(Lag::between(7, 16), Lag { finalised: 7, blocks: 9 });
		assert!(!Lag::between(7, 16).stands());
		assert!(Lag::between(7, 17).stands());
		// A node that just learned of a block may say so of the wrong one first.
		assert!(!Lag::between(8, 7).stands());
	}
}
