//! The tax ledgers as the chain keeps them at a block.

use ourledger_client::{
	chain::State,
	error::Result,
	tax::{
		books::figures_json, notation, Account, CodeTotal, Jurisdiction, Statement, TreasuryBook,
		TreasuryInfo,
	},
};
use ourledger_documents::on_chain::InvoiceState;
use ourledger_primitives::{
	money::CurrencyId,
	tax::{JurisdictionId, Period},
	twin::TwinNumber,
};
use serde_json::{json, Map, Value as Json};
use subxt::ext::scale_decode::DecodeAsType;

/// An invoice, as far as it matters here.
#[derive(Clone, Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Invoice {
	buyer: Option<TwinNumber>,
	jurisdiction: JurisdictionId,
	currency: CurrencyId,
	issued: u32,
	due: u32,
	bill: Bill,
	escrowed: u128,
	state: InvoiceState,
}

#[derive(Clone, Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Bill {
	gross: u128,
	paid: u128,
}

/// Whether something can still be paid of an invoice.
fn is_open(state: InvoiceState) -> bool {
	match state {
		InvoiceState::Issued | InvoiceState::Accepted | InvoiceState::Disputed => true,
		InvoiceState::Rejected | InvoiceState::Cancelled | InvoiceState::Closed(_) => false,
	}
}

/// The ledgers of one jurisdiction, or of all: a line for each treasury, account, statement and
/// open invoice.
pub async fn lines(state: &State, jurisdiction: Option<JurisdictionId>) -> Result<Vec<Json>> {
	// Before the upgrade that brought taxes, there are no ledgers.
	if !state.has_view("Tax", "jurisdiction") {
		return Ok(Vec::new());
	}
	let all = Jurisdiction::all(state).await?;
	let ids = all.iter().map(|(id, _)| *id).filter(|id| jurisdiction.is_none_or(|it| it == *id));
	let mut lines = Vec::new();
	for id in ids {
		treasuries(state, id, &mut lines).await?;
		accounts(state, id, &mut lines).await?;
		statements(state, id, &mut lines).await?;
	}
	invoices(state, jurisdiction, &mut lines).await?;
	Ok(lines)
}

async fn treasuries(state: &State, id: JurisdictionId, lines: &mut Vec<Json>) -> Result<()> {
	let mut found: Vec<((JurisdictionId, CurrencyId), TreasuryBook)> =
		state.entries("Tax", "Treasuries", (id,)).await?;
	found.sort_by_key(|(key, _)| *key);
	for ((_, currency), _) in found {
		let treasury = TreasuryInfo::read(state, id, currency).await?;
		let line = json!({
			"kind": "treasury",
			"jurisdiction": id,
			"currency": currency,
			"balance": treasury.balance.to_string(),
			"reserved": treasury.reserved.to_string(),
			"free": treasury.free.to_string(),
		});
		lines.push(with(line, figures_json(&treasury.book.figures())));
	}
	Ok(())
}

async fn accounts(state: &State, id: JurisdictionId, lines: &mut Vec<Json>) -> Result<()> {
	let mut found: Vec<((JurisdictionId, TwinNumber, CurrencyId), Account)> =
		state.entries("Tax", "Accounts", (id,)).await?;
	found.sort_by_key(|(key, _)| *key);
	for ((_, twin, currency), account) in found {
		let line = json!({ "kind": "account", "jurisdiction": id, "twin": twin });
		lines.push(with(line, account.json(currency)));
	}
	Ok(())
}

async fn statements(state: &State, id: JurisdictionId, lines: &mut Vec<Json>) -> Result<()> {
	type Key = (JurisdictionId, TwinNumber, CurrencyId, Period);
	let mut found: Vec<(Key, Statement)> = state.entries("Tax", "Statements", (id,)).await?;
	found.sort_by_key(|(key, _)| *key);
	for ((_, twin, currency, period), statement) in found {
		let line = json!({
			"kind": "statement",
			"jurisdiction": id,
			"twin": twin,
			"currency": currency,
			"period": notation::period(period),
			"sales": CodeTotal::list_json(&statement.sales),
			"purchases": CodeTotal::list_json(&statement.purchases),
		});
		let mut line = with(line, figures_json(&statement.figures()));
		line["tips"] = statement.tips.to_string().into();
		lines.push(line);
	}
	Ok(())
}

async fn invoices(
	state: &State,
	jurisdiction: Option<JurisdictionId>,
	lines: &mut Vec<Json>,
) -> Result<()> {
	let mut found: Vec<((TwinNumber, u64), Invoice)> =
		state.entries("Commerce", "Invoices", ()).await?;
	found.sort_by_key(|(key, _)| *key);
	for ((seller, number), invoice) in found {
		if !is_open(invoice.state) || jurisdiction.is_some_and(|it| it != invoice.jurisdiction) {
			continue;
		}
		lines.push(json!({
			"kind": "invoice",
			"jurisdiction": invoice.jurisdiction,
			"seller": seller,
			"number": number,
			"buyer": invoice.buyer,
			"currency": invoice.currency,
			"state": invoice.state.name(),
			"issuedDay": invoice.issued,
			"dueDay": invoice.due,
			"gross": invoice.bill.gross.to_string(),
			"paid": invoice.bill.paid.to_string(),
			"escrowed": invoice.escrowed.to_string(),
		}));
	}
	Ok(())
}

/// The fields of two objects.
fn with(first: Json, second: Json) -> Json {
	let fields = [first, second].into_iter().filter_map(|json| match json {
		Json::Object(fields) => Some(fields),
		_ => None,
	});
	Json::Object(fields.flatten().collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn closed_invoices_are_not_open() {
		assert!(is_open(InvoiceState::Accepted));
		for state in [InvoiceState::Closed(7), InvoiceState::Cancelled, InvoiceState::Rejected] {
			assert!(!is_open(state));
		}
	}

	#[test]
	fn objects_are_joined_in_order() {
		let joined = with(json!({ "kind": "a", "b": 1 }), json!({ "c": 2 }));
		assert_eq!(joined.to_string(), "{\"kind\":\"a\",\"b\":1,\"c\":2}");
	}
}
