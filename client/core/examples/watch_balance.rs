//! Prints what an account can spend, now and whenever that changes:
//! `watch_balance ws://127.0.0.1:9944 5Grw… [CHANGES]`. It ends after so many changes, if told so.

use ourledger_client::{
	account::Account,
	amount,
	chain::{Chain, Head},
	Error, Result,
};
use std::{env, str::FromStr};
use subxt::utils::AccountId32;

#[tokio::main]
async fn main() -> Result<()> {
	let arguments: Vec<_> = env::args().skip(1).collect();
	let [url, address, changes @ ..] = &arguments[..] else {
		return Err(Error::usage("watch_balance URL ADDRESS [CHANGES]"));
	};
	let account = AccountId32::from_str(address)
		.map_err(|error| Error::input(format!("{address:?} is no address: {error}")))?;
	let changes = changes.first().and_then(|text| text.parse().ok()).unwrap_or(usize::MAX);

	let chain = Chain::connect(url, Head::Final).await?;
	let mut blocks = chain.finalised_blocks().await?;
	let (mut last, mut told) = (None, 0);
	loop {
		let state = chain.finalised().await?;
		let spendable = Account::read(&state, account).await?.spendable();
		if last != Some(spendable) {
			println!("block {}: {}", state.number(), amount::format(spendable));
			if last.replace(spendable).is_some() {
				told += 1;
			}
		}
		if told >= changes {
			return Ok(());
		}
		let next = blocks.next().await;
		next.ok_or_else(|| Error::connection("the node sends no more blocks"))?
			.map_err(|error| Error::connection(error.to_string()))?;
	}
}
