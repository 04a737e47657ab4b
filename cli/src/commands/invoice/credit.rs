//! `invoice credit`: credit notes.

use super::{
	given::SaleArguments,
	known::Known,
	paper::{self, PaperArguments, Papers},
	reads::{credits, Invoice, InvoiceState, Place},
	receipt, Address,
};
use crate::commands::{party, Context};
use clap::Args;
use codec::Encode;
use ourledger_client::{
	amount,
	call::Encoded,
	chain::State,
	error::{Error, Result},
	money::{self, holding::Holding, Currency, Kind},
	submit::Draft,
	twin::TwinInfo,
};
use ourledger_documents::{
	complete::{complete, Of},
	decimal::Decimal,
	document::{CodeRef, Document, Line, LineLevy, Party, Preceding, Prices, CREDIT_NOTE},
	export,
	note::{self, Foreseen, Moves},
	number,
	rules::Code,
};
use ourledger_primitives::{
	invoice::{self, Bill, LevyAmount},
	money::Day,
	tax::TaxKind,
};
use serde_json::json;
use std::path::PathBuf;
use subxt::ext::scale_decode::DecodeAsType;

/// Arguments of `credit`.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
	/// The invoice, as seller/number.
	invoice: Address,
	/// Take back all that is left of it.
	#[arg(long, conflicts_with_all = ["file", "line"])]
	full: bool,
	/// The document of the last credit note on the invoice, where VAT is rounded per line: it has what
	/// is left of the lines.
	#[arg(long, value_name = "FILE")]
	last_note: Option<PathBuf>,
	#[command(flatten)]
	sale: SaleArguments,
	/// The invoice's document, or the quote of what was sold at a till. The note refers to the invoice
	/// by the number that the buyer has, which is in it if it isn't the chain's, and takes the parties'
	/// addresses from it. Unless given, it is looked for under the name that "issue" gives it.
	///
	/// Where VAT is rounded per line it has the lines, of which the chain keeps the hash alone: what is
	/// taken back is of the line of the same name, or of the one that is named by its number, as in
	/// "#3;1;1.50;vat-standard".
	#[arg(long, value_name = "FILE")]
	invoice_document: Option<PathBuf>,
	/// Issue the note though no UBL can be made of it, as of the invoice.
	#[arg(long)]
	no_ubl: bool,
	#[command(flatten)]
	paper: PaperArguments,
}

/// `invoice credit`.
pub async fn run(ctx: &Context, arguments: Arguments) -> Result<()> {
	let at = arguments.invoice;
	super::ensure_own(ctx, at)?;
	let state = ctx.state().await?;
	let invoice = Invoice::read(&state, at).await?;
	let currency = Currency::read(&state, invoice.currency).await?;
	let mut place =
		Place::read(&state, invoice.jurisdiction, currency, Some(invoice.supply)).await?;
	place.rate = invoice.reporting.or(place.rate);
	place.rules.rounding = match invoice.bill.lines {
		Some(_) => ourledger_math::tax::Rounding::Line,
		None => ourledger_math::tax::Rounding::Category,
	};
	ensure_correctable(&state, at, &invoice, place.today).await?;
	let bill = &invoice.bill;
	as_sold(&mut place.rules.codes, bill);
	let prices = match bill.prices {
		invoice::Prices::Net => Prices::Net,
		invoice::Prices::Gross => Prices::Gross,
	};
	let mut document = match arguments.full {
		true => whole(bill, &place),
		false => arguments.sale.document()?,
	};
	let (named, last_note) = (&arguments.invoice_document, &arguments.last_note);
	let decimals = place.rules.decimals;
	let Known { document: of_invoice, lines } =
		Known::read(at, &invoice, named.as_deref(), last_note.as_deref(), decimals)?;
	if bill.lines.is_some() {
		name_lines(&mut document);
	}
	if document.ourledger.prices != prices {
		return Err(Error::input(format!(
			"the amounts of {at} are {} tax, and so have to be those of the note",
			if prices == Prices::Gross { "with" } else { "without" }
		)));
	}
	document.ourledger.withholdings.clear();
	let is_known = of_invoice.is_some() || document.preceding_invoice_reference.is_some();
	if let Some(of_invoice) = &of_invoice {
		take_parties(&mut document, of_invoice);
	}
	let known_as = match (&of_invoice, &document.preceding_invoice_reference) {
		(Some(of_invoice), _) => number::of_invoice(of_invoice, Some(&at.to_string()))?,
		(None, Some(given)) => given.preceding_invoice_number.clone(),
		(None, None) => at.to_string(),
	};
	head(&mut document, at, &known_as, &invoice, &place, &arguments.paper);
	let seller = TwinInfo::read(&state, at.seller).await?;
	paper::fill_party(&state, &place, &mut document.seller, &seller).await?;
	let mut parties = vec![at.seller];
	if let Some(number) = invoice.buyer {
		let buyer = TwinInfo::read(&state, number).await?;
		let party = document.buyer.get_or_insert_with(Party::default);
		paper::fill_party(&state, &place, party, &buyer).await?;
		parties.push(number);
	}
	let writing = arguments.paper.writing(&place)?;
	let of = if arguments.full { Of::WholeNote(bill, &lines) } else { Of::Note(bill, &lines) };
	let completed = complete(document, &place.rules, of, &writing)?;
	if !arguments.no_ubl {
		let number = number::of_note_to_come(&completed.document)?;
		export::ensure_exportable(&completed.document, &number).map_err(|error| {
			error.explained(|why| format!("{why} (--no-ubl issues the note all the same)"))
		})?;
	}
	let reservations = export::reservations(&completed.document);
	let named = completed.document.clone();
	let papers =
		Papers::new(&state, completed.document, &arguments.paper, &parties, &place).await?;

	let told = completed.note.as_ref().map(Encode::encode).unwrap_or_default();
	let call = state.call("Commerce", "credit_note", (at.number, Encoded(told), papers.hash))?;
	let back = u128::try_from(completed.charges.gross).unwrap_or(0);
	let credits = credits(&state, &place, at.seller, invoice.buyer, invoice.business).await?;
	let foreseen = note::foresee(bill, &completed.bill, &place.rules, &credits, 0)?;
	let pays = ensure_seller_pays(&state, &seller, &place.currency, &foreseen).await?;
	let mut draft = Draft::new(call)
		.for_twin(at.seller)
		.spends(Kind::WithId(place.currency.id), pays)
		.effect(format!("{} of {at} are taken back", place.currency.show(back)));
	for (label, amount) in note::lines(&completed.charges, &place.rules, &place.currency) {
		draft = draft.effect(format!("{label}: {amount}"));
	}
	for effect in foreseen.effects(at.seller, invoice.buyer, &place.currency) {
		draft = draft.effect(effect);
	}
	draft = draft.effects(reservations);
	if !is_known {
		draft = draft.effect(format!(
			"the note refers to the invoice as {at}: if its document has another number, name that by \
			 --invoice-document"
		));
	}
	let Some(done) = papers.submit(ctx, draft).await? else {
		return Ok(());
	};

	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct CreditNoteIssued {
		refund: u128,
	}
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct CreditNoteWaits {
		missing: u128,
	}
	let issued: Option<CreditNoteIssued> = done.find("Commerce", "CreditNoteIssued")?;
	let receipt = receipt::of_note(&done)?;
	let waits: Option<CreditNoteWaits> = done.find("Commerce", "CreditNoteWaits")?;
	let record = match arguments.paper.record {
		true => papers.record(ctx, at.seller, &format!("the note on {at} is made")).await?,
		false => None,
	};
	let record = record.map(|number| format!("{}:{number}", at.seller));
	let show = |units: u128| place.currency.show(units);
	let chains = receipt.as_ref().map(|note| format!("{}/{}", at.seller, note.number));
	let note = number::of_note(&named, chains.as_deref()).ok();
	// Its own, in a series that the seller has beside the chain's.
	let known_as = note.clone().filter(|note| chains.as_ref().is_some_and(|own| own != note));
	let result = json!({
		"seller": at.seller,
		"number": at.number,
		"note": note,
		"noteNumber": receipt.as_ref().map(|note| note.number),
		"credited": back.to_string(),
		"left": receipt.as_ref().map(|note| note.left.gross.clone()),
		"refund": issued.as_ref().map(|note| note.refund.to_string()),
		"missing": waits.as_ref().map(|note| note.missing.to_string()),
		"expected": foreseen.json(),
		"document": papers.json(),
		"record": record,
		"receipt": receipt,
	});
	let mut lines = vec![("invoice", at.to_string())];
	lines.extend(chains.map(|number| ("credit note", number)));
	lines.extend(known_as.map(|name| ("known as", name)));
	lines.push(("taken back", show(back)));
	lines.extend(issued.zip(receipt).map(|(issued, note)| {
		let left = note.left.gross.parse().unwrap_or(0);
		("left of it", format!("{}, refunded {}", show(left), show(issued.refund)))
	}));
	lines.extend(waits.map(|note| {
		let most = amount::fixed(note.missing, place.currency.decimals.into());
		let missing = show(note.missing);
		let cover = format!("ourledger invoice cover {at} --max {most}");
		("waits", format!("until the buyer covers {missing}: {cover}"))
	}));
	lines.extend(papers.lines());
	lines.extend(record.map(|record| ("record", record)));
	ctx.out.done(&done, result, lines);
	Ok(())
}

/// What of a note leaves its seller's account; refuses what that doesn't have.
pub async fn ensure_seller_pays(
	state: &State,
	seller: &TwinInfo,
	currency: &Currency,
	foreseen: &Foreseen,
) -> Result<u128> {
	let pays = foreseen.moves().map_or(0, Moves::seller_pays);
	if pays > 0 {
		let own = party::Party { account: seller.controller, twin: Some(seller.number) };
		let holding = Holding::read(state, currency.id, own.account).await?;
		holding.ensure_can_pay(currency, &own, pays)?;
	}
	Ok(pays)
}

/// Refuses a note that couldn't take effect.
async fn ensure_correctable(
	state: &State,
	at: Address,
	invoice: &Invoice,
	today: Day,
) -> Result<()> {
	let refuse = |why: &str| Err(Error::refused(format!("{at} can't be credited: {why}")));
	if matches!(invoice.state, InvoiceState::Rejected | InvoiceState::Cancelled) {
		return refuse(&format!("it is {}", invoice.state.name()));
	}
	if invoice.escrowed > 0 {
		return refuse("money of it is in escrow, which has to be released or given back first");
	}
	if invoice.note.is_some() {
		return refuse(&format!(
			"a note on it waits already; \"ourledger invoice withdraw {at}\" takes that back"
		));
	}
	let key = (invoice.jurisdiction, invoice.supply);
	let until: Option<Day> = state.view("Commerce", "correctable_until", key).await?;
	match until.filter(|until| *until < today) {
		Some(until) => refuse(&format!(
			"what was supplied on {} could be corrected until {}",
			money::date(invoice.supply),
			money::date(until)
		)),
		None => Ok(()),
	}
}

/// Lines that are named by their numbers: "#3".
fn name_lines(document: &mut Document) {
	for line in &mut document.invoice_lines {
		if let (None, Some(number)) = (&line.of_line, line.item_name.strip_prefix('#')) {
			line.of_line = Some(number.into());
		}
	}
}

/// What the note's document says besides what it takes back.
fn head(
	document: &mut Document,
	at: Address,
	known_as: &str,
	invoice: &Invoice,
	place: &Place,
	paper: &PaperArguments,
) {
	document.invoice_type_code = Some(CREDIT_NOTE.into());
	document.invoice_issue_date = Some(money::date(place.today));
	document.actual_delivery_date = Some(money::date(invoice.supply));
	document.preceding_invoice_reference = Some(Preceding {
		preceding_invoice_number: known_as.into(),
		preceding_invoice_issue_date: Some(money::date(invoice.issued)),
	});
	document.ourledger.preceding_invoice = Some(at.to_string());
	document.ourledger.jurisdiction = Some(place.id);
	document.ourledger.currency_symbol = Some(place.currency.symbol.clone());
	if let Some(note) = &paper.note {
		document.invoice_note = Some(note.clone());
	}
	paper.parties.put_into(document);
}

/// A note is between the parties of its invoice, as far as it doesn't say something else itself.
fn take_parties(note: &mut Document, of_invoice: &Document) {
	if note.seller == Party::default() {
		note.seller = of_invoice.seller.clone();
	}
	if note.buyer.is_none() {
		note.buyer.clone_from(&of_invoice.buyer);
	}
}

/// A note uses the rates of its invoice, whatever they have become since.
fn as_sold(codes: &mut [Code], bill: &Bill) {
	for code in codes {
		let part = bill.subtotals.iter().find(|part| part.code == code.number);
		if let Some(part) = part {
			code.kind = TaxKind::Vat(part.category);
			code.rate = Some(part.rate.into());
		}
		let levy = bill.levies.iter().find(|levy| levy.code == code.number);
		if let Some(levy) = levy {
			code.rate = Some(match levy.amount {
				LevyAmount::OnNet(rate) => rate.into(),
				LevyAmount::PerUnit(each, _) => each,
			});
		}
	}
}

/// A note on all that is left of a bill.
fn whole(bill: &Bill, place: &Place) -> Document {
	let is_gross = bill.prices == invoice::Prices::Gross;
	let lines = bill.subtotals.iter().enumerate().map(|(at, part)| {
		let price = place.rules.amount(part.amount).magnitude();
		let quantity = Decimal::of_units(if part.amount < 0 { -1 } else { 1 }, 0);
		let levies = bill.levies.iter().filter(|levy| usize::from(levy.on) == at);
		let levies = levies.map(|levy| LineLevy {
			tax_code: CodeRef::Number(levy.code),
			quantity: match levy.amount {
				LevyAmount::OnNet(_) => None,
				LevyAmount::PerUnit(_, thousandths) => {
					Some(Decimal::of_units(i128::from(thousandths), 3))
				},
			},
		});
		Line {
			invoice_line_identifier: None,
			invoice_line_note: None,
			invoiced_quantity: quantity,
			invoiced_quantity_unit_of_measure_code: None,
			invoice_line_net_amount: None,
			invoice_line_allowances: vec![],
			invoice_line_charges: vec![],
			item_net_price: (!is_gross).then_some(price),
			item_price_base_quantity: None,
			invoiced_item_vat_category_code: None,
			invoiced_item_vat_rate: None,
			item_name: format!("Everything under {}", place.rules.name(part.code)),
			of_line: None,
			item_description: None,
			item_sellers_identifier: None,
			tax_code: CodeRef::Number(part.code),
			levies: levies.collect(),
			price_with_tax: is_gross.then_some(price),
			amount_with_tax: None,
		}
	});
	let mut document = Document { invoice_lines: lines.collect(), ..Default::default() };
	if is_gross {
		document.ourledger.prices = Prices::Gross;
	}
	if bill.tip > 0 {
		let tip = i128::try_from(bill.tip).unwrap_or(i128::MAX);
		document.ourledger.tip = Some(place.rules.amount(tip));
	}
	document
}

#[cfg(test)]
mod tests {
	use super::{
		super::{known::document_of, reads::tests::place},
		*,
	};
	use ourledger_documents::{
		assess::{
			assess,
			tests::{by_line, rules, sale, sale_by_line, DEPOSIT, STANDARD},
		},
		canonical,
		check::ensure_adds_up,
		complete::Writing,
		lines::AllLines,
	};
	use ourledger_primitives::invoice::{Change, NotePart, SaleLevy};

	#[test]
	fn whole_note_takes_everything_back() {
		let mut sale = sale(&[(STANDARD, 10_000)]);
		let levies = vec![SaleLevy { code: DEPOSIT, on: STANDARD, thousandths: 1_500 }];
		sale.levies = levies.try_into().expect("is one");
		sale.tip = 100;
		for prices in [invoice::Prices::Net, invoice::Prices::Gross] {
			sale.prices = prices;
			let (_, bill) = assess(&sale, &rules()).expect("is fine");
			let document = whole(&bill, &place());
			let note = complete(
				document,
				&rules(),
				Of::WholeNote(&bill, &AllLines::default()),
				&Writing::default(),
			);
			let note = note.expect("is fine");
			let told = note.note.as_ref().expect("is one");
			let change = Change::Less(bill.subtotals[0].amount);
			assert_eq!(told.parts.to_vec(), [NotePart { code: STANDARD, change }]);
			assert_eq!((&told.levies, told.tip), (&sale.levies, 100));
			assert_eq!(u128::try_from(note.charges.gross), Ok(bill.gross));
			assert_eq!(note.bill.gross, 0);
			assert_eq!(ensure_adds_up(&note.document), Ok(()));
			let gross = i128::try_from(bill.gross).expect("is small");
			let totals = note.document.document_totals.expect("is complete");
			assert_eq!(totals.amount_due_for_payment, Decimal::of_units(gross, 2));
		}
	}

	#[test]
	fn whole_note_takes_back_tax_that_was_rounded_per_line() {
		for prices in [invoice::Prices::Net, invoice::Prices::Gross] {
			// A hundred lines of 0.03 each, whose tax is nothing.
			let mut sale = sale_by_line(STANDARD, &[3; 100]);
			sale.prices = prices;
			let (_, bill) = assess(&sale, &by_line()).expect("is fine");
			let lines = AllLines::of_sale(&sale);
			let mut place = place();
			place.rules = by_line();
			let document = whole(&bill, &place);
			let of = Of::WholeNote(&bill, &lines);
			let note = complete(document, &by_line(), of, &Writing::default());
			let mut note = note.expect("is fine");
			note.document.invoice_type_code = Some(CREDIT_NOTE.into());
			assert_eq!(note.note.expect("is one").lines(), 200);
			assert_eq!((note.charges.gross, note.charges.parts[0].vat), (300, 0));
			assert_eq!(ensure_adds_up(&note.document), Ok(()));
		}
	}

	#[test]
	fn lines_are_named_by_their_numbers() {
		let mut document =
			whole(&assess(&sale(&[(STANDARD, 1)]), &rules()).expect("is fine").1, &place());
		name_lines(&mut document);
		assert_eq!(document.invoice_lines[0].of_line, None);
		document.invoice_lines[0].item_name = "#3".into();
		name_lines(&mut document);
		assert_eq!(document.invoice_lines[0].of_line.as_deref(), Some("3"));
	}

	#[test]
	fn note_uses_the_rates_of_its_invoice() {
		let (_, bill) = assess(&sale(&[(STANDARD, 10_000)]), &rules()).expect("is fine");
		let mut codes = rules().codes;
		codes[0].rate = Some(210_000);
		as_sold(&mut codes, &bill);
		assert_eq!(codes[0].rate, Some(150_000));
	}

	/// What the note refers to is the number that the buyer has, from the very document of the
	/// invoice.
	#[test]
	fn note_takes_number_and_parties_from_its_invoice() {
		let at = Address { seller: 2, number: 40 };
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("invoice.json");
		let party = |name: &str| Party { name: Some(name.into()), ..Party::default() };
		let issued = Document {
			invoice_number: Some("INV-2026-0042".into()),
			seller: party("Bakery"),
			buyer: Some(party("Mira")),
			..Document::default()
		};
		let issued = issued.salted();
		let hash = canonical::hash(&issued.json()).expect("is canonical");
		std::fs::write(&path, issued.json().to_string()).expect("is written");
		let found = document_of(at, &hash, Some(&path)).expect("is it").expect("is named");
		assert_eq!(number::of_invoice(&found, Some("2/40")), Ok("INV-2026-0042".into()));

		let mut note = Document { seller: party("Bakery Ltd"), ..Document::default() };
		take_parties(&mut note, &found);
		assert_eq!((note.seller, note.buyer), (party("Bakery Ltd"), found.buyer));

		// Another document is none, and neither is one that isn't there.
		let error = document_of(at, &[0; 32], Some(&path)).expect_err("is another");
		assert_eq!(error.code(), 6);
		let error =
			document_of(at, &hash, Some(&folder.path().join("x"))).expect_err("isn't there");
		assert_eq!(error.code(), 5);
		assert_eq!(document_of(at, &[0; 32], None), Ok(None));
	}
}
