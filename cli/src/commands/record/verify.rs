//! `ourledger record verify`: trusts the chain specification, and nobody else.

use super::descriptor_report;
use crate::{commands::Context, output::report::Report, terminal};
use clap::{Args, ValueEnum};
use ourledger_client::{bounded, hash, spec, Error, Result};
use ourledger_math::mmr::{self, Blake2b256};
use ourledger_primitives::Hash;
use ourledger_records::{
	address::Address,
	book::Book,
	describe::{measure, Content},
	errors::unreadable,
	light::{LightClient, Patience, Progress},
	node_spec,
	proof::{check_content, decode_descriptor, Index},
	verify::{read_bundle, At, Reader},
};
use serde_json::json;
use std::{path::PathBuf, time::Duration};

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
	let url = ctx.url();
	let server = (arguments.via == Via::Rpc).then_some(url.as_str());
	let mut reader = Reader::new(light, server).await?;
	let (index, at) = reader.index(record.twin).await?;
	if record.number >= index.count {
		return Err(record.missing(index.count).into());
	}

	let genesis = reader.genesis();
	let (encoded, source) = match bundle {
		Some(bundle) => {
			bundle.check(genesis, &index)?;
			(bundle.descriptor(record.number).unwrap_or_default().to_vec(), "proof")
		},
		None => match from_book(ctx, record, genesis, (&index, at))? {
			Some(encoded) => (encoded, "book"),
			None => (pinned(&mut reader, record).await?, "chain"),
		},
	};
	let descriptor = decode_descriptor(&encoded)?;
	if let Some(Content { hash, size }) = &content {
		check_content(&descriptor, hash, *size)?;
	}

	let leaf = mmr::leaf_hash::<Blake2b256>(&encoded);
	let file = arguments.file.as_ref().map(|path| path.display().to_string());
	let looked_at = match &file {
		Some(path) => format!("{path} is its content"),
		None => "not looked at; --file does".into(),
	};
	let report = Report::new()
		.field("record", "record", record.to_string())
		.json("twin", record.twin)
		.json("number", record.number)
		.json("verified", true)
		.and(descriptor_report(&descriptor))
		.field("leaf", "leaf", hash::text(&leaf))
		.json("source", source)
		.json("file", file)
		.line("file", looked_at)
		.json("via", arguments.via.name())
		.json("trusted", if arguments.trust_node_spec { "node" } else { "spec" })
		.json("count", index.count)
		.json("genesis", format!("{genesis:?}"))
		.json("block", json!({ "number": at.number, "hash": format!("{:?}", at.hash) }))
		.line("committed", format!("at the finalised block {} {:?}", at.number, at.hash));
	ctx.out.print(&report.to_json(), || {
		format!("{}\n{}", ctx.out.green("Verified."), report.to_text())
	});
	Ok(())
}

/// The encoded descriptor that the record book has, if the chain commits to it.
fn from_book(
	ctx: &Context,
	record: Address,
	genesis: Hash,
	(index, at): (&Index, At),
) -> Result<Option<Vec<u8>>> {
	let Some(mut book) = Book::find(ctx.folder(), genesis, record.twin)? else { return Ok(None) };
	// One that doesn't go with the chain is still good for what it proves.
	let _ = book.settle(index, at.number);
	let Some((encoded, is_right)) = book.checked(record.number, index) else { return Ok(None) };
	is_right?;
	Ok(Some(encoded))
}

/// The encoded descriptor on the chain.
async fn pinned(reader: &mut Reader, record: Address) -> Result<Vec<u8>> {
	reader.pinned(record).await?.ok_or_else(|| {
		Error::not_found(format!(
			"the record {record} exists, but its descriptor is not known here: it is neither \
			 pinned nor in the record book; ask its owner for a proof and give it by --proof"
		))
	})
}

/// The chain specification, and nodes to connect to.
async fn origin(ctx: &Context, arguments: &Arguments) -> Result<(String, Vec<String>)> {
	if arguments.trust_node_spec {
		let (spec, node) = node_spec::ask(&ctx.url()).await?;
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
	let spec =
		bounded::read_text(path, spec::MAX_SPEC_BYTES).map_err(|error| unreadable(path, &error))?;
	Ok((spec, arguments.bootnodes.clone()))
}

/// Starts the light client, with a line that tells how far it is.
async fn start(
	ctx: &Context,
	spec: &str,
	bootnodes: &[String],
	deadline: u64,
) -> Result<LightClient> {
	let line = terminal::line(&ctx.out);
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
