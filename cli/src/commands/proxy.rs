//! `ourledger proxy`: who may act for an account, and within what scope.

use super::Context;
use crate::{output, output::report::Report};
use clap::Subcommand;
use ourledger_client::{
	amount::Amount,
	proxies::{Proxies, Scope},
	ticks, Result,
};
use subxt::utils::AccountId32;

/// Commands on proxies: accounts that act for another one. With --twin they are those of the
/// twin's controller, else those of the key's own account.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Who may act for an account.
	List {
		/// The account; without it, the one that --twin and --key name.
		account: Option<String>,
	},
	/// Let an account act for this one.
	Add {
		/// The account that may act.
		who: String,
		/// What the proxy may do.
		#[arg(long)]
		scope: Scope,
		/// Time between its announcing a call and making it, such as 1h. Announcing needs another tool.
		#[arg(
			long,
			value_name = ticks::SPAN,
			default_value = "0",
			value_parser = ticks::parse_span
		)]
		delay: u32,
	},
	/// Let an account not act for this one any more.
	Remove {
		/// The account that may act so far.
		who: String,
		/// The scope that it has.
		#[arg(long)]
		scope: Scope,
		/// The delay that it has, if it has the scope with several.
		#[arg(long, value_name = ticks::SPAN, value_parser = ticks::parse_span)]
		delay: Option<u32>,
		/// Remove even the last proxy with the scope "any" of an account without a key.
		#[arg(long)]
		force: bool,
	},
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::List { account } => list(ctx, account.as_deref()).await,
		Command::Add { who, scope, delay } => add(ctx, &who, scope, delay).await,
		Command::Remove { who, scope, delay, force } => {
			remove(ctx, &who, scope, delay, force).await
		},
	}
}

async fn list(ctx: &Context, account: Option<&str>) -> Result<()> {
	let account = match account {
		Some(text) => ctx.account(text).await?,
		None => ctx.acting_account().await?,
	};
	let state = ctx.state().await?;
	let proxies = Proxies::of(&state, account).await?;
	let report = Report::new()
		.field("account", "account", account)
		.field("deposit", "deposit", Amount::our(proxies.deposit))
		.json("proxies", proxies.json())
		.json("block", state.block_json());
	ctx.out.print(&report.to_json(), || {
		if proxies.list.is_empty() {
			return format!("Nobody may act for {account} but itself.");
		}
		let rows = proxies.list.iter().map(|proxy| {
			let delay = match proxy.delay {
				0 => "none".into(),
				delay => ticks::span(delay),
			};
			[proxy.delegate.to_string(), proxy.scope().to_lowercase(), delay]
		});
		format!("{}\n\n{}", report.to_text(), output::table(["proxy", "scope", "delay"], rows))
	});
	Ok(())
}

async fn add(ctx: &Context, who: &str, scope: Scope, delay: u32) -> Result<()> {
	let who = ctx.account(who).await?;
	let account = ctx.acting_account().await?;
	let state = ctx.state().await?;
	let draft = Proxies::of(&state, account).await?.add(&state, who, scope, delay)?;
	ctx.submit_telling(draft, |_| Ok(one((who, "proxy"), scope, delay, (account, "acts for"))))
		.await
}

async fn remove(
	ctx: &Context,
	who: &str,
	scope: Scope,
	delay: Option<u32>,
	force: bool,
) -> Result<()> {
	let who = ctx.account(who).await?;
	let account = ctx.acting_account().await?;
	let state = ctx.state().await?;
	let proxies = Proxies::of(&state, account).await?;
	let draft = proxies.remove(&state, (who, scope, delay), ctx.key_account()?, force).await?;
	let delay = proxies.find(who, scope, delay)?.delay;
	ctx.submit_telling(draft, |_| Ok(one((who, "removed"), scope, delay, (account, "acted for"))))
		.await
}

/// A proxy that was added or removed, with the labels for it and for the account.
fn one(
	(who, proxy): (AccountId32, &'static str),
	scope: Scope,
	delay: u32,
	(account, acts): (AccountId32, &'static str),
) -> Report {
	Report::new()
		.field("delegate", proxy, who)
		.json("scope", scope.name())
		.line("scope", scope.name().to_lowercase())
		.json("delay", delay)
		.field("account", acts, account)
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::ValueEnum;

	#[test]
	fn scopes_have_the_chains_names() {
		for scope in Scope::value_variants() {
			let written = scope.to_possible_value().expect("none is hidden");
			assert_eq!(written.get_name(), scope.name().to_lowercase());
		}
	}
}
