//! Verifies a record by the chain specification alone, through a light client:
//! `verify_record SPEC.json TWIN:NUMBER PROOF.json [BOOTNODE…]`.

use ourledger_client::{bounded, spec, Error, Result};
use ourledger_records::{
	address::Address,
	light::{LightClient, Patience},
	proof::decode_descriptor,
	verify::{read_bundle, Reader},
};
use std::{env, path::Path};

#[tokio::main]
async fn main() -> Result<()> {
	let arguments: Vec<_> = env::args().skip(1).collect();
	let [spec, record, proof, bootnodes @ ..] = &arguments[..] else {
		return Err(Error::usage("verify_record SPEC TWIN:NUMBER PROOF [BOOTNODE…]"));
	};
	let record: Address = record.parse().map_err(Error::input)?;
	let bundle = read_bundle(Path::new(proof), record)?;
	let spec = bounded::read_text(Path::new(spec), spec::MAX_SPEC_BYTES)
		.map_err(|error| Error::input(format!("{spec} can't be read: {error}")))?;

	let light = LightClient::start(&spec, bootnodes, Patience::default(), |_| ()).await?;
	let mut reader = Reader::new(light, None).await?;
	let (index, at) = reader.index(record.twin).await?;
	bundle.check(reader.genesis(), &index)?;
	let descriptor = decode_descriptor(bundle.descriptor(record.number).unwrap_or_default())?;
	println!(
		"{record} is one of {} records by block {}, and its content has {} bytes",
		index.count, at.number, descriptor.size
	);
	Ok(())
}
