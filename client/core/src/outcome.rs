//! A transaction that is done, with its events.

use crate::{
	chain::written::ExtrinsicEvents,
	error::{Error, Result},
	errors_of_chain,
	money::Money,
	value,
};
use serde_json::{json, Value as Json};
use subxt::{
	ext::scale_decode::{DecodeAsFields, DecodeAsType},
	utils::{AccountId32, H256},
	ArcMetadata,
};

/// A transaction in a final block.
pub struct InBlock {
	/// The transaction.
	pub transaction: H256,
	/// Height of the block.
	pub number: u64,
	/// Hash of the block.
	pub hash: H256,
	/// What the block's events are written by.
	pub dictionary: ArcMetadata,
	/// The transaction's events.
	pub events: ExtrinsicEvents,
}

/// What was asked for.
pub struct Request {
	/// The call, as JSON.
	pub call: Json,
	/// In whose name it was made.
	pub account: AccountId32,
	/// Who signed it.
	pub signer: AccountId32,
	/// Who paid for it, if not the signer.
	pub sponsor: Option<AccountId32>,
	/// What the fee is paid in.
	pub fee_in: Money,
	/// What it changes.
	pub effects: Vec<String>,
	/// The deposit that it takes, in base units.
	pub deposit: Option<u128>,
}

/// A transaction that succeeded and is final.
pub struct Submitted {
	request: Request,
	/// What it cost, in units of what that is paid in; nothing if no fee was taken.
	pub fee: u128,
	/// Height of its block.
	pub block: u64,
	/// Hash of its block.
	pub block_hash: H256,
	events: ExtrinsicEvents,
	events_json: Vec<Json>,
}

impl Submitted {
	pub(crate) fn new(request: Request, in_block: InBlock) -> Result<Self> {
		let InBlock { number, hash, dictionary, events, .. } = in_block;
		let events_json = events.iter().map(|event| {
			let event = event?;
			let fields = errors_of_chain::fields_of(&event, &dictionary)?;
			Ok(json!({
				"pallet": event.pallet_name(),
				"event": event.event_name(),
				"fields": value::composite_to_json(&fields, &dictionary),
			}))
		});
		let events_json = events_json.collect::<Result<_>>()?;
		let mut done =
			Self { request, fee: 0, block: number, block_hash: hash, events, events_json };
		done.fee = done.fee_paid()?;
		Ok(done)
	}

	/// Reads the fields of the first event of a kind, if there is one.
	///
	/// ```no_run
	/// use subxt::{ext::scale_decode::DecodeAsType, utils::AccountId32};
	///
	/// #[derive(DecodeAsType)]
	/// #[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	/// struct TwinRegistered {
	///     twin: u64,
	///     controller: AccountId32,
	/// }
	///
	/// # fn example(done: ourledger_client::submit::Submitted) -> ourledger_client::Result<()> {
	/// let event: Option<TwinRegistered> = done.find("Twins", "TwinRegistered")?;
	/// # Ok(())
	/// # }
	/// ```
	pub fn find<T: DecodeAsFields>(&self, pallet: &str, event: &str) -> Result<Option<T>> {
		for found in self.events.iter() {
			let found = found?;
			if (found.pallet_name(), found.event_name()) == (pallet, event) {
				return Ok(Some(found.decode_fields_unchecked_as()?));
			}
		}
		Ok(None)
	}

	/// Reads the fields of an event that a success can't be without.
	pub fn expect<T: DecodeAsFields>(&self, pallet: &str, event: &str) -> Result<T> {
		self.find(pallet, event)?.ok_or_else(|| {
			Error::connection(format!(
				"the transaction is in block {}, but caused no {pallet}.{event}",
				self.block
			))
		})
	}

	/// The names of the events, below each other.
	pub fn event_names(&self) -> String {
		let name = |event: &Json| {
			Some(format!("{}.{}", event["pallet"].as_str()?, event["event"].as_str()?))
		};
		self.events_json.iter().filter_map(name).collect::<Vec<_>>().join("\n")
	}

	/// The outcome as JSON, with a `result` that the caller makes of it.
	pub fn json(&self, result: Json) -> Json {
		outcome_json(
			&self.request,
			self.fee,
			(self.block, self.block_hash),
			self.events.index(),
			&self.events_json,
			result,
		)
	}

	/// A fee as people read it, in what this one is paid in.
	pub fn show_fee(&self, units: u128) -> String {
		self.request.fee_in.show(units)
	}

	/// The fee as the chain took it, after refunds.
	fn fee_paid(&self) -> Result<u128> {
		#[derive(DecodeAsType)]
		#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
		struct FeePaid {
			actual_fee: u128,
		}
		let paid: Option<FeePaid> = match self.request.fee_in {
			Money::Our => self.find("TransactionPayment", "TransactionFeePaid")?,
			Money::Local(_) => self.find("AssetConversionTxPayment", "AssetTxFeePaid")?,
		};
		Ok(paid.map_or(0, |paid| paid.actual_fee))
	}
}

/// The stable shape of every write's JSON. Amounts are decimal strings of base units; the fee is in
/// units of the currency that `feeIn` names, and in OUR if that is `null`.
fn outcome_json(
	request: &Request,
	fee: u128,
	(number, hash): (u64, H256),
	extrinsic: usize,
	events: &[Json],
	result: Json,
) -> Json {
	json!({
		"call": request.call,
		"account": request.account,
		"signer": request.signer,
		"sponsor": request.sponsor,
		"fee": fee.to_string(),
		"feeIn": request.fee_in.json(),
		"deposit": request.deposit.map(|units| units.to_string()),
		"effects": request.effects,
		"block": { "number": number, "hash": format!("{hash:?}") },
		"extrinsic": extrinsic,
		"events": events,
		"result": result,
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn outcome_has_its_stable_shape() {
		let request = Request {
			call: json!({ "pallet": "System", "name": "remark", "args": {} }),
			account: AccountId32([1; 32]),
			signer: AccountId32([1; 32]),
			sponsor: None,
			fee_in: Money::Our,
			effects: vec!["nothing changes".into()],
			deposit: Some(u128::MAX),
		};
		let json = outcome_json(&request, 7, (3, H256([2; 32])), 1, &[], json!({ "a": 1 }));
		let keys: Vec<_> = json.as_object().expect("is one").keys().map(String::as_str).collect();
		assert_eq!(
			keys,
			[
				"call",
				"account",
				"signer",
				"sponsor",
				"fee",
				"feeIn",
				"deposit",
				"effects",
				"block",
				"extrinsic",
				"events",
				"result",
			]
		);
		assert_eq!(json["fee"], "7");
		assert_eq!(json["feeIn"], Json::Null);
		assert_eq!(json["deposit"], "340282366920938463463374607431768211455");
		assert_eq!(json["sponsor"], Json::Null);
		assert_eq!(json["block"]["number"], 3);
		assert_eq!(json["block"]["hash"], format!("0x{}", "02".repeat(32)));
		assert_eq!(json["result"]["a"], 1);
	}
}
