//! `ourledger record list`: what the record book knows.

use super::{
	descriptor_json, ensure_twin, find_book, height, hex, index_of, media_type, own_twin,
	settle_if_known,
};
use crate::{commands::Context, output};
use clap::Args;
use ourledger_client::error::Result;
use ourledger_primitives::{
	record::{Descriptor, RecordNumber},
	twin::TwinNumber,
};
use ourledger_records::{
	book::{Book, BookError},
	proof::decode_descriptor,
};
use serde_json::{json, Value as Json};

/// Bytes of a hash that a table shows.
const SHOWN_BYTES: usize = 8;

/// Arguments of `list`.
#[derive(Args, Debug)]
pub struct Arguments {
	/// The twin; without it, --twin's or the one that the key controls.
	#[arg(value_name = "TWIN")]
	owner: Option<TwinNumber>,
	/// Number of the first record to show.
	#[arg(long, value_name = "N", default_value_t = 0)]
	from: RecordNumber,
	/// How many to show.
	#[arg(long, value_name = "COUNT", default_value_t = 100)]
	limit: u64,
}

/// Runs the command.
pub async fn run(ctx: &Context, arguments: Arguments) -> Result<()> {
	let twin = match arguments.owner {
		Some(twin) => twin,
		None => own_twin(ctx).await?,
	};
	let state = ctx.state().await?;
	ensure_twin(&state, twin).await?;
	let index = index_of(&state, twin).await?;
	let mut book = find_book(ctx, ctx.chain().await?.genesis_hash(), twin)?;
	if let Some(book) = &mut book {
		settle_if_known(book, &index, height(&state));
	}
	let known = book.as_ref().map_or(0, |book| book.index().count);
	let pending = book.as_ref().map_or(0, Book::pending);
	let end = arguments.from.saturating_add(arguments.limit).min(known);
	let mut records = Vec::new();
	if let Some(book) = &mut book {
		for number in arguments.from..end {
			records.push((number, descriptor(book, number)?));
		}
	}

	let json = json!({
		"twin": twin,
		"count": index.count,
		"known": known,
		"pending": pending,
		"records": records
			.iter()
			.map(|(number, descriptor)| json!({
				"number": number,
				"descriptor": descriptor.as_ref().map(descriptor_json),
			}))
			.collect::<Json>(),
		"block": state.block_json(),
	});
	ctx.out.print(&json, || {
		let mut lines = vec![("twin", twin.to_string()), ("records", index.count.to_string())];
		if known != index.count {
			lines.push(("in the book", known.to_string()));
		}
		if pending > 0 {
			lines.push(("pending", format!("{pending}, not final yet")));
		}
		if records.is_empty() {
			return output::fields(lines);
		}
		let rows = records.iter().map(|(number, descriptor)| {
			let number = format!("{twin}:{number}");
			match descriptor {
				Some(descriptor) => [
					number,
					media_type(descriptor),
					descriptor.size.to_string(),
					format!("{}…", hex(&descriptor.content[..SHOWN_BYTES])),
				],
				None => [number, "not known".into(), String::new(), String::new()],
			}
		});
		let table = output::table(["record", "media type", "bytes", "content"], rows);
		let more = if end < known {
			format!("\n… and {} more: --from {end}", known - end)
		} else {
			String::new()
		};
		format!("{}\n\n{table}{more}", output::fields(lines))
	});
	Ok(())
}

/// The descriptor of a final record; nothing if the book has its leaf alone.
fn descriptor(book: &mut Book, number: RecordNumber) -> Result<Option<Descriptor>> {
	match book.descriptor(number) {
		Ok(encoded) => Ok(Some(decode_descriptor(&encoded).map_err(BookError::from)?)),
		Err(BookError::DescriptorUnknown(_)) => Ok(None),
		Err(error) => Err(error.into()),
	}
}
