//! What the parties of an invoice do about it: one call each.

use super::{
	given::hex,
	reads::{Invoice, InvoiceState},
	Address,
};
use crate::{
	chain::State,
	commands::{twin, twin::info::TwinInfo, Context},
	error::{Error, Result},
	money::{self, Currency},
	submit::{Draft, Submitted},
};
use serde_json::{json, Value as Json};
use subxt::ext::scale_decode::DecodeAsType;

/// An invoice with what it is paid in.
async fn read(ctx: &Context, at: Address) -> Result<(State, Invoice, Currency)> {
	let state = ctx.state().await?;
	let invoice = Invoice::read(&state, at.seller, at.number).await?;
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
	done.print(&ctx.out, result, own.into_iter().chain(lines));
	Ok(())
}

/// `invoice accept`.
pub async fn accept(ctx: &Context, at: Address) -> Result<()> {
	let (state, invoice, currency) = read(ctx, at).await?;
	let draft = draft(&state, "accept", at)?
		.effect(format!("you owe twin {} {}", at.seller, currency.show(invoice.outstanding())))
		.effect("only both of you together can cancel it then");
	done(ctx, at, draft, "accepted").await
}

/// `invoice reject`.
pub async fn reject(ctx: &Context, at: Address) -> Result<()> {
	let (state, _, _) = read(ctx, at).await?;
	let draft = draft(&state, "reject", at)?.effect(format!("nobody owes {at}, for ever"));
	done(ctx, at, draft, "rejected").await
}

/// `invoice deliver`.
pub async fn deliver(ctx: &Context, at: Address) -> Result<()> {
	at.ensure_own(ctx)?;
	let (state, _, _) = read(ctx, at).await?;
	let draft = draft(&state, "deliver", at)?.effect(format!("you say that {at} is delivered"));
	done(ctx, at, draft, "delivered").await
}

/// `invoice confirm`.
pub async fn confirm(ctx: &Context, at: Address) -> Result<()> {
	let (state, invoice, currency) = read(ctx, at).await?;
	let mut draft = draft(&state, "confirm", at)?.effect(format!("you have got {at}"));
	if invoice.escrowed > 0 {
		draft = draft.effect(format!(
			"{} leave the escrow: twin {} and the treasury get them",
			currency.show(invoice.escrowed),
			at.seller
		));
	}
	done(ctx, at, draft, "confirmed").await
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
		.effect(format!("{} go back to whoever paid", currency.show(back)))
		.effect(format!("{} go to twin {}, tax taken off", currency.show(rest), at.seller));
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
	if invoice.note.is_none() {
		return Err(Error::refused(format!("no credit note on {at} waits")));
	}
	let max = currency.parse(max)?;
	let call = state.call("Commerce", "cover_note", (at.seller, at.number, max))?;
	let draft = Draft::new(call).effect(format!(
		"up to {} go to the treasury, for credit that you have used; then the note takes effect",
		currency.show(max)
	));
	done(ctx, at, draft, "credited").await
}

/// `invoice withdraw`.
pub async fn withdraw(ctx: &Context, at: Address) -> Result<()> {
	at.ensure_own(ctx)?;
	let (state, _, _) = read(ctx, at).await?;
	let call = state.call("Commerce", "withdraw_note", (at.number,))?;
	let draft = Draft::new(call)
		.for_twin(at.seller)
		.effect(format!("the credit note that waits on {at} is void"));
	done(ctx, at, draft, "note withdrawn").await
}

/// `invoice cancel`.
pub async fn cancel(ctx: &Context, at: Address) -> Result<()> {
	let (state, invoice, _) = read(ctx, at).await?;
	let mut draft = draft(&state, "cancel", at)?;
	let is_alone = invoice.state == InvoiceState::Accepted && invoice.cancel.is_none();
	draft = match is_alone {
		true => draft.effect(format!("{at} becomes void once the other party cancels it, too")),
		false => draft.effect(format!("{at} becomes void")),
	};
	let what = if is_alone { "waits for the other party" } else { "cancelled" };
	done(ctx, at, draft, what).await
}

/// `invoice release`.
pub async fn release(ctx: &Context, at: Address) -> Result<()> {
	let (state, invoice, currency) = read(ctx, at).await?;
	let draft = draft(&state, "release", at)?.effect(format!(
		"{} leave the escrow: twin {} and the treasury get them",
		currency.show(invoice.escrowed),
		at.seller
	));
	done(ctx, at, draft, "released").await
}

/// `invoice collect-unpaid`.
pub async fn collect_unpaid(ctx: &Context, at: Address) -> Result<()> {
	let (state, _, currency) = read(ctx, at).await?;
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
	let (state, _, _) = read(ctx, at).await?;
	let draft = draft(&state, "prune", at)?
		.effect(format!("{at} leaves the chain's state; its receipt stays provable"));
	done(ctx, at, draft, "pruned").await
}

/// `invoice prune-quotes`.
pub async fn prune_quotes(ctx: &Context, expires: u32, limit: u32) -> Result<()> {
	let state = ctx.state().await?;
	let call = state.call("Commerce", "prune_quotes", (expires, limit))?;
	let draft = Draft::new(call)
		.effect(format!("the chain forgets up to {limit} quotes that expired with tick {expires}"));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	done.print(
		&ctx.out,
		json!({ "expires": expires, "limit": limit }),
		[("forgotten", format!("quotes of tick {expires}"))],
	);
	Ok(())
}

/// `invoice consent`.
pub async fn consent(ctx: &Context, buyer: &str, until: Option<&str>) -> Result<()> {
	let state = ctx.state().await?;
	let seller = TwinInfo::own_active(ctx, &state).await?;
	let buyer = twin::lookup(ctx, &state, buyer).await?.number;
	let day = until.map(money::parse_date).transpose()?;
	let call = state.call("Commerce", "consent_to_self_billing", (buyer, day))?;
	let effect = match day {
		Some(day) => format!(
			"twin {buyer} may issue invoices in the name of twin {}, until {}",
			seller.number,
			money::date(day)
		),
		None => {
			format!("twin {buyer} may issue no more invoices in the name of twin {}", seller.number)
		},
	};
	let draft = Draft::new(call).for_twin(seller.number).effect(effect.clone());
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let result = json!({ "seller": seller.number, "buyer": buyer, "until": day.map(money::date) });
	done.print(&ctx.out, result, [("consent", effect)]);
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_goes_back_stays_open() {
		let at = Address { seller: 2, number: 7 };
		let shilling = money::example(1, "TSH");
		let said = stays_open(at, 2_500, &shilling).expect("something goes back");
		assert!(said.starts_with("the 25.00 TSH of 2/7 that go back stay open"), "{said}");
		assert_eq!(stays_open(at, 0, &shilling), None);
	}
}
