//! Taxpayers: `tax taxpayer` and `tax owner`.

use super::{authority_state, named_twin, own_twin};
use crate::{commands::Context, output::report::Report};
use clap::{Args, Subcommand};
use ourledger_client::{
	money::{self, Currency},
	tax::{
		notation,
		taxpayers::{self, NewTerms, TaxpayerInfo, TaxpayerTerms},
		Account, Jurisdiction,
	},
	Result,
};
use ourledger_primitives::{
	tax::{JurisdictionId, TaxCode},
	twin::TwinNumber,
};
use serde_json::Value as Json;

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
	fn terms(&self) -> Result<NewTerms> {
		let effective = self.effective.as_deref().map(money::parse_date).transpose()?;
		let parse = |shares: &Vec<String>| {
			shares.iter().map(|share| notation::parse_share(share)).collect::<Result<_>>()
		};
		Ok(NewTerms {
			tax_number: self.tax_number.as_ref().map(|number| number.as_bytes().to_vec()),
			effective,
			zero_codes: self.zero_codes.clone(),
			deductible: self.deductible.as_ref().map(parse).transpose()?,
		})
	}
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

async fn apply(ctx: &Context, jurisdiction: JurisdictionId, tax_number: &str) -> Result<()> {
	taxpayers::ensure_tax_number(tax_number.as_bytes())?;
	let state = ctx.state().await?;
	let twin = own_twin(ctx, &state).await?;
	let draft = taxpayers::apply(&state, jurisdiction, twin, tax_number).await?;
	let report = Report::new()
		.json("jurisdiction", jurisdiction)
		.json("twin", twin)
		.json("taxNumber", tax_number)
		.line("applied", format!("twin {twin} as {tax_number}"))
		.line("next", format!("the authority: tax taxpayer register {jurisdiction} {twin}"));
	ctx.submit_telling(draft, |_| Ok(report)).await
}

async fn set(ctx: &Context, arguments: TermsArguments, register: bool) -> Result<()> {
	let jurisdiction = arguments.jurisdiction;
	let state = authority_state(ctx, jurisdiction).await?;
	let twin = named_twin(ctx, &state, &arguments.taxpayer).await?;
	let new = arguments.terms()?;
	let (draft, terms) = match register {
		true => taxpayers::register(&state, jurisdiction, twin, new).await?,
		false => taxpayers::amend(&state, jurisdiction, twin, new).await?,
	};
	let report = Report::new()
		.line("taxpayer", format!("twin {twin}"))
		.and(told_terms(&terms))
		.json("jurisdiction", jurisdiction)
		.json("twin", twin);
	ctx.submit_telling(draft, |_| Ok(report)).await
}

fn told_terms(terms: &TaxpayerTerms) -> Report {
	Report::new()
		.json_of(terms.json())
		.line("number", terms.tax_number())
		.line("from", money::date(terms.effective))
		.lines(terms.special_codes())
}

async fn deregister(ctx: &Context, jurisdiction: JurisdictionId, twin: &str) -> Result<()> {
	let state = authority_state(ctx, jurisdiction).await?;
	let twin = named_twin(ctx, &state, twin).await?;
	let draft = taxpayers::deregister(&state, jurisdiction, twin)?;
	let report = Report::new()
		.json("jurisdiction", jurisdiction)
		.json("twin", twin)
		.line("deregistered", format!("twin {twin}"));
	ctx.submit_telling(draft, |_| Ok(report)).await
}

async fn show(ctx: &Context, jurisdiction: JurisdictionId, twin: Option<&str>) -> Result<()> {
	let state = ctx.state().await?;
	let there = Jurisdiction::read(&state, jurisdiction).await?;
	let twin = super::twin_or_own(ctx, &state, twin).await?;
	let taxpayer = TaxpayerInfo::read(&state, jurisdiction, twin).await?;
	let mut accounts = Vec::new();
	for id in there.settings.currencies {
		let currency = Currency::read(&state, id).await?;
		accounts.push((Account::read(&state, jurisdiction, twin, id).await?, currency));
	}
	let (word, since) = taxpayer.standing();
	let since = money::date(since);
	let json: Json = accounts.iter().map(|(account, currency)| account.json(currency.id)).collect();
	let report = Report::new()
		.line("taxpayer", format!("twin {twin}"))
		.line("state", format!("{word} on {since}"))
		.and(told_terms(&taxpayer.terms()))
		.json("jurisdiction", jurisdiction)
		.json("twin", twin)
		.json("state", word)
		.json("since", since)
		.json("accounts", json)
		.lines(accounts.iter().flat_map(|(account, currency)| lines(account, currency)))
		.json("block", state.block_json());
	ctx.out.show(&report);
	Ok(())
}

/// What a taxpayer has of credit, and owes, for people.
fn lines(account: &Account, currency: &Currency) -> Vec<(&'static str, String)> {
	let claimed = match account.pending {
		0 => String::new(),
		units => format!(", and {} claimed", currency.show(units)),
	};
	let mut lines = vec![("credit", format!("{}{claimed}", currency.show(account.credit())))];
	if account.arrears > 0 {
		let owed = format!(
			"{} of reverse charge: credit goes against it first; \"tax pay-arrears\" pays it",
			currency.show(account.arrears)
		);
		lines.push(("arrears", owed));
	}
	lines
}

/// `tax owner declare`.
pub async fn declare_owner(ctx: &Context, owner: &str) -> Result<()> {
	let state = ctx.state().await?;
	let twin = own_twin(ctx, &state).await?;
	let owner = named_twin(ctx, &state, owner).await?;
	let draft = taxpayers::declare_owner(&state, twin, owner)?;
	ctx.submit_telling(draft, |_| Ok(told_owner(twin, owner))).await
}

/// `tax owner confirm`.
pub async fn confirm_owner(ctx: &Context, twin: &str) -> Result<()> {
	let state = ctx.state().await?;
	let owner = own_twin(ctx, &state).await?;
	let twin = named_twin(ctx, &state, twin).await?;
	let draft = taxpayers::confirm_owner(&state, owner, twin)?;
	ctx.submit_telling(draft, |_| Ok(told_owner(twin, owner))).await
}

fn told_owner(twin: TwinNumber, owner: TwinNumber) -> Report {
	let line = format!("twin {owner}, of twin {twin}");
	Report::new().json("twin", twin).json("owner", owner).line("owner", line)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn arguments_are_read_as_days_and_shares() {
		let arguments = TermsArguments {
			jurisdiction: 0,
			taxpayer: "2".into(),
			tax_number: None,
			effective: Some("1970-01-03".into()),
			zero_codes: Some(vec![2]),
			deductible: Some(vec!["3=25%".into()]),
		};
		let terms = arguments.terms().expect("is valid");
		assert_eq!((terms.tax_number, terms.effective), (None, Some(2)));
		assert_eq!((terms.zero_codes, terms.deductible), (Some(vec![2]), Some(vec![(3, 250_000)])));
	}

	#[test]
	fn arrears_are_told_where_there_are_some() {
		let shilling = money::example(3, "TSH");
		let account = Account { credits: vec![(24_322, 700)], pending: 50, arrears: 0 };
		let credit = ("credit", "7.00 TSH, and 0.50 TSH claimed".into());
		assert_eq!(lines(&account, &shilling), [credit]);
		let owing = Account { arrears: 5, ..Account::default() };
		let [credit, arrears] = &lines(&owing, &shilling)[..] else { panic!("are two") };
		assert_eq!(credit.1, "0.00 TSH");
		assert!(arrears.1.starts_with("0.05 TSH of reverse charge"), "{}", arrears.1);
	}
}
