//! Swaps: one kind of money for another, through one pool or several.

use super::{ask, at_least, at_most, needed, out, PALLET};
use crate::{
	draft::Draft,
	error::{Error, Result},
	money::{Kind, Money},
	twin::party::Party,
	State,
};
use serde_json::{json, Value as Json};
use subxt::ext::scale_decode::DecodeAsType;

/// A swap that is done.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Swapped {
	/// What was put in, in units of the first kind of money.
	pub amount_in: u128,
	/// What came out, in units of the last.
	pub amount_out: u128,
}

/// How far the price may move before a swap is refused.
#[derive(Clone, Copy, Debug)]
pub enum Limit {
	/// The least that must come out, or the most that may be put in, in that money's units.
	Units(u128),
	/// So many millionths worse than now.
	Slippage(u32),
}

impl Limit {
	/// In units, where `expected` are expected, by how slippage is counted.
	fn units(self, expected: u128, slipped: fn(u128, u32) -> u128) -> u128 {
		match self {
			Self::Units(units) => units,
			Self::Slippage(slippage) => slipped(expected, slippage),
		}
	}
}

/// What is swapped for what, and over what.
pub struct Swap {
	/// What is put in.
	pub from: Money,
	/// What comes out.
	pub to: Money,
	/// The kinds of money on the way, from the first to the last.
	path: Vec<Kind>,
}

impl Swap {
	/// The swap between what two texts name ("OUR", or a currency's id or symbol), over others; where
	/// there are none, directly, else over OUR. An error where there are no pools with money in them.
	pub async fn find(
		state: &State,
		(from, to): (&str, &str),
		over: &[impl AsRef<str>],
	) -> Result<Self> {
		let (from, to) = (Money::find(state, from).await?, Money::find(state, to).await?);
		let mut path = vec![from.kind()];
		for text in over {
			path.push(Money::find(state, text.as_ref()).await?.kind());
		}
		path.push(to.kind());
		if from == to {
			return Err(Error::input("both are the same money: there is nothing to swap"));
		}
		let most: u32 = state.constant(PALLET, "MaxSwapPathLength")?;
		if path.len() > most as usize {
			return Err(Error::input(format!(
				"a swap goes over {} kinds of money at most, not over {}",
				most.saturating_sub(2),
				over.len()
			)));
		}
		let path = leading(state, path).await?.ok_or_else(|| {
			let (from, to) = (from.symbol(), to.symbol());
			Error::not_found(format!("no pools with money in them lead from {from} to {to}"))
		})?;
		Ok(Self { from, to, path })
	}

	/// What comes out now for so much.
	pub async fn out(&self, state: &State, put_in: u128) -> Result<u128> {
		let mut units = Some(put_in);
		for pair in self.path.windows(2) {
			units = match units {
				Some(units) => out(state, pair[0], pair[1], units).await?,
				None => None,
			};
		}
		units.ok_or_else(|| {
			let (to, put_in) = (self.to.symbol(), self.from.show(put_in));
			Error::refused(format!("nothing in {to} comes out for {put_in}"))
		})
	}

	/// What has to be put in now for so much.
	pub async fn needed(&self, state: &State, wanted: u128) -> Result<u128> {
		let mut units = Some(wanted);
		for pair in self.path.windows(2).rev() {
			units = match units {
				Some(units) => needed(state, pair[0], pair[1], units).await?,
				None => None,
			};
		}
		units.ok_or_else(|| {
			Error::refused(format!("the pools don't have {} to give", self.to.show(wanted)))
		})
	}

	/// `who` puts exactly so much in. The event is `Currencies.Swapped`.
	pub async fn exact_in(
		&self,
		state: &State,
		who: &Party,
		put_in: u128,
		limit: Limit,
	) -> Result<Draft> {
		let expected = self.out(state, put_in).await?;
		let least = limit.units(expected, at_least);
		let (about, no_less) = (self.to.show(expected), self.to.show(least));
		if expected < least {
			return Err(Error::refused(format!(
				"{about} would come out now, which is less than {no_less}"
			)));
		}
		let call = state.call("Currencies", "swap", (self.path.clone(), put_in, least))?;
		Ok(Draft::new(call)
			.spends(self.from.kind(), put_in)
			.effect(format!("{who} puts {} into the pool", self.from.show(put_in)))
			.effect(format!("it gets about {about}, and not less than {no_less}")))
	}

	/// `who` gets exactly so much out. The event is `Currencies.Swapped`.
	pub async fn exact_out(
		&self,
		state: &State,
		who: &Party,
		out: u128,
		limit: Limit,
	) -> Result<Draft> {
		let expected = self.needed(state, out).await?;
		let most = limit.units(expected, at_most);
		let (about, no_more) = (self.from.show(expected), self.from.show(most));
		if expected > most {
			return Err(Error::refused(format!(
				"{about} would be needed now, which is more than {no_more}"
			)));
		}
		let call = state.call("Currencies", "swap_for", (self.path.clone(), out, most))?;
		Ok(Draft::new(call)
			.spends(self.from.kind(), expected)
			.effect(format!("{who} puts about {about}, and not more than {no_more}, into the pool"))
			.effect(format!("it gets {}", self.to.show(out))))
	}

	/// As JSON, with what is put in and comes out. Amounts are decimal strings of smallest units;
	/// kinds of money `null` for OUR, else a currency's id.
	pub fn json(&self, put_in: u128, out: u128) -> Json {
		let path = self.path.iter().map(|kind| match kind {
			Kind::Native => None,
			Kind::WithId(id) => Some(*id),
		});
		json!({
			"from": self.from.json(),
			"to": self.to.json(),
			"path": path.collect::<Json>(),
			"in": put_in.to_string(),
			"out": out.to_string(),
		})
	}
}

/// A path that leads from the first to the last: this one or, if it is only these two, over OUR.
async fn leading(state: &State, path: Vec<Kind>) -> Result<Option<Vec<Kind>>> {
	if is_open(state, &path).await? {
		return Ok(Some(path));
	}
	match path[..] {
		[from, to] if ![from, to].contains(&Kind::Native) => {
			let path = vec![from, Kind::Native, to];
			Ok(is_open(state, &path).await?.then_some(path))
		},
		_ => Ok(None),
	}
}

/// Whether there is a pool that can give something between each two neighbours.
async fn is_open(state: &State, path: &[Kind]) -> Result<bool> {
	for pair in path.windows(2) {
		let reserves: Option<(u128, u128)> = ask(state, "get_reserves", (pair[0], pair[1])).await?;
		if reserves.is_none() {
			return Ok(false);
		}
	}
	Ok(true)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{chain::fake::Node, money};
	use subxt::utils::AccountId32;

	/// Four of it are worth one OUR.
	const TSH: Kind = Kind::WithId(4);
	/// Ten of it are.
	const ABC: Kind = Kind::WithId(10);

	async fn state() -> State {
		Node::quoting().chain().await.finalised().await.expect("is there")
	}

	fn swap() -> Swap {
		let local = |id, symbol| Money::Local(Box::new(money::example(id, symbol)));
		Swap { from: local(4, "TSH"), to: local(10, "ABC"), path: vec![TSH, Kind::Native, ABC] }
	}

	#[tokio::test]
	async fn quote_goes_through_all_pools() {
		let state = state().await;
		assert_eq!(swap().out(&state, 100).await, Ok(250));
		assert_eq!(swap().needed(&state, 250).await, Ok(100));
	}

	#[tokio::test]
	async fn nothing_that_comes_out_is_no_quote() {
		let error = swap().out(&state().await, 3).await.expect_err("is less than a unit");
		assert_eq!(error.to_string(), "nothing in ABC comes out for 0.03 TSH");
		let swap = Swap { path: vec![TSH, ABC], ..swap() };
		let error = swap.needed(&state().await, 3).await.expect_err("there is no such pool");
		assert_eq!(error.to_string(), "the pools don't have 0.03 ABC to give");
	}

	#[tokio::test]
	async fn way_goes_over_our_where_there_is_no_pool_of_the_two() {
		let state = state().await;
		for (path, leads) in [
			(vec![TSH, Kind::Native], Some(vec![TSH, Kind::Native])),
			(vec![TSH, ABC], Some(vec![TSH, Kind::Native, ABC])),
			(vec![TSH, ABC, Kind::Native], None),
			(vec![Kind::WithId(0), ABC], None),
			(vec![Kind::WithId(0), Kind::Native], None),
		] {
			assert_eq!(leading(&state, path.clone()).await, Ok(leads), "{path:?}");
		}
	}

	#[tokio::test]
	async fn swap_is_refused_where_the_price_is_worse_already() {
		let who = Party { account: AccountId32([1; 32]), twin: None };
		let state = state().await;
		let least = swap().exact_in(&state, &who, 100, Limit::Units(251)).await;
		let error = least.expect_err("is too much").to_string();
		assert_eq!(error, "2.50 ABC would come out now, which is less than 2.51 ABC");
		let most = swap().exact_out(&state, &who, 250, Limit::Units(99)).await;
		let error = most.expect_err("is too little").to_string();
		assert_eq!(error, "1.00 TSH would be needed now, which is more than 0.99 TSH");
		assert_eq!(Limit::Slippage(10_000).units(1_000, at_least), 990);
	}

	#[test]
	fn result_has_its_stable_shape() {
		assert_eq!(
			swap().json(100, 250),
			json!({ "from": 4, "to": 10, "path": [4, null, 10], "in": "100", "out": "250" })
		);
	}
}
