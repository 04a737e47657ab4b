//! Issues the invoice of a document, as a shop's program would, signed by a development seed that acts
//! for the twin: `send_invoice ws://127.0.0.1:9944 //Bob TWIN JURISDICTION CURRENCY DOCUMENT FOLDER`.
//! The papers, and what is sent, are kept in the folder. It prints the invoice's receipt as JSON.

use ourledger_client::{
	chain::{Chain, Head},
	keys::Key,
	submit::{Unattended, Wallet},
	twin::TwinInfo,
	Error, Result,
};
use ourledger_documents::{
	document::Document,
	on_chain::{
		events::InvoiceIssued,
		issue::{Issue, Order},
		known_keys::KnownKeys,
		papers::Wanted,
		Place,
	},
};
use ourledger_primitives::invoice::Settlement;
use std::{env, path::Path};

#[tokio::main]
async fn main() -> Result<()> {
	let arguments: Vec<_> = env::args().skip(1).collect();
	let [url, seed, twin, jurisdiction, currency, document, folder] = &arguments[..] else {
		return Err(Error::usage(
			"send_invoice URL SEED TWIN JURISDICTION CURRENCY DOCUMENT FOLDER",
		));
	};
	let (signer, folder) = (Key::development(seed)?, Path::new(folder));
	let number = |text: &str| {
		text.parse::<u32>().map_err(|_| Error::input(format!("{text:?} is no number")))
	};
	let (twin, jurisdiction) = (u64::from(number(twin)?), number(jurisdiction)?);
	let mut document = Document::read_given(Path::new(document))?;

	let chain = Chain::connect(url, Head::Final).await?;
	let state = chain.current().await?;
	let seller = TwinInfo::read(&state, twin).await?;
	let buyer = match document.buyer.as_ref().and_then(|buyer| buyer.twin) {
		Some(number) => Some(TwinInfo::read(&state, number).await?),
		None => None,
	};
	let place = Place::of_sale(&state, &mut document, Some(currency), Some(jurisdiction)).await?;
	let order = Order {
		seller,
		buyer,
		is_self_billed: false,
		document,
		names_supply: false,
		due: 30,
		settlement: Settlement::Direct,
		delivery: false,
	};
	let wanted = Wanted { out: Some(folder.join("invoice.json")), ..Wanted::default() };
	let Issue { draft, mut papers, .. } = order.prepare(&state, &place, &wanted).await?;

	let wallet = Wallet {
		chain: &chain,
		signer: &signer,
		sponsor: None,
		twin: Some(twin),
		fee_in: None,
		trusts_metadata: false,
		folder,
		person: &Unattended,
	};
	// The document is on disk before the chain knows its hash.
	let mut known = KnownKeys::of_chain(chain.genesis_hash(), folder)?;
	let submitted = wallet.submit(draft, |_| papers.file(&mut known).map(|_| ())).await;
	papers.settle(&submitted);
	let receipt = InvoiceIssued::of(&submitted?)?.into_receipt();
	println!("{}", serde_json::json!(receipt));
	Ok(())
}
