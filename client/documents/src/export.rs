//! Whether a document can be given to others as UBL, judged before it is issued.
//!
//! The UBL is written, read back, and held against the rules of EN 16931, and of Peppol where it is
//! for its network: those that the crate `en16931` keeps. What it leaves to writers of XML, such as
//! elements without content, follows from [`super::fit`].

use super::{
	check::ensure_adds_up,
	codes::is_on_peppol,
	document::{Document, Party, SELF_BILLED},
	fit::ensure_fit,
	iso::DOCUMENT_DECIMALS,
	ubl,
};
use en16931::{
	profiles::{EN16931, PEPPOL_BIS_3},
	validation::Check,
	Finding,
};
use ourledger_client::error::{Error, Result};

/// The crate's own rule, no authority's: a local currency has no code but XXX, which ISO 4217 has for
/// that.
const NO_CURRENCY_RULE: &str = "EN-CURRENCY-01";

/// Rules on the names of Peppol's process for bills of sellers, which bills of buyers go around: the
/// specification for these has other names and the type code 389.
const OF_SELLERS_BILLS: [&str; 3] =
	["PEPPOL-EN16931-R004", "PEPPOL-EN16931-R007", "PEPPOL-EN16931-P0100"];

/// Stands for a country that isn't known yet.
const ANY_COUNTRY: &str = "AQ";

/// Rules on the tax of a category: its base times its rate, give or take 1.00.
const ON_TAX: [&str; 2] = ["BR-CO-17", "BR-S-09"];

/// Why an invoice that was made here can break them.
const PER_LINE: &str =
	"VAT that is rounded line by line may differ from that on their sum by 1.00 at most: make two \
	 invoices of it";

/// What a document's UBL is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
	/// Peppol's network: both parties have addresses there.
	Peppol,
	/// Whoever reads EN 16931.
	Core,
}

impl Form {
	/// What the UBL of a document is for.
	pub fn of(document: &Document) -> Self {
		let is_reached =
			|party: &Party| party.electronic_address.as_ref().is_some_and(is_on_peppol);
		match is_reached(&document.seller) && document.buyer.as_ref().is_some_and(is_reached) {
			true => Self::Peppol,
			false => Self::Core,
		}
	}
}

/// Why no UBL can say what a document of this kind says, whatever it says: it exists as JSON only.
pub fn obstacle(document: &Document) -> Option<String> {
	let decimals = document.ourledger.currency_decimals.unwrap_or(DOCUMENT_DECIMALS);
	if decimals > DOCUMENT_DECIMALS {
		return Some(format!(
			"the currency has {decimals} decimals, but EN 16931 allows amounts {DOCUMENT_DECIMALS}: \
			 its documents exist as JSON only"
		));
	}
	let has_name = document.buyer.as_ref().is_some_and(|buyer| buyer.name.is_some());
	(!has_name).then(|| {
		"the document names no buyer, which EN 16931 demands (BT-44): it exists as JSON only".into()
	})
}

/// What stands between a document and its UBL, in sentences: its kind, or what can be named with the
/// UBL as well.
pub fn reservations(document: &Document) -> Vec<String> {
	if let Some(why) = obstacle(document) {
		return vec![format!("no UBL: {why}")];
	}
	let buyer = document.buyer.as_ref();
	let parties = [("seller", Some(&document.seller)), ("buyer", buyer)];
	let nowhere = parties.into_iter().filter(|(_, party)| party.is_some_and(|it| !has_country(it)));
	let told =
		nowhere.map(|(role, _)| {
			format!("its UBL needs the country of the {role}: name it by --{role}-country, here or there")
		});
	told.collect()
}

/// Insists that a completed document can be given to others: it is fit, it adds up, and its UBL is
/// accepted, unless its kind has none. `number` is what it will be called, or any other number.
pub fn ensure_exportable(document: &Document, number: &str) -> Result<()> {
	ensure_fit(document)?;
	ensure_adds_up(document)?;
	if obstacle(document).is_some() {
		return Ok(());
	}
	// A country that is missing can be named with the UBL.
	let mut document = document.clone();
	for party in [Some(&mut document.seller), document.buyer.as_mut()].into_iter().flatten() {
		if !has_country(party) {
			let address = party.postal_address.get_or_insert_with(Default::default);
			address.country_code = Some(ANY_COUNTRY.into());
		}
	}
	ubl_of(&document, number).map(|_| ())
}

/// The UBL of a document under a number, if receivers accept it.
pub fn ubl_of(document: &Document, number: &str) -> Result<String> {
	let text = ubl::write(document, number)?;
	ensure_accepted(document, &text)?;
	Ok(text)
}

fn has_country(party: &Party) -> bool {
	party.postal_address.as_ref().is_some_and(|address| address.country_code.is_some())
}

/// Insists that receivers accept the UBL of a document.
pub(crate) fn ensure_accepted(document: &Document, xml: &str) -> Result<()> {
	match findings(document, xml)?.first() {
		None => Ok(()),
		Some(finding) => Err(refused(finding)),
	}
}

/// What receivers find wrong with the UBL of a document.
fn findings(document: &Document, xml: &str) -> Result<Vec<String>> {
	let read =
		en16931_formats::read(xml.as_bytes()).map_err(|error| refused(&error.to_string()))?;
	let said = read.entries.iter().map(|entry| entry.to_string());
	let mut check = Check::new(match Form::of(document) {
		Form::Peppol => &PEPPOL_BIS_3,
		Form::Core => &EN16931,
	});
	check = check.without(NO_CURRENCY_RULE);
	if document.invoice_type_code.as_deref() == Some(SELF_BILLED) {
		check = OF_SELLERS_BILLS.into_iter().fold(check, Check::without);
	}
	let report = check.run(&read.invoice);
	Ok(said.chain(report.fatal().map(told)).collect())
}

/// A finding in one sentence.
fn told(finding: &Finding) -> String {
	let detail = finding.detail.as_ref().map_or_else(String::new, |detail| {
		format!(" It is {}, not {}.", detail.actual, detail.expected)
	});
	let own_hint = ON_TAX.contains(&finding.rule.as_str()).then_some(PER_LINE);
	let hint = finding.hint.as_deref().or(own_hint);
	let hint = hint.map_or_else(String::new, |hint| format!(" ({hint})"));
	// Lines that the list of rules is broken into.
	let message = finding.message.split_whitespace().collect::<Vec<_>>().join(" ");
	format!("{} at {}: {message}{detail}{hint}", finding.rule, finding.path)
}

fn refused(why: &str) -> Error {
	Error::input(format!(
		"the document can't be issued or exported, since whoever gets its UBL would refuse it by {why}"
	))
}

#[cfg(test)]
#[path = "export_tests.rs"]
mod tests;
