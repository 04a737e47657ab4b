//! The chain specification that a node on this machine tells: for chains whose specification nobody
//! else vouches for, such as one for development.

use ourledger_client::{Error, Result};
use serde_json::Value as Json;
use std::net::IpAddr;
use subxt::rpcs::{rpc_params, RpcClient};

/// A node's specification for a light client, and an address to reach the node at, if it has one.
/// Whoever runs the node decides which chain this is, so it has to be on this machine.
pub async fn ask(url: &str) -> Result<(String, Option<String>)> {
	if !is_local(url) {
		return Err(Error::usage(format!(
			"--trust-node-spec is for a node on this machine, and {url} is not on it"
		)));
	}
	let failed = |error: subxt::rpcs::Error| {
		Error::connection(format!("the node at {url} does not tell its specification: {error}"))
	};
	let rpc = RpcClient::from_insecure_url(url).await.map_err(failed)?;
	let mut spec: Json =
		rpc.request("sync_state_genSyncSpec", rpc_params![true]).await.map_err(failed)?;
	// The node's own view of the present would have to be trusted as well: without it the light
	// client starts at genesis.
	if spec["genesis"]["raw"].is_object() {
		spec["lightSyncState"] = Json::Null;
	}
	let addresses: Vec<String> =
		rpc.request("system_localListenAddresses", rpc_params![]).await.map_err(failed)?;
	let local = |address: &&String| {
		address.starts_with("/ip4/127.0.0.1/tcp/") && !address.contains("/wss/")
	};
	let node = addresses.iter().find(local).or(addresses.first()).cloned();
	Ok((spec.to_string(), node))
}

/// Whether a URL names a loopback interface.
fn is_local(url: &str) -> bool {
	let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
	let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
	// What stands before an @ is a name, whatever it looks like.
	let host = authority.rsplit('@').next().unwrap_or_default();
	let host = match host.strip_prefix('[').and_then(|host| host.split_once(']')) {
		Some((host, _)) => host,
		None => host.split(':').next().unwrap_or_default(),
	};
	host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn local_urls_are_those_of_this_machine() {
		for url in [
			"ws://127.0.0.1:9944",
			"ws://localhost",
			"ws://[::1]:9944/x",
			"ws://127.8.0.1",
			"ws://a@localhost:1",
		] {
			assert!(is_local(url), "{url}");
		}
		for url in [
			"ws://10.0.0.1:9944",
			"wss://rpc.example",
			"ws://127.0.0.1.example",
			"ws://127.0.0.1@rpc.example:1",
			"ws://localhost.example",
			"ws://[2001:db8::1]:9944",
			"",
		] {
			assert!(!is_local(url), "{url}");
		}
	}
}
