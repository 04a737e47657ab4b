//! Currencies and their terms: `currency create`, `show`, `list` and `amend`.

use super::{ensure_issuer, Deposits};
use crate::{commands::Context, output};
use clap::{Args, ValueEnum};
use ourledger_client::{
	amount,
	error::{Error, Result},
	money::{self, Access, Currency, Supply, Terms},
	submit::Draft,
	texts,
};
use ourledger_primitives::money::{CurrencyId, Day};
use serde_json::{json, Value as Json};
use subxt::{ext::scale_decode::DecodeAsType, utils::AccountId32};

/// Who may have a currency, on the command line.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum WhoMay {
	/// Everybody.
	Open,
	/// Those whom the issuer admits.
	Members,
}

impl From<WhoMay> for Access {
	fn from(who: WhoMay) -> Self {
		match who {
			WhoMay::Open => Self::Open,
			WhoMay::Members => Self::Members,
		}
	}
}

/// Arguments of `currency create`.
#[derive(Args, Debug)]
pub struct CreateArguments {
	/// What it is called, up to 50 bytes.
	name: String,
	/// A short name, 2 to 12 capitals and digits. Another currency may have the same.
	symbol: String,
	/// Places after the decimal point, up to 3. They stay for ever.
	#[arg(long, value_name = "PLACES", default_value_t = 2)]
	decimals: u8,
	/// The most that may be issued, as 10000.
	#[arg(long, value_name = "AMOUNT", required_unless_present = "mutual_credit")]
	cap: Option<String>,
	/// Members make it when they pay more than they have, instead of the issuer.
	#[arg(long, conflicts_with = "cap")]
	mutual_credit: bool,
	/// Who may hold the currency.
	#[arg(long, value_enum, default_value = "open")]
	access: WhoMay,
	/// Let businesses of the jurisdiction be paid by invoice only.
	#[arg(long, requires = "jurisdiction")]
	invoice_only: bool,
	/// What it loses each day, in percent, as 0.02.
	#[arg(long, value_name = "PERCENT", default_value = "0")]
	demurrage: String,
	/// Days between announcing other terms and their holding. They stay for ever.
	#[arg(long, value_name = "DAYS", default_value_t = 30)]
	notice: u16,
	/// The jurisdiction whose authority may freeze accounts in it.
	#[arg(long, value_name = "ID")]
	jurisdiction: Option<u32>,
}

impl CreateArguments {
	/// The terms that these arguments mean.
	fn terms(&self) -> Result<Terms> {
		let supply = match &self.cap {
			Some(cap) => {
				Supply::Issued { cap: amount::decimal(cap, cap.trim(), self.decimals.into())? }
			},
			None => Supply::MutualCredit,
		};
		Ok(Terms {
			supply,
			access: self.access.into(),
			invoice_only: self.invoice_only,
			demurrage: money::parse_percent(&self.demurrage)?,
		})
	}

	/// The symbol, if it can be one.
	fn symbol(&self) -> Result<&str> {
		let symbol = self.symbol.as_str();
		let allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
		if (2..=12).contains(&symbol.len()) && symbol.bytes().all(allowed) {
			return Ok(symbol);
		}
		Err(Error::input(format!("the symbol {symbol:?} is not 2 to 12 capitals and digits")))
	}
}

/// Arguments of `currency amend`.
#[derive(Args, Debug)]
pub struct AmendArguments {
	/// The currency, by id or symbol.
	currency: String,
	/// The most that may be issued from then on.
	#[arg(long, value_name = "AMOUNT")]
	cap: Option<String>,
	/// Who may hold the currency.
	#[arg(long, value_enum)]
	access: Option<WhoMay>,
	/// Whether businesses are paid by invoice only.
	#[arg(long, value_name = "true|false")]
	invoice_only: Option<bool>,
	/// What it loses each day, in percent, as 0.02.
	#[arg(long, value_name = "PERCENT")]
	demurrage: Option<String>,
}

impl AmendArguments {
	/// The terms that these arguments make of a currency's.
	fn applied_to(&self, currency: &Currency) -> Result<Terms> {
		let mut terms = currency.pending.map_or(currency.terms, |(terms, _)| terms);
		if let Some(cap) = &self.cap {
			if terms.is_mutual_credit() {
				return Err(Error::input(format!("{currency} is mutual credit, and has no cap")));
			}
			terms.supply = Supply::Issued { cap: currency.parse(cap)? };
		}
		terms.access = self.access.map_or(terms.access, Access::from);
		terms.invoice_only = self.invoice_only.unwrap_or(terms.invoice_only);
		if let Some(demurrage) = &self.demurrage {
			terms.demurrage = money::parse_percent(demurrage)?;
		}
		Ok(terms)
	}
}

/// `currency create`.
pub async fn create(ctx: &Context, arguments: CreateArguments) -> Result<()> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct CurrencyCreated {
		currency: CurrencyId,
		issuer: u64,
		pot: AccountId32,
	}
	texts::ensure_name(&arguments.name)?;
	let symbol = arguments.symbol()?;
	let terms = arguments.terms()?;
	let state = ctx.state().await?;
	let least: u16 = state.constant("Currencies", "MinNoticeDays")?;
	if arguments.notice < least {
		return Err(Error::input(format!(
			"the notice is at least {least} days, not {}",
			arguments.notice
		)));
	}
	let values = (
		arguments.name.as_bytes().to_vec(),
		symbol.as_bytes().to_vec(),
		arguments.decimals,
		arguments.jurisdiction,
		terms,
		arguments.notice,
	);
	let call = state.call("Currencies", "create", values)?;
	// What the chain decides follows.
	let mut currency = Currency {
		id: 0,
		name: arguments.name.clone(),
		symbol: symbol.into(),
		decimals: arguments.decimals,
		issuer: 0,
		jurisdiction: arguments.jurisdiction,
		terms,
		pending: None,
		notice_days: arguments.notice,
		supply: 0,
		debts: 0,
		pot: AccountId32([0; 32]),
	};
	let deposits: Deposits = state.view("Currencies", "deposits", ()).await?;
	let mut draft = Draft::new(call)
		.deposit(deposits.currency)
		.kept(deposits.currency)
		.effect(format!("the currency {} ({symbol}) begins to exist, for ever", arguments.name))
		.effect(format!("its terms: {}", currency.terms_text(&terms)))
		.effect(format!(
			"other terms are announced {} whole days before they hold",
			arguments.notice
		));
	let others = Currency::list(&state, 0, usize::MAX).await?;
	let others = others.iter().filter(|other| other.symbol == symbol).count();
	if others > 0 {
		draft = draft.effect(format!(
			"others have the symbol {symbol} too, so far {others}: it has to be named by its id"
		));
	}
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let created: CurrencyCreated = done.expect("Currencies", "CurrencyCreated")?;
	(currency.id, currency.issuer, currency.pot) = (created.currency, created.issuer, created.pot);
	ctx.out.done(
		&done,
		currency.json(),
		[
			("currency", currency.label()),
			("issuer", format!("twin {}", created.issuer)),
			("terms", currency.terms_text(&terms)),
			("pot", created.pot.to_string()),
		],
	);
	Ok(())
}

/// `currency show`.
pub async fn show(ctx: &Context, text: &str) -> Result<()> {
	let state = ctx.state().await?;
	let currency = Currency::find(&state, text).await?;
	let set_aside: Option<u128> =
		state.storage("Currencies", "SetAsideTotals", (currency.id,)).await?;
	let set_aside = set_aside.unwrap_or(0);
	let mut json = currency.json();
	json["setAside"] = set_aside.to_string().into();
	json["block"] = state.block_json();
	ctx.out.print(&json, || {
		let mut lines = lines_of(&currency);
		if set_aside > 0 {
			let amount = currency.show(set_aside);
			lines.push(("set aside", format!("{amount}, for accounts that couldn't hold them")));
		}
		output::fields(lines)
	});
	Ok(())
}

fn lines_of(currency: &Currency) -> Vec<(&'static str, String)> {
	let mut lines = vec![
		("currency", currency.label()),
		("name", currency.name.clone()),
		("issuer", format!("twin {}", currency.issuer)),
		("decimals", currency.decimals.to_string()),
		("terms", currency.terms_text(&currency.terms)),
	];
	if let Some((terms, day)) = &currency.pending {
		lines.push(("announced", currency.terms_text(terms)));
		lines.push(("holds from", money::midnight(*day)));
	}
	lines.push(("notice", format!("{} days", currency.notice_days)));
	lines.extend(currency.jurisdiction.map(|id| ("jurisdiction", id.to_string())));
	lines.push(("supply", currency.show(currency.supply)));
	if currency.terms.is_mutual_credit() {
		lines.push(("owed", currency.show(currency.debts)));
	}
	lines.push(("pot", currency.pot.to_string()));
	lines
}

/// `currency list`.
pub async fn list(ctx: &Context, from: CurrencyId, limit: usize) -> Result<()> {
	let state = ctx.state().await?;
	let count: CurrencyId = state.view("Currencies", "next_currency", ()).await?;
	let currencies = Currency::list(&state, from, limit).await?;
	let next = currencies.last().and_then(|last| last.id.checked_add(1));
	let next = next.filter(|next| *next < count);
	let json = json!({
		"currencies": currencies.iter().map(Currency::json).collect::<Json>(),
		"next": next,
		"block": state.block_json(),
	});
	ctx.out.print(&json, || {
		if currencies.is_empty() {
			return "There are no such currencies.".into();
		}
		let rows = currencies.iter().map(|currency| {
			[
				currency.id.to_string(),
				currency.symbol.clone(),
				currency.name.clone(),
				format!("twin {}", currency.issuer),
				currency.show(currency.supply),
				currency.terms_text(&currency.terms),
			]
		});
		let table =
			output::table(["currency", "symbol", "name", "issuer", "supply", "terms"], rows);
		match next {
			Some(next) => format!("{table}\n\n--from {next} goes on."),
			None => table,
		}
	});
	Ok(())
}

/// `currency amend`.
pub async fn amend(ctx: &Context, arguments: AmendArguments) -> Result<()> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct TermsAnnounced {
		effective: Day,
	}
	let state = ctx.state().await?;
	let currency = Currency::find(&state, &arguments.currency).await?;
	ensure_issuer(ctx, &state, &currency).await?;
	let terms = arguments.applied_to(&currency)?;
	if terms == currency.terms && currency.pending.is_none() {
		return Err(Error::input(format!("these are the terms of {currency} already")));
	}
	let call = state.call("Currencies", "amend", (currency.id, terms))?;
	let day = money::after_a_wait(money::today(&state).await?, currency.notice_days);
	let mut draft = Draft::new(call).effect(format!(
		"from {} on, after a notice of {} whole days, the terms of {currency} are: {}",
		money::midnight(day),
		currency.notice_days,
		currency.terms_text(&terms)
	));
	if let Some((_, day)) = currency.pending {
		draft = draft.effect(format!(
			"what was announced for {} is dropped, and the notice begins anew",
			money::midnight(day)
		));
	}
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let announced: TermsAnnounced = done.expect("Currencies", "TermsAnnounced")?;
	let currency = Currency { pending: Some((terms, announced.effective)), ..currency };
	ctx.out.done(
		&done,
		currency.json(),
		[
			("currency", currency.label()),
			("announced", currency.terms_text(&terms)),
			("holds from", money::midnight(announced.effective)),
		],
	);
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	fn create_arguments() -> CreateArguments {
		CreateArguments {
			name: "Town shilling".into(),
			symbol: "TSH".into(),
			decimals: 2,
			cap: Some("10000".into()),
			mutual_credit: false,
			access: WhoMay::Open,
			invoice_only: false,
			demurrage: "0.02".into(),
			notice: 30,
			jurisdiction: None,
		}
	}

	#[test]
	fn new_terms_are_those_of_the_arguments() {
		let terms = create_arguments().terms().expect("is valid");
		assert_eq!(terms.supply, Supply::Issued { cap: 1_000_000 });
		assert_eq!((terms.access, terms.demurrage), (Access::Open, 200));
		let credit = CreateArguments { cap: None, access: WhoMay::Members, ..create_arguments() };
		let terms = credit.terms().expect("is valid");
		assert_eq!((terms.supply, terms.access), (Supply::MutualCredit, Access::Members));
		let dear = CreateArguments { cap: Some("0.001".into()), ..create_arguments() };
		assert!(dear.terms().is_err());
	}

	#[test]
	fn symbol_has_capitals_and_digits_only() {
		assert_eq!(create_arguments().symbol(), Ok("TSH"));
		for symbol in ["", "T", "tsh", "T-H", "ABCDEFGHIJKLM"] {
			let wrong = CreateArguments { symbol: symbol.into(), ..create_arguments() };
			assert_eq!(wrong.symbol().map_err(|error| error.code()), Err(4), "{symbol}");
		}
	}

	#[test]
	fn amendment_keeps_what_it_does_not_name() {
		let amend = |cap: Option<&str>| AmendArguments {
			currency: "TSH".into(),
			cap: cap.map(str::to_owned),
			access: Some(WhoMay::Members),
			invoice_only: None,
			demurrage: None,
		};
		let shilling = money::example(1, "TSH");
		let terms = amend(None).applied_to(&shilling).expect("is valid");
		assert_eq!(terms, Terms { access: Access::Members, ..shilling.terms });

		let announced = Terms { demurrage: 100, ..shilling.terms };
		let pending = Currency { pending: Some((announced, 9)), ..shilling };
		let terms = amend(Some("5")).applied_to(&pending).expect("is valid");
		assert_eq!((terms.demurrage, terms.supply), (100, Supply::Issued { cap: 500 }));
	}

	#[test]
	fn mutual_credit_has_no_cap() {
		let mut credit = money::example(1, "TSH");
		credit.terms.supply = Supply::MutualCredit;
		let arguments = AmendArguments {
			currency: "TSH".into(),
			cap: Some("5".into()),
			access: None,
			invoice_only: None,
			demurrage: None,
		};
		assert!(arguments.applied_to(&credit).is_err());
		assert!(lines_of(&credit).iter().any(|(label, _)| *label == "owed"));
	}
}
