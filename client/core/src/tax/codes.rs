//! Taxes and what they charge: codes, and their rates over time.

use super::notation;
use crate::{
	draft::Draft,
	error::{Error, Result},
	money, texts, State,
};
use ourledger_primitives::{
	money::{CurrencyId, Day},
	tax::{self, JurisdictionId, TaxCode},
};
use serde_json::{json, Value as Json};
use subxt::ext::{scale_decode::DecodeAsType, scale_encode::EncodeAsType};

/// Category of VAT.
#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub enum VatCategory {
	/// S.
	Standard,
	/// Z.
	Zero,
	/// E.
	Exempt,
	/// AE.
	ReverseCharge,
	/// G.
	Export,
	/// O.
	OutOfScope,
}

impl VatCategory {
	/// The letter of EN 16931.
	pub fn letter(self) -> &'static str {
		tax::VatCategory::from(self).letter()
	}
}

impl From<VatCategory> for tax::VatCategory {
	fn from(category: VatCategory) -> Self {
		match category {
			VatCategory::Standard => Self::Standard,
			VatCategory::Zero => Self::Zero,
			VatCategory::Exempt => Self::Exempt,
			VatCategory::ReverseCharge => Self::ReverseCharge,
			VatCategory::Export => Self::Export,
			VatCategory::OutOfScope => Self::OutOfScope,
		}
	}
}

/// What a tax code charges.
#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub enum TaxKind {
	/// Value-added tax.
	Vat(VatCategory),
	/// A levy on the net.
	LevyOnNet {
		/// Whether VAT is charged on it.
		in_vat_base: bool,
	},
	/// A levy per unit.
	LevyPerUnit {
		/// Whether VAT is charged on it.
		in_vat_base: bool,
		/// The currency of its rate.
		currency: CurrencyId,
	},
	/// Kept back by the payer for the seller's account.
	Withholding,
}

impl TaxKind {
	/// As it is written in JSON and as an argument.
	pub fn name(&self) -> String {
		match self {
			Self::Vat(category) => format!("vat-{}", category.letter().to_ascii_lowercase()),
			Self::LevyOnNet { .. } => "levy".into(),
			Self::LevyPerUnit { .. } => "levy-per-unit".into(),
			Self::Withholding => "withholding".into(),
		}
	}

	/// Whether VAT is charged on it.
	pub fn is_in_vat_base(&self) -> bool {
		match self {
			Self::LevyOnNet { in_vat_base } | Self::LevyPerUnit { in_vat_base, .. } => *in_vat_base,
			Self::Vat(_) | Self::Withholding => false,
		}
	}

	/// The currency of its rate, if that is an amount.
	pub fn currency(&self) -> Option<CurrencyId> {
		match self {
			Self::LevyPerUnit { currency, .. } => Some(*currency),
			_ => None,
		}
	}

	/// Whether a taxpayer has to be allowed it.
	pub fn needs_permission(&self) -> bool {
		match self {
			Self::Vat(category) => tax::VatCategory::from(*category).needs_permission(),
			_ => false,
		}
	}
}

impl From<TaxKind> for tax::TaxKind {
	fn from(kind: TaxKind) -> Self {
		match kind {
			TaxKind::Vat(category) => Self::Vat(category.into()),
			TaxKind::LevyOnNet { in_vat_base } => Self::LevyOnNet { in_vat_base },
			TaxKind::LevyPerUnit { in_vat_base, currency } => {
				Self::LevyPerUnit { in_vat_base, currency }
			},
			TaxKind::Withholding => Self::Withholding,
		}
	}
}

/// What a code charges, by the name that people give it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum KindName {
	/// Value-added tax at the code's rate.
	VatS,
	/// Value-added tax, at zero.
	VatZ,
	/// Exempt from value-added tax.
	VatE,
	/// Reverse charge: the buyer books the tax.
	VatAe,
	/// Export.
	VatG,
	/// Out of scope of value-added tax.
	VatO,
	/// A levy on the net.
	Levy,
	/// A levy per unit.
	LevyPerUnit,
	/// Kept back by the payer for the seller's account.
	Withholding,
}

impl KindName {
	/// What is meant, with what else is said of it. Refuses what isn't said of this kind, and a levy per
	/// unit without its currency.
	pub fn kind(self, in_vat_base: bool, currency: Option<CurrencyId>) -> Result<TaxKind> {
		if in_vat_base && !matches!(self, Self::Levy | Self::LevyPerUnit) {
			return Err(Error::usage("--in-vat-base is for levies only"));
		}
		if currency.is_some() && self != Self::LevyPerUnit {
			return Err(Error::usage("--currency is for levies per unit only"));
		}
		Ok(match (self, currency) {
			(Self::VatS, _) => TaxKind::Vat(VatCategory::Standard),
			(Self::VatZ, _) => TaxKind::Vat(VatCategory::Zero),
			(Self::VatE, _) => TaxKind::Vat(VatCategory::Exempt),
			(Self::VatAe, _) => TaxKind::Vat(VatCategory::ReverseCharge),
			(Self::VatG, _) => TaxKind::Vat(VatCategory::Export),
			(Self::VatO, _) => TaxKind::Vat(VatCategory::OutOfScope),
			(Self::Levy, _) => TaxKind::LevyOnNet { in_vat_base },
			(Self::LevyPerUnit, Some(currency)) => TaxKind::LevyPerUnit { in_vat_base, currency },
			(Self::LevyPerUnit, None) => {
				return Err(Error::usage("a levy per unit needs its --currency"))
			},
			(Self::Withholding, _) => TaxKind::Withholding,
		})
	}
}

/// A tax with its rates over time.
#[derive(Clone, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct Code {
	/// What people call it, UTF-8.
	pub name: Vec<u8>,
	/// What it charges.
	pub kind: TaxKind,
	/// Its rate from a day on, by ascending day: millionths or, of a levy per unit, minor units.
	pub rates: Vec<(Day, u128)>,
}

impl Code {
	/// The code of this number.
	pub async fn read(state: &State, jurisdiction: JurisdictionId, code: TaxCode) -> Result<Self> {
		let found: Option<Self> = state.view("Tax", "code", (jurisdiction, code)).await?;
		found.ok_or_else(|| {
			Error::not_found(format!("jurisdiction {jurisdiction} has no tax code {code}"))
		})
	}

	/// All codes of a jurisdiction, with their numbers.
	pub async fn all(state: &State, jurisdiction: JurisdictionId) -> Result<Vec<(TaxCode, Self)>> {
		state.view("Tax", "codes", (jurisdiction,)).await
	}

	/// What people call it.
	pub fn name(&self) -> String {
		texts::shown(&self.name)
	}

	/// The rate of a supply on this day.
	pub fn rate_on(&self, day: Day) -> Option<u128> {
		self.rates.iter().rev().find(|(from, _)| *from <= day).map(|(_, rate)| *rate)
	}

	/// The rate of a supply on this day, as people read it.
	pub async fn rate_text(&self, state: &State, day: Day) -> Result<String> {
		match self.rate_on(day) {
			Some(rate) => notation::rate(state, &self.kind, rate).await,
			None => Ok("none yet".into()),
		}
	}

	/// Refuses a code that dividends can't have: it has to withhold, at a rate of today.
	fn ensure_of_dividends(&self, number: TaxCode, today: Day) -> Result<()> {
		let why = if self.kind != TaxKind::Withholding {
			format!("it is {}, and of dividends tax is withheld", self.kind.name())
		} else if self.rate_on(today).is_none() {
			format!("it has no rate yet, and there it is {} today", money::date(today))
		} else {
			return Ok(());
		};
		let name = self.name();
		Err(Error::input(format!("the code {number} ({name}) can't be that of dividends: {why}")))
	}

	/// As JSON, by its number. Rates are decimal strings of what they count.
	pub fn json(&self, number: TaxCode, today: Day) -> Json {
		json!({
			"code": number,
			"name": self.name(),
			"kind": self.kind.name(),
			"inVatBase": self.kind.is_in_vat_base(),
			"currency": self.kind.currency(),
			"rateToday": self.rate_on(today).map(|rate| rate.to_string()),
			"rates": self.rates.iter().map(|(from, rate)| json!({
				"from": money::date(*from),
				"rate": rate.to_string(),
			})).collect::<Json>(),
		})
	}
}

/// What a code charges from a day on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RateFrom {
	/// Millionths or, of a levy per unit, minor units.
	pub rate: u128,
	/// As people read it.
	pub text: String,
	/// The first day on which it holds.
	pub from: Day,
}

impl RateFrom {
	/// The rate that `text` stands for: a percentage or, of a levy per unit, an amount.
	pub async fn parse(state: &State, kind: &TaxKind, text: &str, from: Day) -> Result<Self> {
		Self::of(state, kind, notation::parse_rate(state, kind, text).await?, from).await
	}

	/// A rate of a code of this kind.
	pub async fn of(state: &State, kind: &TaxKind, rate: u128, from: Day) -> Result<Self> {
		Ok(Self { rate, text: notation::rate(state, kind, rate).await?, from })
	}

	/// For people: "15% from 2026-11-21 on".
	pub fn from_then_on(&self) -> String {
		format!("{} from {} on", self.text, money::date(self.from))
	}
}

/// An authority adds a code, which charges the same for ever; its rate can change.
pub fn add(
	state: &State,
	jurisdiction: JurisdictionId,
	(code, name): (TaxCode, &str),
	kind: TaxKind,
	rate: &RateFrom,
) -> Result<Draft> {
	texts::ensure_name(name)?;
	let values = (jurisdiction, code, name.as_bytes().to_vec(), kind, rate.from, rate.rate);
	Ok(Draft::new(state.call("Tax", "set_code", values)?).effect(format!(
		"jurisdiction {jurisdiction} has the code {code} ({name}), {}, at {}",
		kind.name(),
		rate.from_then_on()
	)))
}

/// An authority sets the rate of a code from a day to come on. Comes back with the code, too.
pub async fn set_rate(
	state: &State,
	jurisdiction: JurisdictionId,
	number: TaxCode,
	rate: &str,
	from: Day,
) -> Result<(Draft, Code, RateFrom)> {
	let today = super::today(state, jurisdiction).await?;
	if from <= today {
		return Err(Error::input(format!(
			"a rate holds from a day to come on, not from {}: there it is {} today",
			money::date(from),
			money::date(today)
		)));
	}
	let code = Code::read(state, jurisdiction, number).await?;
	let rate = RateFrom::parse(state, &code.kind, rate, from).await?;
	let call = state.call("Tax", "set_rate", (jurisdiction, number, from, rate.rate))?;
	let draft = Draft::new(call).effect(format!(
		"the code {number} ({}) is {}; until then, {}",
		code.name(),
		rate.from_then_on(),
		code.rate_text(state, from - 1).await?
	));
	Ok((draft, code, rate))
}

/// The code by which tax is withheld of dividends, with its number; nothing, if the authority has chosen
/// none.
pub async fn of_dividends(
	state: &State,
	jurisdiction: JurisdictionId,
) -> Result<Option<(TaxCode, Code)>> {
	let chosen: Option<TaxCode> = state.view("Tax", "dividend_code", (jurisdiction,)).await?;
	match chosen {
		Some(number) => Ok(Some((number, Code::read(state, jurisdiction, number).await?))),
		None => Ok(None),
	}
}

/// An authority chooses the code by which tax is withheld of dividends, or that none is. It counts from
/// then on.
pub async fn set_dividend_code(
	state: &State,
	jurisdiction: JurisdictionId,
	number: Option<TaxCode>,
) -> Result<Draft> {
	let effect = match number {
		Some(number) => {
			let code = Code::read(state, jurisdiction, number).await?;
			let today = super::today(state, jurisdiction).await?;
			code.ensure_of_dividends(number, today)?;
			let (name, rate) = (code.name(), code.rate_text(state, today).await?);
			format!(
				"of dividends that are paid from now on, tax is withheld by the code {number} ({name}): \
				 {rate} today"
			)
		},
		None => "of dividends that are paid from now on, no tax is withheld".into(),
	};
	let call = state.call("Tax", "set_dividend_code", (jurisdiction, number))?;
	Ok(Draft::new(call).effect(effect))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn rate_is_the_last_one_before_the_day() {
		let code = Code {
			name: b"VAT".to_vec(),
			kind: TaxKind::Vat(VatCategory::Standard),
			rates: vec![(10, 150_000), (20, 170_000)],
		};
		for (day, rate) in
			[(9, None), (10, Some(150_000)), (19, Some(150_000)), (20, Some(170_000))]
		{
			assert_eq!(code.rate_on(day), rate, "day {day}");
		}
	}

	#[test]
	fn code_of_dividends_withholds_at_a_rate_of_today() {
		let mut code = Code {
			name: b"Capital income".to_vec(),
			kind: TaxKind::Withholding,
			rates: vec![(10, 100_000)],
		};
		assert_eq!(code.ensure_of_dividends(30, 10), Ok(()));
		let error = code.ensure_of_dividends(30, 9).expect_err("has no rate");
		let told = "the code 30 (Capital income) can't be that of dividends: it has no rate yet";
		assert!(error.to_string().starts_with(told), "{error}");
		code.kind = TaxKind::Vat(VatCategory::Standard);
		let error = code.ensure_of_dividends(30, 10).expect_err("is VAT");
		assert!(error.to_string().contains("it is vat-s, and of dividends"), "{error}");
	}

	#[test]
	fn kinds_are_named_by_their_letters() {
		assert_eq!(TaxKind::Vat(VatCategory::ReverseCharge).name(), "vat-ae");
		let levy = TaxKind::LevyPerUnit { in_vat_base: true, currency: 1 };
		assert_eq!(levy.name(), "levy-per-unit");
		assert!(levy.is_in_vat_base());
	}

	#[test]
	fn options_are_for_their_kinds_only() {
		assert!(KindName::LevyPerUnit.kind(false, None).is_err());
		assert!(KindName::VatS.kind(false, Some(3)).is_err());
		assert!(KindName::VatS.kind(true, None).is_err());
		assert_eq!(KindName::Levy.kind(true, None), Ok(TaxKind::LevyOnNet { in_vat_base: true }));
	}
}
