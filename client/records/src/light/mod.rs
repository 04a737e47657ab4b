//! A light client of the chain: it trusts the chain spec, and nothing that a node says.
//!
//! Nodes are couriers. Headers count when GRANDPA's validators have finalised them, starting from
//! those that the chain spec names; storage counts when a Merkle proof leads from it to the state
//! root of such a header. subxt brings the client, smoldot, which checks both.

use crate::storage::{map_key, value_key};
use codec::Decode;
use ourledger_client::{chain::MAX_AGE_SECONDS, hash};
use ourledger_primitives::{time::SLOT_MILLIS, AccountId, BlockNumber, Hash, Header, Moment};
use serde_json::Value;
use sp_runtime::{ConsensusEngineId, DigestItem};
use std::{
	pin::pin,
	sync::{Mutex, PoisonError},
	time::{Duration, Instant, SystemTime},
};
use subxt::{
	lightclient::{ChainConfig, LightClient as Smoldot, LightClientRpc},
	rpcs::{
		methods::chain_head::{
			FollowEvent, FollowSubscription, MethodResponse, StorageQuery, StorageQueryType,
			StorageResultType,
		},
		rpc_params, ChainHeadRpcMethods, RpcClient, RpcConfig,
	},
};
use tokio::time::{interval, sleep, timeout_at, MissedTickBehavior};

/// Time between two looks at the state of synchronisation, which are two reports of progress.
const LOOK_MILLIS: u64 = 250;

/// Name of BABE in a header.
const BABE: ConsensusEngineId = *b"BABE";

/// Blocks whose hash the runtime remembers: `BlockHashCount`. Older ones can't be vouched for.
const REMEMBERED_BLOCKS: BlockNumber = 2_400;

/// Why the light client has no answer.
#[derive(Debug, thiserror::Error)]
pub enum LightError {
	/// The text is no chain spec.
	#[error("the chain spec can't be read: {0}")]
	BadSpec(String),
	/// The chain spec describes genesis instead of containing it.
	#[error(
		"the chain spec is a plain one; a light client needs a raw one, which \
		 `ourledger-node export-chain-spec --raw` makes"
	)]
	PlainSpec,
	/// Nobody to ask.
	#[error("neither the chain spec nor the command names a node to connect to (bootnode)")]
	NoBootnode,
	/// The address of a node is not one that the light client can use.
	#[error(
		"\"{0}\" is no address of a node: it reads like \
		 /ip4/127.0.0.1/tcp/30333/p2p/12D3Koo… or /dns/node.example/tcp/30333/ws/p2p/12D3Koo…"
	)]
	BadBootnode(String),
	/// No node answered in time, or none gave a picture of the chain.
	#[error("no node of the chain could be reached within {0} s")]
	Unreachable(u64),
	/// Nodes answered, but didn't show a finalised block in time.
	#[error("{peers} node(s) answered, but none showed a finalised block within {seconds} s")]
	NothingFinalised {
		/// How many answered.
		peers: u64,
		/// How long they were asked.
		seconds: u64,
	},
	/// The newest block that nodes show is old: they lag behind, hide blocks, or the chain stands.
	#[error(
		"the newest finalised block that nodes show is {number}, made {age_seconds} s ago: they \
		 lag behind or hide newer blocks, or finality stands still"
	)]
	Stale {
		/// Its height.
		number: BlockNumber,
		/// How long ago it was made, by this machine's clock.
		age_seconds: u64,
	},
	/// A value couldn't be fetched with a proof.
	#[error("no node proved the value that was asked for: {0}")]
	NotProved(String),
	/// The light client itself failed.
	#[error("the light client failed: {0}")]
	Failed(String),
}

impl From<subxt::rpcs::Error> for LightError {
	fn from(error: subxt::rpcs::Error) -> Self {
		Self::Failed(error.to_string())
	}
}

/// How long to try.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
	/// For the whole start, and for each later wait.
	pub deadline: Duration,
	/// Oldest block, by this machine's clock, that counts as the present. None accepts any: then
	/// nodes that hide new blocks go unnoticed.
	pub max_age: Option<Duration>,
}

impl Default for Patience {
	fn default() -> Self {
		Self {
			deadline: Duration::from_secs(90),
			max_age: Some(Duration::from_secs(MAX_AGE_SECONDS)),
		}
	}
}

/// How far the start is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
	/// Time since the start.
	pub waited: Duration,
	/// Nodes that the client is connected to.
	pub peers: u64,
	/// Newest finalised block, if any is known.
	pub finalised: Option<BlockNumber>,
}

/// A finalised block, as its verified header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
	/// Hash of the header.
	pub hash: Hash,
	/// Height.
	pub number: BlockNumber,
	/// Root of the state after this block.
	pub state_root: Hash,
	/// Start of the slot in which it was made. Genesis has none, and none is known before the length
	/// of slots is.
	pub made_at: Option<Moment>,
}

impl Head {
	fn new(hash: Hash, header: &Header, slot_millis: Option<Moment>) -> Self {
		let slot = header.digest.logs.iter().find_map(|item| match item {
			// Each kind of BABE claim begins with its tag, the author's index and the slot.
			DigestItem::PreRuntime(BABE, claim) => {
				<(u8, u32, u64)>::decode(&mut &claim[..]).ok().map(|(_, _, slot)| slot)
			},
			_ => None,
		});
		Self {
			hash,
			number: header.number,
			state_root: header.state_root,
			made_at: slot.zip(slot_millis).map(|(slot, millis)| slot.saturating_mul(millis)),
		}
	}

	/// Time since the block was made, by this machine's clock.
	pub fn age(&self) -> Option<Duration> {
		let made_at = SystemTime::UNIX_EPOCH + Duration::from_millis(self.made_at?);
		// A block of the future is as new as can be: clocks differ by a little.
		Some(SystemTime::now().duration_since(made_at).unwrap_or_default())
	}
}

/// What the light client says about a height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vouched {
	/// The finalised block there.
	Hash(Hash),
	/// No block there is finalised yet.
	NotYet {
		/// Up to where the chain is final.
		finalised: BlockNumber,
	},
	/// Blocks before `oldest` are forgotten.
	TooOld {
		/// The first that is remembered.
		oldest: BlockNumber,
	},
}

/// Types of our chain, as its RPC methods carry them.
#[derive(Debug)]
struct Types;

impl RpcConfig for Types {
	type Header = Header;
	type Hash = Hash;
	type AccountId = AccountId;
}

/// A running light client, at a finalised block. It ends when dropped.
pub struct LightClient {
	methods: ChainHeadRpcMethods<Types>,
	follow: FollowSubscription<Hash>,
	genesis: Hash,
	head: Head,
	/// Length of a slot, from genesis; none before it is known.
	slot_millis: Option<Moment>,
	deadline: Duration,
}

impl LightClient {
	/// Join the chain of `spec`, a raw chain spec in JSON, through its bootnodes and `bootnodes`.
	///
	/// Waits until a recent block is known to be final; `progress` hears about it a few times per
	/// second. Must run within tokio.
	pub async fn start(
		spec: &str,
		bootnodes: &[String],
		patience: Patience,
		mut progress: impl FnMut(Progress),
	) -> Result<Self, LightError> {
		let started = Instant::now();
		let slot_millis = slot_of_genesis(spec)?;
		let spec = prepare(spec, bootnodes)?;
		let known = Mutex::new(Known::default());
		let mut work = pin!(Self::synchronise(spec, slot_millis, patience, &known));
		// As long as smoldot looks for nodes it answers no question, so the clock is kept apart.
		let mut end = pin!(sleep(patience.deadline));
		let mut look = interval(Duration::from_millis(LOOK_MILLIS));
		look.set_missed_tick_behavior(MissedTickBehavior::Delay);
		loop {
			tokio::select! {
				done = &mut work => return done,
				_ = look.tick() => progress(Known::of(&known).progress(started)),
				() = &mut end => return Err(Known::of(&known).why_not(patience)),
			}
		}
	}

	/// Start smoldot, and go on until it knows the present of the chain.
	async fn synchronise(
		spec: String,
		slot_millis: Option<Moment>,
		patience: Patience,
		known: &Mutex<Known>,
	) -> Result<Self, LightError> {
		// Building genesis hashes the whole chain spec and compiles the runtime: not for a thread
		// that others wait for.
		let runtime = tokio::runtime::Handle::current();
		let rpc = tokio::task::spawn_blocking(move || join(spec, &runtime))
			.await
			.map_err(|error| LightError::Failed(error.to_string()))??;
		let rpc = RpcClient::new(rpc);
		let methods = ChainHeadRpcMethods::<Types>::new(rpc.clone());
		let genesis = methods.chainspec_v1_genesis_hash().await?;
		let follow = methods.chainhead_v1_follow(false).await?;
		// Number 0 stands for none: genesis is what the chain spec says, no news.
		let head = Head { hash: genesis, number: 0, state_root: Hash::zero(), made_at: None };
		let deadline = patience.deadline;
		let mut client = Self { methods, follow, genesis, head, slot_millis, deadline };

		let mut look = interval(Duration::from_millis(LOOK_MILLIS));
		look.set_missed_tick_behavior(MissedTickBehavior::Delay);
		loop {
			tokio::select! {
				event = client.follow.next() => client.take(event).await?,
				_ = look.tick() => (),
			}
			client.learn_slot().await;
			let health: Health = rpc.request("system_health", rpc_params![]).await?;
			let now = Known { peers: health.peers, head: Some(client.head.clone()) };
			let is_present = now.is_present(patience.max_age);
			*known.lock().unwrap_or_else(PoisonError::into_inner) = now;
			if health.is_synced() && is_present {
				return Ok(client);
			}
		}
	}

	/// Ask for the length of a slot, if the chain spec told nothing but the root of genesis. It never
	/// changes, so any finalised state proves it.
	async fn learn_slot(&mut self) {
		if self.slot_millis.is_some() || self.head.number == 0 {
			return;
		}
		// Without an answer it is asked again at the next look.
		let Ok(value) = self.read(&value_key("Validators", "SlotMillis")).await else { return };
		let millis = value.and_then(|bytes| Moment::decode(&mut &bytes[..]).ok());
		self.slot_millis = Some(millis.unwrap_or(SLOT_MILLIS));
		// The head was made note of without its time.
		let head = self.head.hash;
		if let Ok(subscription) = self.subscription() {
			let header = self.methods.chainhead_v1_header(&subscription, head).await;
			if let Ok(Some(header)) = header {
				self.head = Head::new(head, &header, self.slot_millis);
			}
		}
	}

	/// The newest finalised block that was taken note of.
	pub fn head(&self) -> &Head {
		&self.head
	}

	/// Hash of block 0: the identity of the network.
	pub fn genesis(&self) -> Hash {
		self.genesis
	}

	/// The raw value under `key` in the state of [`Self::head`]; none if that state has none.
	pub async fn read(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, LightError> {
		let deadline = Instant::now() + self.deadline;
		match timeout_at(deadline.into(), self.read_patiently(key)).await {
			Ok(done) => done,
			Err(_) => Err(LightError::NotProved(format!(
				"no answer within {} s",
				self.deadline.as_secs()
			))),
		}
	}

	/// What the finalised chain has at height `number`. Waits for it if it is yet to come.
	///
	/// A block that isn't the head is known by its hash in the head's state.
	pub async fn vouch(
		&mut self,
		number: BlockNumber,
		wait: Duration,
	) -> Result<Vouched, LightError> {
		let deadline = Instant::now() + wait;
		while self.head.number < number {
			match timeout_at(deadline.into(), self.follow.next()).await {
				Ok(event) => self.take(event).await?,
				Err(_) => return Ok(Vouched::NotYet { finalised: self.head.number }),
			}
		}
		if number == self.head.number {
			return Ok(Vouched::Hash(self.head.hash));
		}
		if number == 0 {
			return Ok(Vouched::Hash(self.genesis));
		}
		let oldest = self.head.number.saturating_sub(REMEMBERED_BLOCKS).max(1);
		let hash = match self.read(&map_key("System", "BlockHash", &number.to_le_bytes())).await? {
			Some(hash) => Hash::decode(&mut &hash[..])
				.map_err(|_| LightError::Failed("the state has a malformed block hash".into()))?,
			None => return Ok(Vouched::TooOld { oldest }),
		};
		Ok(Vouched::Hash(hash))
	}

	/// Take note of what the client has learnt about the chain.
	async fn take(
		&mut self,
		event: Option<Result<FollowEvent<Hash>, subxt::rpcs::Error>>,
	) -> Result<(), LightError> {
		let mut event = event;
		// The client gave up the thread, for instance after a long sleep of the machine.
		while let Some(Ok(FollowEvent::Stop)) = event {
			self.follow = self.methods.chainhead_v1_follow(false).await?;
			event = self.follow.next().await;
		}
		match event {
			Some(Ok(FollowEvent::Initialized(known))) => {
				self.advance(known.finalized_block_hashes).await
			},
			Some(Ok(FollowEvent::Finalized(news))) => {
				for hash in news.pruned_block_hashes {
					self.unpin(hash).await;
				}
				self.advance(news.finalized_block_hashes).await
			},
			Some(Ok(_)) => Ok(()),
			Some(Err(error)) => Err(error.into()),
			None => Err(LightError::Failed("it stopped".into())),
		}
	}

	/// Make the last of these finalised blocks the head, and let go of the others.
	async fn advance(&mut self, mut finalised: Vec<Hash>) -> Result<(), LightError> {
		let Some(newest) = finalised.pop() else { return Ok(()) };
		let subscription = self.subscription()?;
		let header = self
			.methods
			.chainhead_v1_header(&subscription, newest)
			.await?
			.ok_or_else(|| LightError::Failed("a finalised block has no header".into()))?;
		let last = std::mem::replace(&mut self.head, Head::new(newest, &header, self.slot_millis));
		finalised.push(last.hash);
		for hash in finalised {
			if hash != newest {
				self.unpin(hash).await;
			}
		}
		Ok(())
	}

	/// Tell the client that a block isn't needed any more. It would end the subscription if too
	/// many were kept.
	async fn unpin(&self, hash: Hash) {
		if let Ok(subscription) = self.subscription() {
			// A block of an earlier subscription is unknown to this one, which does no harm.
			let _ = self.methods.chainhead_v1_unpin(&subscription, hash).await;
		}
	}

	fn subscription(&self) -> Result<String, LightError> {
		self.follow
			.subscription_id()
			.map(str::to_owned)
			.ok_or_else(|| LightError::Failed("it gave no subscription".into()))
	}

	async fn read_patiently(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, LightError> {
		let query = || [StorageQuery { key, query_type: StorageQueryType::Value }];
		let subscription = self.subscription()?;
		let hash = self.head.hash;
		let response =
			self.methods.chainhead_v1_storage(&subscription, hash, query(), None).await?;
		let MethodResponse::Started(started) = response else {
			return Err(LightError::NotProved("too many questions at once".into()));
		};
		// Finality goes on meanwhile. The head must stay where it is until the answer is there.
		let mut news = Vec::new();
		let mut value = None;
		loop {
			match self.follow.next().await {
				Some(Ok(FollowEvent::OperationStorageItems(items)))
					if items.operation_id == started.operation_id =>
				{
					for item in items.items {
						if item.key.0 == key {
							if let StorageResultType::Value(bytes) = item.result {
								value = Some(bytes.0);
							}
						}
					}
				},
				Some(Ok(FollowEvent::OperationStorageDone(done)))
					if done.operation_id == started.operation_id =>
				{
					break
				},
				Some(Ok(FollowEvent::OperationInaccessible(done)))
					if done.operation_id == started.operation_id =>
				{
					return Err(LightError::NotProved("no node has this state".into()))
				},
				Some(Ok(FollowEvent::OperationError(done)))
					if done.operation_id == started.operation_id =>
				{
					return Err(LightError::NotProved(done.error))
				},
				Some(Ok(FollowEvent::OperationWaitingForContinue(waiting)))
					if waiting.operation_id == started.operation_id =>
				{
					self.methods.chainhead_v1_continue(&subscription, &waiting.operation_id).await?
				},
				end @ (Some(Ok(FollowEvent::Stop)) | None) => {
					self.take(end).await?;
					return Err(LightError::NotProved("the chain moved on too far".into()));
				},
				other => news.push(other),
			}
		}
		for event in news {
			self.take(event).await?;
		}
		Ok(value)
	}
}

/// What is known during the start.
#[derive(Clone, Debug, Default)]
struct Known {
	peers: u64,
	head: Option<Head>,
}

impl Known {
	fn of(known: &Mutex<Self>) -> Self {
		known.lock().unwrap_or_else(PoisonError::into_inner).clone()
	}

	/// The head, unless it is genesis: that is what the chain spec says, no news.
	fn finalised(&self) -> Option<&Head> {
		self.head.as_ref().filter(|head| head.number > 0)
	}

	fn progress(&self, started: Instant) -> Progress {
		let finalised = self.finalised().map(|head| head.number);
		Progress { waited: started.elapsed(), peers: self.peers, finalised }
	}

	/// Whether a block is final that is new enough.
	fn is_present(&self, max_age: Option<Duration>) -> bool {
		let is_fresh = |head: &Head| {
			max_age.is_none_or(|max_age| head.age().is_some_and(|age| age <= max_age))
		};
		self.finalised().is_some_and(is_fresh)
	}

	/// Why the start has run out of time.
	fn why_not(&self, patience: Patience) -> LightError {
		let seconds = patience.deadline.as_secs();
		match self.finalised() {
			_ if self.peers == 0 => LightError::Unreachable(seconds),
			Some(head) if !self.is_present(patience.max_age) => LightError::Stale {
				number: head.number,
				age_seconds: head.age().unwrap_or_default().as_secs(),
			},
			_ => LightError::NothingFinalised { peers: self.peers, seconds },
		}
	}
}

/// What the client says about its state.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Health {
	is_syncing: bool,
	peers: u64,
}

impl Health {
	fn is_synced(&self) -> bool {
		self.peers > 0 && !self.is_syncing
	}
}

/// Start smoldot. Blocks for as long as it takes to build genesis.
fn join(spec: String, runtime: &tokio::runtime::Handle) -> Result<LightClientRpc, LightError> {
	let _within = runtime.enter();
	match Smoldot::relay_chain(ChainConfig::chain_spec(spec)) {
		Ok((_, rpc)) => Ok(rpc),
		Err(error) => Err(LightError::BadSpec(error.to_string())),
	}
}

/// Length of a slot as the state of genesis has it; none if the chain spec has but the root of that.
fn slot_of_genesis(spec: &str) -> Result<Option<Moment>, LightError> {
	let spec: Value =
		serde_json::from_str(spec).map_err(|error| LightError::BadSpec(error.to_string()))?;
	let Some(top) = spec["genesis"]["raw"]["top"].as_object() else { return Ok(None) };
	let key = hash::text(&value_key("Validators", "SlotMillis"));
	let Some(value) = top.get(&key) else { return Ok(Some(SLOT_MILLIS)) };
	value
		.as_str()
		.and_then(|digits| hex::decode(digits.strip_prefix("0x")?).ok())
		.and_then(|bytes| Moment::decode(&mut &bytes[..]).ok())
		.map(Some)
		.ok_or_else(|| LightError::BadSpec("its genesis has no length of slots".into()))
}

/// The chain spec as smoldot takes it, with further bootnodes before its own.
fn prepare(spec: &str, bootnodes: &[String]) -> Result<String, LightError> {
	let mut spec: Value =
		serde_json::from_str(spec).map_err(|error| LightError::BadSpec(error.to_string()))?;
	let genesis = &spec["genesis"];
	let has = |name| genesis.get(name).is_some_and(|value| !value.is_null());
	if has("runtimeGenesis") || has("runtimeAndConfig") {
		return Err(LightError::PlainSpec);
	}
	if !has("raw") && !has("stateRootHash") {
		return Err(LightError::BadSpec("it has no genesis".into()));
	}
	let own = match &spec["bootNodes"] {
		Value::Null => Vec::new(),
		Value::Array(nodes) => nodes.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
		_ => return Err(LightError::BadSpec("bootNodes is no list".into())),
	};
	let mut all: Vec<String> = Vec::new();
	for node in bootnodes.iter().cloned().chain(own) {
		if !is_address(&node) {
			return Err(LightError::BadBootnode(node));
		}
		if !all.contains(&node) {
			all.push(node);
		}
	}
	if all.is_empty() {
		return Err(LightError::NoBootnode);
	}
	spec["bootNodes"] = all.into();
	Ok(spec.to_string())
}

/// Whether this is the address of a node that smoldot can connect to: it ignores others without a
/// word. It speaks TCP, bare or under WebSocket, and no TLS.
fn is_address(address: &str) -> bool {
	let parts: Vec<_> = address.split('/').collect();
	let ["", "ip4" | "ip6" | "dns" | "dns4" | "dns6", host, "tcp", port, rest @ ..] = &parts[..]
	else {
		return false;
	};
	let peer = match rest {
		["p2p", peer] | ["ws", "p2p", peer] => peer,
		_ => return false,
	};
	// Peer ids are base 58 of at least 34 bytes.
	let is_peer = peer.len() >= 40 && peer.chars().all(|c| c.is_ascii_alphanumeric());
	!host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0) && is_peer
}

#[cfg(test)]
mod tests;
