//! `ourledger invoice`: invoices, from the offer to the receipt.

mod acts;
mod consent;
mod credit;
mod document;
mod given;
mod issue;
mod paper;
mod pay;
mod purpose;
mod quote;
mod receipt;
mod room;
mod show;
mod till;

use super::Context;
use clap::Subcommand;
use ourledger_client::{
	submit::{Draft, Submitted},
	Error, Result,
};
use ourledger_documents::on_chain::{Invoice, InvoiceId};
use purpose::PurposeArguments;

/// Commands on invoices.
///
/// An invoice is named by its seller and its number, as in 2/7. The chain has its totals by tax
/// code and the hash of its document; what was sold is in the document, which only its readers
/// can open. Amounts are decimals in the invoice's currency, as in 12.50.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Issue an invoice.
	///
	/// The taxes are worked out, the document is completed, hashed and written to a file, and again
	/// encrypted for those who may read it: seller, buyer, the jurisdiction's authority and
	/// auditors, as far as they have an X25519 key for key agreement in the phonebook.
	Issue(Box<issue::Arguments>),
	/// Issue an invoice as the buyer, with the seller's standing consent.
	SelfBill(Box<issue::SelfBillArguments>),
	/// An invoice.
	Show {
		/// The invoice, as seller/number.
		invoice: InvoiceId,
	},
	/// A seller's invoices that are in the chain's state.
	List {
		/// The seller; the own twin unless given.
		seller: Option<String>,
		/// The first number to show.
		#[arg(long, default_value_t = 1)]
		from: u64,
		/// How many to show at most.
		#[arg(long, default_value_t = 20)]
		limit: usize,
	},
	/// Agree, as the buyer, to owe it.
	Accept {
		/// The invoice, as seller/number.
		invoice: InvoiceId,
	},
	/// Refuse, as the buyer, to owe it.
	Reject {
		/// The invoice, as seller/number.
		invoice: InvoiceId,
	},
	/// Pay it, whole or, as the buyer, in part. Anyone may.
	///
	/// Before anything is signed it says what of the payment is net, and tax by code; what of the tax
	/// is set against the seller's credit; what the buyer is credited with, or owes under reverse
	/// charge; and who gets what. All of that as the chain stands at the last final block.
	Pay {
		/// The invoice, as seller/number.
		invoice: InvoiceId,
		/// How much; all that is open unless given.
		#[arg(long)]
		amount: Option<String>,
		#[command(flatten)]
		purpose: PurposeArguments,
	},
	/// Sign a till's quote, which a customer submits with "sell".
	Quote(Box<quote::Arguments>),
	/// Submit a till's quote, and pay it.
	///
	/// What counts is what the till has signed. A file that says something else beside it, of the
	/// sale or of what is charged, is refused.
	Sell {
		/// The quote: its text, or the file that it is in.
		quote: String,
		#[command(flatten)]
		purpose: PurposeArguments,
	},
	/// Tills: keys that sign quotes.
	#[command(subcommand)]
	Till(till::Command),
	/// Room for a seller's invoices in the chain's state.
	#[command(subcommand)]
	Room(room::Command),
	/// Say, as the seller, that it is delivered.
	Deliver {
		/// The invoice, as seller/number.
		invoice: InvoiceId,
	},
	/// Confirm, as the buyer, that it is delivered. Releases escrowed money.
	Confirm {
		/// The invoice, as seller/number.
		invoice: InvoiceId,
	},
	/// Dispute it, as the buyer, while its money is in escrow.
	Dispute {
		/// The invoice, as seller/number.
		invoice: InvoiceId,
		/// Why: words, which are hashed, or a hash.
		#[arg(long)]
		reason: String,
	},
	/// Decide a dispute, as the arbiter.
	///
	/// What goes back stays open: it is owed until it is paid again, or the seller takes it back by a
	/// credit note.
	Resolve {
		/// The invoice, as seller/number.
		invoice: InvoiceId,
		/// How much goes back to whoever paid; the rest goes to the seller.
		#[arg(long, value_name = "AMOUNT")]
		to_buyer: String,
		/// Why: words, which are hashed, or a hash.
		#[arg(long)]
		reason: String,
	},
	/// Take an invoice back, as the seller, in part or as a whole: a credit note.
	///
	/// Before anything is signed it says what is taken back, net and tax by code; what goes back to
	/// whoever paid; what is kept of that to make good the buyer's credit; and what becomes the
	/// seller's credit. If the note takes more from the buyer than its credit covers, it will wait,
	/// and it says what is missing. All of that as the chain stands at the last final block.
	Credit(Box<credit::Arguments>),
	/// Cover, as the buyer, what a waiting credit note lacks: credit that you have spent, or that
	/// went against what you owe.
	Cover {
		/// The invoice, as seller/number.
		invoice: InvoiceId,
		/// The most to pay for it.
		#[arg(long, value_name = "AMOUNT")]
		max: String,
	},
	/// Withdraw a credit note that waits.
	Withdraw {
		/// The invoice, as seller/number.
		invoice: InvoiceId,
	},
	/// Make it void. Once it is accepted, both parties have to say so: whatever is done with it in
	/// between ends the request of the first.
	Cancel {
		/// The invoice, as seller/number.
		invoice: InvoiceId,
		/// Take back what one asked for oneself.
		#[arg(long)]
		withdraw: bool,
	},
	/// Release escrowed money after its deadline. Anyone may.
	Release {
		/// The invoice, as seller/number.
		invoice: InvoiceId,
	},
	/// Let a buyer issue invoices in the own name as the seller, or end that. A deposit is held for it.
	Consent(consent::Arguments),
	/// Take the tax of an accepted invoice that stayed unpaid too long from the seller. Anyone may.
	CollectUnpaid {
		/// The invoice, as seller/number.
		invoice: InvoiceId,
	},
	/// Take a closed invoice out of the chain's state after its retention. Anyone may.
	Prune {
		/// The invoice, as seller/number.
		invoice: InvoiceId,
	},
	/// Forget used quotes that have expired, the oldest first. Anyone may.
	PruneQuotes {
		/// How many quotes to forget at most.
		#[arg(long, default_value_t = 100)]
		limit: u32,
	},
	/// A document as UBL 2.1, in the form of Peppol BIS Billing 3.0, or of EN 16931 alone.
	///
	/// Its amounts are worked out anew from its quantities and prices, and it is refused if they
	/// don't add up; so it is if the rules of EN 16931 or Peppol refuse the UBL. With --number a
	/// chain is asked: the document's hash has to be that of the invoice, or a credit note has to be
	/// on it. If the chain's state has no such invoice, since it was pruned or never issued, that
	/// can't be checked, and a warning says so. Without --number nothing is asked of any chain.
	Ubl(Box<document::UblArguments>),
	/// Documents: the keys that open them, their hashes.
	#[command(subcommand)]
	Document(document::Command),
	/// Receipts.
	#[command(subcommand)]
	Receipt(receipt::Command),
}

/// Submits what is done about an invoice. If its state forbids that, says which one it is.
async fn submit(ctx: &Context, at: InvoiceId, draft: Draft) -> Result<Option<Submitted>> {
	match ctx.submit(draft).await {
		Err(Error::Refused(why)) if why.starts_with("Commerce.NotOpen") => {
			let is = Invoice::read(&ctx.state().await?, at).await?.state.name();
			Err(Error::refused(format!("{at} is {is}: {why}")))
		},
		submitted => submitted,
	}
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Issue(arguments) => issue::issue(ctx, *arguments).await,
		Command::SelfBill(arguments) => issue::self_bill(ctx, *arguments).await,
		Command::Show { invoice } => show::show(ctx, invoice).await,
		Command::List { seller, from, limit } => {
			show::list(ctx, seller.as_deref(), from, limit).await
		},
		Command::Accept { invoice } => acts::accept(ctx, invoice).await,
		Command::Reject { invoice } => acts::reject(ctx, invoice).await,
		Command::Pay { invoice, amount, purpose } => {
			pay::pay(ctx, invoice, amount.as_deref(), purpose).await
		},
		Command::Quote(arguments) => quote::quote(ctx, *arguments).await,
		Command::Sell { quote, purpose } => quote::sell(ctx, &quote, purpose).await,
		Command::Till(command) => till::run(ctx, command).await,
		Command::Room(command) => room::run(ctx, command).await,
		Command::Deliver { invoice } => acts::deliver(ctx, invoice).await,
		Command::Confirm { invoice } => acts::confirm(ctx, invoice).await,
		Command::Dispute { invoice, reason } => acts::dispute(ctx, invoice, &reason).await,
		Command::Resolve { invoice, to_buyer, reason } => {
			acts::resolve(ctx, invoice, &to_buyer, &reason).await
		},
		Command::Credit(arguments) => credit::run(ctx, *arguments).await,
		Command::Cover { invoice, max } => acts::cover(ctx, invoice, &max).await,
		Command::Withdraw { invoice } => acts::withdraw(ctx, invoice).await,
		Command::Cancel { invoice, withdraw } => acts::cancel(ctx, invoice, withdraw).await,
		Command::Release { invoice } => acts::release(ctx, invoice).await,
		Command::Consent(arguments) => consent::consent(ctx, arguments).await,
		Command::CollectUnpaid { invoice } => acts::collect_unpaid(ctx, invoice).await,
		Command::Prune { invoice } => acts::prune(ctx, invoice).await,
		Command::PruneQuotes { limit } => acts::prune_quotes(ctx, limit).await,
		Command::Ubl(arguments) => document::ubl(ctx, *arguments).await,
		Command::Document(command) => document::run(ctx, command).await,
		Command::Receipt(command) => receipt::run(ctx, command).await,
	}
}

/// Insists that the command line names no other twin than the seller.
fn ensure_own(ctx: &Context, at: InvoiceId) -> Result<()> {
	match ctx.twin() {
		Some(twin) if twin != at.seller => Err(Error::usage(format!(
			"the invoice {at} is one of twin {}, but --twin or the profile names twin {twin}",
			at.seller
		))),
		_ => Ok(()),
	}
}
