//! Taking an invoice back, in part or as a whole: a credit note.

use super::{
	calls,
	known::Known,
	papers::{Papers, Wanted},
	parties,
	place::{credits, Place},
	Invoice, InvoiceId, InvoiceState,
};
use crate::{
	complete::{complete, Completed, Of},
	decimal::Decimal,
	document::{CodeRef, Document, Line, LineLevy, Party, Preceding, Prices, CREDIT_NOTE},
	export,
	note::{self, Foreseen, Moves},
	number,
	rules::Code,
};
use ourledger_client::{
	error::{Error, Result},
	money::{self, holding::Holding, Currency, Kind},
	party,
	submit::Draft,
	twin::TwinInfo,
	State,
};
use ourledger_math::tax::Rounding;
use ourledger_primitives::{
	invoice::{self, Bill, LevyAmount},
	money::Day,
	tax::TaxKind,
};

/// An invoice that can be corrected, with the rates at which it was sold.
pub struct Correctable {
	/// Which one.
	pub at: InvoiceId,
	/// As the chain has it.
	pub invoice: Invoice,
	/// Where it was sold.
	pub place: Place,
}

/// What is to be taken back.
pub struct Order {
	/// The note's document, as far as it is given.
	pub document: Document,
	/// Whether it is all that is left: [`Correctable::whole`].
	pub is_whole: bool,
	/// What files tell of the invoice.
	pub known: Known,
	/// Whether the note is to be issued though no UBL can be made of it, as of the invoice.
	pub goes_without_ubl: bool,
}

/// A credit note that is ready to be issued.
pub struct CreditNote {
	/// The call, and what it does, but for its papers.
	pub draft: Draft,
	/// Its document, and the copy for its readers.
	pub papers: Papers,
	/// What it will move.
	pub foreseen: Foreseen,
	/// What it takes back with tax, in minor units.
	pub back: u128,
	document: Document,
}

impl CreditNote {
	/// The number that its document has, or gets from the chain, of which that is `chains`; nothing as
	/// long as it has none.
	pub fn number(&self, chains: Option<&str>) -> Option<String> {
		number::of_note(&self.document, chains).ok()
	}
}

impl Correctable {
	/// Reads an invoice that can be corrected. Refuses one on which no note could take effect.
	pub async fn read(state: &State, at: InvoiceId) -> Result<Self> {
		let invoice = Invoice::read(state, at).await?;
		let mut place = Place::of(state, &invoice).await?;
		place.rate = invoice.reporting.or(place.rate);
		place.rules.rounding = match invoice.bill.lines {
			Some(_) => Rounding::Line,
			None => Rounding::Category,
		};
		ensure_correctable(state, at, &invoice, place.today).await?;
		as_sold(&mut place.rules.codes, &invoice.bill);
		Ok(Self { at, invoice, place })
	}

	/// The document of a note on all that is left of it.
	pub fn whole(&self) -> Document {
		whole(&self.invoice.bill, &self.place)
	}

	/// Completes a note's document, checks it, and drafts the call.
	pub async fn prepare(
		&self,
		state: &State,
		order: Order,
		wanted: &Wanted,
	) -> Result<CreditNote> {
		let Self { at, invoice, place } = self;
		let (at, bill) = (*at, &invoice.bill);
		let Order { mut document, is_whole, known: Known { document: of_invoice, lines }, .. } =
			order;
		if bill.lines.is_some() {
			name_lines(&mut document);
		}
		ensure_prices(at, bill, &document)?;
		document.ourledger.withholdings.clear();
		let preceding = document.preceding_invoice_reference.take();
		let is_known = of_invoice.is_some() || preceding.is_some();
		if let Some(of_invoice) = &of_invoice {
			take_parties(&mut document, of_invoice);
		}
		let known_as = match (&of_invoice, preceding) {
			(Some(of_invoice), _) => number::of_invoice(of_invoice, Some(&at.to_string()))?,
			(None, Some(given)) => given.preceding_invoice_number,
			(None, None) => at.to_string(),
		};
		self.head(&mut document, known_as);
		wanted.put_into(&mut document);
		let seller = TwinInfo::read(state, at.seller).await?;
		let buyer = match invoice.buyer {
			Some(buyer) => Some(TwinInfo::read(state, buyer).await?),
			None => None,
		};
		parties::fill(state, place, &mut document, &seller, buyer.as_ref()).await?;
		let of = if is_whole { Of::WholeNote(bill, &lines) } else { Of::Note(bill, &lines) };
		let completed = complete(document, &place.rules, of, &wanted.writing(place)?)?;
		let Completed { document, note, charges, bill: rest, .. } = completed;
		if !order.goes_without_ubl {
			let number = number::of_note_to_come(&document)?;
			export::ensure_exportable(&document, &number).map_err(|error| {
				error.explained(|why| format!("{why} (--no-ubl issues the note all the same)"))
			})?;
		}
		let reservations = export::reservations(&document);
		let parties: Vec<_> = [Some(at.seller), invoice.buyer].into_iter().flatten().collect();
		let papers = Papers::new(state, document.clone(), wanted, &parties, place).await?;

		let note = note.expect("what completes a note's document makes the note; qed");
		let call = calls::credit_note(state, at.number, &note, papers.hash)?;
		let back = u128::try_from(charges.gross).unwrap_or(0);
		let credits = credits(state, place, at.seller, invoice.buyer, invoice.business).await?;
		let foreseen = note::foresee(bill, &rest, &place.rules, &credits, 0)?;
		let pays = ensure_seller_pays(state, &seller, &place.currency, &foreseen).await?;
		let lines = note::lines(&charges, &place.rules, &place.currency);
		let mut draft = Draft::new(call)
			.for_twin(at.seller)
			.spends(Kind::WithId(place.currency.id), pays)
			.effect(format!("{} of {at} are taken back", place.currency.show(back)))
			.effects(lines.into_iter().map(|(label, amount)| format!("{label}: {amount}")))
			.effects(foreseen.effects(at.seller, invoice.buyer, &place.currency))
			.effects(reservations);
		if !is_known {
			draft = draft.effect(format!(
				"the note refers to the invoice as {at}: if its document has another number, name that \
				 by --invoice-document"
			));
		}
		Ok(CreditNote { draft, papers, foreseen, back, document })
	}

	/// Says what the note's document does besides what it takes back, and of whom.
	fn head(&self, document: &mut Document, known_as: String) {
		let Self { at, invoice, place } = self;
		document.invoice_type_code = Some(CREDIT_NOTE.into());
		document.invoice_issue_date = Some(money::date(place.today));
		document.actual_delivery_date = Some(money::date(invoice.supply));
		document.preceding_invoice_reference = Some(Preceding {
			preceding_invoice_number: known_as,
			preceding_invoice_issue_date: Some(money::date(invoice.issued)),
		});
		document.ourledger.preceding_invoice = Some(at.to_string());
		document.ourledger.jurisdiction = Some(place.id);
		document.ourledger.currency_symbol = Some(place.currency.symbol.clone());
	}
}

/// What of a note leaves its seller's account, in minor units; refuses what that doesn't have.
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
	at: InvoiceId,
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
	let until = invoice.correctable_until(state).await?;
	match until.filter(|until| *until < today) {
		Some(until) => refuse(&format!(
			"what was supplied on {} could be corrected until {}",
			money::date(invoice.supply),
			money::date(until)
		)),
		None => Ok(()),
	}
}

/// Insists that the note's amounts are with tax if the invoice's are.
fn ensure_prices(at: InvoiceId, bill: &Bill, document: &Document) -> Result<()> {
	let (prices, with) = match bill.prices {
		invoice::Prices::Net => (Prices::Net, "without"),
		invoice::Prices::Gross => (Prices::Gross, "with"),
	};
	match document.ourledger.prices == prices {
		true => Ok(()),
		false => Err(Error::input(format!(
			"the amounts of {at} are {with} tax, and so have to be those of the note"
		))),
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
		let name = format!("Everything under {}", place.rules.name(part.code));
		Line {
			levies: levies.collect(),
			..Line::new(name, quantity, price, CodeRef::Number(part.code), is_gross)
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
		super::{example::place, known::document_of},
		*,
	};
	use crate::{
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
	fn note_has_the_prices_of_its_invoice() {
		let at = InvoiceId { seller: 2, number: 7 };
		let (_, bill) = assess(&sale(&[(STANDARD, 1)]), &rules()).expect("is fine");
		let mut document = Document::default();
		assert_eq!(ensure_prices(at, &bill, &document), Ok(()));
		document.ourledger.prices = Prices::Gross;
		let error = ensure_prices(at, &bill, &document).expect_err("is with tax").to_string();
		assert!(error.contains("2/7 are without tax"), "{error}");
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
		let at = InvoiceId { seller: 2, number: 40 };
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
