//! `invoice pay`.

use super::{
	reads::{credits, Invoice, Place, Settlement},
	Address,
};
use crate::{
	commands::Context,
	error::{Error, Result},
	invoices::bill::{self, Shares},
	money::{Currency, Kind},
	submit::{Draft, Submitted},
};
use serde_json::{json, Value as Json};
use subxt::ext::scale_decode::DecodeAsType;

/// `invoice pay`.
pub async fn pay(ctx: &Context, at: Address, amount: Option<&str>) -> Result<()> {
	let state = ctx.state().await?;
	let invoice = Invoice::read(&state, at.seller, at.number).await?;
	let currency = Currency::read(&state, invoice.currency).await?;
	let place = Place::read(&state, invoice.jurisdiction, currency, Some(invoice.supply)).await?;
	let currency = &place.currency;
	let open = invoice.outstanding();
	let wanted = amount.map(|text| currency.parse(text)).transpose()?;
	let pays = wanted.unwrap_or(open);
	if open == 0 {
		return Err(Error::input(format!("nothing of {at} is open, so there is nothing to pay")));
	}
	if pays == 0 || pays > open {
		return Err(Error::input(format!(
			"{} of {at} are open, so {} can't be paid",
			currency.show(open),
			currency.show(pays)
		)));
	}
	let call = state.call("Commerce", "pay", (at.seller, at.number, wanted))?;
	let mut draft = Draft::new(call).effect(format!(
		"{} are paid, {} stay open",
		currency.show(pays),
		currency.show(open - pays)
	));
	draft = draft.spends(Kind::WithId(currency.id), pays);
	for (label, amount) in bill::lines(&invoice.bill, &place.rules, currency) {
		draft = draft.effect(format!("the invoice's {label}: {amount}"));
	}
	let shares = match invoice.settlement {
		Settlement::Direct => {
			let credits = credits(&state, &place, at.seller, invoice.buyer).await?;
			let shares = Shares::of(&invoice.bill, pays, &place.rules, &credits)?;
			for effect in shares.effects(at.seller, invoice.buyer, currency) {
				draft = draft.effect(effect);
			}
			Some(shares)
		},
		Settlement::Escrow { arbiter, .. } => {
			draft = draft.effect(format!(
				"the money waits in escrow until you confirm, twin {arbiter} decides, or the \
				 deadline passes; tax is taken, and set against credits, then"
			));
			None
		},
	};
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let (mut result, lines) = outcome(&done, currency)?;
	result["seller"] = at.seller.into();
	result["number"] = at.number.into();
	result["expected"] = shares.map_or(Json::Null, |shares| shares.json());
	done.print(&ctx.out, result, [("invoice", at.to_string())].into_iter().chain(lines));
	Ok(())
}

/// What became of a payment, as the chain says.
pub fn outcome(
	done: &Submitted,
	currency: &Currency,
) -> Result<(Json, Vec<(&'static str, String)>)> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct PaymentReceived {
		amount: u128,
		to_seller: u128,
		to_treasury: u128,
		used: u128,
		credited: u128,
		escrowed: bool,
		paid: u128,
		gross: u128,
	}
	let paid: PaymentReceived = done.expect("Commerce", "PaymentReceived")?;
	let result = json!({
		"amount": paid.amount.to_string(),
		"toSeller": paid.to_seller.to_string(),
		"toTreasury": paid.to_treasury.to_string(),
		"used": paid.used.to_string(),
		"credited": paid.credited.to_string(),
		"escrowed": paid.escrowed,
		"paid": paid.paid.to_string(),
		"gross": paid.gross.to_string(),
	});
	let mut lines = vec![("amount", currency.show(paid.amount))];
	if paid.escrowed {
		lines.push(("in escrow", "until it is released".into()));
	} else {
		lines.push(("to the seller", currency.show(paid.to_seller)));
		lines.push(("to the treasury", currency.show(paid.to_treasury)));
		if paid.used > 0 {
			let used = currency.show(paid.used);
			lines.push(("netted", format!("{used}, which the seller keeps against its credit")));
		}
		if paid.credited > 0 {
			lines.push(("credited", format!("{} to the buyer", currency.show(paid.credited))));
		}
	}
	lines.push((
		"paid in all",
		format!("{} of {}", currency.show(paid.paid), currency.show(paid.gross)),
	));
	Ok((result, lines))
}
