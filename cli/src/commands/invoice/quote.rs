//! `invoice quote` and `invoice sell`.

use super::{
	given::{EvidenceArgument, SaleArguments},
	pay::outcome,
	purpose::PurposeArguments,
};
use crate::{
	ask,
	commands::{twin, Context},
	output::report::Report,
};
use clap::Args;
use ourledger_client::{keys::KeyRef, ticks, Result};
use ourledger_documents::{
	bill,
	on_chain::{
		events::InvoiceIssued,
		papers::write_new,
		sale::{ensure_supplied_at_once, Drafted, Offer, Purchase, Terms},
	},
	quote::{Given, Signed},
};
use std::path::PathBuf;

/// Arguments of `quote`.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
	#[command(flatten)]
	sale: SaleArguments,
	#[command(flatten)]
	evidence: EvidenceArgument,
	/// The till's number.
	#[arg(long)]
	till: u16,
	/// The till's key: a stored key's name, or a key file.
	#[arg(long, value_name = "KEY")]
	till_key: String,
	/// The seller: a twin's number, or its name; --twin unless given.
	#[arg(long, value_name = "TWIN")]
	seller: Option<String>,
	/// The only twin that may use it: its number, or its name.
	#[arg(long, value_name = "TWIN")]
	to: Option<String>,
	/// For how long it is valid, such as 90s or 10m.
	#[arg(
		long = "for",
		value_name = ticks::SPAN,
		default_value = "5m",
		value_parser = ticks::parse_span
	)]
	span: u32,
	/// Where to write it, as JSON.
	#[arg(long, value_name = "FILE")]
	out: Option<PathBuf>,
	/// Print nothing but the text for a QR code.
	#[arg(long)]
	text: bool,
}

/// `invoice quote`.
pub async fn quote(ctx: &Context, arguments: Arguments) -> Result<()> {
	let state = ctx.state().await?;
	let seller = ctx.twin_or_own(&state, arguments.seller.as_deref()).await?.number;
	let buyer = match &arguments.to {
		Some(text) => Some(twin::lookup(ctx, &state, text).await?.number),
		None => None,
	};
	let mut document = arguments.sale.document()?;
	ensure_supplied_at_once(&document)?;
	arguments.evidence.put_into(&mut document)?;
	let place = arguments.sale.place(&state, &mut document).await?;
	let terms = Terms { seller, till: arguments.till, buyer, span: arguments.span };
	let Offer { quote, bill, clock, till } = Offer::new(&state, &place, document, terms).await?;
	let key = KeyRef::find(&arguments.till_key, &ctx.store)?;
	till.ensure_key(arguments.till, key.account())?;
	let expires = clock.when(quote.expires);
	let genesis = ctx.chain().await?.genesis_hash().0;
	let signed = Signed::new(quote, genesis, &key.unlock(ask::password)?.pair);
	let mut report = Report::new()
		.json_of(signed.json())
		.json("bill", bill::json(&bill, &place.rules))
		.line("quote", format!("of till {} of twin {seller}", arguments.till));
	let file = arguments.out.as_ref().map(|path| path.display().to_string());
	if let Some(path) = &arguments.out {
		write_new(path, format!("{:#}\n", report.to_json()).as_bytes())?;
	}
	let charged = bill::lines(&bill, &place.rules, &place.currency).into_iter();
	let charged: Vec<_> = charged.map(|(label, amount)| format!("{label}: {amount}")).collect();
	report = report
		.line("charges", charged.join("\n"))
		.line("valid", format!("until {expires}"))
		.lines(file.map(|file| ("file", file)))
		.line("text", signed.text());
	ctx.out.print(&report.to_json(), || match arguments.text {
		true => signed.text(),
		false => report.to_text(),
	});
	Ok(())
}

/// `invoice sell`.
pub async fn sell(ctx: &Context, given: &str, purpose: PurposeArguments) -> Result<()> {
	let given = Given::read(given)?;
	let state = ctx.state().await?;
	let genesis = ctx.chain().await?.genesis_hash().0;
	let own = ctx.own_party(&state).await?;
	let twin = own.twin;
	let purchase = Purchase::read(&state, genesis, given, own).await?;
	let business = purpose.decide(ctx, twin, purchase.is_registered, false)?;
	let Drafted { draft, bill, shares, place } = purchase.draft(&state, business).await?;
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let issued = InvoiceIssued::of(&done)?;
	let at = issued.invoice;
	let receipt = issued.into_receipt();
	let (payment, lines) = outcome(&done, &place.currency)?;
	let report = Report::new()
		.json("seller", at.seller)
		.json("number", at.number)
		.json("buyer", receipt.buyer)
		.json("business", business)
		.json("bill", bill::json(&bill, &place.rules))
		.json("expected", shares.json())
		.json("payment", payment)
		.json("receipt", &receipt)
		.line("invoice", at)
		.line("receipt", receipt.receipt.unwrap_or_default())
		.lines(lines);
	ctx.out.told(&done, report);
	Ok(())
}
