//! `ourledger swap`: exchanging one money for another in pools.

use super::Context;
use crate::output;
use clap::{Args, Subcommand};
use ourledger_client::{
	chain::State,
	error::{Error, Result},
	exchange::{self, Way},
	money::{self, Money},
	submit::Draft,
};
use serde_json::{json, Value as Json};
use subxt::ext::scale_decode::DecodeAsType;

/// Commands on swaps. Money is OUR, or a currency by its id or symbol. What comes out goes to
/// whoever puts in.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Put exactly so much in: swap exact-in 12.50 TSH OUR.
	ExactIn {
		/// How much is put in.
		amount: String,
		/// The money that is put in: OUR, or a currency by id or symbol.
		from: String,
		/// The money that comes out: OUR, or a currency by id or symbol.
		to: String,
		/// The bounds.
		#[command(flatten)]
		bounds: Bounds,
		/// The least that must come out; instead of --slippage.
		#[arg(long, value_name = "AMOUNT", conflicts_with = "slippage")]
		least: Option<String>,
	},
	/// Get exactly so much out: swap exact-out 2.5 OUR TSH.
	ExactOut {
		/// How much comes out.
		amount: String,
		/// The money that comes out: OUR, or a currency by id or symbol.
		to: String,
		/// The money that is put in: OUR, or a currency by id or symbol.
		from: String,
		/// The bounds.
		#[command(flatten)]
		bounds: Bounds,
		/// The most that may be put in; instead of --slippage.
		#[arg(long, value_name = "AMOUNT", conflicts_with = "slippage")]
		most: Option<String>,
	},
	/// What a swap would give now, or would need.
	///
	/// The amount stands before what it is an amount of, as with the swaps themselves: "swap quote
	/// 12.50 TSH OUR" for "swap exact-in 12.50 TSH OUR", and "swap quote --exact-out 2.5 OUR TSH" for
	/// "swap exact-out 2.5 OUR TSH".
	Quote {
		/// How much is put in or, with --exact-out, comes out.
		amount: String,
		/// What is put in or, with --exact-out, comes out.
		of: String,
		/// What comes out or, with --exact-out, is put in.
		other: String,
		/// Kinds of money in between.
		#[arg(long, value_name = "MONEY", value_delimiter = ',')]
		over: Vec<String>,
		/// The amount is what comes out.
		#[arg(long)]
		exact_out: bool,
	},
}

/// The way of a swap, and how far its price may move before it is refused.
#[derive(Args, Debug)]
pub struct Bounds {
	/// Kinds of money in between; without it, none, or OUR where there is no pool of the two.
	#[arg(long, value_name = "MONEY", value_delimiter = ',')]
	over: Vec<String>,
	/// How much worse than now the price may be, in percent.
	#[arg(long, value_name = "PERCENT", default_value = "1")]
	slippage: String,
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::ExactIn { amount, from, to, bounds, least } => {
			exact_in(ctx, &amount, (&from, &to), &bounds, least.as_deref()).await
		},
		Command::ExactOut { amount, to, from, bounds, most } => {
			exact_out(ctx, &amount, (&from, &to), &bounds, most.as_deref()).await
		},
		Command::Quote { amount, of, other, over, exact_out } => {
			quote(ctx, &amount, quoted(&of, &other, exact_out), &over, exact_out).await
		},
	}
}

/// What is put in and what comes out, where `of` is what the amount is of.
fn quoted<'text>(of: &'text str, other: &'text str, exact_out: bool) -> (&'text str, &'text str) {
	match exact_out {
		true => (other, of),
		false => (of, other),
	}
}

/// What is swapped for what, and over which pools.
struct Swap {
	from: Money,
	to: Money,
	way: Way,
}

impl Swap {
	async fn find(state: &State, (from, to): (&str, &str), over: &[String]) -> Result<Self> {
		let (from, to) = (Money::find(state, from).await?, Money::find(state, to).await?);
		let mut between = Vec::new();
		for text in over {
			between.push(Money::find(state, text).await?.kind());
		}
		let way = Way::find(state, from.kind(), &between, to.kind()).await?;
		let way = way.ok_or_else(|| {
			Error::not_found(format!(
				"no pools with money in them lead from {} to {}",
				from.symbol(),
				to.symbol()
			))
		})?;
		Ok(Self { from, to, way })
	}

	/// What comes out for so much.
	fn out(&self, put_in: u128) -> Result<u128> {
		self.way.out(put_in).ok_or_else(|| {
			Error::refused(format!(
				"nothing in {} comes out for {}",
				self.to.symbol(),
				self.from.show(put_in)
			))
		})
	}

	/// What has to be put in for so much.
	fn needed(&self, wanted: u128) -> Result<u128> {
		self.way.needed(wanted).ok_or_else(|| {
			Error::refused(format!("the pools don't have {} to give", self.to.show(wanted)))
		})
	}

	fn json(&self, put_in: u128, out: u128) -> Json {
		json!({
			"from": self.from.json(),
			"to": self.to.json(),
			"path": self.way.json(),
			"in": put_in.to_string(),
			"out": out.to_string(),
		})
	}
}

/// What the chain says of a swap that is done.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Swapped {
	amount_in: u128,
	amount_out: u128,
}

async fn exact_in(
	ctx: &Context,
	amount: &str,
	between: (&str, &str),
	bounds: &Bounds,
	least: Option<&str>,
) -> Result<()> {
	let state = ctx.state().await?;
	let swap = Swap::find(&state, between, &bounds.over).await?;
	let put_in = positive(&swap.from, amount)?;
	let expected = swap.out(put_in)?;
	let least = match least {
		Some(text) => swap.to.parse(text)?,
		None => exchange::at_least(expected, money::parse_percent(&bounds.slippage)?),
	};
	if expected < least {
		return Err(Error::refused(format!(
			"{} would come out now, which is less than {}",
			swap.to.show(expected),
			swap.to.show(least)
		)));
	}
	let who = ctx.own_party(&state).await?;
	let values = (swap.way.kinds.clone(), put_in, least);
	let call = state.call("Currencies", "swap", values)?;
	let draft = Draft::new(call)
		.spends(swap.from.kind(), put_in)
		.effect(format!("{who} puts {} into the pool", swap.from.show(put_in)))
		.effect(format!(
			"it gets about {}, and not less than {}",
			swap.to.show(expected),
			swap.to.show(least)
		));
	submit(ctx, &swap, draft).await
}

async fn exact_out(
	ctx: &Context,
	amount: &str,
	between: (&str, &str),
	bounds: &Bounds,
	most: Option<&str>,
) -> Result<()> {
	let state = ctx.state().await?;
	let swap = Swap::find(&state, between, &bounds.over).await?;
	let out = positive(&swap.to, amount)?;
	let expected = swap.needed(out)?;
	let most = match most {
		Some(text) => swap.from.parse(text)?,
		None => exchange::at_most(expected, money::parse_percent(&bounds.slippage)?),
	};
	if expected > most {
		return Err(Error::refused(format!(
			"{} would be needed now, which is more than {}",
			swap.from.show(expected),
			swap.from.show(most)
		)));
	}
	let who = ctx.own_party(&state).await?;
	let values = (swap.way.kinds.clone(), out, most);
	let call = state.call("Currencies", "swap_for", values)?;
	let draft = Draft::new(call)
		.spends(swap.from.kind(), expected)
		.effect(format!(
			"{who} puts about {}, and not more than {}, into the pool",
			swap.from.show(expected),
			swap.from.show(most)
		))
		.effect(format!("it gets {}", swap.to.show(out)));
	submit(ctx, &swap, draft).await
}

async fn submit(ctx: &Context, swap: &Swap, draft: Draft) -> Result<()> {
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let swapped: Swapped = done.expect("Currencies", "Swapped")?;
	ctx.out.done(
		&done,
		swap.json(swapped.amount_in, swapped.amount_out),
		[("put in", swap.from.show(swapped.amount_in)), ("got", swap.to.show(swapped.amount_out))],
	);
	Ok(())
}

async fn quote(
	ctx: &Context,
	amount: &str,
	between: (&str, &str),
	over: &[String],
	exact_out: bool,
) -> Result<()> {
	let state = ctx.state().await?;
	let swap = Swap::find(&state, between, over).await?;
	let (put_in, out) = if exact_out {
		let out = positive(&swap.to, amount)?;
		(swap.needed(out)?, out)
	} else {
		let put_in = positive(&swap.from, amount)?;
		(put_in, swap.out(put_in)?)
	};
	let mut json = swap.json(put_in, out);
	json["block"] = state.block_json();
	ctx.out.print(&json, || {
		output::fields([("put in", swap.from.show(put_in)), ("comes out", swap.to.show(out))])
	});
	Ok(())
}

/// An amount that isn't zero.
fn positive(money: &Money, text: &str) -> Result<u128> {
	match money.parse(text)? {
		0 => Err(Error::input("the amount is zero")),
		units => Ok(units),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_client::exchange::{example, example_way};

	fn swap() -> Swap {
		let shilling = money::example(1, "TSH");
		let pool = example(1, (10_000, 20_000));
		let from = Money::Local(Box::new(shilling));
		Swap { way: example_way(pool, from.kind()), from, to: Money::Our }
	}

	#[test]
	fn quote_has_the_order_of_the_swap_that_it_is_of() {
		#[derive(Debug, clap::Parser)]
		struct Line {
			#[command(subcommand)]
			command: Command,
		}
		let parse = |words: &str| {
			let words = ["swap"].into_iter().chain(words.split(' '));
			<Line as clap::Parser>::try_parse_from(words).expect("is valid").command
		};
		for (quote, swap) in [
			("quote 1 TSH OUR", "exact-in 1 TSH OUR"),
			("quote --exact-out 1 OUR TSH", "exact-out 1 OUR TSH"),
		] {
			let Command::Quote { of, other, exact_out, .. } = parse(quote) else {
				panic!("{quote} is no quote");
			};
			let (Command::ExactIn { from, to, .. } | Command::ExactOut { from, to, .. }) =
				parse(swap)
			else {
				panic!("{swap} is no swap");
			};
			assert_eq!(quoted(&of, &other, exact_out), (from.as_str(), to.as_str()), "{quote}");
		}
	}

	#[test]
	fn quote_says_what_comes_out_or_is_needed() {
		assert_eq!(swap().out(100), Ok(49));
		assert_eq!(swap().needed(49).map(|needed| needed <= 100), Ok(true));
	}

	#[test]
	fn pools_do_not_give_what_they_lack() {
		let error = swap().needed(10_000).expect_err("is all there is");
		assert_eq!(error.code(), 1);
		let error = swap().out(1).expect_err("is less than a unit");
		assert_eq!(error.to_string(), "nothing in OUR comes out for 0.01 TSH");
	}

	#[test]
	fn result_has_its_stable_shape() {
		assert_eq!(
			swap().json(100, 49),
			json!({ "from": 1, "to": null, "path": [1, null], "in": "100", "out": "49" })
		);
	}
}
