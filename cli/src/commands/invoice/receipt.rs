//! `invoice receipt`: receipts, and whether they are the chain's.

use super::{given::hex, reads::Book};
use crate::{
	commands::{parse, Context},
	error::{Error, Result},
	invoices::{
		document::read_text,
		receipt::{self, Receipt},
	},
	output,
};
use serde_json::{json, Value as Json};
use std::path::{Path, PathBuf};

/// Commands on receipts.
#[derive(clap::Subcommand, Debug)]
pub enum Command {
	/// Verify a seller's receipts, in their order and without gaps, against the last one, which the
	/// chain keeps.
	Verify {
		/// The receipts: JSON, one after the other or in a list, as "issue --json" and "sell --json"
		/// have them at result.receipt. Their whole output will do.
		file: PathBuf,
		/// The receipt before the first, unless that is the seller's number 1.
		#[arg(long, value_name = "HASH")]
		previous: Option<String>,
		/// What the last one has to be, from somebody you trust; then no node is asked.
		#[arg(long, value_name = "HASH")]
		last: Option<String>,
	},
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Verify { file, previous, last } => {
			verify(ctx, &file, previous.as_deref(), last.as_deref()).await
		},
	}
}

async fn verify(
	ctx: &Context,
	path: &Path,
	previous: Option<&str>,
	last: Option<&str>,
) -> Result<()> {
	let receipts = read(&read_text(path)?)?;
	let previous = previous.map(hash_of).transpose()?;
	let head = receipt::verify(&receipts, previous)?;
	let (Some(first), Some(end)) = (receipts.first(), receipts.last()) else {
		return Err(Error::input("there are no receipts to verify"));
	};
	let (seller, to) = (end.seller, end.number);
	let against = match last {
		Some(text) => {
			ensure_same(head, hash_of(text)?)?;
			"the hash that was given".to_owned()
		},
		None => {
			let state = ctx.state().await?;
			let book = Book::read(&state, seller).await?;
			if book.next != to.saturating_add(1) {
				return Err(Error::verification(format!(
					"the receipts end with {seller}/{to}, but the chain's last is {seller}/{}: all up \
					 to that are needed",
					book.next.saturating_sub(1)
				)));
			}
			ensure_same(head, book.receipt)?;
			format!("block {}, as the node says", state.number())
		},
	};
	let json = json!({
		"seller": seller,
		"first": first.number,
		"last": to,
		"receipt": hex(&head),
		"verified": true,
	});
	ctx.out.print(&json, || {
		let fields = output::fields([
			("receipts", format!("{seller}/{} to {seller}/{to}", first.number)),
			("last", hex(&head)),
			("checked by", against),
		]);
		format!("{}\n{fields}", ctx.out.green("Verified."))
	});
	Ok(())
}

fn ensure_same(head: [u8; 32], wanted: [u8; 32]) -> Result<()> {
	if head == wanted {
		return Ok(());
	}
	Err(Error::verification(format!(
		"the receipts lead to {}, not to {}: one of them is not what was issued",
		hex(&head),
		hex(&wanted)
	)))
}

fn hash_of(text: &str) -> Result<[u8; 32]> {
	parse::hash(text)
		.ok_or_else(|| Error::input(format!("{text:?} is no hash of 32 bytes, written 0x…")))
}

/// The receipts in a file: values one after the other, lists of them, and outputs with them.
fn read(text: &str) -> Result<Vec<Receipt>> {
	let mut receipts = Vec::new();
	for value in serde_json::Deserializer::from_str(text).into_iter::<Json>() {
		let value =
			value.map_err(|error| Error::input(format!("the receipts are no JSON: {error}")))?;
		match value {
			Json::Array(list) => {
				for value in list {
					receipts.push(one(value)?);
				}
			},
			value => receipts.push(one(value)?),
		}
	}
	Ok(receipts)
}

fn one(value: Json) -> Result<Receipt> {
	// A receipt has a field of that name itself, which is text.
	let inner = [&value["result"]["receipt"], &value["receipt"]];
	let inner = inner.into_iter().find(|inner| inner.is_object()).cloned();
	serde_json::from_value(inner.unwrap_or(value))
		.map_err(|error| Error::input(format!("the file has what is no receipt: {error}")))
}

#[cfg(test)]
mod tests {
	use super::*;

	fn receipt(number: u64) -> Json {
		json!({
			"seller": 2,
			"number": number,
			"jurisdiction": 0,
			"currency": 1,
			"supply": 20_778,
			"net": "300",
			"tax": "45",
			"tip": "0",
			"gross": "345",
			"document": format!("0x{}", "07".repeat(32)),
			"receipt": null,
		})
	}

	#[test]
	fn receipts_are_found_in_outputs_and_lists() {
		let text = format!(
			"{}\n{}\n{}\n{}",
			receipt(1),
			json!({ "result": { "receipt": receipt(2) } }),
			json!({ "receipt": receipt(3) }),
			json!([receipt(4), receipt(5)])
		);
		let receipts = read(&text).expect("are some");
		let numbers: Vec<_> = receipts.iter().map(|receipt| receipt.number).collect();
		assert_eq!(numbers, [1, 2, 3, 4, 5]);
		assert!(receipt::verify(&receipts, None).is_ok());
		assert!(read("{}").is_err());
		assert!(read("[").is_err());
	}

	#[test]
	fn other_head_is_a_failed_verification() {
		assert_eq!(ensure_same([1; 32], [1; 32]), Ok(()));
		assert_eq!(ensure_same([1; 32], [2; 32]).map_err(|error| error.code()), Err(6));
	}
}
