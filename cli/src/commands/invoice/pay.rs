//! `invoice pay`.

use super::{purpose::PurposeArguments, submit, InvoiceId};
use crate::{commands::Context, output::report::Report};
use ourledger_client::{error::Result, money::Currency, submit::Submitted};
use ourledger_documents::on_chain::{acts::Case, events::PaymentReceived, payment::Payment};
use serde_json::Value as Json;

/// `invoice pay`.
pub async fn pay(
	ctx: &Context,
	at: InvoiceId,
	amount: Option<&str>,
	purpose: PurposeArguments,
) -> Result<()> {
	let state = ctx.state().await?;
	let case = Case::read(&state, at).await?;
	let payer = ctx.own_party(&state).await?;
	let payment = Payment::of(&state, case, payer, amount).await?;
	let business = purpose.of_payment(ctx, &payment)?;
	let (draft, shares) = payment.draft(business).await?;
	let Some(done) = submit(ctx, at, draft).await? else {
		return Ok(());
	};
	let (result, lines) = outcome(&done, &payment.case().currency)?;
	let mut report = Report::new().line("invoice", at).lines(lines);
	if !result.is_null() {
		report = report.json_of(result);
	}
	let report = report
		.json("seller", at.seller)
		.json("number", at.number)
		.json("business", business)
		.json("expected", shares.map(|shares| shares.json()));
	ctx.out.told(&done, report);
	Ok(())
}

/// What became of a payment, as the chain says.
pub fn outcome(
	done: &Submitted,
	currency: &Currency,
) -> Result<(Json, Vec<(&'static str, String)>)> {
	let show = |units| currency.show(units);
	let Some(paid) = PaymentReceived::of(done)? else {
		return Ok((Json::Null, vec![("amount", show(0))]));
	};
	let mut lines = vec![("amount", show(paid.amount))];
	if paid.escrowed {
		lines.push(("in escrow", "until it is released".into()));
	} else {
		lines.push(("to the seller", show(paid.to_seller)));
		lines.push(("to the treasury", show(paid.to_treasury)));
		for (label, units, what) in [
			("netted", paid.used, ", which the seller keeps against its credit"),
			("charged", paid.charged, " of demurrage, for the credit's wait"),
			("credited", paid.credited, " to the buyer"),
		] {
			lines.extend((units > 0).then(|| (label, format!("{}{what}", show(units)))));
		}
	}
	lines.push(("paid in all", format!("{} of {}", show(paid.paid), show(paid.gross))));
	Ok((paid.json(), lines))
}
