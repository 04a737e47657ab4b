//! `invoice show` and `invoice list`.

use super::InvoiceId;
use crate::{
	commands::Context,
	output::report::{self, Report},
};
use ourledger_client::{
	error::Result,
	hash,
	money::{self, Currency},
	twin::TwinInfo,
	State,
};
use ourledger_documents::{
	bill,
	on_chain::{room::Book, Delivery, Invoice, InvoiceState, Place, Settlement, Writer},
};
use serde_json::{json, Value as Json};
use std::collections::{hash_map::Entry, HashMap};

/// `invoice show`.
pub async fn show(ctx: &Context, at: InvoiceId) -> Result<()> {
	let state = ctx.state().await?;
	let invoice = Invoice::read(&state, at).await?;
	let place = Place::of(&state, &invoice).await?;
	let seller = named(&state, at.seller).await?;
	let buyer = match invoice.buyer {
		Some(buyer) => named(&state, buyer).await?,
		None => "not named".into(),
	};
	let reported = invoice.reported(&place)?;
	let correctable = invoice.correctable_until(&state).await?;
	let mut json = invoice.json(at, &place.currency);
	if let (Json::Object(rate), Json::Object(amounts)) = (&mut json["reporting"], json!(reported)) {
		rate.extend(amounts);
	}
	let mut report = Report::new()
		.json_of(json)
		.json("bill", bill::json(&invoice.bill, &place.rules))
		.json("correctableUntil", correctable.map(money::date))
		.json("block", state.block_json())
		.line("invoice", at)
		.line("seller", seller)
		.line("buyer", buyer)
		.line("supplied", format!("{} in {}", money::date(invoice.supply), place.name))
		.line("issued", money::date(invoice.issued))
		.line("due", money::date(invoice.due))
		.line("charges", charges(&invoice, &place));
	if let Some(reported) = reported {
		report = report.line("reported as", reported);
	}
	report = report.lines(standing(&invoice, &place.currency));
	if let Some(day) = correctable {
		let until = format!("by credit notes until {}, by its clock", money::date(day));
		report = report.line("corrected", until);
	}
	ctx.out.show(&report.line("document", hash::text(&invoice.document)));
	Ok(())
}

/// What an invoice charges, below each other.
fn charges(invoice: &Invoice, place: &Place) -> String {
	let lines = bill::lines(&invoice.bill, &place.rules, &place.currency);
	let width = lines.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
	let amounts = lines.iter().map(|(_, amount)| amount.chars().count()).max().unwrap_or(0);
	let lines: Vec<_> = lines
		.into_iter()
		.map(|(label, amount)| format!("{label:width$}  {amount:>amounts$}"))
		.collect();
	lines.join("\n")
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
	if invoice.delivery != Delivery::None {
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
				hash::text(&note.document)
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

/// Why a list has gaps.
const GAPS: &str = "Numbers that aren't here are those of credit notes, or of invoices that were \
	pruned: receipts tell which (\"ourledger invoice receipt verify\").";

/// `invoice list`.
pub async fn list(ctx: &Context, seller: Option<&str>, from: u64, limit: usize) -> Result<()> {
	let state = ctx.state().await?;
	let seller = ctx.twin_or_own(&state, seller).await?.number;
	let book = Book::read(&state, seller).await?;
	let first = from.max(1);
	let found = Invoice::list(&state, seller, first..book.next, limit).await?;
	let mut currencies = HashMap::new();
	let mut rows = Vec::new();
	for (number, invoice) in &found.entries {
		let currency = match currencies.entry(invoice.currency) {
			Entry::Vacant(place) => place.insert(Currency::read(&state, invoice.currency).await?),
			Entry::Occupied(there) => there.into_mut(),
		};
		rows.push(row(InvoiceId { seller, number: *number }, invoice, currency));
	}
	let json = json!({
		"seller": seller,
		"invoices": report::list(&rows),
		"next": book.next,
		"goesOnFrom": found.next,
		"open": book.open,
		"room": book.room,
		"block": state.block_json(),
	});
	ctx.out.print(&json, || {
		let more = found.next.map(|next| format!("--from {next} goes on."));
		if rows.is_empty() {
			let none =
				format!("No invoice of twin {seller} is in the chain's state from {from} on");
			return match more {
				Some(more) => format!("{none}, as far as was looked; {more}"),
				None => format!("{none}."),
			};
		}
		let gaps = found.has_gaps(first, book.next).then(|| GAPS.to_owned());
		let parts = [Some(report::table(&rows)), gaps, more];
		parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
	});
	Ok(())
}

fn row(at: InvoiceId, invoice: &Invoice, currency: &Currency) -> Report {
	let buyer = invoice.buyer.map_or_else(String::new, |buyer| format!("twin {buyer}"));
	Report::new()
		.json_of(invoice.json(at, currency))
		.line("invoice", at)
		.line("buyer", buyer)
		.line("issued", money::date(invoice.issued))
		.line("gross", currency.show(invoice.bill.gross))
		.line("open", currency.show(invoice.outstanding()))
		.line("state", invoice.state.name())
}
