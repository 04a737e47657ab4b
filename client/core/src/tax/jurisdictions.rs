//! Places with their own taxes, and how each of them works.

use super::{no_jurisdiction, notation::percent, ClockChange};
use crate::{
	call::Call,
	error::{Error, Result},
	money, texts,
	twin::party::Party,
	State,
};
use ourledger_primitives::{
	money::CurrencyId,
	tax::{JurisdictionId, Ppm},
	twin::TwinNumber,
};
use serde::Deserialize;
use serde_json::{json, Value as Json};
use subxt::{
	ext::{scale_decode::DecodeAsType, scale_encode::EncodeAsType},
	utils::AccountId32,
};

/// Longest name of a jurisdiction, in bytes.
const MAX_NAME: usize = 64;

/// Where VAT is rounded.
#[derive(Clone, Copy, Debug, DecodeAsType, Deserialize, EncodeAsType, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub enum Rounding {
	/// Once per code of an invoice.
	Category,
	/// Per line of it.
	Line,
}

impl Rounding {
	/// As files and JSON write it.
	pub fn name(self) -> &'static str {
		match self {
			Self::Category => "category",
			Self::Line => "line",
		}
	}
}

/// Up to how much is refunded without anybody's looking at it.
#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct RefundCap {
	/// For whoever has been registered for so many days.
	pub age_days: u16,
	/// Whole units of any currency, of all claims that aren't done with and what was paid of others in
	/// this and the previous month.
	pub cap: u128,
}

/// How a jurisdiction works.
#[derive(Clone, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct Settings {
	/// The twin that does the daily work.
	pub authority: TwinNumber,
	/// Twins that may read its taxpayers' documents.
	pub auditors: Vec<TwinNumber>,
	/// What can be paid in.
	pub currencies: Vec<CurrencyId>,
	/// ISO 4217 letters of what the authority reports in.
	pub reporting: [u8; 3],
	/// Its clock, by ascending day. The first counts for all days before it, too.
	pub clock: Vec<ClockChange>,
	/// Where VAT is rounded.
	pub rounding: Rounding,
	/// For how many days before its issue an invoice may say that the supply took place.
	pub supply_bound_days: u16,
	/// For how many days after its supply an invoice can be corrected.
	pub correction_days: u16,
	/// After how many days past due the tax of an accepted, unpaid invoice is taken: a wait of at least
	/// so many times 24 hours, as the two below.
	pub unpaid_days: u16,
	/// Which share of net and tax a tip can be.
	pub tip_limit: Ppm,
	/// The least that is claimed, in whole units of any currency.
	pub least_claim: u128,
	/// What is refunded automatically, by ascending age.
	pub refund_caps: Vec<RefundCap>,
	/// For how many days after it was made a claim can be held.
	pub hold_days: u16,
	/// For how many days a taxpayer can appeal against an assessment or a denial.
	pub appeal_days: u16,
	/// Share of output tax that went back, by notes or within invoices, above which no refund is
	/// automatic.
	pub returns_alert: Ppm,
	/// Turnover per year, in minor units, from which one has to register.
	pub thresholds: Vec<(CurrencyId, u128)>,
}

impl Settings {
	/// ISO 4217 letters of what the authority reports in.
	pub fn reporting(&self) -> String {
		String::from_utf8_lossy(&self.reporting).into_owned()
	}

	/// As JSON, in the form of [the file](super::settings); currencies by id, thresholds in minor units.
	pub fn json(&self) -> Json {
		let caps = self.refund_caps.iter();
		let thresholds = self.thresholds.iter();
		json!({
			"authority": self.authority,
			"auditors": self.auditors,
			"currencies": self.currencies,
			"reporting": self.reporting(),
			"clock": self.clock.iter().map(|change| json!({
				"from": money::date(change.from),
				"utcOffsetMinutes": change.utc_offset_minutes,
			})).collect::<Json>(),
			"rounding": self.rounding.name(),
			"supplyBoundDays": self.supply_bound_days,
			"correctionDays": self.correction_days,
			"unpaidDays": self.unpaid_days,
			"tipLimit": percent(self.tip_limit),
			"leastClaim": self.least_claim.to_string(),
			"refundCaps": caps.map(|cap| json!({
				"ageDays": cap.age_days,
				"cap": cap.cap.to_string(),
			})).collect::<Json>(),
			"holdDays": self.hold_days,
			"appealDays": self.appeal_days,
			"returnsAlert": percent(self.returns_alert),
			"thresholds": thresholds.map(|(currency, amount)| json!({
				"currency": currency,
				"amount": amount.to_string(),
			})).collect::<Json>(),
		})
	}
}

/// A place with its own taxes.
#[derive(Clone, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct Jurisdiction {
	/// What people call it, UTF-8.
	pub name: Vec<u8>,
	/// How it works.
	pub settings: Settings,
	/// Where its taxes are.
	pub treasury: AccountId32,
}

impl Jurisdiction {
	/// The jurisdiction of this id.
	pub async fn read(state: &State, id: JurisdictionId) -> Result<Self> {
		let found: Option<Self> = state.view("Tax", "jurisdiction", (id,)).await?;
		found.ok_or_else(|| no_jurisdiction(id))
	}

	/// All of them, by id.
	pub async fn all(state: &State) -> Result<Vec<(JurisdictionId, Self)>> {
		let found: Vec<((JurisdictionId,), Self)> =
			state.entries("Tax", "Jurisdictions", ()).await?;
		let mut found: Vec<_> = found.into_iter().map(|((id,), it)| (id, it)).collect();
		found.sort_by_key(|(id, _)| *id);
		Ok(found)
	}

	/// What people call it.
	pub fn name(&self) -> String {
		texts::shown(&self.name)
	}

	/// Refuses what only the authority of this jurisdiction may do.
	pub async fn ensure_authority(state: &State, id: JurisdictionId, acting: &Party) -> Result<()> {
		let authority = Self::read(state, id).await?.settings.authority;
		if acting.twin == Some(authority) {
			return Ok(());
		}
		Err(Error::refused(format!(
			"only twin {authority}, the authority of jurisdiction {id}, may do this, not {acting}; \
			 --twin {authority} acts for it"
		)))
	}

	/// As JSON, by its id.
	pub fn json(&self, id: JurisdictionId) -> Json {
		json!({
			"jurisdiction": id,
			"name": self.name(),
			"treasury": self.treasury,
			"settings": self.settings.json(),
		})
	}
}

/// A jurisdiction was made.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct JurisdictionCreated {
	/// Its id.
	pub jurisdiction: JurisdictionId,
	/// Where its taxes are.
	pub treasury: AccountId32,
}

/// Insists on a name that a jurisdiction can have.
pub fn ensure_name(name: &str) -> Result<()> {
	if name.is_empty() || name.len() > MAX_NAME {
		return Err(Error::input(format!(
			"the name {name:?} has {} bytes, not 1 to {MAX_NAME}",
			name.len()
		)));
	}
	texts::ensure_name(name)
}

/// Makes a jurisdiction. A Root call.
pub fn create(state: &State, name: &str, settings: &Settings) -> Result<Call> {
	ensure_name(name)?;
	state.call("Tax", "create_jurisdiction", (name.as_bytes().to_vec(), settings.clone()))
}

/// Replaces all of a jurisdiction's settings. A Root call.
pub fn amend(state: &State, id: JurisdictionId, settings: &Settings) -> Result<Call> {
	state.call("Tax", "amend_jurisdiction", (id, settings.clone()))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn names_have_1_to_64_bytes() {
		for (name, is_one) in [("Riverton", true), ("", false), (&"é".repeat(32), true)] {
			assert_eq!(ensure_name(name).is_ok(), is_one, "{name:?}");
		}
		let error = ensure_name(&"é".repeat(33)).expect_err("is too long");
		assert!(error.to_string().ends_with("has 66 bytes, not 1 to 64"), "{error}");
	}
}
