//! An event as a row of a table.

use ourledger_client::error::{Error, Result};
use ourledger_documents::on_chain::InvoiceId;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

/// The columns that stand before an event's own fields.
pub const PLACE_COLUMNS: [&str; 4] = ["block", "time", "extrinsic", "event"];

/// A field of an event.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Field {
	/// Its name.
	pub name: String,
	/// Its value. Amounts are decimal strings of minor units.
	pub value: Json,
	/// Whether it is an amount, and can be summed up.
	pub is_amount: bool,
}

/// An event of a block.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
	/// Height of the block.
	pub block: u64,
	/// Time of the block, if it is known: milliseconds since the Unix epoch.
	pub time: Option<u64>,
	/// Place of the extrinsic in the block that caused it, if one did.
	pub extrinsic: Option<u32>,
	/// Place of the event in the block.
	pub event: u32,
	/// The pallet.
	pub pallet: String,
	/// The kind of event.
	pub name: String,
	/// Its fields, in the order that the chain gives them.
	pub fields: Vec<Field>,
}

impl Row {
	/// A field's value.
	pub fn get(&self, name: &str) -> Option<&Json> {
		self.fields.iter().find(|field| field.name == name).map(|field| &field.value)
	}

	/// A field that is a number.
	pub fn number(&self, name: &str) -> Option<u64> {
		self.get(name)?.as_u64()
	}

	/// The invoice that the event is about.
	pub fn invoice(&self) -> Option<InvoiceId> {
		Some(InvoiceId { seller: self.number("seller")?, number: self.number("number")? })
	}

	/// Whether it is of this pallet and kind.
	pub fn is(&self, pallet: &str, name: &str) -> bool {
		self.pallet == pallet && self.name == name
	}

	/// Its fields as one object.
	pub fn object(&self) -> Json {
		let fields = self.fields.iter().map(|field| (field.name.clone(), field.value.clone()));
		Json::Object(fields.collect::<Map<_, _>>())
	}

	/// Its fields as a type that knows some of them by name.
	pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
		serde_json::from_value(self.object()).map_err(|error| {
			Error::connection(format!("{} can't be understood: {error}", self.place()))
		})
	}

	/// Where it is, in a sentence.
	pub fn place(&self) -> String {
		format!("{}.{}, event {} of block {}", self.pallet, self.name, self.event, self.block)
	}

	/// Its values in the order of the columns, place first.
	pub fn values(&self) -> impl Iterator<Item = Json> + '_ {
		let place = [self.block.into(), self.time.into(), self.extrinsic.into(), self.event.into()];
		place.into_iter().chain(self.fields.iter().map(|field| field.value.clone()))
	}

	/// The columns of its table.
	pub fn columns(&self) -> impl Iterator<Item = &str> {
		PLACE_COLUMNS.into_iter().chain(self.fields.iter().map(|field| field.name.as_str()))
	}
}

/// Amounts in JSON: decimal strings.
pub mod amount {
	use serde::{de::Error, Deserialize, Deserializer};
	use std::str::FromStr;

	/// Reads one.
	pub fn deserialize<'de, D: Deserializer<'de>, T: FromStr>(from: D) -> Result<T, D::Error> {
		let text = String::deserialize(from)?;
		text.parse().map_err(|_| D::Error::custom(format!("{text:?} is no amount")))
	}
}

/// Rows to test with.
#[cfg(any(test, feature = "testing"))]
pub mod example {
	use super::*;

	/// A row with these fields; strings of digits are amounts.
	pub fn row(block: u64, event: u32, kind: &str, fields: Json) -> Row {
		let (pallet, name) = kind.split_once('.').expect("has a pallet");
		let fields = fields.as_object().expect("is one").iter();
		Row {
			block,
			time: Some(1_795_219_200_000 + block * 3_000),
			extrinsic: Some(1),
			event,
			pallet: pallet.into(),
			name: name.into(),
			fields: fields
				.map(|(name, value)| Field {
					name: name.clone(),
					value: value.clone(),
					is_amount: value.as_str().is_some_and(|text| text.parse::<i128>().is_ok()),
				})
				.collect(),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::{example::row, *};
	use serde::Deserialize;
	use serde_json::json;

	#[test]
	fn fields_are_read_by_name() {
		#[derive(Deserialize)]
		struct Known {
			#[serde(with = "amount")]
			amount: i128,
			seller: u64,
		}
		let row = row(
			7,
			2,
			"Tax.TaxReversed",
			json!({ "seller": 2, "number": 5, "amount": "-12", "new": [] }),
		);
		let known: Known = row.read().expect("is known");
		assert_eq!((known.amount, known.seller), (-12, 2));
		assert_eq!(row.invoice(), Some(InvoiceId { seller: 2, number: 5 }));
		assert_eq!(row.place(), "Tax.TaxReversed, event 2 of block 7");
		assert_eq!(
			row.columns().collect::<Vec<_>>(),
			["block", "time", "extrinsic", "event", "seller", "number", "amount", "new"]
		);
	}

	#[test]
	fn field_of_another_type_is_named() {
		#[derive(Debug, Deserialize)]
		struct Known {
			#[serde(rename = "seller")]
			_seller: u64,
		}
		let error =
			row(7, 2, "Tax.X", json!({ "seller": "2" })).read::<Known>().expect_err("is text");
		assert!(error.to_string().contains("event 2 of block 7"), "{error}");
	}
}
