//! The chain's state as `scripts/audit-check` compares its own ledgers with it: by topic, then by
//! key, whose parts have slashes between them.
//!
//! The auditor works everything out from the first block on, so this belongs to exports of a whole
//! chain alone.

use crate::{manifest::Head, tables::Format};
use ourledger_client::{chain::State, error::Result};
use ourledger_primitives::{
	money::CurrencyId,
	tax::{JurisdictionId, Period},
	twin::TwinNumber,
};
use serde_json::{json, Map, Value as Json};
use std::collections::BTreeMap;
use subxt::{
	ext::frame_decode::storage::{IntoDecodableValues, IntoEncodableValues},
	storage::PrefixOf,
	utils::AccountId32,
};

/// The first block that can have events.
const FIRST_BLOCK: u64 = 1;

/// Entries of a topic, by key.
type Topic = BTreeMap<String, Json>;

/// Whether the auditor can work with an export: it reads all events, as JSON Lines.
pub fn is_readable(head: &Head, formats: &[Format]) -> bool {
	let is_whole = head.first.number <= FIRST_BLOCK && head.jurisdiction.is_none();
	is_whole && formats.contains(&Format::Jsonl)
}

/// All that the auditor compares, as it is in a block; nothing before the upgrade that brought
/// trade.
pub async fn state(state: &State) -> Result<Option<Json>> {
	if !state.has_view("Commerce", "invoice") {
		return Ok(None);
	}
	type Account = (JurisdictionId, TwinNumber, CurrencyId);
	type Month = (JurisdictionId, TwinNumber, CurrencyId, Period);
	let holder = |(currency, account): (CurrencyId, AccountId32)| format!("{currency}/{account}");
	let pair = |(first, second): (u32, u64)| format!("{first}/{second}");
	type Year = (TwinNumber, u32, JurisdictionId, CurrencyId);
	let year = |(a, b, c, d): Year| format!("{a}/{b}/{c}/{d}");
	let month = |(a, b, c, d): Month| format!("{a}/{b}/{c}/{d}");
	// Before the upgrade that brought it, nothing was set aside.
	let set_aside = match state.has_view("Currencies", "set_aside") {
		true => map(state, "Currencies", "SetAside", holder).await?,
		false => Topic::new(),
	};
	let topics = [
		("supplies", map(state, "Assets", "Asset", |(id,): (CurrencyId,)| id.to_string()).await?),
		("balances", map(state, "Assets", "Account", holder).await?),
		("debts", map(state, "Currencies", "CreditLines", holder).await?),
		("set aside", set_aside),
		(
			"credits",
			map(state, "Tax", "Accounts", |(a, b, c): Account| format!("{a}/{b}/{c}")).await?,
		),
		(
			"treasuries",
			map(state, "Tax", "Treasuries", |(a, b): (JurisdictionId, CurrencyId)| {
				format!("{a}/{b}")
			})
			.await?,
		),
		("statements", map(state, "Tax", "Statements", month).await?),
		("turnovers", map(state, "Tax", "Turnovers", year).await?),
		("claims", map(state, "Tax", "Claims", pair).await?),
		("books", map(state, "Commerce", "Books", |(it,): (TwinNumber,)| it.to_string()).await?),
		(
			"invoices",
			map(state, "Commerce", "Invoices", |(a, b): (TwinNumber, u64)| format!("{a}/{b}"))
				.await?,
		),
	];
	Ok(Some(of_topics(state.number(), topics)))
}

async fn map<K>(
	state: &State,
	pallet: &str,
	item: &str,
	name: impl Fn(K) -> String,
) -> Result<Topic>
where
	K: IntoEncodableValues + IntoDecodableValues,
	(): PrefixOf<K>,
{
	let entries = state.json_entries(pallet, item).await?.into_iter();
	Ok(entries.map(|(key, value)| (name(key), value)).collect())
}

/// The state as the auditor reads it: of some values only the part that it compares.
pub fn of_topics(block: u64, topics: impl IntoIterator<Item = (&'static str, Topic)>) -> Json {
	let mut fields = Map::from_iter([("block".to_owned(), block.into())]);
	for (topic, entries) in topics {
		let entries = entries.into_iter().map(|(key, value)| (key, compared(topic, value)));
		fields.insert(topic.into(), Json::Object(entries.collect()));
	}
	Json::Object(fields)
}

/// What is compared of a value.
fn compared(topic: &str, mut value: Json) -> Json {
	match topic {
		"supplies" => value["supply"].take(),
		"balances" => value["balance"].take(),
		"debts" => value["debt"].take(),
		"invoices" => json!({
			"gross": value["bill"]["gross"].take(),
			"paid": value["bill"]["paid"].take(),
			"escrowed": value["escrowed"].take(),
		}),
		_ => value,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::manifest::example::head;

	#[test]
	fn only_whole_exports_as_json_lines_are_readable() {
		let whole = Head { jurisdiction: None, currencies: None, ..head() };
		let later = |number| {
			let mut head = Head { jurisdiction: None, currencies: None, ..head() };
			head.first.number = number;
			head
		};
		assert!(is_readable(&whole, &[Format::Csv, Format::Jsonl]));
		assert!(is_readable(&later(0), &[Format::Jsonl]));
		assert!(!is_readable(&later(2), &[Format::Jsonl]));
		assert!(!is_readable(&whole, &[Format::Csv]));
		assert!(!is_readable(&head(), &[Format::Jsonl]));
	}

	#[test]
	fn values_are_cut_to_what_is_compared() {
		let invoice = json!({
			"bill": { "gross": "115", "paid": "15", "tip": "0" }, "escrowed": "0", "due": 7,
		});
		let book = json!({ "next": 2, "receipt": "0x07", "open": 1, "room": 3 });
		let account = json!({ "balance": "5", "status": "Liquid" });
		let topic = |key: &str, value: &Json| Topic::from([(key.to_owned(), value.clone())]);
		let state = of_topics(
			9,
			[
				("balances", topic("0/5F", &account)),
				("books", topic("2", &book)),
				("invoices", topic("2/1", &invoice)),
			],
		);
		let expected = json!({
			"block": 9,
			"balances": { "0/5F": "5" },
			"books": { "2": book },
			"invoices": { "2/1": { "gross": "115", "paid": "15", "escrowed": "0" } },
		});
		assert_eq!(state, expected);
	}
}
