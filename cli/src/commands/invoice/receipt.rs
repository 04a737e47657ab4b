//! `invoice receipt`: receipts, whether they are the chain's, and what they prove.

use super::{
	given::hex,
	reads::{Book, Invoice},
	Address,
};
use crate::{
	bounded,
	chain::State,
	commands::{parse, Context},
	error::{Error, Result},
	invoices::{
		document::read_text,
		receipt::{self, Claimed, NoteReceipt, Sums},
	},
	money::{self, Currency},
	output,
	submit::Submitted,
};
use ourledger_primitives::{
	money::Day,
	receipt::{Link, NoteCore, ReceiptCore, Totals},
};
use serde_json::{json, Value as Json};
use std::path::PathBuf;
use subxt::ext::scale_decode::DecodeAsType;

/// Commands on receipts.
///
/// A seller's invoices and the credit notes on them have one series of numbers, and each receipt
/// hashes the one before it. The chain keeps the last.
#[derive(clap::Subcommand, Debug)]
pub enum Command {
	/// Verify a seller's receipts, in their order and without gaps, against the last one, which the
	/// chain keeps.
	Verify(Arguments),
	/// What is left of an invoice, as its seller's receipts prove it.
	///
	/// They have to go from the invoice's own to the last one, without gaps, so that no credit note
	/// is left out. Notes can take effect as long as the jurisdiction's days of correction run: only
	/// a proof to the last receipt of the last such day, or a later one, is final. It is so for ever
	/// once the invoice has left the chain's state: until then the jurisdiction can lengthen those
	/// days.
	Check {
		/// The invoice, as seller/number.
		invoice: Address,
		#[command(flatten)]
		arguments: Arguments,
	},
}

/// What is verified, and against what.
#[derive(clap::Args, Debug)]
pub struct Arguments {
	/// The receipts: JSON, one after the other or in a list, as "issue --json", "sell --json", "credit
	/// --json" and "cover --json" have them at result.receipt. Their whole output will do.
	file: PathBuf,
	/// The receipt before the first, unless that is the seller's number 1.
	#[arg(long, value_name = "HASH")]
	previous: Option<String>,
	/// What the last one has to be, from somebody you trust; then no node is asked for it.
	#[arg(long, value_name = "HASH")]
	last: Option<String>,
	/// The block after which the last one was the seller's last. A node that keeps old states is
	/// needed. The last final block unless given.
	#[arg(long, value_name = "NUMBER", conflicts_with = "last")]
	block: Option<u64>,
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Verify(arguments) => verify(ctx, &arguments).await,
		Command::Check { invoice, arguments } => check(ctx, invoice, &arguments).await,
	}
}

/// Receipts that lead to the chain's last.
struct Verified {
	links: Vec<Claimed>,
	/// The receipt before the first, and that of each.
	heads: Vec<[u8; 32]>,
	/// By what the last is known.
	against: String,
	/// The chain's state, if it was asked.
	state: Option<State>,
}

impl Verified {
	async fn read(ctx: &Context, arguments: &Arguments) -> Result<Self> {
		let links = read(&read_text(&arguments.file)?)?;
		let previous = arguments.previous.as_deref().map(hash_of).transpose()?;
		let heads = receipt::verify(&links, previous)?;
		let (Some(end), Some(head)) = (links.last(), heads.last()) else {
			return Err(Error::input("there are no receipts to verify"));
		};
		let (seller, to) = (end.link.seller(), end.link.number());
		let (against, state) = match &arguments.last {
			Some(text) => {
				ensure_same(*head, hash_of(text)?)?;
				("the hash that was given".to_owned(), None)
			},
			None => {
				let state = state_at(ctx, arguments.block).await?;
				let book = Book::read(&state, seller).await?;
				if book.next != to.saturating_add(1) {
					return Err(Error::verification(format!(
						"the receipts end with {seller}/{to}, but the chain's last is {seller}/{}: all \
						 up to that are needed",
						book.next.saturating_sub(1)
					)));
				}
				ensure_same(*head, book.receipt)?;
				(format!("block {}, as the node says", state.number()), Some(state))
			},
		};
		Ok(Self { links, heads, against, state })
	}

	/// What it took to verify them.
	fn json(&self) -> Json {
		let (first, end) = (self.links.first(), self.links.last());
		json!({
			"seller": end.map(|it| it.link.seller()),
			"first": first.map(|it| it.link.number()),
			"last": end.map(|it| it.link.number()),
			"invoices": self.invoices().map(invoice_json).collect::<Json>(),
			"notes": self.notes().map(note_json).collect::<Json>(),
			"receipt": self.heads.last().map(|head| hex(head)),
			"verified": true,
		})
	}

	fn lines(&self) -> Vec<(&'static str, String)> {
		let name = |it: &Claimed| format!("{}/{}", it.link.seller(), it.link.number());
		let ends = self.links.first().zip(self.links.last());
		let mut lines = Vec::new();
		lines.extend(
			ends.map(|(first, end)| ("receipts", format!("{} to {}", name(first), name(end)))),
		);
		lines.extend(self.heads.last().map(|head| ("last", hex(head))));
		lines.push(("checked by", self.against.clone()));
		lines
	}

	fn invoices(&self) -> impl Iterator<Item = &ReceiptCore> {
		self.links.iter().filter_map(|it| match &it.link {
			Link::Invoice(invoice) => Some(invoice),
			Link::Note(_) => None,
		})
	}

	fn notes(&self) -> impl Iterator<Item = &NoteCore> {
		self.links.iter().filter_map(|it| match &it.link {
			Link::Note(note) => Some(note),
			Link::Invoice(_) => None,
		})
	}
}

/// The state after this block, or after the last final one.
async fn state_at(ctx: &Context, block: Option<u64>) -> Result<State> {
	let Some(number) = block else { return ctx.state().await };
	let chain = ctx.chain().await?;
	let hash = chain
		.block_hash(number)
		.await?
		.ok_or_else(|| Error::not_found(format!("the chain has no block {number} yet")))?;
	chain.at(hash).await
}

async fn verify(ctx: &Context, arguments: &Arguments) -> Result<()> {
	let verified = Verified::read(ctx, arguments).await?;
	ctx.out.print(&verified.json(), || {
		let mut lines = verified.lines();
		lines.extend(verified.invoices().map(|invoice| ("invoice", invoice_text(invoice))));
		let notes = verified.notes().map(|note| {
			let NoteCore { seller, number, invoice, .. } = note;
			(
				"credit note",
				format!(
					"{seller}/{number} on {seller}/{invoice}: it took {} minor units, and left {}",
					note.taken.gross, note.left.gross
				),
			)
		});
		lines.extend(notes);
		format!("{}\n{}", ctx.out.green("Verified."), output::fields(lines))
	});
	Ok(())
}

/// Until when notes can take effect on an invoice, and today, by its jurisdiction's clock.
struct Window {
	until: Day,
	today: Day,
	/// Whether the chain's state still has the invoice, so that longer days of correction count for
	/// it.
	in_state: bool,
}

impl Window {
	async fn read(state: &State, invoice: &ReceiptCore) -> Result<Option<Self>> {
		let key = (invoice.jurisdiction, invoice.supply);
		let until: Option<Day> = state.view("Commerce", "correctable_until", key).await?;
		let today: Option<Day> = state.view("Tax", "today", (invoice.jurisdiction,)).await?;
		let found = Invoice::find(state, invoice.seller, invoice.number).await?;
		let in_state = found.is_some();
		Ok(until.zip(today).map(|(until, today)| Self { until, today, in_state }))
	}

	/// Whether nothing can change any more.
	fn is_final(&self) -> bool {
		// What has left the state can't come back, however long the days of correction get.
		!self.in_state
	}

	fn text(&self) -> String {
		let until = money::date(self.until);
		match (self.is_final(), self.today > self.until) {
			(true, _) => {
				"yes: the invoice has left the chain's state, so no credit note can take effect"
					.into()
			},
			(false, true) => format!(
				"unless the jurisdiction lengthens its days of correction while the invoice is in the \
				 chain's state: after {until} no credit note could take effect"
			),
			(false, false) => format!(
				"not yet: until {until} a credit note can take more; ask for the seller's receipts again \
				 after that day"
			),
		}
	}
}

async fn check(ctx: &Context, at: Address, arguments: &Arguments) -> Result<()> {
	let verified = Verified::read(ctx, arguments).await?;
	let seller = verified.links.last().map(|it| it.link.seller());
	if seller != Some(at.seller) {
		return Err(Error::input(format!("the receipts aren't those of twin {}", at.seller)));
	}
	let proof = receipt::proof_of(&verified.links, at.number, &verified.heads)?;
	let invoice = verified.links.iter().find_map(|it| match &it.link {
		Link::Invoice(core) if core.number == at.number => Some(core.clone()),
		_ => None,
	});
	let invoice = invoice.ok_or_else(|| Error::input(format!("{at} is no invoice")))?;
	// Of whoever trusts a hash, no node is asked: amounts stay as they are then.
	let (currency, window) = match &verified.state {
		Some(state) => {
			let currency = Currency::read(state, invoice.currency).await?;
			(Some(currency), Window::read(state, &invoice).await?)
		},
		None => (None, None),
	};
	let show = |totals: Totals| told(totals, currency.as_ref());
	let own: Vec<_> = verified.notes().filter(|note| note.invoice == at.number).collect();
	let mut json = verified.json();
	json["invoice"] = at.number.into();
	json["notes"] = own.iter().map(|note| note_json(note)).collect();
	json["issued"] = json!(Sums::from(invoice.totals()));
	json["left"] = json!(Sums::from(proof.left));
	json["final"] = window.as_ref().map(Window::is_final).into();
	json["inState"] = window.as_ref().map(|window| window.in_state).into();
	json["correctableUntil"] = window.as_ref().map(|window| money::date(window.until)).into();
	ctx.out.print(&json, || {
		let mut lines = vec![("invoice", at.to_string()), ("issued", show(invoice.totals()))];
		let notes = own.iter().map(|note| {
			let (number, day) = (note.number, money::date(note.day));
			("credit note", format!("{}/{number} of {day} took {}", at.seller, show(note.taken)))
		});
		lines.extend(notes);
		lines.push(("left", show(proof.left)));
		lines.push(("final", match &window {
			Some(window) => window.text(),
			None => "if the hash was the seller's last when no credit note could take effect any more"
				.into(),
		}));
		lines.extend(verified.lines());
		format!("{}\n{}", ctx.out.green("Proved."), output::fields(lines))
	});
	Ok(())
}

/// A sum with its tax.
fn told(totals: Totals, currency: Option<&Currency>) -> String {
	let show = |units: u128| match currency {
		Some(currency) => currency.show(units),
		None => format!("{units} minor units"),
	};
	format!("{}, of which {} are tax", show(totals.gross), show(totals.tax))
}

/// What an invoice's receipt says of it: whoever reads that it is verified has to see of what.
fn invoice_text(invoice: &ReceiptCore) -> String {
	let ReceiptCore { seller, number, currency, net, tax, tip, gross, .. } = invoice;
	let buyer = match invoice.buyer {
		Some(buyer) => format!(" to twin {buyer}"),
		None => String::new(),
	};
	let supply = money::date(invoice.supply);
	format!(
		"{seller}/{number}{buyer} of {supply}: {gross} minor units of currency {currency}: net {net}, \
		 tax {tax}, tip {tip}"
	)
}

fn invoice_json(invoice: &ReceiptCore) -> Json {
	json!({
		"number": invoice.number,
		"buyer": invoice.buyer,
		"jurisdiction": invoice.jurisdiction,
		"currency": invoice.currency,
		"supply": money::date(invoice.supply),
		"issued": Sums::from(invoice.totals()),
		"document": hex(&invoice.document),
	})
}

fn note_json(note: &NoteCore) -> Json {
	json!({
		"number": note.number,
		"invoice": note.invoice,
		"day": money::date(note.day),
		"taken": Sums::from(note.taken),
		"left": Sums::from(note.left),
		"document": hex(&note.document),
	})
}

/// The receipt of a credit note that has just taken effect, if one has.
pub fn of_note(done: &Submitted) -> Result<Option<NoteReceipt>> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct TotalsInfo {
		net: u128,
		tax: u128,
		tip: u128,
		gross: u128,
	}
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct CreditNoteIssued {
		invoice: Address,
		note: u64,
		day: Day,
		taken: TotalsInfo,
		left: TotalsInfo,
		document: [u8; 32],
		receipt: [u8; 32],
	}
	let sums = |it: TotalsInfo| {
		let TotalsInfo { net, tax, tip, gross } = it;
		Sums::from(Totals { net, tax, tip, gross })
	};
	let issued: Option<CreditNoteIssued> = done.find("Commerce", "CreditNoteIssued")?;
	Ok(issued.map(|it| NoteReceipt {
		seller: it.invoice.seller,
		number: it.note,
		invoice: it.invoice.number,
		day: it.day,
		taken: sums(it.taken),
		left: sums(it.left),
		document: hex(&it.document),
		receipt: Some(hex(&it.receipt)),
	}))
}

fn ensure_same(head: [u8; 32], wanted: [u8; 32]) -> Result<()> {
	if head == wanted {
		return Ok(());
	}
	Err(Error::verification(format!(
		"the receipts lead to {}, not to {}: one of them is not what was issued",
		hex(&head),
		hex(&wanted)
	)))
}

fn hash_of(text: &str) -> Result<[u8; 32]> {
	parse::hash(text)
		.ok_or_else(|| Error::input(format!("{text:?} is no hash of 32 bytes, written 0x…")))
}

/// The receipts in a file: values one after the other, lists of them, and outputs with them.
fn read(text: &str) -> Result<Vec<Claimed>> {
	let mut receipts = Vec::new();
	for value in bounded::parse_all_unique(text) {
		let value =
			value.map_err(|error| Error::input(format!("the receipts are no JSON: {error}")))?;
		match value {
			Json::Array(list) => {
				for value in list {
					receipts.push(one(value)?);
				}
			},
			value => receipts.push(one(value)?),
		}
	}
	Ok(receipts)
}

fn one(value: Json) -> Result<Claimed> {
	// A receipt has a field of that name itself, which is text.
	let inner = [&value["result"]["receipt"], &value["receipt"]];
	let inner = inner.into_iter().find(|inner| inner.is_object()).cloned();
	Claimed::read(inner.unwrap_or(value))
}

#[cfg(test)]
mod tests {
	use super::*;

	fn receipt(number: u64) -> Json {
		json!({
			"seller": 2,
			"number": number,
			"jurisdiction": 0,
			"currency": 1,
			"supply": 20_778,
			"net": "300",
			"tax": "45",
			"tip": "0",
			"gross": "345",
			"document": format!("0x{}", "07".repeat(32)),
			"receipt": null,
		})
	}

	fn note(number: u64) -> Json {
		let sums = |gross: &str| json!({ "net": gross, "tax": "0", "tip": "0", "gross": gross });
		json!({
			"seller": 2,
			"number": number,
			"invoice": 1,
			"day": 20_780,
			"taken": sums("45"),
			"left": sums("300"),
			"document": format!("0x{}", "08".repeat(32)),
			"receipt": null,
		})
	}

	#[test]
	fn window_says_whether_what_is_left_can_change() {
		let window = |today, in_state| Window { until: 20_778, today, in_state };
		let open = window(20_778, true);
		assert!(!open.is_final());
		assert!(open.text().starts_with("not yet: until 2026-11-21"), "{}", open.text());
		// The jurisdiction can lengthen its days of correction, for what is still there.
		let over = window(20_779, true);
		assert!(!over.is_final());
		assert!(over.text().starts_with("unless the jurisdiction lengthens"), "{}", over.text());
		assert!(over.text().contains("after 2026-11-21"), "{}", over.text());
		// What was removed can't be credited, even if they were lengthened since.
		for today in [20_778, 20_779] {
			let gone = window(today, false);
			assert!(gone.is_final() && gone.text().starts_with("yes"), "{}", gone.text());
		}
	}

	#[test]
	fn receipts_are_found_in_outputs_and_lists() {
		let text = format!(
			"{}\n{}\n{}\n{}",
			receipt(1),
			json!({ "result": { "receipt": receipt(2) } }),
			json!({ "receipt": note(3) }),
			json!([receipt(4), receipt(5)])
		);
		let receipts = read(&text).expect("are some");
		let numbers: Vec<_> = receipts.iter().map(|receipt| receipt.link.number()).collect();
		assert_eq!(numbers, [1, 2, 3, 4, 5]);
		assert!(receipt::verify(&receipts, None).is_ok());
		assert!(read("{}").is_err());
		assert!(read("[").is_err());
	}

	#[test]
	fn field_that_stands_twice_is_refused() {
		let text = receipt(1).to_string().replace("\"gross\"", "\"gross\":\"1\",\"gross\"");
		let error = read(&text).expect_err("is two receipts");
		assert!(error.to_string().contains("stands twice"), "{error}");
	}

	#[test]
	fn verified_receipt_says_its_amounts() {
		let claimed = one(receipt(1)).expect("is one");
		let Link::Invoice(core) = claimed.link else {
			panic!("is an invoice's");
		};
		let text = invoice_text(&core);
		for part in ["2/1", "345 minor units of currency 1", "net 300", "tax 45", "tip 0"] {
			assert!(text.contains(part), "{part} in {text}");
		}
		assert_eq!(invoice_json(&core)["issued"]["gross"], "345");
	}

	#[test]
	fn other_head_is_a_failed_verification() {
		assert_eq!(ensure_same([1; 32], [1; 32]), Ok(()));
		assert_eq!(ensure_same([1; 32], [2; 32]).map_err(|error| error.code()), Err(6));
	}
}
