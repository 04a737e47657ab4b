//! What the parties of an invoice do about it: one call each.

use super::{
	given::hex,
	issue::MAX_DAYS,
	reads::{credits, Consent, Invoice, InvoiceState, Place, Writer},
	receipt, Address,
};
use crate::{
	amount,
	chain::State,
	commands::{party::Party, twin, twin::info::TwinInfo, Context},
	error::{Error, Result},
	invoices::{
		assess::left_by,
		bill::Shares,
		note::{self, Foreseen},
	},
	money::{self, Currency, Kind},
	submit::{Draft, Submitted},
};
use ourledger_primitives::{money::Day, twin::TwinNumber};
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
	let own = Party::own(ctx, &state).await?;
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
	at.ensure_own(ctx)?;
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
	let missing = match note::foresee(&invoice.bill, &rest, &credits, 0)? {
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
	let foreseen = note::foresee(&invoice.bill, &rest, &credits, max)?;
	let call = state.call("Commerce", "cover_note", (at.seller, at.number, max))?;
	let draft = Draft::new(call)
		.spends(Kind::WithId(place.currency.id), missing)
		.effect(format!(
			"{} go to the treasury, for credit that you have used; then the note takes effect, and gets \
			 its number",
			show(missing)
		))
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
	at.ensure_own(ctx)?;
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
	let own = Party::own(ctx, &state).await?.twin;
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
	let own = Party::own(ctx, &state).await?.twin;
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
	done.print(
		&ctx.out,
		json!({ "limit": limit }),
		[("forgotten", format!("up to {limit} quotes that had expired"))],
	);
	Ok(())
}

/// Arguments of `consent`.
#[derive(clap::Args, Debug)]
pub struct ConsentArguments {
	/// The buyer.
	buyer: String,
	/// The last day, as 2026-12-31. Without it, and without --end, the consent that there is is told.
	#[arg(long, value_name = "DATE")]
	until: Option<String>,
	/// What isn't cancelled within so many days of its issue counts as accepted: anybody can accept
	/// it then in the seller's name. Without it, the seller accepts each invoice itself.
	#[arg(
		long,
		value_name = "DAYS",
		requires = "until",
		value_parser = clap::value_parser!(u16).range(1..=i64::from(MAX_DAYS))
	)]
	objection: Option<u16>,
	/// End it. The deposit goes back to whoever paid it.
	#[arg(long, conflicts_with = "until")]
	end: bool,
	/// The seller; the own twin unless given. Anybody can end a consent that has run out.
	#[arg(long, value_name = "TWIN", conflicts_with = "until")]
	seller: Option<String>,
}

/// `invoice consent`.
pub async fn consent(ctx: &Context, arguments: ConsentArguments) -> Result<()> {
	let state = ctx.state().await?;
	let buyer = twin::lookup(ctx, &state, &arguments.buyer).await?.number;
	let Some(until) = &arguments.until else {
		let seller = match &arguments.seller {
			Some(text) => twin::lookup(ctx, &state, text).await?.number,
			None => TwinInfo::own(ctx, &state).await?.number,
		};
		return match arguments.end {
			true => end_consent(ctx, &state, seller, buyer).await,
			false => show_consent(ctx, &state, seller, buyer).await,
		};
	};
	let seller = TwinInfo::own_active(ctx, &state).await?.number;
	let (until, objection) = (money::parse_date(until)?, arguments.objection);
	if until < money::today(&state).await? {
		return Err(Error::input(format!("{} is over", money::date(until))));
	}
	if buyer == seller {
		return Err(Error::input("a twin sells nothing to itself"));
	}
	let call = state.call("Commerce", "allow_self_billing", (buyer, until, objection))?;
	let effect = format!(
		"twin {buyer} may issue invoices in the name of twin {seller}, until {}",
		money::date(until)
	);
	let mut draft =
		Draft::new(call).for_twin(seller).effect(effect.clone()).effect(match objection {
			Some(days) => format!(
			"what twin {seller} hasn't cancelled within {days} whole days of its issue, anybody can \
			 accept in its name"
		),
			None => format!("twin {seller} accepts each of them itself"),
		});
	let payer = ctx.acting_account().await?;
	let deposit: u128 = state.view("Commerce", "self_billing_deposit", ()).await?;
	match Consent::find(&state, seller, buyer).await? {
		Some(there) => {
			draft = draft.effect(format!("it takes the place of one {}", there.text()));
			if there.payer != payer {
				draft = draft.deposit(deposit);
			}
		},
		None => draft = draft.deposit(deposit),
	}
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let result = json!({
		"seller": seller,
		"buyer": buyer,
		"until": money::date(until),
		"objectionDays": objection,
	});
	done.print(&ctx.out, result, [("consent", effect)]);
	Ok(())
}

fn no_consent(seller: TwinNumber, buyer: TwinNumber) -> Error {
	Error::not_found(format!(
		"there is no consent of twin {seller} that twin {buyer} bills itself in its name"
	))
}

async fn show_consent(
	ctx: &Context,
	state: &State,
	seller: TwinNumber,
	buyer: TwinNumber,
) -> Result<()> {
	let there = Consent::find(state, seller, buyer).await?;
	let there = there.ok_or_else(|| no_consent(seller, buyer))?;
	let json = json!({
		"seller": seller,
		"buyer": buyer,
		"until": money::date(there.until),
		"objectionDays": there.objection,
		"depositBy": there.payer,
		"block": state.block_json(),
	});
	ctx.out.print(&json, || {
		crate::output::fields([
			("consent", format!("of twin {seller} that twin {buyer} bills itself in its name")),
			("holds", there.text()),
			("deposit", format!("paid by {}", there.payer)),
		])
	});
	Ok(())
}

async fn end_consent(
	ctx: &Context,
	state: &State,
	seller: TwinNumber,
	buyer: TwinNumber,
) -> Result<()> {
	let there = Consent::find(state, seller, buyer).await?;
	let there = there.ok_or_else(|| no_consent(seller, buyer))?;
	let own = Party::own(ctx, state).await?;
	let is_over = there.until < money::today(state).await?;
	if !is_over && there.payer != own.account && own.twin != Some(seller) {
		return Err(Error::refused(format!(
			"only twin {seller}, or {} who paid the deposit, ends it before {} is over",
			there.payer,
			money::date(there.until)
		)));
	}
	let call = state.call("Commerce", "end_self_billing", (seller, buyer))?;
	let effect = format!("twin {buyer} may issue no more invoices in the name of twin {seller}");
	let deposit: u128 = state.view("Commerce", "self_billing_deposit", ()).await?;
	let draft = Draft::new(call).effect(effect.clone()).effect(format!(
		"the deposit, {} today, comes back to {}",
		amount::format(deposit),
		there.payer
	));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let result = json!({ "seller": seller, "buyer": buyer, "ended": true });
	done.print(&ctx.out, result, [("consent", effect)]);
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		commands::invoice::reads::tests::invoice,
		invoices::assess::{
			assess,
			tests::{rules, sale, STANDARD},
		},
	};

	#[test]
	fn what_goes_back_stays_open() {
		let at = Address { seller: 2, number: 7 };
		let shilling = money::example(1, "TSH");
		let said = stays_open(at, 2_500, &shilling).expect("something goes back");
		assert!(said.starts_with("the 25.00 TSH of 2/7 that go back stay open"), "{said}");
		assert_eq!(stays_open(at, 0, &shilling), None);
	}

	const AT: Address = Address { seller: 2, number: 7 };

	/// An invoice of twin 2 to twin 3 over 100.00 and 15.00 of VAT.
	fn open() -> Invoice {
		invoice(assess(&sale(&[(STANDARD, 10_000)]), &rules()).expect("is fine").1)
	}

	#[test]
	fn who_did_not_write_it_accepts_it() {
		let accepts = |invoice: &Invoice, own| ensure_accepts(AT, invoice, own, 20_780);
		assert_eq!(accepts(&open(), Some(3)), Ok(()));
		assert!(accepts(&open(), Some(2)).is_err());
		assert!(accepts(&open(), None).is_err());
		// A buyer never accepts its own bill in the supplier's name.
		let written = |silence| Invoice { writer: Writer::Buyer { silence }, ..open() };
		assert_eq!(accepts(&written(None), Some(2)), Ok(()));
		assert!(accepts(&written(None), Some(3)).is_err());
		// The supplier's silence counts when it had its days.
		assert!(accepts(&written(Some(20_781)), Some(3)).is_err());
		assert_eq!(accepts(&written(Some(20_780)), Some(3)), Ok(()));
		assert_eq!(accepts(&written(Some(20_780)), None), Ok(()));
		let accepted = Invoice { state: InvoiceState::Accepted, ..open() };
		assert!(accepts(&accepted, Some(3)).is_err());
	}

	#[test]
	fn cancelling_asks_the_other_party_once_it_is_accepted() {
		let state = |state, cancel| Invoice { state, cancel, ..open() };
		let accepted = InvoiceState::Accepted;
		assert_eq!(asks_only(AT, &open(), Some(2)), Ok(false));
		for (by, asked, asks) in [
			(2, None, true),
			(3, None, true),
			(2, Some(2), true),
			(3, Some(2), false),
			(2, Some(3), false),
		] {
			assert_eq!(
				asks_only(AT, &state(accepted, asked), Some(by)),
				Ok(asks),
				"{by} {asked:?}"
			);
		}
		let mut paid = state(accepted, None);
		paid.bill.paid = 1;
		let mut taxed = state(accepted, None);
		taxed.bill.subtotals[0].taken = 1;
		for (invoice, own) in [
			(&open(), Some(3)),
			(&open(), Some(9)),
			(&open(), None),
			(&state(InvoiceState::Cancelled, None), Some(2)),
			(&paid, Some(2)),
			(&taxed, Some(2)),
		] {
			assert!(asks_only(AT, invoice, own).is_err(), "{:?} {own:?}", invoice.state);
		}
	}

	#[test]
	fn escrow_is_released_from_its_deadline_on() {
		let escrowed = |release| Invoice { escrowed: 11_500, release, ..open() };
		let released = |invoice: &Invoice| ensure_releasable(AT, invoice, 20_780);
		assert_eq!(released(&escrowed(Some(20_780))), Ok(()));
		let early = released(&escrowed(Some(20_781))).expect_err("is early").to_string();
		assert!(early.contains("2026-11-24 00:00 UTC"), "{early}");
		assert!(released(&escrowed(None)).is_err());
		assert!(released(&open()).is_err());
		let disputed = Invoice { state: InvoiceState::Disputed, ..escrowed(Some(1)) };
		assert!(released(&disputed).is_err());
	}
}
