//! `ourledger tax`: jurisdictions, codes, taxpayers, their books and refunds.

pub mod books;
mod code;
mod jurisdiction;
mod refund;
mod root;
mod taxpayer;

use super::{twin, Context};
use clap::Subcommand;
use ourledger_client::{money::Currency, tax::Jurisdiction, Error, Result, State};
use ourledger_primitives::{tax::JurisdictionId, twin::TwinNumber};

/// Commands on taxes. A jurisdiction and a code are named by their numbers. Percentages are written
/// as 15% or 7.5%, days as 2026-11-21, months as 2026-11.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Places with their own taxes.
	#[command(subcommand)]
	Jurisdiction(jurisdiction::Command),
	/// Taxes, and what they charge.
	#[command(subcommand)]
	Code(code::Command),
	/// Rates over time.
	#[command(subcommand)]
	Rate(RateCommand),
	/// Businesses that charge VAT and are credited with it.
	#[command(subcommand)]
	Taxpayer(taxpayer::Command),
	/// Who owns a twin that sells without being registered.
	#[command(subcommand)]
	Owner(OwnerCommand),
	/// What currencies are worth in what the authority reports in.
	#[command(subcommand)]
	ExchangeRate(ExchangeRateCommand),
	/// What a twin sold, bought, owed and was credited in a month.
	Statement(StatementArguments),
	/// What went through a jurisdiction's treasury, and what it has.
	Totals(TotalsArguments),
	/// Credit that is paid out.
	#[command(subcommand)]
	Refund(refund::Command),
	/// Take money out of the treasury, as the authority: only what no credit, claim or correction
	/// can need.
	Sweep {
		/// The jurisdiction's number.
		jurisdiction: u32,
		/// The currency, by id or symbol.
		currency: String,
		/// How much, as 12.5 or "12.50 TSH".
		amount: String,
		/// Who receives it: a twin's number or @name, or an account.
		to: String,
	},
	/// Give money to the treasury. Anyone may.
	Give {
		/// The jurisdiction's number.
		jurisdiction: u32,
		/// The currency, by id or symbol.
		currency: String,
		/// How much, as 12.5 or "12.50 TSH".
		amount: String,
	},
	/// Pay what a twin owes of reverse charge that it couldn't pay, or a part of it. Anyone may.
	///
	/// It arises where money leaves an escrow, or a credit note makes more reverse charge due. Until it
	/// is paid, or settled by credit, nothing is sold to the twin under reverse charge in that currency,
	/// and it pays nothing into escrow.
	PayArrears {
		/// The jurisdiction's number.
		jurisdiction: u32,
		/// The twin that owes: its number, name, DID or controller.
		#[arg(value_name = "TWIN")]
		taxpayer: String,
		/// The currency, by id or symbol.
		currency: String,
		/// How much, as 12.5 or "12.50 TSH"; or "all".
		amount: String,
	},
}

/// Commands on rates.
#[derive(Debug, Subcommand)]
pub enum RateCommand {
	/// Set a code's rate from a day to come on, as the authority.
	Set {
		/// The jurisdiction's number.
		jurisdiction: u32,
		/// The tax code's number.
		code: u16,
		/// The rate: 15%, or of a levy per unit an amount such as 0.25.
		rate: String,
		/// The first day of the rate, as 2026-11-21. A rate that was set for it is replaced.
		#[arg(long, value_name = "DATE")]
		from: String,
	},
}

/// Commands on owners.
#[derive(Debug, Subcommand)]
pub enum OwnerCommand {
	/// Declare who owns the twin that is acted for. The owner has to confirm it.
	Declare {
		/// The owner: a twin's number, name, DID or controller. It belongs to nobody itself.
		owner: String,
	},
	/// Confirm, as the owner, that a twin belongs to the one that is acted for. It stays so.
	Confirm {
		/// The twin that says so: its number, name, DID or controller.
		company: String,
	},
}

/// Commands on rates of exchange.
#[derive(Debug, Subcommand)]
pub enum ExchangeRateCommand {
	/// Publish what a currency is worth, as the authority. It counts for invoices from then on.
	Publish {
		/// The jurisdiction's number.
		jurisdiction: u32,
		/// The currency, by id or symbol.
		currency: String,
		/// How much of the reporting currency one whole unit is worth, as 0.75 or 3/4: of 0.75, a
		/// shilling is worth three quarters of a euro.
		rate: String,
	},
}

/// Arguments of `tax statement` and `audit statement`.
#[derive(clap::Args, Debug)]
pub struct StatementArguments {
	/// The jurisdiction's number.
	pub jurisdiction: u32,
	/// The twin; without it, that of --twin or of the key.
	#[arg(value_name = "TWIN")]
	pub taxpayer: Option<String>,
	/// The currency; without it, the only one that is accepted there.
	#[arg(long)]
	pub currency: Option<String>,
	/// The month, as 2026-11; without it, the present one.
	#[arg(long, value_name = "MONTH")]
	pub period: Option<String>,
}

/// Arguments of `tax totals` and `audit totals`.
#[derive(clap::Args, Debug)]
pub struct TotalsArguments {
	/// The jurisdiction's number.
	pub jurisdiction: u32,
	/// The currency; without it, all that are accepted there.
	#[arg(long)]
	pub currency: Option<String>,
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Jurisdiction(command) => jurisdiction::run(ctx, command).await,
		Command::Code(command) => code::run(ctx, command).await,
		Command::Rate(RateCommand::Set { jurisdiction, code, rate, from }) => {
			code::set_rate(ctx, jurisdiction, code, &rate, &from).await
		},
		Command::Taxpayer(command) => taxpayer::run(ctx, command).await,
		Command::Owner(OwnerCommand::Declare { owner }) => {
			taxpayer::declare_owner(ctx, &owner).await
		},
		Command::Owner(OwnerCommand::Confirm { company }) => {
			taxpayer::confirm_owner(ctx, &company).await
		},
		Command::ExchangeRate(ExchangeRateCommand::Publish { jurisdiction, currency, rate }) => {
			code::publish(ctx, jurisdiction, &currency, &rate).await
		},
		Command::Statement(of) => books::statement(ctx, of).await,
		Command::Totals(of) => books::totals(ctx, of).await,
		Command::Refund(command) => refund::run(ctx, command).await,
		Command::Sweep { jurisdiction, currency, amount, to } => {
			books::sweep(ctx, jurisdiction, &currency, &amount, &to).await
		},
		Command::Give { jurisdiction, currency, amount } => {
			books::give(ctx, jurisdiction, &currency, &amount).await
		},
		Command::PayArrears { jurisdiction, taxpayer, currency, amount } => {
			books::pay_arrears(ctx, jurisdiction, &taxpayer, &currency, &amount).await
		},
	}
}

/// The twin that the command line acts for.
async fn own_twin(ctx: &Context, state: &State) -> Result<TwinNumber> {
	let own = ctx.own_party(state).await?;
	own.twin.ok_or_else(|| {
		Error::usage(format!("{own} controls no twin: --twin says for which one the key acts"))
	})
}

/// The twin that is named.
async fn named_twin(ctx: &Context, state: &State, twin: &str) -> Result<TwinNumber> {
	Ok(twin::lookup(ctx, state, twin).await?.number)
}

/// The twin that is named, else that which the command line acts for.
async fn twin_or_own(ctx: &Context, state: &State, twin: Option<&str>) -> Result<TwinNumber> {
	match twin {
		Some(text) => named_twin(ctx, state, text).await,
		None => own_twin(ctx, state).await,
	}
}

/// The chain's state, for what only a jurisdiction's authority may do.
async fn authority_state(ctx: &Context, jurisdiction: JurisdictionId) -> Result<State> {
	let state = ctx.state().await?;
	let acting = ctx.own_party(&state).await?;
	Jurisdiction::ensure_authority(&state, jurisdiction, &acting).await?;
	Ok(state)
}

/// Minor units, or nothing where all is meant.
fn all_or(currency: &Currency, amount: &str) -> Result<Option<u128>> {
	match amount {
		"all" => Ok(None),
		text => currency.parse_positive(text).map(Some),
	}
}

#[cfg(test)]
mod tests {
	use crate::commands::args::{Cli, Command};
	use clap::Parser;

	fn parsed(line: &str) -> Command {
		let words = ["ourledger"].into_iter().chain(line.split_whitespace());
		Cli::try_parse_from(words).map(|cli| cli.command).expect(line)
	}

	#[test]
	fn every_command_is_understood() {
		for line in [
			"tax jurisdiction create Town --settings file --print",
			"tax jurisdiction amend 0 --settings file",
			"tax code add 0 1 VAT --kind vat-s --rate 15% --from 2026-11-21",
			"tax code add 0 2 Zero --kind vat-z",
			"tax code add 0 3 Sugar --kind levy-per-unit --rate 0.25 --currency TSH --in-vat-base",
			"tax code dividends 0 30",
			"tax code dividends 0 --none",
			"tax rate set 0 1 7.5% --from 2026-11-21",
			"tax taxpayer apply 0 BE-2 --twin 2",
			"tax taxpayer register 0 2 --twin 1 --tax-number BE-2 --zero-codes 2,3",
			"tax taxpayer amend 0 2 --deductible 1=50%,4=7.5% --effective 2026-11-21",
			"tax taxpayer deregister 0 2",
			"tax taxpayer show 0",
			"tax owner declare 4",
			"tax owner confirm 2",
			"tax exchange-rate publish 0 TSH 3/4",
			"tax statement 0 2 --currency TSH --period 2026-11",
			"tax totals 0",
			"tax refund claim 0 TSH all",
			"tax refund hold 0 1 --days 5 --reason x",
			"tax refund deny 0 1 --reason x",
			"tax refund assess 0 1 --forfeit 2.50 --reason x",
			"tax refund appeal 0 1 --reason x",
			"tax refund decide 0 1 --forfeit 0",
			"tax refund pay 0 1",
			"tax refund show 0 1",
			"tax sweep 0 TSH 5 @town",
			"tax give 0 TSH 5",
			"tax pay-arrears 0 3 TSH all",
			"tax refund decide 0 1 --deny",
			"audit totals 0 --from-events",
			"audit statement 0 2 --period 2026-11 --from-events --twin 3",
			"audit trace 2/1",
			"audit export --from 1 --to 9 --jurisdiction 0 --out folder --format csv",
			"audit verify folder --offline",
		] {
			let command = parsed(line);
			assert!(matches!(command, Command::Tax(_) | Command::Audit(_)), "{line}");
		}
	}

	#[test]
	fn what_is_needed_must_be_said_and_once() {
		for line in [
			// A rate, where tax is charged.
			"tax code add 0 1 VAT --kind vat-s",
			"tax code add 0 1 X --kind levy-per-unit",
			// What is withheld of dividends, if anything.
			"tax code dividends 0",
			"tax code dividends 0 30 --none",
		] {
			let words = ["ourledger"].into_iter().chain(line.split_whitespace());
			assert!(Cli::try_parse_from(words).is_err(), "{line}");
		}
	}
}
