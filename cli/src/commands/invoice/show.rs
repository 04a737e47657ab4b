//! `invoice show` and `invoice list`.

use super::{
	given::hex,
	reads::{Book, Invoice, InvoiceState, Place, Settlement, Writer},
	Address,
};
use crate::{
	commands::{twin, Context},
	output,
};
use ourledger_client::{
	chain::State,
	error::Result,
	money::{self, Currency},
	twin::TwinInfo,
};
use ourledger_documents::{bill, decimal::Decimal, iso::in_reporting};
use serde_json::{json, Value as Json};
use std::collections::{hash_map::Entry, HashMap};

/// `invoice show`.
pub async fn show(ctx: &Context, at: Address) -> Result<()> {
	let state = ctx.state().await?;
	let invoice = Invoice::read(&state, at).await?;
	let currency = Currency::read(&state, invoice.currency).await?;
	let place = Place::read(&state, invoice.jurisdiction, currency, Some(invoice.supply)).await?;
	let seller = named(&state, at.seller).await?;
	let buyer = match invoice.buyer {
		Some(buyer) => Some(named(&state, buyer).await?),
		None => None,
	};
	let mut json = invoice_json(at, &invoice, &place.currency);
	json["bill"] = bill::json(&invoice.bill, &place.rules);
	let reported = Reported::of(&invoice, &place)?;
	if let Some(reported) = &reported {
		reported.add_to(&mut json["reporting"]);
	}
	let key = (invoice.jurisdiction, invoice.supply);
	let correctable: Option<u32> = state.view("Commerce", "correctable_until", key).await?;
	json["correctableUntil"] = correctable.map(money::date).into();
	json["block"] = state.block_json();
	ctx.out.print(&json, || {
		let charged = bill::lines(&invoice.bill, &place.rules, &place.currency);
		let width = charged.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
		let amounts = charged.iter().map(|(_, amount)| amount.chars().count()).max().unwrap_or(0);
		let charged: Vec<_> = charged
			.into_iter()
			.map(|(label, amount)| format!("{label:width$}  {amount:>amounts$}"))
			.collect();
		let mut lines = vec![("invoice", at.to_string()), ("seller", seller)];
		lines.push(("buyer", buyer.unwrap_or_else(|| "not named".into())));
		lines.push(("supplied", format!("{} in {}", money::date(invoice.supply), place.name)));
		lines.push(("issued", money::date(invoice.issued)));
		lines.push(("due", money::date(invoice.due)));
		lines.push(("charges", charged.join("\n")));
		lines.extend(reported.map(|reported| ("reported as", reported.text())));
		lines.extend(standing(&invoice, &place.currency));
		lines.extend(correctable.map(|day| {
			("corrected", format!("by credit notes until {}, by its clock", money::date(day)))
		}));
		lines.push(("document", hex(&invoice.document)));
		output::fields(lines)
	});
	Ok(())
}

/// What an invoice charges, in the reporting currency at its own rate.
struct Reported {
	code: String,
	gross: Decimal,
	tax: Decimal,
}

impl Reported {
	fn of(invoice: &Invoice, place: &Place) -> Result<Option<Self>> {
		let Some(rate) = invoice.reporting.filter(|(_, denominator)| *denominator > 0) else {
			return Ok(None);
		};
		let code = place.reporting.clone();
		Ok(Some(Self {
			gross: in_reporting(invoice.bill.gross, &code, rate)?,
			tax: in_reporting(invoice.bill.tax(), &code, rate)?,
			code,
		}))
	}

	fn text(&self) -> String {
		let Self { code, gross, tax } = self;
		format!("{gross} {code}, of which {tax} {code} are tax")
	}

	fn add_to(&self, json: &mut Json) {
		json["currency"] = self.code.clone().into();
		json["gross"] = self.gross.to_string().into();
		json["tax"] = self.tax.to_string().into();
	}
}

/// A twin by its display name.
async fn named(state: &State, number: u64) -> Result<String> {
	let twin = TwinInfo::numbered(state, number).await?;
	let name = twin.map(|twin| twin.profile.display_name()).unwrap_or_default();
	Ok(match name.as_str() {
		"" => format!("twin {number}"),
		name => format!("{name} (twin {number})"),
	})
}

/// Where an invoice stands, as lines for people.
fn standing(invoice: &Invoice, currency: &Currency) -> Vec<(&'static str, String)> {
	let mut lines = vec![("state", state_text(invoice))];
	lines.push(("paid", currency.show(invoice.bill.paid)));
	if invoice.escrowed > 0 {
		let until = invoice.release.map(|day| format!(", until {}", money::midnight(day)));
		let until = until.unwrap_or_default();
		lines.push(("in escrow", format!("{}{until}", currency.show(invoice.escrowed))));
	}
	lines.push(("open", currency.show(invoice.outstanding())));
	if let Settlement::Escrow { arbiter, .. } = invoice.settlement {
		lines.push(("arbiter", format!("twin {arbiter}")));
	}
	if invoice.delivery != super::reads::Delivery::None {
		lines.push(("delivery", invoice.delivery.name().into()));
	}
	lines.extend(invoice.till.map(|till| ("till", till.to_string())));
	let payers: Vec<_> = invoice
		.payers
		.iter()
		.map(|payer| {
			let waits = match payer.kept.nominal {
				0 => String::new(),
				nominal => format!(", and {} in escrow", currency.show(nominal)),
			};
			format!("{} {}{waits}", payer.account, currency.show(payer.paid))
		})
		.collect();
	if !payers.is_empty() {
		lines.push(("payers", payers.join("\n")));
	}
	if !invoice.business && invoice.buyer.is_some() {
		lines.push(("bought", "privately: its buyer isn't credited".into()));
	}
	if let Writer::Buyer { silence } = invoice.writer {
		let silence = silence.filter(|_| invoice.state == InvoiceState::Issued).map(|day| {
			format!("; from {} on anybody can accept it in the seller's name", money::midnight(day))
		});
		let silence = silence.unwrap_or_default();
		lines.push(("written", format!("by its buyer, so the seller accepts it{silence}")));
	}
	lines.extend(invoice.note.as_ref().map(|note| {
		(
			"credit note",
			format!(
				"waits for the buyer, and gets its number when it takes effect; its document is {}",
				hex(&note.document)
			),
		)
	}));
	lines.extend(
		invoice
			.removal
			.map(|day| ("kept", format!("in the chain's state until {}", money::midnight(day)))),
	);
	lines
}

fn state_text(invoice: &Invoice) -> String {
	let name = invoice.state.name();
	match (invoice.state, invoice.cancel) {
		(InvoiceState::Closed(day), _) => format!("{name}, since {}", money::date(day)),
		(_, Some(twin)) if invoice.state != InvoiceState::Cancelled => {
			format!("{name}; twin {twin} wants to cancel it, until anything else is done with it")
		},
		_ => name.into(),
	}
}

/// An invoice without its bill as JSON. Amounts are decimal strings of minor units.
fn invoice_json(at: Address, invoice: &Invoice, currency: &Currency) -> Json {
	json!({
		"seller": at.seller,
		"number": at.number,
		"buyer": invoice.buyer,
		"jurisdiction": invoice.jurisdiction,
		"currency": currency.id,
		"symbol": currency.symbol,
		"decimals": currency.decimals,
		"supply": money::date(invoice.supply),
		"issued": money::date(invoice.issued),
		"due": money::date(invoice.due),
		"state": invoice.state.name(),
		"closed": match invoice.state {
			InvoiceState::Closed(day) => Some(money::date(day)),
			_ => None,
		},
		"settlement": match invoice.settlement {
			Settlement::Direct => json!("direct"),
			Settlement::Escrow { arbiter, days } => {
				json!({ "arbiter": arbiter, "days": days })
			},
		},
		"delivery": invoice.delivery.name(),
		"till": invoice.till,
		"net": invoice.bill.net().to_string(),
		"tax": invoice.bill.tax().to_string(),
		"tip": invoice.bill.tip.to_string(),
		"gross": invoice.bill.gross.to_string(),
		"paid": invoice.bill.paid.to_string(),
		"escrowed": invoice.escrowed.to_string(),
		"open": invoice.outstanding().to_string(),
		"release": invoice.release.map(money::date),
		"payers": invoice
			.payers
			.iter()
			.map(|payer| json!({
				"account": payer.account,
				"paid": payer.paid.to_string(),
				"escrowed": payer.kept.nominal.to_string(),
			}))
			.collect::<Json>(),
		"business": invoice.business,
		"writtenBy": match invoice.writer {
			Writer::Seller => "seller",
			Writer::Buyer { .. } => "buyer",
		},
		"acceptedBySilence": match invoice.writer {
			Writer::Buyer { silence } => silence.map(money::date),
			Writer::Seller => None,
		},
		"removal": invoice.removal.map(money::date),
		"waitingNote": invoice.note.as_ref().map(|note| hex(&note.document)),
		"cancelAskedBy": invoice.cancel,
		"reporting": invoice.reporting.map(|(numerator, denominator)| {
			json!({ "numerator": numerator, "denominator": denominator })
		}),
		"document": hex(&invoice.document),
	})
}

/// Why a list has gaps.
const GAPS: &str = "Numbers that aren't here are those of credit notes, or of invoices that were \
	pruned: receipts tell which (\"ourledger invoice receipt verify\").";

/// `invoice list`.
pub async fn list(ctx: &Context, seller: Option<&str>, from: u64, limit: usize) -> Result<()> {
	let state = ctx.state().await?;
	let seller = match seller {
		Some(text) => twin::lookup(ctx, &state, text).await?.number,
		None => ctx.own_twin(&state).await?.number,
	};
	let book = Book::read(&state, seller).await?;
	let first = from.max(1);
	let found = Invoice::list(&state, seller, first..book.next, limit).await?;
	let (has_gaps, more) = (found.has_gaps(first, book.next), found.next);
	let invoices = found.entries;
	let mut currencies = HashMap::new();
	for (_, invoice) in &invoices {
		if let Entry::Vacant(place) = currencies.entry(invoice.currency) {
			place.insert(Currency::read(&state, invoice.currency).await?);
		}
	}
	let rows = invoices.iter().filter_map(|(number, invoice)| {
		let currency = currencies.get(&invoice.currency)?;
		Some((Address { seller, number: *number }, invoice, currency))
	});
	let rows: Vec<_> = rows.collect();
	let json = json!({
		"seller": seller,
		"invoices": rows
			.iter()
			.map(|(at, invoice, currency)| invoice_json(*at, invoice, currency))
			.collect::<Json>(),
		"next": book.next,
		"goesOnFrom": more,
		"open": book.open,
		"room": book.room,
		"block": state.block_json(),
	});
	ctx.out.print(&json, || {
		let more = more.map(|next| format!("--from {next} goes on."));
		if rows.is_empty() {
			let none =
				format!("No invoice of twin {seller} is in the chain's state from {from} on");
			return match more {
				Some(more) => format!("{none}, as far as was looked; {more}"),
				None => format!("{none}."),
			};
		}
		let rows = rows.iter().map(|(at, invoice, currency)| {
			[
				at.to_string(),
				invoice.buyer.map_or_else(String::new, |buyer| format!("twin {buyer}")),
				money::date(invoice.issued),
				currency.show(invoice.bill.gross),
				currency.show(invoice.outstanding()),
				invoice.state.name().into(),
			]
		});
		let columns = ["invoice", "buyer", "issued", "gross", "open", "state"];
		let mut text = output::table(columns, rows);
		if has_gaps {
			text += "\n\n";
			text += GAPS;
		}
		if let Some(more) = more {
			text += &format!("\n\n{more}");
		}
		text
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn reporting_equivalent_is_shown_with_its_tax() {
		let rate = (1, 20);
		let reported = Reported {
			code: "EUR".into(),
			gross: in_reporting(6_210, "EUR", rate).expect("fits"),
			tax: in_reporting(810, "EUR", rate).expect("fits"),
		};
		assert_eq!(reported.text(), "3.11 EUR, of which 0.41 EUR are tax");
		let mut json = json!({ "numerator": 1, "denominator": 20 });
		reported.add_to(&mut json);
		assert_eq!(json["gross"], "3.11");
		assert_eq!(json["denominator"], 20);
	}
}
