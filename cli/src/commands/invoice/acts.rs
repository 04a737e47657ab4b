//! What the parties of an invoice do about it: one call each.

use super::{
	credit::ensure_seller_pays,
	given::hex,
	reads::{credits, Invoice, InvoiceState, Place, Writer},
	receipt, Address,
};
use crate::commands::Context;
use ourledger_client::{
	chain::State,
	error::{Error, Result},
	money::{self, holding::Holding, Currency, Kind},
	submit::{Draft, Submitted},
	twin::TwinInfo,
};
use ourledger_documents::{
	assess::left_by,
	bill::Shares,
	note::{self, Foreseen, Moves},
};
use ourledger_primitives::{money::Day, twin::TwinNumber};
use serde_json::{json, Value as Json};
use subxt::ext::scale_decode::DecodeAsType;

/// An invoice with what it is paid in.
async fn read(ctx: &Context, at: Address) -> Result<(State, Invoice, Currency)> {
	let state = ctx.state().await?;
	let invoice = Invoice::read(&state, at).await?;
	let currency = Currency::read(&state, invoice.currency).await?;
	Ok((state, invoice, currency))
}

/// The draft of a call that takes nothing but the invoice's address.
fn draft(state: &State, call: &str, at: Address) -> Result<Draft> {
	Ok(Draft::new(state.call("Commerce", call, (at.seller, at.number))?))
}

/// Submits, and prints that something is done.
async fn done(ctx: &Context, at: Address, draft: Draft, what: &str) -> Result<()> {
	done_with(ctx, at, draft, what, |_| Ok((json!({}), vec![]))).await
}

/// As [`done`], with what the events say besides.
async fn done_with(
	ctx: &Context,
	at: Address,
	draft: Draft,
	what: &str,
	more: impl FnOnce(&Submitted) -> Result<(Json, Vec<(&'static str, String)>)>,
) -> Result<()> {
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let (fields, lines) = more(&done)?;
	let mut result = at.json();
	result["state"] = what.into();
	if let (Some(result), Json::Object(fields)) = (result.as_object_mut(), fields) {
		result.extend(fields);
	}
	let own = [("invoice", at.to_string()), ("now", what.to_owned())];
	ctx.out.done(&done, result, own.into_iter().chain(lines));
	Ok(())
}

/// `invoice accept`.
pub async fn accept(ctx: &Context, at: Address) -> Result<()> {
	let (state, invoice, currency) = read(ctx, at).await?;
	let own = ctx.own_party(&state).await?;
	ensure_accepts(at, &invoice, own.twin, money::today(&state).await?)?;
	let owed = currency.show(invoice.outstanding());
	let is_buyers = own.twin.is_some() && own.twin == invoice.buyer;
	let mut draft = draft(&state, "accept", at)?.effect(match (is_buyers, invoice.buyer) {
		(false, Some(buyer)) => format!("twin {buyer} owes twin {} {owed}", at.seller),
		_ => format!("you owe twin {} {owed}", at.seller),
	});
	if own.twin != invoice.accepts(at.seller) {
		draft = draft.effect(format!(
			"you accept it in the name of twin {}, which hasn't objected in time",
			at.seller
		));
	}
	let draft = draft.effect("only both parties together can cancel it then");
	done(ctx, at, draft, "accepted").await
}

/// Refuses to accept for somebody else.
fn ensure_accepts(
	at: Address,
	invoice: &Invoice,
	own: Option<TwinNumber>,
	today: Day,
) -> Result<()> {
	match invoice.state {
		InvoiceState::Issued => (),
		state => {
			return Err(Error::refused(format!("{at} is {}, and can't be accepted", state.name())))
		},
	}
	let accepts = invoice.accepts(at.seller);
	if own.is_some() && own == accepts {
		return Ok(());
	}
	match (invoice.writer, accepts) {
		(Writer::Buyer { silence: Some(day) }, _) if day <= today => Ok(()),
		(Writer::Buyer { silence: Some(day) }, _) => Err(Error::refused(format!(
			"its buyer wrote {at}, so only twin {} accepts it before {}; from then on anybody can in its \
			 name",
			at.seller,
			money::midnight(day)
		))),
		(Writer::Buyer { silence: None }, _) => Err(Error::refused(format!(
			"its buyer wrote {at}, so only twin {} accepts it",
			at.seller
		))),
		(Writer::Seller, Some(buyer)) => {
			Err(Error::refused(format!("only its buyer, twin {buyer}, accepts {at}")))
		},
		(Writer::Seller, None) => {
			Err(Error::refused(format!("{at} names no buyer who could accept it")))
		},
	}
}

/// `invoice reject`.
pub async fn reject(ctx: &Context, at: Address) -> Result<()> {
	let (state, invoice, currency) = read(ctx, at).await?;
	ensure_unpaid(at, &invoice)?;
	let draft = draft(&state, "reject", at)?
		.effect(format!("nobody owes {at}, for ever"))
		.effects(goes_back(&invoice, &currency));
	done(ctx, at, draft, "rejected").await
}

/// Refuses to make something void of which somebody has got money already.
fn ensure_unpaid(at: Address, invoice: &Invoice) -> Result<()> {
	let bill = &invoice.bill;
	let vat = bill.subtotals.iter().any(|it| it.taken != 0);
	let others =
		bill.levies.iter().map(|it| it.taken).chain(bill.withheld.iter().map(|it| it.taken));
	match bill.paid > 0 || vat || others.sum::<u128>() > 0 {
		true => Err(Error::refused(format!(
			"{at} has been paid in part, or its tax was collected: only a credit note takes it back"
		))),
		false => Ok(()),
	}
}

/// What becomes of escrowed money that goes back to whoever paid.
fn goes_back(invoice: &Invoice, currency: &Currency) -> Vec<String> {
	let payers = invoice.payers.iter().filter(|payer| payer.kept.nominal > 0);
	let demurrage = match currency.terms.demurrage {
		0 => "",
		_ => ", less demurrage for the time that they waited",
	};
	let payers = payers.map(|payer| {
		let amount = currency.show(payer.kept.nominal);
		format!("{amount} go back to {}{demurrage}", payer.account)
	});
	payers.collect()
}

/// `invoice deliver`.
pub async fn deliver(ctx: &Context, at: Address) -> Result<()> {
	super::ensure_own(ctx, at)?;
	let (state, _, _) = read(ctx, at).await?;
	let draft = draft(&state, "deliver", at)?.effect(format!("you say that {at} is delivered"));
	done(ctx, at, draft, "delivered").await
}

/// `invoice confirm`.
pub async fn confirm(ctx: &Context, at: Address) -> Result<()> {
	let (state, invoice, currency) = read(ctx, at).await?;
	let draft = draft(&state, "confirm", at)?
		.effect(format!("you have got {at}"))
		.effects(released(&state, at, &invoice, currency, invoice.escrowed).await?);
	done(ctx, at, draft, "confirmed").await
}

/// Who gets what of money that leaves the escrow towards the seller, as the chain stands.
async fn released(
	state: &State,
	at: Address,
	invoice: &Invoice,
	currency: Currency,
	amount: u128,
) -> Result<Vec<String>> {
	if amount == 0 {
		return Ok(vec![]);
	}
	let supply = Some(invoice.supply);
	let place = Place::read(state, invoice.jurisdiction, currency, supply).await?;
	let credits = credits(state, &place, at.seller, invoice.buyer, invoice.business).await?;
	let shares = Shares::of(&invoice.bill, amount, &place.rules, &credits)?;
	let show = |units| place.currency.show(units);
	let mut effects = vec![format!("{} leave the escrow", show(amount))];
	effects.extend(shares.effects(at.seller, invoice.buyer, &place.currency));
	if shares.reverse.paid > 0 {
		effects.push(format!(
			"if its buyer can't pay the {} of reverse charge, it owes them from then on: nothing is sold \
			 to it under reverse charge before it has paid that",
			show(shares.reverse.paid)
		));
	}
	if place.currency.terms.demurrage > 0 {
		effects.push(format!(
			"demurrage for the time in escrow comes off what twin {} gets; the tax is on all of it",
			at.seller
		));
	}
	Ok(effects)
}

/// `invoice dispute`.
pub async fn dispute(ctx: &Context, at: Address, why: &str) -> Result<()> {
	let (state, invoice, currency) = read(ctx, at).await?;
	if invoice.escrowed == 0 {
		return Err(Error::refused(format!(
			"no money of {at} is in escrow, so there is nothing to decide"
		)));
	}
	let reason = money::reference(Some(why));
	let call = state.call("Commerce", "dispute", (at.seller, at.number, reason))?;
	let draft = Draft::new(call).effect(format!(
		"{} stay in escrow until the arbiter decides",
		currency.show(invoice.escrowed)
	));
	done_with(ctx, at, draft, "disputed", |_| {
		Ok((json!({ "reason": hex(&reason) }), vec![("reason", hex(&reason))]))
	})
	.await
}

/// `invoice resolve`.
pub async fn resolve(ctx: &Context, at: Address, to_buyer: &str, why: &str) -> Result<()> {
	let (state, invoice, currency) = read(ctx, at).await?;
	let back = currency.parse(to_buyer)?;
	let rest = invoice.escrowed.checked_sub(back).ok_or_else(|| {
		Error::input(format!(
			"{} can't go back: only {} are in escrow",
			currency.show(back),
			currency.show(invoice.escrowed)
		))
	})?;
	let reason = money::reference(Some(why));
	let call = state.call("Commerce", "resolve", (at.seller, at.number, back, reason))?;
	let mut draft = Draft::new(call)
		.effect(format!(
			"{} go back to whoever paid, the newest payment first",
			currency.show(back)
		))
		.effects(released(&state, at, &invoice, currency.clone(), rest).await?)
		.effect(format!("{at} counts as not accepted"));
	let open = stays_open(at, back, &currency);
	if let Some(open) = &open {
		draft = draft.effect(open.clone());
	}
	done_with(ctx, at, draft, "resolved", |_| {
		let fields = json!({
			"toBuyer": back.to_string(),
			"released": rest.to_string(),
			"reason": hex(&reason),
		});
		let mut lines = vec![("went back", currency.show(back)), ("released", currency.show(rest))];
		lines.extend(open.map(|open| ("open", open)));
		Ok((fields, lines))
	})
	.await
}

/// What a decision doesn't say of money that goes back, if any does.
fn stays_open(at: Address, back: u128, currency: &Currency) -> Option<String> {
	(back > 0).then(|| {
		format!(
			"the {} of {at} that go back stay open, until they are paid again or twin {} takes them \
			 back by a credit note",
			currency.show(back),
			at.seller
		)
	})
}

/// `invoice cover`.
pub async fn cover(ctx: &Context, at: Address, max: &str) -> Result<()> {
	let (state, invoice, currency) = read(ctx, at).await?;
	let Some(waiting) = &invoice.note else {
		return Err(Error::refused(format!("no credit note on {at} waits")));
	};
	let max = currency.parse(max)?;
	let place = Place::read(&state, invoice.jurisdiction, currency, Some(invoice.supply)).await?;
	let rest = left_by(&waiting.left, &invoice.bill, &place.rules)?;
	let credits = credits(&state, &place, at.seller, invoice.buyer, invoice.business).await?;
	let show = |units| place.currency.show(units);
	let missing = match note::foresee(&invoice.bill, &rest, &place.rules, &credits, 0)? {
		Foreseen::Waits(missing) => missing,
		Foreseen::Settles(_) => 0,
	};
	if max < missing {
		return Err(Error::refused(format!(
			"the note lacks {} now, so {} aren't enough",
			show(missing),
			show(max)
		)));
	}
	let foreseen = note::foresee(&invoice.bill, &rest, &place.rules, &credits, max)?;
	let seller = TwinInfo::read(&state, at.seller).await?;
	ensure_seller_pays(&state, &seller, &place.currency, &foreseen).await?;
	// With what is missing, all that it books of reverse charge, if the most that it pays reaches.
	let pays = foreseen.moves().map_or(missing, Moves::buyer_pays);
	let own = ctx.own_party(&state).await?;
	if pays > 0 {
		let holding = Holding::read(&state, place.currency.id, own.account).await?;
		holding.ensure_can_pay(&place.currency, &own, pays)?;
	}
	let call = state.call("Commerce", "cover_note", (at.seller, at.number, max))?;
	let mut draft = Draft::new(call).spends(Kind::WithId(place.currency.id), pays);
	if missing > 0 {
		draft = draft
			.effect(format!("{} go to the treasury, for credit that you have used", show(missing)));
	}
	let draft = draft
		.effect("the note takes effect, and gets its number")
		.effects(foreseen.effects(at.seller, invoice.buyer, &place.currency));
	done_with(ctx, at, draft, "credited", |done| {
		let note = receipt::of_note(done)?;
		let name =
			note.as_ref().map(|note| ("credit note", format!("{}/{}", at.seller, note.number)));
		Ok((json!({ "receipt": note }), name.into_iter().collect()))
	})
	.await
}

/// `invoice withdraw`.
pub async fn withdraw(ctx: &Context, at: Address) -> Result<()> {
	super::ensure_own(ctx, at)?;
	let (state, _, _) = read(ctx, at).await?;
	let call = state.call("Commerce", "withdraw_note", (at.number,))?;
	let draft = Draft::new(call)
		.for_twin(at.seller)
		.effect(format!("the credit note that waits on {at} is void"));
	done(ctx, at, draft, "note withdrawn").await
}

/// `invoice cancel`.
pub async fn cancel(ctx: &Context, at: Address, withdraw: bool) -> Result<()> {
	if withdraw {
		return withdraw_cancel(ctx, at).await;
	}
	let (state, invoice, currency) = read(ctx, at).await?;
	let own = ctx.own_party(&state).await?.twin;
	let asks = asks_only(at, &invoice, own)?;
	let mut draft = draft(&state, "cancel", at)?;
	draft = match asks {
		true => draft
			.effect(format!("{at} becomes void once the other party cancels it, too"))
			.effect("whatever else is done with it before that ends your request"),
		false => draft.effect(format!("{at} becomes void")).effects(goes_back(&invoice, &currency)),
	};
	let what = if asks { "waits for the other party" } else { "cancelled" };
	done(ctx, at, draft, what).await
}

/// Whether to cancel an invoice only asks the other party to do the same; refuses what the chain
/// would.
fn asks_only(at: Address, invoice: &Invoice, own: Option<TwinNumber>) -> Result<bool> {
	let is_seller = own == Some(at.seller);
	let is_buyer = own.is_some() && own == invoice.buyer;
	let is_shared = matches!(invoice.state, InvoiceState::Accepted | InvoiceState::Disputed);
	if !is_seller && !is_buyer {
		return Err(Error::refused(format!("only the parties of {at} can cancel it")));
	}
	if !is_seller && !is_shared {
		return Err(Error::refused(format!(
			"only twin {} can cancel {at} before it is accepted; its buyer rejects it instead",
			at.seller
		)));
	}
	if !is_shared && invoice.state != InvoiceState::Issued {
		return Err(Error::refused(format!(
			"{at} is {}, and can't be cancelled",
			invoice.state.name()
		)));
	}
	ensure_unpaid(at, invoice)?;
	Ok(is_shared && invoice.cancel.is_none_or(|asked| Some(asked) == own))
}

/// `invoice cancel --withdraw`.
async fn withdraw_cancel(ctx: &Context, at: Address) -> Result<()> {
	let (state, invoice, _) = read(ctx, at).await?;
	let own = ctx.own_party(&state).await?.twin;
	if own.is_none() || invoice.cancel != own {
		return Err(Error::refused(format!(
			"you haven't asked to cancel {at}, or something was done with it since"
		)));
	}
	let draft = draft(&state, "withdraw_cancel", at)?
		.effect(format!("you don't ask any more to cancel {at}"));
	done(ctx, at, draft, "request withdrawn").await
}

/// `invoice release`.
pub async fn release(ctx: &Context, at: Address) -> Result<()> {
	let (state, invoice, currency) = read(ctx, at).await?;
	ensure_releasable(at, &invoice, money::today(&state).await?)?;
	let draft = draft(&state, "release", at)?
		.effects(released(&state, at, &invoice, currency, invoice.escrowed).await?);
	done(ctx, at, draft, "released").await
}

/// Refuses to release what can't be yet.
fn ensure_releasable(at: Address, invoice: &Invoice, today: Day) -> Result<()> {
	if invoice.escrowed == 0 {
		return Err(Error::refused(format!("no money of {at} is in escrow")));
	}
	if invoice.state == InvoiceState::Disputed {
		return Err(Error::refused(format!("{at} is disputed: its arbiter decides")));
	}
	match invoice.release {
		Some(day) if day <= today => Ok(()),
		Some(day) => Err(Error::refused(format!(
			"the deadline of {at} is {}: only its buyer or its arbiter can release the money before",
			money::midnight(day)
		))),
		None => {
			Err(Error::refused(format!("no deadline of {at} runs: it does from full payment on")))
		},
	}
}

/// `invoice collect-unpaid`.
pub async fn collect_unpaid(ctx: &Context, at: Address) -> Result<()> {
	let (state, invoice, currency) = read(ctx, at).await?;
	let place = Place::read(&state, invoice.jurisdiction, currency, Some(invoice.supply)).await?;
	let over = invoice.due.saturating_add(1).saturating_add(place.unpaid_days.into());
	if place.today < over {
		return Err(Error::refused(format!(
			"{at} is due by the end of {}, and its tax is collected from {} on, by the clock of {}",
			money::date(invoice.due),
			money::date(over),
			place.name
		)));
	}
	let currency = place.currency;
	let draft = draft(&state, "collect_unpaid", at)?
		.effect(format!("twin {} pays all tax of {at} that is still open", at.seller));
	done_with(ctx, at, draft, "its tax is collected", |done| {
		#[derive(DecodeAsType)]
		#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
		struct UnpaidTaxCollected {
			amount: u128,
		}
		let UnpaidTaxCollected { amount } = done.expect("Commerce", "UnpaidTaxCollected")?;
		Ok((json!({ "amount": amount.to_string() }), vec![("collected", currency.show(amount))]))
	})
	.await
}

/// `invoice prune`.
pub async fn prune(ctx: &Context, at: Address) -> Result<()> {
	let (state, invoice, _) = read(ctx, at).await?;
	match invoice.removal {
		None => {
			return Err(Error::refused(format!(
				"{at} is {}, and stays in the chain's state until it is closed, rejected or cancelled",
				invoice.state.name()
			)))
		},
		Some(day) if day > money::today(&state).await? => {
			return Err(Error::refused(format!(
				"{at} stays in the chain's state until {}",
				money::midnight(day)
			)))
		},
		Some(_) => (),
	}
	let draft = draft(&state, "prune", at)?
		.effect(format!("{at} leaves the chain's state; its receipt stays provable"));
	done(ctx, at, draft, "pruned").await
}

/// `invoice prune-quotes`.
pub async fn prune_quotes(ctx: &Context, limit: u32) -> Result<()> {
	let state = ctx.state().await?;
	let call = state.call("Commerce", "prune_quotes", (limit,))?;
	let draft = Draft::new(call).effect(format!(
		"the chain forgets up to {limit} used quotes that have expired, the oldest first"
	));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	ctx.out.done(
		&done,
		json!({ "limit": limit }),
		[("forgotten", format!("up to {limit} quotes that had expired"))],
	);
	Ok(())
}

#[cfg(test)]
#[path = "acts_tests.rs"]
mod tests;
