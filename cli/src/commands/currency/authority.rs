//! What a jurisdiction's authority may do: `currency freeze` and `unfreeze`.

use super::named;
use crate::{commands::Context, output::report::Report};
use ourledger_client::{
	hash,
	money::{self, freezes},
	Result,
};

/// `currency freeze`.
pub async fn freeze(
	ctx: &Context,
	currency: &str,
	account: &str,
	span: u32,
	reason: &str,
) -> Result<()> {
	let (state, currency) = named(ctx, currency).await?;
	let party = ctx.party(&state, account).await?;
	let reason = money::reference(Some(reason));
	let (draft, until) = freezes::freeze(&state, &currency, &party, span, reason).await?;
	ctx.submit_telling(draft, |_| {
		Ok(Report::new()
			.json("currency", currency.id)
			.json("account", party.account)
			.json("until", until.tick)
			.json("reason", hash::text(&reason))
			.line("frozen", party)
			.line("currency", currency.label())
			.line("until", until))
	})
	.await
}

/// `currency unfreeze`.
pub async fn unfreeze(ctx: &Context, currency: &str, account: &str) -> Result<()> {
	let (state, currency) = named(ctx, currency).await?;
	let party = ctx.party(&state, account).await?;
	let draft = freezes::unfreeze(&state, &currency, &party)?;
	ctx.submit_telling(draft, |_| {
		Ok(Report::new()
			.json("currency", currency.id)
			.json("account", party.account)
			.line("unfrozen", party)
			.line("currency", currency.label()))
	})
	.await
}
