//! Which events belong to a jurisdiction.
//!
//! Those that name it; those about a currency that it accepts or that belongs to it, and about
//! balances in one; those about an invoice that is its own. What names none of these, such as a till,
//! belongs to every scope.

use crate::{
	row::Row,
	source::{Source, BALANCES},
};
use ourledger_client::error::Result;
use ourledger_documents::on_chain::InvoiceId;
use serde_json::{json, Value as Json};
use std::collections::{BTreeSet, HashMap};

/// What belongs to an export.
pub struct Scope {
	filter: Option<Filter>,
	/// Jurisdictions of invoices that were seen.
	invoices: HashMap<InvoiceId, Option<u32>>,
}

/// A jurisdiction and its currencies.
struct Filter {
	jurisdiction: u32,
	currencies: BTreeSet<u32>,
}

impl Scope {
	/// All events.
	pub fn all() -> Self {
		Self { filter: None, invoices: HashMap::new() }
	}

	/// Events of one jurisdiction.
	pub fn of(jurisdiction: u32, currencies: impl IntoIterator<Item = u32>) -> Self {
		let currencies = currencies.into_iter().collect();
		Self { filter: Some(Filter { jurisdiction, currencies }), invoices: HashMap::new() }
	}

	/// The jurisdiction, if it is one only.
	pub fn jurisdiction(&self) -> Option<u32> {
		self.filter.as_ref().map(|filter| filter.jurisdiction)
	}

	/// The currencies, if not all.
	pub fn currencies(&self) -> Option<Vec<u32>> {
		self.filter.as_ref().map(|filter| filter.currencies.iter().copied().collect())
	}

	/// Whether a row belongs to it.
	pub async fn covers(&mut self, row: &Row, source: &mut impl Source) -> Result<bool> {
		let Some(filter) = &self.filter else { return Ok(true) };
		let named = row.number("jurisdiction");
		if let (Some(jurisdiction), Some(invoice)) = (named, row.invoice()) {
			self.invoices.entry(invoice).or_insert_with(|| u32::try_from(jurisdiction).ok());
		}
		if let Some(jurisdiction) = named {
			// A currency says to which one it belongs; what counts is whether it is accepted here.
			if row.pallet != "Currencies" {
				return Ok(jurisdiction == u64::from(filter.jurisdiction));
			}
		}
		let currencies = currencies_of(row);
		if !currencies.is_empty() {
			return Ok(currencies.iter().any(|currency| filter.currencies.contains(currency)));
		}
		let Some(invoice) = row.invoice() else { return Ok(true) };
		let known = match self.invoices.get(&invoice) {
			Some(known) => *known,
			None => {
				let found = source.jurisdiction_of(invoice).await?;
				self.invoices.insert(invoice, found);
				found
			},
		};
		Ok(known == Some(filter.jurisdiction))
	}
}

/// The local currencies that an event names.
fn currencies_of(row: &Row) -> Vec<u32> {
	let one = |value: &Json| value.as_u64().and_then(|id| u32::try_from(id).ok());
	let kind = |value: &Json| one(value.get("WithId")?);
	let mut found: Vec<_> = row.get("currency").and_then(one).into_iter().collect();
	if row.pallet == BALANCES {
		found.extend(row.get("asset_id").and_then(one));
	}
	found.extend(["a", "b"].iter().filter_map(|name| kind(row.get(name)?)));
	if let Some(path) = row.get("path").and_then(Json::as_array) {
		found.extend(path.iter().filter_map(kind));
	}
	found
}

/// The scope as it stands in a manifest.
impl From<&Scope> for Json {
	fn from(scope: &Scope) -> Self {
		json!({ "jurisdiction": scope.jurisdiction(), "currencies": scope.currencies() })
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{row::example::row, source::example::Given};

	#[tokio::test]
	async fn events_belong_where_they_say_or_where_their_invoice_does() {
		let mut source = Given::default();
		source.invoices.insert(InvoiceId { seller: 2, number: 1 }, 0);
		source.invoices.insert(InvoiceId { seller: 2, number: 2 }, 1);
		let mut scope = Scope::of(0, [3]);
		for (kind, fields, expected) in [
			("Tax.Swept", json!({ "jurisdiction": 0, "currency": 9 }), true),
			("Tax.Swept", json!({ "jurisdiction": 1, "currency": 3 }), false),
			("Tax.OwnerDeclared", json!({ "twin": 1, "owner": 2 }), true),
			("Currencies.Issued", json!({ "currency": 3 }), true),
			("Currencies.Issued", json!({ "currency": 4 }), false),
			("Assets.Transferred", json!({ "asset_id": 3 }), true),
			("Assets.Transferred", json!({ "asset_id": 4 }), false),
			("Currencies.CurrencyCreated", json!({ "currency": 3, "jurisdiction": 1 }), true),
			("Currencies.PoolCreated", json!({ "a": "Native", "b": { "WithId": 3 } }), true),
			("Currencies.PoolCreated", json!({ "a": "Native", "b": { "WithId": 4 } }), false),
			("Currencies.Swapped", json!({ "path": [{ "WithId": 4 }, { "WithId": 3 }] }), true),
			("Currencies.PotOpened", json!({ "account": "5F" }), true),
			("Commerce.InvoiceAccepted", json!({ "seller": 2, "number": 1 }), true),
			("Commerce.InvoiceAccepted", json!({ "seller": 2, "number": 2 }), false),
			("Commerce.InvoiceAccepted", json!({ "seller": 2, "number": 3 }), false),
			("Commerce.TillRemoved", json!({ "seller": 2, "till": 1 }), true),
		] {
			let row = row(1, 0, kind, fields);
			let covered = scope.covers(&row, &mut source).await.expect("can be told");
			assert_eq!(covered, expected, "{row:?}");
			assert!(Scope::all().covers(&row, &mut source).await.expect("can be told"));
		}
	}

	#[tokio::test]
	async fn invoice_of_the_range_is_known_by_its_first_event() {
		let mut source = Given::default();
		let mut scope = Scope::of(0, [3]);
		let fields = json!({ "seller": 2, "number": 5, "jurisdiction": 0, "currency": 3 });
		for (kind, fields) in [
			("Commerce.InvoiceIssued", fields),
			("Commerce.InvoiceClosed", json!({ "seller": 2, "number": 5 })),
		] {
			let row = row(1, 0, kind, fields);
			assert!(scope.covers(&row, &mut source).await.expect("can be told"));
		}
	}
}
