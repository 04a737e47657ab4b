//! `invoice issue` and `invoice self-bill`.

use super::{
	given::{EvidenceArgument, SaleArguments},
	paper::{self, PaperArguments},
};
use crate::{
	commands::{twin, Context},
	output::report::Report,
};
use clap::Args;
use ourledger_client::{chain::State, money, twin::TwinInfo, Result};
use ourledger_documents::{
	bill,
	document::Document,
	on_chain::{
		events::InvoiceIssued,
		issue::{difference, Issue, Order},
	},
};
use ourledger_primitives::invoice::{Settlement, MAX_DAYS};

/// Days until an invoice is due.
const DUE_DAYS: u16 = 30;

/// Days after full payment until escrowed money goes to the seller.
const ESCROW_DAYS: u16 = 14;

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
	let seller = ctx.own_active_twin(&state).await?;
	let document = conditions.sale.document()?;
	let named = document.buyer.as_ref().and_then(|buyer| buyer.twin);
	let buyer = match (to, named) {
		(Some(text), _) => Some(twin::lookup(ctx, &state, &text).await?),
		(None, Some(number)) => Some(TwinInfo::read(&state, number).await?),
		(None, None) => None,
	};
	run(ctx, &state, conditions, document, (seller, buyer), false).await
}

/// `invoice self-bill`.
pub async fn self_bill(ctx: &Context, arguments: SelfBillArguments) -> Result<()> {
	let state = ctx.state().await?;
	let SelfBillArguments { from, conditions } = arguments;
	let buyer = Some(ctx.own_active_twin(&state).await?);
	let seller = twin::lookup(ctx, &state, &from).await?;
	let document = conditions.sale.document()?;
	run(ctx, &state, conditions, document, (seller, buyer), true).await
}

async fn run(
	ctx: &Context,
	state: &State,
	conditions: Conditions,
	mut document: Document,
	(seller, buyer): (TwinInfo, Option<TwinInfo>),
	is_self_billed: bool,
) -> Result<()> {
	if let Some(date) = &conditions.supply {
		money::parse_date(date)?;
		document.actual_delivery_date = Some(date.clone());
	}
	let place = conditions.sale.place(state, &mut document).await?;
	conditions.evidence.put_into(&mut document)?;
	let settlement = match &conditions.arbiter {
		None => Settlement::Direct,
		Some(text) => Settlement::Escrow {
			arbiter: twin::lookup(ctx, state, text).await?.number,
			days: conditions.escrow_days,
		},
	};
	let order = Order {
		seller,
		buyer,
		is_self_billed,
		document,
		names_supply: conditions.supply.is_some(),
		due: conditions.due,
		settlement,
		delivery: conditions.delivery,
	};
	let wanted = conditions.paper.wanted();
	let Issue { draft, mut papers, bill, writer } = order.prepare(state, &place, &wanted).await?;
	let Some(done) = paper::submit(ctx, &mut papers, draft).await? else {
		return Ok(());
	};
	let issued = InvoiceIssued::of(&done)?;
	let at = issued.invoice;
	// A rate can have changed at midnight.
	if let Some(difference) = difference(&bill, &issued) {
		ctx.out.notice(difference);
	}
	let receipt = issued.into_receipt();
	let record = match wanted.record {
		false => None,
		true => paper::record(ctx, &papers, writer, &format!("the invoice {at} is issued")).await?,
	};
	let report = Report::new()
		.json("seller", at.seller)
		.json("number", at.number)
		.line("invoice", at)
		.json("buyer", receipt.buyer)
		.lines(receipt.buyer.map(|buyer| ("buyer", format!("twin {buyer}"))))
		.json("currency", place.currency.id)
		.json("jurisdiction", place.id)
		.json("bill", bill::json(&bill, &place.rules))
		.line("gross", place.currency.show(bill.gross))
		.json("document", papers.json())
		.lines(papers.lines())
		.optional("record", "record", record)
		.json("receipt", &receipt)
		.lines(receipt.receipt.map(|receipt| ("receipt", receipt)));
	ctx.out.told(&done, report);
	Ok(())
}
