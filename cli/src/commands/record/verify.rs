//! `ourledger record verify`: trusts the chain specification, and nobody else.

use super::{
	descriptor_json, descriptor_lines, descriptor_of_pin, find_book, hex, settle_if_known,
	unusable, Address,
};
use crate::{commands::Context, output};
use clap::{Args, ValueEnum};
use ourledger_client::{
	bounded,
	error::{Error, Result},
	spec,
	submit::progress,
};
use ourledger_math::mmr::{self, Blake2b256};
use ourledger_primitives::{record::Descriptor, BlockNumber, Hash};
use ourledger_records::{
	book::Book,
	bundle::Bundle,
	describe::{measure, Content},
	light::{LightClient, LightError, Patience, Progress},
	proof::{check_content, decode_descriptor, Index, ProofError},
	storage::map_key_2,
	verify::{read_by_light_client, read_by_server, VerifyError},
};
use serde_json::{json, Value as Json};
use std::{
	path::{Path, PathBuf},
	time::Duration,
};
use subxt::rpcs::{rpc_params, RpcClient};

/// Arguments of `verify`.
#[derive(Args, Debug)]
pub struct Arguments {
	/// The record, as twin:number.
	record: Address,
	/// The file that is said to be its content.
	#[arg(long, value_name = "PATH")]
	file: Option<PathBuf>,
	/// The proof that its owner made by `record prove`.
	#[arg(long, value_name = "BUNDLE")]
	proof: Option<PathBuf>,
	/// The raw chain specification [default: the profile's].
	#[arg(long, value_name = "SPEC")]
	chain_spec: Option<PathBuf>,
	/// A node of the chain, besides those that the specification names; as
	/// /ip4/192.0.2.1/tcp/30333/p2p/12D3Koo….
	#[arg(long = "bootnode", value_name = "MULTIADDR")]
	bootnodes: Vec<String>,
	/// From whom the state comes. Neither is trusted.
	#[arg(long, value_enum, default_value = "light")]
	via: Via,
	/// Take specification and address from the node on this machine: trusts that node.
	#[arg(long, conflicts_with = "chain_spec")]
	trust_node_spec: bool,
	/// Seconds to look for the chain.
	#[arg(long, value_name = "SECONDS", default_value_t = 90)]
	deadline: u64,
}

/// From whom the state comes.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Via {
	/// From nodes of the network, by the light client.
	Light,
	/// From the RPC server of --url; the light client says what is final.
	Rpc,
}

impl Via {
	fn name(self) -> &'static str {
		match self {
			Self::Light => "light",
			Self::Rpc => "rpc",
		}
	}
}

/// Runs the command.
pub async fn run(ctx: &Context, arguments: Arguments) -> Result<()> {
	let record = arguments.record;
	// What can be known without the chain comes first.
	let bundle = arguments.proof.as_deref().map(|path| read_bundle(path, record)).transpose()?;
	let content = arguments.file.as_deref().map(measure).transpose()?;
	let (spec, bootnodes) = origin(ctx, &arguments).await?;

	let light = start(ctx, &spec, &bootnodes, arguments.deadline).await?;
	let mut reader = Reader::new(ctx, light, arguments.via).await?;
	let (value, at) = reader.read(&Index::key(record.twin)).await?;
	let index = Index::from_value(value.as_deref()).map_err(VerifyError::from)?;
	if record.number >= index.count {
		let Address { twin, number } = record;
		return Err(refuse(ProofError::RecordNotFound { twin, number, count: index.count }));
	}

	let genesis = reader.light.genesis();
	let (encoded, source) = match bundle {
		Some(bundle) => (checked(&bundle, record, genesis, &index)?, "proof"),
		None => match from_book(ctx, record, genesis, &index, at.number)? {
			Some(encoded) => (encoded, "book"),
			None => (reader.pinned(record).await?, "chain"),
		},
	};
	let descriptor = decode_descriptor(&encoded).map_err(refuse)?;
	if let Some(Content { hash, size }) = &content {
		check_content(&descriptor, hash, *size).map_err(refuse)?;
	}
	let leaf = mmr::leaf_hash::<Blake2b256>(&encoded);
	let found = Found { record, descriptor, leaf, source, index, at, genesis };
	print(ctx, &arguments, &found);
	Ok(())
}

/// Something that isn't what it claims to be.
fn refuse(error: ProofError) -> Error {
	Error::verification(error.to_string())
}

impl From<VerifyError> for Error {
	fn from(error: VerifyError) -> Self {
		match error {
			VerifyError::Light(error) => error.into(),
			VerifyError::Proof(error) => refuse(error),
			VerifyError::Server(_) => Self::connection(error.to_string()),
		}
	}
}

impl From<LightError> for Error {
	fn from(error: LightError) -> Self {
		let message = error.to_string();
		match error {
			LightError::BadSpec(_)
			| LightError::PlainSpec
			| LightError::NoBootnode
			| LightError::BadBootnode(_) => Self::Input(message),
			LightError::Stale { .. } | LightError::NotProved(_) => Self::Verification(message),
			LightError::Unreachable(_)
			| LightError::NothingFinalised { .. }
			| LightError::Failed(_) => Self::Connection(message),
		}
	}
}

/// Longest proof that is read: records have descriptors of a few hundred bytes.
const MAX_BUNDLE_BYTES: u64 = 64 * 1024 * 1024;

fn read_bundle(path: &Path, record: Address) -> Result<Bundle> {
	let text = bounded::read_text(path, MAX_BUNDLE_BYTES)
		.map_err(|error| unusable("read", path, &error))?;
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

/// The encoded descriptor of the record, if the bundle holds.
fn checked(bundle: &Bundle, record: Address, genesis: Hash, index: &Index) -> Result<Vec<u8>> {
	bundle.check(genesis, index).map_err(refuse)?;
	Ok(bundle.descriptor(record.number).unwrap_or_default().to_vec())
}

/// The encoded descriptor that the record book has, if the chain commits to it.
fn from_book(
	ctx: &Context,
	record: Address,
	genesis: Hash,
	index: &Index,
	at: BlockNumber,
) -> Result<Option<Vec<u8>>> {
	let Some(mut book) = find_book(ctx, genesis, record.twin)? else { return Ok(None) };
	settle_if_known(&mut book, index, at);
	let count = Book::index(&book).count.min(index.count);
	match book.bundle(record.number, 1, count) {
		Ok(bundle) => checked(&bundle, record, genesis, index).map(Some),
		// It doesn't have the record, or not its descriptor.
		Err(_) => Ok(None),
	}
}

/// The chain specification, and nodes to connect to.
async fn origin(ctx: &Context, arguments: &Arguments) -> Result<(String, Vec<String>)> {
	if arguments.trust_node_spec {
		let (spec, node) = ask_node(&ctx.url()).await?;
		ctx.out.notice(format!(
			"Trusts the node at {} for the chain's specification: whoever runs it decides which \
			 chain this is.",
			ctx.url()
		));
		let bootnodes = arguments.bootnodes.iter().cloned().chain(node).collect();
		return Ok((spec, bootnodes));
	}
	let path = arguments.chain_spec.as_ref().or(ctx.profile.chain_spec.as_ref());
	let path = path.ok_or_else(|| {
		Error::usage(
			"no chain specification is given, and it is all that can be trusted: use --chain-spec \
			 or the profile's \"chain_spec\", or --trust-node-spec for a chain on this machine",
		)
	})?;
	let spec = bounded::read_text(path, spec::MAX_SPEC_BYTES)
		.map_err(|error| unusable("read", path, &error))?;
	Ok((spec, arguments.bootnodes.clone()))
}

/// What a node on this machine says about its chain and itself.
async fn ask_node(url: &str) -> Result<(String, Option<String>)> {
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
	host == "localhost"
		|| host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Starts the light client, with a line that tells how far it is.
async fn start(
	ctx: &Context,
	spec: &str,
	bootnodes: &[String],
	deadline: u64,
) -> Result<LightClient> {
	let line = progress::line(&ctx.out);
	let show = |Progress { peers, finalised, .. }| {
		let known = match finalised {
			Some(number) => format!("finalised block {number}"),
			None => "no finalised block yet".into(),
		};
		line.set_message(format!("light client: {peers} node(s), {known}"));
	};
	let patience = Patience { deadline: Duration::from_secs(deadline), ..Patience::default() };
	let started = LightClient::start(spec, bootnodes, patience, show).await;
	line.finish_and_clear();
	Ok(started?)
}

/// The block at which something was read.
#[derive(Clone, Copy, Debug)]
struct At {
	number: BlockNumber,
	hash: Hash,
}

/// Reads the chain's state so that it can be trusted.
struct Reader {
	light: LightClient,
	server: Option<RpcClient>,
}

impl Reader {
	async fn new(ctx: &Context, light: LightClient, via: Via) -> Result<Self> {
		let server = match via {
			Via::Light => None,
			Via::Rpc => {
				let url = ctx.url();
				let server = RpcClient::from_insecure_url(&url).await.map_err(|error| {
					Error::connection(format!("no node can be reached at {url}: {error}"))
				})?;
				Some(server)
			},
		};
		Ok(Self { light, server })
	}

	async fn read(&mut self, key: &[u8]) -> Result<(Option<Vec<u8>>, At)> {
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

	/// The encoded descriptor on the chain, which proved it when it was pinned.
	async fn pinned(&mut self, record: Address) -> Result<Vec<u8>> {
		let keys = (record.twin.to_le_bytes(), record.number.to_le_bytes());
		let key = map_key_2("Records", "Pinned", &keys.0, &keys.1);
		let (value, _) = self.read(&key).await?;
		value.as_deref().and_then(descriptor_of_pin).ok_or_else(|| {
			Error::not_found(format!(
				"the record {record} exists, but its descriptor is not known here: it is neither \
				 pinned nor in the record book; ask its owner for a proof and give it by --proof"
			))
		})
	}
}

/// What was verified.
struct Found {
	record: Address,
	descriptor: Descriptor,
	leaf: mmr::Hash,
	source: &'static str,
	index: Index,
	at: At,
	genesis: Hash,
}

fn print(ctx: &Context, arguments: &Arguments, found: &Found) {
	let Found { record, descriptor, leaf, source, index, at, genesis } = found;
	let file = arguments.file.as_ref().map(|path| path.display().to_string());
	let json = json!({
		"record": record.to_string(),
		"twin": record.twin,
		"number": record.number,
		"verified": true,
		"descriptor": descriptor_json(descriptor),
		"leaf": hex(leaf),
		"source": source,
		"file": file,
		"via": arguments.via.name(),
		"trusted": if arguments.trust_node_spec { "node" } else { "spec" },
		"count": index.count,
		"genesis": format!("{genesis:?}"),
		"block": { "number": at.number, "hash": format!("{:?}", at.hash) },
	});
	ctx.out.print(&json, || {
		let mut lines = vec![("record", record.to_string())];
		lines.extend(descriptor_lines(descriptor));
		lines.push(("leaf", hex(leaf)));
		lines.push((
			"file",
			match file {
				Some(path) => format!("{path} is its content"),
				None => "not looked at; --file does".into(),
			},
		));
		lines.push(("committed", format!("at the finalised block {} {:?}", at.number, at.hash)));
		format!("{}\n{}", ctx.out.green("Verified."), output::fields(lines))
	});
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::fs;

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

	#[test]
	fn refusals_exit_with_6_and_bad_inputs_with_4() {
		let stale = LightError::Stale { number: 1, age_seconds: 2 };
		assert_eq!(Error::from(stale).code(), 6);
		assert_eq!(Error::from(LightError::PlainSpec).code(), 4);
		assert_eq!(Error::from(LightError::NoBootnode).code(), 4);
		assert_eq!(Error::from(LightError::Unreachable(1)).code(), 3);
		let head = ProofError::NotFinal { number: 2, finalised: 1 };
		assert_eq!(Error::from(VerifyError::from(head)).code(), 6);
	}

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
