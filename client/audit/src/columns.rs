//! The columns that an event's fields have in tables.

use crate::row::Field;
use ourledger_client::value::{self, is_named, Typed};
use subxt::{
	ext::scale_value::{Composite, ValueDef},
	ArcMetadata,
};

/// Types whose parts stand in columns of their own, as if each were a field of the event: whoever
/// has a table sorts and filters by them. Events of older runtimes have such fields, and so the same
/// columns.
const BUNDLES: [&str; 2] = ["Booking", "InvoiceId"];

/// The columns of a field: one or, of a bundle, those of its parts.
pub fn of(name: &str, value: &Typed, metadata: &ArcMetadata) -> Vec<Field> {
	let is_bundle = BUNDLES.iter().any(|bundle| is_named(metadata, value.context, bundle));
	match &value.value {
		ValueDef::Composite(Composite::Named(parts)) if is_bundle => {
			parts.iter().flat_map(|(name, part)| of(name, part, metadata)).collect()
		},
		_ => vec![Field {
			name: name.into(),
			value: value::to_readable_json(value, metadata),
			is_amount: value::is_amount(value.context, metadata),
		}],
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;
	use ourledger_client::value::described;
	use scale_info::TypeInfo;
	use serde_json::{json, Value as Json};

	#[derive(Encode, TypeInfo)]
	struct InvoiceId {
		seller: u64,
		number: u64,
	}

	#[derive(Encode, TypeInfo)]
	struct Booking {
		period: u32,
		invoice: InvoiceId,
		buyer: Option<u64>,
	}

	#[derive(Encode, TypeInfo)]
	struct Item {
		net: i128,
	}

	#[derive(Encode, TypeInfo)]
	struct Told {
		booking: Booking,
		item: Item,
		amount: u128,
	}

	#[test]
	fn parts_of_a_bundle_are_columns() {
		let invoice = InvoiceId { seller: 2, number: 5 };
		let told = Told {
			booking: Booking { period: 24_322, invoice, buyer: None },
			item: Item { net: 100 },
			amount: 7,
		};
		let (value, metadata) = described(told, "Told");
		let ValueDef::Composite(Composite::Named(parts)) = &value.value else {
			panic!("{value:?}")
		};
		let columns = parts.iter().flat_map(|(name, part)| of(name, part, &metadata));
		let found: Vec<_> = columns.map(|it| (it.name, it.value, it.is_amount)).collect();
		let column = |name: &str, value, is_amount| (name.to_owned(), value, is_amount);
		assert_eq!(
			found,
			[
				column("period", json!(24_322), false),
				column("seller", json!(2), false),
				column("number", json!(5), false),
				column("buyer", Json::Null, false),
				// Any other composite stays one.
				column("item", json!({ "net": "100" }), false),
				column("amount", json!("7"), true),
			]
		);
	}
}
