//! Refunds of credit: `tax refund`.

use super::{all_or, authority_state, own_twin, root};
use crate::{commands::Context, output::report::Report};
use clap::{Args, Subcommand};
use ourledger_client::{
	money::{self, Currency},
	submit::Draft,
	tax::refunds::{self, Decision, OpenClaim, RefundClaimed, RefundPaid},
	Error, Result, State,
};
use ourledger_primitives::tax::JurisdictionId;
use serde_json::Value as Json;

/// Commands on refunds.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Claim credit to be paid out, as a taxpayer. Small claims are paid at once, others when their
	/// hold ends, unless the authority decides before.
	Claim {
		/// The jurisdiction's number.
		jurisdiction: u32,
		/// The currency, by id or symbol.
		currency: String,
		/// How much, as 12.5 or "12.50 TSH"; or "all".
		amount: String,
	},
	/// Hold a claim back, as the authority.
	Hold {
		/// The claim.
		#[command(flatten)]
		claim: ClaimArguments,
		/// For so many days from today on.
		#[arg(long)]
		days: u16,
		/// Why: the hash of a decision, or a text of which the chain keeps the hash.
		#[arg(long)]
		reason: String,
	},
	/// Deny a claim, as the authority: it is credit again. The taxpayer can appeal.
	Deny {
		/// The claim.
		#[command(flatten)]
		claim: ClaimArguments,
		/// Why: the hash of a decision, or a text of which the chain keeps the hash.
		#[arg(long)]
		reason: String,
	},
	/// Assess that a part of a claim is forfeited, as the authority. The taxpayer can appeal.
	Assess {
		/// The claim.
		#[command(flatten)]
		claim: ClaimArguments,
		/// The part that is forfeited, as 12.5.
		#[arg(long, value_name = "AMOUNT")]
		forfeit: String,
		/// Why: the hash of a decision, or a text of which the chain keeps the hash.
		#[arg(long)]
		reason: String,
	},
	/// Appeal against an assessment or a denial, as the taxpayer. Governance then decides. What was
	/// denied is claimed again, so the credit has to be there still.
	Appeal {
		/// The claim.
		#[command(flatten)]
		claim: ClaimArguments,
		/// Why: the hash of a statement, or a text of which the chain keeps the hash.
		#[arg(long)]
		reason: String,
	},
	/// Decide about an appeal: a Root call, which the council decides about.
	Decide {
		/// The claim.
		#[command(flatten)]
		claim: ClaimArguments,
		/// The claim is paid, less the part that is forfeited, as 12.5; 0 if the taxpayer is right.
		#[arg(long, value_name = "AMOUNT", required_unless_present = "deny")]
		forfeit: Option<String>,
		/// The claim is credit again.
		#[arg(long, conflicts_with = "forfeit")]
		deny: bool,
		/// Only print the call, for somebody else to propose.
		#[arg(long)]
		print: bool,
	},
	/// Pay a claim that is due. Anyone may.
	Pay {
		/// The claim.
		#[command(flatten)]
		claim: ClaimArguments,
	},
	/// Where a claim stands.
	Show {
		/// The claim.
		#[command(flatten)]
		claim: ClaimArguments,
	},
}

/// Which claim.
#[derive(Args, Debug)]
pub struct ClaimArguments {
	/// The jurisdiction's number.
	jurisdiction: u32,
	/// The claim's number.
	claim: u64,
}

impl ClaimArguments {
	async fn read(&self, state: &State) -> Result<OpenClaim> {
		OpenClaim::read(state, self.jurisdiction, self.claim).await
	}

	/// As [`ClaimArguments::read`], for what only the authority may do.
	async fn read_as_authority(&self, ctx: &Context) -> Result<(State, OpenClaim)> {
		let state = authority_state(ctx, self.jurisdiction).await?;
		let claim = self.read(&state).await?;
		Ok((state, claim))
	}
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Claim { jurisdiction, currency, amount } => {
			claim(ctx, jurisdiction, &currency, &amount).await
		},
		Command::Hold { claim, days, reason } => hold(ctx, &claim, days, &reason).await,
		Command::Deny { claim, reason } => deny(ctx, &claim, &reason).await,
		Command::Assess { claim, forfeit, reason } => assess(ctx, &claim, &forfeit, &reason).await,
		Command::Appeal { claim, reason } => appeal(ctx, &claim, &reason).await,
		Command::Decide { claim, forfeit, deny: _, print } => {
			decide(ctx, &claim, forfeit.as_deref(), print).await
		},
		Command::Pay { claim } => pay(ctx, &claim).await,
		Command::Show { claim } => show(ctx, &claim).await,
	}
}

async fn claim(
	ctx: &Context,
	jurisdiction: JurisdictionId,
	currency: &str,
	amount: &str,
) -> Result<()> {
	let state = ctx.state().await?;
	let twin = own_twin(ctx, &state).await?;
	let currency = Currency::find(&state, currency).await?;
	let amount = all_or(&currency, amount)?;
	let (draft, amount, clock) =
		refunds::claim(&state, jurisdiction, twin, &currency, amount).await?;
	ctx.submit_telling(draft, |done| {
		let RefundClaimed { claim, state } = done.expect("Tax", "RefundClaimed")?;
		let paid = RefundPaid::find(done, jurisdiction, claim)?.is_some();
		let outcome = if paid { "paid at once".into() } else { state.text(&currency, &clock) };
		Ok(Report::new()
			.json("jurisdiction", jurisdiction)
			.field("claim", "claim", claim)
			.json("twin", twin)
			.json("currency", currency.id)
			.field("amount", "amount", currency.amount(amount))
			.json("state", state.json())
			.line("state", outcome)
			.json("paid", paid))
	})
	.await
}

/// Submits a decision, and prints where the claim stands then.
async fn submit(ctx: &Context, draft: Draft, arguments: &ClaimArguments) -> Result<()> {
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let after = ctx.chain().await?.at(done.block_hash).await?;
	let report = match arguments.read(&after).await {
		Ok(claim) => Report::new()
			.json_of(claim.json())
			.line("claim", claim.id)
			.line("amount", claim.amount())
			.line("state", claim.state_text()),
		Err(Error::NotFound(_)) => Report::new()
			.json("jurisdiction", arguments.jurisdiction)
			.json("claim", arguments.claim)
			.json("state", Json::Null)
			.line("claim", format!("{}, closed", arguments.claim)),
		Err(error) => return Err(error),
	};
	ctx.out.told(&done, report);
	Ok(())
}

async fn hold(ctx: &Context, arguments: &ClaimArguments, days: u16, reason: &str) -> Result<()> {
	let (state, claim) = arguments.read_as_authority(ctx).await?;
	submit(ctx, claim.hold(&state, days, money::reference(Some(reason)))?, arguments).await
}

async fn deny(ctx: &Context, arguments: &ClaimArguments, reason: &str) -> Result<()> {
	let (state, claim) = arguments.read_as_authority(ctx).await?;
	submit(ctx, claim.deny(&state, money::reference(Some(reason)))?, arguments).await
}

async fn assess(
	ctx: &Context,
	arguments: &ClaimArguments,
	forfeit: &str,
	reason: &str,
) -> Result<()> {
	let (state, claim) = arguments.read_as_authority(ctx).await?;
	let reason = money::reference(Some(reason));
	submit(ctx, claim.assess(&state, claim.forfeit(forfeit)?, reason)?, arguments).await
}

async fn appeal(ctx: &Context, arguments: &ClaimArguments, reason: &str) -> Result<()> {
	let state = ctx.state().await?;
	let claim = arguments.read(&state).await?;
	let draft = claim.appeal(&state, money::reference(Some(reason))).await?;
	submit(ctx, draft, arguments).await
}

async fn decide(
	ctx: &Context,
	arguments: &ClaimArguments,
	forfeit: Option<&str>,
	print: bool,
) -> Result<()> {
	let state = ctx.state().await?;
	let claim = arguments.read(&state).await?;
	let forfeited = forfeit.map(|text| claim.forfeit(text)).transpose()?;
	let decision = forfeited.map_or(Decision::Deny, |forfeited| Decision::Pay { forfeited });
	let call = claim.decide(&state, decision)?;
	let Some(outcome) = root::propose(ctx, &state, &call, print).await? else {
		return Ok(());
	};
	let report = Report::new()
		.json("jurisdiction", claim.jurisdiction)
		.field("claim", "claim", claim.id)
		.json("decision", if forfeited.is_some() { "pay" } else { "deny" })
		.optional("forfeited", "forfeited", forfeited.map(|units| claim.currency.amount(units)));
	let report = match (&outcome.ran, forfeited) {
		(Some(ran), Some(_)) => {
			let is_own = |paid: &RefundPaid| paid.is_of(claim.jurisdiction, claim.id);
			let paid = ran.find("Tax", "RefundPaid", is_own)?;
			report.and(told_paid(paid.as_ref(), &claim.currency))
		},
		(_, forfeited) => {
			let credited = format!("{} are credit again", claim.amount());
			report
				.lines(forfeited.is_none().then_some(("denied", credited)))
				.json("paid", Json::Null)
				.json("amountPaid", Json::Null)
		},
	};
	ctx.out.told(&outcome.done, outcome.report(report));
	Ok(())
}

/// What was paid for a claim that is due.
fn told_paid(paid: Option<&RefundPaid>, currency: &Currency) -> Report {
	let amount = |units| currency.amount(units);
	let report = Report::new()
		.json("paid", paid.is_some())
		.json("amountPaid", paid.map(|paid| amount(paid.amount)))
		.json("used", paid.map(|paid| amount(paid.used)))
		.json("setAside", paid.map(|paid| amount(paid.set_aside)));
	match paid {
		Some(paid) => report.line("paid", paid.text(currency)),
		None => report.line("queued", "the treasury lacks the money: it is tried again every day"),
	}
}

async fn pay(ctx: &Context, arguments: &ClaimArguments) -> Result<()> {
	let state = ctx.state().await?;
	let claim = arguments.read(&state).await?;
	ctx.submit_telling(claim.pay(&state)?, |done| {
		let paid = RefundPaid::find(done, claim.jurisdiction, claim.id)?;
		Ok(Report::new()
			.json_of(claim.json())
			.line("claim", claim.id)
			.and(told_paid(paid.as_ref(), &claim.currency)))
	})
	.await
}

async fn show(ctx: &Context, arguments: &ClaimArguments) -> Result<()> {
	let state = ctx.state().await?;
	let claim = arguments.read(&state).await?;
	let report = Report::new()
		.json_of(claim.json())
		.line("claim", claim.id)
		.line("of", format!("twin {}", claim.claim.twin))
		.line("amount", claim.amount())
		.line("claimed", money::date(claim.claim.claimed))
		.line("state", claim.state_text())
		.lines(claim.reason().map(|reason| ("reason", reason)))
		.json("block", state.block_json());
	ctx.out.show(&report);
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	#[test]
	fn payment_is_told_with_what_became_of_it() {
		let shilling = money::example(3, "TSH");
		let paid = RefundPaid {
			jurisdiction: 0,
			claim: 7,
			amount: 750,
			forfeited: 250,
			used: 100,
			set_aside: 650,
		};
		let report = told_paid(Some(&paid), &shilling);
		let json = json!({ "paid": true, "amountPaid": "750", "used": "100", "setAside": "650" });
		assert_eq!(report.to_json(), json);
		assert!(report.to_text().starts_with("paid  7.50 TSH; 2.50 TSH are forfeited"));
		let queued = told_paid(None, &shilling);
		assert_eq!(
			(&queued.to_json()["paid"], &queued.to_json()["used"]),
			(&false.into(), &Json::Null)
		);
		assert!(queued.to_text().starts_with("queued  the treasury lacks the money"));
	}
}
