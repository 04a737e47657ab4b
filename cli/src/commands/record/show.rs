//! `ourledger record show`: one record, as the node says.

use super::{
	descriptor_json, descriptor_lines, find_book, height, hex, index_of, pinned, settle_if_known,
	Address,
};
use crate::{commands::Context, output};
use ourledger_client::error::{Error, Result};
use ourledger_math::mmr::{self, Blake2b256};
use ourledger_records::proof::decode_descriptor;
use serde_json::json;

/// Runs the command.
pub async fn run(ctx: &Context, record: Address) -> Result<()> {
	let state = ctx.state().await?;
	let genesis = ctx.chain().await?.genesis_hash();
	let index = index_of(&state, record.twin).await?;
	if record.number >= index.count {
		return Err(record.not_found(index.count));
	}
	let pin = pinned(&state, record).await?;

	// What the book has is worth as much as its proof; a pin was proved when it was made.
	let mut from_book = None;
	if let Some(mut book) = find_book(ctx, genesis, record.twin)? {
		settle_if_known(&mut book, &index, height(&state));
		let count = book.index().count.min(index.count);
		if let Ok(bundle) = book.bundle(record.number, 1, count) {
			let is_confirmed = bundle.check(genesis, &index).is_ok();
			from_book =
				bundle.descriptor(record.number).map(|found| (found.to_vec(), is_confirmed));
		}
	}
	let is_pinned = pin.is_some();
	let (encoded, source, is_confirmed) = match (from_book, pin) {
		(Some((encoded, true)), _) => (encoded, "book", true),
		(_, Some(encoded)) => (encoded, "chain", true),
		(Some((encoded, false)), None) => (encoded, "book", false),
		(None, None) => {
			return Err(Error::not_found(format!(
				"the record {record} exists, but its descriptor is not known here: it is neither \
				 pinned nor in the record book"
			)))
		},
	};
	let descriptor =
		decode_descriptor(&encoded).map_err(|error| Error::verification(error.to_string()))?;
	let leaf = mmr::leaf_hash::<Blake2b256>(&encoded);

	let json = json!({
		"record": record.to_string(),
		"twin": record.twin,
		"number": record.number,
		"descriptor": descriptor_json(&descriptor),
		"encoded": hex(&encoded),
		"leaf": hex(&leaf),
		"source": source,
		"pinned": is_pinned,
		"confirmed": is_confirmed,
		"block": state.block_json(),
	});
	ctx.out.print(&json, || {
		let mut lines = vec![("record", record.to_string())];
		lines.extend(descriptor_lines(&descriptor));
		lines.push(("leaf", hex(&leaf)));
		lines.push(("pinned", if is_pinned { "yes" } else { "no" }.into()));
		let confirmed = match is_confirmed {
			true => format!("yes, at block {}, as the node says", state.number()),
			false => "NO: the record book does not go with the chain".into(),
		};
		lines.push(("confirmed", confirmed));
		output::fields(lines)
	});
	Ok(())
}
