//! Taxpayers: their registrations, and who owns a twin that sells without one.

use super::{notation, today, Code, Jurisdiction, TaxKind};
use crate::{
	draft::Draft,
	error::{Error, Result},
	money, State,
};
use ourledger_primitives::{
	money::Day,
	tax::{JurisdictionId, Ppm, TaxCode},
	twin::TwinNumber,
};
use serde_json::{json, Value as Json};
use std::collections::HashSet;
use subxt::ext::{scale_decode::DecodeAsType, scale_encode::EncodeAsType};

/// Longest tax number, in bytes.
const MAX_TAX_NUMBER: usize = 20;

/// What the authority registers of a taxpayer.
#[derive(Clone, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct TaxpayerTerms {
	/// Its tax number.
	pub tax_number: Vec<u8>,
	/// The first day on which it is registered.
	pub effective: Day,
	/// Codes of zero tax, or of reverse charge, that it may use.
	pub zero_codes: Vec<TaxCode>,
	/// Which part of a code's VAT it may deduct; all of it, of codes that aren't here.
	pub deductible: Vec<(TaxCode, Ppm)>,
}

impl TaxpayerTerms {
	/// The tax number as text.
	pub fn tax_number(&self) -> String {
		String::from_utf8_lossy(&self.tax_number).into_owned()
	}

	/// As JSON.
	pub fn json(&self) -> Json {
		json!({
			"taxNumber": self.tax_number(),
			"effective": money::date(self.effective),
			"zeroCodes": self.zero_codes,
			"deductible": self.deductible.iter().map(|(code, share)| json!({
				"code": code,
				"share": notation::percent(*share),
			})).collect::<Json>(),
		})
	}

	/// For people, the codes that the taxpayer alone may use, and those of which it deducts a part.
	pub fn special_codes(&self) -> Vec<(&'static str, String)> {
		let mut lines = Vec::new();
		if !self.zero_codes.is_empty() {
			let codes: Vec<_> = self.zero_codes.iter().map(TaxCode::to_string).collect();
			lines.push(("zero codes", codes.join(", ")));
		}
		if !self.deductible.is_empty() {
			let shares = self.deductible.iter();
			let shares =
				shares.map(|(code, it)| format!("{} of code {code}", notation::percent(*it)));
			lines.push(("deducts", shares.collect::<Vec<_>>().join(", ")));
		}
		lines
	}

	/// Insists on codes that the chain takes in a registration: those that need a permission, and those
	/// of VAT.
	fn ensure_codes(&self, codes: &[(TaxCode, Code)]) -> Result<()> {
		let find = |number: TaxCode, option: &str| {
			let found = codes.iter().find(|(other, _)| *other == number);
			found.map(|(_, code)| code).ok_or_else(|| {
				Error::not_found(format!("{option}: the jurisdiction has no tax code {number}"))
			})
		};
		for number in &self.zero_codes {
			let code = find(*number, "--zero-codes")?;
			if !code.kind.needs_permission() {
				return Err(Error::input(format!(
					"--zero-codes: the tax code {number} ({}) needs no permission, only codes of the \
					 categories Z, E, AE, G and O do",
					code.name()
				)));
			}
		}
		for (number, _) in &self.deductible {
			let code = find(*number, "--deductible")?;
			if !matches!(code.kind, TaxKind::Vat(_)) {
				return Err(Error::input(format!(
					"--deductible: the tax code {number} ({}) is not one of VAT",
					code.name()
				)));
			}
		}
		let deductible = self.deductible.iter().map(|(code, _)| *code);
		match twice_in(self.zero_codes.iter().copied()).or_else(|| twice_in(deductible)) {
			Some(number) => Err(Error::input(format!("the tax code {number} is named twice"))),
			None => Ok(()),
		}
	}
}

/// The first code that comes again.
fn twice_in(mut codes: impl Iterator<Item = TaxCode>) -> Option<TaxCode> {
	let mut seen = HashSet::new();
	codes.find(|code| !seen.insert(*code))
}

/// Where a registration stands.
#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub enum TaxpayerState {
	/// Asked for.
	Requested,
	/// In force from its effective day on.
	Registered,
	/// Ended on this day.
	Deregistered(Day),
}

/// A registration.
#[derive(Clone, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct TaxpayerInfo {
	/// Its tax number.
	pub tax_number: Vec<u8>,
	/// Where it stands.
	pub state: TaxpayerState,
	/// The first day on which it counts.
	pub effective: Day,
	/// The day on which it was requested or registered.
	pub registered: Day,
	/// Codes of zero tax, or of reverse charge, that it may use.
	pub zero_codes: Vec<TaxCode>,
	/// Which part of a code's VAT it may deduct; all of it, of codes that aren't here.
	pub deductible: Vec<(TaxCode, Ppm)>,
}

impl TaxpayerInfo {
	/// Reads the registration of a twin, if it ever had one.
	pub async fn find(
		state: &State,
		jurisdiction: JurisdictionId,
		twin: TwinNumber,
	) -> Result<Option<Self>> {
		state.view("Tax", "taxpayer", (jurisdiction, twin)).await
	}

	/// As [`TaxpayerInfo::find`]; an error if it never had one.
	pub async fn read(
		state: &State,
		jurisdiction: JurisdictionId,
		twin: TwinNumber,
	) -> Result<Self> {
		Self::find(state, jurisdiction, twin).await?.ok_or_else(|| {
			Error::not_found(format!("twin {twin} is no taxpayer of jurisdiction {jurisdiction}"))
		})
	}

	/// Whether it is registered, whenever that counts.
	pub fn is_registered(&self) -> bool {
		self.state == TaxpayerState::Registered
	}

	/// Whether its registration counts on a day of the jurisdiction.
	pub fn counts_on(&self, today: Day) -> bool {
		self.is_registered() && self.effective <= today
	}

	/// Where it stands in a word, and since what day.
	pub fn standing(&self) -> (&'static str, Day) {
		match self.state {
			TaxpayerState::Requested => ("requested", self.registered),
			TaxpayerState::Registered => ("registered", self.registered),
			TaxpayerState::Deregistered(day) => ("deregistered", day),
		}
	}

	/// What is registered of it.
	pub fn terms(&self) -> TaxpayerTerms {
		TaxpayerTerms {
			tax_number: self.tax_number.clone(),
			effective: self.effective,
			zero_codes: self.zero_codes.clone(),
			deductible: self.deductible.clone(),
		}
	}
}

/// What an authority says of a registration. What it says nothing of stays or, of a new one, is what
/// was applied with, today, and nothing special.
#[derive(Clone, Debug, Default)]
pub struct NewTerms {
	/// Its tax number.
	pub tax_number: Option<Vec<u8>>,
	/// The first day on which it counts.
	pub effective: Option<Day>,
	/// Codes without tax, or of reverse charge, that it may use.
	pub zero_codes: Option<Vec<TaxCode>>,
	/// Which part of a code's VAT it may deduct.
	pub deductible: Option<Vec<(TaxCode, Ppm)>>,
}

impl NewTerms {
	/// The terms that they make of those that there are.
	fn applied_to(self, known: Option<&TaxpayerInfo>, today: Day) -> Result<TaxpayerTerms> {
		let tax_number =
			self.tax_number.or_else(|| known.map(|it| it.tax_number.clone())).ok_or_else(|| {
				Error::usage("--tax-number is needed: the twin has not applied with one")
			})?;
		ensure_tax_number(&tax_number)?;
		let registered = known.filter(|known| known.is_registered());
		let kept = known.cloned().map(|it| (it.zero_codes, it.deductible)).unwrap_or_default();
		Ok(TaxpayerTerms {
			tax_number,
			effective: self.effective.or(registered.map(|it| it.effective)).unwrap_or(today),
			zero_codes: self.zero_codes.unwrap_or(kept.0),
			deductible: self.deductible.unwrap_or(kept.1),
		})
	}
}

/// Insists on a tax number of a length that the chain takes.
pub fn ensure_tax_number(number: &[u8]) -> Result<()> {
	if (1..=MAX_TAX_NUMBER).contains(&number.len()) {
		return Ok(());
	}
	Err(Error::input(format!("a tax number has 1 to {MAX_TAX_NUMBER} bytes, not {}", number.len())))
}

/// Names the deposit in a draft, if the chain tells how much it is.
async fn with_deposit(state: &State, draft: Draft) -> Result<Draft> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Deposits {
		taxpayer: u128,
	}
	if !state.has_view("Tax", "deposits") {
		return Ok(draft);
	}
	let deposits: Deposits = state.view("Tax", "deposits", ()).await?;
	Ok(draft.deposit(deposits.taxpayer))
}

/// A twin asks to be registered.
pub async fn apply(
	state: &State,
	jurisdiction: JurisdictionId,
	twin: TwinNumber,
	tax_number: &str,
) -> Result<Draft> {
	ensure_tax_number(tax_number.as_bytes())?;
	let there = Jurisdiction::read(state, jurisdiction).await?;
	let call = state.call("Tax", "apply", (jurisdiction, tax_number.as_bytes().to_vec()))?;
	let draft = Draft::new(call)
		.effect(format!(
			"twin {twin} asks the authority of {}, twin {}, to be registered as {tax_number}",
			there.name(),
			there.settings.authority
		))
		.effect(format!("twin {twin} pays the deposit; it comes back when the registration ends"));
	with_deposit(state, draft).await
}

/// An authority registers a twin, which applied or didn't.
pub async fn register(
	state: &State,
	jurisdiction: JurisdictionId,
	twin: TwinNumber,
	new: NewTerms,
) -> Result<(Draft, TaxpayerTerms)> {
	let known = TaxpayerInfo::find(state, jurisdiction, twin).await?;
	let (draft, terms) = set(state, "register", (jurisdiction, twin), new, known.as_ref()).await?;
	if known.is_some_and(|known| known.state == TaxpayerState::Requested) {
		return Ok((draft, terms));
	}
	let draft = draft.effect(
		"the authority pays the deposit, since the twin has not applied; it comes back when the \
		 registration ends",
	);
	Ok((with_deposit(state, draft).await?, terms))
}

/// An authority changes a registration.
pub async fn amend(
	state: &State,
	jurisdiction: JurisdictionId,
	twin: TwinNumber,
	new: NewTerms,
) -> Result<(Draft, TaxpayerTerms)> {
	let known = TaxpayerInfo::find(state, jurisdiction, twin).await?;
	set(state, "amend_taxpayer", (jurisdiction, twin), new, known.as_ref()).await
}

async fn set(
	state: &State,
	call: &str,
	(jurisdiction, twin): (JurisdictionId, TwinNumber),
	new: NewTerms,
	known: Option<&TaxpayerInfo>,
) -> Result<(Draft, TaxpayerTerms)> {
	let terms = new.applied_to(known, today(state, jurisdiction).await?)?;
	terms.ensure_codes(&Code::all(state, jurisdiction).await?)?;
	let call = state.call("Tax", call, (jurisdiction, twin, terms.clone()))?;
	let special = terms.special_codes().into_iter().map(|(word, codes)| format!("{word}: {codes}"));
	let draft = Draft::new(call)
		.effect(format!(
			"twin {twin} is a taxpayer of jurisdiction {jurisdiction} with the number {}, from {} on",
			terms.tax_number(),
			money::date(terms.effective)
		))
		.effects(special);
	Ok((draft, terms))
}

/// An authority ends a registration.
pub fn deregister(state: &State, jurisdiction: JurisdictionId, twin: TwinNumber) -> Result<Draft> {
	let call = state.call("Tax", "deregister", (jurisdiction, twin))?;
	Ok(Draft::new(call).effect(format!(
		"twin {twin} is no taxpayer of jurisdiction {jurisdiction} any more; its credit stays its own"
	)))
}

/// A twin says who owns it, who has to confirm it.
pub fn declare_owner(state: &State, twin: TwinNumber, owner: TwinNumber) -> Result<Draft> {
	let call = state.call("Tax", "declare_owner", (owner,))?;
	Ok(Draft::new(call).effect(format!(
		"twin {twin} says that it belongs to twin {owner}. Once that confirms it (\"ourledger tax owner \
		 confirm {twin}\"), what it sells out of scope of VAT counts as the turnover of that twin, for \
		 ever, and so does what it has sold this year"
	)))
}

/// An owner confirms that a twin is its own.
pub fn confirm_owner(state: &State, owner: TwinNumber, twin: TwinNumber) -> Result<Draft> {
	let call = state.call("Tax", "confirm_owner", (twin,))?;
	Ok(Draft::new(call).effect(format!(
		"twin {twin} belongs to twin {owner}, for ever: what it sells out of scope of VAT counts as the \
		 turnover of twin {owner}, and so does what it has sold this year"
	)))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::tax::VatCategory;

	fn known(state: TaxpayerState) -> TaxpayerInfo {
		TaxpayerInfo {
			tax_number: b"BE1".to_vec(),
			state,
			effective: 5,
			registered: 4,
			zero_codes: vec![2],
			deductible: vec![(1, 500_000)],
		}
	}

	#[test]
	fn registration_takes_the_number_applied_with_and_begins_today() {
		let applied = known(TaxpayerState::Requested);
		let terms = NewTerms::default().applied_to(Some(&applied), 9).expect("is valid");
		assert_eq!(terms.tax_number, b"BE1");
		assert_eq!(terms.effective, 9);
		let error = NewTerms::default().applied_to(None, 9).expect_err("has no number");
		assert_eq!(error.code(), 2);
	}

	#[test]
	fn amending_keeps_what_is_not_named() {
		let new = NewTerms {
			deductible: Some(vec![(3, 250_000)]),
			effective: Some(2),
			..NewTerms::default()
		};
		let registered = known(TaxpayerState::Registered);
		let terms = new.applied_to(Some(&registered), 9).expect("is valid");
		assert_eq!(terms.zero_codes, [2]);
		assert_eq!(terms.deductible, [(3, 250_000)]);
		assert_eq!(terms.effective, 2);
		let kept = NewTerms::default().applied_to(Some(&registered), 9);
		assert_eq!(kept, Ok(registered.terms()));
	}

	#[test]
	fn code_that_has_no_place_in_a_registration_is_named() {
		let code = |name: &str, kind| Code { name: name.into(), kind, rates: vec![] };
		let codes = [
			(1, code("vat-standard", TaxKind::Vat(VatCategory::Standard))),
			(2, code("export", TaxKind::Vat(VatCategory::Export))),
			(3, code("no-vat", TaxKind::Vat(VatCategory::OutOfScope))),
			(4, code("tourism", TaxKind::LevyOnNet { in_vat_base: false })),
		];
		let refusal = |zero_codes: &[TaxCode], deductible: &[(TaxCode, u32)]| {
			let terms = TaxpayerTerms {
				tax_number: b"BE1".to_vec(),
				effective: 5,
				zero_codes: zero_codes.to_vec(),
				deductible: deductible.to_vec(),
			};
			terms.ensure_codes(&codes).err().map(|error| error.to_string()).unwrap_or_default()
		};
		// Out of scope needs it, too: a registered seller could hide its turnover under it.
		assert_eq!(refusal(&[2, 3], &[(1, 500_000), (3, 0)]), "");
		for (why, said) in [
			(refusal(&[2, 1], &[]), "tax code 1 (vat-standard) needs no permission"),
			(refusal(&[4], &[]), "tax code 4 (tourism)"),
			(refusal(&[7], &[]), "no tax code 7"),
			(refusal(&[], &[(4, 0)]), "--deductible: the tax code 4 (tourism) is not one of VAT"),
			(refusal(&[2, 2], &[]), "2 is named twice"),
			(refusal(&[], &[(1, 0), (1, 1)]), "1 is named twice"),
		] {
			assert!(why.contains(said), "{why:?} doesn't say {said:?}");
		}
	}

	#[test]
	fn tax_numbers_have_their_length() {
		let of = |length: usize| NewTerms {
			tax_number: Some(vec![b'1'; length]),
			..NewTerms::default()
		};
		assert_eq!(of(21).applied_to(None, 9).map_err(|error| error.code()), Err(4));
		assert!(of(20).applied_to(None, 9).is_ok());
		assert!(of(0).applied_to(None, 9).is_err());
	}

	#[test]
	fn terms_are_told_as_percentages_and_dates() {
		let terms = known(TaxpayerState::Registered).terms();
		let json = terms.json();
		assert_eq!(json["deductible"][0]["share"], "50%");
		assert_eq!(json["effective"], "1970-01-06");
		let special = [("zero codes", "2".into()), ("deducts", "50% of code 1".into())];
		assert_eq!(terms.special_codes(), special);
	}
}
