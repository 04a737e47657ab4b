//! Pools made, and money that is put into them or taken out of them, for shares.

use super::{at_least, Pool, PALLET};
use crate::{
	amount,
	draft::Draft,
	error::{Error, Result},
	money::{Kind, Money},
	twin::party::Party,
	State,
};
use serde_json::{json, Value as Json};
use subxt::{ext::scale_decode::DecodeAsType, utils::AccountId32};

/// A pool that was made.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct PoolCreated {
	/// The account that has what is in it.
	pub account: AccountId32,
}

/// What went into a pool or out of it, in the order in which the call named the two.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Moved {
	/// Units of the one.
	pub amount_a: u128,
	/// Units of the other.
	pub amount_b: u128,
	/// Shares that were got, or given back.
	pub shares: u128,
}

/// Two kinds of money, in the order in which somebody names them.
pub struct Pair {
	/// The one.
	pub one: Money,
	/// The other.
	pub other: Money,
}

impl Pair {
	/// The pair that two texts name: "OUR", or a currency's id or symbol.
	pub async fn find(state: &State, (one, other): (&str, &str)) -> Result<Self> {
		let pair =
			Self { one: Money::find(state, one).await?, other: Money::find(state, other).await? };
		if pair.one == pair.other {
			return Err(Error::input("a pool has two different kinds of money"));
		}
		Ok(pair)
	}

	/// That of a pool.
	pub async fn of(state: &State, pool: &Pool) -> Result<Self> {
		Ok(Self {
			one: Money::read(state, pool.kinds.0).await?,
			other: Money::read(state, pool.kinds.1).await?,
		})
	}

	/// As people call it: "TSH and OUR".
	pub fn name(&self) -> String {
		format!("{} and {}", self.one.symbol(), self.other.symbol())
	}

	/// Its pool; an error without one.
	pub async fn pool(&self, state: &State) -> Result<Pool> {
		let pool = Pool::find(state, self.one.kind(), self.other.kind()).await?;
		pool.ok_or_else(|| Error::not_found(format!("there is no pool of {}", self.name())))
	}

	/// Units of the two, in words.
	pub fn show(&self, (one, other): (u128, u128)) -> String {
		format!("{} and {}", self.one.show(one), self.other.show(other))
	}

	/// Units in the pool's order, as those of the one and the other.
	pub fn in_order(&self, pool: &Pool, units: (u128, u128)) -> (u128, u128) {
		match pool.kinds.0 == self.one.kind() {
			true => units,
			false => (units.1, units.0),
		}
	}

	/// What one of the first is worth in the second, in words; nothing in an empty pool.
	pub fn price(&self, pool: &Pool) -> Option<String> {
		if pool.is_empty() {
			return None;
		}
		let worth = pool.in_proportion(self.one.kind(), self.one.one())?;
		Some(format!("{} for {}", self.other.show(worth), self.one.show(self.one.one())))
	}

	/// Its pool as JSON. Amounts are decimal strings of smallest units.
	pub fn json(&self, pool: &Pool) -> Json {
		let (one, other) = self.in_order(pool, pool.reserves);
		json!({
			"one": { "currency": self.one.json(), "reserve": one.to_string() },
			"other": { "currency": self.other.json(), "reserve": other.to_string() },
			"account": pool.account,
			"feePpm": pool.fee,
			"shares": pool.shares.to_string(),
		})
	}

	/// `who` makes the pool. The event is `Currencies.PoolCreated`.
	pub fn create(&self, state: &State, who: &Party) -> Result<Draft> {
		let fee: u128 = state.constant(PALLET, "PoolSetupFee")?;
		let call = state.call("Currencies", "create_pool", (self.one.kind(), self.other.kind()))?;
		Ok(Draft::new(call)
			.spends(Kind::Native, fee)
			.effect(format!(
				"a pool of {} begins to exist, for ever; it belongs to nobody",
				self.name()
			))
			.effect(format!("{who} pays {} to the treasury for it", amount::format(fee))))
	}

	/// `who` puts in so much of both at most, if the price moves by no more than so many millionths.
	/// The event is `Currencies.LiquidityAdded`.
	pub async fn add(
		&self,
		state: &State,
		who: &Party,
		most: (u128, u128),
		slippage: u32,
	) -> Result<Draft> {
		if most.0 == 0 || most.1 == 0 {
			return Err(Error::input("an amount is zero: a pool takes both kinds of money"));
		}
		let pool = self.pool(state).await?;
		let fitting = self.fitting(&pool, most);
		let (one, other) = fitting.ok_or_else(|| Error::input("the amounts are too large"))?;
		let least = (at_least(one, slippage), at_least(other, slippage));
		let (a, b) = (self.one.kind(), self.other.kind());
		let values = (a, b, most.0, most.1, least.0, least.1);
		let call = state.call("Currencies", "add_liquidity", values)?;
		let draft = Draft::new(call).spends(a, one).spends(b, other);
		Ok(match pool.is_empty() {
			true => draft
				.effect(format!("{who} puts {} into the pool", self.show(most)))
				.effect("the pool is empty: the two amounts make its price"),
			false => draft
				.effect(format!("{who} puts about {} into the pool", self.show((one, other))))
				.effect(format!("it puts in no more than {}", self.show(most))),
		})
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

	/// `who` gives so many shares back, or all that the pool can do without, if the price moves by no
	/// more than so many millionths. The event is `Currencies.LiquidityRemoved`.
	pub async fn remove(
		&self,
		state: &State,
		who: &Party,
		shares: Option<u128>,
		slippage: u32,
	) -> Result<Draft> {
		let pool = self.pool(state).await?;
		let owned = pool.shares_of(state, who.account).await?;
		let minima = (minimum(state, pool.kinds.0).await?, minimum(state, pool.kinds.1).await?);
		let most = pool.removable(minima);
		let least_left = self.show(self.in_order(&pool, minima));
		let shares = wanted(shares, owned, most).map_err(|error| {
			error.explained(|why| format!("{who}: {why} (a pool keeps {least_left} at least)"))
		})?;
		let worth = pool.worth(shares).map(|worth| self.in_order(&pool, worth));
		let (one, other) = worth.ok_or_else(|| Error::input("the shares are too many"))?;
		if one == 0 || other == 0 {
			return Err(Error::refused(format!("{shares} shares aren't worth a unit of both")));
		}
		let least = (at_least(one, slippage), at_least(other, slippage));
		let values = (self.one.kind(), self.other.kind(), shares, least.0, least.1);
		let call = state.call("Currencies", "remove_liquidity", values)?;
		let mut draft =
			Draft::new(call).effect(format!("{who} gives back {shares} of its {owned} shares"));
		if owned > most && shares == most {
			draft = draft
				.effect(format!("more can't be given back: a pool keeps {least_left} at least"));
		}
		Ok(draft
			.effect(format!("it gets about {}", self.show((one, other))))
			.effect(format!("it gets no less than {}", self.show(least))))
	}
}

/// The least that an account, and so a pool, may have of a kind of money, in its smallest units.
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

/// How many shares are given back, where `most` leave the pool what it has to keep.
fn wanted(shares: Option<u128>, owned: u128, most: u128) -> Result<u128> {
	if shares.is_none() && owned > 0 && most == 0 {
		return Err(Error::refused("no shares can be given back: the pool has too little left"));
	}
	match shares.unwrap_or(owned.min(most)) {
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

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{exchange::example, money};

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
	fn shares_are_owned_and_can_go() {
		assert_eq!(wanted(None, 7, 9), Ok(7));
		assert_eq!(wanted(Some(3), 7, 9), Ok(3));
		assert_eq!(wanted(Some(8), 7, 9).map_err(|error| error.code()), Err(1));
		for (shares, owned) in [(Some(0), 7), (None, 0)] {
			assert_eq!(wanted(shares, owned, 9).map_err(|error| error.code()), Err(4));
		}
	}

	#[test]
	fn all_shares_are_those_that_leave_the_pool_its_minima() {
		assert_eq!(wanted(None, 7, 5), Ok(5));
		assert_eq!(wanted(Some(5), 7, 5), Ok(5));
		for shares in [6, 7] {
			let error = wanted(Some(shares), 7, 5).expect_err("are too many").to_string();
			assert_eq!(error, format!("up to 5 shares can be given back, not {shares}"));
		}
		assert_eq!(wanted(None, 7, 0).map_err(|error| error.code()), Err(1));
	}
}
