//! What the helper asks a running node, over its RPC.

use codec::DecodeAll;
use jsonrpsee::{
	client_transport::ws::{Url, WsTransportClientBuilder},
	core::{
		client::{Client, ClientBuilder, ClientT},
		traits::ToRpcParams,
	},
	rpc_params,
};
use ourledger_primitives::{
	time::SLOT_MILLIS, AccountId, Balance, BlockNumber, Hash, Header, Moment,
};
use ourledger_runtime::{Runtime, SessionKeys};
use pallet_validators::Candidacy;
use serde::{de::DeserializeOwned, Deserialize};
use sp_runtime::Perbill;

/// A connection to a node.
pub struct Node(Client);

/// The node's own view of its health.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Health {
	pub peers: usize,
	pub is_syncing: bool,
}

/// How far the chain is, as the node sees it.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
	/// Number of the best block.
	pub best: BlockNumber,
	/// Number of the last final block.
	pub finalized: BlockNumber,
}

/// What the chain says about an account as a validator, in its best block.
#[derive(Clone, Debug, Default)]
pub struct Standing {
	/// The keys it has registered.
	pub keys: Option<SessionKeys>,
	/// Its candidacy.
	pub candidacy: Option<Candidacy<Balance>>,
	/// Whether it validates in this session.
	pub active: bool,
	/// Whether it is known to validate in the next session.
	pub queued: bool,
	/// Whether it is disabled for the rest of this session.
	pub disabled: bool,
}

impl Node {
	/// Connect to the node at `url`.
	pub async fn connect(url: &str) -> Result<Self, String> {
		// One server answers both; people know either address.
		let url = match url.split_once("://") {
			Some(("http", rest)) => format!("ws://{rest}"),
			Some(("ws", _)) => url.to_owned(),
			_ => return Err(format!("{url} isn't an address that begins with ws:// or http://")),
		};
		let parsed = Url::parse(&url).map_err(|e| format!("{url}: {e}"))?;
		let (sender, receiver) =
			WsTransportClientBuilder::default().build(parsed).await.map_err(|e| e.to_string())?;
		Ok(Self(ClientBuilder::default().build_with_tokio(sender, receiver)))
	}

	/// Version of the node's program.
	pub async fn version(&self) -> Result<String, String> {
		self.ask("system_version", rpc_params![]).await
	}

	/// Name of the node's chain.
	pub async fn chain(&self) -> Result<String, String> {
		self.ask("system_chain", rpc_params![]).await
	}

	/// Whether the node was started as a validator.
	pub async fn is_authority(&self) -> Result<bool, String> {
		let roles: Vec<String> = self.ask("system_nodeRoles", rpc_params![]).await?;
		Ok(roles.iter().any(|role| role == "Authority"))
	}

	/// The node's health.
	pub async fn health(&self) -> Result<Health, String> {
		self.ask("system_health", rpc_params![]).await
	}

	/// Hash of the chain's first block.
	pub async fn genesis(&self) -> Result<Hash, String> {
		self.ask("chain_getBlockHash", rpc_params![0]).await
	}

	/// How far the chain is.
	pub async fn progress(&self) -> Result<Progress, String> {
		// In this order, so that no final block is above the best one.
		let last: Hash = self.ask("chain_getFinalizedHead", rpc_params![]).await?;
		let finalized = self.number(rpc_params![last]).await?;
		Ok(Progress { best: self.number(rpc_params![]).await?, finalized })
	}

	/// Number of a block, by default of the best one.
	async fn number(&self, block: impl ToRpcParams + Send) -> Result<BlockNumber, String> {
		let header: Header = self.ask("chain_getHeader", block).await?;
		Ok(header.number)
	}

	/// Time of the best block, in milliseconds since the Unix epoch.
	pub async fn block_time(&self) -> Result<Moment, String> {
		self.storage(&pallet_timestamp::Now::<Runtime>::hashed_key())
			.await
			.map(Option::unwrap_or_default)
	}

	/// Length of the chain's slots, in milliseconds.
	pub async fn slot_millis(&self) -> Result<Moment, String> {
		// Not what this program has for others: each chain has its own, from genesis.
		self.storage(&pallet_validators::SlotMillis::<Runtime>::hashed_key())
			.await
			.map(|millis| millis.unwrap_or(SLOT_MILLIS))
	}

	/// What the chain says about `account`.
	pub async fn standing(&self, account: &AccountId) -> Result<Standing, String> {
		let keys =
			self.storage(&pallet_session::NextKeys::<Runtime>::hashed_key_for(account)).await?;
		let candidacy = self
			.storage(&pallet_validators::Candidacies::<Runtime>::hashed_key_for(account))
			.await?;
		let active: Vec<AccountId> = self
			.storage(&pallet_session::Validators::<Runtime>::hashed_key())
			.await?
			.unwrap_or_default();
		let queued: Vec<(AccountId, SessionKeys)> = self
			.storage(&pallet_session::QueuedKeys::<Runtime>::hashed_key())
			.await?
			.unwrap_or_default();
		let disabled: Vec<(u32, Perbill)> = self
			.storage(&pallet_session::DisabledValidators::<Runtime>::hashed_key())
			.await?
			.unwrap_or_default();
		let index = active.iter().position(|validator| validator == account);
		Ok(Standing {
			keys,
			candidacy,
			active: index.is_some(),
			queued: queued.iter().any(|(validator, _)| validator == account),
			disabled: disabled.iter().any(|(other, _)| Some(*other as usize) == index),
		})
	}

	async fn storage<T: DecodeAll>(&self, key: &[u8]) -> Result<Option<T>, String> {
		let value: Option<String> =
			self.ask("state_getStorage", rpc_params![super::hex(key)]).await?;
		value
			.map(|hex| {
				let bytes = sp_core::bytes::from_hex(&hex).map_err(|e| e.to_string())?;
				T::decode_all(&mut &bytes[..]).map_err(|_| {
					"the chain's state has another form than this program knows; update it".into()
				})
			})
			.transpose()
	}

	async fn ask<T: DeserializeOwned>(
		&self,
		method: &str,
		params: impl ToRpcParams + Send,
	) -> Result<T, String> {
		self.0.request(method, params).await.map_err(|e| format!("{method}: {e}"))
	}
}
