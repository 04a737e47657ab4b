//! Writes a twin's tax statement of a month as JSON, once its sums hold:
//! `export_statement ws://127.0.0.1:9944 JURISDICTION TWIN [CURRENCY [MONTH]]`.

use ourledger_audit::books::broken_statement;
use ourledger_client::{
	chain::{Chain, Head},
	tax::books::StatementKey,
	Error, Result,
};
use std::env;

#[tokio::main]
async fn main() -> Result<()> {
	let arguments: Vec<_> = env::args().skip(1).collect();
	let [url, jurisdiction, twin, rest @ ..] = &arguments[..] else {
		return Err(Error::usage("export_statement URL JURISDICTION TWIN [CURRENCY [MONTH]]"));
	};
	let number = |text: &str| {
		text.parse::<u32>().map_err(|_| Error::input(format!("{text:?} is no number")))
	};
	let (jurisdiction, twin) = (number(jurisdiction)?, number(twin)?);
	let [currency, month] = [0, 1].map(|place| rest.get(place).map(String::as_str));

	let state = Chain::connect(url, Head::Final).await?.finalised().await?;
	let key = StatementKey::find(&state, jurisdiction, twin.into(), currency, month).await?;
	let statement = key.read(&state).await?;
	if let Some(broken) = broken_statement(&key.currency, &statement) {
		return Err(Error::verification(format!("the statement doesn't add up: {broken}")));
	}
	println!("{}", key.json(&statement));
	Ok(())
}
