//! `ourledger pool`: pools in which two kinds of money are exchanged.

use super::Context;
use crate::output::report::{self, Report};
use clap::Subcommand;
use ourledger_client::{
	exchange::{
		liquidity::{Moved, Pair, PoolCreated},
		Pool,
	},
	money,
	submit::Draft,
	Error, Result,
};
use serde_json::json;

/// Means all of somebody's shares.
const ALL: &str = "all";

/// Commands on pools. Money is OUR, or a currency by its id or symbol.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Make a pool of two kinds of money. It stays for ever, and belongs to nobody.
	Create {
		/// One kind of money: OUR, or a currency by id or symbol.
		one: String,
		/// The other kind of money.
		other: String,
	},
	/// Put both kinds of money into a pool, and get shares in it: pool add TSH OUR 100 5.
	Add {
		/// One kind of money: OUR, or a currency by id or symbol.
		one: String,
		/// The other kind of money.
		other: String,
		/// How much of the one, at most.
		amount: String,
		/// How much of the other, at most.
		other_amount: String,
		/// How much the price may move before it is refused, in percent.
		#[arg(long, value_name = "PERCENT", default_value = "1")]
		slippage: String,
	},
	/// Give shares back, and get what they are of both kinds of money.
	///
	/// A pool keeps the least that an account may have of each. Of its last shares "all" are those
	/// that leave it that much.
	Remove {
		/// One kind of money: OUR, or a currency by id or symbol.
		one: String,
		/// The other kind of money.
		other: String,
		/// How many shares, or all.
		shares: String,
		/// How much the price may move before it is refused, in percent.
		#[arg(long, value_name = "PERCENT", default_value = "1")]
		slippage: String,
	},
	/// All pools.
	List,
	/// What is in a pool.
	Show {
		/// One kind of money: OUR, or a currency by id or symbol.
		one: String,
		/// The other kind of money.
		other: String,
		/// The account whose shares to show, too.
		#[arg(long, value_name = "ACCOUNT")]
		of: Option<String>,
	},
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Create { one, other } => create(ctx, (&one, &other)).await,
		Command::Add { one, other, amount, other_amount, slippage } => {
			add(ctx, (&one, &other), (&amount, &other_amount), &slippage).await
		},
		Command::Remove { one, other, shares, slippage } => {
			remove(ctx, (&one, &other), &shares, &slippage).await
		},
		Command::List => list(ctx).await,
		Command::Show { one, other, of } => show(ctx, (&one, &other), of.as_deref()).await,
	}
}

async fn create(ctx: &Context, kinds: (&str, &str)) -> Result<()> {
	let state = ctx.state().await?;
	let pair = Pair::find(&state, kinds).await?;
	let draft = pair.create(&state, &ctx.own_party(&state).await?)?;
	ctx.submit_telling(draft, |done| {
		let PoolCreated { account } = done.expect("Currencies", "PoolCreated")?;
		Ok(Report::new()
			.json("one", pair.one.json())
			.json("other", pair.other.json())
			.line("pool", pair.name())
			.field("account", "account", account))
	})
	.await
}

async fn add(
	ctx: &Context,
	kinds: (&str, &str),
	amounts: (&str, &str),
	slippage: &str,
) -> Result<()> {
	let slippage = money::parse_percent(slippage)?;
	let state = ctx.state().await?;
	let pair = Pair::find(&state, kinds).await?;
	let most = (pair.one.parse(amounts.0)?, pair.other.parse(amounts.1)?);
	let who = ctx.own_party(&state).await?;
	let draft = pair.add(&state, &who, most, slippage).await?;
	moved(ctx, &pair, draft, "LiquidityAdded", "put in").await
}

async fn remove(ctx: &Context, kinds: (&str, &str), shares: &str, slippage: &str) -> Result<()> {
	let slippage = money::parse_percent(slippage)?;
	let shares = parse_shares(shares)?;
	let state = ctx.state().await?;
	let pair = Pair::find(&state, kinds).await?;
	let who = ctx.own_party(&state).await?;
	let draft = pair.remove(&state, &who, shares, slippage).await?;
	moved(ctx, &pair, draft, "LiquidityRemoved", "got").await
}

/// A number of shares; nothing for all.
fn parse_shares(text: &str) -> Result<Option<u128>> {
	if text == ALL {
		return Ok(None);
	}
	text.parse()
		.map(Some)
		.map_err(|_| Error::input(format!("{text:?} is neither a number of shares nor {ALL:?}")))
}

/// Submits what moves money into a pool or out of it, and says what the event tells.
async fn moved(
	ctx: &Context,
	pair: &Pair,
	draft: Draft,
	event: &str,
	label: &'static str,
) -> Result<()> {
	ctx.submit_telling(draft, |done| {
		let Moved { amount_a, amount_b, shares } = done.expect("Currencies", event)?;
		Ok(Report::new()
			.json("one", json!({ "currency": pair.one.json(), "amount": amount_a.to_string() }))
			.json("other", json!({ "currency": pair.other.json(), "amount": amount_b.to_string() }))
			.line(label, pair.show((amount_a, amount_b)))
			.field("shares", "shares", shares.to_string()))
	})
	.await
}

async fn list(ctx: &Context) -> Result<()> {
	let state = ctx.state().await?;
	let mut rows = Vec::new();
	for pool in Pool::all(&state).await? {
		let pair = Pair::of(&state, &pool).await?;
		let row = Report::new()
			.json_of(pair.json(&pool))
			.line("pool", pair.name())
			.line("has", pair.one.show(pool.reserves.0))
			.line("and", pair.other.show(pool.reserves.1))
			.line("fee", money::percent(pool.fee));
		rows.push(row);
	}
	let json = json!({ "pools": report::list(&rows), "block": state.block_json() });
	ctx.out.print(&json, || match rows.is_empty() {
		true => "There are no pools yet.".into(),
		false => report::table(&rows),
	});
	Ok(())
}

async fn show(ctx: &Context, kinds: (&str, &str), of: Option<&str>) -> Result<()> {
	let state = ctx.state().await?;
	let pair = Pair::find(&state, kinds).await?;
	let pool = pair.pool(&state).await?;
	let report = Report::new()
		.json_of(pair.json(&pool))
		.line("pool", pair.name())
		.line("account", pool.account)
		.line("has", pair.show(pair.in_order(&pool, pool.reserves)))
		.lines(pair.price(&pool).map(|price| ("price", price)))
		.line("fee", money::percent(pool.fee))
		.line("shares", pool.shares);
	let report = match of {
		Some(text) => {
			let who = ctx.party(&state, text).await?;
			let shares = pool.shares_of(&state, who.account).await?;
			let worth = pair.in_order(&pool, pool.worth(shares).unwrap_or_default());
			report
				.json("owned", json!({ "account": who.account, "shares": shares.to_string() }))
				.line("owned", format!("{shares} by {who}, worth {}", pair.show(worth)))
		},
		None => report.json("owned", None::<()>),
	};
	ctx.out.show(&report.json("block", state.block_json()));
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn shares_are_a_number_or_all() {
		assert_eq!(parse_shares("all"), Ok(None));
		assert_eq!(parse_shares("3"), Ok(Some(3)));
		for text in ["-1", "some", ""] {
			assert_eq!(parse_shares(text).map_err(|error| error.code()), Err(4), "{text}");
		}
	}
}
