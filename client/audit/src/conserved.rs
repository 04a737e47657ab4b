//! Whether the events of currencies add up: what was made of each, less what was destroyed, is by
//! how much the chain's own count of it grew, and whatever an event says was paid or made, balances
//! moved by just that.
//!
//! Two pallets tell of each payment, in words of their own. Events that were read in the wrong
//! words don't agree with each other.

use crate::{
	row::{amount, Row},
	source::{Block, BALANCES},
};
use ourledger_client::{
	chain::State,
	error::{Error, Result},
};
use ourledger_primitives::money::CurrencyId;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use subxt::{ext::scale_decode::DecodeAsType, utils::AccountId32};

/// The pallet that tells why money moves.
const POLICY: &str = "Currencies";

/// The number of the account in which all is that is set aside; zeros follow.
const SET_ASIDE: &[u8] = b"modlour/currsetaside";

/// By currency, how much there is of it.
pub type Supplies = BTreeMap<CurrencyId, u128>;

/// What there is of all currencies in a state.
pub async fn supplies(state: &State) -> Result<Supplies> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Asset {
		supply: u128,
	}
	// Before the upgrade that brought currencies, there are none.
	if state.dictionary().pallet_by_name(BALANCES).is_none() {
		return Ok(Supplies::new());
	}
	let all: Vec<((CurrencyId,), Asset)> = state.entries(BALANCES, "Asset", ()).await?;
	Ok(all.into_iter().map(|((id,), asset)| (id, asset.supply)).collect())
}

/// How money moved: where in the block, which, from whom, to whom, how much. Nobody on one side is
/// where it was made or destroyed.
type Move = (Option<u32>, CurrencyId, Option<String>, Option<String>, u128);

/// What events say so far.
#[derive(Default)]
pub struct Conserved {
	/// By currency, what was made less what was destroyed.
	grown: BTreeMap<CurrencyId, i128>,
	/// What doesn't fit, the first of it.
	wrong: Option<String>,
}

/// A move of balances. Their events call an amount that is burned a balance.
#[derive(Deserialize)]
struct Moved {
	asset_id: CurrencyId,
	from: Option<String>,
	to: Option<String>,
	owner: Option<String>,
	amount: Option<Amount>,
	balance: Option<Amount>,
}

/// What an event of policy says of one.
#[derive(Deserialize)]
struct Told {
	currency: CurrencyId,
	from: Option<String>,
	to: Option<String>,
	account: Option<String>,
	amount: Amount,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(transparent)]
struct Amount(#[serde(with = "amount")] u128);

impl Conserved {
	/// The events of the next block.
	pub fn block(&mut self, block: &Block) {
		if self.wrong.is_none() {
			self.wrong = self.add(block).err().map(|error| error.to_string());
		}
	}

	/// Whether all fits, where there was so much of each currency before and after.
	pub fn finish(self, before: &Supplies, after: &Supplies) -> Result<()> {
		if let Some(wrong) = self.wrong {
			return Err(Error::verification(wrong));
		}
		let mut ids: Vec<_> = before.keys().chain(after.keys()).chain(self.grown.keys()).collect();
		ids.sort_unstable();
		ids.dedup();
		for id in ids {
			let of = |supplies: &Supplies| supplies.get(id).copied().unwrap_or_default();
			let (before, after) = (of(before), of(after));
			let grown = self.grown.get(id).copied().unwrap_or_default();
			if before.checked_add_signed(grown) != Some(after) {
				return Err(Error::verification(format!(
					"currency {id}: there were {before} minor units of it before the first block, \
					 events change that by {grown}, but after the last block there are {after}"
				)));
			}
		}
		Ok(())
	}

	fn add(&mut self, block: &Block) -> Result<()> {
		let mut moves: HashMap<Move, u32> = HashMap::new();
		for row in block.rows.iter().filter(|row| row.pallet == BALANCES) {
			self.moved(row, &mut moves)?;
		}
		set_aside(block, &moves)?;
		for row in block.rows.iter().filter(|row| row.pallet == POLICY) {
			let Some(wanted) = told(row)? else { continue };
			// Nothing moves for somebody who pays itself, and nothing is nothing.
			if wanted.4 == 0 || wanted.2 == wanted.3 {
				continue;
			}
			match moves.get_mut(&wanted) {
				Some(left) if *left > 0 => *left -= 1,
				_ => {
					let (_, currency, from, to, amount) = wanted;
					let named = |who: Option<String>| who.unwrap_or_else(|| "nobody".into());
					return Err(Error::verification(format!(
						"{}: it tells of {amount} minor units of currency {currency} from {} to {}, \
						 but no balances moved so",
						row.place(),
						named(from),
						named(to)
					)));
				},
			}
		}
		Ok(())
	}

	/// What an event of balances does.
	fn moved(&mut self, row: &Row, moves: &mut HashMap<Move, u32>) -> Result<()> {
		let sign = match row.name.as_str() {
			"Transferred" => 0,
			"Issued" | "IssuedCredit" | "BurnedDebt" => 1,
			"Burned" | "BurnedCredit" | "IssuedDebt" => -1,
			_ => return Ok(()),
		};
		let it: Moved = row.read()?;
		let Some(Amount(amount)) = it.amount.or(it.balance) else {
			return Err(Error::verification(format!("{}: it has no amount", row.place())));
		};
		let grown = self.grown.entry(it.asset_id).or_default();
		*grown = i128::try_from(amount)
			.ok()
			.and_then(|amount| grown.checked_add(sign * amount))
			.ok_or_else(|| {
				Error::verification(format!("{}: the amounts are beyond all bounds", row.place()))
			})?;
		let (from, to) = match row.name.as_str() {
			"Transferred" => (it.from, it.to),
			"Issued" => (None, it.owner),
			"Burned" => (it.owner, None),
			_ => return Ok(()),
		};
		*moves.entry((row.extrinsic, it.asset_id, from, to, amount)).or_default() += 1;
		Ok(())
	}
}

/// Whether as much went into the pot of what is set aside, and out of it, as a block's events say.
fn set_aside(block: &Block, moves: &HashMap<Move, u32>) -> Result<()> {
	let mut bytes = [0; 32];
	bytes[..SET_ASIDE.len()].copy_from_slice(SET_ASIDE);
	let pot = Some(AccountId32(bytes).to_string());
	let overflow = || Error::verification("the amounts are beyond all bounds");
	// By currency: what came in and went out, and what was told of it.
	let mut sums: BTreeMap<CurrencyId, [u128; 4]> = BTreeMap::new();
	for ((_, currency, from, to, amount), times) in moves {
		let amount = amount.checked_mul((*times).into()).ok_or_else(overflow)?;
		for (place, _) in [to, from].into_iter().enumerate().filter(|(_, side)| **side == pot) {
			let sum = &mut sums.entry(*currency).or_default()[place];
			*sum = sum.checked_add(amount).ok_or_else(overflow)?;
		}
	}
	let rows = || block.rows.iter().filter(|row| row.pallet == POLICY);
	for row in rows() {
		let place = match row.name.as_str() {
			"SetAside" => 2,
			"Taken" => 3,
			_ => continue,
		};
		let Kept { currency, nominal: Amount(nominal) } = row.read()?;
		let sum = &mut sums.entry(currency).or_default()[place];
		*sum = sum.checked_add(nominal).ok_or_else(overflow)?;
	}
	// What was in the way when it became a pot went to the currency's.
	let is_opened = rows().any(|row| row.name == "PotOpened");
	for (currency, [came, went, told_came, told_went]) in sums {
		// Before it was a pot, anybody could pay something in.
		let fits = told_came <= came && (told_went == went || is_opened);
		if !fits {
			return Err(Error::verification(format!(
				"block {}, currency {currency}: {told_came} minor units were set aside and {told_went} \
				 taken, but balances of {came} and {went} moved",
				block.number
			)));
		}
	}
	Ok(())
}

/// What an event says of money that is set aside.
#[derive(Deserialize)]
struct Kept {
	currency: CurrencyId,
	nominal: Amount,
}

/// Who paid and who was paid, and the rest of what an event says.
type Sides = (Option<String>, Option<String>, Told);

/// The move that an event of policy tells of, if it names both sides.
fn told(row: &Row) -> Result<Option<Move>> {
	let sides: fn(Told) -> Sides = match row.name.as_str() {
		"Transferred" => |mut it| (it.from.take(), it.to.take(), it),
		"Issued" => |mut it| (None, it.to.take(), it),
		"Redeemed" => |mut it| (it.from.take(), None, it),
		"CreditDrawn" => |mut it| (None, it.account.take(), it),
		"Repaid" => |mut it| (it.account.take(), None, it),
		_ => return Ok(None),
	};
	let (from, to, it) = sides(row.read()?);
	Ok(Some((row.extrinsic, it.currency, from, to, it.amount.0)))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::row::example::row;
	use serde_json::{json, Value as Json};

	fn check(rows: &[(&str, Json)], before: u128, after: u128) -> Result<()> {
		let rows =
			rows.iter().zip(0..).map(|((kind, fields), event)| row(1, event, kind, fields.clone()));
		let block = Block { number: 1, runtime: Default::default(), rows: rows.collect() };
		let mut conserved = Conserved::default();
		conserved.block(&block);
		conserved.finish(&[(0, before)].into(), &[(0, after)].into())
	}

	fn moved(amount: &str) -> (&'static str, Json) {
		let fields = json!({ "asset_id": 0, "from": "5A", "to": "5B", "amount": amount });
		("Assets.Transferred", fields)
	}

	fn told(from: &str, to: &str, amount: &str) -> (&'static str, Json) {
		let fields = json!({ "currency": 0, "from": from, "to": to, "amount": amount });
		("Currencies.Transferred", fields)
	}

	fn owned(kind: &'static str, amount: &str) -> (&'static str, Json) {
		let amount_of = if kind == "Assets.Burned" { "balance" } else { "amount" };
		(kind, json!({ "asset_id": 0, "owner": "5A", amount_of: amount }))
	}

	#[test]
	fn events_that_agree_are_no_news() {
		let rows = [
			owned("Assets.Issued", "9"),
			("Currencies.Issued", json!({ "currency": 0, "to": "5A", "amount": "9" })),
			moved("7"),
			told("5A", "5B", "7"),
			owned("Assets.Burned", "2"),
			("Currencies.Redeemed", json!({ "currency": 0, "from": "5A", "amount": "2" })),
			owned("Assets.Issued", "3"),
			("Currencies.CreditDrawn", json!({ "currency": 0, "account": "5A", "amount": "3" })),
			owned("Assets.Burned", "1"),
			("Currencies.Repaid", json!({ "currency": 0, "account": "5A", "amount": "1" })),
			told("5A", "5A", "5"),
			// Not all that moves is told of by this pallet.
			moved("4"),
		];
		assert_eq!(check(&rows, 100, 109), Ok(()));
	}

	#[test]
	fn supply_that_grows_by_anything_else_is_noticed() {
		for (rows, after) in [
			(vec![owned("Assets.Issued", "9")], 110),
			(vec![owned("Assets.Burned", "9")], 109),
			(vec![], 99),
		] {
			let error = check(&rows, 100, after).expect_err("doesn't add up");
			assert_eq!(error.code(), 6);
			assert!(error.to_string().contains(&format!("there are {after}")), "{error}");
		}
	}

	#[test]
	fn payment_that_moved_no_such_balances_is_named() {
		for wrong in [
			vec![moved("7"), told("5A", "5B", "8")],
			vec![moved("7"), told("5B", "5A", "7")],
			vec![moved("7"), told("5A", "5C", "7")],
			vec![moved("7"), told("5A", "5B", "7"), told("5A", "5B", "7")],
			vec![
				owned("Assets.Issued", "0"),
				("Currencies.Issued", json!({ "currency": 0, "to": "5A", "amount": "9" })),
			],
		] {
			let error = check(&wrong, 0, 0).expect_err("doesn't add up");
			assert!(error.to_string().starts_with("Currencies."), "{error}");
			assert!(error.to_string().contains("but no balances moved so"), "{error}");
		}
	}

	#[test]
	fn what_is_set_aside_has_moved_and_so_has_what_is_taken() {
		let mut bytes = [0; 32];
		bytes[..SET_ASIDE.len()].copy_from_slice(SET_ASIDE);
		let pot = AccountId32(bytes).to_string();
		let moved = |from: &str, to: &str, amount: &str| {
			let fields = json!({ "asset_id": 0, "from": from, "to": to, "amount": amount });
			("Assets.Transferred", fields)
		};
		let put = |nominal: &str| {
			("Currencies.SetAside", json!({ "currency": 0, "owner": "5A", "nominal": nominal }))
		};
		let taken = |nominal: &str| {
			let fields = json!({ "currency": 0, "owner": "5A", "nominal": nominal, "charge": "1" });
			("Currencies.Taken", fields)
		};
		let right =
			[moved("5B", &pot, "7"), put("7"), moved(&pot, "5A", "6"), moved(&pot, "5P", "1")];
		let whole: Vec<_> = right.into_iter().chain([taken("7")]).collect();
		assert_eq!(check(&whole, 0, 0), Ok(()));
		for wrong in [
			vec![moved("5B", &pot, "7"), put("8")],
			vec![put("7")],
			vec![moved(&pot, "5A", "6"), taken("7")],
			vec![moved(&pot, "5A", "7")],
		] {
			let error = check(&wrong, 0, 0).expect_err("doesn't add up");
			assert!(error.to_string().contains("minor units were set aside"), "{error}");
		}
	}

	#[test]
	fn events_of_another_transaction_explain_nothing() {
		let (kind, fields) = told("5A", "5B", "7");
		let elsewhere = Row { extrinsic: Some(2), ..row(1, 1, kind, fields) };
		let (kind, fields) = moved("7");
		let rows = vec![row(1, 0, kind, fields), elsewhere];
		let mut conserved = Conserved::default();
		conserved.block(&Block { number: 1, runtime: Default::default(), rows });
		assert!(conserved.finish(&Supplies::new(), &Supplies::new()).is_err());
	}
}
