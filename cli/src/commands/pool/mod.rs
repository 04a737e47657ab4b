//! `ourledger pool`: pools in which two kinds of money are exchanged.

use super::Context;
use crate::output;
use clap::Subcommand;
use ourledger_client::{
	amount,
	chain::State,
	error::{Error, Result},
	exchange::{self, Pool},
	money::{self, Kind, Money},
	submit::Draft,
};
use serde_json::{json, Value as Json};
use subxt::{ext::scale_decode::DecodeAsType, utils::AccountId32};

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
		Command::Create { one, other } => create(ctx, &one, &other).await,
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

/// Two kinds of money, as somebody named them.
struct Pair {
	one: Money,
	other: Money,
}

impl Pair {
	async fn find(state: &State, (one, other): (&str, &str)) -> Result<Self> {
		let pair =
			Self { one: Money::find(state, one).await?, other: Money::find(state, other).await? };
		if pair.one == pair.other {
			return Err(Error::input("a pool has two different kinds of money"));
		}
		Ok(pair)
	}

	async fn of(state: &State, pool: &Pool) -> Result<Self> {
		Ok(Self {
			one: Money::read(state, pool.kinds.0).await?,
			other: Money::read(state, pool.kinds.1).await?,
		})
	}

	fn name(&self) -> String {
		format!("{} and {}", self.one.symbol(), self.other.symbol())
	}

	async fn pool(&self, state: &State) -> Result<Option<Pool>> {
		Pool::find(state, self.one.kind(), self.other.kind()).await
	}

	async fn existing_pool(&self, state: &State) -> Result<Pool> {
		let pool = self.pool(state).await?;
		pool.ok_or_else(|| Error::not_found(format!("there is no pool of {}", self.name())))
	}

	/// Amounts of the two, in words.
	fn show(&self, (one, other): (u128, u128)) -> String {
		format!("{} and {}", self.one.show(one), self.other.show(other))
	}

	/// Amounts in the pool's order, as those of the one and the other.
	fn in_order(&self, pool: &Pool, amounts: (u128, u128)) -> (u128, u128) {
		match pool.kinds.0 == self.one.kind() {
			true => amounts,
			false => (amounts.1, amounts.0),
		}
	}

	/// What somebody who puts in up to so much really puts in, so that the price stays.
	fn fitting(&self, pool: &Pool, (one, other): (u128, u128)) -> Option<(u128, u128)> {
		if pool.is_empty() {
			return Some((one, other));
		}
		let fitting = pool.in_proportion(self.one.kind(), one)?;
		if fitting <= other {
			return Some((one, fitting));
		}
		Some((pool.in_proportion(self.other.kind(), other)?, other))
	}

	/// What one of the first is worth in the second; nothing in an empty pool.
	fn price(&self, pool: &Pool) -> Option<String> {
		if pool.is_empty() {
			return None;
		}
		let worth = pool.in_proportion(self.one.kind(), self.one.one())?;
		Some(format!("{} for {}", self.other.show(worth), self.one.show(self.one.one())))
	}

	fn json(&self, pool: &Pool) -> Json {
		let (one, other) = self.in_order(pool, pool.reserves);
		json!({
			"one": { "currency": self.one.json(), "reserve": one.to_string() },
			"other": { "currency": self.other.json(), "reserve": other.to_string() },
			"account": pool.account,
			"feePpm": pool.fee,
			"shares": pool.shares.to_string(),
		})
	}
}

async fn create(ctx: &Context, one: &str, other: &str) -> Result<()> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct PoolCreated {
		account: AccountId32,
	}
	let state = ctx.state().await?;
	let pair = Pair::find(&state, (one, other)).await?;
	if pair.pool(&state).await?.is_some() {
		return Err(Error::input(format!("there is a pool of {} already", pair.name())));
	}
	let fee: u128 = state.constant("AssetConversion", "PoolSetupFee")?;
	let who = ctx.own_party(&state).await?;
	let call = state.call("Currencies", "create_pool", (pair.one.kind(), pair.other.kind()))?;
	let draft = Draft::new(call)
		.spends(Kind::Native, fee)
		.effect(format!(
			"a pool of {} begins to exist, for ever; it belongs to nobody",
			pair.name()
		))
		.effect(format!("{who} pays {} to the treasury for it", amount::format(fee)));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let created: PoolCreated = done.expect("Currencies", "PoolCreated")?;
	ctx.out.done(
		&done,
		json!({
			"one": pair.one.json(),
			"other": pair.other.json(),
			"account": created.account,
		}),
		[("pool", pair.name()), ("account", created.account.to_string())],
	);
	Ok(())
}

/// What the chain says of money that went into a pool or out of it.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Moved {
	amount_a: u128,
	amount_b: u128,
	shares: u128,
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
	if most.0 == 0 || most.1 == 0 {
		return Err(Error::input("an amount is zero: a pool takes both kinds of money"));
	}
	let pool = pair.existing_pool(&state).await?;
	let fitting = pair.fitting(&pool, most);
	let (one, other) = fitting.ok_or_else(|| Error::input("the amounts are too large"))?;
	let least = (exchange::at_least(one, slippage), exchange::at_least(other, slippage));
	let who = ctx.own_party(&state).await?;
	let (a, b) = (pair.one.kind(), pair.other.kind());
	let values = (a, b, most.0, most.1, least.0, least.1);
	let call = state.call("Currencies", "add_liquidity", values)?;
	let draft = Draft::new(call).spends(a, one).spends(b, other);
	let draft = match pool.is_empty() {
		true => draft
			.effect(format!("{who} puts {} into the pool", pair.show(most)))
			.effect("the pool is empty: the two amounts make its price"),
		false => draft
			.effect(format!("{who} puts about {} into the pool", pair.show((one, other))))
			.effect(format!("it puts in no more than {}", pair.show(most))),
	};
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let added: Moved = done.expect("Currencies", "LiquidityAdded")?;
	print_moved(ctx, &pair, &done, &added, "put in");
	Ok(())
}

async fn remove(ctx: &Context, kinds: (&str, &str), shares: &str, slippage: &str) -> Result<()> {
	let slippage = money::parse_percent(slippage)?;
	let state = ctx.state().await?;
	let pair = Pair::find(&state, kinds).await?;
	let pool = pair.existing_pool(&state).await?;
	let who = ctx.own_party(&state).await?;
	let owned = pool.shares_of(&state, who.account).await?;
	let minima = (minimum(&state, pool.kinds.0).await?, minimum(&state, pool.kinds.1).await?);
	let most = pool.removable(minima);
	let least_left = pair.show(pair.in_order(&pool, minima));
	let shares = wanted_shares(shares, owned, most).map_err(|error| {
		error.explained(|why| format!("{who}: {why} (a pool keeps {least_left} at least)"))
	})?;
	let worth = pool.worth(shares).map(|worth| pair.in_order(&pool, worth));
	let (one, other) = worth.ok_or_else(|| Error::input("the shares are too many"))?;
	if one == 0 || other == 0 {
		return Err(Error::refused(format!("{shares} shares aren't worth a unit of both")));
	}
	let least = (exchange::at_least(one, slippage), exchange::at_least(other, slippage));
	let (a, b) = (pair.one.kind(), pair.other.kind());
	let call = state.call("Currencies", "remove_liquidity", (a, b, shares, least.0, least.1))?;
	let draft = Draft::new(call).effect(format!("{who} gives back {shares} of its {owned} shares"));
	let draft = match owned > most && shares == most {
		true => {
			draft.effect(format!("more can't be given back: a pool keeps {least_left} at least"))
		},
		false => draft,
	};
	let draft = draft
		.effect(format!("it gets about {}", pair.show((one, other))))
		.effect(format!("it gets no less than {}", pair.show(least)));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let removed: Moved = done.expect("Currencies", "LiquidityRemoved")?;
	print_moved(ctx, &pair, &done, &removed, "got");
	Ok(())
}

/// The least that an account, and so a pool, may have of a kind of money, in minor units.
async fn minimum(state: &State, kind: Kind) -> Result<u128> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Asset {
		min_balance: u128,
	}
	let Kind::WithId(id) = kind else {
		return state.constant("Balances", "ExistentialDeposit");
	};
	let asset: Option<Asset> = state.storage("Assets", "Asset", (id,)).await?;
	Ok(asset.map_or(0, |asset| asset.min_balance))
}

/// How many shares are meant, where `most` leave the pool what it has to keep.
fn wanted_shares(text: &str, owned: u128, most: u128) -> Result<u128> {
	let shares = match text {
		ALL if owned > 0 && most == 0 => {
			return Err(Error::refused("no shares can be given back: the pool has too little left"))
		},
		ALL => owned.min(most),
		text => text.parse().map_err(|_| {
			Error::input(format!("{text:?} is neither a number of shares nor {ALL:?}"))
		})?,
	};
	match shares {
		0 => Err(Error::input("no shares are to be given back")),
		shares if shares > owned => {
			Err(Error::refused(format!("{owned} shares are owned, not {shares}")))
		},
		shares if shares > most => {
			Err(Error::refused(format!("up to {most} shares can be given back, not {shares}")))
		},
		shares => Ok(shares),
	}
}

fn print_moved(
	ctx: &Context,
	pair: &Pair,
	done: &ourledger_client::submit::Submitted,
	moved: &Moved,
	label: &'static str,
) {
	ctx.out.done(
		&done,
		json!({
			"one": { "currency": pair.one.json(), "amount": moved.amount_a.to_string() },
			"other": { "currency": pair.other.json(), "amount": moved.amount_b.to_string() },
			"shares": moved.shares.to_string(),
		}),
		[
			(label, pair.show((moved.amount_a, moved.amount_b))),
			("shares", moved.shares.to_string()),
		],
	);
}

async fn list(ctx: &Context) -> Result<()> {
	let state = ctx.state().await?;
	let mut pools = Vec::new();
	for pool in Pool::all(&state).await? {
		pools.push((Pair::of(&state, &pool).await?, pool));
	}
	let json = json!({
		"pools": pools.iter().map(|(pair, pool)| pair.json(pool)).collect::<Json>(),
		"block": state.block_json(),
	});
	ctx.out.print(&json, || {
		if pools.is_empty() {
			return "There are no pools yet.".into();
		}
		let rows = pools.iter().map(|(pair, pool)| {
			[
				pair.name(),
				pair.one.show(pool.reserves.0),
				pair.other.show(pool.reserves.1),
				money::percent(pool.fee),
			]
		});
		output::table(["pool", "has", "and", "fee"], rows)
	});
	Ok(())
}

async fn show(ctx: &Context, kinds: (&str, &str), of: Option<&str>) -> Result<()> {
	let state = ctx.state().await?;
	let pair = Pair::find(&state, kinds).await?;
	let pool = pair.existing_pool(&state).await?;
	let owned = match of {
		Some(text) => {
			let who = ctx.party(&state, text).await?;
			let shares = pool.shares_of(&state, who.account).await?;
			Some((who, shares))
		},
		None => None,
	};
	let mut json = pair.json(&pool);
	json["owned"] = owned
		.as_ref()
		.map(|(who, shares)| json!({ "account": who.account, "shares": shares.to_string() }))
		.into();
	json["block"] = state.block_json();
	ctx.out.print(&json, || {
		let mut lines = vec![
			("pool", pair.name()),
			("account", pool.account.to_string()),
			("has", pair.show(pair.in_order(&pool, pool.reserves))),
		];
		lines.extend(pair.price(&pool).map(|price| ("price", price)));
		lines.push(("fee", money::percent(pool.fee)));
		lines.push(("shares", pool.shares.to_string()));
		if let Some((who, shares)) = &owned {
			let worth = pool.worth(*shares).unwrap_or_default();
			let worth = pair.show(pair.in_order(&pool, worth));
			lines.push(("owned", format!("{shares} by {who}, worth {worth}")));
		}
		output::fields(lines)
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_client::exchange::example;

	fn pair() -> Pair {
		Pair { one: Money::Local(Box::new(money::example(1, "TSH"))), other: Money::Our }
	}

	#[test]
	fn amounts_fit_the_price() {
		// In the pool's own order: OUR first.
		let pool = example(1, (10_000, 20_000));
		assert_eq!(pair().fitting(&pool, (100, 50)), Some((100, 50)));
		assert_eq!(pair().fitting(&pool, (100, 500)), Some((100, 50)));
		assert_eq!(pair().fitting(&pool, (1_000, 50)), Some((100, 50)));
		let empty = example(1, (0, 0));
		assert_eq!(pair().fitting(&empty, (100, 500)), Some((100, 500)));
	}

	#[test]
	fn reserves_are_shown_as_the_person_named_them() {
		let pool = example(1, (10_000, 20_000));
		let json = pair().json(&pool);
		assert_eq!(json["one"], json!({ "currency": 1, "reserve": "20000" }));
		assert_eq!(json["other"], json!({ "currency": null, "reserve": "10000" }));
		assert_eq!(pair().name(), "TSH and OUR");
	}

	#[test]
	fn price_is_that_of_one() {
		let pool = example(1, (10_000, 20_000));
		assert_eq!(pair().price(&pool).as_deref(), Some("0.00000000005 OUR for 1.00 TSH"));
		assert_eq!(pair().price(&example(1, (0, 0))), None);
	}

	#[test]
	fn shares_are_a_number_or_all() {
		assert_eq!(wanted_shares("all", 7, 9), Ok(7));
		assert_eq!(wanted_shares("3", 7, 9), Ok(3));
		assert_eq!(wanted_shares("8", 7, 9).map_err(|error| error.code()), Err(1));
		for text in ["0", "-1", "some", ""] {
			assert_eq!(wanted_shares(text, 7, 9).map_err(|error| error.code()), Err(4), "{text}");
		}
		assert!(wanted_shares("all", 0, 9).is_err());
	}

	#[test]
	fn all_shares_are_those_that_leave_the_pool_its_minima() {
		assert_eq!(wanted_shares("all", 7, 5), Ok(5));
		assert_eq!(wanted_shares("5", 7, 5), Ok(5));
		for text in ["6", "7"] {
			let error = wanted_shares(text, 7, 5).expect_err(text);
			assert_eq!(error.to_string(), format!("up to 5 shares can be given back, not {text}"));
		}
		assert_eq!(wanted_shares("all", 7, 0).map_err(|error| error.code()), Err(1));
	}
}
