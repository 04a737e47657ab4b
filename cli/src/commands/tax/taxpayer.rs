//! Taxpayers: `tax taxpayer` and `tax owner`.

use super::{ensure_authority, own_twin};
use crate::{
	commands::{twin, Context},
	output,
};
use clap::{Args, Subcommand};
use ourledger_client::tax::{
	notation, today, Code, Jurisdiction, TaxKind, TaxpayerInfo, TaxpayerState, TaxpayerTerms,
};
use ourledger_client::{
	chain::State,
	error::{Error, Result},
	money::{self, Currency},
	submit::Draft,
};
use ourledger_primitives::tax::{self, JurisdictionId, TaxCode};
use serde_json::{json, Value as Json};
use std::collections::HashSet;
use subxt::ext::scale_decode::DecodeAsType;

/// Longest tax number, in bytes.
const MAX_TAX_NUMBER: usize = 20;

/// Commands on taxpayers.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Ask to be registered as a taxpayer. The deposit comes back when the registration ends.
	Apply {
		/// The jurisdiction's number.
		jurisdiction: u32,
		/// The tax number that the authority gave.
		tax_number: String,
	},
	/// Register a taxpayer, as the authority: one that applied, or any other twin.
	Register(TermsArguments),
	/// Change a registration, as the authority. What isn't named stays.
	Amend(TermsArguments),
	/// End a registration, as the authority.
	Deregister {
		/// The jurisdiction's number.
		jurisdiction: u32,
		/// The twin: its number, name, DID or controller.
		#[arg(value_name = "TWIN")]
		taxpayer: String,
	},
	/// A taxpayer, and what it has of credit.
	Show {
		/// The jurisdiction's number.
		jurisdiction: u32,
		/// The twin; without it, that of --twin or of the key.
		#[arg(value_name = "TWIN")]
		taxpayer: Option<String>,
	},
}

/// Arguments of `tax taxpayer register` and `amend`.
#[derive(Args, Debug)]
pub struct TermsArguments {
	/// The jurisdiction's number.
	jurisdiction: u32,
	/// The twin: its number, name, DID or controller.
	#[arg(value_name = "TWIN")]
	taxpayer: String,
	/// Its tax number; without it, the one that it applied with, or has.
	#[arg(long, value_name = "NUMBER")]
	tax_number: Option<String>,
	/// The first day on which it counts, as 2026-11-21; without it, today, or the day that it has.
	#[arg(long, value_name = "DATE")]
	effective: Option<String>,
	/// Codes that it may use of those without tax (categories Z, E, AE, G and O), as
	/// 2,3. A registered seller needs it for what is out of scope, too.
	#[arg(long, value_name = "CODES", value_delimiter = ',')]
	zero_codes: Option<Vec<TaxCode>>,
	/// Which part of a code's VAT it may deduct, as 1=50%; all of it, of codes that aren't named.
	#[arg(long, value_name = "CODE=SHARE", value_delimiter = ',')]
	deductible: Option<Vec<String>>,
}

impl TermsArguments {
	/// The terms that these arguments make of those that there are.
	fn applied_to(&self, known: Option<&TaxpayerInfo>, today: u32) -> Result<TaxpayerTerms> {
		let tax_number = match (&self.tax_number, known) {
			(Some(number), _) => number.as_bytes().to_vec(),
			(None, Some(known)) => known.tax_number.clone(),
			(None, None) => {
				return Err(Error::usage(
					"--tax-number is needed: the twin has not applied with one",
				))
			},
		};
		ensure_tax_number(&tax_number)?;
		let registered = known.filter(|known| known.is_registered());
		let effective = match (&self.effective, registered) {
			(Some(date), _) => money::parse_date(date)?,
			(None, Some(known)) => known.effective,
			(None, None) => today,
		};
		let deductible = match (&self.deductible, known) {
			(Some(shares), _) => {
				shares.iter().map(|share| notation::parse_share(share)).collect::<Result<_>>()?
			},
			(None, Some(known)) => known.deductible.clone(),
			(None, None) => Vec::new(),
		};
		let zero_codes = match (&self.zero_codes, known) {
			(Some(codes), _) => codes.clone(),
			(None, Some(known)) => known.zero_codes.clone(),
			(None, None) => Vec::new(),
		};
		Ok(TaxpayerTerms { tax_number, effective, zero_codes, deductible })
	}
}

fn ensure_tax_number(number: &[u8]) -> Result<()> {
	if (1..=MAX_TAX_NUMBER).contains(&number.len()) {
		return Ok(());
	}
	Err(Error::input(format!("a tax number has 1 to {MAX_TAX_NUMBER} bytes, not {}", number.len())))
}

/// Insists on codes that the chain takes in a registration: those that need a permission, and those
/// of VAT.
fn ensure_codes(terms: &TaxpayerTerms, codes: &[(TaxCode, Code)]) -> Result<()> {
	let find = |number: TaxCode, option: &str| {
		let found = codes.iter().find(|(other, _)| *other == number);
		found.map(|(_, code)| code).ok_or_else(|| {
			Error::not_found(format!("{option}: the jurisdiction has no tax code {number}"))
		})
	};
	for number in &terms.zero_codes {
		let code = find(*number, "--zero-codes")?;
		let needs_permission = match code.kind {
			TaxKind::Vat(category) => tax::VatCategory::from(category).needs_permission(),
			_ => false,
		};
		if !needs_permission {
			return Err(Error::input(format!(
				"--zero-codes: the tax code {number} ({}) needs no permission, only codes of the \
				 categories Z, E, AE, G and O do",
				code.name()
			)));
		}
	}
	for (number, _) in &terms.deductible {
		let code = find(*number, "--deductible")?;
		if !matches!(code.kind, TaxKind::Vat(_)) {
			return Err(Error::input(format!(
				"--deductible: the tax code {number} ({}) is not one of VAT",
				code.name()
			)));
		}
	}
	let deductible = terms.deductible.iter().map(|(code, _)| *code);
	match twice_in(terms.zero_codes.iter().copied()).or_else(|| twice_in(deductible)) {
		Some(number) => Err(Error::input(format!("the tax code {number} is named twice"))),
		None => Ok(()),
	}
}

/// The first code that comes again.
fn twice_in(mut codes: impl Iterator<Item = TaxCode>) -> Option<TaxCode> {
	let mut seen = HashSet::new();
	codes.find(|code| !seen.insert(*code))
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Apply { jurisdiction, tax_number } => apply(ctx, jurisdiction, &tax_number).await,
		Command::Register(arguments) => set(ctx, arguments, true).await,
		Command::Amend(arguments) => set(ctx, arguments, false).await,
		Command::Deregister { jurisdiction, taxpayer } => {
			deregister(ctx, jurisdiction, &taxpayer).await
		},
		Command::Show { jurisdiction, taxpayer } => {
			show(ctx, jurisdiction, taxpayer.as_deref()).await
		},
	}
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

async fn apply(ctx: &Context, jurisdiction: JurisdictionId, tax_number: &str) -> Result<()> {
	ensure_tax_number(tax_number.as_bytes())?;
	let state = ctx.state().await?;
	let there = Jurisdiction::read(&state, jurisdiction).await?;
	let twin = own_twin(ctx, &state).await?;
	let call = state.call("Tax", "apply", (jurisdiction, tax_number.as_bytes().to_vec()))?;
	let draft = Draft::new(call)
		.effect(format!(
			"twin {twin} asks the authority of {}, twin {}, to be registered as {tax_number}",
			there.name(),
			there.settings.authority
		))
		.effect(format!("twin {twin} pays the deposit; it comes back when the registration ends"));
	let draft = with_deposit(&state, draft).await?;
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let json = json!({ "jurisdiction": jurisdiction, "twin": twin, "taxNumber": tax_number });
	let next = format!("the authority: tax taxpayer register {jurisdiction} {twin}");
	ctx.out.done(
		&done,
		json,
		[("applied", format!("twin {twin} as {tax_number}")), ("next", next)],
	);
	Ok(())
}

async fn set(ctx: &Context, arguments: TermsArguments, register: bool) -> Result<()> {
	let state = ctx.state().await?;
	let jurisdiction = arguments.jurisdiction;
	ensure_authority(ctx, &state, jurisdiction).await?;
	let twin = twin::lookup(ctx, &state, &arguments.taxpayer).await?.number;
	let known = TaxpayerInfo::find(&state, jurisdiction, twin).await?;
	let terms = arguments.applied_to(known.as_ref(), today(&state, jurisdiction).await?)?;
	let codes: Vec<(TaxCode, Code)> = state.view("Tax", "codes", (jurisdiction,)).await?;
	ensure_codes(&terms, &codes)?;
	let name = if register { "register" } else { "amend_taxpayer" };
	let call = state.call("Tax", name, (jurisdiction, twin, terms.clone()))?;
	let number = String::from_utf8_lossy(&terms.tax_number).into_owned();
	let mut draft = Draft::new(call).effect(format!(
		"twin {twin} is a taxpayer of jurisdiction {jurisdiction} with the number {number}, from {} on",
		money::date(terms.effective)
	));
	for (word, codes) in special_codes(&terms) {
		draft = draft.effect(format!("{word}: {codes}"));
	}
	let has_applied = known.is_some_and(|known| known.state == TaxpayerState::Requested);
	if register && !has_applied {
		draft = draft.effect(
			"the authority pays the deposit, since the twin has not applied; it comes back when the \
			 registration ends",
		);
		draft = with_deposit(&state, draft).await?;
	}
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let mut json = terms_json(&terms);
	json["jurisdiction"] = jurisdiction.into();
	json["twin"] = twin.into();
	let mut lines = vec![("taxpayer", format!("twin {twin}"))];
	lines.extend(terms_lines(&terms));
	ctx.out.done(&done, json, lines);
	Ok(())
}

fn terms_json(terms: &TaxpayerTerms) -> Json {
	json!({
		"taxNumber": String::from_utf8_lossy(&terms.tax_number),
		"effective": money::date(terms.effective),
		"zeroCodes": terms.zero_codes,
		"deductible": terms.deductible.iter().map(|(code, share)| json!({
			"code": code,
			"share": notation::percent(*share),
		})).collect::<Json>(),
	})
}

fn terms_lines(terms: &TaxpayerTerms) -> Vec<(&'static str, String)> {
	let mut lines = vec![
		("number", String::from_utf8_lossy(&terms.tax_number).into_owned()),
		("from", money::date(terms.effective)),
	];
	lines.extend(special_codes(terms));
	lines
}

/// The codes that a taxpayer alone may use, and those of which it deducts a part.
fn special_codes(terms: &TaxpayerTerms) -> Vec<(&'static str, String)> {
	let mut lines = Vec::new();
	if !terms.zero_codes.is_empty() {
		let codes: Vec<_> = terms.zero_codes.iter().map(TaxCode::to_string).collect();
		lines.push(("zero codes", codes.join(", ")));
	}
	if !terms.deductible.is_empty() {
		let shares = terms.deductible.iter();
		let shares = shares.map(|(code, it)| format!("{} of code {code}", notation::percent(*it)));
		lines.push(("deducts", shares.collect::<Vec<_>>().join(", ")));
	}
	lines
}

async fn deregister(ctx: &Context, jurisdiction: JurisdictionId, twin: &str) -> Result<()> {
	let state = ctx.state().await?;
	ensure_authority(ctx, &state, jurisdiction).await?;
	let twin = twin::lookup(ctx, &state, twin).await?.number;
	let call = state.call("Tax", "deregister", (jurisdiction, twin))?;
	let draft = Draft::new(call).effect(format!(
		"twin {twin} is no taxpayer of jurisdiction {jurisdiction} any more; its credit stays its own"
	));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let json = json!({ "jurisdiction": jurisdiction, "twin": twin });
	ctx.out.done(&done, json, [("deregistered", format!("twin {twin}"))]);
	Ok(())
}

async fn show(ctx: &Context, jurisdiction: JurisdictionId, twin: Option<&str>) -> Result<()> {
	let state = ctx.state().await?;
	let there = Jurisdiction::read(&state, jurisdiction).await?;
	let twin = super::twin_or_own(ctx, &state, twin).await?;
	let taxpayer = TaxpayerInfo::find(&state, jurisdiction, twin).await?.ok_or_else(|| {
		Error::not_found(format!("twin {twin} is no taxpayer of jurisdiction {jurisdiction}"))
	})?;
	let mut credits = Vec::new();
	for id in &there.settings.currencies {
		let currency = Currency::read(&state, *id).await?;
		let account = super::books::account(&state, jurisdiction, twin, *id).await?;
		credits.push((currency, account));
	}
	let (word, since) = match taxpayer.state {
		TaxpayerState::Requested => ("requested", taxpayer.registered),
		TaxpayerState::Registered => ("registered", taxpayer.registered),
		TaxpayerState::Deregistered(day) => ("deregistered", day),
	};
	let terms = TaxpayerTerms {
		tax_number: taxpayer.tax_number,
		effective: taxpayer.effective,
		zero_codes: taxpayer.zero_codes,
		deductible: taxpayer.deductible,
	};
	let mut json = terms_json(&terms);
	json["jurisdiction"] = jurisdiction.into();
	json["twin"] = twin.into();
	json["state"] = word.into();
	json["since"] = money::date(since).into();
	json["accounts"] = credits
		.iter()
		.map(|(currency, account)| super::books::account_json(currency.id, account))
		.collect();
	json["block"] = state.block_json();
	ctx.out.print(&json, || {
		let mut lines = vec![
			("taxpayer", format!("twin {twin}")),
			("state", format!("{word} on {}", money::date(since))),
		];
		lines.extend(terms_lines(&terms));
		for (currency, account) in &credits {
			let claimed = match account.pending {
				0 => String::new(),
				units => format!(", and {} claimed", currency.show(units)),
			};
			lines.push(("credit", format!("{}{claimed}", currency.show(account.credit()))));
			if account.arrears > 0 {
				lines.push((
					"arrears",
					format!(
					"{} of reverse charge: credit goes against it first; \"tax pay-arrears\" pays it",
					currency.show(account.arrears)
				),
				));
			}
		}
		output::fields(lines)
	});
	Ok(())
}

/// `tax owner declare`.
pub async fn declare_owner(ctx: &Context, owner: &str) -> Result<()> {
	let state = ctx.state().await?;
	let twin = own_twin(ctx, &state).await?;
	let owner = twin::lookup(ctx, &state, owner).await?.number;
	if owner == twin {
		return Err(Error::input(format!("twin {twin} can't be its own owner")));
	}
	let call = state.call("Tax", "declare_owner", (owner,))?;
	let draft = Draft::new(call).effect(format!(
		"twin {twin} says that it belongs to twin {owner}. Once that confirms it (\"ourledger tax owner \
		 confirm {twin}\"), what it sells out of scope of VAT counts as the turnover of that twin, for \
		 ever, and so does what it has sold this year"
	));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let json = json!({ "twin": twin, "owner": owner });
	ctx.out.done(&done, json, [("owner", format!("twin {owner}, of twin {twin}"))]);
	Ok(())
}

/// `tax owner confirm`.
pub async fn confirm_owner(ctx: &Context, twin: &str) -> Result<()> {
	let state = ctx.state().await?;
	let owner = own_twin(ctx, &state).await?;
	let twin = twin::lookup(ctx, &state, twin).await?.number;
	let call = state.call("Tax", "confirm_owner", (twin,))?;
	let draft = Draft::new(call).effect(format!(
		"twin {twin} belongs to twin {owner}, for ever: what it sells out of scope of VAT counts as the \
		 turnover of twin {owner}, and so does what it has sold this year"
	));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let json = json!({ "twin": twin, "owner": owner });
	ctx.out.done(&done, json, [("owner", format!("twin {owner}, of twin {twin}"))]);
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_client::tax::VatCategory;

	fn arguments() -> TermsArguments {
		TermsArguments {
			jurisdiction: 0,
			taxpayer: "2".into(),
			tax_number: None,
			effective: None,
			zero_codes: None,
			deductible: None,
		}
	}

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
		let terms = arguments().applied_to(Some(&applied), 9).expect("is valid");
		assert_eq!(terms.tax_number, b"BE1");
		assert_eq!(terms.effective, 9);
		assert!(arguments().applied_to(None, 9).is_err());
	}

	#[test]
	fn amending_keeps_what_is_not_named() {
		let arguments = TermsArguments {
			deductible: Some(vec!["3=25%".into()]),
			effective: Some("1970-01-03".into()),
			..arguments()
		};
		let registered = known(TaxpayerState::Registered);
		let terms = arguments.applied_to(Some(&registered), 9).expect("is valid");
		assert_eq!(terms.zero_codes, [2]);
		assert_eq!(terms.deductible, [(3, 250_000)]);
		assert_eq!(terms.effective, 2);
		let kept = super::tests::arguments().applied_to(Some(&registered), 9).expect("is valid");
		assert_eq!(kept.effective, 5);
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
			ensure_codes(&terms, &codes).err().map(|error| error.to_string()).unwrap_or_default()
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
		let long = TermsArguments { tax_number: Some("1".repeat(21)), ..arguments() };
		assert_eq!(long.applied_to(None, 9).map_err(|error| error.code()), Err(4));
		let right = TermsArguments { tax_number: Some("1".repeat(20)), ..arguments() };
		assert!(right.applied_to(None, 9).is_ok());
	}

	#[test]
	fn terms_are_shown_as_percentages_and_dates() {
		let terms = arguments().applied_to(Some(&known(TaxpayerState::Registered)), 9);
		let terms = terms.expect("is valid");
		let json = terms_json(&terms);
		assert_eq!(json["deductible"][0]["share"], "50%");
		assert_eq!(json["effective"], "1970-01-06");
		let special = [("zero codes", "2".into()), ("deducts", "50% of code 1".into())];
		assert_eq!(special_codes(&terms), special);
		assert!(terms_lines(&terms).ends_with(&special));
	}
}
