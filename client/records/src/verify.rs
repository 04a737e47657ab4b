//! Reads the chain's state so that it can be trusted: through the light client's own nodes, or
//! through a server whose every word is checked.

use crate::{
	address::Address,
	bundle::Bundle,
	errors::unreadable,
	light::{Head, LightClient, LightError},
	on_chain::descriptor_of_pin,
	proof::{Claim, FinalState, Index, ProofError},
	storage::map_key_2,
};
use ourledger_client::{bounded, hash, Error, Result};
use ourledger_primitives::{twin::TwinNumber, BlockNumber, Hash};
use serde_json::Value;
use std::{path::Path, time::Duration};
use subxt::rpcs::{rpc_params, RpcClient};

/// How long to wait for the light client to hear of a head that a server shows.
const AHEAD_SECONDS: u64 = 20;

/// How many blocks a server may be ahead of the light client: as many as come while waiting, with a
/// block each second, and those that the light client learns of at once.
const AHEAD_BLOCKS: BlockNumber = 40;

/// How many blocks a server may be behind it, five minutes of them at a block per 3 s: by an old state
/// it would deny newer records. Counted in blocks: it is those that may hold what is denied.
const BEHIND_BLOCKS: BlockNumber = 100;

/// Longest proof that is read: records have descriptors of a few hundred bytes.
const MAX_BUNDLE_BYTES: u64 = 64 * 1024 * 1024;

/// Why a value isn't known.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
	/// The light client doesn't know the chain.
	#[error(transparent)]
	Light(#[from] LightError),
	/// The server lied.
	#[error(transparent)]
	Proof(#[from] ProofError),
	/// The server gave no answer.
	#[error("the server gave no answer: {0}")]
	Server(#[from] subxt::rpcs::Error),
}

/// A value in the light client's head, and that head.
async fn read_by_light_client(
	light: &mut LightClient,
	key: &[u8],
) -> Result<(Head, Option<Vec<u8>>), VerifyError> {
	// Reading moves the head on, but the value is that of the head before.
	let head = light.head().clone();
	let value = light.read(key).await?;
	Ok((head, value))
}

/// A value as a server proves it, for a head that the light client vouches for.
async fn read_by_server(
	server: &RpcClient,
	light: &mut LightClient,
	key: &[u8],
) -> Result<(FinalState, Option<Vec<u8>>), VerifyError> {
	let head: Value = server.request("chain_getFinalizedHead", rpc_params![]).await?;
	let header: Value = server.request("chain_getHeader", rpc_params![&head]).await?;
	let claim = Claim::new(head.clone(), header)?;
	let known = light.head().number;
	let oldest = known.saturating_sub(BEHIND_BLOCKS);
	if claim.number() < oldest {
		return Err(ProofError::HeadTooOld { number: claim.number(), oldest }.into());
	}
	let patience =
		if claim.number() > known.saturating_add(AHEAD_BLOCKS) { 0 } else { AHEAD_SECONDS };
	let vouched = light.vouch(claim.number(), Duration::from_secs(patience)).await?;
	let state = claim.check(vouched)?;

	let keys = [hash::text(key)];
	let proof: Value = server.request("state_getReadProof", rpc_params![keys, head]).await?;
	let value = state.read(key, proof)?;
	Ok((state, value))
}

/// The block at which something was read.
#[derive(Clone, Copy, Debug)]
pub struct At {
	/// Its height.
	pub number: BlockNumber,
	/// Its hash.
	pub hash: Hash,
}

/// Reads the chain's state so that it can be trusted.
pub struct Reader {
	light: LightClient,
	server: Option<RpcClient>,
}

impl Reader {
	/// From the nodes of the network, or from an RPC server, of which the light client then says
	/// whether what it shows is final.
	pub async fn new(light: LightClient, server: Option<&str>) -> Result<Self> {
		let server = match server {
			None => None,
			Some(url) => Some(RpcClient::from_insecure_url(url).await.map_err(|error| {
				Error::connection(format!("no node can be reached at {url}: {error}"))
			})?),
		};
		Ok(Self { light, server })
	}

	/// Hash of block 0.
	pub fn genesis(&self) -> Hash {
		self.light.genesis()
	}

	async fn read(&mut self, key: &[u8]) -> Result<(Option<Vec<u8>>, At), VerifyError> {
		match &self.server {
			None => {
				let (head, value) = read_by_light_client(&mut self.light, key).await?;
				Ok((value, At { number: head.number, hash: head.hash }))
			},
			Some(server) => {
				let (state, value) = read_by_server(server, &mut self.light, key).await?;
				Ok((value, At { number: state.number, hash: state.block }))
			},
		}
	}

	/// How many records a twin has, and what commits to them.
	pub async fn index(&mut self, twin: TwinNumber) -> Result<(Index, At), VerifyError> {
		let (value, at) = self.read(&Index::key(twin)).await?;
		Ok((Index::from_value(value.as_deref())?, at))
	}

	/// The encoded descriptor on the chain, which proved it when it was pinned.
	pub async fn pinned(&mut self, record: Address) -> Result<Option<Vec<u8>>, VerifyError> {
		let keys = (record.twin.to_le_bytes(), record.number.to_le_bytes());
		let key = map_key_2("Records", "Pinned", &keys.0, &keys.1);
		let (value, _) = self.read(&key).await?;
		Ok(value.as_deref().and_then(descriptor_of_pin))
	}
}

/// Reads somebody's proof, which has to be about this record. Nothing else of it is checked.
pub fn read_bundle(path: &Path, record: Address) -> Result<Bundle> {
	let text =
		bounded::read_text(path, MAX_BUNDLE_BYTES).map_err(|error| unreadable(path, &error))?;
	let bundle: Bundle = bounded::parse(&text).map_err(|error| {
		Error::verification(format!("{} is no proof of records: {error}", path.display()))
	})?;
	if bundle.twin != record.twin || bundle.descriptor(record.number).is_none() {
		return Err(Error::verification(format!(
			"{} proves {} record(s) of twin {} from {} on, and {record} is not among them",
			path.display(),
			bundle.descriptors.len(),
			bundle.twin,
			bundle.first
		)));
	}
	Ok(bundle)
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::fs;

	#[test]
	fn bundle_is_refused_when_it_is_not_about_the_record() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("proof");
		let bundle = Bundle {
			genesis: Hash::zero(),
			twin: 1,
			first: 5,
			descriptors: vec![vec![1], vec![2]],
			count: 9,
			proof: Vec::new(),
		};
		fs::write(&path, serde_json::to_string(&bundle).expect("is JSON")).expect("is written");
		let read = |twin, number| read_bundle(&path, Address { twin, number });
		assert!(read(1, 5).is_ok() && read(1, 6).is_ok());
		for (twin, number) in [(1, 4), (1, 7), (2, 5)] {
			let error = read(twin, number).expect_err("is another");
			assert_eq!(error.code(), 6, "{error}");
		}
		fs::write(&path, "{}").expect("is written");
		assert_eq!(read(1, 5).expect_err("is none").code(), 6);
		let missing = Address { twin: 1, number: 5 };
		assert_eq!(read_bundle(&folder.path().join("x"), missing).expect_err("is none").code(), 5);
	}
}
