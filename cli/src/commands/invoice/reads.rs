//! What the chain says of invoices and of the places where things are sold.

pub use ourledger_documents::on_chain::{
	consent::Consent,
	place::{credits, tax_number, Place},
	room::Book,
	till::Till,
	Delivery, Invoice, InvoiceState, Settlement, Writer,
};
