//! Refunds of credit: `tax refund`.

use super::{books, ensure_authority, own_twin, root, settings};
use crate::{commands::Context, output};
use clap::{Args, Subcommand};
use ourledger_client::tax::{
	today, Claim, ClaimState, ClockChange, Decision, Jurisdiction, Settings, TaxpayerInfo,
};
use ourledger_client::{
	chain::State,
	error::{Error, Result},
	money::{self, Currency},
	submit::{Draft, Submitted},
};
use ourledger_primitives::{money::Day, tax::JurisdictionId, twin::TwinNumber};
use serde_json::{json, Value as Json};
use subxt::ext::scale_decode::DecodeAsType;

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

/// A claim that exists, and the currency that it is in.
struct Found {
	jurisdiction: JurisdictionId,
	id: u64,
	claim: Claim,
	currency: Currency,
	/// The jurisdiction's.
	clock: Vec<ClockChange>,
	/// For how many days a decision can be appealed.
	appeal_days: u16,
	/// Today, by that clock.
	today: Day,
}

impl Found {
	async fn read(state: &State, arguments: &ClaimArguments) -> Result<Self> {
		let ClaimArguments { jurisdiction, claim: id } = *arguments;
		let claim: Option<Claim> = state.view("Tax", "claim", (jurisdiction, id)).await?;
		let claim = claim.ok_or_else(|| {
			Error::not_found(format!(
				"jurisdiction {jurisdiction} has no open claim {id}; those that were paid or denied \
				 are gone"
			))
		})?;
		let currency = Currency::read(state, claim.currency).await?;
		let Settings { clock, appeal_days, .. } =
			Jurisdiction::read(state, jurisdiction).await?.settings;
		let today = today(state, jurisdiction).await?;
		Ok(Self { jurisdiction, id, claim, currency, clock, appeal_days, today })
	}

	/// Where it stands, for people.
	fn text(&self) -> String {
		state_text(&self.claim.state, &self.currency, &self.clock)
	}

	/// When a wait of so many days is over that begins today: they are whole days, so that of today
	/// doesn't count.
	fn after(&self, days: u16) -> String {
		begins(&self.clock, money::after_a_wait(self.today, days))
	}

	/// What is forfeited, at most all of it.
	fn forfeit(&self, text: &str) -> Result<u128> {
		let forfeited = self.currency.parse(text)?;
		if forfeited > self.claim.amount {
			return Err(Error::input(format!(
				"claim {} is for {}, and can't forfeit {}",
				self.id,
				self.currency.show(self.claim.amount),
				self.currency.show(forfeited)
			)));
		}
		Ok(forfeited)
	}

	fn json(&self) -> Json {
		json!({
			"jurisdiction": self.jurisdiction,
			"claim": self.id,
			"twin": self.claim.twin,
			"currency": self.claim.currency,
			"amount": self.claim.amount.to_string(),
			"claimed": money::date(self.claim.claimed),
			"state": state_json(&self.claim.state),
			"reason": self.claim.reason.map(|hash| format!("0x{}", hex::encode(hash))),
		})
	}
}

fn state_json(state: &ClaimState) -> Json {
	match state {
		ClaimState::Ready => json!({ "is": "ready" }),
		ClaimState::Held { until } => json!({ "is": "held", "until": money::date(*until) }),
		ClaimState::Assessed { forfeited, final_on } => json!({
			"is": "assessed",
			"forfeited": forfeited.to_string(),
			"finalOn": money::date(*final_on),
		}),
		ClaimState::Appealed { forfeited } => {
			json!({ "is": "appealed", "forfeited": forfeited.to_string() })
		},
		ClaimState::Denied { final_on } => {
			json!({ "is": "denied", "finalOn": money::date(*final_on) })
		},
		ClaimState::DenialAppealed => json!({ "is": "denialAppealed" }),
	}
}

/// When a day of a wait begins, by the jurisdiction's clock.
fn begins(clock: &[ClockChange], day: Day) -> String {
	format!("{} 00:00 {}", money::date(day), settings::utc(settings::offset_on(clock, day)))
}

fn state_text(state: &ClaimState, currency: &Currency, clock: &[ClockChange]) -> String {
	match state {
		ClaimState::Ready => "ready: paid as soon as the treasury has the money".into(),
		ClaimState::Held { until } => {
			format!("held: paid on {}, unless something is decided before", begins(clock, *until))
		},
		ClaimState::Assessed { forfeited, final_on } => format!(
			"assessed: {} are forfeited on {}, unless it is appealed before",
			currency.show(*forfeited),
			begins(clock, *final_on)
		),
		ClaimState::Appealed { forfeited } => {
			format!("appealed against forfeiting {}: governance decides", currency.show(*forfeited))
		},
		ClaimState::Denied { final_on } => format!(
			"denied: it is credit again, for good on {}, unless it is appealed before",
			begins(clock, *final_on)
		),
		ClaimState::DenialAppealed => {
			"appealed against a denial: it is claimed again, and governance decides".into()
		},
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

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct RefundPaid {
	jurisdiction: JurisdictionId,
	claim: u64,
	amount: u128,
	forfeited: u128,
	used: u128,
	set_aside: u128,
}

impl RefundPaid {
	fn is_of(&self, jurisdiction: JurisdictionId, claim: u64) -> bool {
		(self.jurisdiction, self.claim) == (jurisdiction, claim)
	}
}

/// What was paid for a claim, if it was.
fn paid_in(
	done: &Submitted,
	jurisdiction: JurisdictionId,
	claim: u64,
) -> Result<Option<RefundPaid>> {
	let paid: Option<RefundPaid> = done.find("Tax", "RefundPaid")?;
	Ok(paid.filter(|paid| paid.is_of(jurisdiction, claim)))
}

/// Tells what was paid for a claim that is due: for programs in `json`, and as a line.
fn tell_paid(
	paid: Option<&RefundPaid>,
	currency: &Currency,
	json: &mut Json,
) -> (&'static str, String) {
	json["paid"] = paid.is_some().into();
	let amounts = paid.map(|paid| {
		[paid.amount, paid.used, paid.set_aside].map(|units| Json::from(units.to_string()))
	});
	let [amount, used, aside] = amounts.unwrap_or([Json::Null, Json::Null, Json::Null]);
	(json["amountPaid"], json["used"], json["setAside"]) = (amount, used, aside);
	let Some(paid) = paid else {
		return ("queued", "the treasury lacks the money: it is tried again every day".into());
	};
	let mut parts = vec![currency.show(paid.amount)];
	for (units, what) in [
		(paid.forfeited, "are forfeited"),
		(paid.used, "went against arrears"),
		(paid.set_aside, "of it are set aside: the account couldn't hold them"),
	] {
		if units > 0 {
			parts.push(format!("{} {what}", currency.show(units)));
		}
	}
	("paid", parts.join("; "))
}

async fn claim(
	ctx: &Context,
	jurisdiction: JurisdictionId,
	currency: &str,
	amount: &str,
) -> Result<()> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct RefundClaimed {
		claim: u64,
		state: ClaimState,
	}
	let state = ctx.state().await?;
	let twin = own_twin(ctx, &state).await?;
	let currency = Currency::find(&state, currency).await?;
	let account = books::account(&state, jurisdiction, twin, currency.id).await?;
	let credit = account.credit();
	let amount = match amount {
		"all" => credit,
		text => books::positive(&currency, text)?,
	};
	if amount == 0 || amount > credit {
		return Err(Error::refused(format!(
			"twin {twin} has {} of credit in jurisdiction {jurisdiction}{}",
			currency.show(credit),
			match account.arrears {
				0 => String::new(),
				arrears => format!(
					": it owes {} of reverse charge, against which credit goes first",
					currency.show(arrears)
				),
			}
		)));
	}
	let settings = Jurisdiction::read(&state, jurisdiction).await?.settings;
	let least = currency.units_of(settings.least_claim);
	ensure_enough(&state, jurisdiction, twin, &currency, least, (amount, credit)).await?;
	let call = state.call("Tax", "claim_refund", (jurisdiction, currency.id, amount))?;
	let draft = Draft::new(call).effect(format!(
		"{} of the credit of twin {twin} are claimed, the oldest first",
		currency.show(amount)
	));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let claimed: RefundClaimed = done.expect("Tax", "RefundClaimed")?;
	let paid = paid_in(&done, jurisdiction, claimed.claim)?;
	let outcome = match &paid {
		Some(_) => "paid at once".into(),
		None => state_text(&claimed.state, &currency, &settings.clock),
	};
	ctx.out.done(
		&done,
		json!({
			"jurisdiction": jurisdiction,
			"claim": claimed.claim,
			"twin": twin,
			"currency": currency.id,
			"amount": amount.to_string(),
			"state": state_json(&claimed.state),
			"paid": paid.is_some(),
		}),
		[
			("claim", claimed.claim.to_string()),
			("amount", currency.show(amount)),
			("state", outcome),
		],
	);
	Ok(())
}

/// Refuses a claim that is smaller than the jurisdiction takes.
async fn ensure_enough(
	state: &State,
	jurisdiction: JurisdictionId,
	twin: TwinNumber,
	currency: &Currency,
	least: u128,
	(amount, credit): (u128, u128),
) -> Result<()> {
	let taxpayer = TaxpayerInfo::find(state, jurisdiction, twin).await?;
	let is_registered = taxpayer.is_some_and(|it| it.is_registered());
	// Whoever isn't registered may take all that it has left.
	if amount >= least || (!is_registered && amount == credit) {
		return Ok(());
	}
	Err(Error::refused(format!(
		"a claim in jurisdiction {jurisdiction} is at least {}, not {}",
		currency.show(least),
		currency.show(amount)
	)))
}

/// Submits a decision, and prints where the claim stands then.
async fn submit(ctx: &Context, draft: Draft, arguments: &ClaimArguments) -> Result<()> {
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let after = ctx.chain().await?.at(done.block_hash).await?;
	match Found::read(&after, arguments).await {
		Ok(found) => {
			let lines = [
				("claim", found.id.to_string()),
				("amount", found.currency.show(found.claim.amount)),
				("state", found.text()),
			];
			ctx.out.done(&done, found.json(), lines);
		},
		Err(Error::NotFound(_)) => {
			let json = json!({
				"jurisdiction": arguments.jurisdiction,
				"claim": arguments.claim,
				"state": Json::Null,
			});
			ctx.out.done(&done, json, [("claim", format!("{}, closed", arguments.claim))]);
		},
		Err(error) => return Err(error),
	}
	Ok(())
}

async fn hold(ctx: &Context, arguments: &ClaimArguments, days: u16, reason: &str) -> Result<()> {
	let state = ctx.state().await?;
	ensure_authority(ctx, &state, arguments.jurisdiction).await?;
	let found = Found::read(&state, arguments).await?;
	let reason = money::reference(Some(reason));
	let call = state.call("Tax", "hold_refund", (found.jurisdiction, found.id, days, reason))?;
	let draft = Draft::new(call).effect(format!(
		"claim {} of twin {}, {}, is held until {}",
		found.id,
		found.claim.twin,
		found.currency.show(found.claim.amount),
		found.after(days)
	));
	submit(ctx, draft, arguments).await
}

async fn deny(ctx: &Context, arguments: &ClaimArguments, reason: &str) -> Result<()> {
	let state = ctx.state().await?;
	ensure_authority(ctx, &state, arguments.jurisdiction).await?;
	let found = Found::read(&state, arguments).await?;
	let reason = money::reference(Some(reason));
	let call = state.call("Tax", "deny_refund", (found.jurisdiction, found.id, reason))?;
	let draft = Draft::new(call).effect(format!(
		"claim {} is denied: {} are credit of twin {} again, unless it appeals before {}",
		found.id,
		found.currency.show(found.claim.amount),
		found.claim.twin,
		found.after(found.appeal_days)
	));
	submit(ctx, draft, arguments).await
}

async fn assess(
	ctx: &Context,
	arguments: &ClaimArguments,
	forfeit: &str,
	reason: &str,
) -> Result<()> {
	let state = ctx.state().await?;
	ensure_authority(ctx, &state, arguments.jurisdiction).await?;
	let found = Found::read(&state, arguments).await?;
	let forfeited = found.forfeit(forfeit)?;
	let reason = money::reference(Some(reason));
	let values = (found.jurisdiction, found.id, forfeited, reason);
	let call = state.call("Tax", "assess_refund", values)?;
	let draft = Draft::new(call).effect(format!(
		"of the {} of claim {}, twin {} forfeits {} unless it appeals before {}",
		found.currency.show(found.claim.amount),
		found.id,
		found.claim.twin,
		found.currency.show(forfeited),
		found.after(found.appeal_days)
	));
	submit(ctx, draft, arguments).await
}

async fn appeal(ctx: &Context, arguments: &ClaimArguments, reason: &str) -> Result<()> {
	let state = ctx.state().await?;
	let found = Found::read(&state, arguments).await?;
	let reason = money::reference(Some(reason));
	let call = state.call("Tax", "appeal", (found.jurisdiction, found.id, reason))?;
	let mut draft =
		Draft::new(call).effect(format!("governance has to decide about claim {}", found.id));
	match found.claim.state {
		ClaimState::Assessed { .. } => (),
		ClaimState::Denied { .. } => {
			let (twin, amount) = (found.claim.twin, found.claim.amount);
			let account =
				books::account(&state, found.jurisdiction, twin, found.currency.id).await?;
			if account.credit() < amount {
				return Err(Error::refused(format!(
					"what was denied is claimed again, but of its {} twin {twin} has only {} of credit \
					 left",
					found.currency.show(amount),
					found.currency.show(account.credit())
				)));
			}
			draft = draft.effect(format!(
				"{} of the credit of twin {twin} are claimed again meanwhile",
				found.currency.show(amount)
			));
		},
		_ => {
			return Err(Error::refused(format!(
				"claim {} is {}: there is nothing to appeal against",
				found.id,
				found.text()
			)))
		},
	}
	submit(ctx, draft, arguments).await
}

async fn decide(
	ctx: &Context,
	arguments: &ClaimArguments,
	forfeit: Option<&str>,
	print: bool,
) -> Result<()> {
	let state = ctx.state().await?;
	let found = Found::read(&state, arguments).await?;
	let forfeited = forfeit.map(|text| found.forfeit(text)).transpose()?;
	let decision = forfeited.map_or(Decision::Deny, |forfeited| Decision::Pay { forfeited });
	let is_appealed =
		matches!(found.claim.state, ClaimState::Appealed { .. } | ClaimState::DenialAppealed);
	if !is_appealed {
		return Err(Error::refused(format!(
			"claim {} is {}: nobody appealed",
			found.id,
			found.text()
		)));
	}
	let call = state.call("Tax", "decide_appeal", (found.jurisdiction, found.id, decision))?;
	if print {
		root::print(ctx, &state, &call);
		return Ok(());
	}
	let Some(outcome) = root::propose(ctx, &state, &call).await? else {
		return Ok(());
	};
	let mut json = outcome.proposed.json();
	json["jurisdiction"] = found.jurisdiction.into();
	json["claim"] = found.id.into();
	json["decision"] = if forfeited.is_some() { "pay" } else { "deny" }.into();
	json["forfeited"] = forfeited.map(|units| units.to_string()).into();
	json["ranAt"] = outcome.ran.as_ref().map(|ran| ran.block).into();
	(json["paid"], json["amountPaid"]) = (Json::Null, Json::Null);
	let mut lines = vec![("claim", found.id.to_string())];
	lines.push(match forfeited {
		Some(units) => ("forfeited", found.currency.show(units)),
		None => ("denied", format!("{} are credit again", found.currency.show(found.claim.amount))),
	});
	match &outcome.ran {
		Some(ran) if forfeited.is_none() => lines.push(("ran", format!("in block {}", ran.block))),
		Some(ran) => {
			let is_own = |paid: &RefundPaid| paid.is_of(found.jurisdiction, found.id);
			let paid = ran.find("Tax", "RefundPaid", is_own)?;
			lines.push(tell_paid(paid.as_ref(), &found.currency, &mut json));
			lines.push(("ran", format!("in block {}", ran.block)));
		},
		None => lines.push(("motion", outcome.proposed.text())),
	}
	ctx.out.done(&outcome.done, json, lines);
	Ok(())
}

async fn pay(ctx: &Context, arguments: &ClaimArguments) -> Result<()> {
	let state = ctx.state().await?;
	let found = Found::read(&state, arguments).await?;
	let call = state.call("Tax", "pay_refund", (found.jurisdiction, found.id))?;
	let draft = Draft::new(call).effect(format!(
		"the treasury pays claim {} of {} to twin {}, if it is due and the money is there",
		found.id,
		found.currency.show(found.claim.amount),
		found.claim.twin
	));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let paid = paid_in(&done, found.jurisdiction, found.id)?;
	let mut json = found.json();
	let line = tell_paid(paid.as_ref(), &found.currency, &mut json);
	ctx.out.done(&done, json, [("claim", found.id.to_string()), line]);
	Ok(())
}

async fn show(ctx: &Context, arguments: &ClaimArguments) -> Result<()> {
	let state = ctx.state().await?;
	let found = Found::read(&state, arguments).await?;
	let mut json = found.json();
	json["block"] = state.block_json();
	ctx.out.print(&json, || {
		let mut lines = vec![
			("claim", found.id.to_string()),
			("of", format!("twin {}", found.claim.twin)),
			("amount", found.currency.show(found.claim.amount)),
			("claimed", money::date(found.claim.claimed)),
			("state", found.text()),
		];
		lines.extend(found.claim.reason.map(|hash| ("reason", format!("0x{}", hex::encode(hash)))));
		output::fields(lines)
	});
	Ok(())
}

#[cfg(test)]
#[path = "refund_tests.rs"]
mod tests;
