//! `invoice consent`: whether a buyer bills itself in a seller's name.

use crate::{
	commands::{twin, Context},
	output::report::Report,
};
use ourledger_client::{error::Result, money};
use ourledger_documents::on_chain::consent::{self, Consent};
use ourledger_primitives::invoice::MAX_DAYS;

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
	let seller = match arguments.until.is_some() {
		true => ctx.own_active_twin(&state).await?.number,
		false => ctx.twin_or_own(&state, arguments.seller.as_deref()).await?.number,
	};
	let report = Report::new().json("seller", seller).json("buyer", buyer);
	let (draft, report) = match &arguments.until {
		Some(until) => {
			let (until, objection) = (money::parse_date(until)?, arguments.objection);
			let payer = ctx.acting_account().await?;
			let draft = consent::allow(&state, (seller, buyer), until, objection, payer).await?;
			let report = report
				.json("until", money::date(until))
				.json("objectionDays", objection)
				.line("consent", consent::allowed(seller, buyer, until));
			(draft, report)
		},
		None if arguments.end => {
			let report = report.json("ended", true).line("consent", consent::ended(seller, buyer));
			let own = ctx.own_party(&state).await?;
			(consent::end(&state, (seller, buyer), &own).await?, report)
		},
		None => {
			let there = Consent::read(&state, seller, buyer).await?;
			let report = report
				.line(
					"consent",
					format!("of twin {seller} that twin {buyer} bills itself in its name"),
				)
				.json("until", money::date(there.until))
				.json("objectionDays", there.objection)
				.line("holds", there.text())
				.json("depositBy", there.payer)
				.line("deposit", format!("paid by {}", there.payer))
				.json("block", state.block_json());
			ctx.out.show(&report);
			return Ok(());
		},
	};
	if let Some(done) = ctx.submit(draft).await? {
		ctx.out.told(&done, report);
	}
	Ok(())
}
