//! `invoice issue` and `invoice self-bill`.

use super::{
	allowed::{
		ensure_allowed, ensure_arbiter, ensure_can_wait, ensure_export, ensure_parties,
		ensure_place, ensure_reverse,
	},
	given::{EvidenceArgument, SaleArguments},
	paper::{self, PaperArguments, Papers},
	purpose::registration,
	reads::{credits, Book, Consent, Place},
	Address,
};
use crate::{
	call::Encoded,
	chain::State,
	commands::{twin, twin::info::TwinInfo, Context},
	error::{Error, Result},
	invoices::{
		bill,
		complete::{complete, Completed, Of},
		document::{Document, Party, INVOICE, SELF_BILLED},
		export, number,
		receipt::Receipt,
	},
	money,
	submit::{Draft, Submitted},
};
use clap::Args;
use codec::Encode;
use ourledger_primitives::invoice::{self, Bill, Sale, Settlement};
use serde_json::json;

/// Days until an invoice is due.
const DUE_DAYS: u16 = 30;

/// Days after full payment until escrowed money goes to the seller.
const ESCROW_DAYS: u16 = 14;

/// The longest span that an invoice or a consent can name, in days.
pub const MAX_DAYS: u16 = 1_827;

/// What an invoice has besides what is sold.
#[derive(Args, Clone, Debug)]
pub struct Conditions {
	#[command(flatten)]
	sale: SaleArguments,
	/// Days until it is due.
	#[arg(
		long,
		value_name = "DAYS",
		default_value_t = DUE_DAYS,
		value_parser = clap::value_parser!(u16).range(..=i64::from(MAX_DAYS))
	)]
	due: u16,
	/// The day of supply, as 2026-11-21, which chooses the rates; today unless given.
	#[arg(long, value_name = "DATE")]
	supply: Option<String>,
	/// Keep the buyer's money in escrow, with this twin as the arbiter.
	#[arg(long, value_name = "TWIN")]
	arbiter: Option<String>,
	/// Whole days after full payment until escrowed money goes to the seller if nobody objects.
	#[arg(
		long,
		value_name = "DAYS",
		default_value_t = ESCROW_DAYS,
		requires = "arbiter",
		value_parser = clap::value_parser!(u16).range(..=i64::from(MAX_DAYS))
	)]
	escrow_days: u16,
	/// Something is to be delivered.
	#[arg(long)]
	delivery: bool,
	#[command(flatten)]
	evidence: EvidenceArgument,
	#[command(flatten)]
	paper: PaperArguments,
}

/// Arguments of `issue`.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
	/// The buyer: a twin's number, or its name.
	#[arg(long, value_name = "TWIN")]
	to: Option<String>,
	#[command(flatten)]
	conditions: Conditions,
}

/// Arguments of `self-bill`.
#[derive(Args, Clone, Debug)]
pub struct SelfBillArguments {
	/// The seller: a twin's number, or its name.
	#[arg(long, value_name = "TWIN")]
	from: String,
	#[command(flatten)]
	conditions: Conditions,
}

/// `invoice issue`.
pub async fn issue(ctx: &Context, arguments: Arguments) -> Result<()> {
	let state = ctx.state().await?;
	let Arguments { to, conditions } = arguments;
	let seller = TwinInfo::own_active(ctx, &state).await?;
	let document = conditions.sale.document()?;
	let named = document.buyer.as_ref().and_then(|buyer| buyer.twin);
	let buyer = match (to, named) {
		(Some(text), _) => Some(twin::lookup(ctx, &state, &text).await?),
		(None, Some(number)) => Some(TwinInfo::read(&state, number).await?),
		(None, None) => None,
	};
	Work { ctx, state, conditions, document, seller, buyer, is_self_billed: false }.run().await
}

/// `invoice self-bill`.
pub async fn self_bill(ctx: &Context, arguments: SelfBillArguments) -> Result<()> {
	let state = ctx.state().await?;
	let SelfBillArguments { from, conditions } = arguments;
	let buyer = Some(TwinInfo::own_active(ctx, &state).await?);
	let seller = twin::lookup(ctx, &state, &from).await?;
	let document = conditions.sale.document()?;
	Work { ctx, state, conditions, document, seller, buyer, is_self_billed: true }.run().await
}

/// An invoice that is being issued.
struct Work<'ctx> {
	ctx: &'ctx Context,
	state: State,
	conditions: Conditions,
	document: Document,
	seller: TwinInfo,
	buyer: Option<TwinInfo>,
	is_self_billed: bool,
}

impl Work<'_> {
	async fn run(mut self) -> Result<()> {
		let (ctx, seller) = (self.ctx, self.seller.number);
		let book = Book::read(&self.state, seller).await?;
		book.ensure_room(seller)?;
		let consent = self.consent().await?;
		ensure_parties(seller, self.buyer.as_ref().map(|buyer| buyer.number))?;
		let place = self.place().await?;
		ensure_place(&place)?;
		let settlement = self.settlement().await?;
		let mut document = std::mem::take(&mut self.document);
		self.conditions.evidence.put_into(&mut document)?;
		let writing = self.conditions.paper.writing(&place)?;
		let completed = complete(document, &place.rules, Of::Invoice, &writing)?;
		completed.ensure_issuable(&place.rules)?;
		let number = Address { seller, number: book.next };
		let number = number::of_invoice(&completed.document, Some(&number.to_string()))?;
		export::ensure_exportable(&completed.document, &number)?;
		let parties = [Some(seller), self.buyer.as_ref().map(|buyer| buyer.number)];
		let parties: Vec<_> = parties.into_iter().flatten().collect();
		let paper = &self.conditions.paper;
		let Completed { document, sale, mut bill, .. } = completed;
		self.ensure_sellable(&place, &mut bill).await?;
		let reservations = export::reservations(&document);
		let papers = Papers::new(&self.state, document, paper, &parties, &place).await?;

		let bill = &bill;
		let mut draft = self.draft(&place, &sale, bill, settlement, papers.hash)?;
		if let Some(consent) = consent {
			draft = draft.effect(consent.effect(&self.state, seller).await?);
		}
		let draft = draft.effects(reservations);
		let Some(done) = papers.submit(ctx, draft).await? else {
			return Ok(());
		};
		let receipt = paper::receipt_of(&done)?;
		let at = Address { seller, number: receipt.number };
		check(ctx, bill, &receipt);
		let record = match self.conditions.paper.record {
			false => None,
			true => {
				let own =
					if self.is_self_billed { self.buyer.as_ref() } else { Some(&self.seller) };
				let own = own.map_or(seller, |twin| twin.number);
				papers.record(ctx, own, &format!("the invoice {at} is issued")).await?
			},
		};
		self.print(&done, at, &place, bill, &papers, &receipt, record);
		Ok(())
	}

	/// The seller's consent, of an invoice that the buyer writes.
	async fn consent(&self) -> Result<Option<Consent>> {
		let Some(buyer) = self.buyer.as_ref().filter(|_| self.is_self_billed) else {
			return Ok(None);
		};
		let (seller, buyer) = (self.seller.number, buyer.number);
		let consent = Consent::find(&self.state, seller, buyer).await?;
		let today = money::today(&self.state).await?;
		match consent {
			Some(consent) if consent.until >= today => Ok(Some(consent)),
			_ => Err(Error::refused(format!(
				"twin {seller} hasn't consented that twin {buyer} bills itself in its name, or no longer: \
				 it does so by \"ourledger invoice consent {buyer} --until DATE\""
			))),
		}
	}

	/// Refuses what the chain would refuse for who sells and buys; keeps what the buyer may deduct.
	async fn ensure_sellable(&self, place: &Place, bill: &mut Bill) -> Result<()> {
		let seller = self.seller.number;
		let registered = registration(&self.state, place, Some(seller)).await?;
		ensure_allowed(bill, place, seller, registered.as_ref())?;
		ensure_can_wait(bill, self.conditions.arbiter.is_some())?;
		let buyer = self.buyer.as_ref().map(|twin| twin.number);
		let buyers = registration(&self.state, place, buyer).await?;
		ensure_export(bill, place, buyer, buyers.is_some())?;
		let credits = credits(&self.state, place, seller, buyer, true).await?;
		ensure_reverse(bill, place, buyer, &credits)?;
		bill::keep_share(bill, &credits, &place.rules)
	}

	/// Where it is sold, and the rest of what the document says of the sale.
	async fn place(&mut self) -> Result<Place> {
		if let Some(date) = &self.conditions.supply {
			money::parse_date(date)?;
			self.document.actual_delivery_date = Some(date.clone());
		}
		let mut document = std::mem::take(&mut self.document);
		let place = self.conditions.sale.place(&self.state, &mut document).await?;
		let code = if self.is_self_billed { SELF_BILLED } else { INVOICE };
		document.invoice_type_code = Some(code.into());
		let due = place.today.saturating_add(self.conditions.due.into());
		document.payment_due_date = Some(money::date(due));
		if let Some(note) = &self.conditions.paper.note {
			document.invoice_note = Some(note.clone());
		}
		self.conditions.paper.parties.put_into(&mut document);
		paper::fill_party(&self.state, &place, &mut document.seller, &self.seller).await?;
		if let Some(buyer) = &self.buyer {
			let party = document.buyer.get_or_insert_with(Party::default);
			paper::fill_party(&self.state, &place, party, buyer).await?;
		}
		self.document = document;
		Ok(place)
	}

	async fn settlement(&self) -> Result<Settlement> {
		let Some(text) = &self.conditions.arbiter else { return Ok(Settlement::Direct) };
		let arbiter = twin::lookup(self.ctx, &self.state, text).await?;
		let is_active = arbiter.deactivated().is_none();
		let buyer = self.buyer.as_ref().map(|buyer| buyer.number);
		ensure_arbiter(arbiter.number, is_active, self.seller.number, buyer)?;
		Ok(Settlement::Escrow { arbiter: arbiter.number, days: self.conditions.escrow_days })
	}

	fn draft(
		&self,
		place: &Place,
		sale: &Sale,
		bill: &Bill,
		settlement: Settlement,
		hash: [u8; 32],
	) -> Result<Draft> {
		let (seller, buyer) = (self.seller.number, self.buyer.as_ref().map(|twin| twin.number));
		let Conditions { due, delivery, supply, .. } = &self.conditions;
		let (due, delivery) = (*due, *delivery);
		// Where no day is named the chain takes its own: midnight may come in between.
		let is_named = supply.is_some() || place.supply != place.today;
		let conditions = invoice::Conditions {
			jurisdiction: place.id,
			currency: place.currency.id,
			supply: is_named.then_some(place.supply),
			due_days: due,
			settlement,
			delivery,
			document: hash,
		};
		let (terms, sale) = (Encoded(conditions.encode()), Encoded(sale.encode()));
		let call = match self.is_self_billed {
			false => self.state.call("Commerce", "issue", (buyer, terms, sale))?,
			true => self.state.call("Commerce", "self_bill", (seller, terms, sale))?,
		};
		let own = if self.is_self_billed { buyer.unwrap_or(seller) } else { seller };
		let to = buyer.map_or("nobody by name".into(), |buyer| format!("twin {buyer}"));
		let mut draft = Draft::new(call).for_twin(own).effect(format!(
			"twin {seller} charges {to} {}, due in {due} days",
			place.currency.show(bill.gross)
		));
		for (label, amount) in bill::lines(bill, &place.rules, &place.currency) {
			draft = draft.effect(format!("{label}: {amount}"));
		}
		if bill.gross == 0 {
			draft = draft.effect("nothing is to be paid: all of it is booked at once");
		}
		if let Settlement::Escrow { arbiter, days } = settlement {
			draft = draft.effect(format!(
				"the money waits in escrow for up to {days} whole days after full payment; twin {arbiter} \
				 decides a dispute"
			));
		}
		Ok(draft)
	}

	#[allow(clippy::too_many_arguments, reason = "all that there is to tell")]
	fn print(
		&self,
		done: &Submitted,
		at: Address,
		place: &Place,
		bill: &Bill,
		papers: &Papers,
		receipt: &Receipt,
		record: Option<u64>,
	) {
		let own = if self.is_self_billed { self.buyer.as_ref() } else { Some(&self.seller) };
		let own = own.map_or(at.seller, |twin| twin.number);
		let record = record.map(|number| format!("{own}:{number}"));
		let result = json!({
			"seller": at.seller,
			"number": at.number,
			"buyer": receipt.buyer,
			"currency": place.currency.id,
			"jurisdiction": place.id,
			"bill": bill::json(bill, &place.rules),
			"document": papers.json(),
			"record": record,
			"receipt": receipt,
		});
		let mut lines = vec![("invoice", at.to_string())];
		lines.extend(receipt.buyer.map(|buyer| ("buyer", format!("twin {buyer}"))));
		lines.push(("gross", place.currency.show(bill.gross)));
		lines.extend(papers.lines());
		lines.extend(record.map(|record| ("record", record)));
		lines.extend(receipt.receipt.clone().map(|receipt| ("receipt", receipt)));
		done.print(&self.ctx.out, result, lines);
	}
}

/// Says so if the chain has worked out something else than the document: a rate can have changed
/// at midnight.
pub fn check(ctx: &Context, bill: &Bill, receipt: &Receipt) {
	let same =
		[(bill.net(), &receipt.net), (bill.tax(), &receipt.tax), (bill.gross, &receipt.gross)];
	if same.iter().any(|(own, chains)| own.to_string() != **chains) {
		ctx.out.notice(format!(
			"The chain charges a gross of {} minor units, the document {}: a rate has changed in \
			 between. Take it back by a credit note, and issue it anew.",
			receipt.gross, bill.gross
		));
	}
}
