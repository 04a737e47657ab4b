//! Reads the chain's state so that it can be trusted: through the light client's own nodes, or
//! through a server whose every word is checked.

use super::{
	light::{Head, LightClient, LightError},
	proof::{Claim, FinalState, ProofError},
};
use ourledger_primitives::BlockNumber;
use serde_json::Value;
use std::time::Duration;
use subxt::rpcs::{rpc_params, RpcClient};

/// How long to wait for the light client to hear of a head that a server shows.
const AHEAD_SECONDS: u64 = 20;

/// How many blocks a server may be ahead of the light client: as many as come while waiting, with a
/// block each second, and those that the light client learns of at once.
const AHEAD_BLOCKS: BlockNumber = 40;

/// How many blocks a server may be behind it, five minutes of them at a block per 3 s: by an old state
/// it would deny newer records. Counted in blocks: it is those that may hold what is denied.
const BEHIND_BLOCKS: BlockNumber = 100;

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
pub async fn read_by_light_client(
	light: &mut LightClient,
	key: &[u8],
) -> Result<(Head, Option<Vec<u8>>), VerifyError> {
	// Reading moves the head on, but the value is that of the head before.
	let head = light.head().clone();
	let value = light.read(key).await?;
	Ok((head, value))
}

/// A value as a server proves it, for a head that the light client vouches for.
pub async fn read_by_server(
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

	let keys = [format!("0x{}", hex::encode(key))];
	let proof: Value = server.request("state_getReadProof", rpc_params![keys, head]).await?;
	let value = state.read(key, proof)?;
	Ok((state, value))
}
