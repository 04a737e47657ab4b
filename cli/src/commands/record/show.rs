//! `ourledger record show`: one record, as the node says.

use super::{descriptor_report, find_book_to_read};
use crate::{commands::Context, output::report::Report};
use ourledger_client::{hash, Error, Result};
use ourledger_math::mmr::{self, Blake2b256};
use ourledger_records::{
	address::Address,
	on_chain::{index_of, pinned},
	proof::decode_descriptor,
};

/// Runs the command.
pub async fn run(ctx: &Context, record: Address) -> Result<()> {
	let state = ctx.state().await?;
	let index = index_of(&state, record.twin).await?;
	if record.number >= index.count {
		return Err(record.not_found(index.count));
	}
	let pin = pinned(&state, record).await?;
	let is_pinned = pin.is_some();

	// What the book has is worth as much as its proof; a pin was proved when it was made.
	let book = find_book_to_read(ctx, record.twin, (&state, &index)).await?;
	let from_book = book.and_then(|mut book| book.checked(record.number, &index));
	let (encoded, source, is_confirmed) = match (from_book, pin) {
		(Some((encoded, Ok(()))), _) => (encoded, "book", true),
		(_, Some(encoded)) => (encoded, "chain", true),
		(Some((encoded, Err(_))), None) => (encoded, "book", false),
		(None, None) => {
			return Err(Error::not_found(format!(
				"the record {record} exists, but its descriptor is not known here: it is neither \
				 pinned nor in the record book"
			)))
		},
	};
	let descriptor = decode_descriptor(&encoded)?;
	let leaf = mmr::leaf_hash::<Blake2b256>(&encoded);
	let confirmed = match is_confirmed {
		true => format!("yes, at block {}, as the node says", state.number()),
		false => "NO: the record book does not go with the chain".into(),
	};
	let report = Report::new()
		.field("record", "record", record.to_string())
		.json("twin", record.twin)
		.json("number", record.number)
		.and(descriptor_report(&descriptor))
		.json("encoded", hash::text(&encoded))
		.field("leaf", "leaf", hash::text(&leaf))
		.json("source", source)
		.json("pinned", is_pinned)
		.line("pinned", if is_pinned { "yes" } else { "no" })
		.json("confirmed", is_confirmed)
		.line("confirmed", confirmed)
		.json("block", state.block_json());
	ctx.out.show(&report);
	Ok(())
}
