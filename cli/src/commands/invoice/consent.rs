//! `invoice consent`: whether a buyer bills itself in a seller's name.

use super::{issue::MAX_DAYS, reads::Consent};
use crate::{
	commands::{twin, Context},
	output,
};
use ourledger_client::{
	amount,
	chain::State,
	error::{Error, Result},
	money,
	submit::Draft,
	twin::TwinInfo,
};
use ourledger_primitives::twin::TwinNumber;
use serde_json::json;

/// Arguments of `consent`.
#[derive(clap::Args, Debug)]
pub struct Arguments {
	/// The buyer that may write the bills.
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
pub async fn consent(ctx: &Context, arguments: Arguments) -> Result<()> {
	let state = ctx.state().await?;
	let buyer = twin::lookup(ctx, &state, &arguments.buyer).await?.number;
	let Some(until) = &arguments.until else {
		let seller = match &arguments.seller {
			Some(text) => twin::lookup(ctx, &state, text).await?.number,
			None => ctx.own_twin(&state).await?.number,
		};
		return match arguments.end {
			true => end_consent(ctx, &state, seller, buyer).await,
			false => show_consent(ctx, &state, seller, buyer).await,
		};
	};
	let seller = ctx.own_active_twin(&state).await?.number;
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
	ctx.out.done(&done, result, [("consent", effect)]);
	Ok(())
}

/// The consent that has to be there.
async fn read(state: &State, seller: TwinNumber, buyer: TwinNumber) -> Result<Consent> {
	let there = Consent::find(state, seller, buyer).await?;
	there.ok_or_else(|| {
		Error::not_found(format!(
			"there is no consent of twin {seller} that twin {buyer} bills itself in its name"
		))
	})
}

async fn show_consent(
	ctx: &Context,
	state: &State,
	seller: TwinNumber,
	buyer: TwinNumber,
) -> Result<()> {
	let there = read(state, seller, buyer).await?;
	let json = json!({
		"seller": seller,
		"buyer": buyer,
		"until": money::date(there.until),
		"objectionDays": there.objection,
		"depositBy": there.payer,
		"block": state.block_json(),
	});
	ctx.out.print(&json, || {
		output::fields([
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
	let there = read(state, seller, buyer).await?;
	let own = ctx.own_party(state).await?;
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
	ctx.out.done(&done, result, [("consent", effect)]);
	Ok(())
}
