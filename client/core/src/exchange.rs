//! Pools as the chain keeps them, and what an exchange in them gives.
//!
//! A pool has two kinds of money, and keeps their product from falling: who puts so much in gets
//! so much out, less the pool's fee. The chain computes the same.

use crate::{
	account::Account,
	chain::State,
	error::{Error, Result},
	hash::blake2_256,
	money::{holding::Holding, Kind},
};
use codec::Encode;
use serde_json::Value as Json;
use subxt::{config::substrate::U256, ext::scale_decode::DecodeAsType, utils::AccountId32};

/// The chain's pallet.
const PALLET: &str = "AssetConversion";

/// A whole, in the parts of a pool's fee.
const MILLION: u128 = 1_000_000;

/// A pool and what is in it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pool {
	/// The two kinds of money, in the chain's order.
	pub kinds: (Kind, Kind),
	/// The account that has them.
	pub account: AccountId32,
	/// How much of each it has.
	pub reserves: (u128, u128),
	/// The share of a swap that stays in the pool, in millionths.
	pub fee: u32,
	/// What shares in the pool are called on the chain.
	pub share: u32,
	/// How many shares there are.
	pub shares: u128,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct PoolInfo {
	lp_token: u32,
}

impl Pool {
	/// The pool of two kinds of money, if there is one.
	pub async fn find(state: &State, one: Kind, other: Kind) -> Result<Option<Self>> {
		let kinds = (one.min(other), one.max(other));
		let info: Option<PoolInfo> = state.storage(PALLET, "Pools", (kinds,)).await?;
		match info {
			Some(info) => Self::read(state, kinds, info.lp_token).await.map(Some),
			None => Ok(None),
		}
	}

	/// All pools.
	pub async fn all(state: &State) -> Result<Vec<Self>> {
		let found: Vec<(((Kind, Kind),), PoolInfo)> = state.entries(PALLET, "Pools", ()).await?;
		let mut pools = Vec::new();
		for ((kinds,), info) in found {
			pools.push(Self::read(state, kinds, info.lp_token).await?);
		}
		pools.sort_by_key(|pool| pool.kinds);
		Ok(pools)
	}

	async fn read(state: &State, kinds: (Kind, Kind), share: u32) -> Result<Self> {
		#[derive(DecodeAsType)]
		#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
		struct Asset {
			supply: u128,
		}
		let account = account_of(state.constant(PALLET, "PalletId")?, kinds);
		let own_fee: Option<u32> = state.storage(PALLET, "PoolFees", (kinds,)).await?;
		let fee = match own_fee {
			Some(fee) => fee,
			None => state.constant(PALLET, "LPFee")?,
		};
		let shares: Option<Asset> = state.storage("PoolAssets", "Asset", (share,)).await?;
		let reserves =
			(reserve(state, kinds.0, account).await?, reserve(state, kinds.1, account).await?);
		let shares = shares.map_or(0, |asset| asset.supply);
		Ok(Self { kinds, account, reserves, fee, share, shares })
	}

	/// How many shares an account has.
	pub async fn shares_of(&self, state: &State, account: AccountId32) -> Result<u128> {
		#[derive(DecodeAsType)]
		#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
		struct Share {
			balance: u128,
		}
		let share: Option<Share> =
			state.storage("PoolAssets", "Account", (self.share, account)).await?;
		Ok(share.map_or(0, |share| share.balance))
	}

	/// Whether nobody can swap in it, for want of money.
	pub fn is_empty(&self) -> bool {
		self.reserves.0 == 0 || self.reserves.1 == 0
	}

	/// What it has of a kind and of the other one.
	pub fn reserves_from(&self, kind: Kind) -> (u128, u128) {
		match kind == self.kinds.0 {
			true => self.reserves,
			false => (self.reserves.1, self.reserves.0),
		}
	}

	/// What comes out for so much of `kind`; nothing if it isn't even a unit.
	pub fn out(&self, kind: Kind, put_in: u128) -> Option<u128> {
		let (own, other) = self.reserves_from(kind);
		if self.is_empty() {
			return None;
		}
		let put_in = U256::from(put_in).checked_mul(self.kept())?;
		let total = U256::from(own).checked_mul(MILLION.into())?.checked_add(put_in)?;
		let out = put_in.checked_mul(other.into())?.checked_div(total)?;
		narrow(out).filter(|out| *out > 0)
	}

	/// How much of `kind` has to be put in, so that so much of the other comes out.
	pub fn needed(&self, kind: Kind, wanted: u128) -> Option<u128> {
		let (own, other) = self.reserves_from(kind);
		let left = other.checked_sub(wanted).filter(|left| *left > 0 && !self.is_empty())?;
		let product = U256::from(own).checked_mul(wanted.into())?.checked_mul(MILLION.into())?;
		let needed = product.checked_div(U256::from(left).checked_mul(self.kept())?)?;
		narrow(needed.checked_add(1.into())?)
	}

	/// What goes in with so much of `kind`, for the prices to stay.
	pub fn in_proportion(&self, kind: Kind, units: u128) -> Option<u128> {
		let (own, other) = self.reserves_from(kind);
		narrow(U256::from(units).checked_mul(other.into())?.checked_div(own.into())?)
	}

	/// What of both kinds so many shares are.
	pub fn worth(&self, shares: u128) -> Option<(u128, u128)> {
		let part = |reserve: u128| {
			let product = U256::from(shares).checked_mul(reserve.into())?;
			narrow(product.checked_div(self.shares.into())?)
		};
		Some((part(self.reserves.0)?, part(self.reserves.1)?))
	}

	/// The most shares that can be given back, so that the pool keeps these minima of its kinds.
	pub fn removable(&self, minima: (u128, u128)) -> u128 {
		// What is given back is rounded down, so it stays below a unit more than what can go.
		let most = |reserve: u128, minimum: u128| {
			let beyond = U256::from(reserve.checked_sub(minimum)?).checked_add(1.into())?;
			let product = beyond.checked_mul(self.shares.into())?.checked_sub(1.into())?;
			narrow(product.checked_div(reserve.into())?)
		};
		let one = most(self.reserves.0, minima.0).unwrap_or(0);
		one.min(most(self.reserves.1, minima.1).unwrap_or(0))
	}

	/// What of a million is exchanged, after the fee.
	fn kept(&self) -> U256 {
		MILLION.saturating_sub(self.fee.into()).into()
	}
}

/// A way of swaps, from one kind of money over others to the last.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Way {
	/// The kinds of money, from the first to the last.
	pub kinds: Vec<Kind>,
	/// The pools between them.
	pools: Vec<Pool>,
}

impl Way {
	/// The way over these kinds; without any between the first and the last the direct one, else
	/// the one over OUR.
	pub async fn find(state: &State, from: Kind, over: &[Kind], to: Kind) -> Result<Option<Self>> {
		if from == to {
			return Err(Error::input("both are the same money: there is nothing to swap"));
		}
		let kinds: Vec<_> = [&[from], over, &[to]].concat();
		let most: u32 = state.constant(PALLET, "MaxSwapPathLength")?;
		if kinds.len() > most as usize {
			return Err(Error::input(format!(
				"a swap goes over {} kinds of money at most, not over {}",
				most.saturating_sub(2),
				over.len()
			)));
		}
		let direct = Self::along(state, kinds).await?;
		if direct.is_some() || !over.is_empty() || [from, to].contains(&Kind::Native) {
			return Ok(direct);
		}
		Self::along(state, vec![from, Kind::Native, to]).await
	}

	async fn along(state: &State, kinds: Vec<Kind>) -> Result<Option<Self>> {
		let mut pools = Vec::new();
		for pair in kinds.windows(2) {
			match Pool::find(state, pair[0], pair[1]).await? {
				Some(pool) if !pool.is_empty() => pools.push(pool),
				_ => return Ok(None),
			}
		}
		Ok(Some(Self { kinds, pools }))
	}

	/// Its kinds of money as they stand in results: `null` for OUR, else a currency's id.
	pub fn json(&self) -> Json {
		let kinds = self.kinds.iter().map(|kind| match kind {
			Kind::Native => None,
			Kind::WithId(id) => Some(*id),
		});
		kinds.collect()
	}

	/// What comes out at the end.
	pub fn out(&self, put_in: u128) -> Option<u128> {
		let mut steps = self.kinds.iter().zip(&self.pools);
		steps.try_fold(put_in, |units, (kind, pool)| pool.out(*kind, units))
	}

	/// What has to be put in at the beginning.
	pub fn needed(&self, wanted: u128) -> Option<u128> {
		let mut steps = self.kinds.iter().zip(&self.pools).rev();
		steps.try_fold(wanted, |units, (kind, pool)| pool.needed(*kind, units))
	}
}

/// The least that a person still agrees to, so many millionths below what was expected.
pub fn at_least(units: u128, slippage: u32) -> u128 {
	let kept = MILLION.saturating_sub(slippage.into());
	narrow(U256::from(units) * U256::from(kept) / U256::from(MILLION)).unwrap_or(units)
}

/// The most that a person still agrees to, so many millionths above what was expected.
pub fn at_most(units: u128, slippage: u32) -> u128 {
	let whole = MILLION + u128::from(slippage);
	narrow(U256::from(units) * U256::from(whole) / U256::from(MILLION)).unwrap_or(u128::MAX)
}

/// The account of a pool, as the chain derives it.
fn account_of(pallet: [u8; 8], kinds: (Kind, Kind)) -> AccountId32 {
	AccountId32(blake2_256(&(pallet, kinds).encode()))
}

async fn reserve(state: &State, kind: Kind, account: AccountId32) -> Result<u128> {
	match kind {
		Kind::Native => Ok(Account::read(state, account).await?.data.free),
		Kind::WithId(id) => Ok(Holding::read(state, id, account).await?.balance),
	}
}

fn narrow(number: U256) -> Option<u128> {
	number.try_into().ok()
}

/// A pool to test with: OUR and a local currency, with a fee of 0.3 %.
#[cfg(any(test, feature = "testing"))]
pub fn example(currency: u32, reserves: (u128, u128)) -> Pool {
	let kinds = (Kind::Native, Kind::WithId(currency));
	Pool { kinds, account: AccountId32([9; 32]), reserves, fee: 3_000, share: 0, shares: 1_000 }
}

/// The way through a pool, to test with.
#[cfg(any(test, feature = "testing"))]
pub fn example_way(pool: Pool, from: Kind) -> Way {
	let to = if pool.kinds.0 == from { pool.kinds.1 } else { pool.kinds.0 };
	Way { kinds: vec![from, to], pools: vec![pool] }
}

#[cfg(test)]
mod tests {
	use super::*;

	const TSH: Kind = Kind::WithId(1);

	#[test]
	fn swap_gives_what_the_chain_computes() {
		// As get_amount_out and get_amount_in of pallet-asset-conversion with a fee of 0.3 %.
		let pool = example(1, (10_000, 20_000));
		assert_eq!(pool.out(Kind::Native, 100), Some(197));
		assert_eq!(pool.out(TSH, 100), Some(49));
		assert_eq!(pool.needed(Kind::Native, 197), Some(100));
		assert_eq!(pool.out(TSH, 1), None);
	}

	#[test]
	fn what_is_needed_gives_at_least_what_is_wanted() {
		let pool = example(1, (1_000_000_007, 3_333_333));
		for wanted in [1, 2, 999, 12_345, 3_333_332] {
			let needed = pool.needed(Kind::Native, wanted).expect("is there");
			assert!(pool.out(Kind::Native, needed).expect("is enough") >= wanted, "{wanted}");
		}
	}

	#[test]
	fn pool_gives_no_more_than_it_has() {
		let full = example(1, (10_000, 20_000));
		assert_eq!(full.needed(Kind::Native, 20_000), None);
		assert_eq!(full.out(Kind::Native, u128::MAX), Some(19_999));
		let empty = example(1, (0, 0));
		assert_eq!(empty.out(Kind::Native, 100), None);
		assert_eq!(empty.needed(Kind::Native, 0), None);
	}

	#[test]
	fn way_goes_through_all_its_pools() {
		let other = Kind::WithId(2);
		let way = Way {
			kinds: vec![TSH, Kind::Native, other],
			pools: vec![example(1, (10_000, 20_000)), example(2, (10_000, 30_000))],
		};
		let out = way.out(1_000).expect("is enough");
		let between = way.pools[0].out(TSH, 1_000).expect("is enough");
		assert_eq!(way.pools[1].out(Kind::Native, between), Some(out));
		assert!(way.needed(out).expect("is there") <= 1_000);
	}

	#[test]
	fn shares_are_parts_of_both_reserves() {
		let pool = example(1, (10_000, 20_000));
		assert_eq!(pool.worth(500), Some((5_000, 10_000)));
		assert_eq!(pool.in_proportion(TSH, 100), Some(50));
		assert_eq!(pool.in_proportion(Kind::Native, 100), Some(200));
	}

	#[test]
	fn last_shares_leave_the_minima() {
		for (reserves, minima) in [
			((10_000, 20_000), (10, 1)),
			((10_007, 333), (1_000, 7)),
			((999, 1), (1, 1)),
			((1_000_000_000_000, 3), (1, 2)),
			((5, 5), (5, 5)),
			((4, 5), (5, 5)),
		] {
			let pool = example(1, reserves);
			let leaves_enough = |shares| {
				let (one, other) = pool.worth(shares).expect("is worth something");
				reserves.0 - one >= minima.0 && reserves.1 - other >= minima.1
			};
			let most = pool.removable(minima);
			assert!(most == 0 || leaves_enough(most), "{reserves:?}");
			assert!(reserves.0 < minima.0 || !leaves_enough(most + 1), "{reserves:?}");
		}
		assert_eq!(example(1, (0, 0)).removable((1, 1)), 0);
	}

	#[test]
	fn slippage_is_taken_off_or_added() {
		assert_eq!((at_least(1_000, 10_000), at_most(1_000, 10_000)), (990, 1_010));
		assert_eq!((at_least(7, 0), at_most(7, 0)), (7, 7));
		assert_eq!(at_most(u128::MAX, 10_000), u128::MAX);
		assert_eq!(at_least(u128::MAX, 0), u128::MAX);
	}
}
