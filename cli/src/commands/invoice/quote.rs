//! `invoice quote` and `invoice sell`.

use super::{
	allowed::{ensure_allowed, ensure_export, ensure_parties, ensure_place, ensure_reverse},
	given::{EvidenceArgument, SaleArguments},
	paper::{self, write_new},
	pay::outcome,
	purpose::{registration, PurposeArguments},
	reads::{credits, Book, Place, Till},
	Address,
};
use crate::{
	commands::{party, twin, Context},
	output,
};
use clap::Args;
use codec::Encode;
use ourledger_client::{
	call::Encoded,
	error::{Error, Result},
	keys::KeyRef,
	money::{holding::Holding, Currency, Kind},
	submit::Draft,
	ticks::{self, Clock},
	twin::TwinInfo,
};
use ourledger_documents::{
	assess::assess,
	bill::{self, Shares},
	complete::{complete, Of, Writing},
	document::Document,
	quote::{Given, Signed},
};
use ourledger_primitives::invoice::Quote;
use rand::{rngs::OsRng, RngCore};
use serde_json::json;
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
	let seller = match &arguments.seller {
		Some(text) => twin::lookup(ctx, &state, text).await?.number,
		None => ctx.own_twin(&state).await?.number,
	};
	let buyer = match &arguments.to {
		Some(text) => Some(twin::lookup(ctx, &state, text).await?.number),
		None => None,
	};
	let mut document: Document = arguments.sale.document()?;
	if document.actual_delivery_date.is_some() {
		return Err(Error::input(
			"actualDeliveryDate has no place at a till: what is sold there is supplied at once",
		));
	}
	arguments.evidence.put_into(&mut document)?;
	ensure_parties(seller, buyer)?;
	let place = arguments.sale.place(&state, &mut document).await?;
	ensure_place(&place)?;
	let completed = complete(document, &place.rules, Of::Invoice, &Writing::default())?;
	completed.ensure_issuable(&place.rules)?;
	let registered = registration(&state, &place, Some(seller)).await?;
	ensure_allowed(&completed.bill, &place, seller, registered.as_ref())?;
	// Unless it is named, the buyer is whoever comes.
	if buyer.is_some() {
		let buyers = registration(&state, &place, buyer).await?;
		ensure_export(&completed.bill, &place, buyer, buyers.is_some())?;
	}
	let till = Till::read(&state, seller, arguments.till).await?;
	let key = KeyRef::find(&arguments.till_key, &ctx.store)?;
	if key.account() != till.key {
		return Err(Error::input(format!(
			"the key {} is not that of till {}, which is {}",
			key.account(),
			arguments.till,
			till.key
		)));
	}
	let most: u32 = state.constant("Commerce", "MaxQuoteTicks")?;
	if arguments.span > most {
		return Err(Error::input(format!(
			"a quote is valid for up to {}, not {}",
			ticks::span(most),
			ticks::span(arguments.span)
		)));
	}
	let clock = Clock::at(&state).await?;
	let expires = clock.after(arguments.span)?;
	let mut nonce = [0; 16];
	OsRng.fill_bytes(&mut nonce);
	let quote = Quote {
		seller,
		till: arguments.till,
		nonce,
		jurisdiction: place.id,
		currency: place.currency.id,
		buyer,
		sale: completed.sale,
		expires,
	};
	let genesis = ctx.chain().await?.genesis_hash().0;
	let signed = Signed::new(quote, genesis, &key.unlock()?.pair);
	let mut json = signed.json();
	let bill = &completed.bill;
	json["bill"] = bill::json(bill, &place.rules);
	if let Some(path) = &arguments.out {
		write_new(path, format!("{json:#}\n").as_bytes())?;
	}
	ctx.out.print(&json, || {
		if arguments.text {
			return signed.text();
		}
		let mut lines = vec![("quote", format!("of till {} of twin {seller}", arguments.till))];
		let charged = bill::lines(bill, &place.rules, &place.currency);
		let charged: Vec<_> =
			charged.into_iter().map(|(label, amount)| format!("{label}: {amount}")).collect();
		lines.push(("charges", charged.join("\n")));
		lines.push(("valid", format!("until {}", clock.when(expires))));
		lines.extend(arguments.out.as_ref().map(|path| ("file", path.display().to_string())));
		lines.push(("text", signed.text()));
		output::fields(lines)
	});
	Ok(())
}

/// `invoice sell`.
pub async fn sell(ctx: &Context, given: &str, purpose: PurposeArguments) -> Result<()> {
	let given = Given::read(given)?;
	let signed = &given.signed;
	let quote = &signed.quote;
	let state = ctx.state().await?;
	let genesis = ctx.chain().await?.genesis_hash().0;
	let till = Till::read(&state, quote.seller, quote.till).await?;
	if !signed.is_signed_by(till.key, genesis) {
		return Err(Error::verification(format!(
			"till {} of twin {} has not signed this quote for this chain",
			quote.till, quote.seller
		)));
	}
	let clock = Clock::at(&state).await?;
	let last = quote.expires.min(till.expires);
	if last < clock.now() {
		return Err(Error::refused(format!(
			"the quote was valid until {}, and it is {}",
			clock.when(last),
			clock.when(clock.now())
		)));
	}
	let used = (quote.expires, quote.seller, quote.till, quote.nonce);
	if state.view("Commerce", "quote_used", used).await? {
		return Err(Error::refused("the quote is paid already, and nothing is paid twice"));
	}
	let own = party::ctx.own_party(&state).await?;
	if quote.buyer.is_some() && quote.buyer != own.twin {
		return Err(Error::refused(format!(
			"the quote is for twin {} alone, and this would be paid by {own}",
			quote.buyer.unwrap_or_default()
		)));
	}
	Book::read(&state, quote.seller).await?.ensure_room(quote.seller)?;
	let currency = Currency::read(&state, quote.currency).await?;
	let place = Place::read(&state, quote.jurisdiction, currency, None).await?;
	ensure_place(&place)?;
	let (_, mut bill) = assess(&quote.sale, &place.rules)?;
	given.ensure_charges(&bill::json(&bill, &place.rules))?;
	let sellers = registration(&state, &place, Some(quote.seller)).await?;
	ensure_allowed(&bill, &place, quote.seller, sellers.as_ref())?;
	// Whoever pays is the buyer.
	ensure_parties(quote.seller, own.twin)?;
	let is_registered = registration(&state, &place, own.twin).await?.is_some();
	ensure_export(&bill, &place, own.twin, is_registered)?;
	let business = purpose.decide(ctx, own.twin, is_registered, false)?;
	let credits = credits(&state, &place, quote.seller, own.twin, business).await?;
	ensure_reverse(&bill, &place, own.twin, &credits)?;
	bill::keep_share(&mut bill, &credits, &place.rules)?;
	let shares = Shares::of(&bill, bill.gross, &place.rules, &credits)?;
	let pays = bill.gross.saturating_add(shares.reverse.paid);
	let holding = Holding::read(&state, place.currency.id, own.account).await?;
	holding.ensure_can_pay(&place.currency, &own, pays)?;
	let call = state.call(
		"Commerce",
		"sell",
		(Encoded(quote.encode()), Encoded(signed.signature.encode()), business),
	)?;
	let mut draft = Draft::new(call).effect(format!(
		"you pay {} at till {} of twin {}",
		place.currency.show(bill.gross),
		quote.till,
		quote.seller
	));
	draft = draft.spends(Kind::WithId(place.currency.id), pays);
	for (label, amount) in bill::lines(&bill, &place.rules, &place.currency) {
		draft = draft.effect(format!("{label}: {amount}"));
	}
	if is_registered {
		draft = draft.effect(match business {
			true => "you buy as a business",
			false => "you buy for yourself, and aren't credited",
		});
	}
	draft = draft.effect("the fee is the most that the sale can take; what it doesn't comes back");
	for effect in shares.effects(quote.seller, own.twin, &place.currency) {
		draft = draft.effect(effect);
	}
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let receipt = paper::receipt_of(&done)?;
	let at = Address { seller: receipt.seller, number: receipt.number };
	let (payment, lines) = outcome(&done, &place.currency)?;
	let result = json!({
		"seller": at.seller,
		"number": at.number,
		"buyer": receipt.buyer,
		"business": business,
		"bill": bill::json(&bill, &place.rules),
		"expected": shares.json(),
		"payment": payment,
		"receipt": receipt,
	});
	let own =
		[("invoice", at.to_string()), ("receipt", receipt.receipt.clone().unwrap_or_default())];
	ctx.out.done(&done, result, own.into_iter().chain(lines));
	Ok(())
}
