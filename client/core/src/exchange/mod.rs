//! Pools as the chain keeps them, and exchanges in them.
//!
//! A pool has two kinds of money, and keeps their product from falling: who puts so much in gets so
//! much out, less the pool's fee. The chain itself quotes what that comes to. Only what it has no
//! quote for is computed here: what shares are worth, and what goes in with what.

pub mod liquidity;
pub mod swap;

use crate::{
	account::Account,
	chain::State,
	error::{Error, Result},
	hash::blake2_256,
	money::{holding::Holding, Kind},
};
use codec::Encode;
use subxt::{
	config::substrate::U256,
	ext::{frame_decode::storage::IntoEncodableValues, scale_decode::DecodeAsType},
	utils::AccountId32,
};

/// The chain's pallet.
const PALLET: &str = "AssetConversion";

/// The runtime API that quotes.
const API: &str = "AssetConversionApi";

/// A whole, in the parts of a slippage.
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
	fn reserves_from(&self, kind: Kind) -> (u128, u128) {
		match kind == self.kinds.0 {
			true => self.reserves,
			false => (self.reserves.1, self.reserves.0),
		}
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
}

/// What comes out of the pool of two kinds of money now for so much of the first, less its fee.
/// Nothing without such a pool, or if that isn't even a unit or more than it can give.
pub async fn out(state: &State, from: Kind, to: Kind, put_in: u128) -> Result<Option<u128>> {
	ask(state, "quote_price_exact_tokens_for_tokens", (from, to, put_in, true)).await
}

/// How much of the first of two kinds of money has to be put into their pool now, fee included, so
/// that so much of the other comes out. Nothing without such a pool, or if it can't give as much.
pub async fn needed(state: &State, from: Kind, to: Kind, wanted: u128) -> Result<Option<u128>> {
	ask(state, "quote_price_tokens_for_exact_tokens", (from, to, wanted, true)).await
}

/// Asks the chain about pools.
async fn ask<T: DecodeAsType>(
	state: &State,
	method: &str,
	arguments: impl IntoEncodableValues,
) -> Result<T> {
	if !state.has_runtime_api(API) {
		return Err(Error::connection(format!("this chain has no runtime API {API}")));
	}
	state.runtime_api(API, method, arguments).await
}

/// The least that a person still agrees to, so many millionths below what was expected.
fn at_least(units: u128, slippage: u32) -> u128 {
	let kept = MILLION.saturating_sub(slippage.into());
	narrow(U256::from(units) * U256::from(kept) / U256::from(MILLION)).unwrap_or(units)
}

/// The most that a person still agrees to, so many millionths above what was expected.
fn at_most(units: u128, slippage: u32) -> u128 {
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
#[cfg(test)]
fn example(currency: u32, reserves: (u128, u128)) -> Pool {
	let kinds = (Kind::Native, Kind::WithId(currency));
	Pool { kinds, account: AccountId32([9; 32]), reserves, fee: 3_000, share: 0, shares: 1_000 }
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain::fake::Node;

	const TSH: Kind = Kind::WithId(1);

	#[tokio::test]
	async fn quotes_are_the_chains() {
		let state = Node::quoting().chain().await.finalised().await.expect("is there");
		// Four of it are worth one OUR.
		let currency = Kind::WithId(4);
		assert_eq!(out(&state, currency, Kind::Native, 100).await, Ok(Some(25)));
		assert_eq!(needed(&state, currency, Kind::Native, 25).await, Ok(Some(100)));
		assert_eq!(out(&state, currency, Kind::WithId(5), 100).await, Ok(None));
		let state = Node::new().chain().await.finalised().await.expect("is there");
		let error = out(&state, currency, Kind::Native, 100).await.expect_err("can't quote");
		assert!(error.to_string().contains(API), "{error}");
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
