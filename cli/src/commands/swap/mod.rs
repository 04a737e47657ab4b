//! `ourledger swap`: exchanging one money for another in pools.

use super::Context;
use crate::output::report::Report;
use clap::{Args, Subcommand};
use ourledger_client::{
	exchange::swap::{Limit, Swap, Swapped},
	money::{self, Money},
	Result,
};

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
			swap(ctx, &amount, (&from, &to), &bounds, least.as_deref(), false).await
		},
		Command::ExactOut { amount, to, from, bounds, most } => {
			swap(ctx, &amount, (&from, &to), &bounds, most.as_deref(), true).await
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

impl Bounds {
	/// How far the price may move: to so much of `money`, if that is said.
	fn limit(&self, money: &Money, units: Option<&str>) -> Result<Limit> {
		match units {
			Some(text) => money.parse(text).map(Limit::Units),
			None => money::parse_percent(&self.slippage).map(Limit::Slippage),
		}
	}
}

async fn swap(
	ctx: &Context,
	amount: &str,
	between: (&str, &str),
	bounds: &Bounds,
	limit: Option<&str>,
	exact_out: bool,
) -> Result<()> {
	let state = ctx.state().await?;
	let swap = Swap::find(&state, between, &bounds.over).await?;
	let who = ctx.own_party(&state).await?;
	let draft = if exact_out {
		let out = swap.to.parse_positive(amount)?;
		swap.exact_out(&state, &who, out, bounds.limit(&swap.from, limit)?).await?
	} else {
		let put_in = swap.from.parse_positive(amount)?;
		swap.exact_in(&state, &who, put_in, bounds.limit(&swap.to, limit)?).await?
	};
	ctx.submit_telling(draft, |done| {
		let Swapped { amount_in, amount_out } = done.expect("Currencies", "Swapped")?;
		Ok(report(&swap, amount_in, ("got", amount_out)))
	})
	.await
}

/// What is put in, and what comes out.
fn report(swap: &Swap, put_in: u128, (label, out): (&'static str, u128)) -> Report {
	Report::new()
		.json_of(swap.json(put_in, out))
		.line("put in", swap.from.show(put_in))
		.line(label, swap.to.show(out))
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
		let out = swap.to.parse_positive(amount)?;
		(swap.needed(&state, out).await?, out)
	} else {
		let put_in = swap.from.parse_positive(amount)?;
		(put_in, swap.out(&state, put_in).await?)
	};
	let report = report(&swap, put_in, ("comes out", out));
	ctx.out.show(&report.json("block", state.block_json()));
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

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
}
