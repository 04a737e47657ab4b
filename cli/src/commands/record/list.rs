//! `ourledger record list`: what the record book knows.

use super::{find_book_to_read, own_twin};
use crate::{commands::Context, output, output::report::Report};
use clap::Args;
use ourledger_client::{hash, submit::acting, Result};
use ourledger_primitives::{
	record::{Descriptor, RecordNumber},
	twin::TwinNumber,
};
use ourledger_records::{
	book::{Book, BookError},
	describe::{self, media_type_of},
	on_chain::index_of,
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
	// Insists that it is registered.
	acting::controller_of(&state, twin).await?;
	let index = index_of(&state, twin).await?;
	let mut book = find_book_to_read(ctx, twin, (&state, &index)).await?;
	let known = book.as_ref().map_or(0, |book| book.index().count);
	let pending = book.as_ref().map_or(0, Book::pending);
	let end = arguments.from.saturating_add(arguments.limit).min(known);
	let mut records = Vec::new();
	if let Some(book) = &mut book {
		for number in arguments.from..end {
			records.push((number, descriptor(book, number)?));
		}
	}

	let list = records.iter().map(|(number, descriptor)| {
		json!({ "number": number, "descriptor": descriptor.as_ref().map(describe::json) })
	});
	let in_book = (known != index.count).then(|| ("in the book", known.to_string()));
	let report = Report::new()
		.field("twin", "twin", twin)
		.field("count", "records", index.count)
		.json("known", known)
		.lines(in_book)
		.json("pending", pending)
		.lines((pending > 0).then(|| ("pending", format!("{pending}, not final yet"))))
		.json("records", list.collect::<Json>())
		.json("block", state.block_json());
	ctx.out.print(&report.to_json(), || {
		if records.is_empty() {
			return report.to_text();
		}
		let rows = records.iter().map(|(number, descriptor)| {
			let number = format!("{twin}:{number}");
			match descriptor {
				Some(descriptor) => [
					number,
					media_type_of(descriptor),
					descriptor.size.to_string(),
					format!("{}…", hash::text(&descriptor.content[..SHOWN_BYTES])),
				],
				None => [number, "not known".into(), String::new(), String::new()],
			}
		});
		let table = output::table(["record", "media type", "bytes", "content"], rows);
		let more = match end < known {
			true => format!("\n… and {} more: --from {end}", known - end),
			false => String::new(),
		};
		format!("{}\n\n{table}{more}", report.to_text())
	});
	Ok(())
}

/// The descriptor of a final record; nothing if the book has its leaf alone.
fn descriptor(book: &mut Book, number: RecordNumber) -> Result<Option<Descriptor>> {
	match book.descriptor(number) {
		Ok(encoded) => Ok(Some(decode_descriptor(&encoded)?)),
		Err(BookError::DescriptorUnknown(_)) => Ok(None),
		Err(error) => Err(error.into()),
	}
}
