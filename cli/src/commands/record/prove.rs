//! `ourledger record prove`: a proof for others.

use super::{find_book, settle};
use crate::{commands::Context, output::report::Report};
use clap::Args;
use ourledger_client::{new_file, Error, Result};
use ourledger_records::address::Address;
use std::path::PathBuf;

/// Arguments of `prove`.
#[derive(Args, Debug)]
pub struct Arguments {
	/// The record, as twin:number; the first of them, if there are several.
	record: Address,
	/// How many records in a row.
	#[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
	len: u64,
	/// The file to write.
	#[arg(long, value_name = "FILE")]
	out: PathBuf,
}

/// Runs the command.
pub async fn run(ctx: &Context, arguments: Arguments) -> Result<()> {
	let Arguments { record, len, out } = arguments;
	let mut book = find_book(ctx, record.twin).await?.ok_or_else(|| {
		Error::not_found(format!(
			"there is no record book of twin {}: only who has it can prove its records",
			record.twin
		))
	})?;
	let index = settle(ctx, &mut book).await?;
	if record.number.saturating_add(len) > index.count {
		let number = record.number.max(index.count);
		return Err(Address { number, ..record }.not_found(index.count));
	}
	let bundle = book.bundle(record.number, len, index.count)?;
	bundle
		.check(ctx.chain().await?.genesis_hash(), &index)
		.map_err(|error| Error::verification(format!("the record book is wrong: {error}")))?;
	new_file::write_json(&out, &bundle)?;

	let last = Address { number: record.number + (len - 1), ..record };
	let records = if len == 1 { record.to_string() } else { format!("{record} to {last}") };
	let path = out.display().to_string();
	let next = format!("others run: ourledger record verify {record} --proof {path} --file FILE");
	let report = Report::new()
		.json("record", record.to_string())
		.line("proof of", records)
		.json("twin", record.twin)
		.json("first", record.number)
		.json("len", len)
		.json("count", index.count)
		.field("file", "written to", path)
		.line("next", next);
	ctx.out.show(&report);
	Ok(())
}
