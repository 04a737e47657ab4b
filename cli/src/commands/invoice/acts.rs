//! What the parties of an invoice do about it: one call each.

use super::{ensure_own, submit};
use crate::{commands::Context, output::report::Report};
use ourledger_client::{
	error::Result,
	hash, money,
	submit::{Draft, Submitted},
};
use ourledger_documents::on_chain::{
	acts::{self, Case, Decision},
	events::{CreditNoteIssued, UnpaidTaxCollected},
	InvoiceId,
};

/// Submits, and prints that something is done.
async fn done(ctx: &Context, at: InvoiceId, draft: Draft, what: &str) -> Result<()> {
	done_with(ctx, at, draft, what, |_| Ok(Report::new())).await
}

/// As [`done`], with what the events say besides.
async fn done_with(
	ctx: &Context,
	at: InvoiceId,
	draft: Draft,
	what: &str,
	more: impl FnOnce(&Submitted) -> Result<Report>,
) -> Result<()> {
	let Some(done) = submit(ctx, at, draft).await? else {
		return Ok(());
	};
	let report = Report::new()
		.json("seller", at.seller)
		.json("number", at.number)
		.line("invoice", at)
		.field("state", "now", what);
	ctx.out.told(&done, report.and(more(&done)?));
	Ok(())
}

/// `invoice accept`.
pub async fn accept(ctx: &Context, at: InvoiceId) -> Result<()> {
	let state = ctx.state().await?;
	let case = Case::read(&state, at).await?;
	let own = ctx.own_party(&state).await?;
	done(ctx, at, case.accept(&own).await?, "accepted").await
}

/// `invoice reject`.
pub async fn reject(ctx: &Context, at: InvoiceId) -> Result<()> {
	let state = ctx.state().await?;
	done(ctx, at, Case::read(&state, at).await?.reject()?, "rejected").await
}

/// `invoice deliver`.
pub async fn deliver(ctx: &Context, at: InvoiceId) -> Result<()> {
	ensure_own(ctx, at)?;
	let state = ctx.state().await?;
	done(ctx, at, Case::read(&state, at).await?.deliver()?, "delivered").await
}

/// `invoice confirm`.
pub async fn confirm(ctx: &Context, at: InvoiceId) -> Result<()> {
	let state = ctx.state().await?;
	done(ctx, at, Case::read(&state, at).await?.confirm().await?, "confirmed").await
}

/// `invoice dispute`.
pub async fn dispute(ctx: &Context, at: InvoiceId, why: &str) -> Result<()> {
	let state = ctx.state().await?;
	let reason = money::reference(Some(why));
	let draft = Case::read(&state, at).await?.dispute(reason)?;
	let told = Report::new().field("reason", "reason", hash::text(&reason));
	done_with(ctx, at, draft, "disputed", |_| Ok(told)).await
}

/// `invoice resolve`.
pub async fn resolve(ctx: &Context, at: InvoiceId, to_buyer: &str, why: &str) -> Result<()> {
	let state = ctx.state().await?;
	let case = Case::read(&state, at).await?;
	let back = case.currency.parse(to_buyer)?;
	let reason = money::reference(Some(why));
	let Decision { draft, released, stays_open } = case.resolve(back, reason).await?;
	let mut told = Report::new()
		.field("toBuyer", "went back", case.currency.amount(back))
		.field("released", "released", case.currency.amount(released))
		.json("reason", hash::text(&reason));
	if let Some(open) = stays_open {
		told = told.line("open", open);
	}
	done_with(ctx, at, draft, "resolved", |_| Ok(told)).await
}

/// `invoice cover`.
pub async fn cover(ctx: &Context, at: InvoiceId, max: &str) -> Result<()> {
	let state = ctx.state().await?;
	let case = Case::read(&state, at).await?;
	let max = case.currency.parse(max)?;
	let draft = case.cover(&ctx.own_party(&state).await?, max).await?;
	done_with(ctx, at, draft, "credited", |done| {
		let note = CreditNoteIssued::of(done)?.map(|note| note.receipt());
		let told = Report::new().json("receipt", &note);
		Ok(match note {
			Some(note) => told.line("credit note", format!("{}/{}", at.seller, note.number)),
			None => told,
		})
	})
	.await
}

/// `invoice withdraw`.
pub async fn withdraw(ctx: &Context, at: InvoiceId) -> Result<()> {
	ensure_own(ctx, at)?;
	let state = ctx.state().await?;
	done(ctx, at, Case::read(&state, at).await?.withdraw_note()?, "note withdrawn").await
}

/// `invoice cancel`.
pub async fn cancel(ctx: &Context, at: InvoiceId, withdraw: bool) -> Result<()> {
	let state = ctx.state().await?;
	let case = Case::read(&state, at).await?;
	if withdraw {
		return done(ctx, at, case.withdraw_cancel()?, "request withdrawn").await;
	}
	let (draft, asks) = case.cancel(ctx.own_party(&state).await?.twin)?;
	let what = if asks { "waits for the other party" } else { "cancelled" };
	done(ctx, at, draft, what).await
}

/// `invoice release`.
pub async fn release(ctx: &Context, at: InvoiceId) -> Result<()> {
	let state = ctx.state().await?;
	done(ctx, at, Case::read(&state, at).await?.release().await?, "released").await
}

/// `invoice collect-unpaid`.
pub async fn collect_unpaid(ctx: &Context, at: InvoiceId) -> Result<()> {
	let state = ctx.state().await?;
	let case = Case::read(&state, at).await?;
	let draft = case.collect_unpaid().await?;
	done_with(ctx, at, draft, "its tax is collected", |done| {
		let UnpaidTaxCollected { amount } = UnpaidTaxCollected::of(done)?;
		Ok(Report::new().field("amount", "collected", case.currency.amount(amount)))
	})
	.await
}

/// `invoice prune`.
pub async fn prune(ctx: &Context, at: InvoiceId) -> Result<()> {
	let state = ctx.state().await?;
	done(ctx, at, Case::read(&state, at).await?.prune().await?, "pruned").await
}

/// `invoice prune-quotes`.
pub async fn prune_quotes(ctx: &Context, limit: u32) -> Result<()> {
	let state = ctx.state().await?;
	let Some(done) = ctx.submit(acts::prune_quotes(&state, limit)?).await? else {
		return Ok(());
	};
	let report = Report::new()
		.json("limit", limit)
		.line("forgotten", format!("up to {limit} quotes that had expired"));
	ctx.out.told(&done, report);
	Ok(())
}
